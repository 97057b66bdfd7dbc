"""Proposals in every stage, reached as people reach them: through the real actions."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image

from livinglab.accounts.models import Person
from proposals.actions.comment import write_comment
from proposals.actions.moderate import ask_for_changes, decline_proposal, publish_proposal
from proposals.actions.propose import resubmit, save_draft, start_draft, submit_proposal
from proposals.models import Comment, DeclineReason, Proposal, ServiceField
from tests.people import make_area

WRITTEN = {
    "title": "Street lights that notice footsteps",
    "problem": "After ten at night every second lamp on the stream path is off, and people walk a long way round.",
    "idea": "Keep the lamps dim and let the next three brighten when somebody comes near.",
    "success": "More people take the path after ten, and complaints about light do not go up.",
    "personal_data": "None: the sensor only knows that something moved.",
}
WORDS = {"reason_ko": "어느 구간인지 적어 주세요.", "reason_en": "Please say which part of the path you mean."}


def make_field(code: str = "02", name_ko: str = "교통", name_en: str = "Transport") -> ServiceField:
    """A field of service; tests that really commit find none left of those the migration made."""
    return ServiceField.objects.get_or_create(code=code, defaults={"name_ko": name_ko, "name_en": name_en})[0]


def draft(author: Person, *, at: datetime | None = None, language: str = "en", **written: Any) -> Proposal:
    """A complete draft; ``title=""`` and the like make it incomplete."""
    at = at or timezone.now()
    written = WRITTEN | {"field": make_field(), "area": author.area or make_area()} | written
    begun = start_draft(author=author, at=at, language=language)
    return save_draft(begun, by=author, at=at, language=language, **written)


def submitted(author: Person, *, at: datetime | None = None, **written: Any) -> Proposal:
    at = at or timezone.now()
    return submit_proposal(draft(author, at=at, **written), by=author, at=at)


def changes_asked(author: Person, moderator: Person, *, at: datetime | None = None, **written: Any) -> Proposal:
    at = at or timezone.now()
    waiting = submitted(author, at=at, **written)
    return ask_for_changes(waiting, by=moderator, at=at + timedelta(hours=1), parts=["problem"], **WORDS)


def resubmitted(author: Person, moderator: Person, *, at: datetime | None = None, **written: Any) -> Proposal:
    at = at or timezone.now()
    return resubmit(changes_asked(author, moderator, at=at, **written), by=author, at=at + timedelta(hours=2))


def published(author: Person, moderator: Person, *, at: datetime | None = None, **written: Any) -> Proposal:
    at = at or timezone.now()
    return publish_proposal(submitted(author, at=at, **written), by=moderator, at=at)


def declined(author: Person, moderator: Person, *, at: datetime | None = None, **written: Any) -> Proposal:
    at = at or timezone.now()
    waiting = submitted(author, at=at, **written)
    return decline_proposal(waiting, by=moderator, at=at, reason_code=DeclineReason.EXISTS, **WORDS)


def comment(proposal: Proposal, author: Person, text: str = "I walk there every evening.", **more: Any) -> Comment:
    return write_comment(proposal, author=author, text=text, **{"at": timezone.now(), "language": "en"} | more)


def picture(width: int = 64, height: int = 48, kind: str = "JPEG", colour: str = "seagreen", **more: Any) -> BytesIO:
    """A small picture as a camera would hand it over; in another colour it is another file."""
    target = BytesIO()
    Image.new("RGB", (width, height), colour).save(target, kind, **more)
    target.seek(0)
    target.name = f"path.{kind.lower()}"
    return target
