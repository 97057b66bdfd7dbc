"""What people are told, in their language."""

from datetime import datetime

import pytest
from django.utils import timezone

from livinglab.notices.texts import render
from proposals import clock
from proposals.actions.comment import flag_comment, flag_proposal
from proposals.actions.moderate import hide_flagged_comment, keep_flagged
from tests.builders import proposals as build

AT = datetime(2027, 3, 1, 9, tzinfo=clock.KST)


@pytest.fixture
def told(ana, ben, mo, sam):
    """The notices of a proposal's life, by kind."""
    build.changes_asked(ana, mo, at=AT, title="Benches")
    build.declined(ana, mo, at=AT, title="Lamps")
    lights = build.published(ana, mo, at=AT, title="Lights")
    comment = build.comment(lights, ben)
    build.comment(lights, sam, "Yes.", parent=comment)
    keep_flagged(flag_proposal(lights, by=sam, reason="false", at=AT), by=mo, at=AT)
    flag = flag_comment(comment, by=ana, reason="insult", at=timezone.now())
    hide_flagged_comment(flag, by=mo, at=timezone.now(), reason="It names a neighbour.")
    return {notice.kind: notice for person in (ana, ben, sam) for notice in person.notices.order_by("-pk")}


@pytest.mark.parametrize(
    ("kind", "in_korean", "in_english"),
    [
        ("proposal_received", "2027. 3. 31.까지", "by 31 March 2027"),
        ("proposal_changes_asked", build.WORDS["reason_ko"], build.WORDS["reason_en"]),
        ("proposal_declined", "이미 있거나 만들고 있음", "It already exists or is being built"),
        ("proposal_published", "누구나 제안을 읽고", "Everybody can read"),
        ("comment_on_yours", "내 제안에 의견이", "commented on your proposal"),
        ("comment_answered", "내 의견에 답글이", "answered your comment"),
        ("comment_hidden", "It names a neighbour.", "It names a neighbour."),
        ("flag_settled", "신고하신", "you reported"),
    ],
)
def test_each_notice_is_told_in_both_languages(told, kind, in_korean, in_english):
    for language, words in (("ko", in_korean), ("en", in_english)):
        text = render(told[kind], language)
        assert words in text.body
        assert any(title in text.subject for title in ("Lights", "Lamps", "Benches"))
