"""Reading what was sent."""

import json
from http import HTTPStatus
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, parsers

LARGEST_BODY = 1024 * 1024


class TooLarge(exceptions.APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("What was sent is larger than 1 MB.")
    default_code = "too_large"


class JSONParser(parsers.JSONParser):
    """JSON of a bounded size; nesting so deep that Python gives up is malformed too."""

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read(LARGEST_BODY + 1)
        if len(raw) > LARGEST_BODY:
            raise TooLarge
        try:
            return json.loads(raw.decode(), parse_constant=refuse)
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError(_("This is not JSON that can be read.")) from error


def refuse(name: str) -> None:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(name)
