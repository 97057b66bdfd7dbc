"""The evaluator's desk: her pilots, what needs doing, each wave while it is open and after."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.roles import Role, role_required
from livinglab.bilingual import active_language
from livinglab.errors import Refused, status_of
from pilots.models import Pilot
from surveys.actions.closing import queue_again
from surveys.actions.separation import why_not_sign
from surveys.actions.sign import sign_verdict
from surveys.actions.waves import cancel_wave, close_wave, open_wave
from surveys.errors import NotALook
from surveys.figure_keys import links_of
from surveys.forms import CancelForm
from surveys.metrics.closing import released_work
from surveys.metrics.figures import Plain
from surveys.metrics.layouts import registration_of
from surveys.metrics.release import Audience, live_desk, release
from surveys.metrics.snapshots import registered_look
from surveys.models import Alarm, CountingIncident, Snapshot, Survey, Verdict, VerdictSignature, Wave
from surveys.views.showing import (
    closing_context,
    interval_row,
    item_groups,
    people_tables,
    results_context,
    verdict_context,
)
from surveys.words import area_names

PARTS = (
    "survey__pilot__version__service",
    "survey__instrument",
    "survey__use_level",
    "survey__comprehension",
    "survey__registration",
    "question_set",
)
# Long texts that a page of an open wave reads only when its counts have changed.
LATER = (
    "survey__instrument__document",
    "survey__use_level__document",
    "survey__comprehension__document",
    "question_set__questions",
    "layout",
)


@role_required(Role.EVALUATOR)
def desk(request: AuthenticatedRequest) -> HttpResponse:
    """Her pilots with their waves, and pilots that nobody has planned a survey for."""
    waves = Wave.objects.order_by("number").annotate(
        invited=Count("invitations", distinct=True),
        answered=Count("responses", filter=Q(responses__submitted_at__isnull=False), distinct=True),
    )
    waves = waves.select_related("snapshot").defer("snapshot__state", "snapshot__results", "snapshot__released")
    surveys = (
        Survey.objects.of_evaluator(request.user)
        .select_related("pilot__version__service", "registration")
        .prefetch_related(Prefetch("waves", queryset=waves))
        .order_by("-pilot__starts_on", "-pk")
    )
    page = Paginator(surveys, 20).get_page(request.GET.get("page"))
    without = (
        Pilot.objects.in_areas_of(request.user, Role.EVALUATOR)
        .filter(survey__isnull=True, imported=False)
        .exclude(stage=Pilot.Stage.ENDED)
        .select_related("version__service")[:20]
    )
    rows = [
        {
            "survey": survey,
            "todo": todo_of(survey),
            "to_come": any(wave.stage == Wave.Stage.PLANNED for wave in survey.waves.all()),
        }
        for survey in page
    ]
    alarms = (
        Alarm.objects.of_evaluator(request.user)
        .open()
        .select_related("snapshot__wave__survey__pilot")
        .defer("snapshot__state", "snapshot__results", "snapshot__released")
    )
    context = {"page_obj": page, "rows": rows, "without": without, "alarms": alarms}
    return render(request, "surveys/desk.html", context)


def todo_of(survey: Survey) -> str:
    """The next thing to do for a pilot; empty where there is none."""
    at = timezone.now()
    waves = list(survey.waves.all())
    if survey.pilot.imported:
        return ""
    if registration_of(survey) is None:
        if any(wave.stage == Wave.Stage.PLANNED and wave.opens_at <= at for wave in waves):
            return _("A wave is due to open and waits for the rule. Register it now.")
        return _("Register the rule before the first wave opens.")
    if any(wave.stage == Wave.Stage.PLANNED and wave.closes_at <= at for wave in waves):
        return _("The time of a wave has passed without its opening. Give it new dates or cancel it.")
    if survey.pilot.stage == Pilot.Stage.PLANNED:
        return _("The pilot has to be announced before its waves can open.")
    return ""


def wave_of(request: AuthenticatedRequest, pk: int) -> Wave:
    """A wave of a pilot she evaluates; for everybody else there is none."""
    incidents = CountingIncident.objects.filter(wave=OuterRef("pk"), resolved_at=None)
    waves = Wave.objects.of_evaluator(request.user).annotate(miscounted=Exists(incidents))
    return get_object_or_404(waves.select_related(*PARTS).defer(*LATER), pk=pk)


@role_required(Role.EVALUATOR)
def wave(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = wave_of(request, pk)
    context: dict[str, Any] = {"wave": found, "survey": found.survey, "registration": registration_of(found.survey)}
    if found.stage == Wave.Stage.CLOSED:
        snapshot = Snapshot.objects.select_related("verdict__registration").get(wave=found)
        figures = release(snapshot, Audience.DESK)
        context |= results_context(found, figures, area_names())
        context |= closing_context(found.survey, released_work(found, Audience.DESK))
        context |= {"again": links_of(found.survey, figures), "snapshot": snapshot}
        context["may_work_out_again"] = found.answers_deleted_at is None
        return render(request, "surveys/wave_closed.html", context)
    if found.stage == Wave.Stage.OPEN:
        return render(request, "surveys/wave_open.html", context | live_context(found))
    return render(request, "surveys/wave_planned.html", context | {"now": timezone.now()})


@role_required(Role.EVALUATOR)
def wave_live(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The part of an open wave that changes, asked for every 15 seconds."""
    found = wave_of(request, pk)
    if found.stage != Wave.Stage.OPEN:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "surveys/_wave_live.html", {"wave": found, "survey": found.survey} | live_context(found))


def live_context(wave: Wave) -> dict[str, object]:
    live = live_desk(wave)
    minute = timezone.now().replace(second=0, microsecond=0)
    return {
        "live": live,
        "participation": interval_row(_("answered, of those invited"), live["participation"]),
        "look": wave.look,
        "tables": drawn_tables(Drawn(wave.pk, live["version"], active_language(), minute, wave, live)),
    }


@dataclass(frozen=True)
class Drawn:
    """What the tables of an open wave show: the same counts in the same language; names may be a minute old."""

    wave_id: int
    version: tuple[bytes, str]
    language: str
    minute: datetime
    wave: Wave = field(compare=False)
    live: Plain = field(compare=False)


@lru_cache(maxsize=64)
def drawn_tables(drawn: Drawn) -> SafeString:
    """Drawn once for everybody who looks: most of the work of this page."""
    context = {
        "people": people_tables(drawn.live, area_names()),
        "item_groups": item_groups(drawn.wave.survey, drawn.live),
    }
    return render_to_string("surveys/_wave_tables.html", context)


@role_required(Role.EVALUATOR)
def verdict(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """What the registered rule said, with every code explained; or why it says nothing."""
    found = wave_of(request, pk)
    context: dict[str, Any] = {"wave": found, "survey": found.survey, "registration": registration_of(found.survey)}
    snapshot = Snapshot.objects.select_related("verdict__registration").filter(wave=found).first()
    try:
        registered_look(found)
    except NotALook as refused:
        context["why_no_verdict"] = refused
    if snapshot is not None:
        figures = release(snapshot, Audience.DESK)
        context |= {"figures": figures, **verdict_context(figures, found.survey)}
        context |= closing_context(found.survey, released_work(found, Audience.DESK))
        signatures = list(VerdictSignature.objects.filter(verdict__snapshot=snapshot).select_related("by"))
        context["signatures"] = signatures
        links = links_of(found.survey, figures)
        context["again"] = {"verdict": [*links["accept"][:1], *links.get("groups", [])]}
        context["why_not_sign"] = why_not_sign(found.survey, request.user)
        context["signed_by_her"] = any(signature.by_id == request.user.pk for signature in signatures)
    return render(request, "surveys/verdict.html", context)


@require_POST
@role_required(Role.EVALUATOR)
def sign(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Her signature under a verdict that follows from the frozen counts."""
    found = wave_of(request, pk)
    signed = get_object_or_404(
        Verdict.objects.select_related("registration__survey", "snapshot__wave__survey"), snapshot__wave=found
    )
    sign_verdict(signed, by=request.user, at=timezone.now())
    messages.success(request, _("You have signed that the verdict was computed as registered."))
    return redirect("surveys:verdict", pk=pk)


@require_POST
@role_required(Role.EVALUATOR)
def open_now(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = wave_of(request, pk)
    open_wave(found, at=timezone.now())
    messages.success(request, _("The wave is open, and everybody who takes part is being invited."))
    return redirect("surveys:wave", pk=pk)


@require_POST
@role_required(Role.EVALUATOR)
def close_now(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = wave_of(request, pk)
    close_wave(found, at=timezone.now())
    messages.success(request, _("The wave is closed and its figures are frozen."))
    return redirect("surveys:wave", pk=pk)


@require_POST
@role_required(Role.EVALUATOR)
def work_out_again(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Have worked out again what was given up after the close."""
    found = wave_of(request, pk)
    if found.stage != Wave.Stage.CLOSED:
        raise Http404
    queue_again(found, at=timezone.now())
    messages.success(request, _("It is being worked out again; reload the page in a minute."))
    return redirect("surveys:wave", pk=pk)


@keep_posted(CancelForm)
@role_required(Role.EVALUATOR)
def cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = wave_of(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else kept_post(request))
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            cancel_wave(found, reason=form.cleaned_data["reason"], at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The wave is cancelled."))
            return redirect("surveys:wave", pk=pk)
    context = {"wave": found, "survey": found.survey, "form": form, "refusal": refusal}
    return render(request, "surveys/cancel.html", context, status=status_of(refusal))
