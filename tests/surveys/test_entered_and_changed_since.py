"""A clerk knows the answers that she entered, until the person changes them."""

from datetime import timedelta

import pytest

from surveys.actions.answer import save_screen
from surveys.metrics.entered import entered_by_staff, handed_in
from surveys.metrics.entries import entered_of
from surveys.models import Entry, EntryClerk
from surveys.questionnaire import questionnaire_of
from tests.builders.pilots import joined
from tests.builders.surveys import answer, enter

pytestmark = pytest.mark.django_db


@pytest.fixture
def anas(survey, ana):
    return joined(survey.pilot, ana, at=survey.made_at)


@pytest.fixture
def bens(survey, ben):
    return joined(survey.pilot, ben, at=survey.made_at)


def test_what_the_person_changed_afterwards_is_no_longer_known_to_who_entered_it(wave, anas, bens, mo):
    hers, his = enter(wave, anas, by=mo, PU1=1), enter(wave, bens, by=mo, PU1=1)
    assert set(Entry.objects.as_entered()) == {hers.entry, his.entry}
    assert entered_by_staff(wave) == [sorted([hers.pk, his.pk])]
    assert handed_in(wave) == {"": 2, str(mo.pk): 2}

    save_screen(wave, bens, 1, {"PU1": 5}, at=hers.saved_at + timedelta(hours=1))

    his.refresh_from_db()
    assert his.answers[questionnaire_of(wave).column["PU1"]] == 5
    assert set(Entry.objects.as_entered()) == {hers.entry}
    assert entered_by_staff(wave) == [[hers.pk]]
    assert handed_in(wave) == {"": 2, str(mo.pk): 1}


def test_that_it_was_entered_is_told_all_the_same(wave, bens, mo):
    response = enter(wave, bens, by=mo, PU1=1)

    save_screen(wave, bens, 1, {"PU1": 5}, at=response.saved_at + timedelta(hours=1))

    assert entered_of(wave)["desk"]["n"] == 1
    assert EntryClerk.objects.of(wave.survey.pilot, mo).exists()


def test_answers_of_ones_own_are_nobodys_entry(wave, anas, mo):
    answer(wave, anas)

    assert entered_by_staff(wave) == []
    assert handed_in(wave) == {"": 1}
