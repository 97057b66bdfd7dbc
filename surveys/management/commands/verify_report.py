from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from surveys.reports import rebuild, verify

MOST_TOLD = 50


class Command(BaseCommand):
    help = "Checks a public pack, or rebuilds every figure of an evaluator's pack; takes no database (docs/reports.md)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pack", type=Path, help="the zip file, or the folder it was unpacked to")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = verify.files_of(options["pack"])
            evaluators = rebuild.is_evaluators(files)
            found = rebuild.differences_in(files) if evaluators else list(verify.complaints(files))
        except (verify.NoPack, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        for line in found[:MOST_TOLD]:
            self.stdout.write(line)
        if len(found) > MOST_TOLD:
            self.stdout.write(f"... and {len(found) - MOST_TOLD} more")
        if found:
            raise CommandError(f"{len(found)} differences.")
        if evaluators:
            self.stdout.write("identical: every figure follows from the counts")
            for line in rebuild.not_in(files):
                self.stdout.write(f"({line})")
        else:
            remarks = verify.remarks(files)
            self.stdout.write(verify.AGREES + ("." if remarks else "; the verdict follows."))
            for line in remarks:
                self.stdout.write(line)
