"""Sessions move from Django's table into ours, which knows whose they are; nobody is signed out by it."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations
from django.utils import timezone

BATCH = 1000


def move(apps: Any, schema_editor: Any) -> None:
    old_sessions = apps.get_model("sessions", "Session").objects
    sessions, people = apps.get_model("accounts", "Session").objects, apps.get_model("accounts", "Person").objects
    now, store = timezone.now(), SessionStore()
    while batch := list(old_sessions.order_by("session_key")[:BATCH]):
        live = [(old, store.decode(old.session_data)) for old in batch if old.expire_date > now]
        keys = {int(data[SESSION_KEY]) for _old, data in live if SESSION_KEY in data}
        there = set(people.filter(pk__in=keys).values_list("pk", flat=True))
        sessions.bulk_create(
            [
                sessions.model(
                    session_key=old.session_key,
                    session_data=old.session_data,
                    expire_date=old.expire_date,
                    person_id=int(data[SESSION_KEY]) if SESSION_KEY in data else None,
                    signed_in_at=now if SESSION_KEY in data else None,
                    seen_at=now if SESSION_KEY in data else None,
                )
                for old, data in live
                if data and (SESSION_KEY not in data or int(data[SESSION_KEY]) in there)
            ],
            ignore_conflicts=True,
        )
        old_sessions.filter(pk__in=[old.pk for old in batch]).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_session"), ("sessions", "0001_initial")]
    operations = [migrations.RunPython(move, migrations.RunPython.noop)]
