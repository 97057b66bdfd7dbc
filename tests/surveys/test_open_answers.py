"""What people write in their own words under the last question: kept, changed, taken back, entered for them."""

from datetime import timedelta

import pytest

from livinglab.accounts.models import Person
from pilots.models import Enrolment
from surveys.actions.answer import save_open_answer, start_response
from surveys.actions.waves import cancel_wave
from surveys.errors import NotStarted, NotTakingPart, WaveNotOpen, WrongAnswer
from surveys.models import OpenAnswer, Survey, TouchedChunk, Wave
from tests.builders.pilots import joined
from tests.builders.surveys import answer, answer_openly, closed_wave, open_wave_of, registered_survey

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
