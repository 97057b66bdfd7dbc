"""The history of a proposal: one row a move, never edited, fit for the public."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.roles import Role
from livinglab.bilingual import Bilingual
from livinglab.text_columns import clean_texts
from proposals.lifecycle import Stage
from proposals.models.proposal import Proposal


class DeclineReason(models.TextChoices):
    NOT_CITY = "not_city", _("It is not the city's to decide")
    EXISTS = "exists", _("It already exists or is being built")
    NOT_A_SERVICE = "not_a_service", _("It is a complaint or request for another office")
    ONE_GROUP = "one_group", _("It would serve only one private interest")
    UNLAWFUL = "unlawful", _("It would break the law or someone's rights")
    UNSAFE = "unsafe", _("It would put people in danger")
    OTHER = "other", _("Another reason")


class Part(models.TextChoices):
    """What a request for changes can be about."""

    TITLE = "title", _("the name")
    PROBLEM = "problem", _("the problem, and for whom")
    IDEA = "idea", _("what could help")
    SUCCESS = "success", _("how we would notice that it worked")
    PERSONAL_DATA = "personal_data", _("what the service would have to know about people")
    FIELD = "field", _("the field")
    AREA = "area", _("the area")
    PHOTOS = "photos", _("the photos")


class Step(models.Model):
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="steps")
    from_stage = models.CharField(max_length=13, choices=Stage)
    to_stage = models.CharField(max_length=13, choices=Stage)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # Shown instead of a name: the public learns which role acted, never who.
    by_role = models.CharField(max_length=13, choices=Role, default=Role.RESIDENT)
    at = models.DateTimeField()
    reason_code = models.CharField(max_length=13, blank=True, choices=DeclineReason)
    reason_ko = models.TextField(max_length=2000, blank=True)
    reason_en = models.TextField(max_length=2000, blank=True)
    # Which parts of the proposal a request for changes is about (values of Part).
    parts = models.JSONField(default=list, blank=True)

    reason = Bilingual("reason")

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("step")
        constraints = [
            clean_texts("step_texts_are_clean", bilingual={"reason": 2000}),
            models.CheckConstraint(
                condition=Q(from_stage__in=Stage.values, to_stage__in=Stage.values), name="step_stages_are_known"
            ),
            models.CheckConstraint(
                condition=Q(reason_code="") | Q(reason_code__in=DeclineReason.values), name="step_reason_is_known"
            ),
        ]

    @property
    def parts_told(self) -> list[str]:
        return [str(Part(part).label) for part in self.parts]
