"""Whether a draft is new, for the limits of writing."""

from uuid import UUID

from livinglab.accounts.limits import DRAFTS, SAVES, Limit
from livinglab.accounts.models import Person
from proposals.models import Proposal


def limit_of_draft(author: Person, key: UUID | None) -> Limit:
    """What counts when this author sends a text with this key: the draft that has it is saved, any other begun."""
    begun = key is not None and Proposal.objects.filter(author=author, draft_key=key).exists()
    return SAVES if begun else DRAFTS
