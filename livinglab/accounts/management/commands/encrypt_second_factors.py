from typing import Any

from django.core.management.base import BaseCommand, CommandError

from livinglab.accounts.second_factor import encrypt_second_factors
from livinglab.errors import Refused


class Command(BaseCommand):
    help = "Encrypt all second factors with the SECRET_KEY in use, so that an earlier one can be given up."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = encrypt_second_factors()
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{count} second factors are encrypted with the key in use.")
