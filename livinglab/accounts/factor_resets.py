"""A lost second factor is reset by two administrators: one who knows the person asks, another one confirms."""

from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from livinglab.accounts.audit import record_access
from livinglab.accounts.errors import NothingToReset, OwnSecondFactor, SecondPersonNeeded
from livinglab.accounts.models import AccessRecord, FactorReset, Person
from livinglab.accounts.roles import Role
from livinglab.accounts.tokens import end_tokens
from livinglab.errors import TryAgain

Action = AccessRecord.Action


@transaction.atomic
def ask_for_factor_reset(person: Person, *, by: Person, at: datetime) -> FactorReset:
    """The request, which waits for a week. The person and the other administrators hear of it by mail."""
    # The lock keeps two administrators from asking at the same moment.
    stored = Person.objects.select_for_update().get(pk=person.pk)
    if stored.pk == by.pk:
        raise OwnSecondFactor
    if not Authenticator.objects.filter(user=stored).exists():
        raise NothingToReset
    waiting = stored.factor_resets.open(at).first()
    if waiting is not None:
        return waiting
    stored.factor_resets.filter(confirmed_at__isnull=True, dropped_at__isnull=True).update(dropped_at=at)
    reset = stored.factor_resets.create(asked_by=by, asked_at=at)
    record_access(by, Action.RESET_ASKED, about=f"person {stored.pk}", count=1, at=at)
    mail(stored, "account/email/factor_reset_asked")
    for administrator in Person.objects.holding(Role.ADMINISTRATOR).exclude(pk__in=[by.pk, stored.pk]):
        mail(administrator, "account/email/factor_reset_to_confirm", people_url=reverse("administration:people"))
    return reset


@transaction.atomic
def confirm_factor_reset(reset: FactorReset, *, by: Person, at: datetime) -> None:
    """Take all second factors away and end sessions and tokens; the person sets up a new one at the next sign-in."""
    reset = FactorReset.objects.select_for_update(of=("self",)).select_related("person", "asked_by").get(pk=reset.pk)
    if not FactorReset.objects.open(at).filter(pk=reset.pk).exists():
        raise TryAgain(_("This request no longer waits: it was confirmed, dropped, or is older than a week."))
    if by.pk == reset.person_id:
        raise OwnSecondFactor
    if by.pk == reset.asked_by_id:
        raise SecondPersonNeeded
    reset.confirmed_by, reset.confirmed_at = by, at
    reset.save(update_fields=["confirmed_by", "confirmed_at"])
    for administrator in (reset.asked_by, by):
        record_access(administrator, Action.FACTOR_RESET, about=f"person {reset.person_id}", count=1, at=at)
    remove_second_factors(reset.person, at=at)


@transaction.atomic
def drop_factor_reset(reset: FactorReset, *, by: Person, at: datetime) -> None:
    """Nobody waits for it any more. Safe to repeat."""
    waiting = FactorReset.objects.filter(pk=reset.pk, confirmed_at__isnull=True, dropped_at__isnull=True)
    if waiting.update(dropped_at=at):
        record_access(by, Action.RESET_DROPPED, about=f"person {reset.person_id}", count=1, at=at)


@transaction.atomic
def remove_second_factors(person: Person, *, at: datetime) -> None:
    """What both ways to a reset do: by two administrators, and by the operator of the server."""
    Authenticator.objects.filter(user=person).delete()
    person.sessions.all().delete()
    end_tokens(person, at=at)
    mail(person, "account/email/factor_reset_done")


def mail(person: Person, template_prefix: str, **context: str) -> None:
    get_adapter().send_notification_mail(template_prefix, person, context)
