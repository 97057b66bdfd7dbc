"""Pilots and versions of a service side by side, with a warning where they cannot be compared as they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.accounts.roles import Role, role_required
from pilots.models import Pilot
from surveys import words
from surveys.instruments import hash_of
from surveys.metrics.figures import Plain, difference
from surveys.metrics.layouts import registration_of
from surveys.metrics.monitoring import share_of
from surveys.metrics.release import Audience, release
from surveys.models import Snapshot, Survey, Verdict
from surveys.stats.change import two_shares
from surveys.views.showing import interval_row

AT_LEAST, AT_MOST = 2, 4
# The newest are offered; a list of all of a city's would help nobody.
OFFERED = 60
# From this difference between the shares of a way of answering on, ways may explain what pilots do not.
MODES_APART = 0.2


class CompareForm(forms.Form):
    pilot = forms.MultipleChoiceField(
        label=gettext_lazy("Pilots, two to four"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose two to four pilots."),
            "invalid_choice": gettext_lazy("One of the pilots has no closed wave to compare."),
        },
    )

    def __init__(self, offered: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["pilot"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = offered

    def clean_pilot(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["pilot"]
        if not AT_LEAST <= len(chosen) <= AT_MOST:
            raise forms.ValidationError(_("Choose two to four pilots."))
        return chosen


@dataclass(frozen=True)
class Column:
    """A pilot by its latest closed wave; exact for its evaluators, released for everybody else."""

    survey: Survey
    snapshot: Snapshot
    figures: Plain
    own: bool

    @property
    def label(self) -> str:
        told = {"pilot": self.survey.pilot.title, "number": self.snapshot.wave.number}
        return _("%(pilot)s, wave %(number)s") % told


@role_required(Role.EVALUATOR)
def compare(request: AuthenticatedRequest) -> HttpResponse:
    offered = (
        Pilot.objects.visible_to(request.user)
        .filter(survey__waves__stage="closed")
        .select_related("version__service")
        .distinct()
        .order_by("-starts_on", "-pk")[:OFFERED]
    )
    # A link from a service or one of its pilots: its versions are chosen already.
    service = request.GET.get("service", "")
    own = [pilot.slug for pilot in offered if pilot.version.service.slug == service][:AT_MOST]
    chosen: Any = request.GET if "pilot" in request.GET else {"pilot": own} if len(own) >= AT_LEAST else None
    form = CompareForm([(pilot.slug, pilot.title) for pilot in offered], chosen, initial={"pilot": own})
    columns: list[Column] = []
    if form.is_bound and form.is_valid():
        columns = columns_of(request, form.cleaned_data["pilot"])
    context: dict[str, Any] = {"form": form, "columns": columns, "alone": service and not form.is_bound}
    if columns:
        context |= {
            "warnings": warnings_of(columns),
            "accept": [interval_row(column.label, column.figures["accept"]) for column in columns],
            "differences": differences_of(columns),
            "rows": rows_of(columns),
            "verdicts": [verdict_of(column) for column in columns],
        }
    return render(request, "surveys/compare.html", context)


def columns_of(request: AuthenticatedRequest, slugs: Sequence[str]) -> list[Column]:
    snapshots = (
        Snapshot.objects.filter(wave__survey__pilot__slug__in=slugs)
        .select_related(
            "wave__survey__pilot__version__service",
            "wave__survey__instrument",
            "wave__survey__registration",
            "verdict__registration",
        )
        .defer("state")
        .order_by("wave__survey__pilot_id", "wave__before_use", "-wave__number")
        .distinct("wave__survey__pilot_id")
    )
    mine = set(request.user.surveys.filter(pilot__slug__in=slugs).values_list("pk", flat=True))
    found = []
    for snapshot in snapshots:
        survey = snapshot.wave.survey
        own = survey.pk in mine
        found.append(Column(survey, snapshot, release(snapshot, Audience.DESK if own else Audience.PUBLIC), own))
    return sorted(found, key=lambda column: (column.survey.pilot.starts_on, column.survey.pilot.pk))


def warnings_of(columns: Sequence[Column]) -> list[str]:
    """Why what is side by side may differ although the services do not."""
    told = [column.figures["wave"] for column in columns]
    found = []
    if len({(wave["instrument"], wave["version"]) for wave in told}) > 1:
        found.append(_("Different questions were asked. Acceptance is only comparable where its three questions are."))
    if len({wave["before_use"] for wave in told}) > 1:
        found.append(_("Some waves ask what people expect before use, others what they accept after it."))
    if len({wave["weighted"] for wave in told}) > 1:
        found.append(_("Some figures are weighted, others are not."))
    elif len({recipe_of(column) for column in columns}) > 1:
        found.append(_("The figures are weighted to different populations."))
    if any(wave["imported"] for wave in told):
        found.append(_("Some waves were made elsewhere and brought in."))
    shares = [modes_of(column.figures) for column in columns]
    modes = {mode for each in shares for mode in each}
    if any(
        max(each.get(mode, 0) for each in shares) - min(each.get(mode, 0) for each in shares) > MODES_APART
        for mode in modes
    ):
        found.append(_("People answered in different ways: by themselves, with help or on paper."))
    return found


def recipe_of(column: Column) -> str:
    """What the figures of a column are weighted to, so that two can be told apart."""
    registration = registration_of(column.survey)
    return hash_of(registration.document["weighting"]) if registration else ""


def modes_of(figures: Plain) -> dict[str, float]:
    counts = {part["label"]: part["n"] or 0 for part in figures["by_mode"]}
    everybody = sum(counts.values())
    return {mode: n / everybody for mode, n in counts.items()} if everybody else {}


def differences_of(columns: Sequence[Column]) -> list[Plain]:
    """Acceptance of each against the first, taken as different people; both shares are exact for everybody."""
    first, *others = columns
    rows = []
    for column in others:
        found = difference(two_shares(share_of(first.figures["accept"]), share_of(column.figures["accept"])))
        rows.append(found | {"label": column.label, "reason_words": words.reason_in_words(found["reason"])})
    return rows


def rows_of(columns: Sequence[Column]) -> list[Plain]:
    """What at least two of them asked, row by row; None where one did not ask it."""
    named: dict[str, str] = {}
    means: list[dict[str, Plain]] = []
    for column in columns:
        means.append({construct["name"]: construct["mean"] for construct in column.figures["constructs"]})
        for name in means[-1]:
            named.setdefault(name, words.construct_name(column.survey, name))
    rows = [
        {"label": label, "unit": "share", "key": name, "figures": [column.figures[name] for column in columns]}
        for name, label in (
            ("accept", _("accept the service")),
            ("use", _("would use it")),
            ("endorse", _("in favour of making it permanent")),
        )
    ]
    informed = [column.figures["informed"] and column.figures["informed"]["informed"] for column in columns]
    rows.append({"label": _("well informed"), "unit": "share", "key": "informed.informed", "figures": informed})
    rows.append(
        {
            "label": _("Participation"),
            "unit": "share",
            "key": "participation",
            "figures": [column.figures["participation"] for column in columns],
        }
    )
    rows += [
        {
            "label": label,
            "unit": "points",
            "key": f"constructs.{name}.mean",
            "figures": [each.get(name) for each in means],
        }
        for name, label in named.items()
        if sum(name in each for each in means) > 1
    ]
    return [row | {"cells": list(zip(columns, row["figures"], strict=True))} for row in rows]


def verdict_of(column: Column) -> str:
    verdict = column.figures["verdict"]
    return str(Verdict.Outcome(verdict["outcome"]).label) if verdict else _("none")
