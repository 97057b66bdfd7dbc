"""One process of the measurement: counts, refreshes, or makes the figures of a page; prints what it took as JSON."""

import json
import os
import sys
import time
from collections.abc import Callable
from statistics import median

import django
import psutil
from django.db import connection
from django.utils import timezone

from benchmarks.stage import peak_memory

ROUNDS = 5
CHUNKS_LOOKED_AT = 20

Took = dict[str, float]


def main(what: str, pk: int, *numbers: int) -> None:
    django.setup()
    took = {"load": bring_in, "rebuild": rebuild, "refresh": refreshes, "page": pages, "steps": steps}[what](
        pk, *numbers
    )
    memory = {"memory": peak_memory(os.getpid()), "memory of PostgreSQL": peak_memory(server().pid)}
    print(json.dumps(took | memory), flush=True)


def server() -> psutil.Process:
    """The process of PostgreSQL that serves this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0])


def bring_in(pk: int, start: int, stop: int) -> Took:
    from benchmarks.metrics_answers import load
    from surveys.models import Wave

    load(Wave.objects.get(pk=pk), range(start, stop), at=timezone.now())
    return {}


def rebuild(pk: int) -> Took:
    """Count what waits, beside other workers, from the word go on."""
    from surveys.metrics.refresh import refresh
    from surveys.models import Wave

    wave = Wave.objects.get(pk=pk)
    other = server()
    print("ready", flush=True)
    sys.stdin.readline()
    own_before, other_before = time.process_time(), processor_time(other)
    chunks = refresh(wave, at=timezone.now())
    return {
        "chunks": chunks,
        "ended": time.time(),
        "processor": time.process_time() - own_before,
        "processor of PostgreSQL": processor_time(other) - other_before,
    }


def processor_time(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return float(spent.user + spent.system)


def refreshes(pk: int, start: int, stop: int, new: int, edited: int) -> Took:
    """Count a day's answers and edits, several times."""
    from benchmarks.metrics_answers import answers_and_edits
    from surveys.metrics.refresh import refresh
    from surveys.models import Wave

    wave = Wave.objects.get(pk=pk)
    seconds = []
    for _round in range(ROUNDS):
        touched = answers_and_edits(wave, range(start, stop), new=new, edited=edited, at=timezone.now())
        began = time.perf_counter()
        counted = refresh(wave, at=timezone.now())
        seconds.append(time.perf_counter() - began)
        if counted != touched:
            raise SystemExit(f"{counted} chunks were counted instead of {touched}.")
    return {"seconds": median(seconds), "chunks": touched}


def pages(pk: int) -> Took:
    """Everything the desk shows of a wave, from its stored counts."""
    from surveys.models import Wave

    wave = Wave.objects.select_related("survey__registration").get(pk=pk)
    seconds = [timed(page, wave) for _round in range(ROUNDS + 1)]
    return {"seconds": median(seconds[1:]), "first": seconds[0]}


def page(wave) -> None:
    """Every item, construct with alpha and omega, group, outcome weighted and not, the verdict and the drivers."""
    from surveys.actions.register import rule_of
    from surveys.metrics.counter import Counter
    from surveys.metrics.figures import results_of, verdict_of, weigh
    from surveys.metrics.reach import reach_of
    from surveys.metrics.refresh import state_of_wave
    from surveys.stats.figures import driver_figures
    from surveys.stats.reliability import reliability_of_products
    from surveys.stats.state import cross_products

    registration = wave.survey.registration
    recipe = registration.document["weighting"]
    state = state_of_wave(wave)
    knowledge = [code for code, _correct in Counter(wave).knowledge]
    results_of(state, reach=reach_of(wave), knowledge=knowledge, recipe=recipe)
    verdict_of(state, rule_of(registration), 1, recipe=recipe)
    for name, items in state.layout.constructs.items():
        if len(items) > 1:
            reliability_of_products(*cross_products(state.block(f"listwise:{name}"), len(items)))
    weighed = weigh(state, recipe)
    driver_figures(weighed.state, weights=weighed.weights)


def steps(pk: int) -> Took:
    """Where the time of a chunk goes, by this process alone: the median of some chunks."""
    from surveys.metrics.counter import Counter
    from surveys.metrics.refresh import chunks_of
    from surveys.models import Wave

    wave = Wave.objects.get(pk=pk)
    counter = Counter(wave)
    found: dict[str, list[float]] = {"read": [], "read and count": [], "write down": []}
    for chunk in sorted(chunks_of(wave))[:CHUNKS_LOOKED_AT]:
        found["read"].append(timed(counter.rows, chunk))
        found["read and count"].append(timed(counter.count, chunk))
        found["write down"].append(timed(counter.count(chunk).to_bytes))
    return {name: median(seconds) for name, seconds in found.items()}


def timed(call: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    call(*given)
    return time.perf_counter() - began


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
