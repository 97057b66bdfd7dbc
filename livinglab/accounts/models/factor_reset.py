"""Requests to reset somebody's second factor, which two administrators do together."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models.person import Person

VALID_FOR = timedelta(days=7)


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    def open(self, at: datetime) -> "FactorResetQuerySet":
        """Requests that wait for a second administrator at that time."""
        return self.filter(confirmed_at__isnull=True, dropped_at__isnull=True, asked_at__gt=at - VALID_FOR)


class FactorReset(models.Model):
    """One administrator asks, another one confirms; neither is the person whose second factor it is."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="factor_resets", verbose_name=_("whose second factor")
    )
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked"))
    confirmed_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("dropped"), null=True, blank=True)

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("reset of a second factor")
        verbose_name_plural = _("resets of second factors")
        constraints = [
            models.CheckConstraint(condition=~Q(asked_by=F("confirmed_by")), name="factor_reset_by_two"),
            models.CheckConstraint(
                condition=~Q(asked_by=F("person")) & ~Q(confirmed_by=F("person")), name="factor_reset_by_others"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(dropped_at__isnull=True), name="factor_reset_has_one_end"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(confirmed_at__isnull=True, dropped_at__isnull=True),
                name="factor_reset_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"reset {self.pk} of person {self.person_id}"
