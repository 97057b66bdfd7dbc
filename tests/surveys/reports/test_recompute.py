"""The evaluator's pack: every figure of a report follows from the frozen counts, today and in later versions."""

import json
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.db.models import Value
from django.db.models.functions import Replace
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.roles import Role
from pilots.actions.enrol import leave_pilot
from pilots.models import AgeBand
from surveys.actions.closing import work_out_next
from surveys.actions.reports import take_evaluator_pack
from surveys.actions.withdraw import take_out_withdrawn
from surveys.errors import NoReason
from surveys.metrics.refresh import touch
from surveys.metrics.release import Audience, release
from surveys.models import PackTaken, Response, Snapshot
from surveys.reports import rebuild
from surveys.reports.pack import zipped
from surveys.stats.bootstrap import replicates_of_bytes
from tests.builders.surveys import (
    ONE_LESS,
    ONE_MORE,
    answers_of,
    bulk_answers,
    closed_wave,
    open_wave_of,
    registered_survey,
    take_part,
)
from tests.people import make_person
from tests.surveys.reports.conftest import made

# Packs of made-up people, made by earlier versions of the program.
KEPT = Path(__file__).with_name("packs")


def files_in(pack: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def later(snapshot: Snapshot) -> Snapshot:
    """Of a second wave, after everything is worked out of it."""
    survey = snapshot.wave.survey
    wave = open_wave_of(survey, 2)
    people = list(survey.pilot.enrolments.order_by("pk"))
    answers_of(wave, people[::2], accepting=17, **ONE_MORE)
    answers_of(wave, people[1::2], accepting=17, **ONE_LESS)
    found = closed_wave(wave)
    while work_out_next(at=wave.closes_at + timedelta(minutes=1)):
        pass
    return found


@pytest.fixture
def files(later: Snapshot, eva) -> dict[str, bytes]:
    return files_in(take_evaluator_pack(later, by=eva, at=timezone.now(), why="A test of the numbers"))


@pytest.mark.django_db
def test_every_figure_follows_from_the_counts(files: dict[str, bytes]):
    assert rebuild.is_evaluators(files)
    states = {"wave-1.state", "wave-2.state", "pairs-1-2.state", "alpha-2.state"}
    assert {*states, "public/results.json"} <= files.keys()
    assert rebuild.differences_in(files) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["wave-1.state", "wave-2.state", "pairs-1-2.state", "alpha-2.state"])
def test_changed_counts_are_found(files: dict[str, bytes], name: str):
    data = bytearray(files[name])
    # The last integers belong to the last columns of counts, whatever the form is.
    data[-1] ^= 1

    assert rebuild.differences_in(files | {name: bytes(data)})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("wave-2.json", ("results", "accept", "value")),
        ("wave-2.json", ("results", "appendix", "understanding", "subjective", "value")),
        ("wave-2.json", ("public", "constructs", 0, "mean", "value")),
        ("wave-2.json", ("verdict", "details", "low")),
        ("pack.json", ("changes", 0, "accept", "value")),
        ("public/results.json", ("figures", "use", "value")),
    ],
)
def test_a_changed_digit_anywhere_is_found(files: dict[str, bytes], name: str, step: tuple[str | int, ...]):
    document = json.loads(files[name])
    place = document
    for key in step[:-1]:
        place = place[key]
    place[step[-1]] = round(place[step[-1]] + 0.01, 6)

    found = rebuild.differences_in(files | {name: json.dumps(document).encode()})

    assert any(str(step[-1]) in difference for difference in found), found


BY_AGE = {
    "variables": ["age"],
    "margins": [{"40-49": 60.0, "65-74": 40.0}],
    "categories": {"age": {}},
    "cap": 5.0,
    "source": "made up",
    "status": "illustrative",
}


@pytest.fixture
def of_many(eva) -> dict[str, bytes]:
    """The pack of a weighted wave that is large enough for drivers."""
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=(), weighting=BY_AGE)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 1, age_band=AgeBand.A40_49), accepting=1)
    bulk_answers(wave, 150)
    some = list(Response.objects.filter(wave=wave).order_by("pk").values_list("pk", flat=True)[:50])
    older = Replace("cell", Value(AgeBand.A40_49), Value(AgeBand.A65_74))
    Response.objects.filter(pk__in=some).update(cell=older)
    touch(wave, some)
    snapshot = closed_wave(wave)
    while work_out_next(at=wave.closes_at + timedelta(minutes=1)):
        pass
    return files_in(take_evaluator_pack(snapshot, by=eva, at=timezone.now(), why="A test of the numbers"))


@pytest.mark.django_db
def test_stability_of_drivers_and_intervals_of_alpha_follow_from_the_replicates(of_many: dict[str, bytes], tmp_path):
    pack = json.loads(of_many["pack.json"])
    work = {row["kind"]: row for row in pack["closing"]}

    assert rebuild.differences_in(of_many) == []
    assert work["drivers"]["results"]["weighted"]
    assert work["drivers"]["results"]["drivers"][0]["stability"] > 0.5
    assert len(replicates_of_bytes(of_many["drivers-1.state"])) == 2
    assert all(row["low"] < row["value"] < row["high"] for row in work["alpha"]["results"]["constructs"] if row["low"])
    for kind, change in (
        ("drivers", lambda results: results["drivers"][0].update(stability=0.123)),
        ("alpha", lambda results: results["constructs"][0].update(low=0.123)),
    ):
        broken = json.loads(of_many["pack.json"])
        change(next(row for row in broken["closing"] if row["kind"] == kind)["results"])
        assert any("0.123" in line for line in rebuild.differences_in(of_many | {"pack.json": dumped(broken)}))
    others = of_many | {"pack.json": dumped(pack | {"seed": "pilot 0"})}
    assert any("another seed" in line for line in rebuild.differences_in(others))
    whole, said = tmp_path / "whole.zip", StringIO()
    whole.write_bytes(zipped(of_many))
    call_command("verify_report", str(whole), stdout=said)
    assert "stability" not in said.getvalue()


def dumped(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


@pytest.mark.django_db
def test_the_command_says_identical_or_what_differs(files: dict[str, bytes], later: Snapshot, tmp_path):
    whole, broken, public = (tmp_path / name for name in ("whole.zip", "broken.zip", "public.zip"))
    whole.write_bytes(zipped(files))
    broken.write_bytes(
        zipped(files | {"wave-2.json": files["wave-2.json"].replace(b'"answered": 40', b'"answered": 41')})
    )
    public.write_bytes(made(later).pack)
    said = StringIO()

    call_command("verify_report", str(whole), stdout=said)
    assert said.getvalue().startswith("identical")
    call_command("verify_report", str(public), stdout=said)
    assert "Text, tables and results.json agree" in said.getvalue()
    with pytest.raises(CommandError, match="differences"):
        call_command("verify_report", str(broken), stdout=said)
    assert "worked out again" in said.getvalue()


@pytest.mark.parametrize("path", sorted(KEPT.glob("*.zip")), ids=lambda path: path.stem)
def test_packs_of_earlier_versions_stay_verifiable_without_a_database(path: Path):
    said = StringIO()

    call_command("verify_report", str(path), stdout=said)

    assert "identical" in said.getvalue() or "agree" in said.getvalue()


def test_there_are_packs_of_earlier_versions():
    assert {path.stem.partition("-")[0] for path in KEPT.glob("*.zip")} == {"evaluator", "public"}


@pytest.mark.django_db
def test_who_took_the_pack_and_why_is_kept_for_ever(snapshot: Snapshot, eva, client_of):
    address = reverse("surveys:evaluator_pack", args=[snapshot.wave_id])
    evaluator = client_of(eva)

    assert "This field is required" in evaluator.post(address, {"why": " "}).content.decode()
    with pytest.raises(NoReason):
        take_evaluator_pack(snapshot, by=eva, at=timezone.now(), why=" ")
    assert not PackTaken.objects.exists()

    answer = evaluator.post(address, {"why": "The ministry asked for a second look"})
    assert rebuild.is_evaluators(files_in(answer.content))
    taken = PackTaken.objects.get()
    assert (taken.taken_by, taken.why) == (eva, "The ministry asked for a second look")
    with pytest.raises(DatabaseError, match="fixed once written"), transaction.atomic():
        PackTaken.objects.update(why="nothing")
    assert client_of(make_person("evi", Role.EVALUATOR)).post(address, {"why": "curious"}).status_code == 404


@pytest.mark.django_db
def test_published_aggregates_stay_when_answers_are_withdrawn_later(later: Snapshot, eva):
    before, pack = release(later, Audience.PUBLIC), made(later).pack
    for enrolment in later.wave.survey.pilot.enrolments.order_by("pk")[:7]:
        leave_pilot(enrolment, at=timezone.now(), withdraw_answers=True)

    assert take_out_withdrawn() == 7

    assert later.wave.responses.submitted().count() == 33
    assert release(later, Audience.PUBLIC) == before
    assert made(later).pack == pack
    assert rebuild.differences_in(files_in(take_evaluator_pack(later, by=eva, at=timezone.now(), why="A test"))) == []
