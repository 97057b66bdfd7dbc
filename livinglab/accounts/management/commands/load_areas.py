from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from livinglab.accounts.areas import DATA, load_areas


class Command(BaseCommand):
    help = "Load the city's areas with their codes and boundaries. What is there is brought up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", nargs="?", type=Path, default=DATA, help="folder with areas.csv and legal_codes.csv"
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            count = load_areas(folder, today=timezone.localdate())
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename} is not there.") from None
        self.stdout.write(f"{count} areas are loaded.")
