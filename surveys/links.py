"""The link in an invitation: opens one wave for one participant, without signing in, until the wave closes."""

from django.core import signing
from django.urls import reverse

from pilots.models import Enrolment
from surveys.models import Wave

SALT = "surveys.answer"
PAGE_SALT = "surveys.answer-page"


def answer_link(wave: Wave, enrolment: Enrolment) -> str:
    """Path of the link. It names the enrolment, signed; the participant's key is never in it."""
    token = signing.dumps([wave.pk, enrolment.pk], salt=SALT, compress=False)
    return reverse("surveys:answer_link", args=[wave.pk, token])


def enrolment_of(token: str, wave: Wave) -> int | None:
    """Key of the enrolment that a link was made for; None where it is not one of ours or of another wave."""
    try:
        of_wave, enrolment = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return enrolment if of_wave == wave.pk else None


def page_mark(wave: Wave, enrolment: Enrolment) -> str:
    """What an answer page carries in its form, so that what is sent from it lands with nobody else."""
    return signing.Signer(salt=PAGE_SALT).sign_object([wave.pk, enrolment.pk])


def enrolment_of_page(mark: str, wave_pk: int) -> int | None:
    """Key of the enrolment that an answer page was made for; None where the page does not say."""
    try:
        of_wave, enrolment = signing.Signer(salt=PAGE_SALT).unsign_object(mark)
    except (signing.BadSignature, ValueError):
        return None
    return enrolment if of_wave == wave_pk else None
