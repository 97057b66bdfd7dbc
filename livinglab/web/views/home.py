"""The first page: the loop with its true counts, what is tried now, what came of it, and what waits for the reader."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import cos, pi, sin
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, Expression, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from feedback.actions.decide import in_care_of, waiting_verdicts
from feedback.models import Change, Decision
from feedback.views.public import latest_decisions
from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from livinglab.bilingual import active_language
from pilots.models import Enrolment, Pilot
from proposals.lifecycle import EDITABLE, Stage
from proposals.models import Proposal
from proposals.queue import waiting_for
from surveys.actions.answer import handed_in_by
from surveys.models import Wave

Reader = Person | AnonymousUser

TRIED_NOW, DECIDED = 3, 3
LOOP = ("propose", "moderate", "support", "pilot", "evaluate", "decide", "feed_back")
KEPT = 64
# The drawing: a square of so many units, the centres of the stations on a circle.
SIZE, RADIUS, STATION = 340, 122, 43


@dataclass(frozen=True)
class Station:
    """A stage of the loop: its name, its count, what exactly is counted, and where to see it."""

    name: str
    count: int
    meaning: str
    url: str
    x: float
    y: float


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    reader, today = request.user, timezone.localdate()
    counts = counted(reader)
    tried = tried_now(reader, today)
    context = {
        "loop": drawn_loop(active_language(), tuple(counts[name] for name in LOOP)),
        "tried": tried,
        "near": reader.is_authenticated and bool(tried) and tried[0].test_bed.area_id == (reader.area_id or 0),
        "decisions": latest_decisions(DECIDED) if counts["decide"] else (),
        "today": today,
        "to_do": to_do(reader, counts, today) if reader.is_authenticated else {},
    }
    return render(request, "web/home.html", context)


def counted(reader: Reader) -> Counter[str]:
    """The counts of the loop, and of what waits for this reader, in one query."""
    first, *others = counts_of_loop() + (counts_for(reader) if reader.is_authenticated else [])
    return Counter(dict(first.union(*others, all=True)))


def counts_of_loop() -> list["QuerySet[Any, Any]"]:
    public = Proposal.objects.published()
    decided = Decision.objects.published()
    closed = Wave.objects.closed().filter(survey__pilot__imported=False)
    return [
        number_of("propose", public),
        number_of("moderate", Proposal.objects.filter(stage=Stage.SUBMITTED)),
        # Each proposal holds the recount of its supports, and an index holds those.
        one_row("support", public, Coalesce(Sum("support_total"), 0)),
        number_of("pilot", Pilot.objects.filter(stage=Pilot.Stage.OPEN, imported=False)),
        number_of("evaluate", closed),
        number_of("decide", decided),
        number_of("feed_back", Change.objects.filter(decision__in=decided).exclude(answer=Change.Answer.WILL_NOT)),
    ]


def counts_for(reader: Person) -> list["QuerySet[Any, Any]"]:
    """What waits for this reader, by what she is."""
    rows = [number_of("drafts", Proposal.objects.filter(author=reader, stage__in=sorted(EDITABLE)))]
    if reader.has_role(Role.MODERATOR, Role.ADMINISTRATOR):
        rows.append(number_of("verdicts", in_care_of(reader, waiting_verdicts())))
    if reader.has_role(Role.EVALUATOR):
        rows.append(number_of("desk", Wave.objects.of_evaluator(reader).open()))
    if reader.has_role(Role.HOST):
        rows.append(number_of("hosted", Pilot.objects.filter(test_bed__host=reader, stage=Pilot.Stage.OPEN)))
    return rows


def number_of(name: str, rows: "QuerySet[Any]") -> "QuerySet[Any, Any]":
    return one_row(name, rows, Count("pk"))


def one_row(name: str, rows: "QuerySet[Any]", number: Expression) -> "QuerySet[Any, Any]":
    """The name with its number."""
    named = rows.order_by().annotate(what=Value(name)).values("what")
    return named.annotate(number=number).values_list("what", "number")


@lru_cache(maxsize=KEPT)
def drawn_loop(language: str, counts: tuple[int, ...]) -> SafeString:
    """The drawing and the list of the stations with these counts, in the order of ``LOOP``."""
    ring = stations(dict(zip(LOOP, counts, strict=True)))
    drawing = {"size": SIZE, "radius": STATION, "centre": SIZE / 2, "ring": RADIUS, "arrows": arrows(len(ring))}
    return render_to_string("web/_loop.html", {"stations": ring, **drawing})


def stations(counts: dict[str, int]) -> list[Station]:
    proposals, pilots, results = reverse("proposals:list"), reverse("pilots:list"), reverse("feedback:list")
    told = [
        ("propose", pgettext("stage", "Propose"), _("Proposals by residents that everybody can read."), proposals),
        (
            "moderate",
            pgettext("stage", "Check"),
            _("Proposals handed in that wait for the city’s answer right now; it comes within 30 days."),
            reverse("about"),
        ),
        (
            "support",
            pgettext("stage", "Support"),
            _("Supports that stand today. Every confirmed resident has one for each proposal and can take it back."),
            f"{proposals}?sort=supported",
        ),
        ("pilot", pgettext("stage", "Try"), _("Pilots that are announced and have not ended."), pilots),
        (
            "evaluate",
            pgettext("stage", "Judge"),
            _("Surveys of pilots that have closed. Their figures are public, each with its n and interval."),
            f"{pilots}?show=ended",
        ),
        (
            "decide",
            pgettext("stage", "Decide"),
            _("Decisions of the city, each after a verdict by a rule that was fixed before."),
            results,
        ),
        (
            "feed_back",
            pgettext("stage", "Change"),
            _("Things the city did or will do because residents said so; what it will not do is not counted."),
            results,
        ),
    ]
    return [
        Station(name, counts[key], meaning, url, *place(number, len(told)))
        for number, (key, name, meaning, url) in enumerate(told)
    ]


def place(number: float, of: int, radius: float = RADIUS) -> tuple[float, float]:
    """Where a station stands on the ring, the first one at the top, the others with the clock."""
    turn = 2 * pi * number / of - pi / 2
    return round(SIZE / 2 + radius * cos(turn), 1), round(SIZE / 2 + radius * sin(turn), 1)


def arrows(number: int) -> list[str]:
    """Between each station and the next, the head of an arrow along the ring, as the path of an SVG."""
    heads = []
    for station in range(number):
        tip = place(station + 0.55, number)
        outer, inner = (place(station + 0.46, number, RADIUS + side) for side in (7, -7))
        heads.append("M{} {}L{} {}L{} {}".format(*outer, *tip, *inner))
    return heads


def tried_now(reader: Reader, today: date) -> list[Pilot]:
    """Pilots that take people, those in the reader's own area first."""
    order: list[Case | str] = ["-starts_on", "-pk"]
    if reader.is_authenticated and reader.area_id is not None:
        order.insert(0, Case(When(test_bed__area=reader.area_id, then=0), default=1))
    return list(Pilot.objects.open_for_joining_on(today).with_card_facts().order_by(*order)[:TRIED_NOW])


def to_do(reader: Person, counts: Counter[str], today: date) -> dict[str, Any]:
    """What waits for her: surveys to answer, the most pressing first, and how much of what is her work."""
    joined = Enrolment.objects.of_person(reader).joined().values("pilot")
    running = Wave.objects.open().filter(survey__pilot__in=joined).select_related("survey__pilot")
    waves = [
        wave
        for wave in running.order_by("closes_at")
        if (mine := wave.asked().filter(person=reader).first()) and not handed_in_by(mine, wave)
    ]
    queue = waiting_for(reader, today=today).count() if reader.has_role(Role.MODERATOR) else 0
    drafts, verdicts, desk, hosted = (counts[name] for name in ("drafts", "verdicts", "desk", "hosted"))
    work = [
        (
            drafts,
            ngettext("%(n)s proposal you have not handed in", "%(n)s proposals you have not handed in", drafts),
            "proposals:mine",
        ),
        (
            queue,
            ngettext("%(n)s item in the review queue", "%(n)s items in the review queue", queue),
            "proposals:queue",
        ),
        (
            verdicts,
            ngettext("%(n)s verdict waits for a decision", "%(n)s verdicts wait for a decision", verdicts),
            "feedback:queue",
        ),
        (desk, ngettext("%(n)s survey of yours is open", "%(n)s surveys of yours are open", desk), "surveys:desk"),
        (
            hosted,
            ngettext("%(n)s pilot runs at your test beds", "%(n)s pilots run at your test beds", hosted),
            "pilots:hosting",
        ),
    ]
    return {"waves": waves, "work": [(words % {"n": n}, reverse(url)) for n, words, url in work if n]}
