"""What the account itself knows about a person, to take along and to delete."""

from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from livinglab.accounts.grants import check_another_administers
from livinglab.accounts.models import Person


def export_of(person: Person) -> dict[str, Any]:
    return {
        "email": person.email,
        "name": person.name,
        "nickname": person.nickname,
        "language": person.language,
        "joined": person.date_joined,
        "area": person.area and person.area.name_ko,
        "residence": person.residence,
        "stopped_mails": person.stopped_mails,
        "roles": sorted(person.roles),
        "second_factors": list(Authenticator.objects.filter(user=person).values("type", "created_at", "last_used_at")),
        "tokens": list(
            person.api_tokens.values("name", "scopes", "created_at", "expires_at", "last_used_at", "ended_at")
        ),
        "sessions": list(person.sessions.values("device", "signed_in_at", "seen_at")),
        "agreements": list(person.agreements.values("kind", "version", "text_hash", "language", "agreed", "at")),
        "residence_history": list(person.residence_records.values("area__name_ko", "way", "at")),
    }


@transaction.atomic
def forget(person: Person, *, at: datetime) -> None:
    """Delete the account. Comes last: by then the other packages have let go of the person.

    Contributions stay without her, because their rows point to nobody once she is gone.
    """
    check_another_administers(person)
    person.delete()
