"""The statistics stand alone: no Django, nothing of ours, and no scipy until it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import surveys.stats

FOLDER = Path(surveys.stats.__file__).parent


def test_importing_every_module_loads_neither_django_nor_scipy_nor_our_packages():
    modules = sorted(f"surveys.stats.{path.stem}" for path in FOLDER.glob("*.py") if path.stem != "__init__")
    code = (
        f"import sys, importlib\nfor name in {modules!r}:\n    importlib.import_module(name)\n"
        "ours = {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(ours & {'django', 'scipy', 'livinglab', 'proposals', 'pilots', 'feedback'}))\n"
        "print(sorted(name for name in sys.modules if name.startswith('surveys.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=FOLDER.parents[1], capture_output=True, text=True, check=True, timeout=120
    )
    foreign, loaded = done.stdout.splitlines()

    assert foreign == "[]"
    assert loaded == repr(sorted(["surveys.stats", *modules]))
