"""Making, using and ending tokens for programs."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.db import transaction
from django.db.models import Q

from livinglab.accounts.errors import SecondFactorMissing, StaffOnly, TooManyTokens
from livinglab.accounts.models import ApiToken, Person
from livinglab.accounts.models.api_token import AT_MOST, Scope

# Tools that look for secrets in published code know ours by it.
PREFIX = "lab_"
USE_IS_NOTED_EVERY = timedelta(hours=1)
KEPT_AFTER_THE_END = timedelta(days=90)


@transaction.atomic
def make_token(person: Person, *, name: str, scopes: Collection[str], days: int, at: datetime) -> tuple[ApiToken, str]:
    """A new token and its text, which is told this once; the person hears of it by mail."""
    # The lock keeps two presses from making one token more than there may be.
    holder = Person.objects.select_for_update().get(pk=person.pk)
    if Scope.STAFF in scopes and not holder.is_city_staff:
        raise StaffOnly
    if holder.is_city_staff and not is_mfa_enabled(holder):
        raise SecondFactorMissing
    if holder.api_tokens.live(at).count() >= AT_MOST:
        raise TooManyTokens
    text = PREFIX + secrets.token_urlsafe(32)
    token = holder.api_tokens.create(
        name=name,
        digest=digest_of(text),
        scopes=[scope for scope in Scope.values if scope == Scope.READ or scope in scopes],
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    get_adapter().send_notification_mail("account/email/token_made", holder, {"name": name})
    return token, text


def end_token(person: Person, pk: int, *, at: datetime) -> bool:
    """Whether one of her tokens had this number, and has ended now."""
    return person.api_tokens.live(at).filter(pk=pk).update(ended_at=at) > 0


def end_tokens(person: Person, *, at: datetime) -> int:
    """How many of her tokens were ended: all of them, as with a new password."""
    return person.api_tokens.filter(ended_at__isnull=True).update(ended_at=at)


def end_access_by_old_password(person: Person, *, but: str | None = None, at: datetime) -> None:
    """End all tokens, and all sessions ``but`` the one with this key: they are no longer valid."""
    end_tokens(person, at=at)
    person.sessions.exclude(session_key=but).delete()


def end_access_that_was_lost(person: Person, *, at: datetime) -> None:
    """End what somebody may no longer have: everything when the account is closed, tokens of staff without a role."""
    if not person.is_active:
        end_tokens(person, at=at)
        person.sessions.all().delete()
    elif not person.grants.exists():
        person.api_tokens.filter(ended_at__isnull=True, scopes__contains=[Scope.STAFF.value]).update(ended_at=at)


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Write down that a token is in use, once an hour."""
    if token.last_used_at is None or at - token.last_used_at >= USE_IS_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


def delete_old_tokens(at: datetime) -> int:
    """How many tokens were deleted that ended or expired 90 days ago. Safe to run twice."""
    day = at - KEPT_AFTER_THE_END
    return ApiToken.objects.filter(Q(ended_at__lt=day) | Q(expires_at__lt=day)).delete()[0]


def digest_of(text: str) -> str:
    """Tokens are 256 random bits, so that a plain digest gives nothing away."""
    return sha256(text.encode()).hexdigest()
