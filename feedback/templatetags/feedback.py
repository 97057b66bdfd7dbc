"""What became of a proposal or a pilot, on their own pages."""

from __future__ import annotations

from typing import Any

from django import template

from feedback.models import Decision
from pilots.models import Pilot
from proposals.models import Proposal

register = template.Library()


@register.inclusion_tag("feedback/_you_said_we_did.html")
def you_said_we_did(subject: Proposal | Pilot) -> dict[str, Any]:
    """Every published decision about it with its changes: two queries; nothing where none was published."""
    of_pilot = {"pilot": subject} if isinstance(subject, Pilot) else {"pilot__version__service__proposal": subject}
    decisions = Decision.objects.published().filter(**of_pilot).select_related("pilot").order_by("-published_at")
    return {"decisions": decisions.prefetch_related("changes")}
