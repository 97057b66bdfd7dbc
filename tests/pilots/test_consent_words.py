"""A consent text says what the form asks and no more, and its days are those after which things are deleted."""

import hashlib
import json

import pytest
from django.utils import timezone

from livinglab.periods import in_words
from pilots import periods
from pilots.actions.plan import change_consent_text, change_pilot
from pilots.consent import ITEMS, OPTIONAL_ITEMS, PERIODS, ConsentWords, facts_of, is_intact, items_of, usual_words
from pilots.forms import JoinForm
from pilots.models import ConsentText, Pilot
from tests.builders import pilots as build

Purpose = ConsentText.Purpose
# What a field of the joining form asks for is said in this text.
SAID_IN = {
    "phone": Purpose.PARTICIPATION,
    "age_band": Purpose.PARTICIPATION,
    "sex": Purpose.PARTICIPATION,
    "access_needs": Purpose.SENSITIVE,
}
# They ask for a consent or for the age, and keep nothing else.
CONSENTS = {"of_age", *Purpose.values, *(f"{purpose}_text" for purpose in Purpose)}


@pytest.fixture
def pilot(mo):
    pilot = build.planned_pilot(mo)
    change_consent_text(pilot, purpose=Purpose.MONITORING, words=usual_words(Purpose.MONITORING), at=timezone.now())
    return pilot


def ask_for_phone(pilot: Pilot) -> None:
    change_pilot(
        pilot,
        test_bed=pilot.test_bed,
        starts_on=pilot.starts_on,
        ends_on=pilot.ends_on,
        capacity=pilot.capacity,
        asks_phone=True,
    )


@pytest.mark.parametrize("asks_phone", [False, True])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_form_asks_what_its_texts_say_and_no_more(pilot, asks_phone, language):
    if asks_phone:
        ask_for_phone(pilot)
    form = JoinForm(pilot, pilot.current_consent_texts())
    asked = set(form.fields) - CONSENTS

    assert asked <= set(SAID_IN)
    for field, purpose in SAID_IN.items():
        facts = getattr(facts_of(pilot, purpose, keeps_answers=True), language)
        assert (ITEMS[field][language] in facts) == (field in asked), field


def test_form_asks_for_needs_and_for_being_asked_again_only_where_there_is_a_text(pilot):
    pilot.consent_texts.exclude(purpose=Purpose.PARTICIPATION).delete()

    assert not {"access_needs", "sensitive", "monitoring"} & set(JoinForm(pilot, pilot.current_consent_texts()).fields)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_texts_name_the_days_after_which_things_are_deleted(pilot, language):
    facts = {purpose: getattr(facts_of(pilot, purpose, keeps_answers=True), language) for purpose in Purpose}

    for period in (
        periods.CONTACTS_KEPT,
        periods.ANSWERS_KEPT_AFTER_REPORT,
        periods.ANSWERS_KEPT_WITHOUT_REPORT,
        periods.TEXTS_KEPT,
    ):
        assert in_words(period, language) in facts[Purpose.PARTICIPATION]
    assert in_words(periods.CONTACTS_KEPT, language) in facts[Purpose.SENSITIVE]
    assert in_words(periods.CONTACTS_KEPT, language) in facts[Purpose.MONITORING]


def test_every_period_of_the_texts_is_one_of_the_constants():
    known = {getattr(periods, name) for name in dir(periods) if name.isupper()}

    assert set(PERIODS.values()) <= known


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("purpose", Purpose)
def test_no_text_has_a_gap_left(pilot, purpose, language):
    facts = getattr(facts_of(pilot, purpose, keeps_answers=True), language)

    assert "{" not in facts
    assert getattr(usual_words(purpose), language)


@pytest.mark.parametrize(("language", "words"), [("ko", "계정을 지우면"), ("en", "If you delete your account")])
def test_what_goes_with_a_deleted_account_is_said_once(client_of, mo, language, words):
    pilot = build.announced_pilot(mo)

    assert client_of(language=language).get(f"/pilots/{pilot.slug}/").content.decode().count(words) == 1


def test_asking_for_a_telephone_number_is_a_new_version_of_the_text(pilot):
    before = pilot.current_consent_texts().get(purpose=Purpose.PARTICIPATION)
    ask_for_phone(pilot)
    words = ConsentWords(before.body_ko, before.body_en)

    text = change_consent_text(pilot, purpose=Purpose.PARTICIPATION, words=words, at=timezone.now())

    assert text.number == before.number + 1
    assert "전화번호" in text.facts_ko
    assert "전화번호" not in before.facts_ko
    assert is_intact(text)
    assert is_intact(before)


def test_text_from_before_the_site_wrote_facts_keeps_its_hash_and_its_sentence(client_of, mo):
    pilot = build.announced_pilot(mo)
    text = pilot.consent_texts.get(purpose=Purpose.PARTICIPATION)
    words = {"purpose": text.purpose, "ko": text.body_ko, "en": text.body_en, "keeps_answers": True}
    hashed = hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    ConsentText.objects.filter(pk=text.pk).update(facts_ko="", facts_en="", hash=hashed)
    text.refresh_from_db()

    assert is_intact(text)
    page = client_of().get(f"/pilots/{pilot.slug}/").content.decode()
    assert "If you delete your account: your answers stay, without your name." in page


def test_items_of_every_purpose_are_known(pilot):
    ask_for_phone(pilot)

    for purpose in Purpose:
        assert set(items_of(pilot, purpose)) <= set(ITEMS)
    assert set(OPTIONAL_ITEMS) <= set(ITEMS)
