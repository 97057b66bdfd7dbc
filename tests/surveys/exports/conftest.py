from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone

from livinglab.accounts.models import Person
from surveys.actions.exports import confirm_export, make_next_export, path_of, request_export
from surveys.models import Export, Snapshot, Wave
from tests.builders.surveys import (
    ONE_LESS,
    ONE_MORE,
    answers_of,
    closed_wave,
    open_wave_of,
    registered_survey,
    reloaded,
    take_part,
)
from tests.surveys.imports.conftest import folder, run

__all__ = ["folder", "run"]

WHY = "Thesis on street lighting, University of Sejong"

Make = Callable[..., Export]


@pytest.fixture(autouse=True)
def exports_root(settings, tmp_path: Path) -> Path:
    settings.EXPORTS_ROOT = tmp_path / "exports"
    return settings.EXPORTS_ROOT


@pytest.fixture
def snapshot(eva: Person) -> Snapshot:
    """Of a first wave: 30 people took part, 19 of them accept the service; one man alone is 75 or older."""
    survey = registered_survey(eva)
    people = [
        *take_part(survey, 14, age_band="40-49", sex="f"),
        *take_part(survey, 8, age_band="30-39", sex="m", prefix="m"),
        *take_part(survey, 7, age_band="65-74", sex="m", prefix="old"),
        *take_part(survey, 1, age_band="75+", sex="m", prefix="oldest"),
    ]
    wave = open_wave_of(survey)
    # No question is answered alike by all but a few: half say one more, half one less and know two answers fewer.
    unsure = ONE_LESS | {"CK2": 1, "CK3": 1, "CK4": 1}
    answers_of(wave, people[:10], accepting=7, **ONE_MORE | {"PE2": 3})
    answers_of(wave, people[10:20], accepting=6, **unsure | {"PE2": 2})
    answers_of(wave, people[20:25], accepting=3, **ONE_MORE | {"CS": 98, "CK1": 98})
    answers_of(wave, people[25:], accepting=3, **unsure | {"CS": 98, "CK1": 98})
    return closed_wave(wave)


@pytest.fixture
def wave(snapshot: Snapshot) -> Wave:
    return reloaded(snapshot.wave)


@pytest.fixture
def made_of(eva: Person, adam: Person) -> Make:
    """A file of a wave, asked for and made; a full one is confirmed by adam."""

    def make(wave: Wave, format: str, level: str = "b", recipe: str = "strict", *, ready: bool = True) -> Export:
        at = timezone.now()
        followed = recipe if level == "b" else ""
        export = request_export(wave, format=format, level=level, recipe=followed, why=WHY, by=eva, at=at)
        if level == "c":
            confirm_export(export, by=adam, at=at)
        assert make_next_export()
        export.refresh_from_db()
        assert export.stage == "ready" or not ready, export.error
        return export

    return make


@pytest.fixture
def made(wave: Wave, made_of: Make) -> Make:
    return partial(made_of, wave)


def file_of(export: Export) -> Path:
    return path_of(export.file)
