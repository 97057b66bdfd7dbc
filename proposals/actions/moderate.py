"""Staff answer what was handed in and settle what was reported.

Every decision takes ``seen``, the ``changed_at`` of the proposal the moderator had before her eyes: what the author
changed, or a colleague decided, since then is never decided over.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from livinglab.bilingual import LANGUAGES
from livinglab.errors import TryAgain
from livinglab.notices.actions import notify, notify_many
from livinglab.text import is_blank
from proposals.actions.comment import recount_comments
from proposals.actions.move import move
from proposals.errors import NobodyToAsk, OwnProposal, ReasonMissing, WrongStage
from proposals.lifecycle import Stage
from proposals.models import Comment, DeclineReason, Flag, Part, Proposal


@transaction.atomic
def publish_proposal(
    proposal: Proposal,
    *,
    by: Person,
    at: datetime,
    seen: datetime | None = None,
    reason_ko: str = "",
    reason_en: str = "",
) -> Proposal:
    """Everybody may read, support and discuss it from now on. Words to the author may go with it."""
    proposal = _locked_for_decision(proposal, by, seen)
    move(
        proposal,
        Stage.PUBLISHED,
        by=by,
        at=at,
        reason_ko=reason_ko,
        reason_en=reason_en,
        published_at=at,
        due_on=None,
    )
    _tell_author(proposal, "proposal_published", at, reason_ko=reason_ko, reason_en=reason_en)
    return proposal


@transaction.atomic
def ask_for_changes(
    proposal: Proposal,
    *,
    by: Person,
    at: datetime,
    parts: Sequence[Part | str],
    reason_ko: str = "",
    reason_en: str = "",
    seen: datetime | None = None,
) -> Proposal:
    """Ask the author to complete these parts; the answer clock stands still meanwhile."""
    proposal = _locked_for_decision(proposal, by, seen)
    if proposal.author_id is None:
        raise NobodyToAsk(_("The author has left, and nobody can complete this. Please publish or decline it."))
    if not parts:
        raise ReasonMissing(_("Please say which part of the proposal is meant."))
    _check_words(proposal, reason_ko, reason_en)
    move(
        proposal,
        Stage.CHANGES_ASKED,
        by=by,
        at=at,
        reason_ko=reason_ko,
        reason_en=reason_en,
        parts=[Part(part) for part in parts],
        paused_at=at,
    )
    _tell_author(
        proposal,
        "proposal_changes_asked",
        at,
        url=reverse("proposals:edit", args=[proposal.pk]),
        reason_ko=reason_ko,
        reason_en=reason_en,
    )
    return proposal


@transaction.atomic
def decline_proposal(
    proposal: Proposal,
    *,
    by: Person,
    at: datetime,
    reason_code: DeclineReason | str,
    reason_ko: str = "",
    reason_en: str = "",
    seen: datetime | None = None,
) -> Proposal:
    """Say no, with a reason from the list and in words the author can read."""
    proposal = _locked_for_decision(proposal, by, seen)
    _decline(proposal, by, at, reason_code, reason_ko, reason_en)
    return proposal


@transaction.atomic
def keep_flagged(flag: Flag, *, by: Person, at: datetime) -> None:
    """What was reported stays. Settles every waiting report of the same text."""
    _settle(_locked_waiting(flag, by), Flag.Outcome.KEPT, by=by, at=at)


@transaction.atomic
def hide_flagged_comment(flag: Flag, *, by: Person, at: datetime, reason: str) -> None:
    """The reported comment is hidden; its author reads why."""
    flag = _locked_waiting(flag, by)
    assert flag.comment_id is not None
    if is_blank(reason):
        raise ReasonMissing(_("Please tell the author why, in a sentence."))
    proposal = flag.proposal
    comment = Comment.objects.select_for_update(of=("self",)).select_related("author").get(pk=flag.comment_id)
    comment.hidden_at, comment.hidden_by, comment.hidden_reason = at, by, reason
    comment.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    recount_comments(proposal)
    _settle(flag, Flag.Outcome.HIDDEN, by=by, at=at)
    if comment.author is not None:
        notify(
            comment.author,
            "comment_hidden",
            occasion=f"comment {comment.pk} hidden",
            thread=f"proposal-{proposal.pk}",
            at=at,
            url=reverse("proposals:detail", args=[proposal.pk]),
            **proposal.titles(),
            reason=reason,
        )


@transaction.atomic
def hide_flagged_proposal(
    flag: Flag, *, by: Person, at: datetime, reason_code: DeclineReason | str, reason_ko: str = "", reason_en: str = ""
) -> None:
    """The reported proposal is taken from the public and declined; its author reads why."""
    flag = _locked_waiting(flag, by)
    proposal = flag.proposal
    if proposal.stage != Stage.PUBLISHED:
        raise WrongStage(_("A proposal that is already being tried cannot be taken down here."))
    _decline(proposal, by, at, reason_code, reason_ko, reason_en)
    _settle(flag, Flag.Outcome.HIDDEN, by=by, at=at)


@transaction.atomic
def translate_proposal(proposal: Proposal, **texts: str) -> Proposal:
    """Staff add the other language; what the author wrote stays as she wrote it."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    other = "en" if proposal.language == "ko" else "ko"
    for name in Proposal.TEXTS:
        if name in texts:
            setattr(proposal, f"{name}_{other}", texts[name])
    proposal.save()
    return proposal


def _locked_for_decision(proposal: Proposal, by: Person, seen: datetime | None) -> Proposal:
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.author_id == by.pk:
        raise OwnProposal(_("This is your own proposal; a colleague has to decide on it."))
    if proposal.stage != Stage.SUBMITTED:
        raise TryAgain(
            _("Nothing was changed: in the meantime this proposal has become “%(stage)s”.")
            % {"stage": Stage(proposal.stage).label}
        )
    if seen is not None and proposal.changed_at != seen:
        raise TryAgain(_("Nothing was changed: the author has changed the proposal since. Please read it again."))
    return proposal


def _check_words(proposal: Proposal, reason_ko: str, reason_en: str) -> None:
    words = {"ko": reason_ko, "en": reason_en}[proposal.language]
    if is_blank(words):
        raise ReasonMissing(_("Please write to the author in the language of the proposal."))


def _decline(proposal: Proposal, by: Person, at: datetime, reason_code: str, reason_ko: str, reason_en: str) -> None:
    _check_words(proposal, reason_ko, reason_en)
    move(
        proposal,
        Stage.DECLINED,
        by=by,
        at=at,
        reason_code=DeclineReason(reason_code),
        reason_ko=reason_ko,
        reason_en=reason_en,
        due_on=None,
    )
    because = {}
    for language in LANGUAGES:
        with translation.override(language):
            because[f"because_{language}"] = str(DeclineReason(reason_code).label)
    _tell_author(
        proposal,
        "proposal_declined",
        at,
        **because,
        reason_ko=reason_ko,
        reason_en=reason_en,
    )


def _tell_author(proposal: Proposal, kind: str, at: datetime, *, url: str = "", **data: object) -> None:
    if proposal.author is None:
        return
    notify(
        proposal.author,
        kind,
        occasion=f"proposal {proposal.pk} {proposal.stage} {at.isoformat()}",
        thread=f"proposal-{proposal.pk}",
        at=at,
        url=url or reverse("proposals:detail", args=[proposal.pk]),
        **proposal.titles(),
        **data,
    )


def _locked_waiting(flag: Flag, by: Person) -> Flag:
    # One lock for all reports of a proposal: two moderators with two reports of the same text would block each other.
    Proposal.objects.select_for_update().get(pk=flag.proposal_id)
    flag = Flag.objects.select_related("proposal", "comment").get(pk=flag.pk)
    if flag.settled_at is not None:
        raise TryAgain(_("Nothing was changed: a colleague has already settled this report."))
    author_id = flag.comment.author_id if flag.comment else flag.proposal.author_id
    if author_id == by.pk:
        raise OwnProposal(_("This report is about your own words; a colleague has to decide on it."))
    return flag


def _settle(flag: Flag, outcome: Flag.Outcome, *, by: Person, at: datetime) -> None:
    """All waiting reports of the same text are settled together; each reporter hears once."""
    same = Flag.objects.waiting().filter(proposal=flag.proposal_id, comment=flag.comment_id)
    settled = list(same.select_related("by"))
    Flag.objects.filter(pk__in=[each.pk for each in settled]).update(settled_at=at, settled_by=by, outcome=outcome)
    url = reverse("proposals:detail", args=[flag.proposal_id]) if flag.proposal.is_public else ""
    notify_many(
        [each.by for each in settled if each.by is not None],
        "flag_settled",
        occasion=f"flag {flag.pk} settled",
        thread=f"proposal-{flag.proposal_id}",
        at=at,
        url=url,
        **flag.proposal.titles(),
        outcome=outcome.value,
        about="comment" if flag.comment_id else "proposal",
    )
