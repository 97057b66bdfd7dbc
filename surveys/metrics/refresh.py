"""Counting: chunks that were touched are recomputed from their rows and exchanged in the total.

Nothing is ever added up answer by answer: running this twice, late, on two machines or after a crash changes nothing.
Locks are taken in one order: the wave (shared), its chunks from the first to the last, its total.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from surveys.metrics.counter import Counter
from surveys.metrics.disclosure import STEP, may_step
from surveys.metrics.entered import handed_in
from surveys.metrics.layouts import layout_of
from surveys.models import ChunkTally, Tally, TouchedChunk, Wave
from surveys.models.response import CHUNK
from surveys.stats.layout import Layout
from surveys.stats.state import State, empty

# Chunks that one transaction counts: the total is written once for all of them.
TOGETHER = 20

# Without the lock, a row made here would wait for whoever closes the wave, who would wait for the row.
HOLD_WAVE = "SELECT answers_deleted_at IS NOT NULL FROM surveys_wave WHERE id = %s FOR KEY SHARE"
MAKE_ROWS = """
    INSERT INTO surveys_chunktally (wave_id, chunk, state)
    SELECT DISTINCT wave_id, chunk, ''::bytea FROM surveys_touchedchunk AS touched
    WHERE wave_id = %s AND NOT EXISTS (
        SELECT FROM surveys_chunktally AS share WHERE share.wave_id = touched.wave_id AND share.chunk = touched.chunk
    )
    ORDER BY chunk
    ON CONFLICT DO NOTHING
"""
TAKE_MARKERS = "DELETE FROM surveys_touchedchunk WHERE wave_id = %s AND chunk = ANY(%s) RETURNING chunk"
# One response of each chunk that has any, found by walking the index from chunk to chunk.
CHUNKS_WITH_RESPONSES = """
    WITH RECURSIVE first (id) AS (
        (SELECT id FROM surveys_response WHERE wave_id = %(wave)s ORDER BY id LIMIT 1)
        UNION ALL
        SELECT (
            SELECT id FROM surveys_response
            WHERE wave_id = %(wave)s AND id >= (first.id / %(size)s + 1) * %(size)s
            ORDER BY id LIMIT 1
        )
        FROM first WHERE first.id IS NOT NULL
    )
    SELECT id / %(size)s FROM first WHERE id IS NOT NULL
"""


def touch(wave: Wave, responses: Iterable[int]) -> None:
    """Say that these responses (by number) were written; in the same transaction as the writing."""
    touch_chunks(wave, {number // CHUNK for number in responses})


def touch_chunks(wave: Wave, chunks: Iterable[int]) -> None:
    """Have these chunks counted again."""
    TouchedChunk.objects.bulk_create([TouchedChunk(wave=wave, chunk=chunk) for chunk in sorted(chunks)])


def touch_everything(wave: Wave) -> int:
    """Have the whole wave counted again by whoever refreshes it, several workers side by side. Returns its chunks."""
    chunks = chunks_of(wave)
    touch_chunks(wave, chunks)
    return len(chunks)


def chunks_of(wave: Wave) -> set[int]:
    """Chunks that have responses or counts."""
    with connection.cursor() as cursor:
        cursor.execute(CHUNKS_WITH_RESPONSES, {"wave": wave.pk, "size": CHUNK})
        found = {chunk for (chunk,) in cursor.fetchall()}
    return found | set(ChunkTally.objects.filter(wave=wave).values_list("chunk", flat=True))


def refresh(wave: Wave, *, at: datetime) -> int:
    """Count every chunk of the wave that has markers waiting. Returns how many. Safe to run twice and side by side.

    By itself it passes over chunks that somebody else is counting at the moment. Within a transaction it waits for
    them: what follows there relies on the total.
    """
    counter = Counter(wave)
    if connection.in_atomic_block:
        return refresh_all(counter, at=at)
    counted = 0
    while found := refresh_some(counter, at=at):
        counted += found
    return counted


@transaction.atomic
def refresh_all(counter: Counter, *, at: datetime) -> int:
    """Count what waits in one transaction, however much it is."""
    if _make_rows(counter.wave):
        return 0
    return _exchange(counter, list(_waiting(counter.wave).select_for_update().values_list("pk", "chunk")), at=at)


def refresh_some(counter: Counter, *, at: datetime) -> int:
    """Count some of the chunks that wait and that nobody else is counting; 0 where there is none."""
    if _make_rows(counter.wave):
        return 0
    with transaction.atomic():
        if _hold(counter.wave):
            return 0
        free = _waiting(counter.wave).select_for_update(skip_locked=True)
        return _exchange(counter, list(free.values_list("pk", "chunk")[:TOGETHER]), at=at)


def _hold(wave: Wave) -> bool:
    """Keep the wave; whether its answers are gone, so that its counts have to stay as they are."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD_WAVE, [wave.pk])
        row = cursor.fetchone()
    return row is not None and bool(row[0])


@transaction.atomic
def _make_rows(wave: Wave) -> bool:
    """A row to lock for each chunk that waits. Where the answers are gone there is none, and no marker either."""
    if _hold(wave):
        TouchedChunk.objects.filter(wave=wave).delete()
        return True
    with connection.cursor() as cursor:
        cursor.execute(MAKE_ROWS, [wave.pk])
    return False


def _waiting(wave: Wave) -> QuerySet[ChunkTally]:
    """Rows of the chunks with markers, from the first to the last: whoever locks several takes them in this order."""
    marked = TouchedChunk.objects.filter(wave=OuterRef("wave"), chunk=OuterRef("chunk"))
    return ChunkTally.objects.filter(Exists(marked), wave=wave).order_by("chunk")


def _exchange(counter: Counter, locked: list[tuple[int, int]], *, at: datetime) -> int:
    """Count chunks, given by the rows that are locked, and put what changed into the total."""
    wave, layout = counter.wave, counter.layout
    with connection.cursor() as cursor:
        # Before the rows are read: a response committed after this line leaves a marker that stays.
        cursor.execute(TAKE_MARKERS, [wave.pk, [chunk for _row, chunk in locked]])
        marked = {chunk for (chunk,) in cursor.fetchall()}
    change: State | None = empty(layout)
    for row, chunk in locked:
        # Who waited for a lock may find that the chunk was counted meanwhile.
        if chunk not in marked:
            continue
        share = ChunkTally.objects.filter(pk=row)
        data = bytes(share.values_list("state", flat=True).get())
        now = counter.count(chunk)
        if now.to_bytes() != data:
            share.update(state=now.to_bytes())
            before = _read(layout, data)
            # Nobody knows what the total holds of a chunk that cannot be read.
            change = None if change is None or before is None else change.merge(now).subtract(before)
    if marked:
        _write_total(wave, layout, change, at=at)
    return len(marked)


@transaction.atomic
def restore_total(wave: Wave, *, at: datetime) -> None:
    """Make the total anew from the counts of the chunks."""
    _hold(wave)
    _write_total(wave, layout_of(wave), None, at=at)


def _write_total(wave: Wave, layout: Layout, change: State | None, *, at: datetime) -> None:
    """Add a change to the total; None makes it anew from the chunks, as does a total that cannot be read."""
    Tally.objects.bulk_create([Tally(wave=wave)], ignore_conflicts=True)
    total = Tally.objects.select_for_update().only("state", "seen").get(wave=wave)
    kept = _read(layout, total.state)
    state = _sum_of_chunks(wave, layout) if kept is None or change is None else kept.merge(change)
    total.state, total.refreshed_at = state.to_bytes(), at
    changed = ["state", "refreshed_at"]
    if _steps(wave, total, state):
        total.seen_state, total.seen_at = total.state, at
        changed += ["seen_state", "seen_at", "seen"]
    total.save(update_fields=changed)


def _steps(wave: Wave, total: Tally, state: State) -> bool:
    """Whether the desk may see these counts already; if so the total knows from now on how many answers it sees."""
    answered = state.n(counted=None)
    if wave.stage != Wave.Stage.OPEN or abs(answered - total.seen.get("", 0)) < STEP:
        return False
    now = handed_in(wave)
    # Somebody has just handed in what is not counted yet: who entered it is asked when it is.
    if now[""] != answered or not may_step(total.seen, now):
        return False
    total.seen = dict(now)
    return True


def _sum_of_chunks(wave: Wave, layout: Layout) -> State:
    """The chunks as they are counted now; those that cannot be read are marked, so that they are counted again.

    The caller holds the row of the total: whoever is counting a chunk meanwhile adds to it afterwards.
    """
    total, unreadable = empty(layout), []
    for chunk, data in (
        ChunkTally.objects.filter(wave=wave).order_by("chunk").values_list("chunk", "state").iterator(chunk_size=20)
    ):
        found = _read(layout, data)
        if found is None:
            unreadable.append(chunk)
        else:
            total = total.merge(found)
    touch_chunks(wave, unreadable)
    return total


def state_of(layout: Layout, data: bytes | memoryview) -> State:
    """A stored state. What was stored by another version of the program counts as nothing until it is counted again."""
    found = _read(layout, data)
    return empty(layout) if found is None else found


def _read(layout: Layout, data: bytes | memoryview) -> State | None:
    """A stored state; nothing stored is the state of no responses, and None is what cannot be read."""
    if not data:
        return empty(layout)
    try:
        return State.from_bytes(layout, bytes(data))
    except ValueError:
        return None


def state_of_wave(wave: Wave) -> State:
    """The counts of a wave as they stand; markers may be waiting."""
    layout = layout_of(wave)
    stored = Tally.objects.filter(wave=wave).values_list("state", flat=True).first()
    return state_of(layout, stored or b"")
