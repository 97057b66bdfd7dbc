"""Counting: chunks that were touched are recomputed from their rows and exchanged in the total.

Nothing is ever added up answer by answer: running this twice, late, on two machines or after a crash changes nothing.
"""

from collections.abc import Iterable
from datetime import datetime

import numpy as np
from django.db import transaction

from surveys.metrics.layouts import Counted, columns_of, counted_of, knowledge_of, layout_of
from surveys.models import ChunkTally, Response, Tally, TouchedChunk, Wave
from surveys.models.response import CHUNK, ResponseQuerySet
from surveys.questionnaire import DONT_KNOW, NO_ANSWER
from surveys.stats.layout import FLAGS, Layout
from surveys.stats.scoring import Answers
from surveys.stats.state import MEMBER, NOT_MEMBER, RIGHT, UNKNOWN_MEMBER, WRONG, State, empty, tally

NOT_SAID = "?"


def touch(wave: Wave, responses: Iterable[int]) -> None:
    """Say that these responses (by number) were written; in the same transaction as the writing."""
    chunks = sorted({number // CHUNK for number in responses})
    TouchedChunk.objects.bulk_create([TouchedChunk(wave=wave, chunk=chunk) for chunk in chunks])


def refresh(wave: Wave, *, at: datetime) -> int:
    """Count every chunk of the wave that has markers waiting. Returns how many. Safe to run twice and side by side."""
    chunks = TouchedChunk.objects.filter(wave=wave).order_by("chunk").values_list("chunk", flat=True).distinct()
    counter = Counter(wave)
    for chunk in list(chunks):
        refresh_chunk(counter, chunk, at=at)
    return len(chunks)


@transaction.atomic
def refresh_chunk(counter: "Counter", chunk: int, *, at: datetime) -> None:
    wave, layout = counter.wave, counter.layout
    # Whoever writes a chunk's counts holds this lock, so two workers on one chunk wait for each other.
    ChunkTally.objects.bulk_create([ChunkTally(wave=wave, chunk=chunk)], ignore_conflicts=True)
    share = ChunkTally.objects.select_for_update().get(wave=wave, chunk=chunk)
    # Before the rows are read: a response committed after this line leaves a marker that stays.
    TouchedChunk.objects.filter(wave=wave, chunk=chunk).delete()
    before = state_of(layout, share.state)
    now = counter.count(Response.objects.filter(wave=wave).in_chunk(chunk))
    share.state = now.to_bytes()
    share.save(update_fields=["state"])
    Tally.objects.bulk_create([Tally(wave=wave)], ignore_conflicts=True)
    total = Tally.objects.select_for_update().get(wave=wave)
    total.state = state_of(layout, total.state).subtract(before).merge(now).to_bytes()
    total.refreshed_at = at
    total.save(update_fields=["state", "refreshed_at"])


def state_of(layout: Layout, data: bytes | memoryview) -> State:
    """A stored state; nothing stored is the state of no responses."""
    return State.from_bytes(layout, bytes(data)) if data else empty(layout)


def state_of_wave(wave: Wave) -> State:
    """The counts of a wave as they stand; markers may be waiting."""
    layout = layout_of(wave)
    stored = Tally.objects.filter(wave=wave).values_list("state", flat=True).first()
    return state_of(layout, stored or b"")


class Counter:
    """Turns the responses of one wave into counts."""

    def __init__(self, wave: Wave) -> None:
        self.wave = wave
        self.layout = layout_of(wave)
        self.counted = counted_of(wave)
        self.knowledge = knowledge_of(wave)
        columns = columns_of(wave)
        self.correct = [(columns.index(code), correct) for code, correct in self.knowledge]

    def count(self, responses: ResponseQuerySet) -> State:
        """The state of the handed-in ones among these responses."""
        rows = list(
            responses.submitted()
            .order_by("pk")
            .values_list("answers", "cell", "mode", "use_level", "groups", "flags", "milliseconds")
        )
        if not rows:
            return empty(self.layout)
        answers = np.array([row[0] for row in rows], dtype=np.int16)
        modes = [row[2] for row in rows]
        use_levels = [row[3] or 0 for row in rows]
        return tally(
            self.layout,
            answers[:, : len(self.layout.items)],
            cells=[row[1] for row in rows],
            counted=_counted(self.counted, modes, use_levels),
            modes=modes,
            use_levels=use_levels,
            members=[[_membership(group, row[4]) for group in self.layout.groups] for row in rows],
            flags=[sum(1 << bit for bit, kind in enumerate(FLAGS) if kind in row[5]) for row in rows],
            marks=np.column_stack([_marks(answers[:, column], correct) for column, correct in self.correct])
            if self.correct
            else None,
            milliseconds=[row[6] if row[2] == Response.Mode.SELF else -1 for row in rows],
        )


def _counted(counted: Counted | None, modes: list[str], use_levels: list[int]) -> list[bool]:
    if counted is None:
        return [True] * len(modes)
    return [
        mode in counted.modes and level in counted.use_levels for mode, level in zip(modes, use_levels, strict=True)
    ]


def _membership(group: str, said: list[str]) -> int:
    if group in said:
        return MEMBER
    return UNKNOWN_MEMBER if group + NOT_SAID in said else NOT_MEMBER


def _marks(given: Answers, correct: int) -> Answers:
    mark = np.where(given == correct, RIGHT, WRONG)
    return np.where((given == DONT_KNOW) | (given == NO_ANSWER), given, mark).astype(np.int16)
