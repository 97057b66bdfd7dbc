"""A change is written with its sign, an interval of changes so that it can be read."""

import pytest
from django.utils import translation

from surveys.templatetags.surveys import change, change_interval


@pytest.mark.parametrize(
    ("value", "points", "written"),
    [(0.28, False, "+0.28"), (-0.074, False, "−0.07"), (0.0, False, "0.00"), (-0.004, False, "0.00")]
    + [(-0.037, True, "−3.7"), (0.285, True, "+28.5"), (-0.0004, True, "0.0")],
)
def test_a_change_has_a_sign_unless_it_is_nought(value, points, written):
    assert change(value, points=points) == written


def test_two_signs_are_kept_apart():
    with translation.override("ko"):
        assert change_interval(-0.287, 0.218, points=True) == "−28.7~+21.8"
    with translation.override("en"):
        assert change_interval(-0.2, 0.76) == "−0.20 to +0.76"
        assert change_interval(None, None) == "–"
