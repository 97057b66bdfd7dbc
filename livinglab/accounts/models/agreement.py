"""What somebody agreed to for her account, in which words and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models.person import Person


class Agreement(models.Model):
    """One agreement (or its withdrawal) to one version of one text. Never edited; the newest one counts."""

    class Kind(models.TextChoices):
        TERMS = "terms", _("terms of use")
        PRIVACY = "privacy", _("personal data needed for the account")
        AGE = "age", _("14 years or older")
        NEWS = "news", _("news about new pilots")

    person = models.ForeignKey(Person, models.CASCADE, related_name="agreements")
    kind = models.CharField(max_length=7, choices=Kind)
    version = models.CharField(max_length=20)
    text_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=2)
    agreed = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["terms", "privacy", "age", "news"]), name="agreement_kind_is_known"
            )
        ]
