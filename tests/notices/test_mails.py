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
from livinglab.notices.mails import (
    FIRST_PAUSE,
    MOST_LISTED,
    MOST_TRIES,
    ONE_MAIL_EACH,
    send_next,
    write_given_up_mails_again,
    write_mails,
)
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


# One thing, one mail an hour


def tell_of_comment(person: Person, number: int, kind: str = "comment_on_yours", proposal: int = 7) -> None:
    notify(
        person,
        kind,
        occasion=f"comment {number} on {proposal} written",
        thread=f"proposal-{proposal}",
        at=NOW,
        url=f"/proposals/{proposal}/#comment-{number}",
        title_ko="밤길 등",
        title_en="Night lights",
    )


def subjects() -> list[str]:
    return [mail.subject.removeprefix("[Living Lab] ") for mail in Mail.objects.order_by("pk")]


def test_ten_comments_in_an_hour_are_a_mail_at_once_and_one_that_lists_the_others(ben):
    Person.objects.filter(pk=ben.pk).update(language="en")
    for minute in range(10):
        tell_of_comment(ben, minute)
        write_mails(at_most=100, at=NOW + timedelta(minutes=minute))
    assert subjects() == ["New comment on “Night lights”"]

    write_mails(at_most=100, at=NOW + timedelta(minutes=59))
    assert len(subjects()) == 1
    for _sweep in range(2):
        write_mails(at_most=100, at=NOW + ONE_MAIL_EACH)

    assert subjects()[1:] == ["New comment on “Night lights”, and 8 more"]
    listed = Mail.objects.order_by("pk").last().body
    links = [f"/notices/{notice.pk}/" for notice in Notice.objects.order_by("pk")]
    assert links[0] not in listed
    assert all(link in listed for link in links[1:])
    assert Notice.objects.count() == 10
    assert not Notice.objects.awaiting_mail().exists()


def test_the_next_hour_begins_with_the_mail_that_listed_them(ben):
    for hour, number in ((0, 1), (0, 2), (1, 3), (1, 4), (2, 5)):
        tell_of_comment(ben, number)
        write_mails(at_most=100, at=NOW + hour * ONE_MAIL_EACH)

    assert [mail.at for mail in Mail.objects.order_by("pk")] == [NOW + hour * ONE_MAIL_EACH for hour in (0, 1, 2)]
    assert not Notice.objects.awaiting_mail().exists()


def test_comments_and_answers_under_one_proposal_go_together(ben):
    for number, kind in enumerate(("comment_on_yours", "comment_answered", "comment_on_yours")):
        tell_of_comment(ben, number, kind)
    write_mails(at_most=100, at=NOW)

    assert Mail.objects.count() == 1


def test_other_things_other_people_and_news_about_the_same_thing_do_not_wait(ben, ana):
    tell_of_comment(ben, 1)
    write_mails(at_most=100, at=NOW)
    tell_of_comment(ben, 2, proposal=8)
    tell_of_comment(ana, 1)
    notify(ben, "proposal_published", occasion="published", thread="proposal-7", at=NOW, title_en="Night lights")
    for number in range(2):
        notify(ben, "pilot_joined", occasion=f"about nothing {number}", at=NOW, title_en="Night lights")

    write_mails(at_most=100, at=NOW + timedelta(minutes=1))

    assert Mail.objects.count() == 6


def test_every_invitation_is_a_mail_of_its_own(ben):
    for number in range(2):
        notify(
            ben,
            "reminder",
            occasion=f"{number}",
            thread="pilot-x",
            at=NOW,
            url=f"/answer/{number}/",
            closes_at=NOW.isoformat(),
        )

    write_mails(at_most=100, at=NOW)

    assert Mail.objects.count() == 2


def test_a_mail_lists_twenty_and_says_how_many_more_there_are(ben):
    Person.objects.filter(pk=ben.pk).update(language="en")
    for number in range(MOST_LISTED + 3):
        tell_of_comment(ben, number)

    write_mails(at_most=100, at=NOW)

    body = Mail.objects.get().body
    assert body.count("- New comment on") == MOST_LISTED
    assert "3 more stand on the page “Notices”:" in body


def test_a_mail_of_several_that_was_given_up_is_written_again_with_all_of_them(ben):
    for number in range(3):
        tell_of_comment(ben, number)
    write_mails(at_most=100, at=NOW)
    Mail.objects.update(given_up_at=NOW)

    assert write_given_up_mails_again(at=NOW) == 1
    write_mails(at_most=100, at=NOW)

    assert Mail.objects.get().given_up_at is None
    assert Mail.objects.get().body.count("/notices/") == 3
