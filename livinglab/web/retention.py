"""Every night: what is kept no longer than promised goes, package by package, and a row says what went.

Each function finds rows whose time is over, may run twice, late or on two machines, and returns how many it dealt with.
The days stand beside them as constants, from which consent texts and privacy policy take theirs.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connection, transaction

from livinglab.accounts.audit import delete_old_access_records
from livinglab.accounts.limits import delete_counts_that_are_over
from livinglab.accounts.models import Session
from livinglab.accounts.retention import (
    accounts_never_confirmed,
    delete_expired_confirmations,
    delete_expired_residence_codes,
)
from livinglab.accounts.tokens import delete_old_tokens
from livinglab.errors import Refused
from livinglab.notices.retention import delete_old_notices, empty_old_mails
from livinglab.web.models import ContactMessage, RetentionRun
from livinglab.web.models.contact import MESSAGES_KEPT
from livinglab.web.models.retention import RetentionKind
from livinglab.web.my_data import forget
from pilots.actions.retention import remind_of_pilots_past_their_day
from surveys.actions.retention import (
    delete_contacts_of_past_pilots,
    delete_old_answers,
    delete_old_texts,
    end_pilots_past_their_day,
    mask_old_texts,
)

logger = logging.getLogger("livinglab.web")

Kind = RetentionKind
RUNS_KEPT = timedelta(days=731)
# Longer than from one night to the next.
OVERDUE_AFTER = timedelta(hours=36)


def apply_retention(*, at: datetime) -> list[RetentionRun]:
    """Let go of everything whose time is over. What fails is written down and keeps nothing else from going."""
    rows = [_done(kind, function, at=at) for kind, function in FUNCTIONS.items()]
    RetentionRun.objects.bulk_create(rows)
    logger.info("retention: %s", ", ".join(f"{row.kind} {row.error or row.count}" for row in rows))
    return rows


def look_at_retention(*, at: datetime) -> list[RetentionRun]:
    """What ``apply_retention`` would do now; nothing is changed, and no row is kept."""
    rows = []
    for kind, function in FUNCTIONS.items():
        with transaction.atomic():
            rows.append(_done(kind, function, at=at))
            transaction.set_rollback(True)
    return rows


def _done(kind: RetentionKind, function: Callable[[datetime], int], *, at: datetime) -> RetentionRun:
    try:
        return RetentionRun(kind=kind, at=at, count=function(at))
    except Exception as error:
        logger.exception("retention of %s", kind)
        return RetentionRun(kind=kind, at=at, error=type(error).__name__)


def delete_unconfirmed_accounts(at: datetime) -> int:
    """Delete accounts whose address nobody confirmed within a week; their nicknames are free again."""
    delete_expired_confirmations()
    deleted = 0
    for pk in list(accounts_never_confirmed(at).values_list("pk", flat=True)):
        with suppress(Refused), transaction.atomic():
            # The lock, and a second look: the address may have been confirmed a moment ago.
            person = accounts_never_confirmed(at).filter(pk=pk).select_for_update(of=("self",)).first()
            if person is not None:
                forget(person, at=at)
                deleted += 1
    return deleted


def delete_expired_sessions(at: datetime) -> int:
    """Delete sessions and counters that are no longer valid, and tokens for programs that ended a while ago."""
    sessions = Session.objects.filter(expire_date__lt=at).delete()[0]
    counters = delete_counts_that_are_over(at) + sum(_delete_expired_cache_rows(name, at) for name in settings.CACHES)
    return sessions + delete_old_tokens(at) + counters


def _delete_expired_cache_rows(name: str, at: datetime) -> int:
    if not isinstance(caches[name], BaseDatabaseCache):
        return 0
    table = str(settings.CACHES[name]["LOCATION"])
    with connection.cursor() as cursor:
        # Django deletes them only when the table is full; bulk work on a table that has no model.
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)} WHERE expires < %s", [at])
        return cursor.rowcount


def delete_old_messages(at: datetime) -> int:
    """Delete what people wrote to the city half a year ago."""
    return ContactMessage.objects.filter(at__lt=at - MESSAGES_KEPT).delete()[0]


def delete_old_runs(at: datetime) -> int:
    return RetentionRun.objects.filter(at__lt=at - RUNS_KEPT).delete()[0]


FUNCTIONS: Mapping[RetentionKind, Callable[[datetime], int]] = {
    Kind.REMINDERS: remind_of_pilots_past_their_day,
    Kind.PILOTS: end_pilots_past_their_day,
    Kind.CONTACTS: delete_contacts_of_past_pilots,
    Kind.TEXTS_AS_WRITTEN: mask_old_texts,
    Kind.TEXTS: delete_old_texts,
    Kind.ANSWERS: delete_old_answers,
    Kind.MAILS: empty_old_mails,
    Kind.NOTICES: delete_old_notices,
    Kind.ACCOUNTS: delete_unconfirmed_accounts,
    Kind.RESIDENCE_CODES: delete_expired_residence_codes,
    Kind.MESSAGES: delete_old_messages,
    Kind.ACCESS_RECORDS: delete_old_access_records,
    Kind.SESSIONS: delete_expired_sessions,
    Kind.RUNS: delete_old_runs,
}
