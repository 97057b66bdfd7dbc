"""Question banks that a city brings itself: checked, permitted, loaded. None of it changes what was asked before."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from surveys.bank_schema import Bank, Place, Problem, Text, WrongBank, check
from surveys.errors import ChangedInstrument, NoPermission, TakenBank
from surveys.instruments import catalogue, has_permission, hash_of, load_instrument, needs_permission
from surveys.models import BankPermission, Instrument

# Asked in every wave beside whatever bank was chosen.
ALWAYS_ASKED = ("sl", "comprehension")
ON_A_SCREEN = 4


def check_bank(text: str, name: str = "") -> Bank:
    """A bank that the city may load, from its text; nothing is stored.

    Raises WrongBank with every problem and its line; TakenBank, NoPermission or ChangedInstrument where the text is
    right and the bank is refused all the same.
    """
    found = check(text, name)
    problems = [Problem(found.line_of(path), sentence) for path, sentence in _not_for_a_city(found)]
    if problems:
        raise WrongBank(problems, name)
    bank = found.bank
    if bank["id"] in catalogue():
        raise TakenBank(
            _("The name %(bank)s belongs to a bank of the program. Take another, such as %(other)s.")
            % {"bank": bank["id"], "other": f"{bank['id']}-city"}
        )
    if "fills" in bank and not has_permission(bank["fills"]):
        raise NoPermission(
            _("Record the permission for %(bank)s first: who gave it, when, and where it is written.")
            % {"bank": bank["fills"]}
        )
    loaded = Instrument.objects.filter(bank=bank["id"], version=str(bank["version"])).first()
    if loaded is not None and loaded.hash != hash_of(bank):
        raise ChangedInstrument(
            _("%(bank)s version %(version)s was loaded with another text. Give the changed text a new version.")
            % {"bank": loaded.bank, "version": loaded.version}
        )
    return bank


@transaction.atomic
def load_bank(text: str, *, at: datetime, by: Person | None = None, name: str = "") -> Instrument:
    """Check a bank of the city and lock it. Safe to repeat."""
    return load_instrument(check_bank(text, name), at=at, by=by)


@transaction.atomic
def record_permission(
    bank: str, *, given_by: str, given_on: date, reference: str, by: Person, at: datetime
) -> BankPermission:
    """Write down who let the city ask a bank of the catalogue. A second permission stands beside the first."""
    if bank not in catalogue() or not needs_permission(catalogue()[bank]):
        raise NoPermission(_("%(bank)s needs no permission.") % {"bank": bank})
    return BankPermission.objects.create(
        bank=bank, given_by=given_by, given_on=given_on, reference=reference, recorded_by=by, recorded_at=at
    )


def text_to_fill(entry: Bank, reference: str = "") -> str:
    """A bank to begin with for a described one: codes, signs and scoring are there, the wording is left open."""
    empty = {language: "" for language in entry["languages"]}
    boxes = any("topic" not in item for item in entry["items"]) or not entry["items"]
    codes = [item["code"] for item in entry["items"]]
    document: dict[str, Any] = {
        "id": f"{entry['id']}-city",
        "version": 1,
        "fills": entry["id"],
        "languages": list(entry["languages"]),
        "status": entry["status"],
        "title": dict(entry["title"]),
        "licence": {
            "holder": entry["licence"]["holder"],
            "terms": entry["licence"]["terms"],
            "permission_ref": reference,
            "may_ship": False,
        },
        "scales": {
            name: {
                "low": scale["low"],
                "high": scale["high"],
                "points": [
                    {"value": value, "label": dict.fromkeys(entry["languages"], str(value) if boxes else "")}
                    for value in range(scale["low"], scale["high"] + 1)
                ],
            }
            for name, scale in entry["scales"].items()
        },
        "blocks": [
            {"id": f"part{number}", "title": dict(entry["title"]), "items": codes[start : start + ON_A_SCREEN]}
            for number, start in enumerate(range(0, len(codes), ON_A_SCREEN), start=1)
        ],
        "items": [
            item | {"text": dict(empty)} | ({"poles": {"left": dict(empty), "right": dict(empty)}} if boxes else {})
            for item in entry["items"]
        ],
        "scoring": {
            "constructs": {
                name: {key: value for key, value in construct.items() if key != "number_of_items"}
                for name, construct in entry["scoring"]["constructs"].items()
            },
            "methods": entry["scoring"]["methods"],
        },
        "bands": entry.get("bands", []),
        "warnings": entry.get("warnings", []),
    }
    return yaml.dump(document, Dumper=_NoAliases, allow_unicode=True, sort_keys=False, width=120)


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _not_for_a_city(found: Text) -> Iterator[tuple[Place, str]]:
    """What a bank of a city must not say, beyond what no bank may."""
    bank = found.bank
    if bank.get("enabled") is False:
        yield ("enabled",), _("Only the program describes banks without their wording.")
    if "questions" in bank:
        yield ("questions",), _("Questions of understanding belong to a pilot, not to a bank of the city.")
    if bank.get("asked_of") == "evaluators":
        yield ("asked_of",), _("A bank of the city is asked of participants.")
    taken = {item["code"] for name in ALWAYS_ASKED for item in catalogue()[name]["items"]}
    taken |= {slot["code"] for slot in catalogue()["comprehension"]["questions"]["slots"]}
    for place, item in enumerate(bank["items"]):
        if item["code"] in taken:
            yield (
                ("items", place, "code"),
                _("%(code)s is asked in every survey already; take another code.") % {"code": item["code"]},
            )
    if "fills" in bank:
        entry = catalogue().get(bank["fills"])
        if entry is None or entry.get("enabled") is not False:
            yield ("fills",), _("The catalogue describes no bank %(bank)s.") % {"bank": bank["fills"]}
        else:
            yield from _differences(bank, entry)


def _differences(bank: Bank, entry: Bank) -> Iterator[tuple[Place, str]]:
    """Where a filled-in bank is not the instrument that the catalogue describes: its figures would be no longer."""
    if entry["items"] and [item["code"] for item in bank["items"]] != [item["code"] for item in entry["items"]]:
        yield (
            ("items",),
            _("The items must be %(codes)s, in this order.")
            % {"codes": ", ".join(item["code"] for item in entry["items"])},
        )
        return
    for place, described in enumerate(entry["items"]):
        item = bank["items"][place]
        if item.get("reverse", False) != described["reverse"]:
            yield (
                ("items", place, "reverse" if "reverse" in item else "code"),
                _("item %(code)s must say reverse: %(reverse)s.")
                % {"code": item["code"], "reverse": str(described["reverse"]).lower()},
            )
    constructs = bank["scoring"].get("constructs", {})
    for name, construct in entry["scoring"]["constructs"].items():
        where: Place = ("scoring", "constructs", name)
        items = constructs.get(name, {}).get("items", [])
        if construct["items"] and items != construct["items"]:
            yield (
                where,
                _("%(name)s must be scored from %(codes)s.")
                % {
                    "name": name,
                    "codes": ", ".join(construct["items"]),
                },
            )
        elif len(items) != construct.get("number_of_items", len(items)):
            yield (
                where,
                _("%(name)s must be scored from %(count)s items.")
                % {
                    "name": name,
                    "count": construct["number_of_items"],
                },
            )
    if bank["scoring"].get("methods") != entry["scoring"]["methods"]:
        yield ("scoring", "methods"), _("methods must stand as in the catalogue.")
