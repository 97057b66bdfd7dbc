"""A pilot: one service version at one test bed, with people, for a time."""

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from livinglab.bilingual import Bilingual
from livinglab.phone import a_telephone
from livinglab.text_columns import clean_texts
from pilots.models.service import STAFF, ServiceVersion
from pilots.models.test_bed import TestBed
from pilots.periods import CONTACTS_KEPT, ENDS_ITSELF_AFTER


class PilotQuerySet(models.QuerySet["Pilot"]):
    def announced(self) -> "PilotQuerySet":
        """Pilots everybody may see."""
        return self.exclude(stage=Pilot.Stage.PLANNED)

    def visible_to(self, person: Person | AnonymousUser) -> "PilotQuerySet":
        """Announced ones; planned ones also for staff in charge of their area and for the host of their test bed."""
        if not person.is_authenticated:
            return self.announced()
        seen = ~Q(stage=Pilot.Stage.PLANNED) | Q(test_bed__host=person)
        if person.has_role(*STAFF):
            seen |= person.in_charge(*STAFF, area="test_bed__area")
        return self.filter(seen)

    def in_care_of(self, person: Person) -> "PilotQuerySet":
        """Those a moderator runs and decides on: in the areas of her office if she belongs to one."""
        return self.in_areas_of(person, Role.MODERATOR, Role.ADMINISTRATOR)

    def in_areas_of(self, person: Person, *roles: Role) -> "PilotQuerySet":
        """Those in an area that one of these roles of theirs reaches."""
        return self.filter(person.in_charge(*roles, area="test_bed__area"))

    def open_for_joining_on(self, day: date) -> "PilotQuerySet":
        """Announced pilots that have not ended by that day; full ones keep a waiting list."""
        return self.filter(stage=Pilot.Stage.OPEN, imported=False, ends_on__gte=day)

    def with_card_facts(self) -> "PilotQuerySet":
        """Each with its version, field and area, as a list shows them."""
        return self.select_related("version__service__field", "test_bed__area").defer("test_bed__area__boundary")

    def running_on(self, day: date) -> "PilotQuerySet":
        return self.filter(stage=Pilot.Stage.OPEN, starts_on__lte=day, ends_on__gte=day)

    def with_news(self) -> "PilotQuerySet":
        """Pilots that people can join and of which not everybody who wants news has heard."""
        return self.filter(stage=Pilot.Stage.OPEN, imported=False, news_told_at__isnull=True)

    def past_their_day_on(self, day: date) -> "PilotQuerySet":
        """Announced pilots whose last day has passed and that nobody has ended; what was imported has no end."""
        return self.filter(stage=Pilot.Stage.OPEN, imported=False, ends_on__lt=day)

    def over_since(self, day: date) -> "PilotQuerySet":
        """Pilots whose trial had its last day then or before: the planned one, or the day somebody ended it sooner."""
        return self.exclude(stage=Pilot.Stage.PLANNED).filter(
            Q(ends_on__lte=day) | Q(stage=Pilot.Stage.ENDED, ended_at__date__lte=day)
        )


class Pilot(models.Model):
    class Stage(models.TextChoices):
        PLANNED = "planned", _("Being prepared")
        OPEN = "open", _("Open")
        ENDED = "ended", _("Ended")

    version = models.OneToOneField(ServiceVersion, models.PROTECT, related_name="pilot")
    test_bed = models.ForeignKey(TestBed, models.PROTECT, related_name="pilots")
    slug = models.SlugField(max_length=70, unique=True)
    stage = models.CharField(max_length=7, choices=Stage, default=Stage.PLANNED)
    title_ko = models.CharField(_("title in Korean"), max_length=80)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    purpose_ko = models.TextField(_("what the pilot is for, in Korean"), max_length=1500)
    purpose_en = models.TextField(_("what the pilot is for, in English"), max_length=1500, blank=True)
    expected_ko = models.TextField(_("the result we expect, in Korean"), max_length=1500)
    expected_en = models.TextField(_("the result we expect, in English"), max_length=1500, blank=True)
    limits_ko = models.TextField(_("known limits and risks, in Korean"), max_length=1500)
    limits_en = models.TextField(_("known limits and risks, in English"), max_length=1500, blank=True)
    # How one uses it: where, when, what to call. Empty where the title says it all.
    usage_ko = models.TextField(_("how to use it, in Korean"), max_length=1000, blank=True)
    usage_en = models.TextField(_("how to use it, in English"), max_length=1000, blank=True)
    # Of this pilot alone; otherwise the telephone of the office in charge stands on its page.
    contact_phone = models.CharField(_("telephone for questions"), max_length=30, blank=True, validators=[a_telephone])
    # Whoever joins is asked for a telephone number, because the service cannot do without.
    asks_phone = models.BooleanField(_("ask for a telephone number"), default=False)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    capacity = models.PositiveIntegerField(_("places"))
    # Brought in from a survey made elsewhere: responses without enrolments, never a verdict.
    imported = models.BooleanField(default=False)
    illustrative = models.BooleanField(default=False)
    source = models.CharField(max_length=300, blank=True)
    # Counted again whenever somebody joins or leaves; never added to.
    joined_total = models.PositiveIntegerField(default=0, editable=False)
    waiting_total = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Everybody who wants news of pilots has heard of this one.
    news_told_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Nobody pressed End within the time after its last day.
    ended_by_itself = models.BooleanField(default=False, editable=False)

    title = Bilingual("title")
    purpose = Bilingual("purpose")
    expected = Bilingual("expected")
    limits = Bilingual("limits")
    usage = Bilingual("usage")
    objects = PilotQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("pilot")
        verbose_name_plural = _("pilots")
        constraints = [
            clean_texts(
                "pilot_texts_are_clean",
                bilingual_lines=("title",),
                bilingual={"purpose": 1500, "expected": 1500, "limits": 1500, "usage": 1000},
            ),
            models.CheckConstraint(condition=Q(stage__in=["planned", "open", "ended"]), name="pilot_stage_is_known"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="pilot_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="pilot_has_room"),
            models.CheckConstraint(
                condition=Q(stage="planned") | Q(announced_at__isnull=False), name="pilot_announced_has_date"
            ),
            models.CheckConstraint(
                condition=~Q(stage="ended") | Q(ended_at__isnull=False), name="pilot_ended_has_date"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def titles(self) -> dict[str, str]:
        """The title in both languages, for notices, which are read in either."""
        return {"title_ko": self.title_ko, "title_en": self.title_en or self.title_ko}

    def is_past_its_day_on(self, day: date) -> bool:
        """Whether it waits to be ended (see ``past_their_day_on``)."""
        return self.stage == Pilot.Stage.OPEN and not self.imported and self.ends_on < day

    @property
    def last_day(self) -> date:
        """The last day of the trial: the planned one, or the day somebody ended it sooner (see ``over_since``)."""
        ended_on = timezone.localdate(self.ended_at) if self.ended_at else self.ends_on
        return min(self.ends_on, ended_on)

    @property
    def ends_itself_on(self) -> date:
        """The day on which it ends without anybody, if no survey is open then."""
        return self.ends_on + ENDS_ITSELF_AFTER

    @property
    def contacts_go_on(self) -> date:
        """The day on which contact data are deleted, but of those who agreed to be asked again."""
        return self.last_day + CONTACTS_KEPT

    def is_open_for_joining_on(self, day: date) -> bool:
        return self.stage == Pilot.Stage.OPEN and not self.imported and day <= self.ends_on

    def deciders(self) -> "QuerySet[Person]":
        """Who decides about it: administrators, and moderators of its area (see ``in_care_of``)."""
        return Person.objects.holding(Role.MODERATOR, Role.ADMINISTRATOR, area=self.test_bed.area_id)

    def current_consent_texts(self) -> "QuerySet[ConsentText]":
        """The newest version for each purpose, in the order of the purposes: taking part first."""
        newest = self.consent_texts.order_by("purpose", "-number").distinct("purpose")
        purposes = ConsentText.Purpose.values
        order = Case(*[When(purpose=purpose, then=Value(place)) for place, purpose in enumerate(purposes)])
        return ConsentText.objects.filter(pk__in=newest.values("pk")).order_by(order)


class ConsentText(models.Model):
    """The words people consent to; a change makes a new version, and consents keep pointing at theirs."""

    class Purpose(models.TextChoices):
        PARTICIPATION = "participation", _("taking part")
        SENSITIVE = "sensitive", _("access needs (sensitive data)")
        MONITORING = "monitoring", _("being asked again after the trial")

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="consent_texts")
    purpose = models.CharField(max_length=13, choices=Purpose)
    number = models.PositiveSmallIntegerField()
    body_ko = models.TextField(_("consent text in Korean"), max_length=6000)
    body_en = models.TextField(_("consent text in English"), max_length=6000, blank=True)
    # What the site writes below: what is collected, how long it is kept, what becomes of it with the account. Empty in
    # versions from before it did.
    facts_ko = models.TextField(max_length=6000, blank=True)
    facts_en = models.TextField(max_length=6000, blank=True)
    # What the text promises for the day somebody deletes her account: answers stay without her, or go too.
    keeps_answers = models.BooleanField(default=True)
    hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    body = Bilingual("body")
    facts = Bilingual("facts")

    class Meta:
        ordering = ["purpose", "-number"]
        constraints = [
            clean_texts("consent_text_texts_are_clean", bilingual={"body": 6000, "facts": 6000}),
            models.UniqueConstraint(fields=["pilot", "purpose", "number"], name="consent_text_version_once"),
            models.CheckConstraint(
                condition=Q(purpose__in=["participation", "sensitive", "monitoring"]),
                name="consent_text_purpose_is_known",
            ),
        ]

    def whole_text_in(self, language: str) -> str:
        """Everything that was read by whoever agreed in this language."""
        in_english = language == "en" and self.body_en
        parts = (self.body_en, self.facts_en) if in_english else (self.body_ko, self.facts_ko)
        return "\n\n".join(part for part in parts if part)
