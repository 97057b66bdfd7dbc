"""Reads every place of the city as everybody, and says which mark showed where to whom."""

import contextlib
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
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from livinglab.celery import app
from livinglab.notices.mails import send_next, write_mails
from livinglab.notices.models import Mail
from tests.canary.city import BY_LINK, READERS, City
from tests.canary.places import COMMANDS, PLACES, Arguments, Place
from tests.canary.search import Search

LANGUAGES = ("ko", "en")
# Pages in a language; files and fragments of text are in none.
IN_A_LANGUAGE = ("text/html", "application/json", "application/problem+json")
ADDRESSES = re.compile(rb'\b(?:href|action|src|(?:data-)?hx-[a-z]+|content)="([^"]*[/?][^"]*)"')
REFUSED = (401, 403, 404, 429)
OPERATOR = "operator"


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

    def note(self, data: bytes, *, place: str, reader: str, role: str, language: str = "") -> None:
        """Write down every mark in what this reader was shown."""
        for hit in self.search.hits(data):
            own = bool(hit.mark.owner) and hit.mark.owner == ("participant" if reader == BY_LINK else reader)
            if own and hit.mark.beside:
                # Her nickname stands in the head of each page she opens, so everything stands beside it.
                continue
            showing = Showing(hit.mark.column, place, "herself" if own else role, reader, language, hit.around)
            self.showings.setdefault((showing.column, showing.place, showing.role), showing)

    def read_pages(self, places: Iterable[Place] = PLACES) -> None:
        for place in places:
            readers = self.readers_of(place)
            for number, arguments in enumerate(place.arguments(self.city)):
                shut_out = self.read_object(place, arguments, number, readers)
                # By their role: tests/web/urls_by_object.py asks them for other objects, too.
                readers = [reader for reader in readers if reader not in shut_out]

    def read_object(self, place: Place, arguments: Arguments, number: int, readers: list[str]) -> set[str]:
        """One address with its arguments, by these readers, in both languages, with and without htmx; then posted to.

        Gives back who was answered that it is not for them.
        """
        shut_out = set()
        url, name = reverse(place.url, kwargs=arguments) + place.query, place.name(self.city, arguments)
        reached = []
        fragment_differs: bool | None = None
        for turn, reader in enumerate(readers):
            language = LANGUAGES[(turn + number) % 2]
            response, page = self.get(url, name, reader, language)
            if response.status_code == 403:
                shut_out.add(reader)
            if response.status_code in REFUSED or leads_to_sign_in(response):
                continue
            reached.append(reader)
            if response.status_code == 200 and response["Content-Type"].partition(";")[0] in IN_A_LANGUAGE:
                # Both languages of the first object; further ones take turns, over all who read them.
                if number == 0:
                    self.get(url, name, reader, LANGUAGES[(turn + 1) % 2])
                if number == 0 and fragment_differs is not False and not place.url.startswith(("api:", "admin:")):
                    _response, fragment = self.get(url, name, reader, language, htmx=True)
                    fragment_differs = self.search.without_tokens(fragment) != self.search.without_tokens(page)
        if number < place.posted:
            for turn, reader in enumerate(reached):
                for post in [{}, *place.posts(self.city)]:
                    self.post(url, name, reader, LANGUAGES[turn % 2], post, json=place.url.startswith("api:"))
        return shut_out

    def readers_of(self, place: Place) -> list[str]:
        """Everybody, but for those who are one more resident there: what is theirs is elsewhere."""
        if place.readers:
            return list(place.readers)
        if place.url.startswith(("admin:", "administration:")):
            return ["nobody", "resident", "moderator", "administrator"]
        if path_of(place.url).startswith("desk/"):
            return [reader for reader in READERS if reader not in ("author", "participant", "host")]
        if place.url.startswith("surveys:answer") or place.url in ("api:questions", "api:answers"):
            return [*(reader for reader in READERS if reader not in ("author", "host")), BY_LINK]
        if place.url.startswith(("pilots:", "surveys:", "feedback:")):
            return [reader for reader in READERS if reader != "author"]
        if place.url.startswith("proposals:"):
            return [reader for reader in READERS if reader != "host"]
        return list(READERS)

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

    def post(self, url: str, place: str, reader: str, language: str, post: dict[str, Any], *, json: bool) -> None:
        """A form sent, with htmx and without, and the page to which it leads."""
        sent = {"content_type": "application/json"} if json else {}
        for htmx in (False,) if json else (False, True):
            headers = {"accept-language": language} | ({"hx-request": "true"} if htmx else {})
            with self.as_before(reader) as client:
                response = client.post(url, post, headers=headers, **sent)
                data = response.getvalue()  # type: ignore[attr-defined]
                self.note_answer(response, data, place=place, reader=reader, language=language)
                follows = response.headers.get("Location", "")
                if follows.startswith("/") and not htmx and not leads_to_sign_in(response):
                    next_page = client.get(follows, headers=headers)
                    next_name = resolve(urlsplit(follows).path).view_name
                    body = next_page.getvalue()  # type: ignore[attr-defined]
                    self.note_answer(next_page, body, place=next_name, reader=reader, language=language)
            # Only what answers a fragment answers htmx otherwise.
            if response.status_code != 200:
                break

    def note_answer(self, response: HttpResponseBase, data: bytes, *, place: str, reader: str, language: str) -> None:
        role = ROLES[reader]
        self.answers += 1
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
        if any(True for _hit in self.search.hits(data)):
            addresses = b"\n".join(ADDRESSES.findall(data))
            self.note(addresses, place="an address in a page", reader=reader, role=role, language=language)
        self.note(data, place=place, reader=reader, role=role, language=language)
        self.note(headers.encode(), place="a header", reader=reader, role=role, language=language)

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
                reader = readers.get(message.to[0], "somebody")
                role = self.city.roles.get(reader, "addressee")
                self.note(sent.as_bytes(), place=f"mail {kind}", reader=reader, role=role)
            assert len(mail.outbox) > 50
            transaction.set_rollback(True)

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


ROLES = READERS | {BY_LINK: "participant"}


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
