"""What the link of an invitation opens on a device: one wave, for one participant, for an hour after the last press.

The session of the browser holds which wave and enrolment it is, when something was pressed last, and who was signed in
beside. It counts for the answer pages of that wave alone and is stronger there than whoever is signed in; once somebody
else signs in it is void. When it has ended, the reason stays behind in its place, so that the page can say what to do.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.http import HttpRequest

from pilots.models import Enrolment
from surveys.models import Wave

LASTS = timedelta(hours=1)
ASK_BEFORE = timedelta(minutes=5)
KEY = "link_session"


class Ending(models.TextChoices):
    """Why a link has to be opened again."""

    NO_PRESS = "no_press"
    HANDED_IN = "handed_in"
    FINISHED = "finished"


@dataclass(frozen=True)
class LinkSession:
    enrolment_pk: int
    pressed_at: datetime

    def seconds_left(self, *, at: datetime) -> int:
        return max(0, int((self.pressed_at + LASTS - at).total_seconds()))


def open_link_session(request: HttpRequest, wave: Wave, enrolment: Enrolment, *, at: datetime) -> None:
    """From now on the answer pages of this wave are this participant's; another link opened here before is closed."""
    request.session[KEY] = {
        "wave": wave.pk,
        "enrolment": enrolment.pk,
        "pressed_at": at.isoformat(),
        "beside": request.user.pk,
    }


def link_session_of(request: HttpRequest, wave_pk: int, *, at: datetime) -> LinkSession | None:
    """The session that a link opened for this wave, if it is still running. One that ran out is ended."""
    stored = _stored(request, wave_pk)
    if stored is None or "enrolment" not in stored:
        return None
    session = LinkSession(stored["enrolment"], datetime.fromisoformat(stored["pressed_at"]))
    if not session.seconds_left(at=at):
        end_link_session(request, wave_pk, Ending.NO_PRESS)
        return None
    return session


def press(request: HttpRequest, *, at: datetime) -> None:
    """Somebody is there: the hour begins anew."""
    request.session[KEY] = request.session[KEY] | {"pressed_at": at.isoformat()}


def end_link_session(request: HttpRequest, wave_pk: int, ending: Ending) -> None:
    """Forget whose link it was; only why it ended stays."""
    if _stored(request, wave_pk) is not None:
        request.session[KEY] = {"wave": wave_pk, "ending": ending.value, "beside": request.user.pk}


def ending_of(request: HttpRequest, wave_pk: int) -> Ending | None:
    """Why the link of this wave has to be opened again. Whoever is signed in is told so once."""
    stored = _stored(request, wave_pk)
    if stored is None or "ending" not in stored:
        return None
    if request.user.is_authenticated:
        del request.session[KEY]
    return Ending(stored["ending"])


def leave_link_session(request: HttpRequest) -> None:
    """Whoever is signed in answers as herself."""
    request.session.pop(KEY, None)


def _stored(request: HttpRequest, wave_pk: int) -> dict[str, Any] | None:
    stored: dict[str, Any] | None = request.session.get(KEY)
    if stored is None:
        return None
    if stored.get("beside") != request.user.pk:
        # Somebody has signed in since.
        del request.session[KEY]
        return None
    return stored if stored["wave"] == wave_pk else None
