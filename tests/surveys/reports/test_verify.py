"""A public pack is checked by standard-library Python alone; whatever is changed in it is found."""

import hashlib
import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

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


def zip_of(target: Path, *files: tuple[str, bytes], times: int = 1) -> Path:
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, data in files:
            with archive.open(name, "w") as file:
                for _ in range(times):
                    file.write(data)
    return target


def told(path: Path) -> tuple[int, str]:
    """Exit code and words of the script as people run it, with a quarter of a gigabyte of memory."""
    limited = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_AS, (1 << 28, -1)); sys.argv = sys.argv[1:];"
        " runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    command = [sys.executable, "-I", "-S", "-c", limited, verify.__file__, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def test_a_small_file_that_unpacks_to_gigabytes_is_read_no_further_than_a_pack_goes(tmp_path):
    bomb = zip_of(tmp_path / "bomb.zip", ("results.json", bytes(10_000_000)), times=200)
    assert bomb.stat().st_size < 3_000_000

    assert told(bomb) == (2, f"{bomb} is no pack: it holds more than 50 MB.\n")


def test_the_limit_counts_all_files_together_in_archives_and_folders(tmp_path):
    parts = [(f"part-{number}.txt", bytes(9_000_000)) for number in range(6)]
    for name, data in parts:
        (tmp_path / name).write_bytes(data)

    with pytest.raises(verify.NoPack, match="more than 50 MB"):
        verify.files_of(tmp_path)
    with pytest.raises(verify.NoPack, match="more than 50 MB"):
        verify.files_of(zip_of(tmp_path / "many.zip", *parts))
    with pytest.raises(verify.NoPack, match="1001 files"):
        verify.files_of(zip_of(tmp_path / "crowd.zip", *[(f"{number}", b"") for number in range(1001)]))


@pytest.mark.parametrize("name", ["results.json", "registration.json"])
def test_parts_that_lie_too_deep_are_told_in_a_sentence(files: dict[str, bytes], tmp_path, name: str):
    files = files | {name: b"[" * 1_000_000}

    code, words = told(zip_of(tmp_path / "deep.zip", *files.items()))

    assert code == 1
    assert "the pack cannot be read to its end: its parts lie too deep in each other" in words


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("results.json", b"[" + b"[]," * 4_000_000 + b"[]]", "results.json is larger than 10 MB"),
        ("acceptance.csv", b"measure\n" + b"a\n" * 200_000, "acceptance.csv has more than 100,000 rows"),
        ("acceptance.csv", b"measure\n" + b"a" * 200_000, "field larger than field limit"),
        ("results.json", b'{"figures": ' + b"9" * 5_000 + b"}", "cannot be read to its end"),
        (verify.SUMS, b"\xff\xfe", "cannot be read to its end"),
    ],
    ids=["many parts", "many rows", "long cell", "long number", "no text"],
)
def test_what_no_pack_holds_is_told_in_a_sentence(files: dict[str, bytes], tmp_path, name, data: bytes, words: str):
    code, said = told(zip_of(tmp_path / "odd.zip", *(files | {name: data}).items()))

    assert code == 1
    assert words in said


def test_a_bound_of_endlessly_many_values_is_not_gone_through(files: dict[str, bytes]):
    results = json.loads(files["results.json"])
    hidden = {"value": None, "low": None, "high": None, "codes": [], "at_least": 0, "at_most": 10**15, "n": 10**15}
    results["figures"]["verdict"] |= hidden

    found = verify.complaints(files | {"results.json": json.dumps(results).encode()})

    assert any("too many values for a bound" in complaint for complaint in found)


@pytest.mark.parametrize("locked", [b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b""])
def test_broken_archives_are_no_packs(tmp_path, locked: bytes):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(locked)

    code, words = told(broken)

    assert code == 2
    assert "no p" in words
