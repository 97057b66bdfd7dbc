"""The example of docs/analyse.md, worked out without any database: pytest-django refuses every query here."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from jsonschema import Draft202012Validator, FormatChecker

from surveys.analysis.run import analyse
from surveys.analysis.spec import Spec, read_spec
from surveys.analysis.table import read_table
from surveys.instruments import BANKS, read_bank

EXAMPLE = settings.BASE_DIR / "docs" / "examples" / "analyse"
SPEC, ANSWERS = EXAMPLE / "spec.yaml", EXAMPLE / "answers.csv"
SCHEMA = json.loads((settings.BASE_DIR / "docs" / "analysis.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
Rows = list[dict[str, str]]


def spec_of(path: Path) -> Spec:
    return read_spec(path, banks=BANKS, read_bank=read_bank)


def results_of(spec: Path, *files: Path) -> dict[str, Any]:
    """As the command writes them; whatever comes out follows the schema."""
    read = spec_of(spec)
    results = analyse(read, read_table(read, files))
    VALIDATOR.validate(json.loads(json.dumps(results, allow_nan=False)))
    return results


def rows_of(path: Path) -> Rows:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: Sequence[dict[str, str]], columns: Sequence[str] = ()) -> Path:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns or list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def changed_spec(folder: Path, change: Any) -> Path:
    """The example's spec with something else in it."""
    document = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    change(document)
    path = folder / "spec.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def example() -> dict[str, Any]:
    return results_of(SPEC, ANSWERS)
