"""The pages of the question banks: what stands there, who may do what, and that nothing typed is lost."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from livinglab.accounts.roles import Role
from surveys.actions.plan import instrument_of
from surveys.models import BankPermission, Instrument
from tests.browser import axe, follow, looks_right, sign_in
from tests.builders.banks import SECRET, filled, loaded, own_bank, permitted, text_of
from tests.builders.pilots import announced_pilot
from tests.builders.surveys import planned_survey
from tests.people import let_session_run_out, make_person

pytestmark = pytest.mark.django_db

BANKS, LOAD = "/desk/banks/", "/desk/load-bank/"


@pytest.fixture
def desk(client_of, adam) -> Client:
    return client_of(adam)


def shown(response) -> str:
    return response.content.decode()


def test_the_list_says_whose_words_they_are_and_what_may_be_asked(desk, eva):
    planned_survey(eva)
    loaded(own_bank())
    page = shown(desk.get(BANKS))

    assert "System Usability Scale" in page
    assert "The exact English wording is entered by the city after sign-off." in page
    assert "described, not to be asked" in page
    assert "Survey of the city" in page
    assert "wording is not handed on" in page
    assert "used by 1 pilot" in page


@pytest.mark.parametrize("number", ["0x" + "f" * 6_000, "59:" * 100_000 + "59"], ids=["digits", "sixties"])
def test_a_number_without_end_is_told_with_its_line(desk, number):
    text = text_of(own_bank()).replace("version: 1", f"version: {number}")

    page = desk.post(LOAD, {"text": text, "load": "1"})

    assert page.status_code == 200
    assert f"Put {number[:50]}" in shown(page)
    assert not Instrument.objects.filter(bank=own_bank()["id"]).exists()


def test_the_list_costs_the_same_however_much_was_loaded(desk, eva, django_assert_max_num_queries):
    for number in range(5):
        loaded(own_bank(id=f"city-{number}"))
    with django_assert_max_num_queries(12):
        desk.get(BANKS)
    with django_assert_max_num_queries(12):
        desk.get(BANKS + "sus/")
    with django_assert_max_num_queries(12):
        desk.get(LOAD + "?fills=sus")


@pytest.mark.parametrize("name", ["lla-13", "rc", "srl", "sus", "ueq-s", "ueq", "vdl", "comprehension"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_bank_has_a_page_in_both_languages(client_of, eva, name, language):
    response = client_of(eva, language).get(f"{BANKS}{name}/")

    assert response.status_code == 200
    assert name in shown(response)


def test_a_page_of_bands_tells_source_language_and_limits(desk):
    page = shown(desk.get(BANKS + "sus/"))

    assert "Sauro and Lewis 2016" in page
    assert "Norms in: English" in page
    assert "84.10" in page
    assert "No validation of a Korean version was found." in page
    assert "need for an expert" in page


def test_there_is_no_page_for_a_bank_nobody_knows_or_one_put_together(desk, eva):
    survey = planned_survey(eva)
    instrument_of("lla-13", ["rc"], at=survey.made_at)
    assert desk.get(BANKS + "no-such-bank/").status_code == 404
    assert Instrument.objects.filter(bank="lla-13+rc").exists()
    assert "lla-13+rc" not in shown(desk.get(BANKS))


def test_an_administrator_records_a_permission_and_gets_a_text_to_begin_with(desk, adam):
    given = {"given_by": "The holder", "given_on": "2026-03-02", "reference": "Letter 2026-41"}
    response = desk.post(BANKS + "sus/", given, follow=True)

    permission = BankPermission.objects.get()
    assert (permission.bank, permission.recorded_by, permission.given_on) == ("sus", adam, date(2026, 3, 2))
    assert "permission recorded" in shown(response)
    assert "Letter 2026-41" in shown(response)
    begun = shown(desk.get(LOAD + "?fills=sus"))
    assert "fills: sus" in begun
    assert "permission_ref: Letter 2026-41" in begun


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"given_by": ""}, "given_by"), ({"reference": ""}, "reference"), ({"given_on": "2999-01-01"}, "given_on")],
)
def test_a_permission_that_lacks_something_is_not_recorded_and_stays_on_the_page(desk, wrong, field):
    given = {"given_by": "The holder", "given_on": "2026-03-02", "reference": "Letter 2026-41"} | wrong
    page = shown(desk.post(BANKS + "sus/", given))

    assert not BankPermission.objects.exists()
    assert f'href="#id_{field}"' in page
    assert page.count("Letter 2026-41") == (0 if field == "reference" else 1)


def test_only_an_administrator_records_and_only_where_a_permission_is_needed(client_of, eva, desk):
    given = {"given_by": "The holder", "given_on": "2026-03-02", "reference": "Letter"}
    assert desk.post(BANKS + "lla-13/", given).status_code == 403
    assert client_of(eva).post(BANKS + "sus/", given).status_code == 403
    assert not BankPermission.objects.exists()


def test_a_wrong_text_is_given_back_with_its_errors_by_line(desk):
    text = text_of(own_bank()).replace("status: own", "status: good").replace("scale: agree", "scale: agreed", 1)
    page = shown(desk.post(LOAD, {"text": text, "load": "1"}))

    assert not Instrument.objects.exists()
    assert "2 places have to be put right." in page
    assert "item QA1 has the unknown scale agreed." in page
    assert "status is good, which is none of" in page
    assert f"{SECRET} QB" in page
    assert 'name="load"' not in page


def test_a_right_text_is_shown_before_it_is_loaded(desk, adam):
    text = text_of(own_bank())
    page = shown(desk.post(LOAD, {"text": text, "check": "1"}))

    assert not Instrument.objects.exists()
    assert "The text is right." in page
    assert f"{SECRET} QA1" in page
    response = desk.post(LOAD, {"text": text, "load": "1"})
    assert response.url == reverse("surveys:bank", args=["city-own"])
    assert Instrument.objects.get().loaded_by == adam
    assert SECRET not in shown(desk.get(response.url))


def test_a_file_takes_the_place_of_the_text_and_stands_there_afterwards(desk):
    wrong = text_of(own_bank(version="no version at all!")).encode("utf-8-sig")
    page = shown(desk.post(LOAD, {"text": "old", "file": SimpleUploadedFile("bank.yaml", wrong), "check": "1"}))

    assert f"{SECRET} QA1" in page
    assert "version must be a whole number" in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"text": " "}, "Choose a file, or write the bank here."),
        ({"file": SimpleUploadedFile("bank.yaml", "id: 가".encode("cp949"))}, "The file is not text in UTF-8."),
        ({"file": SimpleUploadedFile("bank.yaml", b"x" * 400_001)}, "too large"),
        ({"text": text_of(own_bank(id="lla-31"))}, "belongs to a bank of the program"),
        ({"text": filled("sus")}, "Record the permission for sus first"),
    ],
)
def test_what_cannot_be_loaded_is_refused_with_a_sentence(desk, given, sentence):
    page = shown(desk.post(LOAD, given | {"load": "1"}))

    assert sentence in page
    assert not Instrument.objects.exists()


def test_what_was_typed_survives_an_expired_session(client_of, adam):
    client = client_of(adam)
    let_session_run_out(client)
    response = client.post(LOAD, {"text": text_of(own_bank()), "load": "1"})
    assert response.status_code == 302
    client.force_login(adam)

    page = shown(client.get(LOAD))
    assert f"{SECRET} QA1" in page
    assert not Instrument.objects.exists()


def test_banks_of_the_city_can_be_chosen_in_a_plan(client_of, eva, adam):
    loaded(own_bank())
    permitted("sus", adam)
    loaded(filled("sus"))
    pilot = announced_pilot(make_person("moe", Role.MODERATOR))
    client = client_of(eva)
    url = f"/desk/pilots/{pilot.slug}/plan/"
    page = shown(client.get(url))
    assert "Survey of the city" in page
    assert 'value="sus-city"' in page

    opens = timezone.localtime() + timedelta(days=3)
    form = {"waves-TOTAL_FORMS": "1", "waves-INITIAL_FORMS": "0", "waves-MIN_NUM_FORMS": "4"}
    form |= {"remind_after_days": "3", "reminders": "2", "bank": "city-own", "extras": ["rc", "sus-city"]}
    form |= {
        "waves-0-opens_at": f"{opens:%Y-%m-%dT%H:%M}",
        "waves-0-closes_at": f"{opens + timedelta(days=9):%Y-%m-%dT%H:%M}",
    }
    response = client.post(url, form)
    assert response.status_code == 302, shown(response)
    pilot.refresh_from_db()
    assert pilot.survey.instrument.bank == "city-own+rc+sus-city"
    page = shown(client.get(url))
    assert page.count("checked") == 3

    refused = shown(client.post(url, form | {"bank": "lla-13", "extras": ["cs"]}))
    assert "Two of the banks ask CS." in refused


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [360, 1280])
def test_an_administrator_brings_a_bank_of_the_city(visitor, live_server, adam, tmp_path, width):
    page: Page = visitor(width=width)
    sign_in(page, adam, live_server.url)
    page.goto(BANKS)
    looks_right(page)
    follow(page.get_by_role("link", name="시스템 사용성 척도(SUS)"))
    looks_right(page)
    page.get_by_label("누가 허락했나요").fill("저작자")
    page.get_by_label("언제 허락했나요").fill("2026-03-02")
    page.get_by_label("어디에 적혀 있나요").fill("2026-41호")
    page.get_by_role("button", name="허락 기록하기").click()
    expect(page.get_by_text("2026-41호")).to_be_visible()
    follow(page.get_by_role("link", name="문항 넣기"))
    looks_right(page)
    page.get_by_role("button", name="확인하기").click()
    expect(page.get_by_role("heading", name="고쳐야 할 곳")).to_be_visible()
    looks_right(page)

    file = tmp_path / "bank.yaml"
    file.write_text(filled("sus"), encoding="utf-8")
    page.get_by_label("파일(YAML)").set_input_files(file)
    page.get_by_role("button", name="확인하기").click()
    expect(page.get_by_text("이대로 올릴 수 있어요")).to_be_visible()
    looks_right(page)
    page.get_by_role("button", name="올리고 잠그기").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("시스템 사용성 척도(SUS)")
    axe(page)
