"""A proposal: a need, an idea, who gains, and what data it would take."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models import Area, Person, is_of_city
from livinglab.accounts.roles import Role
from livinglab.bilingual import Bilingual
from livinglab.text import clean_line
from livinglab.text_columns import clean_texts
from proposals.lifecycle import PUBLIC, Stage


class ServiceField(models.Model):
    """One of the twelve fields of smart-city services (Smart City Act decree, art. 2)."""

    code = models.CharField(_("code"), max_length=2, primary_key=True)
    name_ko = models.CharField(_("name in Korean"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=60)

    name = Bilingual("name")

    class Meta:
        ordering = ["code"]
        verbose_name = _("service field")
        verbose_name_plural = _("service fields")

    def __str__(self) -> str:
        return self.name


class SmartServiceLevel(models.IntegerChoices):
    """The ladder of a service, told as what a resident can do. Our wording, provisional (standards.md 3.8)."""

    INFORMS = 1, _("I can look it up")
    LINKS = 2, _("I do it once and the services pass it on")
    FORESEES = 3, _("I am told before it happens")
    FITS = 4, _("It fits itself to me, and I help shape it")
    RUNS = 5, _("It runs by itself, and I can step in")


IS_PUBLIC = Q(stage__in=sorted(PUBLIC))


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def published(self) -> "ProposalQuerySet":
        """Proposals everybody may see."""
        return self.filter(IS_PUBLIC)

    def visible_to(self, person: Person | AnonymousUser) -> "ProposalQuerySet":
        """Public ones, one's own, and for moderators whatever was handed in where they are in charge."""
        if not person.is_authenticated:
            return self.published()
        seen = IS_PUBLIC | Q(author=person)
        if person.has_role(Role.MODERATOR, Role.ADMINISTRATOR):
            seen |= person.in_charge(Role.MODERATOR, Role.ADMINISTRATOR) & ~Q(stage=Stage.DRAFT)
        return self.filter(seen)

    def in_care_of(self, moderator: Person) -> "ProposalQuerySet":
        """Those a moderator may decide on: handed in, and in the areas of her office if she belongs to one."""
        return self.filter(moderator.in_charge(Role.MODERATOR)).exclude(stage=Stage.DRAFT)

    def matching(self, *, q: str = "", **same: str) -> "ProposalQuerySet":
        """Public ones that contain the words in either language, and agree in field, area and stage."""
        from proposals.models.words import Words

        found, q = self.filter(**same), clean_line(q)
        return found.filter(pk__in=Words.objects.containing(q).values("pk")) if q else found

    def with_counts(self) -> "ProposalQuerySet":
        """Each with ``support_count`` and ``comment_count``, counted from the rows."""
        from proposals.models.comment import Comment

        return self.with_support_count().annotate(comment_count=number_of(Comment, hidden_at__isnull=True))

    def with_authors(self) -> "ProposalQuerySet":
        """Each with its author and ``by_city_staff``."""
        return self.select_related("author").annotate(by_city_staff=is_of_city("author"))

    def with_support_count(self) -> "ProposalQuerySet":
        from proposals.models.support import Support

        return self.annotate(support_count=number_of(Support))

    def with_support_of(self, person: Person | AnonymousUser) -> "ProposalQuerySet":
        """Each with ``support_count`` and with ``supported``: whether this person's support is among them."""
        from proposals.models.support import Support

        own = Support.objects.filter(proposal=OuterRef("pk"), person=person.pk)
        return self.with_support_count().annotate(supported=Exists(own))


def number_of(model: type[models.Model], **only: Any) -> Coalesce:
    """How many rows of this model belong to a proposal."""
    rows = model._default_manager.filter(proposal=OuterRef("pk"), **only).order_by().values("proposal")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


class Proposal(models.Model):
    """What a resident proposes. She writes in one language; staff may add the other."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="proposals"
    )
    stage = models.CharField(_("stage"), max_length=13, choices=Stage, default=Stage.DRAFT)
    language = models.CharField(
        _("language"), max_length=2, default="ko", choices=[("ko", "한국어"), ("en", "English")]
    )

    title_ko = models.CharField(max_length=80, blank=True)
    title_en = models.CharField(max_length=120, blank=True)
    problem_ko = models.TextField(max_length=3000, blank=True)
    problem_en = models.TextField(max_length=3000, blank=True)
    idea_ko = models.TextField(max_length=3000, blank=True)
    idea_en = models.TextField(max_length=3000, blank=True)
    success_ko = models.TextField(max_length=2000, blank=True)
    success_en = models.TextField(max_length=2000, blank=True)
    personal_data_ko = models.TextField(max_length=2000, blank=True)
    personal_data_en = models.TextField(max_length=2000, blank=True)

    field = models.ForeignKey(ServiceField, models.PROTECT, null=True, blank=True, verbose_name=_("field"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, verbose_name=_("area"))
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    smart_service_level = models.PositiveSmallIntegerField(
        _("service level"), choices=SmartServiceLevel, null=True, blank=True
    )

    # Made by the page on which a draft begins: saving twice, or again after a lost answer, finds the same draft.
    draft_key = models.UUIDField(null=True, blank=True, editable=False)
    # Recounted with every write of a support or comment; lists are ordered by them. What is shown is counted afresh.
    support_total = models.PositiveIntegerField(default=0, editable=False)
    comment_total = models.PositiveIntegerField(default=0, editable=False)

    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    # The answer clock (proposals/clock.py): the day an answer is due, and since when the clock stands still.
    due_on = models.DateField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    # Made-up content of the demonstration; says so wherever it shows.
    illustrative = models.BooleanField(default=False)

    title = Bilingual("title")
    problem = Bilingual("problem")
    idea = Bilingual("idea")
    success = Bilingual("success")
    personal_data = Bilingual("personal_data")
    objects = ProposalQuerySet.as_manager()

    TEXTS = ("title", "problem", "idea", "success", "personal_data")

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            clean_texts(
                "proposal_texts_are_clean",
                bilingual_lines=("title",),
                bilingual={"problem": 3000, "idea": 3000, "success": 2000, "personal_data": 2000},
            ),
            models.UniqueConstraint(fields=["author", "draft_key"], name="proposal_begun_once"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="proposal_stage_is_known"),
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lon__isnull=True) | Q(lat__range=(32.0, 39.5), lon__range=(123.5, 132.5)),
                name="proposal_point_is_in_korea_or_absent",
            ),
            models.CheckConstraint(
                condition=Q(stage=Stage.DRAFT) | Q(field__isnull=False, area__isnull=False, submitted_at__isnull=False),
                name="proposal_handed_in_is_complete",
            ),
            models.CheckConstraint(
                condition=~IS_PUBLIC | Q(published_at__isnull=False),
                name="proposal_public_has_date",
            ),
        ]
        indexes = [
            *(
                models.Index(fields=[*narrowed, "-published_at", "-id"], condition=IS_PUBLIC, name=name)
                for narrowed, name in [
                    ([], "proposal_newest_public"),
                    (["field"], "proposal_newest_of_field"),
                    (["area"], "proposal_newest_of_area"),
                    (["stage"], "proposal_newest_of_stage"),
                ]
            ),
            models.Index(fields=["-support_total", "-id"], condition=IS_PUBLIC, name="proposal_most_supported"),
            models.Index(fields=["-comment_total", "-id"], condition=IS_PUBLIC, name="proposal_most_discussed"),
            models.Index(fields=["submitted_at", "id"], condition=Q(stage="submitted"), name="proposal_queue"),
        ]

    def __str__(self) -> str:
        return self.title or f"#{self.pk}"

    @cached_property
    def by_city_staff(self) -> bool:
        """Whether the author speaks for the city; comes with the proposal when fetched ``with_authors``."""
        return self.author is not None and self.author.speaks_for_city

    def titles(self) -> dict[str, str]:
        """The title in both languages, each falling back to the other: for notices, which are read in either."""
        return {"title_ko": self.title_ko or self.title_en, "title_en": self.title_en or self.title_ko}

    @property
    def is_public(self) -> bool:
        return Stage(self.stage) in PUBLIC
