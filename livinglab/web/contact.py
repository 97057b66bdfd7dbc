"""What people write to the city."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from livinglab.accounts.contact import office_of
from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from livinglab.notices.actions import notify_many
from livinglab.notices.mails import subject_of_mail
from livinglab.notices.models import Mail
from livinglab.web.models import ContactMessage
from pilots.models import Pilot


@transaction.atomic
def write_to_the_city(
    text: str, *, pilot: Pilot | None, person: Person | None, reply_to: str, language: str, at: datetime
) -> ContactMessage:
    """Keep a message for the office in charge, and tell those who answer; the city's address gets a word of it."""
    area = pilot.test_bed.area if pilot else None
    message = ContactMessage.objects.create(
        office=office_of(area), pilot=pilot, person=person, text=text, reply_to=reply_to, language=language, at=at
    )
    moderators = Person.objects.holding(Role.MODERATOR, area=area.pk if area else None)
    notify_many(
        moderators | Person.objects.holding(Role.ADMINISTRATOR),
        "message_received",
        occasion=f"message {message.pk}",
        at=at,
        url=reverse("messages"),
    )
    if settings.CONTACT.email:
        with translation.override(settings.LANGUAGE_CODE):
            subject = subject_of_mail(_("A message to the city"))
            # The message itself is for the page only: in a mailbox it would outlive its day.
            sentence = _("Somebody has written to the city. What they say, and how to answer them, stands here:")
        body = f"{sentence}\n\n{settings.SITE_URL}{reverse('messages')}\n"
        Mail.objects.create(to=settings.CONTACT.email, subject=subject, body=body, at=at, next_try_at=at)
    return message


def mark_answered(message: ContactMessage, *, by: Person, at: datetime) -> None:
    """Nobody else has to answer it. Safe to repeat; who was first stays."""
    ContactMessage.objects.filter(pk=message.pk, done_at__isnull=True).update(done_at=at, done_by=by)


def export_of(person: Person) -> list[dict[str, Any]]:
    """What somebody wrote to the city while signed in."""
    messages = ContactMessage.objects.filter(person=person).select_related("pilot")
    return [
        {
            "text": message.text,
            "reply_to": message.reply_to,
            "pilot": message.pilot.slug if message.pilot else None,
            "at": message.at,
            "answered_at": message.done_at,
        }
        for message in messages
    ]


def forget(person: Person) -> None:
    """Delete what somebody wrote while signed in; nobody could answer any more."""
    ContactMessage.objects.filter(person=person).delete()
