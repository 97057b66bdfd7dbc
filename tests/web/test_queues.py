"""Work in the background that was given up, as administrators see it, and their button to have it tried again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from livinglab.jobs import Lock
from livinglab.notices.actions import notify
from livinglab.notices.mails import MOST_TRIES, write_mails
from livinglab.notices.models import Mail, Notice
from livinglab.web.views import queues
from surveys.actions.closing import CLOSING_WORK, work_out_next
from surveys.actions.exports import EXPORTS, request_export
from surveys.actions.reports import REPORT_ORDERS
from surveys.models import ClosingWork, ReportOrder, Snapshot, Wave
from tests.builders.surveys import closed_wave, open_wave_of, registered_survey

pytestmark = pytest.mark.django_db


@pytest.fixture
def snapshot(eva) -> Snapshot:
    return closed_wave(open_wave_of(registered_survey(eva)))


@pytest.fixture
def wave(snapshot) -> Wave:
    return snapshot.wave


@pytest.fixture
def work(wave) -> ClosingWork:
    work = ClosingWork.objects.get(wave=wave, kind="drivers")
    CLOSING_WORK.give_up(work, "PROGRAM", "ZeroDivisionError", at=timezone.now())
    return work


def test_every_queue_is_on_the_page():
    assert {shown.queue.lock for shown in queues.QUEUES.values()} == set(Lock)


def page_of(client) -> str:
    return " ".join(client.get(reverse("queues")).content.decode().split())


def test_page_of_a_site_where_nothing_was_given_up_says_so(client_of, adam):
    assert page_of(client_of(adam)).count("Nothing was given up.") == 4


def test_work_that_was_given_up_is_seen_with_its_reason_and_tried_again(work, client_of, adam):
    client = client_of(adam)

    page = page_of(client)
    assert "What acceptance rests on" in page
    assert "Something went wrong in our program (ZeroDivisionError)." in page

    posted = client.post(reverse("queues"), {"queue": "closing", "row": work.pk})
    assert (posted.status_code, posted.url) == (302, reverse("queues"))
    work.refresh_from_db()
    assert (work.stage, work.tries, work.error) == ("waiting", 0, "")
    assert "ZeroDivisionError" not in page_of(client)


def test_page_in_korean_names_what_was_given_up(work, client_of, adam):
    page = page_of(client_of(adam, "ko"))

    assert "다시 시도" in page
    assert "ZeroDivisionError" in page


def test_pressed_twice_the_second_press_is_refused(work, client_of, adam):
    client = client_of(adam)

    answers = [client.post(reverse("queues"), {"queue": "closing", "row": work.pk}).status_code for _press in range(2)]

    assert answers == [302, 409]


def test_work_of_which_the_answers_are_gone_is_not_offered_and_refused(work, wave, client_of, adam):
    Wave.objects.filter(pk=wave.pk).update(answers_deleted_at=timezone.now())
    client = client_of(adam)

    assert "ZeroDivisionError" not in page_of(client)
    assert client.post(reverse("queues"), {"queue": "closing", "row": work.pk}).status_code == 409
    work.refresh_from_db()
    assert work.stage == "failed"


def test_a_draft_that_was_given_up_is_seen_until_it_is_tried_again_or_ordered_anew(snapshot, eva, client_of, adam):
    # A report waits for what is worked out after the close.
    while work_out_next(at=timezone.now()):
        pass
    at = timezone.now()
    order = ReportOrder.objects.create(snapshot=snapshot, language="ko", ordered_by=eva, ordered_at=at)
    REPORT_ORDERS.give_up(order, "FONTS", "", at=at)
    client = client_of(adam)

    assert "The fonts of reports are missing." in page_of(client)
    assert client.post(reverse("queues"), {"queue": "reports", "row": order.pk}).status_code == 302
    order.refresh_from_db()
    assert (order.stage, order.tries) == ("ordered", 0)

    REPORT_ORDERS.give_up(order, "FONTS", "", at=at)
    ReportOrder.objects.create(snapshot=snapshot, language="ko", ordered_by=eva, ordered_at=at)
    assert "The fonts of reports are missing." not in page_of(client)
    assert client.post(reverse("queues"), {"queue": "reports", "row": order.pk}).status_code == 409


def test_a_file_that_was_given_up_is_seen_and_one_that_must_not_be_made_is_not(wave, eva, client_of, adam):
    at = timezone.now()
    export = request_export(wave, format="csv", level="a", why="To check", by=eva, at=at)
    few = request_export(wave, format="json", level="a", why="To check", by=eva, at=at)
    EXPORTS.give_up(export, "DISK", "No space left on device", at=at)
    EXPORTS.give_up(few, "FEW", "5", at=at)
    client = client_of(adam)

    page = page_of(client)
    assert "The file could not be written (No space left on device)." in page
    assert "Fewer than 5 people answered." not in page

    assert client.post(reverse("queues"), {"queue": "files", "row": export.pk}).status_code == 302
    export.refresh_from_db()
    assert (export.stage, export.tries, export.ended_at) == ("waiting", 0, None)
    assert client.post(reverse("queues"), {"queue": "files", "row": few.pk}).status_code == 409


def test_what_does_not_fit_on_the_page_is_counted(work, wave, client_of, adam, monkeypatch):
    other = ClosingWork.objects.get(wave=wave, kind="alpha")
    CLOSING_WORK.give_up(other, "PROGRAM", "MemoryError", at=timezone.now())
    monkeypatch.setattr(queues, "SHOWN", 1)

    page = page_of(client_of(adam))

    assert "MemoryError" not in page
    assert "1 more is not shown" in page


def test_mails_that_no_server_took_are_written_anew_from_their_notices(ben, client_of, adam):
    at = timezone.now()
    notify(ben, "pilot_joined", occasion="sample", at=at)
    write_mails(at_most=10, at=at)
    Mail.objects.create(to="", tries=MOST_TRIES, given_up_at=at)  # held a code for signing in
    Mail.objects.filter(notice__isnull=False).update(given_up_at=at, tries=MOST_TRIES, **Mail.EMPTY)
    client = client_of(adam)

    page = page_of(client)
    assert "The mail server did not take 2 e-mails in two days." in page
    assert "Write 1 of them anew from its notice" in page

    assert client.post(reverse("queues"), {"queue": "mails"}).status_code == 302
    assert client.post(reverse("queues"), {"queue": "mails"}).status_code == 302
    write_mails(at_most=10, at=at)
    anew = Mail.objects.get(notice=Notice.objects.get(person=ben))
    assert (anew.to, anew.tries, anew.given_up_at) == (ben.email, 0, None)


def test_mails_that_were_given_up_long_ago_are_no_news_and_stay(ben, client_of, adam):
    at = timezone.now()
    notify(ben, "pilot_joined", occasion="sample", at=at)
    write_mails(at_most=10, at=at)
    Mail.objects.update(given_up_at=at - timedelta(days=31), **Mail.EMPTY)

    client = client_of(adam)
    client.post(reverse("queues"), {"queue": "mails"})

    assert "The mail server did not take" not in page_of(client)
    assert Notice.objects.awaiting_mail().count() == 0


@pytest.mark.parametrize("posted", [{}, {"queue": "others", "row": "1"}, {"queue": "closing", "row": "x"}])
def test_what_is_not_there_is_not_found(client_of, adam, posted):
    assert client_of(adam).post(reverse("queues"), posted).status_code == 404


@pytest.mark.parametrize("person", ["ana", "mo", "eva", "hana"])
def test_nobody_else_sees_or_presses_anything(work, client_of, person, request):
    client = client_of(request.getfixturevalue(person))

    assert client.get(reverse("queues")).status_code == 403
    assert client.post(reverse("queues"), {"queue": "closing", "row": work.pk}).status_code == 403
    work.refresh_from_db()
    assert work.stage == "failed"


def test_page_costs_few_queries(work, client_of, adam, django_assert_max_num_queries):
    client = client_of(adam)

    with django_assert_max_num_queries(16):
        client.get(reverse("queues"))


def test_evaluators_see_on_the_page_of_the_wave_what_was_given_up_and_have_it_tried_again(work, wave, eva, client_of):
    client, address = client_of(eva), reverse("surveys:work_out_again", args=[wave.pk])

    page = client.get(reverse("surveys:wave", args=[wave.pk])).content.decode()
    assert "could not be worked out" in page
    assert address in page
    assert client.post(address).status_code == 302
    work.refresh_from_db()
    assert work.stage == "waiting"


def test_everybody_else_reads_that_figures_are_missing_and_has_no_button(work, wave, ana, client_of):
    page = client_of(ana).get(reverse("surveys:results", args=[wave.pk])).content.decode()

    assert reverse("surveys:work_out_again", args=[wave.pk]) not in page


def test_evaluators_have_a_file_tried_again_on_its_page(wave, eva, client_of):
    at = timezone.now()
    export = request_export(wave, format="csv", level="a", why="To check", by=eva, at=at)
    EXPORTS.give_up(export, "DISK", "No space left on device", at=at)
    client, address = client_of(eva), reverse("surveys:try_export_again", args=[export.pk])

    assert address in client.get(reverse("surveys:exports", args=[wave.pk])).content.decode()
    assert client.post(address).status_code == 302
    export.refresh_from_db()
    assert export.stage == "waiting"
    assert client.post(address).status_code == 409
