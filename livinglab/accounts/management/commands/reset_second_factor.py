from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from livinglab.accounts.audit import record_access
from livinglab.accounts.factor_resets import remove_second_factors
from livinglab.accounts.models import AccessRecord, Person


class Command(BaseCommand):
    help = "Reset the second factor of an account, where there are too few administrators to do it together."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="the main e-mail address of the account")

    @transaction.atomic
    def handle(self, *args: Any, address: str, **options: Any) -> None:
        person = Person.objects.filter(email__iexact=address).first()
        if person is None:
            raise CommandError("No account has this address.")
        at = timezone.now()
        record_access(None, AccessRecord.Action.FACTOR_RESET, about=f"person {person.pk}", count=1, at=at)
        remove_second_factors(person, at=at)
        self.stdout.write("The second factor is reset; its owner has been told.")
