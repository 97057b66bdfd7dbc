"""What a page shows of a wave, read from its state: no figure here sees a single answer.

Unless said otherwise figures are of the counted answers: those whose mode and use level count as registered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from surveys.stats.bootstrap import Replicates, weighted_stacks
from surveys.stats.comprehension import OPTIONS
from surveys.stats.drivers import Drivers, Score, drivers_of_products
from surveys.stats.estimates import Estimate
from surveys.stats.groups import Difference, Dominance, cliff, difference_of_shares
from surveys.stats.layout import FLAGS, USE_LEVELS, Item, Layout
from surveys.stats.means import Mean, mean_of_histogram, mean_of_sums, median_of_histogram
from surveys.stats.proportions import share_of
from surveys.stats.reliability import Alpha, Reliability, alpha_of_products, reliability_of_products
from surveys.stats.representativeness import Outreach
from surveys.stats.scoring import Integers, units_of
from surveys.stats.state import State, cross_products
from surveys.stats.verdict import Evidence, Kind, Rule
from surveys.stats.weights import SEPARATOR, CellSums, WeightedMean, WeightedShare, weighted_mean, weighted_share

SUSPECT_WARNING = 0.15


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One item: n responses, of which it applied to all but ``not_applicable``; raw values, not reversed."""

    code: str
    n: int
    answered: int
    dont_know: int
    no_answer: int
    not_applicable: int
    missing_rate: float | None
    histogram: Mapping[int, int]
    mean: Mean
    median: float | None
    top_2: Estimate
    bottom_2: Estimate


@dataclass(frozen=True, slots=True)
class ConstructFigures:
    """Scores of one construct (reversed items turned around) and whether its items belong together."""

    name: str
    mean: Mean
    alpha: Alpha


@dataclass(frozen=True, slots=True)
class Part:
    """Accept within one class of the answers: a mode, a use level, a number of flags."""

    label: str
    n: int
    accept: Estimate


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Accept of a registered group and of the rest, and their gap (rest minus group).

    ``unknown`` people did not say whether they belong to the group; they are in neither.
    """

    name: str
    n: int
    n_rest: int
    unknown: int
    accept: WeightedShare
    accept_rest: WeightedShare
    gap: Difference
    informed: Estimate
    informed_rest: Estimate


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """One comprehension question: share right of all who saw it, and what the others said."""

    right: Estimate
    wrong: int
    dont_know: int
    no_answer: int


class Reading(StrEnum):
    """How the informed share is read: good from 80 %, explain more from 60 %, below it acceptance carries a note."""

    GOOD = "good"
    EXPLAIN_MORE = "explain more"
    LOW = "low understanding"


@dataclass(frozen=True, slots=True)
class InformedFigures:
    """Who understood, and accept among them beside accept among the others (gap: informed minus others)."""

    informed: Estimate
    reading: Reading | None
    questions: tuple[QuestionFigures, ...]
    accept_informed: Estimate
    accept_others: Estimate
    gap: Difference


@dataclass(frozen=True, slots=True)
class KnowledgeFigures:
    """Means over the people who answered any question: the share of questions right, the same less what guessing gives,
    and the share of wrong answers among those that were not right (of the people who had any)."""

    objective: Mean
    corrected: Mean
    confident_wrong: Mean


@dataclass(frozen=True, slots=True)
class FlagFigures:
    """Responses with each kind of flag, and the share of suspects (two kinds or more); above 15 % is a warning."""

    n: int
    kinds: Mapping[str, int]
    suspects: Estimate
    warning: bool


def item_figures(state: State, code: str) -> ItemFigures:
    """Everything shown of one item.

    Parameters
    ----------
    state
        Of a wave.
    code
        One of the layout's items.

    Returns
    -------
    ItemFigures
        Values as they were given, not turned around.

    Raises
    ------
    ValueError
        If the layout does not hold the item.

    Notes
    -----
    Missing rate: "don't know" and no answer over all to whom the item applied. Top 2 and bottom 2: the two highest and
    lowest values of the scale, Wilson's interval.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "T1"}]})
    >>> state = tally(layout, np.array([[4], [5], [2], [98], [97]]), cells=["F"] * 5)
    >>> found = item_figures(state, "T1")
    >>> found.n, found.answered, found.missing_rate, found.median
    (5, 3, 0.25, 4.0)
    """
    if code not in state.layout.column:
        raise ValueError(f"code {code} is no item of the layout")
    item = state.layout.items[state.layout.column[code]]
    block = state.block(f"item:{code}").tolist()
    values = range(item.lo, item.hi + 1)
    histogram = dict(zip(values, block, strict=False))
    not_applicable, dont_know, no_answer = block[len(values) :]
    answered = sum(histogram.values())
    asked = answered + dont_know + no_answer
    return ItemFigures(
        code=code,
        n=asked + not_applicable,
        answered=answered,
        dont_know=dont_know,
        no_answer=no_answer,
        not_applicable=not_applicable,
        missing_rate=(asked - answered) / asked if asked else None,
        histogram=histogram,
        mean=mean_of_histogram(histogram),
        median=median_of_histogram(histogram),
        top_2=share_of(histogram[item.hi] + histogram[item.hi - 1], answered),
        bottom_2=share_of(histogram[item.lo] + histogram[item.lo + 1], answered),
    )


def construct_figures(state: State, name: str) -> ConstructFigures:
    """Mean score of a construct with its t interval, and alpha with Feldt's, over those who answered all its items.

    Parameters
    ----------
    state
        Of a wave.
    name
        One of the layout's constructs.

    Returns
    -------
    ConstructFigures
        The mean in points of the scale, reversed items turned around.

    Raises
    ------
    ValueError
        If the layout does not hold the construct.

    Notes
    -----
    The mean is over everybody with at least half of the items answered, alpha over those who answered all of them.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "T1", "construct": "TR"}, {"code": "T2", "construct": "TR"}]})
    >>> state = tally(layout, np.array([[4, 5], [2, 2], [3, 98]]), cells=["F"] * 3)
    >>> found = construct_figures(state, "TR")
    >>> round(found.mean.value, 4), found.mean.n, found.alpha.n
    (3.1667, 3, 2)
    """
    k = len(_construct(state, name))
    n, total, squares = state.block(f"score:{name}").tolist()
    return ConstructFigures(
        name=name,
        mean=mean_of_sums(n, total, squares, unit=units_of(k)),
        alpha=alpha_of_products(*cross_products(state.block(f"listwise:{name}"), k)),
    )


def construct_reliability(state: State, name: str) -> Reliability:
    """Alpha, omega, item-rest correlations and alpha if deleted, over those who answered all items of a construct.

    Parameters
    ----------
    state
        Of a wave.
    name
        One of the layout's constructs.

    Returns
    -------
    Reliability
        As `reliability.reliability` says.

    Raises
    ------
    ValueError
        If the layout does not hold the construct.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "T1", "construct": "TR"}, {"code": "T2", "construct": "TR"}]})
    >>> state = tally(layout, np.array([[4, 5], [2, 2], [3, 4]]), cells=["F"] * 3)
    >>> round(construct_reliability(state, "TR").correlation, 4)
    0.982
    """
    k = len(_construct(state, name))
    return reliability_of_products(*cross_products(state.block(f"listwise:{name}"), k))


def lowest_items(state: State, name: str, *, most: int = 2) -> tuple[str, ...]:
    """Codes of the items of a construct that stand lowest (turned drivers and reversed items turned around).

    Parameters
    ----------
    state
        Of a wave.
    name
        One of the layout's constructs.
    most
        How many at most; items nobody answered are not among them.

    Returns
    -------
    tuple of str
        The lowest first.

    Raises
    ------
    ValueError
        If the layout does not hold the construct.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "T1", "construct": "TR"}, {"code": "T2", "construct": "TR"}]})
    >>> state = tally(layout, np.array([[4, 5], [2, 3]]), cells=["F"] * 2)
    >>> lowest_items(state, "TR", most=1)
    ('T1',)
    """
    standing = {}
    for item in _construct(state, name):
        mean = item_figures(state, item.code).mean.value
        if mean is not None:
            turned = item.reverse != (name in state.layout.drivers.turned)
            standing[item.code] = item.lo + item.hi - mean if turned else mean
    return tuple(sorted(standing, key=lambda code: standing[code])[:most])


def driver_scores(layout: Layout) -> tuple[Score, ...]:
    """The layout's drivers and, last, their outcome, as `drivers.drivers_of_products` takes them.

    Parameters
    ----------
    layout
        With drivers.

    Returns
    -------
    tuple of Score

    Raises
    ------
    ValueError
        If the layout has no drivers.

    Examples
    --------
    >>> items = [{"code": name, "construct": name} for name in ("PU", "PE", "BI")]
    >>> layout = Layout.of({"items": items, "drivers": {"constructs": ["PU", "PE"], "outcome": "BI"}})
    >>> [score.name for score in driver_scores(layout)]
    ['PU', 'PE', 'BI']
    """
    if not layout.drivers.outcome:
        raise ValueError("layout has no drivers")
    return tuple(
        Score(
            name,
            len(layout.constructs[name]),
            layout.constructs[name][0].lo,
            layout.constructs[name][0].hi,
            name in layout.drivers.turned,
        )
        for name in (*layout.drivers.constructs, layout.drivers.outcome)
    )


def driver_figures(
    state: State,
    *,
    weights: Mapping[str, float] | None = None,
    replicates: Mapping[str, Replicates] | None = None,
) -> Drivers:
    """What goes together with the outcome, over those who answered all items of all drivers and of the outcome.

    Parameters
    ----------
    state
        Of a wave whose layout has drivers.
    weights
        By raking cell; everybody the same, where not said.
    replicates
        By raking cell, as `bootstrap.driver_replicates` draws them from the answers; they give the stability.

    Returns
    -------
    Drivers
        As `drivers.drivers_of_products` says; the alpha that must hold is that of everybody who answered all items of
        the outcome.

    Raises
    ------
    ValueError
        If the layout has no drivers.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> items = [{"code": name, "construct": name} for name in ("PU", "PE", "BI")]
    >>> layout = Layout.of({"items": items, "drivers": {"constructs": ["PU", "PE"], "outcome": "BI"}})
    >>> driver_figures(tally(layout, np.array([[4, 5, 4], [4, 98, 4]]), cells=["F", "M"])).reason.value
    'TOO_FEW'
    """
    scores = driver_scores(state.layout)
    k = len(state.layout.driver_items)
    of_outcome = construct_figures(state, state.layout.drivers.outcome).alpha
    n, sums, products = cross_products(state.block("drivers"), k)
    drawn = None
    if replicates:
        drawn = weighted_stacks(replicates, dict.fromkeys(replicates, 1.0) if weights is None else weights)
    if weights is None:
        return drivers_of_products(scores, n, sums, products, outcome_alpha=of_outcome, replicates=drawn)
    weighted = np.zeros(1 + k + k * (k + 1) // 2)
    for cell, block in state.by_cell("drivers").items():
        if block[0]:
            weighted += weights[cell] * block
    upper = np.zeros((k, k))
    upper[np.triu_indices(k)] = weighted[1 + k :]
    return drivers_of_products(
        scores,
        float(weighted[0]),
        weighted[1 : 1 + k],
        upper + np.triu(upper, 1).T,
        people=n,
        outcome_alpha=of_outcome,
        replicates=drawn,
    )


def construct_mean(
    state: State, name: str, *, weights: Mapping[str, float] | None = None, confidence: float = 0.95
) -> WeightedMean:
    """Mean score of a construct, weighted by raking cell; without weights everybody weighs the same.

    Parameters
    ----------
    state
        Of a wave.
    name
        One of the layout's constructs.
    weights
        By raking cell; everybody the same, where not said.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    WeightedMean
        In points of the scale.

    Raises
    ------
    ValueError
        If the layout does not hold the construct, or a cell has no weight above 0.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "T1", "construct": "TR"}, {"code": "T2", "construct": "TR"}]})
    >>> state = tally(layout, np.array([[4, 5], [2, 2]]), cells=["F", "M"])
    >>> construct_mean(state, "TR", weights={"F": 1, "M": 3}).value
    2.625
    """
    unit = units_of(len(_construct(state, name)))
    cells = {
        cell: CellSums(int(n), int(total) / unit, int(squares) / unit**2)
        for cell, (n, total, squares) in state.by_cell(f"score:{name}").items()
    }
    weights = dict.fromkeys(cells, 1.0) if weights is None else weights
    return weighted_mean(cells, weights, respondents=state.n(), confidence=confidence)


def outcome(
    state: State, name: str, *, weights: Mapping[str, float] | None = None, confidence: float = 0.95
) -> WeightedShare:
    """Share of ``accept``, ``use`` or ``endorse`` among those who can be judged, with Wilson's interval on n*.

    Parameters
    ----------
    state
        Of a wave.
    name
        ``accept``, ``use`` or ``endorse``.
    weights
        By raking cell; everybody the same, where not said.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    WeightedShare
        In [0, 1]; NO_ANSWERS where nobody can be judged.

    Raises
    ------
    ValueError
        If the name is none of the three, a cell has no weight above 0, or the confidence is not in (0, 1).

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "B1"}], "accept": {"items": ["B1"]}})
    >>> state = tally(layout, np.array([[4], [5], [2], [98]]), cells=["F", "F", "M", "M"])
    >>> found = outcome(state, "accept", weights={"F": 1, "M": 2})
    >>> found.value, found.n
    (0.5, 3)
    """
    if name not in ("accept", "use", "endorse"):
        raise ValueError(f"name must be accept, use or endorse, got {name}")
    return _share(state, state.by_cell(name), weights, confidence)


def group_figures(
    state: State, group: str, *, weights: Mapping[str, float] | None = None, gap_confidence: float = 0.90
) -> GroupFigures:
    """Accept and comprehension of a registered group beside the rest.

    Parameters
    ----------
    state
        Of a wave.
    group
        One of the layout's groups.
    weights
        By raking cell.
    gap_confidence
        Of the gap's interval: 1 - 0.10/G with G protected groups.

    Returns
    -------
    GroupFigures
        People who did not say whether they belong to the group are neither in it nor in the rest.

    Raises
    ------
    ValueError
        If the layout does not hold the group.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> items = [{"code": "B1", "construct": "BI"}]
    >>> layout = Layout.of({"items": items, "accept": {"items": ["B1"]}, "groups": ["65+"]})
    >>> state = tally(layout, np.array([[2], [4], [4], [5]]), cells=["F"] * 4, members=[[1], [0], [0], [-1]])
    >>> found = group_figures(state, "65+")
    >>> found.n, found.n_rest, found.unknown, found.gap.value
    (1, 2, 1, 1.0)
    """
    if group not in state.layout.groups:
        raise ValueError(f"group {group} is no group of the layout")
    everybody, members, unknown = (state.by_cell(name) for name in ("accept", f"member:{group}", f"unknown:{group}"))
    of_members = {cell: block[1:3] for cell, block in members.items()}
    of_rest = {cell: block - of_members[cell] - unknown[cell][1:3] for cell, block in everybody.items()}
    accept = _share(state, of_members, weights, 0.95)
    accept_rest = _share(state, of_rest, weights, 0.95)
    total = state.block(f"member:{group}")
    not_said = state.block(f"unknown:{group}")
    informed, _judged, _yes, others, _judged_others, _yes_others = state.block("informed").tolist()
    return GroupFigures(
        name=group,
        n=int(total[0]),
        n_rest=state.n() - int(total[0]) - int(not_said[0]),
        unknown=int(not_said[0]),
        accept=accept,
        accept_rest=accept_rest,
        gap=difference_of_shares(accept_rest, accept, confidence=gap_confidence),
        informed=share_of(int(total[4]), int(total[3])),
        informed_rest=share_of(
            informed - int(total[4]) - int(not_said[4]), informed + others - int(total[3]) - int(not_said[3])
        ),
    )


def accept_dominance(state: State, group: str) -> Dominance:
    """Cliff's delta of accept, yes above no, between the rest and a group: how far apart they are, unweighted.

    Parameters
    ----------
    state
        Of a wave.
    group
        One of the layout's groups.

    Returns
    -------
    Dominance
        Rest minus group, as `groups.cliff` gives it; the value is the difference of the unweighted shares.

    Raises
    ------
    ValueError
        If the layout does not hold the group.

    References
    ----------
    As `groups.cliff`.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> items = [{"code": "B1", "construct": "BI"}]
    >>> layout = Layout.of({"items": items, "accept": {"items": ["B1"]}, "groups": ["65+"]})
    >>> members = [[1], [1], [0], [0]]
    >>> accept_dominance(tally(layout, np.array([[2], [4], [4], [5]]), cells=["F"] * 4, members=members), "65+").value
    0.5
    """
    if group not in state.layout.groups:
        raise ValueError(f"group {group} is no group of the layout")
    (of_members, of_unknown) = (state.block(f"{who}:{group}")[1:3] for who in ("member", "unknown"))
    of_rest = state.block("accept") - of_members - of_unknown
    rest, members = ({0: int(judged - yes), 1: int(yes)} for judged, yes in (of_rest, of_members))
    return cliff(rest, members)


def group_scores(state: State, group: str) -> dict[str, tuple[Mean, Mean]]:
    """Mean score of each construct, of the group's members and of the rest.

    Parameters
    ----------
    state
        Of a wave.
    group
        One of the layout's groups.

    Returns
    -------
    dict
        From construct to both means, in points of the scale; whoever did not say is in neither.

    Raises
    ------
    ValueError
        If the layout does not hold the group.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> items = [{"code": "B1", "construct": "BI"}]
    >>> layout = Layout.of({"items": items, "accept": {"items": ["B1"]}, "groups": ["65+"]})
    >>> state = tally(layout, np.array([[2], [4], [5]]), cells=["F"] * 3, members=[[1], [0], [0]])
    >>> members, rest = group_scores(state, "65+")["BI"]
    >>> members.value, rest.value
    (2.0, 4.5)
    """
    if group not in state.layout.groups:
        raise ValueError(f"group {group} is no group of the layout")
    member, unknown = (state.block(f"{who}:{group}")[5:].reshape(-1, 3) for who in ("member", "unknown"))
    found = {}
    for number, (name, items) in enumerate(state.layout.constructs.items()):
        rest = state.block(f"score:{name}") - member[number] - unknown[number]
        unit = units_of(len(items))
        found[name] = (
            mean_of_sums(*member[number].tolist(), unit=unit),
            mean_of_sums(*rest.tolist(), unit=unit),
        )
    return found


def informed_figures(state: State) -> InformedFigures:
    """The informed share, its questions, and accept by understanding.

    Parameters
    ----------
    state
        Of a wave.

    Returns
    -------
    InformedFigures
        NO_ANSWERS where nobody answered a question.

    Notes
    -----
    Who answered none of the questions that count is neither informed nor not. The gap has Newcombe's interval.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "B1"}], "informed": {"questions": 1, "of": 1, "right": 1}})
    >>> state = tally(layout, np.array([[4], [5], [2]]), cells=["F"] * 3, marks=[[1], [1], [0]])
    >>> found = informed_figures(state)
    >>> round(found.informed.value, 3), found.reading.value
    (0.667, 'explain more')
    """
    informed, judged, yes, others, judged_others, yes_others = state.block("informed").tolist()
    share = share_of(informed, informed + others)
    reading = None
    if share.value is not None:
        reading = Reading.GOOD if share.value >= 0.8 else Reading.EXPLAIN_MORE if share.value >= 0.6 else Reading.LOW
    questions = tuple(
        QuestionFigures(share_of(right, right + wrong + dont_know + no_answer), wrong, dont_know, no_answer)
        for right, wrong, dont_know, no_answer in state.block("question").reshape(-1, 4).tolist()
    )
    return InformedFigures(
        informed=share,
        reading=reading,
        questions=questions,
        accept_informed=share_of(yes, judged),
        accept_others=share_of(yes_others, judged_others),
        gap=difference_of_shares(
            weighted_share({"": (judged, yes)}), weighted_share({"": (judged_others, yes_others)})
        ),
    )


def knowledge_figures(state: State) -> KnowledgeFigures:
    """How much people know of the pilot, over all questions asked.

    Parameters
    ----------
    state
        Of a wave with comprehension questions.

    Returns
    -------
    KnowledgeFigures
        NO_ANSWERS where nobody answered a question.

    Raises
    ------
    ValueError
        If the layout has no questions.

    Notes
    -----
    Of each person ``C/N``, ``(C - W/3)/N`` with four options a question and ``W/(W+K)``, as `comprehension` has them.
    Means and their t intervals follow from the sums, squares and products of C and W.

    References
    ----------
    Lackner et al. (2023).

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "B1"}], "informed": {"questions": 5}})
    >>> marks = [[1, 1, 0, 98, 1], [1, 1, 1, 1, 1]]
    >>> found = knowledge_figures(tally(layout, np.array([[4], [4]]), cells=["F", "F"], marks=marks))
    >>> [round(mean.value, 3) for mean in (found.objective, found.corrected, found.confident_wrong)]
    [0.8, 0.767, 0.5]
    """
    questions = state.layout.informed.questions
    if not questions:
        raise ValueError("layout has no comprehension questions")
    n, right, wrong, _unknown, right_2, right_wrong, wrong_2, could, confident, confident_2 = (
        int(value) for value in state.block("understanding")
    )
    by_guessing = OPTIONS - 1
    corrected = by_guessing * right - wrong
    corrected_2 = by_guessing**2 * right_2 - 2 * by_guessing * right_wrong + wrong_2
    return KnowledgeFigures(
        objective=mean_of_sums(n, right, right_2, unit=questions),
        corrected=mean_of_sums(n, corrected, corrected_2, unit=by_guessing * questions),
        confident_wrong=mean_of_sums(could, confident, confident_2, unit=units_of(questions)),
    )


def accept_by_mode(state: State) -> list[Part]:
    """Accept by how the answers came in; counted or not, since which modes count is registered.

    Parameters
    ----------
    state
        Of a wave.

    Returns
    -------
    list of Part
        In the order of ``layout.modes``.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "B1"}], "accept": {"items": ["B1"]}})
    >>> state = tally(layout, np.array([[4], [2]]), cells=["F"] * 2, modes=["self", "assisted"])
    >>> [(part.label, part.n, part.accept.value) for part in accept_by_mode(state)]
    [('self', 1, 1.0), ('assisted', 1, 0.0), ('paper', 0, None)]
    """
    return _parts(state.block("mode", counted=None), state.layout.modes)


def accept_by_use_level(state: State) -> list[Part]:
    """Accept by use level 1 to 5, then ``unknown``; counted or not, since levels 1 and 2 are acceptability.

    Parameters
    ----------
    state
        Of a wave.

    Returns
    -------
    list of Part
        Six of them.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "B1"}], "accept": {"items": ["B1"]}})
    >>> state = tally(layout, np.array([[4], [2]]), cells=["F"] * 2, use_levels=[3, 0])
    >>> [(part.label, part.n) for part in accept_by_use_level(state)][2:]
    [('3', 1), ('4', 0), ('5', 0), ('unknown', 1)]
    """
    parts = _parts(state.block("use_level", counted=None), ("unknown", *(str(level) for level in USE_LEVELS)))
    return [*parts[1:], parts[0]]


def flag_figures(state: State) -> FlagFigures:
    """How many responses carry which flags.

    Parameters
    ----------
    state
        Of a wave.

    Returns
    -------
    FlagFigures
        NO_ANSWERS without responses.

    References
    ----------
    Meade and Craig (2012), Psychological Methods 17.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "B1"}], "accept": {"items": ["B1"]}})
    >>> state = tally(layout, np.array([[4], [2]]), cells=["F"] * 2, flags=[3, 1])
    >>> found = flag_figures(state)
    >>> found.kinds["speed"], found.suspects.value, found.warning
    (2, 0.5, True)
    """
    classes = state.block("flags").reshape(3, 3)
    suspects = share_of(int(classes[2, 0]), int(classes[:, 0].sum()))
    return FlagFigures(
        n=suspects.n,
        kinds=dict(zip(FLAGS, state.block("flag").tolist(), strict=True)),
        suspects=suspects,
        warning=suspects.value is not None and suspects.value > SUSPECT_WARNING,
    )


def accept_without_suspects(state: State, *, weights: Mapping[str, float] | None = None) -> WeightedShare:
    """Accept of those with fewer than two kinds of flags, to be read beside accept of all; nobody is deleted.

    Parameters
    ----------
    state
        Of a wave.
    weights
        By raking cell; everybody the same, where not said.

    Returns
    -------
    WeightedShare
        As `outcome` gives it.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "B1"}], "accept": {"items": ["B1"]}})
    >>> state = tally(layout, np.array([[4], [2]]), cells=["F"] * 2, flags=[3, 1])
    >>> accept_without_suspects(state).value
    0.0
    """
    blocks = {cell: block.reshape(3, 3)[:2, 1:].sum(axis=0) for cell, block in state.by_cell("flags").items()}
    return _share(state, blocks, weights, 0.95)


def outreach(state: State, *, invited: int) -> Outreach:
    """Dispositions of the invited: answers by completeness, counted or not; whoever gave none was not reached.

    Parameters
    ----------
    state
        Of a wave.
    invited
        People invited, at least as many as answered.

    Returns
    -------
    Outreach

    Raises
    ------
    ValueError
        If there are more answers than invited people.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "B1"}], "accept": {"items": ["B1"]}})
    >>> state = tally(layout, np.array([[4], [99]]), cells=["F"] * 2)
    >>> outreach(state, invited=5)
    Outreach(complete=1, partial=0, refused=1, no_contact=3, other=0, unknown=0)
    """
    complete, partial, broken_off = state.block("disposition", counted=None).tolist()
    if complete + partial + broken_off > invited:
        raise ValueError(f"cannot have {complete + partial + broken_off} answers from {invited} invited people")
    return Outreach(complete, partial, broken_off, invited - complete - partial - broken_off)


def cell_counts(state: State) -> dict[str, int]:
    """Counted responses of each raking cell, as `weights.rake` takes them.

    Parameters
    ----------
    state
        Of a wave.

    Returns
    -------
    dict
        From cell to people.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "B1"}], "accept": {"items": ["B1"]}})
    >>> state = tally(layout, np.array([[4], [99]]), cells=["F/65+", "M/65+"])
    >>> cell_counts(state)
    {'F/65+': 1, 'M/65+': 1}
    """
    return {cell: int(block[0]) for cell, block in state.by_cell("n").items()}


def margin_counts(state: State, number: int) -> dict[str, int]:
    """Counted responses of each category of one raking variable.

    Parameters
    ----------
    state
        Of a wave.
    number
        Of the variable, from 0 in the order of the cells' names.

    Returns
    -------
    dict
        From category to people, ``unknown`` among them; categories without answers are left out.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "B1"}], "accept": {"items": ["B1"]}})
    >>> state = tally(layout, np.array([[4], [99]]), cells=["F/65+", "M/65+"])
    >>> margin_counts(state, 1)
    {'65+': 2}
    """
    found: dict[str, int] = {}
    for cell, n in cell_counts(state).items():
        category = cell.split(SEPARATOR)[number]
        found[category] = found.get(category, 0) + n
    return found


def evidence(
    state: State,
    rule: Rule,
    *,
    weights: Mapping[str, float] | None = None,
    failed_guards: Sequence[str] = (),
) -> Evidence:
    """What `verdict.verdict` looks at, of the counted answers.

    Parameters
    ----------
    state
        Of the frozen wave; its layout holds the rule's groups.
    rule
        As registered; its criteria may name ``use``, ``endorse`` or ``informed`` (share) and constructs (mean).
    weights
        By raking cell, where a recipe is registered.
    failed_guards
        Names of other registered guards that do not hold.

    Returns
    -------
    Evidence
        Weighted, where weights are given.

    Raises
    ------
    ValueError
        If the rule names a group or a metric that the layout does not hold.

    Examples
    --------
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "B1"}], "accept": {"items": ["B1"]}})
    >>> state = tally(layout, np.array([[4], [2]]), cells=["F"] * 2)
    >>> evidence(state, Rule()).accept.value
    0.5
    """
    groups = {}
    for name in rule.protected_groups:
        found = group_figures(state, name, weights=weights)
        groups[name] = (found.accept, found.accept_rest)
    criteria: dict[str, WeightedShare | WeightedMean] = {}
    for criterion in rule.criteria:
        if criterion.kind == Kind.MEAN:
            criteria[criterion.metric] = construct_mean(state, criterion.metric, weights=weights)
        elif criterion.metric == "informed":
            blocks = {cell: np.array([row[0] + row[3], row[0]]) for cell, row in state.by_cell("informed").items()}
            criteria[criterion.metric] = _share(state, blocks, weights, 0.95)
        else:
            criteria[criterion.metric] = outcome(state, criterion.metric, weights=weights)
    return Evidence(outcome(state, "accept", weights=weights), groups, criteria, tuple(failed_guards))


def _construct(state: State, name: str) -> tuple[Item, ...]:
    if name not in state.layout.constructs:
        raise ValueError(f"name {name} is no construct of the layout")
    return state.layout.constructs[name]


def _share(
    state: State, blocks: Mapping[str, Integers], weights: Mapping[str, float] | None, confidence: float
) -> WeightedShare:
    cells = {cell: (int(judged), int(yes)) for cell, (judged, yes) in blocks.items()}
    return weighted_share(cells, weights, respondents=state.n(), confidence=confidence)


def _parts(block: Integers, labels: Sequence[str]) -> list[Part]:
    return [
        Part(label, n, share_of(yes, judged))
        for label, (n, judged, yes) in zip(labels, block.reshape(-1, 3).tolist(), strict=True)
    ]
