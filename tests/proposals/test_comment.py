"""Talking under a proposal, and reporting."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from proposals.actions.comment import edit_comment, flag_comment, flag_proposal, write_comment
from proposals.actions.moderate import hide_flagged_comment
from proposals.errors import NoAnswerHere, NotTheAuthor, TooLate, WrongStage
from proposals.models import Comment, Flag, Proposal
from tests.builders import proposals as build

NOW = timezone.now


@pytest.fixture
def lights(ana, mo) -> Proposal:
    return build.published(ana, mo)


def test_a_comment_is_counted_and_the_author_of_the_proposal_hears(lights, ana, ben):
    comment = build.comment(lights, ben, kind="for")

    lights.refresh_from_db()
    assert lights.comment_total == 1
    notice = ana.notices.get(kind="comment_on_yours")
    assert notice.url == reverse("proposals:show-comment", args=[comment.pk])


def test_nobody_hears_of_her_own_comment(lights, ana):
    build.comment(lights, ana)

    assert not ana.notices.filter(kind="comment_on_yours").exists()


def test_an_answer_is_heard_by_whom_it_answers(lights, ana, ben, sam):
    question = build.comment(lights, ben, kind="question")

    build.comment(lights, sam, "Yes, every evening.", parent=question)

    assert ben.notices.get().kind == "comment_answered"


def test_answers_go_one_level_deep_and_stay_under_their_proposal(lights, ana, ben, mo):
    question = build.comment(lights, ben)
    answer = build.comment(lights, ana, "Because.", parent=question)
    elsewhere = build.comment(build.published(ana, mo), ben)

    for parent in (answer, elsewhere):
        with pytest.raises(NoAnswerHere):
            build.comment(lights, ben, "And why?", parent=parent)


def test_a_second_press_is_not_a_second_comment(lights, ben):
    at = NOW()
    first = build.comment(lights, ben, at=at)

    assert build.comment(lights, ben, at=at + timedelta(seconds=20)) == first
    assert build.comment(lights, ben, at=at + timedelta(minutes=5)) != first
    assert Comment.objects.count() == 2


def test_only_what_is_open_is_commented(ana, ben):
    with pytest.raises(WrongStage):
        write_comment(build.submitted(ana), author=ben, text="Early", at=NOW())


def test_a_comment_can_be_corrected_for_fifteen_minutes_by_its_author(lights, ben, sam):
    comment = build.comment(lights, ben)

    changed = edit_comment(comment, by=ben, text="I run there.", at=comment.at + timedelta(minutes=15))
    assert changed.body_en == "I run there."
    with pytest.raises(TooLate):
        edit_comment(comment, by=ben, text="I fly there.", at=comment.at + timedelta(minutes=15, seconds=1))
    with pytest.raises(NotTheAuthor):
        edit_comment(comment, by=sam, text="I own it.", at=comment.at)


def test_a_report_waits_once_for_each_person(lights, ben, sam):
    comment = build.comment(lights, ben)

    first = flag_comment(comment, by=sam, reason="insult", at=NOW())
    again = flag_comment(comment, by=sam, reason="advert", at=NOW())
    about_the_proposal = flag_proposal(lights, by=sam, reason="false", at=NOW())

    assert first == again
    assert about_the_proposal != first
    assert Flag.objects.waiting().count() == 2


def test_what_is_hidden_is_neither_reported_nor_answered_nor_changed(lights, ana, ben, mo):
    comment = build.comment(lights, ben)
    hide_flagged_comment(
        flag_comment(comment, by=ana, reason="insult", at=NOW()), by=mo, at=NOW(), reason="It insults."
    )
    comment.refresh_from_db()

    with pytest.raises(WrongStage):
        flag_comment(comment, by=ana, reason="insult", at=NOW())
    with pytest.raises(NoAnswerHere):
        build.comment(lights, ana, "Well", parent=comment)
    with pytest.raises(TooLate):
        edit_comment(comment, by=ben, text="Sorry", at=comment.at)
