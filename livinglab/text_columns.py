"""Columns that hold what people wrote: the database refuses what ``livinglab.text`` would not have left there."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import and_
from typing import Any

from django.apps.registry import Apps
from django.db.models import BooleanField, CheckConstraint, F, Func, Model, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from livinglab.bilingual import LANGUAGES
from livinglab.text import clean_line, clean_text

# Regular expressions as PostgreSQL reads them. Controls but the line end, blanks that are levelled, and what is
# invisible everywhere; what an emoji or a script may need (joiners, selectors of variants, tags) passes.
NEVER_KEPT = (
    r"[\u0001-\u0009\u000b-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2007\u200b\u200e\u200f"
    r"\u2028-\u202f\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]"
)
BLANK = r"[ \u1680\u2000-\u200a\u205f\u3000]"
STRAY_BLANKS_OF_TEXT = rf"^({BLANK}|\n)|({BLANK}|\n)$|{BLANK}\n"
STRAY_BLANKS_OF_LINE = rf"^{BLANK}|{BLANK}$|{BLANK}{BLANK}|\n"


class IsComposed(Func):
    """Whether a text is in the normal form C."""

    output_field = BooleanField()
    arity = 1
    template = "(%(expressions)s IS NFC NORMALIZED)"


def is_clean(column: str, stray_blanks: str) -> Q:
    """Whether what stands in a column is clean, as far as a database can tell."""
    refused = [Q(**{f"{column}__regex": characters}) for characters in (NEVER_KEPT, stray_blanks)]
    return Q(IsComposed(F(column))) & ~refused[0] & ~refused[1]


def clean_texts(
    name: str,
    *,
    lines: Iterable[str] = (),
    texts: Mapping[str, int] | None = None,
    bilingual_lines: Iterable[str] = (),
    bilingual: Mapping[str, int] | None = None,
) -> CheckConstraint:
    """The constraint of a table: these columns hold clean lines, these clean texts of at most so many code points.

    A bilingual text has the two columns ``…_ko`` and ``…_en``. A column of lines has its length by its type.
    """
    of_lines = [*lines, *(f"{text}_{language}" for text in bilingual_lines for language in LANGUAGES)]
    of_texts = {f"{text}_{language}": most for text, most in (bilingual or {}).items() for language in LANGUAGES}
    conditions = [is_clean(column, STRAY_BLANKS_OF_LINE) for column in of_lines]
    for column, longest in {**(texts or {}), **of_texts}.items():
        conditions += [is_clean(column, STRAY_BLANKS_OF_TEXT), Q(LessThanOrEqual(Length(column), longest))]
    return CheckConstraint(condition=reduce(and_, conditions), name=name)


def clean_stored(apps: Apps, label: str, *, lines: Iterable[str] = (), texts: Iterable[str] = ()) -> None:
    """For migrations: rewrite what is stored in these columns as it would be kept today."""
    model: type[Model] = apps.get_model(label)
    clean: dict[str, Any] = dict.fromkeys(lines, clean_line) | dict.fromkeys(texts, clean_text)
    for row in model._default_manager.only(*clean).iterator():
        changed = [name for name, by in clean.items() if (text := getattr(row, name)) and by(text) != text]
        for name in changed:
            setattr(row, name, clean[name](getattr(row, name)))
        if changed:
            row.save(update_fields=changed)
