"""What a report says and how: its tags, its words, and the same numbers in PDF, tables and results.json."""

import csv
import json
import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO, StringIO, TextIOWrapper
from stat import S_IMODE
from zipfile import ZipFile

import pikepdf
import pytest
from django.conf import settings
from django.core.management import call_command
from django.template.loader import render_to_string
from django.utils import timezone
from jsonschema import Draft202012Validator
from pypdf import PdfReader

from livinglab.accounts.models import Person
from pilots.models import Pilot, Service
from surveys.actions.monitor import review_alarm
from surveys.actions.reports import notes_of
from surveys.metrics.release import Audience, release
from surveys.models import Snapshot
from surveys.reports.letters import Letters
from surveys.reports.make import Report, made_report
from surveys.reports.material import snapshot_of
from surveys.reports.notes import Notes
from surveys.reports.readiness import steps_of
from surveys.views.reports import shown
from tests.builders.surveys import answers_of, closed_wave, open_wave_of, registered_survey, take_part
from tests.surveys.reports.conftest import made, text_of

pytestmark = pytest.mark.django_db


def tags_of(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every element of the structure tree."""
    for child in node.K if isinstance(node.get("/K"), pikepdf.Array) else [node.get("/K")]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from tags_of(child)


def in_pack(report: Report, name: str) -> bytes:
    with ZipFile(BytesIO(report.pack)) as archive:
        return archive.read(name)


def rows_of(report: Report, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(in_pack(report, name).decode("utf-8-sig"))))


def percent(value: float, digits: int = 0) -> str:
    return f"{100 * value:.{digits}f}%"


@pytest.mark.parametrize(
    ("language", "title"), [("ko", "도담동 발소리 가로등"), ("en", "Footstep lamps in Dodam-dong")]
)
def test_pdf_can_be_read_aloud(snapshot: Snapshot, language: str, title: str):
    report = made(snapshot, language)

    with pikepdf.open(BytesIO(report.pdf)) as pdf:
        root = pdf.Root
        tags = list(tags_of(root.StructTreeRoot))
        assert root.MarkInfo.Marked
        assert str(root.Lang) == language
        assert root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert title in metadata["dc:title"]
        kinds = {str(tag.S) for tag in tags}
        assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/Figure", "/Caption", "/L"} <= kinds
        pictures = [tag for tag in tags if str(tag.S) == "/Figure"]
        assert pictures
        assert all(len(str(picture.Alt)) > 20 for picture in pictures)


def test_charts_are_drawn_and_not_photographed(snapshot: Snapshot):
    pages = PdfReader(BytesIO(made(snapshot).pdf)).pages

    assert sum(len(page.images) for page in pages) == 0


def test_first_page_is_the_answer(snapshot: Snapshot):
    first = " ".join(PdfReader(BytesIO(made(snapshot).pdf)).pages[0].extract_text().split())

    assert "look 1 of 2" in first
    assert "65.0% of 40 people accept" in first
    for words in ("What was found", "For whom", "What next", "What these figures do not say"):
        assert words in first
    assert "Fewer people of the group “65 and older” answered than the rule asks for." in first


def test_numbers_are_the_same_in_pdf_tables_and_results(snapshot: Snapshot):
    report = made(snapshot)
    text, results = text_of(report), json.loads(in_pack(report, "results.json"))

    assert results["figures"] == json.loads(json.dumps(release(snapshot, Audience.PUBLIC)))
    acceptance = {row["measure"]: row for row in rows_of(report, "acceptance.csv")}
    accept = results["figures"]["accept"]
    assert accept["value"] == 26 / 40
    for measure, digits in (("accept", 1), ("use", 0), ("endorse", 0)):
        figure = results["figures"][measure]
        assert {name: acceptance[measure][name] for name in ("value", "low", "high", "n")} == {
            name: str(figure[name]) for name in ("value", "low", "high", "n")
        }
        assert percent(figure["value"], digits) in text
        assert f"{100 * figure['low']:.{digits}f} to {percent(figure['high'], digits)}" in text
    means = {row["measure"]: row for row in rows_of(report, "constructs.csv")}
    for construct in results["figures"]["constructs"]:
        mean = construct["mean"]
        if mean["value"] is not None:
            assert means[f"constructs.{construct['name']}.mean"]["value"] == str(mean["value"])
            assert f"{mean['value']:.2f}" in text
    answers = {(row["code"], row["answer"]): row["answers"] for row in rows_of(report, "distributions.csv")}
    for item in results["figures"]["items"]:
        for part in item["histogram"]:
            assert answers[item["code"], str(part["from"])] == ("" if part["n"] is None else str(part["n"]))
    for group in results["figures"]["groups"]:
        for measure in ("accept", "accept_rest"):
            if group[measure]["value"] is not None:
                assert percent(group[measure]["value"]) in text
    verdict = results["figures"]["verdict"]
    assert f"{100 * verdict['low']:.1f} to {percent(verdict['high'], 1)}" in text
    assert results["figures"]["salted_hash"] in text
    assert snapshot.hash not in text


def test_results_follow_their_schema(snapshot: Snapshot, imported: Snapshot):
    schema = json.loads((settings.BASE_DIR / "docs" / "results.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)

    for found in (snapshot, imported):
        results = json.loads(in_pack(made(found), "results.json"))
        assert [error.message for error in Draft202012Validator(schema).iter_errors(results)] == []


def test_pack_of_a_snapshot_is_always_the_same_bytes(snapshot: Snapshot):
    pack = made(snapshot).pack

    assert made(snapshot).pack == pack
    with ZipFile(BytesIO(pack)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_pack_holds_nothing_of_people_and_explains_its_columns(snapshot: Snapshot):
    report = made(snapshot)

    keys = [str(key) for key in snapshot.wave.responses.values_list("participant_key", flat=True)]
    with ZipFile(BytesIO(report.pack)) as archive:
        explained = {row["column"] for row in rows_of(report, "codebook.csv")}
        for name in archive.namelist():
            data = archive.read(name)
            assert not any(key.encode() in data for key in keys)
            assert snapshot.hash.encode() not in data
            if name.endswith(".csv") and name != "codebook.csv":
                assert data.startswith(b"\xef\xbb\xbf")
                header = next(csv.reader(TextIOWrapper(BytesIO(data), "utf-8-sig")))
                explained_here = set(header) - explained
                assert not explained_here, f"{name} has unexplained columns {explained_here}"
    registration = json.loads(in_pack(report, "registration.json"))
    assert registration["document"] == snapshot.wave.survey.registration.document


def test_no_cell_of_a_table_is_a_formula(snapshot: Snapshot):
    Service.objects.update(name_en="=HYPERLINK(1)", name_ko="=HYPERLINK(1)")

    assert any(row["label_en"].startswith("'=HYPERLINK(1)") for row in rows_of(made(snapshot), "questions.csv"))


def test_titles_with_any_character_do_not_stop_the_report(snapshot: Snapshot):
    strange = "😀 漢 펲 ㎡ #strong[x] $1 *_` @a <b> \\ 🇰🇷"
    Pilot.objects.update(title_en=strange[:80], title_ko=strange[:80], limits_en=strange)
    Service.objects.update(name_en=strange[:60], name_ko=strange[:60])

    for language in ("ko", "en"):
        text = text_of(made(snapshot, language))
        assert "[GRINNING FACE] 漢 펲 ㎡ #strong[x] $1 *_` @a <b> \\" in text
    assert "Characters that the font does not hold" in text


def test_letters_that_are_written_apart_are_joined_before_they_are_looked_up():
    letters = Letters()

    assert letters.fit({"name": ["\u1112\u1161\u11ab글", "a\u0301"]}) == {"name": ["한글", "á"]}
    assert not letters.replaced


def test_illustrative_pilots_say_so_on_every_page(snapshot: Snapshot):
    assert "Illustrative" not in text_of(made(snapshot))
    Pilot.objects.update(illustrative=True)

    for page in PdfReader(BytesIO(made(snapshot).pdf)).pages:
        assert "Illustrative: made-up people and answers" in page.extract_text()


def test_second_wave_tells_what_changed(snapshot: Snapshot):
    survey = snapshot.wave.survey
    wave = open_wave_of(survey, 2)
    answers_of(wave, list(survey.pilot.enrolments.all()), accepting=34)
    later = closed_wave(wave)

    report = made(later)

    changes = [row for row in rows_of(report, "changes.csv") if row["measure"] == "accept"]
    assert [(row["from_wave"], row["to_wave"], float(row["value"])) for row in changes] == [
        ("1", "2", pytest.approx(34 / 40 - 26 / 40))
    ]
    text = text_of(report)
    assert "+20.0 points" in text
    assert "wave 1 to 2" in text


def test_people_are_put_beside_the_registered_population(eva: Person):
    recipe = {
        "variables": ["age"],
        "margins": [{"under 65": 700, "65+": 300}],
        "categories": {"age": {"40-49": "under 65", "65-74": "65+", "75+": "65+"}},
        "cap": 5.0,
        "source": "Resident register 2026",
        "status": "official",
    }
    survey = registered_survey(eva, weighting=recipe)
    people = take_part(survey, 20) + take_part(survey, 6, age_band="65-74", prefix="old")
    people += take_part(survey, 6, age_band="75+", prefix="oldest")
    wave = open_wave_of(survey)
    answers_of(wave, people, accepting=20)

    text = text_of(made(closed_wave(wave)))

    assert "Age: under 65 700 20 70% 67% 1.0" in text
    assert "Age: 65+ 300 10 30% 33% 1.1" in text
    assert "Reference: Resident register 2026; where it says nothing, everybody invited." in text
    assert "weighted as registered" in text


def test_report_of_an_import_tells_each_wave_and_the_change_and_no_verdict(imported: Snapshot):
    text = text_of(made(imported))
    first = imported.wave.survey.waves.get(number=1).snapshot
    before, after = (
        next(found["mean"] for found in release(found_in, Audience.PUBLIC)["constructs"] if found["name"] == "OPEN")
        for found_in in (first, imported)
    )

    assert "No verdict: no rule was registered before these answers were given." in text
    for mean, wave in ((before, "wave 1 (2025)"), (after, "wave 2 (2026)")):
        told = f"{mean['value']:.2f} in {wave} (95% interval {mean['low']:.2f} to {mean['high']:.2f}"
        assert told in text
    assert "Hours: +0.98 (95% interval" in text
    assert "A made-up survey of a library" in text
    assert "Imported survey" in text


def test_one_command_writes_the_report(imported: Snapshot, tmp_path, capsys: pytest.CaptureFixture[str]):
    call_command("report", "library-hours", "--language", "ko", "--out", str(tmp_path / "new"))

    written = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert written == ["library-hours-wave-2-ko.pdf", "library-hours-wave-2-ko.zip"]
    assert written[0] in capsys.readouterr().out
    assert {S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()} == {0o600}


def test_twelve_parts_stand_in_the_order_in_which_readers_stop(snapshot: Snapshot, imported: Snapshot):
    for found in (snapshot, imported):
        (part,) = made(found).contents["parts"]
        report = part["report"]

        titles = [report["words"]["summary"], *(chapter["title"] for chapter in report["chapters"])]
        assert [title.partition(".")[0] for title in titles] == [str(number) for number in range(1, 13)]
        assert all(chapter["blocks"] for chapter in report["chapters"])
        tables = [block for chapter in report["chapters"] for block in chapter["blocks"] if block["kind"] == "table"]
        assert [table["anchor"] for table in tables] == [f"table-{number}" for number in range(1, len(tables) + 1)]


def test_same_words_and_numbers_stand_in_page_pdf_and_pack(snapshot: Snapshot):
    report = made(snapshot)
    page = render_to_string("surveys/reports/_part.html", {"part": shown(report.contents)["parts"][0]})
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    pdf = text_of(report)

    for line in in_pack(report, "report.en.txt").decode().splitlines():
        for cell in line.split(" | "):
            # A caption has its label set apart; alternative texts stand in an attribute.
            rest = re.sub(r"^(Table|Figure) \d+\. ", "", cell)
            assert rest in words or rest in unescape(page) or ": " in rest, cell
    for row in rows_of(report, "numbers.csv"):
        assert row["printed"].lstrip("'") in words
        assert row["printed"].lstrip("'") in pdf


def test_words_of_evaluators_stand_where_they_belong(snapshot: Snapshot):
    notes = Notes(
        foreword_ko="머리말이에요.",
        foreword_en="Why we asked.",
        limits_en="A bus line changed.\nIt rained.",
        srl_before=4,
        srl_after=5,
        steps=(4, 6),
        directions=({"driver": "PE", "words_ko": "큰 글씨", "words_en": "Larger signs"},),
        signed=(snapshot.frozen_at.isoformat(),),
    )
    report = made_report(snapshot, "en", notes=notes)
    first = " ".join(PdfReader(BytesIO(report.pdf)).pages[0].extract_text().split())
    text = text_of(report)

    assert "A bus line changed." in first
    assert "It rained." in first
    assert "Foreword by the evaluator Why we asked." in text
    assert "Ease of use: Larger signs" in text
    assert "How ripe the service is for society (SRL, 1 to 9) 4 5" in text
    assert "evidence for these steps of the SRL: 4, 6." in text
    assert "Signed as computed by the rule" in text


def test_site_knows_for_which_steps_of_readiness_it_holds_evidence(snapshot: Snapshot):
    assert steps_of(snapshot) == (4, 6)


def test_after_a_service_may_scale_its_waves_are_monitored(eva: Person):
    survey = registered_survey(eva, n_min=8, m_min=2)
    people = take_part(survey, 8, age_band="65-74", prefix="old") + take_part(survey, 24)
    first = open_wave_of(survey)
    answers_of(first, people, accepting=27)
    assert closed_wave(first).verdict.outcome == "SCALE"
    second = open_wave_of(survey, 2)
    answers_of(second, people, accepting=10)

    snapshot = snapshot_of(closed_wave(second).wave_id)
    report = made_report(snapshot, "en", notes=notes_of(snapshot))

    followed = json.loads(in_pack(report, "results.json"))["derived"]["monitoring"]
    assert followed["baseline"] == 1
    assert [period["alarm"] for period in followed["periods"]] == [True]
    text = text_of(report)
    assert "Moving average of acceptance since wave 1, within its limits" in text
    assert "Fewer than 200 answers stand behind the baseline" in text
    assert "the moving average lies below its limit" in text
    assert "is being looked into" in text
    # In the part on the pilot and in the one on monitoring.
    assert text.count("nothing is evidence for step 9 of the SRL") == 2

    words = {"found_ko": "배차가 줄었어요.", "found_en": "Fewer cars came."}
    words |= {"done_ko": "다시 늘려요.", "done_en": "They come back."}
    review_alarm(snapshot.alarm, by=eva, at=timezone.now(), **words)
    text = text_of(made_report(snapshot, "en", notes=notes_of(snapshot)))
    assert "Fewer cars came. They come back." in text
    assert "nothing is evidence" not in text
