"""Staff write a decision down, look at it as everybody will, and publish it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from feedback.actions.decide import (
    check_may_decide,
    draft_decision,
    in_care_of,
    publish_decision,
    waiting_verdicts,
    waves_to_come,
)
from feedback.actions.tell import concerned_by
from feedback.forms import MOST_CHANGES, ChangesFormSet, DecisionForm, changes_form_set
from feedback.models import Change, Decision
from feedback.sources import choices
from feedback.views.public import facts_of, with_grounds
from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role, role_required
from livinglab.errors import Refused, status_of
from livinglab.posted import seen_moment, whole_number
from surveys.metrics.release import Audience, release
from surveys.models import Alarm, Direction, EntryClerk, Verdict
from surveys.views.showing import verdict_context

PER_PAGE = 20
PARTS = (
    "registration",
    "snapshot__wave__survey__instrument",
    "snapshot__wave__survey__use_level",
    "snapshot__wave__survey__comprehension",
    "snapshot__wave__survey__pilot__version__service",
)
UNREAD = ("snapshot__state", "snapshot__results")


@role_required(Role.MODERATOR, Role.ADMINISTRATOR)
@require_safe
def queue(request: AuthenticatedRequest) -> HttpResponse:
    """Verdicts that wait for a decision, the one that waits longest first."""
    waiting = (
        in_care_of(request.user, waiting_verdicts())
        .select_related(*PARTS, "decision")
        .defer(*UNREAD, "registration__document")
    )
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    own = set(request.user.surveys.values_list("pk", flat=True))
    entered = set(EntryClerk.objects.filter(person=request.user).values_list("pilot", flat=True))
    rows = [
        {
            "verdict": verdict,
            "survey": (survey := verdict.snapshot.wave.survey),
            "told": release(verdict.snapshot, Audience.PUBLIC)["verdict"],
            "draft": getattr(verdict, "decision", None),
            "own": survey.pk in own,
            "entered": survey.pilot_id in entered,
        }
        for verdict in page
    ]
    return render(request, "feedback/queue.html", {"page": page, "rows": rows})


@keep_posted(DecisionForm, r"do|next_changed_(ko|en)|changes-(\w+_FORMS|\d+-\w+)")
@role_required(Role.MODERATOR, Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def decide(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The form; "add another" gives back what was typed with room for one more, without judging it."""
    alarms = Alarm.objects.open().filter(snapshot__wave__survey=OuterRef("snapshot__wave__survey"))
    verdicts = in_care_of(request.user, Verdict.objects.select_related(*PARTS).defer(*UNREAD))
    verdict = get_object_or_404(verdicts.annotate(in_alarm=Exists(alarms)), pk=pk)
    draft = Decision.objects.filter(verdict=verdict).prefetch_related("changes").first()
    if draft is not None and draft.published_at is not None:
        return redirect("feedback:detail", pk=draft.pk)
    survey = verdict.snapshot.wave.survey
    # The same row twice: without this each side asks for the other.
    verdict.registration.survey = survey
    figures = release(verdict.snapshot, Audience.PUBLIC)
    directions = list(verdict.snapshot.directions.select_related("signed_by"))
    sources = {"sources": choices(survey, figures, directions)}
    typed = request.POST if request.method == "POST" else kept_post(request)
    refusal = why_not_decide(verdict, request.user)
    if request.method == "POST" and request.POST.get("do") != "add":
        form = DecisionForm(verdict, request.POST, initial=words_of(draft))
        changes = changes_form_set(0)(request.POST, prefix="changes", form_kwargs=sources)
        if refusal is None and is_complete(form, changes):
            try:
                decision = draft_decision(
                    verdict, by=request.user, at=timezone.now(), changes=changes.pairs(), **form.cleaned_data
                )
            except Refused as refused:
                refusal = refused
            else:
                return redirect("feedback:preview", pk=decision.pk)
    else:
        if typed is not None:
            pairs = typed_pairs(typed)
        else:
            pairs = written_pairs(draft) if draft is not None else directed_pairs(directions)
        form = DecisionForm(verdict, initial=typed.dict() if typed is not None else words_of(draft))
        room = min(len(pairs) + 1, MOST_CHANGES)
        changes = changes_form_set(room)(initial=pairs, prefix="changes", form_kwargs=sources)
    context = {
        "survey": survey,
        "wave": verdict.snapshot.wave,
        "form": form,
        "changes": changes,
        "full": changes.total_form_count() >= MOST_CHANGES,
        "draft": draft,
        "directions": directions,
        "judged": verdict,
        "refusal": refusal,
        **verdict_context(figures, survey),
    }
    return render(request, "feedback/decide.html", context, status=status_of(refusal))


def why_not_decide(verdict: Verdict, person: Person) -> Refused | None:
    """What a page says in place of the button; nothing where she may decide."""
    try:
        check_may_decide(verdict, by=person)
    except Refused as refused:
        return refused
    return None


def is_complete(form: DecisionForm, changes: ChangesFormSet) -> bool:
    """Both parts are judged, so that every mistake shows at once."""
    good = all([form.is_valid(), changes.is_valid()])
    if not good or form.cleaned_data["kind"] != Decision.Kind.REVISE:
        return good
    if any(pair.answer != Change.Answer.WILL_NOT for pair in changes.pairs()):
        return True
    form.add_error(None, _("A revision has to name at least one thing that changes."))
    return False


def typed_pairs(typed: Mapping[str, str]) -> list[dict[str, str]]:
    """The pairs as they were typed, without those that were to be taken out."""
    count = typed.get("changes-TOTAL_FORMS", "")
    names = ("rests", "said_ko", "said_en", "answer", "did_ko", "did_en")
    pairs = [
        {name: typed.get(f"changes-{number}-{name}", "") for name in names}
        for number in range(min(whole_number(count), MOST_CHANGES))
        if f"changes-{number}-DELETE" not in typed
    ]
    return [pair for pair in pairs if any(pair.values())]


def directed_pairs(directions: Iterable[Direction]) -> list[dict[str, str]]:
    """What the evaluators signed should change, for a decision that nobody has begun; the answers are the city's."""
    return [
        {"rests": f"direction:{direction.pk}", "said_ko": direction.words_ko, "said_en": direction.words_en}
        for direction in directions
    ]


def written_pairs(draft: Decision) -> list[dict[str, str]]:
    return [
        {
            "rests": rests_of(change),
            "said_ko": change.said_ko,
            "said_en": change.said_en,
            "answer": change.answer,
            "did_ko": change.did_ko,
            "did_en": change.did_en,
        }
        for change in draft.changes.all()
    ]


def rests_of(change: Change) -> str:
    if change.comment_id is not None:
        return f"comment:{change.comment_id}"
    if change.direction_id is not None:
        return f"direction:{change.direction_id}"
    return f"item:{change.item}" if change.item else f"figure:{change.figure}"


def words_of(draft: Decision | None) -> dict[str, Any]:
    names = ("kind", "reason_ko", "reason_en", "next_changed_ko", "next_changed_en")
    return {name: getattr(draft, name) for name in names} if draft is not None else {}


@keep_posted(r"seen")
@role_required(Role.MODERATOR, Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def preview(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """The draft as everybody will read it, and what publishing does."""
    verdicts = in_care_of(request.user, Verdict.objects.all())
    decision = get_object_or_404(with_grounds().filter(verdict__in=verdicts), pk=pk)
    if decision.published_at is not None:
        return redirect("feedback:detail", pk=pk)
    refusal = None
    if request.method == "POST":
        try:
            publish_decision(
                decision, by=request.user, at=timezone.now(), seen=seen_moment(request.POST.get("seen", ""))
            )
        except Refused as refused:
            refusal = refused
            decision.refresh_from_db(fields=["kind", "decided_at"])
        else:
            messages.success(request, _("The decision is published. Everybody who had a part is told now."))
            return redirect("feedback:detail", pk=pk)
    # The same row three times: without this each side asks for the other.
    survey = decision.verdict.snapshot.wave.survey
    decision.verdict.registration.survey = decision.pilot.survey = survey
    called_off, watching = waves_to_come(decision)
    context = facts_of(decision) | {
        "refusal": refusal,
        "why_not_decide": why_not_decide(decision.verdict, request.user),
        "concerned": concerned_by(decision).count(),
        "called_off": len(called_off),
        "watching": len(watching),
    }
    return render(request, "feedback/preview.html", context, status=status_of(refusal))
