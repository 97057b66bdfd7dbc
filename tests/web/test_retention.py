"""The nightly run over all packages: what it deletes, what it writes down, that it may run twice or fail in part."""

from datetime import timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.limits import COMMENTS, take_turn
from livinglab.accounts.models import Person, ResidenceCode, Session, UseCount
from livinglab.accounts.retention import UNCONFIRMED_KEPT
from livinglab.notices.actions import notify
from livinglab.notices.mails import send_next
from livinglab.notices.models import Mail, Notice
from livinglab.notices.retention import MAILS_SHOWN_IN_A_DEMONSTRATION, NOTICES_KEPT
from livinglab.web import retention
from livinglab.web.models import RetentionRun
from livinglab.web.retention import OVERDUE_AFTER, RUNS_KEPT, apply_retention
from livinglab.web.tasks import apply_retention as nightly_task
from tests.accounts.test_agreements import sign_up
from tests.builders import pilots as build
from tests.people import make_person

pytestmark = pytest.mark.django_db
Kind = RetentionRun.Kind
SECOND = timedelta(seconds=1)


def done(rows: list[RetentionRun], kind: str) -> int:
    return next(row.count for row in rows if row.kind == kind)


# The run


def test_every_kind_of_data_has_its_line_and_nothing_fails():
    rows = apply_retention(at=timezone.now())

    assert [row.kind for row in rows] == [kind.value for kind in retention.FUNCTIONS]
    assert {kind.value for kind in retention.FUNCTIONS} == set(Kind.values)
    assert not any(row.error for row in rows)
    assert RetentionRun.objects.count() == len(Kind)


def test_the_task_of_the_night_may_run_twice(ben):
    notify(ben, "pilot_joined", occasion="sample", at=timezone.now() - 2 * NOTICES_KEPT)

    nightly_task()
    nightly_task()

    counts = RetentionRun.objects.filter(kind=Kind.NOTICES).order_by("pk").values_list("count", flat=True)
    assert list(counts) == [1, 0]


def test_the_run_is_in_the_schedule_of_the_site():
    from livinglab import settings as of_the_site

    tasks = {entry["task"] for entry in of_the_site.CELERY_BEAT_SCHEDULE.values()}
    assert "livinglab.web.tasks.apply_retention" in tasks


@pytest.fixture
def mails_cannot_be_read(transactional_db):
    """Something is wrong with one table."""
    rename = "ALTER TABLE notices_mail RENAME COLUMN {} TO {}"
    with connection.cursor() as cursor:
        cursor.execute(rename.format("html", "elsewhere"))
        yield
        cursor.execute(rename.format("elsewhere", "html"))


def test_what_fails_is_written_down_and_keeps_nothing_else_from_going(dodam, mails_cannot_be_read):
    at = timezone.now()
    ResidenceCode.objects.create(code_hash="a", area=dodam, expires_at=at - SECOND)

    with pytest.raises(CommandError):
        call_command("apply_retention", stdout=StringIO())

    assert RetentionRun.objects.get(kind=Kind.MAILS).error == "ProgrammingError"
    assert RetentionRun.objects.get(kind=Kind.RESIDENCE_CODES).count == 1


def test_dry_run_says_what_would_go_and_changes_nothing(ben):
    notify(ben, "pilot_joined", occasion="sample", at=timezone.now() - 2 * NOTICES_KEPT)
    out = StringIO()

    call_command("apply_retention", "--dry-run", stdout=out)

    assert "1 old notices and mails" in out.getvalue()
    assert Notice.objects.exists()
    assert not RetentionRun.objects.exists()


def test_command_is_a_second_door_to_the_same(ben):
    notify(ben, "pilot_joined", occasion="sample", at=timezone.now() - 2 * NOTICES_KEPT)

    call_command("apply_retention", stdout=StringIO())

    assert not Notice.objects.exists()
    assert RetentionRun.objects.get(kind=Kind.NOTICES).count == 1


def test_lines_of_the_list_have_an_end_too():
    at = timezone.now()
    RetentionRun.objects.create(kind=Kind.MAILS, at=at - RUNS_KEPT - SECOND)

    apply_retention(at=at)

    assert not RetentionRun.objects.filter(at__lt=at - RUNS_KEPT).exists()


# What administrators read


def test_page_says_that_nothing_has_run_yet(client_of, adam):
    assert "It has not run yet" in client_of(adam).get(reverse("retention")).content.decode()


def test_page_tells_what_went_and_what_failed(client_of, adam):
    at = timezone.now()
    RetentionRun.objects.create(kind=Kind.CONTACTS, at=at, count=1234)
    RetentionRun.objects.create(kind=Kind.MAILS, at=at, error="ProgrammingError")
    RetentionRun.objects.create(kind=Kind.TEXTS, at=at)

    page = " ".join(client_of(adam).get(reverse("retention")).content.decode().split())

    assert "people whose contact data and keys were deleted: 1,234" in page
    assert "failed (ProgrammingError)" in page
    assert "texts that nobody had released" not in page
    assert "A night was missed" not in page


def test_page_says_that_a_night_was_missed(client_of, adam):
    RetentionRun.objects.create(kind=Kind.MAILS, at=timezone.now() - OVERDUE_AFTER - SECOND)

    assert "A night was missed" in client_of(adam).get(reverse("retention")).content.decode()


# Mails, notices


@pytest.fixture
def mail(ben):
    return Mail.objects.create(to=ben.email, subject="Your code", body="ABC-DEF", html="<p>ABC-DEF</p>")


def test_a_mail_is_emptied_as_it_goes_out(mail, mailoutbox):
    assert send_next(at=timezone.now())

    assert "ABC-DEF" in mailoutbox[0].body
    mail.refresh_from_db()
    assert (mail.to, mail.subject, mail.body, mail.html) == ("", "", "", "")
    assert mail.sent_at is not None


def test_a_demonstration_shows_a_mail_for_a_day(mail, settings):
    settings.DEMONSTRATION = True
    send_next(at=timezone.now())
    mail.refresh_from_db()
    assert mail.body == "ABC-DEF"

    assert done(apply_retention(at=mail.sent_at + MAILS_SHOWN_IN_A_DEMONSTRATION - SECOND), Kind.MAILS) == 0
    assert done(apply_retention(at=mail.sent_at + MAILS_SHOWN_IN_A_DEMONSTRATION), Kind.MAILS) == 1

    mail.refresh_from_db()
    assert (mail.to, mail.subject, mail.body, mail.html) == ("", "", "", "")


def test_a_mail_that_was_given_up_keeps_no_address_and_no_error_that_names_it(mail):
    Mail.objects.update(given_up_at=timezone.now(), last_error="SMTPRecipientsRefused: {'ben@example.kr': (550, b'')}")

    apply_retention(at=timezone.now())

    mail.refresh_from_db()
    assert (mail.to, mail.body, mail.last_error) == ("", "", "")


def test_a_mail_that_waits_is_left_alone(mail):
    assert done(apply_retention(at=timezone.now() + timedelta(days=2)), Kind.MAILS) == 0


def test_notices_go_after_a_year_read_or_not(ben):
    at = timezone.now()
    notify(ben, "pilot_joined", occasion="old", at=at - NOTICES_KEPT - SECOND)
    notify(ben, "pilot_joined", occasion="new", at=at - NOTICES_KEPT + SECOND)

    apply_retention(at=at)

    assert ben.notices.get().occasion == "new"


# Accounts, sessions


def test_an_account_that_nobody_confirmed_goes_after_a_week_and_frees_its_nickname(client_of):
    sign_up(client_of(), email="typo@exmaple.kr", nickname="dodam")
    person = Person.objects.get(email="typo@exmaple.kr")

    apply_retention(at=person.date_joined + UNCONFIRMED_KEPT - SECOND)
    assert Person.objects.filter(pk=person.pk).exists()
    assert done(apply_retention(at=person.date_joined + UNCONFIRMED_KEPT + SECOND), Kind.ACCOUNTS) == 1

    assert not Person.objects.filter(email="typo@exmaple.kr").exists()
    sign_up(client_of(), email="right@example.kr", nickname="dodam")
    assert Person.objects.get(email="right@example.kr").nickname == "dodam"


def test_accounts_that_were_confirmed_or_made_otherwise_stay(ben, adam):
    made_on_the_server = Person.objects.create_superuser("boss@city.example", "correct horse battery staple")
    without_address = make_person("crowd")
    EmailAddress.objects.filter(user=without_address).delete()

    apply_retention(at=timezone.now() + 100 * UNCONFIRMED_KEPT)

    assert set(Person.objects.all()) == {ben, adam, made_on_the_server, without_address}


def test_sessions_and_counters_go_when_they_are_no_longer_valid(client_of, ben):
    client_of(ben)
    for name in settings.CACHES:
        caches[name].set("counter", 1, 60)
    take_turn(COMMENTS, ben.pk, at=timezone.now())
    later = timezone.now() + timedelta(days=15)

    assert done(apply_retention(at=later), Kind.SESSIONS) == 1 + len(settings.CACHES) + len(COMMENTS.times)

    assert not Session.objects.exists()
    assert not UseCount.objects.exists()


def test_residence_codes_go_when_they_open_nothing_any_more(dodam):
    at = timezone.now()
    ResidenceCode.objects.create(code_hash="a", area=dodam, expires_at=at - SECOND)
    ResidenceCode.objects.create(code_hash="b", area=dodam, expires_at=at + SECOND)

    assert done(apply_retention(at=at), Kind.RESIDENCE_CODES) == 1


def test_pilots_are_looked_after_in_the_same_run(mo, ben):
    pilot = build.announced_pilot(mo, lasts=10)
    build.joined(pilot, ben)
    at = timezone.now() + timedelta(days=60)

    rows = apply_retention(at=at)

    assert [done(rows, kind) for kind in (Kind.REMINDERS, Kind.PILOTS, Kind.CONTACTS)] == [1, 1, 1]
