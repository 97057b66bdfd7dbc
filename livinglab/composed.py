"""Queries that are composed once.

Django writes the SQL of a queryset at every use, which for the rows of one page takes longer than the answer. Where
only a key or a date differs from one use to the next, the SQL is the same.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

Rows = Callable[..., "QuerySet[Any, Any]"]


def stand_in(kind: type, number: int, *, other: bool) -> Any:
    """What stands for the value with this number while the query is composed: one of two values that differ."""
    if kind is date:
        return date.max - timedelta(number) if other else date.min + timedelta(number)
    if kind is int:
        return -1_000_000 - number if other else -1 - number
    raise TypeError(f"nothing stands for a {kind.__name__} in a query that is composed once")


class Composed:
    """A queryset of values as SQL; ``asked`` fills in what differs from one use to the next.

    ``rows`` makes the queryset from values of these kinds, ``int`` for a key or ``date``. It is composed with two sets
    of them: where the parameters differ, a value is to be filled in. Raises ValueError where that cannot be told.
    """

    def __init__(self, rows: Rows, *kinds: type) -> None:
        pairs = [[stand_in(kind, n, other=other) for other in (False, True)] for n, kind in enumerate(kinds)]
        compiler, other = (
            rows(*values).query.get_compiler(DEFAULT_DB_ALIAS)
            for values in ([one for one, _ in pairs], [two for _, two in pairs])
        )
        self.sql, parameters = compiler.as_sql()
        sql, others = other.as_sql()
        if sql != self.sql or len(parameters) != len(others):
            raise ValueError("its SQL is not the same for every value")
        self.kinds, self.parameters = kinds, list(parameters)
        self.places: list[tuple[int, int]] = []
        for place, pair in enumerate(zip(parameters, others, strict=True)):
            if pair[0] != pair[1]:
                if list(pair) not in pairs:
                    raise ValueError(f"parameter {place} is made of a value instead of being one")
                self.places.append((place, pairs.index(list(pair))))
        self.converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])

    def asked(self, *values: Any) -> list[list[Any]]:
        """The rows for these values, one of each kind."""
        if len(values) != len(self.kinds):
            raise TypeError(f"takes {len(self.kinds)} values, not {len(values)}")
        parameters = self.parameters.copy()
        for place, number in self.places:
            parameters[place] = values[number]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows = [list(row) for row in cursor.fetchall()]
        for place, (convert, column) in self.converters.items():
            for row in rows:
                for step in convert:
                    row[place] = step(row[place], column, connection)
        return rows
