"""How many answers staff entered stands in every form of a report, and who entered some corrects none."""

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.models import AccessRecord
from livinglab.accounts.roles import Role
from surveys.actions.answer import remember_clerk
from surveys.actions.closing import work_out_next
from surveys.actions.reports import correct_report, make_next_report, order_report, publish_report
from surveys.errors import EnteredAnswers
from surveys.models import Correction, Report, ReportOrder, Snapshot
from tests.builders.surveys import answers_of, closed_wave, enter, open_wave_of, registered_survey, take_part
from tests.people import make_person
from tests.surveys.reports.conftest import text_of

pytestmark = pytest.mark.django_db
WORDS = {
    "what_ko": "표 3의 단위는 명이에요.",
    "why_ko": "오타",
    "what_en": "Table 3 counts people.",
    "why_en": "A slip",
}


@pytest.fixture(autouse=True)
def reports_root(settings, tmp_path: Path) -> None:
    settings.REPORTS_ROOT = tmp_path / "reports"


def drafted(snapshot: Snapshot, eva, language: str = "en") -> ReportOrder:
    while work_out_next(at=timezone.now()):
        pass
    order = order_report(snapshot, language=language, by=eva, at=timezone.now())
    assert make_next_report()
    order.refresh_from_db()
    assert order.stage == "ready", order.error
    return order


@pytest.fixture
def draft(imported: Snapshot, eva) -> ReportOrder:
    imported.wave.survey.evaluators.add(eva)
    return drafted(imported, eva)


@pytest.fixture
def report(draft: ReportOrder, eva) -> Report:
    return publish_report(draft, by=eva, at=timezone.now())


@pytest.mark.parametrize(("entered", "told"), [(6, "about 5 of 20 (25%)"), (0, "none")])
def test_page_and_pdf_say_how_many_answers_staff_entered(client_of, eva, mo, entered, told):
    survey = registered_survey(eva, waves=1, with_questions=False, n_min=8, m_min=2, protected_groups=())
    wave, people = open_wave_of(survey), take_part(survey, 20)
    for enrolment in people[:entered]:
        enter(wave, enrolment, by=mo)
    answers_of(wave, people[entered:], accepting=12)
    report = publish_report(drafted(closed_wave(wave), eva), by=eva, at=timezone.now())

    page = client_of().get(reverse("surveys:published_report", args=[wave.pk, report.number])).content.decode()
    words = " ".join(page.split())

    assert f"<dt>Entered by staff</dt> <dd> {told} </dd>" in words
    assert f"Entered by staff {told}" in text_of(report)


def test_who_has_entered_answers_corrects_no_published_report(client_of, report: Report, eva):
    evi = make_person("evi", Role.EVALUATOR)
    report.snapshot.wave.survey.evaluators.add(evi)
    remember_clerk(report.snapshot.wave.survey.pilot, eva, at=timezone.now())
    address = reverse("surveys:correct_report", args=[report.snapshot.wave_id, report.number])

    with pytest.raises(EnteredAnswers):
        correct_report(report, by=eva, at=timezone.now(), **WORDS)
    refused = client_of(eva).post(address, WORDS)
    assert refused.status_code == 409
    assert "so you cannot sign for it" in refused.content.decode()
    assert not Correction.objects.exists()

    assert client_of(evi).post(address, WORDS).status_code == 302
    assert Correction.objects.get().corrected_by == evi


def test_each_draft_that_somebody_takes_leaves_a_record(client_of, draft: ReportOrder, eva):
    client, stranger = client_of(eva), make_person("evi", Role.EVALUATOR)
    pages = [reverse(f"surveys:{name}", args=[draft.pk]) for name in ("draft_pdf", "draft_pack")]
    for page in pages:
        assert client_of(stranger).get(page).status_code == 404

    assert [client.get(page).status_code for page in pages] == [200, 200]

    records = AccessRecord.objects.filter(action=AccessRecord.Action.FILE_TAKEN).order_by("pk")
    assert [(record.by, record.about) for record in records] == [
        (eva, f"draft {draft.pk}"),
        (eva, f"draft-pack {draft.pk}"),
    ]
