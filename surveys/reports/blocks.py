"""The plain data a report is made of; ``report.typ`` lays them out and knows nothing of surveys."""

from collections.abc import Iterable, Sequence
from typing import Any

Block = dict[str, Any]


def chapter(anchor: str, title: str, blocks: Iterable[Block]) -> Block:
    """A part of a report; ``anchor`` is its address in the page and in the PDF."""
    return {"anchor": anchor, "title": title, "blocks": list(blocks)}


def heading(words: str) -> Block:
    return {"kind": "heading", "text": words}


def text(words: str) -> Block:
    """A paragraph; empty lines in it part paragraphs."""
    return {"kind": "text", "paragraphs": [part.strip() for part in words.splitlines() if part.strip()]}


def bullets(items: Iterable[str]) -> Block:
    return {"kind": "bullets", "items": list(items)}


def facts(pairs: Iterable[tuple[str, str]]) -> Block:
    """Names with what they are, as a table of two columns without a caption."""
    return {"kind": "facts", "pairs": [list(pair) for pair in pairs]}


def table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    words: int = 1,
    note: str = "",
    widths: Sequence[float] = (),
) -> Block:
    """A numbered table. The first ``words`` columns are text, the rest numbers.

    ``widths`` say how wide columns are beside each other, 0 as wide as their words.
    """
    return {
        "kind": "table",
        "caption": caption,
        "head": list(head),
        "rows": [list(row) for row in rows],
        "words": words,
        "note": note,
        "widths": list(widths),
    }


def picture(name: str, *, alt: str, caption: str) -> Block:
    """A numbered figure; ``name`` is the key of its SVG, ``alt`` says what there is to see."""
    return {"kind": "picture", "file": f"{name}.svg", "alt": alt, "caption": caption}


def quotes(said: Iterable[tuple[str, str]]) -> Block:
    """What people wrote, each in the language she wrote in: pairs of words and language."""
    return {"kind": "quotes", "said": [{"text": words, "language": language} for words, language in said]}


def document(words: str) -> Block:
    """A document printed as it stands, in small type."""
    return {"kind": "document", "text": words}
