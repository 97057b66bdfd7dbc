"""Every error of the API is a problem document (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.defaults import server_error as server_error_page
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from livinglab.errors import Refused

MEDIA_TYPE = "application/problem+json"


class UnknownReference(Refused):
    """What was sent names something that the city does not have."""

    code = "unknown_reference"


class TooLong(Refused):
    code = "too_long"


class NoLongerTrue(APIException):
    """The caller said which state she had seen, and it is another one now."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_detail = _("This was changed since you read it. Please read it again.")
    default_code = "changed_meanwhile"


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """What the lab refuses is 409 with the refusal's code and sentence; the rest keeps DRF's status."""
    if isinstance(error, Refused):
        set_rollback()
        return problem(HTTPStatus.CONFLICT, code=error.code, detail=str(error))
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        errors = response.data if isinstance(response.data, dict) else {"non_field_errors": response.data}
        more: dict[str, Any] = {"code": "invalid", "detail": "", "errors": errors}
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
    return Response(_document(status, code=code, **more), status=status, content_type=MEDIA_TYPE)


def server_error(request: HttpRequest) -> HttpResponse:
    """The site's page for bugs; for programs a problem document."""
    if not request.path.startswith("/api/"):
        return server_error_page(request)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return JsonResponse(_document(status, code="error", detail=""), status=status, content_type=MEDIA_TYPE)


def _document(status: HTTPStatus, *, code: str, **more: Any) -> dict[str, Any]:
    return {"type": "about:blank", "title": status.phrase, "status": status.value, "code": code, **more}
