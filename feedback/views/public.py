"""What everybody may read: what was decided, on what grounds, and what changed because of whom."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.actions.decide import in_care_of, needs_reason, waiting_verdicts
from feedback.models import Change, Decision
from feedback.models.decision import DecisionQuerySet
from feedback.sources import source_of
from livinglab.accounts.roles import Role
from proposals.models import Comment
from surveys.metrics.release import Audience, release
from surveys.models import Report
from surveys.views.showing import verdict_context

PER_PAGE = 12
PARTS = (
    "pilot__version__service",
    "verdict__registration",
    "verdict__snapshot__wave__survey__instrument",
    "verdict__snapshot__wave__survey__use_level",
    "verdict__snapshot__wave__survey__comprehension",
    "verdict__snapshot__wave__survey__pilot__version__service",
)
# Large, and not for the public.
UNREAD = ("verdict__snapshot__state", "verdict__snapshot__results", "verdict__registration__document")


def with_grounds() -> DecisionQuerySet:
    """Decisions with all that is told of their verdict, in one query."""
    return Decision.objects.select_related(*PARTS).defer(*UNREAD)


@require_safe
def decisions(request: HttpRequest) -> HttpResponse:
    """Newest first, all or of one kind."""
    published = Decision.objects.published()
    counts = dict(published.order_by().values_list("kind").annotate(n=Count("pk")))
    kind = request.GET.get("kind", "")
    kind = kind if kind in Decision.Kind.values else ""
    here = reverse("feedback:list")
    tabs = [{"label": _("All"), "url": here, "current": not kind, "count": sum(counts.values())}]
    tabs += [
        {"label": each.label, "url": f"{here}?kind={each}", "current": kind == each, "count": counts.get(each, 0)}
        for each in Decision.Kind
    ]
    rows = with_grounds().published().annotate(change_count=Count("changes")).order_by("-published_at", "-pk")
    paginator = Paginator(rows.filter(kind=kind) if kind else rows, PER_PAGE)
    # Counted above, by kind.
    paginator.__dict__["count"] = counts.get(kind, 0) if kind else sum(counts.values())
    page = paginator.get_page(request.GET.get("page"))
    waiting = 0
    if request.user.is_authenticated and request.user.has_role(Role.MODERATOR, Role.ADMINISTRATOR):
        waiting = in_care_of(request.user, waiting_verdicts()).count()
    context = {
        "page": page,
        "rows": [(decision, release(decision.verdict.snapshot, Audience.PUBLIC)["verdict"]) for decision in page],
        "tabs": tabs,
        "kind": kind,
        "waiting": waiting,
    }
    return render(request, "feedback/list.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    decision = get_object_or_404(with_grounds().filter(pk__in=Decision.objects.visible_to(request.user)), pk=pk)
    if decision.published_at is None:
        return redirect("feedback:preview", pk=pk)
    return render(request, "feedback/detail.html", facts_of(decision))


def facts_of(decision: Decision) -> dict[str, Any]:
    """What the page of a decision tells, from the figures everybody may read."""
    wave = decision.verdict.snapshot.wave
    figures = release(decision.verdict.snapshot, Audience.PUBLIC)
    changes = decision.changes.select_related("direction").prefetch_related(
        Prefetch("comment", Comment.objects.with_authors())
    )
    return {
        "decision": decision,
        "wave": wave,
        "pilot": decision.pilot,
        "service": decision.pilot.version.service,
        "changes": [(change, source_of(change, wave, figures)) for change in changes],
        "otherwise": needs_reason(decision.verdict, decision.kind),
        "has_report": Report.objects.filter(snapshot=decision.verdict.snapshot_id).exists(),
        **verdict_context(figures, wave.survey),
    }


def latest_decisions(number: int) -> "QuerySet[Decision]":
    """The newest decisions with what changed, for a page that leads to them: two queries."""
    changes = Prefetch("changes", Change.objects.order_by("order"))
    newest = Decision.objects.published().order_by("-published_at", "-pk")
    return newest.select_related("pilot__version__service", "verdict").prefetch_related(changes)[:number]
