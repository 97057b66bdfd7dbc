"""Whoever calls a public function of the statistics can read what it takes, gives and refuses, and see it run."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import surveys.stats

FOLDER = Path(surveys.stats.__file__).parent
SECTION = re.compile(r"\n\n(Parameters|Returns|Raises|Notes|References|Examples)\n-+\n")


def functions():
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield pytest.param(node, id=f"{path.stem}.{node.name}")


@pytest.mark.parametrize("function", list(functions()))
def test_public_functions_tell_parameters_results_refusals_and_an_example(function):
    parts = SECTION.split(ast.get_docstring(function) or "")
    told = dict(zip(parts[1::2], parts[2::2], strict=True))
    names = [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]
    refuses = any(isinstance(node, ast.Raise) for node in ast.walk(function))

    assert parts[0], "no first line"
    assert [name for name in names if not re.search(rf"\b{name}\b", told.get("Parameters", ""))] == []
    assert "Returns" in told or ast.unparse(function.returns) == "None"
    assert "Raises" in told or not refuses
    assert ">>> " in told.get("Examples", "")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_public_methods_and_properties_say_what_they_do(path):
    silent = [
        f"{node.name}.{method.name}"
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        for method in node.body
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("_") and not ast.get_docstring(method)
    ]

    assert silent == []
