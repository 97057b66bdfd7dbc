"""Every error of the API is a problem document (RFC 9457)."""

import sys
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.defaults import server_error as server_error_page
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from livinglab.accounts.limits import TooOften
from livinglab.errors import Refused
from livinglab.outages import RETRY_AFTER, outage_behind, outage_page

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
    """What the lab refuses has the refusal's status, code and sentence; the rest keeps DRF's status."""
    if isinstance(error, Refused):
        set_rollback()
        answer = problem(error.status, code=error.code, detail=str(error))
        if isinstance(error, TooOften):
            answer["Retry-After"] = str(error.seconds)
        return answer
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
    """For bugs the site's page, for what is none the page that says what to do; for programs a problem document."""
    outage, is_program = outage_behind(sys.exc_info()[1]), request.path.startswith("/api/")
    if outage is None:
        if is_program:
            return problem_page(HTTPStatus.INTERNAL_SERVER_ERROR, code="error", detail="")
        return server_error_page(request)
    if not is_program:
        return outage_page(request, outage)
    answer = problem_page(HTTPStatus.SERVICE_UNAVAILABLE, code=outage.code, detail=outage.sentence)
    answer["Retry-After"] = RETRY_AFTER
    return answer


def problem_page(status: HTTPStatus, *, code: str, **more: Any) -> JsonResponse:
    """A problem document where no view of the API answers."""
    return JsonResponse(_document(status, code=code, **more), status=status, content_type=MEDIA_TYPE)


def _document(status: HTTPStatus, *, code: str, **more: Any) -> dict[str, Any]:
    return {"type": "about:blank", "title": status.phrase, "status": status.value, "code": code, **more}
