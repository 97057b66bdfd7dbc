"""Who answered, who is missing, and whom a service leaves out: rates, distance from the population, inclusion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from surveys.stats.estimates import Estimate, Reason
from surveys.stats.groups import (
    CLIFF,
    LEAST_TESTED,
    Adjusted,
    Difference,
    Magnitude,
    difference_of_shares,
    magnitude,
    registered_family,
    shares_p,
)
from surveys.stats.proportions import share_of
from surveys.stats.verdict import GAP_ALPHA
from surveys.stats.weights import WeightedShare

DISSIMILARITY = "dissimilarity"
R_INDICATOR = "r-indicator"
INCLUSION = "gaps of registered groups, newcombe on n*, holm"

# Dissimilarity above which a margin of the sample is too far from the population's.
FAR = 0.10


@dataclass(frozen=True, slots=True)
class Outreach:
    """Final dispositions of the invited people.

    Complete means at least 80 % of the items that applied are answered, partial 50 to 79 %; ``refused`` includes those
    who broke off before; ``unknown`` are those of whom nobody knows whether they were eligible.
    """

    complete: int
    partial: int = 0
    refused: int = 0
    no_contact: int = 0
    other: int = 0
    unknown: int = 0

    def __post_init__(self) -> None:
        for name in ("complete", "partial", "refused", "no_contact", "other", "unknown"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} cannot be negative, got {getattr(self, name)}")

    @property
    def eligible(self) -> int:
        """People known to have been eligible (D)."""
        return self.complete + self.partial + self.refused + self.no_contact + self.other


def response_rates(outreach: Outreach, *, eligible_share: float) -> dict[str, float] | None:
    """AAPOR response rates RR1 to RR6, for a survey with a registered sampling frame only.

    Parameters
    ----------
    outreach
        Dispositions of everybody in the sample.
    eligible_share
        e: how many of the unknown are taken to be eligible, in [0, 1]; its basis is written down beside it.

    Returns
    -------
    dict or None
        None where nobody was eligible.

    Raises
    ------
    ValueError
        If ``eligible_share`` is outside [0, 1].

    Notes
    -----
    With I complete, P partial, D all eligible, U unknown: RR1 = I/(D+U), RR2 = (I+P)/(D+U), RR3 = I/(D+eU),
    RR4 = (I+P)/(D+eU), RR5 = I/D, RR6 = (I+P)/D.

    References
    ----------
    AAPOR, Standard Definitions.

    Examples
    --------
    >>> rates = response_rates(Outreach(620, 45, 210, 180, 25, 320), eligible_share=0.8)
    >>> round(rates["RR1"], 4), round(rates["RR6"], 4)
    (0.4429, 0.6157)
    """
    if not 0 <= eligible_share <= 1:
        raise ValueError(f"eligible_share must lie in [0, 1], got {eligible_share}")
    if not outreach.eligible:
        return None
    complete, some = outreach.complete, outreach.complete + outreach.partial
    everybody = outreach.eligible + outreach.unknown
    likely = outreach.eligible + eligible_share * outreach.unknown
    return {
        "RR1": complete / everybody,
        "RR2": some / everybody,
        "RR3": complete / likely,
        "RR4": some / likely,
        "RR5": complete / outreach.eligible,
        "RR6": some / outreach.eligible,
    }


def participation(outreach: Outreach, invited: int, *, confidence: float = 0.95) -> Estimate:
    """Participation rate of an opt-in panel: complete and partial answers over invited members, with Wilson's interval.

    Parameters
    ----------
    outreach
        Dispositions of the invited people.
    invited
        How many they are, at least 0.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    Estimate
        In [0, 1]. NO_ANSWERS where nobody was invited. Not a response rate: people joined the panel by themselves.

    Raises
    ------
    ValueError
        If more people answered than were invited.

    Notes
    -----
    ``(complete + partial) / invited``. No margin of error of a random sample is meant by the interval.

    References
    ----------
    AAPOR, Standard Definitions, on panels that people join by themselves.

    Examples
    --------
    >>> rate = participation(Outreach(complete=90, partial=6), 120)
    >>> rate.value, rate.n
    (0.8, 120)
    """
    answered = outreach.complete + outreach.partial
    if answered > invited:
        raise ValueError(f"cannot have {answered} answers from {invited} invited people")
    return share_of(answered, invited, confidence=confidence)


def dissimilarity(counts: Mapping[str, int], population: Mapping[str, float]) -> float | None:
    """Half the sum of the differences between sample and population shares of one margin.

    Parameters
    ----------
    counts
        Answers in each category; a category without answers may be left out.
    population
        People in each category, or their shares.

    Returns
    -------
    float or None
        0 alike, 1 nothing in common; above .10 is a warning. None without answers.

    Raises
    ------
    ValueError
        If an answered category is not in the population, a count is negative, or the population is empty.

    Notes
    -----
    ``sum |share of the sample - share of the population| / 2``: the share of answers that would have to be in another
    category.

    References
    ----------
    Duncan and Duncan (1955), American Sociological Review 20.

    Examples
    --------
    >>> round(dissimilarity({"19-39": 60, "40-64": 45, "65+": 15}, {"19-39": 3200, "40-64": 3200, "65+": 1600}), 6)
    0.1
    """
    foreign = [category for category in counts if category not in population]
    if foreign:
        raise ValueError(f"population lacks the categories {', '.join(foreign)}")
    _check_counts(counts)
    n, everybody = sum(counts.values()), sum(population.values())
    if not everybody > 0:
        raise ValueError("population must not be empty")
    if not n:
        return None
    return sum(abs(counts.get(category, 0) / n - people / everybody) for category, people in population.items()) / 2


@dataclass(frozen=True, slots=True)
class Coverage:
    """A group's share among the answers over its share of the population; 1 is as many as there should be."""

    group: str
    n: int
    sample: float
    population: float
    ratio: float


def coverage(counts: Mapping[str, int], population: Mapping[str, float]) -> list[Coverage]:
    """Coverage of each category of a margin, the worst covered first; empty without answers.

    Parameters
    ----------
    counts
        Answers in each category; a category without answers may be left out.
    population
        People in each category, or their shares; above 0.

    Returns
    -------
    list of Coverage
        ``ratio`` is the share of the answers over the share of the population: .6 means that four in ten are missing.

    Raises
    ------
    ValueError
        If the population of a category is not above 0, or a count is negative.

    Notes
    -----
    ``(n_g / n) / (N_g / N)``; 0 for a group without answers.

    Examples
    --------
    >>> found = coverage({"young": 105, "old": 15}, {"young": 80, "old": 20})
    >>> [(group.group, round(group.ratio, 3)) for group in found]
    [('old', 0.625), ('young', 1.094)]
    """
    _check_counts(counts)
    n, everybody = sum(counts.values()), sum(population.values())
    if any(people <= 0 for people in population.values()):
        raise ValueError("population must be above 0 in every category")
    if not n:
        return []
    found = []
    for group, people in population.items():
        sample, share = counts.get(group, 0) / n, people / everybody
        found.append(Coverage(group, counts.get(group, 0), sample, share, sample / share))
    return sorted(found, key=lambda of: (of.ratio, of.group))


def _check_counts(counts: Mapping[str, int]) -> None:
    for category, count in counts.items():
        if count < 0:
            raise ValueError(f"counts cannot be negative, got {count} in {category}")


@dataclass(frozen=True, slots=True)
class RIndicator:
    """How evenly the cells of a frame answered: 1 alike, lower the more they differ.

    ``partial`` is each cell's part in it, negative where it is under-represented. Small samples pull R down: show n.
    """

    value: float
    partial: Mapping[str, float]
    n: int
    method: str = R_INDICATOR


def r_indicator(frame: Mapping[str, int], answers: Mapping[str, int]) -> RIndicator:
    """R-indicator of the response propensities of a frame's cells.

    Parameters
    ----------
    frame
        People invited or registered in each cell, at least 1.
    answers
        How many of them answered.

    Returns
    -------
    RIndicator
        ``n`` counts the answers.

    Raises
    ------
    ValueError
        If a cell has more answers than people, or fewer than two people are in the frame.

    Notes
    -----
    ``rho_h = r_h / N_h``, ``R = 1 - 2 sqrt(sum N_h (rho_h - rho)^2 / (N - 1))``, ``P_h = sqrt(N_h / N) (rho_h - rho)``.

    References
    ----------
    Schouten, Cobben and Bethlehem (2009), Survey Methodology 35.

    Examples
    --------
    >>> round(r_indicator({"a": 500, "b": 300, "c": 200}, {"a": 250, "b": 120, "c": 40}).value, 5)
    0.77273
    """
    for cell, people in frame.items():
        if not 0 <= answers.get(cell, 0) <= people or people < 1:
            raise ValueError(f"cannot have {answers.get(cell, 0)} answers of {people} people in cell {cell}")
    foreign = [cell for cell in answers if cell not in frame]
    if foreign:
        raise ValueError(f"frame lacks the cells {', '.join(foreign)}")
    everybody, n = sum(frame.values()), sum(answers.values())
    if everybody < 2:
        raise ValueError(f"frame must hold at least two people, got {everybody}")
    rho = n / everybody
    apart = {cell: answers.get(cell, 0) / people - rho for cell, people in frame.items()}
    spread = sqrt(sum(frame[cell] * distance**2 for cell, distance in apart.items()) / (everybody - 1))
    return RIndicator(1 - 2 * spread, {cell: sqrt(frame[cell] / everybody) * apart[cell] for cell in frame}, n)


@dataclass(frozen=True, slots=True)
class GroupAnswers:
    """What is known of a registered group and of everybody who is certainly not in it.

    ``population`` is the group's share of the population in [0, 1], None where nobody counted it.
    """

    name: str
    accept: WeightedShare
    accept_rest: WeightedShare
    informed: Estimate
    informed_rest: Estimate
    n: int
    n_rest: int
    population: float | None = None


@dataclass(frozen=True, slots=True)
class Inclusion:
    """One group of the panel. Gaps are rest minus group: above 0 the group accepts less, or understood less.

    ``coverage`` is its share of the answers over its share of the population. ``word`` is the size of the gap of
    acceptance (as Cliff's delta, which the difference of two shares is), empty where there is none.
    """

    name: str
    n: int
    n_rest: int
    coverage: float | None
    accept: WeightedShare
    gap: Difference
    test: Adjusted
    word: Magnitude | None
    understanding_gap: Difference


@dataclass(frozen=True, slots=True)
class InclusionPanel:
    """All registered groups beside each other; ``n`` is the largest number of people a group and its rest make.

    ``unheard`` are the groups with too few answers to say anything about. ``worst`` has the largest gap of the others,
    None where none of them accepts less than the rest; ``least_covered`` lacks the most people.
    """

    groups: tuple[Inclusion, ...]
    worst: str | None
    least_covered: str | None
    unheard: tuple[str, ...]
    n: int
    method: str = INCLUSION
    reason: Reason | None = None


def inclusion_panel(
    groups: Sequence[GroupAnswers], *, least: int = LEAST_TESTED, confidence: float | None = None
) -> InclusionPanel:
    """Whom a service leaves out: coverage, acceptance and understanding of each registered group beside the rest.

    Parameters
    ----------
    groups
        The registered groups.
    least
        Answers from which a group is heard (m_min), at least 1.
    confidence
        Of the gaps, strictly between 0 and 1; where not said 1 - .10/G with G groups, as in the verdict.

    Returns
    -------
    InclusionPanel
        In the order given. NO_ANSWERS without groups. A gap has the reason NO_ANSWERS where a side has none.

    Raises
    ------
    ValueError
        If a population share is not above 0 and at most 1, or ``least`` is below 1.

    Notes
    -----
    Gap: share of the rest minus share of the group, Newcombe's interval on n* (understanding: on n). The p-values of
    acceptance are one registered family: `groups.shares_p` on n*, Holm's correction, none under 30 people. An interval
    that holds 0 does not mean that there is no gap.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890. Holm (1979).

    Examples
    --------
    >>> from surveys.stats.weights import weighted_share
    >>> old = GroupAnswers(
    ...     "65+",
    ...     accept=weighted_share({"": (30, 12)}),
    ...     accept_rest=weighted_share({"": (95, 76)}),
    ...     informed=share_of(15, 30),
    ...     informed_rest=share_of(76, 95),
    ...     n=30,
    ...     n_rest=95,
    ...     population=0.4,
    ... )
    >>> panel = inclusion_panel([old])
    >>> found = panel.groups[0]
    >>> round(found.coverage, 2), round(found.gap.value, 2), round(found.gap.interval.low, 4), found.word.value
    (0.6, 0.4, 0.2326, 'MEDIUM')
    >>> panel.worst, panel.unheard
    ('65+', ())
    """
    if least < 1:
        raise ValueError(f"least must be at least 1, got {least}")
    for group in groups:
        if group.population is not None and not 0 < group.population <= 1:
            raise ValueError(f"population of {group.name} must be above 0 and at most 1, got {group.population}")
    if not groups:
        return InclusionPanel((), None, None, (), 0, reason=Reason.NO_ANSWERS)
    confidence = 1 - GAP_ALPHA / len(groups) if confidence is None else confidence
    tests = registered_family(
        {group.name: (group.accept_rest.n, group.accept.n, _p_of(group.accept, group.accept_rest)) for group in groups}
    )
    found = []
    for group in groups:
        accept, rest = group.accept, group.accept_rest
        gap = difference_of_shares(rest, accept, confidence=confidence)
        knows, others = _unweighted(group.informed), _unweighted(group.informed_rest)
        understanding = difference_of_shares(others, knows, confidence=confidence)
        everybody = group.n + group.n_rest
        ratio = group.n / everybody / group.population if group.population and everybody else None
        word = None if gap.value is None else magnitude(gap.value, CLIFF)
        found.append(
            Inclusion(group.name, group.n, group.n_rest, ratio, accept, gap, tests[group.name], word, understanding)
        )
    behind = [one for one in found if one.n >= least and one.gap.value is not None and one.gap.value > 0]
    known = [one for one in found if one.coverage is not None]
    return InclusionPanel(
        tuple(found),
        worst=max(behind, key=lambda one: one.gap.value or 0.0).name if behind else None,
        least_covered=min(known, key=lambda one: one.coverage or 0.0).name if known else None,
        unheard=tuple(one.name for one in found if one.n < least),
        n=max(one.n + one.n_rest for one in found),
    )


def _p_of(group: WeightedShare, rest: WeightedShare) -> float | None:
    if group.value is None or rest.value is None:
        return None
    return shares_p(rest.value, rest.n_star, group.value, group.n_star)


def _unweighted(share: Estimate) -> WeightedShare:
    return WeightedShare(share.value, share.interval, share.n, share.n, None, reason=share.reason)
