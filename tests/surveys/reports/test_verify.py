"""A public pack is checked by standard-library Python alone; whatever is changed in it is found."""

import hashlib
import subprocess
import sys
from io import BytesIO
from zipfile import ZipFile

import pytest

from surveys.actions.closing import work_out_next
from surveys.models import Snapshot
from surveys.reports import verify
from surveys.reports.pack import zipped
from tests.builders.surveys import answers_of, closed_wave, open_wave_of
from tests.surveys.reports.conftest import made

pytestmark = pytest.mark.django_db


def files_in(pack: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(files: dict[str, bytes], name: str, before: str, after: str, *, sums: bool = True) -> dict[str, bytes]:
    """With one place changed; with ``sums`` by somebody clever enough to make the list of hashes fit again."""
    data = files[name].replace(before.encode(), after.encode(), 1)
    assert data != files[name]
    files = files | {name: data}
    if sums:
        lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}" for name in sorted(files) if name != verify.SUMS]
        files[verify.SUMS] = ("\n".join(lines) + "\n").encode()
    return files


@pytest.fixture
def files(snapshot: Snapshot) -> dict[str, bytes]:
    return files_in(made(snapshot).pack)


def test_a_pack_that_nobody_touched_agrees_with_itself(files: dict[str, bytes]):
    assert list(verify.complaints(files)) == []


def test_every_number_of_the_report_says_which_figure_it_is(files: dict[str, bytes]):
    told = verify.rows(files, "numbers.csv")

    assert len(told) > 300
    assert {row["figure"].partition("#")[0] for row in told} == {"results.json", "registration.json"}


def test_second_wave_and_imported_survey_agree_too(snapshot: Snapshot, imported: Snapshot):
    survey = snapshot.wave.survey
    wave = open_wave_of(survey, 2)
    answers_of(wave, list(survey.pilot.enrolments.all()), accepting=34)
    later = closed_wave(wave)
    while work_out_next(at=wave.closes_at):
        pass

    for found in (later, imported):
        assert list(verify.complaints(files_in(made(found, "both").pack))) == []


@pytest.mark.parametrize(
    ("name", "before", "after", "told"),
    [
        ("acceptance.csv", "accept,0.65", "accept,0.66", "acceptance.csv, accept, value"),
        ("report.en.txt", "65.0% of 40", "66.0% of 40", "does not stand there"),
        ("distributions.csv", "PU1,5,20", "PU1,5,25", "distributions.csv, PU1, 5"),
        ("results.json", '"value": 0.65', '"value": 0.66', "results.json"),
        ("results.json", '"outcome": "NOT_ENOUGH_EVIDENCE"', '"outcome": "SCALE"', "lead to NOT_ENOUGH_EVIDENCE"),
        ("registration.json", '"tau_scale": 0.6', '"tau_scale": 0.5', "does not have the hash"),
    ],
)
def test_a_change_is_found_even_where_the_hashes_were_made_to_fit(
    files: dict[str, bytes], name: str, before: str, after: str, told: str
):
    found = list(verify.complaints(changed(files, name, before, after)))

    assert any(told in complaint for complaint in found), found


def test_any_changed_byte_is_found_by_its_hash(files: dict[str, bytes]):
    found = list(
        verify.complaints(changed(files, "results.json", '"code_version": "LL-1', '"code_version": "LL-2', sums=False))
    )

    assert found == ["results.json is not the file the pack was made with"]


def test_the_script_in_the_pack_needs_nothing_but_python(files: dict[str, bytes], tmp_path):
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py")]

    well = subprocess.run(command, capture_output=True, text=True, check=False)
    (tmp_path / "broken.zip").write_bytes(zipped(changed(files, "acceptance.csv", "accept,0.65", "accept,0.75")))
    ill = subprocess.run([*command, str(tmp_path / "broken.zip")], capture_output=True, text=True, check=False)

    assert (well.returncode, well.stdout) == (0, "Text, tables and results.json agree; the verdict follows.\n")
    assert ill.returncode == 1
    assert "acceptance.csv, accept, value" in ill.stdout


BOUND = {"value": None, "low": None, "high": None, "n": 100, "look": 1, "looks": 1, "forfeited": [], "codes": []}
BOUND |= {"groups": [], "criteria": []}
RULE = {"alpha": [0.05], "tau_scale": 0.6, "tau_retire": 0.4, "weighting": None}


@pytest.mark.parametrize(
    ("bound", "told", "rule", "expected"),
    [
        ((96, 100), {}, {}, ["SCALE"]),
        ((0, 4), {}, {}, ["RETIRE"]),
        # Of few people the ends of the bound lead to different verdicts.
        ((8, 12), {"n": 12}, {}, ["NOT_ENOUGH_EVIDENCE", "SCALE"]),
        # Weights of people are in no pack.
        ((96, 100), {}, {"weighting": {"variables": []}}, ["NOT_ENOUGH_EVIDENCE", "RETIRE", "REVISE", "SCALE"]),
        ((None, None), {}, {}, ["NOT_ENOUGH_EVIDENCE", "RETIRE", "REVISE", "SCALE"]),
        ((None, None), {"codes": ["N_TOTAL"]}, {}, ["NOT_ENOUGH_EVIDENCE"]),
    ],
)
def test_of_a_bound_every_value_inside_is_put_into_the_rule(bound, told, rule, expected: list[str]):
    verdict = BOUND | {"at_least": bound[0], "at_most": bound[1]} | told

    assert verify.outcomes(verdict, RULE | rule) == expected


def test_what_is_no_pack_is_refused_in_a_sentence(tmp_path, capsys: pytest.CaptureFixture[str]):
    other = tmp_path / "other.zip"
    other.write_bytes(b"no zip file")

    assert verify.main([str(other)]) == 2
    assert "is no pack" in capsys.readouterr().out
