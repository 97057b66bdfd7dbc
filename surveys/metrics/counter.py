"""From the rows of one chunk of responses to their counts."""

from collections.abc import Sequence

import numpy as np
from django.db import connection

from surveys.metrics.layouts import NOT_SAID, columns_of, counted_of, knowledge_of, layout_of
from surveys.models import Response, Wave
from surveys.models.response import CHUNK
from surveys.questionnaire import DONT_KNOW, NO_ANSWER
from surveys.stats.layout import FLAGS
from surveys.stats.scoring import Answers
from surveys.stats.state import MEMBER, NOT_MEMBER, RIGHT, UNKNOWN_MEMBER, WRONG, State, empty, tally

# Answers come as the database holds them: five integers of 32 bits that say what the array is, then for each element
# its length and its value. No Python number is made of any of them.
BEFORE_ANSWERS, BYTES_OF_ANSWER = 20, 6
BETWEEN = "\x1f"
ROWS = """
    SELECT array_send(answers), cell, mode, coalesce(use_level, 0), array_to_string(groups, %s),
           array_to_string(flags, %s), milliseconds
    FROM surveys_response
    WHERE wave_id = %s AND submitted_at IS NOT NULL
"""
CHUNK_ROWS = f"{ROWS} AND id >= %s AND id < %s"
SOME_ROWS = f"{ROWS} AND id = ANY(%s)"
Row = tuple[bytes, str, str, int, str, str, int]


class Counter:
    """Turns the responses of one wave into counts, chunk by chunk."""

    def __init__(self, wave: Wave) -> None:
        self.wave = wave
        self.layout = layout_of(wave)
        self.knowledge = knowledge_of(wave)
        columns = columns_of(wave)
        self.correct = [(columns.index(code), correct) for code, correct in self.knowledge]
        counted = counted_of(wave)
        # Mode and use level of the answers that count; None where all do.
        self.counted = (
            {(mode, level) for mode in counted.modes for level in counted.use_levels} if counted is not None else None
        )

    def count(self, chunk: int) -> State:
        """The state of the responses of a chunk that were handed in."""
        return self._counted(self.rows(chunk))

    def count_some(self, ids: Sequence[int]) -> State:
        """The state of those of these responses that were handed in."""
        return self._counted(_fetched(SOME_ROWS, [BETWEEN, BETWEEN, self.wave.pk, list(ids)]))

    def _counted(self, rows: Sequence[Row]) -> State:
        if not rows:
            return empty(self.layout)
        sent, cells, modes, use_levels, groups, flags, times = zip(*rows, strict=True)
        answers = answers_as_sent(sent)
        membership = {said: self._membership(said.split(BETWEEN)) for said in set(groups)}
        masks = {kinds: _mask(kinds.split(BETWEEN)) for kinds in set(flags)}
        return tally(
            self.layout,
            answers[:, : len(self.layout.items)],
            cells=cells,
            counted=None
            if self.counted is None
            else [pair in self.counted for pair in zip(modes, use_levels, strict=True)],
            modes=modes,
            use_levels=use_levels,
            members=np.array([membership[said] for said in groups], dtype=np.int64).reshape(len(rows), -1),
            flags=[masks[kinds] for kinds in flags],
            marks=np.column_stack([_marks(answers[:, column], correct) for column, correct in self.correct])
            if self.correct
            else None,
            milliseconds=[time if mode == Response.Mode.SELF else -1 for time, mode in zip(times, modes, strict=True)],
        )

    def rows(self, chunk: int) -> list[Row]:
        """The responses of a chunk that were handed in: what `ROWS` names."""
        return _fetched(CHUNK_ROWS, [BETWEEN, BETWEEN, self.wave.pk, chunk * CHUNK, (chunk + 1) * CHUNK])

    def _membership(self, said: Sequence[str]) -> list[int]:
        return [
            MEMBER if group in said else UNKNOWN_MEMBER if group + NOT_SAID in said else NOT_MEMBER
            for group in self.layout.groups
        ]


def _fetched(query: str, parameters: list[object]) -> list[Row]:
    with connection.cursor() as cursor:
        # The cursor of psycopg itself: results in binary form are not what Django asks for.
        own = cursor.cursor
        own.execute(query, parameters, binary=True)
        found: list[Row] = own.fetchall()
    return found


def answers_as_sent(sent: Sequence[bytes]) -> Answers:
    """One row a response."""
    if len({len(answers) for answers in sent}) > 1:
        raise ValueError("responses of one wave differ in the number of their answers")
    table = np.frombuffer(b"".join(sent), dtype=np.uint8).reshape(len(sent), -1)[:, BEFORE_ANSWERS:]
    values = table.reshape(len(sent), -1, BYTES_OF_ANSWER)[:, :, -2:]
    return np.ascontiguousarray(values).view(">i2")[:, :, 0].astype(np.int16)


def _mask(kinds: Sequence[str]) -> int:
    return sum(1 << bit for bit, kind in enumerate(FLAGS) if kind in kinds)


def _marks(given: Answers, correct: int) -> Answers:
    mark = np.where(given == correct, RIGHT, WRONG)
    return np.where((given == DONT_KNOW) | (given == NO_ANSWER), given, mark).astype(np.int16)
