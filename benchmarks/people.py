"""Whom the measurement signs in as, and what they write. Needs Django to be set up on the seeded database."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from benchmarks.client import Client
from livinglab.accounts.models import Person
from livinglab.web.demonstration.city import content
from pilots.models import Enrolment
from proposals.lifecycle import Stage
from proposals.models import Proposal
from surveys.links import page_mark
from surveys.models import Wave
from surveys.questionnaire import questionnaire_of

PASSWORD = "only for measuring"
PERIOD = 30  # seconds a one-time code lasts


@dataclass(frozen=True)
class People:
    """Residents who take part in the pilot and have not answered, and its evaluator with her secret."""

    residents: Sequence[Person]
    evaluator: Person
    secret: str
    wave: Wave


def let_in(number: int) -> People:
    """Give people of the seeded city what they need to sign in."""
    wave = Wave.objects.open().select_related("survey__pilot__version__service").get()
    waiting = Enrolment.objects.filter(pilot=wave.survey.pilot, participant_key=None).order_by("pk")
    residents = [enrolment.person for enrolment in waiting.select_related("person")[:number] if enrolment.person]
    evaluator = wave.survey.evaluators.get()
    for person in (*residents, evaluator):
        Person.objects.filter(pk=person.pk).update(password=make_password(PASSWORD))
        person.emailaddress_set.get_or_create(email=person.email, verified=True, primary=True)
    secret = generate_totp_secret()
    TOTP.activate(evaluator, secret)
    return People(residents, evaluator, secret, wave)


def signed_in(port: int, person: Person) -> Client:
    client = Client(port)
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    return client


def with_second_factor(port: int, people: People) -> Client:
    client = signed_in(port, people.evaluator)
    code = format_hotp_value(hotp_value(people.secret, int(time.time()) // PERIOD))
    client.get(reverse("mfa_authenticate"))
    client.post(reverse("mfa_authenticate"), {"code": code})
    return client


def most_discussed() -> str:
    return reverse("proposals:detail", args=[Proposal.objects.published().latest("comment_total").pk])


def wave_page(people: People) -> str:
    return reverse("surveys:wave", args=[people.wave.pk])


def insert(client: Client, number: int) -> object:
    return client.post("/bare/write/", {}, expect=204)


def supporting(people: People) -> Callable[[Client, int], object]:
    """Each resident supports one proposal after the other, never the same twice."""
    open_ones = list(Proposal.objects.filter(stage=Stage.PUBLISHED).order_by("pk").values_list("pk", "author"))
    left: list[Iterator[int]] = []
    for number, resident in enumerate(people.residents):
        supported = set(resident.supports.values_list("proposal", flat=True))
        own = [pk for pk, author in open_ones if author != resident.pk and pk not in supported]
        Random(number).shuffle(own)
        left.append(iter(own))
    return lambda client, number: client.post(reverse("proposals:support", args=[next(left[number])]), {})


def commenting(people: People) -> Callable[[Client, int], object]:
    pks = list(Proposal.objects.filter(stage=Stage.PUBLISHED).order_by("pk").values_list("pk", flat=True))
    turns = count()

    def comment(client: Client, number: int) -> object:
        turn = next(turns)
        words = {"kind": "plain", "text": f"저도 그 길로 다녀요. 꼭 한번 해 보면 좋겠습니다. ({turn})"}
        return client.post(reverse("proposals:comment", args=[pks[turn % len(pks)]]), words)

    return comment


def creating(people: People) -> Callable[[Client, int], object]:
    """A complete draft, saved from the empty form."""
    words = content("proposals")["proposals"][0]
    written = {name: words[name]["ko"] for name in Proposal.TEXTS} | {"language": "ko", "field": words["field"]}

    def create(client: Client, number: int) -> object:
        area = str(people.residents[number].area_id)
        form = written | {"draft_key": str(uuid.uuid4()), "area": area, "smart_service_level": "2", "do": "save"}
        return client.post(reverse("proposals:new"), form)

    return create


def answering(people: People, clients: Sequence[Client]) -> Callable[[Client, int], object]:
    """One screen after the other of a survey that each has begun, again and again: answers may change."""
    wave = people.wave
    enrolments = {enrolment.person_id: enrolment for enrolment in Enrolment.objects.filter(pilot=wave.survey.pilot)}
    # As the pages carry it in their forms.
    marks = [page_mark(wave, enrolments[person.pk]) for person in people.residents[: len(clients)]]
    for client, mark in zip(clients, marks, strict=True):
        client.post(reverse("surveys:answer", args=[wave.pk]), {"page_mark": mark})
    screens = questionnaire_of(wave).screens
    turns = [count() for _client in clients]
    chance = Random(1)

    def answer(client: Client, number: int) -> object:
        place = next(turns[number]) % len(screens)
        chosen = {question.code: str(chance.choice(question.choices)[0]) for question in screens[place].questions}
        chosen["page_mark"] = marks[number]
        return client.post(reverse("surveys:answer_screen", args=[wave.pk, place + 1]), chosen)

    return answer
