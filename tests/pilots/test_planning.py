"""A service from a proposal, a test bed, a pilot, and consent texts that keep their versions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livinglab.notices.models import Notice
from pilots.actions.plan import change_consent_text, change_pilot, make_pilot, make_service, open_next_version
from pilots.actions.run import announce_pilot, end_pilot
from pilots.consent import ConsentWords, is_intact, usual_words
from pilots.errors import AlreadyMade, NotPublished, TooManyPlaces, WrongDates, WrongStage
from pilots.models import ConsentText, Pilot
from proposals.actions.support import support_proposal
from proposals.errors import WrongStage as ProposalWrongStage
from proposals.lifecycle import Stage
from tests.builders import pilots as build
from tests.builders.proposals import published, submitted

Purpose = ConsentText.Purpose


@pytest.fixture
def lamps(ana, mo):
    return build.service(author=ana, moderator=mo)


def test_service_starts_from_a_published_proposal_with_its_first_version(ana, mo):
    proposal = published(ana, mo)

    service = build.service(proposal, moderator=mo)

    assert service.field == proposal.field
    assert [version.number for version in service.versions.all()] == [1]
    assert service.slug == "footstep-lamps"


def test_proposal_that_waits_for_staff_is_not_made_a_service(ana, mo):
    proposal = submitted(ana)

    with pytest.raises(NotPublished):
        build.service(proposal, moderator=mo)


def test_proposal_has_one_service(lamps, mo):
    with pytest.raises(AlreadyMade):
        make_service(
            lamps.proposal,
            name_ko="또",
            name_en="Again",
            summary_ko="또 하나",
            smart_service_level=1,
            at=timezone.now(),
        )


def test_two_services_of_one_name_have_two_addresses(lamps, ben, mo):
    second = build.service(author=ben, moderator=mo)

    assert second.slug == "footstep-lamps-2"


def test_pilot_takes_no_more_people_than_the_test_bed_has_room_for(lamps, mo):
    pilot = build.planned_pilot(mo, of=lamps)
    small = build.bed(capacity=5)

    with pytest.raises(TooManyPlaces):
        change_pilot(pilot, test_bed=small, starts_on=pilot.starts_on, ends_on=pilot.ends_on, capacity=6)


def test_pilot_cannot_end_before_it_starts(lamps, mo):
    pilot = build.planned_pilot(mo, of=lamps)

    with pytest.raises(WrongDates):
        change_pilot(
            pilot,
            test_bed=pilot.test_bed,
            starts_on=pilot.starts_on,
            ends_on=pilot.starts_on - timedelta(days=1),
            capacity=5,
        )


def test_version_has_one_pilot(lamps, mo):
    pilot = build.planned_pilot(mo, of=lamps)

    with pytest.raises(AlreadyMade):
        make_pilot(
            pilot.version,
            test_bed=pilot.test_bed,
            starts_on=pilot.starts_on,
            ends_on=pilot.ends_on,
            capacity=1,
            consent=usual_words(Purpose.PARTICIPATION),
            at=timezone.now(),
            title_ko="둘째",
            purpose_ko="둘째",
            expected_ko="둘째",
            limits_ko="둘째",
        )


def test_announcing_opens_the_pilot_moves_the_proposal_and_tells_who_stood_behind_it(lamps, ana, ben, sam, mo):
    support_proposal(lamps.proposal, by=ben, at=timezone.now())
    pilot = build.planned_pilot(mo, of=lamps)
    assert pilot not in Pilot.objects.visible_to(sam)

    announce_pilot(pilot, by=mo, at=timezone.now())

    assert pilot in Pilot.objects.visible_to(sam)
    lamps.proposal.refresh_from_db()
    assert lamps.proposal.stage == Stage.IN_PILOT
    assert set(Notice.objects.filter(kind="pilot_announced").values_list("person", flat=True)) == {ana.pk, ben.pk}


def test_announcing_twice_is_refused_and_tells_nobody_twice(lamps, ana, mo):
    pilot = build.planned_pilot(mo, of=lamps)
    announce_pilot(pilot, by=mo, at=timezone.now())

    with pytest.raises(WrongStage):
        announce_pilot(pilot, by=mo, at=timezone.now())

    assert ana.notices.filter(kind="pilot_announced").count() == 1


def test_announcing_for_a_proposal_that_was_declined_meanwhile_leaves_the_pilot_planned(lamps, mo):
    pilot = build.planned_pilot(mo, of=lamps)
    type(lamps.proposal).objects.filter(pk=lamps.proposal.pk).update(stage=Stage.DECLINED)

    with pytest.raises(ProposalWrongStage):
        announce_pilot(pilot, by=mo, at=timezone.now())

    pilot.refresh_from_db()
    assert pilot.stage == Pilot.Stage.PLANNED


def test_pilot_whose_last_day_has_passed_is_not_announced(lamps, mo):
    pilot = build.planned_pilot(mo, of=lamps, lasts=10)

    with pytest.raises(WrongDates):
        announce_pilot(pilot, by=mo, at=timezone.now() + timedelta(days=18))


def test_announced_pilot_keeps_what_it_promised(lamps, mo):
    pilot = build.announced_pilot(mo, of=lamps)

    with pytest.raises(WrongStage):
        change_pilot(
            pilot,
            test_bed=pilot.test_bed,
            starts_on=pilot.starts_on,
            ends_on=pilot.ends_on,
            capacity=5,
            title_ko="다름",
        )


def test_changed_consent_text_is_a_new_version_and_given_consents_keep_theirs(lamps, ben, mo):
    pilot = build.announced_pilot(mo, of=lamps)
    enrolment = build.joined(pilot, ben)
    first = enrolment.consents.get().text

    second = change_consent_text(
        pilot, purpose=Purpose.PARTICIPATION, words=ConsentWords("새 글", "New words"), at=timezone.now()
    )

    assert (first.number, second.number) == (1, 2)
    assert second in pilot.current_consent_texts()
    assert enrolment.consents.get().text == first
    assert is_intact(first)
    assert is_intact(second)
    assert first.hash != second.hash


def test_same_consent_words_again_make_no_new_version(lamps, mo):
    pilot = build.planned_pilot(mo, of=lamps)

    change_consent_text(pilot, purpose=Purpose.SENSITIVE, words=usual_words(Purpose.SENSITIVE), at=timezone.now())

    assert pilot.consent_texts.filter(purpose=Purpose.SENSITIVE).count() == 1


def test_tampered_consent_text_no_longer_fits_its_hash(lamps, mo):
    text = build.planned_pilot(mo, of=lamps).consent_texts.first()

    text.body_ko += " 그리고 광고를 보내요."

    assert not is_intact(text)


def test_ending_tells_who_took_part_or_waited_and_deletes_access_needs(lamps, ana, ben, sam, mo):
    pilot = build.announced_pilot(mo, of=lamps, capacity=1)
    enrolment = build.joined(pilot, ben, access_needs=("large_text",))
    build.joined(pilot, ana)

    end_pilot(pilot, by=None, at=timezone.now())

    assert set(Notice.objects.filter(kind="pilot_ended").values_list("person", flat=True)) == {ana.pk, ben.pk}
    enrolment.refresh_from_db()
    assert enrolment.access_needs == []
    assert not enrolment.consents.standing().filter(text__purpose=Purpose.SENSITIVE).exists()
    assert enrolment.consents.standing().filter(text__purpose=Purpose.PARTICIPATION).exists()
    with pytest.raises(WrongStage):
        end_pilot(pilot, by=None, at=timezone.now())


def test_next_version_names_what_changed_and_waits_for_the_end_of_the_one_before(lamps, mo):
    pilot = build.announced_pilot(mo, of=lamps)
    with pytest.raises(WrongStage):
        open_next_version(lamps, changed_ko="빛이 더 부드러워요.", at=timezone.now())

    end_pilot(pilot, by=None, at=timezone.now())
    second = open_next_version(lamps, changed_ko="빛이 더 부드러워요.", changed_en="Softer light.", at=timezone.now())

    assert second.number == 2
    assert second.summary_ko == pilot.version.summary_ko
    assert second.changed_en == "Softer light."
    with pytest.raises(WrongStage):
        open_next_version(lamps, changed_ko="셋째", at=timezone.now())
