from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from livinglab.errors import Refused
from surveys.instruments import WrongBank, load_instruments


class Command(BaseCommand):
    help = "Locks the question banks of surveys/banks; repeating it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            instruments = load_instruments(at=timezone.now())
        except (Refused, WrongBank) as error:
            raise CommandError(str(error)) from error
        for instrument in instruments:
            self.stdout.write(f"{instrument}  {instrument.hash[:12]}")
