"""Whoever speaks for the city has a badge beside the name, which nobody can type."""

import re

import pytest
from django.urls import reverse

from livinglab.accounts.models import Person, RoleGrant
from livinglab.accounts.roles import Role
from tests.builders import proposals as build
from tests.people import make_person

pytestmark = pytest.mark.django_db
BADGE = "City staff</span>"


@pytest.fixture
def lights(ana, mo):
    return build.published(ana, mo)


@pytest.fixture
def page(client_of, lights):
    return lambda: client_of().get(reverse("proposals:detail", args=[lights.pk])).content.decode()


@pytest.mark.parametrize("role", Role.granted(), ids=lambda role: role[0])
def test_comments_and_answers_of_staff_bear_the_badge_and_those_of_hosts_do_not(lights, page, ben, role):
    question = build.comment(lights, ben, kind="question")
    assert BADGE not in page()

    staff = make_person("clerk", Role(role[0]))
    build.comment(lights, staff, parent=question, text="We look into it.")
    build.comment(lights, staff)

    assert page().count(BADGE) == (0 if role[0] == "host" else 2)


def test_the_badge_goes_with_the_role(lights, page, mo):
    build.comment(lights, mo)
    assert page().count(BADGE) == 1

    RoleGrant.objects.filter(person=mo).delete()
    assert BADGE not in page()


def test_a_proposal_of_staff_says_so(client_of, mo, dodam):
    other = make_person("mona", Role.MODERATOR)
    proposal = build.published(mo, other)
    page = client_of().get(reverse("proposals:detail", args=[proposal.pk])).content.decode()

    assert re.search(r'<bdi>mo</bdi>\s*<span class="badge badge-primary badge-staff">', page)
    told = client_of().get(reverse("api:proposal", args=[proposal.pk])).json()
    assert (told["author"], told["by_city_staff"]) == ("mo", True)


def test_a_name_that_spells_the_badge_is_text_beside_no_badge(lights, page, ben):
    Person.objects.filter(pk=ben.pk).update(nickname="City staff</span>", nickname_key="citystaff")
    build.comment(lights, ben)

    assert BADGE not in page()
    assert "City staff&lt;/span&gt;" in page()


def test_programs_are_told_who_speaks_for_the_city(client_of, lights, ben, mo):
    for author in (ben, mo):
        build.comment(lights, author, text=f"Says {author.nickname}")
    rows = client_of().get(reverse("api:comments", args=[lights.pk])).json()["results"]

    assert [(row["author"], row["by_city_staff"]) for row in rows] == [("ben", False), ("mo", True)]


def test_the_badge_costs_no_query_a_comment(client_of, lights, mo, ben, django_assert_max_num_queries):
    url = reverse("proposals:detail", args=[lights.pk])
    for number in range(12):
        build.comment(lights, mo if number % 2 else ben, text=f"Comment {number}")
    client = client_of()
    client.get(url)

    with django_assert_max_num_queries(10):
        client.get(url)
