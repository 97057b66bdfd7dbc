from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from livinglab.private_files import write_private
from surveys.actions.reports import notes_of
from surveys.models import Wave
from surveys.reports.fonts import FontsMissing
from surveys.reports.make import made_report, name_of
from surveys.reports.material import snapshot_of


class Command(BaseCommand):
    help = "Writes a draft of the report of a closed wave of a pilot, and its public pack, to a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pilot", help="the pilot's short name, as in its address")
        parser.add_argument("--wave", type=int, help="number of the wave; the newest closed one unless given")
        parser.add_argument("--language", choices=["ko", "en", "both"], default="ko")
        parser.add_argument("--out", type=Path, default=Path(), help="folder to write to")

    def handle(self, *args: Any, **options: Any) -> None:
        waves = Wave.objects.closed().filter(survey__pilot__slug=options["pilot"]).order_by("-number")
        if options["wave"]:
            waves = waves.filter(number=options["wave"])
        wave = waves.first()
        if wave is None:
            raise CommandError(f"There is no such closed wave of a pilot {options['pilot']}.")
        snapshot = snapshot_of(wave.pk)
        try:
            options["out"].mkdir(parents=True, exist_ok=True)
            report = made_report(snapshot, options["language"], notes=notes_of(snapshot))
            for kind, data in (("pdf", report.draft), ("zip", report.pack)):
                path = options["out"] / f"{name_of(snapshot, options['language'])}.{kind}"
                write_private(path, data)
                self.stdout.write(str(path))
        except (OSError, FontsMissing) as error:
            raise CommandError(str(error)) from error
