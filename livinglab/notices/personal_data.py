from datetime import datetime
from typing import Any

from django.db.models import Q

from livinglab.accounts.models import Person
from livinglab.notices.models import Mail


def export_of(person: Person) -> dict[str, Any]:
    return {
        "notices": list(person.notices.values("kind", "data", "url", "at", "read_at")),
        "mails": list(mails_of(person).values("to", "subject", "body", "at", "sent_at")),
    }


def forget(person: Person, *, at: datetime) -> None:
    mails_of(person).delete()
    person.notices.all().delete()


def mails_of(person: Person) -> Any:
    return Mail.objects.filter(Q(notice__person=person) | Q(to__iexact=person.email))
