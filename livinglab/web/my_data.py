"""Taking along and deleting what the site knows about a person, package by package."""

from datetime import datetime
from typing import Any

from django.db import transaction

from livinglab.accounts import personal_data as account
from livinglab.accounts.models import Person
from livinglab.notices import personal_data as notices


def export_of(person: Person) -> dict[str, Any]:
    """Everything that is kept under her name, ready to be written as JSON."""
    return {
        "account": account.export_of(person),
        "notices": notices.export_of(person),
    }


@transaction.atomic
def forget(person: Person, *, at: datetime) -> None:
    """Delete the account; what she contributed stays without her. All of it or nothing."""
    notices.forget(person, at=at)
    account.forget(person, at=at)
