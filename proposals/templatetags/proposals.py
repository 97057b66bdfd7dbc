"""Rows of the list and comments, drawn once for everything that they show.

A list of twenty rows or a talk of a hundred comments is mostly the same from one visit to the next. What a drawing
depends on is named in ``Row`` and ``Said``, language and reader included, and is the key under which it is kept: what
changes is another key, so nothing old can show.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from livinglab.bilingual import active_language, shown_language
from proposals.lifecycle import Stage
from proposals.models import Comment, Proposal

register = template.Library()

KEPT = 4_096


class Text(NamedTuple):
    """A text with its language where that is not the reader's."""

    words: str
    language: str


class Row(NamedTuple):
    """A proposal in a list."""

    reader_language: str
    pk: int
    title: Text
    problem: str
    stage: str
    illustrative: bool
    field: str
    area: str
    published_on: date | None
    supports: int
    comments: int

    @property
    def stage_name(self) -> str:
        return str(Stage(self.stage).label)


class Said(NamedTuple):
    """A comment with its answers, as one reader sees it."""

    reader_language: str
    pk: int
    hidden: bool
    author: str
    kind: str
    at: date
    changed: bool
    body: Text
    answers: tuple["Said", ...]
    is_answer: bool
    quoted: bool
    may_answer: bool
    may_change: bool
    may_report: bool

    @property
    def kind_name(self) -> str:
        return str(Comment.Kind(self.kind).label)


@register.simple_tag
def proposal_row(proposal: Proposal) -> SafeString:
    """One proposal in a list; it comes with its counts, field and area."""
    return drawn_row(
        Row(
            reader_language=active_language(),
            pk=proposal.pk,
            title=text_of(proposal, "title"),
            problem=proposal.problem,
            stage=proposal.stage,
            illustrative=proposal.illustrative,
            field=str(proposal.field),
            area=str(proposal.area),
            published_on=day_of(proposal.published_at) if proposal.published_at else None,
            supports=proposal.support_count,  # type: ignore[attr-defined]
            comments=proposal.comment_count,  # type: ignore[attr-defined]
        )
    )


@register.simple_tag(takes_context=True)
def said(context: dict[str, Any], comment: Comment, quoted: bool = False) -> SafeString:
    """One comment with ``its_answers``; quoted, it stands alone and offers nothing to press."""
    user = context["user"]
    reader = user.pk if user.is_authenticated else None
    return drawn_comment(seen(comment, reader, context.get("open", False), context.get("editable_since"), quoted))


def seen(comment: Comment, reader: int | None, is_open: bool, editable_since: datetime | None, quoted: bool) -> Said:
    own = reader is not None and comment.author_id == reader
    is_answer = comment.parent_id is not None
    answers = () if quoted or is_answer else comment.its_answers  # type: ignore[attr-defined]
    return Said(
        reader_language=active_language(),
        pk=comment.pk,
        hidden=comment.hidden_at is not None,
        author=str(comment.author) if comment.author else "",
        kind=comment.kind,
        at=day_of(comment.at),
        changed=comment.edited_at is not None,
        body=text_of(comment, "body"),
        answers=tuple(seen(answer, reader, is_open, editable_since, quoted) for answer in answers),
        is_answer=is_answer,
        quoted=quoted,
        may_answer=is_open and not is_answer,
        may_change=own and editable_since is not None and comment.at > editable_since,
        may_report=not own,
    )


@lru_cache(maxsize=KEPT)
def drawn_row(row: Row) -> SafeString:
    return render_to_string("proposals/_row.html", {"row": row})


@lru_cache(maxsize=KEPT)
def drawn_comment(comment: Said) -> SafeString:
    return render_to_string("proposals/_comment.html", {"said": comment})


def text_of(obj: Proposal | Comment, name: str) -> Text:
    language = shown_language(obj, name)
    return Text(getattr(obj, f"{name}_{language}"), "" if language == active_language() else language)


def day_of(at: datetime) -> date:
    return timezone.localtime(at).date()
