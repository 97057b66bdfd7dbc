"""Files of a closed wave: asking, waiting, agreeing, taking, and the record of it all."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.roles import Role, role_required
from livinglab.errors import Refused, status_of
from surveys.actions.exports import (
    EXPORTS,
    cancel_export,
    confirm_export,
    decline_export,
    recipe_taken,
    request_export,
    take_export,
    try_export_again,
)
from surveys.exports.forms import ExportForm
from surveys.models import Export, ExportDownload, Wave

ON_A_PAGE = 20
AT_WORK = (Export.Stage.WAITING, Export.Stage.MAKING)
PEOPLE = ("requested_by", "confirmed_by", "ended_by")


@keep_posted(ExportForm)
@role_required(Role.EVALUATOR)
def exports(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """A form to ask for a file, and every file of the wave that anybody asked for, newest first."""
    waves = Wave.objects.of_evaluator(request.user).closed().select_related("survey__pilot")
    wave = get_object_or_404(waves, pk=pk)
    form = ExportForm(request.POST if request.method == "POST" else kept_post(request), taken=recipe_taken(wave))
    refusal: Refused | None = None
    if request.method == "POST" and form.is_valid():
        try:
            export = request_export(wave, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _told(export))
            return redirect("surveys:exports", pk=pk)
    page = Paginator(_listed(wave.exports.all()), ON_A_PAGE).get_page(request.GET.get("page"))
    failed = [export.pk for export in page if export.stage == Export.Stage.FAILED]
    context = {
        "wave": wave,
        "survey": wave.survey,
        "form": form,
        "refusal": refusal,
        "page_obj": page,
        "rows": [_row(export) for export in page],
        "dead": set(EXPORTS.dead().filter(pk__in=failed).values_list("pk", flat=True)) if failed else set(),
        # Whoever waits for a second person does not watch the page.
        "waiting": any(export.stage in AT_WORK for export in page),
    }
    template = "surveys/exports/_list.html" if request.htmx else "surveys/exports/exports.html"
    return render(request, template, context, status=status_of(refusal))


def _told(export: Export) -> str:
    if export.stage == Export.Stage.TO_CONFIRM:
        return _("The other evaluators and the administrators are asked to agree. You hear when the file is ready.")
    return _("The file is being made. You can leave this page; you hear when it is ready.")


def _listed(exports: QuerySet[Export]) -> QuerySet[Export]:
    downloads = ExportDownload.objects.select_related("by")
    return exports.select_related(*PEOPLE).prefetch_related(Prefetch("downloads", queryset=downloads))


def _row(export: Export) -> dict[str, object]:
    return {
        "export": export,
        "error": EXPORTS.error_in_words(export),
        "progress_id": f"progress-{export.pk}",
    }


def reachable(request: AuthenticatedRequest) -> QuerySet[Export]:
    """Files of the surveys she evaluates; an administrator also finds full files, to agree to them."""
    mine = Export.objects.filter(wave__in=Wave.objects.of_evaluator(request.user))
    if request.user.has_role(Role.ADMINISTRATOR):
        mine |= Export.objects.filter(level=Export.Level.FULL)
    return mine.select_related("wave__survey__pilot")


@role_required(Role.EVALUATOR, Role.ADMINISTRATOR)
def export(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """One file: who wants it and why, for whoever is to agree."""
    found = get_object_or_404(_listed(reachable(request)), pk=pk)
    context = {
        "export": found,
        "row": _row(found),
        "wave": found.wave,
        "survey": found.wave.survey,
        "own": found.requested_by_id == request.user.pk,
        "to_confirm": found.stage == Export.Stage.TO_CONFIRM,
    }
    return render(request, "surveys/exports/export.html", context)


@role_required(Role.EVALUATOR, Role.ADMINISTRATOR)
@require_POST
def confirm(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(reachable(request), pk=pk)
    confirm_export(found, by=request.user, at=timezone.now())
    messages.success(request, _("You have agreed. The file is being made."))
    return redirect("surveys:export", pk=pk)


@role_required(Role.EVALUATOR, Role.ADMINISTRATOR)
@require_POST
def decline(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(reachable(request), pk=pk)
    decline_export(found, by=request.user, at=timezone.now())
    messages.success(request, _("You have declined. No file is made."))
    return redirect("surveys:export", pk=pk)


def _of_evaluator(request: AuthenticatedRequest, pk: int) -> Export:
    found = Export.objects.filter(wave__in=Wave.objects.of_evaluator(request.user)).select_related("wave")
    return get_object_or_404(found, pk=pk)


@role_required(Role.EVALUATOR)
@require_POST
def cancel(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _of_evaluator(request, pk)
    cancel_export(found, by=request.user, at=timezone.now())
    messages.success(request, _("Cancelled. No file is made."))
    return redirect("surveys:exports", pk=found.wave_id)


@role_required(Role.EVALUATOR)
@require_POST
def try_again(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Have a file made that was given up."""
    found = _of_evaluator(request, pk)
    try_export_again(found)
    messages.success(request, _("The file is being made. You can leave this page; you hear when it is ready."))
    return redirect("surveys:exports", pk=found.wave_id)


@role_required(Role.EVALUATOR)
@require_POST
def download(request: AuthenticatedRequest, pk: int) -> FileResponse:
    """A form and no link: taking a file writes a row."""
    found = _of_evaluator(request, pk)
    path = take_export(found, by=request.user, at=timezone.now())
    response = FileResponse(open(path, "rb"), as_attachment=True, filename=path.name)  # noqa: SIM115  # it closes it
    response["Cache-Control"] = "no-store"
    return response
