"""Publishing a draft: once, for good, at an address of its own, with corrections beside it."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from livinglab.notices.models import Notice
from surveys.actions.answer import remember_clerk
from surveys.actions.reports import (
    correct_report,
    make_next_report,
    order_report,
    publish_report,
    write_notes,
)
from surveys.errors import CannotPublish, EnteredAnswers
from surveys.models import Correction, Report, ReportOrder, Snapshot
from tests.people import let_session_run_out, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reports_root(settings, tmp_path: Path) -> Path:
    settings.REPORTS_ROOT = tmp_path / "reports"
    return settings.REPORTS_ROOT


@pytest.fixture
def draft(imported: Snapshot, eva: Person) -> ReportOrder:
    imported.wave.survey.evaluators.add(eva)
    order_report(imported, language="both", by=eva, at=timezone.now())
    assert make_next_report()
    return ReportOrder.objects.get()


@pytest.fixture
def report(draft: ReportOrder, eva: Person) -> Report:
    return publish_report(draft, by=eva, at=timezone.now())


def test_an_evaluator_publishes_what_she_read_and_everybody_reads_it(draft: ReportOrder, eva, ana, client_of):
    evaluator = client_of(eva)
    page = reverse("surveys:publish_report", args=[draft.pk])
    wave = draft.snapshot.wave_id

    assert "cannot be changed or taken back" in evaluator.get(page).content.decode()
    assert "This field is required" in evaluator.post(page, {}).content.decode()
    assert not Report.objects.exists()
    assert evaluator.post(page, {"sure": "on"}).url == reverse("surveys:published_report", args=[wave, 1])

    report = Report.objects.get()
    for reader in (client_of(), client_of(ana)):
        shown = reader.get(reverse("surveys:published_report", args=[wave, 1])).content.decode()
        assert report.hash in shown
        assert "There are no corrections of this report." in shown
        pdf = reader.get(reverse("surveys:published_pdf", args=[wave, 1]))
        assert hashlib.sha256(pdf.content).hexdigest() == report.pdf_hash
        assert pdf["Content-Type"] == "application/pdf"
        pack = reader.get(reverse("surveys:published_pack", args=[wave, 1]))
        assert hashlib.sha256(pack.content).hexdigest() == report.pack_hash
        assert "Report 1" in reader.get(reverse("surveys:report", args=[wave])).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE surveys_report SET contents = '{}'",
        "UPDATE surveys_report SET pdf = ''",
        "UPDATE surveys_report SET published_at = now()",
        "DELETE FROM surveys_report",
    ],
)
def test_the_database_refuses_to_change_a_published_report(report: Report, change: str):
    with pytest.raises(DatabaseError, match="fixed once written"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_report_outlives_the_account_of_its_publisher(report: Report):
    Report.objects.update(published_by=None)

    assert Report.objects.get().published_by is None


def test_a_correction_stands_beside_the_report_for_ever(report: Report, eva, hana, client_of):
    wave = report.snapshot.wave_id
    page = reverse("surveys:correct_report", args=[wave, 1])
    words = {
        "what_ko": "표 3의 단위는 명이에요.",
        "what_en": "Table 3 counts people.",
        "why_ko": "오타",
        "why_en": "A slip",
    }
    assert "This field is required" in client_of(eva).post(page, {"what_en": "only English"}).content.decode()
    before = bytes(Report.objects.get().pdf)

    assert client_of(eva).post(page, words).url == reverse("surveys:published_report", args=[wave, 1])

    shown = client_of().get(reverse("surveys:published_report", args=[wave, 1])).content.decode()
    assert "Table 3 counts people." in shown
    assert "A slip" in shown
    assert bytes(Report.objects.get().pdf) == before
    with pytest.raises(DatabaseError, match="fixed once written"), transaction.atomic():
        Correction.objects.update(what_ko="anders")
    assert client_of(hana).post(page, words).status_code == 403


def test_words_written_after_the_draft_are_not_published_unseen(draft: ReportOrder, eva):
    write_notes(draft.snapshot, by=eva, at=timezone.now(), limits_ko="나중에 덧붙인 말이에요.")

    with pytest.raises(CannotPublish, match="after this draft was made"):
        publish_report(draft, by=eva, at=timezone.now())


def test_only_evaluators_of_the_pilot_publish_and_only_whole_drafts(draft: ReportOrder, eva, reports_root: Path):
    with pytest.raises(CannotPublish, match="Only an evaluator"):
        publish_report(draft, by=make_person("evi", Role.EVALUATOR), at=timezone.now())
    (reports_root / draft.pdf).write_bytes(b"%PDF of somebody else")

    with pytest.raises(CannotPublish, match="not there as they were made"):
        publish_report(draft, by=eva, at=timezone.now())
    assert not Report.objects.exists()


def test_the_same_draft_is_published_once_and_a_new_one_gets_the_next_number(report: Report, draft: ReportOrder, eva):
    with pytest.raises(CannotPublish, match="published already, as number 1"):
        publish_report(draft, by=eva, at=timezone.now())
    write_notes(draft.snapshot, by=eva, at=timezone.now(), foreword_ko="두 번째 판이에요.", foreword_en="A second one.")
    order_report(draft.snapshot, language="both", by=eva, at=timezone.now())
    assert make_next_report()

    second = publish_report(ReportOrder.objects.latest("pk"), by=eva, at=timezone.now() + timedelta(minutes=1))

    assert second.number == 2
    assert second.hash != report.hash
    assert [found.number for found in Report.objects.all()] == [2, 1]


def test_those_who_answer_for_the_pilot_hear_of_it(draft: ReportOrder, eva):
    other = make_person("evi", Role.EVALUATOR)
    draft.snapshot.wave.survey.evaluators.add(other)

    report = publish_report(draft, by=eva, at=timezone.now())
    correct_report(report, by=eva, at=timezone.now(), what_ko="무엇", why_ko="왜")

    assert set(Notice.objects.filter(person=other).values_list("kind", flat=True)) == {
        "report_published",
        "report_corrected",
    }
    assert not Notice.objects.filter(person=eva, kind="report_published").exists()


def test_pages_of_reports_cost_few_queries(report: Report, client_of, django_assert_max_num_queries):
    reader, wave = client_of(), report.snapshot.wave_id

    with django_assert_max_num_queries(6):
        reader.get(reverse("surveys:published_report", args=[wave, 1]))
    with django_assert_max_num_queries(6):
        reader.get(reverse("surveys:report", args=[wave]))


def test_what_is_typed_is_kept_while_typing_and_after_the_session_ended(imported: Snapshot, eva, client_of):
    imported.wave.survey.evaluators.add(eva)
    address = reverse("surveys:report_notes", args=[imported.wave_id])
    evaluator = client_of(eva)

    kept = evaluator.post(address, {"foreword_ko": "반쯤 쓴 머리말"}, headers={"HX-Request": "true"})
    assert "Kept:" in kept.content.decode()
    assert "반쯤 쓴 머리말" in evaluator.get(address).content.decode()

    let_session_run_out(evaluator)
    assert evaluator.post(address, {"foreword_ko": "다 쓴 머리말", "srl_after": "5"}).status_code == 302
    evaluator.force_login(eva)
    assert "다 쓴 머리말" in evaluator.get(address).content.decode()


def test_who_has_entered_answers_publishes_no_report(draft: ReportOrder, eva, client_of):
    remember_clerk(draft.snapshot.wave.survey.pilot, eva, at=timezone.now())

    with pytest.raises(EnteredAnswers):
        publish_report(draft, by=eva, at=timezone.now())
    page = client_of(eva).get(reverse("surveys:publish_report", args=[draft.pk])).content.decode()
    assert "so you cannot sign for it" in page
    assert "Publish for good" not in page
    assert not Report.objects.exists()
