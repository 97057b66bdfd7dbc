"""A database of one module's own, for what is too dear to load for every test."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def copy_of_test_database(name: str) -> Iterator[None]:
    """A copy of the empty test database under this name, used instead of it inside the `with`."""
    # Servers of earlier tests keep their connections for a while, and only a database nobody uses can be copied.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
    connection.close()
    creation, original = connection.creation, connection.settings_dict["NAME"]
    creation.clone_test_db(name, verbosity=0)
    copy = creation.get_test_db_clone_settings(name)["NAME"]
    connection.settings_dict["NAME"] = copy
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = original
        creation._destroy_test_db(copy, verbosity=0)
