"""What people decided about a pilot after a verdict."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from livinglab.bilingual import Bilingual
from livinglab.text_columns import clean_texts
from pilots.models import Pilot
from surveys.models import Verdict


class DecisionQuerySet(models.QuerySet["Decision"]):
    def published(self) -> "DecisionQuerySet":
        """Decisions everybody may read."""
        return self.filter(published_at__isnull=False)

    def visible_to(self, person: Person | AnonymousUser) -> "DecisionQuerySet":
        """Published ones; drafts are seen by the staff who decide about that pilot."""
        seen = Q(published_at__isnull=False)
        if person.is_authenticated and person.has_role(Role.MODERATOR, Role.ADMINISTRATOR):
            seen |= Q(pilot__in=Pilot.objects.in_care_of(person))
        return self.filter(seen)

    def not_told(self) -> "DecisionQuerySet":
        """Published decisions that not everybody concerned has heard of yet."""
        return self.published().filter(told_at__isnull=True)


class Decision(models.Model):
    class Kind(models.TextChoices):
        SCALE = "scale", _("Scale")
        REVISE = "revise", _("Revise")
        RETIRE = "retire", _("Retire")
        CONTINUE = "continue", _("Continue to the next look")

    pilot = models.ForeignKey(Pilot, models.PROTECT, related_name="decisions")
    verdict = models.OneToOneField(Verdict, models.PROTECT, related_name="decision")
    kind = models.CharField(max_length=8, choices=Kind)
    reason_ko = models.TextField(_("reason in Korean"), max_length=3000, blank=True)
    reason_en = models.TextField(_("reason in English"), max_length=3000, blank=True)
    # A revision says what is different in the next version, which opens when this is published.
    next_changed_ko = models.TextField(_("what changes in the next version, in Korean"), max_length=1500, blank=True)
    next_changed_en = models.TextField(_("what changes in the next version, in English"), max_length=1500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField()
    # Published together with its changes; from then on neither is edited.
    published_at = models.DateTimeField(null=True, blank=True)
    # When everyone concerned had been told; the telling task walks until then.
    told_at = models.DateTimeField(null=True, blank=True)

    reason = Bilingual("reason")
    next_changed = Bilingual("next_changed")
    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at"]
        constraints = [
            clean_texts("decision_texts_are_clean", bilingual={"reason": 3000, "next_changed": 1500}),
            models.CheckConstraint(
                condition=Q(kind__in=["scale", "revise", "retire", "continue"]), name="decision_kind_is_known"
            ),
        ]
