"""Rows of the list and comments, drawn once for everything that they show.

A list of twenty rows or a talk of a hundred comments is mostly the same from one visit to the next. What a drawing
depends on is named in ``Row`` and ``Said``, language and reader included, and is the key under which it is kept: what
changes is another key, so nothing old can show.
"""

from collections.abc import Iterable
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
    """A text with the language it is stored under."""

    words: str
    language: str


class Row(NamedTuple):
    """A proposal in a list."""

    reader_language: str
    pk: int
    title: Text
    problem: Text
    stage: str
    illustrative: bool
    field: str
    area: str
    published_on: date
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
    by_city_staff: bool
    kind: str
    at: date
    changed: bool
    body: Text
    answers: tuple["Said", ...] = ()
    quoted: bool = False
    may_answer: bool = False
    may_change: bool = False
    may_report: bool = False

    @property
    def kind_name(self) -> str:
        return str(Comment.Kind(self.kind).label)


@register.simple_tag
def proposal_row(proposal: Proposal) -> SafeString:
    """One proposal in a list; it comes ``with_counts``, and with its field and area."""
    return drawn_row(
        Row(
            reader_language=active_language(),
            pk=proposal.pk,
            title=text_of(proposal, "title"),
            problem=text_of(proposal, "problem"),
            stage=proposal.stage,
            illustrative=proposal.illustrative,
            field=proposal.field.name if proposal.field else "",
            area=proposal.area.name if proposal.area else "",
            published_on=day_of(proposal.published_at or proposal.changed_at),
            supports=proposal.support_count,  # type: ignore[attr-defined]
            comments=proposal.comment_count,  # type: ignore[attr-defined]
        )
    )


@register.simple_tag(takes_context=True)
def talk(context: dict[str, Any]) -> SafeString:
    """One page of comments, each with its answers."""
    reader, is_open, editable_since = context["user"].pk, context["open"], context["editable_since"]

    def seen(comment: Comment, answers: tuple[Said, ...] = ()) -> Said:
        own = reader is not None and comment.author_id == reader
        return said(
            comment,
            answers=answers,
            may_answer=is_open and comment.parent_id is None,
            may_change=own and comment.at > editable_since,
            may_report=not own,
        )

    comments: Iterable[Comment] = context["comments"]
    return SafeString(
        "".join(drawn_comment(seen(each, tuple(seen(answer) for answer in each.answers.all()))) for each in comments)
    )


@register.simple_tag
def quoted(comment: Comment) -> SafeString:
    """One comment that stands alone and offers nothing to press."""
    return drawn_comment(said(comment, quoted=True))


def said(comment: Comment, **more: Any) -> Said:
    return Said(
        reader_language=active_language(),
        pk=comment.pk,
        hidden=comment.hidden_at is not None,
        author=str(comment.author) if comment.author else "",
        by_city_staff=comment.by_city_staff,
        kind=comment.kind,
        at=day_of(comment.at),
        changed=comment.edited_at is not None,
        body=text_of(comment, "body"),
        **more,
    )


@lru_cache(maxsize=KEPT)
def drawn_row(row: Row) -> SafeString:
    return render_to_string("proposals/_row.html", {"row": row})


@lru_cache(maxsize=KEPT)
def drawn_comment(comment: Said) -> SafeString:
    return render_to_string("proposals/_comment.html", {"said": comment})


def text_of(obj: Proposal | Comment, name: str) -> Text:
    language = shown_language(obj, name)
    return Text(getattr(obj, f"{name}_{language}"), language)


def day_of(at: datetime) -> date:
    return timezone.localtime(at).date()
