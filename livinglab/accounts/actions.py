"""What people and the staff desk do with an account."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from livinglab.accounts.agreements import hash_of, version_of
from livinglab.accounts.audit import record_access
from livinglab.accounts.errors import NicknameTaken, NotInCharge, WrongCode
from livinglab.accounts.models import (
    AccessRecord,
    Agreement,
    Area,
    MailKind,
    Person,
    ResidenceCode,
    ResidenceRecord,
    ResidenceState,
)
from livinglab.accounts.names import check_nickname
from livinglab.accounts.roles import Role
from livinglab.text import fold_code

Action = AccessRecord.Action
# Without letters that look like another one on paper: 31 of them, twelve times, are 59 bits.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12
CODES_ARE_VALID_FOR = timedelta(days=90)


@transaction.atomic
def record_agreement(person: Person, kind: Agreement.Kind, *, agreed: bool, language: str, at: datetime) -> Agreement:
    """Keep that she agreed to a text as it stands today, or no longer does. Nothing is overwritten."""
    return person.agreements.create(
        kind=kind,
        version=version_of(kind),
        text_hash=hash_of(kind, language),
        language=language,
        agreed=agreed,
        at=at,
    )


def choose_language(person: Person, *, language: str) -> None:
    Person.objects.filter(pk=person.pk).update(language=language)
    person.language = language


@transaction.atomic
def change_profile(
    person: Person,
    *,
    name: str,
    nickname: str,
    language: str,
    area: Area | None,
    stopped_mails: Sequence[str],
    at: datetime,
) -> None:
    """Change what she says about herself. Who moves to another area has to have it confirmed again."""
    stored = Person.objects.select_for_update().get(pk=person.pk)
    left = stored.area
    if stored.is_confirmed_resident and left is not None and left != area:
        stored.residence = ResidenceState.UNCONFIRMED
        stored.residence_records.create(area=left, way=ResidenceRecord.Way.MOVED, by=person, at=at)
    check_nickname(nickname, holder=stored)
    stored.set_nickname(nickname)
    stored.name, stored.language, stored.area = name, language, area
    stored.stopped_mails = sorted(stopped_mails)
    try:
        with transaction.atomic():
            stored.save()
    except IntegrityError as error:
        # Somebody took the name between the look and the write.
        raise NicknameTaken from error
    person.refresh_from_db(
        fields=["name", "nickname", "nickname_key", "language", "area", "residence", "stopped_mails"]
    )


@transaction.atomic
def stop_mails(person: Person, kind: MailKind, *, at: datetime) -> None:
    """No more e-mails of this kind; notices stay on the site. Safe to repeat."""
    stored = Person.objects.select_for_update().get(pk=person.pk)
    if kind == MailKind.NEWS:
        if wants_news(stored):
            language = stored.language or settings.LANGUAGE_CODE
            record_agreement(stored, Agreement.Kind.NEWS, agreed=False, language=language, at=at)
    elif kind not in stored.stopped_mails:
        stored.stopped_mails = sorted([*stored.stopped_mails, kind])
        stored.save(update_fields=["stopped_mails"])


@transaction.atomic
def resume_mails(person: Person, kind: MailKind, *, at: datetime) -> None:
    """E-mails of this kind again, after ``stop_mails``. Safe to repeat."""
    stored = Person.objects.select_for_update().get(pk=person.pk)
    if kind == MailKind.NEWS:
        # Only what was agreed to before is agreed to again.
        if not wants_news(stored) and stored.agreements.filter(kind=Agreement.Kind.NEWS, agreed=True).exists():
            language = stored.language or settings.LANGUAGE_CODE
            record_agreement(stored, Agreement.Kind.NEWS, agreed=True, language=language, at=at)
    elif kind in stored.stopped_mails:
        stored.stopped_mails = [other for other in stored.stopped_mails if other != kind]
        stored.save(update_fields=["stopped_mails"])


def wants_mails(person: Person, kind: MailKind) -> bool:
    return wants_news(person) if kind == MailKind.NEWS else kind not in person.stopped_mails


def wants_news(person: Person) -> bool:
    newest = person.agreements.filter(kind=Agreement.Kind.NEWS).first()
    return newest is not None and newest.agreed


@transaction.atomic
def confirm_residence(person: Person, area: Area, *, by: Person, at: datetime) -> None:
    """At the staff desk, after a look at a document that is not kept. The same area a second time changes nothing."""
    check_in_charge(by, area)
    stored = Person.objects.select_for_update().get(pk=person.pk)
    if not (stored.is_confirmed_resident and stored.area == area):
        settle(stored, area, way=ResidenceRecord.Way.DESK, by=by, at=at)
        record_access(by, Action.RESIDENCE_CONFIRMED, about=f"person {person.pk}", count=1, at=at)
    person.refresh_from_db(fields=["area", "residence"])


@transaction.atomic
def make_residence_codes(area: Area, *, count: int, by: Person, at: datetime) -> list[str]:
    """Codes to print and hand over, each good for one person. They are told once: only their hashes are kept."""
    check_in_charge(by, area)
    codes = ["".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH)) for _code in range(count)]
    ResidenceCode.objects.bulk_create(
        ResidenceCode(
            code_hash=hash_of_code(code), area=area, made_by=by, made_at=at, expires_at=at + CODES_ARE_VALID_FOR
        )
        for code in codes
    )
    record_access(by, Action.CODES_PRINTED, about=f"area {area.office_code}", count=count, at=at)
    return [f"{code[:4]}-{code[4:8]}-{code[8:]}" for code in codes]


@transaction.atomic
def use_residence_code(person: Person, typed: str, *, at: datetime) -> Area:
    """Confirm the residence with a printed code; the area is the code's."""
    # The lock keeps two people from using one code at the same moment.
    code = (
        ResidenceCode.objects.select_for_update(of=("self",))
        .select_related("area")
        .filter(code_hash__in=hashes_of_code(typed), used_at__isnull=True, expires_at__gt=at)
        .first()
    )
    if code is None:
        raise WrongCode
    code.used_at = at
    code.save(update_fields=["used_at"])
    stored = Person.objects.select_for_update().get(pk=person.pk)
    settle(stored, code.area, way=ResidenceRecord.Way.CODE, by=person, at=at)
    person.refresh_from_db(fields=["area", "residence"])
    return code.area


def settle(person: Person, area: Area, *, way: ResidenceRecord.Way, by: Person, at: datetime) -> None:
    person.area, person.residence = area, ResidenceState.CONFIRMED
    person.save(update_fields=["area", "residence"])
    person.residence_records.create(area=area, way=way, by=by, at=at)


def check_in_charge(staff: Person, area: Area) -> None:
    areas = staff.areas_in_charge(Role.MODERATOR)
    if areas is not None and area.pk not in areas:
        raise NotInCharge


def hash_of_code(typed: str) -> str:
    """How it was typed makes no difference (``fold_code``). Keyed, so that the table alone does not give codes away."""
    return hashes_of_code(typed)[0]


def hashes_of_code(typed: str) -> list[str]:
    """Under the key in use and under each earlier one: codes printed before a change of the key stay good."""
    letters = fold_code(typed)
    return [
        salted_hmac("livinglab.residence", letters, secret=key, algorithm="sha256").hexdigest()
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def end_session(person: Person, handle: str) -> bool:
    """Whether one of her sessions had this handle, and is ended now."""
    ended = [session.session_key for session in person.sessions.all() if session.handle == handle]
    return person.sessions.filter(session_key__in=ended).delete()[0] > 0


def end_sessions(person: Person, *, but: str = "") -> int:
    """How many of her sessions were ended: all of them, or all but the one with this key."""
    return person.sessions.exclude(session_key=but).delete()[0]
