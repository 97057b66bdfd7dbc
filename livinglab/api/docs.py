"""The description of the API, for programs and for people."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.settings import api_settings

from livinglab.api.doors import Door
from livinglab.bilingual import active_language

Plain = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


class Schema(SpectacularAPIView):
    """OpenAPI 3.1, as YAML or, with `Accept: application/json`, as JSON."""


@extend_schema(exclude=True)
class Nothing(Door):
    """Whatever has no address of its own."""

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise exceptions.NotFound(_("There is nothing at this address."))


@cache
def description(language: str) -> Plain:
    """The same description that programs get, in the language of the reader."""
    with override(language):
        found: Plain = SchemaGenerator().get_schema(request=None, public=True)
    return found


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Everything on one page, made from the description itself."""
    schema = description(active_language())
    schemas = schema["components"]["schemas"]
    parts: dict[str, list[Plain]] = {}
    for path, operations in schema["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                parts.setdefault(operation["tags"][0], []).append(shown(path, method, operation, schemas))
    objects = [
        {"name": name, "fields": list(fields_of(body))} for name, body in schemas.items() if is_object(name, body)
    ]
    problems = [
        {"status": name.removeprefix("Problem"), "told": response["description"]}
        for name, response in schema["components"]["responses"].items()
    ]
    names = part_names()
    context = {
        "parts": [{"id": tag, "name": names[tag], "operations": parts[tag]} for tag in names],
        "objects": objects,
        "problems": problems,
        "calls_a_minute": {
            who: str(rate).removesuffix("/min") for who, rate in api_settings.DEFAULT_THROTTLE_RATES.items()
        },
        "site_url": settings.SITE_URL,
    }
    return render(request, "api/docs.html", context)


def part_names() -> dict[str, str]:
    return {
        "proposals": _("Proposals"),
        "supports": _("Supports"),
        "comments": _("Comments"),
        "pilots": _("Pilots"),
        "waves": _("Waves and results"),
        "answers": _("Answering"),
        "decisions": _("Decisions"),
        "me": _("Your own"),
        "moderation": _("For moderators"),
        "places": _("Fields and areas"),
    }


def shown(path: str, method: str, operation: Plain, schemas: Plain) -> Plain:
    """One operation as the page tells it."""
    sent = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    body = resolved(sent, schemas) if sent else None
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "told": words_of(operation),
        "open": {} in operation.get("security", [{}]),
        "parameters": [
            {
                "name": parameter["name"],
                "in": parameter["in"],
                "required": parameter.get("required", False),
                "kind": kind_of(parameter["schema"]),
                "told": words_of(parameter),
            }
            for parameter in operation.get("parameters", [])
        ],
        "fields": list(fields_of(body)) if body else [],
        "answers": [
            {"status": status, "object": object_of(response)}
            for status, response in operation["responses"].items()
            if status.startswith("2")
        ],
        "problems": [status for status in operation["responses"] if not status.startswith("2")],
        "curl": curl(path, method, operation, body, schemas),
    }


def resolved(schema: Plain, schemas: Plain) -> Plain:
    """The schema a reference stands for."""
    found: Plain = schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    return found


def is_object(name: str, schema: Plain) -> bool:
    """Objects that answers hold; bodies stand with their operation, and pages of a list are told once."""
    return "properties" in schema and not name.endswith("Request") and not name.startswith("Paginated")


def fields_of(schema: Plain) -> Iterator[Plain]:
    needed = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        yield {
            "name": name,
            "required": name in needed,
            "kind": kind_of(field),
            "object": name_of(field),
            "told": words_of(field),
        }


def words_of(described: Plain) -> str:
    """What a description says, without its marks for code."""
    return str(described.get("description", "")).replace("`", "")


def name_of(schema: Plain) -> str:
    """The object that a field or answer holds, or holds a list of; nothing where it is plain."""
    for place in (schema, schema.get("items", {}), *schema.get("allOf", []), *schema.get("oneOf", [])):
        if "$ref" in place:
            name: str = place["$ref"].rsplit("/", 1)[1]
            return name.removesuffix("Request")
    return ""


def kind_of(schema: Plain) -> str:
    """Type and limits of a value, in the words of JSON Schema."""
    types = schema.get("type", "object")
    said = " | ".join(types) if isinstance(types, list) else str(types)
    if "enum" in schema:
        return ", ".join(json.dumps(value) for value in schema["enum"])
    if said == "array" and not name_of(schema):
        return f"array: {kind_of(schema['items'])}"
    limits = [str(schema[name]) for name in ("format", "pattern") if name in schema]
    if "minimum" in schema or "maximum" in schema:
        limits.append(f"{schema.get('minimum', '')}–{schema.get('maximum', '')}")
    if "maxLength" in schema:
        limits.append(f"≤ {schema['maxLength']}")
    return ", ".join([said, *limits])


def object_of(response: Plain) -> str:
    """The object of an answer; of a list, the object of a row."""
    content = response.get("content", {}).get("application/json", {}).get("schema", {})
    name = name_of(content)
    return name.removeprefix("Paginated").removesuffix("List") if name.startswith("Paginated") else name


def curl(path: str, method: str, operation: Plain, body: Plain | None, schemas: Plain) -> str:
    """A call that can be copied; what stands in capitals is yours to fill in."""
    lines = [f"curl {settings.SITE_URL}{path.replace('{id}', '1').replace('{slug}', 'PILOT')}"]
    if method != "get":
        lines.append(f"-X {method.upper()}")
    if {} not in operation.get("security", [{}]):
        lines.append("-H 'Authorization: Bearer TOKEN'")
    if body is not None:
        lines.append("-H 'Content-Type: application/json'")
        example = {field: sample(resolved(schema, schemas)) for field, schema in sampled(body).items()}
        lines.append(f"-d '{json.dumps(example)}'")
    return " \\\n  ".join(lines)


def sampled(body: Plain) -> Plain:
    """The fields of an example: those needed, or the first three."""
    fields: Plain = body["properties"]
    needed = body.get("required") or list(fields)[:3]
    return {name: fields[name] for name in needed}


def sample(schema: Plain) -> Any:
    """A value of this kind."""
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "array":
            return [sample(schema["items"])]
        case "object":
            return {"PU1": 4, "PU2": "dont_know"} if "additionalProperties" in schema else {}
        case "integer":
            return schema.get("minimum", 1)
        case "string":
            return {"uuid": "6f1f0a52-3c1f-4a57-9d0e-3f6d2c1b8a90"}.get(schema.get("format", ""), "…")
    return None
