"""``make bench-site``: pages and writes of a seeded city beside a bare view of the same server in the same run.

Starts a PostgreSQL and a web server of its own, seeds a small and a large city, measures with a closed loop of eight
clients, prints what came out and writes it to docs/benchmarks/site.md. Takes about three minutes.
"""

import os
import platform
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

import brotli
import django
import psutil

from benchmarks.client import Client, Measured, closed_loop
from benchmarks.stage import BASE_DIR, make_database, manage, own_folder, settle, web_server

RESULTS = BASE_DIR / "docs" / "benchmarks" / "site.md"
CLIENTS = 8
SECONDS, WARM_UP = 4.0, 1.0
PAGES_AT_LEAST, WRITES_AT_LEAST = 0.10, 0.20
# By so much two runs of the same page differ.
NOISE = 0.10
SMALL = {"proposals": 1_000, "supports": 20_000, "comments": 5_000, "answers": 0}
LARGE = {"proposals": 10_000, "supports": 200_000, "comments": 50_000, "answers": 100_000}
LISTS = {
    "list, first page": "/proposals/",
    "list, deep page": "/proposals/?page={deep}",
    "list, filtered and sorted": "/proposals/?field=02&sort=supported",
    "list, searched": "/proposals/?q=버스",
}

Act = Callable[[Client, int], object]


@dataclass(frozen=True)
class Row:
    what: str
    measured: Measured
    bare: Measured | None = None
    at_least: float = 0.0

    @property
    def ratio(self) -> float | None:
        return self.measured.rate / self.bare.rate if self.bare else None

    def as_markdown(self) -> str:
        found = self.measured
        ratio = aim = ""
        if self.ratio is not None:
            ratio = f"{self.ratio:.0%}"
            aim = f"{self.at_least:.0%}: {'reached' if self.ratio >= self.at_least else 'missed'}"
        return f"| {self.what} | {found.rate:.0f} | {found.p50:.1f} | {found.p95:.1f} | {ratio} | {aim} |"


def main() -> None:
    with own_folder():
        text = measured()
    print(f"\n{text}")
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(text, encoding="utf-8")


def measured() -> str:
    small, large = make_database("small"), os.environ["DATABASE_URL"]
    migrating = manage(small, "migrate", "--verbosity", "0")
    manage(large, "migrate", "--verbosity", "0")
    for url, size in ((small, SMALL), (large, LARGE)):
        manage(url, "seed_city", *(word for name, number in size.items() for word in (f"--{name}", str(number))))
        settle(url)
    print(f"Requests a second with {SMALL['proposals']:,} proposals:")
    with web_server(small) as port:
        lists_of_small = lists(port, SMALL["proposals"])
    print(f"Requests a second with {LARGE['proposals']:,} proposals:")
    with web_server(large) as port:
        rows = pages_and_writes(port)
        weight = first_visit(port)
    return as_markdown(rows, lists_of_small, [migrated(migrating), weight])


def visitors(port: int) -> list[Client]:
    return [Client(port) for _client in range(CLIENTS)]


def loop(what: str, clients: Sequence[Client], act: Act) -> Measured:
    closed_loop(clients, act, seconds=WARM_UP)
    found = closed_loop(clients, act, seconds=SECONDS)
    print(f"  {what:32}{found.rate:8.0f}", flush=True)
    return found


def page(path: str) -> Act:
    return lambda client, number: client.get(path)


def lists(port: int, proposals: int) -> dict[str, Measured]:
    deep = proposals // 20 * 8 // 10  # of twenty a page, most of which are public
    return {
        what: loop(what, visitors(port), page(quote(path.format(deep=deep), safe="/?=&")))
        for what, path in LISTS.items()
    }


def pages_and_writes(port: int) -> list[Row]:
    django.setup()
    from benchmarks import people as made  # models, which need the set-up

    people = made.let_in(CLIENTS)
    residents = [made.signed_in(port, resident) for resident in people.residents]
    desk = visitors(port)
    cookies = made.with_second_factor(port, people).cookies
    for client in desk:
        client.cookies = dict(cookies)

    bare = loop("bare page: one query", visitors(port), page("/bare/read/"))
    pages = {
        "home": loop("home", visitors(port), page("/")),
        **lists(port, LARGE["proposals"]),
        "proposal with comments": loop("proposal with comments", visitors(port), page(made.most_discussed())),
        "evaluator's wave page": loop("evaluator's wave page", desk, page(made.wave_page(people))),
    }
    bare_write = loop("bare write: one insert", visitors(port), made.insert)
    writes = {
        "support": loop("support", residents, made.supporting(people)),
        "comment": loop("comment", residents, made.commenting(people)),
        "create": loop("create", residents, made.creating(people)),
        "answer": loop("answer", residents, made.answering(people, residents)),
    }
    return [
        Row("bare page: one query", bare),
        *(Row(what, found, bare, PAGES_AT_LEAST) for what, found in pages.items()),
        Row("bare write: one insert", bare_write),
        *(Row(what, found, bare_write, WRITES_AT_LEAST) for what, found in writes.items()),
    ]


def migrated(seconds: float) -> str:
    return f"Migrating an empty database took {seconds:.1f} s (aim: under 10 s)."


def first_visit(port: int) -> str:
    """What a browser that has never been here loads for the home page, compressed."""
    client = Client(port)
    html = client.get("/").body
    parts = {"HTML": len(brotli.compress(html, quality=5)), "CSS": 0, "scripts": 0, "pictures": 0}
    fonts = 0
    for address in sorted(set(re.findall(r'(?:href|src)="(/static/[^"#?]+)', html.decode()))):
        size = len(client.get(address, encoding="br").body)
        match address.rpartition(".")[2]:
            case "css":
                parts["CSS"] += size
            case "js":
                parts["scripts"] += size
            case "woff2":
                fonts += size
            case _:
                parts["pictures"] += size
    told = ", ".join(f"{name} {size / 1000:.1f} kB" for name, size in parts.items())
    return (
        f"A first visit of the home page weighs {sum(parts.values()) / 1000:.1f} kB ({told}), fonts that are asked for "
        f"at once {fonts / 1000:.1f} kB more (aims: under 150 kB without fonts, under 100 kB of CSS and scripts)."
    )


def as_markdown(rows: Sequence[Row], lists_of_small: dict[str, Measured], facts: Sequence[str]) -> str:
    lists_of_large = {row.what: row.measured for row in rows if row.what in LISTS}
    lines = [
        "# How fast the site is",
        "",
        f"Measured on {date.today().isoformat()} with `make bench-site`: {machine()}. {CLIENTS} clients on the same "
        f"machine ask one thing after another for {SECONDS:.0f} seconds; the web server and PostgreSQL run as in "
        f"`make run`. The city has {LARGE['proposals']:,} proposals, {LARGE['supports']:,} supports, "
        f"{LARGE['comments']:,} comments and a wave with {LARGE['answers']:,} answers. Writes are signed in and send "
        "their CSRF token; the bare views do neither.",
        "",
        "| what | requests a second | median, ms | 95 %, ms | of the bare view | aim |",
        "|---|---:|---:|---:|---:|---|",
        *(row.as_markdown() for row in rows),
        "",
        f"The list, aimed to be no slower with {LARGE['proposals']:,} proposals than with {SMALL['proposals']:,} "
        f"(two runs of one page differ by up to {NOISE:.0%}):",
        "",
        f"| what | a second with {SMALL['proposals']:,} | with {LARGE['proposals']:,} | aim |",
        "|---|---:|---:|---|",
    ]
    for what, small in lists_of_small.items():
        large = lists_of_large[what]
        aim = "reached" if large.rate >= small.rate * (1 - NOISE) else "missed"
        lines.append(f"| {what} | {small.rate:.0f} | {large.rate:.0f} | {aim} |")
    return "\n".join([*lines, "", *(f"- {fact}" for fact in facts), ""])


def machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return f"{psutil.cpu_count()} processors, {memory:.0f} GB, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
