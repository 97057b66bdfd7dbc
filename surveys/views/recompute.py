"""Figures of a closed wave, worked out once more from the frozen counts and laid beside the frozen ones."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.accounts.roles import Role, role_required
from surveys.figure_keys import anchor_of, keys_of, label_of
from surveys.metrics.figures import Plain, Reach, results_of
from surveys.metrics.layouts import layout_of, registration_of
from surveys.metrics.release import Audience, figure_at, release
from surveys.models import Snapshot, Wave
from surveys.stats.state import State
from surveys.views.watching import closed_wave_of, recipe_of

COMPARED = ("value", "low", "high", "n")


@role_required(Role.EVALUATOR)
def figure(request: AuthenticatedRequest, pk: int, key: str) -> HttpResponse:
    wave, snapshot = closed_wave_of(request, pk)
    frozen = release(snapshot, Audience.DESK)
    found = figure_at(frozen, key)
    if found is None:
        raise Http404
    again = figure_at(worked_out_again(wave, snapshot, frozen), key)
    context = {
        "wave": wave,
        "survey": wave.survey,
        "snapshot": snapshot,
        "key": key,
        "label": label_of(wave.survey, key) or key,
        "anchor": anchor_of(key),
        "found": found,
        "again": again,
        "same": same(found, again),
    }
    return render(request, "surveys/figure.html", context)


@role_required(Role.EVALUATOR)
def figures(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """All of them at once, with their keys."""
    wave, snapshot = closed_wave_of(request, pk)
    frozen = release(snapshot, Audience.DESK)
    again = worked_out_again(wave, snapshot, frozen)
    rows = []
    for key in keys_of(again):
        found, now = figure_at(frozen, key), figure_at(again, key)
        if found is not None:
            label, anchor = label_of(wave.survey, key), anchor_of(key)
            rows.append({"key": key, "label": label, "anchor": anchor, "found": found, "same": same(found, now)})
    context = {
        "wave": wave,
        "survey": wave.survey,
        "snapshot": snapshot,
        "rows": rows,
        "different": sum(not row["same"] for row in rows),
    }
    return render(request, "surveys/figures.html", context)


def worked_out_again(wave: Wave, snapshot: Snapshot, frozen: Plain) -> Plain:
    registration = registration_of(wave.survey)
    return results_of(
        State.from_bytes(layout_of(wave), bytes(snapshot.state)),
        reach=Reach(invited=frozen["counts"]["invited"], started=frozen["counts"]["started"], by={}),
        knowledge=[question["code"] for question in frozen["informed"]["questions"]] if frozen["informed"] else [],
        recipe=recipe_of(wave.survey),
        protected_groups=len(registration.document["protected_groups"]) if registration else 1,
    )


def same(found: Plain, again: Plain | None) -> bool:
    return again is not None and all(again.get(name) == found.get(name) for name in COMPARED)
