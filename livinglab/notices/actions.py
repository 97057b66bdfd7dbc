"""Telling people, and sending what has to be sent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from livinglab.accounts.models import Person
from livinglab.notices.models import Notice

TELL = """
    INSERT INTO notices_notice (person_id, kind, occasion, thread, data, url, at)
    SELECT id, %s, %s, %s, %s, %s, %s FROM unnest(%s::bigint[]) AS id
    ON CONFLICT (person_id, occasion) DO NOTHING
"""


def notify(
    person: Person, kind: str, *, occasion: str, at: datetime, url: str = "", thread: str = "", **data: object
) -> bool:
    """Tell one person something, once.

    ``occasion`` identifies what happened ("proposal 7 published"); telling the same person of the same occasion again
    does nothing, so callers may repeat themselves. ``thread`` ("proposal-7") is what it is about: programs for mail
    put the mails of a thread together. Returns whether the notice is new.
    """
    return _notify([person.pk], kind, occasion, thread, at, url, data) == 1


def notify_by_key(
    person: int, kind: str, *, occasion: str, at: datetime, url: str = "", thread: str = "", **data: object
) -> bool:
    """``notify`` where only the person's key is at hand."""
    return _notify([person], kind, occasion, thread, at, url, data) == 1


def notify_many(
    people: Iterable[Person],
    kind: str,
    *,
    occasion: str,
    at: datetime,
    url: str = "",
    thread: str = "",
    **data: object,
) -> int:
    """Tell several people the same thing in one statement; who was told before is left alone. Returns how many rows."""
    # In one order for everybody, so that two callers telling the same people cannot wait for each other.
    return _notify(sorted({person.pk for person in people}), kind, occasion, thread, at, url, data)


def delete_notices(
    people: Iterable[int], *, kinds: Iterable[str], url: str | None = None, occasions: str | None = None
) -> int:
    """Delete what these people (by key) were told in these kinds, with the mails; returns how many notices.

    ``url`` leaves only notices about one page, ``occasions`` only those whose occasion begins so. Safe to repeat.
    """
    notices = Notice.objects.filter(person__in=list(people), kind__in=list(kinds))
    if url is not None:
        notices = notices.filter(url=url)
    if occasions is not None:
        notices = notices.filter(occasion__startswith=occasions)
    return notices.delete()[1].get("notices.Notice", 0)


def _notify(
    keys: list[int], kind: str, occasion: str, thread: str, at: datetime, url: str, data: dict[str, object]
) -> int:
    with connection.cursor() as cursor:
        parameters: list[Any] = [kind, occasion, thread, Jsonb(data), url, at, keys]
        cursor.execute(TELL, parameters)
        return cursor.rowcount
