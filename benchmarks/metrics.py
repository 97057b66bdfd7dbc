"""``make bench-metrics``: waves of 10,000 to 10 million made-up answers, counted, refreshed and shown.

Starts a PostgreSQL of its own, brings in one wave after the other, measures each with processes of their own (two that
count side by side), beside the same figures made the usual way with pandas and pingouin, prints what came out and
writes it to docs/benchmarks/metrics.md. Takes about a quarter of an hour and 12 GB of disk;
``python -m benchmarks.metrics 10000 100000`` takes other sizes and writes nothing.
"""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import django
import psutil
import psycopg

from benchmarks.stage import BASE_DIR, manage, own_postgres

RESULTS = BASE_DIR / "docs" / "benchmarks" / "metrics.md"
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
USUAL = 1_000_000
WORKERS = 2
NEW, EDITED = 100, 10
# What is to be reached: seconds, bytes, times.
REBUILD, REBUILD_MEMORY, REFRESH, PAGE, FASTER = 90.0, 1_500_000_000, 1.5, 0.15, 20.0

TEXT = """# How fast acceptance is counted

Measured on {day} with `make bench-metrics`: {machine}; other work kept {busy:.1f} processes busy when it began. The
answers are made up: the 31 items of LLA-31, four questions on understanding, 60 raking cells, 3 modes, answers that
count and others, one registered group. PostgreSQL runs as in `make run`; {workers} processes count side by side.
Memory is the most that the largest process held, PostgreSQL's own included (with the 128 MB that its processes share).

| answers | all counted | memory | a day counted | memory | page shown | first time | memory |
|---:|---:|---:|---:|---:|---:|---:|---:|
{seconds}

- **All counted**: from nothing stored to the last count, every answer read.
- **A day counted**: {new} new answers and {edited} edits in as many other chunks of 5,000 answers (fewer where the
  wave has fewer).
- **Page shown**: the stored counts are read, and from them every item, construct with alpha and omega, group,
  outcome weighted by raking three margins and not, the verdict with its sensitivity, and the drivers. The first
  time includes importing what computes them.

| answers | counts of the chunks | on disk | counts of the wave | the answers themselves | brought in |
|---:|---:|---:|---:|---:|---:|
{bytes}

With {largest} answers:

| what | measured | to reach | |
|---|---:|---:|---|
{targets}

What bounds counting is the processors: the processes that count spent {own:.1f} s of processor time and PostgreSQL,
which hands out the answers and stores the counts, {other:.1f} s. On two processors with nothing else to do that is
{free:.1f} s. By the clock one process by itself took {read:.0f} ms to read a chunk of 5,000 answers, {count:.0f} ms
to count it and {written:.1f} ms to write its counts as bytes.
"""
USUALLY = """
The usual way with {answers:,} answers: pandas reads all of them in {read:.1f} s, then scipy, statsmodels and
pingouin make the same figures in {figures:.1f} s, with {memory}. From the stored counts they take {page:.3f} s,
{faster:,.0f} times as fast; with every answer counted anew before it {counted:.1f} s, {still_faster:.1f} times as
fast.
"""

Took = dict[str, float]


@dataclass(frozen=True)
class Row:
    """What was measured of one wave; seconds and bytes."""

    answers: int
    loaded: float
    rebuild: float
    rebuild_memory: float
    # Of all processors together: of the processes that count, and of PostgreSQL for them.
    processor: float
    processor_of_database: float
    refresh: float
    refresh_memory: float
    page: float
    first_page: float
    page_memory: float
    # The stored counts of all chunks and of the total, and the table of answers.
    counts: int
    counts_on_disk: int
    total: int
    on_disk: int
    steps: Took


@dataclass(frozen=True)
class Usual:
    answers: int
    read: float
    figures: float
    memory: float

    @property
    def seconds(self) -> float:
        return self.read + self.figures


def main(sizes: Sequence[int]) -> None:
    busy = os.getloadavg()[0]
    with own_postgres():
        rows, usual = measured(sizes)
    text = as_markdown(rows, usual, busy)
    print(f"\n{text}")
    if tuple(sizes) == SIZES:
        RESULTS.parent.mkdir(parents=True, exist_ok=True)
        RESULTS.write_text(text, encoding="utf-8")


def measured(sizes: Sequence[int]) -> tuple[list[Row], Usual | None]:
    url = os.environ["DATABASE_URL"]
    manage(url, "migrate", "--verbosity", "0")
    django.setup()
    from benchmarks.metrics_answers import make_waves  # models, which need the set-up
    from surveys.models.response import CHUNK

    rows, usual, start = [], None, CHUNK
    for wave, size in zip(make_waves(sizes), sizes, strict=True):
        rows.append(measure(wave.pk, range(start, start + size)))
        if size == min(USUAL, max(sizes)):
            usual = the_usual_way(url, wave, size)
        # The next wave begins with a chunk of its own.
        start += (size + (1 + ROOM) * CHUNK) // CHUNK * CHUNK
    return rows, usual


# Chunks between two waves, for the answers that the refreshes add.
ROOM = 1


def measure(wave: int, numbers: range) -> Row:
    size = len(numbers)
    print(f"{size:,} answers:", flush=True)
    loaded = load(wave, numbers)
    told("brought in", loaded)
    rebuild, workers = count_side_by_side(wave, size)
    told("counted", rebuild)
    edited = min(EDITED, max(1, size // 5_000 - 1))
    refreshed = worker("refresh", wave, numbers.start, numbers.stop, NEW, edited)
    told(f"counted again after a day ({refreshed['chunks']:.0f} chunks)", refreshed["seconds"])
    shown = worker("page", wave)
    told("shown", shown["seconds"])
    counts, counts_on_disk, total, on_disk = stored(wave)
    return Row(
        answers=size,
        loaded=loaded,
        rebuild=rebuild,
        rebuild_memory=max(map(largest, workers)),
        processor=sum(took["processor"] for took in workers),
        processor_of_database=sum(took["processor of PostgreSQL"] for took in workers),
        refresh=refreshed["seconds"],
        refresh_memory=largest(refreshed),
        page=shown["seconds"],
        first_page=shown["first"],
        page_memory=largest(shown),
        counts=counts,
        counts_on_disk=counts_on_disk,
        total=total,
        on_disk=on_disk,
        steps=worker("steps", wave),
    )


def told(what: str, seconds: float) -> None:
    print(f"  {what:44}{seconds:10.3f} s", flush=True)


def load(wave: int, numbers: range) -> float:
    """Bring the answers in, half of them by each of two processes."""
    began = time.monotonic()
    middle = numbers.start + len(numbers) // 2
    halves = [(numbers.start, middle), (middle, numbers.stop)]
    with ThreadPoolExecutor(len(halves)) as threads:
        list(threads.map(lambda half: worker("load", wave, *half), halves))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE surveys_response")
    return time.monotonic() - began


def count_side_by_side(pk: int, size: int) -> tuple[float, list[Took]]:
    """Seconds from the first marker to the last count, by workers that run already, and what each of them took."""
    from surveys.metrics.refresh import state_of_wave, touch_everything
    from surveys.models import Wave

    wave = Wave.objects.get(pk=pk)
    workers = [started("rebuild", pk) for _worker in range(WORKERS)]
    for process in workers:
        if said(process) != "ready":
            raise SystemExit("A worker did not get ready.")
    began = time.time()
    touch_everything(wave)
    for process in workers:
        tell(process, "go")
    found = [finished(process) for process in workers]
    seconds = max(took["ended"] for took in found) - began
    if (counted := state_of_wave(wave).n(counted=None)) != size:
        raise SystemExit(f"{counted} answers were counted instead of {size}.")
    return seconds, found


def worker(what: str, *numbers: int) -> Took:
    return finished(started(what, *numbers))


def started(what: str, *numbers: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.metrics_worker", what, *map(str, numbers)]
    return subprocess.Popen(command, cwd=BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def said(process: "subprocess.Popen[str]") -> str:
    return process.stdout.readline().strip() if process.stdout else ""


def tell(process: "subprocess.Popen[str]", word: str) -> None:
    if process.stdin:
        process.stdin.write(f"{word}\n")
        process.stdin.flush()


def finished(process: "subprocess.Popen[str]", given: str | None = None) -> Took:
    out, _err = process.communicate(given)
    if process.returncode:
        raise SystemExit("A process of the measurement failed.")
    found: Took = json.loads(out)
    return found


def largest(took: Took) -> float:
    return max(took["memory"], took.get("memory of PostgreSQL", 0))


def stored(wave: int) -> tuple[int, int, int, int]:
    """Bytes of the counts of all chunks, the same as the database holds them, of the total, and of the answers."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        counts = connection.execute(
            "SELECT sum(octet_length(state)), sum(pg_column_size(state)) FROM surveys_chunktally WHERE wave_id = %s",
            [wave],
        ).fetchone()
        total = connection.execute(
            "SELECT octet_length(state) FROM surveys_tally WHERE wave_id = %s", [wave]
        ).fetchone()
        answers = connection.execute(
            """
            SELECT pg_total_relation_size('surveys_response') * count(*) FILTER (WHERE wave_id = %s) / count(*)
            FROM surveys_response
            """,
            [wave],
        ).fetchone()
    if not counts or not total or not answers:
        raise SystemExit("Nothing is stored.")
    return int(counts[0]), int(counts[1]), int(total[0]), int(answers[0])


def the_usual_way(url: str, wave, size: int) -> Usual:
    """The same figures from all answers, by pandas, scipy, statsmodels and pingouin, in a process of its own."""
    from surveys.metrics.layouts import columns_of, layout_of

    print(f"{size:,} answers, the usual way:", flush=True)
    recipe = wave.survey.registration.document["weighting"]
    layout = layout_of(wave)
    description = {
        "columns": columns_of(wave),
        "layout": layout.describe(),
        "margins": dict(zip(recipe["variables"], recipe["margins"], strict=True)),
        "drivers": list(layout.drivers.constructs),
        "driven": layout.drivers.outcome,
    }
    command = [sys.executable, "-m", "benchmarks.metrics_usual", url, str(wave.pk)]
    process = subprocess.Popen(command, cwd=BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    took = finished(process, json.dumps(description))
    told("read", took["read"])
    told("shown", took["figures"])
    return Usual(size, took["read"], took["figures"], took["memory"])


def as_markdown(rows: Sequence[Row], usual: Usual | None, busy: float) -> str:
    steps = rows[-1].steps
    return TEXT.format(
        day=date.today().isoformat(),
        machine=machine(),
        busy=busy,
        workers=WORKERS,
        new=NEW,
        edited=EDITED,
        seconds="\n".join(
            f"| {row.answers:,} | {row.rebuild:.2f} s | {megabytes(row.rebuild_memory)} | {row.refresh:.3f} s "
            f"| {megabytes(row.refresh_memory)} | {row.page:.3f} s | {row.first_page:.2f} s "
            f"| {megabytes(row.page_memory)} |"
            for row in rows
        ),
        bytes="\n".join(
            f"| {row.answers:,} | {megabytes(row.counts)} | {megabytes(row.counts_on_disk)} "
            f"| {row.total / 1000:,.0f} kB | {megabytes(row.on_disk)} | {row.loaded:.1f} s |"
            for row in rows
        ),
        largest=f"{rows[-1].answers:,}",
        targets="\n".join(targets(rows, usual)),
        own=rows[-1].processor,
        other=rows[-1].processor_of_database,
        free=(rows[-1].processor + rows[-1].processor_of_database) / WORKERS,
        read=1000 * steps["read"],
        count=1000 * (steps["read and count"] - steps["read"]),
        written=1000 * steps["write down"],
    ) + (beside(rows, usual) if usual else "")


def targets(rows: Sequence[Row], usual: Usual | None) -> list[str]:
    """What was to be reached with the largest wave, and by how much it was."""
    last = rows[-1]
    found = [
        ("all counted", last.rebuild, REBUILD, "s"),
        ("memory of counting", last.rebuild_memory / 1e9, REBUILD_MEMORY / 1e9, "GB"),
        ("a day counted", last.refresh, REFRESH, "s"),
        ("page shown", last.page, PAGE, "s"),
    ]
    lines = []
    for what, value, most, unit in found:
        word = "reached" if value <= most else f"missed by {value / most - 1:.0%}"
        lines.append(f"| {what} | {value:.2f} {unit} | at most {most:g} {unit} | {word} |")
    if usual:
        times = usual.seconds / of_size(rows, usual.answers).page
        word = "reached" if times >= FASTER else f"missed by {1 - times / FASTER:.0%}"
        lines.append(f"| faster than the usual way | {times:,.0f} times | at least {FASTER:g} times | {word} |")
    return lines


def beside(rows: Sequence[Row], usual: Usual) -> str:
    ours = of_size(rows, usual.answers)
    return USUALLY.format(
        answers=usual.answers,
        read=usual.read,
        figures=usual.figures,
        memory=megabytes(usual.memory),
        page=ours.page,
        faster=usual.seconds / ours.page,
        counted=ours.rebuild + ours.page,
        still_faster=usual.seconds / (ours.rebuild + ours.page),
    )


def of_size(rows: Sequence[Row], answers: int) -> Row:
    return next(row for row in rows if row.answers == answers)


def megabytes(size: float) -> str:
    return f"{size / 1e6:,.1f} MB" if size < 10e6 else f"{size / 1e6:,.0f} MB"


def machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return f"{psutil.cpu_count()} processors, {memory:.0f} GB, Python {platform.python_version()}"


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
