"""A person and what she may do."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models.area import Area, Office
from livinglab.accounts.roles import CITY_ROLES, Role
from livinglab.text import fold_name
from livinglab.text_columns import clean_texts


class ResidenceState(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("not confirmed yet")
    CONFIRMED = "confirmed", _("confirmed")


class MailKind(models.TextChoices):
    """Kinds of mail that can be stopped one by one. What happens to the account itself is always told."""

    PROPOSALS = "proposals", _("my proposals and comments")
    PILOTS = "pilots", _("pilots, their results, and what the city decides")
    INVITATIONS = "invitations", _("invitations to surveys, and reminders")
    WORK = "work", _("my work as staff")
    # Sent with an agreement of its own only; stopping them takes that back.
    NEWS = "news", _("news about new pilots")

    @classmethod
    def chosen_in_the_profile(cls) -> list[tuple[str, Any]]:
        return [(kind.value, kind.label) for kind in cls if kind != cls.NEWS]


class PersonManager(BaseUserManager["Person"]):
    def get_queryset(self) -> "models.QuerySet[Person]":
        return super().get_queryset()

    def with_roles(self) -> "models.QuerySet[Person]":
        """People together with their granted roles, in the same query."""
        return self.annotate(
            granted=ArrayAgg("grants__role", filter=Q(grants__isnull=False), distinct=True, default=[])
        )

    def with_nickname(self, nickname: str) -> "models.QuerySet[Person]":
        """Whoever has this nickname, as people read it: at most one person."""
        return self.filter(nickname_key=fold_name(nickname)).exclude(nickname_key="")

    def holding(self, *roles: Role, area: int | None = None) -> "models.QuerySet[Person]":
        """Active people whose roles, one of these, reach the area with this key; without one, the whole city."""
        reaching = Q(office__isnull=True) if area is None else Q(office__isnull=True) | Q(office__areas=area)
        grants = RoleGrant.objects.filter(reaching, person=OuterRef("pk"), role__in=roles)
        return self.filter(Exists(grants), is_active=True)

    def create_user(self, email: str, password: str | None = None, *, nickname: str = "", **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_nickname(nickname)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """An administrator, for ``manage.py createsuperuser``."""
        from livinglab.accounts.grants import grant_role

        person = self.create_user(email, password, **fields)
        grant_role(person, Role.ADMINISTRATOR, office=None, by=None, at=timezone.now())
        return person


class Person(AbstractBaseUser):
    """Whoever signs in. Everybody is a resident; other roles are granted."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=50, blank=True)
    nickname = models.CharField(_("nickname shown to others"), max_length=20, blank=True)
    # What names that look alike have in common; follows the nickname (``set_nickname``).
    nickname_key = models.TextField(blank=True, default="", editable=False)
    language = models.CharField(
        _("language"), max_length=2, blank=True, choices=[("ko", "한국어"), ("en", "English")], default=""
    )
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="residents", verbose_name=_("area where I live")
    )
    residence = models.CharField(
        _("residence"), max_length=11, choices=ResidenceState, default=ResidenceState.UNCONFIRMED
    )
    # Notices of these kinds stand on the site only; the others come by e-mail, too.
    stopped_mails = ArrayField(
        models.CharField(max_length=11, choices=MailKind.chosen_in_the_profile()),
        default=list,
        blank=True,
        verbose_name=_("no e-mail about"),
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            clean_texts("person_texts_are_clean", lines=("name", "nickname")),
            models.UniqueConstraint(Lower("email"), name="person_email_once_whatever_case"),
            models.UniqueConstraint(
                fields=["nickname_key"], condition=~Q(nickname_key=""), name="person_nickname_once_as_people_read_it"
            ),
            models.CheckConstraint(
                condition=Q(nickname="", nickname_key="") | ~Q(nickname="") & ~Q(nickname_key=""),
                name="person_nickname_has_its_key",
            ),
            models.CheckConstraint(
                condition=Q(residence__in=ResidenceState.values), name="person_residence_is_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(stopped_mails__contained_by=[kind for kind, _label in MailKind.chosen_in_the_profile()]),
                name="person_stopped_mails_are_known_kinds",
            ),
            models.CheckConstraint(
                condition=~Q(residence="confirmed") | Q(area__isnull=False), name="person_confirmed_residence_has_area"
            ),
        ]

    def __str__(self) -> str:
        """The nickname. Never the name or the address: this stands wherever a template prints a person."""
        return self.nickname or gettext("Member without a nickname")

    def set_nickname(self, nickname: str) -> None:
        """Set the nickname with the key it is compared by; save both columns."""
        self.nickname, self.nickname_key = nickname, fold_name(nickname)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Granted roles; comes with the person when she was fetched through ``with_roles``."""
        granted = getattr(self, "granted", None)
        if granted is None:
            granted = self.grants.values_list("role", flat=True)
        return frozenset(granted) | {Role.RESIDENT}

    def has_role(self, *roles: Role) -> bool:
        """Whether she has any of these roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_city_staff(self) -> bool:
        """Staff need a second factor; residents may have one."""
        return bool(self.roles - {Role.RESIDENT})

    @cached_property
    def areas_by_role(self) -> dict[str, frozenset[int] | None]:
        """The keys of the areas that each granted role reaches; ``None`` is the whole city. One query."""
        areas: dict[str, frozenset[int] | None] = {}
        for role, office, area in self.grants.values_list("role", "office", "office__areas"):
            before = areas.get(role, frozenset())
            areas[role] = None if office is None or before is None else before | ({area} - {None})
        return areas

    @property
    def speaks_for_city(self) -> bool:
        """Whether the badge of the city's staff stands beside her name."""
        return self.has_role(*CITY_ROLES)

    def areas_in_charge(self, *roles: Role) -> frozenset[int] | None:
        """Keys of the areas that these roles reach together; ``None`` is the whole city, an empty set none at all."""
        if not self.has_role(*roles):
            return frozenset()
        reached = [self.areas_by_role[role] for role in roles if role in self.areas_by_role]
        if any(areas is None for areas in reached):
            return None
        return frozenset().union(*(areas for areas in reached if areas is not None))

    def in_charge(self, *roles: Role, area: str = "area") -> Q:
        """The condition on rows that these roles reach their ``area``; a row without one is for the whole city."""
        areas = self.areas_in_charge(*roles)
        return ~Q(pk__in=[]) if areas is None else Q(**{f"{area}__in": areas})

    def is_in_charge_of(self, area: int | None, *roles: Role) -> bool:
        """Whether these roles reach the area with this key."""
        areas = self.areas_in_charge(*roles)
        return areas is None or area in areas

    @property
    def is_confirmed_resident(self) -> bool:
        return self.residence == ResidenceState.CONFIRMED

    # What Django's admin asks. Only administrators come in, and they may do everything it offers.
    @property
    def is_staff(self) -> bool:
        return self.has_role(Role.ADMINISTRATOR)

    @property
    def is_superuser(self) -> bool:
        return self.is_staff

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_staff

    def has_perms(self, perms: list[str], obj: object = None) -> bool:
        return self.is_active and self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return str(self)


def is_of_city(person: str) -> models.Exists:
    """Whether the person this column points to speaks for the city, to annotate rows with."""
    return models.Exists(RoleGrant.objects.filter(person=models.OuterRef(person), role__in=CITY_ROLES))


class RoleGrant(models.Model):
    """A role somebody was given, for the whole city or for one office and its areas."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grants", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=13, choices=Role.granted())
    office = models.ForeignKey(
        Office,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=_("office (empty: whole city)"),
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "office"], nulls_distinct=False, name="role_granted_once_per_office"
            ),
            models.CheckConstraint(
                condition=Q(role__in=[value for value, _label in Role.granted()]), name="role_grant_is_a_known_role"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.ADMINISTRATOR) | Q(office__isnull=True),
                name="role_grant_administrator_has_the_whole_city",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.person}"
