"""From the wish for a file to its deletion: once, whole, with a reason, in spite of dead workers, and on record."""

import json
import os
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from livinglab.accounts.roles import Role
from livinglab.jobs import MOST_TRIES, Lock
from livinglab.web.my_data import forget
from surveys.actions import exports
from surveys.actions.exports import (
    EXPORTS,
    KEPT,
    cancel_export,
    confirm_export,
    decline_export,
    expire_exports,
    make_next_export,
    path_of,
    request_export,
    take_export,
    try_export_again,
)
from surveys.errors import OutdatedExport, OwnExport, WrongExport, WrongExportStage
from surveys.models import Export
from surveys.tasks import delete_old_exports, make_exports
from tests.builders.surveys import open_wave_of, registered_survey
from tests.people import make_person
from tests.surveys.exports.conftest import WHY, file_of
from tests.workers import another_worker_at

pytestmark = pytest.mark.django_db


def asked(wave, person, level: str = "a", format: str = "csv") -> Export:
    recipe = "strict" if level == "b" else ""
    return request_export(wave, format=format, level=level, recipe=recipe, why=WHY, by=person, at=timezone.now())


def test_a_file_is_made_once_and_whoever_asked_hears_of_it(wave, eva, exports_root):
    export = asked(wave, eva)

    make_exports()
    make_exports()

    export.refresh_from_db()
    assert (export.stage, export.progress, export.tries) == ("ready", 100, 1)
    assert [path.name for path in exports_root.iterdir()] == [export.file]
    assert export.size == file_of(export).stat().st_size
    assert export.expires_at - export.made_at == KEPT
    assert eva.notices.filter(kind="export_ready").count() == 1


def test_two_clicks_are_one_file(wave, eva):
    assert asked(wave, eva) == asked(wave, eva)
    assert asked(wave, eva, format="xlsx") != asked(wave, eva)
    assert Export.objects.count() == 2


def test_a_second_recipe_of_a_wave_is_refused_and_the_first_can_be_had_again(wave, eva):
    """Two files join by their answers, row by row, however differently their people were made safe."""
    first = asked(wave, eva, "b")
    assert make_next_export()

    with pytest.raises(WrongExport, match="one recipe a wave"):
        request_export(wave, format="csv", level="b", recipe="fine", why=WHY, by=eva, at=timezone.now())
    again = asked(wave, eva, "b", format="parquet")
    assert again != first
    assert make_next_export()
    again.refresh_from_db()
    assert again.stage == "ready"


def test_a_file_that_was_never_made_leaves_the_choice_of_the_recipe(wave, eva):
    cancel_export(asked(wave, eva, "b"), by=eva, at=timezone.now())

    request_export(wave, format="csv", level="b", recipe="fine", why=WHY, by=eva, at=timezone.now())


def test_no_second_research_file_while_it_would_differ_by_fewer_than_five_people(wave, eva, made):
    made("csv")
    left = wave.responses.order_by("pk")
    for count, error in ((1, "DIFFERENCE:5"), (4, "")):
        wave.responses.filter(pk__in=left.values_list("pk", flat=True)[:count]).delete()
        export = asked(wave, eva, "b")
        assert make_next_export()
        export.refresh_from_db()
        assert export.error == error


def test_nothing_leaves_an_open_wave(eva):
    wave = open_wave_of(registered_survey(eva))

    with pytest.raises(WrongExport):
        asked(wave, eva)

    assert not Export.objects.exists()


def test_a_level_comes_in_its_formats_only(wave, eva):
    with pytest.raises(WrongExport):
        asked(wave, eva, level="a", format="sav")
    with pytest.raises(WrongExport):
        asked(wave, eva, level="b", format="json")
    with pytest.raises(WrongExport):
        request_export(wave, format="csv", level="b", recipe="own", why=WHY, by=eva, at=timezone.now())


def test_a_full_file_waits_for_a_second_person(wave, eva, adam):
    other = make_person("evi", Role.EVALUATOR)
    wave.survey.evaluators.add(other)
    export = asked(wave, eva, level="c")

    assert export.stage == "to_confirm"
    assert not make_next_export()
    for person in (other, adam):
        notice = person.notices.get(kind="export_to_confirm")
        assert notice.data["why"] == WHY
    assert not eva.notices.filter(kind="export_to_confirm").exists()
    with pytest.raises(OwnExport):
        confirm_export(export, by=eva, at=timezone.now())

    confirm_export(export, by=other, at=timezone.now())
    assert make_next_export()
    export.refresh_from_db()
    assert (export.stage, export.confirmed_by) == ("ready", other)
    with ZipFile(file_of(export)) as archive:
        assert json.loads(archive.read("protocol.json"))["confirmed_by"] == "evi"
    with pytest.raises(WrongExportStage):
        confirm_export(export, by=adam, at=timezone.now())


def test_a_declined_file_is_not_made(wave, eva, adam):
    export = asked(wave, eva, level="c")

    decline_export(export, by=adam, at=timezone.now())

    assert not make_next_export()
    export.refresh_from_db()
    assert (export.stage, export.ended_by) == ("declined", adam)


def test_the_database_holds_that_two_people_release_a_full_file(wave, eva):
    export = asked(wave, eva, level="c")

    with pytest.raises(IntegrityError, match="export_full_file_is_confirmed"), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(stage="waiting")
    with pytest.raises(IntegrityError, match="export_confirmed_by_somebody_else"), transaction.atomic():
        Export.objects.filter(pk=export.pk).update(stage="waiting", confirmed_by=eva, confirmed_at=timezone.now())


def test_a_cancelled_file_is_not_made(wave, eva):
    export = asked(wave, eva)

    cancel_export(export, by=eva, at=timezone.now())

    assert not make_next_export()
    with pytest.raises(WrongExportStage):
        cancel_export(export, by=eva, at=timezone.now())


@pytest.mark.parametrize("format", ["csv", "xlsx", "sav", "parquet"])
def test_cancelled_while_it_is_made_it_stops_and_leaves_nothing(wave, eva, exports_root, monkeypatch, format):
    export = asked(wave, eva, level="b", format=format)
    tell = exports._tell

    def cancelled_in_the_middle(being_made: Export, percent: int) -> None:
        if percent > 1:
            cancel_export(being_made, by=eva, at=timezone.now())
        tell(being_made, percent)

    monkeypatch.setattr(exports, "_tell", cancelled_in_the_middle)

    assert make_next_export()

    export.refresh_from_db()
    assert (export.stage, export.file) == ("cancelled", "")
    assert list(exports_root.iterdir()) == []
    assert not make_next_export()
    assert not eva.notices.filter(kind="export_ready").exists()


def test_taking_a_file_is_written_down_with_name_and_time(wave, eva, made):
    export = made("csv", "a")
    at = timezone.now()

    path = take_export(export, by=eva, at=at)

    assert path == file_of(export)
    assert [(download.by, download.at) for download in export.downloads.all()] == [(eva, at)]


def test_a_file_with_withdrawn_answers_is_not_handed_out(wave, eva, made):
    export = made("csv", "b")
    tables = made("csv", "a")
    wave.responses.latest("pk").delete()

    with pytest.raises(OutdatedExport):
        take_export(export, by=eva, at=timezone.now())

    assert not export.downloads.exists()
    assert take_export(tables, by=eva, at=timezone.now())


def test_a_week_later_the_file_is_gone_and_the_record_stays(
    wave, eva, made, exports_root, django_capture_on_commit_callbacks
):
    export = made("csv", "b")
    take_export(export, by=eva, at=timezone.now())
    delete_old_exports()
    assert file_of(export).exists()

    with django_capture_on_commit_callbacks(execute=True):
        assert expire_exports(at=export.expires_at) == 1
    assert expire_exports(at=export.expires_at + timedelta(days=1)) == 0

    export.refresh_from_db()
    assert (export.stage, export.why, export.downloads.count()) == ("expired", WHY, 1)
    assert list(exports_root.iterdir()) == []
    with pytest.raises(WrongExportStage):
        take_export(export, by=eva, at=timezone.now())


def test_whose_account_goes_leaves_the_record_without_her_name(wave, eva, made):
    export = made("csv", "b")
    take_export(export, by=eva, at=timezone.now())
    wave.survey.evaluators.clear()

    forget(eva, at=timezone.now())

    export.refresh_from_db()
    (download,) = export.downloads.all()
    assert (export.requested_by, download.by, export.why) == (None, None, WHY)
    assert "eva" not in json.dumps(export.protocol)


def test_trouble_with_the_disk_is_told_and_leaves_no_half_file(wave, eva, exports_root, monkeypatch):
    def full_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    export = asked(wave, eva)

    make_exports()

    export.refresh_from_db()
    assert (export.stage, export.error) == ("failed", "DISK:No space left on device")
    assert list(exports_root.iterdir()) == []
    assert eva.notices.filter(kind="export_failed").count() == 1


def test_a_file_somebody_is_making_is_left_to_her_and_taken_over_when_she_is_gone(wave, eva, exports_root):
    export = asked(wave, eva)
    Export.objects.update(stage="making", progress=40, tries=1)
    left = path_of(f"being-made-{export.pk}")
    left.mkdir(parents=True)
    (left / "half.part").write_bytes(b"half")

    with another_worker_at(Lock.EXPORTS, export.pk):
        assert not make_next_export()

    assert make_next_export()
    export.refresh_from_db()
    assert (export.stage, export.tries) == ("ready", 2)
    assert [path.name for path in exports_root.iterdir()] == [export.file]


def test_what_brings_its_maker_down_again_and_again_is_given_up(wave, eva):
    export = asked(wave, eva)
    Export.objects.update(stage="making", tries=MOST_TRIES)

    make_exports()

    export.refresh_from_db()
    assert (export.stage, export.error) == ("failed", "TRIES:3")


@pytest.mark.django_db(transaction=True)
def test_a_file_is_made_although_the_worker_was_killed_in_the_middle_of_it(wave, eva, settings, celery_worker_process):
    # The worker is another process, with the folder of the settings.
    settings.EXPORTS_ROOT = settings.VAR_DIR / "exports"
    export = asked(wave, eva, level="b")

    def is_at(stage: str) -> bool:
        export.refresh_from_db()
        return export.stage == stage

    with transaction.atomic(), connection.cursor() as cursor:
        # The worker has begun and told so; then it stands still where it reads the consent texts.
        cursor.execute("LOCK TABLE pilots_consenttext IN ACCESS EXCLUSIVE MODE")
        worker = celery_worker_process()
        worker.wait_until(lambda: is_at("making"))
        worker.kill()
    assert is_at("making")

    again = celery_worker_process()
    again.wait_until(lambda: is_at("ready"))
    assert (export.tries, export.rows) == (2, 30)
    with ZipFile(file_of(export)) as archive:
        assert archive.testzip() is None


def test_a_research_file_is_not_tried_again_once_the_wave_follows_another_recipe(wave, eva):
    """Files of two recipes join by their answers."""
    failed = asked(wave, eva, level="b")
    EXPORTS.give_up(failed, "DISK", "No space left on device", at=timezone.now())
    at = timezone.now()
    request_export(wave, format="csv", level="b", recipe="fine", why=WHY, by=eva, at=at)

    with pytest.raises(WrongExport):
        try_export_again(failed)

    failed.refresh_from_db()
    assert failed.stage == "failed"
