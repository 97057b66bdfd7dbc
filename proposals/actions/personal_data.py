"""What the proposals know about a person, and how they let go of her."""

from datetime import datetime
from typing import Any

from django.db import transaction

from livinglab.accounts.models import Person
from proposals.actions.move import move
from proposals.actions.propose import delete_photo
from proposals.actions.support import recount_supports
from proposals.lifecycle import Stage
from proposals.models import Comment, Flag, Proposal, Step, Support


def export_of(person: Person) -> dict[str, Any]:
    """Everything she wrote, supported and reported, ready for JSON."""
    proposals = Proposal.objects.filter(author=person).prefetch_related("photos").order_by("pk")
    return {
        "proposals": [
            {
                "number": proposal.pk,
                "stage": proposal.stage,
                "language": proposal.language,
                **{name: getattr(proposal, f"{name}_{proposal.language}") for name in Proposal.TEXTS},
                "field": proposal.field_id,
                "area": proposal.area_id,
                "latitude": proposal.lat,
                "longitude": proposal.lon,
                "smart_service_level": proposal.smart_service_level,
                "created_at": proposal.created_at,
                "submitted_at": proposal.submitted_at,
                "published_at": proposal.published_at,
                "photos": [{"shows": photo.alt, "file": photo.image.name} for photo in proposal.photos.all()],
            }
            for proposal in proposals
        ],
        "comments": list(
            Comment.objects.filter(author=person).values(
                "proposal_id", "parent_id", "kind", "language", "body_ko", "body_en", "at", "edited_at", "hidden_at"
            )
        ),
        "supports": list(Support.objects.filter(person=person).order_by("at").values("proposal_id", "at")),
        "reports": list(
            Flag.objects.filter(by=person).values("proposal_id", "comment_id", "reason", "words", "at", "outcome")
        ),
    }


@transaction.atomic
def forget(person: Person, *, at: datetime) -> None:
    """Drafts and supports go; what was handed in and said stays, without her. Safe to repeat."""
    for draft in Proposal.objects.filter(author=person, stage=Stage.DRAFT).prefetch_related("photos"):
        for photo in draft.photos.all():
            delete_photo(photo)
        draft.delete()
    # Nobody is left who could complete it.
    for waiting in Proposal.objects.select_for_update().filter(author=person, stage=Stage.CHANGES_ASKED):
        move(waiting, Stage.WITHDRAWN, by=person, at=at, due_on=None, paused_at=None)
    supported = Proposal.objects.select_for_update(no_key=True).filter(supports__person=person).order_by("pk")
    for proposal in supported:
        Support.objects.filter(proposal=proposal, person=person).delete()
        recount_supports(proposal)
    Proposal.objects.filter(author=person).update(author=None)
    Comment.objects.filter(author=person).update(author=None)
    Comment.objects.filter(hidden_by=person).update(hidden_by=None)
    Step.objects.filter(by=person).update(by=None)
    Flag.objects.filter(by=person).update(by=None)
    Flag.objects.filter(settled_by=person).update(settled_by=None)
