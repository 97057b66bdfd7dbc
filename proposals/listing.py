"""Proposals as a list shows them, fetched with a query that is composed once."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet

from livinglab.bilingual import LANGUAGES, shown_language
from livinglab.composed import Composed
from proposals.models import Proposal

ON_A_PAGE = 20


class Listed(NamedTuple):
    """All that a list shows of a proposal, in the order of ``SHOWN_IN_A_LIST``."""

    pk: int
    title_ko: str
    title_en: str
    problem_ko: str
    problem_en: str
    field_ko: str
    field_en: str
    area_ko: str
    area_en: str
    stage: str
    illustrative: bool
    published_at: datetime
    support_count: int
    comment_count: int

    def shown(self, name: str) -> str:
        """One of the texts in the reader's language where there is one in it."""
        return str(getattr(self, f"{name}_{shown_language(self, name)}"))


SHOWN_IN_A_LIST = (
    "pk",
    *(f"{name}_{language}" for name in ("title", "problem", "field__name", "area__name") for language in LANGUAGES),
    *("stage", "illustrative", "published_at", "support_count", "comment_count"),
)


def listed(pks: Sequence[int]) -> list[Listed]:
    """These proposals in this order, at most a page of them."""
    # A key that nothing has fills the places of a page that is not full.
    places = [*pks, *[0] * (ON_A_PAGE - len(pks))]
    rows = {row[0]: Listed(*row) for row in query_of_rows().asked(*places)}
    return [rows[pk] for pk in pks if pk in rows]


@cache
def query_of_rows() -> Composed:
    def rows(*pks: int) -> QuerySet[Any, Any]:
        return Proposal.objects.with_counts().filter(pk__in=pks).order_by().values_list(*SHOWN_IN_A_LIST)

    return Composed(rows, *[int] * ON_A_PAGE)
