"""The drill: a city is backed up while it is being written to, restored elsewhere, and compared row for row."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.test.utils import override_settings
from pytest_django import DjangoDbBlocker

from livinglab.backups import DUMP, KEY, MANIFEST, MANIFEST_HASH
from livinglab.env import BASE_DIR
from livinglab.notices.models import Mail
from tests.canary.city import build
from tests.web.another_database import copy_of_test_database

pytestmark = pytest.mark.django_db

ANOTHER_KEY = "another key of another site, only for tests; fifty characters"
PASSPHRASE = "a passphrase of a test, long enough"
FOLDERS = ("media", "reports", "exports")


@dataclass(frozen=True)
class Site:
    """A database and a folder, as a machine has them, without anything that runs."""

    database: str
    folder: Path

    @property
    def url(self) -> str:
        server = connection.settings_dict
        return f"postgresql://{server['USER']}@/{self.database}?host={server['HOST']}"

    def manage(self, *words: object, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=BASE_DIR,
            env=os.environ | {"DATABASE_URL": self.url, "VAR_DIR": str(self.folder)} | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def refusal(self, *words: object, **environment: str) -> str:
        refused = self.manage(*words, **environment)
        assert refused.returncode == 1, refused.stdout + refused.stderr
        assert "Traceback" not in refused.stderr
        return refused.stderr

    def ask(self, question: str) -> list[tuple]:
        with psycopg.connect(self.url) as session:
            return session.execute(question).fetchall()

    def tables(self) -> list[str]:
        return [name for (name,) in self.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]

    def rows(self, table: str) -> list[str]:
        return sorted(row for (row,) in self.ask(f'SELECT r::text FROM "{table}" r'))

    def everything(self) -> dict[str, list[str]]:
        return {table: self.rows(table) for table in self.tables()}

    def definitions(self) -> list[tuple]:
        """Which constraints, indexes, triggers and functions there are."""
        return self.ask(
            # Conditions come back with their casts written in another way.
            "SELECT conrelid::regclass::text, contype::text || ' ' || conname FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
            " UNION ALL SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'"
            " UNION ALL SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
            " UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2"
        )

    def files(self) -> dict[str, str]:
        return {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for name in FOLDERS
            for path in (self.folder / name).rglob("*")
            if path.is_file()
        }


@pytest.fixture(scope="module")
def city(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A city in which every private column holds something, with photos, reports and files."""
    folder = tmp_path_factory.mktemp("var")
    roots = {f"{name.upper()}_ROOT": folder / name for name in FOLDERS}
    with (
        django_db_blocker.unblock(),
        override_settings(**roots, ROOT_URLCONF="tests.web.urls_of_demonstration"),
        copy_of_test_database("drill"),
    ):
        build(folder)
        yield Site(connection.settings_dict["NAME"], folder)


@pytest.fixture(scope="module")
def backup(city: Site) -> Path:
    """Of the city, while nobody is at it."""
    folder = city.folder / "backup"
    done = city.manage("backup", folder)
    assert done.returncode == 0, done.stderr
    assert "SECRET_KEY is not in it" in done.stdout
    return folder


@pytest.fixture
def fresh(city: Site, tmp_path: Path) -> Iterator[Site]:
    """A machine with an empty database."""
    name = f"{city.database}_fresh"
    with psycopg.connect(replace(city, database="postgres").url, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    (tmp_path / "var").mkdir()
    yield Site(name, tmp_path / "var")
    with psycopg.connect(replace(city, database="postgres").url, autocommit=True) as server:
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def copy(backup: Path, tmp_path: Path) -> Path:
    """A copy of the backup that may be damaged."""
    shutil.copytree(backup, tmp_path / "copy")
    return tmp_path / "copy"


def rewrite_manifest(folder: Path, **changed: object) -> None:
    manifest = json.loads((folder / MANIFEST).read_text()) | changed
    text = json.dumps(manifest).encode()
    (folder / MANIFEST).write_bytes(text)
    (folder / MANIFEST_HASH).write_text(hashlib.sha256(text).hexdigest())


def test_city_is_restored_row_for_row_and_file_for_file(city, backup, fresh):
    done = fresh.manage("restore", backup)

    assert done.returncode == 0, done.stderr
    assert "every table as it was backed up" in done.stdout
    before, after = city.everything(), fresh.everything()
    assert len(before) > 80
    assert sum(map(bool, before.values())) > 60
    assert [table for table in before if before[table] != after.get(table)] == []
    assert before.keys() == after.keys()
    assert city.definitions() == fresh.definitions()
    assert len(city.files()) > 5
    assert city.files() == fresh.files()
    assert {name for (name,) in city.ask(SEQUENCES)} == {name for (name,) in fresh.ask(SEQUENCES)}
    assert fresh.manage("migrate", "--check").returncode == 0


SEQUENCES = "SELECT sequencename || ' ' || coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public'"


class Writer(threading.Thread):
    """Goes on writing mails, each with a file that its row names, as uploads do: first the file, then the row."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site, self.over, self.written = site, threading.Event(), 0

    def run(self) -> None:
        while not self.over.is_set():
            name = f"written-{self.written}.txt"
            (self.site.folder / "media" / name).write_text(f"content of {name}")
            Mail.objects.create(to="", subject=name, body="written during the backup")
            self.written += 1
        connection.close()

    def wait_for(self, number: int) -> None:
        seen = self.written
        while self.written < seen + number:
            assert self.is_alive()


def test_backup_of_a_site_that_is_written_to_is_what_the_site_was_at_one_moment(
    city, fresh, tmp_path, django_db_blocker
):
    before = set(city.rows("notices_mail"))
    with django_db_blocker.unblock():
        writer = Writer(city)
        writer.start()
        try:
            writer.wait_for(20)
            written_before = writer.written
            done = city.manage("backup", tmp_path / "backup")
            writer.wait_for(20)
        finally:
            writer.over.set()
            writer.join()
    assert done.returncode == 0, done.stderr

    assert fresh.manage("restore", tmp_path / "backup").returncode == 0
    source, restored = city.everything(), fresh.everything()
    there, here = set(source.pop("notices_mail")), set(restored.pop("notices_mail"))

    assert source == restored
    assert before <= here <= there
    named = [name for (name,) in fresh.ask("SELECT subject FROM notices_mail WHERE body = 'written during the backup'")]
    # All of what was there when it began, and of the rest the first so many: one moment.
    assert written_before <= len(named) < writer.written
    assert sorted(named, key=lambda name: int(name[8:-4])) == [f"written-{number}.txt" for number in range(len(named))]
    assert {name: (fresh.folder / "media" / name).read_text() for name in named} == {
        name: f"content of {name}" for name in named
    }
    with django_db_blocker.unblock():
        Mail.objects.filter(body="written during the backup").delete()
    for path in (city.folder / "media").glob("written-*.txt"):
        path.unlink()


@pytest.mark.parametrize("damage", ["a bit of the dump", "end of the dump", "a file", "a missing file", "the manifest"])
def test_damaged_backup_is_refused_before_anything_is_touched(city, copy, fresh, damage):
    victim = copy / DUMP
    if "file" in damage:
        victim = next(path for path in sorted((copy / "media").rglob("*")) if path.is_file())
    if damage == "the manifest":
        victim = copy / MANIFEST
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    match damage:
        case "end of the dump":
            victim.write_bytes(victim.read_bytes()[:-100])
        case "a missing file":
            victim.unlink()
        case _:
            victim.write_bytes(content)

    told = fresh.refusal("restore", copy)

    assert "The backup is damaged" in told
    assert fresh.refusal("restore", "--check", copy) == told
    assert fresh.tables() == []
    assert list(fresh.folder.iterdir()) == []


def test_unfinished_backup_is_none(copy, fresh):
    (copy / MANIFEST).unlink()

    assert "holds no whole backup" in fresh.refusal("restore", copy)


def test_newer_and_older_schemas_are_refused_with_what_to_do(copy, fresh):
    migrations = json.loads((copy / MANIFEST).read_text())["migrations"]

    rewrite_manifest(copy, migrations=[*migrations, ["pilots", "0999_from_the_future"]])
    newer = fresh.refusal("restore", copy)
    rewrite_manifest(copy, migrations=[row for row in migrations if row != ["web", "0002_heartbeat"]])
    older = fresh.refusal("restore", copy)

    assert "of a newer version (it knows pilots 0999_from_the_future); install that version first" in newer
    assert "of an older version (it does not know web 0002_heartbeat); restore it with that version" in older
    assert fresh.tables() == []


def test_site_with_people_is_replaced_only_when_asked_to(city, backup, fresh):
    assert fresh.manage("restore", backup).returncode == 0
    fresh_after = fresh.everything()
    with psycopg.connect(fresh.url) as session:
        session.execute("DELETE FROM notices_mail")
    (fresh.folder / "media" / "new.txt").write_text("made after the backup")

    assert "say --replace" in fresh.refusal("restore", backup)
    assert fresh.rows("notices_mail") == []
    assert (fresh.folder / "media" / "new.txt").exists()

    assert fresh.manage("restore", "--replace", backup).returncode == 0
    assert fresh.everything() == fresh_after
    assert fresh.files() == city.files()


def test_running_site_is_not_replaced(backup, fresh):
    with psycopg.connect(fresh.url):
        assert "The site is running" in fresh.refusal("restore", "--replace", backup)

    assert fresh.manage("restore", backup).returncode == 0


def test_what_cannot_be_loaded_leaves_the_database_as_it_was(copy, backup, fresh):
    """A dump whose end is missing although its hash is right: nothing of it stays."""
    assert fresh.manage("restore", backup).returncode == 0
    before, files = fresh.everything(), fresh.files()
    (copy / DUMP).write_bytes((copy / DUMP).read_bytes()[:-20_000])
    listed = json.loads((copy / MANIFEST).read_text())["files"]
    digest = hashlib.sha256((copy / DUMP).read_bytes()).hexdigest()
    rewrite_manifest(copy, files=listed | {DUMP: [(copy / DUMP).stat().st_size, digest]})

    assert "could not be restored, and is as it was" in fresh.refusal("restore", "--replace", copy)

    assert (fresh.everything(), fresh.files()) == (before, files)
    assert sorted(path.name for path in fresh.folder.iterdir() if "restored" in path.name) == []


def test_another_key_is_refused_unless_the_old_one_is_named_or_given_up(backup, fresh):
    told = fresh.refusal("restore", backup, SECRET_KEY=ANOTHER_KEY)

    assert "The backup was made with another SECRET_KEY" in told
    assert fresh.tables() == []
    assert fresh.manage("restore", "--other-key", backup, SECRET_KEY=ANOTHER_KEY).returncode == 0


def test_key_is_in_a_backup_only_under_a_passphrase(city, backup, tmp_path):
    key = os.environ["SECRET_KEY"]
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n")
    (tmp_path / "wrong").write_text("another passphrase, as long\n")
    done = city.manage("backup", tmp_path / "with-key", "--passphrase-file", tmp_path / "passphrase")
    assert done.returncode == 0, done.stderr

    for folder in (backup, tmp_path / "with-key"):
        assert [path.name for path in folder.rglob("*") if path.is_file() and key.encode() in path.read_bytes()] == []
    assert not (backup / KEY).exists()
    read = ["restore", tmp_path / "with-key", "--key-to", tmp_path / "key", "--passphrase-file"]
    assert "The passphrase is not the one" in city.refusal(*read, tmp_path / "wrong")
    assert city.manage(*read, tmp_path / "passphrase").returncode == 0
    assert (tmp_path / "key").read_text() == f"{key}\n"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert "made without a passphrase" in city.refusal(
        "restore", backup, "--key-to", tmp_path / "no-key", "--passphrase-file", tmp_path / "passphrase"
    )


def test_backup_is_for_its_owner_only_and_never_written_over_another(city, backup):
    files = [path for path in backup.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o077 for path in [backup, *files]} == {0}
    assert "is there already" in city.refusal("backup", backup)


def test_backup_of_a_database_that_does_not_answer_is_refused_and_leaves_nothing(city, tmp_path):
    away = replace(city, database="no_such_database")

    told = away.manage("backup", tmp_path / "backup")

    assert told.returncode == 1
    assert list(tmp_path.iterdir()) == []
