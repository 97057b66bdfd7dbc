"""The live band against case G22 of docs/methods.md (formula of Waudby-Smith et al. 2024)."""

from __future__ import annotations

import pytest

from surveys.stats.estimates import Reason
from surveys.stats.monitoring import band_factor, live_band


@pytest.mark.parametrize(
    ("n", "factor"), [(50, 3.2510997), (125, 3.0538146), (200, 3.0351224), (400, 3.0640031), (800, 3.1309677)]
)
def test_band_factor_at_two_hundred_planned(n, factor):
    assert band_factor(n, planned=200) == pytest.approx(factor, rel=1e-6)


def test_band_of_a_weighted_share():
    band = live_band(0.56333333, 0.05057577, 120, planned=400)

    assert band_factor(120, planned=400) == pytest.approx(3.1890503, rel=1e-6)
    assert (band.interval.low, band.interval.high) == pytest.approx((0.40204466, 0.72462201), rel=1e-6)
    assert band.value is None
    assert band.n == 120


def test_band_is_narrowest_where_planned():
    assert min(range(50, 800, 50), key=lambda n: band_factor(n, planned=200)) == 200


def test_band_shows_from_thirty_on_and_stays_within_shares():
    assert live_band(0.5, 0.09, 29, planned=100).reason == Reason.TOO_FEW
    assert live_band(None, None, 0, planned=100).reason == Reason.TOO_FEW
    shown = live_band(0.95, 0.04, 30, planned=100)
    assert shown.interval.high == 1.0
    assert shown.reason is None


def test_agreement_of_all_gives_no_band_of_no_width():
    assert live_band(1.0, 0.0, 40, planned=100).reason == Reason.NO_VARIATION


@pytest.mark.parametrize("call", [{"n": 0, "planned": 9}, {"n": 9, "planned": 0}, {"n": 9, "planned": 9, "alpha": 5}])
def test_impossible_input_is_named(call):
    with pytest.raises(ValueError, match="n and planned|alpha"):
        band_factor(**call)
