"""What people wrote in their own words under the last question of a wave, what may be quoted, and what it is about."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models import Person
from livinglab.bilingual import Bilingual
from livinglab.text_columns import clean_texts
from surveys.models.response import Response
from surveys.models.survey import Survey, Wave

LONGEST = 1_000


class OpenAnswerQuerySet(models.QuerySet["OpenAnswer"]):
    def of_evaluator(self, person: Person) -> "OpenAnswerQuerySet":
        """What the evaluators of a pilot read, once the wave is closed: before that it would tell of the outcome."""
        return self.submitted().filter(response__wave__in=Wave.objects.of_evaluator(person).closed())

    def submitted(self) -> "OpenAnswerQuerySet":
        return self.filter(response__submitted_at__isnull=False)

    def of_wave(self, wave: Wave) -> "OpenAnswerQuerySet":
        return self.filter(response__wave=wave)

    def released(self) -> "OpenAnswerQuerySet":
        return self.filter(stage=OpenAnswer.Stage.RELEASED)

    def waiting(self) -> "OpenAnswerQuerySet":
        return self.filter(stage=OpenAnswer.Stage.WAITING)


class OpenAnswer(models.Model):
    """Kept beside the response it belongs to, and gone with it; no file and no report holds it but as a quotation."""

    class Stage(models.TextChoices):
        WAITING = "waiting", _("To be read")
        RELEASED = "released", _("May be quoted")
        WITHHELD = "withheld", _("Not to be quoted")

    response = models.OneToOneField(Response, models.CASCADE, related_name="open_answer")
    # As written: only its author sees it, where she answers and in her own data.
    text = models.TextField(max_length=LONGEST)
    language = models.CharField(max_length=2)
    # The same without phone numbers, addresses and the like: what everybody else reads and what is counted.
    masked = models.TextField()
    written_at = models.DateTimeField()
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.WAITING)
    # What may be quoted: the masked text, or the part of it that tells of nobody.
    quotation = models.TextField(max_length=LONGEST, blank=True)
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)

    objects = OpenAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["response"]
        constraints = [
            clean_texts("open_answer_texts_are_clean", texts={"text": 1000, "quotation": 1000}),
            models.CheckConstraint(condition=~Q(text=""), name="open_answer_says_something"),
            models.CheckConstraint(
                condition=Q(stage__in=["waiting", "released", "withheld"]), name="open_answer_stage_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(stage="released") | ~Q(quotation=""), name="open_answer_released_has_a_quotation"
            ),
            models.CheckConstraint(
                condition=Q(stage="waiting") | Q(read_at__isnull=False), name="open_answer_was_read_by_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"open answer {self.pk}"


class Theme(models.Model):
    """One code of the codebook that evaluators keep for a pilot."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="themes")
    name_ko = models.CharField(_("name in Korean"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    # Words that suggest the theme to whoever codes; she decides.
    keywords = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    name = Bilingual("name")

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            clean_texts("theme_texts_are_clean", bilingual_lines=("name",)),
            models.UniqueConstraint(fields=["survey", "name_ko"], name="theme_name_once_per_survey"),
            models.CheckConstraint(condition=~Q(name_ko=""), name="theme_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name_ko


class Coding(models.Model):
    """What one coder says an open answer is about. None of the themes is an answer, too."""

    answer = models.ForeignKey(OpenAnswer, models.CASCADE, related_name="codings")
    coder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    themes = models.ManyToManyField(Theme, related_name="codings", blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["answer", "coder"], name="coding_once_per_answer_and_coder")]

    def __str__(self) -> str:
        return f"{self.answer_id} {self.at:%Y-%m-%d}"
