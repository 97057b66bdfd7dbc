"""LL-1 against case G23 and the planning table of docs/methods.md."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.stats.planning import planning_table
from surveys.stats.proportions import wilson_share
from surveys.stats.verdict import (
    LEDGERS,
    Choice,
    Evidence,
    Kind,
    Minimum,
    Outcome,
    Rule,
    needed_answers,
    verdict,
)
from surveys.stats.weights import WeightedMean, weighted_share


def share(yes, n):
    return weighted_share({"": (n, yes)})


def look(number, yes, n=125, **evidence):
    return verdict(Rule(), number, Evidence(share(yes, n), **evidence))


def with_groups(*pairs, at=3):
    groups = {f"g{number}": (share(*members), share(*rest)) for number, (members, rest) in enumerate(pairs)}
    return verdict(Rule(protected_groups=tuple(groups)), at, Evidence(share(88, 125), groups))


def test_last_look_above_the_threshold_scales():
    found = look(3, 88)

    assert (found.outcome, found.codes) == (Outcome.SCALE, ("ABOVE_THRESHOLD",))
    assert found.interval.low == pytest.approx(0.60604169, rel=1e-6)
    assert (found.alpha, found.alpha_left, found.needed_n) == (0.025, 0, None)


def test_last_look_astride_the_threshold_is_not_enough_evidence():
    found = look(3, 75)

    assert (found.outcome, found.codes) == (Outcome.NOT_ENOUGH_EVIDENCE, ("STRADDLES",))
    assert (found.interval.low, found.interval.high) == pytest.approx((0.49976143, 0.69251093), rel=1e-6)
    # A share of .60 never scales at a threshold of .60.
    assert found.needed_n is None


def test_last_look_below_the_threshold_revises():
    found = look(3, 60)

    assert (found.outcome, found.codes) == (Outcome.REVISE, ("BELOW_THRESHOLD",))
    assert (found.interval.low, found.interval.high) == pytest.approx((0.3825654, 0.57898013), rel=1e-6)


def test_last_look_below_the_floor_retires():
    found = look(3, 35)

    assert (found.outcome, found.codes) == (Outcome.RETIRE, ("BELOW_FLOOR",))
    assert (found.interval.low, found.interval.high) == pytest.approx((0.19983409, 0.3771667), rel=1e-6)


def test_the_same_data_at_the_first_look_is_not_enough_evidence():
    found = look(1, 88)

    assert (found.outcome, found.codes) == (Outcome.NOT_ENOUGH_EVIDENCE, ("STRADDLES",))
    assert found.interval.low == pytest.approx(0.59071729, rel=1e-6)
    assert found.alpha_left == pytest.approx(0.040)


def test_too_few_answers_say_nothing_even_if_all_accept():
    found = look(3, 99, 99)

    assert (found.outcome, found.codes) == (Outcome.NOT_ENOUGH_EVIDENCE, ("N_TOTAL",))
    assert found.needed_n == 100


def test_nobody_answering_is_too_few():
    found = verdict(Rule(), 1, Evidence(weighted_share({})))

    assert (found.outcome, found.codes) == (Outcome.NOT_ENOUGH_EVIDENCE, ("N_TOTAL",))
    assert (found.share, found.interval, found.needed_n) == (None, None, None)


def test_a_gap_at_the_last_look_revises():
    found = with_groups(((12, 30), (76, 95)))

    assert (found.outcome, found.codes) == (Outcome.REVISE, ("INCLUSION_GAP:g0",))
    group = found.groups[0]
    assert group.gap == pytest.approx(0.4)
    assert (group.interval.low, group.interval.high) == pytest.approx((0.2326412, 0.54529118), rel=1e-6)


def test_a_gap_before_the_last_look_only_bars_scale():
    groups = {"g": (share(12, 30), share(186, 200))}
    found = verdict(Rule(protected_groups=("g",)), 1, Evidence(share(198, 230), groups))

    assert (found.outcome, found.codes) == (Outcome.NOT_ENOUGH_EVIDENCE, ("INCLUSION_GAP:g",))


def test_a_gap_revises_at_the_look_that_is_the_last_because_the_others_were_cancelled():
    rule = Rule(protected_groups=("g",))
    evidence = Evidence(share(198, 230), {"g": (share(12, 30), share(186, 200))})

    found = [verdict(rule, 1, evidence, forfeited=forfeited) for forfeited in ((), (2,), (3,), (2, 3))]

    assert [one.outcome for one in found] == [Outcome.NOT_ENOUGH_EVIDENCE] * 3 + [Outcome.REVISE]
    assert {one.codes for one in found} == {("INCLUSION_GAP:g",)}


def test_a_gap_beside_a_straddling_share_is_told_too():
    found = with_groups(((12, 30), (76, 95)), at=1)

    assert found.codes == ("STRADDLES", "INCLUSION_GAP:g0")


def test_more_groups_make_each_gap_harder_to_prove():
    alone = with_groups(((24, 40), (64, 85)))
    two = with_groups(((24, 40), (64, 85)), ((24, 40), (64, 85)))

    assert alone.groups[0].gap == pytest.approx(0.15294118, rel=1e-6)
    assert alone.groups[0].interval.low == pytest.approx(0.00882599, rel=1e-5)
    assert alone.groups[0].blocked
    assert two.groups[0].interval.low == pytest.approx(-0.01704652, rel=1e-5)
    assert not two.groups[0].blocked
    assert two.outcome == Outcome.SCALE


def test_a_registered_group_nobody_belongs_to_stops_the_verdict():
    groups = {"65+": (weighted_share({}), share(88, 125))}
    found = verdict(Rule(protected_groups=("65+",)), 3, Evidence(share(88, 125), groups))

    assert (found.outcome, found.codes) == (Outcome.NOT_ENOUGH_EVIDENCE, ("N_GROUP:65+",))
    assert (found.groups[0].n, found.groups[0].gap) == (0, None)


def test_gate_names_everything_that_is_lacking():
    groups = {"65+": (share(5, 10), share(30, 40))}
    found = verdict(Rule(protected_groups=("65+",)), 3, Evidence(share(35, 50), groups, failed_guards=("suspects",)))

    assert found.codes == ("N_TOTAL", "N_GROUP:65+", "GUARD:suspects")


@pytest.mark.parametrize(
    ("mean", "outcome", "codes"),
    [
        (3.9, Outcome.SCALE, ("ABOVE_THRESHOLD",)),
        (3.6, Outcome.NOT_ENOUGH_EVIDENCE, ("STRADDLES",)),
        (3.0, Outcome.REVISE, ("CRITERION:TR",)),
        (None, Outcome.NOT_ENOUGH_EVIDENCE, ("STRADDLES",)),
    ],
)
def test_an_extra_criterion_must_hold_too(mean, outcome, codes):
    rule = Rule(criteria=(Minimum("TR", Kind.MEAN, 3.5),))
    found = verdict(rule, 3, Evidence(share(88, 125), criteria={"TR": WeightedMean(mean, 0.1, None, 125)}))

    assert (found.outcome, found.codes) == (outcome, codes)


def test_an_extra_share_uses_wilsons_limits():
    rule = Rule(criteria=(Minimum("informed", Kind.SHARE, 0.6),))
    found = verdict(rule, 3, Evidence(share(88, 125), criteria={"informed": share(88, 125)}))

    assert found.criteria[0].met
    assert found.criteria[0].interval.low == pytest.approx(0.60604169, rel=1e-6)


def test_weights_count_through_n_star():
    weighted = weighted_share({"a": (100, 75), "b": (25, 13)}, {"a": 1.0, "b": 4.0})
    found = verdict(Rule(), 3, Evidence(weighted))

    assert found.n == 125
    assert found.n_star < 125
    assert found.interval == wilson_share(weighted.value, weighted.n_star, z=2.241402727604947, confidence=0.975)
    assert found.needed_n == needed_answers(weighted.value, 0.6, z=2.2414027276, deff=125 / weighted.n_star)


@pytest.mark.parametrize(("p", "needed"), [(0.66, 335), (0.70, 121), (0.60, None), (0.30, None)])
def test_needed_answers(p, needed):
    assert needed_answers(p, 0.60, z=2.2414027276) == needed


@given(st.floats(0.61, 0.999))
def test_needed_answers_are_the_fewest_at_which_the_lower_limit_reaches_the_threshold(p):
    z = 2.2414027276
    needed = needed_answers(p, 0.60, z=z)

    assert wilson_share(p, needed, z=z, confidence=0.975).low >= 0.60 - 1e-9
    assert needed == 1 or wilson_share(p, needed - 1, z=z, confidence=0.975).low < 0.60 + 1e-9


@given(
    st.integers(0, 300),
    st.integers(0, 300),
    st.integers(1, 3),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_scale_is_only_said_with_every_condition_met(yes, no, number, members_yes, members_no):
    groups = {"g": (share(members_yes, members_yes + members_no), share(yes, yes + no))}
    found = verdict(Rule(protected_groups=("g",)), number, Evidence(share(yes, yes + no), groups))

    assert found.codes
    if found.outcome == Outcome.SCALE:
        assert found.n >= 100
        assert found.interval.low >= 0.60
        assert found.groups[0].n >= 30
        assert not found.groups[0].blocked
    if found.outcome == Outcome.RETIRE:
        assert found.interval.high < 0.40


def test_what_the_city_may_decide():
    scale, revise, retire, early, late = look(3, 88), look(3, 60), look(3, 35), look(1, 88), look(3, 75)

    assert scale.choices == (Choice.SCALE, Choice.REVISE, Choice.RETIRE)
    assert revise.choices == (Choice.REVISE, Choice.RETIRE)
    assert retire.choices == (Choice.RETIRE,)
    assert early.choices == (Choice.CONTINUE, Choice.REVISE, Choice.RETIRE)
    assert late.choices == (Choice.REVISE, Choice.RETIRE)
    assert not scale.needs_reason(Choice.SCALE)
    assert scale.needs_reason(Choice.REVISE)
    assert revise.needs_reason(Choice.RETIRE)
    assert not early.needs_reason(Choice.CONTINUE)


def test_a_forfeited_look_takes_its_part_of_the_error_rate_with_it():
    at_first = {"look": 1, "evidence": Evidence(share(88, 125))}
    one_left, none_left = verdict(Rule(), **at_first, forfeited=[3]), verdict(Rule(), **at_first, forfeited=[2, 3])

    assert (one_left.alpha, one_left.later, one_left.alpha_left) == (0.010, (2,), 0.015)
    assert Choice.CONTINUE in one_left.choices
    assert (none_left.later, none_left.alpha_left) == ((), 0)
    # There is no look left to continue to.
    assert none_left.choices == (Choice.REVISE, Choice.RETIRE)
    with pytest.raises(ValueError, match="look 1 was forfeited"):
        verdict(Rule(), **at_first, forfeited=[1])


@pytest.mark.parametrize("looks", [1, 2, 3, 4])
def test_every_preset_of_the_ledger_spends_five_per_cent(looks):
    assert Rule(alpha=LEDGERS[looks]).looks == looks
    assert sum(LEDGERS[looks]) == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ({"alpha": ()}, "alpha"),
        ({"alpha": (0.03, 0.03)}, "alpha"),
        ({"alpha": (0.05, 0.0)}, "alpha"),
        ({"alpha": (float("nan"),)}, "alpha"),
        ({"criteria": (Minimum("TR", Kind.MEAN, float("nan")),)}, "criteria"),
        ({"tau_retire": 0.6}, "tau_retire"),
        ({"tau_scale": 1.0}, "tau_scale"),
        ({"delta": 0}, "delta"),
        ({"n_min": 0}, "n_min"),
        ({"m_min": 0}, "m_min"),
        ({"protected_groups": ("a", "a")}, "protected_groups"),
        ({"criteria": (Minimum("TR", Kind.MEAN, 3), Minimum("TR", Kind.MEAN, 4))}, "criteria"),
        ({"criteria": (Minimum("use", Kind.SHARE, 4),)}, "criteria"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(part, names):
    with pytest.raises(ValueError, match=names):
        Rule(**part)


def test_evidence_must_fit_the_rule():
    with pytest.raises(ValueError, match="look must lie in 1..3, got 4"):
        look(4, 88)
    with pytest.raises(ValueError, match="evidence lacks 65"):
        verdict(Rule(protected_groups=("65+",)), 1, Evidence(share(88, 125)))
    of_mean, of_share = (Rule(criteria=(Minimum("TR", kind, 0.5),)) for kind in (Kind.MEAN, Kind.SHARE))
    with pytest.raises(ValueError, match="the rule asks for a mean"):
        verdict(of_mean, 1, Evidence(share(88, 125), criteria={"TR": share(88, 125)}))
    with pytest.raises(ValueError, match="the rule asks for a share"):
        verdict(of_share, 1, Evidence(share(88, 125), criteria={"TR": WeightedMean(4, 0.1, None, 125)}))


def test_planning_table():
    rows = planning_table(Rule(), [60, 100, 125, 200, 400, 1000])

    assert [round(row.smallest_share, 3) for row in rows] == [0.750, 0.710, 0.704, 0.680, 0.655, 0.635]
    assert [round(row.half_width, 3) for row in rows] == [0.142, 0.110, 0.098, 0.078, 0.055, 0.035]
    assert [[round(power, 2) for _share, power in row.power] for row in rows] == [
        [0.07, 0.24, 0.57, 0.87],
        [0.12, 0.46, 0.85, 0.99],
        [0.12, 0.51, 0.90, 1.0],
        [0.21, 0.76, 0.99, 1.0],
        [0.44, 0.98, 1.0, 1.0],
        [0.85, 1.0, 1.0, 1.0],
    ]


def test_planning_says_where_not_even_everybody_is_enough():
    row = planning_table(Rule(), [3], look=1)[0]

    assert row.smallest_share is None
    assert {power for _share, power in row.power} == {0.0}
    with pytest.raises(ValueError, match="look"):
        planning_table(Rule(), [100], look=4)
    with pytest.raises(ValueError, match="sizes"):
        planning_table(Rule(), [0])


def test_the_limits_of_a_mean_are_those_of_t_at_the_level_of_the_look():
    rule = Rule(criteria=(Minimum("TR", Kind.MEAN, 3.5),))
    found = verdict(rule, 3, Evidence(share(88, 125), criteria={"TR": WeightedMean(3.9, 0.1, None, 125)}))
    # The quantile .9875 of Student's t with 124 degrees of freedom is 2.268946.
    assert found.criteria[0].interval.low == pytest.approx(3.9 - 0.2268946, rel=1e-6)
    assert found.criteria[0].interval.confidence == 0.975


def test_thresholds_count_where_they_are_reached_exactly():
    groups = {"g": (share(120, 200), share(280, 400))}
    gap = verdict(Rule(protected_groups=("g",)), 3, Evidence(share(400, 600), groups)).groups[0]
    assert (gap.gap, gap.blocked) == (pytest.approx(0.10), True)

    low = wilson_share(0.7, 120.0, z=2.241402727604947, confidence=0.975).low
    at_the_limit = verdict(Rule(tau_scale=low), 3, Evidence(share(84, 120)))
    assert at_the_limit.outcome == Outcome.SCALE


def test_too_few_who_accept_retire_also_where_a_group_lags_behind():
    groups = {"g": (share(1, 40), share(34, 85))}
    found = verdict(Rule(protected_groups=("g",)), 3, Evidence(share(35, 125), groups))

    assert found.groups[0].blocked
    assert (found.outcome, found.codes) == (Outcome.RETIRE, ("BELOW_FLOOR",))


def test_a_ledger_may_spend_less_than_five_per_cent():
    assert verdict(Rule(alpha=(0.01, 0.01)), 1, Evidence(share(88, 125))).alpha_left == pytest.approx(0.01)
