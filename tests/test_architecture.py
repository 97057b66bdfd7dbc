"""ARCHITECTURE.md keeps up with the project."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def required(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [re.split(r"[=<>;\[ ]", line)[0] for line in lines if line and not line.startswith(("#", "-r"))]


def test_every_dependency_has_its_sentence():
    told = set(re.findall(r"[A-Za-z][A-Za-z0-9-]+", ARCHITECTURE.split("## Dependencies")[1].split("## Decisions")[0]))
    asked = required("requirements.txt") + required("requirements-dev.txt")

    assert [name for name in asked if name not in told] == []


def test_the_loop_table_names_actions_and_endpoints_that_are_there():
    rows = [line.split("|") for line in ARCHITECTURE.split("## The loop")[1].split("\n##")[0].splitlines()[4:] if line]
    described = (ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8")
    assert len(rows) == 7

    for _start, stage, _rows, actions, _page, endpoint, *_rest in rows:
        for path in re.findall(r"`(.+?)`", actions):
            assert (ROOT / path).exists(), f"{stage.strip()}: {path}"
        for path in re.findall(r"`(.+?)`", endpoint):
            wanted = re.escape(path).replace("<id>", r"\{\w+\}").replace("<slug>", r"\{\w+\}")
            assert re.search(rf"/api/v1/{wanted}:", described), f"{stage.strip()}: {path}"


# Where SQL may be written out: bulk work and locks (ARCHITECTURE.md, "Decisions"). Everything else is a queryset.
WRITTEN_OUT = {
    "livinglab/notices/actions.py": "tells many people at once",
    "livinglab/web/retention.py": "deletes old counters of the cache, whose table has no model",
    "livinglab/web/seeding.py": "fills made-up cities for measuring",
    "livinglab/web/views/health.py": "asks whether the database answers",
    "surveys/actions/answer.py": "holds a wave open with a shared lock",
    "surveys/actions/closing.py": "lock of a queue",
    "surveys/actions/exports.py": "lock of a queue",
    "surveys/actions/reports.py": "lock of a queue",
    "surveys/exports/microdata.py": "exports",
    "surveys/metrics/closing.py": "pairs",
    "surveys/metrics/recount.py": "counting",
    "surveys/metrics/refresh.py": "counting",
}
PACKAGES = ("livinglab", "proposals", "pilots", "surveys", "feedback")


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def calls_in(source: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


def rows_by_position(source: str) -> list[int]:
    """Lines on which a row is made of values in an order: ``from_db``, ``_make``, or a class called with ``*row``."""

    def by_position(call: ast.Call) -> bool:
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        name = method or getattr(call.func, "id", "")
        unpacked = {
            arg.value.id for arg in call.args if isinstance(arg, ast.Starred) and isinstance(arg.value, ast.Name)
        }
        return method in ("from_db", "_make") or (name[:1].isupper() and bool(unpacked & {"row", "values"}))

    return [call.lineno for call in calls_in(source) if by_position(call)]


@pytest.mark.parametrize(
    "source", ["Person.from_db(alias, columns, row)", "Line._make(row)", "Card(*row)", "models.Person(*values)"]
)
def test_a_row_by_position_is_found(source):
    assert rows_by_position(source) == [1]


def test_no_row_is_filled_by_position():
    """Values that come in another order than expected once put an address where a nickname belongs."""
    assert {str(path): lines for path in modules() if (lines := rows_by_position(path.read_text("utf-8")))} == {}


def test_sql_is_written_out_for_bulk_work_and_locks_only():
    written = {
        path.relative_to(ROOT).as_posix()
        for path in modules()
        for call in calls_in(path.read_text("utf-8"))
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ("execute", "raw")
        and "cursor" in ast.dump(call.func)
    }

    assert written == set(WRITTEN_OUT)
