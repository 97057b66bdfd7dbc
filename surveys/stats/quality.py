"""Signs of careless answering, found when a response is submitted. A flag marks; it never deletes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import sqrt

from surveys.stats.scoring import MISSING

FASTEST_SECONDS_PER_ITEM = 2.0
SHORTEST_TIMED_PAGE = 4
SHORTEST_BLOCK = 8
LONGEST_RUN_SHARE = 0.8
AGREES_FROM = 4


@dataclass(frozen=True, slots=True)
class Block:
    """Raw answers to the items of one block, in the order shown, and whether one of these items is reversed."""

    values: tuple[int, ...]
    holds_reversed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Items on one page and the seconds spent on it; None where nobody took the time."""

    items: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class FlagSet:
    """The kinds of flags of one response, in the order of their bits."""

    speed: bool = False
    longstring: bool = False
    irv: bool = False
    pair: bool = False

    @property
    def mask(self) -> int:
        """The flags as bits: 1 speed, 2 longstring, 4 irv, 8 pair; what a response stores and a tally counts."""
        return sum(1 << bit for bit, kind in enumerate(fields(self)) if getattr(self, kind.name))

    @property
    def suspect(self) -> bool:
        """Two kinds of flags or more."""
        return self.mask.bit_count() >= 2


def longstring(values: Sequence[int]) -> int:
    """Longest run of equal raw answers; a missing answer counts as a value of its own.

    Examples
    --------
    >>> longstring([3, 3, 3, 3, 4, 4, 2, 5, 5, 5])
    4
    >>> longstring([])
    0
    """
    longest = run = 0
    for place, value in enumerate(values):
        run = run + 1 if place and value == values[place - 1] else 1
        longest = max(longest, run)
    return longest


def irv(values: Sequence[int]) -> float | None:
    """Intra-individual response variability: SD of one person's raw answers; None with fewer than two of them.

    Examples
    --------
    >>> round(irv([3, 3, 3, 3, 4, 4, 2, 5, 5, 5]), 6)
    1.05935
    """
    given = [value for value in values if value not in MISSING]
    n = len(given)
    if n < 2:
        return None
    return sqrt((n * sum(value * value for value in given) - sum(given) ** 2) / (n * (n - 1)))


def response_flags(
    blocks: Sequence[Block],
    *,
    pages: Sequence[Page] = (),
    opposite_pairs: Sequence[tuple[int, int]] = (),
    mode: str = "self",
) -> FlagSet:
    """Flags of one response.

    Parameters
    ----------
    blocks
        Blocks of items on the same scale. Those of fewer than 8 items or without a reversed item say nothing about runs
        and variability.
    pages
        Pages with their times. Those with fewer than 4 items say nothing about speed; answers with help or on paper
        (any ``mode`` but ``self``) are exempt.
    opposite_pairs
        Raw answers to registered opposite items; agreeing (4 and above) with both is a flag.
    mode
        How the response came in.

    Returns
    -------
    FlagSet

    Examples
    --------
    >>> response_flags([Block((4,) * 10, holds_reversed=True)]).suspect
    True
    >>> response_flags([], pages=[Page(5, 9.0)]).mask
    1
    """
    telling = [block.values for block in blocks if len(block.values) >= SHORTEST_BLOCK and block.holds_reversed]
    return FlagSet(
        speed=mode == "self"
        and any(
            page.seconds is not None
            and page.items >= SHORTEST_TIMED_PAGE
            and page.seconds < FASTEST_SECONDS_PER_ITEM * page.items
            for page in pages
        ),
        longstring=any(longstring(values) >= LONGEST_RUN_SHARE * len(values) for values in telling),
        irv=any(irv(values) == 0 for values in telling),
        pair=any(min(pair) >= AGREES_FROM and not set(pair) & set(MISSING) for pair in opposite_pairs),
    )
