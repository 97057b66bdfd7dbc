"""Mails: chosen by the person, sent once, repeated only with the same Message-ID."""

import email
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.utils import timezone

from livinglab.accounts.models import Person
from livinglab.notices.actions import notify
from livinglab.notices.mails import FIRST_PAUSE, MOST_TRIES, send_next, write_mails
from livinglab.notices.models import Mail, Notice
from livinglab.notices.tasks import send_waiting_mail, write_mails_of_notices

NOW = timezone.now()


class MailServer:
    """A real SMTP server in a thread. It can refuse, and it can be slow to say that it has accepted."""

    def __init__(self) -> None:
        self.accepted: list[email.message.Message] = []
        self.refuses = False
        self.pause = 0.0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        if self.refuses:
            return "451 Come back later"
        self.accepted.append(email.message_from_bytes(envelope.content))
        time.sleep(self.pause)
        return "250 Accepted"

    def message_ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.accepted]

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
    server.start()
    yield server
    server.stop()


def make_mails(count: int) -> None:
    Mail.objects.bulk_create(
        Mail(to=f"person{n}@example.kr", subject=f"Mail {n}", body="Hello\n") for n in range(count)
    )


def test_notice_becomes_one_mail_in_the_language_of_the_person(ben):
    Person.objects.filter(pk=ben.pk).update(language="ko")
    notify(ben, "pilot_joined", occasion="a", at=NOW, url="/about/", title_ko="밤길 <등>", title_en="Night lights")

    write_mails_of_notices()
    write_mails_of_notices()

    mail = Mail.objects.get()
    assert mail.to == "ben@example.kr"
    assert mail.subject.startswith("[리빙랩] ")
    assert "밤길 <등>" in mail.subject + mail.body
    assert f"http://localhost:8000/notices/{ben.notices.get().pk}/" in mail.body
    assert "&lt;" not in mail.body


@pytest.mark.parametrize(
    ("stopped", "mailed"),
    [
        ([], {"pilot_joined", "invitation", "reminder", "comment_on_yours", "export_ready"}),
        (["pilots"], {"invitation", "reminder", "comment_on_yours", "export_ready"}),
        (["invitations"], {"pilot_joined", "comment_on_yours", "export_ready"}),
        (["proposals", "work"], {"pilot_joined", "invitation", "reminder"}),
        (["invitations", "pilots", "proposals", "work"], set()),
    ],
)
def test_person_chooses_what_also_comes_by_mail(ben, stopped, mailed):
    Person.objects.filter(pk=ben.pk).update(stopped_mails=stopped)
    for kind in ("pilot_joined", "invitation", "reminder", "comment_on_yours", "export_ready"):
        notify(ben, kind, occasion=kind, at=NOW)

    write_mails_of_notices()

    assert {mail.notice.occasion for mail in Mail.objects.select_related("notice")} == mailed
    assert not Notice.objects.awaiting_mail().exists()


def test_writing_mails_costs_the_same_for_any_number(ana, ben, sam, django_assert_num_queries):
    for person in (ana, ben, sam):
        for number in range(10):
            notify(person, "pilot_joined", occasion=f"pilot {number}", at=NOW)

    with django_assert_num_queries(5):  # two of them the savepoint
        assert write_mails(at_most=100, at=NOW) == 30


def test_mail_goes_out_once_with_its_message_id(db, mail_server, settings):
    make_mails(3)

    send_waiting_mail()
    send_waiting_mail()

    host = urlsplit(settings.SITE_URL).hostname
    assert sorted(mail_server.message_ids()) == sorted(f"<{mail.message_id}@{host}>" for mail in Mail.objects.all())
    assert not Mail.objects.filter(sent_at=None).exists()


def test_refused_mail_is_tried_again_later_and_given_up_in_the_end(db, mail_server):
    make_mails(1)
    mail_server.refuses = True
    at = timezone.now()

    assert send_next(at=at)
    mail = Mail.objects.get()
    assert mail.next_try_at == at + FIRST_PAUSE
    assert "451" in mail.last_error
    assert not send_next(at=at)

    for _try in range(MOST_TRIES - 1):
        at = Mail.objects.get().next_try_at
        assert send_next(at=at)
    assert Mail.objects.get().given_up_at == at
    assert not send_next(at=at + timedelta(days=365))
    assert not mail_server.accepted


def test_one_bad_mail_does_not_hold_up_the_others(db, mail_server):
    make_mails(2)
    Mail.objects.filter(subject="Mail 0").update(subject="two\nlines")

    send_waiting_mail()

    assert [message["Subject"] for message in mail_server.accepted] == ["Mail 1"]
    assert "BadHeaderError" in Mail.objects.get(sent_at=None).last_error


def test_repeat_after_a_crash_bears_the_same_message_id(db, mail_server, monkeypatch):
    make_mails(1)

    def lose_power(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    # Between the mail server's acceptance and our commit.
    with monkeypatch.context() as patched:
        patched.setattr(Mail, "save", lose_power)
        with pytest.raises(KeyboardInterrupt):
            send_next(at=timezone.now())
    send_waiting_mail()

    assert len(mail_server.accepted) == 2
    assert len(set(mail_server.message_ids())) == 1


def test_mail_server_that_is_away_is_asked_once_a_sweep(db, mail_server, settings):
    make_mails(3)
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = nobody_listens.getsockname()[1]

        send_waiting_mail()

    assert sorted(Mail.objects.values_list("tries", flat=True)) == [0, 0, 1]


@pytest.mark.django_db(transaction=True)
def test_two_workers_side_by_side_send_each_mail_once(mail_server):
    make_mails(20)
    mail_server.pause = 0.01

    def work() -> None:
        send_waiting_mail()
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(mail_server.accepted) == len(set(mail_server.message_ids())) == 20


@pytest.mark.django_db(transaction=True)
def test_two_workers_side_by_side_write_each_mail_once(ben):
    for number in range(50):
        notify(ben, "pilot_joined", occasion=f"pilot {number}", at=NOW)

    def work() -> None:
        while write_mails(at_most=3, at=timezone.now()):
            pass
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert Mail.objects.count() == 50


def test_killed_worker_loses_no_notice_and_doubles_none(celery_worker_process, mail_server, ana, ben, sam):
    """kill -9 while notices become mails and mails go out; the next worker does the rest."""
    for person in (ana, ben, sam):
        for number in range(20):
            notify(person, "pilot_joined", occasion=f"pilot {number}", at=timezone.now())
    mail_server.pause = 0.05
    smtp = {"EMAIL_URL": f"smtp://127.0.0.1:{mail_server.port}"}
    worker = celery_worker_process(**smtp)
    worker.wait_until(lambda: len(mail_server.accepted) > 5)

    worker.kill()
    mail_server.pause = 0
    again = celery_worker_process(**smtp)
    again.wait_until(lambda: Mail.objects.filter(sent_at__isnull=False).count() == 60)

    assert Notice.objects.count() == Mail.objects.count() == 60
    # A mail may come twice only if the worker died between acceptance and commit: one for each of its two processes.
    assert len(set(mail_server.message_ids())) == 60
    assert len(mail_server.accepted) <= 62
