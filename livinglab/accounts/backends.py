"""Signing in, with roles fetched beside the person."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection
from django.http import HttpRequest

from livinglab.accounts.models import Person, RoleGrant
from livinglab.accounts.roles import Role

# With every request of somebody signed in, so written out: composing it takes longer than running it.
COLUMNS = [field.attname for field in Person._meta.concrete_fields]
PERSON = f"""
    SELECT {", ".join(COLUMNS)}, ARRAY(SELECT role FROM {RoleGrant._meta.db_table} WHERE person_id = person.id)
    FROM {Person._meta.db_table} AS person
    WHERE id = %s AND is_active
"""


class PersonBackend(AuthenticationBackend):
    """Allauth's backend; the person of a request comes with her roles in one query."""

    def get_user(self, user_id: int) -> Person | None:
        with connection.cursor() as cursor:
            cursor.execute(PERSON, [user_id])
            row = cursor.fetchone()
        if row is None:
            return None
        person = Person.from_db(connection.alias, COLUMNS, row[:-1])
        person.roles = frozenset(row[-1]) | {Role.RESIDENT}
        return person

    def has_perm(self, user_obj: object, perm: str, obj: object = None) -> bool:
        return False

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> Person | None:
        return super().authenticate(request, **credentials)
