"""From raw answers to scores: reversed items, construct scores in sixtieths, accept.

Answers are int16 arrays, one row a person, one column an item, as stored: raw values and the three missing codes.
Scores are whole numbers of *units*: 60 times the mean of up to 6 items is an integer, 2520 times that of up to 10.
So a construct that somebody answered in part still adds and subtracts exactly.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

NOT_APPLICABLE = 97
DONT_KNOW = 98
NO_ANSWER = 99
MISSING = (NOT_APPLICABLE, DONT_KNOW, NO_ANSWER)

# Items of the SUS whose mean is read as learnability; the other eight are usability.
SUS_LEARNABILITY = (4, 10)
# Items that say the opposite of each other.
SUS_OPPOSITES = ((3, 8), (7, 10))
# Items that may be missing; the middle stands for them.
SUS_MAY_MISS = 2

Answers = npt.NDArray[np.int16]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def reverse(value: int, lo: int, hi: int) -> int:
    """Turn the answer to a reversed item around: ``lo + hi - value``.

    Parameters
    ----------
    value
        An answer, ``lo`` to ``hi``.
    lo, hi
        Ends of the scale.

    Returns
    -------
    int
        On the same scale.

    Raises
    ------
    ValueError
        If the value is not on the scale.

    Examples
    --------
    >>> reverse(2, 1, 5), reverse(2, 1, 6)
    (4, 5)
    """
    if not lo <= value <= hi:
        raise ValueError(f"value {value} is not on the scale {lo}..{hi}")
    return lo + hi - value


def units_of(items: int) -> int:
    """Units that make 1 in the score of a construct with that many items.

    Parameters
    ----------
    items
        1 to 10.

    Returns
    -------
    int
        A multiple of every number up to that of the items.

    Raises
    ------
    ValueError
        If there is no item or there are more than 10.

    Notes
    -----
    60 = lcm(1..6), 2520 = lcm(1..10).

    Examples
    --------
    >>> units_of(3), units_of(8)
    (60, 2520)
    """
    if not 1 <= items <= 10:
        raise ValueError(f"items of one construct must be 1 to 10, got {items}")
    return 60 if items <= 6 else 2520


def least_answered(items: int) -> int:
    """Items that must be answered for a score: half of them, rounded up.

    Parameters
    ----------
    items
        Of a construct, at least 0.

    Returns
    -------
    int
        0 without items.

    Examples
    --------
    >>> [least_answered(items) for items in (1, 2, 3, 4, 5)]
    [1, 1, 2, 2, 3]
    """
    return (items + 1) // 2


def is_answered(answers: Answers | Integers) -> Flags:
    """Which answers are values of the scale, not one of the missing codes.

    Parameters
    ----------
    answers
        Raw answers in any shape.

    Returns
    -------
    ndarray
        In the same shape; False where the value is 97, 98 or 99.

    Examples
    --------
    >>> is_answered(np.array([4, 97, 98, 99])).tolist()
    [True, False, False, False]
    """
    return (answers != NOT_APPLICABLE) & (answers != DONT_KNOW) & (answers != NO_ANSWER)


def scores(oriented: Answers | Integers, answered: Flags, *, units: int, least: int) -> tuple[Integers, Flags]:
    """Mean of the answered items of each person, in units.

    Parameters
    ----------
    oriented
        n x k values, reversed items already turned around; what stands at unanswered places does not matter.
    answered
        n x k.
    units
        Units that make 1; a multiple of every number up to k.
    least
        Items a person must have answered to have a score.

    Returns
    -------
    tuple
        Scores (0 where there is none) and who has one.

    Notes
    -----
    ``units * total / count``: whole, since ``units`` is a multiple of every count.

    Examples
    --------
    The second person answered two of three items, the third only one:

    >>> values = np.array([[4, 5, 3], [4, 5, 0], [4, 0, 0]])
    >>> found, has = scores(values, values > 0, units=60, least=2)
    >>> found.tolist(), has.tolist()
    ([240, 270, 0], [True, True, False])
    """
    count = answered.sum(axis=1, dtype=np.int64)
    total = np.where(answered, oriented, 0).sum(axis=1, dtype=np.int64)
    has = count >= least
    return np.where(has, total * units // np.maximum(count, 1), 0), has


def reaches(oriented: Answers | Integers, answered: Flags, *, at_least: float, least: int) -> tuple[Flags, Flags]:
    """Whose mean of the answered items is at least a threshold, and who has answered enough to say.

    Parameters
    ----------
    oriented, answered
        As in `scores`.
    at_least
        In the items' own scale: 4 on 1..5, 5.5 on 1..7.
    least
        Items a person must have answered.

    Returns
    -------
    tuple
        Who reaches it (never somebody who has not answered enough), and who can be judged.

    Notes
    -----
    ``total >= at_least * count``, without a division: a mean of exactly the threshold reaches it.

    Examples
    --------
    >>> values = np.array([[4, 4, 4], [5, 3, 0], [5, 4, 2], [5, 0, 0]])
    >>> yes, valid = reaches(values, values > 0, at_least=4, least=2)
    >>> yes.tolist(), valid.tolist()
    ([True, True, False, False], [True, True, True, False])
    """
    count = answered.sum(axis=1, dtype=np.int64)
    total = np.where(answered, oriented, 0).sum(axis=1, dtype=np.int64)
    valid = count >= least
    return valid & (total >= at_least * count), valid
