"""Files of a closed wave for an evaluator: asked for with a reason, made by a task, taken, and deleted after some days.

The row is the queue and the record: it survives whoever was at it, and stays when the file is gone.
"""

import hashlib
import logging
import os
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livinglab.accounts.audit import record_access
from livinglab.accounts.models import AccessRecord, Person
from livinglab.accounts.roles import Role
from livinglab.jobs import GivenUp, Lock, Queue
from livinglab.notices.actions import notify, notify_many
from surveys.errors import (
    ANSWERS_ARE_GONE,
    OutdatedExport,
    OwnExport,
    WrongExport,
    WrongExportStage,
    refuse_if_answers_are_gone,
)
from surveys.exports.make import FORMATS, Made, ending_of, make_file
from surveys.exports.recipes import RESEARCH
from surveys.metrics.disclosure import leaves_enough
from surveys.metrics.suppression import K, is_small
from surveys.models import Export, ExportDownload, Wave
from surveys.reports.material import snapshot_of

logger = logging.getLogger("livinglab.surveys")

KEPT = timedelta(days=7)
# Stages of files that nobody has ever had.
NEVER_MADE = (Export.Stage.FAILED, Export.Stage.CANCELLED)
# Not what failed but what must not be: another try would end the same way.
MUST_NOT_BE = {
    "FEW": gettext_lazy("Fewer than %(detail)s people answered. There are no files about so few people."),
    "GONE": ANSWERS_ARE_GONE,
    "DIFFERENCE": gettext_lazy(
        "A research file of this wave has been made before, and since then fewer than %(detail)s people have withdrawn "
        "their answers. Both files together would tell who they are."
    ),
}


class Stopped(Exception):
    """Somebody cancelled while the file was being made."""


# Asking and agreeing


@transaction.atomic
def request_export(
    wave: Wave, *, format: str, level: str, recipe: str = "", why: str, by: Person, at: datetime
) -> Export:
    """Ask for a file of a closed wave. Asked twice before it is made, it is made once.

    A full file waits until a second person agrees; the other evaluators and the administrators are told.
    """
    # The lock keeps two clicks from becoming two files.
    wave = Wave.objects.select_for_update(of=("self",)).select_related("survey__pilot").get(pk=wave.pk)
    if wave.stage != Wave.Stage.CLOSED:
        raise WrongExport(_("There are files of a wave when it has closed, and not before."))
    if format not in FORMATS[level]:
        raise WrongExport(_("These data do not come in this format."))
    if (level == Export.Level.RESEARCH) != (recipe in RESEARCH):
        raise WrongExport(_("A research file, and no other, follows a recipe."))
    if level != Export.Level.AGGREGATE:
        refuse_if_answers_are_gone(wave)
    if level == Export.Level.RESEARCH:
        _check_recipe(wave, recipe)
    kind = {"wave": wave, "format": format, "level": level, "recipe": recipe, "requested_by": by}
    same = Export.objects.filter(**kind, stage__in=Export.UNFINISHED).first()
    if same is not None:
        return same
    alone = level != Export.Level.FULL
    stage = Export.Stage.WAITING if alone else Export.Stage.TO_CONFIRM
    export = Export.objects.create(**kind, why=why, requested_at=at, stage=stage)
    if not alone:
        _ask_others(export, by=by, at=at)
    return export


def recipe_taken(wave: Wave) -> str:
    """The recipe that research files of a wave follow since the first was asked for; empty while there is none."""
    asked = Export.objects.filter(wave=wave, level=Export.Level.RESEARCH).exclude(stage__in=NEVER_MADE)
    return asked.order_by("requested_at", "pk").values_list("recipe", flat=True).first() or ""


def _check_recipe(wave: Wave, recipe: str) -> None:
    """Files of two recipes join by their answers, row by row, and would tell together what neither tells."""
    taken = recipe_taken(wave)
    if taken not in ("", recipe):
        raise WrongExport(
            _(
                "Research files of this wave follow the recipe “%(recipe)s”, and there is one recipe a wave: two files "
                "could be joined by their answers. Ask for a file by that recipe, in any format."
            )
            % {"recipe": RESEARCH[taken].title}
        )


def _ask_others(export: Export, *, by: Person, at: datetime) -> None:
    pilot = export.wave.survey.pilot
    evaluators = export.wave.survey.current_evaluators()
    administrators = Person.objects.holding(Role.ADMINISTRATOR)
    notify_many(
        {person for person in [*evaluators, *administrators] if person.pk != by.pk},
        "export_to_confirm",
        occasion=f"export {export.pk} to confirm",
        thread=f"pilot-{pilot.slug}",
        at=at,
        url=reverse("surveys:export", args=[export.pk]),
        title_ko=pilot.title_ko,
        title_en=pilot.title_en,
        wave=export.wave.number,
        who=str(by),
        why=export.why,
    )


@transaction.atomic
def confirm_export(export: Export, *, by: Person, at: datetime) -> None:
    """The second person agrees: now the full file is made."""
    export = Export.objects.select_for_update(of=("self",)).get(pk=export.pk)
    if export.requested_by_id == by.pk:
        raise OwnExport(_("Somebody else has to agree to a full file that you asked for."))
    _move(export, Export.Stage.TO_CONFIRM, to=Export.Stage.WAITING, confirmed_by=by, confirmed_at=at)


@transaction.atomic
def decline_export(export: Export, *, by: Person, at: datetime) -> None:
    _move(export, Export.Stage.TO_CONFIRM, to=Export.Stage.DECLINED, ended_by=by, ended_at=at)


@transaction.atomic
def cancel_export(export: Export, *, by: Person, at: datetime) -> None:
    """Nobody waits for it any more; whoever is making it stops at the next chunk."""
    _move(export, *Export.UNFINISHED, to=Export.Stage.CANCELLED, ended_by=by, ended_at=at)


def _move(export: Export, *stages: Export.Stage, to: Export.Stage, **fields: object) -> None:
    """To another stage, if it still is in one of these."""
    if not Export.objects.filter(pk=export.pk, stage__in=stages).update(stage=to, **fields):
        raise WrongExportStage(_("This file is not at that point any more; look again."))


# Making


class ExportQueue(Queue[Export]):
    lock = Lock.EXPORTS
    fields_at_work = {"stage": Export.Stage.MAKING, "progress": 0}
    fields_given_up = {"stage": Export.Stage.FAILED}
    fields_tried_again = {"stage": Export.Stage.WAITING, "ended_at": None}
    reasons = {**Queue.reasons, **MUST_NOT_BE}

    def waiting(self) -> QuerySet[Export]:
        begun = [Export.Stage.WAITING, Export.Stage.MAKING]
        return Export.objects.filter(stage__in=begun).order_by("requested_at", "pk")

    def dead(self) -> QuerySet[Export]:
        failed = Export.objects.filter(stage=Export.Stage.FAILED).order_by("requested_at", "pk")
        for code in MUST_NOT_BE:
            failed = failed.exclude(error__startswith=f"{code}:")
        return failed

    def work(self, job: Export, *, at: datetime) -> None:
        folder = _folder(job)
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, mode=0o700)
            snapshot = snapshot_of(job.wave_id)
            job.wave = snapshot.wave
            if job.level != Export.Level.AGGREGATE and job.wave.answers_deleted_at is not None:
                raise GivenUp("GONE")
            path = folder / name_of(job)
            made = make_file(job, snapshot, path, at=at, tell=lambda percent: _tell(job, percent))
            _finish(job, path, made, at=at)
        except Stopped:
            logger.info("export %s was cancelled", job.pk)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def tell_given_up(self, job: Export, *, at: datetime) -> None:
        Export.objects.filter(pk=job.pk).update(ended_at=at)
        _notice(job, "export_failed", at=at)


EXPORTS = ExportQueue()


def make_next_export() -> bool:
    """Make the oldest file that nobody is making. False if there is none."""
    return EXPORTS.do_next(at=timezone.now())


@transaction.atomic
def try_export_again(export: Export) -> None:
    """Have a file made that was given up, under the same rules as when it was asked for."""
    # The lock keeps two research files of one wave from following two recipes.
    wave = Wave.objects.select_for_update(of=("self",)).get(pk=export.wave_id)
    if export.level != Export.Level.AGGREGATE:
        refuse_if_answers_are_gone(wave)
    if export.level == Export.Level.RESEARCH:
        _check_recipe(wave, export.recipe)
    if not EXPORTS.try_again(export):
        raise WrongExportStage(_("This file is not at that point any more; look again."))


def _tell(export: Export, percent: int) -> None:
    if not Export.objects.filter(pk=export.pk, stage=Export.Stage.MAKING).update(progress=percent):
        raise Stopped


def _finish(export: Export, part: Path, made: Made, *, at: datetime) -> None:
    """The file gets its place once it is whole and on the disk; the row tells of it only then."""
    if made.rows is not None and export.level == Export.Level.RESEARCH:
        _check_people(export, made.rows, made.entered)
    elif made.rows is not None and made.rows < K:
        raise GivenUp("FEW", str(K))
    with open(part, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    size = part.stat().st_size
    path = path_of(part.name)
    part.chmod(0o600)
    part.replace(path)
    try:
        with transaction.atomic():
            ready = Export.objects.filter(pk=export.pk, stage=Export.Stage.MAKING).update(
                stage=Export.Stage.READY,
                progress=100,
                file=path.name,
                size=size,
                hash=digest,
                rows=made.rows,
                protocol=made.protocol,
                made_at=at,
                expires_at=at + KEPT,
            )
            if not ready:
                raise Stopped
            _notice(export, "export_ready", at=at)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _check_people(export: Export, rows: int, entered: Sequence[int]) -> None:
    """A research file is of at least k people, also beside what one of the staff entered and beside earlier files."""
    if rows < K or not leaves_enough(rows, entered):
        raise GivenUp("FEW", str(K))
    before = Export.objects.filter(wave=export.wave, level=Export.Level.RESEARCH, rows__isnull=False)
    if any(is_small(abs(rows - earlier)) for earlier in before.values_list("rows", flat=True) if earlier):
        raise GivenUp("DIFFERENCE", str(K))


def _notice(export: Export, kind: str, *, at: datetime) -> None:
    """Tell whoever asked, unless her account is gone."""
    export = Export.objects.select_related("requested_by", "wave__survey__pilot").get(pk=export.pk)
    if export.requested_by is None:
        return
    pilot = export.wave.survey.pilot
    notify(
        export.requested_by,
        kind,
        occasion=f"{kind} {export.pk}",
        thread=f"pilot-{export.wave.survey.pilot.slug}",
        at=at,
        url=reverse("surveys:exports", args=[export.wave_id]),
        title_ko=pilot.title_ko,
        title_en=pilot.title_en,
        wave=export.wave.number,
    )


# Taking and deleting


def name_of(export: Export) -> str:
    wave = export.wave
    level, form = export.level, export.format
    return f"{wave.survey.pilot.slug}-wave-{wave.number}-{level}-{form}-{export.pk}.{ending_of(export)}"


def path_of(name: str) -> Path:
    return Path(settings.EXPORTS_ROOT) / name


def _folder(export: Export) -> Path:
    """Where a file is made; what a killed worker left there goes with the next try."""
    return path_of(f"being-made-{export.pk}")


@transaction.atomic
def take_export(export: Export, *, by: Person, at: datetime) -> Path:
    """Where the file is; that it was taken is written down first. Refuses a file that holds withdrawn answers."""
    export = Export.objects.select_for_update(of=("self",)).get(pk=export.pk)
    if export.level != Export.Level.AGGREGATE:
        refuse_if_answers_are_gone(export.wave)
    if export.stage != Export.Stage.READY or not path_of(export.file).exists():
        raise WrongExportStage(_("This file is not there any more. Ask for it again."))
    if export.rows is not None and export.rows != export.wave.responses.submitted().count():
        raise OutdatedExport(_("Somebody has withdrawn her answers since this file was made. Ask for a new one."))
    ExportDownload.objects.create(export=export, by=by, at=at)
    record_access(by, AccessRecord.Action.FILE_TAKEN, about=f"export {export.pk}", count=export.rows, at=at)
    return path_of(export.file)


def expire_exports(*, at: datetime) -> int:
    """Delete the files whose time is over; their rows stay. Safe to repeat."""
    return _delete_files(Export.objects.filter(stage=Export.Stage.READY, expires_at__lte=at), at=at)


def delete_files_with_answers(wave: Wave, *, at: datetime) -> int:
    """Delete the files of a wave whose answers are deleted, before their own time is over. Safe to repeat."""
    ready = Export.objects.filter(wave=wave, stage=Export.Stage.READY)
    return _delete_files(ready.exclude(level=Export.Level.AGGREGATE), at=at)


def _delete_files(exports: "QuerySet[Export]", *, at: datetime) -> int:
    over = list(exports.order_by("pk"))
    for export in over:
        # Where somebody only looks what would be deleted, nothing is committed and no file goes.
        transaction.on_commit(partial(path_of(export.file).unlink, missing_ok=True))
        Export.objects.filter(pk=export.pk, stage=Export.Stage.READY).update(stage=Export.Stage.EXPIRED, ended_at=at)
    return len(over)
