"""Answers on paper or given aloud: sheets with a code are given out to participants, and entered by their code."""

import secrets
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from livinglab.accounts.actions import LETTERS
from livinglab.accounts.models import Person
from livinglab.notices.actions import notify
from livinglab.notices.models import Notice
from livinglab.text import fold_code, fold_name
from pilots.models import Enrolment, Pilot
from surveys.actions.answer import begun_by, enter_response, let_in, remember_clerk
from surveys.errors import AlreadyAnswered, CannotBeEntered, NotTakingPart, UnknownNickname, WaveNotOpen
from surveys.models import Response, Sheet, Wave
from surveys.models.sheet import CODE_LENGTH, printed

NOTICE = "answers_entered"


@transaction.atomic
def give_out_sheets(wave: Wave, nicknames: Iterable[str], *, by: Person, at: datetime) -> list[Sheet]:
    """A new sheet for each of these participants, in this order.

    Whether somebody has answered is not looked at here, so giving out a sheet tells nothing of it.
    """
    if wave.stage != Wave.Stage.OPEN or at >= wave.closes_at:
        raise WaveNotOpen(_("This survey is not open, so no sheets are given out."))
    participants = _participants_called(wave, list(nicknames))
    return Sheet.objects.bulk_create(
        Sheet(wave=wave, enrolment=participant, code=new_code(), given_out_by=by, given_out_at=at)
        for participant in participants
    )


def sheet_to_enter(wave: Wave, typed: str, *, at: datetime) -> Sheet:
    """The sheet with this code, if its answers can be entered now.

    Refuses in one and the same sentence whatever the cause: a code that nobody was given, answers that are there or
    begun, somebody who takes part no longer, a wave that is over.
    """
    sheet = (
        Sheet.objects.filter(
            wave=wave, code=fold_code(typed), wave__stage=Wave.Stage.OPEN, enrolment__state=Enrolment.State.JOINED
        )
        .select_related("enrolment")
        .first()
    )
    if sheet is None or at >= wave.closes_at or begun_by(sheet.enrolment, wave):
        raise _cannot_be_entered()
    return sheet


@transaction.atomic
def enter_sheet(
    wave: Wave,
    typed: str,
    answers: dict[str, int],
    *,
    mode: str,
    by: Person,
    at: datetime,
    text: str = "",
    language: str = "ko",
) -> Response:
    """Enter the answers of a sheet and tell the person. The sheet, and any other of hers for this wave, is used up."""
    sheet = sheet_to_enter(wave, typed, at=at)
    try:
        # Locks in the order in which closing, deciding and leaving take theirs: wave, pilot, sheet, participant.
        # What the row of the clerk points at is locked no sooner than at the commit, so the pilot is locked here.
        let_in(sheet.enrolment, wave, at=at)
        Pilot.objects.select_for_update(no_key=True).get(pk=wave.survey.pilot_id)
        remember_clerk(wave.survey.pilot, by, at=at)
        if Sheet.objects.select_for_update().filter(pk=sheet.pk).first() is None:
            raise _cannot_be_entered()
        # Nobody leaves, with or without the answers, while they are being entered.
        enrolment = (
            Enrolment.objects.select_for_update(of=("self",), no_key=True)
            .select_related("person", "area")
            .get(pk=sheet.enrolment_id)
        )
        response = enter_response(
            wave, enrolment, answers, mode=mode, by=by, sheet=sheet.code, at=at, text=text, language=language
        )
    except (AlreadyAnswered, NotTakingPart, WaveNotOpen) as refused:
        raise _cannot_be_entered() from refused
    Sheet.objects.filter(wave=wave, enrolment=enrolment).delete()
    tell_of_entry(wave, enrolment, sheet.code, at=at)
    return response


def delete_sheets_of_past_waves() -> int:
    """Delete what was given out for waves that are over, and cannot be entered any more. Safe to repeat."""
    return Sheet.objects.exclude(wave__stage=Wave.Stage.OPEN).delete()[0]


def delete_traces(enrolments: Collection[int]) -> None:
    """Delete what tells of these participants that answers of theirs were entered: sheets and notices with a code."""
    Sheet.objects.filter(enrolment__in=enrolments).delete()
    waves = Wave.objects.filter(survey__pilot__enrolments__in=enrolments).distinct()
    occasions = [occasion_of(wave) for wave in waves]
    Notice.objects.filter(kind=NOTICE, person__enrolments__in=enrolments, occasion__in=occasions).delete()


def new_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """Eight letters that nobody guesses; made-up cities hand in their own way to choose one."""
    return "".join(choose(LETTERS) for _letter in range(CODE_LENGTH))


def _participants_called(wave: Wave, nicknames: list[str]) -> list[Enrolment]:
    """Those who take part, in the order of their nicknames. Refuses all if one of the nicknames is nobody's."""
    keys = {nickname: fold_name(nickname) for nickname in nicknames}
    by_key = {
        enrolment.person.nickname_key: enrolment
        for enrolment in wave.asked()
        .filter(person__nickname_key__in=set(keys.values()) - {""})
        .select_related("person")
        if enrolment.person is not None
    }
    unknown = [nickname for nickname, key in keys.items() if key not in by_key]
    if unknown or not nicknames:
        sentence = _("Nobody with this nickname takes part in the pilot: %(nicknames)s")
        raise UnknownNickname(sentence % {"nicknames": ", ".join(unknown)}, unknown)
    return [by_key[key] for key in dict.fromkeys(keys.values())]


def _cannot_be_entered() -> CannotBeEntered:
    return CannotBeEntered(_("This sheet cannot be entered any more."))


def tell_of_entry(wave: Wave, enrolment: Enrolment, code: str, *, at: datetime) -> None:
    """Tell the person that answers were entered for them, and from which sheet. Safe to repeat."""
    if enrolment.person is None:
        return
    notify(
        enrolment.person,
        NOTICE,
        occasion=occasion_of(wave),
        thread=f"pilot-{wave.survey.pilot.slug}",
        at=at,
        url=reverse("surveys:answer", args=[wave.pk]),
        wave=wave.number,
        sheet=printed(code),
        entered_at=at.isoformat(),
        closes_at=wave.closes_at.isoformat(),
        **wave.survey.pilot.titles(),
    )


def occasion_of(wave: Wave) -> str:
    return f"wave {wave.pk} answers entered"
