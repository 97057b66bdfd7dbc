from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from livinglab.errors import Refused
from surveys.actions.check_counts import check_counts
from surveys.metrics.recount import repair
from surveys.models import Wave


class Command(BaseCommand):
    help = "Counts a wave again from its answers and compares all integers with the stored ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", type=int, help="number of the wave's row")
        parser.add_argument("--repair", action="store_true", help="count again what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(pk=options["wave"]).first()
        if wave is None:
            raise CommandError(f"There is no wave {options['wave']}.")
        try:
            found = check_counts(wave, at=timezone.now())
        except Refused as refused:
            raise CommandError(f"{wave}: {refused}") from None
        for difference in found.differences:
            self.stdout.write(difference)
        if options["repair"] and not found.identical:
            self.stdout.write(f"{wave}: {len(found.differences)} differences are being repaired.")
            repair(wave, found, at=timezone.now())
            found = check_counts(wave, at=timezone.now())
        if not found.identical:
            raise CommandError(f"{wave}: {len(found.differences)} differences.")
        self.stdout.write(f"{wave}: identical, {found.state.n(counted=None)} answers.")
        if found.waiting:
            self.stdout.write(f"{len(found.waiting)} chunks wait to be counted and were left out.")
