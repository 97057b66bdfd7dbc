"""The rule LL-1: registered before the pilot, applied only at registered closes, computed and never argued with.

The risk of a wrong SCALE (or a wrong RETIRE) over all looks is at most half the sum of the alphas, whatever the waves
have to do with each other, because the alphas are simply added up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil, isfinite

from surveys.stats.estimates import Interval, two_sided_t, two_sided_z
from surveys.stats.groups import difference_of_shares
from surveys.stats.proportions import wilson_share
from surveys.stats.weights import WeightedMean, WeightedShare

MOST_ALPHA = 0.05
GAP_ALPHA = 0.10

LEDGERS: Mapping[int, tuple[float, ...]] = {
    1: (0.05,),
    2: (0.02, 0.03),
    3: (0.010, 0.015, 0.025),
    4: (0.005, 0.010, 0.015, 0.020),
}


class Outcome(StrEnum):
    """What the rule can say."""

    SCALE = "SCALE"
    REVISE = "REVISE"
    RETIRE = "RETIRE"
    NOT_ENOUGH_EVIDENCE = "NOT_ENOUGH_EVIDENCE"


class Choice(StrEnum):
    """What the city can decide."""

    SCALE = "scale"
    CONTINUE = "continue"
    REVISE = "revise"
    RETIRE = "retire"


class Kind(StrEnum):
    """Kinds of figures an extra criterion can be about."""

    SHARE = "share"
    MEAN = "mean"


_OWN = {
    Outcome.SCALE: Choice.SCALE,
    Outcome.REVISE: Choice.REVISE,
    Outcome.RETIRE: Choice.RETIRE,
    Outcome.NOT_ENOUGH_EVIDENCE: Choice.CONTINUE,
}


@dataclass(frozen=True, slots=True)
class Minimum:
    """An extra criterion: a share or a mean whose lower limit must reach a minimum."""

    metric: str
    kind: Kind
    least: float


@dataclass(frozen=True, slots=True)
class Rule:
    """LL-1 as one registration fixes it.

    Parameters
    ----------
    alpha
        What each look may spend, one entry a look; at most .05 together.
    tau_scale, tau_retire
        Shares of accept above which the service scales and below which it retires; ``tau_retire < tau_scale``.
    delta
        Gap from which a protected group can bar SCALE.
    n_min, m_min
        Fewest answers in all and in each protected group.
    protected_groups, criteria
        Groups and extra criteria, each named once.

    Raises
    ------
    ValueError
        If a part is impossible; the message names it.

    Examples
    --------
    >>> Rule().alpha
    (0.01, 0.015, 0.025)
    >>> Rule(alpha=(0.04, 0.04))
    Traceback (most recent call last):
    ValueError: alpha must sum to at most 0.05, got 0.08
    """

    alpha: tuple[float, ...] = LEDGERS[3]
    tau_scale: float = 0.60
    tau_retire: float = 0.40
    delta: float = 0.10
    n_min: int = 100
    m_min: int = 30
    protected_groups: tuple[str, ...] = ()
    criteria: tuple[Minimum, ...] = ()

    def __post_init__(self) -> None:
        if not self.alpha or not all(part > 0 for part in self.alpha):
            raise ValueError("alpha must hold a positive part for each look")
        if sum(self.alpha) > MOST_ALPHA + 1e-12:
            raise ValueError(f"alpha must sum to at most {MOST_ALPHA}, got {sum(self.alpha):g}")
        if not 0 < self.tau_retire < self.tau_scale < 1:
            raise ValueError(
                f"tau_retire and tau_scale must satisfy 0 < tau_retire < tau_scale < 1, "
                f"got {self.tau_retire} and {self.tau_scale}"
            )
        if not 0 < self.delta < 1:
            raise ValueError(f"delta must lie strictly between 0 and 1, got {self.delta}")
        for name in ("n_min", "m_min"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        for name, names in (
            ("protected_groups", self.protected_groups),
            ("criteria", tuple(criterion.metric for criterion in self.criteria)),
        ):
            if len(set(names)) < len(names):
                raise ValueError(f"{name} repeat a name: {', '.join(names)}")
        for criterion in self.criteria:
            if criterion.kind == Kind.SHARE and not 0 < criterion.least < 1:
                raise ValueError(f"criteria ask for the impossible share {criterion.least} of {criterion.metric}")
            if not isfinite(criterion.least):
                raise ValueError(f"criteria ask for {criterion.least} of {criterion.metric}, which is no number")

    @property
    def looks(self) -> int:
        """Looks registered, taken or not."""
        return len(self.alpha)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a look sees, weighted or not: accept, accept of each protected group and of the rest, the extra criteria.

    ``failed_guards`` names other registered guards that do not hold.
    """

    accept: WeightedShare
    groups: Mapping[str, tuple[WeightedShare, WeightedShare]] = field(default_factory=dict)
    criteria: Mapping[str, WeightedShare | WeightedMean] = field(default_factory=dict)
    failed_guards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupFinding:
    """Gap of a protected group, rest minus group. Not blocked never means that there is no gap."""

    name: str
    n: int
    n_rest: int
    gap: float | None
    interval: Interval | None
    blocked: bool


@dataclass(frozen=True, slots=True)
class CriterionFinding:
    """An extra criterion: met where its lower limit reaches the minimum, failed where its upper limit stays below."""

    metric: str
    least: float
    value: float | None
    interval: Interval | None
    n: int
    met: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What LL-1 says at one look, with everything that is printed beside it.

    ``needed_n`` is given with NOT_ENOUGH_EVIDENCE: the answers at which this share would scale; None there means that
    it cannot be reached at this share. ``later`` are the looks that can still come, ``alpha_left`` what they may spend
    together.
    """

    outcome: Outcome
    codes: tuple[str, ...]
    share: float | None
    interval: Interval | None
    n: int
    n_star: float
    look: int
    looks: int
    alpha: float
    later: tuple[int, ...]
    alpha_left: float
    needed_n: int | None
    groups: tuple[GroupFinding, ...]
    criteria: tuple[CriterionFinding, ...]
    method: str = "LL-1"

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What the city may decide. Where no look is left there is nothing to continue to."""
        if self.outcome == Outcome.SCALE:
            return (Choice.SCALE, Choice.REVISE, Choice.RETIRE)
        if self.outcome == Outcome.REVISE:
            return (Choice.REVISE, Choice.RETIRE)
        if self.outcome == Outcome.RETIRE:
            return (Choice.RETIRE,)
        if self.later:
            return (Choice.CONTINUE, Choice.REVISE, Choice.RETIRE)
        return (Choice.REVISE, Choice.RETIRE)

    def needs_reason(self, choice: Choice) -> bool:
        """Whether a decision is another one than the verdict's own, so that its reason is printed.

        Parameters
        ----------
        choice
            What the city decides.

        Returns
        -------
        bool
        """
        return choice != _OWN[self.outcome]


def verdict(rule: Rule, look: int, evidence: Evidence, *, forfeited: Collection[int] = ()) -> Verdict:
    """Apply the rule at one registered look.

    Parameters
    ----------
    rule
        As registered.
    look
        1 to ``rule.looks``.
    evidence
        Figures of the frozen wave; its groups and criteria must be those of the rule.
    forfeited
        Looks that are not taken, because their waves were cancelled. Their alphas are lost: no other look spends them.
        A look is the last one where every later look was forfeited before it was taken, too.

    Returns
    -------
    Verdict
        With one code or more:

        ===================== ===================== ====================================================
        NOT_ENOUGH_EVIDENCE   N_TOTAL               fewer than ``n_min`` answers
        .                     N_GROUP:g             fewer than ``m_min`` answers of a protected group
        .                     GUARD:name            another registered guard does not hold
        .                     STRADDLES             an interval holds its threshold
        .                     INCLUSION_GAP:g       a blocked group bars SCALE before the last look
        RETIRE                BELOW_FLOOR           upper limit below ``tau_retire``
        SCALE                 ABOVE_THRESHOLD       lower limits reach every threshold, nobody blocked
        REVISE                BELOW_THRESHOLD       upper limit below ``tau_scale``
        .                     CRITERION:metric      upper limit of a criterion below its minimum
        .                     INCLUSION_GAP:g       a blocked group at the last look
        ===================== ===================== ====================================================

    Raises
    ------
    ValueError
        If the look is not registered or forfeited, or the evidence lacks a group or a criterion.

    Notes
    -----
    Intervals are two-sided at level 1 - alpha of the look; Wilson on n* for shares, t for means. Gaps of G groups use
    Newcombe's interval on n* at level 1 - 0.10/G; a gap blocks from ``delta`` on if its lower limit is above 0.

    References
    ----------
    Wilson (1927), JASA 22. Newcombe (1998), Statistics in Medicine 17, 873-890. The alphas are added up after
    Bonferroni (1936).

    Examples
    --------
    >>> from surveys.stats.weights import weighted_share
    >>> found = verdict(Rule(), 3, Evidence(weighted_share({"": (125, 88)})))
    >>> found.outcome.value, found.codes, round(found.interval.low, 4)
    ('SCALE', ('ABOVE_THRESHOLD',), 0.606)
    >>> verdict(Rule(), 1, Evidence(weighted_share({"": (125, 88)}))).codes
    ('STRADDLES',)
    """
    if not 1 <= look <= rule.looks:
        raise ValueError(f"look must lie in 1..{rule.looks}, got {look}")
    if look in forfeited:
        raise ValueError(f"look {look} was forfeited")
    lacking = [name for name in rule.protected_groups if name not in evidence.groups]
    lacking += [criterion.metric for criterion in rule.criteria if criterion.metric not in evidence.criteria]
    if lacking:
        raise ValueError(f"evidence lacks {', '.join(lacking)}")

    alpha = rule.alpha[look - 1]
    later = tuple(number for number in range(look + 1, rule.looks + 1) if number not in forfeited)
    z = two_sided_z(1 - alpha)
    accept = evidence.accept
    interval = None
    if accept.value is not None:
        interval = wilson_share(accept.value, accept.n_star, z=z, confidence=1 - alpha)
    groups = tuple(_group(rule, name, *evidence.groups[name]) for name in rule.protected_groups)
    criteria = tuple(_criterion(criterion, evidence.criteria[criterion.metric], alpha) for criterion in rule.criteria)

    outcome, codes = _outcome(rule, accept, interval, groups, criteria, evidence.failed_guards, last=not later)
    needed = None
    if outcome == Outcome.NOT_ENOUGH_EVIDENCE and accept.value is not None:
        needed = needed_answers(accept.value, rule.tau_scale, z=z, deff=accept.n / accept.n_star)
        needed = None if needed is None else max(needed, rule.n_min)
    return Verdict(
        outcome=outcome,
        codes=codes,
        share=accept.value,
        interval=interval,
        n=accept.n,
        n_star=accept.n_star,
        look=look,
        looks=rule.looks,
        alpha=alpha,
        later=later,
        alpha_left=sum(rule.alpha[number - 1] for number in later),
        needed_n=needed,
        groups=groups,
        criteria=criteria,
    )


def _outcome(
    rule: Rule,
    accept: WeightedShare,
    interval: Interval | None,
    groups: Sequence[GroupFinding],
    criteria: Sequence[CriterionFinding],
    failed_guards: Sequence[str],
    *,
    last: bool,
) -> tuple[Outcome, tuple[str, ...]]:
    gate = ["N_TOTAL"] if accept.n < rule.n_min else []
    gate += [f"N_GROUP:{group.name}" for group in groups if group.n < rule.m_min]
    gate += [f"GUARD:{name}" for name in failed_guards]
    if gate or interval is None:
        return Outcome.NOT_ENOUGH_EVIDENCE, tuple(gate)
    if interval.high < rule.tau_retire:
        return Outcome.RETIRE, ("BELOW_FLOOR",)
    gaps = [f"INCLUSION_GAP:{group.name}" for group in groups if group.blocked]
    reached = interval.low >= rule.tau_scale and all(criterion.met for criterion in criteria)
    if reached and not gaps:
        return Outcome.SCALE, ("ABOVE_THRESHOLD",)
    codes = ["BELOW_THRESHOLD"] if interval.high < rule.tau_scale else []
    codes += [f"CRITERION:{criterion.metric}" for criterion in criteria if criterion.failed]
    # Without any real gap one look in twenty finds one: before the last look it must not close a version.
    if last:
        codes += gaps
    if codes:
        return Outcome.REVISE, tuple(codes)
    return Outcome.NOT_ENOUGH_EVIDENCE, tuple(([] if reached else ["STRADDLES"]) + gaps)


def _group(rule: Rule, name: str, members: WeightedShare, rest: WeightedShare) -> GroupFinding:
    gap = difference_of_shares(rest, members, confidence=1 - GAP_ALPHA / len(rule.protected_groups))
    blocked = False
    if gap.value is not None and gap.interval is not None:
        # 0.7 - 0.6 is 0.09999999999999998: a gap of exactly delta must count.
        blocked = gap.value >= rule.delta - 1e-12 and gap.interval.low > 0
    return GroupFinding(name, members.n, rest.n, gap.value, gap.interval, blocked)


def _criterion(criterion: Minimum, found: WeightedShare | WeightedMean, alpha: float) -> CriterionFinding:
    interval = None
    if isinstance(found, WeightedShare):
        if criterion.kind != Kind.SHARE:
            raise ValueError(f"evidence gives a share for {criterion.metric}, the rule asks for a mean")
        if found.value is not None:
            interval = wilson_share(found.value, found.n_star, z=two_sided_z(1 - alpha), confidence=1 - alpha)
    else:
        if criterion.kind != Kind.MEAN:
            raise ValueError(f"evidence gives a mean for {criterion.metric}, the rule asks for a share")
        if found.value is not None and found.standard_error is not None:
            half = two_sided_t(1 - alpha, found.n - 1) * found.standard_error
            interval = Interval(found.value - half, found.value + half, 1 - alpha, "t")
    return CriterionFinding(
        metric=criterion.metric,
        least=criterion.least,
        value=found.value,
        interval=interval,
        n=found.n,
        met=interval is not None and interval.low >= criterion.least,
        failed=interval is not None and interval.high < criterion.least,
    )


def needed_answers(share: float, threshold: float, *, z: float, deff: float = 1.0) -> int | None:
    """Fewest answers at which this share's lower Wilson limit reaches the threshold.

    Parameters
    ----------
    share, threshold
        In [0, 1].
    z
        Normal quantile of the interval.
    deff
        n over n*, what the weights cost; at least 1.

    Returns
    -------
    int or None
        None where the share is not above the threshold: no number of answers is enough.

    Notes
    -----
    Wilson's lower limit reaches the threshold where the score test against it does:
    ``n >= z^2 tau (1 - tau) / (p - tau)^2``.

    References
    ----------
    Wilson (1927), JASA 22.

    Examples
    --------
    >>> needed_answers(0.66, 0.60, z=2.2414027), needed_answers(0.60, 0.60, z=2.2414027)
    (335, None)
    """
    if share <= threshold:
        return None
    return ceil(ceil(z * z * threshold * (1 - threshold) / (share - threshold) ** 2 - 1e-9) * deff - 1e-9)
