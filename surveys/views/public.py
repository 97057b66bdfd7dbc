"""What everybody may read: the registered rule, and the figures of closed waves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from surveys.amendments import change_in_words
from surveys.metrics.closing import released_work
from surveys.metrics.release import Audience, live_public, release
from surveys.models import Registration, Snapshot, Survey, Wave
from surveys.views.rule_text import rule_in_words
from surveys.views.showing import closing_context, results_context
from surveys.words import area_names

PARTS = (
    "survey__pilot__version__service",
    "survey__instrument",
    "survey__use_level",
    "survey__comprehension",
)


def rule(request: HttpRequest, slug: str) -> HttpResponse:
    """The rule as it was registered, its hash, and every amendment."""
    registration = get_object_or_404(
        Registration.objects.select_related(*PARTS).filter(survey__in=Survey.objects.visible_to(request.user)),
        survey__pilot__slug=slug,
    )
    survey = registration.survey
    context = rule_in_words(survey, registration.document, survey.waves.all()) | {
        "registration": registration,
        "amendments": [
            {"made": amendment, "changes": map(change_in_words, amendment.changes)}
            for amendment in registration.amendments.all()
        ],
    }
    return render(request, "surveys/rule.html", context)


def results(request: HttpRequest, pk: int) -> HttpResponse:
    """Figures of a wave for everybody: none while it is open but how many answered."""
    wave = get_object_or_404(Wave.objects.visible_to(request.user).select_related(*PARTS), pk=pk)
    if wave.stage != Wave.Stage.CLOSED:
        live = live_public(wave) if wave.stage == Wave.Stage.OPEN else None
        return render(request, "surveys/results_to_come.html", {"wave": wave, "live": live})
    snapshot = Snapshot.objects.select_related("verdict__registration").get(wave=wave)
    figures = release(snapshot, Audience.PUBLIC)
    context = results_context(wave, figures, area_names()) | {"wave": wave, "survey": wave.survey}
    context |= closing_context(wave.survey, released_work(wave, Audience.PUBLIC))
    return render(request, "surveys/results.html", context)
