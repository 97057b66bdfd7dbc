"""Pages by cursor: stable while rows are added, as cheap deep down as at the top."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

if TYPE_CHECKING:
    from rest_framework.views import APIView

USUAL, MOST = 20, 100
CURSOR, PAGE_SIZE = "cursor", "page_size"


class Cursor(BasePagination):
    """The cursor holds what the last row is ordered by; the next page begins behind it.

    The order comes with the queryset, and its last part has to be unique. Ties, however many, are no trouble.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> list[Any]:
        self.request = request
        order = [(name.removeprefix("-"), name.startswith("-")) for name in map(str, queryset.query.order_by)]
        size = size_of(request.query_params.get(PAGE_SIZE))
        if cursor := request.query_params.get(CURSOR):
            queryset = queryset.filter(behind(order, read(cursor, queryset.model, order)))
        rows = list(queryset[: size + 1])
        self.following = written(rows[size - 1], order) if len(rows) > size else None
        return rows[:size]

    def get_paginated_response(self, data: Sequence[Any]) -> Response:
        return Response({"next": self.address(), "results": data})

    def address(self) -> str | None:
        if self.following is None:
            return None
        query = self.request.query_params.copy()
        query[CURSOR] = self.following
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        following = gettext_lazy("Address of the next page; null on the last one.")
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {"type": ["string", "null"], "format": "uri", "description": following},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: "APIView") -> list[dict[str, Any]]:
        return [
            {
                "name": CURSOR,
                "in": "query",
                "required": False,
                "description": gettext_lazy("Where to go on; part of the address in “next”."),
                "schema": {"type": "string", "minLength": 1},
            },
            {
                "name": PAGE_SIZE,
                "in": "query",
                "required": False,
                "description": gettext_lazy("How many at a time."),
                "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
            },
        ]


def size_of(wished: str | None) -> int:
    if wished is None:
        return USUAL
    if not re.fullmatch("[1-9][0-9]{0,2}", wished) or int(wished) > MOST:
        raise exceptions.ValidationError(
            {PAGE_SIZE: [_("A whole number from 1 to %(most)d, please.") % {"most": MOST}]}
        )
    return int(wished)


def written(row: Model, order: Sequence[tuple[str, bool]]) -> str:
    values = [column(type(row), name).value_to_string(row) for name, _down in order]
    return urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def column(model: type[Model], name: str) -> "Field[Any, Any]":
    found = model._meta.get_field(name)
    assert isinstance(found, Field)
    return found


def read(cursor: str, model: type[Model], order: Sequence[tuple[str, bool]]) -> list[Any]:
    """What a cursor says. One that we did not write is a page that does not exist."""
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not all(isinstance(value, str) and "\0" not in value for value in values):
            raise ValueError
        names = [name for name, _down in order]
        found = [column(model, name).to_python(value) for name, value in zip(names, values, strict=True)]
    except (ValueError, TypeError, RecursionError, ValidationError) as error:
        raise exceptions.NotFound(_("There is no page at this cursor.")) from error
    if None in found:
        raise exceptions.NotFound(_("There is no page at this cursor."))
    return found


def behind(order: Sequence[tuple[str, bool]], values: Sequence[Any]) -> Q:
    """Rows that come after the one with these values."""
    steps = []
    for place, (name, down) in enumerate(order):
        same = {earlier: value for (earlier, _down), value in zip(order[:place], values[:place], strict=True)}
        steps.append(Q(**same, **{f"{name}__{'lt' if down else 'gt'}": values[place]}))
    # The first part once more by itself, so that the database can go straight there in its index.
    name, down = order[0]
    return Q(**{f"{name}__{'lte' if down else 'gte'}": values[0]}) & reduce(or_, steps)
