import re
from collections.abc import Callable, Iterator
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from surveys.instruments import load_instruments
from tests.builders.proposals import picture
from tests.journeys.steps import Eyes
from tests.notices.test_mails import MailServer
from tests.workers import Worker


def subject_of(mail: Message) -> str:
    return str(make_header(decode_header(mail["Subject"])))


class Post:
    """What a mail server has taken for whom."""

    def __init__(self, server: MailServer, worker: Worker) -> None:
        self._server, self._worker = server, worker

    def message_ids(self) -> list[str]:
        return self._server.message_ids()

    def mails_to(self, address: str, about: str = "") -> list[Message]:
        return [mail for mail in self._server.accepted if mail["To"] == address and about in subject_of(mail)]

    def latest_to(self, address: str, about: str = "") -> str:
        """The text of the newest mail to somebody, waiting for the worker to send it."""
        self._worker.wait_until(lambda: bool(self.mails_to(address, about)))
        return self.mails_to(address, about)[-1].get_payload(decode=True).decode()

    def link_to(self, address: str, about: str) -> str:
        """The link in the newest mail about something, as a mail program makes it clickable."""
        found = re.search(r"^https?://\S+", self.latest_to(address, about), re.MULTILINE)
        assert found, self.latest_to(address, about)
        return found[0]

    def code_for(self, address: str) -> str:
        found = re.search(r"^\s*([0-9A-Z]{3,4}-?[0-9A-Z]{3,4})\s*$", self.latest_to(address), re.MULTILINE)
        assert found, self.latest_to(address)
        return found[1]


@pytest.fixture
def city(transactional_db) -> None:
    """Its areas and the instruments, as an install has them."""
    call_command("load_areas", verbosity=0)
    load_instruments(at=timezone.now())


@pytest.fixture
def look() -> Eyes:
    return Eyes()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def worker(celery_worker_process: Callable[..., Worker], mail_server: MailServer, live_server) -> Worker:
    return celery_worker_process(SITE_URL=live_server.url, EMAIL_URL=f"smtp://127.0.0.1:{mail_server.port}")


@pytest.fixture
def post(mail_server: MailServer, worker: Worker) -> Post:
    return Post(mail_server, worker)


@pytest.fixture
def path_at_night(tmp_path: Path) -> Path:
    file = tmp_path / "path.jpg"
    file.write_bytes(picture(1200, 900).getvalue())
    return file
