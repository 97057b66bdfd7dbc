from datetime import timedelta

import pytest
from django.utils import timezone

from proposals.lifecycle import Stage
from proposals.models import Proposal
from tests.api.conftest import codes
from tests.builders import proposals

LIST = "/api/v1/proposals/"
WRITTEN = {name: proposals.WRITTEN[name] for name in Proposal.TEXTS}


@pytest.fixture
def field(db):
    return proposals.make_field()


def test_a_proposal_goes_from_draft_to_staff(program_of, ana, dodam, field):
    program = program_of(ana)

    begun = program.post(LIST, {"language": "en", "title": "Lamps"})
    address = begun["Location"]
    written = WRITTEN | {"field": field.pk, "area": dodam.office_code, "point": {"lat": 36.5, "lon": 127.25}}
    program.patch(address, written)
    handed_in = program.post(f"{address}submit/")

    assert begun.status_code == 201
    assert handed_in.status_code == 200
    assert handed_in.json()["stage"] == "submitted"
    assert handed_in.json()["title"] == {"ko": "", "en": WRITTEN["title"]}
    assert handed_in.json()["point"] == {"lat": 36.5, "lon": 127.25}


def test_the_same_draft_key_makes_one_draft(program_of, ana):
    body = {"draft_key": "3f0b9a52-7b1e-4f1b-8f27-0a4c6d0f9a11", "title": "Lamps", "language": "en"}

    first, second = program_of(ana).post(LIST, body), program_of(ana).post(LIST, body)

    assert first.json()["id"] == second.json()["id"]
    assert Proposal.objects.count() == 1


def test_what_is_incomplete_is_refused_with_a_code_and_a_sentence(program_of, ana):
    draft = proposals.draft(ana, idea="")

    response = program_of(ana).post(f"{LIST}{draft.pk}/submit/")

    assert codes(response) == (409, "incomplete")
    assert "missing" in response.json()["detail"]


def test_refusals_are_told_in_the_language_of_the_caller(program_of, ana):
    draft = proposals.draft(ana, idea="")

    response = program_of(ana, "ko").post(f"{LIST}{draft.pk}/submit/")

    assert response["Content-Language"] == "ko"
    assert response.json()["detail"].endswith(("요.", "다."))


def test_a_draft_is_nobody_elses(program_of, ana, ben, mo):
    address = f"{LIST}{proposals.draft(ana).pk}/"

    assert [codes(program_of(who).get(address)) for who in (None, ben, mo)] == [(404, "not_found")] * 3
    assert codes(program_of(ben).patch(address, {"title": "Mine"})) == (404, "not_found")
    assert codes(program_of(ben).delete(address)) == (404, "not_found")


def test_nothing_is_written_over_that_was_not_seen(program_of, ana):
    program, draft = program_of(ana), proposals.draft(ana)
    address = f"{LIST}{draft.pk}/"
    seen = program.get(address)["ETag"]

    changed = program.patch(address, {"title": "First"}, headers={"if-match": seen})
    late = program.patch(address, {"title": "Second"}, headers={"if-match": seen})
    again = program.patch(address, {"title": "Second"}, headers={"if-match": changed["ETag"]})

    assert (changed.status_code, again.status_code) == (200, 200)
    assert codes(late) == (412, "changed_meanwhile")
    assert program.get(address)["ETag"] == again["ETag"]


def test_what_has_not_changed_is_not_sent_again(program_of, ana, mo):
    proposal = proposals.published(ana, mo)
    for address in (LIST, f"{LIST}{proposal.pk}/"):
        first = program_of().get(address)
        second = program_of().get(address, headers={"if-none-match": first["ETag"]})

        assert second.status_code == 304
        assert second.content == b""


def test_the_list_narrows_and_orders(program_of, ana, ben, mo):
    older = proposals.published(ana, mo, title="Benches along the stream", at=timezone.now() - timedelta(days=2))
    newer = proposals.published(ana, mo, field=proposals.make_field("05"))
    program_of(ben).put(f"{LIST}{older.pk}/support/")

    def found(query):
        return [row["id"] for row in program_of().get(f"{LIST}?{query}").json()["results"]]

    assert found("") == [newer.pk, older.pk]
    assert found("ordering=supported") == [older.pk, newer.pk]
    assert found("q=BENCHES") == [older.pk]
    assert found("field=05&stage=published") == [newer.pk]
    assert found(f"area={ana.area.office_code}&q=lights") == [newer.pk]


@pytest.mark.parametrize(
    "query",
    [
        "ordering=loudest",
        "stage=draft",
        "field=5",
        "area=Dodam",
        "q=",
        "q=a&q=b",
        "q=%00",
        "page_size=0",
        "page_size=101",
        "page_size=99999999999999999999",
        "color=red",
        "format=xml",
    ],
)
def test_a_parameter_that_is_not_described_is_refused(program_of, query):
    response = program_of().get(f"{LIST}?{query}")

    assert codes(response) == (400, "invalid")
    assert set(response.json()["errors"]) == {query.partition("=")[0]}


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "WyJhIiwiYiJd", "WzEsMl0", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwWiIsIjk5OTk5OTk5OTk5OTk5OTk5OTk5Il0"]
)
def test_a_cursor_that_we_did_not_write_breaks_nothing(program_of, cursor):
    assert program_of().get(f"{LIST}?cursor={cursor}").status_code in (200, 400, 404)


@pytest.mark.parametrize("ordering", ["newest", "supported", "discussed"])
def test_pages_hold_every_row_once_also_where_all_are_equal(program_of, ana, mo, ordering):
    at = timezone.now()
    made = {proposals.published(ana, mo, at=at).pk for _number in range(5)}
    url, seen, pages = f"{LIST}?ordering={ordering}&page_size=2", [], 0
    while url:
        page = program_of().get(url).json()
        seen += [row["id"] for row in page["results"]]
        url, pages = page["next"], pages + 1

    assert pages == 3
    assert sorted(seen) == sorted(made)


def test_a_row_that_comes_meanwhile_moves_nothing(program_of, ana, mo):
    first = [proposals.published(ana, mo).pk for _number in range(4)]
    page = program_of().get(f"{LIST}?page_size=2").json()
    proposals.published(ana, mo)

    following = program_of().get(page["next"]).json()

    assert [row["id"] for row in following["results"]] == [first[1], first[0]]


def test_supporting_twice_is_one_support(program_of, ana, ben, mo):
    address = f"{LIST}{proposals.published(ana, mo).pk}/support/"

    program_of(ben).put(address)

    assert program_of(ben).put(address).json() == {"supports": 1, "supported": True}
    assert program_of().get(address).json() == {"supports": 1, "supported": False}
    assert program_of(ben).delete(address).json() == {"supports": 0, "supported": False}


def test_supporting_follows_the_rules_of_the_page(program_of, ana, sam, mo):
    address = f"{LIST}{proposals.published(ana, mo).pk}/support/"

    assert codes(program_of(ana).put(address)) == (409, "own_proposal")
    assert codes(program_of(sam).put(address)) == (409, "residence_not_confirmed")
    assert codes(program_of().put(address)) == (401, "not_authenticated")


def test_comments_are_written_answered_and_corrected(program_of, ana, ben, mo):
    address = f"{LIST}{proposals.published(ana, mo).pk}/comments/"
    asked = program_of(ben).post(address, {"text": "Until when?", "kind": "question", "language": "en"})
    program_of(ana).post(address, {"text": "자정까지요.", "language": "ko", "parent": asked.json()["id"]})
    corrected = program_of(ben).patch(asked["Location"], {"text": "Until when at night?"})

    told = program_of().get(address).json()["results"]

    assert corrected.status_code == 200
    assert [row["text"]["en"] or row["text"]["ko"] for row in told] == ["Until when at night?", "자정까지요."]
    assert told[1]["parent"] == told[0]["id"]
    assert told[0]["author"] == "ben"


def test_nobody_corrects_the_words_of_somebody_else(program_of, ana, ben, mo):
    comment = proposals.comment(proposals.published(ana, mo), ben)

    assert codes(program_of(ana).patch(f"/api/v1/comments/{comment.pk}/", {"text": "Yes!"})) == (404, "not_found")


def test_no_address_and_no_name_is_told_of_people(program_of, ana, ben, mo):
    proposal = proposals.published(ana, mo)
    proposals.comment(proposal, ben)

    told = (
        program_of().get(f"{LIST}{proposal.pk}/").content + program_of().get(f"{LIST}{proposal.pk}/comments/").content
    )

    assert b"@" not in told
    assert b"Kim" not in told


@pytest.mark.parametrize(
    "body",
    [
        {"title": 5},
        {"title": ["x"]},
        {"title": "a\0b"},
        {"title": "x" * 121},
        {"titel": "x"},
        {"area": 3611052000},
        {"area": "3611052000\n"},
        {"point": {"lat": 10**400, "lon": 127}},
        {"point": {"lat": 36.5}},
        {"smart_service_level": 99999999999999999999},
        {"smart_service_level": True},
        {"language": "fr"},
        ["not", "an", "object"],
    ],
)
def test_a_body_that_is_not_described_is_refused(program_of, ana, body):
    assert codes(program_of(ana).post(LIST, body)) == (400, "invalid")
    assert not Proposal.objects.exists()


def test_references_to_what_the_city_has_not_are_refused(program_of, ana):
    assert codes(program_of(ana).post(LIST, {"field": "99"})) == (409, "unknown_reference")
    assert codes(program_of(ana).post(LIST, {"area": "0000000000"})) == (409, "unknown_reference")
    assert codes(program_of(ana).post(LIST, {"language": "ko", "title": "가" * 81})) == (409, "too_long")
    assert not Proposal.objects.exists()


def test_withdrawing_and_throwing_away(program_of, ana, mo):
    published, draft = proposals.published(ana, mo), proposals.draft(ana)

    assert program_of(ana).post(f"{LIST}{published.pk}/withdraw/").json()["stage"] == Stage.WITHDRAWN
    assert program_of(ana).delete(f"{LIST}{draft.pk}/").status_code == 204
    assert [row["id"] for row in program_of(ana).get("/api/v1/me/proposals/").json()["results"]] == [published.pk]


def test_the_list_costs_the_same_however_long_it_is(program_of, ana, mo, django_assert_max_num_queries):
    for _number in range(12):
        proposals.published(ana, mo)
    program = program_of(ana)
    for address in (LIST, f"{LIST}{Proposal.objects.first().pk}/", "/api/v1/me/proposals/"):
        with django_assert_max_num_queries(12):
            assert program.get(address).status_code == 200
