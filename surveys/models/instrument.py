from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from livinglab.text_columns import clean_texts


class Instrument(models.Model):
    """A question bank as it stood when it was loaded. Locked, also by the database: another text is another version."""

    bank = models.SlugField(max_length=60)
    version = models.CharField(max_length=20)
    document = models.JSONField()
    hash = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    # Empty for the banks of the program, and for those that a command or an import loaded.
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("loaded by")
    )

    class Meta:
        ordering = ["bank", "version"]
        constraints = [models.UniqueConstraint(fields=["bank", "version"], name="instrument_version_once")]

    def __str__(self) -> str:
        return f"{self.bank} {self.version}"


class BankPermission(models.Model):
    """Who let the city ask a licensed bank of the catalogue, when, and where that is written. Never changed."""

    bank = models.SlugField(max_length=60)
    given_by = models.CharField(_("given by"), max_length=200)
    given_on = models.DateField(_("given on"))
    reference = models.CharField(_("reference"), max_length=300)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [clean_texts("bank_permission_texts_are_clean", lines=("given_by", "reference"))]
        ordering = ["bank", "recorded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.bank}: {self.reference}"
