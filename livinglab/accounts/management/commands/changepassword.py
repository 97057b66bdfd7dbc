from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.utils import timezone

from livinglab.accounts.models import Person
from livinglab.accounts.tokens import end_access_by_old_password


class Command(changepassword.Command):
    """Django's own, for an operator: with the old password also its sessions and tokens end."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        answer: str | None = super().handle(*args, **options)
        for person in Person.objects.filter(email=options["username"]):
            end_access_by_old_password(person, at=timezone.now())
        return answer
