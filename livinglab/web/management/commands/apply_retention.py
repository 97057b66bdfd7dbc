from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from livinglab.web.retention import apply_retention, look_at_retention


class Command(BaseCommand):
    help = "Deletes what is kept no longer than promised, as is done every night."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted now")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        rows = look_at_retention(at=at) if options["dry_run"] else apply_retention(at=at)
        for row in rows:
            self.stdout.write(f"{row.count:7} {row.get_kind_display()}{f': {row.error}' if row.error else ''}")
        if any(row.error for row in rows):
            raise CommandError("Not everything went well; the log says more.")
