"""Ordering a report and having it made: once, whole, and in spite of full disks and dead workers."""

import resource
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from stat import S_IMODE

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from livinglab.accounts.roles import Role
from livinglab.jobs import MOST_TRIES, Lock
from livinglab.notices.models import Notice
from surveys.actions.closing import work_out_next
from surveys.actions.reports import make_next_report, order_report, write_notes
from surveys.models import ReportOrder, Snapshot
from surveys.tasks import make_ordered_reports
from tests.people import make_person
from tests.workers import another_worker_at


@pytest.fixture
def reports_root(settings, tmp_path: Path) -> Path:
    settings.REPORTS_ROOT = tmp_path / "reports"
    return settings.REPORTS_ROOT


def ordered(snapshot: Snapshot, eva, language: str = "en") -> ReportOrder:
    snapshot.wave.survey.evaluators.add(eva)
    return order_report(snapshot, language=language, by=eva, at=timezone.now())


@pytest.mark.django_db
def test_two_clicks_are_one_order_and_one_report(imported, eva, reports_root):
    order = ordered(imported, eva)

    assert ordered(imported, eva) == order
    make_ordered_reports()
    make_ordered_reports()
    order.refresh_from_db()
    assert (order.stage, order.progress, order.tries) == ("ready", 100, 1)
    assert sorted(path.name for path in reports_root.iterdir()) == sorted(
        [order.draft, order.pdf, order.contents, order.pack]
    )
    assert (reports_root / order.pdf).read_bytes().startswith(b"%PDF")
    assert {S_IMODE(path.stat().st_mode) for path in reports_root.iterdir()} == {0o600}
    assert S_IMODE(reports_root.stat().st_mode) == 0o700


@pytest.mark.django_db
def test_trouble_with_the_disk_is_told_and_a_new_order_helps(imported, eva, client_of, reports_root):
    reports_root.write_text("a file where the folder should be")
    order = ordered(imported, eva)
    make_ordered_reports()

    order.refresh_from_db()
    assert order.stage == "failed"
    page = client_of(eva).get(reverse("surveys:report_desk", args=[imported.wave_id])).content.decode()
    assert "The file could not be written (File exists)." in page
    assert "Order it again" in page

    reports_root.unlink()
    assert ordered(imported, eva) != order
    make_ordered_reports()
    assert ReportOrder.objects.latest("pk").stage == "ready"


@pytest.fixture
def little_room() -> Iterator[None]:
    """No file of ours can grow beyond 20 kB, as on a disk that runs full while a report is written."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.django_db
def test_half_a_file_never_stands_under_the_name_of_a_report(imported, eva, reports_root, little_room):
    order = ordered(imported, eva)

    make_ordered_reports()

    order.refresh_from_db()
    assert order.error == "DISK:File too large"
    assert list(reports_root.iterdir()) == []
    assert Notice.objects.filter(person=eva, kind="report_failed").exists()


@pytest.mark.django_db
def test_an_order_somebody_is_at_is_left_to_her_and_taken_over_when_she_is_gone(imported, eva, reports_root):
    order = ordered(imported, eva)
    ReportOrder.objects.update(stage="making", progress=40, tries=1)

    with another_worker_at(Lock.REPORT_ORDERS, order.pk):
        assert not make_next_report()
        order.refresh_from_db()
        assert (order.stage, order.progress) == ("making", 40)

    assert make_next_report()
    order.refresh_from_db()
    assert (order.stage, order.tries) == ("ready", 2)


@pytest.mark.django_db
def test_what_brings_its_maker_down_again_and_again_is_given_up(imported, eva, reports_root):
    order = ordered(imported, eva)
    ReportOrder.objects.update(stage="making", tries=MOST_TRIES)

    make_ordered_reports()

    order.refresh_from_db()
    assert (order.stage, order.error) == ("failed", "TRIES:3")


@pytest.mark.django_db(transaction=True)
def test_a_report_is_made_although_the_worker_was_killed_in_the_middle_of_it(imported, eva, celery_worker_process):
    order = ordered(imported, eva)

    def is_at(stage: str) -> bool:
        order.refresh_from_db()
        return order.stage == stage

    with transaction.atomic(), connection.cursor() as cursor:
        # The worker has begun and told so; then it stands still where it reads the consent texts.
        cursor.execute("LOCK TABLE pilots_consenttext IN ACCESS EXCLUSIVE MODE")
        worker = celery_worker_process()
        worker.wait_until(lambda: is_at("making") and order.progress > 0)
        worker.kill()
    assert is_at("making")

    again = celery_worker_process()
    again.wait_until(lambda: is_at("ready"))
    assert (order.tries, order.progress) == (2, 100)


@pytest.mark.django_db
def test_a_draft_waits_until_everything_is_worked_out(snapshot, eva, reports_root):
    order = ordered(snapshot, eva)

    assert not make_next_report()
    while work_out_next(at=timezone.now()):
        pass
    assert make_next_report()
    order.refresh_from_db()
    assert order.stage == "ready"


@pytest.mark.django_db
def test_new_words_need_a_new_draft_and_old_ones_do_not(imported, eva, reports_root):
    first = ordered(imported, eva)
    make_ordered_reports()

    assert ordered(imported, eva) == first
    write_notes(imported, by=eva, at=timezone.now(), foreword_ko="새로 쓴 머리말이에요.")
    second = ordered(imported, eva)
    make_ordered_reports()
    second.refresh_from_db()

    assert second != first
    assert second.hashes["pdf"] != ReportOrder.objects.get(pk=first.pk).hashes["pdf"]


@pytest.mark.django_db
def test_evaluators_order_and_read_drafts_that_nobody_else_sees(imported, eva, ana, client_of, reports_root):
    imported.wave.survey.evaluators.add(eva)
    address = reverse("surveys:report_desk", args=[imported.wave_id])
    evaluator = client_of(eva)

    assert evaluator.post(reverse("surveys:order_report", args=[imported.wave_id]), {"language": "en"}).url == address
    waiting = evaluator.get(address).content.decode()
    assert "Ordered: 0 percent" in waiting
    assert 'hx-trigger="every 2s"' in waiting

    make_ordered_reports()
    page = evaluator.get(address).content.decode()
    order = ReportOrder.objects.get()
    assert "hx-trigger" not in page
    assert Notice.objects.get(person=eva, kind="report_drafted").url == address
    stranger = client_of(make_person("evi", Role.EVALUATOR))
    for name in ("draft", "draft_pdf", "draft_pack", "publish_report"):
        draft = reverse(f"surveys:{name}", args=[order.pk])
        assert draft in page
        assert client_of(ana).get(draft).status_code == 403
        assert stranger.get(draft).status_code == 404
    assert "No report of this survey has been published yet." in (
        client_of(ana).get(reverse("surveys:report", args=[imported.wave_id])).content.decode()
    )
    pdf = b"".join(evaluator.get(reverse("surveys:draft_pdf", args=[order.pk])).streaming_content)
    assert all("Draft / 초안" in " ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)
    assert "Draft / 초안" in evaluator.get(reverse("surveys:draft", args=[order.pk])).content.decode()


@pytest.mark.django_db
def test_nobody_orders_the_report_of_a_pilot_she_does_not_evaluate(imported, client_of):
    stranger = make_person("evi", Role.EVALUATOR)

    posted = client_of(stranger).post(reverse("surveys:order_report", args=[imported.wave_id]), {"language": "ko"})

    assert posted.status_code == 404
    assert not ReportOrder.objects.exists()


@pytest.mark.django_db
def test_htmx_gets_only_what_changes(imported, eva, client_of):
    ordered(imported, eva)

    part = client_of(eva).get(reverse("surveys:report_desk", args=[imported.wave_id]), headers={"HX-Request": "true"})

    assert part.content.decode().strip().startswith('<div id="report-orders"')


@pytest.mark.django_db
def test_report_that_is_not_ready_or_whose_file_is_gone_is_not_found(imported, eva, client_of, reports_root):
    order = ordered(imported, eva)
    evaluator, address = client_of(eva), reverse("surveys:draft_pdf", args=[order.pk])
    assert evaluator.get(address).status_code == 404

    make_ordered_reports()
    (reports_root / f"{ReportOrder.objects.get().draft}").unlink()

    assert evaluator.get(address).status_code == 404


@pytest.mark.django_db
def test_report_page_costs_few_queries(imported, eva, client_of, django_assert_max_num_queries):
    ordered(imported, eva, "ko")
    ordered(imported, eva, "en")
    client = client_of(eva)

    with django_assert_max_num_queries(10):
        client.get(reverse("surveys:report_desk", args=[imported.wave_id]))
    with django_assert_max_num_queries(8):
        client.get(reverse("surveys:report", args=[imported.wave_id]))
