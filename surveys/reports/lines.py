"""A written report line by line, in the order in which it is read: what somebody reads who has no PDF."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from surveys.reports.blocks import Block

BETWEEN_CELLS = " | "
HANGUL = re.compile("[가-힣]")
# Three English words are a sentence; codes, names and units are of no language.
ENGLISH = re.compile("[A-Za-z’']+ [A-Za-z’']+ [A-Za-z’']+")


def lines_of(report: dict[str, Any]) -> Iterator[str]:
    """Every word of the report, each paragraph and each row of a table in one line."""
    for line in _whole(report):
        yield " ".join(line.split())


def language_of(words: str, language: str) -> str:
    """Of words in a report in ``language``: the other language where they are in it, as ``report.typ`` sees it, too."""
    if language != "ko":
        return "ko" if HANGUL.search(words) else language
    return "en" if ENGLISH.search(words) and not HANGUL.search(words) else language


def _whole(report: dict[str, Any]) -> Iterator[str]:
    answer = report["answer"]
    yield report["title"]
    yield report["subtitle"]
    for words in (report["illustrative"], report["imported"]):
        if words:
            yield words
    yield report["words"]["summary"]
    yield from (answer["label"], answer["verdict"], *answer["reasons"])
    yield from (f"{name}: {words}" for name, words in answer["facts"])
    if answer["picture"]:
        yield from _lines(answer["picture"])
    yield from (f"{name}: {words}" for name, words in answer["sentences"])
    yield report["words"]["limits"]
    yield from answer["limits"]
    if report["foreword"]:
        yield report["foreword"]["title"]
        for block in report["foreword"]["blocks"]:
            yield from _lines(block)
    for part in report["chapters"]:
        yield part["title"]
        for block in part["blocks"]:
            yield from _lines(block)


def _lines(block: Block) -> Iterator[str]:
    kind = block["kind"]
    if kind == "heading":
        yield block["text"]
    elif kind == "text":
        yield from block["paragraphs"]
    elif kind == "bullets":
        yield from block["items"]
    elif kind == "facts":
        yield from (BETWEEN_CELLS.join(pair) for pair in block["pairs"])
    elif kind == "table":
        yield f"{block['label']}. {block['caption']}"
        yield BETWEEN_CELLS.join(block["head"])
        yield from (BETWEEN_CELLS.join(row) for row in block["rows"])
        if block["note"]:
            yield block["note"]
    elif kind == "picture":
        yield f"{block['label']}. {block['caption']}"
        yield block["alt"]
    elif kind == "quotes":
        yield from (f"“{one['text']}”" for one in block["said"])
    elif kind == "document":
        yield block["text"]


# From the name of a chart to its drawings: ``svg``, and ``narrow`` for a phone, which old reports have not.
Charts = Mapping[str, Mapping[str, str]]


def page_of(report: dict[str, Any], charts: Charts, *, first: bool) -> dict[str, Any]:
    """A written report with its charts, and with the addresses it has on a page that may hold it in two languages."""
    prefix = "" if first else f"{report['language']}-"
    told = dict(report)
    told["anchor"] = f"{prefix}summary"
    told["chapters"] = [
        chapter
        | {
            "anchor": prefix + chapter["anchor"],
            "blocks": [_on_page(block, charts, prefix) for block in chapter["blocks"]],
        }
        for chapter in report["chapters"]
    ]
    picture = report["answer"]["picture"]
    told["answer"] = report["answer"] | {"picture": picture and _on_page(picture, charts, prefix)}
    if report["foreword"]:
        told["foreword"] = report["foreword"] | {"anchor": f"{prefix}foreword"}
    return told


def _on_page(block: Block, charts: Charts, prefix: str) -> Block:
    told = dict(block)
    if "anchor" in block:
        told["anchor"] = prefix + block["anchor"]
    if block["kind"] == "picture":
        told |= charts[block["file"]]
    return told
