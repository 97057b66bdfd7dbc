"""What a report is written from: released figures and the public texts around them, nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from livinglab.bilingual import LANGUAGES, active_language
from pilots.models import ConsentText, Pilot
from surveys.metrics.change import changes
from surveys.metrics.closing import released_work
from surveys.metrics.release import Audience, release
from surveys.metrics.snapshots import choices_left
from surveys.metrics.themes import voices_released
from surveys.models import Registration, Snapshot, Survey, Wave
from surveys.reports.derived import derived_of
from surveys.reports.drawing import Drawing
from surveys.reports.notes import Notes
from surveys.reports.numbers import Figure, count, level, percent
from surveys.reports.tracing import traced
from surveys.words import area_names, entered_in_words


@dataclass
class Material:
    """Of one closed wave. Reading it costs a handful of queries, none of them for people or answers."""

    snapshot: Snapshot
    figures: dict[str, Any]
    earlier: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    # What is worked out from the answers at the close: {"drivers", "pairs", "waiting", "failed"}.
    closing: dict[str, Any]
    derived: dict[str, Any]
    registration: Registration | None
    rule: dict[str, Any]
    amendments: list[dict[str, Any]]
    consent: list[ConsentText]
    # Names of areas by language and office code.
    places: dict[str, dict[str, str]]
    # What the city may decide, as the looks of the rule stand when the report is made.
    choices: list[str] = field(default_factory=list)
    notes: Notes = field(default_factory=Notes)
    # What people wrote in their own words, as everybody may see it; None where no open question was asked.
    voices: dict[str, Any] | None = None
    charts: dict[str, Drawing] = field(default_factory=dict)

    @property
    def wave(self) -> Wave:
        return self.snapshot.wave

    @property
    def survey(self) -> Survey:
        return self.wave.survey

    @property
    def pilot(self) -> Pilot:
        return self.survey.pilot

    def traced(self) -> "Material":
        """The same, with numbers that know where they stand in the pack; charts of one's own."""
        whole = {name: getattr(self, name) for name in ("figures", "changes", "closing", "derived", "voices")}
        return replace(
            self,
            **{name: traced(value, f"results.json#/{name}") for name, value in whole.items()},
            earlier=[traced(figures, f"results.json#/earlier/{place}") for place, figures in enumerate(self.earlier)],
            rule=traced(self.rule, "registration.json#/document"),
            charts={},
        )

    @property
    def population(self) -> str:
        """Whom the figures speak of."""
        if self.rule:
            told: dict[str, str] = self.rule["population"]
            return told.get(active_language()) or told["ko"]
        return _("People who answered the survey") if self.pilot.imported else _("People who take part in the pilot")

    @property
    def areas(self) -> dict[str, str]:
        """Names of areas by office code, in the active language."""
        return self.places[active_language()]

    @property
    def weighting(self) -> str:
        if not self.figures["weighting"]:
            return _("unweighted")
        if self.figures["weighting"]["reason"]:
            return _("unweighted, because the registered weighting was not possible")
        return _("weighted as registered")

    def caption(self, title: str, *, n: int | None, confidence: float | None = 0.95, weighted: bool = False) -> str:
        """A caption says of whom, which wave, how many, how weighted, with which interval."""
        parts = [
            self.population,
            _("wave %(number)d") % {"number": self.wave.number},
            f"n = {count(n)}",
            self.weighting if weighted else _("unweighted"),
        ]
        if confidence is not None:
            parts.append(_("%(level)s intervals") % {"level": level(confidence)})
        return f"{title}. {', '.join(parts)}."

    def caption_of_waves(self, title: str, *, weighted: bool = False) -> str:
        """The caption of what shows all closed waves so far."""
        waves = [
            f"{wave_label(figures)} n = {count(figures['counts']['counted'])}"
            for figures in [*self.earlier, self.figures]
        ]
        intervals = _("%(level)s intervals") % {"level": level(0.95)}
        parts = [self.population, *waves, self.weighting if weighted else _("unweighted"), intervals]
        return f"{title}. {', '.join(parts)}."

    def item(self, code: str) -> dict[str, Any] | None:
        return next((item for item in self.figures["items"] if item["code"] == code), None)

    def construct(self, name: str) -> Figure | None:
        return next((found["mean"] for found in self.figures["constructs"] if found["name"] == name), None)


def material_of(snapshot: Snapshot, notes: Notes | None = None) -> Material:
    """Everything a report of this snapshot tells; ``notes`` are the evaluator's own words."""
    wave = snapshot.wave
    survey = wave.survey
    notes = notes or Notes()
    registration: Registration | None = getattr(survey, "registration", None)
    rule = registration.document if registration else {}
    before = frozen_before(snapshot)
    figures, earlier = release(snapshot, Audience.PUBLIC), [release(one, Audience.PUBLIC) for one in before]
    return Material(
        snapshot=snapshot,
        figures=figures,
        earlier=earlier,
        changes=[changes(one, snapshot) for one in before],
        closing=released_work(wave, Audience.PUBLIC),
        derived=derived_of(figures, earlier, rule),
        registration=registration,
        rule=rule,
        amendments=list(_amendments(registration, snapshot)),
        consent=list(survey.pilot.current_consent_texts()),
        places=_places(),
        choices=choices_left(snapshot.verdict) if figures["verdict"] else [],
        notes=notes,
        voices=voices_released(notes.voices) if notes.voices else None,
    )


def frozen_before(snapshot: Snapshot) -> list[Snapshot]:
    """Of the earlier waves that a wave is compared with."""
    wave = snapshot.wave
    return list(
        _frozen().filter(wave__survey=wave.survey_id, wave__number__lt=wave.number, wave__before_use=wave.before_use)
    )


def snapshot_of(wave_pk: int) -> Snapshot:
    """The snapshot of the closed wave with this primary key, with all that ``material_of`` follows."""
    return _frozen().get(wave=wave_pk)


def _frozen() -> Any:
    return Snapshot.objects.select_related(
        "verdict__registration",
        "wave__question_set",
        "wave__survey__instrument",
        "wave__survey__use_level",
        "wave__survey__comprehension",
        "wave__survey__registration",
        "wave__survey__pilot__test_bed",
        "wave__survey__pilot__version__service",
    ).order_by("wave__number")


def _amendments(registration: Registration | None, snapshot: Snapshot) -> Iterable[dict[str, Any]]:
    """Those made until the freeze, so that the same snapshot always gives the same report."""
    for amendment in registration.amendments.filter(at__lte=snapshot.frozen_at) if registration else []:
        yield {"at": amendment.at.isoformat(), "reason": amendment.reason, "changes": amendment.changes}


def _places() -> dict[str, dict[str, str]]:
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = area_names()
    return found


def wave_label(figures: dict[str, Any]) -> str:
    wave = figures["wave"]
    return _("wave %(number)d (%(year)s)") % {"number": wave["number"], "year": wave["opened_at"][:4]}


def entered_by_staff(material: Material) -> str:
    """How many answers staff entered, as reports print it."""
    entered = material.figures["entered"]
    if entered is None:
        return entered_in_words(None, n="", of="", share="")
    share = "" if entered["share"] is None else percent(entered["share"])
    return entered_in_words(entered, n=count(entered["n"]), of=count(entered["of"]), share=share)
