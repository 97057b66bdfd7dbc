from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from livinglab.errors import Refused
from surveys.actions.banks import load_bank
from surveys.instruments import load_instruments


class Command(BaseCommand):
    help = "Locks the question banks of surveys/banks, or those in the files given; repeating it changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="a bank of the city, as YAML")

    @transaction.atomic
    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        at = timezone.now()
        try:
            if files:
                instruments = [load_bank(path.read_text(encoding="utf-8"), at=at, name=path.name) for path in files]
            else:
                instruments = load_instruments(at=at)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        except (Refused, ValueError) as error:
            raise CommandError(str(error)) from error
        for instrument in instruments:
            self.stdout.write(f"{instrument}  {instrument.hash[:12]}")
