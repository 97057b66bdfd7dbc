"""Once a month the officer for personal data reads who among the staff looked at what, the unusual first."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as site
from django.db import IntegrityError, transaction

from livinglab.accounts.audit import record_access
from livinglab.accounts.models import AccessDigest, AccessRecord, Person
from livinglab.notices.access_digest import write_digest_of, write_digest_of_last_month
from livinglab.notices.models import Mail
from livinglab.notices.tasks import write_access_digest

Action = AccessRecord.Action
SEOUL = ZoneInfo("Asia/Seoul")
DECEMBER = datetime(2026, 12, 1, 5, tzinfo=SEOUL)


def on(day: str, hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), SEOUL).replace(hour=hour)


@pytest.fixture(autouse=True)
def officer(settings, db) -> None:
    settings.PRIVACY_OFFICER = replace(site.PRIVACY_OFFICER, name="한지킴", email="officer@city.example")
    settings.LANGUAGE_CODE = "en"


def test_counts_of_the_month_before_are_told_by_member_of_staff(mo: Person, eva: Person, ben: Person) -> None:
    for day in ("2026-11-01", "2026-11-30"):
        record_access(mo, Action.CONTACTS_SEEN, about="pilot call-bus-1", count=31, at=on(day))
    record_access(eva, Action.FILE_TAKEN, about=f"person {ben.pk}", at=on("2026-11-15"))
    record_access(eva, Action.TRAIL_READ, at=on("2026-12-01", hour=0))
    record_access(eva, Action.ROLE_GRANTED, at=on("2026-10-31", hour=23))

    mail = write_digest_of_last_month(at=DECEMBER)

    assert mail is not None
    assert mail.to == "officer@city.example"
    lines = [line for line in mail.body.splitlines() if line.startswith("- ")]
    assert lines == [
        f"- No. {mo.pk} (mo): saw contacts, 2 times, 62 people",
        f"- No. {eva.pk} (eva): took a file, 1 time",
    ]
    assert "Nothing unusual" in mail.body
    assert "ben" not in mail.body


def test_what_is_unusual_comes_first(mo: Person, eva: Person) -> None:
    for month in ("08", "09", "10"):
        for day in range(10, 22):
            record_access(mo, Action.CONTACTS_SEEN, at=on(f"2026-{month}-{day}"))
    for day in range(10, 30):
        record_access(mo, Action.CONTACTS_SEEN, at=on(f"2026-11-{day}"))
    for day in range(10, 20):
        record_access(eva, Action.CONTACTS_SEEN, at=on(f"2026-11-{day}"))

    mail = write_digest_of(date(2026, 11, 1), at=DECEMBER)

    assert mail is not None
    before, _heading, after = mail.body.partition("Everything else")
    assert f"No. {eva.pk} (eva): saw contacts, 10 times" in before
    assert f"No. {mo.pk} (mo): saw contacts, 20 times" in after


def test_one_month_is_told_once(mo: Person) -> None:
    write_access_digest()
    write_access_digest()

    assert Mail.objects.count() == AccessDigest.objects.count() == 1


def test_a_month_in_which_nothing_happened_says_so() -> None:
    mail = write_digest_of_last_month(at=DECEMBER)

    assert mail is not None
    assert "Nobody looked at anything." in mail.body


def test_without_an_officer_it_waits(settings) -> None:
    settings.PRIVACY_OFFICER = replace(site.PRIVACY_OFFICER, email="")
    assert write_digest_of_last_month(at=DECEMBER) is None

    settings.PRIVACY_OFFICER = replace(site.PRIVACY_OFFICER, email="officer@city.example")
    assert write_digest_of_last_month(at=DECEMBER) is not None


def test_a_digest_is_of_a_whole_month() -> None:
    with pytest.raises(IntegrityError, match="access_digest_is_of_a_month"), transaction.atomic():
        AccessDigest.objects.create(month=date(2026, 11, 2), at=DECEMBER)


def test_it_is_written_in_the_language_of_the_city(settings, mo: Person) -> None:
    settings.LANGUAGE_CODE = "ko"
    record_access(mo, Action.CONTACTS_SEEN, count=31, at=on("2026-11-15"))

    mail = write_digest_of_last_month(at=DECEMBER)

    assert mail is not None
    assert f"- {mo.pk}번 (mo): 연락처 열람, 1회, 31명" in mail.body
