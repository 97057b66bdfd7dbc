"""Queries that are composed once.

Django writes the SQL of a queryset at every use, which for the rows of one page takes longer than the answer. Where
only a key or a date differs from one use to the next, the SQL is the same.
"""

from collections.abc import Mapping
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet


class Composed:
    """A queryset of values as SQL; ``asked`` fills in what stands for something else among its parameters."""

    def __init__(self, rows: "QuerySet[Any, Any]") -> None:
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.parameters = compiler.as_sql()
        self.converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])

    def asked(self, filled_in: Mapping[Any, Any]) -> list[list[Any]]:
        """The rows, with for example -1 for a key replaced by the key that is looked for."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [filled_in.get(parameter, parameter) for parameter in self.parameters])
            rows = [list(row) for row in cursor.fetchall()]
        for place, (convert, column) in self.converters.items():
            for row in rows:
                for step in convert:
                    row[place] = step(row[place], column, connection)
        return rows
