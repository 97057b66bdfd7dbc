"""What people say under a proposal, by pages. Written out: composing the queries takes longer than running them."""

from datetime import datetime
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db import connection

from livinglab.accounts.models import Person
from proposals.models import Comment

COMMENTS_ON_A_PAGE = 50
KINDS = """
    SELECT kind, count(*) FROM proposals_comment WHERE proposal_id = %(proposal)s AND parent_id IS NULL GROUP BY kind
"""
# The comments of one page, all kinds or one, with their answers.
LINES = """
    WITH page AS (
        SELECT id FROM proposals_comment
        WHERE proposal_id = %(proposal)s AND parent_id IS NULL AND (%(kind)s = '' OR kind = %(kind)s)
        ORDER BY at, id
        LIMIT %(number)s OFFSET %(first)s
    )
    SELECT said.id, parent_id, kind, at, edited_at, hidden_at, body_ko, body_en, author_id,
        coalesce(nickname, ''), coalesce(name, ''), coalesce(email, '')
    FROM proposals_comment AS said LEFT JOIN accounts_person AS person ON person.id = author_id
    WHERE said.id IN (
        SELECT id FROM page
        UNION ALL
        SELECT answer.id FROM proposals_comment AS answer JOIN page ON answer.parent_id = page.id
    )
    ORDER BY at, said.id
"""

BEFORE = """
    SELECT count(*) FROM proposals_comment WHERE proposal_id = %(proposal)s AND parent_id IS NULL AND at < %(at)s
"""


class Line(NamedTuple):
    """A comment or an answer as it stands in the database, with its author's names."""

    pk: int
    parent_id: int | None
    kind: str
    at: datetime
    edited_at: datetime | None
    hidden_at: datetime | None
    body_ko: str
    body_en: str
    author_id: int | None
    nickname: str
    name: str
    email: str

    @property
    def author(self) -> Person | None:
        if self.author_id is None:
            return None
        return Person(pk=self.author_id, nickname=self.nickname, name=self.name, email=self.email)


def kinds_of(proposal: int) -> dict[str, int]:
    """How many comments of each kind there are, answers not counted."""
    with connection.cursor() as cursor:
        cursor.execute(KINDS, {"proposal": proposal})
        return dict(cursor.fetchall())


def page_of_talk(proposal: int, *, kind: str, number: str | None, of: int) -> "tuple[Page[int], tuple[Line, ...]]":
    """The page with this number of all ``of`` comments, and what stands on it, the oldest first."""
    page = Paginator(range(of), COMMENTS_ON_A_PAGE).get_page(number)
    if not of:
        return page, ()
    which: dict[str, int | str] = {
        "proposal": proposal,
        "kind": kind,
        "number": COMMENTS_ON_A_PAGE,
        "first": page.start_index() - 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(LINES, which)
        return page, tuple(map(Line._make, cursor.fetchall()))


def page_number_of(comment: Comment) -> int:
    """On which page of all comments this one or the one it answers stands."""
    top = comment.parent or comment
    with connection.cursor() as cursor:
        cursor.execute(BEFORE, {"proposal": top.proposal_id, "at": top.at})
        (before,) = cursor.fetchone()
    return int(before) // COMMENTS_ON_A_PAGE + 1
