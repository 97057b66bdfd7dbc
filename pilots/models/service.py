"""The small service a city tries, and its lineage of versions."""

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from livinglab.bilingual import Bilingual
from livinglab.text_columns import clean_texts
from proposals.models import Proposal, ServiceField, SmartServiceLevel

# Who sees what is being prepared.
STAFF = (Role.MODERATOR, Role.EVALUATOR, Role.ADMINISTRATOR)


class ServiceQuerySet(models.QuerySet["Service"]):
    def visible_to(self, person: Person | AnonymousUser) -> "ServiceQuerySet":
        """Services of which a pilot was announced; staff see the others of their areas too."""
        seen = Q(Exists(ServiceVersion.objects.tried().filter(service=OuterRef("pk"))))
        if person.is_authenticated and person.has_role(*STAFF):
            seen |= Q(Exists(ServiceVersion.objects.near(person, *STAFF).filter(service=OuterRef("pk"))))
        return self.filter(seen)


class Service(models.Model):
    slug = models.SlugField(_("short name in the address"), max_length=60, unique=True)
    name_ko = models.CharField(_("name in Korean"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=80)
    field = models.ForeignKey(ServiceField, models.PROTECT, related_name="services", verbose_name=_("field"))
    # Empty for a pilot that was imported from elsewhere.
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="services", verbose_name=_("proposal")
    )
    illustrative = models.BooleanField(default=False)

    name = Bilingual("name")
    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            clean_texts("service_texts_are_clean", bilingual_lines=("name",)),
            models.UniqueConstraint(fields=["proposal"], name="service_one_per_proposal"),
        ]

    def __str__(self) -> str:
        return self.name


class ServiceVersionQuerySet(models.QuerySet["ServiceVersion"]):
    def tried(self) -> "ServiceVersionQuerySet":
        """Versions whose pilot everybody may see."""
        return self.filter(pilot__stage__in=["open", "ended"])

    def near(self, person: Person, *roles: Role) -> "ServiceVersionQuerySet":
        """Versions of services whose proposal, or a pilot of one of their versions, is in an area these roles reach."""
        proposed = person.in_charge(*roles, area="service__proposal__area")
        tried = ServiceVersion.objects.filter(person.in_charge(*roles, area="pilot__test_bed__area"))
        return self.filter(proposed | Q(Exists(tried.filter(service=OuterRef("service")))))

    def in_care_of(self, moderator: Person) -> "ServiceVersionQuerySet":
        """Versions that a moderator may prepare a pilot of."""
        return self.near(moderator, Role.MODERATOR)

    def without_pilot(self) -> "ServiceVersionQuerySet":
        return self.filter(pilot__isnull=True)


class ServiceVersion(models.Model):
    """One form of a service. A revised service opens the next version, which names what changed."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    summary_ko = models.TextField(_("what a resident can do, in Korean"), max_length=1500)
    summary_en = models.TextField(_("what a resident can do, in English"), max_length=1500, blank=True)
    changed_ko = models.TextField(_("what changed since the version before, in Korean"), max_length=1500, blank=True)
    changed_en = models.TextField(_("what changed since the version before, in English"), max_length=1500, blank=True)
    smart_service_level = models.PositiveSmallIntegerField(_("service level"), choices=SmartServiceLevel)
    made_at = models.DateTimeField()

    summary = Bilingual("summary")
    changed = Bilingual("changed")
    objects = ServiceVersionQuerySet.as_manager()

    class Meta:
        ordering = ["service", "number"]
        verbose_name = _("service version")
        verbose_name_plural = _("service versions")
        constraints = [
            clean_texts("service_version_texts_are_clean", bilingual={"summary": 1500, "changed": 1500}),
            models.UniqueConstraint(fields=["service", "number"], name="service_version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="service_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.service} v{self.number}"
