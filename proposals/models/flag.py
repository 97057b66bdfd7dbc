"""Somebody reported a comment or a proposal; it waits in the staff queue until somebody settles it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livinglab.text_columns import clean_texts
from proposals.models.comment import Comment
from proposals.models.proposal import Proposal


class FlagQuerySet(models.QuerySet["Flag"]):
    def waiting(self) -> "FlagQuerySet":
        return self.filter(settled_at__isnull=True)


class Flag(models.Model):
    class Reason(models.TextChoices):
        INSULT = "insult", _("It insults or threatens someone")
        PRIVATE = "private", _("It shows someone's personal data")
        ADVERT = "advert", _("It is advertising")
        FALSE = "false", _("It is plainly untrue")
        OTHER = "other", _("Another reason")

    class Outcome(models.TextChoices):
        KEPT = "kept", _("Kept")
        HIDDEN = "hidden", _("Hidden")

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="flags")
    # Empty: the proposal itself was reported.
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, blank=True, related_name="flags")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=7, choices=Reason)
    words = models.CharField(max_length=500, blank=True)
    # A comment as it stood then: its author may still change it. Empty where a proposal was reported.
    reported_text = models.TextField(max_length=1500, blank=True)
    at = models.DateTimeField()
    due_on = models.DateField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=6, choices=Outcome, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            clean_texts("flag_texts_are_clean", texts={"words": 500, "reported_text": 1500}),
            models.UniqueConstraint(
                fields=["proposal", "comment", "by"],
                condition=Q(settled_at__isnull=True),
                nulls_distinct=False,
                name="flag_once_per_person_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, outcome="")
                | Q(settled_at__isnull=False, outcome__in=["kept", "hidden"]),
                name="flag_settled_has_outcome",
            ),
        ]
