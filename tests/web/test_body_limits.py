"""How much one request may send, read from its header before anything else of it."""

import http.client
import json
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from livinglab.body_limits import MB, SIGNED_IN, SIGNED_OUT, WITH_PHOTOS
from proposals.models import Proposal
from tests.api.conftest import token_of

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def send(client: Client, path: str, size: int, kind: str = FORM, **headers: str):
    return client.generic("POST", path, b"text=" + b"x" * (size - 5), content_type=kind, headers=headers)


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x", "application/octet-stream"])
@pytest.mark.parametrize("path", ["/contact/", "/accounts/login/", "/proposals/new/"])
def test_who_is_not_signed_in_sends_little(client_of, path, kind):
    client = client_of()

    refused = send(client, path, SIGNED_OUT + 1, kind)

    assert refused.status_code == 413
    assert "Go back in your browser" in refused.content.decode()
    assert "You are not signed in; who is may send more." in refused.content.decode()
    assert send(client, path, SIGNED_OUT).status_code in (200, 302)


def test_who_is_signed_in_sends_more(client_of, ben):
    client = client_of(ben)

    assert send(client, "/me/", SIGNED_OUT + 1).status_code == 200
    refused = send(client, "/me/", SIGNED_IN + 1)

    assert refused.status_code == 413
    assert "You are not signed in" not in refused.content.decode()


def test_photos_are_taken_where_photos_belong(client_of, ben):
    client = client_of(ben)
    photo = SimpleUploadedFile("a.jpg", b"x" * (3 * MB), content_type="image/jpeg")

    assert client.post(reverse("me:profile"), {"photo": photo}).status_code == 413
    photo.seek(0)
    assert client.post(reverse("proposals:new"), {"title": "Lamps", "photos": photo}).status_code == 200
    assert Proposal.objects.get().title == "Lamps"
    assert client.generic("POST", "/proposals/new/", b"", CONTENT_LENGTH=str(WITH_PHOTOS + 1)).status_code == 413


def test_programs_get_a_problem(client, ben):
    refused = send(client, "/api/v1/proposals/", SIGNED_OUT + 1, "application/json")
    assert (refused.status_code, refused["Content-Type"]) == (413, "application/problem+json")
    assert json.loads(refused.content)["code"] == "too_large"

    with_token = {"Authorization": f"Bearer {token_of(ben)}"}
    assert send(client, "/api/v1/proposals/", SIGNED_OUT + 1, "application/json", **with_token).status_code == 400
    assert send(client, "/api/v1/proposals/", SIGNED_IN + 1, "application/json", **with_token).status_code == 413


@pytest.mark.parametrize("path", ["/contact/", "/api/v1/proposals/"])
def test_a_body_that_does_not_say_how_long_it_is_is_refused(client, path):
    request = {"HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": ""}

    assert client.generic("POST", path, b"", content_type=FORM, **request).status_code == 411
    assert RequestFactory().generic("POST", path, b"").META.get("HTTP_TRANSFER_ENCODING") is None


@pytest.mark.parametrize("length", ["-1", "1e9", "10, 20"])
def test_a_length_that_is_none_is_refused(client, length):
    assert client.generic("POST", "/contact/", b"", content_type=FORM, CONTENT_LENGTH=length).status_code == 413


@pytest.mark.django_db(transaction=True)
def test_a_server_answers_before_it_has_read_what_is_too_large(live_server):
    """The whole of a gigabyte is announced, and nothing of it sent."""
    connection = http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=30)
    connection.putrequest("POST", "/contact/")
    connection.putheader("Content-Type", FORM)
    connection.putheader("Content-Length", str(1024 * MB))
    connection.endheaders()

    assert connection.getresponse().status == 413
    connection.close()
