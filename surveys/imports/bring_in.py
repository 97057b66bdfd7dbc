"""Bringing an existing survey in as a pilot with closed waves: all of it or nothing, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from livinglab.errors import Refused
from pilots.models import Pilot, Service, TestBed
from proposals.models import ServiceField
from surveys.actions.waves import freeze_imported
from surveys.imports.files import Unreadable
from surveys.imports.reading import LeftOut, Refusal, Row, rows_of
from surveys.imports.sources import SurveyFiles
from surveys.instruments import load_instrument
from surveys.metrics.cells import VARIABLES
from surveys.metrics.layouts import NOT_SAID, cell_name, drivers_among
from surveys.metrics.refresh import touch
from surveys.models import Response, Survey, Wave
from surveys.stats.layout import Layout
from surveys.stats.state import MEMBER, UNKNOWN_MEMBER

BATCH = 2_000


class RowsRefused(Refused):
    """Some rows cannot be read; nothing was brought in."""

    code = "rows_refused"


class OtherAnswers(Refused):
    """The pilot is there with other answers; frozen waves are never changed."""

    code = "other_answers"


@dataclass
class Found:
    """What the files hold, as found by reading them through before anything is written."""

    rows: dict[int, int] = field(default_factory=dict)
    first: dict[int, datetime] = field(default_factory=dict)
    last: dict[int, datetime] = field(default_factory=dict)
    left_out: int = 0
    refused_rows: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(self.rows.values())


@dataclass(frozen=True)
class Import:
    """What became of an import: ``made`` is false where everything was there already."""

    pilot: Pilot
    made: bool


def look_through(mapping: SurveyFiles, files: list[Path]) -> Found:
    """Read every row without keeping any, and gather what is refused and why.

    Raises Unreadable where the files and the mapping do not fit together at all.
    """
    found, seen = Found(), set[UUID]()
    for path in in_order(mapping, files):
        source = mapping.source_of(path)
        for row in rows_of(mapping, source, path):
            if isinstance(row, LeftOut):
                found.left_out += 1
            elif isinstance(row, Row) and row.key not in seen:
                seen.add(row.key)
                found.rows[row.wave] = found.rows.get(row.wave, 0) + 1
                at = _moment(row)
                found.first[row.wave] = min(at, found.first.get(row.wave, at))
                found.last[row.wave] = max(at, found.last.get(row.wave, at))
            else:
                refusals = row if isinstance(row, list) else [_repeated(row, path, source.row_id)]
                found.refused_rows += 1
                found.refusals += refusals
    if missing := [wave for wave in mapping.waves if wave not in found.rows] if not found.refusals else []:
        raise Unreadable(f"No row goes into wave {', '.join(map(str, missing))} of the mapping {mapping.id}.")
    return found


def in_order(mapping: SurveyFiles, files: list[Path]) -> list[Path]:
    """The files in the order of the mapping, each described file once."""
    places = [mapping.sources.index(mapping.source_of(path)) for path in files]
    if len(set(places)) < len(places):
        raise Unreadable("Two files fit the same entry of the mapping; give each once.")
    if missing := [source.name for place, source in enumerate(mapping.sources) if place not in places]:
        raise Unreadable(f"The mapping also describes {', '.join(missing)}; give all files together.")
    return [path for _place, path in sorted(zip(places, files, strict=True))]


@transaction.atomic
def bring_in(
    mapping: SurveyFiles, files: list[Path], found: Found, *, at: datetime, skip_refused: bool = False
) -> Import:
    """Make the pilot with its closed waves and their snapshots from what ``look_through`` found.

    Safe to repeat: the second time nothing is doubled.

    Refuses everything if a row is refused, unless those are to be skipped; and refuses to touch a pilot of the same
    address with other answers.
    """
    if found.refusals and not skip_refused:
        raise RowsRefused(f"{found.refused_rows} rows are refused, so nothing was brought in.")
    if not found.total:
        raise RowsRefused("There is no row to bring in.")
    pilot = Pilot.objects.filter(slug=mapping.document["pilot"]["slug"]).first()
    if pilot is not None:
        if not _is_there(pilot, mapping, files, found):
            raise OtherAnswers(
                f"The pilot {pilot.slug} is there already with other answers. What is frozen is never changed; "
                "give the mapping another id and its pilot another address."
            )
        return Import(pilot, made=False)
    pilot = _make_pilot(mapping, found, at=at)
    waves = _make_waves(pilot, mapping, found, at=at)
    for batch in _batches(mapping, files):
        for number, wave in waves.items():
            rows = [row for row in batch if row.wave == number]
            responses = Response.objects.bulk_create([_response(mapping, wave, row) for row in rows])
            touch(wave, [response.pk for response in responses])
    for wave in waves.values():
        freeze_imported(wave, at=at)
    return Import(pilot, made=True)


def _repeated(row: Row, path: Path, column: str) -> Refusal:
    return Refusal(path.name, row.line, row.row_id, column, row.row_id, "this number or name was there before")


def _moment(row: Row) -> datetime:
    if row.at is None:
        raise ValueError(f"row {row.line} has no date, though a mapping always names one")
    return row.at


def _batches(mapping: SurveyFiles, files: list[Path]) -> Iterator[list[Row]]:
    """The rows that can be read, each once."""

    def readable() -> Iterator[Row]:
        seen = set[UUID]()
        for path in in_order(mapping, files):
            for row in rows_of(mapping, mapping.source_of(path), path):
                if isinstance(row, Row) and row.key not in seen:
                    seen.add(row.key)
                    yield row

    rows = readable()
    while batch := list(islice(rows, BATCH)):
        yield batch


def _is_there(pilot: Pilot, mapping: SurveyFiles, files: list[Path], found: Found) -> bool:
    stored = Response.objects.filter(wave__survey__pilot=pilot)
    if not pilot.imported or stored.count() != found.total:
        return False
    for batch in _batches(mapping, files):
        known = {
            key: (wave, answers)
            for key, wave, answers in stored.filter(participant_key__in=[row.key for row in batch]).values_list(
                "participant_key", "wave__number", "answers"
            )
        }
        if any(known.get(row.key) != (row.wave, row.answers) for row in batch):
            return False
    return True


def _make_pilot(mapping: SurveyFiles, found: Found, *, at: datetime) -> Pilot:
    told = mapping.document
    illustrative = bool(told.get("illustrative", False))
    service = Service.objects.create(
        slug=told["service"]["slug"],
        **_texts(told["service"], "name"),
        field=ServiceField.objects.get(pk=told["service"]["field"]),
        illustrative=illustrative,
    )
    version = service.versions.create(
        number=1,
        **_texts(told["service"], "summary"),
        smart_service_level=told["service"]["smart_service_level"],
        made_at=at,
    )
    bed = TestBed.objects.create(
        **_texts(told["test_bed"], "name", "offer"), capacity=found.total, illustrative=illustrative
    )
    return Pilot.objects.create(
        version=version,
        test_bed=bed,
        slug=told["pilot"]["slug"],
        stage=Pilot.Stage.ENDED,
        **_texts(told["pilot"], "title", "purpose", "expected", "limits"),
        starts_on=min(found.first.values()).date(),
        ends_on=max(found.last.values()).date(),
        capacity=found.total,
        imported=True,
        illustrative=illustrative,
        source=told["source"],
        created_at=at,
        announced_at=at,
        ended_at=at,
    )


def _texts(part: dict[str, Any], *names: str) -> dict[str, str]:
    return {f"{name}_{language}": part[name][language].strip() for name in names for language in ("ko", "en")}


def _make_waves(pilot: Pilot, mapping: SurveyFiles, found: Found, *, at: datetime) -> dict[int, Wave]:
    survey = Survey.objects.create(pilot=pilot, instrument=load_instrument(dict(mapping.bank), at=at), made_at=at)
    return {
        number: Wave.objects.create(
            survey=survey,
            number=number,
            opens_at=found.first[number],
            # A wave ends after it begins, also where dates have no hours and all people answered on one day.
            closes_at=found.last[number] + timedelta(seconds=1),
            opened_at=found.first[number],
            n_planned=found.rows[number],
            layout=_layout(mapping, number),
        )
        for number in sorted(found.rows)
    }


def _layout(mapping: SurveyFiles, wave: int) -> dict[str, Any]:
    described = mapping.layout_of(wave)
    constructs = [item["construct"] for item in described["items"]]
    modes = {"modes": [Response.Mode.IMPORTED.value], "drivers": drivers_among(constructs)}
    return Layout.of(described | modes).describe()


def _response(mapping: SurveyFiles, wave: Wave, row: Row) -> Response:
    people = dict(zip(mapping.variables, row.people, strict=True))
    at = _moment(row)
    return Response(
        wave=wave,
        participant_key=row.key,
        answers=row.answers,
        mode=Response.Mode.IMPORTED,
        cell=cell_name(**{variable: people.get(variable, "") for variable in VARIABLES}),
        groups=[
            name if said == MEMBER else name + NOT_SAID
            for name, said in zip(mapping.groups, row.groups, strict=True)
            if said in (MEMBER, UNKNOWN_MEMBER)
        ],
        started_at=at,
        saved_at=at,
        submitted_at=at,
    )
