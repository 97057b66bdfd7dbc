import pytest
from pypdf import PdfReader

from livinglab.accounts.models import Person
from surveys.models import Snapshot
from surveys.reports.make import Report, made_report
from surveys.reports.material import snapshot_of
from tests.builders.surveys import (
    ONE_LESS,
    ONE_MORE,
    answers_of,
    closed_wave,
    open_wave_of,
    registered_survey,
    take_part,
)
from tests.surveys.imports.conftest import folder, run

__all__ = ["folder", "run"]


def text_of(report: Report) -> str:
    """Every word of the PDF, with the spaces and line ends of the page evened out."""
    from io import BytesIO

    pages = PdfReader(BytesIO(report.pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).replace("\u00a0", " ").split())


def made(snapshot: Snapshot, language: str = "en") -> Report:
    return made_report(snapshot_of(snapshot.wave_id), language)


@pytest.fixture
def snapshot(eva: Person) -> Snapshot:
    """Of a first wave: 40 people took part, 26 of them accept the service; 12 are 65 or older, of whom 6 do."""
    survey = registered_survey(eva, n_min=40)
    younger = take_part(survey, 28)
    older = take_part(survey, 12, age_band="65-74", sex="m", prefix="old")
    wave = open_wave_of(survey)
    # Of each question half say one more and half one less, so that none is answered alike.
    answers_of(wave, younger[:14], accepting=10, CK1=2, **ONE_MORE)
    answers_of(wave, younger[14:], accepting=10, CK1=2, **ONE_LESS)
    answers_of(wave, older[:6], accepting=3, **ONE_MORE | {"PE2": 5})
    answers_of(wave, older[6:], accepting=3, **ONE_LESS | {"PE2": 3})
    return closed_wave(wave)


@pytest.fixture
def imported(run) -> Snapshot:
    """Of the second wave of a small imported survey."""
    run()
    return Snapshot.objects.get(wave__survey__pilot__slug="library-hours", wave__number=2)
