"""What a consent text promises about the time after a trial, promise by promise: it goes by itself and on its day.

The words of the promises are made from the same constants (``pilots.periods``); tests/pilots/test_consent_words.py
holds the words to them.
"""

from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from livinglab.notices.models import Notice
from pilots.actions.enrol import agree_to_monitoring, leave_pilot, withdraw_monitoring_consent
from pilots.actions.plan import change_consent_text
from pilots.actions.retention import remind_of_pilots_past_their_day
from pilots.actions.run import end_pilot
from pilots.consent import usual_words
from pilots.models import ConsentText, Enrolment, Pilot
from pilots.periods import (
    ANSWERS_KEPT_AFTER_REPORT,
    ANSWERS_KEPT_WITHOUT_REPORT,
    CONTACTS_KEPT,
    ENDS_ITSELF_AFTER,
    TEXTS_KEPT,
    TEXTS_KEPT_AS_WRITTEN,
)
from surveys.actions.check_counts import check_counts
from surveys.actions.closing import queue_closing_work, work_out_next
from surveys.actions.exports import path_of, request_export
from surveys.actions.open_answers import release_answer
from surveys.actions.reports import order_report
from surveys.actions.retention import (
    delete_contacts_of_past_pilots,
    delete_old_answers,
    delete_old_texts,
    end_pilots_past_their_day,
    mask_old_texts,
)
from surveys.actions.waves import cancel_wave, invite, to_remind
from surveys.actions.withdraw import delete_keys_of_deleted_accounts, take_out_withdrawn
from surveys.errors import ANSWERS_ARE_GONE, AnswersGone, NotTakingPart, WrongWaveStage
from surveys.exports.recipes import RESEARCH
from surveys.metrics.refresh import refresh, touch
from surveys.models import (
    ChunkTally,
    ClosingWork,
    Export,
    OpenAnswer,
    ParticipantKey,
    Report,
    Response,
    Snapshot,
    Tally,
    TouchedChunk,
    Wave,
)
from surveys.views.planning import asks_nobody
from tests.builders.pilots import joined
from tests.builders.surveys import (
    answer,
    answer_openly,
    answers_of,
    closed_wave,
    open_wave_of,
    registered_survey,
    reloaded,
    take_part,
)

pytestmark = pytest.mark.django_db
Purpose = ConsentText.Purpose
DAY = timedelta(days=1)


def night_after(day) -> datetime:
    """Four in the morning of that day."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, 4))


@pytest.fixture
def bens(survey, ben):
    return joined(survey.pilot, ben, age_band="65-74", sex="m", access_needs=("sign",), at=survey.made_at)


@pytest.fixture
def over(survey, wave, bens):
    """A pilot in which ben and four others answered a wave; its last day has passed, and nobody has pressed End."""
    answers_of(wave, [*take_part(survey, 4), bens], accepting=3)
    closed_wave(wave)
    return survey.pilot


def last_night_of(pilot, kept) -> datetime:
    """The last night in which something kept for so long after the trial is still there."""
    return night_after(pilot.ends_on + kept - DAY)


def night_of_deletion(pilot, kept) -> datetime:
    return night_after(pilot.ends_on + kept)


# Contacts, and the table of names and keys


def test_contacts_and_keys_go_a_month_after_the_last_day_though_nobody_pressed_end(over, bens, ben):
    assert delete_contacts_of_past_pilots(last_night_of(over, CONTACTS_KEPT)) == 0
    assert ParticipantKey.objects.count() == 5

    assert [delete_contacts_of_past_pilots(night_of_deletion(over, CONTACTS_KEPT)) for _again in range(2)] == [5, 0]

    assert not ParticipantKey.objects.exists()
    bens.refresh_from_db()
    assert (bens.person, bens.phone, bens.access_needs) == (None, "", [])
    assert bens.contact_deleted_at is not None
    # What counts stay for is left: who took part, by what they told, without a name.
    assert (bens.state, bens.age_band, over.enrolments.joined().count()) == (Enrolment.State.JOINED, "65-74", 5)
    assert Response.objects.submitted().count() == 5


def test_deleted_contacts_leave_no_notice_that_joins_somebody_to_the_pilot(over, ben):
    assert {"pilot_joined", "invitation"} <= set(ben.notices.values_list("kind", flat=True))

    delete_contacts_of_past_pilots(night_of_deletion(over, CONTACTS_KEPT))

    assert not Notice.objects.filter(person=ben).exists()


def test_a_pilot_that_was_ended_sooner_lets_go_sooner(over, mo):
    ended = timezone.now() + 20 * DAY
    end_pilot(over, by=mo, at=ended)
    assert ended.date() < over.ends_on

    assert delete_contacts_of_past_pilots(night_after(timezone.localdate(ended) + CONTACTS_KEPT - DAY)) == 0
    assert delete_contacts_of_past_pilots(night_after(timezone.localdate(ended) + CONTACTS_KEPT)) == 5


def test_whoever_waited_or_left_is_let_go_of_too(over, ben, bens):
    leave_pilot(bens, at=timezone.now())

    delete_contacts_of_past_pilots(night_of_deletion(over, CONTACTS_KEPT))

    assert not over.enrolments.filter(person__isnull=False).exists()


def test_what_was_begun_and_never_handed_in_goes_with_the_key(survey, wave, bens):
    answer(wave, bens, hand_in=False)
    closed_wave(wave)

    delete_contacts_of_past_pilots(night_of_deletion(survey.pilot, CONTACTS_KEPT))

    assert not Response.objects.exists()


def test_the_database_refuses_a_contact_that_was_deleted(over, bens, ben):
    delete_contacts_of_past_pilots(night_of_deletion(over, CONTACTS_KEPT))

    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=bens.pk).update(person=ben)


def test_nobody_is_asked_for_answers_that_cannot_be_found_any_more(client_of, over, bens, ben, sam):
    page = client_of(sam).get(f"/pilots/{over.slug}/leave/")
    assert page.status_code == 404

    delete_contacts_of_past_pilots(night_of_deletion(over, CONTACTS_KEPT))

    page = client_of(ben).get(f"/pilots/{over.slug}/leave/")
    assert page.status_code == 410
    assert "was deleted 30 days after the last day of the trial" in " ".join(page.content.decode().split())


# Being asked again after the trial


@pytest.fixture
def monitored(eva, ben):
    """A pilot with a survey that asks again half a year after its last day. Ben agreed to that, four others did not."""
    survey = registered_survey(eva, n_min=8, m_min=2)
    pilot = survey.pilot
    later = night_after(pilot.ends_on + 180 * DAY)
    Wave.objects.filter(survey=survey, number=2).update(opens_at=later, closes_at=later + 14 * DAY)
    change_consent_text(pilot, purpose=Purpose.MONITORING, words=usual_words(Purpose.MONITORING), at=survey.made_at)
    enrolment = joined(pilot, ben, at=survey.made_at, asked_again=True)
    wave = open_wave_of(survey)
    answers_of(wave, [*take_part(survey, 4), enrolment], accepting=3)
    closed_wave(wave)
    return survey


def test_whoever_agreed_stays_until_a_month_after_the_last_survey_that_asks_again(monitored, ben):
    pilot, again = monitored.pilot, monitored.waves.get(number=2)

    assert delete_contacts_of_past_pilots(night_of_deletion(pilot, CONTACTS_KEPT)) == 4
    assert pilot.enrolments.get(person__isnull=False).person == ben
    assert ParticipantKey.objects.count() == 1
    last = timezone.localdate(again.closes_at)
    assert delete_contacts_of_past_pilots(night_after(last + CONTACTS_KEPT - DAY)) == 0
    assert delete_contacts_of_past_pilots(night_after(last + CONTACTS_KEPT)) == 1
    assert not ParticipantKey.objects.exists()


def test_a_survey_that_is_called_off_keeps_nobody(monitored):
    cancel_wave(monitored.waves.get(number=2), reason="Nobody needs it", at=timezone.now())

    assert delete_contacts_of_past_pilots(night_of_deletion(monitored.pilot, CONTACTS_KEPT)) == 5


def test_a_consent_that_is_taken_back_keeps_nobody(monitored, ben):
    withdraw_monitoring_consent(monitored.pilot.enrolments.get(person=ben), at=timezone.now())

    assert delete_contacts_of_past_pilots(night_of_deletion(monitored.pilot, CONTACTS_KEPT)) == 5


def test_access_needs_are_for_the_trial_also_of_whoever_is_asked_again(monitored, ben):
    Enrolment.objects.filter(person=ben).update(access_needs=["sign"])

    delete_contacts_of_past_pilots(night_of_deletion(monitored.pilot, CONTACTS_KEPT))

    assert Enrolment.objects.get(person=ben).access_needs == []


def test_a_survey_long_after_the_trial_opens_in_an_ended_pilot_and_asks_who_agreed_and_nobody_else(monitored, ben):
    pilot, again = monitored.pilot, monitored.waves.get(number=2)
    end_pilot(pilot, by=None, at=again.opens_at - 100 * DAY)
    assert again in Wave.objects.due_to_open(again.opens_at)

    again = open_wave_of(monitored, 2)

    assert [invitation.enrolment.person for invitation in again.invitations.all()] == [ben]
    answer(again, pilot.enrolments.get(person=ben))
    assert again.responses.submitted().count() == 1
    stranger = pilot.enrolments.exclude(person=ben).first()
    with pytest.raises(NotTakingPart, match="agreed to be asked again"):
        answer(again, stranger)


def test_whoever_takes_the_consent_back_is_not_reminded(monitored, ben):
    again = open_wave_of(monitored, 2)
    later = again.opens_at + 5 * DAY
    assert to_remind(again, at=later).count() == 1

    withdraw_monitoring_consent(monitored.pilot.enrolments.get(person=ben), at=later)

    assert to_remind(again, at=later).count() == 0
    assert invite(again, at=later) == 0


def test_a_survey_of_the_trial_does_not_open_in_an_ended_pilot(survey, mo):
    second = survey.waves.get(number=2)
    end_pilot(survey.pilot, by=mo, at=second.opens_at - DAY)

    assert second not in Wave.objects.due_to_open(second.opens_at)
    with pytest.raises(WrongWaveStage):
        open_wave_of(survey, 2)


def test_somebody_can_agree_later_than_on_joining(monitored):
    pilot = monitored.pilot
    other = pilot.enrolments.exclude(person__nickname="ben").first()
    text = pilot.current_consent_texts().get(purpose=Purpose.MONITORING)

    for _again in range(2):
        agree_to_monitoring(other, text, language="ko", at=timezone.now())

    assert other.consents.standing().filter(text=text).count() == 1


# A pilot past its last day


def test_a_pilot_past_its_day_reminds_on_the_day_after_and_then_every_week(over, mo):
    def reminded_on(days: int) -> int:
        for _again in range(2):
            remind_of_pilots_past_their_day(night_after(over.ends_on + days * DAY))
        return mo.notices.filter(kind="pilot_past_its_day").count()

    assert [reminded_on(days) for days in (0, 1, 2, 7, 8, 14, 15)] == [0, 1, 1, 1, 2, 2, 3]
    assert mo.notices.filter(kind="pilot_past_its_day").first().url == f"/pilots/{over.slug}/"


def test_a_pilot_that_nobody_ends_ends_by_itself_after_two_weeks(client_of, over, ben, bens):
    assert end_pilots_past_their_day(night_after(over.ends_on + ENDS_ITSELF_AFTER)) == 0
    night = night_after(over.ends_on + ENDS_ITSELF_AFTER + DAY)

    assert [end_pilots_past_their_day(night) for _again in range(2)] == [1, 0]

    over.refresh_from_db()
    assert (over.stage, over.ended_by_itself, over.ended_at) == (Pilot.Stage.ENDED, True, night)
    assert ben.notices.filter(kind="pilot_ended").exists()
    bens.refresh_from_db()
    assert bens.access_needs == []
    assert "The trial ended by itself" in client_of().get(f"/pilots/{over.slug}/").content.decode()


def test_a_pilot_does_not_end_by_itself_while_a_survey_is_open(over):
    second = over.survey.waves.get(number=2)
    Wave.objects.filter(pk=second.pk).update(
        opens_at=night_after(over.ends_on), closes_at=night_after(over.ends_on + 28 * DAY)
    )
    second = open_wave_of(over.survey, 2)
    assert end_pilots_past_their_day(night_after(over.ends_on + 20 * DAY)) == 0

    closed_wave(reloaded(second))

    assert end_pilots_past_their_day(night_after(over.ends_on + 28 * DAY)) == 1


def test_the_page_says_that_a_pilot_is_past_its_day_and_when_it_ends(client_of, over):
    Pilot.objects.update(starts_on=timezone.localdate() - 30 * DAY, ends_on=timezone.localdate() - DAY)
    ends = timezone.localdate() + 13 * DAY

    page = " ".join(client_of().get(f"/pilots/{over.slug}/").content.decode().split())

    assert "If nobody closes it before, it ends by itself after" in page
    assert ends.isoformat() in page


# Texts in people's own words


@pytest.fixture
def written(eva, ben):
    """Two texts of a closed wave; of one a part was released as a quotation."""
    survey = registered_survey(eva, n_min=8, m_min=2, with_open_question=True)
    enrolment = joined(survey.pilot, ben, at=survey.made_at)
    (other,) = take_part(survey, 1)
    wave = open_wave_of(survey)
    answer_openly(wave, enrolment, "제 번호는 010-0000-0000이에요.")
    quoted = answer_openly(wave, other, "저는 302호에 살아요. 편해요.")
    closed_wave(wave)
    release_answer(OpenAnswer.objects.get(pk=quoted.pk), "편해요.", by=eva, at=timezone.now())
    return survey


def test_a_month_after_the_trial_only_the_masked_text_is_left(written):
    pilot = written.pilot
    assert mask_old_texts(last_night_of(pilot, TEXTS_KEPT_AS_WRITTEN)) == 0

    assert mask_old_texts(night_of_deletion(pilot, TEXTS_KEPT_AS_WRITTEN)) >= 1

    assert "제 번호는 [전화번호]이에요." in OpenAnswer.objects.values_list("text", flat=True)
    assert not OpenAnswer.objects.filter(text__contains="010").exists()


def test_a_year_after_the_trial_only_quotations_are_left(written):
    pilot = written.pilot
    assert delete_old_texts(last_night_of(pilot, TEXTS_KEPT)) == 0

    assert delete_old_texts(night_of_deletion(pilot, TEXTS_KEPT)) == 2
    assert delete_old_texts(night_of_deletion(pilot, TEXTS_KEPT)) == 0

    kept = OpenAnswer.objects.get()
    assert kept.text == kept.masked == kept.quotation == "편해요."


def test_a_text_of_a_survey_after_the_trial_is_kept_as_long_after_that_survey(written):
    closed = written.pilot.ends_on + 100 * DAY
    Wave.objects.filter(survey=written, number=1).update(closed_at=night_after(closed))

    assert delete_old_texts(night_of_deletion(written.pilot, TEXTS_KEPT)) == 0
    assert delete_old_texts(night_after(closed + TEXTS_KEPT)) == 2


def test_an_expired_contact_is_no_deleted_account_so_texts_may_still_be_read(written):
    delete_contacts_of_past_pilots(night_of_deletion(written.pilot, CONTACTS_KEPT))
    delete_keys_of_deleted_accounts()

    assert OpenAnswer.objects.count() == 2


# Answers


@pytest.fixture
def worked_out(written, wave=None):
    while work_out_next(at=timezone.now()):
        pass
    refresh(written.waves.get(number=1), at=timezone.now())
    return written.waves.get(number=1)


def published(wave, at) -> Report:
    return Report.objects.create(
        snapshot=wave.snapshot,
        number=1,
        language="ko",
        contents={},
        pdf=b"",
        pack=b"",
        pdf_hash="",
        pack_hash="",
        hash="",
        published_at=at,
    )


def counted(wave) -> tuple[bytes, ...]:
    """Everything that was counted of a wave."""
    states = [
        *ChunkTally.objects.filter(wave=wave).order_by("chunk").values_list("state", flat=True),
        Tally.objects.get(wave=wave).state,
        Snapshot.objects.get(wave=wave).state,
        *ClosingWork.objects.filter(wave=wave).order_by("pk").values_list("state", flat=True),
    ]
    return tuple(bytes(state) for state in states)


def test_answers_go_a_year_after_their_report_and_their_counts_stay(worked_out):
    wave, at = worked_out, worked_out.closed_at + 50 * DAY
    published(wave, at)
    before = counted(wave)

    assert delete_old_answers(at + ANSWERS_KEPT_AFTER_REPORT - timedelta(seconds=1)) == 0
    assert [delete_old_answers(at + ANSWERS_KEPT_AFTER_REPORT) for _again in range(2)] == [2, 0]

    wave.refresh_from_db()
    assert wave.answers_deleted_at is not None
    assert counted(wave) == before
    assert not Response.objects.exclude(answers=[]).exists()


def test_without_a_report_answers_go_two_years_after_their_survey(worked_out):
    over = worked_out.closed_at + ANSWERS_KEPT_WITHOUT_REPORT

    assert delete_old_answers(over - timedelta(seconds=1)) == 0
    assert delete_old_answers(over) == 2


def test_of_a_released_quotation_nothing_but_the_quotation_is_left(worked_out):
    key = OpenAnswer.objects.released().get().response.participant_key
    delete_old_answers(worked_out.closed_at + ANSWERS_KEPT_WITHOUT_REPORT)

    kept = OpenAnswer.objects.get()
    response = kept.response
    assert (kept.text, kept.masked, kept.quotation) == ("편해요.",) * 3
    assert (response.answers, response.cell, response.groups, response.screens) == ([], "", [], [])
    assert response.participant_key != key
    assert response.submitted_at == worked_out.closed_at


def test_answers_wait_for_what_is_still_to_be_counted_or_worked_out(worked_out):
    over = worked_out.closed_at + ANSWERS_KEPT_WITHOUT_REPORT
    touch(worked_out, [Response.objects.first().pk])
    assert delete_old_answers(over) == 0

    refresh(worked_out, at=over)
    assert delete_old_answers(over) == 2


def test_a_deletion_that_was_cut_off_goes_on_the_next_night(worked_out):
    Wave.objects.filter(pk=worked_out.pk).update(answers_deleted_at=timezone.now())

    assert delete_old_answers(timezone.now()) == 2


def test_answers_of_an_imported_survey_hold_no_promise(worked_out):
    Pilot.objects.update(imported=True)

    assert delete_old_answers(worked_out.closed_at + 10 * ANSWERS_KEPT_WITHOUT_REPORT) == 0


@pytest.fixture
def gone(worked_out):
    """A wave whose answers have been deleted."""
    delete_old_answers(worked_out.closed_at + ANSWERS_KEPT_WITHOUT_REPORT)
    worked_out.refresh_from_db()
    return worked_out


def test_a_recount_of_deleted_answers_says_so_and_changes_nothing(gone):
    before = counted(gone)

    with pytest.raises(AnswersGone, match="were deleted when their time was over"):
        check_counts(gone, at=timezone.now())
    for options in ([], ["--repair"]):
        with pytest.raises(CommandError, match=str(ANSWERS_ARE_GONE)):
            call_command("recount", gone.pk, *options)
    assert gone not in Wave.objects.open_or_closed_since(gone.closed_at)
    assert counted(gone) == before


def test_a_marker_that_comes_late_does_not_empty_the_counts(gone):
    before = counted(gone)
    touch(gone, [Response.objects.first().pk])

    refresh(gone, at=timezone.now())

    assert counted(gone) == before
    assert not TouchedChunk.objects.exists()


def test_files_of_deleted_answers_are_refused_and_released_tables_are_not(gone, eva):
    wish = {"why": "For the council", "by": eva, "at": timezone.now()}
    for level, recipe in (("b", next(iter(RESEARCH))), ("c", "")):
        with pytest.raises(AnswersGone):
            request_export(gone, format="csv", level=level, recipe=recipe, **wish)
    assert request_export(gone, format="csv", level="a", **wish).stage == Export.Stage.WAITING


def test_a_file_that_was_made_goes_with_the_answers_in_it(worked_out, eva, django_capture_on_commit_callbacks):
    at = worked_out.closed_at + ANSWERS_KEPT_WITHOUT_REPORT
    path = path_of("answers.zip")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"rows")
    Export.objects.create(
        wave=worked_out,
        level="c",
        format="csv",
        requested_at=at,
        confirmed_at=at,
        stage=Export.Stage.READY,
        file=path.name,
        rows=2,
        made_at=at,
        expires_at=at + DAY,
    )

    with django_capture_on_commit_callbacks(execute=True):
        delete_old_answers(at)

    assert Export.objects.get().stage == Export.Stage.EXPIRED
    assert not path.exists()


def test_a_report_is_not_made_anew_from_deleted_answers(gone, eva):
    with pytest.raises(AnswersGone):
        order_report(gone.snapshot, language="ko", by=eva, at=timezone.now())


def test_nothing_is_worked_out_of_deleted_answers(gone):
    before = ClosingWork.objects.count()

    queue_closing_work(gone, at=timezone.now())

    assert ClosingWork.objects.count() == before


def test_taking_answers_out_whose_time_was_over_says_so_and_changes_nothing(client_of, worked_out, ben):
    """Ben agreed to be asked again, so his key is still there when the answers of the trial are gone."""
    delete_old_answers(worked_out.closed_at + ANSWERS_KEPT_WITHOUT_REPORT)
    before = counted(worked_out)
    page = " ".join(client_of(ben).get(f"/pilots/{worked_out.survey.pilot.slug}/leave/").content.decode().split())
    assert "nothing of it is left to take out; its published counts stay" in page
    assert "Take my survey answers out as well" not in page

    leave_pilot(Enrolment.objects.get(person=ben), at=timezone.now(), withdraw_answers=True)
    take_out_withdrawn()
    refresh(worked_out, at=timezone.now())

    assert counted(worked_out) == before


def test_whoever_plans_a_survey_that_nobody_agreed_to_is_told(survey):
    later = night_after(survey.pilot.ends_on + 180 * DAY)
    assert not asks_nobody(survey.pilot)

    Wave.objects.filter(survey=survey, number=2).update(opens_at=later, closes_at=later + 14 * DAY)
    assert asks_nobody(survey.pilot)

    change_consent_text(
        survey.pilot, purpose=Purpose.MONITORING, words=usual_words(Purpose.MONITORING), at=timezone.now()
    )
    assert not asks_nobody(survey.pilot)
