"""The form by which a rule is fixed, step by step, and what it takes to pass it worked out beside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livinglab.form_fields import LineField
from livinglab.widgets import CardRadio
from pilots.models import DEFAULT_PROTECTED_GROUP, GROUPS
from surveys.actions.register import RuleTerms
from surveys.metrics.appendix import share_of_population
from surveys.metrics.layouts import COUNTED_LEVELS, layout_of
from surveys.models import Survey, Wave
from surveys.stats.planning import PlanningRow, planning_table
from surveys.stats.verdict import LEDGERS, MOST_ALPHA, Kind, Minimum, Rule
from surveys.templatetags.surveys import written_moment
from surveys.weighting import recipe_titles, registered_recipe
from surveys.words import group_label, metric_name

MOST_CRITERIA = 3
SIZES = (60, 100, 125, 200, 400, 1000)
SHARES = ("use", "endorse", "informed")
PRESET, OWN = "preset", "own"
LIKELY_PEOPLE, LIKELY_SHARE = 150, 0.65


class RuleForm(forms.Form):
    """The terms of LL-1; every one is fixed for good when the rule is registered."""

    population_ko = LineField(
        label=gettext_lazy("Who the answers stand for, in Korean"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("As it will be printed: who, from which age on, in which areas."),
    )
    population_en = LineField(
        label=gettext_lazy("Who the answers stand for, in English"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    weighting = forms.ChoiceField(
        label=gettext_lazy("Weight the answers"),
        choices=lambda: [("", gettext_lazy("no, every answer counts the same")), *recipe_titles()],
        required=False,
        help_text=gettext_lazy(
            "To the shares of a population. A pilot of a few areas cannot be weighted to all of the city’s."
        ),
    )
    counted_from = forms.TypedChoiceField(
        label=gettext_lazy("Answers count from which use level on"),
        choices=[(level, level) for level in range(1, 6)],
        coerce=int,
        initial=min(COUNTED_LEVELS),
        help_text=gettext_lazy(
            "3 means: tried it with the help of staff. Who has only heard of it tells an expectation."
        ),
    )
    looks = forms.MultipleChoiceField(
        label=gettext_lazy("Waves at whose close the rule looks"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("A wave without a look shows estimates and never gives a verdict."),
    )
    ledger = forms.ChoiceField(
        label=gettext_lazy("Error rate of each look"),
        choices=[
            (
                PRESET,
                gettext_lazy("As usual|The later the look, the more it may spend; together 5%."),
            ),
            (OWN, gettext_lazy("Own|Fill in the error rate of each look below; together 0.05 at most.")),
        ],
        initial=PRESET,
        widget=CardRadio,
    )
    change = forms.ChoiceField(
        label=gettext_lazy("Which change between waves is told first"),
        choices=[
            ("available", gettext_lazy("Of everybody available|Whoever answered a wave, also those who joined later.")),
            ("paired", gettext_lazy("Of the same people|Only those who answered both waves.")),
        ],
        initial="available",
        widget=CardRadio,
    )
    tau_scale = forms.FloatField(
        label=gettext_lazy("Share for scaling"),
        min_value=0.01,
        max_value=0.99,
        initial=0.60,
        help_text=gettext_lazy("The whole interval must lie at or above it. Usual: 0.60."),
    )
    tau_retire = forms.FloatField(
        label=gettext_lazy("Share for retiring"),
        min_value=0.01,
        max_value=0.99,
        initial=0.40,
        help_text=gettext_lazy("The whole interval must lie below it. Usual: 0.40."),
    )
    protected_groups = forms.MultipleChoiceField(
        label=gettext_lazy("Protected groups"),
        choices=lambda: [(name, group_label(name)) for name in GROUPS],
        initial=[DEFAULT_PROTECTED_GROUP],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Groups whose voice a majority could drown out; each is looked at on its own."),
    )
    delta = forms.FloatField(
        label=gettext_lazy("Largest gap allowed for a protected group"),
        min_value=0.01,
        max_value=0.99,
        initial=0.10,
        help_text=gettext_lazy("From this gap on, if it is sure, the service is not scaled. Usual: 0.10."),
    )
    n_min = forms.IntegerField(
        label=gettext_lazy("Fewest answers in all"),
        min_value=1,
        initial=100,
        help_text=gettext_lazy("With fewer there is no conclusion, whatever people say. Usual: 100."),
    )
    m_min = forms.IntegerField(
        label=gettext_lazy("Fewest answers in each protected group"),
        min_value=1,
        initial=30,
        help_text=gettext_lazy("If a group has fewer, there is no conclusion for anybody. Usual: 30."),
    )
    analyst = LineField(
        label=gettext_lazy("Who evaluates (office, no names)"),
        max_length=120,
        help_text=gettext_lazy("Printed with the rule and in every report as who works out the figures."),
    )

    def __init__(self, survey: Survey, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Every wave asks the same questions, so that any of them tells what can be a condition.
        self.waves = list(survey.waves.exclude(stage=Wave.Stage.CANCELLED).select_related("question_set"))
        for wave in self.waves:
            wave.survey = survey
        looks = self.fields["looks"]
        assert isinstance(looks, forms.MultipleChoiceField)
        after_use = [wave for wave in self.waves if not wave.before_use]
        looks.choices = [(str(wave.number), wave_label(wave)) for wave in after_use]
        looks.initial = [str(wave.number) for wave in after_use]
        for wave in after_use:
            self.fields[f"alpha_{wave.number}"] = forms.FloatField(
                label=format_lazy(gettext_lazy("Error rate at wave {number}"), number=wave.number),
                min_value=0.0001,
                max_value=MOST_ALPHA,
                required=False,
            )
        metrics = metrics_of(survey, self.waves[0]) if self.waves else []
        for number in range(1, MOST_CRITERIA + 1):
            self.fields[f"criterion_{number}"] = forms.ChoiceField(
                label=format_lazy(gettext_lazy("Condition {number}"), number=number),
                choices=[("", "–"), *metrics],
                required=False,
            )
            self.fields[f"least_{number}"] = forms.FloatField(
                label=format_lazy(gettext_lazy("At least, for condition {number}"), number=number), required=False
            )

    def own_rates(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("alpha_")]

    def conditions(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"criterion_{number}"], self[f"least_{number}"]) for number in range(1, MOST_CRITERIA + 1)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        scale, retire = cleaned.get("tau_scale"), cleaned.get("tau_retire")
        if scale is not None and retire is not None and retire >= scale:
            self.add_error("tau_retire", _("The share for retiring must be below the share for scaling."))
        self._clean_rates(cleaned)
        self._clean_conditions(cleaned)
        return cleaned

    def _clean_rates(self, cleaned: dict[str, Any]) -> None:
        looks = cleaned.get("looks", [])
        if cleaned.get("ledger") == PRESET:
            if len(looks) > max(LEDGERS):
                self.add_error(
                    "ledger",
                    _("There are usual error rates for %(most)s looks at most. Choose fewer looks or own rates.")
                    % {"most": max(LEDGERS)},
                )
            return
        for number in looks:
            if f"alpha_{number}" not in self.errors and cleaned.get(f"alpha_{number}") is None:
                self.add_error(f"alpha_{number}", _("Each look needs its error rate."))
        spent = sum(cleaned.get(f"alpha_{number}") or 0 for number in looks)
        if looks and spent > MOST_ALPHA + 1e-12:
            self.add_error(
                f"alpha_{looks[-1]}",
                _("The error rates add up to %(sum)s; at most %(most)s is allowed.")
                % {"sum": f"{spent:g}", "most": f"{MOST_ALPHA:g}"},
            )

    def _clean_conditions(self, cleaned: dict[str, Any]) -> None:
        seen = set()
        for number in range(1, MOST_CRITERIA + 1):
            metric, least = cleaned.get(f"criterion_{number}"), cleaned.get(f"least_{number}")
            if metric and least is None and f"least_{number}" not in self.errors:
                self.add_error(f"least_{number}", _("Say from which value on the condition is met."))
            elif least is not None and not metric:
                self.add_error(f"criterion_{number}", _("Say what has to reach this value."))
            elif metric and metric in seen:
                self.add_error(f"criterion_{number}", _("There is a condition on this already."))
            elif metric and least is not None and metric in SHARES and not 0 < least < 1:
                self.add_error(f"least_{number}", _("A share lies between 0 and 1, for example 0.50."))
            seen.add(metric)

    def terms(self) -> RuleTerms:
        words = self.cleaned_data
        looks = tuple(int(number) for number in words["looks"])
        return RuleTerms(
            population={"ko": words["population_ko"], "en": words["population_en"]},
            analyst=words["analyst"],
            tau_scale=words["tau_scale"],
            tau_retire=words["tau_retire"],
            delta=words["delta"],
            n_min=words["n_min"],
            m_min=words["m_min"],
            looks=looks,
            alpha=tuple(words[f"alpha_{number}"] for number in looks) if words["ledger"] == OWN else (),
            protected_groups=tuple(words["protected_groups"]),
            criteria=tuple(
                Minimum(metric, Kind.SHARE if metric in SHARES else Kind.MEAN, words[f"least_{number}"])
                for number in range(1, MOST_CRITERIA + 1)
                if (metric := words[f"criterion_{number}"])
            ),
            use_levels=tuple(range(words["counted_from"], 6)),
            weighting=registered_recipe(words["weighting"]) if words["weighting"] else None,
            change=words["change"],
        )

    def usual(self) -> dict[str, Any]:
        """What the form holds before anybody has typed."""
        return {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}

    def typed(self, posted: QueryDict) -> dict[str, Any]:
        """What was typed, good or not, to show again without judging it."""
        return {
            name: posted.getlist(name) if isinstance(field, forms.MultipleChoiceField) else posted.get(name, "")
            for name, field in self.fields.items()
        }


def wave_label(wave: Wave) -> str:
    closes = written_moment(wave.closes_at.isoformat())
    return _("Wave %(number)s, closes on %(moment)s") % {"number": wave.number, "moment": closes}


def metrics_of(survey: Survey, wave: Wave) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a further condition can be on, by its kind."""
    layout = layout_of(wave)
    shares = [name for name in SHARES if name != "informed" or layout.informed.questions]
    return [
        (_("Shares (0 to 1)"), [(name, metric_name(survey, name)) for name in shares]),
        (_("Means (1 to 5)"), [(name, metric_name(survey, name)) for name in layout.constructs]),
    ]


class PlanningForm(forms.Form):
    """For which numbers the help beside the rule is worked out; no part of the rule."""

    people = forms.IntegerField(label=gettext_lazy("If so many people answer"), min_value=1, max_value=100_000)
    truly = forms.FloatField(label=gettext_lazy("and this share truly accepts it"), min_value=0.01, max_value=0.99)

    @staticmethod
    def usual(waves: Iterable[Wave]) -> dict[str, Any]:
        return {"people": max((wave.n_planned for wave in waves), default=LIKELY_PEOPLE), "truly": LIKELY_SHARE}


@dataclass(frozen=True)
class AtLook:
    number: int
    wave: str
    alpha: float
    row: PlanningRow

    @property
    def chance(self) -> float:
        return self.row.power[0][1]


@dataclass(frozen=True)
class PlanningHelp:
    """What it takes to pass the rule as far as it is filled in; ``complaint`` says why nothing can be told yet."""

    people: int
    truly: float
    complaint: str = ""
    tau_scale: float = 0.0
    looks: tuple[AtLook, ...] = ()
    table: tuple[PlanningRow, ...] = ()
    spent: float = 0.0
    n_min: int = 0
    m_min: int = 0
    # How many have to answer so that a protected group has its own: people by name of the group.
    for_groups: tuple[tuple[str, int], ...] = ()

    @property
    def last(self) -> AtLook:
        return self.looks[-1]


def planning_help(form: RuleForm, chosen: PlanningForm) -> PlanningHelp:
    """Worked out from what is filled in well; the rest of the form may still be empty."""
    form.full_clean()
    chosen.full_clean()
    told: Mapping[str, Any] = getattr(form, "cleaned_data", {})
    usual = chosen.usual(form.waves)
    people = chosen.cleaned_data.get("people") or usual["people"]
    truly = chosen.cleaned_data.get("truly") or usual["truly"]
    looks = told.get("looks", [])
    alpha = LEDGERS.get(len(looks), ())
    if told.get("ledger") == OWN:
        alpha = tuple(told.get(f"alpha_{number}") or 0.0 for number in looks)
    if not looks or not alpha or told.get("tau_scale") is None or told.get("tau_retire") is None:
        return PlanningHelp(people, truly, _("Choose the looks and the shares, and it is worked out here."))
    try:
        rule = Rule(alpha=alpha, tau_scale=told["tau_scale"], tau_retire=told["tau_retire"])
    except ValueError:
        return PlanningHelp(
            people,
            truly,
            _("Each look needs an error rate above 0, and together they may not be more than 0.05."),
            spent=sum(alpha),
        )
    at_looks = tuple(
        AtLook(look, number, part, planning_table(rule, [people], look=look, true_shares=[truly])[0])
        for look, (number, part) in enumerate(zip(looks, alpha, strict=True), start=1)
    )
    recipe = registered_recipe(told["weighting"]) if told.get("weighting") else None
    m_min = told.get("m_min") or 0
    shares = {name: share_of_population(name, recipe) for name in told.get("protected_groups", [])}
    return PlanningHelp(
        people,
        truly,
        tau_scale=rule.tau_scale,
        looks=at_looks,
        table=tuple(planning_table(rule, SIZES)),
        spent=sum(alpha),
        n_min=told.get("n_min") or 0,
        m_min=m_min,
        for_groups=tuple((group_label(name), -int(-m_min // share)) for name, share in shares.items() if share),
    )
