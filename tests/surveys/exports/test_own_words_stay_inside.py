"""No file of any level holds what somebody wrote in her own words, released or not."""

from zipfile import ZipFile

import pytest

from livinglab.accounts.models import Person
from surveys.metrics.release import Audience, release
from surveys.models import OpenAnswer, Wave
from tests.builders.surveys import (
    answer_openly,
    answers_of,
    closed_wave,
    open_wave_of,
    registered_survey,
    reloaded,
    take_part,
)
from tests.surveys.exports.conftest import file_of

pytestmark = pytest.mark.django_db
TEXT = "Waterlilies"


@pytest.fixture
def wave(eva: Person) -> Wave:
    survey = registered_survey(eva, with_open_question=True)
    wave = open_wave_of(survey)
    people = take_part(survey, 14)
    answers_of(wave, people[:-2], accepting=8)
    for enrolment in people[-2:]:
        written = answer_openly(wave, enrolment, f"{TEXT} are hard to see. 010-0000-0000", language="en")
    written.stage, written.quotation, written.read_at = OpenAnswer.Stage.RELEASED, written.masked, wave.closes_at
    written.save()
    closed_wave(wave)
    return reloaded(wave)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("level", ["a", "b", "c"])
def test_no_file_holds_a_text(wave, made_of, format, level):
    with ZipFile(file_of(made_of(wave, format, level))) as archive:
        held = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}

    assert held
    assert not [name for name, content in held.items() if TEXT in content or "010-0000" in content]


def test_no_released_figure_of_a_wave_holds_a_text_that_nobody_released(wave):
    OpenAnswer.objects.update(stage=OpenAnswer.Stage.WAITING, quotation="")
    for audience in Audience:
        assert TEXT not in str(release(wave.snapshot, audience))
