"""Queues of Celery: what the settings route, what the documentation promises and what the site starts are the same."""

import re

from livinglab import run
from livinglab import settings as site
from livinglab.celery import app
from livinglab.env import BASE_DIR
from livinglab.web import readiness
from tests.workers import QUEUES

# Where Celery sends what is not routed.
DEFAULT = "celery"


def documented() -> dict[str, set[str]]:
    """The table of docs/settings.md: the tasks of each queue, none for the one that takes all others."""
    text = (BASE_DIR / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \|[^|]+\|([^|]+)\|$", text.split("## Workers")[1].split("\n## ")[0], re.MULTILINE)
    return {queue: set(re.findall(r"`(\w+)`", tasks)) for queue, tasks in rows}


def routed() -> dict[str, set[str]]:
    """The tasks that Celery's own router sends to each queue."""
    app.loader.import_default_modules()
    found: dict[str, set[str]] = {DEFAULT: set()}
    for name in app.tasks:
        if not name.startswith("celery."):
            queue = app.amqp.router.route({}, name)["queue"].name
            found.setdefault(queue, set()).add(name.rpartition(".")[2])
    return found


def queues_of(command: list[str]) -> list[str]:
    return command[command.index("--queues") + 1].split(",")


def test_every_route_names_a_task():
    app.loader.import_default_modules()

    assert set(site.CELERY_TASK_ROUTES) <= set(app.tasks)


def test_tasks_run_in_the_queue_that_the_documentation_names():
    told, found = documented(), routed()

    assert told.keys() == found.keys()
    assert told.pop(DEFAULT) == set()
    assert {queue: tasks for queue, tasks in found.items() if queue != DEFAULT} == told


def test_what_needs_the_model_of_korean_keeps_no_code_for_signing_in_waiting():
    queue = app.amqp.router.route({}, "surveys.tasks.work_out_closed_waves")["queue"].name

    assert queue == "analysis"


def test_the_site_starts_a_worker_for_every_queue_and_no_other():
    workers = [command for name, command in run.CHILDREN.items() if "worker" in command]
    started = [queue for command in workers for queue in queues_of(command)]

    assert sorted(started) == sorted(routed())


def test_the_site_is_ready_only_with_somebody_at_every_queue():
    assert sorted(readiness.QUEUES) == sorted(routed())


def test_workers_of_the_tests_walk_the_same_queues():
    assert sorted(QUEUES.split(",")) == sorted(routed())
