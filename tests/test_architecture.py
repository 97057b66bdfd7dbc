"""ARCHITECTURE.md keeps up with the project."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps

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
    "livinglab/backups.py": "reads and sums up every table in one snapshot",
    "livinglab/embedded.py": "makes the database of a new server, where Django has none to connect to yet",
    "livinglab/jobs.py": "locks of the rows of queues",
    "livinglab/notices/actions.py": "tells many people at once",
    "livinglab/run.py": "asks before Django starts whether the database is empty",
    "livinglab/web/retention.py": "deletes old counters of the cache, whose table has no model",
    "livinglab/web/seeding.py": "fills made-up cities for measuring",
    "surveys/actions/answer.py": "holds a wave open with a shared lock",
    "surveys/exports/microdata.py": "exports",
    "surveys/metrics/closing.py": "pairs",
    "surveys/metrics/counter.py": "counting, with results in binary form",
    "surveys/metrics/recount.py": "counting",
    "surveys/metrics/refresh.py": "counting",
}
# Where something called like a model of ours takes ``**values``: values under the names of fields.
BY_NAME = {
    "livinglab/accounts/models/person.py": "what create_user is given, by name as Django has it",
    "livinglab/web/seeding.py": "the texts of a made-up proposal in both languages",
    "surveys/stats/layout.py": "an Instrument of numpy that only shares the name, read back from JSON",
}
PACKAGES = ("livinglab", "proposals", "pilots", "surveys", "feedback")


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def found_in_modules(search: Callable[[str], list[int]]) -> dict[str, list[int]]:
    """In which file, and on which lines of it, something is found."""
    return {
        path.relative_to(ROOT).as_posix(): lines
        for path in modules()
        if (lines := sorted(set(search(path.read_text("utf-8")))))
    }


def called(call: ast.Call) -> str:
    """The last word of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def calls_in(source: str | ast.AST) -> Iterator[ast.Call]:
    tree = ast.parse(source) if isinstance(source, str) else source
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def models_of_ours() -> set[str]:
    """Their names, and ``model``, as in ``self.model(...)``."""
    return {"model"} | {model.__name__ for model in apps.get_models() if model.__module__.startswith(PACKAGES)}


def rows_by_position(source: str) -> list[int]:
    """Lines on which a row is made of values in an order.

    ``from_db``, ``_make`` of a named tuple, a model of ours called with ``*anything``, any class called with ``*row``,
    and names and values zipped together to keyword arguments.
    """
    models = models_of_ours()

    def by_position(call: ast.Call) -> bool:
        unpacked = [arg.value for arg in call.args if isinstance(arg, ast.Starred)]
        names = {value.id for value in unpacked if isinstance(value, ast.Name)}
        return (
            (isinstance(call.func, ast.Attribute) and called(call) in ("from_db", "_make"))
            or (called(call) in models and bool(unpacked))
            or (called(call)[:1].isupper() and bool(names & {"row", "values"}))
            or any(called(inner) == "zip" for word in call.keywords if word.arg is None for inner in calls_in(word))
        )

    return [call.lineno for call in calls_in(source) if by_position(call)]


def rows_by_unpacked_names(source: str) -> list[int]:
    """Lines on which something called like a model of ours takes ``**anything``."""
    models = models_of_ours()
    return [
        call.lineno
        for call in calls_in(source)
        if called(call) in models and any(word.arg is None for word in call.keywords)
    ]


def sql_written_out(source: str) -> list[int]:
    """Lines that send or hold SQL of our own: a cursor or its methods, ``raw``, ``extra`` and ``RawSQL``."""

    def writes_sql(call: ast.Call) -> bool:
        method = isinstance(call.func, ast.Attribute)
        return called(call) == "RawSQL" or (
            method and called(call) in ("cursor", "execute", "executemany", "callproc", "raw", "extra")
        )

    return [call.lineno for call in calls_in(source) if writes_sql(call)]


@pytest.mark.parametrize(
    "source",
    [
        "Person.from_db(alias, columns, row)",
        "Line._make(row)",
        "Card(*row)",
        "models.Person(*anything)",
        "self.model(*anything)",
        "Person(*(value for value in line))",
        "Person(**dict(zip(columns, line, strict=True)))",
        "Person.objects.create(**{name: value for name, value in zip(columns, line)})",
    ],
)
def test_a_row_by_position_is_found(source):
    assert rows_by_position(source) == [1]


@pytest.mark.parametrize("source", ["Person(email=email, nickname=nickname)", "Card(*sides)", "_make(order)"])
def test_other_calls_are_no_rows_by_position(source):
    assert rows_by_position(source) == []


def test_no_row_is_filled_by_position():
    """Values that come in another order than expected once put an address where a nickname belongs."""
    assert found_in_modules(rows_by_position) == {}


def test_a_model_takes_unpacked_values_where_they_go_by_name_only():
    assert rows_by_unpacked_names("Person(**values)") == [1]

    assert found_in_modules(rows_by_unpacked_names).keys() == BY_NAME.keys()


@pytest.mark.parametrize(
    "source",
    [
        "cursor.execute('SELECT 1')",
        "c.execute('SELECT 1')",
        "connection.cursor()",
        "Person.objects.raw('SELECT 1')",
        "people.extra(where=['1 = 1'])",
        "people.annotate(one=RawSQL('1', []))",
        "expressions.RawSQL('1', [])",
    ],
)
def test_sql_written_out_is_found(source):
    assert sql_written_out(source) == [1]


def test_sql_is_written_out_for_bulk_work_and_locks_only():
    assert found_in_modules(sql_written_out).keys() == WRITTEN_OUT.keys()


# What is called a number is what people count and read: the number of a wave, a sheet, a version of a report.
KEYS = {"pk", "id"}


def is_a_number(name: str) -> bool:
    return name == "number" or name.endswith("_number")


def numbers_taken_for_keys(source: str) -> list[int]:
    """Lines on which a parameter called a number is looked up as a key, or gets a key.

    Of calls those with ``number=x.pk`` are seen, and those by position to a function of the same module.
    """
    tree = ast.parse(source)
    lines = [
        word.value.lineno
        for call in calls_in(tree)
        for word in call.keywords
        if word.arg is not None and is_a_number(word.arg) and is_a_key(word.value)
    ]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for function in functions:
        arguments = [*function.args.posonlyargs, *function.args.args]
        every = {arg.arg for arg in [*arguments, *function.args.kwonlyargs] if is_a_number(arg.arg)}
        for call in calls_in(function):
            lines += [
                word.value.lineno
                for word in call.keywords
                if word.arg is not None
                and (word.arg in KEYS or word.arg.endswith(("_id", "__pk", "_pk")))
                and isinstance(word.value, ast.Name)
                and word.value.id in every
            ]
        names = [arg.arg for arg in arguments if arg.arg not in ("self", "cls")]
        for call in calls_in(tree):
            if called(call) == function.name:
                pairs = zip(names, call.args, strict=False)
                lines += [value.lineno for name, value in pairs if is_a_number(name) and is_a_key(value)]
    return lines


def is_a_key(value: ast.AST) -> bool:
    return isinstance(value, ast.Attribute) and value.attr in KEYS


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("def page(number):\n    return Person.objects.get(pk=number)", [2]),
        ("def page(*, staff_number):\n    return Person.objects.filter(grants__person_id=staff_number)", [2]),
        ("def page(number): ...\npage(person.pk)", [2]),
        ("def page(self, number): ...\nself.page(person.id)", [2]),
        ("show(wave_number=wave.pk)", [1]),
        ("def page(pk, number):\n    return Wave.objects.get(pk=pk, number=number)", []),
        ("def page(number): ...\npage(wave.number)", []),
    ],
)
def test_a_number_taken_for_a_key_is_found(source, lines):
    assert numbers_taken_for_keys(source) == lines


def test_no_number_is_taken_for_a_key():
    """Who calls a key a number puts it on paper one day, and everybody can count on from it."""
    assert found_in_modules(numbers_taken_for_keys) == {}
