"""The staff queue."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from proposals.actions.comment import flag_comment
from proposals.actions.moderate import publish_proposal
from proposals.lifecycle import Stage
from proposals.models import Proposal
from tests.builders import proposals as build
from tests.people import make_area, make_office, make_person
from tests.posted import NO_MOMENTS

QUEUE = "/proposals/queue/"


def ago(days: int):
    return timezone.now() - timedelta(days=days)


def review(proposal) -> str:
    return reverse("proposals:review", args=[proposal.pk])


def ticked(*proposals) -> list[str]:
    return [f"{proposal.pk}@{proposal.changed_at.isoformat()}" for proposal in proposals]


def shown(response) -> list[str]:
    return [("! " if item.flag else "") + item.proposal.title for item in response.context["items"]]


def test_proposals_and_reports_wait_in_one_row_oldest_first(client_of, ana, ben, mo):
    build.submitted(ana, at=ago(2), title="Younger")
    build.submitted(ana, at=ago(40), title="Oldest")
    public = build.published(ana, mo, at=ago(50), title="Public")
    comment = build.comment(public, ben)
    flag_comment(comment, by=ana, reason="insult", at=ago(10))
    flag_comment(comment, by=mo, reason="insult", at=ago(9))
    build.draft(ana, title="Draft")

    response = client_of(mo).get(QUEUE)

    assert shown(response) == ["Oldest", "! Public", "Younger"]
    assert "late" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=proposal", ["Late", "Fresh"]),
        ("kind=report", ["! Public"]),
        ("late=on", ["Late"]),
        ("field=07", ["Fresh"]),
    ],
)
def test_the_queue_can_be_narrowed(client_of, ana, ben, mo, query, expected):
    build.submitted(ana, at=ago(60), title="Late")
    build.submitted(ana, at=ago(1), title="Fresh", field=build.make_field("07", "교육"))
    comment = build.comment(build.published(ana, mo, title="Public"), ben)
    flag_comment(comment, by=ana, reason="insult", at=ago(2))

    assert shown(client_of(mo).get(f"{QUEUE}?{query}")) == expected


def test_staff_of_an_office_see_their_areas_only(client_of, ana):
    areum = make_area("아름동", "Areum-dong", "3611053000")
    mina = make_person("mina", "moderator")
    mina.grants.update(office=make_office("areum", areum))
    theirs = build.submitted(ana, title="Theirs", area=areum)
    others = build.submitted(ana, title="Others")

    assert shown(client_of(mina).get(QUEUE)) == ["Theirs"]
    assert client_of(mina).get(review(theirs)).status_code == 200
    assert client_of(mina).get(review(others)).status_code == 404
    client_of(mina).post(reverse("proposals:queue-decide"), {"do": "publish", "item": ticked(theirs, others)})
    others.refresh_from_db()
    assert others.stage == Stage.SUBMITTED


def test_own_proposals_are_left_to_colleagues(client_of, mo):
    build.submitted(mo)

    assert shown(client_of(mo).get(QUEUE)) == []


def test_each_decision_leads_to_the_next_item(client_of, ana, mo):
    first, second, third = (build.submitted(ana, at=ago(9 - n), title=f"Number {n}") for n in range(3))
    client = client_of(mo)

    to = client.post(review(first) + "?kind=proposal", {"do": "publish", "seen": first.changed_at.isoformat()})
    assert to.url == review(second) + "?kind=proposal"
    to = client.post(
        review(third),
        {"do": "changes", "seen": third.changed_at.isoformat(), "changes-parts": ["idea"], "changes-reason_en": "How?"},
    )
    assert to.url == review(second)
    to = client.post(
        review(second),
        {
            "do": "decline",
            "seen": second.changed_at.isoformat(),
            "decline-reason_code": "exists",
            "decline-reason_en": "Bus 7 does it.",
        },
    )
    assert to.url == QUEUE
    assert list(Proposal.objects.order_by("title_en").values_list("stage", flat=True)) == [
        "published",
        "declined",
        "changes_asked",
    ]


@pytest.mark.parametrize("seen", NO_MOMENTS)
def test_a_decision_on_what_cannot_be_read_is_refused(client_of, ana, mo, seen):
    waiting = build.submitted(ana)

    page = client_of(mo).post(review(waiting), {"do": "publish", "seen": seen})

    assert page.status_code == 409
    assert "What this page sent cannot be read." in page.content.decode()
    waiting.refresh_from_db()
    assert waiting.stage == Stage.SUBMITTED


@pytest.mark.parametrize("item", ["{pk}@2026-13-45T99:99:99", "0{pk}@{at}", "٣@{at}", f"{'9' * 5_000}@{{at}}", "{pk}"])
def test_ticks_that_the_page_never_wrote_decide_nothing(client_of, ana, mo, item):
    waiting = build.submitted(ana)
    told = item.format(pk=waiting.pk, at=waiting.changed_at.isoformat())

    page = client_of(mo).post(reverse("proposals:queue-decide"), {"do": "publish", "item": [*ticked(waiting), told]})

    assert page.status_code == 200
    waiting.refresh_from_db()
    assert waiting.stage == Stage.SUBMITTED


def test_a_decision_without_its_words_keeps_what_was_typed(client_of, ana, mo):
    waiting = build.submitted(ana)

    page = client_of(mo).post(
        review(waiting), {"do": "decline", "decline-reason_code": "exists", "decline-reason_ko": "이미 있어요."}
    )

    assert 'href="#id_decline-reason_en"' in page.content.decode()
    assert "이미 있어요." in page.content.decode()
    waiting.refresh_from_db()
    assert waiting.stage == Stage.SUBMITTED


def test_the_second_of_two_moderators_reads_what_happened(client_of, ana, mo):
    waiting = build.submitted(ana)
    publish_proposal(waiting, by=make_person("mia", "moderator"), at=timezone.now())

    page = client_of(mo).post(
        review(waiting), {"do": "decline", "decline-reason_code": "exists", "decline-reason_en": "No."}
    )

    assert "Nothing was changed" in page.content.decode()
    waiting.refresh_from_db()
    assert waiting.stage == Stage.PUBLISHED


def test_several_are_decided_at_once_and_each_result_is_told(client_of, ana, mo):
    first, second, gone = (build.submitted(ana, title=f"Number {n}") for n in range(3))
    items = ticked(first, second, gone)
    publish_proposal(gone, by=make_person("mia", "moderator"), at=timezone.now())
    client = client_of(mo)

    page = client.post(
        reverse("proposals:queue-decide"),
        {"do": "decline", "item": items, "reason_code": "exists", "reason_en": "Bus 7 does it."},
        follow=True,
    )

    report = page.context["report"]
    assert [line["done"] for line in report] == [True, True, False]
    assert "Nothing was changed" in page.content.decode()
    assert client.get(QUEUE).context["report"] is None
    assert set(Proposal.objects.values_list("stage", flat=True)) == {"declined", "published"}


def test_several_are_not_declined_without_reason_and_words(client_of, ana, mo):
    waiting = build.submitted(ana)

    page = client_of(mo).post(reverse("proposals:queue-decide"), {"do": "decline", "item": ticked(waiting)})

    assert 'href="#id_reason_code"' in page.content.decode()
    waiting.refresh_from_db()
    assert waiting.stage == Stage.SUBMITTED


def test_a_reported_comment_is_kept_or_hidden_on_its_page(client_of, ana, ben, mo):
    proposal = build.published(ana, mo)
    keep, hide = build.comment(proposal, ben, "Fair words"), build.comment(proposal, ben, "Rude words")
    flags = [flag_comment(comment, by=ana, reason="insult", at=ago(1)) for comment in (keep, hide)]
    client = client_of(mo)
    pages = [reverse("proposals:review-report", args=[flag.pk]) for flag in flags]

    assert "Fair words" in client.get(pages[0]).content.decode()
    assert client.post(pages[0], {"do": "keep"}).url == pages[1]
    assert 'href="#id_hide-reason"' in client.post(pages[1], {"do": "hide", "hide-reason": ""}).content.decode()
    assert client.post(pages[1], {"do": "hide", "hide-reason": "Rude."}).url == QUEUE

    hide.refresh_from_db()
    assert hide.hidden_at is not None
    assert "Settled on" in client.get(pages[1]).content.decode()


def test_staff_add_the_other_language(client_of, ana, mo):
    proposal = build.published(ana, mo)

    client_of(mo).post(
        reverse("proposals:translate", args=[proposal.pk]),
        {"title": "가로등", "problem": "어두워요.", "idea": "밝게", "success": "안전", "personal_data": "없음"},
    )

    proposal.refresh_from_db()
    assert (proposal.title_ko, proposal.title_en) == ("가로등", build.WRITTEN["title"])


def test_the_queue_asks_the_same_few_questions_for_any_number_of_rows(client_of, ana, ben, mo):
    client = client_of(mo)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(QUEUE).status_code == 200
        return len(asked)

    public = build.published(ana, mo)
    build.submitted(ana)
    flag_comment(build.comment(public, ben, "One"), by=ana, reason="insult", at=ago(1))
    few = count()
    for number in range(5):
        build.submitted(ana)
        flag_comment(build.comment(public, ben, f"More {number}"), by=ana, reason="insult", at=ago(1))

    assert count() == few <= 12


def test_the_review_page_stays_within_its_number_of_questions(client_of, ana, mo, django_assert_max_num_queries):
    waiting, client = build.submitted(ana), client_of(mo)

    with django_assert_max_num_queries(12):
        client.get(review(waiting))
