"""Logs: one event a line, nothing in them that is somebody's, and no file that grows for ever."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from livinglab import embedded, logs
from livinglab.env import BASE_DIR
from livinglab.logs import EqualTracebacks, JsonLines, RotatedFile, StrangersMistakes, without_personal_data
from tests.workers import database_away

logger = logging.getLogger("livinglab.tests")


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Callable[[], list[dict]]]:
    """What the site's own handler writes during the test, each line read as JSON."""
    path = tmp_path / "logs" / "site.log"
    handler = RotatedFile(path)
    handler.setFormatter(JsonLines())
    handler.addFilter(StrangersMistakes())
    handler.addFilter(EqualTracebacks())
    root = logging.getLogger()
    others, root.handlers = root.handlers, [handler]
    yield lambda: [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    root.handlers = others
    handler.close()


def last_access() -> dict:
    """The last line of this process: other tests of the run write to the same file."""
    written = (Path(settings.VAR_DIR) / "logs" / "access.log").read_text().splitlines()
    return [line for line in map(json.loads, written) if line["process"] == os.getpid()][-1]


def fail(text: str) -> None:
    try:
        raise ValueError(text)
    except ValueError:
        logger.exception("It went wrong.")


def test_event_is_one_line_with_its_error_and_traceback(lines):
    fail("two\nlines")

    [line] = lines()

    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "livinglab.tests", "It went wrong.")
    assert (line["error"], line["error_text"]) == ("ValueError", "two\nlines")
    assert line["where"].startswith("test_logs.py:")
    assert "in fail" in line["traceback"]


def test_equal_tracebacks_are_told_once_and_every_event_has_its_line(lines):
    for number in range(50):
        fail(f"number {number}")
    try:
        raise KeyError("another place")
    except KeyError:
        logger.exception("Something else.")

    told = lines()

    assert [line["error_text"] for line in told[:50]] == [f"number {number}" for number in range(50)]
    assert ["traceback" in line for line in told] == [True] + 49 * [False] + [True]


def test_traceback_is_told_again_after_a_while(lines, monkeypatch):
    fail("first")
    monkeypatch.setattr(logs, "TOLD_AGAIN_AFTER", 0.0)
    fail("second")

    assert ["traceback" in line for line in lines()] == [True, True]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("mail to ana.kim+lab@mail.example.kr failed", "mail to …@… failed"),
        ("from 192.0.2.17, port 80", "from …ip…, port 80"),
        ("from 2001:db8::8a2e:370:7334 it came", "from …ip… it came"),
        ("call 010-1234-5678 or +82 10 1234 5678", "call …phone… or …phone…"),
        ("Bad signature: MTI:1vRk2J:4h8sKq0c5bXyZ3mNoPq7rS9tUvWxYz", "Bad signature: …token…"),
        ("/accounts/key/5-cwp6f2-0123456789abcdef0123456789abcdef/", "/accounts/key/…token…/"),
        ("Authorization: Token 12345678", "Authorization: …"),
        ("password=hunter22 given", "password=… given"),
        (
            "duplicate key value\nDETAIL:  Key (email)=(ana@x.kr, (a) b) already exists.",
            "duplicate key value\nDETAIL:  Key (email)=(…) already exists.",
        ),
        ("Failing row contains (7, Ana Kim, null).", "Failing row contains (…)."),
        ("wave 12 of survey 3: it has not been registered", "wave 12 of survey 3: it has not been registered"),
        ("livinglab.surveys.actions.closing", "livinglab.surveys.actions.closing"),
        ("2026-12-01 10:20:30", "2026-12-01 10:20:30"),
        ("surveys.tasks.make_ordered_reports2", "surveys.tasks.make_ordered_reports2"),
    ],
)
def test_what_is_somebodys_is_masked_and_the_rest_is_left(said, told):
    assert without_personal_data(said) == told


def test_values_of_a_row_that_the_database_refused_are_not_told(lines, ben):
    try:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO accounts_person SELECT * FROM accounts_person WHERE email = %s", [ben.email])
    except IntegrityError:
        logger.exception("It was refused.")

    [line] = lines()

    assert line["error"] == "UniqueViolation" or line["error"] == "IntegrityError"
    assert ben.email not in json.dumps(line)


def test_wrong_host_is_one_line_without_traceback(lines, db):
    answer = Client(HTTP_HOST="elsewhere.example").get("/about/")

    [line] = lines()

    assert answer.status_code == 400
    assert (line["level"], line["logger"]) == ("WARNING", "django.security.DisallowedHost")
    assert "elsewhere.example" in line["message"]
    assert "traceback" not in line


def test_database_that_is_away_is_one_line_for_each_request_and_not_a_traceback_for_each(lines, transactional_db):
    client = Client(raise_request_exception=False)
    with database_away():
        statuses = [client.get("/proposals/").status_code for _request in range(10)]

    told = [line for line in lines() if line["logger"] == "django.request"]

    assert statuses == 10 * [503]
    assert [line["error"] for line in told] == 10 * ["OperationalError"]
    # Of the connection that was cut, and of those that were not let in.
    assert sum("traceback" in line for line in told) <= 2


def test_path_in_the_log_holds_numbers_and_nothing_else(client, db):
    client.get(reverse("stop_mail", args=["MTI:signed:by-us-0123456789"]), {"email": "ana@example.kr"})
    assert (last_access()["path"], last_access()["view"]) == ("/mail/stop/…/", "stop_mail")

    client.get(reverse("proposals:detail", args=[123456]), {"q": "my words"})
    assert (last_access()["path"], last_access()["status"]) == ("/proposals/123456/", 404)

    client.get("/accounts/password/reset/key/5-cwp6f2-0123456789abcdef0123456789abcdef/")
    assert last_access()["path"] == "/accounts/password/reset/key/…-…/"

    client.get("/nobody/ana@example.kr/0123456789abcdef0123456789abcdef")
    assert last_access()["path"] == "/nobody/…@…/…token…"
    assert last_access()["view"] == "none"


def test_access_log_tells_what_was_asked_and_how_it_was_answered_and_not_by_whom(client_of, ben):
    client_of(ben).get("/about/?q=secret", REMOTE_ADDR="192.0.2.9", HTTP_USER_AGENT="a browser")

    line = last_access()

    assert set(line) == {"at", "level", "logger", "process", "method", "path", "view", "status", "ms"}
    assert (line["method"], line["path"], line["status"]) == ("GET", "/about/", 200)


WRITES = """
import logging, sys
from pathlib import Path
from livinglab.logs import RotatedFile
handler = RotatedFile(Path(sys.argv[1]), longest=4000, kept=100)
for number in range(300):
    handler.emit(logging.LogRecord("n", 20, "", 0, f"{sys.argv[2]} {number} " + 30 * "x", (), None))
"""


def test_several_processes_share_a_file_that_is_rotated_and_no_line_is_lost_or_torn(tmp_path):
    path = tmp_path / "site.log"
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITES, str(path), name], cwd=BASE_DIR) for name in ("a", "b", "c")
    ]
    assert [writer.wait() for writer in writers] == [0, 0, 0]

    files = [file for file in tmp_path.iterdir() if file.suffix != ".lock"]
    written = sorted(line for file in files for line in file.read_text().splitlines())

    assert len(files) > 5
    assert written == sorted(f"{name} {number} " + 30 * "x" for name in "abc" for number in range(300))
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_only_so_many_older_files_stay(tmp_path):
    handler = RotatedFile(tmp_path / "site.log", longest=100, kept=2)
    for number in range(50):
        handler.emit(logging.LogRecord("n", 20, "", 0, f"{number} " + 50 * "x", (), None))
    handler.close()

    names = sorted(path.name for path in tmp_path.iterdir())

    assert names == ["site.log", "site.log.1", "site.log.2", "site.log.lock"]


def test_log_that_cannot_be_written_stops_nobody(tmp_path, capsys):
    (tmp_path / "logs").write_text("a file where the folder should be")
    handler = RotatedFile(tmp_path / "logs" / "site.log")

    handler.emit(logging.LogRecord("n", 20, "", 0, "a line", (), None))

    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_full_disk_costs_the_line_and_nothing_else(tmp_path, capsys):
    (tmp_path / "site.log").symlink_to("/dev/full")
    handler = RotatedFile(tmp_path / "site.log")

    for number in range(3):
        handler.emit(logging.LogRecord("n", 20, "", 0, f"line {number}", (), None))

    assert capsys.readouterr().err == ""


def test_log_of_an_embedded_server_is_added_to_and_rotated(tmp_path):
    log = tmp_path / "log"
    log.write_text("what led to the restart\n")

    since = embedded.Log(log)
    with open(log, "a") as server:
        server.write("FATAL: now\n")
        server.flush()
        assert since.since_start() == "FATAL: now\n"
        assert log.read_text().startswith("what led to the restart")

        embedded.rotate(log, longest=10)
        # The server goes on writing at the end of the same file.
        server.write("after it\n")

    assert log.read_text() == "after it\n"
    assert (tmp_path / "log.1").read_text() == "what led to the restart\nFATAL: now\n"
