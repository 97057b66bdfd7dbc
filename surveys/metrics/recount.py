"""A wave counted again from its rows, and compared with what the refreshes made of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from surveys.errors import refuse_if_answers_are_gone
from surveys.metrics.counter import Counter
from surveys.metrics.refresh import chunks_of, refresh, restore_total, state_of, touch_chunks
from surveys.models import ChunkTally, Tally, TouchedChunk, Wave
from surveys.stats.state import State, empty


@dataclass(frozen=True)
class Recount:
    """The counts made from the rows, and every place where the stored ones differ: none, unless something is broken."""

    state: State
    differences: tuple[str, ...]
    # Chunks whose counts differ; where there is none, only the total does.
    differing: tuple[int, ...]
    # Chunks with markers waiting are about to be counted; they are not compared.
    waiting: tuple[int, ...]

    @property
    def identical(self) -> bool:
        return not self.differences


def recount(wave: Wave) -> Recount:
    """Count a wave from scratch in one view of the database and compare all integers. Writes nothing.

    Refuses where the answers are gone.
    """
    refuse_if_answers_are_gone(wave)
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return _compared(wave)


def repair(wave: Wave, found: Recount, *, at: datetime) -> None:
    """Count what differed again, as any refresh does, and make the total anew. Safe to repeat."""
    refuse_if_answers_are_gone(wave)
    touch_chunks(wave, found.differing)
    refresh(wave, at=at)
    restore_total(wave, at=at)


def _compared(wave: Wave) -> Recount:
    counter = Counter(wave)
    waiting = set(TouchedChunk.objects.filter(wave=wave).values_list("chunk", flat=True))
    stored = dict(ChunkTally.objects.filter(wave=wave).values_list("chunk", "pk"))
    total, sum_of_stored = empty(counter.layout), empty(counter.layout)
    differences: list[str] = []
    differing = []
    for chunk in sorted(chunks_of(wave)):
        counted = counter.count(chunk)
        total = total.merge(counted)
        data = ChunkTally.objects.values_list("state", flat=True).get(pk=stored[chunk]) if chunk in stored else b""
        before = state_of(counter.layout, data)
        sum_of_stored = sum_of_stored.merge(before)
        if chunk not in waiting and before != counted:
            differing.append(chunk)
            differences += [f"chunk {chunk}: {where}" for where in _differences(before, counted)]
    kept = Tally.objects.filter(wave=wave).values_list("state", flat=True).first()
    differences += [f"total: {where}" for where in _differences(state_of(counter.layout, kept or b""), sum_of_stored)]
    return Recount(total, tuple(differences), tuple(differing), tuple(sorted(waiting)))


def _differences(stored: State, counted: State) -> list[str]:
    """Where two states differ, by cell and section, stored first."""
    if stored == counted:
        return []
    found = []
    nothing = [0] * counted.layout.size
    one_of, other_of = stored.rows, counted.rows
    for key in sorted(one_of.keys() | other_of.keys()):
        one = one_of[key].tolist() if key in one_of else nothing
        other = other_of[key].tolist() if key in other_of else nothing
        cell, is_counted = key
        found += [
            f"{cell} {'counted' if is_counted else 'not counted'} {section}: {one[start : start + length]} "
            f"instead of {other[start : start + length]}"
            for section, (start, length) in counted.layout.sections.items()
            if one[start : start + length] != other[start : start + length]
        ]
    return found
