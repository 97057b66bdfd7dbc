"""What proposals and pilots are sorted by: the fields of service and the areas of the city."""

from collections.abc import Callable
from typing import Any

import django_filters
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from livinglab.accounts.models import Area
from livinglab.api.doors import ListDoor
from livinglab.api.errors import UnknownReference
from livinglab.api.fields import FieldInBrief, Words
from proposals.models import ServiceField


class AreaSerializer(serializers.ModelSerializer[Area]):
    name = Words()

    class Meta:
        model = Area
        fields = ("office_code", "name", "kind", "lat", "lon", "valid_from", "valid_to")


class Fields(ListDoor):
    queryset = ServiceField.objects.order_by("code")
    serializer_class = FieldInBrief

    @extend_schema(
        tags=["places"],
        summary=_("The fields of service"),
        description=_("The twelve fields a service can belong to."),
    )
    def get(self, request: Request) -> Response:
        return self.list(request)


class Areas(ListDoor):
    queryset = Area.objects.defer("boundary").order_by("office_code")
    serializer_class = AreaSerializer

    @extend_schema(
        tags=["places"],
        summary=_("The areas of the city"),
        description=_("Areas with an office of their own, by the ten digits of its code."),
    )
    def get(self, request: Request) -> Response:
        return self.list(request)


Rows = QuerySet[Any]


def code_filter(digits: int, method: Callable[[Rows, str, str], Rows], *, label: Any) -> django_filters.Filter:
    """A filter by a code of so many digits."""
    described = extend_schema_field({"type": "string", "pattern": f"^[0-9]{{{digits}}}$"})
    exactly = [RegexValidator(rf"^[0-9]{{{digits}}}\Z")]
    return described(django_filters.CharFilter(method=method, label=label, strip=False, validators=exactly))


def by_field(path: str) -> Callable[[Rows, str, str], Rows]:
    """Rows whose field, at the end of ``path``, has this code; there is no list of a field that does not exist."""
    return lambda rows, _name, code: rows.filter(**{path: get_object_or_404(ServiceField, pk=code)})


def by_area(path: str) -> Callable[[Rows, str, str], Rows]:
    return lambda rows, _name, code: rows.filter(**{path: get_object_or_404(Area.objects.only("pk"), office_code=code)})


def field_of(code: str) -> ServiceField:
    field = ServiceField.objects.filter(pk=code).first()
    if field is None:
        raise UnknownReference(_("There is no field with this code."))
    return field


def area_of(office_code: str) -> Area:
    area = Area.objects.defer("boundary").filter(office_code=office_code).first()
    if area is None:
        raise UnknownReference(_("There is no area with this code."))
    return area
