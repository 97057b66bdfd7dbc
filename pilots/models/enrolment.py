"""Who takes part in which pilot, with which consent. What she answers is kept elsewhere, under a random key."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models import Area, Person
from livinglab.phone import E164
from pilots.models.pilot import ConsentText, Pilot


class AgeBand(models.TextChoices):
    A14_18 = "14-18", _("14 to 18")
    A19_29 = "19-29", _("19 to 29")
    A30_39 = "30-39", _("30 to 39")
    A40_49 = "40-49", _("40 to 49")
    A50_64 = "50-64", _("50 to 64")
    A65_74 = "65-74", _("65 to 74")
    A75_PLUS = "75+", _("75 and older")
    UNKNOWN = "", _("I would rather not say")


# Groups nobody may be worse off in unnoticed, by the age bands that make them; rules protect the first by default.
GROUPS: dict[str, frozenset[AgeBand]] = {"65+": frozenset({AgeBand.A65_74, AgeBand.A75_PLUS})}
DEFAULT_PROTECTED_GROUP = "65+"


class Sex(models.TextChoices):
    FEMALE = "f", _("Woman")
    MALE = "m", _("Man")
    UNKNOWN = "", _("I would rather not say")


class AccessNeed(models.TextChoices):
    LARGE_TEXT = "large_text", _("Large text")
    READ_ALOUD = "read_aloud", _("Reading aloud")
    SIGN = "sign", _("Sign language")
    WHEELCHAIR = "wheelchair", _("Step-free access (wheelchair, pushchair)")
    EASY_KOREAN = "easy_korean", _("Easy Korean")
    CARER = "carer", _("Someone who comes along")


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def joined(self) -> "EnrolmentQuerySet":
        """People who take part now."""
        return self.filter(state=Enrolment.State.JOINED)

    def waiting(self) -> "EnrolmentQuerySet":
        """The waiting list, first come first."""
        return self.filter(state=Enrolment.State.WAITING).order_by("asked_at", "pk")

    def with_contacts(self) -> "EnrolmentQuerySet":
        """People whose contact data are still there."""
        return self.filter(Q(person__isnull=False) | ~Q(phone="") | ~Q(access_needs=[]))

    def to_be_asked_again(self) -> "EnrolmentQuerySet":
        """Whoever takes part and agreed to be asked after the trial."""
        agreed = Consent.objects.standing().filter(
            enrolment=OuterRef("pk"), text__purpose=ConsentText.Purpose.MONITORING
        )
        return self.joined().filter(Exists(agreed))

    def of_person(self, person: Person) -> "EnrolmentQuerySet":
        """Hers alone; nobody else's enrolment is ever fetched by a resident's page."""
        return self.filter(person=person)


class Enrolment(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", _("On the waiting list")
        JOINED = "joined", _("Taking part")
        LEFT = "left", _("Left")

    class LeaveReason(models.TextChoices):
        NO_TIME = "no_time", _("I have no time")
        NOT_USEFUL = "not_useful", _("The service is of no use to me")
        TOO_HARD = "too_hard", _("The service is too hard to use")
        PRIVACY = "privacy", _("I worry about my data")
        MOVED = "moved", _("I move away")
        OTHER = "other", _("Another reason")

    pilot = models.ForeignKey(Pilot, models.CASCADE, related_name="enrolments")
    # Empty once the account or the contact data were deleted; the row stays for the counts.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="enrolments"
    )
    state = models.CharField(max_length=7, choices=State)
    age_band = models.CharField(max_length=5, choices=AgeBand, blank=True)
    sex = models.CharField(max_length=1, choices=Sex, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    # With the country's code, such as +821012345678; only where the pilot asks for it, emptied when somebody leaves.
    phone = models.CharField(max_length=16, blank=True)
    # Only with a sensitive-data consent that stands; emptied when it is withdrawn.
    access_needs = models.JSONField(default=list, blank=True)
    asked_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    leave_reason = models.CharField(max_length=10, choices=LeaveReason, blank=True)
    # She left and also wants her answers taken out; `surveys` finds this and acts.
    answers_withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Person, telephone and needs were deleted because their time was over; empty where the account went.
    contact_deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(fields=["pilot", "person"], name="enrolment_once_per_pilot_and_person"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "joined", "left"]), name="enrolment_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="joined") | Q(joined_at__isnull=False), name="enrolment_joined_has_date"
            ),
            models.CheckConstraint(
                condition=~Q(state="left") | Q(left_at__isnull=False), name="enrolment_left_has_date"
            ),
            models.CheckConstraint(condition=Q(age_band__in=AgeBand.values), name="enrolment_age_band_is_known"),
            models.CheckConstraint(condition=Q(sex__in=Sex.values), name="enrolment_sex_is_known"),
            models.CheckConstraint(
                condition=Q(phone="") | Q(phone__regex=E164.pattern), name="enrolment_phone_has_country_code"
            ),
            models.CheckConstraint(
                condition=Q(contact_deleted_at__isnull=True) | Q(person__isnull=True, phone="", access_needs=[]),
                name="enrolment_deleted_contact_is_gone",
            ),
        ]
        indexes = [models.Index(fields=["pilot", "state"], name="enrolment_of_pilot_by_state")]

    def has_agreed_to(self, purpose: str) -> bool:
        """Whether a consent to this stands, by consents that were fetched with their texts."""
        return any(consent.text.purpose == purpose and not consent.withdrawn_at for consent in self.consents.all())

    @property
    def groups(self) -> list[str]:
        """The groups this person belongs to, by what she told about herself."""
        return [group for group, bands in GROUPS.items() if self.age_band in bands]

    @property
    def needs(self) -> list[str]:
        """Access needs as they are read."""
        return [str(AccessNeed(need).label) for need in self.access_needs]

    @property
    def place_in_line(self) -> int:
        """Where somebody who waits stands in the waiting list, from 1."""
        return (
            self.pilot.enrolments.waiting()
            .filter(Q(asked_at__lt=self.asked_at) | Q(asked_at=self.asked_at, pk__lte=self.pk))
            .count()
        )


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at__isnull=True)


class Consent(models.Model):
    """One consent to one version of one text; withdrawing is a date, the row stays as proof."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="consents")
    language = models.CharField(max_length=2)
    mode = models.CharField(
        max_length=8,
        default="self",
        choices=[("self", _("by oneself")), ("assisted", _("with help")), ("paper", _("on paper"))],
    )
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "text"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_once_while_it_stands",
            ),
            models.CheckConstraint(condition=Q(mode__in=["self", "assisted", "paper"]), name="consent_mode_is_known"),
        ]
