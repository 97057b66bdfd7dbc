"""Parts of an analysis the example does not show, each on a file made for it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from surveys.analysis.drawn import SEED
from surveys.analysis.run import analyse
from surveys.analysis.table import WrongRows, read_table
from surveys.imports.documents import WrongDocument
from surveys.imports.files import Unreadable
from surveys.stats.comprehension import understanding
from surveys.stats.instruments import UEQ_SCALES
from tests.surveys.analysis.conftest import ANSWERS, SPEC, changed_spec, results_of, rows_of, spec_of, write_rows

Write = Callable[[dict[str, Any], list[dict[str, Any]]], dict[str, Any]]
SMALL: dict[str, Any] = {
    "id": "small",
    "scales": {"agree": {"low": 1, "high": 5}},
    "items": {code: {"scale": "agree", "construct": "BI"} for code in ("BI1", "BI2")},
    "outcomes": {"accept": {"items": ["BI1", "BI2"]}},
}


@pytest.fixture
def analysed(tmp_path: Path) -> Write:
    """Results of a small spec with more in it, for these rows."""

    def write(more: dict[str, Any], rows: list[dict[str, Any]]) -> dict[str, Any]:
        (tmp_path / "spec.yaml").write_text(yaml.safe_dump(SMALL | more, sort_keys=False), encoding="utf-8")
        cells = [{name: str(cell) for name, cell in row.items()} for row in rows]
        return results_of(tmp_path / "spec.yaml", write_rows(tmp_path / "answers.csv", cells))

    return write


def test_a_spec_of_a_few_lines_is_enough(analysed: Write):
    (wave,) = analysed({}, [{"BI1": 4, "BI2": 5}, {"BI1": 2, "BI2": ""}, {"BI1": 4, "BI2": 3}])["waves"]

    assert (wave["accept"]["n"], wave["accept"]["value"]) == (3, pytest.approx(1 / 3))
    assert wave["verdict"] == {"outcome": None, "refused": "NOT_REGISTERED"}
    assert (wave["first"], wave["drivers"], wave["signals"], wave["informed"]) == (None, None, None, None)
    assert [part["label"] for part in wave["by_mode"]] == ["file"]


def test_comprehension_is_marked_by_the_right_words(analysed: Write):
    questions = {f"CK{number}": {"right": ["B", "b"]} for number in range(1, 5)}
    people = ["BBBB", "BbbA", "BBA?", "A??-", "----"]
    rows = [
        {"BI1": 5, "BI2": 5} | {code: letter for code, letter in zip(questions, letters, strict=True)}
        for letters in people
    ]
    more = {"knowledge": questions, "informed": {"right": 3, "of": 4}, "dont_know": ["?"], "missing": ["-"]}
    (wave,) = analysed(more, rows)["waves"]
    told = wave["informed"]

    marks = [[{"B": 1, "b": 1, "?": 98, "-": 99}.get(letter, 0) for letter in letters] for letters in people[:4]]
    informed = sum(understanding(one, right=3, of=4).informed for one in marks)
    assert (told["informed"]["n"], told["informed"]["value"]) == (4, informed / 4)
    assert told["questions"][2]["right"]["value"] == 2 / 5
    known = wave["knowledge"]
    scores = [understanding(one, right=3, of=4) for one in marks]
    assert known["objective"]["value"] == pytest.approx(mean(score.objective for score in scores))
    assert known["corrected"]["value"] == pytest.approx(mean(score.corrected for score in scores))
    had = [score.confident_wrong for score in scores if score.confident_wrong is not None]
    assert (known["confident_wrong"]["n"], known["confident_wrong"]["value"]) == (len(had), pytest.approx(mean(had)))
    assert [told["questions"][2][kind] for kind in ("wrong", "dont_know", "no_answer")] == [1, 1, 1]


def test_only_what_was_registered_to_count_counts(tmp_path: Path, example):
    def phones(told: dict[str, Any]) -> None:
        told["registration"]["counted"] = {"modes": ["self"], "use_levels": [4, 5]}

    results = results_of(changed_spec(tmp_path, phones), ANSWERS)

    rows = [row for row in rows_of(ANSWERS) if row["wave"] == "1"]
    counted = [row for row in rows if row["how"] == "phone" and row["level"] in "45"]
    assert results["waves"][0]["counts"]["counted"] == len(counted)
    assert results["waves"][0]["counts"]["answered"] == len(rows)
    assert results["waves"][0]["by_mode"] == example["waves"][0]["by_mode"]


def test_the_rule_says_nothing_where_it_does_not_look(tmp_path: Path):
    def later(told: dict[str, Any]) -> None:
        told["registration"] |= {"alpha": [0.05], "looks": [2]}

    first, second = results_of(changed_spec(tmp_path, later), ANSWERS)["waves"]

    assert first["verdict"] == {"outcome": None, "refused": "NOT_A_LOOK"}
    assert (second["verdict"]["look"], second["verdict"]["looks"], second["verdict"]["alpha"]) == (1, 1, 0.05)


def test_a_rule_that_came_after_the_first_answer_gives_no_verdict(tmp_path: Path):
    def late(told: dict[str, Any]) -> None:
        told["registration"]["registered_on"] = "2027-03-02"

    waves = results_of(changed_spec(tmp_path, late), ANSWERS)["waves"]

    assert [wave["verdict"]["refused"] for wave in waves] == ["REGISTERED_LATE", "REGISTERED_LATE"]


def test_without_dates_nobody_knows_whether_the_rule_was_there_before(tmp_path: Path):
    wave = results_of(changed_spec(tmp_path, lambda told: told.pop("date")), ANSWERS)["waves"][1]

    assert (wave["verdict"]["outcome"], wave["verdict"]["registered_before"]) == ("SCALE", None)


def test_a_category_nobody_answered_fails_the_recipe_or_joins_its_neighbour(tmp_path: Path):
    def split(told: dict[str, Any]) -> None:
        told["weights"]["margins"][1]["people"] = {"14-18": 400, "19-39": 2800, "40-64": 3200, "65+": 1600}

    def merge(told: dict[str, Any]) -> None:
        split(told)
        told["weights"]["merges"] = {"14-18": "19-39"}

    failed = results_of(changed_spec(tmp_path, split), ANSWERS)["waves"][1]
    joined = results_of(changed_spec(tmp_path, merge), ANSWERS)["waves"][1]

    assert failed["weighting"]["reason"] == "EMPTY_CATEGORY"
    assert failed["verdict"]["codes"] == ["GUARD:WEIGHTING"]
    assert joined["verdict"]["outcome"] == "SCALE"


def test_share_of_a_group_in_the_population_comes_from_the_margin(tmp_path: Path, example):
    group = example["waves"][0]["groups"][0]
    answered = group["n"] / (group["n"] + group["n_rest"])

    assert group["population"] == pytest.approx(1600 / 8000)
    assert group["coverage"] == pytest.approx(answered / 0.2)
    assert example["waves"][0]["inclusion"]["worst"] == "65+"

    def older(told: dict[str, Any]) -> None:
        told["groups"]["65+"]["members"] = ["75+"]

    part = results_of(changed_spec(tmp_path, older), ANSWERS)["waves"][0]["groups"][0]
    assert (part["population"], part["coverage"]) == (None, None)


def test_stability_of_drivers_is_drawn_with_a_seed_that_is_written_down(example):
    told = example["waves"][0]["drivers"]

    assert told["seed"] == "shared-cars, wave 1"
    assert told["replicates"] > 450
    assert all(0 <= driver["stability"] <= 1 for driver in told["drivers"])


def test_intervals_are_drawn_when_asked_for_and_say_how(tmp_path: Path, example):
    found = results_of(changed_spec(tmp_path, lambda told: told.update(bootstrap=True)), ANSWERS)
    before, after = (
        next(one for one in results["waves"][0]["constructs"] if one["name"] == "BI") for results in (example, found)
    )

    assert (before["omega"]["low"], before["bootstrap"]) == (None, None)
    assert after["omega"]["value"] == before["omega"]["value"]
    assert after["omega"]["low"] < after["omega"]["value"] < after["omega"]["high"]
    drawn = after["bootstrap"]["alpha"]
    assert drawn["value"] == pytest.approx(after["alpha"]["value"])
    # People drawn anew vary about as much as Feldt's formula says.
    assert drawn["low"] == pytest.approx(after["alpha"]["low"], abs=0.06)
    assert drawn["high"] == pytest.approx(after["alpha"]["high"], abs=0.06)
    assert (drawn["replicates"], drawn["seed"], drawn["generator"]) == (2000, SEED, "numpy PCG64, multinomial")
    for item in found["waves"][0]["items"]:
        median = item["bootstrap"]["median"]
        assert (median["value"], median["n"]) == (item["median"], item["answered"])
        assert median["low"] <= median["value"] <= median["high"]
    # The example is weighted: its importances are, and people drawn anew would not be.
    assert all(driver["bootstrap"] is None for driver in found["waves"][0]["drivers"]["drivers"])


def test_importance_is_drawn_where_nothing_is_weighted(tmp_path: Path):
    def change(told):
        told["bootstrap"] = True
        del told["weights"]

    for driver in results_of(changed_spec(tmp_path, change), ANSWERS)["waves"][0]["drivers"]["drivers"]:
        drawn = driver["bootstrap"]["importance"]
        assert drawn["value"] == pytest.approx(driver["importance"])
        assert drawn["low"] < drawn["value"] < drawn["high"]


def test_items_of_a_group_are_told_by_how_often_one_answer_is_above_another(analysed: Write):
    old = [{"BI1": 2, "BI2": 2, "old": "yes"}] * 5 + [{"BI1": 3, "BI2": 3, "old": "yes"}] * 5
    young = [{"BI1": 1, "BI2": 3, "old": "no"}] * 5 + [{"BI1": 2, "BI2": 3, "old": "no"}] * 5
    (wave,) = analysed({"groups": {"65+": {"column": "old", "members": ["yes"]}}}, old + young)["waves"]

    first, second = wave["groups"][0]["items"]
    # Of 100 pairs the younger answer is above in none, below in 75; of BI2 above in 50, below in none.
    assert (first["code"], first["size"]["value"], first["size"]["word"]) == ("BI1", -0.75, "LARGE")
    assert (second["size"]["value"], second["size"]["n"]) == (0.5, 20)
    assert first["size"]["low"] < -0.75 < first["size"]["high"]
    # Ten people are not tested.
    assert first["test"]["reason"] == "TOO_FEW"


def test_two_coders_agree_as_far_as_worked_out_by_hand(analysed: Write):
    rows = [{"one": "fare; wait", "two": "fare"}] * 20 + [{"one": "fare", "two": "-"}] * 5
    rows += [{"one": "-", "two": "fare"}] * 10 + [{"one": "-", "two": "-"}] * 15 + [{"one": "fare", "two": ""}] * 7
    answers = [{"BI1": 4, "BI2": 4} | row for row in rows]
    (wave,) = analysed({"coders": {"columns": ["one", "two"]}}, answers)["waves"]

    # docs/methods.md: 35 of 50 alike where chance gives 25.
    fare, wait = wave["coding"]["themes"]
    assert wave["coding"]["n"] == 50
    assert (fare["theme"], fare["first"], fare["second"], fare["agreement"]) == ("fare", 25, 30, 0.7)
    assert fare["kappa"]["value"] == pytest.approx(0.4)
    assert fare["kappa"]["low"] < 0.4 < fare["kappa"]["high"]
    assert (wait["theme"], wait["first"], wait["second"]) == ("wait", 20, 0)


def test_answers_to_the_long_ueq_are_checked_as_its_authors_do(tmp_path: Path):
    items = {f"{scale}{number}": scale for scale, n in UEQ_SCALES.items() for number in range(1, n + 1)}
    asked = {
        "id": "ueq",
        "scales": {"boxes": {"low": 1, "high": 7}},
        "items": {code: {"scale": "boxes", "construct": scale} for code, scale in items.items()},
    }
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(asked, sort_keys=False), encoding="utf-8")
    even = dict.fromkeys(items, "5")
    torn = even | {"ATT1": "1", "PER1": "1", "ATT2": "6", "PER2": "6"}
    varied = {code: str(3 + place % 3) for place, code in enumerate(items)}
    rows = write_rows(tmp_path / "answers.csv", [even, torn, varied, varied])
    spec = spec_of(tmp_path / "spec.yaml")
    # As the bank of a city that may ask it says.
    scoring = spec.files.bank["scoring"] | {"methods": dict.fromkeys(UEQ_SCALES, "ueq")}
    licensed = replace(spec, files=replace(spec.files, bank={**spec.files.bank, "scoring": scoring}))
    (wave,) = analyse(licensed, read_table(licensed, [rows]))["waves"]

    # Two give more than 15 of 26 the same answer, and one of them is torn within two scales.
    checks = wave["ueq_checks"]
    assert (checks["monotonous"]["value"], checks["inconsistent"]["value"]) == (0.5, 0.25)
    assert checks["inconsistent"]["n"] == 4
    assert analyse(spec, read_table(spec, [rows]))["waves"][0]["ueq_checks"] is None


def test_change_is_told_weighted_where_there_are_weights(example):
    (change,) = example["changes"]

    before, after = (wave["accept"]["value"] for wave in example["waves"])
    assert change["accept"]["everyone"]["value"] == pytest.approx(after - before)
    assert change["accept"]["same_people_weighted"]["n"] == change["accept"]["same_people"]["n"]
    for construct in change["constructs"]:
        plain, weighted = construct["everyone"], construct["everyone_weighted"]
        # Without the covariance of the people in both waves it is wider.
        assert weighted["high"] - weighted["low"] > plain["high"] - plain["low"]
        assert construct["same_people_weighted"]["n"] == construct["same_people"]["n"]


def test_copies_and_crowds_are_told_and_nobody_is_left_out(analysed: Write):
    usual = [{"id": f"u{day}", "at": f"2027-03-{day:02} 09:30", "BI1": 2, "BI2": 2} for day in range(1, 11)]
    crowd = [
        {"id": f"c{number}", "at": "2027-03-11 20:0" + str(number % 10), "BI1": 5, "BI2": 5} for number in range(15)
    ]
    more = {"row_id": "id", "date": {"column": "at", "format": "%Y-%m-%d %H:%M", "timezone": "Asia/Seoul"}}
    (wave,) = analysed(more, usual + crowd)["waves"]

    told = wave["signals"]
    assert [(burst["count"], burst["start"]) for burst in told["bursts"]] == [(15, "2027-03-11T20:00:00+09:00")]
    assert told["responses"] == sorted(row["id"] for row in crowd)
    assert (told["accept_without"]["n"], told["accept_without"]["value"]) == (10, 0)
    assert wave["accept"]["n"] == 25
    # Nothing is registered, so the rule says nothing of the rest either.
    assert told["verdict_without"] is None


def test_at_a_look_the_verdict_is_told_without_copies_and_crowds_too(analysed: Write):
    calm = [
        {"id": f"u{n}", "at": f"2027-03-{1 + n % 10:02} {9 + n // 10:02}:30", "BI1": 2, "BI2": 2} for n in range(60)
    ]
    crowd = [{"id": f"c{n}", "at": f"2027-03-11 20:0{n % 10}", "BI1": 5, "BI2": 5} for n in range(60)]
    more = {"row_id": "id", "date": {"column": "at", "format": "%Y-%m-%d %H:%M", "timezone": "Asia/Seoul"}}
    rule = {"rule": "LL-1", "registered_on": "2027-01-01", "population": "Whoever rode", "alpha": [0.05], "looks": [1]}
    more |= {"registration": rule | {"protected_groups": [], "n_min": 50}}
    (wave,) = analysed(more, calm + crowd)["waves"]

    assert (wave["verdict"]["outcome"], wave["verdict"]["n"]) == ("REVISE", 120)
    without = wave["signals"]["verdict_without"]
    assert (without["outcome"], without["n"], without["value"]) == ("RETIRE", 60, 0)


def test_people_without_a_key_are_nobody_in_two_waves(analysed: Write):
    rows = [{"who": who, "wave": wave, "BI1": 4, "BI2": 4} for wave in (1, 2) for who in ("a", "b", "", "")]
    more = {"person": "who", "wave": {"column": "wave"}}
    (change,) = analysed(more, rows)["changes"]

    assert change["in_both"] == 2
    assert (change["attrition"]["retention"]["n"], change["attrition"]["retention"]["value"]) == (2, 1)


def test_other_items_of_a_construct_break_its_series(analysed: Write):
    items = SMALL["items"] | {"BI3": {"scale": "agree", "construct": "BI", "waves": [2]}}
    rows = [{"wave": wave, "BI1": 4, "BI2": 4, "BI3": 5} for wave in (1, 1, 2, 2)]
    (change,) = analysed({"items": items, "wave": {"column": "wave"}}, rows)["changes"]

    assert (change["constructs"], change["other_wording"]) == ([], ["BI"])


def test_files_of_different_form_are_read_by_their_names(tmp_path: Path):
    spec = SMALL | {
        "words": {"agree": {"No": 1, "Hardly": 2, "Maybe": 3, "Rather": 4, "Yes": 5}},
        "files": [
            {"name": "old*.csv", "wave": 1, "items": {"BI1": {"column": "q1"}, "BI2": {"column": "q2"}}},
            {
                "name": "new.csv",
                "wave": 2,
                "items": {"BI1": {"column": "use", "words": "agree"}, "BI2": {"column": "plan", "words": "agree"}},
            },
        ],
    }
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    old = write_rows(tmp_path / "old 2026.csv", [{"q1": "4", "q2": "4"}])
    new = write_rows(tmp_path / "new.csv", [{"plan": "Yes", "use": "Hardly"}])

    results = results_of(tmp_path / "spec.yaml", new, old)

    assert [wave["counts"]["counted"] for wave in results["waves"]] == [1, 1]
    assert results["waves"][1]["items"][0]["mean"]["value"] == 2
    for files, sentence in (
        ([old], "also describes new.csv"),
        ([old, new, ANSWERS], "describes only old"),
        ([old, old], "named twice"),
    ):
        with pytest.raises(Unreadable, match=sentence):
            results_of(tmp_path / "spec.yaml", *files)


def test_a_bank_of_the_site_brings_its_items_and_outcomes(tmp_path: Path):
    codes = ["PU1", "PU2", "PE1", "PE2", "TR1", "TR3", "PC2", "FA1", "FA4", "CS", "BI1", "BI2", "BI3"]
    spec = {"id": "from-a-bank", "bank": "lla-13", "drivers": {"outcome": "BI", "constructs": ["PU", "PE", "TR", "PC"]}}
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
    rows = [dict.fromkeys(codes, str(1 + number % 5)) | {"BI3": "4"} for number in range(40)]

    (wave,) = results_of(tmp_path / "spec.yaml", write_rows(tmp_path / "answers.csv", rows))["waves"]

    assert sorted(item["code"] for item in wave["items"]) == sorted(codes)
    assert wave["drivers"]["turned"] == ["PC"]
    assert wave["drivers"]["reason"] == "TOO_FEW"
    assert wave["endorse"]["value"] == 1
    (tmp_path / "spec.yaml").write_text("{id: a, bank: no-bank}", encoding="utf-8")
    with pytest.raises(WrongDocument, match="the bank no-bank is not there"):
        results_of(tmp_path / "spec.yaml", ANSWERS)
    (tmp_path / "spec.yaml").write_text("{id: a, bank: ../../settings}", encoding="utf-8")
    with pytest.raises(WrongDocument, match="is not there"):
        results_of(tmp_path / "spec.yaml", ANSWERS)


def test_careless_answers_are_flagged_and_stay_in(example):
    rows = [row for row in rows_of(ANSWERS) if row["wave"] == "1" and int(row["level"]) >= 3]
    fast = [row for row in rows if row["how"] == "phone" and float(row["seconds"]) < 2 * 9]
    agrees = ("Agree", "Strongly agree")
    torn = [row for row in rows if row["PE1"] in agrees and row["PE2"] in agrees]
    flags = example["waves"][0]["flags"]

    assert (flags["kinds"]["speed"], flags["kinds"]["pair"]) == (len(fast), len(torn))
    assert flags["n"] == len(rows)


def test_the_hash_of_the_spec_tells_other_specs_apart(tmp_path: Path, example):
    same = results_of(SPEC, ANSWERS)["survey"]["spec_sha256"]
    other = results_of(changed_spec(tmp_path, lambda told: told["registration"].update(delta=0.2)), ANSWERS)

    assert same == example["survey"]["spec_sha256"]
    assert other["survey"]["spec_sha256"] != same


def test_words_of_comments_lean_to_one_side_and_no_comment_is_quoted(analysed: Write):
    late = [{"BI1": 2, "BI2": 2, "said": f"공유차 예약이 자꾸 늦어요 010-1234-56{number:02}"} for number in range(40)]
    clean = [{"BI1": 5, "BI2": 5, "said": "The seats are clean"} for _number in range(40)]
    results = analysed({"comment": "said", "nouns": ["공유차"]}, [*late, *clean, {"BI1": 5, "BI2": 4, "said": ""}])
    told = results["waves"][0]["comments"]

    words = {word["word"]: word for word in told["words"]}
    assert (told["not_accepting"], told["accepting"]) == (40, 40)
    assert words["공유차"]["z"] > 1.96
    assert words["clean"]["z"] < -1.96
    assert (words["clean"]["not_accepting"], words["clean"]["accepting"]) == (0, 40)
    assert words.keys() <= {"공유차", "예약", "늦다", "seat", "clean"}


def test_the_service_is_named_where_a_bank_says_so(tmp_path: Path):
    (tmp_path / "spec.yaml").write_text("{id: a, bank: lla-13, title: {ko: 공유차, en: Shared cars}}", encoding="utf-8")
    codes = ["PU1", "PU2", "PE1", "PE2", "TR1", "TR3", "PC2", "FA1", "FA4", "CS", "BI1", "BI2", "BI3"]
    answers = write_rows(tmp_path / "answers.csv", [dict.fromkeys(codes, "4")])
    call_command("analyse", str(tmp_path / "spec.yaml"), str(answers), "--out", str(tmp_path / "out"), verbosity=0)

    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    text = next(item for item in results["waves"][0]["items"] if item["code"] == "PE2")["text"]
    assert text == {"ko": "공유차를 쓰다가 막히는 일이 잦다", "en": "I keep getting stuck while using Shared cars"}


def test_a_known_instrument_is_scored_in_its_own_unit(tmp_path: Path):
    (tmp_path / "spec.yaml").write_text("{id: a, bank: sus}", encoding="utf-8")
    people = ("5421232452", "3333333333", "5151515151", "5555555555")
    rows = [{f"SUS{number}": answer for number, answer in enumerate(answers, 1)} for answers in people]

    (wave,) = results_of(tmp_path / "spec.yaml", write_rows(tmp_path / "answers.csv", rows))["waves"]

    (told,) = wave["scores"]
    # Brooke's own example, the middle, the best, and agreeing with everything.
    assert (told["method"], told["score"]["n"], told["score"]["value"]) == ("sus", 4, mean([55, 50, 100, 50]))


def test_missing_answers_of_a_known_instrument_are_scored_as_its_authors_say(tmp_path: Path):
    (tmp_path / "spec.yaml").write_text("{id: a, bank: sus}", encoding="utf-8")
    people = ("5421232452", "51515151  ", "515151    ")
    rows = [{f"SUS{number}": answer.strip() for number, answer in enumerate(answers, 1)} for answers in people]

    (wave,) = results_of(tmp_path / "spec.yaml", write_rows(tmp_path / "answers.csv", rows))["waves"]

    (told,) = wave["scores"]
    assert (told["score"]["n"], told["score"]["value"], told["left_out"]) == (2, mean([55, 90]), 1)
    assert (told["filled"], told["both_sides"]) == (1, 0)
    assert [part["name"] for part in told["parts"]] == ["learnability", "usability"]


def test_the_mean_of_all_nine_of_van_der_laan_stands_beside_its_two_halves(tmp_path: Path):
    (tmp_path / "spec.yaml").write_text("{id: a, bank: vdl}", encoding="utf-8")
    people = ("124215243", "33333333 ", "3 3 3 3 3")
    rows = [{f"VDL{number}": answer.strip() for number, answer in enumerate(answers, 1)} for answers in people]

    (wave,) = results_of(tmp_path / "spec.yaml", write_rows(tmp_path / "answers.csv", rows))["waves"]

    usefulness, satisfying, whole = wave["scores"]
    assert (usefulness["score"]["n"], satisfying["score"]["n"]) == (3, 2)
    # Whoever has one of the two scores only is in no mean of both.
    assert (whole["name"], whole["of"], whole["score"]["n"]) == ("VDL", ["VDLU", "VDLS"], 2)
    assert whole["score"]["value"] == pytest.approx(mean([11 / 9, 0]))


def test_response_rates_need_a_frame(analysed: Write):
    rows = [{"BI1": 4, "BI2": 4}] * 6 + [{"BI1": 4, "BI2": ""}] * 2
    frame = {"refused": 2, "no_contact": 5, "other": 1, "unknown": 4, "eligible_share": 0.5, "basis": "Made up"}
    told = analysed({"frame": {"1": frame}}, rows)["waves"][0]["response_rates"]

    assert (told["complete"], told["partial"], told["n"]) == (6, 2, 20)
    assert told["rates"]["RR1"] == pytest.approx(6 / 20)
    assert told["rates"]["RR4"] == pytest.approx(8 / 18)
    assert analysed({}, rows)["waves"][0]["response_rates"] is None


def test_a_fall_after_the_baseline_is_an_alarm(analysed: Write):
    shares = {1: 140, 2: 138, 3: 141, 4: 90, 5: 88, 6: 85}
    rows = [
        {"wave": wave, **dict.fromkeys(("BI1", "BI2"), 5 if number < yes else 1)}
        for wave, yes in shares.items()
        for number in range(200)
    ]
    told = analysed({"wave": {"column": "wave"}, "monitoring": {"baseline": 1}}, rows)["monitoring"]

    assert [period["wave"] for period in told["periods"] if period["alarm"]] == [4, 5, 6]
    assert told["periods"][0]["distance"] == pytest.approx(-0.01 / (0.7 * 0.3 * 2 / 200) ** 0.5)


def test_a_wave_that_asks_nothing_is_refused_by_its_rows(analysed: Write):
    items = {code: item | {"waves": [1, 2]} for code, item in SMALL["items"].items()}

    with pytest.raises(WrongRows, match="line 3, column wave: wave 7 asks no item"):
        analysed({"items": items, "wave": {"column": "wave"}}, [{"wave": w, "BI1": 4, "BI2": 4} for w in (1, 7)])


def test_a_criterion_that_a_look_did_not_ask_gives_no_verdict(tmp_path: Path):
    def later(told: dict[str, Any]) -> None:
        for code in ("TR1", "TR3"):
            told["items"][code]["waves"] = [2]
        told["registration"]["criteria"] = [{"metric": "TR", "kind": "mean", "least": 3.5}]

    first, second = results_of(changed_spec(tmp_path, later), ANSWERS)["waves"]

    assert first["verdict"] == {"outcome": None, "refused": "CRITERION_NOT_ASKED"}
    assert [criterion["met"] for criterion in second["verdict"]["criteria"]] == [True]


def test_letters_that_cannot_be_written_are_refused(tmp_path: Path):
    (tmp_path / "spec.yaml").write_text('id: small\ntitle: "a\\0b"\n"\\a": 1\n', encoding="utf-8")

    with pytest.raises(WrongDocument) as wrong:
        results_of(tmp_path / "spec.yaml", ANSWERS)
    assert [complaint.line for complaint in wrong.value.complaints] == [2, 3]


def test_without_a_registration_every_test_is_exploratory(tmp_path: Path, example):
    found = results_of(changed_spec(tmp_path, lambda told: told.pop("registration")), ANSWERS)["waves"][1]
    before = example["waves"][1]
    (group,), (registered,) = found["groups"], before["groups"]

    assert (registered["protected"], registered["test"]["method"]) == (True, "holm")
    assert (group["protected"], group["test"]["method"]) == (False, "benjamini-hochberg")
    assert group["test"]["p"] == registered["test"]["p"]
    assert found["inclusion"] == before["inclusion"]


def test_numbers_off_the_scale_are_told_the_scale(analysed: Write):
    with pytest.raises(WrongRows, match="line 2, column BI2: “7” is no answer of this item; known are 1 to 5, “-”"):
        analysed({"missing": ["-"]}, [{"BI1": "-", "BI2": 7}])
