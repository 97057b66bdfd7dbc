"""The staff queue: one item after the other, or several at once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from livinglab.accounts.doors import AuthenticatedRequest
from livinglab.accounts.models import Area
from livinglab.accounts.roles import Role, role_required
from livinglab.errors import Refused, status_of
from livinglab.posted import moment, seen_moment
from proposals.actions.moderate import (
    ask_for_changes,
    decline_proposal,
    hide_flagged_comment,
    hide_flagged_proposal,
    keep_flagged,
    publish_proposal,
    translate_proposal,
)
from proposals.forms import BulkForm, ChangesForm, DeclineForm, HideForm, PublishForm, QueueFilter, TranslationForm
from proposals.lifecycle import Stage
from proposals.models import Flag, Proposal, ServiceField
from proposals.queue import Place, filled, next_after, waiting_for
from proposals.views.reading import text_of

IN_THE_QUEUE = 25
REPORT = "queue_report"


@role_required(Role.MODERATOR)
@require_safe
def queue(request: AuthenticatedRequest) -> HttpResponse:
    return queue_page(request)


def queue_page(request: AuthenticatedRequest, bulk: BulkForm | None = None) -> HttpResponse:
    areas, fields = list(Area.objects.defer("boundary")), list(ServiceField.objects.all())
    form = QueueFilter(request.GET, fields=fields, areas=areas)
    chosen = form.chosen()
    places = waiting_for(request.user, today=timezone.localdate(), **chosen)
    page = Paginator(places, IN_THE_QUEUE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "narrowed": bool(chosen),
        "page": page,
        "items": filled(page.object_list),
        "bulk": bulk or BulkForm(),
        "today": timezone.localdate(),
        "report": request.session.pop(REPORT, None),
    }
    return render(request, "proposals/queue.html", context)


@role_required(Role.MODERATOR)
@require_POST
def decide_many(request: AuthenticatedRequest) -> HttpResponse:
    """One decision for each of several proposals; what one of them refuses leaves the others done."""
    form = BulkForm(request.POST)
    if not form.is_valid():
        return queue_page(request, form)
    at, words = timezone.now(), {name: form.cleaned_data[name] for name in ("reason_ko", "reason_en")}
    chosen = dict(item.split("@", 1) for item in form.cleaned_data["item"])
    report = []
    for proposal in Proposal.objects.in_care_of(request.user).filter(pk__in=chosen).order_by("submitted_at", "pk"):
        seen = moment(chosen[str(proposal.pk)])
        try:
            if form.cleaned_data["do"] == "publish":
                publish_proposal(proposal, by=request.user, at=at, seen=seen, **words)
                told = _("published")
            else:
                reason_code = form.cleaned_data["reason_code"]
                decline_proposal(proposal, by=request.user, at=at, seen=seen, reason_code=reason_code, **words)
                told = _("declined")
        except Refused as refusal:
            report.append({"pk": proposal.pk, "title": str(proposal), "done": False, "told": str(refusal)})
        else:
            report.append({"pk": proposal.pk, "title": str(proposal), "done": True, "told": told})
    request.session[REPORT] = report
    return redirect(with_filters(request, reverse("proposals:queue")))


@role_required(Role.MODERATOR)
@require_http_methods(["GET", "POST"])
def review(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    proposal = get_object_or_404(
        Proposal.objects.in_care_of(request.user).select_related("author", "field", "area"), pk=pk
    )
    forms = {
        "publish": PublishForm(prefix="publish"),
        "changes": ChangesForm(prefix="changes", needs=proposal.language),
        "decline": DeclineForm(prefix="decline", needs=proposal.language),
    }
    refusal = None
    if request.method == "POST" and (do := request.POST.get("do", "")) in forms:
        form = forms[do] = type(forms[do])(request.POST, prefix=do, needs=proposal.language if do != "publish" else "")
        if form.is_valid():
            try:
                decide(do, proposal, request, seen=seen_moment(request.POST.get("seen", "")), **form.cleaned_data)
            except Refused as refused:
                refusal = refused
                proposal.refresh_from_db()
            else:
                return to_the_next(request, Place("proposal", pk, proposal.submitted_at or timezone.now(), None))
    context = {
        **text_of(proposal),
        "steps": proposal.steps.all(),
        "undecided": proposal.stage == Stage.SUBMITTED,
        "is_author": proposal.author_id == request.user.pk,
        "today": timezone.localdate(),
        "refusal": refusal,
        "filters": request.GET.urlencode(),
        **{f"{name}_form": form for name, form in forms.items()},
    }
    return render(request, "proposals/review.html", context, status=status_of(refusal))


def decide(do: str, proposal: Proposal, request: AuthenticatedRequest, seen: datetime | None, **words: Any) -> None:
    actions: dict[str, tuple[Callable[..., Proposal], str]] = {
        "publish": (publish_proposal, _("“%(title)s” is published.")),
        "changes": (ask_for_changes, _("The author of “%(title)s” is asked for changes.")),
        "decline": (decline_proposal, _("“%(title)s” is declined.")),
    }
    act, told = actions[do]
    act(proposal, by=request.user, at=timezone.now(), seen=seen, **words)
    messages.success(request, told % {"title": proposal})


@role_required(Role.MODERATOR)
@require_http_methods(["GET", "POST"])
def review_report(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Everything reported about one text, settled together."""
    flag = get_object_or_404(
        Flag.objects.filter(proposal__in=Proposal.objects.in_care_of(request.user)).select_related(
            "proposal__author", "proposal__field", "proposal__area", "comment__author", "comment__parent"
        ),
        pk=pk,
    )
    hide_form: HideForm | DeclineForm
    posted = request.POST if request.method == "POST" and request.POST.get("do") == "hide" else None
    if flag.comment is not None:
        hide_form = HideForm(posted, prefix="hide")
    else:
        hide_form = DeclineForm(posted, prefix="hide", needs=flag.proposal.language)
    refusal = None
    if request.method == "POST":
        try:
            if request.POST.get("do") == "keep":
                keep_flagged(flag, by=request.user, at=timezone.now())
                messages.success(request, _("It stays. Whoever reported it is told."))
                return to_the_next(request, Place("report", pk, flag.at, flag.due_on))
            if hide_form.is_valid():
                hide = hide_flagged_proposal if flag.comment is None else hide_flagged_comment
                hide(flag, by=request.user, at=timezone.now(), **hide_form.cleaned_data)
                messages.success(request, _("It is hidden. Its author and whoever reported it are told."))
                return to_the_next(request, Place("report", pk, flag.at, flag.due_on))
        except Refused as refused:
            refusal = refused
            flag.refresh_from_db()
    context = {
        "flag": flag,
        "comment": flag.comment,
        **text_of(flag.proposal),
        "reports": Flag.objects.filter(proposal=flag.proposal_id, comment=flag.comment_id, settled_at=flag.settled_at),
        "hide_form": hide_form,
        "today": timezone.localdate(),
        "refusal": refusal,
        "filters": request.GET.urlencode(),
    }
    return render(request, "proposals/review_report.html", context, status=status_of(refusal))


@role_required(Role.MODERATOR)
@require_http_methods(["GET", "POST"])
def translate(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    proposal = get_object_or_404(Proposal.objects.in_care_of(request.user), pk=pk)
    form = TranslationForm(request.POST or None, proposal=proposal)
    if request.method == "POST" and form.is_valid():
        translate_proposal(proposal, **form.cleaned_data)
        messages.success(request, _("The other language is saved."))
        return redirect("proposals:detail", pk=pk)
    return render(request, "proposals/translate.html", {"proposal": proposal, "form": form})


def to_the_next(request: AuthenticatedRequest, decided: Place) -> HttpResponse:
    """On to the item that follows in the queue as it was narrowed; to the queue once it is empty."""
    chosen = {name: value for name, value in request.GET.items() if name in QueueFilter.base_fields}
    following = next_after(decided, waiting_for(request.user, today=timezone.localdate(), **chosen))
    return redirect(with_filters(request, following.url if following else reverse("proposals:queue")))


def with_filters(request: AuthenticatedRequest, url: str) -> str:
    return f"{url}?{request.GET.urlencode()}" if request.GET else url
