"""What one person understood of a pilot, and what the person thinks to have understood: two different things."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from surveys.stats.scoring import DONT_KNOW, MISSING, NO_ANSWER

OPTIONS = 4


@dataclass(frozen=True, slots=True)
class Understanding:
    """Score of one person over all questions asked.

    Who answered no question at all has no score, and who answered none of the first ones is neither informed nor not.
    ``corrected`` takes away what guessing gives, ``confident_wrong`` is the share of wrong among what was not right
    (None where nothing was), ``calibration`` = subjective - objective. ``informed`` looks at the first questions only.
    """

    correct: int
    wrong: int
    dont_know: int
    unanswered: int
    objective: float | None
    corrected: float | None
    confident_wrong: float | None
    informed: bool | None
    subjective: float | None
    calibration: float | None

    @property
    def word(self) -> str:
        """As `calibration_word` says; empty without a calibration."""
        return "" if self.calibration is None else calibration_word(self.calibration)


def calibration_word(calibration: float) -> str:
    """How far a person, or people on average, know how much they know.

    Parameters
    ----------
    calibration
        What is thought to be known minus what is known, -1 to 1.

    Returns
    -------
    str
        ``overconfident`` above +.2, ``underconfident`` below -.2, else ``calibrated``.

    Raises
    ------
    ValueError
        If it is not in -1..1.

    Examples
    --------
    >>> [calibration_word(value) for value in (0.275, 0.2, -0.3)]
    ['overconfident', 'calibrated', 'underconfident']
    """
    if not -1 <= calibration <= 1:
        raise ValueError(f"calibration must lie in -1..1, got {calibration}")
    if calibration > 0.2:
        return "overconfident"
    return "underconfident" if calibration < -0.2 else "calibrated"


def understanding(
    marks: Sequence[int], *, right: int = 3, of: int = 4, subjective: Sequence[int] = ()
) -> Understanding:
    """Score one person's answers to the comprehension questions.

    Parameters
    ----------
    marks
        For each question 1 right, 0 wrong, 98 don't know, 99 no answer; at least one.
    right, of
        Informed is who has at least ``right`` of the first ``of`` questions right.
    subjective
        Answers 1 to 5 to the items on how much one thinks to know; missing codes are left out.

    Returns
    -------
    Understanding

    Raises
    ------
    ValueError
        If there is no question, a value is impossible, or fewer questions were asked than ``of`` says.

    Notes
    -----
    ``objective = C/N``, ``corrected = (C - W/3)/N`` with four options a question, ``confident_wrong = W/(W+K)``,
    ``subjective = (mean - 1)/4``, ``calibration = subjective - objective``. N counts all questions, those left open
    too; where all are left open there is no score.

    References
    ----------
    Ladwig, Dalrymple, Brossard, Scheufele and Corley (2012), Science and Public Policy 39, on what people know and
    think to know. Lackner et al. (2023), Nature Human Behaviour 7, for ``confident_wrong``.

    Examples
    --------
    >>> found = understanding([1, 1, 0, 98, 1], subjective=[5, 4])
    >>> found.objective, round(found.corrected, 6), found.confident_wrong, found.informed
    (0.6, 0.533333, 0.5, False)
    >>> round(found.calibration, 3), found.word
    (0.275, 'overconfident')
    """
    if not marks:
        raise ValueError("marks must not be empty")
    if not 1 <= right <= of <= len(marks):
        raise ValueError(f"informed cannot be {right} right of {of} in {len(marks)} questions")
    impossible = [mark for mark in marks if mark not in (1, 0, DONT_KNOW, NO_ANSWER)]
    if impossible:
        raise ValueError(f"marks cannot hold {impossible[0]}")
    said = [value for value in subjective if value not in MISSING]
    if any(not 1 <= value <= 5 for value in said):
        raise ValueError(f"subjective answers must lie in 1..5, got {list(subjective)}")
    correct, wrong, dont_know, unanswered = (
        sum(mark == kind for mark in marks) for kind in (1, 0, DONT_KNOW, NO_ANSWER)
    )
    told = unanswered < len(marks)
    objective = correct / len(marks) if told else None
    believed = (sum(said) / len(said) - 1) / 4 if said else None
    return Understanding(
        correct=correct,
        wrong=wrong,
        dont_know=dont_know,
        unanswered=unanswered,
        objective=objective,
        corrected=(correct - wrong / (OPTIONS - 1)) / len(marks) if told else None,
        confident_wrong=wrong / (wrong + dont_know) if wrong + dont_know else None,
        informed=None if set(marks[:of]) == {NO_ANSWER} else sum(mark == 1 for mark in marks[:of]) >= right,
        subjective=believed,
        calibration=None if believed is None or objective is None else believed - objective,
    )
