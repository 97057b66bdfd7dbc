"""Telling people, and sending what has to be sent."""

from datetime import datetime

from livinglab.accounts.models import Person
from livinglab.notices.models import Notice


def notify(person: Person, kind: str, *, occasion: str, at: datetime, url: str = "", **data: object) -> bool:
    """Tell one person something, once.

    ``occasion`` identifies what happened ("proposal 7 published"); telling the same person of the same occasion again
    does nothing, so callers may repeat themselves. Returns whether the notice is new.
    """
    return notify_many([person], kind, occasion=occasion, at=at, url=url, **data) == 1


def notify_many(people: list[Person], kind: str, *, occasion: str, at: datetime, url: str = "", **data: object) -> int:
    """Tell several people the same thing in one statement; who was told before is left alone. Returns how many rows."""
    before = Notice.objects.filter(occasion=occasion, person__in=people).count()
    Notice.objects.bulk_create(
        [Notice(person=person, kind=kind, occasion=occasion, data=data, url=url, at=at) for person in people],
        ignore_conflicts=True,
    )
    return Notice.objects.filter(occasion=occasion, person__in=people).count() - before
