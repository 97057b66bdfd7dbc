"""What keeps a session alive is a press: neither pages that ask by themselves nor a password that was changed."""

from datetime import timedelta

import pytest
from django.contrib.auth.management.commands import changepassword
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.models import Session
from tests.api.conftest import codes, token_of
from tests.people import PASSWORD
from tests.web.test_sessions import leave_alone

pytestmark = pytest.mark.django_db
BY_ITSELF = {"X-By-Itself": "yes"}
SESSIONS, DESK = reverse("me:sessions"), reverse("me:residence_desk")
NEW = "a quiet evening walk"


def seen_at(client):
    return Session.objects.get(session_key=client.session.session_key).seen_at


def test_a_page_that_asks_by_itself_does_not_keep_a_session_of_staff_alive(client_of, mo, settings):
    client = client_of(mo)
    leave_alone(client, hours=settings.STAFF_IDLE_HOURS, minutes=-5)
    before = seen_at(client)

    assert client.get(DESK, headers=BY_ITSELF).status_code == 200
    assert seen_at(client) == before
    leave_alone(client, hours=settings.STAFF_IDLE_HOURS, minutes=1)

    assert client.get(DESK, headers=BY_ITSELF).status_code == 302
    assert not mo.sessions.exists()


def test_a_press_keeps_it_alive(client_of, mo, settings):
    client = client_of(mo)
    leave_alone(client, hours=settings.STAFF_IDLE_HOURS, minutes=-5)

    client.get(DESK)

    assert timezone.now() - seen_at(client) < timedelta(minutes=1)


def test_after_a_new_password_no_dead_session_is_listed(client_of, ana, ben):
    here, there, anas = client_of(ben), client_of(ben), client_of(ana)
    assert len(here.get(SESSIONS).context["sessions"]) == 2

    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    (listed,) = here.get(SESSIONS).context["sessions"]
    assert listed.session_key == here.session.session_key
    assert list(ben.sessions.all()) == [listed]
    assert there.get(SESSIONS).status_code == 302
    assert anas.get(SESSIONS).status_code == 200


def test_a_password_changed_on_the_server_ends_sessions_and_tokens(client, client_of, ana, ben, monkeypatch):
    bens, anas, token = client_of(ben), client_of(ana), token_of(ben)
    anas_token = token_of(ana)
    monkeypatch.setattr(changepassword.Command, "_get_pass", lambda _command, prompt="": NEW)

    call_command("changepassword", ben.email)

    ben.refresh_from_db()
    assert ben.check_password(NEW)
    assert not ben.sessions.exists()
    assert bens.get(SESSIONS).status_code == 302
    me = "/api/v1/me/proposals/"
    assert codes(client.get(me, headers={"authorization": f"Bearer {token}"})) == (401, "token_ended")
    assert anas.get(SESSIONS).status_code == 200
    assert client.get(me, headers={"authorization": f"Bearer {anas_token}"}).status_code == 200
