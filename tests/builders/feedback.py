"""Verdicts and decisions, reached through the real actions; small numbers, so that tests stay short."""

from datetime import timedelta
from typing import Any

from feedback.actions.decide import SaidAndDid, draft_decision, publish_decision
from feedback.models import Change, Decision
from livinglab.accounts.models import Person
from pilots.models import Pilot
from surveys.models import Verdict
from tests.builders.surveys import answers_of, closed_wave, open_wave_of, registered_survey, take_part

PEOPLE = 10
# How many of ten have to accept for each outcome at a lone look.
ACCEPTING = {"SCALE": 10, "NOT_ENOUGH_EVIDENCE": 5, "REVISE": 2, "RETIRE": 0}
CHANGED = {"next_changed_ko": "센서를 더 촘촘하게 달아요.", "next_changed_en": "The sensors stand closer together."}
REASON = {"reason_ko": "예산이 올해로 끝나요.", "reason_en": "The budget ends this year."}


def verdict(
    evaluator: Person,
    outcome: str = "SCALE",
    *,
    pilot: Pilot | None = None,
    waves: int = 1,
    looks: tuple[int, ...] = (),
    prefix: str = "p",
) -> Verdict:
    """The first wave of a pilot with ten participants has closed, and the rule says this.

    Without ``looks`` the rule looks at every wave.
    """
    wishes: dict[str, Any] = {"looks": looks} if pilot is None else {"looks": looks, "pilot": pilot}
    survey = registered_survey(
        evaluator, waves=waves, with_questions=False, n_min=PEOPLE, protected_groups=(), **wishes
    )
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, PEOPLE, prefix=prefix), accepting=ACCEPTING[outcome])
    found = Verdict.objects.get(snapshot=closed_wave(wave))
    assert found.outcome == outcome, found.details
    return found


def change(**wishes: Any) -> SaidAndDid:
    return SaidAndDid(
        **{
            "said_ko": "비가 오면 늦게 켜져요.",
            "said_en": "They come on late when it rains.",
            "did_ko": "센서에 덮개를 씌웠어요.",
            "did_en": "The sensors have covers now.",
            "answer": Change.Answer.DID,
            "item": "PE2",
        }
        | wishes
    )


def draft(verdict: Verdict, decider: Person, kind: str, **wishes: Any) -> Decision:
    if kind == Decision.Kind.REVISE:
        wishes = {"changes": [change()], **CHANGED} | wishes
    at = wishes.pop("at", verdict.computed_at + timedelta(days=3))
    return draft_decision(verdict, kind=kind, by=decider, at=at, **REASON | wishes)


def published(verdict: Verdict, decider: Person, kind: str, **wishes: Any) -> Decision:
    decision = draft(verdict, decider, kind, **wishes)
    return publish_decision(decision, by=decider, at=decision.decided_at + timedelta(hours=1))
