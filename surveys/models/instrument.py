from django.db import models


class Instrument(models.Model):
    """A question bank as it stood when it was loaded. Locked: another text is another version."""

    bank = models.SlugField(max_length=60)
    version = models.CharField(max_length=20)
    document = models.JSONField()
    hash = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["bank", "version"]
        constraints = [models.UniqueConstraint(fields=["bank", "version"], name="instrument_version_once")]

    def __str__(self) -> str:
        return f"{self.bank} {self.version}"
