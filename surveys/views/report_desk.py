"""The report at the desk: the evaluator's own words, drafts, publishing, corrections, the pack that stays inside."""

import json
from io import BufferedReader
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from livinglab.accounts.audit import record_access
from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.models import AccessRecord
from livinglab.accounts.roles import Role, role_required
from livinglab.errors import Refused, status_of
from surveys.actions.reports import (
    REPORT_ORDERS,
    correct_report,
    order_report,
    publish_report,
    take_evaluator_pack,
    write_notes,
)
from surveys.actions.separation import why_not_sign
from surveys.models import PackTaken, Report, ReportLanguage, ReportNotes, ReportOrder, Wave
from surveys.report_forms import CorrectionForm, NotesForm, PublishForm, ReasonForm
from surveys.reports.readiness import alarms_until, steps_of
from surveys.views.reports import shown
from surveys.words import open_alarm_in_words


@role_required(Role.EVALUATOR)
@require_safe
def desk(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Everything about the report of one wave; while a draft is made, only how far it is comes again."""
    wave = _wave(request, pk)
    template = "surveys/reports/_orders.html" if request.htmx else "surveys/reports/desk.html"
    return render(request, template, _desk(wave))


def _desk(wave: Wave, reason: ReasonForm | None = None) -> dict[str, object]:
    newest: dict[str, ReportOrder] = {}
    for order in wave.snapshot.report_orders.order_by("ordered_at"):
        newest[order.language] = order
    orders = [
        {
            "language": language.value,
            "name": language.label,
            "progress_id": f"progress-{language.value}",
            "order": newest.get(language.value),
            "error": REPORT_ORDERS.error_in_words(newest[language.value]) if language.value in newest else "",
        }
        for language in ReportLanguage
    ]
    return {
        "wave": wave,
        "orders": orders,
        "waiting": any(order.stage in ReportOrder.UNFINISHED for order in newest.values()),
        "notes": ReportNotes.objects.filter(snapshot=wave.snapshot).first(),
        "reports": Report.objects.filter(snapshot=wave.snapshot).without_files().prefetch_related("corrections"),
        "packs": PackTaken.objects.filter(snapshot=wave.snapshot).select_related("taken_by")[:20],
        "reason": reason or ReasonForm(),
    }


@keep_posted(NotesForm)
@role_required(Role.EVALUATOR)
def notes(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The evaluator's own words. While she types they are kept; nothing is shown to anybody before a draft is made."""
    wave = _wave(request, pk)
    kept = ReportNotes.objects.filter(snapshot=wave.snapshot).first()
    if request.method == "POST":
        form = NotesForm(request.POST, instance=kept)
        if form.is_valid():
            write_notes(wave.snapshot, by=request.user, at=timezone.now(), **form.cleaned_data)
            if request.htmx:
                stored = NotesForm(instance=ReportNotes.objects.get(snapshot=wave.snapshot))
                return render(
                    request, "surveys/reports/_kept.html", {"at": timezone.now(), "seen": stored["seen_texts"]}
                )
            return redirect("surveys:report_desk", pk=wave.pk)
        if request.htmx:
            return render(request, "surveys/reports/_kept.html", {"form": form})
    else:
        form = NotesForm(kept_post(request), instance=kept)
    alarms = alarms_until(wave.snapshot).open()
    context = {
        "wave": wave,
        "form": form,
        "steps": steps_of(wave.snapshot),
        "open_alarm": open_alarm_in_words() if alarms.exists() else "",
    }
    return render(request, "surveys/reports/notes.html", context)


@role_required(Role.EVALUATOR)
@require_POST
def order(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    wave = _wave(request, pk)
    language = request.POST.get("language", "")
    if language in ReportLanguage.values:
        order_report(wave.snapshot, language=language, by=request.user, at=timezone.now())
    return redirect("surveys:report_desk", pk=wave.pk)


@role_required(Role.EVALUATOR)
@require_safe
def draft(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """A draft as a page, for the evaluators of its pilot alone, and marked as one."""
    found = _draft(request, pk)
    contents = json.loads(_opened(found.contents).read())
    context = {"order": found, "wave": found.snapshot.wave, **shown(contents)}
    return render(request, "surveys/reports/draft.html", context)


@role_required(Role.EVALUATOR)
@require_safe
def draft_pdf(request: AuthenticatedRequest, pk: int) -> FileResponse:
    found = _draft(request, pk)
    record_access(request.user, AccessRecord.Action.FILE_TAKEN, about=f"draft {found.pk}")
    return FileResponse(_opened(found.draft), content_type="application/pdf", filename=found.draft)


@role_required(Role.EVALUATOR)
@require_safe
def draft_pack(request: AuthenticatedRequest, pk: int) -> FileResponse:
    found = _draft(request, pk)
    record_access(request.user, AccessRecord.Action.FILE_TAKEN, about=f"draft-pack {found.pk}")
    return FileResponse(_opened(found.pack), content_type="application/zip", as_attachment=True, filename=found.pack)


@keep_posted(PublishForm)
@role_required(Role.EVALUATOR)
def publish(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Ask once more, then publish for good."""
    found = _draft(request, pk)
    wave = found.snapshot.wave
    refusal = None
    form = PublishForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        try:
            report = publish_report(found, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect("surveys:published_report", pk=wave.pk, number=report.number)
    context = {"order": found, "wave": wave, "form": form, "refusal": refusal}
    context["why_not_sign"] = why_not_sign(wave.survey, request.user)
    return render(request, "surveys/reports/publish.html", context, status=status_of(refusal))


@keep_posted(CorrectionForm)
@role_required(Role.EVALUATOR)
def correct(request: AuthenticatedRequest, pk: int, number: int) -> HttpResponse:
    wave = _wave(request, pk)
    report = get_object_or_404(Report.objects.without_files(), snapshot=wave.snapshot, number=number)
    form = CorrectionForm(request.POST if request.method == "POST" else kept_post(request))
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            correct_report(report, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refusal = refused
        else:
            return redirect("surveys:published_report", pk=wave.pk, number=report.number)
    context = {
        "wave": wave,
        "report": report,
        "form": form,
        "refusal": refusal,
        "why_not_sign": why_not_sign(wave.survey, request.user),
    }
    return render(request, "surveys/reports/correct.html", context, status=status_of(refusal))


@keep_posted(ReasonForm)
@role_required(Role.EVALUATOR)
def evaluator_pack(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The pack with the frozen counts, against a reason that is kept."""
    wave = _wave(request, pk)
    form = ReasonForm(request.POST if request.method == "POST" else kept_post(request))
    if request.method == "POST" and form.is_valid():
        pack = take_evaluator_pack(wave.snapshot, by=request.user, at=timezone.now(), why=form.cleaned_data["why"])
        name = f"{wave.survey.pilot.slug}-wave-{wave.number}-evaluator.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return HttpResponse(pack, content_type="application/zip", headers=headers)
    return render(request, "surveys/reports/desk.html", _desk(wave, form))


def _wave(request: AuthenticatedRequest, pk: int) -> Wave:
    waves = Wave.objects.of_evaluator(request.user).closed()
    return get_object_or_404(waves.select_related("snapshot", "survey__pilot"), pk=pk)


def _draft(request: AuthenticatedRequest, pk: int) -> ReportOrder:
    waves = Wave.objects.of_evaluator(request.user)
    orders = ReportOrder.objects.select_related("snapshot__wave__survey__pilot")
    return get_object_or_404(orders, pk=pk, stage=ReportOrder.Stage.READY, snapshot__wave__in=waves)


def _opened(name: str) -> BufferedReader:
    try:
        return open(Path(settings.REPORTS_ROOT) / name, "rb")  # noqa: SIM115  # the response closes it
    except OSError:
        raise Http404(_("The file of this report is not there any more.")) from None
