from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from surveys.metrics.recount import recount
from surveys.models import Wave


class Command(BaseCommand):
    help = "Counts a wave again from its answers and compares all integers with the stored ones."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", type=int, help="number of the wave's row")

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.filter(pk=options["wave"]).first()
        if wave is None:
            raise CommandError(f"There is no wave {options['wave']}.")
        found = recount(wave)
        for difference in found.differences:
            self.stdout.write(difference)
        if not found.identical:
            raise CommandError(f"{wave}: {len(found.differences)} differences.")
        self.stdout.write(f"{wave}: identical, {found.state.n(counted=None)} answers.")
        if found.waiting:
            self.stdout.write(f"{len(found.waiting)} chunks wait to be counted and were left out.")
