"""Roles, and the doors that ask for them."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission

if TYPE_CHECKING:
    from rest_framework.request import Request
    from rest_framework.views import APIView

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class Role(models.TextChoices):
    RESIDENT = "resident", _("Resident")
    MODERATOR = "moderator", _("Moderator")
    EVALUATOR = "evaluator", _("Evaluator")
    HOST = "host", _("Test-bed host")
    ADMINISTRATOR = "administrator", _("Administrator")

    @classmethod
    def granted(cls) -> list[tuple[str, Any]]:
        """The roles somebody has to be given; being a resident comes with the account."""
        return [(role.value, role.label) for role in cls if role != cls.RESIDENT]


# Whoever has one of these speaks as the city. A host may be a company.
CITY_ROLES = (Role.MODERATOR, Role.EVALUATOR, Role.ADMINISTRATOR)


def role_required(*roles: Role) -> Callable[[View], View]:
    """Let in who has one of the roles: others are refused, the signed-out are sent to sign in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_role(*roles):  # type: ignore[union-attr]
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return login_required(guarded)  # type: ignore[return-value]

    return decorate


class HasRole(BasePermission):
    """API twin of ``role_required``; subclasses name the roles."""

    roles: tuple[Role, ...] = ()

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return bool(request.user.is_authenticated and request.user.has_role(*self.roles))


class IsModerator(HasRole):
    roles = (Role.MODERATOR,)
