"""The audit trail: one row for each look or deed of staff that concerns people's data."""

from datetime import datetime

from django.utils import timezone
from django.utils.crypto import salted_hmac

from livinglab.accounts.models import AccessRecord, Person
from livinglab.accounts.roles import Role

Action = AccessRecord.Action


def record_access(
    by: Person | None,
    action: AccessRecord.Action,
    *,
    about: str = "",
    count: int | None = None,
    at: datetime | None = None,
) -> AccessRecord:
    """The new row of the trail. ``by`` is ``None`` for a command on the server.

    ``about`` is the kind and key of a thing (``pilot call-bus-1``, ``wave 5``, ``person 12``), never a name or an
    address; what somebody typed goes in as ``digest_of(typed)``. ``count`` says how many people it concerned.
    """
    return AccessRecord.objects.create(
        at=at or timezone.now(),
        by=by,
        by_number=by and by.pk,
        by_roles=sorted(by.roles - {Role.RESIDENT}) if by else [],
        action=action,
        about=about,
        count=count,
    )


def digest_of(typed: str) -> str:
    """Sixteen letters for what was typed: the same for the same words, and nobody reads them back without the key."""
    return salted_hmac("livinglab.audit", " ".join(typed.split()).casefold(), algorithm="sha256").hexdigest()[:16]


def delete_old_access_records(at: datetime) -> int:
    """How many rows older than two years were deleted. Safe to run twice."""
    deleted, _by_model = AccessRecord.objects.past_retention(at).delete()
    return deleted
