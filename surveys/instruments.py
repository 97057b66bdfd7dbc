"""Question banks: documents in ``surveys/banks`` and elsewhere, locked when they are loaded, verified when used."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from livinglab.bilingual import active_language
from surveys.bank_schema import Bank, check
from surveys.errors import BrokenInstrument, ChangedInstrument, ClashingBanks, DisabledInstrument
from surveys.models import BankPermission, Instrument

BANKS = Path(__file__).parent / "banks"
# What the columns of a locked bank hold.
LONGEST_NAME, LONGEST_VERSION = 60, 20
# Parts of a put-together bank that are gathered from all its banks.
GATHERED_LISTS = ("pairs", "bands", "warnings")
GATHERED_SCORES = ("constructs", "methods")


def canonical(document: Any) -> str:
    """The one way to write a document down, so that equal documents have equal hashes."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(document: Any) -> str:
    return sha256(canonical(document).encode()).hexdigest()


def read_bank(path: Path) -> Bank:
    """A bank from its file.

    Raises WrongBank, with the line of every problem, where it does not follow the schema.
    """
    return check(path.read_text(encoding="utf-8"), path.name).bank


@lru_cache
def catalogue() -> Mapping[str, Bank]:
    """The banks of the program, those that are only described included."""
    return {bank["id"]: bank for bank in map(read_bank, sorted(BANKS.glob("*.yaml")))}


def load_instrument(document: Bank, *, at: datetime, by: Person | None = None) -> Instrument:
    """Lock a bank. Safe to repeat; refuses another text under a version that was loaded before."""
    bank, version = str(document["id"]), str(document["version"])
    instrument, _created = Instrument.objects.get_or_create(
        bank=bank,
        version=version,
        defaults={"document": document, "hash": hash_of(document), "loaded_at": at, "loaded_by": by},
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


def verified(instrument: Instrument) -> Instrument:
    """The instrument, if its text is still the one that was locked; to be asked wherever answers are shaped by it."""
    if hash_of(instrument.document) != instrument.hash:
        raise BrokenInstrument(
            _("The stored text of %(bank)s is not the one that was loaded. Nothing is asked or scored with it.")
            % {"bank": instrument}
        )
    return instrument


def newest(bank: str) -> Instrument:
    """The newest loaded version of a bank, verified. Raises Instrument.DoesNotExist where none was loaded."""
    found = Instrument.objects.filter(bank=bank)
    newest_first = sorted(found, key=lambda instrument: (len(instrument.version), instrument.version), reverse=True)
    if not newest_first:
        raise Instrument.DoesNotExist(f"bank {bank} is not loaded; run manage.py load_instruments")
    return verified(newest_first[0])


def in_language(text: Mapping[str, str], language: str | None = None) -> str:
    """The text in the reader's language, or in the other where it has none."""
    wished = language or active_language()
    return text.get(wished) or text.get("ko") or text.get("en") or ""


# What may be asked, and what may be shown


def has_permission(bank: str) -> bool:
    return BankPermission.objects.filter(bank=bank).exists()


def refuse_if_disabled(document: Bank) -> None:
    """Raise DisabledInstrument, with the reason for the person, where a bank cannot be asked of participants."""
    title = title_of(document)
    if document.get("asked_of") == "evaluators":
        raise DisabledInstrument(_("%(title)s is rated by evaluators; participants are not asked.") % {"title": title})
    if document.get("enabled") is False:
        because = in_language(document["disabled_because"])
        raise DisabledInstrument(_("%(title)s cannot be asked. %(because)s") % {"title": title, "because": because})
    if "fills" in document and not has_permission(document["fills"]):
        raise DisabledInstrument(_("%(title)s cannot be asked: no permission is recorded for it.") % {"title": title})


def city_banks() -> list[Instrument]:
    """The newest version of each bank that the city loaded for itself and may ask, by title."""
    loaded = Instrument.objects.exclude(bank__in=catalogue()).exclude(surveys__pilot__imported=True)
    found: dict[str, Instrument] = {}
    for instrument in sorted(loaded, key=lambda instrument: (len(instrument.version), instrument.version)):
        if "parts" not in instrument.document:
            found[instrument.bank] = instrument
    return sorted(found.values(), key=lambda instrument: title_of(instrument.document))


def tells_acceptance(document: Bank) -> bool:
    """Whether a survey with this bank alone can say who accepts the service."""
    return "accept" in document["scoring"].get("outcomes", {})


def title_of(document: Bank) -> str:
    return in_language(document["title"])


def needs_permission(document: Bank) -> bool:
    return bool(document["licence"].get("needs_permission"))


def holder_of_wording(document: Bank, code: str) -> str:
    """Who has to be asked before an item is shown word by word; empty where anybody may read it."""
    for part in document.get("parts", [document]):
        if code in part.get("codes", [code]):
            return "" if part["licence"]["may_ship"] else str(part["licence"]["holder"])
    return ""


def choices_of(item: Mapping[str, Any], scale: Mapping[str, Any]) -> tuple[tuple[int, dict[str, str]], ...]:
    """The points of an item's scale with their words; an item with poles has its own at both ends."""
    points = [(point["value"], point["label"]) for point in scale["points"]]
    if poles := item.get("poles"):
        points[0], points[-1] = (points[0][0], poles["left"]), (points[-1][0], poles["right"])
    return tuple(points)


# Several banks in one survey


def put_together(main: Instrument, extras: Sequence[Instrument], *, at: datetime) -> Instrument:
    """One locked bank of several, asked one after another; the first decides what acceptance is.

    Raises ClashingBanks where two of them ask an item, or score a construct, of the same name.
    """
    if not extras:
        return main
    banks = [main, *extras]
    name, version = ("+".join(getattr(instrument, part) for instrument in banks) for part in ("bank", "version"))
    if len(name) > LONGEST_NAME or len(version) > LONGEST_VERSION:
        raise ClashingBanks(_("These are too many banks for one survey."))
    documents = [verified(instrument).document for instrument in banks]
    for kind, names in (
        ("items", [item["code"] for document in documents for item in document["items"]]),
        ("constructs", [name for document in documents for name in document["scoring"].get("constructs", {})]),
    ):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ClashingBanks(
                _("Two of the banks ask %(names)s. Choose one of them.") % {"names": ", ".join(twice)}
                if kind == "items"
                else _("Two of the banks have a score %(names)s. Choose one of them.") % {"names": ", ".join(twice)}
            )
    languages = [
        language
        for language in documents[0]["languages"]
        if all(language in document["languages"] for document in documents)
    ]
    first = documents[0]
    document: Bank = {
        "id": name,
        "version": version,
        "languages": languages or first["languages"],
        "status": first["status"],
        "title": {
            language: " + ".join(document["title"].get(language) or title_of(document) for document in documents)
            for language in first["languages"]
        },
        "licence": {
            "holder": "; ".join(dict.fromkeys(document["licence"]["holder"] for document in documents)),
            "terms": "; ".join(dict.fromkeys(document["licence"]["terms"] for document in documents)),
            "may_ship": all(document["licence"]["may_ship"] for document in documents),
        },
        "parts": [
            {
                "bank": instrument.bank,
                "version": instrument.version,
                "hash": instrument.hash,
                "codes": [item["code"] for item in instrument.document["items"]],
                "licence": instrument.document["licence"],
            }
            for instrument in banks
        ],
        "scales": {f"{bank['id']} {scale}": points for bank in documents for scale, points in bank["scales"].items()},
        "blocks": [block for document in documents for block in document["blocks"]],
        "items": [item | {"scale": f"{bank['id']} {item['scale']}"} for bank in documents for item in bank["items"]],
        "scoring": first["scoring"]
        | {
            part: {name: score for document in documents for name, score in document["scoring"].get(part, {}).items()}
            for part in GATHERED_SCORES
        }
        | {
            "high_means_concern": [
                name for document in documents for name in document["scoring"].get("high_means_concern", [])
            ]
        },
    }
    for part in GATHERED_LISTS:
        document[part] = [entry for bank in documents for entry in bank.get(part, [])]
    return load_instrument(document, at=at)
