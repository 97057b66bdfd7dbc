"""What people wrote, in a report: themes of five answers and more, words, quotations that a person released."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import timezone

from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from surveys.actions.open_answers import code_answer, name_theme, read_again, release_answer
from surveys.actions.reports import make_next_report, notes_of, order_report, publish_report, take_evaluator_pack
from surveys.errors import CannotPublish, CannotRead
from surveys.metrics.themes import Coded, quotations_by_theme, themes_figures, themes_released
from surveys.metrics.voices import reading_of
from surveys.models import Coding, OpenAnswer, ReportOrder, Snapshot, Theme
from surveys.reports import verify
from surveys.reports.make import Report, made_report
from surveys.reports.material import snapshot_of
from surveys.reports.rebuild import differences_in
from surveys.tasks import work_out_closed_waves
from tests.builders.voices import wave_with_voices
from tests.people import make_person
from tests.surveys.reports.conftest import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def voiced(eva: Person) -> Snapshot:
    """Read and coded by eva, the sample by eve, too; four answers about the phone are too few to be told."""
    snapshot = wave_with_voices(eva, against=60, in_favour=60)
    eve = make_person("eve", Role.EVALUATOR)
    survey = snapshot.wave.survey
    survey.evaluators.add(eve)
    themes = {
        name: name_theme(survey, name_ko=name, name_en=english, by=eva, at=timezone.now())
        for name, english in (("기다림", "Waiting"), ("친절", "Kindness"), ("문의", "Asking by phone"))
    }
    sample = reading_of(snapshot.wave).sample
    phoned, codings, seconds = 0, [], []
    for answer in OpenAnswer.objects.order_by("pk"):
        about = [themes[name] for name, sign in (("기다림", "기다"), ("친절", "친절")) if sign in answer.masked]
        if "[전화번호]" in answer.masked and phoned < 4:
            about, phoned = [*about, themes["문의"]], phoned + 1
        codings.append((Coding(answer=answer, coder=eva, at=timezone.now()), about))
        if answer.pk in sample:
            seconds.append((answer, about[:1]))
    Coding.objects.bulk_create([coding for coding, _about in codings])
    Coding.themes.through.objects.bulk_create(
        [Coding.themes.through(coding_id=coding.pk, theme_id=theme.pk) for coding, about in codings for theme in about]
    )
    for answer, about in seconds:
        code_answer(answer, about, by=eve, at=timezone.now())
    for answer in OpenAnswer.objects.order_by("pk")[::7]:
        release_answer(answer, answer.masked, by=eva, at=timezone.now())
    work_out_closed_waves()
    return snapshot


def made(snapshot: Snapshot, language: str = "en") -> Report:
    again = snapshot_of(snapshot.wave_id)
    return made_report(again, language, notes=notes_of(again))


def pack_of(report: Report) -> dict[str, bytes]:
    with ZipFile(BytesIO(report.pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def chapter(report: Report, anchor: str) -> str:
    (part,) = (one for one in report.contents["parts"][0]["report"]["chapters"] if one["anchor"] == anchor)
    return json.dumps(part, ensure_ascii=False)


def test_the_report_tells_question_themes_agreement_words_and_quotations(voiced):
    told = chapter(made(voiced), "words")

    assert "What was good about Footstep lamps, and what should change?" in told
    # One person wrote nothing, which is too few to be told.
    assert "How many wrote something is not told" in told
    assert '"Waiting", "45"' in told
    assert '"Kindness"' in told
    assert "Asking by phone" not in told
    assert "24 answers were coded by two people" in told
    assert "기다리다" in told
    assert "who do not accept" in told
    assert "기다리는 시간이 너무 길었어요." in told
    assert "Who said it is not kept with it." in told


def test_both_languages_are_printed_and_the_text_of_the_pdf_holds_the_quotations(voiced):
    words = text_of(made(voiced, "both"))

    assert words.count("기다리는 시간이 너무 길었어요.") >= 2
    assert "What it is about" in words


def test_every_number_of_the_chapter_stands_in_the_pack_and_the_pack_agrees(voiced):
    files = pack_of(made(voiced, "both"))
    themes, words = files["themes.csv"].decode("utf-8-sig"), files["words.csv"].decode("utf-8-sig")

    assert verify.complaints(files) == []
    assert "Waiting,share,45,0.38" in themes
    assert "Waiting,kappa,," in themes
    assert "기다리다,not_accepting,,," in words
    assert "results.json#/voices/themes/0/answers" in files["numbers.csv"].decode()
    files["themes.csv"] = files["themes.csv"].replace(b",45,", b",50,")
    assert any("themes.csv" in complaint for complaint in verify.complaints(files))


def test_nothing_in_the_public_pack_says_whose_words_they_are(voiced):
    told = json.loads(pack_of(made(voiced))["results.json"])["voices"]

    assert {key for one in told["quotations"] for key in one} == {"text", "language", "theme"}
    assert len(told["quotations"]) == 12
    assert "문의" not in json.dumps(told["themes"], ensure_ascii=False)


def test_the_evaluators_pack_rebuilds_what_is_told_of_themes(voiced, eva):
    pack = take_evaluator_pack(voiced, by=eva, at=timezone.now(), why="to check it")
    with ZipFile(BytesIO(pack)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert differences_in(files) == []

    exact = json.loads(files["pack.json"])
    (told,) = (work for work in exact["closing"] if work["kind"] == "words")
    told["results"]["words"][0]["z"] += 0.5
    changed = files | {"pack.json": json.dumps(exact).encode()}
    assert any("words" in found for found in differences_in(changed))

    exact["voices"]["figures"]["themes"][0]["answers"] += 20
    files["pack.json"] = json.dumps(exact).encode()
    assert any("what people wrote" in found for found in differences_in(files))


def test_a_draft_is_outdated_when_another_quotation_is_released(voiced, eva):
    order = drafted(voiced, eva)
    # The first of its theme is among the twelve.
    released = OpenAnswer.objects.released().earliest("pk")
    read_again(released, by=eva)
    with pytest.raises(CannotPublish, match="Order it again"):
        publish_report(order, by=eva, at=timezone.now())


def test_a_draft_is_outdated_when_a_theme_gets_another_name(voiced, eva):
    order = drafted(voiced, eva)
    Theme.objects.filter(name_ko="기다림").update(name_en="Waiting for it")
    with pytest.raises(CannotPublish, match="Order it again"):
        publish_report(order, by=eva, at=timezone.now())


def test_a_published_report_keeps_what_it_quotes_from_being_read_anew(voiced, eva):
    report = publish_report(drafted(voiced, eva), by=eva, at=timezone.now())
    quoted = OpenAnswer.objects.filter(pk__in=report.quoted)

    assert 12 <= len(report.quoted) == quoted.count()
    with pytest.raises(CannotRead):
        read_again(quoted[0], by=eva)


def drafted(snapshot: Snapshot, by: Person) -> ReportOrder:
    order_report(snapshot, language="en", by=by, at=timezone.now() - timedelta(seconds=1))
    assert make_next_report()
    return ReportOrder.objects.get()


def test_a_wave_that_was_asked_and_said_nothing_reads_sensibly(eva):
    snapshot = wave_with_voices(eva, against=6, in_favour=6)
    OpenAnswer.objects.all().delete()
    work_out_closed_waves()
    told = chapter(made(snapshot), "words")

    assert "Nobody wrote anything." in told
    assert "No answer was released to be quoted." in told


def coded(*given: set[str]) -> list[Coded]:
    return [Coded(number, (frozenset(codes),)) for number, codes in enumerate(given)]


def test_rare_themes_are_told_together_and_only_from_five_answers_on():
    told = [{"a"}] * 10 + [{"b"}] * 3 + [{"c"}] * 4 + [set()] * 8
    figures = themes_figures(coded(*told), ["a", "b", "c"], wrote=25, answered=40, sample=10)
    public = themes_released(figures)
    assert ([theme["code"] for theme in public["themes"]], public["rare"], public["none"]) == (["a"], 5, 10)

    told = [{"a"}] * 10 + [{"b"}] * 3 + [set()] * 8
    public = themes_released(themes_figures(coded(*told), ["a", "b"], wrote=21, answered=40, sample=10))
    # Coded less those about "a" less those about nothing would be the three.
    assert (public["rare"], public["none"], public["coded"]) == (None, None, 20)


def test_quotations_are_taken_from_each_theme_in_turn():
    told = coded({"a"}, {"a", "b"}, {"b"}, {"a"}, set(), {"a"})
    assert quotations_by_theme([0, 1, 2, 3, 4, 5], told, ["a", "b"], most=4) == [(0, "a"), (3, "a"), (1, "b"), (2, "b")]
    assert quotations_by_theme([4], told, ["a", "b"], most=4) == [(4, None)]
