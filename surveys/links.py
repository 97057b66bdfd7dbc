"""The link in an invitation: opens one wave for one participant, without signing in, until the wave closes."""

from django.core import signing
from django.urls import reverse

from pilots.models import Enrolment
from surveys.models import Wave

SALT = "surveys.answer"


def answer_link(wave: Wave, enrolment: Enrolment) -> str:
    """Path of the link. It names the enrolment, signed; the participant's key is never in it."""
    token = signing.dumps([wave.pk, enrolment.pk], salt=SALT, compress=False)
    return reverse("surveys:answer_link", args=[wave.pk, token])


def enrolment_of(token: str, wave: Wave) -> int | None:
    """Number of the enrolment a link was made for; None where it is not one of ours or of another wave."""
    try:
        of_wave, enrolment = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return enrolment if of_wave == wave.pk else None
