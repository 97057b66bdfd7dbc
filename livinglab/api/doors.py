"""What all doors of the API have in common."""

from hashlib import sha256
from typing import Any, TypeVar

from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page
from rest_framework import exceptions, generics, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from livinglab.accounts.models import Person
from livinglab.accounts.roles import HasRole
from livinglab.api.authentication import demand_scope
from livinglab.api.errors import NoLongerTrue
from livinglab.api.pagination import CURSOR, PAGE_SIZE

Body = TypeVar("Body", bound=serializers.BaseSerializer[Any])


@method_decorator(conditional_page, name="dispatch")
class Door(generics.GenericAPIView[Any]):
    """Says 405 before it asks who calls, refuses parameters it does not know, and answers with an ETag."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in self.allowed_methods:
            raise exceptions.MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)
        self.check_query(request)

    def check_permissions(self, request: Request) -> None:
        of_staff = any(isinstance(asked, type) and issubclass(asked, HasRole) for asked in self.permission_classes)
        demand_scope(request, of_staff=of_staff)
        super().check_permissions(request)

    def check_query(self, request: Request) -> None:
        known = self.parameters() if request.method in ("GET", "HEAD") else frozenset()
        errors: dict[str, list[str]] = {}
        for name, values in request.query_params.lists():
            if name not in known:
                errors[name] = [_("There is no such parameter.")]
            elif len(values) > 1 or not values[0]:
                errors[name] = [_("One value, please.")]
            elif "\0" in values[0]:
                errors[name] = [_("A character in it is not allowed.")]
        if errors:
            raise exceptions.ValidationError(errors)

    def parameters(self) -> frozenset[str]:
        """Names of the parameters that reading here takes."""
        return frozenset()

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Authorization", "Cookie"])
        patch_cache_control(response, no_cache=True)
        if response.status_code < 300:
            # Texts come in both languages; only problems are told in the reader's.
            response["Content-Language"] = "ko, en"
        return response

    def body(self, kind: type[Body], **more: Any) -> Any:
        """What was sent, checked; a problem 400 where it is not what ``kind`` asks for."""
        sent = kind(data=self.request.data, **more)
        sent.is_valid(raise_exception=True)
        return sent.validated_data


class SignedInDoor(Door):
    permission_classes = [IsAuthenticated]


class ListDoor(Door, generics.ListAPIView[Any]):
    """Rows, a page at a time, narrowed by ``filterset_class``."""

    def parameters(self) -> frozenset[str]:
        narrowing = getattr(self, "filterset_class", None)
        return frozenset({CURSOR, PAGE_SIZE, *(narrowing.base_filters if narrowing else ())})


def person_of(request: Request) -> Person:
    """Who calls, behind a door for those signed in."""
    assert isinstance(request.user, Person)
    return request.user


def etag_of(data: Any) -> str:
    return quote_etag(sha256(JSONRenderer().render(data)).hexdigest()[:32])


def demand_match(request: Request, data: Any) -> None:
    """412 where the caller named the state she wants to change, and it is not this one."""
    wished = request.headers.get("If-Match")
    if wished is None or wished.strip() == "*":
        return
    if etag_of(data) not in parse_etags(wished):
        raise NoLongerTrue
