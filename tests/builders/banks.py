"""Banks as a city would bring them: one of its own, and the wording of a described one, made up for the tests."""

import json
from datetime import date
from typing import Any

import yaml
from django.utils import timezone

from livinglab.accounts.models import Person
from surveys.actions.banks import load_bank, record_permission, text_to_fill
from surveys.instruments import catalogue
from surveys.models import BankPermission, Instrument

SECRET = "Made-up wording"


def own_bank(**changes: Any) -> dict[str, Any]:
    """Three questions from which acceptance follows, and one besides."""
    point = {1: ("아니요", "No"), 2: ("모름", "Unsure"), 3: ("보통", "Neither"), 4: ("예", "Yes"), 5: ("꼭", "Surely")}
    items = [("QA1", "QA"), ("QA2", "QA"), ("QA3", "QA"), ("QB", "QB")]
    return {
        "id": "city-own",
        "version": 1,
        "languages": ["ko", "en"],
        "status": "own",
        "title": {"ko": "시 설문", "en": "Survey of the city"},
        "licence": {"holder": "A publisher", "terms": "Contract", "may_ship": False, "permission_ref": "2027-17"},
        "scales": {
            "agree": {
                "low": 1,
                "high": 5,
                "points": [{"value": value, "label": {"ko": ko, "en": en}} for value, (ko, en) in point.items()],
            }
        },
        "blocks": [{"id": "all", "title": {"ko": "모두", "en": "All"}, "items": [code for code, _construct in items]}],
        "items": [
            {
                "code": code,
                "construct": construct,
                "scale": "agree",
                "topic": {"ko": f"{code}의 주제", "en": f"topic of {code}"},
                "text": {"ko": f"지어낸 문항 {code}", "en": f"{SECRET} {code}"},
            }
            for code, construct in items
        ],
        "scoring": {
            "constructs": {
                "QA": {"name": {"ko": "받아들임", "en": "Accepting"}, "items": ["QA1", "QA2", "QA3"]},
                "QB": {"name": {"ko": "더", "en": "More"}, "items": ["QB"]},
            },
            "outcomes": {"accept": {"items": ["QA1", "QA2", "QA3"], "at_least": 4, "minimum_answered": 2}},
        },
    } | changes


def permitted(bank: str, by: Person) -> BankPermission:
    return record_permission(
        bank,
        given_by="The holder",
        given_on=date(2027, 3, 2),
        reference="Letter 2027-41",
        by=by,
        at=timezone.now(),
    )


def filled(bank: str) -> str:
    """The text that the page gives for a described bank, with made-up words where the wording belongs."""

    def worded(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: worded(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [worded(inner) for inner in value]
        return SECRET if value == "" else value

    return yaml.safe_dump(worded(yaml.safe_load(text_to_fill(catalogue()[bank], "Letter 2027-41"))), allow_unicode=True)


def loaded(document: dict[str, Any] | str) -> Instrument:
    return load_bank(document if isinstance(document, str) else text_of(document), at=timezone.now())


def text_of(document: dict[str, Any]) -> str:
    """As YAML; what stands in it twice is written out twice."""
    return yaml.safe_dump(json.loads(json.dumps(document)), allow_unicode=True, sort_keys=False)
