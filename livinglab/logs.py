"""Logs: one event a line, as JSON, without what is somebody's, in files that do not grow for ever.

Every process of the site writes to the same files (`VAR_DIR/logs/site.log`, and `access.log` for requests), or all of
it to standard error where something else collects it (`LOGS=console`). Warnings are also shown on standard error, for
whoever runs the site in a terminal.
"""

import fcntl
import json
import logging
import os
import re
import sys
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

ACCESS = "livinglab.access"
LONGEST, KEPT = 10 * 1024 * 1024, 5  # bytes of a file, and how many older ones stay
LONGEST_TEXT = 2_000  # characters of a message; somebody's request can make it long
LONGEST_TRACEBACK = 20_000
LONGEST_PATH = 200
# Seconds in which a traceback is not told a second time; each event still has its line.
TOLD_AGAIN_AFTER = 60.0

# What an address fills in: <int:pk>, or the groups of a regular expression.
FILLED_IN = re.compile(r"<(?:\w+:)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>(?:[^()]|\([^()]*\))*\)")

MASKS = [
    # What PostgreSQL says of a row that it refused.
    (
        re.compile(r"(Key \([^)]*\)=)\(.*?\)(?= (?:already|is not|is still|conflicts)|$)", re.MULTILINE | re.DOTALL),
        r"\1(…)",
    ),
    (re.compile(r"(Failing row contains )\(.*?\)\.", re.DOTALL), r"\1(…)."),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
    (re.compile(r"(?i)\b(authorization\W{1,4})(?:token|bearer|basic) +[^\s\"',;]+"), r"\1…"),
    (re.compile(r"(?i)\b((?:cookie|token|password|secret|key)[\"']?[=:] ?[\"']?)(?!…)[^\s\"',;&)]{6,}"), r"\1…"),
    # Signed links, keys and codes: runs of letters and digits longer than words are.
    (re.compile(r"(?<![\w.])(?=[\w:-]*\d)(?=[\w:-]*[A-Za-z])[\w:-]{24,}(?![\w.])"), "…token…"),
    (re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"), "…ip…"),
    (
        re.compile(
            r"(?<![\w:])(?=[0-9a-fA-F:]*::|(?:[0-9a-fA-F]{1,4}:){4})"
            r"[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?![\w:])"
        ),
        "…ip…",
    ),
    (re.compile(r"(?<![\d+])(?:\+82[ -]?|0)1\d[ -]?\d{3,4}[ -]?\d{4}(?!\d)"), "…phone…"),
]


def without_personal_data(text: str) -> str:
    """The text without addresses, telephone numbers, tokens, and the values of rows that the database refused."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text


def path_without_personal_data(request: Any) -> str:
    """The path of a request, with nothing filled in but numbers: names, codes and signed links can stand in one."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return without_personal_data(request.path)[:LONGEST_PATH]
    numbers = {name: value for name, value in match.kwargs.items() if isinstance(value, int)}
    filled_in = FILLED_IN.sub(lambda found: str(numbers.get(found["name"] or found["group"], "…")), match.route)
    return "/" + filled_in.replace("^", "").replace("$", "").replace("\\", "")


class JsonLines(logging.Formatter):
    """A record as one line of JSON: when, how bad, from where, what; an error with its kind, place and traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
        }
        request = getattr(record, "request", None)
        if record.name == ACCESS:
            line |= getattr(record, "access", {})
        else:
            line["message"] = without_personal_data(_message(record, request))[:LONGEST_TEXT]
        if hasattr(request, "path") and record.name != ACCESS:
            line["path"] = path_without_personal_data(request)
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            line["error"] = type(error).__name__
            line["error_text"] = without_personal_data(str(error))[:LONGEST_TEXT]
            line["where"] = _place(error)
            if getattr(record, "tells_traceback", True):
                told = "".join(traceback.format_exception(error))
                line["traceback"] = without_personal_data(told)[-LONGEST_TRACEBACK:]
        return json.dumps(line, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord, request: Any) -> str:
    if hasattr(request, "path") and isinstance(record.args, tuple):
        # Django puts the path into its sentences.
        path = path_without_personal_data(request)
        return str(record.msg) % tuple(path if part == request.path else part for part in record.args)
    return record.getMessage()


def _place(error: BaseException) -> str:
    """File and line in which an error arose."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


class EqualTracebacks(logging.Filter):
    """Lets a traceback be told once a minute for each process and each place; what comes between has its line without.

    A database that is away makes every request and every sweep fail in the same place.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[tuple[str, str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if hasattr(record, "tells_traceback") or not record.exc_info or record.exc_info[1] is None:
            # Seen before, by the filter of another handler.
            return True
        error, now = record.exc_info[1], time.monotonic()
        key = (record.name, type(error).__name__, _place(error))
        tells = now - self._told.get(key, -TOLD_AGAIN_AFTER) >= TOLD_AGAIN_AFTER
        record.__dict__["tells_traceback"] = tells
        if tells:
            self._told = {place: at for place, at in self._told.items() if now - at < TOLD_AGAIN_AFTER}
            self._told[key] = now
        return True


class StrangersMistakes(logging.Filter):
    """A wrong Host and the like is nobody's bug: a warning of one line, whoever sends however many."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith("django.security."):
            return True
        record.levelno, record.levelname, record.exc_info, record.exc_text = logging.WARNING, "WARNING", None, None
        return True


class RotatedFile(WatchedFileHandler):
    """A file for all processes of the site: whoever finds it too long renames it, and the others follow."""

    def __init__(self, filename: Path, longest: int = LONGEST, kept: int = KEPT) -> None:
        self.longest, self.kept = longest, kept
        super().__init__(filename, encoding="utf-8", delay=True)

    def _open(self) -> Any:
        Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        # For the owner only: lines tell who uses the site when, though not who it is.
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return open(handle, "a", encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):
            self._rotate_if_long()
        # On a full disk the line is lost, and nothing else.
        with suppress(OSError):
            super().emit(record)

    def _rotate_if_long(self) -> None:
        path = Path(self.baseFilename)
        if not self._is_long(path):
            return
        with open(path.with_name(f"{path.name}.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # Another process may have been first.
            if not self._is_long(path):
                return
            for number in range(self.kept - 1, 0, -1):
                with suppress(FileNotFoundError):
                    path.with_name(f"{path.name}.{number}").replace(path.with_name(f"{path.name}.{number + 1}"))
            path.replace(path.with_name(f"{path.name}.1"))

    def _is_long(self, path: Path) -> bool:
        return path.exists() and path.stat().st_size >= self.longest

    def handleError(self, record: logging.LogRecord) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def logging_settings(folder: Path, *, to_files: bool) -> dict[str, Any]:
    """Django's `LOGGING`."""
    common = {"formatter": "lines", "filters": ["strangers' mistakes", "equal tracebacks"]}
    console = {"class": "logging.StreamHandler"} | common
    if to_files:
        rotated = {"class": "livinglab.logs.RotatedFile"} | common
        handlers = {
            "site": rotated | {"filename": folder / "site.log"},
            "access": rotated | {"filename": folder / "access.log"},
            "console": console | {"level": "WARNING"},
        }
        everywhere, access = ["site", "console"], ["access"]
    else:
        handlers = {"console": console}
        everywhere, access = ["console"], ["console"]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "livinglab.logs.JsonLines"}},
        "filters": {
            "equal tracebacks": {"()": "livinglab.logs.EqualTracebacks"},
            "strangers' mistakes": {"()": "livinglab.logs.StrangersMistakes"},
        },
        "handlers": handlers,
        "root": {"handlers": everywhere, "level": "WARNING"},
        "loggers": {
            "livinglab": {"level": "INFO"},
            ACCESS: {"handlers": access, "level": "INFO", "propagate": False},
            # Pages that are not there and the like have their line in the access log.
            "django": {"handlers": [], "level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "celery": {"level": "WARNING"},
        },
    }
