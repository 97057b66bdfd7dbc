"""``make bench-exports``: one million made-up responses to every format, and the usual ways beside them.

Starts a PostgreSQL of its own, brings in and closes one wave, has each file made by a process of its own, as a worker
would, prints what came out and writes it to docs/benchmarks/exports.md. Takes about a quarter of an hour and 3 GB of
disk; ``python -m benchmarks.exports 10000`` takes another size and writes nothing.
"""

import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from typing import Any

import django
import psutil
import psycopg

from benchmarks.stage import BASE_DIR, manage, own_postgres

RESULTS = BASE_DIR / "docs" / "benchmarks" / "exports.md"
RESPONSES = 1_000_000
FORMATS = ("csv", "sav", "parquet", "package", "syntax", "xlsx", "ddi")
USUAL = {"import_export": "django-import-export, CSV", "pandas_csv": "pandas, CSV", "pandas_parquet": "pandas, Parquet"}
ORDER = ("csv", "import_export", "pandas_csv", "parquet", "pandas_parquet", "sav", "package", "syntax", "xlsx", "ddi")
# What is to be reached: times, bytes.
FASTER, MEMORY = 10.0, 300_000_000

TEXT = """# How fast files are made

Measured on {day} with `make bench-exports`: {machine}; other work kept {busy:.1f} processes busy when it began. One
wave with {responses:,} made-up responses to the 31 items of LLA-31, seven further questions, 60 raking cells. Each file
is made by a process of its own, from the row in the queue to the hashed file on the disk.

| research file | seconds | of processors | responses a second | MB | MB/s | memory | memory of its PostgreSQL process |
|---|---:|---:|---:|---:|---:|---:|---:|
{ours}
| **the usual way** | | | | | | | |
{usual}

- A research file is more than a copy: classes are counted and coarsened until nobody stands alone, keys are hashed
  anew, rows are put in an order that tells nothing, and codebook and protocol are written. The usual ways write the
  stored answers as they are.
- **Of processors**: processor time of the process that makes the file and of the PostgreSQL process that serves it.
- **MB** are those of the file, or of what is in it where it is compressed (CSV, data package, CSV with programs).
- The description (DDI) tells of the variables and how often each code was given, as released, and holds no row about
  anybody: its size does not grow with the responses.
- **Memory** is the most that the process held, Python, Django and numpy included, as the system counts it.
- django-import-export reads with its own iterator, pandas with one query; both write to the same disk.

| what | measured | to reach | |
|---|---:|---:|---|
| responses a second to CSV, times django-import-export | {faster:.1f} | {least_faster:.0f} | {is_faster} |
| the same by processor time | {faster_of_processor:.1f} | | |
| most memory of any format | {memory:.0f} MB | {most_memory:.0f} MB | {is_small} |
"""


@dataclass(frozen=True)
class Row:
    """Of one file: seconds and bytes."""

    name: str
    seconds: float
    # Of all processors: of the process that makes the file, and of PostgreSQL for it.
    processor: float
    size: int
    memory: int
    memory_of_database: int

    def as_markdown(self, responses: int) -> str:
        cells = [
            self.name,
            f"{self.seconds:.1f}",
            f"{self.processor:.1f}",
            f"{responses / self.seconds:,.0f}",
            f"{self.size / 1e6:{'.0f' if self.size > 1e6 else '.2f'}}",
            f"{self.size / 1e6 / self.seconds:.1f}",
            f"{self.memory / 1e6:.0f} MB",
            f"{self.memory_of_database / 1e6:.0f} MB",
        ]
        return f"| {' | '.join(cells)} |"


def main(responses: int) -> None:
    busy = os.getloadavg()[0]
    with own_postgres():
        wave = bring_in(responses)
        # What is compared is measured one right after the other: who else is busy may change meanwhile.
        rows = {what: measured(what, wave, name=USUAL.get(what, "")) for what in ORDER}
    text = as_markdown(responses, [rows[form] for form in FORMATS], [rows[way] for way in USUAL], busy)
    print(f"\n{text}")
    if responses == RESPONSES:
        RESULTS.write_text(text, encoding="utf-8")


def bring_in(responses: int) -> int:
    """A closed wave with so many responses. Returns its number."""
    url = os.environ["DATABASE_URL"]
    manage(url, "migrate", "--verbosity", "0")
    django.setup()
    worker("load", responses)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE surveys_response")
    return int(worker("close")["wave"])


def measured(what: str, wave: int, *, name: str = "") -> Row:
    took = worker(what, wave)
    row = Row(
        name or took["name"],
        took["seconds"],
        took["processor"],
        int(took["size"]),
        int(took["memory"]),
        int(took["memory of PostgreSQL"]),
    )
    print(f"{row.name:40}{row.seconds:10.1f} s {row.memory / 1e6:10.0f} MB", flush=True)
    return row


def worker(what: str, *numbers: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.exports_worker", what, *map(str, numbers)]
    found = subprocess.run(command, cwd=BASE_DIR, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    told: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return told


def as_markdown(responses: int, ours: list[Row], usual: list[Row], busy: float) -> str:
    faster = usual[0].seconds / ours[0].seconds
    memory = max(row.memory for row in ours)
    return TEXT.format(
        day=date.today().isoformat(),
        machine=f"{os.cpu_count()} processors, {psutil.virtual_memory().total / 2**30:.0f} GB, Python "
        f"{platform.python_version()}",
        busy=busy,
        responses=responses,
        ours="\n".join(row.as_markdown(responses) for row in ours),
        usual="\n".join(row.as_markdown(responses) for row in usual),
        faster=faster,
        faster_of_processor=usual[0].processor / ours[0].processor,
        least_faster=FASTER,
        is_faster=_word(faster >= FASTER),
        memory=memory / 1e6,
        most_memory=MEMORY / 1e6,
        is_small=_word(memory < MEMORY),
    )


def _word(reached: bool) -> str:
    return "reached" if reached else "missed"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RESPONSES)
