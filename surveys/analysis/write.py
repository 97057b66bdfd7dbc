"""An analysis in a folder: results.json, tables as CSV, figures as SVG. The folder is written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from surveys.analysis.tables import tables_of
from surveys.metrics.figures import Plain
from surveys.spreadsheets import csv_bytes

RESULTS = "results.json"


class OtherFiles(ValueError):
    """The folder holds what is no analysis; nothing of it is touched."""


def check_folder(folder: Path) -> None:
    """Raises OtherFiles unless the folder is free: not there, empty, or an earlier analysis."""
    if folder.is_dir() and (any(folder.iterdir()) and not _is_analysis(folder)):
        raise OtherFiles(f"{folder} holds other files than an analysis; name a new folder.")
    if folder.exists() and not folder.is_dir():
        raise OtherFiles(f"{folder} is a file; name a folder.")


def write_analysis(results: Plain, pictures: Iterable[tuple[str, str]], folder: Path, *, language: str) -> list[Path]:
    """Write everything beside the folder first, then put it in its place. An earlier analysis there is replaced.

    Raises
    ------
    OtherFiles
        If the folder holds anything else.
    OSError
        If it cannot be written; the folder is then as it was.
    """
    check_folder(folder)
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        text = json.dumps(results, ensure_ascii=False, indent=1, allow_nan=False)
        (fresh / RESULTS).write_text(text + "\n", encoding="utf-8")
        for name, (headings, rows) in tables_of(results, language).items():
            (fresh / f"{name}.csv").write_bytes(csv_bytes(headings, rows))
        for name, svg in pictures:
            (fresh / f"{name}.svg").write_text(svg + "\n", encoding="utf-8")
        # mkdtemp lets only its owner in; results are for whoever may read beside them.
        fresh.chmod(0o755)
        names = sorted(path.name for path in fresh.iterdir())
        if folder.exists():
            old = Path(mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
            folder.rename(old / "was")
            fresh.rename(folder)
            rmtree(old)
        else:
            fresh.rename(folder)
    finally:
        rmtree(fresh, ignore_errors=True)
    return [folder / name for name in names]


def _is_analysis(folder: Path) -> bool:
    try:
        told = json.loads((folder / RESULTS).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(told, dict) and "analysis_version" in told
