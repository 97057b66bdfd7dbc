"""What is installed: every package in the version and with the hash that a lock names, on every machine we know."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from livinglab.env import BASE_DIR

LOCKS = ["build", "", "dev", "bench"]
MACHINES = [
    {
        "python_version": python,
        "python_full_version": f"{python}.4",
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "darwin": "Darwin"}[system],
        "platform_machine": processor,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
    }
    for python, (system, processor) in product(
        ["3.11", "3.12", "3.13"], [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64")]
    )
]


def named(machine: dict[str, str]) -> str:
    return "-".join(machine[part] for part in ("sys_platform", "platform_machine", "python_version"))


@dataclass(frozen=True)
class Line:
    name: str
    version: str
    marker: Marker | None
    hashes: list[str]


def file(name: str, ending: str) -> str:
    return (BASE_DIR / "-".join(filter(None, ["requirements", name]))).with_suffix(ending).read_text(encoding="utf-8")


def asked(name: str) -> Iterator[Requirement]:
    for line in file(name, ".txt").splitlines():
        if line.startswith("-r "):
            yield from asked("")
        elif line and not line.startswith("#"):
            yield Requirement(line)


def lock(name: str) -> Iterator[Line]:
    text = re.sub(r"^ *#.*\n", "", file(name, ".lock"), flags=re.MULTILINE).replace("\\\n", "")
    for line in text.splitlines():
        pinned, *hashes = re.split(r"\s+--hash=", line.strip())
        requirement = Requirement(pinned)
        [version] = [part.version for part in requirement.specifier if part.operator == "=="]
        yield Line(canonicalize_name(requirement.name), version, requirement.marker, hashes)


def installed(name: str, machine: dict[str, str]) -> dict[str, str]:
    lines = [line for line in lock(name) if line.marker is None or line.marker.evaluate(machine)]
    versions = {line.name: line.version for line in lines}
    assert len(versions) == len(lines), "two versions of one package on one machine"
    return versions


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_names_one_version_and_its_hashes(name):
    lines = list(lock(name))

    assert lines
    for line in lines:
        assert line.hashes, line.name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in line.hashes), line.name


@pytest.mark.parametrize("machine", MACHINES, ids=named)
@pytest.mark.parametrize("name", LOCKS)
def test_what_is_asked_for_is_locked_within_its_range_on_every_machine(name, machine):
    versions = installed(name, machine)

    for requirement in asked(name):
        if requirement.marker is None or requirement.marker.evaluate(machine):
            assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), requirement


@pytest.mark.parametrize("machine", MACHINES, ids=named)
def test_one_environment_can_hold_all_locks(machine):
    versions: dict[str, str] = {}

    for name in LOCKS:
        for package, version in installed(name, machine).items():
            assert versions.setdefault(package, version) == version, package


def test_what_builds_source_archives_is_locked():
    assert "setuptools" in {line.name for line in lock("build")}


def test_packages_of_npm_have_a_version_and_a_hash():
    asked_for = json.loads((BASE_DIR / "package.json").read_text(encoding="utf-8"))["dependencies"]
    locked = json.loads((BASE_DIR / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    own = locked.pop("")

    assert own["dependencies"] == asked_for
    assert {name.removeprefix("node_modules/"): part["version"] for name, part in locked.items()} == asked_for
    assert all(part["integrity"].startswith("sha512-") for part in locked.values())


@pytest.mark.parametrize(
    "path", [*(f"requirements{end}.lock" for end in ("", "-build", "-dev", "-bench")), "package-lock.json", ".npmrc"]
)
def test_no_lock_names_an_address(path):
    text = (BASE_DIR / path).read_text(encoding="utf-8")

    assert not re.findall(r"\w+://|resolved\"|--(?:extra-)?index-url|--find-links|\w\.(?:org|com|io|net)\b", text)
