"""The city's areas: administrative offices with their legal codes. Neither code is derived from the other."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livinglab.bilingual import Bilingual
from livinglab.phone import a_telephone
from livinglab.text_columns import clean_texts


class Standing(models.TextChoices):
    """How far a figure can be trusted; anything but official carries its word wherever it shows."""

    OFFICIAL = "official", _("official")
    REPORTED = "reported", _("reported")
    ILLUSTRATIVE = "illustrative", _("illustrative")


class Office(models.Model):
    """A department or community centre that staff belong to; it answers for some areas, or for the whole city."""

    slug = models.SlugField(_("short name"), unique=True)
    name_ko = models.CharField(_("name in Korean"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    areas = models.ManyToManyField("accounts.Area", blank=True, related_name="offices", verbose_name=_("areas"))
    phone = models.CharField(_("telephone"), max_length=30, blank=True, validators=[a_telephone])
    counter_ko = models.CharField(_("counter and its hours, in Korean"), max_length=200, blank=True)
    counter_en = models.CharField(_("counter and its hours, in English"), max_length=200, blank=True)

    name = Bilingual("name")
    counter = Bilingual("counter")

    class Meta:
        constraints = [clean_texts("office_texts_are_clean", bilingual_lines=("name", "counter"))]
        ordering = ["slug"]
        verbose_name = _("office")
        verbose_name_plural = _("offices")

    def __str__(self) -> str:
        return self.name


def valid_on(day: date) -> Q:
    return Q(Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gt=day))


class AreaQuerySet(models.QuerySet["Area"]):
    def valid_on(self, day: date) -> "AreaQuerySet":
        """Areas that had their own office on that day."""
        return self.filter(valid_on(day))


class Area(models.Model):
    """An eup, myeon or dong with its own office (행정동); ``office_code`` is the ten-digit administrative code."""

    class Kind(models.TextChoices):
        EUP = "eup", _("eup")
        MYEON = "myeon", _("myeon")
        DONG = "dong", _("dong")

    office_code = models.CharField(_("office code"), max_length=10, unique=True)
    name_ko = models.CharField(_("name in Korean"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=60)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid until (not included)"), null=True, blank=True)
    lat = models.FloatField(_("latitude"))
    lon = models.FloatField(_("longitude"))
    electors = models.PositiveIntegerField(_("electors on 9 March 2022"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    status = models.CharField(_("standing of the figures"), max_length=12, choices=Standing, default=Standing.REPORTED)
    # GeoJSON geometry (WGS84), simplified at load time; empty where the source has none.
    boundary = models.JSONField(_("boundary"), null=True, blank=True)

    name = Bilingual("name")
    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["name_ko"]
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = [
            clean_texts("area_texts_are_clean", bilingual_lines=("name",)),
            models.CheckConstraint(condition=Q(office_code__regex=r"^[0-9]{10}$"), name="area_office_code_ten_digits"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gt=models.F("valid_from")),
                name="area_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LegalCodeQuerySet(models.QuerySet["LegalCode"]):
    def valid_on(self, day: date) -> "LegalCodeQuerySet":
        """Links that hold on that day."""
        return self.filter(valid_on(day))


class LegalCode(models.Model):
    """A legal dong (법정동) served by an area for a time; many to many over the years."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="legal_codes", verbose_name=_("area"))
    code = models.CharField(_("legal code"), max_length=10)
    name_ko = models.CharField(_("name in Korean"), max_length=40)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid until (not included)"), null=True, blank=True)

    objects = LegalCodeQuerySet.as_manager()

    class Meta:
        ordering = ["code", "valid_from"]
        verbose_name = _("legal code")
        verbose_name_plural = _("legal codes")
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{10}$"), name="legal_code_ten_digits"),
            models.UniqueConstraint(
                fields=["area", "code", "valid_from"], nulls_distinct=False, name="legal_code_once_per_area_and_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_ko} {self.code}"
