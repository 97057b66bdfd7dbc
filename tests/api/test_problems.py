import pytest
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from livinglab.api.parsers import LARGEST_BODY
from tests.api.conftest import codes

LIST = "/api/v1/proposals/"


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v2/proposals/", "/api/v1/proposals", "/api/v1/proposals/x/"]
)
def test_what_does_not_exist_is_a_problem_too(client, db, path):
    assert codes(client.get(path)) == (404, "not_found")
    assert codes(client.post(path)) == (404, "not_found")


@pytest.mark.parametrize("pk", ["0", "99999999999999999999999999"])
def test_a_number_that_nothing_has_is_not_found(client, db, pk):
    for path in ("proposals", "comments", "waves", "decisions"):
        assert codes(client.get(f"/api/v1/{path}/{pk}/")) == (404, "not_found")


def test_a_method_that_is_not_there_says_which_are(client, db):
    response = client.put(LIST, {}, content_type="application/json")

    assert codes(response) == (405, "method_not_allowed")
    assert response["Allow"] == "GET, POST, HEAD"


def test_only_json_is_read_and_written(program_of, client, ana):
    sent = program_of(ana).post(LIST, "title=Lamps", content_type="application/x-www-form-urlencoded")

    assert codes(sent) == (415, "unsupported_media_type")
    assert codes(client.get(LIST, headers={"accept": "text/html"})) == (406, "not_acceptable")


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff\xfe", b'{"title": NaN}', b'{"point": {"lat": 1' + b"0" * 5000 + b"}}", b"[" * 100_000]
)
def test_what_is_no_json_is_refused(program_of, ana, raw):
    response = program_of(ana).generic("POST", LIST, raw, content_type="application/json")

    assert codes(response) == (400, "parse_error")


def test_a_body_that_is_too_large_is_refused(program_of, ana):
    raw = b'{"title": "' + b"a" * LARGEST_BODY + b'"}'

    assert codes(program_of(ana).generic("POST", LIST, raw, content_type="application/json")) == (413, "too_large")


def test_who_asks_too_often_hears_when_to_come_again(client, db, monkeypatch):
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "anon", "2/min")

    answers = [client.get("/api/v1/fields/") for _number in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert codes(answers[2]) == (429, "throttled")
    assert 0 < int(answers[2]["Retry-After"]) <= 60


def test_a_bug_is_a_problem_without_details(db, monkeypatch):
    monkeypatch.setattr("livinglab.api.places.Fields.list", lambda *_args: 1 / 0)

    response = Client(raise_request_exception=False).get("/api/v1/fields/")

    assert codes(response) == (500, "error")
    assert b"division" not in response.content
