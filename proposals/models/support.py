from django.conf import settings
from django.db import models
from django.utils import timezone

from proposals.models.proposal import Proposal


class Support(models.Model):
    """One confirmed resident stands behind one proposal. Only the count is ever public."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="supports")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="supports")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "person"], name="support_once_per_proposal_and_person")
        ]
