"""People talk under a proposal, and report what should not stand there."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from livinglab.notices.actions import notify_by_key
from livinglab.text import is_blank
from proposals import clock
from proposals.errors import NoAnswerHere, NothingWritten, NotTheAuthor, TooLate, WrongStage
from proposals.lifecycle import OPEN
from proposals.models import Comment, Flag, Proposal
from proposals.models.comment import EDITABLE_FOR

# The same words again within this time are a second press of the same button.
SAME_PRESS = timedelta(minutes=1)


@transaction.atomic
def write_comment(
    proposal: Proposal,
    *,
    author: Person,
    text: str,
    at: datetime,
    kind: Comment.Kind | str = Comment.Kind.PLAIN,
    language: str = "ko",
    parent: Comment | None = None,
) -> Comment:
    """A comment, or an answer to one. The author of what is answered hears of it."""
    _check_words(text)
    needed = Proposal.objects.only("author", "stage", "title_ko", "title_en")
    proposal = needed.select_for_update(no_key=True).get(pk=proposal.pk)
    if proposal.stage not in OPEN:
        raise WrongStage(_("This proposal is not open for comments."))
    if parent is not None and (
        parent.proposal_id != proposal.pk or parent.parent_id is not None or parent.hidden_at is not None
    ):
        raise NoAnswerHere(_("This comment cannot be answered."))
    if before := _just_written(proposal, author, parent, text, at):
        return before
    comment = Comment.objects.create(
        proposal=proposal,
        parent=parent,
        author=author,
        kind=kind,
        language=language,
        at=at,
        **{f"body_{language}": text},
    )
    recount_comments(proposal)
    _tell_who_is_answered(comment, proposal, at)
    return comment


@transaction.atomic
def edit_comment(comment: Comment, *, by: Person, text: str, at: datetime) -> Comment:
    """Correct one's own words, within fifteen minutes."""
    _check_words(text)
    comment = Comment.objects.select_for_update().get(pk=comment.pk)
    if comment.author_id != by.pk:
        raise NotTheAuthor(_("Only its author can change a comment."))
    if comment.hidden_at is not None or at > comment.at + EDITABLE_FOR:
        raise TooLate(_("A comment can be changed for 15 minutes; after that it stays as it is."))
    setattr(comment, f"body_{comment.language}", text)
    comment.edited_at = at
    comment.save()
    return comment


@transaction.atomic
def flag_comment(comment: Comment, *, by: Person, reason: Flag.Reason | str, at: datetime, words: str = "") -> Flag:
    """Report a comment to staff. Reporting again while the first report waits changes nothing."""
    comment = Comment.objects.select_for_update().get(pk=comment.pk)
    if comment.hidden_at is not None:
        raise WrongStage(_("Staff have already hidden this comment."))
    return _flag(comment.proposal, comment, by, reason, words, at)


@transaction.atomic
def flag_proposal(proposal: Proposal, *, by: Person, reason: Flag.Reason | str, at: datetime, words: str = "") -> Flag:
    """Report a proposal to staff. Reporting again while the first report waits changes nothing."""
    proposal = Proposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    if not proposal.is_public:
        raise WrongStage(_("This proposal is not public."))
    return _flag(proposal, None, by, reason, words, at)


def _check_words(text: str) -> None:
    if is_blank(text):
        raise NothingWritten(_("Please write something."))


def recount_comments(proposal: Proposal) -> None:
    """Count the shown comments again. The caller holds the lock of the proposal."""
    total = Comment.objects.shown().filter(proposal=proposal).count()
    Proposal.objects.filter(pk=proposal.pk).update(comment_total=total)


def _flag(
    proposal: Proposal, comment: Comment | None, by: Person, reason: Flag.Reason | str, words: str, at: datetime
) -> Flag:
    flag, _created = Flag.objects.waiting().get_or_create(
        proposal=proposal,
        comment=comment,
        by=by,
        defaults={
            "reason": reason,
            "words": words,
            "reported_text": comment.body if comment is not None else "",
            "at": at,
            "due_on": clock.flag_due(at),
        },
    )
    return flag


def _just_written(
    proposal: Proposal, author: Person, parent: Comment | None, text: str, at: datetime
) -> Comment | None:
    same = Comment.objects.filter(Q(body_ko=text) | Q(body_en=text), proposal=proposal, author=author, parent=parent)
    return same.filter(at__gt=at - SAME_PRESS).first()


def _tell_who_is_answered(comment: Comment, proposal: Proposal, at: datetime) -> None:
    if comment.parent is None:
        person, kind = proposal.author_id, "comment_on_yours"
    else:
        person, kind = comment.parent.author_id, "comment_answered"
    if person is None or person == comment.author_id:
        return
    notify_by_key(
        person,
        kind,
        occasion=f"comment {comment.pk} written",
        thread=f"proposal-{proposal.pk}",
        at=at,
        url=reverse("proposals:show-comment", args=[comment.pk]),
        **proposal.titles(),
    )
