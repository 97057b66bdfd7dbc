"""The report of a closed wave: evaluators order it, everybody may read it."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.accounts.roles import Role, role_required
from surveys.actions.reports import error_in_words, order_report
from surveys.metrics.release import Audience, audience_of
from surveys.models import ReportOrder, Wave

LANGUAGES = {"ko": "한국어", "en": "English"}
DONE = (ReportOrder.Stage.READY, ReportOrder.Stage.FAILED)


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """In both languages: a report to read, one being made and how far it is, or a button to order it."""
    wave = get_object_or_404(
        Wave.objects.visible_to(request.user)
        .closed()
        .select_related("snapshot", "survey__pilot")
        .prefetch_related("survey__evaluators"),
        pk=pk,
    )
    newest = {order.language: order for order in wave.snapshot.report_orders.order_by("ordered_at")}
    reports = [
        {
            "language": language,
            "name": name,
            "progress_id": f"progress-{language}",
            "order": newest.get(language),
            "error": error_in_words(newest[language]) if language in newest else "",
        }
        for language, name in LANGUAGES.items()
    ]
    context = {
        "wave": wave,
        "reports": reports,
        "may_order": audience_of(request.user, wave.survey) == Audience.DESK,
        "waiting": any(order.stage not in DONE for order in newest.values()),
    }
    template = "surveys/reports/_orders.html" if request.htmx else "surveys/reports/report.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@role_required(Role.EVALUATOR)
@require_POST
def order(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    wave = get_object_or_404(Wave.objects.of_evaluator(request.user).closed().select_related("snapshot"), pk=pk)
    language = request.POST.get("language", "")
    if language in LANGUAGES:
        order_report(wave.snapshot, language=language, by=request.user, at=timezone.now())
    return redirect("surveys:report", pk=wave.pk)


def pdf(request: HttpRequest, pk: int) -> FileResponse:
    found = _ready(request, pk)
    return _file(found.pdf, "application/pdf", as_attachment=False)


def pack(request: HttpRequest, pk: int) -> FileResponse:
    found = _ready(request, pk)
    return _file(found.pack, "application/zip", as_attachment=True)


def _ready(request: HttpRequest, pk: int) -> ReportOrder:
    waves = Wave.objects.visible_to(request.user)
    return get_object_or_404(ReportOrder, pk=pk, stage=ReportOrder.Stage.READY, snapshot__wave__in=waves)


def _file(name: str, content_type: str, *, as_attachment: bool) -> FileResponse:
    try:
        file = open(Path(settings.REPORTS_ROOT) / name, "rb")  # noqa: SIM115  # FileResponse closes it
    except FileNotFoundError:
        raise Http404(_("The file of this report is not there any more.")) from None
    return FileResponse(file, content_type=content_type, as_attachment=as_attachment, filename=name)
