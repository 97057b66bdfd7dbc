"""Talking under a proposal, and reporting."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from livinglab.accounts.doors import AuthenticatedRequest, keep_posted, kept_post
from livinglab.accounts.limits import COMMENTS, CORRECTIONS, REPORTS, allow_writing
from livinglab.bilingual import active_language
from livinglab.errors import Refused, status_of
from proposals.actions.comment import edit_comment, flag_comment, flag_proposal, write_comment
from proposals.forms import AnswerForm, CommentForm, EditCommentForm, ReportForm
from proposals.models import Comment, Proposal
from proposals.views.reading import detail_page, proposal_seen_by


@keep_posted(CommentForm)
@require_http_methods(["GET", "POST"])
def write(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """A comment from the form on the proposal's page; whoever had to sign in first finds her words there again."""
    proposal = proposal_seen_by(request, pk)
    if request.method == "GET":
        kept = kept_post(request)
        return detail_page(request, pk, comment_form=CommentForm(kept)) if kept else redirect(page_of(proposal))
    form, refusal = CommentForm(request.POST), None
    if form.is_valid():
        try:
            allow_writing(request.user, COMMENTS)
            comment = write_comment(
                proposal,
                author=request.user,
                text=form.cleaned_data["text"],
                kind=form.cleaned_data["kind"],
                language=active_language(),
                at=timezone.now(),
            )
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Your comment is there. You can change it for 15 minutes."))
            return redirect(page_of(comment))
    return detail_page(request, pk, comment_form=form, comment_refusal=refusal)


@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """To the comment itself, on whichever page of them it stands by now; notices link here."""
    return redirect(page_of(get_object_or_404(Comment.objects.visible_to(request.user), pk=pk)))


@keep_posted(AnswerForm)
@require_http_methods(["GET", "POST"])
def answer(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    parent = get_object_or_404(Comment.objects.visible_to(request.user).filter(parent=None), pk=pk)
    form, refusal = AnswerForm(request.POST or kept_post(request) or None), None
    if request.method == "POST" and form.is_valid():
        try:
            allow_writing(request.user, COMMENTS)
            comment = write_comment(
                parent.proposal,
                author=request.user,
                text=form.cleaned_data["text"],
                language=active_language(),
                parent=parent,
                at=timezone.now(),
            )
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Your answer is there. You can change it for 15 minutes."))
            return redirect(page_of(comment))
    context = {"comment": parent, "proposal": parent.proposal, "form": form, "refusal": refusal}
    return render(request, "proposals/answer.html", context, status=status_of(refusal))


@keep_posted(EditCommentForm)
@require_http_methods(["GET", "POST"])
def edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    comment = get_object_or_404(Comment.objects.visible_to(request.user).filter(author=request.user), pk=pk)
    form = EditCommentForm(request.POST or kept_post(request) or None, initial={"text": comment.body})
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            allow_writing(request.user, CORRECTIONS)
            edit_comment(comment, by=request.user, text=form.cleaned_data["text"], at=timezone.now())
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Your comment is changed."))
            return redirect(page_of(comment))
    context = {"comment": comment, "proposal": comment.proposal, "form": form, "refusal": refusal}
    return render(request, "proposals/edit_comment.html", context, status=status_of(refusal))


@keep_posted(ReportForm)
@require_http_methods(["GET", "POST"])
def report_comment(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    comment = get_object_or_404(Comment.objects.visible_to(request.user), pk=pk)
    return report(request, comment.proposal, comment)


@keep_posted(ReportForm)
@require_http_methods(["GET", "POST"])
def report_proposal(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    proposal = get_object_or_404(Proposal.objects.published().select_related("author"), pk=pk)
    return report(request, proposal, None)


def report(request: AuthenticatedRequest, proposal: Proposal, comment: Comment | None) -> HttpResponse:
    form, refusal = ReportForm(request.POST or kept_post(request) or None), None
    if request.method == "POST" and form.is_valid():
        try:
            allow_writing(request.user, REPORTS)
            if comment is None:
                flag_proposal(proposal, by=request.user, at=timezone.now(), **form.cleaned_data)
            else:
                flag_comment(comment, by=request.user, at=timezone.now(), **form.cleaned_data)
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Thank you. Staff will look at it, and we tell you what came of it."))
            return redirect(page_of(comment or proposal))
    context = {"comment": comment, "proposal": proposal, "form": form, "refusal": refusal}
    return render(request, "proposals/report.html", context, status=status_of(refusal))


def page_of(subject: Proposal | Comment) -> str:
    """Where a proposal or one of its comments is read."""
    if isinstance(subject, Proposal):
        return reverse("proposals:detail", args=[subject.pk])
    number = subject.page_number()
    return f"{page_of(subject.proposal)}{f'?page={number}' if number > 1 else ''}#comment-{subject.pk}"
