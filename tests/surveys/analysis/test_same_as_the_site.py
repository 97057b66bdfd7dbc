"""One wave, two doors: what the site froze at its close and what the command makes of the same answers."""

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

from livinglab.accounts.models import Person
from surveys.metrics.counter import Counter
from surveys.metrics.layouts import columns_of, layout_of
from surveys.models import Response, Snapshot, Verdict
from tests.builders.surveys import answers_of, closed_wave, open_wave_of, registered_survey, take_part
from tests.surveys.analysis.conftest import results_of

pytestmark = pytest.mark.django_db
MISSING = {"not_applicable": ["97"], "dont_know": ["98"], "missing": ["99"]}


@pytest.fixture
def snapshot(eva: Person) -> Snapshot:
    survey = registered_survey(eva, n_min=20, m_min=5)
    younger = take_part(survey, 22)
    older = take_part(survey, 9, age_band="65-74", sex="m", prefix="old")
    wave = open_wave_of(survey)
    answers_of(wave, younger, accepting=15, CK1=2)
    answers_of(wave, older, accepting=4, PE2=5, TR1=98, SL=3)
    return closed_wave(wave)


def answers_as_a_file(snapshot: Snapshot, path: Path) -> list[str]:
    """The stored answers, one column for each question."""
    columns = columns_of(snapshot.wave)
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*columns, "mode", "level", "old", "sex", "age"])
        for response in Response.objects.filter(wave=snapshot.wave).submitted():
            age, sex, _area = response.cell.split("/")
            old = "yes" if "65+" in response.groups else "no"
            writer.writerow([*response.answers, response.mode, response.use_level, old, sex, age])
    return columns


def spec_of(snapshot: Snapshot, path: Path) -> None:
    registration = snapshot.wave.survey.registration
    document = registration.document
    layout = layout_of(snapshot.wave)
    bank = snapshot.wave.survey.instrument.document
    asked = {item["code"]: item for item in bank["items"]}
    spec: dict[str, Any] = {
        "id": "from-the-site",
        "scales": {"agree": {"low": 1, "high": 5}},
        "items": {
            item.code: {"scale": "agree", "reverse": item.reverse}
            | ({"construct": item.construct} if item.construct else {})
            for item in layout.items
        },
        "outcomes": {
            name: {"items": told["items"], "at_least": told["at_least"], "answered": told["minimum_answered"]}
            for name, told in bank["scoring"]["outcomes"].items()
        },
        "pairs": bank["pairs"],
        "blocks": [[code for code in asked if code in layout.column]],
        "knowledge": {code: {"right": [str(correct)]} for code, correct in Counter(snapshot.wave).knowledge},
        "informed": {
            "right": layout.informed.right,
            "of": layout.informed.of,
            "subjective": list(layout.informed.subjective),
        },
        "groups": {"65+": {"column": "old", "members": ["yes"]}},
        "people": {"age": {"column": "age"}, "sex": {"column": "sex"}},
        "mode": {"column": "mode"},
        "use_level": {"column": "level"},
        "registration": {
            "rule": "LL-1",
            "registered_on": "2020-01-01",
            "population": "The same",
            **{name: document[name] for name in ("alpha", "tau_scale", "tau_retire", "delta", "n_min", "m_min")},
            "protected_groups": document["protected_groups"],
            "counted": document["counted"],
        },
        **MISSING,
    }
    path.write_text(yaml.safe_dump(spec, allow_unicode=True, sort_keys=False), encoding="utf-8")


def common(ours: Any, theirs: Any) -> Any:
    """What both tell of a thing; each tells more of it in its own way."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return {key: common(ours[key], theirs[key]) for key in ours if key in theirs}
    if isinstance(ours, list) and isinstance(theirs, list):
        assert len(ours) == len(theirs)
        return [common(one, other) for one, other in zip(ours, theirs, strict=True)]
    return ours


def test_page_and_command_tell_the_same(snapshot: Snapshot, tmp_path: Path):
    answers_as_a_file(snapshot, tmp_path / "answers.csv")
    spec_of(snapshot, tmp_path / "spec.yaml")
    (wave,) = results_of(tmp_path / "spec.yaml", tmp_path / "answers.csv")["waves"]
    frozen = snapshot.results

    parts = (
        "accept", "use", "endorse", "accept_unweighted", "items", "constructs", "index", "groups", "informed",
        "by_mode", "by_use_level", "weighting",
    )  # fmt: skip
    for part in parts:
        told = common(wave[part], frozen[part])
        assert told == common(frozen[part], wave[part]), part
    assert wave["counts"]["counted"] == frozen["counts"]["counted"] == 31
    assert wave["understanding"] == frozen["appendix"]["understanding"]
    assert wave["knowledge"] == frozen["appendix"]["knowledge"]
    assert [group["scores"] for group in wave["groups"]] == [group["scores"] for group in frozen["groups"]]
    reliability = {one["name"]: one for one in wave["constructs"]}
    for found in frozen["appendix"]["reliability"]:
        assert reliability[found["name"]]["omega"] == found["omega"]
    verdict = Verdict.objects.get(snapshot=snapshot)
    assert (wave["verdict"]["outcome"], wave["verdict"]["codes"]) == (verdict.outcome, verdict.codes)
    for name in ("value", "low", "high", "n", "n_star", "needed_n", "choices", "groups", "sensitivity"):
        assert wave["verdict"][name] == verdict.details[name], name
