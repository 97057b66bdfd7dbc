"""Who calls: a token in the header, or the session of the site's own pages."""

from allauth.mfa.utils import is_mfa_enabled
from django.utils.translation import gettext as _
from rest_framework import authentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from livinglab.accounts.models import Person


def demand_second_factor(person: Person) -> None:
    """What staff may do is not done with a password alone, here as on the pages."""
    if person.is_city_staff and not is_mfa_enabled(person):
        raise PermissionDenied(
            _("Staff accounts need a second factor. Set one up first."), code="second_factor_missing"
        )


class TokenAuthentication(authentication.TokenAuthentication):
    keyword = "Bearer"

    def authenticate_credentials(self, key: str) -> tuple[Person, Token]:
        person = Person.objects.with_roles().select_related("auth_token").filter(auth_token__key=key).first()
        if person is None or not person.is_active:
            raise AuthenticationFailed(_("This token is not valid."))
        demand_second_factor(person)
        return person, person.auth_token


class SessionAuthentication(authentication.SessionAuthentication):
    def authenticate(self, request: Request) -> tuple[Person, None] | None:
        found = super().authenticate(request)
        if found is not None:
            demand_second_factor(found[0])
        return found
