"""Staff answer and settle."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livinglab.errors import TryAgain
from livinglab.web.my_data import forget
from proposals.actions.comment import flag_comment, flag_proposal
from proposals.actions.moderate import (
    ask_for_changes,
    decline_proposal,
    hide_flagged_comment,
    hide_flagged_proposal,
    keep_flagged,
    publish_proposal,
)
from proposals.actions.move import move
from proposals.actions.propose import resubmit, save_draft
from proposals.errors import NobodyToAsk, OwnProposal, ReasonMissing, WrongStage
from proposals.lifecycle import Stage
from proposals.models import DeclineReason, Proposal
from tests.builders import proposals as build
from tests.people import make_person
from tests.proposals.side_by_side import side_by_side

NOW = timezone.now


def kinds(person) -> list[str]:
    return [notice.kind for notice in person.notices.order_by("pk")]


def test_a_published_proposal_is_everybodys_and_its_author_hears(ana, mo):
    proposal = publish_proposal(build.submitted(ana), by=mo, at=NOW())

    assert proposal in Proposal.objects.published()
    assert proposal.due_on is None
    assert kinds(ana) == ["proposal_received", "proposal_published"]
    assert proposal.steps.last().by_role == "moderator"


def test_a_request_for_changes_says_which_part_and_why(ana, mo):
    proposal = ask_for_changes(build.submitted(ana), by=mo, at=NOW(), parts=["problem", "area"], **build.WORDS)

    step = proposal.steps.last()
    assert step.parts == ["problem", "area"]
    assert step.reason_en == build.WORDS["reason_en"]
    assert kinds(ana)[-1] == "proposal_changes_asked"


def test_nobody_is_asked_to_complete_what_somebody_left_behind_and_staff_can_still_answer(ana, mo):
    waiting = build.submitted(ana, at=NOW())
    forget(ana, at=NOW())

    with pytest.raises(NobodyToAsk):
        ask_for_changes(waiting, by=mo, at=NOW(), parts=["problem"], reason_en="Which path?")
    waiting.refresh_from_db()
    assert (waiting.stage, waiting.paused_at) == (Stage.SUBMITTED, None)

    publish_proposal(waiting, by=mo, at=NOW())
    waiting.refresh_from_db()
    assert waiting.stage == Stage.PUBLISHED


def test_a_request_for_changes_without_part_or_words_is_refused(ana, mo):
    waiting = build.submitted(ana)

    with pytest.raises(ReasonMissing):
        ask_for_changes(waiting, by=mo, at=NOW(), parts=[], **build.WORDS)
    # The author writes in English.
    with pytest.raises(ReasonMissing):
        ask_for_changes(waiting, by=mo, at=NOW(), parts=["problem"], reason_ko="어디인가요?")
    waiting.refresh_from_db()
    assert waiting.stage == Stage.SUBMITTED


def test_a_decline_has_a_reason_from_the_list_and_own_words(ana, mo):
    waiting = build.submitted(ana)
    with pytest.raises(ReasonMissing):
        decline_proposal(waiting, by=mo, at=NOW(), reason_code=DeclineReason.EXISTS)
    with pytest.raises(ValueError, match="no_such"):
        decline_proposal(waiting, by=mo, at=NOW(), reason_code="no_such", **build.WORDS)

    declined = decline_proposal(waiting, by=mo, at=NOW(), reason_code=DeclineReason.EXISTS, **build.WORDS)

    assert declined.stage == Stage.DECLINED
    assert declined.steps.last().reason_code == "exists"
    assert ana.notices.get(kind="proposal_declined").data["because_ko"] != ""


def test_nobody_decides_on_her_own_proposal(mo):
    waiting = build.submitted(mo)

    with pytest.raises(OwnProposal):
        publish_proposal(waiting, by=mo, at=NOW())


def test_the_second_moderator_reads_what_happened_and_undoes_nothing(ana, mo):
    waiting = build.submitted(ana)
    publish_proposal(waiting, by=mo, at=NOW())

    with pytest.raises(TryAgain, match="Published|공개"):
        decline_proposal(waiting, by=mo, at=NOW(), reason_code=DeclineReason.EXISTS, **build.WORDS)
    waiting.refresh_from_db()
    assert waiting.stage == Stage.PUBLISHED
    assert waiting.steps.count() == 2


def test_a_decision_never_falls_on_a_text_that_changed_since(ana, mo):
    seen = build.submitted(ana).changed_at
    asked = ask_for_changes(Proposal.objects.get(), by=mo, at=NOW(), parts=["idea"], **build.WORDS)
    save_draft(asked, by=ana, at=NOW() + timedelta(minutes=1), idea="Something quite different.")
    again = resubmit(asked, by=ana, at=NOW() + timedelta(minutes=2))

    with pytest.raises(TryAgain):
        publish_proposal(again, by=mo, at=NOW(), seen=seen)
    publish_proposal(again, by=mo, at=NOW(), seen=again.changed_at)


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_the_same_moment_one_decides(ana, mo):
    other = make_person("mia", "moderator")
    waiting = build.submitted(ana)

    results = side_by_side(
        lambda: publish_proposal(waiting, by=mo, at=NOW()),
        lambda: decline_proposal(waiting, by=other, at=NOW(), reason_code="exists", **build.WORDS),
    )

    assert sum(isinstance(result, TryAgain) for result in results) == 1
    assert waiting.steps.count() == 2
    assert len(kinds(ana)) == 2


def test_a_hidden_comment_is_gone_and_everybody_concerned_hears_once(ana, ben, mo, sam):
    comment = build.comment(build.published(ana, mo), ben)
    flag = flag_comment(comment, by=ana, reason="insult", at=NOW())
    other = flag_comment(comment, by=sam, reason="private", at=NOW())

    hide_flagged_comment(flag, by=mo, at=NOW(), reason="It names a neighbour.")

    comment.refresh_from_db()
    other.refresh_from_db()
    assert comment.hidden_at is not None
    assert other.outcome == "hidden"
    assert kinds(ben) == ["comment_hidden"]
    assert kinds(sam) == ["flag_settled"]
    assert Proposal.objects.get().comment_total == 0
    with pytest.raises(TryAgain):
        keep_flagged(other, by=mo, at=NOW())


def test_what_may_stay_stays(ana, ben, mo):
    proposal = build.published(ana, mo)
    flag = flag_proposal(proposal, by=ben, reason="false", at=NOW())

    keep_flagged(flag, by=mo, at=NOW())

    flag.refresh_from_db()
    assert flag.outcome == "kept"
    assert proposal in Proposal.objects.published()
    assert kinds(ben) == ["flag_settled"]


def test_a_reported_proposal_can_be_taken_down_with_a_reason(ana, ben, mo):
    proposal = build.published(ana, mo)
    flag = flag_proposal(proposal, by=ben, reason="advert", at=NOW())

    hide_flagged_proposal(flag, by=mo, at=NOW(), reason_code="one_group", **build.WORDS)

    proposal.refresh_from_db()
    assert proposal.stage == Stage.DECLINED
    assert proposal.steps.last().reason_code == "one_group"
    assert kinds(ana)[-1] == "proposal_declined"


def test_what_is_being_tried_is_not_taken_down_by_a_report(ana, ben, mo):
    proposal = build.published(ana, mo)
    flag = flag_proposal(proposal, by=ben, reason="advert", at=NOW())
    move(proposal, Stage.IN_PILOT, by=mo, at=NOW())

    with pytest.raises(WrongStage):
        hide_flagged_proposal(flag, by=mo, at=NOW(), reason_code="one_group", **build.WORDS)


def test_nobody_settles_a_report_about_her_own_words(ana, ben, mo):
    comment = build.comment(build.published(ana, mo), mo)
    flag = flag_comment(comment, by=ben, reason="insult", at=NOW())

    with pytest.raises(OwnProposal):
        keep_flagged(flag, by=mo, at=NOW())


@pytest.mark.django_db(transaction=True)
def test_two_reports_of_one_text_settled_side_by_side_do_not_block_each_other(ana, ben, mo, sam):
    other = make_person("mia", "moderator")
    comment = build.comment(build.published(ana, mo), ben)
    flags = [flag_comment(comment, by=person, reason="insult", at=NOW()) for person in (ana, sam)]

    results = side_by_side(
        lambda: keep_flagged(flags[0], by=mo, at=NOW()),
        lambda: hide_flagged_comment(flags[1], by=other, at=NOW(), reason="It insults."),
    )

    assert sum(isinstance(result, TryAgain) for result in results) == 1
    assert results.count(None) == 1
    assert len(set(comment.flags.values_list("outcome", flat=True))) == 1
