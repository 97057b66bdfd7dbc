"""``manage.py seed_city``: a city of a given size in an empty database, for measuring."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from livinglab.accounts.models import Person
from livinglab.web.seeding import Size, seed


class Command(BaseCommand):
    help = "Fills an empty database with a made-up city of a given size, by bulk loading."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--proposals", type=int, default=10_000)
        parser.add_argument("--supports", type=int, default=200_000)
        parser.add_argument("--comments", type=int, default=50_000)
        parser.add_argument("--answers", type=int, default=100_000, help="answers to one wave")

    def handle(self, *args: Any, proposals: int, supports: int, comments: int, answers: int, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("This is no demonstration: set DEMONSTRATION=true to load made-up people.")
        if Person.objects.exists():
            raise CommandError("There are people in this database; a city is only seeded into an empty one.")
        began = time.monotonic()
        seed(Size(proposals, supports, comments, answers), at=timezone.now())
        self.stdout.write(
            f"Seeded {proposals} proposals, {supports} supports, {comments} comments and {answers} answers "
            f"in {time.monotonic() - began:.0f} s."
        )
