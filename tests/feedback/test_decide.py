"""The city decides within what the verdict allows, once and in public, and the decision takes effect."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from feedback.actions.decide import kinds_allowed, publish_decision, waiting_verdicts
from feedback.errors import (
    AlreadyPublished,
    ChangesMissing,
    NotAllowedByVerdict,
    Overtaken,
    OwnPilot,
    ReasonMissing,
)
from feedback.models import Change, Decision
from livinglab.accounts.roles import Role
from livinglab.errors import TryAgain
from pilots.models import Pilot
from surveys.actions.waves import cancel_wave
from surveys.models import Alarm, Wave
from tests.builders import feedback as build
from tests.builders.pilots import announced_pilot, service
from tests.builders.surveys import answers_of, closed_wave, open_wave_of
from tests.people import make_area, make_person

pytestmark = pytest.mark.django_db

ALLOWED = {
    "SCALE": {"scale", "revise", "retire"},
    "REVISE": {"revise", "retire"},
    "RETIRE": {"retire"},
    "NOT_ENOUGH_EVIDENCE": {"continue", "revise", "retire"},
}


@pytest.mark.parametrize("outcome", ALLOWED)
def test_verdict_says_what_may_be_decided(eva, mo, outcome):
    verdict = build.verdict(eva, outcome, waves=2 if outcome == "NOT_ENOUGH_EVIDENCE" else 1)

    assert set(kinds_allowed(verdict)) == ALLOWED[outcome]
    for kind in set(Decision.Kind.values) - ALLOWED[outcome]:
        with pytest.raises(NotAllowedByVerdict):
            build.draft(verdict, mo, kind)
    assert not Decision.objects.exists()


def test_after_the_last_look_there_is_nothing_to_continue_to(eva):
    verdict = build.verdict(eva, "NOT_ENOUGH_EVIDENCE", waves=1)

    assert kinds_allowed(verdict) == [Decision.Kind.REVISE, Decision.Kind.RETIRE]


def test_once_the_later_looks_are_cancelled_there_is_nothing_to_continue_to(eva, mo):
    verdict = build.verdict(eva, "NOT_ENOUGH_EVIDENCE", waves=3)
    drafted = build.draft(verdict, mo, "continue")
    second, third = verdict.registration.survey.waves.filter(number__gt=1).order_by("number")

    cancel_wave(second, reason="The lamps failed.", at=timezone.now())
    assert Decision.Kind.CONTINUE in kinds_allowed(verdict)
    cancel_wave(third, reason="The budget ends.", at=timezone.now())

    assert kinds_allowed(verdict) == [Decision.Kind.REVISE, Decision.Kind.RETIRE]
    # What the verdict said at its close stays as it was.
    assert verdict.details["choices"] == ["continue", "revise", "retire"]
    for refused in (
        lambda: build.draft(verdict, mo, "continue"),
        lambda: publish_decision(drafted, by=mo, at=timezone.now()),
    ):
        with pytest.raises(NotAllowedByVerdict, match="cancelled"):
            refused()
    build.published(verdict, mo, "revise")


@pytest.mark.parametrize(("outcome", "kind"), [("SCALE", "retire"), ("SCALE", "revise"), ("REVISE", "retire")])
def test_another_decision_than_the_verdicts_own_needs_a_reason(eva, mo, outcome, kind):
    decision = build.draft(build.verdict(eva, outcome), mo, kind, reason_ko="", reason_en="")

    with pytest.raises(ReasonMissing):
        publish_decision(decision, by=mo, at=timezone.now())

    assert not Decision.objects.published().exists()
    assert Pilot.objects.get().stage == Pilot.Stage.OPEN


def test_the_verdicts_own_decision_needs_no_reason(eva, mo):
    decision = build.published(build.verdict(eva, "SCALE"), mo, "scale", reason_ko="", reason_en="")

    assert Decision.objects.published().get() == decision


def test_evaluator_of_a_pilot_does_not_decide_about_it_even_as_a_moderator(eva, mo):
    verdict = build.verdict(eva)
    both = make_person("both", Role.EVALUATOR, Role.MODERATOR)
    verdict.registration.survey.evaluators.add(both)

    with pytest.raises(OwnPilot):
        build.draft(verdict, both, "scale")
    with pytest.raises(OwnPilot):
        publish_decision(build.draft(verdict, mo, "scale"), by=both, at=timezone.now())

    assert not Decision.objects.published().exists()


def test_scaling_ends_the_pilot_and_moves_the_proposal(eva, mo):
    verdict = build.verdict(eva, "SCALE", waves=2)
    decision = build.published(verdict, mo, "scale")

    pilot = Pilot.objects.get()
    proposal = pilot.version.service.proposal
    assert (pilot.stage, proposal.stage) == ("ended", "scaled")
    step = proposal.steps.latest("pk")
    assert (step.to_stage, step.reason_en, step.by) == ("scaled", "The budget ends this year.", mo)
    assert pilot.version.service.versions.count() == 1
    second = pilot.survey.waves.get(number=2)
    assert (second.stage, second.cancel_reason) == ("cancelled", "이 조사를 하기 전에 시에서 결정을 내렸어요.")
    assert second.cancelled_at == decision.published_at


def test_waves_that_watch_what_is_scaled_stay_and_the_pilot_with_them(eva, mo, client_of):
    verdict = build.verdict(eva, "SCALE", waves=3, looks=(1, 2))
    draft = build.draft(verdict, mo, "scale")
    preview = client_of(mo).get(reverse("feedback:preview", args=[draft.pk])).content.decode()
    assert "1 survey goes on watching" in preview
    assert "1 survey that has not closed is called off." in preview
    assert "The pilot ends" not in preview
    publish_decision(draft, by=mo, at=draft.decided_at)

    pilot = Pilot.objects.get()
    assert [wave.stage for wave in pilot.survey.waves.order_by("number")] == ["closed", "cancelled", "planned"]
    assert (pilot.stage, pilot.version.service.proposal.stage) == ("open", "scaled")
    third = open_wave_of(pilot.survey, 3)
    answers_of(third, list(pilot.enrolments.all()), accepting=0)
    closed_wave(third)
    verdict.refresh_from_db()
    assert (verdict.outcome, Decision.objects.get().kind) == ("SCALE", "scale")


@pytest.mark.parametrize("kind", ["revise", "retire"])
def test_nothing_else_keeps_a_wave(eva, mo, kind):
    build.published(build.verdict(eva, "SCALE", waves=2, looks=(1,)), mo, kind)

    pilot = Pilot.objects.get()
    assert (pilot.stage, pilot.survey.waves.get(number=2).stage) == ("ended", "cancelled")


def test_who_decides_reads_that_an_alarm_is_being_looked_into(eva, mo, client_of):
    verdict = build.verdict(eva, "SCALE", waves=2, looks=(1,))
    page = reverse("feedback:decide", args=[verdict.pk])
    client = client_of(mo)
    words = "the evaluators are looking into it"
    assert words not in client.get(page).content.decode()

    snapshot = verdict.snapshot
    Alarm.objects.create(
        snapshot=snapshot,
        charts=[{"chart": "ewma", "direction": "down", "value": -1.0, "limit": -0.6}],
        n=10,
        distance=-5.0,
        raised_at=timezone.now(),
    )
    assert words in client.get(page).content.decode()


def test_revising_ends_the_pilot_and_opens_the_next_version(eva, mo):
    build.published(build.verdict(eva, "REVISE"), mo, "revise")

    pilot = Pilot.objects.get()
    first, second = pilot.version.service.versions.order_by("number")
    assert (pilot.stage, pilot.version.service.proposal.stage) == ("ended", "revised")
    assert (second.number, second.changed_en) == (2, "The sensors stand closer together.")
    assert second.summary_ko == first.summary_ko


def test_revision_names_what_changes(eva, mo):
    verdict = build.verdict(eva, "REVISE")
    only_refused = [build.change(answer=Change.Answer.WILL_NOT)]
    for wishes in ({"changes": []}, {"changes": only_refused}, {"next_changed_ko": "", "next_changed_en": ""}):
        with pytest.raises(ChangesMissing):
            publish_decision(build.draft(verdict, mo, "revise", **wishes), by=mo, at=timezone.now())

    assert Pilot.objects.get().version.service.versions.count() == 1


def test_retiring_ends_the_pilot_and_the_proposal(eva, mo):
    build.published(build.verdict(eva, "RETIRE"), mo, "retire")

    pilot = Pilot.objects.get()
    assert (pilot.stage, pilot.version.service.proposal.stage) == ("ended", "retired")


def test_continuing_leaves_pilot_waves_and_proposal_as_they_are(eva, mo):
    build.published(build.verdict(eva, "NOT_ENOUGH_EVIDENCE", waves=2), mo, "continue")

    pilot = Pilot.objects.get()
    assert (pilot.stage, pilot.version.service.proposal.stage) == ("open", "in_pilot")
    assert pilot.survey.waves.get(number=2).stage == Wave.Stage.PLANNED


def test_draft_is_written_anew_until_it_is_published(eva, mo):
    verdict = build.verdict(eva)
    build.draft(verdict, mo, "scale", changes=[build.change(), build.change(said_ko="다시")])
    decision = build.draft(verdict, mo, "retire", changes=[build.change(said_ko="고침")])

    assert Decision.objects.get().kind == "retire"
    assert [change.said_ko for change in decision.changes.all()] == ["고침"]

    publish_decision(decision, by=mo, at=timezone.now())
    with pytest.raises(AlreadyPublished):
        build.draft(verdict, mo, "scale")
    with pytest.raises(AlreadyPublished):
        publish_decision(decision, by=mo, at=timezone.now())
    assert Decision.objects.get().kind == "retire"


def test_draft_that_somebody_changed_is_read_again_before_it_is_published(eva, mo):
    verdict = build.verdict(eva)
    read = build.draft(verdict, mo, "scale")
    build.draft(verdict, mo, "retire", at=read.decided_at + timedelta(minutes=1))

    with pytest.raises(TryAgain):
        publish_decision(read, by=mo, at=timezone.now(), seen=read.decided_at)

    assert not Decision.objects.published().exists()


def test_only_the_newest_verdict_of_a_pilot_is_decided_on(eva, mo):
    first = build.verdict(eva, "NOT_ENOUGH_EVIDENCE", waves=2)
    draft = build.draft(first, mo, "revise")
    assert list(waiting_verdicts()) == [first]

    survey = first.registration.survey
    wave = open_wave_of(survey, 2)
    answers_of(wave, list(survey.pilot.enrolments.all()), accepting=10)
    second = closed_wave(wave).verdict

    assert list(waiting_verdicts()) == [second]
    with pytest.raises(Overtaken):
        publish_decision(draft, by=mo, at=timezone.now())
    with pytest.raises(Overtaken):
        build.draft(first, mo, "retire")

    build.published(second, mo, "scale")
    assert not waiting_verdicts().exists()


def test_verdicts_wait_oldest_first(eva, mo):
    first = build.verdict(eva, "SCALE")
    author = make_person("author", area=make_area(), confirmed=True)
    other = announced_pilot(mo, of=service(author=author, moderator=mo))
    second = build.verdict(eva, "RETIRE", pilot=other, prefix="q")

    assert list(waiting_verdicts()) == [first, second]
    build.draft(first, mo, "scale")
    assert list(waiting_verdicts()) == [first, second]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "retire"},
        {"reason_ko": "다른 까닭"},
        {"next_changed_en": "Nothing."},
        {"published_at": None},
        {"decided_at": datetime(2027, 3, 1, tzinfo=UTC)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_database_keeps_a_published_decision_as_it_is(eva, mo, change):
    decision = build.published(build.verdict(eva), mo, "scale", changes=[build.change()])

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(**change)


def test_the_database_keeps_the_changes_of_a_published_decision(eva, mo):
    decision = build.published(build.verdict(eva), mo, "scale", changes=[build.change()])
    change = decision.changes.get()

    for attempt in (
        lambda: Change.objects.filter(pk=change.pk).update(did_ko="아무것도"),
        lambda: decision.changes.create(order=2, said_ko="또", did_ko="네", answer="did", item="PU1"),
        change.delete,
        decision.delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()

    assert decision.changes.get().did_ko == "센서에 덮개를 씌웠어요."


def test_decision_stays_when_who_decided_leaves(eva, mo, adam):
    decision = build.published(build.verdict(eva), adam, "scale")

    Decision.objects.filter(pk=decision.pk).update(by=None)

    assert Decision.objects.published().get().by is None


def test_a_change_rests_on_something(eva, mo):
    with pytest.raises(IntegrityError), transaction.atomic():
        build.draft(build.verdict(eva), mo, "scale", changes=[build.change(item="")])
