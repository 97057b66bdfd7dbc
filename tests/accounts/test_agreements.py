"""What people agree to: versioned texts, each by itself, withdrawn as easily as given."""

import pytest
from django.urls import reverse

from livinglab.accounts.agreements import hash_of, version_of
from livinglab.accounts.models import Agreement, Person

Kind = Agreement.Kind
# The texts people have agreed to. A changed text is a new version with new lines here; the old ones stay.
KNOWN = {
    ("terms", "ko", "2026-11"): "d70173a44f3b9ef0",
    ("terms", "en", "2026-11"): "615a30408256feb9",
    ("privacy", "ko", "2026-11"): "5cdc5ebcd31469ac",
    ("privacy", "en", "2026-11"): "7ba0aa721e3b3f78",
    ("age", "ko", "2026-11"): "195648f9ed346d0d",
    ("age", "en", "2026-11"): "2d879fa6b62a80c4",
    ("news", "ko", "2026-11"): "a567287fcb1649d8",
    ("news", "en", "2026-11"): "d0e4f9b685a083d9",
}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", Kind)
def test_changed_text_gets_a_new_version(kind, language):
    assert KNOWN[kind.value, language, version_of(kind)] == hash_of(kind, language)[:16]


SIGN_UP = {
    "email": "rosa@example.kr",
    "password1": "a quiet evening walk",
    "password2": "a quiet evening walk",
    "name": "한로사",
    "nickname": "rosa",
    "over_14": "on",
    "agrees_to_terms": "on",
    "agrees_to_privacy": "on",
}


def sign_up(client, **changes):
    form = {name: value for name, value in {**SIGN_UP, **changes}.items() if value is not None}
    return client.post(reverse("account_signup"), form)


def test_each_agreement_is_recorded_with_text_version_and_language(client_of):
    sign_up(client_of(language="ko"), agrees_to_news="on")

    person = Person.objects.get(email="rosa@example.kr")
    given = {agreement.kind: agreement for agreement in person.agreements.all()}
    assert set(given) == {"age", "terms", "privacy", "news"}
    assert given["terms"].text_hash == hash_of(Kind.TERMS, "ko")
    assert given["terms"].version == version_of(Kind.TERMS)
    assert person.language == "ko"
    assert (person.name, person.nickname) == ("한로사", "rosa")


def test_optional_agreement_may_be_refused(client_of):
    sign_up(client_of())

    person = Person.objects.get(email="rosa@example.kr")
    assert not person.agreements.filter(kind=Kind.NEWS).exists()


@pytest.mark.parametrize("missing", ["over_14", "agrees_to_terms", "agrees_to_privacy", "name", "nickname"])
def test_nobody_signs_up_without_what_is_required(client_of, missing):
    answer = sign_up(client_of(), **{missing: None})

    assert missing in answer.context["form"].errors
    assert not Person.objects.filter(email="rosa@example.kr").exists()


def test_nickname_is_taken_once_whatever_its_case(client_of, ben):
    answer = sign_up(client_of(), nickname="BEN")

    assert "already uses this nickname" in answer.content.decode()
    assert not Person.objects.filter(email="rosa@example.kr").exists()


def test_signing_up_twice_makes_one_account_and_tells_the_same(client_of):
    first, second = sign_up(client_of()), sign_up(client_of())

    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Person.objects.filter(email="rosa@example.kr").count() == 1


def test_news_are_withdrawn_as_easily_as_agreed_to(client_of, ben):
    client, url = client_of(ben), reverse("me:agreements")

    client.post(url, {"news": "yes"})
    assert "You get news." in client.get(url).content.decode()
    client.post(url, {"news": "no"})

    assert "You get no news." in client.get(url).content.decode()
    assert list(ben.agreements.values_list("agreed", flat=True)) == [False, True]
