"""`manage.py people_concerned`: whom a city has to tell when personal data have got out (docs/deployment.md)."""

import csv
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Exists, OuterRef, Q

from livinglab.accounts.models import Person
from livinglab.web.models import ContactMessage
from pilots.models import Enrolment

HEAD = ("account", "email", "name", "language", "kinds of data")


class Command(BaseCommand):
    help = "Everybody whose data the site holds, as CSV: how to reach them, and which kinds of data there are of them."

    def handle(self, **options: Any) -> None:
        rows = csv.writer(self.stdout, lineterminator="\n")
        rows.writerow(HEAD)
        for person in people_with_kinds().iterator():
            rows.writerow([person.pk, person.email, person.name, person.language, "; ".join(kinds_of(person))])
        # Of those without an account we have only what they left to be answered.
        messages = ContactMessage.objects.filter(person=None).exclude(reply_to="")
        for reply_to, language in messages.values_list("reply_to", "language").distinct().order_by("reply_to"):
            rows.writerow(["", reply_to, "", language, "message to the city"])


def people_with_kinds() -> Any:
    enrolled = Enrolment.objects.filter(person=OuterRef("pk"))
    return Person.objects.order_by("pk").annotate(
        takes_part=Exists(enrolled),
        left_telephone=Exists(enrolled.exclude(phone="")),
        named_needs=Exists(enrolled.filter(~Q(access_needs=[]))),
        wrote_message=Exists(ContactMessage.objects.filter(person=OuterRef("pk"))),
    )


def kinds_of(person: Any) -> list[str]:
    found = {
        "account": True,
        "area": person.area_id is not None,
        "pilot": person.takes_part,
        "telephone": person.left_telephone,
        "access needs (sensitive)": person.named_needs,
        "message to the city": person.wrote_message,
    }
    return [kind for kind, is_there in found.items() if is_there]
