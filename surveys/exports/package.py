"""The description of a Frictionless data package (datapackage.json), version 2 of the standard."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.exports.protocol import Protocol
from surveys.exports.variables import Variable
from surveys.reports.pack import CODEBOOK
from surveys.words import REASONS


@dataclass(frozen=True)
class Resource:
    """One CSV file of the package."""

    name: str
    fields: Sequence[Mapping[str, Any]]
    bytes: int
    hash: str
    primary_key: str = ""

    def told(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"fields": list(self.fields), "missingValues": [""]}
        if self.primary_key:
            schema["primaryKey"] = [self.primary_key]
        return {
            "name": self.name,
            "type": "table",
            "path": f"{self.name}.csv",
            "scheme": "file",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": self.bytes,
            "hash": f"sha256:{self.hash}",
            "schema": schema,
        }


def description(protocol: Protocol, resources: Iterable[Resource]) -> str:
    told = protocol.told
    document = {
        "name": f"{told['pilot']}-wave-{told['wave']}-{told['level']}",
        "title": f"{told['title_ko']}: {told['wave']}번째 조사",
        "description": f"{told['title_en'] or told['title_ko']}: wave {told['wave']}. {told['level_en']}",
        "created": told["made_at"],
        "licenses": [told["licence"]],
        "sources": [{"title": told["source"] or "Living Lab"}],
        "resources": [resource.told() for resource in resources],
        "livinglab": dict(told),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def fields_of_rows(variables: Iterable[Variable]) -> list[dict[str, Any]]:
    """Of a file about people: codes as an enumeration with their words, missing codes beside the empty cell."""
    found = []
    for variable in variables:
        field: dict[str, Any] = {
            "name": variable.name,
            "type": "string" if variable.is_text else "integer",
            "title": variable.label["ko"],
            "description": variable.label["en"],
        }
        if variable.values:
            field["constraints"] = {"enum": list(variable.values)}
            field["categories"] = [{"value": code, "label": words["ko"]} for code, words in variable.values.items()]
        if variable.missing:
            field["missingValues"] = ["", *map(str, variable.missing)]
        found.append(field)
    return found


def fields_of_table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    """Of a released table. A column with text in it is text throughout, any other holds numbers."""
    words = {name: (english, korean) for name, english, korean in CODEBOOK}
    found = []
    for place, name in enumerate(head):
        english, korean = words[name]
        is_text = name == "reason" or any(isinstance(row[place], str) for row in rows)
        field: dict[str, Any] = {
            "name": name,
            "type": "string" if is_text else "number",
            "title": korean,
            "description": english,
        }
        if name == "reason":
            field["constraints"] = {"enum": sorted(REASONS)}
        found.append(field)
    return found
