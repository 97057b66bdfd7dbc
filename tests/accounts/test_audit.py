"""The audit trail is only added to, kept for two years, and holds no address."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from livinglab.accounts.audit import delete_old_access_records, digest_of, record_access
from livinglab.accounts.models import AccessRecord, Person

Action = AccessRecord.Action


def test_a_record_keeps_staff_pk_and_roles_but_no_name_when_the_account_goes(mo: Person) -> None:
    number = mo.pk
    record = record_access(mo, Action.CONTACTS_SEEN, about="pilot call-bus-1", count=31)

    mo.delete()

    record.refresh_from_db()
    assert record.by is None
    assert (record.by_pk, record.by_roles, record.about, record.count) == (
        number,
        ["moderator"],
        "pilot call-bus-1",
        31,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"action": Action.TRAIL_READ},
        {"about": "pilot another"},
        {"count": 1},
        {"by_pk": 1},
        {"by_roles": []},
        {"at": timezone.now() - timedelta(days=800)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_no_record_is_changed(mo: Person, change: dict[str, object]) -> None:
    record_access(mo, Action.CONTACTS_SEEN, about="pilot call-bus-1", count=31)

    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        AccessRecord.objects.update(**change)


def test_no_record_is_given_to_somebody_else(mo: Person, eva: Person) -> None:
    record_access(mo, Action.CONTACTS_SEEN)

    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        AccessRecord.objects.update(by=eva)


def test_only_records_older_than_two_years_are_deleted(mo: Person) -> None:
    now = timezone.now()
    young = record_access(mo, Action.CONTACTS_SEEN, at=now - timedelta(days=729))
    record_access(mo, Action.CONTACTS_SEEN, at=now - timedelta(days=732))

    assert delete_old_access_records(now) == 1
    assert delete_old_access_records(now) == 0

    assert AccessRecord.objects.get() == young
    with pytest.raises(IntegrityError, match="stay as they are"), transaction.atomic():
        young.delete()


def test_the_database_takes_no_address(mo: Person) -> None:
    with pytest.raises(IntegrityError, match="access_record_holds_no_address"), transaction.atomic():
        record_access(mo, Action.DESK_SEARCHED, about="ana@example.kr")


def test_what_was_typed_is_kept_as_a_digest_that_names_nobody() -> None:
    assert digest_of(" Ana@example.kr ") == digest_of("ana@example.kr")
    assert digest_of("ana@example.kr") != digest_of("ben@example.kr")
    assert "ana" not in digest_of("ana@example.kr")
