"""Signing in, with roles fetched beside the person."""

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from livinglab.accounts.models import Person


class PersonBackend(AuthenticationBackend):
    """Allauth's backend; the person of a request comes with her roles in one query."""

    def get_user(self, user_id: int) -> Person | None:
        return Person.objects.with_roles().filter(pk=user_id, is_active=True).first()

    def has_perm(self, user_obj: object, perm: str, obj: object = None) -> bool:
        return False

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> Person | None:
        return super().authenticate(request, **credentials)
