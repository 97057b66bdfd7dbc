"""A city in which every private column holds a mark of its own (tests/canary/columns.py says which these are).

It is built through the actions and builders, as any test is. To add a column: give it `city.word("app.Model.column")`
where its row is made; a column that means one thing in a draft and another in what is published gets a state in
brackets, `"proposals.Proposal.title_ko (draft)"`, and the table of allowances knows them apart. A column that points at
a person (`Who`) gets a person who does nothing else: `city.person("signer", who="surveys.VerdictSignature.by_id")`.
Keys and hashes (`Stored`) are read from the database when the city stands.
"""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from feedback.actions.decide import draft_decision
from feedback.actions.tell import tell_next
from feedback.models import Decision
from livinglab.accounts.actions import confirm_residence, make_residence_codes, record_agreement
from livinglab.accounts.audit import Action, record_access
from livinglab.accounts.factor_resets import ask_for_factor_reset, confirm_factor_reset
from livinglab.accounts.models import Agreement, Area, Person
from livinglab.accounts.roles import Role
from livinglab.accounts.tokens import make_token
from livinglab.notices.actions import notify
from livinglab.notices.mails import INVITATIONS, write_mails
from livinglab.notices.models import Mail, Notice
from livinglab.web.contact import mark_answered, write_to_the_city
from pilots.actions.enrol import leave_pilot
from pilots.actions.news import tell_next_of_news
from pilots.actions.plan import change_consent_text, make_test_bed
from pilots.actions.retention import remind_of_pilots_past_their_day
from pilots.actions.run import end_pilot
from pilots.consent import usual_words
from pilots.models import ConsentText, Enrolment, Pilot, Service
from pilots.models.enrolment import AccessNeed, AgeBand, Sex
from proposals.actions.comment import flag_comment, flag_proposal
from proposals.actions.moderate import (
    ask_for_changes,
    decline_proposal,
    hide_flagged_comment,
    keep_flagged,
    publish_proposal,
)
from proposals.actions.propose import add_photo, submit_proposal, withdraw_proposal
from proposals.actions.support import support_proposal
from proposals.models import DeclineReason, Proposal
from surveys.actions.amend import Operations, amend_registration
from surveys.actions.banks import load_bank, record_permission
from surveys.actions.check_counts import open_incident
from surveys.actions.closing import work_out_next
from surveys.actions.direct import sign_direction
from surveys.actions.exports import EXPORTS, cancel_export, confirm_export, make_next_export, request_export
from surveys.actions.monitor import review_alarm
from surveys.actions.open_answers import code_answer, name_theme, release_answer, withhold_answer
from surveys.actions.plan import PlannedWave, plan_survey
from surveys.actions.remind_part import remind_part
from surveys.actions.reports import (
    REPORT_ORDERS,
    correct_report,
    make_next_report,
    order_report,
    publish_report,
    take_evaluator_pack,
    write_notes,
)
from surveys.actions.sheets import enter_sheet, give_out_sheets
from surveys.actions.sign import sign_verdict
from surveys.actions.waves import invite
from surveys.exports.make import FORMATS
from surveys.exports.recipes import RESEARCH
from surveys.links import answer_link
from surveys.metrics.recount import recount
from surveys.models import EntryClerk, Export, ExportDownload, ReportOrder, Survey, Verdict, Wave
from surveys.models.sheet import printed
from tests.builders import feedback as build_feedback
from tests.builders import pilots as build_pilots
from tests.builders import proposals as build_proposals
from tests.builders import surveys as build_surveys
from tests.builders.banks import own_bank, text_of
from tests.builders.voices import write_openly
from tests.canary.columns import MODELS, Stored
from tests.canary.search import Beside, Mark, word
from tests.people import PASSWORD, make_area, make_office
from tests.web.test_urls_by_role import sign_in

DAY = timedelta(days=1)
WRITTEN_PHONE, PHONE = "010-7391-8264", "+821062847391"
ANY_PHONE = "+821000000000"


@dataclass
class City:
    """The people by what they do, the marks, and the objects that pages are about."""

    at: datetime
    marks: list[Mark] = field(default_factory=list)
    besides: list[Beside] = field(default_factory=list)
    people: dict[str, Person] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)

    def word(self, column: str, owner: str = "", *, identifies: bool = False) -> str:
        """A new mark for this column; whatever text it stands in is found by it."""
        value = word(len(self.marks))
        self.marks.append(Mark(column, value, owner, identifies))
        return value

    def value(self, column: str, *values: str, owner: str = "") -> None:
        """Values of a column that cannot be words of our own: spellings of a number, keys."""
        self.marks += [Mark(column, value, owner) for value in values]

    def beside(self, column: str, owner: str, *labels: str) -> None:
        """Labels that say something private where they stand in one answer with this person's name or address."""
        self.besides += [Beside(column, label, owner) for label in labels]

    def texts(self, column: str, *names: str, owner: str = "") -> dict[str, str]:
        """A mark for each of these columns of one model; ``column`` is `app.Model.{} (state)`."""
        return {name: f"글 {self.word(column.format(name), owner)} text" for name in names}

    def person(
        self,
        key: str,
        *roles: Role,
        group: str = "resident",
        who: str = "",
        area: Area | None = None,
        office: Any = None,
    ) -> Person:
        """Somebody with an account and, with a role, a second factor. ``who`` is the link they stand for."""
        email, name, nickname = (
            self.word(column, key, identifies=True)
            for column in (
                f"accounts.Person.email ({group})",
                f"accounts.Person.name ({group})",
                who or f"accounts.Person.nickname ({group})",
            )
        )
        person = Person.objects.create_user(
            f"{email}@example.kr",
            PASSWORD,
            name=f"{name} Kim",
            nickname=nickname,
            area=area,
            residence="confirmed" if area else "unconfirmed",
        )
        person.emailaddress_set.create(email=person.email, verified=True, primary=True)
        for role in roles:
            person.grants.create(role=role, office=office)
        if roles:
            TOTP.activate(person, generate_totp_secret())
        self.roles[key] = ROLES.get(key) or (roles[0].value if roles else "resident")
        self.people[key] = Person.objects.with_roles().get(pk=person.pk)
        return self.people[key]

    def evaluator(self, key: str, who: str) -> Person:
        """An evaluator of the pilot for as long as it takes to do one thing: see `leave_office`."""
        person = self.person(key, Role.EVALUATOR, group="staff", who=who)
        self.objects["survey"].evaluators.add(person)
        return person

    def leave_office(self, *keys: str) -> None:
        """They evaluate and moderate no more, so that lists of staff do not show them, but what they did."""
        for key in keys:
            person = self.people[key]
            person.grants.all().delete()
            person.surveys.clear()


def build(folder: Path) -> City:
    """The whole city. Takes about twenty seconds."""
    city = City(at=timezone.now() - 40 * DAY)
    make_readers(city)
    make_accounts(city)
    make_proposals(city)
    make_pilots(city)
    make_survey(city)
    answer_first_wave(city)
    work_at_the_desk(city)
    take_files(city)
    report(city)
    decide(city)
    watch_another_pilot(city)
    open_second_wave(city)
    keep_secrets(city)
    city.leave_office(*[key for key, person in city.people.items() if key not in ROLES and person.is_city_staff])
    sign_in_readers(city)
    read_stored_values(city)
    return city


# Who reads, and the role that the table of allowances knows them by. Each has this role only.
READERS = {
    "nobody": "nobody",
    "resident": "resident",
    "author": "resident",
    "participant": "participant",
    "host": "host",
    "moderator": "moderator",
    "moderator of another office": "other office",
    "evaluator": "evaluator",
    "evaluator of another pilot": "other evaluator",
    "administrator": "administrator",
}


# Reads without signing in what the link of the participant's invitation opens.
BY_LINK = "participant by link"
# A program with a token of the participant.
PROGRAM = "program of the participant"
# Of an office elsewhere, asked where staff see more than residents; and somebody with a role who has set up no second
# factor, to whom nothing is open that asks for a role.
FAR_EVALUATOR = "evaluator of another office"
WITHOUT_FACTOR = "moderator without second factor"
ROLES = READERS | {
    BY_LINK: "participant",
    PROGRAM: "participant",
    FAR_EVALUATOR: "far evaluator",
    WITHOUT_FACTOR: "without second factor",
}
HOMES = {
    "accounts.Person.area_id": ("늘봄가람동", "Neulbomgaram-dong", "3611099900"),
    "pilots.Enrolment.area_id": ("새솔나래동", "Saesolnarae-dong", "3611099800"),
}


def make_readers(city: City) -> None:
    here, far = make_area(), make_area("조치원읍", "Jochiwon-eup", "3611025000")
    # Where nobody else lives, proposes or tries anything: the participant lives in one, and lived in the other when
    # they joined.
    home, earlier = (make_area(*names) for names in HOMES.values())
    city.objects |= {"here": here, "far": far, "home": home, "earlier home": earlier}
    for column, names in HOMES.items():
        city.beside(column, "participant", *names)
    city.person("resident", area=here)
    city.person("author", area=here, who="proposals.Proposal.author_id (unpublished)")
    city.person("participant", group="participant", area=earlier, who="pilots.Enrolment.person_id")
    city.person("host", Role.HOST, group="host", who="pilots.TestBed.host_id")
    city.person("moderator", Role.MODERATOR, group="staff")
    office = make_office("far", far)
    city.person("moderator of another office", Role.MODERATOR, group="staff", office=office)
    city.person("evaluator", Role.EVALUATOR, group="staff", who="surveys.Survey_evaluators.person_id")
    city.person("evaluator of another pilot", Role.EVALUATOR, group="staff", who="accounts.RoleGrant.person_id")
    city.person("administrator", Role.ADMINISTRATOR, group="staff")
    city.person(FAR_EVALUATOR, Role.EVALUATOR, group="staff", office=office)
    city.person(WITHOUT_FACTOR, Role.MODERATOR, group="staff").authenticator_set.all().delete()


def make_accounts(city: City) -> None:
    clerk = city.person("clerk", Role.MODERATOR, group="staff", who="accounts.ResidenceRecord.by_id")
    printer = city.person("printer", Role.MODERATOR, group="staff", who="accounts.ResidenceCode.made_by_id")
    participant, at = city.people["participant"], city.at
    Person.objects.filter(pk=participant.pk).update(residence="unconfirmed")
    confirm_residence(participant, city.objects["earlier home"], by=clerk, at=at)
    codes = make_residence_codes(city.objects["here"], count=2, by=printer, at=at)
    for code in codes:
        city.value("accounts.ResidenceCode.code_hash (the code)", code, code.replace("-", ""))
    looker = city.person("looker", Role.MODERATOR, group="staff", who="accounts.AccessRecord.by_id")
    record_access(looker, Action.CONTACTS_SEEN, about="pilot footstep-lamps-1", count=12, at=at)


def make_proposals(city: City) -> None:
    """One in each stage that is not public, of the author, and public ones of somebody else."""
    at, author = city.at, city.people["author"]
    moderator = city.person("publisher", Role.MODERATOR, group="staff", who="proposals.Step.by_id")

    def written(stage: str, language: str) -> dict[str, Any]:
        texts = {
            name: city.word(f"proposals.Proposal.{name}_{language} ({stage})", "author") for name in Proposal.TEXTS
        }
        return {"at": at, "language": language, **texts}

    def reasons(stage: str) -> dict[str, str]:
        return city.texts("proposals.Step.{} (" + stage + ")", "reason_ko", "reason_en", owner="author")

    city.value("proposals.Proposal.lat (draft)", "36.512347", owner="author")
    city.value("proposals.Proposal.lon (draft)", "127.251963", owner="author")
    draft = build_proposals.draft(author, **written("draft", "ko"), lat=36.512347, lon=127.251963)
    photo = camera_picture(city.word("proposals.Photo.image (EXIF)", "author"))
    alt = city.word("proposals.Photo.alt (draft)", "author")
    kept = add_photo(draft, by=author, upload=photo, alt=alt, at=at)
    city.value("proposals.Photo.image", str(kept.image.name), owner="author")
    city.value("proposals.Photo.digest", kept.digest, owner="author")
    waiting = build_proposals.submitted(author, **written("submitted", "en"))
    asked = build_proposals.submitted(author, **written("changes asked", "ko"))
    ask_for_changes(asked, by=moderator, at=at, parts=["problem"], **reasons("changes asked"))
    refused = build_proposals.submitted(author, **written("declined", "en"))
    decline_proposal(refused, by=moderator, at=at, reason_code=DeclineReason.EXISTS, **reasons("declined"))
    taken_back = build_proposals.submitted(author, **written("withdrawn", "ko"))
    withdraw_proposal(taken_back, by=author, at=at)

    keys = author.proposals.values_list("draft_key", flat=True)
    city.value("proposals.Proposal.draft_key", *map(str, keys), owner="author")

    proposer = city.person("proposer", area=city.objects["here"], group="speaks in public")
    public = build_proposals.published(proposer, moderator, at=at)
    photo = camera_picture(city.word("proposals.Photo.image (EXIF)", "proposer"))
    public_with_photo = build_proposals.draft(proposer, at=at, title="A bench with a view")
    add_photo(public_with_photo, by=proposer, upload=photo, alt="A path", at=at)
    submit_proposal(public_with_photo, by=proposer, at=at)
    publish_proposal(public_with_photo, by=moderator, at=at)
    supporter = city.person("supporter", area=city.objects["here"], who="proposals.Support.person_id")
    support_proposal(public, by=supporter, at=at)
    talk(city, public, elsewhere=public_with_photo)
    words = city.word("proposals.Flag.words", "reporter")
    flag = flag_proposal(public_with_photo, by=city.people["reporter"], reason="false", words=words, at=at)
    city.objects["flag of a proposal"] = flag
    city.objects |= {"draft": draft, "waiting": waiting, "asked": asked, "refused": refused, "taken back": taken_back}
    city.objects |= {"public": public, "public with photo": public_with_photo}


def camera_picture(mark: str) -> BytesIO:
    """As a telephone writes it: with who made it, where, and words."""
    exif = Image.Exif()
    exif[0x013B] = exif[0x010E] = mark
    exif.get_ifd(0x8825)[29] = mark
    return build_proposals.picture(exif=exif, comment=mark.encode())


def talk(city: City, proposal: Proposal, *, elsewhere: Proposal) -> None:
    """Comments, two of them hidden, and reports of them. Of one thing mails are gathered: each hiding is elsewhere."""
    at = city.at
    # The participant and the author speak in public, too: by their nicknames, and by nothing else of theirs.
    for key in ("participant", "author", "host"):
        own = build_proposals.comment(proposal, city.people[key], at=at, text="I walk there every evening.")
        city.objects.setdefault("own comment", own)
    talker = city.person("talker", group="speaks in public")
    rude = city.person("rude", who="proposals.Comment.author_id (hidden)")
    plain = build_proposals.comment(proposal, talker, at=at, text="Where would the lamps stand?")
    hidden = build_proposals.comment(
        proposal, rude, at=at, text=city.word("proposals.Comment.body_en (hidden)", "rude"), language="en"
    )
    in_korean = build_proposals.comment(
        elsewhere, rude, at=at, text=city.word("proposals.Comment.body_ko (hidden)", "rude"), language="ko"
    )
    hider = city.person("hider", Role.MODERATOR, group="staff", who="proposals.Comment.hidden_by_id")
    settler = city.person("settler", Role.MODERATOR, group="staff", who="proposals.Flag.settled_by_id")
    reporter = city.person("reporter", who="proposals.Flag.by_id")

    def flag(comment: Any, **more: Any) -> Any:
        words = city.word("proposals.Flag.words", "reporter")
        return flag_comment(comment, by=reporter, reason="insult", at=at, words=words, **more)

    reason = city.word("proposals.Comment.hidden_reason", "rude")
    for comment in (hidden, in_korean):
        hide_flagged_comment(flag(comment), by=hider, at=at, reason=reason)
    keep_flagged(flag(plain), by=settler, at=at)
    waiting = flag(plain)
    # What it said before its author changed it.
    waiting.reported_text = city.word("proposals.Flag.reported_text", "talker")
    waiting.save()
    city.objects |= {"comment": plain, "hidden comment": hidden, "flag": waiting}
    # An answer, of which the talker is told.
    build_proposals.comment(proposal, city.people["proposer"], at=at, text="By the school.", parent=plain)


def make_pilots(city: City) -> None:
    at, publisher, host = city.at, city.people["publisher"], city.people["host"]
    service = build_pilots.service(city.objects["public"], moderator=publisher)
    pilot = build_pilots.announced_pilot(publisher, of=service, host=host, at=at, capacity=199, starts_in=0)
    Pilot.objects.filter(pk=pilot.pk).update(asks_phone=True)
    pilot.refresh_from_db()
    # Being prepared, and seen by staff and the host only.
    proposal = build_proposals.published(city.people["proposer"], publisher, at=at, title="Umbrellas to borrow")
    coming = build_pilots.service(proposal, moderator=publisher, name_ko="우산", name_en="Umbrellas")
    Service.objects.filter(pk=coming.pk).update(**city.texts("pilots.Service.{} (planned)", "name_ko", "name_en"))
    names = [f"{name}_{language}" for name in ("summary", "changed") for language in ("ko", "en")]
    coming.versions.update(**city.texts("pilots.ServiceVersion.{} (planned)", *names))
    coming.refresh_from_db()
    planned = build_pilots.planned_pilot(publisher, of=coming, host=host)
    names = [f"{name}_{language}" for name in ("title", "purpose", "expected", "limits") for language in ("ko", "en")]
    Pilot.objects.filter(pk=planned.pk).update(**city.texts("pilots.Pilot.{} (planned)", *names))
    # Offered by the host, and nothing has been tried there.
    offered = city.texts("pilots.TestBed.{} (offered)", "name_ko", "name_en", "offer_ko", "offer_en", owner="host")
    make_test_bed(host=host, area=city.objects["here"], capacity=40, **offered)
    planned.refresh_from_db()
    monitoring = ConsentText.Purpose.MONITORING
    change_consent_text(pilot, purpose=monitoring, words=usual_words(monitoring), at=at)
    # Of which no pilot is being prepared.
    proposal = build_proposals.published(city.people["proposer"], publisher, at=at, title="Warm benches")
    free = build_pilots.service(proposal, moderator=publisher, name_ko="따뜻한 의자", name_en="Warm benches")
    city.objects |= {"pilot": pilot, "planned": planned, "version without a pilot": free.versions.get()}
    go_through_a_pilot(city)


def go_through_a_pilot(city: City) -> None:
    """With one place: one joins, one waits and gets the place, news of it, its day passes, and it ends."""
    at, publisher = city.at, city.people["publisher"]
    proposal = build_proposals.published(city.people["proposer"], publisher, at=at, title="A swing")
    service = build_pilots.service(proposal, moderator=publisher, name_ko="그네", name_en="A swing")
    pilot = build_pilots.announced_pilot(publisher, of=service, at=at, capacity=1, starts_in=0, lasts=10)
    record_agreement(city.people["resident"], Agreement.Kind.NEWS, agreed=True, language="ko", at=at)
    tell_next_of_news(pilot, at=at)
    here = city.objects["here"]
    first, second = (city.person(f"swings {number}", group="participant", area=here) for number in (1, 2))
    joined = build_pilots.joined(pilot, first, at=at)
    build_pilots.joined(pilot, second, at=at)
    leave_pilot(joined, at=at + DAY)
    remind_of_pilots_past_their_day(at + 12 * DAY)
    end_pilot(pilot, by=publisher, at=at + 12 * DAY)


def make_survey(city: City) -> None:
    """Three waves with a licensed bank beside ours and an open question; the first is over, the second open."""
    at, pilot = city.at, city.objects["pilot"]
    loader = city.person("loader", Role.ADMINISTRATOR, group="staff", who="surveys.Instrument.loaded_by_id")
    keeper = city.person("keeper", Role.ADMINISTRATOR, group="staff", who="surveys.BankPermission.recorded_by_id")
    document = own_bank(id="city-licensed")
    for item in document["items"]:
        item["text"] = {
            "ko": f"지어낸 {city.word('surveys.Instrument.document')}",
            "en": f"Made-up {city.word('surveys.Instrument.document')}",
        }
    del document["scoring"]["outcomes"]
    load_bank(text_of(document), at=at, by=loader)
    record_permission(
        "ueq",
        given_by=city.word("surveys.BankPermission.given_by"),
        given_on=date(2027, 3, 2),
        reference=city.word("surveys.BankPermission.reference"),
        by=keeper,
        at=at,
    )
    evaluator = city.people["evaluator"]
    waves = [
        PlannedWave(at + 1 * DAY, at + 15 * DAY, n_planned=120),
        PlannedWave(at + 29 * DAY, at + 50 * DAY, n_planned=120),
        PlannedWave(at + 60 * DAY, at + 70 * DAY, n_planned=120),
    ]
    survey = plan_survey(
        pilot,
        waves=waves,
        questions=build_surveys.questions(),
        by=evaluator,
        at=at,
        extras=["city-licensed"],
        open_question_ko="무엇이 좋았나요?",
        open_question_en="What was good?",
    )
    city.objects["survey"] = survey
    registrar = city.evaluator("registrar", "surveys.Registration.registered_by_id")
    build_surveys.registered(survey, registrar, at=at, n_min=100, m_min=10)
    amender = city.evaluator("amender", "surveys.Amendment.by_id")
    amend_registration(survey, Operations(n_planned={3: 130}), reason="We learnt from the first.", by=amender, at=at)


def answer_first_wave(city: City) -> None:
    """The participant and some others answer, many more beside them, and some write in their own words."""
    survey: Survey = city.objects["survey"]
    pilot, at = city.objects["pilot"], city.at
    participant = city.people["participant"]
    enrolment = build_pilots.joined(
        pilot, participant, at=at, age_band="75+", sex="m", access_needs=("sign",), phone=PHONE
    )
    city.value("pilots.Enrolment.phone", *spellings(PHONE), owner="participant")
    confirm_residence(participant, city.objects["home"], by=city.people["clerk"], at=at)
    for column, choice in (("age_band", AgeBand.A75_PLUS), ("sex", Sex.MALE), ("access_needs", AccessNeed.SIGN)):
        city.beside(f"pilots.Enrolment.{column}", "participant", *labels_of(choice))
    leaver = city.person("leaver", group="participant", area=city.objects["here"])
    leave_pilot(
        build_pilots.joined(pilot, leaver, at=at, age_band="14-18", phone=ANY_PHONE), at=at + DAY, reason="privacy"
    )
    city.beside("pilots.Enrolment.leave_reason", "leaver", *labels_of(Enrolment.LeaveReason.PRIVACY))
    others = [city.person(f"participant {number}", group="participant", area=city.objects["here"]) for number in (1, 2)]
    others_joined = [
        build_pilots.joined(pilot, person, at=at, age_band="40-49", sex="f", phone=ANY_PHONE) for person in others
    ]
    wave = build_surveys.open_wave_of(survey)
    invite(wave, at=wave.opens_at)
    build_surveys.answer(wave, enrolment, hand_in=True, **BANK_ANSWERS)
    build_surveys.bulk_answers(wave, 120)
    city.value("surveys.OpenAnswer.text", *spellings(WRITTEN_PHONE), owner="participant")
    write_words(city, wave)
    for other in others_joined:
        build_surveys.answer(wave, other, **BANK_ANSWERS)
    city.objects["first"] = build_surveys.closed_wave(wave)
    city.objects |= {"enrolment": enrolment, "wave": build_surveys.reloaded(wave)}


def labels_of(choice: Any) -> list[str]:
    """What pages call it in both languages, and what programs read."""
    labels = [f'"{choice.value}"']
    for language in ("ko", "en"):
        with translation.override(language):
            labels.append(str(choice.label))
    return labels


def spellings(phone: str) -> list[str]:
    """A telephone number as people and programs write it, without what stands before."""
    digits = "".join(letter for letter in phone if letter.isdigit())[-8:]
    return [f"{digits[:4]}{sign}{digits[4:]}" for sign in ("-", "", " ", ".")]


# What opens an account: as the mails of allauth hold it, alone in a line or at the end of an address.
SECRETS_OF_MAILS: dict[str, Callable[[str], str]] = {
    "code": lambda body: str(re.findall(r"^[0-9A-Z]{3,4}-?[0-9A-Z]{3,4}$", body, re.MULTILINE)[0]),
    "link": lambda body: str(re.findall(r"/accounts/password/reset/key/([^/\s]+)/", body)[0]),
}

BANK_ANSWERS = {"QA1": 4, "QA2": 4, "QA3": 4, "QB": 4}


def write_words(city: City, wave: Wave) -> None:
    waiting = [city.word("surveys.OpenAnswer.masked (waiting)") for _number in range(3)]
    withheld = city.word("surveys.OpenAnswer.masked (withheld)")
    # Released in part: what was left out stays where it was written.
    kept, left_out = (city.word(f"surveys.OpenAnswer.{part}") for part in ("quotation", "masked (not quoted)"))
    texts = [f"The wait was long, {each}. Call me at {WRITTEN_PHONE}." for each in waiting]
    texts += [f"The driver was kind, {withheld}."]
    texts += [f"The bus came late {kept}. My neighbour {left_out} says so."]
    write_openly(wave, texts)
    # Enough of one kind that themes and words can be told.
    write_openly(wave, ["기다리는 시간이 길었어요."] * 20, **build_surveys.AGAINST)


def work_at_the_desk(city: City) -> None:
    """Everything evaluators do after a close, each by somebody else."""
    survey, snapshot, at = city.objects["survey"], city.objects["first"], city.objects["first"].frozen_at
    while work_out_next(at=at):
        pass
    by = city.evaluator
    answers = list(snapshot.wave.responses.filter(open_answer__isnull=False).order_by("pk"))
    withheld, released = (answers[number].open_answer for number in (3, 4))
    kept = released.masked.partition(". My")[0]
    reader = by("reader", "surveys.OpenAnswer.read_by_id")
    withhold_answer(withheld, by=reader, at=at)
    release_answer(released, kept, by=reader, at=at)
    theme = name_theme(
        survey,
        name_ko=city.word("surveys.Theme.name_ko"),
        name_en=city.word("surveys.Theme.name_en"),
        keywords=[city.word("surveys.Theme.keywords")],
        by=by("theme maker", "surveys.Theme.made_by_id"),
        at=at,
    )
    coder = by("coder", "surveys.Coding.coder_id")
    for response in answers[5:12]:
        code_answer(response.open_answer, [theme], by=coder, at=at)
    sign_verdict(Verdict.objects.get(snapshot=snapshot), by=by("signer", "surveys.VerdictSignature.by_id"), at=at)
    sign_direction(
        snapshot,
        driver="PU",
        figure="items.PU1.mean",
        words_ko=city.word("surveys.Direction.words_ko"),
        words_en=city.word("surveys.Direction.words_en"),
        by=by("director", "surveys.Direction.signed_by_id"),
        at=at,
    )


def take_files(city: City) -> None:
    """A file of each level in each format, by one; agreed to, taken and stopped by others."""
    wave, at = city.objects["wave"], timezone.now()
    asker = city.evaluator("asker", "surveys.Export.requested_by_id")
    agreer = city.person("agreer", Role.ADMINISTRATOR, group="staff", who="surveys.Export.confirmed_by_id")
    stopper = city.evaluator("stopper", "surveys.Export.ended_by_id")
    taker = city.evaluator("taker", "surveys.ExportDownload.by_id")
    evaluator = city.people["evaluator"]
    why = city.word("surveys.Export.why")

    def ask(level: str, format: str, by: Person) -> Export:
        recipe = next(iter(RESEARCH)) if level == Export.Level.RESEARCH else ""
        return request_export(wave, format=format, level=level, recipe=recipe, why=why, by=by, at=at)

    # The evaluator takes these.
    for level, formats in FORMATS.items():
        for format in formats:
            export = ask(level, format, evaluator)
            if level == Export.Level.FULL:
                confirm_export(export, by=agreer, at=at)
    while make_next_export():
        pass
    one = ask("a", "csv", asker)
    make_next_export()
    ExportDownload.objects.create(export=one, by=taker, at=at)
    cancel_export(ask("a", "xlsx", asker), by=stopper, at=at)
    EXPORTS.give_up(ask("a", "json", asker), "PROGRAM", city.word("surveys.Export.error"), at=at)
    city.objects["full file"] = ask("c", "csv", asker)


def report(city: City) -> None:
    """One that is published and corrected, and a draft with words that nobody has published."""
    snapshot, at = city.objects["first"], timezone.now()
    orderer = city.evaluator("orderer", "surveys.ReportOrder.ordered_by_id")
    order_report(snapshot, language="both", by=orderer, at=at)
    make_next_report()
    order = ReportOrder.objects.get()
    assert order.stage == "ready", order.error
    publisher = city.evaluator("report publisher", "surveys.Report.published_by_id")
    published = publish_report(order, by=publisher, at=at)
    corrector = city.evaluator("corrector", "surveys.Correction.corrected_by_id")
    words = {"what_ko": "표 3", "what_en": "Table 3", "why_ko": "오타", "why_en": "A slip"}
    correct_report(published, by=corrector, at=at, **words)
    writer = city.evaluator("writer", "surveys.ReportNotes.written_by_id")
    notes = city.texts("surveys.ReportNotes.{}", "foreword_ko", "foreword_en", "limits_ko", "limits_en")
    write_notes(snapshot, by=writer, at=at, **notes)
    draft = order_report(snapshot, language="en", by=orderer, at=at)
    make_next_report()
    taker = city.evaluator("pack taker", "surveys.PackTaken.taken_by_id")
    take_evaluator_pack(snapshot, by=taker, at=at, why=city.word("surveys.PackTaken.why"))
    failed = ReportOrder.objects.create(snapshot=snapshot, language="ko", ordered_by=orderer, ordered_at=at)
    REPORT_ORDERS.give_up(failed, "PROGRAM", city.word("surveys.ReportOrder.error"), at=at)
    draft.refresh_from_db()
    city.objects |= {"report": published, "report draft": draft}


def decide(city: City) -> None:
    """A decision that is written down and not published."""
    decider = city.person("decider", Role.MODERATOR, group="staff", who="feedback.Decision.by_id")
    verdict = Verdict.objects.get(snapshot=city.objects["first"])
    kind = verdict.details["choices"][0]
    city.objects["verdict"] = verdict
    texts = city.texts("feedback.Change.{} (draft)", "said_ko", "said_en", "did_ko", "did_en")
    city.objects["decision draft"] = draft_decision(
        verdict,
        kind=kind,
        by=decider,
        at=timezone.now(),
        changes=[build_feedback.change(**texts)],
        **city.texts("feedback.Decision.{} (draft)", "reason_ko", "reason_en", "next_changed_ko", "next_changed_en"),
    )


def watch_another_pilot(city: City) -> None:
    """Of the other evaluator: scaled, watched, fallen, looked into."""
    at, other = city.at - 100 * DAY, city.people["evaluator of another pilot"]
    publisher = city.people["publisher"]
    proposal = build_proposals.published(city.people["proposer"], publisher, at=at, title="Night bus")
    service = build_pilots.service(proposal, moderator=publisher, name_ko="밤버스", name_en="Night bus")
    pilot = build_pilots.announced_pilot(publisher, of=service, at=at, starts_in=0)
    survey = build_surveys.registered_survey(
        other, pilot=pilot, at=at, waves=2, with_questions=False, n_min=8, m_min=2, looks=(1,), protected_groups=()
    )
    people = [city.person(f"watched {number}", group="participant", area=city.objects["here"]) for number in range(30)]
    joined = [build_pilots.joined(pilot, person, at=at, age_band="40-49", sex="f") for person in people]
    # Enough on either side that everybody may know the shares from which the alarm follows.
    for number, accepting in enumerate((24, 11), start=1):
        wave = build_surveys.open_wave_of(survey, number)
        build_surveys.answers_of(wave, joined, accepting=accepting)
        build_surveys.closed_wave(wave)
    first = survey.waves.get(number=1).snapshot
    decider = city.person("other decider", Role.MODERATOR, group="staff", who="feedback.Decision.by_id")
    decision = build_feedback.published(first.verdict, decider, Decision.Kind.SCALE)
    tell_next(decision, at=timezone.now())
    alarm = survey.waves.get(number=2).snapshot.alarm
    city.objects |= {
        "watched wave": alarm.snapshot.wave,
        "other pilot": pilot,
        "other survey": survey,
        "decision": decision,
        "alarm": alarm,
    }
    reviewer = city.person("reviewer", Role.EVALUATOR, group="staff", who="surveys.Review.signed_by_id")
    survey.evaluators.add(reviewer)
    words = {"found_ko": "배차", "found_en": "Fewer", "done_ko": "복구", "done_en": "More"}
    review_alarm(alarm, **words, by=reviewer, at=timezone.now())


def open_second_wave(city: City) -> None:
    survey: Survey = city.objects["survey"]
    wave = build_surveys.open_wave_of(survey, 2)
    at = timezone.now()
    invite(wave, at=wave.opens_at)
    build_surveys.answer(wave, city.objects["enrolment"], hand_in=False, **BANK_ANSWERS)
    crowd = [city.person(f"asked {number}", group="participant", area=city.objects["here"]) for number in range(6)]
    for person in crowd:
        build_pilots.joined(city.objects["pilot"], person, at=at - 3 * DAY, age_band="19-29", sex="f", phone=ANY_PHONE)
    invite(wave, at=at - 2 * DAY)
    printer = city.evaluator("sheet printer", "surveys.Sheet.given_out_by_id")
    clerk = city.evaluator("entry clerk", "surveys.Entry.by_id")
    give_out_sheets(wave, [crowd[0].nickname], by=printer, at=at)
    (sheet,) = give_out_sheets(wave, [crowd[1].nickname], by=printer, at=at)
    enter_sheet(wave, sheet.code, build_surveys.CONTENT | BANK_ANSWERS, mode="paper", by=clerk, at=at)
    city.value("surveys.Entry.sheet", *as_written(sheet.code), owner="asked 1")
    earlier = city.person("earlier clerk", group="staff", who="surveys.EntryClerk.person_id")
    EntryClerk.objects.create(pilot=city.objects["pilot"], person=earlier, since=at)
    reminder = city.evaluator("reminder", "surveys.PartReminded.by_id")
    remind_part(wave, "age", "19-29", categories=["19-29"], by=reminder, at=at)
    city.objects |= {"open wave": wave, "planned wave": survey.waves.get(number=3)}
    links = city.people["participant"].notices.filter(kind__in=INVITATIONS).values_list("url", flat=True)
    city.value("notices.Notice.url", *(link.rstrip("/").rpartition("/")[2] for link in links), owner="participant")


def keep_secrets(city: City) -> None:
    """What accounts and the machine keep to themselves."""
    participant, at = city.people["participant"], timezone.now()
    data = city.texts("notices.Notice.{}", "data", owner="participant")["data"]
    notify(participant, "pilot_joined", occasion="marked", at=at, title_ko=data, title_en=data)
    # Some of the mails that wait to be written; each holds the path that stops its kind.
    notice = participant.notices.get(occasion="marked")
    Notice.objects.exclude(pk=notice.pk).filter(mail_considered_at=None).update(mail_considered_at=at)
    write_mails(at_most=10, at=at)
    city.value("notices.Mail.stop_path", notice.mail.stop_path, owner="participant")
    Notice.objects.exclude(pk=notice.pk).update(mail_considered_at=None)
    # Asked for on the pages: a code to sign in, a link to choose a new password, another address.
    visitor = Client()
    for form, secret in (("account_request_login_code", "code"), ("account_reset_password", "link")):
        before = set(Mail.objects.values_list("pk", flat=True))
        visitor.post(reverse(form), {"email": participant.email})
        (written,) = Mail.objects.exclude(pk__in=before)
        city.value(f"notices.Mail.body ({secret})", SECRETS_OF_MAILS[secret](written.body), owner="participant")
    for name in ("subject", "body", "html"):
        texts = {"subject": "A code", "body": "A code"} | {name: city.word(f"notices.Mail.{name}", "participant")}
        Mail.objects.create(
            to=f"{city.word('notices.Mail.to', 'participant')}@example.kr",
            last_error=f"SMTPRecipientsRefused: {city.word('notices.Mail.last_error', 'participant')}",
            **texts,
        )
    subject, body = (city.word(f"notices.Mail.{name}", "participant") for name in ("subject", "body"))
    Mail.objects.create(to=participant.email, subject=subject, body=body)
    device = city.word("accounts.Session.device", "participant")
    participant.sessions.create(
        session_key="a" * 32, session_data="", device=device, signed_in_at=at, seen_at=at, expire_date=at + DAY
    )
    _token, text = make_token(
        participant, name=city.word("accounts.ApiToken.name", "participant"), scopes=["read"], days=7, at=at
    )
    city.value("accounts.ApiToken.digest (text of the token)", text)
    city.objects["token"] = text
    # A form posted without being signed in waits in the session.
    visitor.post(reverse("me:profile"), {"name": city.word("accounts.Session.session_data")})
    second = f"{city.word('account.EmailAddress.email', 'participant')}@example.kr"
    participant.emailaddress_set.create(email=second, verified=False, primary=False)
    TOTP.activate(participant, generate_totp_secret())
    codes = RecoveryCodes.activate(participant).generate_codes()
    city.value("mfa.Authenticator.data (recovery code)", *codes, owner="participant")
    for authenticator in Authenticator.objects.filter(user__in=[participant, city.people["moderator"]]):
        secrets = [authenticator.data[name] for name in ("secret", "seed") if name in authenticator.data]
        city.value("mfa.Authenticator.data (secret)", *secrets, *map(decrypt, secrets))
    # A passkey that no browser made: of somebody who does not read.
    name = city.word("mfa.Authenticator.data", "supporter")
    Authenticator.objects.create(user=city.people["supporter"], type="webauthn", data={"name": name})
    for pilot in (None, city.objects["pilot"]):
        message = write_to_the_city(
            city.word("web.ContactMessage.text", "writer to the city"),
            pilot=pilot,
            person=city.people.get("writer to the city")
            or city.person("writer to the city", who="web.ContactMessage.person_id"),
            reply_to=f"{city.word('web.ContactMessage.reply_to', 'writer to the city')}@example.kr",
            language="ko",
            at=at,
        )
    answerer = city.person("who answered", Role.MODERATOR, group="staff", who="web.ContactMessage.done_by_id")
    mark_answered(message, by=answerer, at=at)
    asking = city.person(
        "who asked for a reset", Role.ADMINISTRATOR, group="staff", who="accounts.FactorReset.asked_by_id"
    )
    ask_for_factor_reset(city.people["moderator"], by=asking, at=at)
    confirming = city.person("who reset", Role.ADMINISTRATOR, group="staff", who="accounts.FactorReset.confirmed_by_id")
    done = ask_for_factor_reset(city.people["looker"], by=asking, at=at)
    confirm_factor_reset(done, by=confirming, at=at)
    wave = city.objects["open wave"]
    # No action makes counts wrong on purpose: these rows are written as they would be.
    wrong = replace(recount(wave), differences=(city.word("surveys.CountingIncident.differences"),))
    open_incident(wave, wrong, at=at)
    wave.closing_work.create(kind="drivers", stage="failed", queued_at=at, error=city.word("surveys.ClosingWork.error"))
    LogEntry.objects.create(
        user=city.person("log writer", Role.ADMINISTRATOR, group="staff", who="admin.LogEntry.user_id"),
        content_type=ContentType.objects.get_for_model(Person),
        object_id=str(participant.pk),
        object_repr=city.word("admin.LogEntry.object_repr"),
        action_flag=CHANGE,
        change_message=city.word("admin.LogEntry.change_message"),
    )


def sign_in_readers(city: City) -> None:
    """A browser for each; and one in which the participant followed the link of her invitation, without signing in."""
    for reader in (*READERS, FAR_EVALUATOR, WITHOUT_FACTOR):
        city.clients[reader] = Client()
        if reader in city.people:
            sign_in(city.clients[reader], city.people[reader])
    city.clients[PROGRAM] = Client(headers={"authorization": f"Bearer {city.objects['token']}"})
    city.clients[BY_LINK] = Client()
    city.clients[BY_LINK].get(answer_link(city.objects["open wave"], city.objects["enrolment"]))
    for reader, client in city.clients.items():
        if cookie := client.cookies.get(settings.SESSION_COOKIE_NAME):
            owner = "participant" if reader == BY_LINK else reader
            city.value("accounts.Session.session_key", cookie.value, owner=owner)


def read_stored_values(city: City) -> None:
    """Keys and hashes as they stand in the database now; short ones are numbers of something, and no secrets."""
    known = {mark.value for mark in city.marks}
    for label, kinds in MODELS.items():
        for kind in kinds:
            if isinstance(kind, Stored):
                for name in kind:
                    values = [value for key in stored(label, name) for value in as_written(key) if value not in known]
                    city.value(f"{label}.{name}", *values)
                    known.update(values)


def stored(label: str, column: str) -> list[str]:
    """The first and the last of a column, which are enough: what shows a key shows everybody's."""
    values = apps.get_model(label)._base_manager.order_by("pk").values_list(column, flat=True)
    texts = list(dict.fromkeys(str(value) for value in values if value and len(str(value)) >= 8))
    return list(dict.fromkeys([*texts[:3], *texts[-3:]]))


def as_written(key: str) -> list[str]:
    """A stored value as it stands, and as people or programs write it: a sheet's code as printed, a UUID in one run."""
    if re.fullmatch("[2-9A-HJ-NP-Z]{8}", key):
        return [key, printed(key)]
    try:
        return [key, uuid.UUID(key).hex]
    except ValueError:
        return [key]
