"""``manage.py work_out WAVE``: have what needs the answers of a closed wave worked out, also what failed before."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from livinglab.errors import Refused
from surveys.actions.closing import queue_again
from surveys.models import Wave


class Command(BaseCommand):
    help = "Queues what is to be worked out from the answers of a closed wave; what is done already stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wave", type=int, help="number of the wave, as in the address of its page")

    def handle(self, *args: Any, **options: Any) -> None:
        wave = Wave.objects.closed().filter(pk=options["wave"]).first()
        if wave is None:
            raise CommandError(f"There is no closed wave {options['wave']}.")
        try:
            waiting = queue_again(wave, at=timezone.now())
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{waiting} to be worked out; the worker takes them within seconds.")
