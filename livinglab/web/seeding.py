"""A city of any size in bulk, for measuring: as many rows as wished in the tables that grow, and true totals over them.

Nothing here is meant to be read; what one reads is the demonstration, whose texts are borrowed. Staff, service, pilot,
plan and rule come from the real actions, only the rows that exist in thousands are copied in.
"""

import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Any

import numpy as np
import numpy.typing as npt
from allauth.account.models import EmailAddress
from django.core.management.color import no_style
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import Max
from django.utils import timezone

from livinglab.accounts.areas import DATA, load_areas
from livinglab.accounts.models import Area, MailKind, Person, ResidenceState
from livinglab.accounts.roles import Role
from livinglab.text import fold_name
from livinglab.web.demonstration.city import content, in_both
from pilots.actions.enrol import recount_people
from pilots.actions.plan import make_pilot, make_service, make_test_bed
from pilots.actions.run import announce_pilot
from pilots.consent import ConsentWords
from pilots.models import AgeBand, Consent, ConsentText, Enrolment, Pilot, Sex
from proposals.lifecycle import Stage
from proposals.models import Comment, Proposal, Step, Support
from surveys.actions.plan import PlannedWave, plan_survey
from surveys.actions.register import RuleTerms, register_rule
from surveys.actions.waves import open_wave
from surveys.instruments import load_instruments
from surveys.metrics.layouts import NOT_SAID, cell_name
from surveys.metrics.reach import count_invited
from surveys.metrics.refresh import refresh, touch
from surveys.models import Invitation, ParticipantKey, Response, Wave
from surveys.questionnaire import DONT_KNOW, Question, questionnaire_of

SEED = 20220309
YEAR = timedelta(days=365)
BATCH = 10_000
# Of a hundred proposals so many are in each stage; the rest is published.
STAGES = {Stage.SUBMITTED: 2, Stage.CHANGES_ASKED: 1, Stage.DECLINED: 3, Stage.RETIRED: 2, Stage.SCALED: 2}
# Every so many-th proposal is talked about a lot, every second comment there answers another one.
BUSY = 500
INVITED_PER_ANSWER = 1.2
TOTALS = """
    UPDATE proposals_proposal SET
        support_total = (SELECT count(*) FROM proposals_support WHERE proposal_id = proposals_proposal.id),
        comment_total = (SELECT count(*) FROM proposals_comment WHERE proposal_id = proposals_proposal.id)
"""


@dataclass(frozen=True)
class Size:
    proposals: int
    supports: int
    comments: int
    answers: int

    @property
    def people(self) -> int:
        return max(int(self.answers * INVITED_PER_ANSWER), self.supports // 10, 100)


class City:
    def __init__(self, size: Size, *, at: datetime) -> None:
        self.size, self.at = size, at
        self.chance = random.Random(SEED)
        self.numbers = np.random.default_rng(SEED)
        self.areas = list(Area.objects.order_by("pk"))
        self.moderator = staff("moderator", Role.MODERATOR)
        self.evaluator = staff("evaluator", Role.EVALUATOR)

    def some_time(self) -> datetime:
        """A moment of the last year, the moment of seeding left out."""
        return self.at - YEAR * (1 - self.chance.random() * 0.99)


@transaction.atomic
def seed(size: Size, *, at: datetime) -> Wave | None:
    """Fill an empty database; returns the open wave that holds the answers, or nothing without answers."""
    load_areas(DATA, today=timezone.localdate(at))
    load_instruments(at=at)
    city = City(size, at=at)
    copy(people(city))
    copy(proposals(city))
    copy(steps())
    copy(comments(city))
    copy(supports(city))
    count_totals()
    return survey(city) if size.answers else None


def staff(nickname: str, role: Role) -> Person:
    person = Person.objects.create_user(f"{nickname}@example.kr", name=nickname, nickname=nickname, language="ko")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    person.grants.create(role=role)
    return Person.objects.with_roles().get(pk=person.pk)


def copy(rows: Iterable[models.Model]) -> None:
    """PostgreSQL's COPY of unsaved rows that carry their number; defaults are those of the models."""
    rows, connection = iter(rows), connections[DEFAULT_DB_ALIAS]
    # A batch is complete before it is copied: meanwhile the connection answers no query.
    while batch := list(islice(rows, BATCH)):
        model = type(batch[0])
        fields = model._meta.concrete_fields
        columns = ", ".join(f'"{field.column}"' for field in fields)
        with connection.cursor() as cursor:
            with cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as lines:
                for row in batch:
                    values = (field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields)
                    lines.write_row(tuple(values))
            for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
                cursor.execute(statement)


def numbers_after(model: type[models.Model]) -> Iterator[int]:
    return count((model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1)


def people(city: City) -> Iterator[Person]:
    for number, pk in enumerate(islice(numbers_after(Person), city.size.people)):
        yield Person(
            pk=pk,
            email=f"resident-{number}@example.kr",
            password="!",
            name="시범 주민",
            nickname=f"주민{number}",
            nickname_key=fold_name(f"주민{number}"),
            language="ko" if number % 10 else "en",
            area=city.areas[number % len(city.areas)],
            residence=ResidenceState.CONFIRMED,
            stopped_mails=[kind for kind, _label in MailKind.chosen_in_the_profile()],
            date_joined=city.at - YEAR,
        )


def residents() -> list[int]:
    return list(Person.objects.filter(residence=ResidenceState.CONFIRMED).order_by("pk").values_list("pk", flat=True))


def proposals(city: City) -> Iterator[Proposal]:
    words = content("proposals")["proposals"]
    authors = residents()
    stages: list[str] = [stage for stage, share in STAGES.items() for _one in range(share)]
    stages += [Stage.PUBLISHED] * (100 - len(stages))
    for number, pk in enumerate(islice(numbers_after(Proposal), city.size.proposals)):
        written = words[number % len(words)]
        at = city.some_time()
        # Primes, so that stages, areas, fields and texts meet in every combination.
        stage = stages[number * 37 % 100]
        public = stage not in (Stage.SUBMITTED, Stage.CHANGES_ASKED, Stage.DECLINED)
        texts = {name: in_both(name, written[name]) for name in Proposal.TEXTS}
        proposal = Proposal(
            pk=pk,
            author_id=authors[number * 7 % len(authors)],
            stage=stage,
            language=written["language"],
            field_id=f"{number * 5 % 12 + 1:02}",
            area=city.areas[number * 11 % len(city.areas)],
            smart_service_level=number % 5 + 1,
            created_at=at,
            changed_at=at,
            submitted_at=at,
            published_at=at + timedelta(days=2) if public else None,
            due_on=timezone.localdate(at) + timedelta(days=30) if stage == Stage.SUBMITTED else None,
            paused_at=at if stage == Stage.CHANGES_ASKED else None,
            illustrative=True,
            **{column: text for pair in texts.values() for column, text in pair.items()},
        )
        proposal.title_ko, proposal.title_en = f"{proposal.title_ko} {number}", f"{proposal.title_en} {number}"
        yield proposal


def steps() -> Iterator[Step]:
    pks = numbers_after(Step)
    for proposal in Proposal.objects.order_by("pk").iterator():
        passed = [Stage.DRAFT, Stage.SUBMITTED]
        if proposal.stage in (Stage.RETIRED, Stage.SCALED):
            passed += [Stage.PUBLISHED, Stage.IN_PILOT]
        if proposal.stage != Stage.SUBMITTED:
            passed.append(Stage(proposal.stage))
        for number, (before, after) in enumerate(zip(passed, passed[1:], strict=False)):
            yield Step(
                pk=next(pks),
                proposal=proposal,
                from_stage=before,
                to_stage=after,
                by_role=Role.MODERATOR if number else Role.RESIDENT,
                at=(proposal.submitted_at or proposal.created_at) + timedelta(days=number),
            )


def public_proposals() -> list[tuple[int, datetime]]:
    public = Proposal.objects.published().order_by("pk").values_list("pk", "published_at")
    return [(pk, published_at) for pk, published_at in public if published_at is not None]


def comments(city: City) -> Iterator[Comment]:
    said = [comment for proposal in content("proposals")["proposals"] for comment in proposal.get("comments", [])]
    authors, places = residents(), public_proposals()
    busy = places[::BUSY]
    pks = numbers_after(Comment)
    parents: dict[int, int] = {}
    for number, pk in enumerate(islice(pks, city.size.comments)):
        place = number // 4 % len(busy) if number % 4 == 0 else number * 13 % len(places)
        proposal, published_at = busy[place] if number % 4 == 0 else places[place]
        words = said[number % len(said)]
        parent = parents.get(proposal) if number % 3 == 0 else None
        if parent is None:
            parents[proposal] = pk
        yield Comment(
            pk=pk,
            proposal_id=proposal,
            parent_id=parent,
            author_id=authors[number * 17 % len(authors)],
            kind=words["kind"] if parent is None else Comment.Kind.PLAIN,
            language=words["language"],
            body_ko=words["ko"],
            body_en=words["en"],
            at=published_at + (city.at - published_at) * city.chance.random(),
        )


def supports(city: City) -> Iterator[Support]:
    """Some proposals are loved and most are not; nobody supports one twice."""
    people, places = residents(), public_proposals()
    shares = city.numbers.pareto(1.5, len(places)) + 0.1
    numbers = np.minimum(shares / shares.sum() * city.size.supports, len(people) // 2).astype(int)
    left = int(city.size.supports - numbers.sum())
    # What rounding and the limit took away goes round in turn.
    numbers += left // len(places) + (np.arange(len(places)) < left % len(places))
    pks = numbers_after(Support)
    for (proposal, published_at), number in zip(places, numbers, strict=True):
        first = city.chance.randrange(len(people))
        for place in range(number):
            yield Support(
                pk=next(pks),
                proposal_id=proposal,
                person_id=people[(first + place) % len(people)],
                at=published_at + (city.at - published_at) * city.chance.random(),
            )


def count_totals() -> None:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(TOTALS)


def survey(city: City) -> Wave:
    """One pilot with everybody in it and one open wave with the answers."""
    pilot = announced_pilot(city)
    opened = city.at - timedelta(days=7)
    plan = plan_survey(
        pilot,
        waves=[PlannedWave(opened, city.at + timedelta(days=30), city.size.answers)],
        by=city.evaluator,
        at=opened,
        questions=content("services")["services"][0]["versions"][0]["pilot"]["questions"],
    )
    everybody = {"ko": "실증에 참여하는 주민", "en": "Residents who take part in the pilot"}
    register_rule(plan, RuleTerms(population=everybody, analyst="evaluator"), by=city.evaluator, at=opened)
    wave = plan.waves.get()
    open_wave(wave, at=opened)
    wave.refresh_from_db()
    copy(enrolments(city, pilot))
    recount_people(pilot)
    copy(consents(pilot))
    copy(invitations(wave))
    count_invited(wave)
    copy(keys(city, pilot))
    copy(responses(city, wave))
    touch(wave, wave.responses.values_list("pk", flat=True))
    refresh(wave, at=city.at)
    return wave


def announced_pilot(city: City) -> Pilot:
    at = city.at - timedelta(days=30)
    words = content("services")["services"][0]["versions"][0]
    service = make_service(
        Proposal.objects.filter(stage=Stage.PUBLISHED).earliest("pk"),
        smart_service_level=words["smart_service_level"],
        at=at,
        **in_both("name", content("services")["services"][0]["name"]),
        **in_both("summary", words["summary"]),
    )
    bed = content("services")["test_beds"][0]
    pilot = make_pilot(
        service.versions.get(),
        test_bed=make_test_bed(
            host=None,
            capacity=2 * city.size.people,
            illustrative=True,
            **in_both("name", bed["name"]),
            **in_both("offer", bed["offer"]),
        ),
        starts_on=timezone.localdate(at),
        ends_on=timezone.localdate(city.at) + timedelta(days=60),
        capacity=2 * city.size.people,
        consent=ConsentWords(**words["pilot"]["consent"]["participation"]),
        at=at,
        **{
            column: text
            for name in ("title", "purpose", "expected", "limits")
            for column, text in in_both(name, words["pilot"][name]).items()
        },
    )
    announce_pilot(pilot, by=city.moderator, at=at)
    return pilot


def enrolments(city: City, pilot: Pilot) -> Iterator[Enrolment]:
    at = city.at - timedelta(days=20)
    bands, sexes = list(AgeBand), list(Sex)
    people = Person.objects.filter(residence=ResidenceState.CONFIRMED).order_by("pk").values_list("pk", "area")
    for pk, (person, area) in zip(numbers_after(Enrolment), people.iterator(), strict=False):
        yield Enrolment(
            pk=pk,
            pilot=pilot,
            person_id=person,
            state=Enrolment.State.JOINED,
            age_band=city.chance.choice(bands),
            sex=city.chance.choice(sexes),
            area_id=area,
            asked_at=at,
            joined_at=at,
        )


def consents(pilot: Pilot) -> Iterator[Consent]:
    text = pilot.consent_texts.get(purpose=ConsentText.Purpose.PARTICIPATION)
    for pk, enrolment in zip(numbers_after(Consent), pilot.enrolments.order_by("pk").iterator(), strict=False):
        yield Consent(pk=pk, enrolment=enrolment, text=text, language="ko", given_at=enrolment.asked_at)


def invitations(wave: Wave) -> Iterator[Invitation]:
    enrolments = wave.survey.pilot.enrolments.order_by("pk").values_list("pk", flat=True)
    for pk, enrolment in zip(numbers_after(Invitation), enrolments.iterator(), strict=False):
        yield Invitation(pk=pk, wave=wave, enrolment_id=enrolment, invited_at=wave.opens_at)


def keys(city: City, pilot: Pilot) -> Iterator[ParticipantKey]:
    enrolments = pilot.enrolments.order_by("pk").values_list("pk", flat=True)[: city.size.answers]
    for pk, enrolment in zip(numbers_after(ParticipantKey), enrolments.iterator(), strict=False):
        yield ParticipantKey(pk=pk, enrolment_id=enrolment, key=uuid.UUID(int=city.chance.getrandbits(128), version=4))


def responses(city: City, wave: Wave) -> Iterator[Response]:
    questions = questionnaire_of(wave).questions
    answers = drawn(city, questions)
    level = [question.kind for question in questions].index("use_level")
    opened = wave.opened_at or city.at
    taking_part: Any = (
        ParticipantKey.objects.filter(enrolment__pilot=wave.survey.pilot)
        .order_by("pk")
        .values_list("key", "enrolment__age_band", "enrolment__sex", "enrolment__area__office_code")
    )
    old = {AgeBand.A65_74, AgeBand.A75_PLUS}
    for pk, (key, age, sex, area), row in zip(
        numbers_after(Response), taking_part.iterator(), answers.tolist(), strict=False
    ):
        at = opened + (city.at - opened) * city.chance.random()
        yield Response(
            pk=pk,
            wave=wave,
            participant_key=key,
            answers=row,
            cell=cell_name(age=age, sex=sex, area=area),
            groups=["65+"] if age in old else [] if age else ["65+" + NOT_SAID],
            use_level=row[level],
            milliseconds=city.chance.randrange(60_000, 300_000),
            started_at=at,
            saved_at=at,
            submitted_at=at,
        )


def drawn(city: City, questions: Sequence[Question]) -> npt.NDArray[np.int16]:
    """Answers that hang together a little: a person's leaning, noise, and some who do not know."""
    people = city.size.answers
    leaning = city.numbers.normal(0, 1, (people, 1)) + city.numbers.normal(0.6, 0.8, (people, len(questions)))
    answers = np.clip(np.rint(leaning + 3), 1, [question.high for question in questions]).astype(np.int16)
    can_pass = np.array([question.kind == "item" for question in questions])
    answers[(city.numbers.random(answers.shape) < 0.02) & can_pass] = DONT_KNOW
    return answers
