"""What administrators do to accounts: give and take roles, name staff, close accounts. Each leaves a record."""

from datetime import datetime

from django.db import IntegrityError, transaction

from livinglab.accounts.audit import record_access
from livinglab.accounts.errors import LastAdministrator, NicknameTaken, OwnAccount, WholeCityOnly
from livinglab.accounts.models import AccessRecord, Office, Person, RoleGrant
from livinglab.accounts.names import check_nickname, is_reserved
from livinglab.accounts.roles import Role
from livinglab.accounts.tokens import end_access_that_was_lost

Action = AccessRecord.Action


@transaction.atomic
def grant_role(person: Person, role: Role, *, office: Office | None, by: Person | None, at: datetime) -> RoleGrant:
    """The grant, for the areas of an office or for the whole city. Given a second time, it stays as it was.

    ``by`` is ``None`` for a command on the server.
    """
    if role == Role.ADMINISTRATOR and office is not None:
        raise WholeCityOnly
    grant, is_new = RoleGrant.objects.get_or_create(person=person, role=role, office=office)
    if is_new:
        record_access(by, Action.ROLE_GRANTED, about=described(grant), count=1, at=at)
    return grant


@transaction.atomic
def take_role(grant: RoleGrant, *, by: Person, at: datetime) -> None:
    """Take a role away. Taken by two at once, it is taken once."""
    if grant.role == Role.ADMINISTRATOR:
        check_another_administers(grant.person)
    about = described(grant)
    deleted, _by_model = RoleGrant.objects.filter(pk=grant.pk).delete()
    if deleted:
        record_access(by, Action.ROLE_TAKEN, about=about, count=1, at=at)
        end_access_that_was_lost(grant.person, at=at)


@transaction.atomic
def close_account(person: Person, *, by: Person, at: datetime) -> None:
    """Nobody signs in to it any more; what the person wrote stays."""
    if person.pk == by.pk:
        raise OwnAccount
    check_another_administers(person)
    if Person.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        record_access(by, Action.ACCOUNT_CLOSED, about=f"person {person.pk}", count=1, at=at)
    person.is_active = False
    end_access_that_was_lost(person, at=at)


@transaction.atomic
def reopen_account(person: Person, *, by: Person, at: datetime) -> None:
    if Person.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
        record_access(by, Action.ACCOUNT_OPENED, about=f"person {person.pk}", count=1, at=at)
    person.is_active = True


def may_be_named(person: Person) -> bool:
    """Whether administrators may give them another nickname: staff, and whoever would be taken for the city."""
    return is_reserved(person.nickname) or person.grants.exists()


@transaction.atomic
def name_account(person: Person, nickname: str, *, by: Person, at: datetime) -> None:
    """Give another nickname. That of staff may speak for the city; what other residents call themselves is theirs."""
    check_nickname(nickname, holder=person, may_be_reserved=person.grants.exists())
    person.set_nickname(nickname)
    try:
        with transaction.atomic():
            person.save(update_fields=["nickname", "nickname_key"])
    except IntegrityError:
        # Somebody took it a moment ago.
        raise NicknameTaken from None
    record_access(by, Action.ACCOUNT_NAMED, about=f"person {person.pk}", count=1, at=at)


def check_another_administers(person: Person) -> None:
    """Refuse what would leave nobody to grant a role."""
    # The locks keep the last two administrators from leaving or being closed at the same moment.
    grants = RoleGrant.objects.select_for_update().filter(role=Role.ADMINISTRATOR, person__is_active=True)
    if {grant.person_id for grant in grants.select_related("person").order_by("pk")} == {person.pk}:
        raise LastAdministrator


def described(grant: RoleGrant) -> str:
    """The grant as the audit trail names it, without a name."""
    office = f" {grant.office.slug}" if grant.office else ""
    return f"person {grant.person_id} {grant.role}{office}"
