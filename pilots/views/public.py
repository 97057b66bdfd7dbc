"""What everybody may read: which pilots there are, one of them, and how a service grew."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from livinglab.accounts.contact import contact_point_of
from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from pilots.models import Enrolment, Pilot, Service, ServiceVersion

PER_PAGE = 12
PARTS = ("version__service__field", "test_bed__area", "test_bed__host")


def pilots(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    visible = Pilot.objects.visible_to(request.user)
    parts = {
        "open": (_("Open to join"), visible.open_for_joining_on(today)),
        "running": (_("Running now"), visible.running_on(today)),
        "ended": (
            _("Ended"),
            visible.filter(Q(stage=Pilot.Stage.ENDED) | Q(stage=Pilot.Stage.OPEN, ends_on__lt=today)),
        ),
    }
    if may_prepare(request.user):
        parts["planned"] = (_("Being prepared"), visible.filter(stage=Pilot.Stage.PLANNED))
    shown = request.GET.get("show", "open")
    shown = shown if shown in parts else "open"
    counts = visible.aggregate(
        **{part: Count("pk", filter=Q(pk__in=rows.values("pk"))) for part, (_label, rows) in parts.items()}
    )
    tabs = [
        {"label": label, "url": f"?show={part}", "current": part == shown, "count": counts[part]}
        for part, (label, _rows) in parts.items()
    ]
    rows = parts[shown][1].with_card_facts().order_by("-starts_on", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "pilots/list.html", {"page": page, "tabs": tabs, "shown": shown})


def detail(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_object_or_404(
        Pilot.objects.visible_to(request.user).select_related(
            *PARTS, "version__service__proposal", "survey__registration"
        ),
        slug=slug,
    )
    return render(request, "pilots/detail.html", facts_of(pilot, request.user))


def facts_of(pilot: Pilot, person: Person | AnonymousUser) -> dict[str, Any]:
    """What the page of a pilot tells this reader."""
    today = timezone.localdate()
    waves = waves_of(pilot)
    open_waves = [wave for wave in waves if wave.stage == "open"]
    mine = None
    if person.is_authenticated:
        mine = Enrolment.objects.of_person(person).filter(pilot=pilot).select_related("pilot").first()
    others = Pilot.objects.visible_to(person).filter(version__service=pilot.version.service_id).exclude(pk=pilot.pk)
    return {
        "pilot": pilot,
        "service": pilot.version.service,
        "texts": pilot.current_consent_texts(),
        "waves": waves,
        "open_waves": open_waves,
        "to_answer": [wave for wave in open_waves if mine and wave.asked().contains(mine)],
        "mine": mine,
        "takes_people": pilot.is_open_for_joining_on(today),
        "past_its_day": pilot.is_past_its_day_on(today),
        "places_left": max(pilot.capacity - pilot.joined_total, 0),
        "registration": getattr(getattr(pilot, "survey", None), "registration", None),
        "others": others.select_related("version").order_by("version__number"),
        "history": history_of(pilot, waves, today),
        "pilot_contact": contact_point_of(pilot.test_bed.area, phone=pilot.contact_phone),
        "may_prepare": may_run(person, pilot),
        "may_count": may_count(person, pilot),
    }


def waves_of(pilot: Pilot) -> list[Any]:
    """The waves that were planned downstream, if a survey was."""
    survey = getattr(pilot, "survey", None)
    return [wave for wave in survey.waves.all() if wave.stage != "cancelled"] if survey else []


def history_of(pilot: Pilot, waves: Sequence[Any], today: date) -> list[dict[str, Any]]:
    """From the announcement to the end, what was and what comes."""
    over = pilot.stage == Pilot.Stage.ENDED
    steps: list[tuple[str, date | None, bool]] = [
        (_("Announced"), day_of(pilot.announced_at), pilot.announced_at is not None),
        (_("The trial begins"), pilot.starts_on, pilot.stage != Pilot.Stage.PLANNED and pilot.starts_on <= today),
        *[
            (_("Survey %(n)d opens") % {"n": wave.number}, day_of(wave.opens_at), wave.stage in ("open", "closed"))
            for wave in waves
        ],
        (
            _("The trial ended by itself") if pilot.ended_by_itself else _("The trial ends"),
            day_of(pilot.ended_at) or pilot.ends_on,
            over,
        ),
    ]
    steps.sort(key=lambda step: step[1] or date.min)
    return [{"label": label, "at": at, "state": "done" if done else "todo"} for label, at, done in steps]


def day_of(at: datetime | None) -> date | None:
    return timezone.localdate(at) if at else None


def may_prepare(person: Person | AnonymousUser) -> bool:
    """Moderators prepare, announce and end pilots, and are the ones who contact people."""
    return person.is_authenticated and person.has_role(Role.MODERATOR)


def may_run(person: Person | AnonymousUser, pilot: Pilot) -> bool:
    """Those of an office do so in its areas alone."""
    return person.is_authenticated and person.is_in_charge_of(pilot.test_bed.area_id, Role.MODERATOR)


def may_count(person: Person | AnonymousUser, pilot: Pilot) -> bool:
    """Evaluators see who takes part in counts, as moderators do."""
    return person.is_authenticated and person.is_in_charge_of(pilot.test_bed.area_id, Role.MODERATOR, Role.EVALUATOR)


def service(request: HttpRequest, slug: str) -> HttpResponse:
    """How a service grew: each version, what it changed and because of whom."""
    visible = Pilot.objects.visible_to(request.user).select_related("test_bed").prefetch_related("decisions__changes")
    service = get_object_or_404(
        Service.objects.visible_to(request.user)
        .select_related("field", "proposal__author")
        .prefetch_related(
            Prefetch("versions", ServiceVersion.objects.order_by("-number")),
            Prefetch("versions__pilot", visible),
        ),
        slug=slug,
    )
    return render(request, "pilots/service.html", {"service": service, "proposal_url": proposal_url_of(service)})


def proposal_url_of(service: Service) -> str:
    return reverse("proposals:detail", args=[service.proposal_id]) if service.proposal_id else ""
