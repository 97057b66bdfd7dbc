"""The Korean catalogue: collected from code and templates, compared, compiled. No gettext programs needed.

Texts in code are English; ``locale/ko`` holds the Korean. English needs no catalogue.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from livinglab.env import BASE_DIR

PO = BASE_DIR / "locale" / "ko" / "LC_MESSAGES" / "django.po"
PACKAGES = ("livinglab", "proposals", "pilots", "surveys", "feedback")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
    "gettext_noop": None,
}
# A date would change with every run and say nothing.
FOR_EVER = datetime(2026, 1, 1, tzinfo=UTC)
Key = tuple[str | None, str | tuple[str, ...]]


def sources() -> Iterator[tuple[Path, bytes]]:
    for package in PACKAGES:
        for path in sorted((BASE_DIR / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_bytes()
    for path in sorted((BASE_DIR / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            # It is read as Python, where a template's indentation could be an error.
            yield path, "\n".join(line.lstrip() for line in source.splitlines()).encode()


def texts() -> dict[Key, list[str]]:
    """Every translatable text, as (context, msgid or (singular, plural)), with the files it stands in."""
    found: dict[Key, list[str]] = {}
    for path, source in sources():
        for _line, message, _comments, context in extract("python", io.BytesIO(source), keywords=KEYWORDS):
            key = (context, message if isinstance(message, str) else tuple(message))
            files = found.setdefault(key, [])
            name = path.relative_to(BASE_DIR).as_posix()
            if name not in files:
                files.append(name)
    found.pop((None, ""), None)
    return found


def catalogue() -> Catalog:
    if not PO.exists():
        return Catalog(locale="ko")
    with PO.open("rb") as file:
        return read_po(file, locale="ko")


def update(translations: dict[Key, str | tuple[str, ...]] | None = None) -> None:
    """Bring the catalogue up to what the code says: new texts come in empty, unused ones go, translations stay."""
    old, known = catalogue(), translations or {}
    new = Catalog(locale="ko", header_comment="# Korean texts of Living Lab.", fuzzy=False, creation_date=FOR_EVER)
    new.revision_date = FOR_EVER
    for (context, ids), files in sorted(texts().items(), key=lambda entry: str(entry[0][1])):
        before = old.get(ids if isinstance(ids, str) else ids[0], context)
        string = known.get((context, ids)) or (before.string if before else "")
        new.add(ids, string, locations=[(name, 0) for name in files], context=context)
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, new, width=0, include_lineno=False, omit_header=False)


def compile_catalogue() -> None:
    """Write the file Django reads at run time (not committed)."""
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue())


def problems() -> list[str]:
    """What keeps the catalogue from being complete: untranslated, fuzzy or unused texts, lost placeholders."""
    wanted, found = texts(), []
    have = {(message.context, message.id): message for message in catalogue() if message.id}
    for key in wanted:
        message = have.get(key)
        strings = [] if message is None else [message.string] if isinstance(message.string, str) else message.string
        if not strings or not all(strings):
            found.append(f"untranslated: {key[1]!r} ({', '.join(wanted[key])})")
        elif message is not None and message.fuzzy:
            found.append(f"fuzzy: {key[1]!r}")
    found += [f"unused: {key[1]!r}" for key in have if key not in wanted]
    for message in have.values():
        found += [f"{error}: {message.id!r}" for error in message.check()]
    return found
