"""Watching a pilot: who came and who left, who is missing while it can be mended, and what changes over the waves."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from livinglab.accounts.audit import record_access
from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.accounts.models import AccessRecord
from livinglab.accounts.roles import Role, role_required
from pilots.models import Enrolment
from surveys import words
from surveys.actions.remind_part import remind_part
from surveys.metrics.cells import UNKNOWN
from surveys.metrics.closing import released_work
from surveys.metrics.disclosure import STEP
from surveys.metrics.figures import Plain
from surveys.metrics.layouts import registration_of
from surveys.metrics.monitoring import monitoring_of
from surveys.metrics.release import Audience, live_desk, release
from surveys.metrics.signals import NOTHING_SEEN, look_through, signs_of
from surveys.metrics.suppression import is_small, rounded
from surveys.models import Alarm, PartReminded, Snapshot, Survey, Tally, Wave
from surveys.stats.figures import SUSPECT_WARNING
from surveys.stats.representativeness import Coverage, coverage
from surveys.views.desk import PARTS
from surveys.views.reading import voices_over_waves
from surveys.views.showing import outcome_row

# Less than this part of what its share of the population would be, and a group counts as missing.
MISSING_BELOW = 0.9
# Age bands that rather answer on paper or with somebody's help than after another mail.
HELPED = ("65-74", "75+")
# More responses than this are not looked through while somebody waits for a page.
MOST_LOOKED_AT = 20_000


def survey_of(request: AuthenticatedRequest, slug: str) -> Survey:
    parts = ("pilot__version__service", "instrument", "use_level", "comprehension", "registration")
    return get_object_or_404(Survey.objects.of_evaluator(request.user).select_related(*parts), pilot__slug=slug)


@role_required(Role.EVALUATOR)
def pilot(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    survey = survey_of(request, slug)
    waves = list(
        survey.waves.select_related("snapshot__verdict__registration")
        .defer("snapshot__state", "snapshot__released")
        .order_by("number")
    )
    for wave in waves:
        wave.survey = survey
    closed = [(wave, release(wave.snapshot, Audience.DESK)) for wave in waves if wave.stage == Wave.Stage.CLOSED]
    running = next((wave for wave in waves if wave.stage == Wave.Stage.OPEN), None)
    live = live_desk(running) if running else None
    recipe = recipe_of(survey)
    told = live or (closed[-1][1] if closed else None)
    parts = parts_missing(told["people"], recipe) if told else []
    people = people_of(survey)
    context = {
        "survey": survey,
        "to_come": any(wave.stage == Wave.Stage.PLANNED for wave in waves),
        "elsewhere": [wave for wave in waves if wave.stage in (Wave.Stage.PLANNED, Wave.Stage.CANCELLED)],
        "closed": bool(closed),
        "running": running,
        "live": live,
        "told": running or (closed[-1][0] if closed else None),
        "flow": flow_of(closed, running, live),
        "people": people,
        "parts": parts,
        "worst": worst_of(parts),
        "reminded": [(entry, reminded_about(entry)) for entry in running.parts_reminded.select_related("by")]
        if running
        else [],
        "accept": accept_over_waves(closed),
        "informed": informed_over_waves(closed),
        "voices": voices_over_waves(survey, [wave for wave, _told in closed]),
        "monitoring": monitoring_shown(closed),
        "alarms": [(alarm, words.charts_in_words(alarm.charts)) for alarm in alarms_of(survey)],
    }
    if people["reasons"]:
        about = f"pilot {survey.pilot.slug}"
        record_access(request.user, AccessRecord.Action.REASONS_READ, about=about, count=people["left"])
    return render(request, "surveys/pilot.html", context)


def recipe_of(survey: Survey) -> Plain | None:
    registration = registration_of(survey)
    return registration.document["weighting"] if registration else None


def flow_of(closed: Sequence[tuple[Wave, Plain]], running: Wave | None, live: Plain | None) -> list[dict[str, Any]]:
    rows = [{"wave": wave, **figures["counts"]} for wave, figures in closed]
    if running is not None and live is not None:
        told = {name: live[name] for name in ("invited", "started", "answered", "counted")}
        rows.append({"wave": running, **told, **dict.fromkeys(("complete", "partial", "broken_off"))})
    return rows


def people_of(survey: Survey) -> dict[str, Any]:
    """Who takes part, who waits, and why others left: counts of enrolments, never joined with an answer."""
    rows = survey.pilot.enrolments.order_by().values("state", "leave_reason").annotate(people=Count("pk"))
    labels = dict(Enrolment.LeaveReason.choices)
    left = [row for row in rows if row["state"] == Enrolment.State.LEFT]
    return {
        "joined": sum(row["people"] for row in rows if row["state"] == Enrolment.State.JOINED),
        "left": sum(row["people"] for row in left),
        "reasons": [
            {"label": labels.get(row["leave_reason"], _("no reason given")), "value": row["people"]}
            for row in sorted(left, key=lambda row: -row["people"])
        ],
    }


def parts_missing(people: Plain, recipe: Plain | None) -> list[Plain]:
    """Each variable with its categories, the worst covered first: of the registered population, or of the invited."""
    areas = words.area_names()
    found = []
    for variable, rows in people.items():
        invited = {row["category"]: row["invited"] for row in rows if row["category"] != UNKNOWN and row["invited"]}
        answered = {row["category"]: row["answered"] for row in rows if row["category"] in invited}
        names = {category: category for category in invited}
        population: dict[str, float] = dict(invited)
        registered = recipe is not None and variable in recipe["variables"]
        if recipe is not None and registered:
            joins = recipe.get("categories", {}).get(variable, {})
            population = dict(recipe["margins"][recipe["variables"].index(variable)])
            names = {category: joins.get(category, category) for category in invited}
        counts: dict[str, int] = dict.fromkeys(population, 0)
        for category, n in answered.items():
            if names[category] in counts:
                counts[names[category]] += n
        if not population:
            continue
        covered = coverage(counts, population)
        members = {name: [fine for fine, joined in names.items() if joined == name] for name in population}
        everybody = sum(invited.values())
        rows = []
        for one in covered:
            asked = sum(invited[fine] for fine in members[one.group])
            rows.append(
                {
                    "category": one.group,
                    "label": words.category_label(variable, one.group, areas),
                    "answered": one.n,
                    "invited": asked,
                    "sample": one.sample,
                    "population": one.population,
                    "ratio": one.ratio,
                    "categories": members[one.group],
                    "action": action_for(one, asked, everybody, members[one.group]),
                }
            )
        title = str(words.VARIABLES[variable])
        found.append({"variable": variable, "title": title, "registered": registered, "rows": rows})
    return found


def action_for(one: Coverage, invited: int, everybody: int, categories: Sequence[str]) -> str:
    """What would mend most where a group is missing; empty where it is not. ``invited`` are its people of all asked."""
    if one.ratio >= MISSING_BELOW:
        return ""
    # Asking a handful again would point at them; and where few are asked, asking them more often mends nothing.
    if is_small(invited) or invited < MISSING_BELOW * one.population * everybody:
        return "invite"
    return "help" if set(categories) <= set(HELPED) else "ask"


def worst_of(parts: list[Plain]) -> Plain | None:
    """The category missing most among those that enough people were invited of; None where none is missing."""
    rows = [
        row | {"variable": part["variable"], "title": part["title"]}
        for part in parts
        for row in part["rows"]
        if row["invited"] and not is_small(row["invited"]) and row["action"]
    ]
    return min(rows, key=lambda row: row["ratio"], default=None)


@require_POST
@role_required(Role.EVALUATOR)
def remind(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Have those of a part that is missing asked again."""
    survey = survey_of(request, slug)
    wave = get_object_or_404(survey.waves.open())
    wave.survey = survey
    variable, _bar, category = request.POST.get("part", "").partition("|")
    part = next(
        (part for part in parts_missing(live_desk(wave)["people"], recipe_of(survey)) if part["variable"] == variable),
        None,
    )
    row = next((row for row in part["rows"] if row["category"] == category), None) if part else None
    if row is None:
        raise Http404
    done = remind_part(wave, variable, category, categories=row["categories"], by=request.user, at=timezone.now())
    # How many have not answered, to the last of them, would tell when each of the others does.
    messages.success(request, _("About %(count)d people are asked again.") % {"count": reminded_about(done)})
    return redirect("surveys:pilot", slug=slug)


def reminded_about(reminded: PartReminded) -> int:
    """How many were asked again, to the nearest 5 and at least 5."""
    return max(STEP, rounded(reminded.people))


def point(wave: Wave, figure: Plain, series: str) -> Plain:
    return {
        "label": _("Wave %(number)s") % {"number": wave.number},
        "short": str(wave.number),
        "wave": wave,
        "value": figure["value"],
        "low": figure["low"],
        "high": figure["high"],
        "n": figure["n"],
        "reason": words.reason_in_words(figure["reason"]),
        "series": series,
    }


def accept_over_waves(closed: Sequence[tuple[Wave, Plain]]) -> list[Plain]:
    """Expectation before use is another series than acceptance, and so is another version of the questions."""
    return [
        point(wave, told["accept"], f"{told['wave']['instrument']} {told['wave']['version']} {wave.before_use}")
        for wave, told in closed
    ]


def informed_over_waves(closed: Sequence[tuple[Wave, Plain]]) -> list[Plain]:
    return [
        point(wave, told["informed"]["informed"], f"{told['wave']['question_set']}")
        for wave, told in closed
        if told["informed"] is not None
    ]


def monitoring_shown(closed: Sequence[tuple[Wave, Plain]]) -> dict[str, Any] | None:
    """Waves after the verdict SCALE against the wave that gave it; None where there are none."""
    found = monitoring_of([told for _wave, told in closed])
    if found is None:
        return None
    waves = {wave.number: wave for wave, _told in closed}
    return {
        "reason": words.reason_in_words(found["reason"]),
        "small_baseline": found["small_baseline"],
        "threshold": found["threshold"],
        "points": [
            period
            | {
                "label": _("Wave %(number)s") % {"number": period["wave"]},
                "short": str(period["wave"]),
                "wave": waves[period["wave"]],
                "value": period["average"],
            }
            for period in found["periods"]
        ],
    }


def alarms_of(survey: Survey) -> list[Alarm]:
    """Alarms of a pilot with what was found behind them, the newest first."""
    return list(
        Alarm.objects.filter(snapshot__wave__survey=survey)
        .select_related("snapshot__wave", "review__signed_by")
        .defer("snapshot__state", "snapshot__results", "snapshot__released")
        .order_by("-snapshot__wave__number")
    )


def closed_wave_of(request: AuthenticatedRequest, pk: int) -> tuple[Wave, Snapshot]:
    wave = get_object_or_404(Wave.objects.of_evaluator(request.user).closed().select_related(*PARTS), pk=pk)
    return wave, Snapshot.objects.select_related("verdict__registration").defer("released").get(wave=wave)


@role_required(Role.EVALUATOR)
def signals(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Signs of stuffed ballots, for a person to look at: as frozen once a wave has closed, and live before.

    While a wave is open nothing of any outcome is told: neither how doors accept nor what is left without the signs.
    """
    waves = Wave.objects.of_evaluator(request.user).filter(stage__in=[Wave.Stage.OPEN, Wave.Stage.CLOSED])
    wave = get_object_or_404(waves.select_related(*PARTS), pk=pk)
    context: dict[str, Any] = {"wave": wave, "survey": wave.survey}
    if wave.stage == Wave.Stage.CLOSED:
        snapshot = Snapshot.objects.select_related("verdict__registration").defer("state", "released").get(wave=wave)
        figures, worked = release(snapshot, Audience.DESK), released_work(wave, Audience.DESK)
        context |= {"snapshot": snapshot, "suspects": figures["flags"]["suspects"]}
        context |= {"signs": signs_shown(worked["signals"]), "waits": worked["waiting"] > 0}
        context |= without_context(figures, worked["signals"])
    else:
        live = live_desk(wave)
        context["too_many"] = live["answered"] > MOST_LOOKED_AT
        context["suspects"] = live["suspects"]
        if not context["too_many"]:
            context["signs"] = signs_so_far(wave)
    context["many_suspects"] = (context["suspects"]["value"] or 0) > SUSPECT_WARNING
    return render(request, "surveys/signals.html", context)


def signs_so_far(wave: Wave) -> Plain:
    """Signs among the answers that the desk sees of an open wave: how many, to the nearest 5, and never which."""
    seen_at = Tally.objects.filter(wave=wave).values_list("seen_at", flat=True).first()
    signs = signs_of(look_through(wave, until=seen_at)) if seen_at else signs_of(NOTHING_SEEN)
    return signs | {
        "n": rounded(signs["n"]),
        "bursts": [burst | {"ids": [], "count": rounded(burst["count"])} for burst in signs["bursts"]],
        "duplicates": [
            copies | {"ids": [], "count": rounded(copies["count"]), "together": rounded(copies["together"])}
            for copies in signs["duplicates"]
        ],
    }


def signs_shown(signs: Plain | None) -> Plain | None:
    if signs is None:
        return None
    doors = [
        skew | {"label": words.MODES[skew["source"]], "reason": words.reason_in_words(skew["reason"])}
        for skew in signs.get("skews", [])
    ]
    return signs | {"skews": doors}


def without_context(figures: Plain, signs: Plain | None) -> dict[str, Any]:
    """Accept, and where there is a verdict its outcome, as registered and without the answers that bear a sign."""
    without = signs and signs["without"]
    if not without:
        return {"lines": []}
    whole = figures["verdict"] or figures["accept"] | {"outcome": None}
    told = ((_("as registered"), whole), (_("without the answers that bear a sign"), without))
    return {"lines": [outcome_row(label, line) for label, line in told]}
