from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models import Area, Person
from livinglab.accounts.roles import Role
from livinglab.bilingual import Bilingual
from livinglab.text_columns import clean_texts


class TestBedQuerySet(models.QuerySet["TestBed"]):
    def of_host(self, person: Person) -> "TestBedQuerySet":
        return self.filter(host=person)

    def in_care_of(self, moderator: Person) -> "TestBedQuerySet":
        """Where a moderator may plan pilots: in the areas of her office if she belongs to one."""
        return self.filter(moderator.in_charge(Role.MODERATOR))


class TestBed(models.Model):
    """A place where things can be tried, and what its host offers."""

    __test__ = False  # pytest would take the name for a test class

    host = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="test_beds",
        verbose_name=_("host"),
    )
    name_ko = models.CharField(_("name in Korean"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="test_beds", verbose_name=_("area")
    )
    offer_ko = models.TextField(_("what is offered, in Korean"), max_length=1500)
    offer_en = models.TextField(_("what is offered, in English"), max_length=1500, blank=True)
    capacity = models.PositiveIntegerField(_("how many can take part"))
    illustrative = models.BooleanField(default=False)

    name = Bilingual("name")
    offer = Bilingual("offer")
    objects = TestBedQuerySet.as_manager()

    class Meta:
        ordering = ["name_ko"]
        verbose_name = _("test bed")
        verbose_name_plural = _("test beds")
        constraints = [
            clean_texts("test_bed_texts_are_clean", bilingual_lines=("name",), bilingual={"offer": 1500}),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="test_bed_has_room"),
        ]

    def __str__(self) -> str:
        return self.name
