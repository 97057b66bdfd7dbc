from collections.abc import Callable, Iterator

import pytest

from pilots.models import Enrolment
from surveys.metrics.refresh import state_of_wave
from surveys.models import Response, TouchedChunk, Wave
from tests.builders.pilots import announced_pilot, joined
from tests.builders.proposals import make_field
from tests.builders.surveys import open_wave_of, registered_survey
from tests.notices.test_mails import MailServer


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp(mail_server: MailServer) -> dict[str, str]:
    """What a worker has to know to send its mail there."""
    return {"EMAIL_URL": f"smtp://127.0.0.1:{mail_server.port}"}


@pytest.fixture
def wave(transactional_db, mo, eva) -> Wave:
    """One that takes answers for the next weeks."""
    make_field()
    return open_wave_of(registered_survey(eva, pilot=announced_pilot(mo)))


@pytest.fixture
def bens_place(wave: Wave, ben) -> Enrolment:
    return joined(wave.survey.pilot, ben, age_band="40-49")


@pytest.fixture
def counted(wave: Wave) -> Callable[[], bool]:
    """Whether every answer that was handed in is counted."""

    def all_of_them() -> bool:
        waiting = TouchedChunk.objects.filter(wave=wave).exists()
        answered = state_of_wave(wave).n(counted=None)
        return not waiting and answered == Response.objects.submitted().filter(wave=wave).count()

    return all_of_them
