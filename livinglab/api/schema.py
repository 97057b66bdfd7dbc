"""How the API describes itself (OpenAPI 3.1)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as SpectacularAutoSchema
from drf_spectacular.utils import Direction
from rest_framework import serializers

from livinglab.api.errors import MEDIA_TYPE

WRITES = ("POST", "PUT", "PATCH", "DELETE")


class Problem(serializers.Serializer[Any]):
    """What went wrong (RFC 9457). `code` is for programs and stays; `detail` is a sentence for a person."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.JSONField(), required=False, help_text=_("What is wrong with which field or parameter.")
    )


class AutoSchema(SpectacularAutoSchema):
    """Adds to each operation the problems that it can answer with."""

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if self.method == "GET":
            bodies["304"] = {"description": str(_("Not changed since the ETag in If-None-Match."))}
        for status, told in self.problems().items():
            bodies[status] = self._get_response_for_code(Problem, status, media_types=[MEDIA_TYPE])
            bodies[status]["description"] = str(told)
        return dict(sorted(bodies.items()))

    def get_description(self) -> str:  # type: ignore[override]
        """What the operation says of itself; docstrings of doors are for those who read code."""
        return ""

    def problems(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "400": _("Something that was sent is not as described here."),
            "401": _("Nobody is signed in, or the token is not valid, has ended or has expired."),
            "403": _("This is for others, or the token lacks a scope, or a second factor is missing."),
            "404": _("There is no such thing, or it is not open to you."),
            "406": _("Answers are JSON."),
            "429": _("Too many requests; Retry-After says how many seconds to wait."),
        }
        if self.method in WRITES:
            found["409"] = _("The lab refuses; code and detail say why.")
        if self.method in WRITES and self.get_request_serializer() is not None:
            found["413"] = _("More than 1 MB was sent.")
            found["415"] = _("Bodies are JSON.")
        if any(getattr(parameter, "name", "") == "If-Match" for parameter in self.get_override_parameters()):
            found["412"] = _("It was changed since the state named in If-Match.")
        return found


def tidy(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Say that names which are not described are refused, and write each problem down once."""
    components = result["components"]
    for name, schema in components["schemas"].items():
        if name.endswith("Request") and schema.get("type") == "object" and "properties" in schema:
            schema["additionalProperties"] = False
    shared = components.setdefault("responses", {})
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if MEDIA_TYPE in response.get("content", {}):
                    shared[f"Problem{status}"] = response
                    operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
    components["responses"] = dict(sorted(shared.items()))
    return result


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "livinglab.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: SpectacularAutoSchema) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": _(
                "A token of your own, made on the page “Access for programs” of your account. Reading needs the scope"
                " read, everything else the scope write, what is for moderators also the scope staff. A token ends"
                " on its last day, when you end it, and with a new password."
            ),
        }


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "livinglab.api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: SpectacularAutoSchema) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": _("The session of the site’s pages; writing also takes the header X-CSRFToken."),
        }
