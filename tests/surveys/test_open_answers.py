"""What people write in their own words under the last question: kept, changed, taken back, entered for them."""

from datetime import timedelta

import pytest

from livinglab.accounts.models import Person
from pilots.actions import personal_data as pilots_data
from pilots.actions.enrol import leave_pilot
from pilots.models import Enrolment
from surveys.actions import personal_data
from surveys.actions.answer import save_open_answer, start_response
from surveys.actions.waves import cancel_wave
from surveys.actions.withdraw import take_out_withdrawn
from surveys.errors import NotStarted, NotTakingPart, WaveNotOpen, WrongAnswer
from surveys.models import OpenAnswer, ParticipantKey, Response, Survey, TouchedChunk, Wave
from tests.builders.pilots import joined
from tests.builders.surveys import answer, answer_openly, closed_wave, open_wave_of, registered_survey, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(eva: Person) -> Survey:
    return registered_survey(eva, n_min=8, m_min=2, with_open_question=True)


@pytest.fixture
def bens(survey: Survey, ben: Person) -> Enrolment:
    return joined(survey.pilot, ben, age_band="65-74", sex="m", at=survey.made_at)


def write(wave: Wave, enrolment: Enrolment, text: str, language: str = "ko") -> OpenAnswer | None:
    return save_open_answer(wave, enrolment, text, language=language, at=wave.opens_at + timedelta(hours=2))


def test_what_somebody_writes_is_kept_beside_her_answers_without_numbers_to_call(wave, bens):
    kept = answer_openly(wave, bens, "  기다림이 길었어요.\r\n기사님 번호는 010-0000-0000이에요. ")

    assert kept.text == "기다림이 길었어요.\n기사님 번호는 010-0000-0000이에요."
    assert kept.masked == "기다림이 길었어요.\n기사님 번호는 [전화번호]이에요."
    assert (kept.language, kept.stage, kept.quotation) == ("ko", OpenAnswer.Stage.WAITING, "")
    assert kept.response.submitted_at is not None


def test_what_was_handed_in_is_changed_and_taken_back_without_counting_anew(wave, bens):
    answer_openly(wave, bens, "기다림이 길었어요.")
    counted = TouchedChunk.objects.count()

    write(wave, bens, "기다림이 짧아졌어요.")
    assert OpenAnswer.objects.get().text == "기다림이 짧아졌어요."
    assert write(wave, bens, " \n ") is None
    assert not OpenAnswer.objects.exists()
    assert write(wave, bens, "") is None
    assert TouchedChunk.objects.count() == counted


@pytest.mark.parametrize(
    ("text", "interface", "language"),
    [
        ("아주 좋아요", "en", "ko"),
        ("앱 UI가 good", "en", "ko"),
        ("The 부름버스 was late twice this week.", "ko", "en"),
        ("Great!", "ko", "en"),
        ("10/10", "en", "en"),
        ("10/10", "ko", "ko"),
    ],
)
def test_a_text_is_in_the_language_of_its_letters(wave, bens, text, interface, language):
    start_response(wave, bens, at=wave.opens_at)
    kept = write(wave, bens, text, interface)
    assert kept is not None
    assert kept.language == language


def test_a_text_of_a_thousand_characters_is_kept_and_a_longer_one_refused(wave, bens):
    start_response(wave, bens, at=wave.opens_at)
    kept = write(wave, bens, "가\r\n" * 499 + "가나")
    assert kept is not None
    assert len(kept.text) == 1000

    with pytest.raises(WrongAnswer, match="1001"):
        write(wave, bens, "가" * 1001)
    assert len(OpenAnswer.objects.get().text) == 1000


def test_nothing_is_written_where_nothing_is_asked(eva, ben):
    survey = registered_survey(eva, n_min=8, m_min=2)
    wave = open_wave_of(survey)
    bens = joined(survey.pilot, ben, at=survey.made_at)
    answer(wave, bens)

    with pytest.raises(WrongAnswer):
        write(wave, bens, "좋아요")


def test_nothing_is_written_before_starting_or_by_others(wave, bens):
    with pytest.raises(NotStarted):
        write(wave, bens, "좋아요")
    start_response(wave, bens, at=wave.opens_at)
    bens.state, bens.left_at = Enrolment.State.LEFT, wave.opens_at
    bens.save()
    with pytest.raises(NotTakingPart):
        write(wave, bens, "좋아요")


def test_nothing_is_written_or_changed_once_the_wave_is_over(wave, bens):
    answer_openly(wave, bens, "기다림이 길었어요.")
    with pytest.raises(WaveNotOpen):
        save_open_answer(wave, bens, "", language="ko", at=wave.closes_at)
    closed_wave(wave)
    with pytest.raises(WaveNotOpen):
        write(wave, bens, "늦었지만 좋아요")

    assert OpenAnswer.objects.get().text == "기다림이 길었어요."


def test_nothing_is_written_in_a_cancelled_wave(wave, bens):
    start_response(wave, bens, at=wave.opens_at)
    cancel_wave(wave, reason="The lamps failed.", at=wave.opens_at)
    with pytest.raises(WaveNotOpen):
        write(wave, bens, "좋아요")


def released(answer: OpenAnswer, quotation: str, by: Person) -> None:
    """As an evaluator leaves it who has read it."""
    answer.stage, answer.quotation = OpenAnswer.Stage.RELEASED, quotation
    answer.read_by, answer.read_at = by, answer.written_at
    answer.save()


def test_a_text_goes_with_the_answers_that_are_taken_back_also_where_it_was_released(wave, bens, eva):
    released(answer_openly(wave, bens, "기다림이 길었어요."), "기다림이 길었어요.", eva)
    leave_pilot(bens, at=wave.opens_at, withdraw_answers=True)

    assert take_out_withdrawn() == 1
    assert not OpenAnswer.objects.exists()


@pytest.mark.parametrize("stage", [OpenAnswer.Stage.WAITING, OpenAnswer.Stage.WITHHELD])
def test_a_text_that_nobody_released_goes_with_the_account(wave, bens, ben, eva, stage):
    written = answer_openly(wave, bens, "저는 302호에 살아요.")
    OpenAnswer.objects.filter(pk=written.pk).update(stage=stage, read_at=wave.closes_at, read_by=eva)
    for package in (pilots_data, personal_data):
        package.forget(ben, at=wave.closes_at)

    assert Response.objects.submitted().count() == 1
    assert not OpenAnswer.objects.exists()


def test_a_released_quotation_outlives_the_account_and_nothing_else_of_the_text_does(wave, bens, ben, eva):
    released(answer_openly(wave, bens, "저는 302호에 살아요. 기다림이 길었어요."), "기다림이 길었어요.", eva)
    for _again in range(2):
        for package in (pilots_data, personal_data):
            package.forget(ben, at=wave.closes_at)

    kept = OpenAnswer.objects.get()
    assert kept.text == kept.masked == kept.quotation == "기다림이 길었어요."
    assert not ParticipantKey.objects.exists()


def test_others_texts_stay_when_somebody_deletes_her_account(survey, wave, bens, ben):
    (other,) = take_part(survey, 1)
    answer_openly(wave, bens, "제 번호는 010-0000-0000이에요.")
    answer_openly(wave, other, "제 번호도 010-0000-0000이에요.")
    for package in (pilots_data, personal_data):
        package.forget(ben, at=wave.closes_at)

    assert OpenAnswer.objects.get().text == "제 번호도 010-0000-0000이에요."


def test_somebody_takes_along_what_she_wrote_and_what_became_of_it(wave, bens, ben, eva, sam):
    written = answer_openly(wave, bens, "제 번호는 010-0000-0000이에요. 편해요.")
    (told,) = personal_data.export_of(ben)["answers"]
    assert told["own_words"]["question"] == "What was good about Footstep lamps, and what should change?"
    assert told["own_words"]["text"] == "제 번호는 010-0000-0000이에요. 편해요."
    assert (told["own_words"]["stage"], told["own_words"]["quotation"]) == ("waiting", "")

    released(written, "편해요.", eva)
    (told,) = personal_data.export_of(ben)["answers"]
    assert (told["own_words"]["stage"], told["own_words"]["quotation"]) == ("released", "편해요.")
    assert told["own_words"]["stage_in_words"] == "May be quoted"
    assert personal_data.export_of(sam)["answers"] == []


def test_what_somebody_takes_along_says_where_she_wrote_nothing(wave, bens, ben):
    answer(wave, bens)
    (told,) = personal_data.export_of(ben)["answers"]
    assert told["own_words"] is None
