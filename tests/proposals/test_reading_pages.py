"""The list, the map and the page of a proposal."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.models import Person
from proposals.actions.comment import edit_comment, flag_comment
from proposals.actions.moderate import hide_flagged_comment, publish_proposal, translate_proposal
from proposals.actions.propose import add_photo, submit_proposal
from proposals.actions.support import support_proposal
from proposals.models import Comment, Proposal
from proposals.views import reading
from tests.builders import proposals as build
from tests.people import make_area, make_person

NOW = timezone.now
LIST = "/proposals/"


def titles(response) -> list[str]:
    return [proposal.title for proposal in response.context["proposals"]]


def counts_of(page: str, proposal: Proposal) -> list[str]:
    """Supports and comments that the list shows of a proposal."""
    row = page.partition(reverse("proposals:detail", args=[proposal.pk]))[2].partition("</li>")[0]
    return re.findall(r"(?:Supports|Comments) (\d+)", row)


def queries_of(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


@pytest.fixture
def three(ana, mo, ben):
    at = NOW()
    lights = build.published(ana, mo, at=at - timedelta(days=3), title="Lights")
    benches = build.published(ana, mo, at=at - timedelta(days=2), title="Benches", field=build.make_field("07", "교육"))
    ramps = build.published(
        ana,
        mo,
        at=at - timedelta(days=1),
        title="램프",
        language="ko",
        area=make_area("아름동", "Areum-dong", "3611053000"),
    )
    support_proposal(benches, by=ben, at=at)
    build.comment(lights, ben)
    return lights, benches, ramps


def test_the_list_shows_the_newest_first_and_only_what_is_public(client_of, three, ana):
    build.submitted(ana, title="Not yet")

    assert titles(client_of().get(LIST)) == ["램프", "Benches", "Lights"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=bench", ["Benches"]),
        ("q=램프", ["램프"]),
        ("q=LAMPS+DIM", ["램프", "Benches", "Lights"]),
        ("field=07", ["Benches"]),
        ("stage=published", ["램프", "Benches", "Lights"]),
        ("stage=retired", []),
        ("sort=supported", ["Benches", "램프", "Lights"]),
        ("sort=discussed", ["Lights", "램프", "Benches"]),
        ("field=nonsense&sort=nonsense&page=nonsense", ["램프", "Benches", "Lights"]),
    ],
)
def test_search_filters_and_order_are_in_the_address(client_of, three, query, found):
    assert titles(client_of().get(f"{LIST}?{query}")) == found


def test_the_list_can_be_narrowed_to_an_area(client_of, three):
    assert titles(client_of().get(LIST, {"area": three[2].area_id})) == ["램프"]


def test_an_empty_search_says_what_to_do(client_of, three):
    page = client_of().get(LIST, {"q": "zeppelin"})

    assert f'href="{LIST}"' in page.content.decode()
    assert "Show all proposals" in page.content.decode()
    assert "proposals yet" not in page.content.decode()


def test_an_empty_city_invites_to_propose(client_of, db):
    page = client_of().get(LIST).content.decode()

    assert "There are no proposals yet" in page
    assert reverse("proposals:new") in page


def test_the_map_counts_every_area_and_links_to_its_list(client_of, three):
    response = client_of().get(LIST, {"view": "map", "field": "02"})

    counts = {area.name_en: area.value for area in response.context["areas"]}
    assert counts == {"Dodam-dong": 1, "Areum-dong": 1}
    assert f"{LIST}?field=02&amp;area={three[2].area_id}" in response.content.decode()


def test_the_map_says_how_many_points_it_leaves_out(client_of, three, monkeypatch):
    Proposal.objects.update(lat=36.48, lon=127.28)
    everything = client_of().get(LIST, {"view": "map"}).content.decode()
    monkeypatch.setattr(reading, "MOST_POINTS", 1)

    page = client_of().get(LIST, {"view": "map"})

    assert len(page.context["points"]) == 1
    assert "1 points are drawn; 2 more would not fit." in page.content.decode()
    assert "would not fit" not in everything


def test_what_changes_in_a_proposal_shows_in_the_list_at_once_in_either_language(client_of, three, ben, sam, mo):
    lights = three[0]

    def list_for(person=None):
        return client_of(person).get(LIST).content.decode()

    assert counts_of(list_for(), lights) == ["0", "1"]
    build.comment(lights, sam, "So do I.")
    translate_proposal(lights, title="밤길 가로등")
    ben.language = "ko"
    ben.save()

    assert counts_of(list_for(), lights) == ["0", "2"]
    assert "밤길 가로등" in list_for(ben)
    assert "밤길 가로등" not in list_for()


@pytest.mark.parametrize("url", [LIST, f"{LIST}?view=map", f"{LIST}?q=lamps&sort=supported"])
def test_the_list_asks_the_same_few_questions_for_any_number_of_rows(client_of, three, ana, ben, mo, url):
    client = client_of(ben)
    few = queries_of(client, url)
    for number in range(8):
        build.comment(build.published(ana, mo, title=f"Lamps {number}"), ben)

    assert queries_of(client, url) == few <= 13


def test_the_page_of_a_proposal_asks_the_same_few_questions_for_any_number_of_comments(client_of, ana, ben, mo, sam):
    proposal = build.published(ana, mo)
    first = build.comment(proposal, ben)
    build.comment(proposal, ana, "Thanks", parent=first)
    few_for = {person: queries_of(client_of(person), f"/proposals/{proposal.pk}/") for person in (ana, ben, mo)}
    for number in range(6):
        asked = build.comment(proposal, make_person(f"neighbour{number}"), f"Number {number}")
        build.comment(proposal, sam, f"Answer {number}", parent=asked)

    for person, few in few_for.items():
        assert queries_of(client_of(person), f"/proposals/{proposal.pk}/") == few <= 13


def test_only_its_author_and_staff_see_what_is_not_public(client_of, ana, ben, mo):
    url = reverse("proposals:detail", args=[build.submitted(ana).pk])

    assert client_of().get(url).status_code == 404
    assert client_of(ben).get(url).status_code == 404
    assert client_of(ana).get(url).status_code == 200
    assert client_of(mo).get(url).status_code == 200
    draft = reverse("proposals:detail", args=[build.draft(ana).pk])
    assert client_of(mo).get(draft).status_code == 404


def test_the_history_tells_roles_and_reasons_but_no_names_of_staff(client_of, ana, mo):
    page = client_of().get(reverse("proposals:detail", args=[build.published(ana, mo).pk])).content.decode()

    assert "Moderator" in page
    assert "mo Kim" not in page
    assert mo.email not in page
    assert ">mo<" not in page


def test_the_public_learns_how_many_support_but_not_who(client_of, ana, ben, mo):
    proposal = build.published(ana, mo)
    support_proposal(proposal, by=ben, at=NOW())

    page = client_of().get(reverse("proposals:detail", args=[proposal.pk])).content.decode()

    assert "1 resident supports this" in page
    assert "ben" not in page


def test_comments_are_narrowed_by_kind_and_paged(client_of, ana, ben, mo):
    proposal = build.published(ana, mo)
    for number in range(51):
        build.comment(proposal, ben, f"For {number}", kind="for")
    build.comment(proposal, ben, "But how?", kind="question")
    url = reverse("proposals:detail", args=[proposal.pk])

    assert len(client_of().get(url).context["comments"]) == 50
    assert len(client_of().get(url, {"page": 2}).context["comments"]) == 2
    assert [said.body_en for said in client_of().get(url, {"kind": "question"}).context["comments"]] == ["But how?"]


def test_what_people_say_shows_at_once_and_to_each_what_she_may_do(client_of, ana, ben, sam, mo):
    comment = build.comment(build.published(ana, mo), ben)
    address = reverse("proposals:detail", args=[comment.proposal_id])
    change, report = (reverse(f"proposals:{what}", args=[comment.pk]) for what in ("edit-comment", "report-comment"))

    def page_for(person):
        return client_of(person).get(address).content.decode()

    offered = {person: (change in page_for(person), report in page_for(person)) for person in (None, ben, sam)}
    assert offered == {None: (False, True), ben: (True, False), sam: (False, True)}
    edit_comment(comment, by=ben, text="Better words", at=NOW())
    assert "Better words" in page_for(sam)
    build.comment(comment.proposal, sam, "An answer", parent=comment)
    assert "An answer" in page_for(None)
    Person.objects.filter(pk=ben.pk).update(nickname="benjamin", nickname_key="benjamin")
    assert "benjamin" in page_for(sam)
    Comment.objects.filter(pk=comment.pk).update(at=NOW() - timedelta(minutes=20))
    assert change not in page_for(ben)


def test_a_hidden_comment_leaves_its_place_but_not_its_words(client_of, ana, ben, mo):
    proposal = build.published(ana, mo)
    comment = build.comment(proposal, ben, "Rude words")
    build.comment(proposal, ana, "Please be kind.", parent=comment)
    hide_flagged_comment(flag_comment(comment, by=ana, reason="insult", at=NOW()), by=mo, at=NOW(), reason="Rude.")

    page = client_of().get(reverse("proposals:detail", args=[proposal.pk])).content.decode()

    assert "Rude words" not in page
    assert "Staff have hidden this comment" in page
    assert "Please be kind." in page


def test_a_photo_is_seen_by_whoever_sees_its_proposal(client_of, ana, ben):
    draft = build.draft(ana)
    url = reverse("proposals:photo", args=[add_photo(draft, by=ana, upload=build.picture(), alt="A path", at=NOW()).pk])

    assert client_of().get(url).status_code == 404
    assert client_of(ben).get(url).status_code == 404
    own = client_of(ana).get(url)
    assert own["Content-Type"] == "image/webp"
    assert own["Cache-Control"] == "private, no-store"
    own.close()


def test_a_public_photo_may_be_cached(client_of, ana, mo):
    draft = build.draft(ana)
    photo = add_photo(draft, by=ana, upload=build.picture(), alt="A path", at=NOW())
    publish_proposal(submit_proposal(draft, by=ana, at=NOW()), by=mo, at=NOW())

    response = client_of().get(reverse("proposals:photo", args=[photo.pk]))

    assert response["Cache-Control"] == "public, max-age=3600"
    response.close()


def test_a_text_in_the_other_language_is_marked(client_of, ana, mo):
    proposal = build.published(ana, mo, title="가로등", language="ko")

    page = client_of(language="en").get(reverse("proposals:detail", args=[proposal.pk])).content.decode()

    assert '<span dir="auto" lang="ko">가로등</span>' in page


def test_who_proposed_and_who_talks_is_told_by_nickname_alone(client_of, ana, ben, mo):
    lights = build.published(ana, mo, title="Lights")
    comment = build.comment(lights, ben)
    build.comment(lights, ana, parent=comment)

    for reader in (None, ana, ben, mo):
        for url in (lights_page := reverse("proposals:detail", args=[lights.pk]), f"{lights_page}?kind=plain", LIST):
            page = client_of(reader).get(url).content.decode()
            assert "@" not in page.replace(reader.email if reader else "@@", "")
            assert ana.name not in page
            assert ben.name not in page
        assert "<bdi>ana</bdi>" in client_of(reader).get(lights_page).content.decode()


def test_somebody_without_a_nickname_stays_nameless(client_of, ana, ben, mo):
    """An administrator made on the command line has neither nickname nor name."""
    Person.objects.filter(pk__in=[ana.pk, ben.pk]).update(nickname="", nickname_key="")
    lights = build.published(ana, mo, title="Lights")
    build.comment(lights, ben)

    page = client_of().get(reverse("proposals:detail", args=[lights.pk])).content.decode()

    assert page.count("Member without a nickname") >= 2
    for person in (ana, ben):
        assert person.email not in page
        assert person.name not in page
        assert str(Person.objects.get(pk=person.pk)) == "Member without a nickname"
