"""ARCHITECTURE.md keeps up with the project."""

import re
from pathlib import Path

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
