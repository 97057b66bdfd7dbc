"""Several people at the same moment, each on a connection of her own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection

from livinglab.errors import Refused


def side_by_side(*deeds: Callable[[], Any]) -> list[Any]:
    """What each deed returned, or the refusal it met; all start together."""
    start = Barrier(len(deeds))

    def do(deed: Callable[[], Any]) -> Any:
        try:
            start.wait(60)
            return deed()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))
