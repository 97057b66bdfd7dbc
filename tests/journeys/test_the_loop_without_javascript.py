"""Once around the loop in English, by five people on phones that run no script."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from feedback.tasks import tell_people_of_decisions
from livinglab.accounts.models import Area
from livinglab.accounts.roles import Role
from proposals.models import Comment, Proposal
from surveys.actions.waves import close_wave
from tests.browser import Visitor, follow
from tests.builders.surveys import AGAINST, CONTENT, answer, take_part
from tests.journeys import steps
from tests.journeys.steps import fits_a_phone
from tests.people import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_once_around_in_english_without_javascript(visitor: Visitor, city, look, path_at_night):
    dodam = Area.objects.get(name_ko="도담동")
    ana, ben = (make_person(nickname, area=dodam, confirmed=True) for nickname in ("ana", "ben"))
    mo, eva = make_person("mo", Role.MODERATOR), make_person("eva", Role.EVALUATOR)
    hana = make_person("hana", Role.HOST)
    pages = {}
    for person in (ana, ben, mo, eva, hana):
        pages[person] = visitor(locale="en-GB", javascript=False, width=360, height=740)
        steps.sign_in(pages[person], person)

    steps.propose(
        pages[ana],
        area="Dodam-dong",
        field="Transport",
        photo=path_at_night,
        alt="A dark path along a stream",
        look=fits_a_phone,
        title="Street lights that notice footsteps",
        problem="After ten every second lamp on the Jecheon path is off.",
        idea="Let the lamps brighten when somebody comes near.",
        success="More people take the path after ten.",
        personal_data="None",
    )
    steps.says(pages[ana], "Thank you. Your proposal is with the city now; we tell you what happens.")
    look(pages[ana])
    proposal = Proposal.objects.get()
    pages[mo].goto(f"/proposals/{proposal.pk}/review/")
    look(pages[mo])
    steps.press(pages[mo], "main button[value=publish]")
    steps.says(pages[mo], "“Street lights that notice footsteps” is published.")
    steps.support_and_ask(pages[ben], proposal, question="Does it notice people when it rains?")
    expect(pages[ben].locator("#support")).to_contain_text("1 resident supports this")
    look(pages[ben])

    steps.offer_a_place(pages[hana], area="Dodam-dong", look=fits_a_phone)
    steps.says(pages[hana], "Jecheon path")
    look(pages[hana])
    pilot = steps.prepare_a_pilot(pages[mo], proposal, look=fits_a_phone)
    steps.plan_and_register(pages[eva], pilot, n_min=8, m_min=1, look=fits_a_phone)
    steps.says(pages[eva], "How this pilot is judged")
    look(pages[eva])
    steps.announce(pages[mo], pilot, look=fits_a_phone)
    steps.join(pages[ben], pilot, age_band="65-74", sex="m", look=fits_a_phone)
    steps.says(pages[ben], "You are in. Thank you for trying this out with us!")

    wave = pilot.survey.waves.get(number=1)
    pages[eva].goto(f"/desk/waves/{wave.pk}/")
    steps.press(pages[eva], f"form[action='/desk/waves/{wave.pk}/open/'] button")
    look(pages[eva])
    pages[ben].goto(f"/pilots/{pilot.slug}/")
    follow(pages[ben].get_by_role("link", name="Answer the survey"))
    steps.answer(pages[ben], CONTENT | AGAINST, look=fits_a_phone)
    steps.says(pages[ben], "Thank you. Your answers count.")
    wave.refresh_from_db()
    for number, enrolment in enumerate(take_part(pilot.survey, 9)):
        answer(wave, enrolment, at=timezone.now(), **({} if number < 2 else AGAINST))
    close_wave(wave, at=wave.closes_at)
    pages[eva].goto(f"/desk/waves/{wave.pk}/verdict/")
    look(pages[eva])

    steps.revise(pages[mo], Comment.objects.get(), look=fits_a_phone)
    look(pages[mo])
    tell_people_of_decisions()
    pages[ana].goto("/notices/")
    follow(pages[ana].get_by_role("link", name="is being changed: the city has decided"))
    steps.says(pages[ana], "You worried about rainy days.")
    steps.says(pages[ana], "In the next version every sensor gets a cover.")
    look(pages[ana])
    for page in pages.values():
        look.look_back(page)
