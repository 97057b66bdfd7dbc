"""Telephone numbers: stored with the country's code, shown as people write them."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

E164 = re.compile(r"^\+[1-9][0-9]{6,14}$")
KOREA = "+82"
# Numbers that are dialled as they stand: 120, 1833-6972, 044-120.
DIALLED = re.compile(r"^[0-9+][0-9 ()-]{1,28}$")
SEPARATORS = re.compile(r"[\s().\u2010-\u2015-]+")


def to_e164(typed: str) -> str | None:
    """A typed number with the country's code (``010-1234-5678`` is ``+821012345678``); None where it cannot be one."""
    digits = SEPARATORS.sub("", typed)
    if digits.startswith(KOREA + "0"):
        digits = KOREA + digits[len(KOREA) + 1 :]
    elif digits.startswith("0") and 9 <= len(digits) <= 12:
        digits = KOREA + digits[1:]
    return digits if digits.isascii() and E164.match(digits) else None


def as_written(number: str) -> str:
    """A stored number as people write it: ``010-1234-5678``, ``02-123-4567``; of another country as it is stored."""
    if not number.startswith(KOREA):
        return number
    national = "0" + number[len(KOREA) :]
    area = 2 if national.startswith("02") else 3
    return "-".join([national[:area], national[area:-4], national[-4:]])


def to_dial(number: str) -> str:
    """What stands behind ``tel:``."""
    return SEPARATORS.sub("", number)


def a_telephone(value: str) -> None:
    """Refuse what nobody can dial."""
    if not DIALLED.match(value):
        raise ValidationError(_("Write a telephone number, such as 044-120 or 044-300-0000."))
