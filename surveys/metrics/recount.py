"""A wave counted again from its rows, and compared with what the refreshes made of it."""

from dataclasses import dataclass

from django.db import connection, transaction

from surveys.metrics.refresh import Counter, state_of
from surveys.models import ChunkTally, Response, Tally, TouchedChunk, Wave
from surveys.models.response import CHUNK
from surveys.stats.state import State, empty


@dataclass(frozen=True)
class Recount:
    """The counts made from the rows, and every place where the stored ones differ: none, unless something is broken."""

    state: State
    differences: tuple[str, ...]
    # Chunks with markers waiting are about to be counted; they are not compared.
    waiting: tuple[int, ...]

    @property
    def identical(self) -> bool:
        return not self.differences


def recount(wave: Wave) -> Recount:
    """Count a wave from scratch in one view of the database and compare all integers. Writes nothing."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return _compared(wave)


def _compared(wave: Wave) -> Recount:
    counter = Counter(wave)
    waiting = set(TouchedChunk.objects.filter(wave=wave).values_list("chunk", flat=True))
    stored = {
        share.chunk: state_of(counter.layout, share.state)
        for share in ChunkTally.objects.filter(wave=wave).order_by("chunk")
    }
    chunks = stored.keys() | {chunk // CHUNK for chunk in _first_of_chunks(wave)}
    total, sum_of_stored = empty(counter.layout), empty(counter.layout)
    differences: list[str] = []
    for chunk in sorted(chunks):
        counted = counter.count(Response.objects.filter(wave=wave).in_chunk(chunk))
        total = total.merge(counted)
        before = stored.get(chunk, empty(counter.layout))
        sum_of_stored = sum_of_stored.merge(before)
        if chunk not in waiting:
            differences += [f"chunk {chunk}: {where}" for where in _differences(before, counted)]
    kept = Tally.objects.filter(wave=wave).values_list("state", flat=True).first()
    differences += [f"total: {where}" for where in _differences(state_of(counter.layout, kept or b""), sum_of_stored)]
    return Recount(total, tuple(differences), tuple(sorted(waiting)))


def _first_of_chunks(wave: Wave) -> list[int]:
    """Numbers of responses, one of each chunk that has any, found by walking the index from chunk to chunk."""
    found: list[int] = []
    start = 0
    while True:
        first = Response.objects.filter(wave=wave, pk__gte=start).order_by("pk").values_list("pk", flat=True).first()
        if first is None:
            return found
        found.append(first)
        start = (first // CHUNK + 1) * CHUNK


def _differences(stored: State, counted: State) -> list[str]:
    """Where two states differ, by cell and section, stored first."""
    if stored == counted:
        return []
    found = []
    nothing = [0] * counted.layout.size
    for key in sorted(stored.rows.keys() | counted.rows.keys()):
        one = stored.rows[key].tolist() if key in stored.rows else nothing
        other = counted.rows[key].tolist() if key in counted.rows else nothing
        cell, is_counted = key
        found += [
            f"{cell} {'counted' if is_counted else 'not counted'} {section}: {one[start : start + length]} "
            f"instead of {other[start : start + length]}"
            for section, (start, length) in counted.layout.sections.items()
            if one[start : start + length] != other[start : start + length]
        ]
    return found
