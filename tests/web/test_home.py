"""The first page: the loop in true numbers, what is tried, what came of it, what waits for whom."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from livinglab.accounts.roles import Role
from pilots.actions.run import end_pilot
from pilots.models import Pilot
from proposals.actions.support import support_proposal
from tests.builders import feedback as build_feedback
from tests.builders import pilots as build_pilots
from tests.builders import proposals as build
from tests.builders.surveys import open_wave_of, registered_survey, take_part
from tests.people import make_area, make_person

pytestmark = pytest.mark.django_db

AT_MOST = 12
STATIONS = ["Propose", "Check", "Support", "Try", "Judge", "Decide", "Change"]


def loop_of(page: str) -> dict[str, str]:
    """Each station of the list beside the drawing with its number."""
    return dict(re.findall(r'<p class="loop-head"><a href="[^"]+">([^<]+)</a> <strong>([^<]+)</strong>', page))


def home(client) -> str:
    return client.get("/").content.decode()


def test_an_empty_city_shows_the_loop_with_zeros_and_what_to_do(client_of, db):
    page = home(client_of())

    assert loop_of(page) == dict.fromkeys(STATIONS, "0")
    assert "No pilot takes people at the moment." in page
    assert "Nothing has been decided yet." in page
    assert 'href="/proposals/new/"' in page


def test_numbers_of_the_loop_are_what_stands_in_the_city(client_of, eva, mo, ana, ben):
    first = build.published(ana, mo)
    build.published(ana, mo)
    build.submitted(ana)
    build.draft(ana)
    support_proposal(first, by=ben, at=timezone.now())
    changes = [build_feedback.change(), build_feedback.change(answer="will"), build_feedback.change(answer="will_not")]
    build_feedback.published(build_feedback.verdict(eva, "SCALE"), mo, "scale", changes=changes)
    build_pilots.announced_pilot(mo, of=build_pilots.service(author=ana, moderator=mo))

    page = home(client_of())

    assert loop_of(page) == dict(zip(STATIONS, ["4", "1", "1", "1", "1", "1", "2"], strict=True))


def test_a_draft_decision_and_a_planned_pilot_are_not_counted(client_of, eva, mo, ana):
    build_feedback.draft(build_feedback.verdict(eva, "SCALE"), mo, "scale", changes=[build_feedback.change()])
    build_pilots.planned_pilot(mo, of=build_pilots.service(author=ana, moderator=mo))

    told = loop_of(home(client_of()))

    assert (told["Try"], told["Decide"], told["Change"]) == ("1", "0", "0")


def test_every_number_says_what_it_counts(client_of, db):
    page = home(client_of())

    for meaning in ("Supports that stand today.", "Pilots that are announced and have not ended."):
        assert page.count(meaning) == 2  # in the drawing and in the list
    assert page.count('class="loop-station"') == len(STATIONS)


def test_what_changes_in_a_pilot_shows_at_once_in_either_language(client_of, mo, ana, ben):
    pilot = build_pilots.announced_pilot(mo, of=build_pilots.service(author=ana, moderator=mo))
    assert "0 of 100 places taken" in home(client_of())

    build_pilots.joined(pilot, ben)
    Pilot.objects.update(title_en="Lamps that follow you")

    assert "1 of 100 places taken" in home(client_of())
    assert "Lamps that follow you" in home(client_of())
    ben.language = "ko"
    ben.save()
    assert pilot.title_ko in home(client_of(ben))
    end_pilot(pilot, by=None, at=timezone.now())
    assert "No pilot takes people at the moment." in home(client_of())


def test_pilots_in_the_readers_area_come_first(client_of, mo, ben):
    far = make_area("부강면", "Bugang-myeon", "3611036000")
    for number, area in enumerate([make_area(), far, far, far]):
        author = make_person(f"author{number}", area=area, confirmed=True)
        pilot = build_pilots.announced_pilot(mo, of=build_pilots.service(author=author, moderator=mo), starts_in=number)
        pilot.test_bed.area = area
        pilot.test_bed.save()
        pilot.title_en = f"Trial {number}"
        pilot.save()

    for_ben, for_all = home(client_of(ben)), home(client_of())

    assert "Tried near you now" in for_ben
    assert for_ben.index("Trial 0") < for_ben.index("Trial 3") < for_ben.index("Trial 2")
    assert "Tried near you now" not in for_all
    assert "Trial 0" not in for_all


def test_newest_decision_is_told_with_what_was_said_and_done(client_of, eva, mo):
    decision = build_feedback.published(build_feedback.verdict(eva, "REVISE"), mo, "revise")

    page = home(client_of())

    assert "They come on late when it rains." in page
    assert "The sensors have covers now." in page
    assert f'href="/results/{decision.pk}/"' in page


def test_resident_finds_open_survey_and_unfinished_proposal(client_of, eva, sam):
    survey = registered_survey(eva)
    (enrolment,) = take_part(survey, 1)
    wave = open_wave_of(survey)
    build.draft(enrolment.person)

    page = home(client_of(enrolment.person))
    assert "Waiting for you" in page
    assert f'href="/answer/{wave.pk}/"' in page
    assert "1 proposal you have not handed in" in page

    assert "Waiting for you" not in home(client_of(sam))
    assert "Waiting for you" not in home(client_of())


def test_staff_find_what_waits_by_role(client_of, eva, mo, hana, adam, ana):
    build.submitted(ana)
    verdict = build_feedback.verdict(eva, "SCALE", waves=2)
    open_wave_of(verdict.registration.survey, 2)
    author = make_person("author", area=make_area(), confirmed=True)
    build_pilots.announced_pilot(mo, of=build_pilots.service(author=author, moderator=mo), host=hana)

    told = {
        "1 item in the review queue": {mo},
        "1 verdict waits for a decision": {mo, adam},
        "1 survey of yours is open": {eva},
        "1 pilot runs at your test beds": {hana},
    }
    for words, readers in told.items():
        for person in (mo, eva, hana, adam, ana):
            assert (words in home(client_of(person))) == (person in readers), (words, person)


def test_the_page_asks_the_database_as_often_whoever_comes(client_of, eva, mo, ana, django_assert_max_num_queries):
    everything = make_person("everything", *[role for role in Role if role != Role.RESIDENT], area=make_area())
    verdict = build_feedback.verdict(eva, "SCALE")
    build_feedback.published(verdict, mo, "scale", changes=[build_feedback.change(), build_feedback.change()])
    for number in range(4):
        author = make_person(f"author{number}", area=make_area(), confirmed=True)
        pilot = build_pilots.announced_pilot(mo, of=build_pilots.service(author=author, moderator=mo))
        build.submitted(author)
    end_pilot(pilot, by=None, at=timezone.now() + timedelta(days=1))

    for person in (None, ana, everything):
        client = client_of(person)
        with django_assert_max_num_queries(AT_MOST):
            assert client.get("/").status_code == 200, person
