"""Answers saved at the same moment as each other, and as the close of their wave."""

from datetime import timedelta

import pytest

from pilots.actions.enrol import leave_pilot
from surveys.actions.answer import save_open_answer, save_screen, start_response, submit_response
from surveys.actions.sheets import enter_sheet, give_out_sheets
from surveys.actions.waves import close_wave
from surveys.actions.withdraw import take_out_withdrawn
from surveys.errors import CannotBeEntered, WaveNotOpen
from surveys.metrics.recount import recount
from surveys.models import Entry, EntryClerk, OpenAnswer, Response, Sheet
from surveys.questionnaire import questionnaire_of
from tests.builders.pilots import joined
from tests.builders.surveys import CONTENT, answer, answer_openly, open_wave_of, registered_survey
from tests.proposals.side_by_side import side_by_side

pytestmark = pytest.mark.django_db(transaction=True)


def test_screens_saved_in_several_tabs_at_once_are_all_kept(survey, wave, ben):
    bens = joined(survey.pilot, ben, at=survey.made_at)
    start_response(wave, bens, at=wave.opens_at)
    questionnaire = questionnaire_of(wave)

    def saving(number):
        chosen = {question.code: question.low for question in questionnaire.screens[number].questions}
        return lambda: save_screen(wave, bens, number, chosen, at=wave.opens_at)

    side_by_side(*[saving(number) for number in range(len(questionnaire.screens))])

    response = Response.objects.get()
    assert response.answers == [question.low for question in questionnaire.questions]
    assert None not in response.screens


def test_an_answer_changed_while_its_wave_closes_is_counted_or_refused(survey, wave, ben):
    bens = joined(survey.pilot, ben, at=survey.made_at)
    answer(wave, bens, PU1=1)

    saved, snapshot = side_by_side(
        lambda: save_screen(wave, bens, 1, {"PU1": 5}, at=wave.closes_at),
        lambda: close_wave(wave, at=wave.closes_at),
    )

    assert Response.objects.get().answers[0] == (1 if isinstance(saved, WaveNotOpen) else 5)
    counted = {item["code"]: item["histogram"] for item in snapshot.results["items"]}["PU1"]
    assert {part["from"]: part["n"] for part in counted}[Response.objects.get().answers[0]] == 1
    assert recount(wave).identical


def test_handing_in_from_two_devices_at_once_counts_once(survey, wave, ben):
    bens = joined(survey.pilot, ben, at=survey.made_at)
    answer(wave, bens, hand_in=False)

    side_by_side(*[lambda: submit_response(wave, bens, at=wave.opens_at)] * 3)

    assert Response.objects.get().submitted_at == wave.opens_at
    assert wave.touched_chunks.count() == 1


@pytest.fixture
def openly(eva):
    return open_wave_of(registered_survey(eva, n_min=8, m_min=2, with_open_question=True))


def test_a_text_written_in_several_tabs_at_once_is_kept_once(openly, ben):
    bens = joined(openly.survey.pilot, ben, at=openly.survey.made_at)
    start_response(openly, bens, at=openly.opens_at)

    def writing(text):
        return lambda: save_open_answer(openly, bens, text, language="en", at=openly.opens_at)

    texts = ["Good.", "Good lamps.", "", "Good lamps by the bridge."]
    side_by_side(*[writing(text) for text in texts])

    assert OpenAnswer.objects.count() <= 1
    assert all(kept.text in texts for kept in OpenAnswer.objects.all())


def test_a_text_changed_while_its_wave_closes_is_the_one_before_or_the_one_after(openly, ben):
    bens = joined(openly.survey.pilot, ben, at=openly.survey.made_at)
    answer_openly(openly, bens, "Before.")

    saved, _snapshot = side_by_side(
        lambda: save_open_answer(openly, bens, "After.", language="en", at=openly.closes_at - timedelta(seconds=1)),
        lambda: close_wave(openly, at=openly.closes_at),
    )

    assert OpenAnswer.objects.get().text == ("Before." if isinstance(saved, WaveNotOpen) else "After.")


def test_of_a_participant_and_a_clerk_who_begin_at_once_the_participant_is_never_written_over(survey, wave, ben, mo):
    bens = joined(survey.pilot, ben, at=survey.made_at)
    (sheet,) = give_out_sheets(wave, ["ben"], by=mo, at=wave.opens_at)

    begun, entered = side_by_side(
        lambda: start_response(wave, bens, at=wave.opens_at),
        lambda: enter_sheet(wave, sheet.code, CONTENT, mode="paper", by=mo, at=wave.opens_at),
    )

    # Who began first went on alone; who came second found the answers, or was refused.
    response = Response.objects.get()
    if isinstance(entered, CannotBeEntered):
        assert (response.mode, response.submitted_at) == ("self", None)
        assert not Entry.objects.exists()
    else:
        assert (response.mode, begun.pk) == ("paper", response.pk)
        assert Entry.objects.get().response == response


def test_a_sheet_entered_by_two_at_once_is_entered_once(survey, wave, ben, mo, eva):
    joined(survey.pilot, ben, at=survey.made_at)
    (sheet,) = give_out_sheets(wave, ["ben"], by=mo, at=wave.opens_at)

    outcomes = side_by_side(
        *[
            lambda by=by: enter_sheet(wave, sheet.code, CONTENT, mode="paper", by=by, at=wave.opens_at)
            for by in (mo, eva, mo)
        ]
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CannotBeEntered", "CannotBeEntered", "Response"]
    assert EntryClerk.objects.get().person == Entry.objects.get().by


def test_who_leaves_with_the_answers_while_a_sheet_is_entered_has_none_left(survey, wave, ben, mo):
    bens = joined(survey.pilot, ben, at=survey.made_at)
    (sheet,) = give_out_sheets(wave, ["ben"], by=mo, at=wave.opens_at)

    side_by_side(
        lambda: leave_pilot(bens, at=wave.opens_at, withdraw_answers=True),
        lambda: enter_sheet(wave, sheet.code, CONTENT, mode="paper", by=mo, at=wave.opens_at),
    )

    take_out_withdrawn()
    assert not Response.objects.exists()
    assert not Sheet.objects.exists() or not Entry.objects.exists()


def test_a_sheet_entered_while_its_wave_closes_is_counted_or_refused(survey, wave, ben, mo):
    joined(survey.pilot, ben, at=survey.made_at)
    (sheet,) = give_out_sheets(wave, ["ben"], by=mo, at=wave.opens_at)
    before_close = wave.closes_at - timedelta(seconds=1)

    entered, snapshot = side_by_side(
        lambda: enter_sheet(wave, sheet.code, CONTENT, mode="paper", by=mo, at=before_close),
        lambda: close_wave(wave, at=wave.closes_at),
    )

    assert snapshot.results["counts"]["answered"] == (0 if isinstance(entered, CannotBeEntered) else 1)
    assert recount(wave).identical
