"""Scores of the known instruments: SUS, UEQ-S, UEQ, Van der Laan, satisfaction, the recommend index, readiness.

Functions of one person take the answers as stored (raw values, 97 to 99 missing). Functions of a wave take a state or
histograms. A band is said of the mean of a group, never of a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import isclose, sqrt

import numpy as np

from surveys.stats.estimates import Estimate, Interval, Reason, two_sided_z
from surveys.stats.figures import construct_figures, item_figures
from surveys.stats.layout import is_sus
from surveys.stats.means import Mean, mean_of_histogram, mean_of_sums
from surveys.stats.proportions import share_of
from surveys.stats.scoring import MISSING, SUS_LEARNABILITY, SUS_MAY_MISS, SUS_OPPOSITES, least_answered, units_of
from surveys.stats.state import State, cross_products

SUS_AVERAGE = 68.0
# Lowest mean of the grade, its name, and the percentiles it spans (Sauro and Lewis).
SUS_GRADES = (
    (84.1, "A+", (96, 100)),
    (80.8, "A", (90, 95)),
    (78.9, "A-", (85, 89)),
    (77.2, "B+", (80, 84)),
    (74.1, "B", (70, 79)),
    (72.6, "B-", (65, 69)),
    (71.1, "C+", (60, 64)),
    (65.0, "C", (41, 59)),
    (62.7, "C-", (35, 40)),
    (51.7, "D", (15, 34)),
    (0.0, "F", (0, 14)),
)
BENCHMARK_WORDS = ("excellent", "good", "above average", "below average", "bad")
# Lower limits of excellent, good, above average, below average.
UEQ_S_BENCHMARK: Mapping[str, tuple[float, ...]] = {"PQ": (1.73, 1.55, 1.15, 0.73), "HQ": (1.55, 1.25, 0.88, 0.57)}
UEQ_BENCHMARK: Mapping[str, tuple[float, ...]] = {
    "ATT": (1.84, 1.58, 1.18, 0.69),
    "PER": (2.00, 1.73, 1.20, 0.72),
    "EFF": (1.88, 1.50, 1.05, 0.60),
    "DEP": (1.70, 1.48, 1.14, 0.78),
    "STI": (1.70, 1.35, 1.00, 0.50),
    "NOV": (1.60, 1.12, 0.70, 0.16),
}
UEQ_SCALES: Mapping[str, int] = {"ATT": 6, "PER": 4, "EFF": 4, "DEP": 4, "STI": 4, "NOV": 4}
# The middle of seven and of five boxes.
SEVEN, FIVE = 4, 3
VDL_MIRRORED = (3, 6, 8)
PROMOTERS, DETRACTORS = range(9, 11), range(7)
RECOMMEND = "normal, index"
# The constructs of the acceptance index; privacy concern enters turned around.
INDEX = ("PU", "PE", "TR", "FA", "AT", "BI")
CONCERN = "PC"
INDEX_METHOD = "mean of construct scores, half-widths averaged"


class Acceptability(StrEnum):
    """What a mean SUS score says about the system."""

    NO = "not acceptable"
    MARGINAL = "marginal"
    YES = "acceptable"


class Word(StrEnum):
    """What a mean on 1 to 5 of the acceptance survey says."""

    REJECTING = "rejecting"
    UNDECIDED = "undecided"
    LEANING = "leaning"
    ACCEPTING = "accepting"


@dataclass(frozen=True, slots=True)
class Sus:
    """SUS of one person, 0 to 100; None with more than two items missing, as are the sub-scores then.

    ``filled`` missing items were scored as the middle. ``both_sides`` flags agreement with two opposite items.
    """

    score: float | None
    learnability: float | None
    usability: float | None
    filled: int
    both_sides: bool


@dataclass(frozen=True, slots=True)
class SusBand:
    """Where a mean SUS score stands among many studies: grade, percentiles it spans, acceptability."""

    grade: str
    percentiles: tuple[int, int]
    acceptability: Acceptability


@dataclass(frozen=True, slots=True)
class UeqS:
    """UEQ-S of one person, -3 to +3. ``overall`` is for completeness: pragmatic and hedonic quality are shown."""

    pragmatic: float | None
    hedonic: float | None
    overall: float | None


@dataclass(frozen=True, slots=True)
class Ueq:
    """UEQ of one person: score of each scale, -3 to +3, and the checks of its authors.

    ``wide`` scales have answers more than 3 apart; two or more of them make ``inconsistent``. ``monotonous`` is more
    than 15 equal answers of the 26.
    """

    scales: Mapping[str, float | None]
    wide: tuple[str, ...]
    inconsistent: bool
    monotonous: bool


@dataclass(frozen=True, slots=True)
class VanDerLaan:
    """Van der Laan of one person, -2 to +2: usefulness, satisfying, and the mean of all nine items."""

    usefulness: float | None
    satisfying: float | None
    overall: float | None


@dataclass(frozen=True, slots=True)
class RecommendIndex:
    """Share that would recommend minus share that would not, times 100: -100 to +100."""

    value: float | None
    standard_error: float | None
    interval: Interval | None
    n: int
    promoters: int
    detractors: int
    method: str = RECOMMEND
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Share of the two highest answers, and the mean."""

    top_2: Estimate
    mean: Mean


@dataclass(frozen=True, slots=True)
class AcceptanceIndex:
    """Mean of 0-100 scores of the constructs named in ``of``. To be shown, never to be decided upon.

    ``n`` people are behind the construct that the fewest answered; a person's own index has neither n nor interval.
    """

    value: float | None
    of: tuple[str, ...]
    reason: Reason | None = None
    interval: Interval | None = None
    n: int = 0
    method: str = INDEX_METHOD


@dataclass(frozen=True, slots=True)
class WaveScore:
    """Mean score of a wave in the instrument's own unit, from ``lo`` to ``hi``.

    ``left_out`` responses answered too little for a score. ``reading`` is the band of the mean, empty without one. Of
    the SUS, ``filled`` people left one or two items out, for which the middle stands, and ``both_sides`` agree with two
    opposite items; ``parts`` are learnability and usability. They are unknown (None, none) of waves that were counted
    without them.
    """

    name: str
    mean: Mean
    lo: float
    hi: float
    left_out: int
    reading: str
    filled: int | None = None
    both_sides: int | None = None
    parts: Mapping[str, Mean] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PilotRecord:
    """What the platform knows of a pilot when an evaluator rates its readiness.

    Answers of its largest closed wave, and how many of them came from people who used the service; whether a REVISE
    verdict was followed by a new version and a new wave; whether a SCALE verdict has a published report; months of
    monitoring since SCALE without an open alarm.
    """

    answers: int = 0
    actual_users: int = 0
    revised_and_asked_again: bool = False
    scaled: bool = False
    published: bool = False
    calm_months: int = 0


def sus(answers: Sequence[int]) -> Sus:
    """Score one person's ten answers to the System Usability Scale.

    Parameters
    ----------
    answers
        Ten raw values 1 to 5 or missing codes, in the order of the items.

    Returns
    -------
    Sus
        Scores from 0 to 100.

    Raises
    ------
    ValueError
        If there are not ten answers or one is impossible.

    Notes
    -----
    Odd items contribute ``x - 1``, even items ``5 - x``; the score is 2.5 times the sum. Up to two missing items
    contribute 2, the middle; with more there is no score. Learnability is 12.5 times the contributions of items 4 and
    10, usability 3.125 times the others; Lewis and Sauro later advised against relying on this split.

    References
    ----------
    Brooke 1996; Lewis and Sauro 2018.

    Examples
    --------
    >>> sus([5, 4, 2, 1, 2, 3, 2, 4, 5, 2]).score
    55.0
    >>> sus([3, 3, 3, 3, 3, 3, 3, 3, 99, 98])
    Sus(score=50.0, learnability=50.0, usability=50.0, filled=2, both_sides=False)
    """
    _check("answers", answers, length=10, lo=1, hi=5)
    contributions = [
        2 if value in MISSING else value - 1 if number % 2 else 5 - value for number, value in enumerate(answers, 1)
    ]
    filled = sum(value in MISSING for value in answers)
    both_sides = any(all(answers[number - 1] in (4, 5) for number in pair) for pair in SUS_OPPOSITES)
    if filled > SUS_MAY_MISS:
        return Sus(None, None, None, filled, both_sides)
    learning = sum(contributions[number - 1] for number in SUS_LEARNABILITY)
    total = sum(contributions)
    return Sus(2.5 * total, 12.5 * learning, 3.125 * (total - learning), filled, both_sides)


def sus_band(mean: float) -> SusBand:
    """The band of a mean SUS score; not for a single person.

    Parameters
    ----------
    mean
        Of a group, 0 to 100.

    Returns
    -------
    SusBand

    Raises
    ------
    ValueError
        If the mean is not in 0..100.

    Notes
    -----
    The curve of Sauro and Lewis rests on studies in English. 68 is the 50th percentile. Below 51.7 not acceptable, from
    71.1 acceptable, between marginal.

    References
    ----------
    Sauro and Lewis 2016; Bangor, Kortum and Miller 2009.

    Examples
    --------
    >>> band = sus_band(68)
    >>> band.grade, band.percentiles, band.acceptability.value
    ('C', (41, 59), 'marginal')
    """
    if not 0 <= mean <= 100:
        raise ValueError(f"mean must lie in 0..100, got {mean}")
    _lowest, grade, percentiles = next(row for row in SUS_GRADES if mean >= row[0])
    acceptability = Acceptability.YES if mean >= 71.1 else Acceptability.MARGINAL if mean >= 51.7 else Acceptability.NO
    return SusBand(grade, percentiles, acceptability)


def ueq_s(answers: Sequence[int]) -> UeqS:
    """Score one person's eight answers to the short User Experience Questionnaire.

    Parameters
    ----------
    answers
        Eight raw values 1 to 7 (the negative pole is always left) or missing codes: pragmatic 1-4, hedonic 5-8.

    Returns
    -------
    UeqS
        Scores from -3 to +3; None with fewer than two of four items answered.

    Raises
    ------
    ValueError
        If there are not eight answers or one is impossible.

    Notes
    -----
    ``answer - 4``, then the mean of items 1-4 and of 5-8. The authors warn against reading the overall mean as the one
    figure.

    References
    ----------
    Schrepp, Hinderks and Thomaschewski 2017; UEQ handbook, version 11.

    Examples
    --------
    >>> ueq_s([1, 6, 4, 5, 3, 4, 3, 5])
    UeqS(pragmatic=0.0, hedonic=-0.25, overall=-0.125)
    """
    _check("answers", answers, length=8, lo=1, hi=7)
    pragmatic, hedonic = (_mean_around(part, SEVEN) for part in (answers[:4], answers[4:]))
    overall = None if pragmatic is None or hedonic is None else _mean_around(answers, SEVEN)
    return UeqS(pragmatic, hedonic, overall)


def ueq(answers: Sequence[int], key: Sequence[tuple[str, int]]) -> Ueq:
    """Score one person's 26 answers to the User Experience Questionnaire.

    Parameters
    ----------
    answers
        26 raw values 1 to 7 or missing codes, in the order shown.
    key
        For each item its scale (ATT PER EFF DEP STI NOV) and +1 where the positive pole is right, -1 where it is left.
        It is imported from the official file.

    Returns
    -------
    Ueq
        Scores from -3 to +3; None with fewer than half of a scale's items answered.

    Raises
    ------
    ValueError
        If answers or key do not fit the questionnaire.

    Notes
    -----
    ``sign * (answer - 4)``, then the mean of each scale.

    References
    ----------
    Schrepp, UEQ handbook, version 11.

    Examples
    --------
    >>> key = [(scale, 1) for scale, items in UEQ_SCALES.items() for _ in range(items)]
    >>> found = ueq([7] * 6 + [4] * 20, key)
    >>> found.scales["ATT"], found.scales["NOV"], found.monotonous
    (3.0, 0.0, True)
    """
    _check("answers", answers, length=26, lo=1, hi=7)
    if Counter(scale for scale, _sign in key) != Counter(UEQ_SCALES):
        raise ValueError("key must give six items to ATT and four to each other scale")
    if any(sign not in (1, -1) for _scale, sign in key):
        raise ValueError("key must have the signs 1 and -1")
    turned: dict[str, list[int]] = {scale: [] for scale in UEQ_SCALES}
    for value, (scale, sign) in zip(answers, key, strict=True):
        turned[scale].append(value if value in MISSING else SEVEN + sign * (value - SEVEN))
    said = {scale: [value for value in values if value not in MISSING] for scale, values in turned.items()}
    wide = tuple(scale for scale, values in said.items() if values and max(values) - min(values) > 3)
    counts = Counter(value for value in answers if value not in MISSING)
    return Ueq(
        scales={scale: _mean_around(values, SEVEN) for scale, values in turned.items()},
        wide=wide,
        inconsistent=len(wide) >= 2,
        monotonous=max(counts.values(), default=0) > 15,
    )


def benchmark(mean: float, limits: Sequence[float]) -> str:
    """How the mean of an UEQ scale compares with the products of the benchmark.

    Parameters
    ----------
    mean
        Of a group, -3 to +3.
    limits
        Lower limits of excellent, good, above average and below average, falling, as in `UEQ_BENCHMARK`.

    Returns
    -------
    str
        One of `BENCHMARK_WORDS`; a mean on a limit has the better word.

    Raises
    ------
    ValueError
        If the mean is out of range or the limits do not fall.

    References
    ----------
    Schrepp, UEQ handbook, version 11; Hinderks, Schrepp and Thomaschewski 2018 for the UEQ-S.

    Examples
    --------
    >>> benchmark(1.2, UEQ_BENCHMARK["ATT"]), benchmark(0.1, UEQ_BENCHMARK["NOV"])
    ('above average', 'bad')
    """
    if not -3 <= mean <= 3:
        raise ValueError(f"mean must lie in -3..3, got {mean}")
    if len(limits) != len(BENCHMARK_WORDS) - 1 or sorted(set(limits), reverse=True) != list(limits):
        raise ValueError(f"limits must be four falling numbers, got {list(limits)}")
    return next((word for word, limit in zip(BENCHMARK_WORDS, limits, strict=False) if mean >= limit), "bad")


def tendency(mean: float) -> str:
    """Whether a mean from -3 to +3 leans anywhere.

    Parameters
    ----------
    mean
        Of a group, -3 to +3.

    Returns
    -------
    str
        ``positive`` above +0.8, ``negative`` below -0.8, ``neutral`` between.

    References
    ----------
    Schrepp, UEQ handbook, version 11.

    Examples
    --------
    >>> [tendency(mean) for mean in (0.81, 0.8, -1)]
    ['positive', 'neutral', 'negative']
    """
    return "positive" if mean > 0.8 else "negative" if mean < -0.8 else "neutral"


def vdl(positions: Sequence[int]) -> VanDerLaan:
    """Score one person's nine answers to the acceptance scale of Van der Laan.

    Parameters
    ----------
    positions
        Nine ticks, 1 the leftmost box and 5 the rightmost, or missing codes.

    Returns
    -------
    VanDerLaan
        Scores from -2 to +2; None with fewer than half of the items answered.

    Raises
    ------
    ValueError
        If there are not nine positions or one is impossible.

    Notes
    -----
    A tick gives ``3 - position``; items 3, 6 and 8 are printed the other way round and change sign. Usefulness is the
    mean of the odd items, satisfying of the even ones. The paper of 1997 printed the scoring wrongly; this is the
    corrected key of the authors' page.

    References
    ----------
    Van der Laan, Heino and De Waard 1997; Zoellick et al. 2021.

    Examples
    --------
    >>> found = vdl([1, 2, 4, 2, 1, 5, 2, 4, 3])
    >>> found.usefulness, found.satisfying, round(found.overall, 4)
    (1.2, 1.25, 1.2222)
    """
    _check("positions", positions, length=9, lo=1, hi=5)
    turned = [
        value if value in MISSING or number in VDL_MIRRORED else 2 * FIVE - value
        for number, value in enumerate(positions, 1)
    ]
    usefulness, satisfying = _mean_around(turned[::2], FIVE), _mean_around(turned[1::2], FIVE)
    overall = None if usefulness is None or satisfying is None else _mean_around(turned, FIVE)
    return VanDerLaan(usefulness, satisfying, overall)


def recommend_index(histogram: Mapping[int, int], *, confidence: float = 0.95) -> RecommendIndex:
    """Recommend index of answers from 0 to 10, counted by value.

    Parameters
    ----------
    histogram
        How many people gave each value.
    confidence
        Strictly between 0 and 1.

    Returns
    -------
    RecommendIndex
        -100 to +100. No answers: reason NO_ANSWERS. Everybody in one of the three classes: a value without interval,
        reason NO_VARIATION.

    Raises
    ------
    ValueError
        If a value is not in 0..10 or a count is negative.

    Notes
    -----
    ``100 (p(9, 10) - p(0..6))`` with ``SE = 100 sqrt((pP + pD - (pP - pD)^2) / n)`` and a normal interval, cut at
    -100 and 100. Coarse and noisy: never a criterion of a verdict.

    References
    ----------
    Variance of the difference of two shares of one multinomial sample.

    Examples
    --------
    >>> found = recommend_index({10: 90, 8: 60, 3: 50})
    >>> found.value, round(found.standard_error, 7), round(found.interval.low, 3)
    (20.0, 5.7445626, 8.741)
    """
    if any(value not in range(11) or count < 0 for value, count in histogram.items()):
        raise ValueError(f"histogram must count values 0 to 10, got {dict(histogram)}")
    n = sum(histogram.values())
    promoters, detractors = (sum(histogram.get(value, 0) for value in part) for part in (PROMOTERS, DETRACTORS))
    if n == 0:
        return RecommendIndex(None, None, None, 0, 0, 0, reason=Reason.NO_ANSWERS)
    difference = promoters - detractors
    value = 100 * difference / n
    error = 100 * sqrt((n * (promoters + detractors) - difference * difference) / n**3)
    if error == 0:
        return RecommendIndex(value, None, None, n, promoters, detractors, reason=Reason.NO_VARIATION)
    half = two_sided_z(confidence) * error
    interval = Interval(max(-100.0, value - half), min(100.0, value + half), confidence, RECOMMEND)
    return RecommendIndex(value, error, interval, n, promoters, detractors)


def satisfaction(histogram: Mapping[int, int]) -> Satisfaction:
    """Share of 4 and 5, and the mean, of answers from 1 to 5 counted by value.

    Parameters
    ----------
    histogram
        How many people gave each value.

    Returns
    -------
    Satisfaction
        The share with Wilson's interval, the mean with its t interval; NO_ANSWERS without any.

    Raises
    ------
    ValueError
        If a value is not in 1..5 or a count is negative.

    Examples
    --------
    >>> found = satisfaction({3: 2, 4: 5, 5: 1})
    >>> found.top_2.value, found.mean.value
    (0.75, 3.875)
    """
    if any(value not in range(1, 6) or count < 0 for value, count in histogram.items()):
        raise ValueError(f"histogram must count values 1 to 5, got {dict(histogram)}")
    return Satisfaction(
        share_of(histogram.get(4, 0) + histogram.get(5, 0), sum(histogram.values())), mean_of_histogram(histogram)
    )


def acceptance_word(mean: float) -> Word:
    """A mean of the acceptance survey in a word; there are no norms from elsewhere.

    Parameters
    ----------
    mean
        1 to 5.

    Returns
    -------
    Word

    Raises
    ------
    ValueError
        If the mean is not in 1..5.

    Notes
    -----
    Rejecting below 2.5, undecided below 3.5, leaning below 4, accepting from 4 on.

    Examples
    --------
    >>> [acceptance_word(mean).value for mean in (2.49, 2.5, 3.5, 4)]
    ['rejecting', 'undecided', 'leaning', 'accepting']
    """
    if not 1 <= mean <= 5:
        raise ValueError(f"mean must lie in 1..5, got {mean}")
    if mean < 2.5:
        return Word.REJECTING
    return Word.UNDECIDED if mean < 3.5 else Word.LEANING if mean < 4 else Word.ACCEPTING


def out_of_100(score: float, lo: float, hi: float) -> float:
    """A score moved to 0..100. It is no percentage of people.

    Parameters
    ----------
    score
        ``lo`` to ``hi``.
    lo, hi
        Ends of the scale.

    Returns
    -------
    float
        0 to 100.

    Raises
    ------
    ValueError
        If the score is not on its scale.

    Notes
    -----
    ``100 (score - lo) / (hi - lo)``.

    Examples
    --------
    >>> out_of_100(4, 1, 5)
    75.0
    """
    if not lo < hi or not lo <= score <= hi:
        raise ValueError(f"score {score} is not on the scale {lo}..{hi}")
    return 100 * (score - lo) / (hi - lo)


def acceptance_index(scores: Mapping[str, float | None]) -> AcceptanceIndex:
    """Mean of the 0-100 scores of usefulness, ease, trust, fairness, attitude, intention and privacy comfort.

    Parameters
    ----------
    scores
        Construct scores from 1 to 5 by name, of a person or means of a group; PC as concern, it is turned around
        here. Other constructs are left aside, and those without a score.

    Returns
    -------
    AcceptanceIndex
        0 to 100; NO_ANSWERS where none of the constructs has a score.

    Raises
    ------
    ValueError
        If a score is not in 1..5.

    Notes
    -----
    Privacy comfort is ``6 - PC``. To be shown, never to be decided upon.

    Examples
    --------
    >>> found = acceptance_index({"PU": 4.0, "PC": 2.0, "SI": 1.0})
    >>> found.value, found.of
    (75.0, ('PU', 'PCr'))
    """
    turned = {name: scores.get(name) for name in INDEX}
    concern = scores.get(CONCERN)
    turned["PCr"] = None if concern is None else 6 - concern
    found = {name: out_of_100(score, 1, 5) for name, score in turned.items() if score is not None}
    if not found:
        return AcceptanceIndex(None, (), Reason.NO_ANSWERS)
    return AcceptanceIndex(sum(found.values()) / len(found), tuple(found))


def acceptance_index_of_means(means: Mapping[str, Mean]) -> AcceptanceIndex:
    """Acceptance index of a group, from the means of its constructs, with an interval that is wide enough.

    Parameters
    ----------
    means
        Means from 1 to 5 by construct, all at one level of confidence; PC as concern.

    Returns
    -------
    AcceptanceIndex
        0 to 100. Without an interval where one of the means has none (TOO_FEW).

    Raises
    ------
    ValueError
        If a mean is not in 1..5.

    Notes
    -----
    The half-width is the mean of the half-widths of the constructs on 0-100. The standard error of a mean of several
    scores is at most the mean of their standard errors, whatever their correlations, so that the interval covers at
    least as often as those of the constructs. Cut at 0 and 100.

    References
    ----------
    Minkowski's inequality, for standard deviations.

    Examples
    --------
    >>> trust, concern = (mean_of_histogram(counts) for counts in ({3: 20, 4: 40, 5: 20}, {1: 20, 2: 40, 3: 20}))
    >>> found = acceptance_index_of_means({"TR": trust, "PC": concern})
    >>> found.value, round(found.interval.low, 2), round(found.interval.high, 2), found.n
    (75.0, 71.04, 78.96, 80)
    """
    known = {name: mean for name, mean in means.items() if name in (*INDEX, CONCERN) and mean.value is not None}
    index = acceptance_index({name: mean.value for name, mean in known.items()})
    if index.value is None:
        return index
    n = min(mean.n for mean in known.values())
    intervals = [mean.interval for mean in known.values() if mean.interval is not None]
    if len(intervals) < len(known):
        return replace(index, n=n, reason=Reason.TOO_FEW)
    half = sum(interval.high - interval.low for interval in intervals) / len(intervals) / 2 * (100 / 4)
    limits = max(0.0, index.value - half), min(100.0, index.value + half)
    return replace(index, n=n, interval=Interval(*limits, intervals[0].confidence, INDEX_METHOD))


def sus_of_wave(state: State, construct: str = "SUS") -> WaveScore:
    """Mean SUS score of a wave with its t interval and grade, of those who left out at most two of the ten items.

    Parameters
    ----------
    state
        Whose layout holds the construct: ten items 1..5 with the even ones reversed.
    construct
        Its name.

    Returns
    -------
    WaveScore
        0 to 100; the reading is the grade.

    Raises
    ------
    ValueError
        If the layout does not hold such a construct.

    Notes
    -----
    The mean of what `sus` says of each person. Counts of a layout that does not name the SUS among its instruments hold
    the people who answered every item, and no others: there the rest are in ``left_out``.

    References
    ----------
    Brooke 1996; Sauro and Lewis 2016; Lewis and Sauro 2018 on the two parts.

    Examples
    --------
    >>> from surveys.stats.layout import Layout
    >>> from surveys.stats.state import tally
    >>> items = [{"code": f"S{n}", "construct": "SUS", "reverse": n % 2 == 0} for n in range(1, 11)]
    >>> layout = Layout.of({"items": items, "instruments": [{"name": "SUS", "method": "sus", "constructs": ["SUS"]}]})
    >>> answers = np.array([[5, 4, 2, 1, 2, 3, 2, 4, 5, 2], [5, 1] * 4 + [99, 98]])
    >>> found = sus_of_wave(tally(layout, answers, cells=["F", "M"]))
    >>> found.mean.value, found.reading, found.left_out, found.filled
    (72.5, 'C+', 0, 1)
    """
    if not is_sus(state.layout.constructs.get(construct, ())):
        raise ValueError(f"construct {construct} is not laid out as the SUS")
    if f"sus:{construct}" in state.layout.sections:
        n, *sums, filled, both_sides = state.block(f"sus:{construct}").tolist()
        whole, learnability, usability = (
            _moved(mean_of_sums(n, *sums[2 * place : 2 * place + 2]), factor=factor, shift=0)
            for place, factor in enumerate((2.5, 12.5, 3.125))
        )
        return WaveScore(
            construct,
            whole,
            0,
            100,
            state.n() - n,
            "" if whole.value is None else sus_band(whole.value).grade,
            filled=filled,
            both_sides=both_sides,
            parts={"learnability": learnability, "usability": usability},
        )
    n, sums, products = cross_products(state.block(f"listwise:{construct}"), 10)
    total, squares = int(np.sum(sums)), int(np.sum(products))
    # (sum - 10) * 2.5, squared and summed, without leaving the integers.
    mean = _moved(mean_of_sums(n, total - 10 * n, squares - 20 * total + 100 * n), factor=2.5, shift=0)
    reading = "" if mean.value is None else sus_band(mean.value).grade
    return WaveScore(construct, mean, 0, 100, state.n() - n, reading)


def score_of_wave(state: State, construct: str, *, benchmark_limits: Sequence[float] = ()) -> WaveScore:
    """Mean score of a construct around the middle of its scale: -3..+3 of seven boxes, -2..+2 of five.

    Parameters
    ----------
    state
        Whose layout holds the construct, with items turned so that a high answer is good.
    construct
        Its name.
    benchmark_limits
        Of `UEQ_BENCHMARK` or `UEQ_S_BENCHMARK`; without them the reading of seven boxes is the tendency.

    Returns
    -------
    WaveScore
        Of everybody with at least half of the items answered.

    Raises
    ------
    ValueError
        If the layout does not hold the construct.

    Examples
    --------
    >>> from surveys.stats.layout import Layout
    >>> from surveys.stats.state import tally
    >>> items = [{"code": f"Q{n}", "lo": 1, "hi": 7, "construct": "PQ"} for n in range(1, 5)]
    >>> answers = np.array([[5, 5, 4, 5], [6, 7, 2, 5]])
    >>> found = score_of_wave(tally(Layout.of({"items": items}), answers, cells=["F", "M"]), "PQ")
    >>> found.mean.value, found.reading
    (0.875, 'positive')
    """
    mean = construct_figures(state, construct).mean
    item = state.layout.constructs[construct][0]
    middle, half = (item.lo + item.hi) / 2, (item.hi - item.lo) / 2
    moved = _moved(mean, factor=1, shift=-middle)
    reading = ""
    if moved.value is not None and benchmark_limits:
        reading = benchmark(moved.value, benchmark_limits)
    elif moved.value is not None and isclose(half, 3):
        reading = tendency(moved.value)
    return WaveScore(construct, moved, -half, half, state.n() - mean.n, reading)


def overall_of_wave(state: State, name: str) -> WaveScore:
    """Mean of all items of an instrument with several constructs, around the middle of their scale.

    Parameters
    ----------
    state
        Whose layout names the instrument.
    name
        Its name.

    Returns
    -------
    WaveScore
        Of everybody with a score in each of its constructs.

    Raises
    ------
    ValueError
        If the layout does not name such an instrument.

    Notes
    -----
    The mean of what `vdl` calls overall: each answered item of a person counts alike.

    References
    ----------
    Zoellick et al. 2021, who found two factors in 2 of 10 analyses.

    Examples
    --------
    >>> from surveys.stats.layout import Layout
    >>> from surveys.stats.state import tally
    >>> items = [{"code": f"V{n}", "construct": ("S", "U")[n % 2]} for n in range(1, 10)]
    >>> both = {"name": "VDL", "method": "mean", "constructs": ["U", "S"]}
    >>> layout = Layout.of({"items": items, "instruments": [both]})
    >>> overall_of_wave(tally(layout, np.array([[5] * 9, [3] * 8 + [98]]), cells=["F", "M"]), "VDL").mean.value
    1.0
    """
    instrument = next((one for one in state.layout.instruments if one.name == name and one.method == "mean"), None)
    if instrument is None:
        raise ValueError(f"layout names no instrument {name} of several constructs")
    items = [item for construct in instrument.constructs for item in state.layout.constructs[construct]]
    middle, half = (items[0].lo + items[0].hi) / 2, (items[0].hi - items[0].lo) / 2
    mean = mean_of_sums(*state.block(f"overall:{name}").tolist(), unit=units_of(len(items)))
    return WaveScore(name, _moved(mean, factor=1, shift=-middle), -half, half, state.n() - mean.n, "")


def recommend_index_of_wave(state: State, code: str = "RC") -> RecommendIndex:
    """Recommend index of a wave, from the histogram of its item.

    Parameters
    ----------
    state
        Of a wave.
    code
        The item, 0 to 10.

    Returns
    -------
    RecommendIndex
        As `recommend_index` gives it.

    Raises
    ------
    ValueError
        If the layout does not hold the item.

    Examples
    --------
    >>> from surveys.stats.layout import Layout
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "RC", "lo": 0, "hi": 10}]})
    >>> recommend_index_of_wave(tally(layout, np.array([[10], [9], [3], [8]]), cells=["F"] * 4)).value
    25.0
    """
    return recommend_index(item_figures(state, code).histogram)


def satisfaction_of_wave(state: State, code: str = "CS") -> Satisfaction:
    """Satisfaction of a wave, from the histogram of its item.

    Parameters
    ----------
    state
        Of a wave.
    code
        The item, 1 to 5.

    Returns
    -------
    Satisfaction
        As `satisfaction` gives it.

    Raises
    ------
    ValueError
        If the layout does not hold the item.

    Examples
    --------
    >>> from surveys.stats.layout import Layout
    >>> from surveys.stats.state import tally
    >>> layout = Layout.of({"items": [{"code": "CS"}]})
    >>> satisfaction_of_wave(tally(layout, np.array([[4], [5], [3], [98]]), cells=["F"] * 4)).mean.value
    4.0
    """
    return satisfaction(item_figures(state, code).histogram)


def supported_steps(record: PilotRecord) -> tuple[int, ...]:
    """Steps of the societal readiness ladder for which the platform itself holds evidence.

    Parameters
    ----------
    record
        Counts are not negative.

    Returns
    -------
    tuple
        Of 4, 6, 7, 8 and 9. A suggestion: the evaluator rates and signs; the other steps rest on papers.

    Raises
    ------
    ValueError
        If a count is negative or there are more users than answers.

    References
    ----------
    Innovation Fund Denmark, note on societal readiness levels.

    Examples
    --------
    >>> supported_steps(PilotRecord(answers=120, actual_users=84))
    (4, 6)
    """
    if min(record.answers, record.actual_users, record.calm_months) < 0 or record.actual_users > record.answers:
        raise ValueError(f"record cannot be {record}")
    holds = {
        4: record.answers >= 30,
        6: record.actual_users >= 30,
        7: record.revised_and_asked_again,
        8: record.scaled and record.published,
        9: record.scaled and record.calm_months >= 12,
    }
    return tuple(step for step, held in holds.items() if held)


def _check(name: str, values: Sequence[int], *, length: int, lo: int, hi: int) -> None:
    if len(values) != length:
        raise ValueError(f"{name} must be {length}, got {len(values)}")
    for value in values:
        if value not in MISSING and not lo <= value <= hi:
            raise ValueError(f"{name} cannot hold {value} on the scale {lo}..{hi}")


def _mean_around(values: Sequence[int], middle: int) -> float | None:
    """Mean distance of the answered items from the middle; None with fewer than half of them answered."""
    said = [value for value in values if value not in MISSING]
    return (sum(said) - middle * len(said)) / len(said) if len(said) >= least_answered(len(values)) else None


def _moved(mean: Mean, *, factor: float, shift: float) -> Mean:
    """The mean in another unit: times the factor, then plus the shift."""
    interval = mean.interval and Interval(
        factor * mean.interval.low + shift,
        factor * mean.interval.high + shift,
        mean.interval.confidence,
        mean.interval.method,
    )
    return Mean(
        value=None if mean.value is None else factor * mean.value + shift,
        sd=None if mean.sd is None else factor * mean.sd,
        standard_error=None if mean.standard_error is None else factor * mean.standard_error,
        interval=interval,
        n=mean.n,
        method=mean.method,
        reason=mean.reason,
    )
