"""Nobody stands alone in a released file, whatever the people are like and in whatever order they come."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.stats.anonymity import ALL, Step, anonymised, diversity

STEPS = (
    Step("place left out", 2),
    Step("older joined", 0, {"65-74": "65+", "75+": "65+"}),
    Step("age left out", 0),
)
PEOPLE = st.lists(
    st.tuples(st.sampled_from(["14-18", "65-74", "75+", "unknown"]), st.sampled_from("fm"), st.sampled_from("abcde")),
    max_size=120,
)
RULES = {"k": st.integers(2, 7), "tolerated": st.sampled_from([0.0, 0.05, 0.5])}


@given(people=PEOPLE, **RULES)
def test_every_class_has_k_people_or_its_quasi_identifiers_are_missing(people, k, tolerated):
    found = anonymised(Counter(people), STEPS, k=k, tolerated=tolerated)

    released = Counter(found.classes[person] for person in people)
    missing = released.pop(None, 0)
    assert all(size >= k for size in released.values())
    assert missing == 0 or missing >= k or missing == len(people) < k
    assert found.missing == missing
    assert found.n == len(people)
    assert found.changed == sum(found.classes[person] != person for person in people)
    assert found.uniques_after == (1 if len(people) == 1 else 0)
    assert found.smallest == min([*released.values(), *([missing] if missing else [])], default=None)


@given(people=PEOPLE, seed=st.integers(0, 99), **RULES)
def test_the_order_of_the_rows_changes_nothing(people, seed, k, tolerated):
    shuffled = list(people)
    Random(seed).shuffle(shuffled)

    assert anonymised(Counter(people), STEPS, k=k, tolerated=tolerated) == anonymised(
        Counter(shuffled), STEPS, k=k, tolerated=tolerated
    )


@given(people=PEOPLE, **RULES)
def test_people_of_one_class_are_released_alike_and_coarser_only_as_the_steps_say(people, k, tolerated):
    found = anonymised(Counter(people), STEPS, k=k, tolerated=tolerated)

    taken = [step for step in STEPS if step.name in found.steps]
    for one, released in found.classes.items():
        coarser = one
        for step in taken:
            coarser = step.coarser(coarser)
        assert released in (None, coarser)


def test_no_step_is_taken_where_every_class_is_large_enough():
    found = anonymised({("14-18", "f", "a"): 5, ("75+", "m", "b"): 5}, STEPS)

    assert (found.steps, found.changed, found.missing, found.smallest) == ((), 0, 0, 5)


def test_a_step_that_is_always_taken_is_taken_without_need():
    found = anonymised({("14-18", "f", "a"): 5}, [Step("place", 2, {"a": ALL}, always=True)])

    assert found.classes == {("14-18", "f", "a"): ("14-18", "f", ALL)}


def test_as_many_people_as_tolerated_lose_theirs_before_the_next_step():
    people = {("14-18", "f", "a"): 95, ("75+", "m", "b"): 5}

    assert anonymised(people | {("75+", "m", "b"): 4}, STEPS, tolerated=0.05).steps == ()
    assert anonymised(people | {("75+", "m", "b"): 4}, STEPS).steps == tuple(step.name for step in STEPS)


def test_one_person_who_loses_hers_is_not_alone_among_the_missing():
    found = anonymised({("f",): 7, ("m",): 9, ("unknown",): 1})

    assert found.classes == {("f",): None, ("m",): ("m",), ("unknown",): None}
    assert (found.missing, found.smallest, found.uniques_before, found.uniques_after) == (8, 8, 1, 0)


@pytest.mark.parametrize(
    ("counts", "rules", "told"),
    [
        ({("f",): 1}, {"k": 1}, "k must be at least 2"),
        ({("f",): 1}, {"tolerated": 1.0}, "tolerated must be a share"),
        ({("f",): 0}, {}, "counts must be at least 1"),
        ({("f",): 1, ("f", "a"): 1}, {}, "as many quasi-identifiers"),
    ],
)
def test_impossible_input_is_refused_by_name(counts, rules, told):
    with pytest.raises(ValueError, match=told):
        anonymised(counts, **rules)


def test_diversity_counts_different_answers_in_each_class():
    found = diversity({("f",): {1: 3, 4: 2, 5: 1}, ("m",): {5: 6, 4: 0}, None: {2: 1}}, l=2)

    assert (found.classes, found.least, found.below, found.people_below) == (3, 1, 2, 7)


def test_nobody_is_in_no_class():
    assert diversity({("f",): {}}).least is None


def test_diversity_refuses_what_cannot_be():
    with pytest.raises(ValueError, match="l must be"):
        diversity({}, l=1)
    with pytest.raises(ValueError, match="negative"):
        diversity({("f",): {1: -1}})
