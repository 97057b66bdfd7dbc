"""A resident writes a proposal, hands it in, completes it, takes it back."""

import uuid
from datetime import datetime
from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from livinglab.bilingual import LANGUAGES
from livinglab.notices.actions import notify
from livinglab.text import is_blank
from proposals import clock, photos
from proposals.actions.move import move
from proposals.errors import Incomplete, NotTheAuthor, TooManyPhotos, WrongStage
from proposals.lifecycle import EDITABLE, Stage
from proposals.models import Photo, Proposal, Step

PLAIN_FIELDS = ("field", "area", "lat", "lon", "smart_service_level")
MOST_PHOTOS = 4
TEXT_COLUMNS = [f"{name}_{language}" for name in Proposal.TEXTS for language in LANGUAGES]
BEGUN_WITH = ("language", *TEXT_COLUMNS, *PLAIN_FIELDS, "created_at", "changed_at")


@transaction.atomic
def start_draft(
    *,
    author: Person,
    at: datetime,
    key: uuid.UUID | None = None,
    language: str = "ko",
    written: dict[str, Any] | None = None,
) -> Proposal:
    """A new draft, or the one this author already began with the same key; what is written is kept in it."""
    new = Proposal(language=language, created_at=at, changed_at=at)
    _put(new, written or {})
    draft, created = Proposal.objects.get_or_create(
        draft_key=key or uuid.uuid4(),
        author=author,
        defaults={name: getattr(new, name) for name in BEGUN_WITH},
    )
    return draft if created or not written else save_draft(draft, by=author, at=at, **written)


@transaction.atomic
def save_draft(proposal: Proposal, *, by: Person, at: datetime, **written: Any) -> Proposal:
    """Keep what the author has written so far; what is not named stays as it is.

    ``language`` says in which language she writes; the five texts (``Proposal.TEXTS``) go into the columns of that
    language. Changing the language takes the texts along.
    """
    proposal = _locked_for_writing(proposal, by)
    _put(proposal, written)
    proposal.changed_at = at
    proposal.save()
    return proposal


def add_photo(proposal: Proposal, *, by: Person, upload: IO[bytes], alt: str = "", at: datetime) -> Photo:
    """The photo, kept beside the others; the one that is there where the same file came before. Safe to press twice.

    Raises BadPhoto, TooManyPhotos, PhotosBusy or NoRoomForPhoto, and then keeps nothing of this photo.
    """
    file = photos.read(upload)
    # Looked at twice: a photo that is not wanted is not unpacked, and nobody else waits while one is.
    with transaction.atomic():
        if kept := _kept_or_room_for(file, _locked_for_writing(proposal, by)):
            return kept
    picture = photos.cleaned(file.raw)
    with transaction.atomic():
        proposal = _locked_for_writing(proposal, by)
        if kept := _kept_or_room_for(file, proposal):
            return kept
        photo = Photo(proposal=proposal, alt=alt, digest=file.digest, width=picture.width, height=picture.height)
        photo.order = _free_places(proposal)[0]
        _store(photo, picture.file)
        Proposal.objects.filter(pk=proposal.pk).update(changed_at=at)
    return photo


@transaction.atomic
def describe_photo(photo: Photo, *, by: Person, alt: str, at: datetime) -> None:
    """The text that stands for the photo where it cannot be seen."""
    _locked_for_writing(photo.proposal, by)
    Photo.objects.filter(pk=photo.pk).update(alt=alt)
    Proposal.objects.filter(pk=photo.proposal_id).update(changed_at=at)


@transaction.atomic
def remove_photo(photo: Photo, *, by: Person, at: datetime) -> None:
    _locked_for_writing(photo.proposal, by)
    Proposal.objects.filter(pk=photo.proposal_id).update(changed_at=at)
    delete_photo(photo)


def delete_photo(photo: Photo) -> None:
    """The row now, the file once the row is gone for good."""
    storage, name = photo.image.storage, str(photo.image.name)
    photo.delete()
    transaction.on_commit(lambda: storage.delete(name))


def what_is_missing(proposal: Proposal) -> list[str]:
    """Names of what a proposal still needs before it can be handed in."""
    missing = [name for name in Proposal.TEXTS if is_blank(getattr(proposal, f"{name}_{proposal.language}"))]
    missing += [name for name in ("field", "area") if getattr(proposal, f"{name}_id") is None]
    if any(is_blank(photo.alt) for photo in proposal.photos.all()):
        missing.append("photos")
    return missing


@transaction.atomic
def submit_proposal(proposal: Proposal, *, by: Person, at: datetime) -> Proposal:
    """Hand in a draft: from now on it waits for staff, and the answer clock runs."""
    proposal = _locked_for_handing_in(proposal, by, Stage.DRAFT)
    due_on = clock.answer_due(at)
    move(proposal, Stage.SUBMITTED, by=by, at=at, submitted_at=at, due_on=due_on)
    _confirm_receipt(proposal, by, at)
    return proposal


@transaction.atomic
def resubmit(proposal: Proposal, *, by: Person, at: datetime) -> Proposal:
    """Hand in again what staff asked to be completed; the clock goes on from where it stood still."""
    proposal = _locked_for_handing_in(proposal, by, Stage.CHANGES_ASKED)
    assert proposal.submitted_at is not None
    due_on = clock.answer_due(proposal.submitted_at, _pauses(proposal, until=at))
    move(proposal, Stage.SUBMITTED, by=by, at=at, due_on=due_on, paused_at=None)
    _confirm_receipt(proposal, by, at)
    return proposal


@transaction.atomic
def withdraw_proposal(proposal: Proposal, *, by: Person, at: datetime) -> Proposal:
    """Take back what was handed in or published. What is in a pilot stays."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    _check_author(proposal, by)
    move(proposal, Stage.WITHDRAWN, by=by, at=at, due_on=None, paused_at=None)
    return proposal


@transaction.atomic
def discard_draft(proposal: Proposal, *, by: Person) -> None:
    """Throw away a draft nobody else has seen, with its photos."""
    proposal = _locked_for_writing(proposal, by)
    if proposal.stage != Stage.DRAFT:
        raise WrongStage(_("Only drafts can be thrown away."))
    for photo in proposal.photos.all():
        delete_photo(photo)
    proposal.delete()


def _kept_or_room_for(file: photos.Upload, proposal: Proposal) -> Photo | None:
    """The photo that was made of this file; otherwise nothing, and there is room for it."""
    kept = Photo.objects.filter(proposal=proposal, digest=file.digest).first()
    if kept is None and not _free_places(proposal):
        raise TooManyPhotos(_("A proposal can have four photos. Remove one first."))
    return kept


def _free_places(proposal: Proposal) -> list[int]:
    taken = set(proposal.photos.values_list("order", flat=True))
    return [place for place in range(1, MOST_PHOTOS + 1) if place not in taken]


def _store(photo: Photo, file: "ContentFile[bytes]") -> None:
    """The file, then its row. Raises NoRoomForPhoto where the disk does not take it, and leaves no half of it."""
    storage = photo.image.storage
    name = photo.image.field.generate_filename(photo, f"{uuid.uuid4().hex}.webp")
    try:
        photo.image.name = storage.save(name, file)
    except OSError as error:
        # A full disk may have taken half of it.
        storage.delete(name)
        raise photos.no_room() from error
    photo.save()


def _put(proposal: Proposal, written: dict[str, Any]) -> None:
    language, before = written.get("language") or proposal.language, proposal.language
    for name in Proposal.TEXTS:
        if language != before:
            setattr(proposal, f"{name}_{language}", getattr(proposal, f"{name}_{before}"))
            setattr(proposal, f"{name}_{before}", "")
        if name in written:
            setattr(proposal, f"{name}_{language}", written[name])
    for name in PLAIN_FIELDS:
        if name in written:
            setattr(proposal, name, written[name])
    proposal.language = language


def _locked_for_writing(proposal: Proposal, by: Person) -> Proposal:
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    _check_author(proposal, by)
    if proposal.stage not in EDITABLE:
        raise WrongStage(_("This proposal has been handed in and cannot be changed now."))
    return proposal


def _locked_for_handing_in(proposal: Proposal, by: Person, stage: Stage) -> Proposal:
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    _check_author(proposal, by)
    if proposal.stage != stage:
        raise WrongStage(_("This proposal has already been handed in."))
    if what_is_missing(proposal):
        raise Incomplete(_("Some answers are still missing. Please fill them in before you hand in the proposal."))
    return proposal


def _check_author(proposal: Proposal, by: Person) -> None:
    if proposal.author_id != by.pk:
        raise NotTheAuthor(_("Only its author can do this with a proposal."))


def _pauses(proposal: Proposal, *, until: datetime) -> list[tuple[datetime, datetime]]:
    """When the clock stood still, read from the history; the pause that ends now included."""
    steps = list(Step.objects.filter(proposal=proposal).order_by("at", "pk"))
    ends = [step.at for step in steps if step.from_stage == Stage.CHANGES_ASKED] + [until]
    starts = [step.at for step in steps if step.to_stage == Stage.CHANGES_ASKED]
    return list(zip(starts, ends, strict=True))


def _confirm_receipt(proposal: Proposal, author: Person, at: datetime) -> None:
    assert proposal.due_on is not None
    notify(
        author,
        "proposal_received",
        occasion=f"proposal {proposal.pk} handed in {at.isoformat()}",
        thread=f"proposal-{proposal.pk}",
        at=at,
        url=reverse("proposals:detail", args=[proposal.pk]),
        **proposal.titles(),
        due_ko=f"{proposal.due_on.year}. {proposal.due_on.month}. {proposal.due_on.day}.",
        due_en=f"{proposal.due_on.day} {proposal.due_on:%B} {proposal.due_on.year}",
    )
