"""Limits: how often, until when, side by side, and whose address it is."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from livinglab.accounts.limits import (
    HOUR,
    MINUTE,
    Limit,
    TooOften,
    address_of,
    count_more,
    delete_counts_that_are_over,
    demand_turn_left,
    give_turn_back,
    guess,
    take_turn,
)
from livinglab.accounts.models import UseCount
from tests.proposals.side_by_side import side_by_side

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TWO_A_MINUTE = Limit("two a minute", ((2, MINUTE), (3, HOUR)))


class Wrong(Exception):
    """What was guessed is wrong."""


def test_so_many_a_minute_and_so_many_an_hour_for_each_who():
    take_turn(TWO_A_MINUTE, "ana", at=NOW)
    take_turn(TWO_A_MINUTE, "ana", at=NOW)
    with pytest.raises(TooOften, match="You can go on in 1 minute"):
        take_turn(TWO_A_MINUTE, "ana", at=NOW)
    take_turn(TWO_A_MINUTE, "ben", at=NOW)

    take_turn(TWO_A_MINUTE, "ana", at=NOW + MINUTE)
    with pytest.raises(TooOften, match="You can go on in 59 minutes") as refused:
        take_turn(TWO_A_MINUTE, "ana", at=NOW + MINUTE)

    assert refused.value.until == NOW + HOUR
    take_turn(TWO_A_MINUTE, "ana", at=NOW + HOUR)


def test_what_is_refused_is_not_counted():
    for second in range(30):
        with pytest.raises(TooOften) if second >= 2 else _nothing():
            take_turn(TWO_A_MINUTE, "ana", at=NOW + timedelta(seconds=second))

    take_turn(TWO_A_MINUTE, "ana", at=NOW + MINUTE)


class _nothing:  # noqa: N801 (stands where pytest.raises does)
    def __enter__(self) -> None: ...

    def __exit__(self, *_error: object) -> None: ...


def test_only_wrong_guesses_are_counted():
    for _right in range(5):
        with guess(TWO_A_MINUTE, "ana", Wrong, at=NOW):
            pass
    for _broken in range(5):
        with pytest.raises(KeyError), guess(TWO_A_MINUTE, "ana", Wrong, at=NOW):
            raise KeyError
    demand_turn_left(TWO_A_MINUTE, "ana", at=NOW)
    for _wrong in range(2):
        with pytest.raises(Wrong), guess(TWO_A_MINUTE, "ana", Wrong, at=NOW):
            raise Wrong

    with pytest.raises(TooOften):
        demand_turn_left(TWO_A_MINUTE, "ana", at=NOW)
    with pytest.raises(TooOften), guess(TWO_A_MINUTE, "ana", Wrong, at=NOW):
        raise AssertionError("looked at one too many")


def test_several_guesses_in_one_request_are_several():
    take_turn(TWO_A_MINUTE, "ana", at=NOW)
    count_more(TWO_A_MINUTE, "ana", 1, at=NOW)

    with pytest.raises(TooOften):
        demand_turn_left(TWO_A_MINUTE, "ana", at=NOW)
    give_turn_back(TWO_A_MINUTE, "ana", at=NOW)
    demand_turn_left(TWO_A_MINUTE, "ana", at=NOW)


@pytest.mark.django_db(transaction=True)
def test_guesses_side_by_side_are_looked_at_no_more_often_than_one_after_the_other():
    looked_at = []

    def guess_wrong() -> None:
        try:
            with guess(TWO_A_MINUTE, "ana", Wrong, at=NOW):
                looked_at.append(1)
                raise Wrong
        except Wrong:
            pass

    side_by_side(*[guess_wrong] * 20)

    assert len(looked_at) == 2


def test_counts_say_nobody_and_go_when_their_time_is_over():
    take_turn(TWO_A_MINUTE, "ana@example.kr", at=NOW)

    assert "ana" not in "".join(UseCount.objects.values_list("key", flat=True))
    assert delete_counts_that_are_over(NOW + MINUTE) == 1
    assert delete_counts_that_are_over(NOW + HOUR) == 1


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.7", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        # What a visitor writes herself stands on the left.
        (1, "198.51.100.9, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.9, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "203.0.113.7"),
        (1, "203.0.113.7:4711", "203.0.113.7"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "[2001:db8:1:2:3:4:5:6]:4711", "2001:db8:1:2::"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
        (1, "somebody", "unknown"),
    ],
)
def test_the_address_is_the_one_that_our_outermost_proxy_saw(settings, proxies, forwarded, address):
    settings.PROXY_COUNT = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert address_of(RequestFactory().get("/", headers=headers, REMOTE_ADDR="192.0.2.1")) == address
