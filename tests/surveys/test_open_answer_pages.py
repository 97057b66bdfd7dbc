"""The page for one's own words: after the last screen, before the review, lost by nobody."""

import pytest
from django.urls import reverse

from livinglab.accounts.models import Person
from pilots.models import Enrolment
from surveys.actions.plan import USUAL_OPEN_QUESTION
from surveys.actions.sheets import give_out_sheets
from surveys.links import answer_link
from surveys.models import OpenAnswer, Response, Survey
from surveys.questionnaire import questionnaire_of
from tests.builders.pilots import announced_pilot, joined
from tests.builders.surveys import (
    answer,
    answer_openly,
    closed_wave,
    on_the_pages_of,
    open_wave_of,
    planned_survey,
    registered_survey,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def survey(eva: Person) -> Survey:
    return registered_survey(eva, n_min=8, m_min=2, with_open_question=True)


@pytest.fixture
def bens(survey: Survey, ben: Person) -> Enrolment:
    return joined(survey.pilot, ben, age_band="65-74", sex="m", at=survey.made_at)


@pytest.fixture
def here(wave):
    return reverse("surveys:answer_words", args=[wave.pk])


@pytest.fixture
def bens_client(client_of, wave, ben, bens):
    """He has answered every screen."""
    answer(wave, bens, hand_in=False)
    return on_the_pages_of(bens, wave, client_of(ben))


def test_the_last_screen_leads_to_ones_own_words_and_they_to_the_review(client_of, wave, ben, bens, here):
    client = on_the_pages_of(bens, wave, client_of(ben))
    assert "in your own words" in client.get(reverse("surveys:answer", args=[wave.pk])).content.decode()
    client.post(reverse("surveys:answer", args=[wave.pk]))
    last = reverse("surveys:answer_screen", args=[wave.pk, 8])
    assert "Page 8 of 9" in client.get(last).content.decode()
    assert client.post(last, {"leave_open": "1"}).url == here

    page = client.get(here)
    assert "Page 9 of 9" in page.content.decode()
    assert str(page.context["form"]["words"].label) == "What was good about Footstep lamps, and what should change?"
    assert page.context["back"] == last
    review = client.post(here, {"words": "The lamps are <b>kind</b>\r\nto my eyes."})
    assert review.url == reverse("surveys:answer_review", args=[wave.pk])
    shown = client.get(review.url).content.decode()
    assert "The lamps are &lt;b&gt;kind&lt;/b&gt;\nto my eyes." in shown
    assert 'lang="en"' in shown


def test_the_question_is_asked_with_the_name_of_the_service_in_either_language(survey, wave):
    name = survey.pilot.version.service.name_ko
    assert questionnaire_of(wave).open_question == {
        "ko": f"{name}에서 무엇이 좋았고 무엇이 달라지면 좋을까요?",
        "en": "What was good about Footstep lamps, and what should change?",
    }


def test_leaving_it_empty_takes_one_press(bens_client, wave, here):
    assert bens_client.post(here, {"words": ""}).url == reverse("surveys:answer_review", args=[wave.pk])
    assert not OpenAnswer.objects.exists()
    assert bens_client.post(reverse("surveys:answer_review", args=[wave.pk])).status_code == 302
    assert Response.objects.get().submitted_at is not None


def test_a_text_is_changed_from_the_review_and_emptied_again(bens_client, wave, here):
    bens_client.post(here, {"words": "Too dark by the bridge."})
    page = bens_client.get(f"{here}?review")
    assert page.context["form"]["words"].value() == "Too dark by the bridge."
    assert page.context["back"] == reverse("surveys:answer_review", args=[wave.pk])

    bens_client.post(f"{here}?review", {"words": ""})
    assert not OpenAnswer.objects.exists()


def test_who_stopped_there_goes_on_there_and_who_has_written_at_the_review(bens_client, wave, here):
    begin = reverse("surveys:answer", args=[wave.pk])
    assert bens_client.get(begin).context["resume"] == here
    bens_client.post(here, {"words": "Good."})
    assert bens_client.get(begin).context["resume"] == reverse("surveys:answer_review", args=[wave.pk])


def test_a_text_that_is_too_long_stays_on_the_page(bens_client, here):
    text = "길" * 1001
    page = bens_client.post(here, {"words": text})

    assert page.status_code == 200
    assert "1000 characters at most. Now there are 1001." in page.content.decode()
    assert page.context["form"]["words"].value() == text
    assert "maxlength" not in page.content.decode()
    assert not OpenAnswer.objects.exists()


def test_line_ends_count_once(bens_client, here):
    bens_client.post(here, {"words": "가\r\n" * 499 + "가나"})
    assert len(OpenAnswer.objects.get().text) == 1000


def test_a_text_sent_when_the_wave_has_just_closed_stays_on_the_page(bens_client, wave, here):
    closed_wave(wave)
    page = bens_client.post(here, {"words": "I wrote this for an hour."})

    assert "is not open" in page.content.decode()
    assert page.context["form"]["words"].value() == "I wrote this for an hour."
    assert bens_client.get(here).url == reverse("surveys:answer", args=[wave.pk])


def test_a_text_survives_an_expired_session(bens_client, ben, here):
    bens_client.logout()
    sent = bens_client.post(here, {"words": "Still here?"})
    assert sent.url.startswith("/accounts/login")

    bens_client.force_login(ben)
    assert bens_client.get(here).context["form"]["words"].value() == "Still here?"


def test_what_is_typed_is_kept_by_itself(bens_client, here):
    kept = bens_client.post(here, {"words": "Half a sent", "do": "autosave"}, headers=HTMX)
    assert "Kept." in kept.content.decode()
    assert OpenAnswer.objects.get().text == "Half a sent"

    refused = bens_client.post(here, {"words": "길" * 1001, "do": "autosave"}, headers=HTMX)
    assert "Now there are 1001." in refused.content.decode()
    assert OpenAnswer.objects.get().text == "Half a sent"


def test_the_link_of_an_invitation_is_enough(client_of, wave, bens, here):
    answer(wave, bens, hand_in=False)
    client = on_the_pages_of(bens, wave, client_of())
    client.get(answer_link(wave, bens))
    client.post(here, {"words": "By link."})
    assert OpenAnswer.objects.get().text == "By link."


def test_who_has_not_begun_begins_first(client_of, wave, ben, bens, here):
    client = on_the_pages_of(bens, wave, client_of(ben))
    begin = reverse("surveys:answer", args=[wave.pk])
    assert client.get(here).url == begin
    assert client.post(here, {"words": "Good."}).url == begin


def test_a_wave_without_such_a_question_has_no_such_page(client_of, eva, ben):
    survey = registered_survey(eva, n_min=8, m_min=2)
    wave = open_wave_of(survey)
    bens = joined(survey.pilot, ben, at=survey.made_at)
    answer(wave, bens, hand_in=False)
    client = on_the_pages_of(bens, wave, client_of(ben))
    begin, review = (reverse(f"surveys:{name}", args=[wave.pk]) for name in ("answer", "answer_review"))

    assert client.get(begin).context["resume"] == review
    assert "own words" not in client.get(begin).content.decode() + client.get(review).content.decode()
    last = reverse("surveys:answer_screen", args=[wave.pk, 8])
    assert "Page 8 of 8" in client.get(last).content.decode()
    assert client.post(last, {"leave_open": "1"}).url == review
    here = reverse("surveys:answer_words", args=[wave.pk])
    assert client.get(here).url == client.post(here, {"words": "Good."}).url == begin
    assert not OpenAnswer.objects.exists()


def test_writing_costs_few_queries(bens_client, wave, here, django_assert_max_num_queries):
    for text in ("Good.", "Better."):
        with django_assert_max_num_queries(11):
            bens_client.post(here, {"words": text})
    for name in ("answer", "answer_words", "answer_review"):
        with django_assert_max_num_queries(13):
            bens_client.get(reverse(f"surveys:{name}", args=[wave.pk]))


@pytest.fixture
def bens_sheet(wave, bens, eva):
    return give_out_sheets(wave, ["ben"], by=eva, at=wave.opens_at)[0]


def test_staff_enter_what_somebody_said(client_of, eva, wave, bens_sheet):
    client = client_of(eva)
    asked = client.post(reverse("surveys:enter", args=[wave.pk]), {"sheet": bens_sheet.code})
    assert "In the person’s own words" in asked.content.decode()

    enter = reverse("surveys:enter_answers", args=[wave.pk])
    page = client.post(enter, {"sheet": bens_sheet.code, "mode": "paper", "words": "길" * 1001})
    assert page.context["form"]["words"].value() == "길" * 1001
    assert not Response.objects.exists()
    client.post(enter, {"sheet": bens_sheet.code, "mode": "paper", "words": "다리 밑이 어두워요."})
    written = OpenAnswer.objects.get()
    assert (written.text, written.response.mode) == ("다리 밑이 어두워요.", "paper")
    assert written.response.submitted_at is not None


def test_staff_enter_a_sheet_whose_last_question_is_empty(client_of, eva, wave, bens_sheet):
    typed = {"sheet": bens_sheet.code, "mode": "assisted", "words": ""}
    client_of(eva).post(reverse("surveys:enter_answers", args=[wave.pk]), typed)
    assert Response.objects.get().submitted_at is not None
    assert not OpenAnswer.objects.exists()


def test_no_page_of_staff_shows_a_text_while_the_wave_is_open(client_of, eva, mo, wave, bens, bens_sheet):
    answer_openly(wave, bens, "Nobody else reads this yet.")
    for name in ("surveys:wave", "surveys:signals"):
        shown = client_of(eva).get(reverse(name, args=[wave.pk]))
        assert "Nobody else reads this" not in shown.content.decode()
    for staff in (eva, mo):
        shown = client_of(staff).post(reverse("surveys:enter", args=[wave.pk]), {"sheet": bens_sheet.code})
        assert "Nobody else" not in shown.content.decode()


@pytest.fixture
def planner(client_of, eva: Person):
    return client_of(eva)


def plan_of(survey: Survey, **fields: str) -> dict[str, str]:
    """The form of the plan as it stands, with other fields."""
    waves = list(survey.waves.order_by("number"))
    form = {"bank": "lla-13", "remind_after_days": "3", "reminders": "2"}
    form |= {f"waves-{name}": value for name, value in {"TOTAL_FORMS": "4", "INITIAL_FORMS": "0"}.items()}
    for number, wave in enumerate(waves):
        form |= {
            f"waves-{number}-opens_at": wave.opens_at.strftime("%Y-%m-%dT%H:%M"),
            f"waves-{number}-closes_at": wave.closes_at.strftime("%Y-%m-%dT%H:%M"),
            f"waves-{number}-n_planned": "120",
        }
    return form | fields


def test_a_new_plan_comes_with_the_usual_question(planner, mo):
    form = planner.get(reverse("surveys:plan", args=[announced_pilot(mo).slug])).context["form"]
    assert form["open_question_ko"].value() == USUAL_OPEN_QUESTION["ko"]
    assert form["open_question_en"].value() == USUAL_OPEN_QUESTION["en"]


def test_the_question_of_a_plan_is_changed_or_taken_out_until_the_rule_is_registered(planner, eva):
    survey = planned_survey(eva, with_open_question=True)
    page = reverse("surveys:plan", args=[survey.pilot.slug])
    assert planner.get(page).context["form"]["open_question_en"].value() == USUAL_OPEN_QUESTION["en"]

    planner.post(page, plan_of(survey, open_question_ko="무엇이 어땠나요?", open_question_en="How was it?"))
    survey.refresh_from_db()
    assert (survey.open_question_ko, survey.open_question_en) == ("무엇이 어땠나요?", "How was it?")
    planner.post(page, plan_of(survey))
    survey.refresh_from_db()
    assert (survey.open_question_ko, survey.open_question_en) == ("", "")


def test_a_question_in_one_language_is_no_question(planner, eva):
    survey = planned_survey(eva)
    page = planner.post(
        reverse("surveys:plan", args=[survey.pilot.slug]), plan_of(survey, open_question_ko="무엇이 어땠나요?")
    )
    assert "both languages" in str(page.context["form"].errors["open_question_en"])
    assert page.context["form"]["open_question_ko"].value() == "무엇이 어땠나요?"


def test_the_registered_rule_and_its_page_name_the_question_as_it_is_asked(client_of, survey):
    asked = survey.registration.document["open_question"]
    assert asked["en"] == "What was good about Footstep lamps, and what should change?"
    assert "에서 무엇이 좋았고" in asked["ko"]
    assert asked["en"] in client_of().get(reverse("surveys:rule", args=[survey.pilot.slug])).content.decode()
