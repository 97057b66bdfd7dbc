"""The embedded servers start, are shared, and recover from whatever was killed."""

import multiprocessing
import os
import signal
import socket
import stat
from pathlib import Path

import psutil
import psycopg
import pytest
from redis import Redis

from livinglab import embedded


@pytest.fixture
def folder(short_path):
    yield short_path / "postgres"
    embedded.stop_postgres(short_path / "postgres")


@pytest.fixture
def redis_folder(short_path):
    yield short_path / "redis"
    embedded.stop_redis(short_path / "redis")


def ask(url: str, question: str = "SELECT 1"):
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()[0]


def postmaster(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))


def kill_hard(server: psutil.Process) -> None:
    family = [server, *server.children(recursive=True)]
    server.kill()
    psutil.wait_procs(family, timeout=60)


def test_postgres_starts_once_and_is_adopted_after_that(folder):
    url = embedded.postgres(folder, durable=False)
    first = postmaster(folder)

    assert embedded.postgres(folder, durable=False) == url
    assert postmaster(folder) == first
    assert ask(url) == 1


def test_postgres_stops_and_keeps_its_data(folder):
    url = embedded.postgres(folder)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    server = postmaster(folder)

    embedded.stop_postgres(folder)
    embedded.stop_postgres(folder)

    assert not server.is_running()
    assert not (folder / "data" / "postmaster.pid").exists()
    assert not list((folder / "socket").iterdir())
    assert ask(embedded.postgres(folder), "SELECT answer FROM kept") == 42


def test_postgres_recovers_from_kill_9_with_what_was_committed(folder):
    url = embedded.postgres(folder)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    kill_hard(postmaster(folder))
    assert (folder / "data" / "postmaster.pid").exists()

    assert ask(embedded.postgres(folder), "SELECT answer FROM kept") == 42


def test_pid_file_that_names_another_living_process_is_stale(folder):
    embedded.postgres(folder, durable=False)
    pid_file = folder / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    kill_hard(postmaster(folder))
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    assert ask(embedded.postgres(folder, durable=False)) == 1


def test_first_start_that_was_interrupted_leaves_nothing_half_made(folder):
    (folder / "data.fresh" / "base").mkdir(parents=True)

    assert ask(embedded.postgres(folder, durable=False)) == 1
    assert not (folder / "data.fresh").exists()


def test_only_the_user_can_reach_the_servers(folder, redis_folder):
    embedded.postgres(folder, durable=False)
    embedded.redis(redis_folder)

    for place in (folder, redis_folder):
        assert stat.S_IMODE((place / "socket").stat().st_mode) == 0o700
    listening = [c for c in postmaster(folder).net_connections() if c.family != socket.AF_UNIX]
    assert listening == []


def test_path_too_long_for_a_socket_is_no_obstacle(short_path):
    folder = short_path / ("long" * 30)
    try:
        assert ask(embedded.postgres(folder, durable=False)) == 1
    finally:
        embedded.stop_postgres(folder)


def test_socket_folder_of_somebody_else_is_refused(folder):
    (folder / "socket").mkdir(parents=True, mode=0o777)
    (folder / "socket").chmod(0o777)

    with pytest.raises(embedded.CannotStart, match="open to others"):
        embedded.postgres(folder, durable=False)


def test_database_sorts_korean_in_its_order(folder):
    url = embedded.postgres(folder, durable=False)

    assert ask(url, "SELECT string_agg(w, '' ORDER BY w) FROM unnest(ARRAY['하', '가', 'b', '나']) w") == "b가나하"
    assert ask(url, "SELECT 'ÉCOLE' ILIKE 'école'") is True


def use_until_told(folder: Path, told, done) -> None:
    with embedded.postgres_while_used(folder):
        told.set()
        done.wait()


def test_last_command_that_used_postgres_stops_it(folder):
    spawn = multiprocessing.get_context("spawn")
    told, done = spawn.Event(), spawn.Event()
    other = spawn.Process(target=use_until_told, args=(folder, told, done))
    other.start()
    assert told.wait(120)
    server = postmaster(folder)

    with embedded.postgres_while_used(folder) as url:
        assert ask(url) == 1
    assert server.is_running()
    done.set()
    other.join()

    assert not server.is_running()


def test_command_that_was_killed_does_not_count_as_a_user(folder):
    spawn = multiprocessing.get_context("spawn")
    told, done = spawn.Event(), spawn.Event()
    other = spawn.Process(target=use_until_told, args=(folder, told, done))
    other.start()
    assert told.wait(120)
    other.kill()
    other.join()
    server = postmaster(folder)

    with embedded.postgres_while_used(folder) as url:
        assert ask(url) == 1

    assert not server.is_running()


def test_redis_starts_once_and_is_adopted_after_that(redis_folder):
    url = embedded.redis(redis_folder)
    server = (redis_folder / "server").read_text()

    assert embedded.redis(redis_folder) == url
    assert (redis_folder / "server").read_text() == server


def test_redis_recovers_from_kill_9(redis_folder):
    socket_path = embedded.redis(redis_folder).removeprefix("redis+socket://")
    os.kill(int((redis_folder / "server").read_text().split()[0]), signal.SIGKILL)

    embedded.redis(redis_folder)

    assert Redis(unix_socket_path=socket_path).ping()


def test_redis_stops_and_leaves_nothing(redis_folder):
    embedded.redis(redis_folder)
    server = psutil.Process(int((redis_folder / "server").read_text().split()[0]))

    embedded.stop_redis(redis_folder)
    embedded.stop_redis(redis_folder)

    assert not server.is_running()
    assert not list((redis_folder / "socket").iterdir())


def test_redis_that_cannot_be_found_is_told_in_one_sentence(redis_folder, monkeypatch):
    monkeypatch.setattr(embedded.shutil, "which", lambda name: None)
    monkeypatch.setattr(embedded, "find_spec", lambda name: None)

    with pytest.raises(embedded.CannotStart, match="install redis-server or set REDIS_URL"):
        embedded.redis(redis_folder)
