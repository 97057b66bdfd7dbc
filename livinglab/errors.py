"""What the lab refuses. Bugs raise what Python raises; these are answers for a person."""

from http import HTTPStatus
from typing import ClassVar


class Refused(Exception):
    """An action the lab declines.

    ``code`` is stable and meant for programs; the message is a translated sentence meant for the person. ``status`` is
    that of the answer, on pages and in the API alike.
    """

    code = "refused"
    status: ClassVar[HTTPStatus] = HTTPStatus.CONFLICT


class TryAgain(Refused):
    """Somebody else was first; what the person saw is no longer true."""

    code = "changed_meanwhile"


def status_of(refusal: Refused | None) -> HTTPStatus:
    """HTTP status of a page that shows a form again, with why it was refused if it was."""
    return HTTPStatus.OK if refusal is None else refusal.status
