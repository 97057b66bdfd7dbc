"""Preparing, announcing and ending a pilot is moderators' work; evaluators see counts of who takes part."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from livinglab.accounts.audit import record_access
from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.models import AccessRecord, Area
from livinglab.accounts.roles import Role, role_required
from livinglab.errors import Refused, status_of
from pilots.actions.plan import (
    change_consent_text,
    change_pilot,
    make_pilot,
    make_service,
    make_test_bed,
    stop_asking,
)
from pilots.actions.run import announce_pilot, end_pilot
from pilots.forms import (
    ChooseTestBedForm,
    ConsentForm,
    ConsentTextsForm,
    HostedTestBedForm,
    PilotAndConsentForm,
    PilotForm,
    ServiceForm,
    consent_of,
    usual_consent,
)
from pilots.models import AgeBand, ConsentText, Enrolment, Pilot, ServiceVersion, Sex, TestBed
from pilots.views.public import PARTS, waves_of
from proposals.lifecycle import Stage
from proposals.models import Proposal

Purpose = ConsentText.Purpose
PER_PAGE = 20
CONTACTS_PER_PAGE = 50


@role_required(Role.MODERATOR)
def new(request: AuthenticatedRequest) -> HttpResponse:
    """What could be tried next: published proposals, and versions of services that wait for their pilot."""
    proposals = (
        Proposal.objects.in_care_of(request.user)
        .filter(stage=Stage.PUBLISHED, services__isnull=True)
        .select_related("field", "area")
        .order_by("-support_total", "-published_at")
    )
    waiting = ServiceVersion.objects.in_care_of(request.user).without_pilot()
    versions = waiting.select_related("service__field").order_by("-made_at")
    page = Paginator(proposals, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "pilots/staff/new.html", {"page": page, "versions": versions, "steps": steps_at(0)})


def steps_at(current: int) -> list[dict[str, str]]:
    labels = [_("Proposal"), _("Service"), _("Test bed"), _("Pilot")]
    states = ["done"] * current + ["current"] + ["todo"] * (len(labels) - current - 1)
    return [{"label": label, "state": state} for label, state in zip(labels, states, strict=True)]


@keep_posted(ServiceForm)
@role_required(Role.MODERATOR)
def new_service(request: AuthenticatedRequest, proposal: int) -> HttpResponse:
    source = get_object_or_404(Proposal.objects.in_care_of(request.user).published(), pk=proposal)
    if made := source.services.first():
        return redirect("pilots:choose-test-bed", version=made.versions.latest("number").pk)
    initial = {
        "name_ko": source.title_ko[:60],
        "name_en": source.title_en[:80],
        "field": source.field_id,
        "summary_ko": source.idea_ko[:1500],
        "summary_en": source.idea_en[:1500],
        "smart_service_level": source.smart_service_level,
    }
    form = ServiceForm(request.POST if request.method == "POST" else kept_post(request), initial=initial)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            service = make_service(source, **form.cleaned_data, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect("pilots:choose-test-bed", version=service.versions.get().pk)
    page = {"proposal": source, "form": form, "refusal": refusal, "steps": steps_at(1)}
    return render(request, "pilots/staff/service.html", page, status=status_of(refusal))


def waiting_version(request: AuthenticatedRequest, pk: int) -> ServiceVersion:
    """A version without a pilot that this moderator may prepare one of; for everybody else there is none."""
    waiting = ServiceVersion.objects.in_care_of(request.user).without_pilot()
    return get_object_or_404(waiting.select_related("service__proposal"), pk=pk)


@keep_posted(ChooseTestBedForm)
@role_required(Role.MODERATOR)
def choose_test_bed(request: AuthenticatedRequest, version: int) -> HttpResponse:
    waiting = waiting_version(request, version)
    places = TestBed.objects.in_care_of(request.user)
    form = ChooseTestBedForm(places, request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        return redirect("pilots:new-pilot", version=waiting.pk, test_bed=form.cleaned_data["test_bed"].pk)
    page = {"version": waiting, "form": form, "none": not places.exists(), "steps": steps_at(2)}
    return render(request, "pilots/staff/choose_test_bed.html", page)


@keep_posted(HostedTestBedForm)
@role_required(Role.MODERATOR)
def add_test_bed(request: AuthenticatedRequest, version: int) -> HttpResponse:
    waiting = waiting_version(request, version)
    form = HostedTestBedForm(request.POST if request.method == "POST" else kept_post(request), by=request.user)
    if request.method == "POST" and form.is_valid():
        test_bed = make_test_bed(**form.cleaned_data)
        return redirect("pilots:new-pilot", version=waiting.pk, test_bed=test_bed.pk)
    return render(request, "pilots/staff/add_test_bed.html", {"version": waiting, "form": form, "steps": steps_at(2)})


@keep_posted(PilotAndConsentForm)
@role_required(Role.MODERATOR)
def new_pilot(request: AuthenticatedRequest, version: int, test_bed: int) -> HttpResponse:
    waiting = waiting_version(request, version)
    place = get_object_or_404(TestBed.objects.in_care_of(request.user), pk=test_bed)
    form = PilotAndConsentForm(
        place,
        request.POST if request.method == "POST" else kept_post(request),
        initial=first_guess(waiting, place) | usual_consent(),
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        consent = form.words(Purpose.PARTICIPATION)
        assert consent is not None
        try:
            pilot = make_pilot(
                waiting,
                test_bed=place,
                consent=consent,
                sensitive=form.words(Purpose.SENSITIVE),
                monitoring=form.words(Purpose.MONITORING),
                keeps_answers=form.cleaned_data["keeps_answers"],
                at=timezone.now(),
                **{name: form.cleaned_data[name] for name in PilotForm.Meta.fields},
            )
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The pilot is prepared. Nobody sees it yet except staff and the host."))
            return redirect("pilots:detail", slug=pilot.slug)
    page = {"version": waiting, "test_bed": place, "form": form, "refusal": refusal, "steps": steps_at(3)}
    return render(request, "pilots/staff/pilot.html", page, status=status_of(refusal))


def first_guess(version: ServiceVersion, place: TestBed) -> dict[str, Any]:
    """What the proposal and the version before say already, so that staff correct rather than type."""
    service, proposal = version.service, version.service.proposal
    before = Pilot.objects.filter(version__service=service).order_by("-version__number").first()
    if before is not None:
        guess = model_to_dict(before, fields=PilotForm.Meta.fields)
        del guess["starts_on"], guess["ends_on"]
        return guess | {"capacity": min(before.capacity, place.capacity)}
    guess = {"title_ko": service.name_ko, "title_en": service.name_en, "capacity": place.capacity}
    if proposal is not None:
        for language in ("ko", "en"):
            guess[f"purpose_{language}"] = getattr(proposal, f"problem_{language}")[:1500]
            guess[f"expected_{language}"] = getattr(proposal, f"success_{language}")[:1500]
    return guess


@keep_posted(PilotAndConsentForm)
@role_required(Role.MODERATOR)
def edit(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    pilot = get_object_or_404(Pilot.objects.in_care_of(request.user).select_related("test_bed"), slug=slug)
    form = PilotAndConsentForm(
        pilot.test_bed,
        request.POST if request.method == "POST" else kept_post(request),
        initial=model_to_dict(pilot, fields=PilotForm.Meta.fields) | consent_of(pilot),
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            change_pilot(
                pilot,
                test_bed=pilot.test_bed,
                **{name: form.cleaned_data[name] for name in PilotForm.Meta.fields},
            )
            keep_consent(pilot, form)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Your changes are saved."))
            return redirect("pilots:detail", slug=slug)
    page = {"pilot": pilot, "test_bed": pilot.test_bed, "form": form, "refusal": refusal}
    return render(request, "pilots/staff/pilot.html", page, status=status_of(refusal))


def keep_consent(pilot: Pilot, form: ConsentForm) -> None:
    """New versions of the texts whose words are new."""
    for purpose in Purpose:
        words = form.words(purpose)
        if words:
            change_consent_text(
                pilot,
                purpose=purpose,
                words=words,
                keeps_answers=form.cleaned_data["keeps_answers"],
                at=timezone.now(),
            )
        elif pilot.stage == Pilot.Stage.PLANNED:
            stop_asking(pilot, purpose=purpose)


@keep_posted(ConsentTextsForm)
@role_required(Role.MODERATOR)
def consent(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """The words of a running pilot: a new version for whoever joins from now on."""
    pilot = get_object_or_404(Pilot.objects.in_care_of(request.user), slug=slug)
    posted = request.POST if request.method == "POST" else kept_post(request)
    form = ConsentTextsForm(posted, initial=consent_of(pilot))
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            keep_consent(pilot, form)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The new words hold for whoever joins from now on."))
            return redirect("pilots:detail", slug=slug)
    page = {"pilot": pilot, "form": form, "refusal": refusal, "history": pilot.consent_texts.all()}
    return render(request, "pilots/staff/consent.html", page, status=status_of(refusal))


@role_required(Role.MODERATOR)
def announce(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    pilot = get_object_or_404(
        Pilot.objects.in_care_of(request.user).select_related(*PARTS, "version__service__proposal", "survey"), slug=slug
    )
    refusal = None
    if request.method == "POST":
        try:
            announce_pilot(pilot, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The pilot is announced. Who stood behind the proposal has been told."))
            return redirect("pilots:detail", slug=slug)
    page = {"pilot": pilot, "refusal": refusal, "waves": waves_of(pilot)}
    return render(request, "pilots/staff/announce.html", page, status=status_of(refusal))


@role_required(Role.MODERATOR)
def end(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    pilot = get_object_or_404(Pilot.objects.in_care_of(request.user), slug=slug)
    refusal = None
    if request.method == "POST":
        try:
            end_pilot(pilot, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The pilot has ended. Everyone who took part has been told."))
            return redirect("pilots:detail", slug=slug)
    page = {"pilot": pilot, "refusal": refusal}
    return render(request, "pilots/staff/end.html", page, status=status_of(refusal))


@role_required(Role.MODERATOR, Role.EVALUATOR)
def people(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Who takes part, in counts alone; answers are nowhere near."""
    pilot = get_object_or_404(Pilot.objects.in_areas_of(request.user, Role.MODERATOR, Role.EVALUATOR), slug=slug)
    enrolments = pilot.enrolments.order_by()
    areas = {area.pk: area.name for area in Area.objects.filter(pk__in=enrolments.values("area"))}
    reasons = enrolments.filter(state=Enrolment.State.LEFT).values_list("leave_reason").annotate(n=Count("pk"))
    told = dict(reasons)
    if told:
        about = f"pilot {pilot.slug}"
        record_access(request.user, AccessRecord.Action.REASONS_READ, about=about, count=sum(told.values()))
    page = {
        "pilot": pilot,
        "left": sum(told.values()),
        "tables": [
            {"caption": _("By age group"), "rows": counted(pilot, "age_band", dict(AgeBand.choices))},
            {"caption": _("By sex"), "rows": counted(pilot, "sex", dict(Sex.choices))},
            {"caption": _("By area"), "rows": counted(pilot, "area", areas)},
        ],
        "reasons": [
            {"label": label, "n": told[reason]}
            for reason, label in [*Enrolment.LeaveReason.choices, ("", _("not told"))]
            if told.get(reason)
        ],
    }
    return render(request, "pilots/staff/people.html", page)


def counted(pilot: Pilot, by: str, labels: dict[Any, Any]) -> list[dict[str, Any]]:
    """Rows of one table: who takes part and who waits, by one thing people told."""
    rows = (
        pilot.enrolments.order_by()
        .values_list(by)
        .annotate(joined=Count("pk", filter=Q(state="joined")), waiting=Count("pk", filter=Q(state="waiting")))
    )
    found = {value: (joined, waiting) for value, joined, waiting in rows}
    return [
        {"label": label, "joined": found[value][0], "waiting": found[value][1]}
        for value, label in [*labels.items(), (None, _("not told"))]
        if value in found
    ]


@role_required(Role.MODERATOR)
def contacts(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Names, only for getting in touch with people and for preparing the help they need."""
    pilot = get_object_or_404(Pilot.objects.in_care_of(request.user), slug=slug)
    rows = (
        pilot.enrolments.exclude(state=Enrolment.State.LEFT)
        .filter(person__isnull=False)
        .select_related("person")
        .order_by("state", "asked_at", "pk")
    )
    page = Paginator(rows, CONTACTS_PER_PAGE).get_page(request.GET.get("page"))
    about = f"pilot {pilot.slug}"
    record_access(request.user, AccessRecord.Action.CONTACTS_SEEN, about=about, count=len(page.object_list))
    gone = not page.object_list and pilot.enrolments.filter(contact_deleted_at__isnull=False).exists()
    return render(request, "pilots/staff/contacts.html", {"pilot": pilot, "page": page, "gone": gone})
