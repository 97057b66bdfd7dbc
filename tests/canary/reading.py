"""Reads every place of the city as everybody, and says which mark showed where to whom."""

import contextlib
import html
import io
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponseBase
from django.template import Template
from django.test import Client, RequestFactory
from django.test.utils import _TestState
from django.urls import resolve, reverse

from livinglab.celery import app
from livinglab.notices.mails import send_next, write_mails
from livinglab.notices.models import Mail
from tests.canary.city import BY_LINK, FAR_EVALUATOR, PROGRAM, READERS, ROLES, WITHOUT_FACTOR, City
from tests.canary.places import COMMANDS, PLACES, Arguments, Place
from tests.canary.search import Search

LANGUAGES = ("ko", "en")
# Pages in a language; files and fragments of text are in none.
IN_A_LANGUAGE = ("text/html", "application/json", "application/problem+json")
ADDRESSES = re.compile(rb'\b(?:href|action|src|(?:data-)?hx-[a-z]+|content)="([^"]*[/?][^"]*)"')
QUERIES = re.compile(rb'\bhref="(\?[^"]+)"')
# So many of the lists, filters and further pages that a page leads to are opened.
MOST_QUERIES = 6
# To a form or a call: it was taken.
DONE = (200, 201, 204, 302)
REFUSED = (401, 403, 404)
OPERATOR = "operator"
# What the participant reads, and all that is hers there.
OF_PARTICIPANT = (BY_LINK, PROGRAM)
# Where one reads without having signed in, besides the survey.
ALSO_BY_LINK = ("home", "pilots:detail", "me:data")


@dataclass(frozen=True)
class Showing:
    """A mark of a column showed in a place to somebody with a role."""

    column: str
    place: str
    role: str
    reader: str
    language: str
    around: str

    def __str__(self) -> str:
        return f"{self.column} | {self.place} | {self.role} ({self.reader}, {self.language}) | …{self.around}…"


class Reading:
    """What everybody was shown so far."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.search = Search(city.marks, city.besides)
        self.clients = city.clients
        self.showings: dict[tuple[str, str, str], Showing] = {}
        self.answers = 0
        # Addresses that gave somebody what they asked for, and kinds of notices that somebody was told of by mail.
        self.answered: set[str] = set()
        self.mailed: set[str] = set()
        self.followed: dict[tuple[str, str], set[str]] = {}

    def note(self, data: bytes, *, place: str, reader: str, role: str, language: str = "") -> None:
        """Write down every mark in what this reader was shown."""
        for hit in self.search.hits(data):
            own = bool(hit.mark.owner) and hit.mark.owner == ("participant" if reader in OF_PARTICIPANT else reader)
            if own and hit.mark.beside:
                # Her nickname stands in the head of each page she opens, so everything stands beside it.
                continue
            showing = Showing(hit.mark.column, place, "herself" if own else role, reader, language, hit.around)
            self.showings.setdefault((showing.column, showing.place, showing.role), showing)

    @contextlib.contextmanager
    def without_contexts(self) -> Iterator[None]:
        """The tests of Django keep a copy of what every template was given, of which there are some ten thousand."""
        keeping, plain = Template._render, _TestState.saved_data.template_render
        Template._render = plain
        try:
            yield
        finally:
            Template._render = keeping

    def read_pages(self, places: Iterable[Place] = PLACES) -> None:
        for place in places:
            readers = self.readers_of(place)
            for number, arguments in enumerate(place.arguments(self.city)):
                shut_out = self.read_object(place, arguments, number, readers)
                # By their role: tests/web/urls_by_object.py asks them for other objects, too.
                readers = [reader for reader in readers if reader not in shut_out]
                if place.url.startswith("admin:"):
                    readers = ["administrator"]

    def read_object(self, place: Place, arguments: Arguments, number: int, readers: list[str]) -> set[str]:
        """One address with its arguments, by these readers, in both languages; then forms and calls of programs.

        Gives back who was answered that it is not for them.
        """
        shut_out = set()
        url, name = reverse(place.url, kwargs=arguments) + place.query, place.name(self.city, arguments)
        reached: list[tuple[str, str, bytes]] = []
        for turn, reader in enumerate(readers):
            language = LANGUAGES[(turn + number) % 2]
            response, page = self.get(url, name, reader, language)
            if response.status_code == 403 or (reader == "nobody" and leads_to_sign_in(response)):
                shut_out.add(reader)
            if response.status_code in REFUSED or leads_to_sign_in(response):
                continue
            reached.append((reader, language, page if response.status_code == 200 else b""))
            if response.status_code != 200:
                continue
            self.answered.add(place.url)
            if response["Content-Type"].partition(";")[0] in IN_A_LANGUAGE and number == 0:
                # Both languages of the first object; further ones take turns, over all who read them.
                self.get(url, name, reader, LANGUAGES[(turn + 1) % 2])
                if place.htmx:
                    self.get(url, name, reader, language, htmx=True)
                self.follow_queries(page, url, name, reader, language)
        if number < place.posted:
            self.send_forms(place, url, name, [turn for turn in reached if turn[0] != PROGRAM])
            for turn, reader in enumerate(reader for reader in readers if reader != PROGRAM):
                for method, data in place.calls(self.city):
                    self.send(place, url, name, reader, LANGUAGES[turn % 2], method, data)
        return shut_out

    def send_forms(self, place: Place, url: str, name: str, reached: list[tuple[str, str, bytes]]) -> None:
        """Nothing, and the forms of the place; nothing only until it turns out to be the page once more."""
        takes_posts = True
        for reader, language, page in reached:
            if takes_posts:
                response, body = self.send(place, url, name, reader, language, "POST", {})
                same = bool(page) and self.search.without_tokens(body) == self.search.without_tokens(page)
                takes_posts = response.status_code != 405 and not same
            for post in place.posts(self.city):
                self.send(place, url, name, reader, language, "POST", post)

    def follow_queries(self, page: bytes, url: str, place: str, reader: str, language: str) -> None:
        """What a page leads to at its own address: the other lists, the next page. Once for each role."""
        followed = self.followed.setdefault((place, ROLES[reader]), set())
        for query in dict.fromkeys(QUERIES.findall(page)):
            if len(followed) == MOST_QUERIES:
                break
            if query not in followed:
                followed.add(query)
                self.get(url.partition("?")[0] + html.unescape(query.decode()), place, reader, language)

    def readers_of(self, place: Place) -> list[str]:
        """Everybody, but for those who are one more resident there: what is theirs is elsewhere."""
        if place.readers:
            return list(place.readers)
        if place.url.startswith("admin:"):
            return ["nobody", "resident", "moderator", WITHOUT_FACTOR, "administrator"]
        if place.url.startswith("administration:"):
            return ["nobody", "resident", "moderator", "administrator"]
        if path_of(place.url).startswith("desk/"):
            left_out = ("author", "participant", "host")
            return [*(reader for reader in READERS if reader not in left_out), FAR_EVALUATOR, WITHOUT_FACTOR]
        if place.url.startswith("surveys:answer") or place.url in ("api:questions", "api:answers"):
            by_program = [PROGRAM] if place.url.startswith("api:") else []
            return [*(reader for reader in READERS if reader not in ("author", "host")), BY_LINK, *by_program]
        if place.url.startswith(("pilots:", "surveys:", "feedback:")):
            also = [FAR_EVALUATOR, *([BY_LINK] if place.url in ALSO_BY_LINK else [])]
            return [*(reader for reader in READERS if reader != "author"), *also]
        if place.url.startswith("proposals:"):
            return [reader for reader in READERS if reader != "host"]
        if place.url.startswith("api:"):
            return [*READERS, PROGRAM]
        return [*READERS, *([BY_LINK] if place.url in ALSO_BY_LINK else [])]

    @contextlib.contextmanager
    def as_before(self, reader: str) -> Iterator[Client]:
        """Her browser; afterwards neither the database nor its cookies remember what was asked for."""
        client = self.clients[reader]
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        with transaction.atomic():
            yield client
            transaction.set_rollback(True)
        client.cookies = SimpleCookie(cookies)

    def get(
        self, url: str, place: str, reader: str, language: str, *, htmx: bool = False
    ) -> tuple[HttpResponseBase, bytes]:
        headers = {"accept-language": language} | ({"hx-request": "true"} if htmx else {})
        with self.as_before(reader) as client:
            response = client.get(url, headers=headers)
            data = response.getvalue()  # type: ignore[attr-defined]
        self.note_answer(response, data, place=place, reader=reader, language=language)
        return response, data

    def send(
        self,
        place: Place,
        url: str,
        name: str,
        reader: str,
        language: str,
        method: str,
        data: dict[str, Any],
        *,
        htmx: bool = False,
    ) -> tuple[HttpResponseBase, bytes]:
        """A form of a page, also with htmx where that answers otherwise, or a call; and the page to which it leads."""
        headers = {"accept-language": language} | ({"hx-request": "true"} if htmx else {})
        with self.as_before(reader) as client:
            if place.url.startswith("api:"):
                call = getattr(client, method.lower())
                response = call(url, data, content_type="application/json", headers=headers)
            else:
                response = client.post(url, data, headers=headers)
            body = response.getvalue()
            self.note_answer(response, body, place=name, reader=reader, language=language)
            if response.status_code in DONE and not leads_to_sign_in(response):
                self.answered.add(place.url)
            follows = response.headers.get("Location", "")
            if follows.startswith("/") and not htmx and not leads_to_sign_in(response):
                next_page = client.get(follows, headers=headers)
                next_name = resolve(urlsplit(follows).path).view_name
                self.note_answer(next_page, next_page.getvalue(), place=next_name, reader=reader, language=language)
                if next_page.status_code == 200:
                    self.answered.add(next_name)
        if place.htmx and not htmx:
            self.send(place, url, name, reader, language, method, data, htmx=True)
        return response, body

    def note_answer(self, response: HttpResponseBase, data: bytes, *, place: str, reader: str, language: str) -> None:
        assert response.status_code != 429, f"{place} was asked too often to be read by {reader}."
        role = ROLES[reader]
        self.answers += 1
        headers = "\n".join(
            [f"HTTP/1.1 {response.status_code}", *(f"{name}: {value}" for name, value in response.headers.items())]
        )
        if any(True for _hit in self.search.hits(data)):
            addresses = b"\n".join(ADDRESSES.findall(data))
            # Mails stand in the demonstration's page as they were sent, and what they lead to is a link there.
            where = "an address in the demonstration" if place.startswith("demonstration:") else "an address in a page"
            self.note(addresses, place=where, reader=reader, role=role, language=language)
        self.note(data, place=place, reader=reader, role=role, language=language)
        self.note(headers.encode(), place="a header", reader=reader, role=role, language=language)
        cookies = response.cookies.output().encode()
        self.note(cookies, place="a cookie", reader=reader, role=role, language=language)

    def read_errors(self) -> None:
        """Pages of no address: what is wrong, missing, or breaks."""
        from django.urls import get_resolver

        for reader in READERS:
            for language in LANGUAGES:
                self.get("/there-is-nothing-here/", "error 404", reader, language)
                self.get("/api/v1/there-is-nothing-here/", "error 404", reader, language)
        for client, headers in ((Client(), {"host": "elsewhere.example"}), (Client(enforce_csrf_checks=True), {})):
            response = client.post(reverse("me:profile"), {"name": "x"}, headers=headers)
            assert response.status_code in (400, 403)
            self.note(response.content, place=f"error {response.status_code}", reader="nobody", role="nobody")
        request = RequestFactory().get("/")
        broken = get_resolver().resolve_error_handler(500)(request)
        self.note(broken.content, place="error 500", reader="nobody", role="nobody")

    def read_mails(self) -> None:
        """Every mail that waits or follows from a notice, as the mail server is handed it."""
        from django.utils import timezone

        readers = {person.email: key for key, person in self.city.people.items()}
        with transaction.atomic():
            while write_mails(at_most=500, at=timezone.now()):
                pass
            mail.outbox.clear()
            kinds = {
                str(message_id): kind or "account"
                for message_id, kind in Mail.objects.values_list("message_id", "notice__kind")
            }
            # As a server that takes mails, whatever the settings of a demonstration say.
            while send_next(at=timezone.now()):
                pass
            for message in mail.outbox:
                sent = message.message()
                kind = kinds[str(sent["Message-ID"]).strip("<>").partition("@")[0]]
                self.mailed.add(kind)
                reader = readers.get(message.to[0], "somebody")
                role = self.city.roles.get(reader, "addressee")
                self.note(sent.as_bytes(), place=f"mail {kind}", reader=reader, role=role)
            assert len(mail.outbox) > 50
            transaction.set_rollback(True)

    def read_notices(self) -> None:
        """What each kind of notice says to each person, in both languages; mails are in one."""
        from livinglab.notices.models import Notice
        from livinglab.notices.texts import render

        keys = {person.pk: key for key, person in self.city.people.items()}
        newest = Notice.objects.order_by("person", "kind", "-pk").distinct("person", "kind").select_related("person")
        for notice in newest:
            reader = keys.get(notice.person_id, "somebody")
            role = self.city.roles.get(reader, "addressee")
            for language in LANGUAGES:
                text = render(notice, language)
                says = f"{text.subject}\n{text.body}".encode()
                self.note(says, place=f"notice {notice.kind}", reader=reader, role=role, language=language)

    def read_commands(self) -> None:
        """What commands and tasks print and give back."""
        for command, options in COMMANDS.items():
            if isinstance(options, str):
                continue
            for arguments in options(self.city):
                printed = io.StringIO()
                with transaction.atomic(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                    given_back = call_command(command, *arguments, stdout=printed, stderr=printed)
                    transaction.set_rollback(True)
                text = f"{printed.getvalue()}\n{given_back}"
                self.note(text.encode(), place=f"command {command}", reader=OPERATOR, role=OPERATOR)
        app.loader.import_default_modules()
        for name in sorted({entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}):
            with transaction.atomic():
                given_back = app.tasks[name].run()
                transaction.set_rollback(True)
            self.note(str(given_back).encode(), place=f"task {name}", reader=OPERATOR, role=OPERATOR)

    def read_log(self, lines: list[str]) -> None:
        self.note("\n".join(lines).encode(), place="log", reader=OPERATOR, role=OPERATOR)


def path_of(name: str) -> str:
    from django.urls import get_resolver

    resolver, path = get_resolver(), ""
    *namespaces, last = name.split(":")
    for namespace in namespaces:
        prefix, resolver = resolver.namespace_dict[namespace]
        path += str(prefix)
    return path + str(next(iter(resolver.reverse_dict.getlist(last)))[0][0][0])


def leads_to_sign_in(response: HttpResponseBase) -> bool:
    return response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/?")


class Lines(logging.Handler):
    """Every line that is logged, as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("{asctime} {levelname} {name}: {message}", style="{"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextlib.contextmanager
def listening() -> Iterator[Lines]:
    """Hears what every logger says at the level of an install; refusals, of which there are thousands, once each."""
    heard, requests = Lines(), logging.getLogger("django.request")
    root = logging.getLogger()
    root.addHandler(heard)
    requests.addHandler(heard)
    requests.propagate = False
    yield heard
    requests.propagate = True
    requests.removeHandler(heard)
    root.removeHandler(heard)
