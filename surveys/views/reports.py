"""Published reports, for everybody: the page, the PDF and the public pack, each at an address of its own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from surveys.metrics.release import Audience, audience_of
from surveys.models import Report, Wave
from surveys.reports.lines import page_of


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The published reports of a wave, newest first."""
    wave = get_object_or_404(
        Wave.objects.visible_to(request.user)
        .closed()
        .select_related("snapshot", "survey__pilot")
        .prefetch_related("survey__evaluators"),
        pk=pk,
    )
    reports = Report.objects.filter(snapshot=wave.snapshot).without_files().prefetch_related("corrections")
    context = {
        "wave": wave,
        "reports": reports,
        "evaluates": audience_of(request.user, wave.survey) == Audience.DESK,
    }
    return render(request, "surveys/reports/report.html", context)


@require_safe
def published(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = get_object_or_404(
        Report.objects.visible_to(request.user)
        .defer("pdf", "pack")
        .select_related("snapshot__wave__survey__pilot")
        .prefetch_related("corrections"),
        snapshot__wave=pk,
        number=number,
    )
    context = {"report": found, "wave": found.snapshot.wave, **shown(found.contents)}
    return render(request, "surveys/reports/published.html", context)


@require_safe
def published_pdf(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    return _file(request, pk, number, "pdf", "application/pdf")


@require_safe
def published_pack(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    return _file(request, pk, number, "pack", "application/zip")


def _file(request: HttpRequest, pk: int, number: int, kind: str, content_type: str) -> HttpResponse:
    reports = Report.objects.visible_to(request.user).only(kind, "number", "language", "snapshot__wave__number")
    found = get_object_or_404(
        reports.select_related("snapshot__wave").only(
            kind, "number", "language", "snapshot__wave__number", "snapshot__wave__survey"
        ),
        snapshot__wave=pk,
        number=number,
    )
    ending = "pdf" if kind == "pdf" else "zip"
    name = f"report-{found.snapshot.wave.number}-{found.number}-{found.language}.{ending}"
    place = "inline" if kind == "pdf" else "attachment"
    return HttpResponse(
        bytes(getattr(found, kind)),
        content_type=content_type,
        headers={"Content-Disposition": f'{place}; filename="{name}"'},
    )


def shown(contents: dict[str, Any]) -> dict[str, Any]:
    """The parts of a report for its page: what the PDF holds, with the same addresses; charts as they were drawn."""
    return {
        "parts": [
            page_of(
                part["report"],
                {
                    f"{name}.svg": {"svg": drawing(svg), "narrow": drawing(part.get("narrow", {}).get(name, ""))}
                    for name, svg in part["charts"].items()
                },
                first=place == 0,
            )
            for place, part in enumerate(contents["parts"])
        ]
    }


def drawing(svg: str) -> SafeString:
    """A chart of ours inside a page; its words stand beside it, so that nobody has to listen to its lines."""
    # Drawn by our own task from released numbers; whatever people wrote in it was escaped when it was drawn.
    return mark_safe(svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S308
