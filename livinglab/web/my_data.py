"""Taking along and deleting what the site knows about a person, package by package."""

from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.db import transaction

from livinglab.accounts import personal_data as account
from livinglab.accounts.models import Person
from livinglab.notices import personal_data as notices
from livinglab.web import contact
from pilots.actions import personal_data as pilots
from proposals.actions import personal_data as proposals
from surveys.actions import personal_data as surveys


def export_of(person: Person) -> dict[str, Any]:
    """Everything that is kept under her name, ready to be written as JSON."""
    return {
        "account": account.export_of(person),
        "notices": notices.export_of(person),
        "proposals": proposals.export_of(person),
        "pilots": pilots.export_of(person),
        "surveys": surveys.export_of(person),
        "messages": contact.export_of(person),
    }


@transaction.atomic
def forget(person: Person, *, at: datetime) -> None:
    """Delete the account; what she contributed stays without her. All of it or nothing."""
    proposals.forget(person, at=at)
    # Surveys act on what pilots wrote down: whether answers stay without her or go.
    pilots.forget(person, at=at)
    surveys.forget(person, at=at)
    notices.forget(person, at=at)
    contact.forget(person)
    account.forget(person, at=at)


@transaction.atomic
def forget_and_tell(person: Person, *, at: datetime) -> None:
    """Forget the person, and tell her address so: it may not have been she who asked."""
    forget(person, at=at)
    get_adapter().send_notification_mail("account/email/account_deleted", person)
