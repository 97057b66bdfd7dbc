"""Nobody can work out a count of fewer than five people from what is published."""

from statistics import mean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.metrics.suppression import (
    Audit,
    Row,
    Sum,
    answered_in_print,
    counts_shown,
    is_small,
    item_shown,
    rounded,
    rows_shown,
)

# acceptance-metrics.md, G29.
TABLE = [[20, 15, 3], [18, 22, 12], [9, 14, 25]]


def audit_of(hidden: set[tuple[int, int]]) -> Audit:
    """What a reader knows of the table of G29: its margins, and every cell that is not hidden."""
    audit = Audit(9)
    for line in range(3):
        audit.know({3 * line + column: 1.0 for column in range(3)}, sum(TABLE[line]), sum(TABLE[line]))
        total = sum(row[line] for row in TABLE)
        audit.know({3 * row + line: 1.0 for row in range(3)}, total, total)
    for row in range(3):
        for column in range(3):
            if (row, column) not in hidden:
                audit.know({3 * row + column: 1.0}, TABLE[row][column], TABLE[row][column])
    return audit


def test_a_lone_hidden_cell_is_recovered_exactly():
    assert audit_of({(0, 2)}).range_of([2]) == pytest.approx((3, 3))
    assert not audit_of({(0, 2)}).keeps_secret([2])


def test_the_pattern_of_the_specification_passes_with_its_ranges():
    audit = audit_of({(0, 2), (0, 1), (1, 1), (1, 2)})

    found = {cell: audit.range_of([3 * cell[0] + cell[1]]) for cell in [(0, 2), (0, 1), (1, 1), (1, 2)]}
    assert found[0, 2] == pytest.approx((0, 15))
    assert found[0, 1] == pytest.approx((3, 18))
    assert found[1, 1] == pytest.approx((19, 34))
    assert found[1, 2] == pytest.approx((0, 15))
    assert audit.keeps_secret([2])


def test_a_small_count_takes_another_with_it_where_the_rest_would_tell():
    assert counts_shown([3, 20]) == [False, False]
    assert counts_shown([0, 20]) == [True, True]
    assert counts_shown([3, 20, 30, 25]) == [False, True, True, True]


def test_a_sum_told_elsewhere_hides_what_it_would_give_away():
    """One of 75 or older and eight of 65 to 74 are nine of both: told beside the eight, it would leave 0 to 4."""
    ages = [1, 6, 8, 15]

    assert counts_shown(ages) == [False, True, True, True]
    assert counts_shown(ages, sums=[Sum((0, 2), 8, 12), Sum((1, 3), 18, 22)]) == [False, False, False, True]


def test_a_share_is_hidden_where_few_said_yes_or_no():
    rows = [Row(40, 40, 37), Row(60, 60, 30), Row(30, 30, 15)]
    shown = rows_shown(rows)

    assert not shown[0].share
    assert shown[1].share


def test_an_item_without_small_counts_is_told_in_full():
    shown = item_shown([10, 12, 30, 40, 8], [0, 0, 0], lowest=1, mean=3.24, half_width=0.22, t=1.98)

    assert all(shown.values)
    assert (shown.digits, shown.interval, shown.top_2, shown.bottom_2) == (2, True, True, True)


def test_an_item_with_a_small_count_keeps_it():
    shown = item_shown([2, 8, 30, 50, 30], [0, 0, 0], lowest=1, mean=3.8167, half_width=0.177, t=1.98)

    assert shown.values == (False, True, True, True, True)


@pytest.mark.parametrize("missing", [1, 2, 3, 4])
@pytest.mark.parametrize("total", range(100, 110))
def test_a_few_who_did_not_answer_leave_the_question_told_and_stay_open(total, missing):
    values = [9, 16, 25, 20]
    values.append(total - missing - sum(values))
    answers = [value for value, count in enumerate(values, start=1) for _person in range(count)]
    half_width = 1.98 * stdev(answers) / len(answers) ** 0.5
    shown = item_shown(values, [missing, 0, 0], lowest=1, mean=mean(answers), half_width=half_width, t=1.98)

    assert all(shown.values)
    assert shown.missing == (False, True, True)
    # What is printed does not depend on how many they are.
    assert answered_in_print(total - missing, total) == rounded(total)


def reader_of_counts(counts: list[int], shown: list[bool]) -> list[tuple[int, int]]:
    """Every value that each hidden count can have, tried one by one, for a reader who knows the total and the rest."""
    hidden = [place for place, visible in enumerate(shown) if not visible]
    visible = [counts[place] for place in range(len(counts)) if shown[place]]
    low_rest = sum(max(0, 5 * round(count / 5) - 2) if count else 0 for count in visible)
    high_rest = sum(5 * round(count / 5) + 2 if count else 0 for count in visible)
    total = sum(counts)
    if len(hidden) != 1:
        return [(0, max(0, total - low_rest)) for _place in hidden]
    return [(max(0, total - high_rest), max(0, total - low_rest))]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_no_breakdown_gives_a_small_count_away(counts):
    shown = counts_shown(counts)

    assert not any(is_small(count) for count, visible in zip(counts, shown, strict=True) if visible)
    if any(is_small(count) for count in counts) and any(shown):
        assert all(high - low >= 5 for low, high in reader_of_counts(counts, shown))


people = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 4)).map(
    lambda counts: Row(sum(counts), counts[0] + counts[1], counts[0])
)


@settings(max_examples=40, deadline=None)
@given(st.lists(people, min_size=2, max_size=4))
def test_no_row_with_few_people_and_no_share_of_few_is_shown(rows):
    for row, shown in zip(rows, rows_shown(rows), strict=True):
        assert not (shown.n and is_small(row.n))
        assert not (shown.share and any(is_small(count) for count in row.counts[:2]))
        assert shown.n or not shown.share
