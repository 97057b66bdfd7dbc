"""Pilots, and taking part in them."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from livinglab.api.doors import Door, ListDoor, SignedInDoor, person_of
from livinglab.api.fields import (
    LANGUAGE_CHOICES,
    AreaInBrief,
    Choice,
    FieldInBrief,
    Strict,
    Telephone,
    Whole,
    Words,
    YesNo,
)
from livinglab.api.places import by_area, by_field, code_filter
from livinglab.bilingual import active_language
from pilots.actions.enrol import check_answers_are_there, join_pilot, leave_pilot
from pilots.errors import ConsentChanged
from pilots.models import AccessNeed, AgeBand, ConsentText, Enrolment, Pilot, ServiceVersion, Sex, TestBed
from pilots.views.public import waves_of
from surveys.models import Wave

PARTS = ("version__service__field", "test_bed__area")
BANDS = [(band.value, band.label) for band in AgeBand if band.value]
SEXES = [(sex.value, sex.label) for sex in Sex if sex.value]


class VersionSerializer(serializers.ModelSerializer[ServiceVersion]):
    """Which service in which version."""

    service = serializers.SlugField(source="service.slug", read_only=True)
    name = serializers.SerializerMethodField()
    field = FieldInBrief(source="service.field", read_only=True)
    proposal = serializers.IntegerField(source="service.proposal_id", read_only=True, allow_null=True)
    summary = Words()
    changed = Words()

    class Meta:
        model = ServiceVersion
        fields = ("service", "name", "field", "proposal", "number", "summary", "changed", "smart_service_level")

    @extend_schema_field(FieldInBrief().fields["name"])
    def get_name(self, version: ServiceVersion) -> dict[str, str]:
        return {"ko": version.service.name_ko, "en": version.service.name_en}


class TestBedSerializer(serializers.ModelSerializer[TestBed]):
    __test__ = False

    name = Words()
    area = AreaInBrief(read_only=True, allow_null=True)

    class Meta:
        model = TestBed
        fields = ("name", "area")


class ConsentTextSerializer(serializers.ModelSerializer[ConsentText]):
    body = Words()
    facts = Words()

    class Meta:
        model = ConsentText
        fields = ("id", "purpose", "number", "body", "facts", "hash", "made_at")


class WaveInBrief(serializers.ModelSerializer[Wave]):
    class Meta:
        model = Wave
        fields: tuple[str, ...] = ("id", "number", "stage", "opens_at", "closes_at", "before_use")


class PilotInBrief(serializers.ModelSerializer[Pilot]):
    """A row of the list."""

    title = Words()
    version = VersionSerializer(read_only=True)
    test_bed = TestBedSerializer(read_only=True)
    joined = serializers.IntegerField(source="joined_total", read_only=True)

    class Meta:
        model = Pilot
        fields: tuple[str, ...] = (
            "slug",
            "stage",
            "title",
            "version",
            "test_bed",
            "starts_on",
            "ends_on",
            "capacity",
            "joined",
            "imported",
            "illustrative",
        )


class PilotSerializer(PilotInBrief):
    purpose = Words()
    expected = Words()
    limits = Words()
    usage = Words()
    takes_people = serializers.SerializerMethodField(help_text=_("Whether you could join today, or wait in line."))
    consent_texts = ConsentTextSerializer(
        source="current_consent_texts", many=True, read_only=True, help_text=_("What joining asks you to agree to.")
    )
    waves = serializers.SerializerMethodField()
    rule = serializers.SerializerMethodField(help_text=_("Hash of the registered rule; null before it is registered."))

    class Meta(PilotInBrief.Meta):
        fields = (
            *PilotInBrief.Meta.fields,
            "purpose",
            "expected",
            "limits",
            "usage",
            "takes_people",
            "asks_phone",
            "contact_phone",
            "consent_texts",
            "waves",
            "rule",
            "source",
        )

    def get_takes_people(self, pilot: Pilot) -> bool:
        return pilot.is_open_for_joining_on(timezone.localdate())

    @extend_schema_field(WaveInBrief(many=True))
    def get_waves(self, pilot: Pilot) -> Any:
        return WaveInBrief(waves_of(pilot), many=True).data

    def get_rule(self, pilot: Pilot) -> str | None:
        registration = getattr(getattr(pilot, "survey", None), "registration", None)
        return registration.hash if registration else None


class PilotFilter(django_filters.FilterSet):
    show = django_filters.ChoiceFilter(
        method="shown",
        choices=[("open", _("Open to join")), ("running", _("Running now")), ("ended", _("Ended"))],
        label=_("Only those that take people, run now, or have ended."),
    )
    field = code_filter(2, by_field("version__service__field"), label=_("Code of a field of service."))
    area = code_filter(10, by_area("test_bed__area"), label=_("Code of the office of an area."))

    def shown(self, rows: "QuerySet[Pilot]", name: str, value: str) -> "QuerySet[Pilot]":
        today = timezone.localdate()
        if value == "open":
            return rows.open_for_joining_on(today)  # type: ignore[attr-defined]
        if value == "running":
            return rows.running_on(today)  # type: ignore[attr-defined]
        return rows.filter(Q(stage=Pilot.Stage.ENDED) | Q(stage=Pilot.Stage.OPEN, ends_on__lt=today))


class EnrolmentSerializer(serializers.ModelSerializer[Enrolment]):
    """Your own part in a pilot."""

    pilot = serializers.SlugField(source="pilot.slug", read_only=True)
    age_band = serializers.ChoiceField(choices=AgeBand.choices, read_only=True)
    sex = serializers.ChoiceField(choices=Sex.choices, read_only=True)
    access_needs = serializers.ListField(child=serializers.ChoiceField(choices=AccessNeed.choices), read_only=True)

    class Meta:
        model = Enrolment
        fields = ("pilot", "state", "age_band", "sex", "access_needs", "asked_at", "joined_at", "left_at")


class Joining(Strict):
    """Your consent, and a little about yourself; what you leave out counts as “rather not say”."""

    of_age = Choice(choices=[(True, _("You are 14 years old or older."))])
    consents = serializers.ListField(
        child=Whole(min_value=1),
        min_length=1,
        max_length=3,
        help_text=_("Numbers of the consent texts you read and agree to."),
    )
    language = Choice(choices=LANGUAGE_CHOICES, required=False, help_text=_("In which language you read them."))
    age_band = Choice(choices=BANDS, required=False, allow_null=True)
    sex = Choice(choices=SEXES, required=False, allow_null=True)
    access_needs = serializers.ListField(
        child=Choice(choices=AccessNeed.choices),
        required=False,
        max_length=len(AccessNeed),
        help_text=_("Kept only with the consent for sensitive data."),
    )
    phone = Telephone(
        required=False, help_text=_("Only for a pilot that asks for one. Kept with the code of its country.")
    )


class Leaving(Strict):
    reason = Choice(choices=Enrolment.LeaveReason.choices, required=False)
    withdraw_answers = YesNo(required=False, help_text=_("Whether your answers are taken out as well."))


class Pilots(ListDoor):
    queryset = Pilot.objects.announced().select_related(*PARTS).defer("test_bed__area__boundary")
    serializer_class = PilotInBrief
    filterset_class = PilotFilter

    def get_queryset(self) -> "QuerySet[Pilot]":
        return super().get_queryset().order_by("-starts_on", "-id")

    @extend_schema(
        tags=["pilots"], summary=_("Find pilots"), description=_("Everything that was announced, the latest first.")
    )
    def get(self, request: Request) -> Response:
        return self.list(request)


class OnePilot(Door):
    queryset = Pilot.objects.all()
    lookup_field = "slug"

    @extend_schema(tags=["pilots"], summary=_("Read a pilot"), responses=PilotSerializer)
    def get(self, request: Request, slug: str) -> Response:
        rows = (
            Pilot.objects.visible_to(request.user)
            .select_related(*PARTS, "survey__registration")
            .defer("test_bed__area__boundary")
        )
        return Response(PilotSerializer(get_object_or_404(rows, slug=slug)).data)


class TakingPart(SignedInDoor):
    queryset = Pilot.objects.all()
    lookup_field = "slug"

    @extend_schema(tags=["pilots"], summary=_("Your part in a pilot"), responses=EnrolmentSerializer)
    def get(self, request: Request, slug: str) -> Response:
        return Response(EnrolmentSerializer(own_enrolment(request, slug)).data)

    @extend_schema(
        tags=["pilots"],
        summary=_("Join a pilot"),
        request=Joining,
        responses=EnrolmentSerializer,
        description=_("For residents whose residence is confirmed. A full pilot has a waiting list. Safe to repeat."),
    )
    def put(self, request: Request, slug: str) -> Response:
        pilot = get_object_or_404(Pilot.objects.visible_to(request.user), slug=slug)
        sent = self.body(Joining)
        numbers = set(sent["consents"])
        texts = list(ConsentText.objects.filter(pilot=pilot, pk__in=numbers))
        if len(texts) < len(numbers):
            raise ConsentChanged(_("The consent text has changed while you were reading. Please read it once more."))
        enrolment = join_pilot(
            pilot,
            person=person_of(request),
            consents=texts,
            language=sent.get("language", active_language()),
            at=timezone.now(),
            age_band=sent.get("age_band") or "",
            sex=sent.get("sex") or "",
            access_needs=set(sent.get("access_needs", [])),
            phone=sent.get("phone", ""),
        )
        return Response(EnrolmentSerializer(enrolment).data)


class LeavingPilot(SignedInDoor):
    queryset = Pilot.objects.all()
    lookup_field = "slug"

    @extend_schema(
        tags=["pilots"],
        summary=_("Leave a pilot"),
        request=Leaving,
        responses=EnrolmentSerializer,
        description=_("At any time, with a reason or without. Who has left can still have her answers taken out."),
    )
    def post(self, request: Request, slug: str) -> Response:
        sent = self.body(Leaving)
        enrolment = Enrolment.objects.of_person(person_of(request)).filter(pilot__slug=slug).first()
        if sent.get("withdraw_answers"):
            pilot = get_object_or_404(Pilot.objects.visible_to(request.user), slug=slug)
            check_answers_are_there(pilot, enrolment)
        if enrolment is None:
            raise Http404
        leave_pilot(enrolment, at=timezone.now(), **sent)
        return Response(EnrolmentSerializer(enrolment).data)


class MyPilots(ListDoor, SignedInDoor):
    serializer_class = EnrolmentSerializer
    queryset = Enrolment.objects.select_related("pilot").order_by("-asked_at", "-id")

    def get_queryset(self) -> "QuerySet[Enrolment]":
        return super().get_queryset().filter(person=self.request.user.pk)

    @extend_schema(tags=["me"], summary=_("The pilots you take part in"), description=_("Those you left, too."))
    def get(self, request: Request) -> Response:
        return self.list(request)


def own_enrolment(request: Request, slug: str) -> Enrolment:
    rows = Enrolment.objects.of_person(person_of(request)).select_related("pilot")
    return get_object_or_404(rows, pilot__slug=slug)
