"""People decide after a verdict, and say what changes because of whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from feedback.errors import (
    AlreadyPublished,
    ChangesMissing,
    NotAllowedByVerdict,
    Overtaken,
    OwnPilot,
    ReasonMissing,
)
from feedback.models import Change, Decision
from livinglab.accounts.models import Person
from livinglab.errors import TryAgain
from livinglab.text import is_blank
from pilots.actions.plan import open_next_version
from pilots.actions.run import end_pilot
from pilots.models import Pilot
from proposals.actions.move import move
from proposals.lifecycle import Stage
from proposals.models import Comment
from surveys.actions.separation import check_entered_none
from surveys.actions.waves import cancel_wave
from surveys.metrics.snapshots import choices_left
from surveys.models import Direction, Verdict, Wave

# Where a decision leaves the proposal; continuing leaves it in pilot.
PROPOSAL_AFTER = {
    Decision.Kind.SCALE: Stage.SCALED,
    Decision.Kind.REVISE: Stage.REVISED,
    Decision.Kind.RETIRE: Stage.RETIRED,
}
# What a verdict asks for by itself; anything else the verdict allows needs a reason.
OWN_KIND = {
    Verdict.Outcome.SCALE: Decision.Kind.SCALE,
    Verdict.Outcome.REVISE: Decision.Kind.REVISE,
    Verdict.Outcome.RETIRE: Decision.Kind.RETIRE,
    Verdict.Outcome.NOT_ENOUGH_EVIDENCE: Decision.Kind.CONTINUE,
}


@dataclass(frozen=True)
class SaidAndDid:
    """One change as it is written down: what was said, what it rests on, and the answer."""

    said_ko: str
    did_ko: str
    answer: Change.Answer | str
    said_en: str = ""
    did_en: str = ""
    comment: Comment | None = None
    direction: Direction | None = None
    item: str = ""
    figure: str = ""


def kinds_allowed(verdict: Verdict) -> list[Decision.Kind]:
    """What the city may decide after this verdict, as the looks stand now."""
    return [Decision.Kind(choice) for choice in choices_left(verdict)]


def needs_reason(verdict: Verdict, kind: Decision.Kind | str) -> bool:
    """Whether the decision is another one than the verdict's own."""
    return OWN_KIND[Verdict.Outcome(verdict.outcome)] != kind


def check_may_decide(verdict: Verdict, *, by: Person) -> None:
    """Refuses who evaluates the pilot or has entered answers of it, and verdicts that a later look has replaced."""
    if verdict.registration.survey.evaluators.filter(pk=by.pk).exists():
        raise OwnPilot(_("You evaluate this pilot. Somebody else of the city has to decide about it."))
    check_entered_none(verdict.registration.survey, by=by)
    if verdict.registration.verdicts.filter(look__gt=verdict.look).exists():
        raise Overtaken(_("A later survey of this pilot has its verdict already. Decide on that one."))


def check_allowed(verdict: Verdict, kind: Decision.Kind | str) -> None:
    """Refuses what the verdict does not allow, and to go on where no look is left to go on to."""
    if kind in kinds_allowed(verdict):
        return
    if kind in verdict.details["choices"]:
        raise NotAllowedByVerdict(_("The next look of the rule has been cancelled, so there is nothing to go on to."))
    raise NotAllowedByVerdict(_("The verdict does not allow this decision."))


@transaction.atomic
def draft_decision(
    verdict: Verdict,
    *,
    kind: Decision.Kind | str,
    by: Person,
    at: datetime,
    reason_ko: str = "",
    reason_en: str = "",
    next_changed_ko: str = "",
    next_changed_en: str = "",
    changes: Sequence[SaidAndDid] = (),
) -> Decision:
    """Write a decision down, or write it anew, as long as it is not published. Nobody but staff sees it.

    ``next_changed_*`` tell what is different in the next version and belong to a revision.
    """
    verdict = Verdict.objects.select_for_update(of=("self",)).get(pk=verdict.pk)
    pilot = verdict.registration.survey.pilot
    check_may_decide(verdict, by=by)
    check_allowed(verdict, kind)
    # The lock keeps a draft from being written over a decision that is published at this moment.
    draft = Decision.objects.select_for_update().filter(verdict=verdict).first()
    decision = draft or Decision(verdict=verdict, pilot=pilot)
    if decision.published_at is not None:
        raise AlreadyPublished(_("This decision has been published and stays as it is."))
    decision.kind, decision.by, decision.decided_at = kind, by, at
    decision.reason_ko, decision.reason_en = reason_ko, reason_en
    decision.next_changed_ko, decision.next_changed_en = next_changed_ko, next_changed_en
    decision.save()
    decision.changes.all().delete()
    Change.objects.bulk_create(
        Change(
            decision=decision,
            order=order,
            said_ko=change.said_ko,
            said_en=change.said_en,
            did_ko=change.did_ko,
            did_en=change.did_en,
            answer=change.answer,
            comment=change.comment,
            direction=change.direction,
            item=change.item,
            figure=change.figure,
        )
        for order, change in enumerate(changes, start=1)
    )
    return decision


@transaction.atomic
def publish_decision(decision: Decision, *, by: Person, at: datetime, seen: datetime | None = None) -> Decision:
    """Make a decision public for ever, with its changes, and let it take effect.

    ``seen`` is when the draft that was read was written; if somebody has changed it since, it has to be read again.

    Waves that have not closed are called off, the pilot ends, the proposal moves, and a revision opens the next
    version of the service; where waves go on watching what is scaled, they stay and the pilot with them. Continuing
    changes none of that. Everybody concerned is told by a task.
    """
    decision = Decision.objects.select_for_update(of=("self",)).select_related("verdict", "pilot").get(pk=decision.pk)
    if decision.published_at is not None:
        raise AlreadyPublished(_("This decision has been published already."))
    if seen is not None and decision.decided_at != seen:
        raise TryAgain(_("Somebody has changed this draft since you read it. Please read it again."))
    check_may_decide(decision.verdict, by=by)
    check_allowed(decision.verdict, decision.kind)
    if needs_reason(decision.verdict, decision.kind) and is_blank(decision.reason_ko + decision.reason_en):
        raise ReasonMissing(_("This is not what the verdict asks for. Say why; the reason is printed."))
    if decision.kind == Decision.Kind.REVISE:
        if not decision.changes.exclude(answer=Change.Answer.WILL_NOT).exists():
            raise ChangesMissing(_("A revision has to name at least one thing that changes."))
        if is_blank(decision.next_changed_ko + decision.next_changed_en):
            raise ChangesMissing(_("Say what will be different in the next version."))
    decision.by, decision.published_at = by, at
    decision.save(update_fields=["by", "published_at"])
    if decision.kind != Decision.Kind.CONTINUE:
        _take_effect(decision, by=by, at=at)
    return decision


def _take_effect(decision: Decision, *, by: Person, at: datetime) -> None:
    pilot, kind = decision.pilot, Decision.Kind(decision.kind)
    called_off, watching = waves_to_come(decision)
    for wave in called_off:
        with translation.override("ko"):
            cancel_wave(wave, reason=_("The city decided before this wave."), at=at)
    if pilot.stage == Pilot.Stage.OPEN and not watching:
        end_pilot(pilot, by=by, at=at)
    service = pilot.version.service
    if kind == Decision.Kind.REVISE:
        open_next_version(
            service,
            changed_ko=decision.next_changed_ko or decision.next_changed_en,
            changed_en=decision.next_changed_en,
            at=at,
        )
    if service.proposal is not None:
        move(
            service.proposal,
            PROPOSAL_AFTER[kind],
            by=by,
            at=at,
            reason_ko=decision.reason_ko,
            reason_en=decision.reason_en,
        )


def waves_to_come(decision: Decision) -> tuple[list[Wave], list[Wave]]:
    """Waves that have not closed: those that a decision calls off, and those that go on watching what is scaled.

    A look has nothing left to answer; a wave that the rule does not look at shows whether people still accept it.
    """
    survey = decision.pilot.survey
    waves = survey.waves.filter(stage__in=[Wave.Stage.PLANNED, Wave.Stage.OPEN]).order_by("number")
    called_off: list[Wave] = []
    watching: list[Wave] = []
    for wave in waves.select_related("survey__registration"):
        watches = decision.kind == Decision.Kind.SCALE and wave.look is None and not wave.before_use
        (watching if watches else called_off).append(wave)
    return called_off, watching


def waiting_verdicts() -> QuerySet[Verdict]:
    """Newest verdicts of pilots that nobody has published a decision about, oldest first."""
    later = Verdict.objects.filter(registration=OuterRef("registration"), look__gt=OuterRef("look"))
    decided = Decision.objects.published().filter(verdict=OuterRef("pk"))
    return Verdict.objects.filter(~Exists(later), ~Exists(decided)).order_by("computed_at", "pk")


def in_care_of(person: Person, verdicts: QuerySet[Verdict]) -> QuerySet[Verdict]:
    """Those of pilots that this member of staff decides on."""
    return verdicts.filter(registration__survey__pilot__in=Pilot.objects.in_care_of(person))
