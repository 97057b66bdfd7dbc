"""Staff enter answers from a sheet of paper: by its code, once, never over a participant's own, and the person hears of
it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from livinglab.accounts.models import AccessRecord
from livinglab.notices.mails import write_mails
from livinglab.notices.models import Mail, Notice
from livinglab.notices.texts import render
from livinglab.text import fold_code
from pilots.actions.enrol import leave_pilot
from pilots.periods import CONTACTS_KEPT
from surveys.actions.answer import start_response
from surveys.actions.retention import delete_contacts_of_past_pilots
from surveys.actions.sheets import (
    delete_sheets_of_past_waves,
    enter_sheet,
    give_out_sheets,
    sheet_to_enter,
)
from surveys.errors import CannotBeEntered, UnknownNickname, WaveNotOpen
from surveys.models import Entry, Response, Sheet
from surveys.urls import urlpatterns
from surveys.views import entering
from tests.builders.pilots import joined
from tests.builders.surveys import CONTENT, answer, closed_wave, enter, on_the_pages_of
from tests.people import make_area, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def bens(survey, ben):
    return joined(survey.pilot, ben, age_band="65-74", sex="m", at=survey.made_at)


@pytest.fixture
def sheet(wave, bens, mo):
    return give_out_sheets(wave, ["ben"], by=mo, at=wave.opens_at)[0]


def text_of(page):
    return " ".join(page.content.decode().split())


def post_code(client, wave, code):
    return client.post(reverse("surveys:enter", args=[wave.pk]), {"sheet": code})


def post_answers(client, wave, code, **answers):
    typed = {"sheet": code, "mode": "paper", **answers}
    return client.post(reverse("surveys:enter_answers", args=[wave.pk]), typed)


def test_a_clerk_prints_a_sheet_enters_it_and_hands_over_a_receipt(client_of, wave, bens, mo):
    client = client_of(mo)
    printed = client.post(reverse("surveys:sheets", args=[wave.pk]), {"nicknames": "BEN", "language": "ko"})
    sheet = Sheet.objects.get()
    assert sheet.printed_code in text_of(printed)
    assert "Question number 1?" not in text_of(printed)
    assert "1번째 질문이에요." in text_of(printed)

    asked = post_code(client, wave, sheet.printed_code.lower())
    assert "This sheet can be entered" in text_of(asked)
    assert "ben Kim" not in text_of(asked)
    assert re.search(r"\bben\b", text_of(asked), re.I) is None
    entered = post_answers(client, wave, sheet.code, PU1="4", SL="3")

    assert entered.url == reverse("surveys:entry_receipt", args=[wave.pk])
    receipt = text_of(client.get(entered.url))
    assert sheet.printed_code in receipt
    assert "Have your answers taken out" in receipt
    response = Response.objects.get()
    assert (response.mode, response.answers[0], response.use_level) == ("paper", 4, 3)
    assert (response.entry.by, response.entry.sheet) == (mo, sheet.code)


def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(client_of, wave, sheet, mo):
    page = client_of(mo).post(reverse("surveys:enter_answers", args=[wave.pk]), {"sheet": sheet.code, "PU1": "4"})

    assert "This field is required" in text_of(page)
    assert page.context["form"]["PU1"].value() == "4"
    assert not Response.objects.exists()


def test_the_person_is_told_by_notice_and_mail_also_without_wanting_mail(wave, bens, ben, mo):
    ben.stopped_mails = ["pilots"]
    ben.save()

    response = enter(wave, bens, by=mo)

    notice = Notice.objects.get(person=ben, kind="answers_entered")
    text = render(notice, "en")
    code = f"{response.entry.sheet[:4]}-{response.entry.sheet[4:]}"
    assert code in text.body
    assert notice.url == reverse("surveys:answer", args=[wave.pk])
    write_mails(at_most=100, at=wave.opens_at)
    assert code in Mail.objects.get(notice=notice).body


def test_the_person_looks_at_what_was_entered_and_changes_it(client_of, wave, bens, ben, mo):
    response = enter(wave, bens, by=mo, PU1=1)
    client = on_the_pages_of(bens, wave, client_of(ben))
    assert client.get(reverse("surveys:answer_review", args=[wave.pk])).status_code == 200

    client.post(reverse("surveys:answer_screen", args=[wave.pk, 2]), {"PU1": "5", "leave_open": "1"})

    response.refresh_from_db()
    assert response.answers[0] == 5
    # Who typed them first is not forgotten.
    assert response.entry.by == mo


@pytest.mark.parametrize("typed", ["k7mn4xqp", "K7MN-4XQP", " k7mn 4xqp ", "Ｋ７ＭＮ－４ＸＱＰ", "k7mn–4xqp"])
def test_a_code_is_read_however_it_is_typed(typed):
    assert fold_code(typed) == "K7MN4XQP"


class TestNoPageTellsWhoHasAnswered:
    """Unknown, answered, begun, left: the same page, but for the token of the form."""

    def refused_pages(self, client_of, wave, sheet, bens, mo):
        client = client_of(mo)
        token = client.get(reverse("surveys:enter", args=[wave.pk])).context["csrf_token"]
        assert str(token)
        page = post_code(client, wave, sheet.code)
        unknown = post_code(client, wave, "ZZZZ-ZZZZ")
        return [
            page.content.decode().replace(str(page.context["csrf_token"]), ""),
            unknown.content.decode().replace(str(unknown.context["csrf_token"]), ""),
        ]

    def test_answered(self, client_of, wave, sheet, bens, mo):
        answer(wave, bens)
        page, unknown = self.refused_pages(client_of, wave, sheet, bens, mo)
        assert "This sheet cannot be entered any more." in page
        assert page == unknown

    def test_begun(self, client_of, wave, sheet, bens, mo):
        answer(wave, bens, hand_in=False)
        page, unknown = self.refused_pages(client_of, wave, sheet, bens, mo)
        assert page == unknown

    def test_entered_already(self, client_of, wave, sheet, bens, mo, eva):
        enter_sheet(wave, sheet.code, CONTENT, mode="paper", by=eva, at=wave.opens_at)
        page, unknown = self.refused_pages(client_of, wave, sheet, bens, mo)
        assert page == unknown

    def test_left_with_the_answers(self, client_of, wave, sheet, bens, mo):
        leave_pilot(bens, at=wave.opens_at, withdraw_answers=True)
        page, unknown = self.refused_pages(client_of, wave, sheet, bens, mo)
        assert page == unknown

    def test_wave_closed(self, client_of, wave, sheet, bens, mo):
        closed_wave(wave)
        page, unknown = self.refused_pages(client_of, wave, sheet, bens, mo)
        assert page == unknown

    def test_handing_in_a_sheet_that_cannot_be_entered_says_no_more(self, client_of, wave, sheet, bens, mo):
        answer(wave, bens)
        client = client_of(mo)
        for code in (sheet.code, "ZZZZZZZZ"):
            refused = post_answers(client, wave, code, PU1="1")
            assert refused.status_code == 409
            assert "This sheet cannot be entered any more." in text_of(refused)
        assert Response.objects.get().mode == "self"

    def test_a_sheet_is_given_out_alike_to_who_has_answered(self, client_of, wave, bens, ana, mo):
        joined(wave.survey.pilot, ana, at=wave.survey.made_at)
        answer(wave, bens)
        pages = []
        for nickname in ("ana", "ben"):
            typed = {"nicknames": nickname, "language": "en"}
            page = client_of(mo).post(reverse("surveys:sheets", args=[wave.pk]), typed)
            (sheet,) = page.context["sheets"]
            told = page.content.decode().replace(str(page.context["csrf_token"]), "")
            pages.append(told.replace(sheet.printed_code, "").replace(sheet.code, "").replace(f">{nickname}<", "><"))
        assert pages[0] == pages[1]


def test_no_address_for_entering_holds_more_than_its_wave():
    """Participants are reached by a typed nickname or a sheet's code: nobody counts on from one to the next."""
    entering_pages = [pattern for pattern in urlpatterns if pattern.callback.__module__ == entering.__name__]

    assert {pattern.name for pattern in entering_pages} == {"enter", "enter_answers", "entry_receipt", "sheets"}
    for pattern in entering_pages:
        assert str(pattern.pattern).startswith("desk/waves/<int:pk>/"), pattern
        assert list(pattern.pattern.converters) == ["pk"], pattern


@pytest.mark.parametrize("query", ["", "?who=quizzaciously", "?who=quizzaciously@example.kr", "?enrolment={enrolment}"])
def test_no_page_for_entering_names_a_participant_whom_nobody_has_named(client_of, wave, eva, mo, query):
    person = make_person("quizzaciously", area=make_area(), confirmed=True)
    enrolment = joined(wave.survey.pilot, person, at=wave.survey.made_at)
    (sheet,) = give_out_sheets(wave, [person.nickname], by=mo, at=wave.opens_at)
    for client in (client_of(eva), client_of(mo)):
        for name in ("enter", "enter_answers", "entry_receipt", "sheets"):
            address = reverse(f"surveys:{name}", args=[wave.pk]) + query.format(enrolment=enrolment.pk)
            page = client.get(address, follow=True)
            assert page.status_code == 200
            # What was typed into the address comes back in links to this very page.
            text = page.content.decode().replace(address.partition("?")[2] or "nothing", "")
            assert "quizzaciously" not in text.lower(), address
        assert "quizzaciously" not in post_code(client, wave, sheet.code).content.decode().lower()


def test_an_address_finds_nobody(wave, bens, mo):
    with pytest.raises(UnknownNickname):
        give_out_sheets(wave, ["ben@example.kr"], by=mo, at=wave.opens_at)


def test_sheets_are_for_people_who_take_part(wave, bens, ana, mo):
    with pytest.raises(UnknownNickname, match="ana"):
        give_out_sheets(wave, ["ben", "ana"], by=mo, at=wave.opens_at)
    assert not Sheet.objects.exists()

    joined(wave.survey.pilot, ana, at=wave.survey.made_at)
    sheets = give_out_sheets(wave, ["ben", "ana"], by=mo, at=wave.opens_at)
    assert [sheet.enrolment.person.nickname for sheet in sheets] == ["ben", "ana"]


def test_no_sheet_is_given_out_when_the_wave_is_over(wave, bens, mo):
    with pytest.raises(WaveNotOpen):
        give_out_sheets(wave, ["ben"], by=mo, at=wave.closes_at)


@pytest.mark.parametrize("kind", ["codes", "nicknames"])
def test_nobody_goes_on_guessing(client_of, wave, bens, mo, eva, kind):
    address = reverse("surveys:enter" if kind == "codes" else "surveys:sheets", args=[wave.pk])
    typed = {"sheet": "ZZZZ-ZZZZ"} if kind == "codes" else {"nicknames": "nobody", "language": "ko"}
    client = client_of(mo)

    answers = [client.post(address, typed).status_code for _try in range(21)]

    assert answers == [409] * 20 + [429]
    assert client_of(eva).post(address, typed).status_code == 409


def test_twenty_nicknames_guessed_at_once_are_twenty_guesses(client_of, wave, bens, mo):
    address, client = reverse("surveys:sheets", args=[wave.pk]), client_of(mo)
    guesses = "\n".join(["ben", *(f"nobody{number}" for number in range(19))])

    assert client.post(address, {"nicknames": guesses, "language": "ko"}).status_code == 409
    assert client.post(address, {"nicknames": "nobody", "language": "ko"}).status_code == 409
    assert client.post(address, {"nicknames": "ben", "language": "ko"}).status_code == 429
    assert not Sheet.objects.exists()


def test_a_sheet_is_entered_once_and_is_gone(wave, sheet, bens, mo):
    (second,) = give_out_sheets(wave, ["ben"], by=mo, at=wave.opens_at)
    enter_sheet(wave, sheet.code, CONTENT, mode="paper", by=mo, at=wave.opens_at)

    for code in (sheet.code, second.code):
        with pytest.raises(CannotBeEntered):
            enter_sheet(wave, code, CONTENT, mode="paper", by=mo, at=wave.opens_at)
    assert Entry.objects.count() == 1
    # From here on only the paper joins the code of an entry to a person.
    assert not Sheet.objects.exists()


def test_what_the_person_began_meanwhile_is_not_written_over(wave, sheet, bens, mo):
    sheet_to_enter(wave, sheet.code, at=wave.opens_at)
    start_response(wave, bens, at=wave.opens_at)

    with pytest.raises(CannotBeEntered):
        enter_sheet(wave, sheet.code, CONTENT, mode="paper", by=mo, at=wave.opens_at)
    assert Response.objects.get().mode == "self"


def test_a_sheet_of_another_wave_is_no_sheet_of_this(survey, wave, sheet, mo):
    other = survey.waves.get(number=2)
    with pytest.raises(CannotBeEntered):
        sheet_to_enter(other, sheet.code, at=wave.opens_at)


def test_sheets_go_when_their_wave_is_over(wave, sheet):
    assert delete_sheets_of_past_waves() == 0

    closed_wave(wave)

    assert delete_sheets_of_past_waves() == 1
    assert delete_sheets_of_past_waves() == 0


def test_nothing_joins_an_entry_to_a_person_once_the_keys_are_gone(wave, bens, ben, mo):
    response = enter(wave, bens, by=mo)
    pilot = wave.survey.pilot
    closed_wave(wave)
    pilot.stage, pilot.ended_at = "ended", wave.closes_at
    pilot.save()

    delete_contacts_of_past_pilots(wave.closes_at + CONTACTS_KEPT + timedelta(days=1))

    assert Entry.objects.get().response == response
    assert not Notice.objects.filter(kind="answers_entered").exists()


def test_the_trail_tells_of_sheets_and_entries_and_of_nobody(client_of, wave, bens, mo):
    client = client_of(mo)
    client.post(reverse("surveys:sheets", args=[wave.pk]), {"nicknames": "ben", "language": "ko"})
    post_answers(client, wave, Sheet.objects.get().code, PU1="4")

    records = AccessRecord.objects.filter(by=mo, about=f"wave {wave.pk}").order_by("pk")
    assert [(record.action, record.count) for record in records] == [
        ("participant_sought", 1),
        ("sheets_printed", 1),
        ("answers_entered", 1),
    ]
