"""Reports of the demonstration: drafted and published as evaluators do it, so that newcomers find some to read."""

from datetime import timedelta

from django.conf import settings

from livinglab.web.demonstration.city import City, content
from surveys.actions.closing import work_out_next
from surveys.actions.reports import make_next_report, order_report, publish_report, write_notes
from surveys.models import ReportOrder, Wave

LATER = timedelta(days=2)


def publish_reports(city: City) -> None:
    """Where the fonts of reports have been fetched; a machine without them has no reports yet."""
    while work_out_next(at=city.now):
        pass
    if not settings.REPORT_FONTS.is_dir():
        return
    for slug, words in content("reports").items():
        waves = Wave.objects.closed().filter(survey__pilot__slug=slug).select_related("snapshot")
        wave = waves.filter(number=words["wave"]).first() if "wave" in words else waves.order_by("number").last()
        if wave is None:
            continue
        at = min(city.now, wave.snapshot.frozen_at + LATER)
        write_notes(
            wave.snapshot,
            by=city.evaluator,
            at=at,
            foreword_ko=words["foreword"]["ko"].strip(),
            foreword_en=words["foreword"]["en"].strip(),
            limits_ko=words["limits"]["ko"],
            limits_en=words["limits"]["en"],
            srl_before=words["srl"][0],
            srl_after=words["srl"][1],
            trl_before=words["trl"][0],
            trl_after=words["trl"][1],
        )
        order = order_report(wave.snapshot, language="both", by=city.evaluator, at=at)
        if make_next_report():
            publish_report(ReportOrder.objects.get(pk=order.pk), by=city.evaluator, at=at)
