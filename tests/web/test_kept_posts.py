"""A form sent with an expired session loses nothing of what was typed, however one signs in again; and shows it to
nobody else on the same device."""

import pytest
from django.contrib.sessions.models import Session
from django.http import QueryDict
from django.urls import reverse

from livinglab.accounts.doors import KEPT, LAST_PERSON, MOST_BYTES, mark_of
from livinglab.accounts.models import Person
from tests.accounts.test_agreements import SIGN_UP
from tests.people import PASSWORD, let_session_run_out
from tests.web.test_second_factor import code_in_last_mail

TYPED = {"name": "새 이름 Ⅱ", "nickname": "evening walker", "language": "en"}


@pytest.fixture
def visitor(client_of, ben):
    """Ben, whose session ran out and who has just pressed Save."""
    client = client_of(ben)
    let_session_run_out(client)
    press_save(client)
    return client


def press_save(client) -> None:
    answer = client.post(reverse("me:profile"), TYPED)
    assert answer["Location"] == f"{reverse('account_login')}?next=/me/"


def assert_words_are_back(client) -> None:
    page = client.get(reverse("me:profile"))
    assert page.context["form"]["name"].value() == TYPED["name"]
    assert page.context["form"]["nickname"].value() == TYPED["nickname"]
    assert not Person.objects.filter(name=TYPED["name"]).exists()


def test_words_survive_signing_in_with_a_password(visitor, ben):
    answer = visitor.post(reverse("account_login"), {"login": ben.email, "password": PASSWORD, "next": "/me/"})

    assert answer["Location"] == "/me/"
    assert_words_are_back(visitor)


def test_words_survive_signing_in_with_a_code(visitor, ben):
    asked = visitor.post(reverse("account_request_login_code"), {"email": ben.email, "next": "/me/"}, follow=True)
    assert '<input type="hidden" name="next" value="/me/">' in asked.content.decode()

    confirm = {"code": code_in_last_mail(), "next": "/me/"}
    answer = visitor.post(reverse("account_confirm_login_code"), confirm)

    assert answer["Location"] == "/me/"
    assert_words_are_back(visitor)


def test_words_are_gone_when_somebody_else_signs_up(visitor):
    visitor.post(reverse("account_signup"), {**SIGN_UP, "next": "/me/"})

    answer = visitor.post(reverse("account_email_verification_sent"), {"code": code_in_last_mail()})

    assert answer["Location"] == "/me/"
    assert_nothing_is_left(visitor)


def assert_nothing_is_left(client) -> None:
    page = client.get(reverse("me:profile"))
    assert TYPED["name"] not in page.content.decode()
    assert not client.session.get(KEPT)


@pytest.mark.parametrize("between", ["nothing", "signs out", "ben signs in and out"])
def test_words_are_gone_when_somebody_else_signs_in(visitor, ben, sam, between):
    if between == "ben signs in and out":
        visitor.post(reverse("account_login"), {"login": ben.email, "password": PASSWORD})
    if between != "nothing":
        visitor.post(reverse("account_logout"))
    visitor.post(reverse("account_login"), {"login": sam.email, "password": PASSWORD, "next": "/me/"})
    assert_nothing_is_left(visitor)

    # Nor do they come back to whoever typed them once somebody else was here.
    visitor.post(reverse("account_logout"))
    visitor.post(reverse("account_login"), {"login": ben.email, "password": PASSWORD})
    assert_nothing_is_left(visitor)


def test_words_sent_from_a_page_left_open_after_signing_out_are_for_who_it_was_made_for(client_of, ben, sam):
    for somebody, find in ((sam, assert_nothing_is_left), (ben, assert_words_are_back)):
        client = client_of(ben)
        client.get(reverse("me:profile"))
        client.post(reverse("account_logout"))
        press_save(client)
        client.post(reverse("account_login"), {"login": somebody.email, "password": PASSWORD})
        find(client)


def test_words_wait_half_an_hour(visitor, ben):
    session = visitor.session
    session[KEPT] = [[path, typist, at - 31 * 60, *rest] for path, typist, at, *rest in session[KEPT]]
    session.save()
    visitor.post(reverse("account_login"), {"login": ben.email, "password": PASSWORD})

    assert_nothing_is_left(visitor)


def test_nothing_is_kept_where_nobody_was_signed_in(client_of):
    client = client_of()
    press_save(client)

    assert not Session.objects.exists()


def test_words_come_back_once_and_say_that_they_are_not_saved(visitor, ben):
    visitor.post(reverse("account_login"), {"login": ben.email, "password": PASSWORD})
    assert_words_are_back(visitor)

    assert visitor.get(reverse("me:profile")).context["form"]["name"].value() == ben.name


def test_secrets_of_the_form_are_not_kept(visitor):
    assert "csrf" not in str(dict(visitor.session))


# What a stranger can make the site keep


def forged(client_of, person=None):
    """Nobody who is signed in, with a cookie that names somebody: it is not signed, and any visitor can write one."""
    client = client_of()
    client.cookies[LAST_PERSON] = mark_of(person.pk if person else 7)
    return client


def test_only_fields_of_the_form_are_kept(client_of, ben):
    client = forged(client_of, ben)

    client.post(reverse("me:profile"), TYPED | {"burden": "x" * 40_000, "csrfmiddlewaretoken": "y"})

    (post,) = client.session[KEPT]
    assert set(QueryDict(post[3])) == set(TYPED)


@pytest.mark.parametrize("typed", ["가" * 20_000, "x" * 60_000])
def test_what_is_too_long_is_refused_with_its_words_and_not_kept(client_of, typed):
    client = forged(client_of)

    page = client.post(reverse("proposals:new"), {"problem": typed})

    assert page.status_code == 413
    assert "this is too long to be kept while you sign in" in page.content.decode()
    assert typed in page.content.decode()
    assert not Session.objects.exists()


def test_a_proposal_as_long_as_it_may_be_is_kept(client_of, ben, dodam):
    client = client_of(ben)
    client.get(reverse("me:profile"))
    let_session_run_out(client)
    longest = {"title": "가" * 80, "problem": "나" * 3000, "idea": "다" * 3000, "success": "라" * 2000}
    client.post(reverse("proposals:new"), longest | {"personal_data": "마" * 2000, "language": "ko"})
    client.post(reverse("account_login"), {"login": ben.email, "password": PASSWORD})

    assert client.get(reverse("proposals:new")).context["form"]["idea"].value() == longest["idea"]


def test_all_that_waits_in_a_session_has_one_limit_and_the_oldest_goes(client_of):
    client = forged(client_of)
    for number in range(5):
        client.post(reverse("proposals:comment", args=[number + 1]), {"text": "x" * 20_000})

    kept = client.session[KEPT]
    assert [post[0] for post in kept] == [reverse("proposals:comment", args=[number]) for number in (4, 5)]
    assert sum(post[4] for post in kept) <= MOST_BYTES


def test_nothing_is_kept_for_a_typist_who_is_none(client_of):
    client = client_of()
    client.cookies[LAST_PERSON] = "x" * 3000

    assert client.post(reverse("me:profile"), TYPED).status_code == 302
    assert not Session.objects.exists()
