"""Whoever has entered answers of a pilot neither decides about it nor signs for it; colleagues do, and are named."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.actions.decide import publish_decision
from feedback.models import Decision
from livinglab.accounts.roles import Role
from livinglab.notices.models import Notice
from pilots.actions.enrol import leave_pilot
from surveys.actions.sheets import give_out_sheets
from surveys.actions.sign import sign_verdict
from surveys.actions.withdraw import take_out_withdrawn
from surveys.errors import EnteredAnswers
from surveys.models import Entry, Response, Verdict, VerdictSignature
from tests.builders import feedback as build
from tests.builders.pilots import joined
from tests.builders.surveys import answers_of, closed_wave, enter, open_wave_of, registered_survey, take_part
from tests.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(eva):
    return registered_survey(eva, waves=2, with_questions=False, n_min=10, protected_groups=(), looks=(1,))


@pytest.fixture
def wave(survey):
    return open_wave_of(survey)


@pytest.fixture
def bens(survey, ben):
    return joined(survey.pilot, ben, at=survey.made_at)


def text_of(page):
    return " ".join(page.content.decode().split())


def judged(wave):
    answers_of(wave, take_part(wave.survey, 10), accepting=10)
    return Verdict.objects.get(snapshot=closed_wave(wave))


def test_a_moderator_answers_for_a_participant_and_everybody_can_see_it(client_of, wave, bens, ben, mo, adam):
    """Who runs a pilot once answered for its people, unseen, and decided afterwards."""
    client = client_of(mo)
    client.post(reverse("surveys:sheets", args=[wave.pk]), {"nicknames": "ben", "language": "ko"})
    (sheet,) = wave.sheets.all()
    typed = {"sheet": sheet.code, "mode": "paper", "BI1": "1", "BI2": "1", "BI3": "1"}
    client.post(reverse("surveys:enter_answers", args=[wave.pk]), typed)

    assert Notice.objects.filter(person=ben, kind="answers_entered").count() == 1
    assert (Entry.objects.get().by, Entry.objects.get().sheet) == (mo, sheet.code)

    verdict = judged(wave)
    page = client.get(reverse("feedback:decide", args=[verdict.pk]))
    assert page.status_code == 409
    assert "You have entered answers of this pilot, so you cannot decide about it." in text_of(page)
    assert "These colleagues can: adam" in text_of(page)
    assert "You have entered answers of this pilot" in text_of(client.get(reverse("feedback:queue")))
    with pytest.raises(EnteredAnswers):
        build.draft(verdict, mo, "retire")

    drafted = build.draft(verdict, adam, "retire")
    assert "so you cannot decide" in text_of(client.get(reverse("feedback:preview", args=[drafted.pk])))
    with pytest.raises(EnteredAnswers):
        publish_decision(drafted, by=mo, at=timezone.now())
    assert not Decision.objects.published().exists()
    publish_decision(drafted, by=adam, at=timezone.now())
    assert Decision.objects.published().exists()


def test_an_evaluator_who_entered_does_not_sign_the_verdict(client_of, wave, bens, eva):
    enter(wave, bens, by=eva)
    verdict = judged(wave)

    with pytest.raises(EnteredAnswers, match="A moderator can add an evaluator"):
        sign_verdict(verdict, by=eva, at=timezone.now())
    page = text_of(client_of(eva).get(reverse("surveys:verdict", args=[wave.pk])))
    assert "so you cannot sign for it" in page
    assert "Check it again and sign" not in page
    assert not VerdictSignature.objects.exists()

    second = make_person("eve", Role.EVALUATOR)
    wave.survey.evaluators.add(second)
    with pytest.raises(EnteredAnswers, match="These colleagues can: eve"):
        sign_verdict(verdict, by=eva, at=timezone.now())
    assert "Check it again and sign" in text_of(client_of(second).get(reverse("surveys:verdict", args=[wave.pk])))
    assert sign_verdict(verdict, by=second, at=timezone.now()).by == second


def test_it_holds_for_other_waves_and_after_the_answers_are_taken_out(survey, wave, bens, mo):
    verdict = judged(wave)
    second = open_wave_of(survey, 2)
    enter(second, bens, by=mo)
    leave_pilot(bens, at=second.opens_at + timedelta(days=1), withdraw_answers=True)
    take_out_withdrawn()

    assert not Response.objects.filter(wave=second).exists()
    with pytest.raises(EnteredAnswers):
        build.draft(verdict, mo, "retire")


def test_giving_out_sheets_alone_keeps_nobody_from_deciding(wave, bens, mo):
    give_out_sheets(wave, ["ben"], by=mo, at=wave.opens_at)

    assert build.draft(judged(wave), mo, "retire").by == mo
