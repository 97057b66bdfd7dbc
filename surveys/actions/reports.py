"""The report of a closed wave: ordered, drafted by a task, published once, corrected beside and never inside.

The order is the queue, and survives whoever was at it.
"""

import json
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livinglab.accounts.audit import record_access
from livinglab.accounts.models import AccessRecord, Person
from livinglab.errors import TryAgain
from livinglab.jobs import GivenUp, Lock, Queue
from livinglab.notices.actions import notify, notify_many
from livinglab.private_files import PRIVATE_FOLDER, write_private
from livinglab.text import is_blank
from surveys.actions.monitor import is_told
from surveys.actions.separation import check_may_sign
from surveys.errors import CannotPublish, NoReason, refuse_if_answers_are_gone
from surveys.instruments import canonical
from surveys.metrics.suppression import K
from surveys.metrics.voices import quoted_in, voices_of
from surveys.models import (
    Alarm,
    ClosingWork,
    Correction,
    PackTaken,
    Report,
    ReportNotes,
    ReportOrder,
    Review,
    Snapshot,
    VerdictSignature,
)
from surveys.reports.evaluator_pack import evaluator_pack
from surveys.reports.fonts import FontsMissing
from surveys.reports.make import made_report, name_of
from surveys.reports.material import snapshot_of
from surveys.reports.notes import Notes
from surveys.reports.readiness import alarms_until, steps_of


def write_notes(snapshot: Snapshot, *, by: Person, at: datetime, **words: Any) -> ReportNotes:
    """Keep the evaluator's own words for the next report of a snapshot; reports already made keep theirs."""
    notes, _created = ReportNotes.objects.update_or_create(
        snapshot=snapshot, defaults=words | {"written_by": by, "written_at": at}
    )
    return notes


def notes_of(snapshot: Snapshot) -> Notes:
    """What people added to the figures of a snapshot until now: foreword, limits, ladders, directions, readings."""
    kept = ReportNotes.objects.filter(snapshot=snapshot).first()
    notes = Notes() if kept is None else Notes(**{name: getattr(kept, name) for name in Notes.FIELDS})
    signatures = VerdictSignature.objects.filter(verdict__snapshot=snapshot).values_list("at", flat=True)
    return replace(
        notes,
        directions=tuple(
            {"driver": one.driver, "words_ko": one.words_ko, "words_en": one.words_en}
            for one in snapshot.directions.all()
        ),
        signed=tuple(at.isoformat() for at in signatures),
        steps=steps_of(snapshot),
        alarms=tuple(_alarm_told(alarm) for alarm in alarms_until(snapshot) if is_told(alarm)),
        voices=voices_of(snapshot.wave),
    )


def _alarm_told(alarm: Alarm) -> dict[str, Any]:
    review: Review | None = getattr(alarm, "review", None)
    words = ("found_ko", "found_en", "done_ko", "done_en")
    return {
        "wave": alarm.snapshot.wave.number,
        "charts": [{"chart": told["chart"], "direction": told["direction"]} for told in alarm.charts],
        "review": review
        and {name: getattr(review, name) for name in words} | {"signed_at": review.signed_at.isoformat()},
    }


def order_report(snapshot: Snapshot, *, language: str, by: Person, at: datetime) -> ReportOrder:
    """Have a draft made. Ordered twice it is made once, until the evaluator's words or what was found change.

    Refuses where the answers are gone: what people wrote is told from them.
    """
    refuse_if_answers_are_gone(snapshot.wave)
    notes = notes_of(snapshot).describe()
    orders = ReportOrder.objects.filter(snapshot=snapshot, language=language)
    newest = orders.filter(stage=ReportOrder.Stage.READY).first()
    if newest is not None and newest.notes == notes and not _found_since(newest):
        return newest
    ReportOrder.objects.bulk_create(
        [ReportOrder(snapshot=snapshot, language=language, notes=notes, ordered_by=by, ordered_at=at)],
        ignore_conflicts=True,
    )
    return orders.filter(stage__in=ReportOrder.UNFINISHED).get()


def _found_since(order: ReportOrder) -> bool:
    """Whether more was worked out of the wave after a draft was made."""
    work = ClosingWork.objects.filter(wave__snapshot=order.snapshot_id, stage=ClosingWork.Stage.DONE)
    return order.made_at is not None and work.filter(done_at__gt=order.made_at).exists()


class ReportQueue(Queue[ReportOrder]):
    lock = Lock.REPORT_ORDERS
    fields_at_work = {"stage": ReportOrder.Stage.MAKING, "progress": 0}
    fields_given_up = {"stage": ReportOrder.Stage.FAILED}
    fields_tried_again = {"stage": ReportOrder.Stage.ORDERED, "progress": 0}
    reasons = {
        **Queue.reasons,
        "FONTS": gettext_lazy("The fonts of reports are missing. They are fetched when the site is built."),
    }

    def waiting(self) -> QuerySet[ReportOrder]:
        """Not before everything is worked out that the report tells of."""
        unfinished = ClosingWork.objects.filter(stage=ClosingWork.Stage.WAITING)
        return (
            ReportOrder.objects.filter(stage__in=ReportOrder.UNFINISHED)
            .exclude(snapshot__wave__in=unfinished.values("wave"))
            .select_related("snapshot")
            .order_by("ordered_at", "pk")
        )

    def dead(self) -> QuerySet[ReportOrder]:
        """What failed and was not ordered anew since then."""
        since = ReportOrder.objects.filter(
            snapshot=OuterRef("snapshot"), language=OuterRef("language"), pk__gt=OuterRef("pk")
        )
        failed = ReportOrder.objects.filter(stage=ReportOrder.Stage.FAILED)
        return failed.exclude(Exists(since)).order_by("ordered_at", "pk")

    def work(self, job: ReportOrder, *, at: datetime) -> None:
        snapshot = snapshot_of(job.snapshot.wave_id)
        try:
            report = made_report(
                snapshot, job.language, notes=Notes.of(job.notes), tell=lambda percent: _change(job, progress=percent)
            )
        except FontsMissing as error:
            raise GivenUp("FONTS") from error
        name = f"{name_of(snapshot, job.language)}-{job.pk}"
        files = {
            "draft": (f"{name}-draft.pdf", report.draft),
            "pdf": (f"{name}.pdf", report.pdf),
            "contents": (f"{name}.json", canonical(report.contents).encode()),
            "pack": (f"{name}.zip", report.pack),
        }
        for file, data in files.values():
            _keep(file, data)
        _change(
            job,
            stage=ReportOrder.Stage.READY,
            progress=100,
            **{kind: file for kind, (file, _data) in files.items()},
            hashes={kind: sha256(data).hexdigest() for kind, (_file, data) in files.items()},
            made_at=timezone.now(),
        )
        _tell_of_order(job, "report_drafted")

    def tell_given_up(self, job: ReportOrder, *, at: datetime) -> None:
        _tell_of_order(job, "report_failed")


REPORT_ORDERS = ReportQueue()


def make_next_report() -> bool:
    """Make the oldest report that nobody is making. False if there is none."""
    return REPORT_ORDERS.do_next(at=timezone.now())


def try_order_again(order: ReportOrder) -> None:
    """Have a draft made that was given up, with the words of its day. Refuses where it was ordered anew meanwhile."""
    refuse_if_answers_are_gone(order.snapshot.wave)
    try:
        with transaction.atomic():
            is_tried_again = REPORT_ORDERS.try_again(order)
    except IntegrityError:
        # Somebody ordered a new draft at the same moment.
        is_tried_again = False
    if not is_tried_again:
        raise TryAgain(_("This report is ordered already; look again."))


def _keep(name: str, data: bytes) -> None:
    """Under another name until it is whole, so that nobody ever reads half a file."""
    settings.REPORTS_ROOT.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    path = Path(settings.REPORTS_ROOT) / name
    part = path.with_name(f"{name}.part")
    try:
        write_private(part, data)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _change(order: ReportOrder, **fields: object) -> None:
    ReportOrder.objects.filter(pk=order.pk).update(**fields)


def _tell_of_order(order: ReportOrder, kind: str) -> None:
    """Whoever ordered it may have gone on to something else meanwhile."""
    if order.ordered_by is None:
        return
    wave = order.snapshot.wave
    pilot = wave.survey.pilot
    notify(
        order.ordered_by,
        kind,
        occasion=f"report order {order.pk} {kind}",
        thread=f"pilot-{pilot.slug}",
        at=timezone.now(),
        url=reverse("surveys:report_desk", args=[wave.pk]),
        pilot_ko=pilot.title_ko,
        pilot_en=pilot.title_en,
        number=wave.number,
    )


@transaction.atomic
def publish_report(order: ReportOrder, *, by: Person, at: datetime) -> Report:
    """Publish a draft as it was made, without its watermark. After this nobody changes it, not even we."""
    # The lock keeps two evaluators from giving two reports one number.
    snapshot = (
        Snapshot.objects.select_for_update(of=("self",)).select_related("wave__survey__pilot").get(pk=order.snapshot_id)
    )
    survey = snapshot.wave.survey
    if not survey.current_evaluators().filter(pk=by.pk).exists():
        raise CannotPublish(_("Only an evaluator of this pilot publishes its report."))
    check_may_sign(survey, by=by)
    if order.stage != ReportOrder.Stage.READY:
        raise CannotPublish(_("This draft is not ready."))
    if order.notes != notes_of(snapshot).describe() or _found_since(order):
        raise CannotPublish(
            _("Words or figures were added after this draft was made. Order it again, look at it, and then publish it.")
        )
    files = {kind: _kept(order, kind) for kind in ("pdf", "pack", "contents")}
    hashes = [order.hashes[kind] for kind in ("pdf", "pack", "contents")]
    digest = sha256("\n".join(hashes).encode()).hexdigest()
    same = Report.objects.filter(snapshot=snapshot, hash=digest).first()
    if same is not None:
        raise CannotPublish(_("This report is published already, as number %(number)s.") % {"number": same.number})
    before = Report.objects.filter(snapshot=snapshot).order_by("number").last()
    if before is not None and 0 < abs(_asked_in(bytes(before.pack)) - _asked_in(files["pack"])) < K:
        raise CannotPublish(
            _(
                "Since report %(number)s fewer than five people have withdrawn their answers, so a new one beside it "
                "would tell what they wrote. It can be published as soon as there are five."
            )
            % {"number": before.number}
        )
    report = Report.objects.create(
        snapshot=snapshot,
        number=before.number + 1 if before else 1,
        language=order.language,
        contents=json.loads(files["contents"]),
        pdf=files["pdf"],
        pack=files["pack"],
        pdf_hash=order.hashes["pdf"],
        pack_hash=order.hashes["pack"],
        hash=digest,
        quoted=quoted_in(order.notes.get("voices")),
        published_by=by,
        published_at=at,
    )
    _tell_of_report(report, "report_published", f"report {report.pk} published", by=by, at=at)
    return report


def _asked_in(pack: bytes) -> int:
    """How many answers stood behind what a report tells of people's own words; all its other figures are frozen."""
    with ZipFile(BytesIO(pack)) as archive:
        voices = json.loads(archive.read("results.json")).get("voices")
    return (voices or {}).get("asked") or 0


def _kept(order: ReportOrder, kind: str) -> bytes:
    """A file of a draft, as it was made."""
    try:
        data = (Path(settings.REPORTS_ROOT) / getattr(order, kind)).read_bytes()
    except OSError:
        data = b""
    if sha256(data).hexdigest() != order.hashes[kind]:
        raise CannotPublish(_("The files of this draft are not there as they were made. Order it again."))
    return data


def _tell_of_report(report: Report, kind: str, occasion: str, *, by: Person, at: datetime) -> None:
    wave = report.snapshot.wave
    pilot = wave.survey.pilot
    people = set(wave.survey.current_evaluators().exclude(pk=by.pk))
    people |= {pilot.test_bed.host} if pilot.test_bed.host else set()
    notify_many(
        people,
        kind,
        occasion=occasion,
        thread=f"pilot-{pilot.slug}",
        at=at,
        url=reverse("surveys:published_report", args=[wave.pk, report.number]),
        pilot_ko=pilot.title_ko,
        pilot_en=pilot.title_en,
        number=wave.number,
    )


@transaction.atomic
def correct_report(
    report: Report, *, by: Person, at: datetime, what_ko: str, why_ko: str, what_en: str = "", why_en: str = ""
) -> Correction:
    """Say beside a published report what turned out to be wrong in it. The report itself stays as it is."""
    check_may_sign(report.snapshot.wave.survey, by=by)
    correction = Correction.objects.create(
        report=report,
        what_ko=what_ko,
        what_en=what_en,
        why_ko=why_ko,
        why_en=why_en,
        corrected_by=by,
        corrected_at=at,
    )
    _tell_of_report(report, "report_corrected", f"correction {correction.pk}", by=by, at=at)
    return correction


@transaction.atomic
def take_evaluator_pack(snapshot: Snapshot, *, by: Person, at: datetime, why: str) -> bytes:
    """The pack with the frozen counts, for inside the house; who took it and why is kept for ever."""
    if is_blank(why):
        raise NoReason(_("Say what you need the pack for; it is kept with your name."))
    pack = evaluator_pack(snapshot_of(snapshot.wave_id), voices=notes_of(snapshot).voices)
    PackTaken.objects.create(
        snapshot=snapshot, taken_by=by, taken_at=at, why=why.strip(), hash=sha256(pack).hexdigest()
    )
    record_access(by, AccessRecord.Action.FILE_TAKEN, about=f"evaluator-pack {snapshot.wave_id}", at=at)
    return pack
