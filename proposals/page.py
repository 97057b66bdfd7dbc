"""The rows of one proposal's page, with queries that are composed once for each kind of reader."""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Exists, OuterRef

from livinglab.accounts.models import Area, Person
from livinglab.composed import Composed
from proposals.models import Photo, Proposal, ServiceField, Step, Support
from proposals.models.proposal import ProposalQuerySet

SHOWN_OF: dict[str, tuple[type[models.Model], list[str]]] = {
    "author": (Person, ["id", "nickname", "name", "email"]),
    "field": (ServiceField, ["code", "name_ko", "name_en"]),
    "area": (Area, ["id", "name_ko", "name_en", "lat", "lon", "boundary"]),
}
# How many support it, whether the reader does, and whether it is worth asking for photos and for services.
FOUND_OUT = ("support_count", "supported", "has_photos", "has_services")


def columns_of(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def proposal_for(reader: Person | AnonymousUser, pk: int) -> Proposal | None:
    """The proposal if this reader may see it, with author, field and area and with what is in ``FOUND_OUT``."""
    roles = reader.roles if reader.is_authenticated else None
    for row in query_for(roles).asked(pk, reader.pk or 0):
        return proposal_of(row)
    return None


def may_see(reader: Person | AnonymousUser, pk: int) -> bool:
    """Whether there is such a proposal for this reader."""
    roles = reader.roles if reader.is_authenticated else None
    return bool(query_of_key_for(roles).asked(pk, reader.pk or 0))


def steps_of(proposal: Proposal) -> list[Step]:
    columns = columns_of(Step)
    return [Step.from_db(DEFAULT_DB_ALIAS, columns, row) for row in query_of_steps().asked(proposal.pk)]


@cache
def query_for(roles: frozenset[str] | None) -> Composed:
    beside = [f"{name}__{column}" for name, (_model, columns) in SHOWN_OF.items() for column in columns]

    def rows(pk: int, reader: int) -> models.QuerySet[Any, Any]:
        found = looked_at_by(roles, reader, pk).with_support_count()
        return found.annotate(
            supported=Exists(Support.objects.filter(proposal=OuterRef("pk"), person_id=reader)),
            has_photos=Exists(Photo.objects.filter(proposal=OuterRef("pk"))),
            has_services=Exists(Proposal.objects.filter(pk=OuterRef("pk"), services__isnull=False)),
        ).values_list(*columns_of(Proposal), *beside, *FOUND_OUT)

    return Composed(rows, int, int)


@cache
def query_of_key_for(roles: frozenset[str] | None) -> Composed:
    return Composed(lambda pk, reader: looked_at_by(roles, reader, pk).values_list("pk"), int, int)


def looked_at_by(roles: frozenset[str] | None, reader: int, pk: int) -> ProposalQuerySet:
    """The proposal if the reader with this key and these roles may see it; a visitor has no roles."""
    who: Person | AnonymousUser = AnonymousUser()
    if roles is not None:
        who = Person(pk=reader)
        who.roles = roles
    return Proposal.objects.visible_to(who).filter(pk=pk).order_by()


@cache
def query_of_steps() -> Composed:
    return Composed(lambda pk: Step.objects.filter(proposal=pk).values_list(*columns_of(Step)), int)


def proposal_of(row: list[Any]) -> Proposal:
    values: Iterator[Any] = iter(row)

    def taken(model: type[models.Model], columns: list[str]) -> Any:
        return model.from_db(DEFAULT_DB_ALIAS, columns, list(islice(values, len(columns))))

    proposal: Proposal = taken(Proposal, columns_of(Proposal))
    for name, (model, columns) in SHOWN_OF.items():
        found = taken(model, columns)
        setattr(proposal, name, found if found.pk is not None else None)
    for name in FOUND_OUT:
        setattr(proposal, name, next(values))
    return proposal
