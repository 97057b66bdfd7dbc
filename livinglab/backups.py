"""A backup of the whole site in one folder, and the way back: database, uploads, reports, files of waves.

The database is read in one snapshot while the site goes on. With the dump lies a manifest: the schema, how many rows
each table has and what they add up to, and the hash of every file. Nothing of a backup is used before all of it has
been checked, and after a restore every table is counted again.

`SECRET_KEY` is not in it, unless under a passphrase: whoever has both can sign in as anybody.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from livinglab import embedded

FORMAT = 1
DUMP, MANIFEST, MANIFEST_HASH, KEY = "database.dump", "manifest.json", "manifest.sha256", "key.encrypted"
PIECE = 1024 * 1024  # bytes
SHORTEST_PASSPHRASE = 16
# Rows are compared as text; this is how their text is made, whatever the server's defaults are.
AS_TEXT = {
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}
# Since 17; dumps set it, older servers do not know it.
UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"


class NoBackup(Exception):
    """A backup cannot be made or used; the message is one sentence for whoever asked for it."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. Tables: rows and their sum; files: bytes and SHA-256, by path inside the backup."""

    format: int
    at: str
    site: str
    key: str
    migrations: list[list[str]]
    tables: dict[str, list[int]]
    files: dict[str, list[Any]]


def folders() -> dict[str, Path]:
    """What belongs to the rows of the database: the name inside a backup, and the folder of the site."""
    return {
        "media": Path(settings.MEDIA_ROOT),
        "reports": Path(settings.REPORTS_ROOT),
        "exports": Path(settings.EXPORTS_ROOT),
    }


# Making one


def make_backup(folder: Path, *, passphrase: str = "") -> Manifest:
    """Back the site up into `folder`, which must not be there yet. It appears under its name once it is whole.

    Raises `NoBackup`. The site may go on meanwhile; what is written after the snapshot is not in it.
    """
    if folder.exists():
        raise NoBackup(f"{folder} is there already; name a folder that is not there yet.")
    if passphrase and len(passphrase) < SHORTEST_PASSPHRASE:
        raise NoBackup(f"The passphrase is too short to be safe; take {SHORTEST_PASSPHRASE} characters or more.")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True, mode=0o700)
        manifest = _fill(unfinished, passphrase)
        unfinished.rename(folder)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise NoBackup(f"{folder} could not be written ({error.strerror}); nothing of it is left.") from error
    except psycopg.Error as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise NoBackup(f"The database could not be read: {_last_line(str(error))}") from error
    except NoBackup:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return manifest


def _fill(folder: Path, passphrase: str) -> Manifest:
    files: dict[str, list[Any]] = {}
    # Twice: what the snapshot names and somebody deletes meanwhile was there the first time, what is made until the
    # snapshot is there the second time.
    _copy_files(folder, files)
    with _snapshot() as (session, name):
        _dump(folder / DUMP, session, name)
        tables = _sums(session)
        applied = session.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    _copy_files(folder, files)
    files[DUMP] = [(folder / DUMP).stat().st_size, _hash(folder / DUMP)]
    if passphrase:
        _write(folder / KEY, _encrypted(settings.SECRET_KEY, passphrase))
        files[KEY] = [(folder / KEY).stat().st_size, _hash(folder / KEY)]
    manifest = Manifest(
        format=FORMAT,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        site=settings.SITE_URL,
        key=_fingerprint(settings.SECRET_KEY),
        migrations=[list(row) for row in applied],
        tables=tables,
        files=files,
    )
    _write(folder / MANIFEST, json.dumps(asdict(manifest), indent=1).encode())
    _write(folder / MANIFEST_HASH, _hash(folder / MANIFEST).encode())
    return manifest


@contextmanager
def _snapshot() -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A connection that sees the database as it is now, for as long as it is open, and the name others see it by."""
    with psycopg.connect(_address()) as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        session.read_only = True
        yield session, str(_one(session, "SELECT pg_export_snapshot()"))


def _dump(file: Path, session: psycopg.Connection[Any], snapshot: str) -> None:
    command = [_program("pg_dump", session.info.server_version), "--format=custom", "--no-owner", "--no-privileges"]
    command += [f"--snapshot={snapshot}", f"--file={file}", f"--dbname={_address(with_password=False)}"]
    done = subprocess.run(command, env=_with_password(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoBackup(f"The database could not be dumped: {_last_line(done.stderr)}")
    file.chmod(0o600)


def _sums(session: psycopg.Connection[Any]) -> dict[str, list[int]]:
    """Of every table how many rows it has, and what their hashes add up to, in whatever order they come."""
    for name, value in AS_TEXT.items():
        session.execute("SELECT set_config(%s, %s, true)", [name, value])
    tables = session.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"
    ).fetchall()
    sums = {}
    for (table,) in tables:
        row = session.execute(
            SQL(
                "SELECT count(*), coalesce(sum(('x' || left(md5(r::text), 16))::bit(64)::bigint::numeric), 0) FROM {} r"
            ).format(Identifier(table))
        ).fetchone()
        assert row is not None
        sums[table] = [int(row[0]), int(row[1])]
    return sums


def _copy_files(folder: Path, files: dict[str, list[Any]]) -> None:
    """Copy what is not in the backup yet, or has changed since; what goes while we look is not there any more."""
    for name, root in folders().items():
        for path in sorted(root.rglob("*")):
            inside = f"{name}/{path.relative_to(root).as_posix()}"
            with suppress(FileNotFoundError):
                if path.is_file() and not _is_copied(path, folder / inside):
                    _copy(path, folder / inside)
                    files[inside] = [(folder / inside).stat().st_size, _hash(folder / inside)]


def _is_copied(path: Path, copy: Path) -> bool:
    if not copy.exists():
        return False
    ours, theirs = path.stat(), copy.stat()
    return (ours.st_size, ours.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns)


def _copy(path: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, copy)
    copy.chmod(0o600)


# The way back


def read_backup(folder: Path) -> Manifest:
    """What a backup says it holds, after every byte of it has been checked. Raises `NoBackup` for a damaged one."""
    manifest = read_manifest(folder)
    for inside, (size, wanted) in manifest.files.items():
        path = folder / inside
        if not path.is_file() or path.stat().st_size != size or _hash(path) != wanted:
            raise NoBackup(f"The backup is damaged: {inside} is missing or is not what was written. Take another one.")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    try:
        text = (folder / MANIFEST).read_bytes()
        wanted = (folder / MANIFEST_HASH).read_text()
    except OSError:
        raise NoBackup(f"{folder} holds no whole backup: its {MANIFEST} is missing.") from None
    if hashlib.sha256(text).hexdigest() != wanted:
        raise NoBackup(f"The backup is damaged: {MANIFEST} is not what was written. Take another one.")
    read = json.loads(text)
    if read["format"] != FORMAT:
        raise NoBackup("The backup was written in another form than this version reads; install the version it is of.")
    return Manifest(**read)


def restore_backup(folder: Path, *, replace: bool = False, other_key: bool = False) -> Manifest:
    """Put the site back as it was. Raises `NoBackup` before anything is touched.

    `replace`: the site that is here goes. `other_key`: `SECRET_KEY` is another one and stays so.
    """
    manifest = read_backup(folder)
    _check_schema(manifest)
    if not other_key:
        _check_key(manifest)
    _check_nobody_is_at_it()
    if not replace and _has_data():
        raise NoBackup("There are people or files in this site; say --replace if the backup shall take their place.")
    staged = _stage_files(folder, manifest)
    try:
        _load_database(folder / DUMP)
    except NoBackup:
        for place in staged.values():
            shutil.rmtree(place, ignore_errors=True)
        raise
    for root, place in staged.items():
        _put_in_place(place, root)
    _check_sums(manifest)
    return manifest


def read_key(folder: Path, passphrase: str) -> str:
    """The `SECRET_KEY` of a backup that was made with a passphrase."""
    manifest = read_manifest(folder)
    if KEY not in manifest.files:
        raise NoBackup("The backup was made without a passphrase, so the key is not in it.")
    return _decrypted((folder / KEY).read_bytes(), passphrase)


def _check_schema(manifest: Manifest) -> None:
    loader = MigrationLoader(connection=None)
    ours = set(loader.disk_migrations)
    theirs = {(app, name) for app, name in manifest.migrations}
    for replaced in loader.replacements.values():
        ours |= set(replaced.replaces)
    if unknown := sorted(theirs - ours):
        raise NoBackup(
            f"The backup is of a newer version (it knows {unknown[0][0]} {unknown[0][1]}); install that version first."
        )
    if missing := sorted(key for key in loader.disk_migrations if key not in theirs):
        raise NoBackup(
            f"The backup is of an older version (it does not know {missing[0][0]} {missing[0][1]}); "
            "restore it with that version, then upgrade."
        )


def _check_key(manifest: Manifest) -> None:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if manifest.key not in map(_fingerprint, keys):
        raise NoBackup(
            "The backup was made with another SECRET_KEY: second factors could not be read, and no link that was sent "
            "would open. Set that key, or name it in SECRET_KEY_FALLBACKS; or say --other-key if it is lost."
        )


def _check_nobody_is_at_it() -> None:
    with psycopg.connect(_address()) as session:
        others = _one(
            session,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND pid <> %s",
            [_pid_of_django()],
        )
    if others:
        raise NoBackup("The site is running, or somebody else is at its database; stop it first.")


def _pid_of_django() -> int:
    return connection.connection.info.backend_pid if connection.connection is not None else 0


def _has_data() -> bool:
    with psycopg.connect(_address()) as session:
        if _one(session, "SELECT to_regclass('accounts_person') IS NOT NULL") and _one(
            session, "SELECT EXISTS (SELECT FROM accounts_person)"
        ):
            return True
    return any(path.is_file() for root in folders().values() for path in root.rglob("*"))


def _stage_files(folder: Path, manifest: Manifest) -> dict[Path, Path]:
    """The files beside where they belong, so that a full disk is met before anything is touched."""
    staged = {root: root.with_name(f"{root.name}.restored") for root in folders().values()}
    try:
        for name, root in folders().items():
            shutil.rmtree(staged[root], ignore_errors=True)
            staged[root].mkdir(parents=True)
            for inside in manifest.files:
                if inside.startswith(f"{name}/"):
                    place = staged[root] / inside.removeprefix(f"{name}/")
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(folder / inside, place)
    except OSError as error:
        for place in staged.values():
            shutil.rmtree(place, ignore_errors=True)
        raise NoBackup(f"The files could not be written ({error.strerror}); nothing has been changed.") from error
    return staged


def _put_in_place(place: Path, root: Path) -> None:
    before = root.with_name(f"{root.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if root.exists():
        root.rename(before)
    place.rename(root)
    shutil.rmtree(before, ignore_errors=True)


def _load_database(dump: Path) -> None:
    """In one transaction: either all of the backup is there afterwards, or all that was there before."""
    connection.close()
    with psycopg.connect(_address()) as session:
        version = session.info.server_version
    reading = subprocess.Popen(
        [_program("pg_restore", version), "--no-owner", "--no-privileges", "--file=-", str(dump)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    writing = subprocess.Popen(
        [
            *[_program("psql", version), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"],
            *["--output=/dev/null", f"--dbname={_address(with_password=False)}"],
        ],
        env=_with_password(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert reading.stdout is not None
    assert reading.stderr is not None
    assert writing.stdin is not None
    assert writing.stderr is not None
    with suppress(BrokenPipeError), writing.stdin as script:
        script.write(b"SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
        for line in reading.stdout:
            if version >= 170000 or line != UNKNOWN_BEFORE_17:
                script.write(line)
        if reading.wait():
            # Without it the transaction would end well with half of the rows.
            script.write(b"\n\\.\nSELECT 1/0;\n")
    complaint = writing.stderr.read().decode(errors="replace") or reading.stderr.read().decode(errors="replace")
    if writing.wait() or reading.wait():
        raise NoBackup(f"The database could not be restored, and is as it was: {_last_line(complaint)}")


def _check_sums(manifest: Manifest) -> None:
    with psycopg.connect(_address()) as session:
        sums = _sums(session)
    if wrong := sorted(name for name in manifest.tables.keys() | sums if manifest.tables.get(name) != sums.get(name)):
        raise NoBackup(f"After the restore these tables are not what was backed up: {', '.join(wrong)}.")


# What both need


def _address(*, with_password: bool = True) -> str:
    database = connection.settings_dict
    parts = {"host": database["HOST"], "port": database["PORT"], "user": database["USER"], "dbname": database["NAME"]}
    if with_password:
        parts["password"] = database["PASSWORD"]
    own = {"server_side_binding", "prepare_threshold"}
    options = {name: value for name, value in database["OPTIONS"].items() if name not in own}
    return make_conninfo(**{name: value for name, value in parts.items() if value}, **options)


def _with_password() -> Mapping[str, str]:
    # Not in the command line, which everybody on the machine can read.
    password = connection.settings_dict["PASSWORD"]
    return os.environ | ({"PGPASSWORD": password} if password else {})


def _program(name: str, server_version: int) -> str:
    """Ours, or for a newer server the one that is installed."""
    ours = embedded.binaries() / name
    if server_version // 10000 <= embedded.VERSION or not (installed := shutil.which(name)):
        return str(ours)
    return installed


def _one(session: psycopg.Connection[Any], question: Any, values: Any = None) -> Any:
    row = session.execute(question, values).fetchone()
    assert row is not None
    return row[0]


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _fingerprint(key: str) -> str:
    """Tells two keys apart, and nothing of either: they are random and long."""
    return hashlib.sha256(b"livinglab backup " + key.encode()).hexdigest()[:16]


def _cipher(passphrase: str, salt: bytes) -> Fernet:
    # About 0.3 s and 128 MB for each try of somebody who guesses.
    derived = Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _encrypted(key: str, passphrase: str) -> bytes:
    salt = os.urandom(16)
    return base64.b64encode(salt) + b"\n" + _cipher(passphrase, salt).encrypt(key.encode())


def _decrypted(stored: bytes, passphrase: str) -> str:
    salt, _newline, token = stored.partition(b"\n")
    try:
        return _cipher(passphrase, base64.b64decode(salt)).decrypt(token).decode()
    except InvalidToken:
        raise NoBackup("The passphrase is not the one with which the backup was made.") from None


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing."
