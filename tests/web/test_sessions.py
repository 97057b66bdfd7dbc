"""Everybody sees where they are signed in and can end it; sessions that staff left open end by themselves."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.contrib.sessions.models import Session as DjangosSession
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.models import Session
from livinglab.accounts.sessions import TOUCH_EVERY, device_of
from tests.people import PASSWORD

PAGE = reverse("me:sessions")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
KAKAO = (
    "Mozilla/5.0 (Linux; Android 15; SM-S921N) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0.0.0"
    " Mobile Safari/537.36 KAKAOTALK 11.0"
)
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0"
    " Mobile/15E148 Safari/604.1"
)


def leave_alone(client, **time) -> None:
    """As if nothing had happened in this session for so long."""
    Session.objects.filter(session_key=client.session.session_key).update(seen_at=timezone.now() - timedelta(**time))


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (FIREFOX, "Firefox, Windows"),
        (KAKAO, "KakaoTalk, Android"),
        (SAFARI, "Safari, iPhone"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_of_a_device_only_the_families_are_kept(user_agent, device):
    assert device_of(user_agent) == device


def test_own_sessions_are_listed_and_nobody_elses(client_of, ana, ben):
    here, there = client_of(ben), client_of(ben)
    client_of(ana)
    for client, user_agent in ((here, FIREFOX), (there, KAKAO)):
        leave_alone(client, hours=1)
        client.get(PAGE, headers={"user-agent": user_agent})

    page = here.get(PAGE)

    assert {session.device for session in page.context["sessions"]} == {"Firefox, Windows", "KakaoTalk, Android"}
    assert page.content.decode().count("this device") == 1
    for client in (here, there):
        assert client.session.session_key not in page.content.decode()


def test_the_device_is_known_from_signing_in_on(client_of, ben):
    client = client_of()
    client.post(reverse("account_login"), {"login": ben.email, "password": PASSWORD}, headers={"user-agent": FIREFOX})

    assert Session.objects.get(person=ben).device == "Firefox, Windows"


def test_one_session_is_ended(client_of, ben):
    here, there = client_of(ben), client_of(ben)
    handle = Session.objects.get(session_key=there.session.session_key).handle

    here.post(PAGE, {"end": handle})

    assert there.get(PAGE).status_code == 302
    assert here.get(PAGE).status_code == 200


def test_session_of_somebody_else_is_not_ended(client_of, ana, ben):
    anas = client_of(ana)

    client_of(ben).post(PAGE, {"end": Session.objects.get(session_key=anas.session.session_key).handle})

    assert anas.get(PAGE).status_code == 200


@pytest.mark.parametrize(("end", "here_after"), [("others", 200), ("all", 302)])
def test_sign_out_everywhere(client_of, ana, ben, end, here_after):
    here, there, anas = client_of(ben), client_of(ben), client_of(ana)

    here.post(PAGE, {"end": end})

    assert there.get(PAGE).status_code == 302
    assert here.get(PAGE).status_code == here_after
    assert anas.get(PAGE).status_code == 200


def test_list_follows_a_new_password_and_signing_out(client_of, ben):
    here, there = client_of(ben), client_of(ben)
    signed_in_at = Session.objects.get(session_key=here.session.session_key).signed_in_at
    new = {"oldpassword": PASSWORD, "password1": "a quiet evening walk", "password2": "a quiet evening walk"}

    here.post(reverse("account_change_password"), new)

    assert there.get(PAGE).status_code == 302
    session = Session.objects.get(session_key=here.session.session_key)
    assert (session.person, session.signed_in_at) == (ben, signed_in_at)
    here.post(reverse("account_logout"))
    assert not ben.sessions.filter(session_key=session.session_key).exists()


def test_time_of_last_use_is_written_every_few_minutes_only(client_of, ben, django_assert_num_queries):
    client = client_of(ben)
    with django_assert_num_queries(4):  # session, person, sessions of the person, unread notices
        client.get(PAGE)
    leave_alone(client, minutes=TOUCH_EVERY.seconds / 60 + 1)
    expires = Session.objects.get().expire_date

    with django_assert_num_queries(5):
        client.get(PAGE)

    session = Session.objects.get()
    assert timezone.now() - session.seen_at < TOUCH_EVERY
    assert session.expire_date == expires  # use does not make a session longer


def test_staff_are_signed_out_after_idle_hours_and_led_back(client_of, mo, settings):
    client, desk = client_of(mo), reverse("me:residence_desk")
    leave_alone(client, hours=settings.STAFF_IDLE_HOURS, minutes=-5)
    assert client.get(desk).status_code == 200
    leave_alone(client, hours=settings.STAFF_IDLE_HOURS, minutes=1)

    answer = client.get(desk, follow=True)

    assert answer.redirect_chain == [(f"{reverse('account_login')}?next={desk}", 302)]
    assert "You were signed out because nothing happened here for 2 hours." in answer.content.decode()
    assert not mo.sessions.exists()


def test_words_that_staff_send_too_late_wait_for_their_signing_in(client_of, mo, settings):
    client = client_of(mo)
    client.get(reverse("me:profile"))
    leave_alone(client, hours=settings.STAFF_IDLE_HOURS, minutes=1)
    typed = {"name": "모 새 이름", "nickname": "mo", "language": "en"}

    client.post(reverse("me:profile"), typed)
    client.force_login(mo)

    assert client.get(reverse("me:profile")).context["form"]["name"].value() == typed["name"]


def test_residents_stay_signed_in_for_two_weeks(client_of, ben):
    client = client_of(ben)
    leave_alone(client, days=13)

    assert client.get(PAGE).status_code == 200
    assert Session.objects.get().expire_date > timezone.now() + timedelta(days=13)


def test_what_is_written_into_a_session_does_not_make_it_longer(client_of, ben, settings):
    client = client_of(ben)
    signed_in_at = timezone.now() - timedelta(days=13)
    Session.objects.update(signed_in_at=signed_in_at)

    client.post(reverse("account_request_reauthentication_code"), {"recipient": ben.email})

    longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    assert Session.objects.get().expire_date == signed_in_at + longest


def test_nobody_is_signed_out_by_the_move_into_our_table(client_of, ben):
    client = client_of(ben)
    key, data = client.session.session_key, dict(client.session)
    Session.objects.all().delete()
    expires = timezone.now() + timedelta(days=1)
    for key_of, content, until in ((key, data, expires), ("x" * 32, {}, expires), ("y" * 32, data, timezone.now())):
        DjangosSession.objects.create(
            session_key=key_of, session_data=DjangosStore().encode(content), expire_date=until
        )
    migration = import_module("livinglab.accounts.migrations.0008_sessions_of_people_move")

    migration.move(apps, None)
    migration.move(apps, None)

    assert client.get(PAGE).status_code == 200
    assert [session.person for session in Session.objects.all()] == [ben]
    assert not DjangosSession.objects.exists()
