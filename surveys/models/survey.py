"""The survey plan of a pilot: which instrument, how many waves, when."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from livinglab.bilingual import Bilingual
from livinglab.text_columns import clean_texts
from pilots.models import Enrolment, Pilot
from surveys.models.instrument import Instrument


class SurveyQuerySet(models.QuerySet["Survey"]):
    def of_evaluator(self, person: Person) -> "SurveyQuerySet":
        """Surveys of the pilots this person evaluates, in the areas her role reaches: her desk."""
        return self.filter(person.in_charge(Role.EVALUATOR, area="pilot__test_bed__area"), evaluators=person)

    def visible_to(self, person: Person | AnonymousUser) -> "SurveyQuerySet":
        return self.filter(pilot__in=Pilot.objects.visible_to(person))


class Survey(models.Model):
    pilot = models.OneToOneField(Pilot, models.CASCADE, related_name="survey")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="surveys")
    # Asked in every wave beside the instrument; empty for imported surveys.
    use_level = models.ForeignKey(Instrument, models.PROTECT, null=True, blank=True, related_name="+")
    comprehension = models.ForeignKey(Instrument, models.PROTECT, null=True, blank=True, related_name="+")
    # Asked last in every wave and answered in one's own words; empty where nothing is asked so.
    open_question_ko = models.CharField(_("open question in Korean"), max_length=200, blank=True)
    open_question_en = models.CharField(_("open question in English"), max_length=200, blank=True)
    # The evaluators of this pilot; they alone see exact figures.
    evaluators = models.ManyToManyField(Person, related_name="surveys", blank=True)
    remind_after_days = models.PositiveSmallIntegerField(default=3)
    reminders = models.PositiveSmallIntegerField(default=2)
    made_at = models.DateTimeField()

    open_question = Bilingual("open_question")

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            clean_texts("survey_texts_are_clean", bilingual_lines=("open_question",)),
            models.CheckConstraint(
                condition=Q(open_question_ko="", open_question_en="")
                | ~Q(open_question_ko="") & ~Q(open_question_en=""),
                name="survey_open_question_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pilot)

    def current_evaluators(self) -> models.QuerySet[Person]:
        """Those of its evaluators who still have the role, and have it here."""
        return Person.objects.holding(Role.EVALUATOR, area=self.pilot.test_bed.area_id).filter(surveys=self)


class QuestionSet(models.Model):
    """A version of the pilot's comprehension questions, with the key that never reaches the client."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="question_sets")
    number = models.PositiveSmallIntegerField()
    # [{"code": "CK1", "text": {"ko", "en"}, "options": [{"ko", "en"} x 4], "correct": 1..4}, ...]
    questions = models.JSONField()
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["survey", "number"]
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="question_set_version_once")]

    def __str__(self) -> str:
        return f"{self.survey} {self.number}"


# Waves that open after the last day that was planned for the trial.
AFTER_THE_TRIAL = Q(opens_at__date__gt=F("survey__pilot__ends_on"))


class WaveQuerySet(models.QuerySet["Wave"]):
    def visible_to(self, person: Person | AnonymousUser) -> "WaveQuerySet":
        return self.filter(survey__pilot__in=Pilot.objects.visible_to(person))

    def with_questionnaire(self) -> "WaveQuerySet":
        """Waves with what a questionnaire is put together from; the long texts are read when they are first needed."""
        parts = ("survey__instrument", "survey__use_level", "survey__comprehension")
        return self.select_related("survey__pilot__version__service", "question_set", *parts).defer(
            "layout", "question_set__questions", *(f"{part}__document" for part in parts)
        )

    def of_evaluator(self, person: Person) -> "WaveQuerySet":
        """Waves of the surveys on her desk."""
        return self.filter(survey__in=Survey.objects.of_evaluator(person))

    def open(self) -> "WaveQuerySet":
        return self.filter(stage=Wave.Stage.OPEN)

    def closed(self) -> "WaveQuerySet":
        """Waves with a snapshot: what the public may read of."""
        return self.filter(stage=Wave.Stage.CLOSED)

    def due_to_open(self, at: datetime) -> "WaveQuerySet":
        """Planned waves whose time has come, of open pilots with a registered rule: no wave opens without one."""
        return self.filter(
            stage=Wave.Stage.PLANNED,
            opens_at__lte=at,
            closes_at__gt=at,
            survey__registration__isnull=False,
        ).filter(Q(survey__pilot__stage=Pilot.Stage.OPEN) | Q(survey__pilot__stage=Pilot.Stage.ENDED) & AFTER_THE_TRIAL)

    def due_to_close(self, at: datetime) -> "WaveQuerySet":
        return self.filter(stage=Wave.Stage.OPEN, closes_at__lte=at)

    def open_or_closed_since(self, moment: datetime) -> "WaveQuerySet":
        """Waves to be counted again: without those whose answers are gone."""
        since = Q(stage=Wave.Stage.OPEN) | Q(stage=Wave.Stage.CLOSED, closed_at__gte=moment)
        return self.filter(since, answers_deleted_at__isnull=True)


class Wave(models.Model):
    class Stage(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="waves")
    number = models.PositiveSmallIntegerField(_("wave"))
    stage = models.CharField(max_length=9, choices=Stage, default=Stage.PLANNED)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    # Before using the service: answers are acceptability and never pooled with acceptance.
    before_use = models.BooleanField(default=False)
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, null=True, blank=True, related_name="waves")
    n_planned = models.PositiveIntegerField(_("answers planned"), default=150)
    # The shape of its counts (surveys.stats.layout), frozen when it opens.
    layout = models.JSONField(null=True, blank=True)
    # Their time was over. Counts and snapshots stay; nothing is counted again.
    answers_deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = WaveQuerySet.as_manager()

    class Meta:
        ordering = ["survey", "number"]
        constraints = [
            clean_texts("wave_texts_are_clean", lines=("cancel_reason",)),
            models.UniqueConstraint(fields=["survey", "number"], name="wave_number_once_per_survey"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="wave_closes_after_it_opens"),
            models.CheckConstraint(
                condition=Q(stage__in=["planned", "open", "closed", "cancelled"]), name="wave_stage_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(stage="closed") | Q(closed_at__isnull=False), name="wave_closed_has_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey} {self.number}"

    @property
    def is_after_the_trial(self) -> bool:
        """Whether it opens after the last day that was planned for the trial; it opens in an ended pilot, too."""
        return timezone.localdate(self.opens_at) > self.survey.pilot.ends_on

    @property
    def asks_only_who_agreed(self) -> bool:
        """Whether it goes on when the contact data of the others are gone: it asks who agreed to be asked again."""
        return timezone.localdate(self.closes_at) >= self.survey.pilot.contacts_go_on

    def asked(self) -> "models.QuerySet[Enrolment]":
        """Whom it asks: everybody who takes part in the pilot now, or those of them who agreed to be asked again."""
        people = Enrolment.objects.to_be_asked_again() if self.asks_only_who_agreed else Enrolment.objects.joined()
        return people.filter(pilot=self.survey.pilot_id, person__isnull=False)

    @property
    def look(self) -> int | None:
        """Which look of the registered rule this wave is; None where it is none or nothing is registered."""
        registration = getattr(self.survey, "registration", None)
        if registration is None:
            return None
        return next((look["look"] for look in registration.document["looks"] if look["wave"] == self.number), None)
