"""Every error of the API is a problem document (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from livinglab.errors import Refused

MEDIA_TYPE = "application/problem+json"


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """What the lab refuses is 409 with the refusal's code and sentence; the rest keeps DRF's status."""
    if isinstance(error, Refused):
        set_rollback()
        return problem(HTTPStatus.CONFLICT, code=error.code, detail=str(error))
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        more: dict[str, Any] = {"code": "invalid", "detail": "", "errors": response.data}
    else:
        more = {
            "code": getattr(response.data.get("detail"), "code", "error"),
            "detail": response.data.get("detail", ""),
        }
    answer = problem(HTTPStatus(response.status_code), **more)
    for name, value in response.items():
        if name != "Content-Type":
            answer[name] = value
    return answer


def problem(status: HTTPStatus, *, code: str, **more: Any) -> Response:
    return Response(
        {"type": "about:blank", "title": status.phrase, "status": status.value, "code": code, **more},
        status=status,
        content_type=MEDIA_TYPE,
    )
