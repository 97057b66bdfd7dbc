"""Question banks: documents in ``surveys/banks`` and elsewhere, checked and locked when they are loaded."""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from surveys.errors import ChangedInstrument
from surveys.models import Instrument

# The C parser, where the wheel brings it, is forty times faster.
SAFE_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
BANKS = Path(__file__).parent / "banks"
# Answers that are none: they must not be points of a scale.
MISSING = (97, 98, 99)
KEYS = {"id", "version", "languages", "status", "title", "licence", "scales", "blocks", "items", "scoring"}
MAY_HAVE = KEYS | {"pairs", "questions", "source", "notes"}
STATUSES = ("own", "validated", "translated-unvalidated")


class WrongBank(ValueError):
    """A bank that does not follow surveys/banks/README.md; the message says where."""


def canonical(document: Any) -> str:
    """The one way to write a document down, so that equal documents have equal hashes."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(document: Any) -> str:
    return sha256(canonical(document).encode()).hexdigest()


def read_bank(path: Path) -> dict[str, Any]:
    """A bank from its file.

    Raises WrongBank where it does not follow the schema.
    """
    try:
        bank = yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)
    except yaml.YAMLError as error:
        raise WrongBank(f"{path.name}: {error}") from error
    if not isinstance(bank, dict):
        raise WrongBank(f"{path.name}: is no mapping")
    for complaint in complaints(bank):
        raise WrongBank(f"{path.name}: {complaint}")
    return bank


def complaints(bank: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a bank, most basic first."""
    if missing := KEYS - bank.keys():
        yield f"lacks {', '.join(sorted(missing))}"
        return
    if unknown := bank.keys() - MAY_HAVE:
        yield f"has unknown keys {', '.join(sorted(unknown))}"
    if bank["status"] not in STATUSES:
        yield f"status {bank['status']} is none of {', '.join(STATUSES)}"
    if lacking := {"holder", "terms", "may_ship"} - bank["licence"].keys():
        yield f"licence lacks {', '.join(sorted(lacking))}"
    for name, scale in bank["scales"].items():
        values = [point["value"] for point in scale["points"]]
        if values != list(range(scale["low"], scale["high"] + 1)):
            yield f"scale {name} has points {values}, not {scale['low']} to {scale['high']}"
        if scale["high"] >= min(MISSING):
            yield f"scale {name} runs into the codes for missing answers"
    codes = [item["code"] for item in bank["items"]]
    slots = [slot["code"] for slot in bank.get("questions", {}).get("slots", [])]
    if len(set(codes + slots)) < len(codes + slots):
        yield "codes repeat"
    for item in bank["items"]:
        if item.get("scale") not in bank["scales"]:
            yield f"item {item['code']} has the unknown scale {item.get('scale')}"
    shown = [code for block in bank["blocks"] for code in block["items"]]
    if sorted(shown) != sorted(codes + slots):
        yield "blocks do not show every item and question once"
    for where, text in texts(bank):
        if lacking := [language for language in bank["languages"] if not str(text.get(language, "")).strip()]:
            yield f"{where} has no text in {', '.join(lacking)}"
    scored = [code for score in bank["scoring"].get("constructs", {}).values() for code in score["items"]]
    scored += [code for outcome in bank["scoring"].get("outcomes", {}).values() for code in outcome["items"]]
    scored += [code for pair in bank.get("pairs", []) for code in pair]
    if unknown := set(scored) - set(codes):
        yield f"scoring and pairs name unknown items {', '.join(sorted(unknown))}"


def texts(value: Any, where: str = "bank") -> Iterator[tuple[str, dict[str, str]]]:
    """Every text of a document with the place where it stands."""
    if isinstance(value, dict):
        if "ko" in value or "en" in value:
            yield where, value
        else:
            for key, inner in value.items():
                yield from texts(inner, str(value.get("code", key) if key == "text" else key))
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, where)


def load_instrument(document: dict[str, Any], *, at: datetime) -> Instrument:
    """Lock a bank. Safe to repeat; refuses another text under a version that was loaded before."""
    bank, version = str(document["id"]), str(document["version"])
    instrument, _created = Instrument.objects.get_or_create(
        bank=bank,
        version=version,
        defaults={"document": document, "hash": hash_of(document), "loaded_at": at},
    )
    if instrument.hash != hash_of(document):
        raise ChangedInstrument(
            _("%(bank)s version %(version)s was loaded with another text. Give the changed text a new version.")
            % {"bank": bank, "version": version}
        )
    return instrument


def load_instruments(folder: Path = BANKS, *, at: datetime) -> list[Instrument]:
    """Lock every bank of a folder."""
    return [load_instrument(read_bank(path), at=at) for path in sorted(folder.glob("*.yaml"))]


def newest(bank: str) -> Instrument:
    """The newest loaded version of a bank. Raises Instrument.DoesNotExist where none was loaded."""
    found = Instrument.objects.filter(bank=bank)
    newest_first = sorted(found, key=lambda instrument: (len(instrument.version), instrument.version), reverse=True)
    if not newest_first:
        raise Instrument.DoesNotExist(f"bank {bank} is not loaded; run manage.py load_instruments")
    return newest_first[0]
