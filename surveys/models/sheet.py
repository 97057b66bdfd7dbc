"""Sheets of paper that were given out for a wave and not entered yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models import Enrolment
from surveys.models.survey import Wave

CODE_LENGTH = 8


class Sheet(models.Model):
    """A questionnaire for one participant, known by the code printed on it.

    Deleted as soon as its answers are entered or its wave is over: nothing but the paper joins an entered code to a
    person.
    """

    wave = models.ForeignKey(Wave, models.CASCADE, related_name="sheets")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="sheets")
    # Without its hyphen.
    code = models.CharField(max_length=CODE_LENGTH)
    given_out_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    given_out_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="sheet_code_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[2-9A-HJ-NP-Z]{8}$"), name="sheet_code_is_readable"),
        ]

    def __str__(self) -> str:
        # Never the code: with it anybody of the staff can enter answers.
        return f"sheet {self.pk} of wave {self.wave_id}"

    @property
    def printed_code(self) -> str:
        return printed(self.code)


def printed(code: str) -> str:
    """A code as it stands on paper: ``K7MN-4XQP``."""
    return f"{code[:4]}-{code[4:]}"
