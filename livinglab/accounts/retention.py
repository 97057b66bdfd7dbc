"""What belongs to accounts and is not kept for ever."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress, EmailConfirmation
from django.db.models import Exists, OuterRef, QuerySet

from livinglab.accounts.models import Person, ResidenceCode

# Somebody who mistyped an address signs up again with the same nickname after that at the latest.
UNCONFIRMED_KEPT = timedelta(days=7)


def accounts_never_confirmed(at: datetime) -> "QuerySet[Person]":
    """People who signed up some days ago and never confirmed an address; nobody who holds a role."""
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"))
    return Person.objects.filter(
        Exists(addresses),
        ~Exists(addresses.filter(verified=True)),
        date_joined__lt=at - UNCONFIRMED_KEPT,
        grants__isnull=True,
    ).order_by("pk")


def delete_expired_residence_codes(at: datetime) -> int:
    """Delete the hashes of printed codes that open nothing any more. Safe to repeat."""
    return ResidenceCode.objects.filter(expires_at__lt=at).delete()[0]


def delete_expired_confirmations() -> int:
    """Delete what waited for an address to be confirmed and no longer can be. Safe to repeat."""
    expired = EmailConfirmation.objects.all_expired()
    return expired.delete()[0]
