"""The stages of a proposal, and which may follow which."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for staff")
    CHANGES_ASKED = "changes_asked", _("Changes asked")
    PUBLISHED = "published", _("Published")
    IN_PILOT = "in_pilot", _("In pilot")
    SCALED = "scaled", _("Scaled")
    REVISED = "revised", _("Revised")
    RETIRED = "retired", _("Retired")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


NEXT: dict[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.SUBMITTED}),
    Stage.SUBMITTED: frozenset({Stage.PUBLISHED, Stage.CHANGES_ASKED, Stage.DECLINED, Stage.WITHDRAWN}),
    Stage.CHANGES_ASKED: frozenset({Stage.SUBMITTED, Stage.DECLINED, Stage.WITHDRAWN}),
    Stage.PUBLISHED: frozenset({Stage.IN_PILOT, Stage.DECLINED, Stage.WITHDRAWN}),
    Stage.IN_PILOT: frozenset({Stage.SCALED, Stage.REVISED, Stage.RETIRED}),
    Stage.REVISED: frozenset({Stage.IN_PILOT, Stage.RETIRED}),
    Stage.SCALED: frozenset({Stage.RETIRED}),
    Stage.RETIRED: frozenset(),
    Stage.DECLINED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
}

# Stages everybody may see.
PUBLIC = frozenset({Stage.PUBLISHED, Stage.IN_PILOT, Stage.SCALED, Stage.REVISED, Stage.RETIRED})
# Stages in which residents may support and comment.
OPEN = frozenset({Stage.PUBLISHED, Stage.IN_PILOT, Stage.REVISED})
# Stages in which the author may still write.
EDITABLE = frozenset({Stage.DRAFT, Stage.CHANGES_ASKED})
