"""What to change: what goes together with the wish to go on, how it stands, and what an evaluator makes of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livinglab.accounts.audit import record_access
from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.models import AccessRecord
from livinglab.accounts.roles import Role, role_required
from livinglab.errors import Refused, status_of
from livinglab.form_fields import WrittenField
from proposals.models import Comment
from surveys import words
from surveys.actions.direct import figures_of, sign_direction
from surveys.actions.separation import why_not_sign
from surveys.metrics.closing import released_work
from surveys.metrics.figures import Plain
from surveys.metrics.release import Audience, figure_at, release
from surveys.models import OpenAnswer, Snapshot, Survey, Wave
from surveys.stats.drivers import GOOD_PERFORMANCE
from surveys.views.desk import PARTS
from surveys.views.showing import closing_context
from surveys.voices import MOST_COMMENTS, comments_near

# Open answers that show what people who stand low on a topic speak of.
TYPICAL_SHOWN = 3


class DirectionForm(forms.Form):
    """What should change, in words, and the figure it rests on."""

    rests = forms.ChoiceField(label=gettext_lazy("Rests on"))
    words_ko = WrittenField(
        label=gettext_lazy("What should change, in Korean"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3, "lang": "ko"}),
    )
    words_en = WrittenField(
        label=gettext_lazy("What should change, in English"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3, "lang": "en"}),
    )

    def __init__(self, choices: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rests = self.fields["rests"]
        assert isinstance(rests, forms.ChoiceField)
        rests.choices = [("", _("Please choose")), *choices]


@keep_posted(DirectionForm)
@role_required(Role.EVALUATOR)
def change(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The ranking of a closed wave as map and table, with the directions signed on its ground."""
    wave = get_object_or_404(
        Wave.objects.of_evaluator(request.user).closed().select_related(*PARTS).defer("layout"), pk=pk
    )
    survey, snapshot = wave.survey, Snapshot.objects.defer("state", "released").get(wave=wave)
    figures = release(snapshot, Audience.DESK)
    worked = released_work(wave, Audience.DESK)
    told = closing_context(survey, worked)
    ranked = told["drivers"]
    usable = ranked is not None and ranked["reason"] is None
    rows = rows_of(survey, ranked, figures, (worked["words"] or {}).get("typical", {})) if usable else []
    if read := sum(len(row["typical"]) for row in rows):
        record_access(request.user, AccessRecord.Action.ANSWERS_READ, about=f"wave {pk}", count=read)
    form = DirectionForm(
        [(row["label"], row["choices"]) for row in rows],
        request.POST if request.method == "POST" else kept_post(request),
    )
    refusal: Refused | None = None
    if request.method == "POST" and usable and form.is_valid():
        driver, _bar, figure = form.cleaned_data["rests"].partition("|")
        texts = {name: form.cleaned_data[name] for name in ("words_ko", "words_en")}
        try:
            sign_direction(snapshot, driver=driver, figure=figure, by=request.user, at=timezone.now(), **texts)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("The direction is signed. Whoever decides about the pilot finds it there."))
            return redirect("surveys:change", pk=pk)
    context = {
        "wave": wave,
        "survey": survey,
        "snapshot": snapshot,
        "ranked": ranked,
        "work_waits": told["work_waits"],
        "usable": usable,
        "rows": rows,
        "crossing_importance": 1 / len(rows) if rows else 0,
        "crossing_standing": GOOD_PERFORMANCE,
        "form": form,
        "refusal": refusal,
        "why_not_sign": why_not_sign(survey, request.user),
        "directions": [
            {"direction": direction, "driver": words.construct_name(survey, direction.driver)}
            for direction in snapshot.directions.select_related("signed_by")
        ],
    }
    return render(request, "surveys/change.html", context, status=status_of(refusal))


def rows_of(survey: Survey, ranked: Plain, figures: Plain, typical: Mapping[str, Sequence[int]]) -> list[Plain]:
    """Drivers by priority, each with its lowest questions, what people say of it and what a direction can rest on."""
    comments = list(
        Comment.objects.shown()
        .filter(proposal=survey.pilot.version.service.proposal_id)
        .with_authors()
        .order_by("-at", "-pk")[:MOST_COMMENTS]
    )
    asked = {
        row["name"]: [
            words.item_text(survey, item["code"]) for item in figures["items"] if item["construct"] == row["name"]
        ]
        for row in ranked["rows"]
    }
    near = comments_near(comments, asked)
    shown = {row["name"]: typical.get(row["name"], [])[:TYPICAL_SHOWN] for row in ranked["rows"]}
    written = OpenAnswer.objects.in_bulk([pk for answers in shown.values() for pk in answers]) if typical else {}
    turned = {item["code"] for item in figures["items"] if item["reverse"]}
    by_priority = sorted(ranked["rows"], key=lambda row: -row["priority"])
    return [
        row
        | {
            "number": number,
            "standing": row["performance"],
            "lowest_figures": [
                {
                    "text": words.item_text(survey, code),
                    "reverse": code in turned,
                    "mean": figure_at(figures, f"items.{code}.mean"),
                }
                for code in row["lowest"]
            ],
            "mean": figure_at(figures, f"constructs.{row['name']}.mean"),
            "comments": near[row["name"]],
            "typical": [written[pk] for pk in shown[row["name"]] if pk in written],
            "choices": choices_of(survey, figures, row),
        }
        for number, row in enumerate(by_priority, start=1)
    ]


def choices_of(survey: Survey, figures: Plain, row: Plain) -> list[tuple[str, str]]:
    found = []
    for key in figures_of(figures, row["name"]):
        kind, name, _what = key.split(".")
        label = words.item_text(survey, name) if kind == "items" else _("The topic as a whole")
        found.append((f"{row['name']}|{key}", label))
    return found
