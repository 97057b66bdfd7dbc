"""A change is written with its sign, an interval of changes so that it can be read."""

import pytest
from django.utils import translation

from surveys.templatetags.surveys import change, change_interval
from surveys.words import change_rows


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


def test_as_finely_as_it_is_published():
    assert change(0.3, digits=1) == "+0.3"
    with translation.override("en"):
        assert change_interval(-0.04, 0.6, digits=1) == "0.0 to +0.6"


@pytest.mark.django_db
def test_weighted_changes_stand_below_the_unweighted_ones(survey):
    same, everybody, weighted, both_weighted = ({"value": value} for value in (0.1, 0.2, 0.3, 0.4))
    pair = {
        "accept": same,
        "accept_available": both_weighted,
        "accept_available_unweighted": everybody,
        "accept_weighted": weighted,
        "constructs": [
            {
                "name": "TR",
                "change": same,
                "available": everybody,
                "weighted": weighted,
                "available_weighted": both_weighted,
            }
        ],
    }

    with translation.override("en"):
        rows = [(row["label"], row["same"], row["everybody"], row["points"]) for row in change_rows(survey, pair)]
        unweighted = change_rows(survey, pair | {"accept_weighted": None, "constructs": []})
    assert rows == [
        ("Share that accepts", same, everybody, True),
        ("Share that accepts, weighted", weighted, both_weighted, True),
        ("Trust", same, everybody, False),
        ("Trust, weighted", weighted, both_weighted, False),
    ]
    assert [row["label"] for row in unweighted] == ["Share that accepts"]
