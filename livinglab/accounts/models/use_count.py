"""How often something was done, for limits."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class UseCountQuerySet(models.QuerySet["UseCount"]):
    def over(self, at: datetime) -> "UseCountQuerySet":
        """Counts of a time that is over."""
        return self.filter(ends_at__lte=at)


class UseCount(models.Model):
    """How often somebody, or an address, did one thing since the first time of a minute, an hour or a day.

    The key is a digest (``limits.key_of``): the row does not say who.
    """

    key = models.CharField(_("digest"), max_length=64)
    count = models.PositiveIntegerField(_("how often"), default=0)
    ends_at = models.DateTimeField(_("until"))

    objects = UseCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of a limit")
        verbose_name_plural = _("counts of limits")
        constraints = [models.UniqueConstraint(fields=["key"], name="use_count_once_per_key")]
        indexes = [models.Index(fields=["ends_at"], name="use_count_by_its_end")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"
