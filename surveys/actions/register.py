"""Fixing the acceptance rule of a pilot, before anybody has answered."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from pilots.models import DEFAULT_PROTECTED_GROUP, GROUPS
from surveys.errors import AlreadyRegistered, WrongRule
from surveys.instruments import hash_of
from surveys.metrics.layouts import COUNTED_LEVELS, MODES, layout_of, registration_of
from surveys.models import Criterion, Registration, Survey, Wave
from surveys.questionnaire import open_question_of
from surveys.stats.verdict import LEDGERS, Kind, Minimum, Rule
from surveys.weighting import check_weighting

CHANGE_VIEWS = ("paired", "available")


@dataclass(frozen=True)
class RuleTerms:
    """What an evaluator decides; the defaults are those of LL-1.

    ``looks`` are numbers of waves, all that are not before use where nothing is said; ``alpha`` the preset ledger.
    """

    population: dict[str, str]
    analyst: str
    tau_scale: float = 0.60
    tau_retire: float = 0.40
    delta: float = 0.10
    n_min: int = 100
    m_min: int = 30
    looks: tuple[int, ...] = ()
    alpha: tuple[float, ...] = ()
    protected_groups: tuple[str, ...] = (DEFAULT_PROTECTED_GROUP,)
    criteria: tuple[Minimum, ...] = ()
    use_levels: tuple[int, ...] = COUNTED_LEVELS
    weighting: dict[str, Any] | None = field(default=None)
    # Which view of a change between waves comes first: of the people in both, or of everybody available.
    change: str = "available"


def document_of(survey: Survey, terms: RuleTerms) -> dict[str, Any]:
    """The rule as it would be registered. Raises WrongRule where it is none."""
    waves = {wave.number: wave for wave in survey.waves.all()}
    looks = terms.looks or tuple(number for number, wave in sorted(waves.items()) if not wave.before_use)
    if not looks or not set(looks) <= waves.keys() or sorted(set(looks)) != list(looks):
        raise WrongRule(_("Looks must be planned waves, each once and in their order."))
    if any(waves[number].before_use for number in looks):
        raise WrongRule(_("A wave before the service was used is no look: expectation is not acceptance."))
    alpha = terms.alpha or LEDGERS.get(len(looks), ())
    if len(alpha) != len(looks):
        raise WrongRule(_("Give each of the %(looks)s looks its part of the error rate.") % {"looks": len(looks)})
    if unknown := set(terms.protected_groups) - GROUPS.keys():
        raise WrongRule(_("Unknown groups: %(groups)s.") % {"groups": ", ".join(sorted(unknown))})
    if not set(terms.use_levels) <= set(range(1, 6)) or not terms.use_levels:
        raise WrongRule(_("Say from which use level on answers count."))
    if terms.change not in CHANGE_VIEWS:
        raise WrongRule(_("Change is told of the people in both waves or of everybody available first."))
    check_weighting(terms.weighting)
    document = {
        "rule": "LL-1",
        "pilot": survey.pilot.slug,
        "service_version": f"{survey.pilot.version.service.slug} {survey.pilot.version.number}",
        "instrument": f"{survey.instrument.bank} {survey.instrument.version}",
        "population": terms.population,
        "primary": "accept",
        "tau_scale": terms.tau_scale,
        "tau_retire": terms.tau_retire,
        "delta": terms.delta,
        "n_min": terms.n_min,
        "m_min": terms.m_min,
        "alpha": list(alpha),
        "looks": [
            {"look": look, "wave": number, "closes_at": waves[number].closes_at.isoformat()}
            for look, number in enumerate(looks, start=1)
        ],
        "protected_groups": list(terms.protected_groups),
        "criteria": [
            {"metric": criterion.metric, "kind": criterion.kind.value, "least": criterion.least}
            for criterion in terms.criteria
        ],
        "counted": {"modes": [mode.value for mode in MODES], "use_levels": sorted(terms.use_levels)},
        "weighting": terms.weighting,
        "change": terms.change,
        "exclusions": "none",
        "analyst": terms.analyst,
    }
    if question := open_question_of(survey):
        # Only where one is asked: the hashes of rules without it stay what they were.
        document["open_question"] = question
    try:
        rule_of_document(document)
    except ValueError as error:
        raise WrongRule(_("The rule does not hold together: %(error)s.") % {"error": error}) from error
    layout = layout_of(waves[looks[0]])
    metrics = {"use", "endorse", *layout.constructs} | ({"informed"} if layout.informed.questions else set())
    if unknown := {criterion.metric for criterion in terms.criteria} - metrics:
        raise WrongRule(_("Unknown criteria: %(metrics)s.") % {"metrics": ", ".join(sorted(unknown))})
    return document


def rule_of_document(document: dict[str, Any]) -> Rule:
    return Rule(
        alpha=tuple(document["alpha"]),
        tau_scale=document["tau_scale"],
        tau_retire=document["tau_retire"],
        delta=document["delta"],
        n_min=document["n_min"],
        m_min=document["m_min"],
        protected_groups=tuple(document["protected_groups"]),
        criteria=tuple(
            Minimum(criterion["metric"], Kind(criterion["kind"]), criterion["least"])
            for criterion in document["criteria"]
        ),
    )


def rule_of(registration: Registration) -> Rule:
    """The registered rule as the statistics know it."""
    return rule_of_document(registration.document)


@transaction.atomic
def register_rule(survey: Survey, terms: RuleTerms, *, by: Person, at: datetime) -> Registration:
    """Fix the rule. From now on nobody changes it; the database refuses."""
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if survey.pilot.imported:
        raise WrongRule(_("An imported pilot never gets a verdict, so it has no rule."))
    if registration_of(survey) is not None:
        raise AlreadyRegistered(_("The rule of this pilot is registered already."))
    if survey.waves.exclude(stage__in=[Wave.Stage.PLANNED, Wave.Stage.CANCELLED]).exists():
        raise WrongRule(_("A wave has opened already. A rule can only be registered before the first answer."))
    document = document_of(survey, terms)
    if survey.waves.filter(number__in=[look["wave"] for look in document["looks"]], closes_at__lte=at).exists():
        raise WrongRule(_("A look lies in the past. Change the dates of the waves first."))
    registration = Registration.objects.create(
        survey=survey, document=document, hash=hash_of(document), registered_at=at, registered_by=by
    )
    Criterion.objects.bulk_create(
        Criterion(
            registration=registration, metric=criterion.metric, kind=criterion.kind.value, minimum=criterion.least
        )
        for criterion in terms.criteria
    )
    return registration
