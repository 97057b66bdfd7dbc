"""``manage.py load_demonstration``: the demonstration city in an empty database."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.models import Person
from livinglab.web.demonstration import load
from livinglab.web.demonstration.city import content
from livinglab.web.demonstration.people import PASSWORD


class Command(BaseCommand):
    help = "Loads the demonstration city into an empty database; does nothing if it is there already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--show-sign-ins", action="store_true", help="only print whom one can sign in as")

    def handle(self, *args: Any, show_sign_ins: bool, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("This is no demonstration: set DEMONSTRATION=true to load made-up people.")
        if show_sign_ins:
            if load.is_loaded():
                self.show_sign_ins()
            return
        if load.is_loaded():
            self.stdout.write("The demonstration city is there already.")
            return
        if Person.objects.exists():
            raise CommandError("There are people in this database; the demonstration is only loaded into an empty one.")
        load.load(at=timezone.now())
        self.stdout.write("The demonstration city is loaded.")

    def show_sign_ins(self) -> None:
        words = content("people")
        people = {person["key"]: person for person in words["staff"] + words["residents"]}
        self.stdout.write(f"\nSign in at {settings.SITE_URL}{reverse('account_login')} with the password {PASSWORD} as")
        for key in words["sign_ins"]:
            person = people[key]
            what = "; ".join(person.get("roles", ["resident"]))
            self.stdout.write(f"  {person['email']:26} {person['nickname']} ({what})")
        self.stdout.write(
            f"Staff are asked for a one-time code as well: {settings.SITE_URL}{reverse('demonstration:sent_mail')}"
        )
