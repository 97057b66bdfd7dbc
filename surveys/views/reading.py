"""Reading open answers at the desk: what may be quoted, what they are about, and the codebook they are coded with."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from livinglab.accounts.audit import record_access
from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.models import AccessRecord, Person
from livinglab.accounts.roles import Role, role_required
from livinglab.errors import Refused, status_of
from livinglab.form_fields import LineField, WrittenField
from livinglab.posted import whole_number
from livinglab.stored_texts import StoredTextsForm
from surveys.actions.open_answers import (
    MOST_THEMES,
    change_theme,
    check_seen,
    code_answer,
    name_theme,
    read_again,
    release_answer,
    remove_theme,
    take_back_coding,
    withhold_answer,
)
from surveys.metrics.figures import Plain
from surveys.metrics.themes import suggested
from surveys.metrics.voices import Reading, answered_in, kept_voices_of, reading_of, themes_over
from surveys.models import ClosingWork, OpenAnswer, Survey, Theme, Wave
from surveys.models.open_answer import LONGEST
from surveys.questionnaire import in_language, open_question_of

ON_A_PAGE = 20
SHOWN: dict[str, Promise] = {
    "waiting": OpenAnswer.Stage.WAITING.label,
    "released": OpenAnswer.Stage.RELEASED.label,
    "withheld": OpenAnswer.Stage.WITHHELD.label,
    "uncoded": gettext_lazy("Not coded by me"),
    "all": pgettext_lazy("open answers", "All"),
}


class ReadForm(forms.Form):
    """One answer: what may be quoted of it and what it is about, in one go."""

    NOTHING: ClassVar = "none"

    answer = forms.IntegerField(widget=forms.HiddenInput)
    # When it had been read last, as the page showed it.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    decision = forms.ChoiceField(choices=[(name, name) for name in ("release", "withhold", "again", "code")])
    quotation = WrittenField(
        label=gettext_lazy("What may be quoted"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3, "data-plain": ""}),
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("What it is about"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, themes: Sequence[Theme], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["themes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [*((str(theme.pk), theme.name) for theme in themes), (self.NOTHING, _("None of these"))]


class ThemeForm(StoredTextsForm):
    """A theme of the codebook with the words that suggest it."""

    name_ko = LineField(label=gettext_lazy("Name in Korean"), max_length=60, widget=forms.TextInput({"lang": "ko"}))
    name_en = LineField(
        label=gettext_lazy("Name in English"), max_length=60, required=False, widget=forms.TextInput({"lang": "en"})
    )
    keywords = LineField(
        label=gettext_lazy("Words that suggest it"),
        help_text=gettext_lazy("With commas between them, the beginning of a word is enough. You decide each time."),
        max_length=600,
        required=False,
    )

    def words(self) -> dict[str, Any]:
        told = self.cleaned_data
        return told | {"keywords": [word.strip() for word in told["keywords"].split(",")]}


@keep_posted(ReadForm)
@role_required(Role.EVALUATOR)
def open_answers(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The open answers of a closed wave, twenty at a time, each with a short form; what is posted is one of them."""
    waves = Wave.objects.of_evaluator(request.user).closed().exclude(survey__open_question_ko="")
    wave = get_object_or_404(waves.select_related("survey__pilot__version__service").defer("layout"), pk=pk)
    reading, kept = reading_of(wave), kept_voices_of(wave)
    posted = request.POST if request.method == "POST" else kept_post(request)
    form = ReadForm(reading.themes, posted) if posted is not None else None
    refusal: Refused | None = None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            _keep(wave, form.cleaned_data, reading, by=request.user)
        except Refused as refused:
            refusal = refused
        else:
            return redirect(_back_to(request, pk))
    show = request.GET.get("show", "waiting") if request.GET.get("show") in SHOWN else "waiting"
    stages = dict(OpenAnswer.objects.submitted().of_wave(wave).order_by("pk").values_list("pk", "stage"))
    answers = {name: [pk for pk, stage in stages.items() if stage == name] for name in OpenAnswer.Stage.values}
    answers |= {"uncoded": reading.to_code(request.user), "all": list(stages)}
    page = Paginator(answers[show], ON_A_PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        record_access(request.user, AccessRecord.Action.ANSWERS_READ, about=f"wave {pk}", count=len(page.object_list))
    context = {
        "wave": wave,
        "survey": wave.survey,
        "asked": in_language(open_question_of(wave.survey) or {}),
        "page": page,
        "rows": _rows(stages, page, reading, request.user, posted, refusal),
        "themes": reading.themes,
        "show": show,
        "tabs": [
            {
                "label": label,
                "url": f"?{urlencode({'show': name})}",
                "current": name == show,
                "count": len(answers[name]),
            }
            for name, label in SHOWN.items()
        ],
        "read": len(stages) - len(answers["waiting"]),
        "wrote": len(stages),
        "coders": _coders(reading),
        "figures": themes_shown(reading, kept.figures if kept else reading.figures(answered=answered_in(wave))),
        "texts_are_gone": kept is not None,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "surveys/open_answers.html", context, status=status_of(refusal))


@transaction.atomic
def _keep(wave: Wave, told: dict[str, Any], reading: Reading, *, by: Person) -> None:
    """Themes where some are ticked, and the decision."""
    at = timezone.now()
    answer = get_object_or_404(OpenAnswer.objects.of_evaluator(by).of_wave(wave), pk=told["answer"])
    check_seen(answer, told["seen"])
    if told["themes"]:
        code_answer(answer, [theme for theme in reading.themes if str(theme.pk) in told["themes"]], by=by, at=at)
    elif by.pk in reading.coders.get(answer.pk, ()):
        take_back_coding(answer, by=by)
    match told["decision"]:
        case "release":
            release_answer(answer, told["quotation"], by=by, at=at)
        case "withhold":
            withhold_answer(answer, by=by, at=at)
        case "again":
            read_again(answer, by=by)


def _back_to(request: AuthenticatedRequest, pk: int) -> str:
    """The same list, at the answer that followed."""
    following = request.POST.get("following", "")
    query = urlencode({name: request.GET[name] for name in ("show", "page") if name in request.GET})
    anchor = f"#answer-{following}" if whole_number(following) else ""
    return f"{request.path}{'?' if query else ''}{query}{anchor}"


def _rows(
    stages: Collection[int], page: Page[int], reading: Reading, person: Person, typed: QueryDict | None, refusal: Any
) -> list[dict[str, Any]]:
    """What stands on the page, and before it what was posted and stands elsewhere by now."""
    posted = typed.get("answer", "") if typed is not None else ""
    apart = {whole_number(posted)} & set(stages)
    shown = [*(apart - set(page)), *page]
    found = OpenAnswer.objects.select_related("read_by").in_bulk(shown)
    rows = []
    for place, answer in enumerate(found[one] for one in shown):
        told = typed if str(answer.pk) == posted else None
        row = {
            "answer": answer,
            "seen": answer.read_at.isoformat() if answer.read_at else "",
            "following": shown[place + 1] if place + 1 < len(shown) else "",
            "quotation": answer.quotation or answer.masked if told is None else told.get("quotation", ""),
            "refusal": None if told is None else refusal,
        }
        rows.append(row | _codes(answer, reading, person, told))
    return rows


def _codes(answer: OpenAnswer, reading: Reading, person: Person, typed: QueryDict | None) -> dict[str, Any]:
    """What an answer is about: what she ticked, what is suggested, or what somebody else found where she may not."""
    mine = next((one for one in reading.codings if (one.answer_id, one.coder_id) == (answer.pk, person.pk)), None)
    others = [one for one in reading.codings if one.answer_id == answer.pk and one != mine]
    # Blind: whoever may code it a second time does not see what the first one said.
    may_code = mine is not None or not others or (answer.pk in reading.sample and len(others) < 2)
    ticked = set(typed.getlist("themes")) if typed is not None else set()
    if typed is None and mine is not None:
        ticked = {str(theme.pk) for theme in mine.themes.all()} or {ReadForm.NOTHING}
    return {
        "may_code": may_code,
        "coded": mine is not None,
        "twice": answer.pk in reading.sample,
        "ticked_nothing": ReadForm.NOTHING in ticked,
        "choices": [
            {
                "theme": theme,
                "ticked": str(theme.pk) in ticked,
                "suggested": mine is None and suggested(theme.keywords, answer.masked),
            }
            for theme in reading.themes
        ],
        "coded_by": [{"coder": one.coder, "themes": one.themes.all()} for one in ([] if may_code else others)],
    }


def _coders(reading: Reading) -> list[dict[str, Any]]:
    """Who coded how much, and how much of it as the second."""
    found: dict[int, dict[str, Any]] = {}
    seen: set[int] = set()
    for coding in reading.codings:
        row = found.setdefault(coding.coder_id, {"coder": coding.coder, "first": 0, "second": 0})
        row["second" if coding.answer_id in seen else "first"] += 1
        seen.add(coding.answer_id)
    return list(found.values())


def voices_over_waves(survey: Survey, closed: Sequence[Wave]) -> dict[str, Any] | None:
    """Themes of every closed wave beside each other, and the words that tell people apart; None where none is asked."""
    if not survey.open_question_ko or not closed:
        return None
    found, heard = themes_over(closed)
    work = ClosingWork.objects.filter(wave__in=closed, kind=ClosingWork.Kind.WORDS).only("wave", "stage", "results")
    told = {row.wave_id: row for row in work}
    return {
        "asked": in_language(open_question_of(survey) or {}),
        "waves": [
            {
                "wave": wave,
                "heard": heard[wave.pk],
                "waits": wave.pk not in told or told[wave.pk].stage != ClosingWork.Stage.DONE,
                "found": told[wave.pk].results if wave.pk in told else {},
            }
            for wave in closed
        ],
        "themes": [
            {"theme": theme, "counts": [heard[wave.pk].themes.get(theme.pk, 0) for wave in closed]} for theme in found
        ],
    }


def themes_shown(reading: Reading, figures: Plain) -> Plain:
    """Figures of the themes with their names, those in most answers first."""
    names = {str(theme.pk): theme for theme in reading.themes}
    rows = [theme | {"theme": names[theme["code"]]} for theme in figures["themes"]]
    return figures | {"themes": sorted(rows, key=lambda row: -row["answers"])}


@keep_posted(r"theme", r"(\d+|new)-(name_ko|name_en|keywords|seen_texts)")
@role_required(Role.EVALUATOR)
def themes(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """The codebook of a pilot: named, changed, and taken out again while nothing is coded with it."""
    survey = get_object_or_404(Survey.objects.of_evaluator(request.user).select_related("pilot"), pilot__slug=slug)
    posted = request.POST if request.method == "POST" else kept_post(request)
    chosen = posted.get("theme", "") if posted is not None else ""
    rows = list(survey.themes.annotate(answers=Count("codings")))
    theme = next((row for row in rows if str(row.pk) == chosen), None)
    kept_words = words_of(theme) if theme is not None else None
    form = ThemeForm(posted, initial=kept_words, prefix=chosen or "new") if posted is not None else None
    refusal: Refused | None = None
    if request.method == "POST" and form is not None:
        try:
            if theme is not None and "remove" in request.POST:
                remove_theme(theme, by=request.user)
                messages.success(request, _("The theme is taken out of the codebook."))
                return redirect("surveys:themes", slug=slug)
            if form.is_valid():
                if theme is None:
                    name_theme(survey, **form.words(), by=request.user, at=timezone.now())
                else:
                    change_theme(theme, **form.words(), by=request.user)
                messages.success(request, _("The codebook is kept."))
                return redirect("surveys:themes", slug=slug)
        except Refused as refused:
            refusal = refused
    context = {
        "survey": survey,
        "most": MOST_THEMES,
        "full": len(rows) >= MOST_THEMES,
        "waves": survey.waves.closed().order_by("number"),
        "rows": [{"theme": row, "form": _theme_form(row, form if row == theme else None)} for row in rows],
        "new": form if form is not None and theme is None else ThemeForm(prefix="new"),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "surveys/themes.html", context, status=status_of(refusal))


def _theme_form(theme: Theme, typed: ThemeForm | None) -> ThemeForm:
    if typed is not None:
        return typed
    return ThemeForm(initial=words_of(theme), prefix=str(theme.pk))


def words_of(theme: Theme) -> dict[str, str]:
    """As the form shows them."""
    return {"name_ko": theme.name_ko, "name_en": theme.name_en, "keywords": ", ".join(theme.keywords)}
