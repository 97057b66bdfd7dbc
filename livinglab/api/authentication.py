"""Who calls: a token in the header, or the session of the site's own pages. And what a token may do."""

from allauth.mfa.utils import is_mfa_enabled
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from livinglab.accounts.models import ApiToken, Person
from livinglab.accounts.models.api_token import Scope
from livinglab.accounts.roles import Role
from livinglab.accounts.tokens import digest_of, note_use


def demand_second_factor(person: Person) -> None:
    """What staff may do is not done with a password alone, here as on the pages."""
    if person.is_city_staff and not is_mfa_enabled(person):
        raise PermissionDenied(
            _("Staff accounts need a second factor. Set one up first."), code="second_factor_missing"
        )


def demand_scope(request: Request, *, of_staff: bool) -> None:
    """403 where the call needs more than its token may do. Sessions may do what their person may."""
    token = request.auth
    if not isinstance(token, ApiToken):
        return
    needed = {Scope.READ if request.method in SAFE_METHODS else Scope.WRITE} | ({Scope.STAFF} if of_staff else set())
    missing = [scope.value for scope in sorted(needed) if not token.may(scope)]
    if missing:
        sentence = _("This token lacks the scope %(scopes)s.") % {"scopes": ", ".join(missing)}
        raise PermissionDenied(sentence, code="scope_missing")


class TokenAuthentication(authentication.TokenAuthentication):
    keyword = "Bearer"

    def authenticate_credentials(self, key: str) -> tuple[Person, ApiToken]:
        at, token = timezone.now(), ApiToken.objects.filter(digest=digest_of(key)).first()
        if token is None:
            raise AuthenticationFailed(_("This token is not valid."))
        person = Person.objects.with_roles().filter(pk=token.person_id, is_active=True).first()
        if person is None:
            raise AuthenticationFailed(_("This token is not valid."))
        if token.ended_at is not None or (token.may(Scope.STAFF) and not person.is_city_staff):
            raise AuthenticationFailed(_("This token has ended."), code="token_ended")
        if token.expires_at <= at:
            raise AuthenticationFailed(_("This token has expired."), code="token_expired")
        demand_second_factor(person)
        if not token.may(Scope.STAFF):
            # Without that scope a program sees and does what any resident may, wherever roles are asked for.
            person.roles = frozenset({Role.RESIDENT})
        note_use(token, at=at)
        return person, token


class SessionAuthentication(authentication.SessionAuthentication):
    def authenticate(self, request: Request) -> tuple[Person, None] | None:
        found = super().authenticate(request)
        if found is not None:
            demand_second_factor(found[0])
        return found
