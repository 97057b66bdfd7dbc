"""Files about single people in which nobody stands alone: coarser categories first, missing ones last.

What somebody might already know of a person (her age, where she lives) are *quasi-identifiers*; people who share all of
them are a *class*. Everything here works on classes and how many people each holds, so its cost does not follow the
number of people, and the order of their rows cannot matter.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

K = 5
L = 2
# The one category of a variable that tells nothing any more.
ALL = "all"

Class = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One coarsening of one quasi-identifier.

    Parameters
    ----------
    name
        What the protocol calls it.
    place
        Which quasi-identifier, from 0.
    joins
        From category to coarser category; what is not named stays. None joins all of them to ``ALL``.
    always
        Taken whether or not a class is small.
    """

    name: str
    place: int
    joins: Mapping[str, str] | None = None
    always: bool = False

    def coarser(self, one: Class) -> Class:
        """The class with this quasi-identifier coarsened.

        Parameters
        ----------
        one
            A class, with this quasi-identifier at ``place``.

        Returns
        -------
        tuple of str
            As long as the class.

        Examples
        --------
        >>> Step("age 65+", 0, {"75+": "65+"}).coarser(("75+", "f"))
        ('65+', 'f')
        """
        value = one[self.place]
        joined = ALL if self.joins is None else self.joins.get(value, value)
        return (*one[: self.place], joined, *one[self.place + 1 :])


@dataclass(frozen=True, slots=True)
class Anonymised:
    """Which class each class of people is released as, and what that took.

    Attributes
    ----------
    classes
        From every class as known to the class as released; None where its quasi-identifiers are set to missing.
    steps
        Names of the coarsenings taken, in order.
    n
        People.
    changed
        People whose released class is not the one they came with.
    missing
        People whose quasi-identifiers are set to missing; they are part of ``changed``.
    uniques_before, uniques_after
        People alone in their class.
    smallest
        People in the smallest released class, the class of the missing ones included; None without people.
    """

    classes: Mapping[Class, Class | None]
    steps: tuple[str, ...]
    n: int
    changed: int
    missing: int
    uniques_before: int
    uniques_after: int
    smallest: int | None


def anonymised(
    counts: Mapping[Class, int],
    steps: Sequence[Step] = (),
    *,
    k: int = K,
    tolerated: float = 0.0,
    entered: Sequence[Mapping[Class, int]] = (),
) -> Anonymised:
    """Coarsen until every class holds at least k people; set what stays small to missing.

    Parameters
    ----------
    counts
        People in each class, at least 1 each; all classes have the same number of quasi-identifiers.
    steps
        Coarsenings in the order in which they are tried.
    k
        Least number of people in a class, at least 2.
    tolerated
        Share of people in [0, 1) that may stand in small classes, and so be set to missing, before the next step is
        tried. 0: every step is tried first.
    entered
        For each member of the staff how many of each class she entered and so knows. A class is small, too, where of
        the others, whom she did not enter, there are some and fewer than k.

    Returns
    -------
    Anonymised
        Every released class holds at least k people, and nobody or at least k without those that any one of the staff
        entered. So does the group of the missing ones, unless it is empty or
        there are fewer than k people at all: then all of them are missing.

    Raises
    ------
    ValueError
        If k is below 2, ``tolerated`` no share, a class is empty, or classes differ in length.

    Notes
    -----
    Global recoding with local suppression (Samarati 2001, Sweeney 2002). The missing ones are a class of their own:
    as long as it holds fewer than k people, the smallest released class joins it, the first in alphabetical order among
    equals. The result depends on the counts alone.

    References
    ----------
    Samarati (2001), Protecting respondents' identities in microdata release. Sweeney (2002), k-anonymity: a model for
    protecting privacy.

    Examples
    --------
    >>> people = {("65-74", "f"): 6, ("75+", "f"): 3, ("65-74", "m"): 5, ("14-18", "m"): 1}
    >>> older = Step("age 65+", 0, {"65-74": "65+", "75+": "65+"})
    >>> found = anonymised(people, [older])
    >>> found.classes["75+", "f"], found.classes["65-74", "m"], found.smallest
    (('65+', 'f'), None, 6)
    >>> found.changed, found.missing, found.uniques_before, found.uniques_after
    (15, 6, 1, 0)

    Who entered four of five knows the fifth:

    >>> anonymised({("65+",): 5, ("14-64",): 9}, entered=[{("65+",): 4}]).classes["65+",] is None
    True
    """
    _check(counts, k, tolerated)
    n = sum(counts.values())
    released: dict[Class, Class] = {one: one for one in counts}
    taken = []
    for step in steps:
        if step.always or _in_small_classes(counts, entered, released, k) > tolerated * n:
            released = {one: step.coarser(now) for one, now in released.items()}
            taken.append(step.name)
    sizes = _sizes(counts, released)
    gone = _set_to_missing(sizes, _known(entered, released), k)
    classes = {one: None if now in gone else now for one, now in released.items()}
    missing = sum(sizes[now] for now in gone)
    kept = [size for now, size in sizes.items() if now not in gone]
    return Anonymised(
        classes=classes,
        steps=tuple(taken),
        n=n,
        changed=sum(count for one, count in counts.items() if classes[one] != one),
        missing=missing,
        uniques_before=sum(1 for count in counts.values() if count == 1),
        uniques_after=sum(1 for size in [*kept, missing] if size == 1),
        smallest=min([*kept, *([missing] if missing else [])], default=None),
    )


def _check(counts: Mapping[Class, int], k: int, tolerated: float) -> None:
    if k < 2:
        raise ValueError(f"k must be at least 2, got {k}")
    if not 0 <= tolerated < 1:
        raise ValueError(f"tolerated must be a share below 1, got {tolerated}")
    if any(count < 1 for count in counts.values()):
        raise ValueError("counts must be at least 1 in every class")
    if len({len(one) for one in counts}) > 1:
        raise ValueError("counts must have as many quasi-identifiers in one class as in the other")


def _sizes(counts: Mapping[Class, int], released: Mapping[Class, Class]) -> dict[Class, int]:
    sizes: dict[Class, int] = {}
    for one, now in released.items():
        sizes[now] = sizes.get(now, 0) + counts.get(one, 0)
    return sizes


def _known(entered: Sequence[Mapping[Class, int]], released: Mapping[Class, Class]) -> list[dict[Class, int]]:
    """Of each released class how many each member of the staff entered."""
    return [_sizes(own, released) for own in entered]


def _is_small(size: int, own: Sequence[int], k: int) -> bool:
    return size < k or any(0 < size - known < k for known in own)


def _in_small_classes(
    counts: Mapping[Class, int], entered: Sequence[Mapping[Class, int]], released: Mapping[Class, Class], k: int
) -> int:
    known = _known(entered, released)
    return sum(
        size for one, size in _sizes(counts, released).items() if _is_small(size, [own[one] for own in known], k)
    )


def _set_to_missing(sizes: Mapping[Class, int], known: Sequence[Mapping[Class, int]], k: int) -> set[Class]:
    """Small classes, and as many more as it takes until the missing ones are no small class themselves."""

    def is_small(classes: Iterable[Class]) -> bool:
        classes = list(classes)
        own = [sum(of_her[one] for one in classes) for of_her in known]
        return _is_small(sum(sizes[one] for one in classes), own, k)

    gone = {one for one in sizes if is_small([one])}
    for _size, one in sorted((size, one) for one, size in sizes.items() if one not in gone):
        if not gone or not is_small(gone):
            break
        gone.add(one)
    return gone


@dataclass(frozen=True, slots=True)
class Diversity:
    """How many different answers the classes hold of one sensitive item.

    Attributes
    ----------
    classes
        Classes with people in them.
    least
        Fewest different answers in a class; None without people.
    below
        Classes with fewer than l different answers: whoever knows that somebody is in one learns her answer.
    people_below
        People in them.
    """

    classes: int
    least: int | None
    below: int
    people_below: int


def diversity(answers: Mapping[Class | None, Mapping[Hashable, int]], *, l: int = L) -> Diversity:  # noqa: E741
    """Distinct l-diversity of one sensitive item.

    Parameters
    ----------
    answers
        For each released class (None: the missing ones) how many people gave which answer.
    l
        Least number of different answers in a class, at least 2.

    Returns
    -------
    Diversity
        Answers that nobody gave and classes without people do not count.

    Raises
    ------
    ValueError
        If l is below 2 or a count is negative.

    Notes
    -----
    The distinct form of Machanavajjhala et al. (2007). It is reported, not enforced: where everybody in a class is of
    one opinion, that is a finding and no coarser class would hide it.

    References
    ----------
    Machanavajjhala, Kifer, Gehrke & Venkitasubramaniam (2007), l-diversity: privacy beyond k-anonymity.

    Examples
    --------
    >>> diversity({("f",): {1: 3, 4: 2}, ("m",): {5: 6}, None: {}})
    Diversity(classes=2, least=1, below=1, people_below=6)
    """
    if l < 2:
        raise ValueError(f"l must be at least 2, got {l}")
    if any(count < 0 for given in answers.values() for count in given.values()):
        raise ValueError("answers must not be negative")
    found = [[count for count in given.values() if count] for given in answers.values()]
    held = [given for given in found if given]
    below = [given for given in held if len(given) < l]
    return Diversity(
        classes=len(held),
        least=min(map(len, held), default=None),
        below=len(below),
        people_below=sum(map(sum, below)),
    )
