"""Tokens with which programs act for a person."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models.person import Person
from livinglab.text_columns import clean_texts

AT_MOST = 10
LONGEST = timedelta(days=365)


class Scope(models.TextChoices):
    """What a token may do; every token reads."""

    READ = "read", _("read")
    WRITE = "write", _("write")
    STAFF = "staff", _("work as staff")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def live(self, at: datetime) -> "ApiTokenQuerySet":
        """Tokens that still open something at that time."""
        return self.filter(ended_at__isnull=True, expires_at__gt=at)


class ApiToken(models.Model):
    """One token. Its text is shown once, when it is made; kept is only its digest."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="api_tokens", verbose_name=_("person"))
    name = models.CharField(_("what it is for"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=5, choices=Scope), verbose_name=_("may"))
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("works until"))
    # As exact as people need it: within the hour.
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        constraints = [
            clean_texts("api_token_texts_are_clean", lines=("name",)),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values) & Q(scopes__contains=[Scope.READ.value]),
                name="api_token_reads_and_has_known_scopes",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at"))
                & Q(expires_at__lte=models.F("created_at") + LONGEST),
                name="api_token_works_a_year_at_most",
            ),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="api_token_keeps_a_digest_only"),
        ]

    def __str__(self) -> str:
        return self.name

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes

    def scope_names(self) -> str:
        return ", ".join(str(Scope(scope).label) for scope in Scope.values if scope in self.scopes)
