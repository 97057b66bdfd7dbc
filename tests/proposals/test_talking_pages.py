"""Supporting, commenting and reporting on the page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from proposals.models import Comment, Flag, Proposal
from proposals.models.comment import COMMENTS_ON_A_PAGE
from tests.builders import proposals as build
from tests.people import let_session_run_out

HTMX = {"HX-Request": "true"}


@pytest.fixture
def lights(ana, mo) -> Proposal:
    return build.published(ana, mo)


def url(name: str, subject) -> str:
    return reverse(f"proposals:{name}", args=[subject.pk])


def test_support_answers_with_the_recounted_box(client_of, lights, ben):
    client = client_of(ben)

    for _press in range(2):
        box = client.post(url("support", lights), headers=HTMX).content.decode()
        assert "1 resident supports this" in box
        assert "Take my support back" in box
    box = client.post(url("withdraw-support", lights), headers=HTMX).content.decode()

    assert "0 residents support this" in box
    assert not lights.supports.exists()


def test_support_works_without_javascript(client_of, lights, ben):
    client = client_of(ben)

    page = client.post(url("support", lights), follow=True).content.decode()

    assert "You support this proposal now." in page
    assert lights.supports.count() == 1


def test_who_is_not_confirmed_reads_what_is_needed(client_of, lights, sam):
    page = client_of(sam).get(url("detail", lights)).content.decode()

    assert reverse("me:profile") in page
    assert "we need to know once that you live in the city" in page
    assert "I support this" not in page


def test_an_author_is_not_offered_to_support(client_of, lights, ana):
    page = client_of(ana).get(url("detail", lights)).content.decode()

    assert "This is your own proposal" in page
    box = client_of(ana).post(url("support", lights), headers=HTMX).content.decode()
    assert "You cannot support your own proposal." in box


def test_signing_in_to_support_leads_back_to_the_proposal_and_supports_nothing(client_of, lights, ben):
    assert "login" in client_of().post(url("support", lights)).url

    back = client_of(ben).get(url("support", lights))

    assert back.url == f"{url('detail', lights)}#support"
    assert not lights.supports.exists()


def test_a_comment_is_written_and_shown(client_of, lights, ben):
    page = client_of(ben).post(url("comment", lights), {"kind": "for", "text": "Yes <please>"}, follow=True)

    assert "Yes &lt;please&gt;" in page.content.decode()
    assert Comment.objects.get().body_en == "Yes <please>"
    assert page.redirect_chain[-1][0].endswith(f"#comment-{Comment.objects.get().pk}")


def test_a_notice_leads_to_the_comment_itself_on_whichever_page_it_stands(client_of, lights, ana, ben):
    at = timezone.now()
    for number in range(COMMENTS_ON_A_PAGE + 1):
        comment = build.comment(lights, ben, f"Remark {number}", at=at + timedelta(minutes=number))

    notice = ana.notices.filter(kind="comment_on_yours").latest("at")
    page = client_of(ana).get(notice.url, follow=True)

    assert page.redirect_chain[-1][0] == f"/proposals/{lights.pk}/?page=2#comment-{comment.pk}"
    assert f'id="comment-{comment.pk}"' in page.content.decode()


def test_an_empty_comment_is_told_beside_the_field(client_of, lights, ben):
    page = client_of(ben).post(url("comment", lights), {"kind": "for", "text": " "})

    assert 'href="#id_text"' in page.content.decode()
    assert not Comment.objects.exists()


def test_a_comment_survives_an_expired_session(client_of, lights, ben):
    client = client_of(ben)
    let_session_run_out(client)
    client.post(url("comment", lights), {"kind": "question", "text": "Typed with care"})

    client.force_login(ben)
    page = client.get(url("comment", lights)).content.decode()

    assert "Typed with care" in page
    assert not Comment.objects.exists()


def test_an_answer_stands_under_what_it_answers(client_of, lights, ana, ben):
    question = build.comment(lights, ben, kind="question")
    client = client_of(ana)

    assert question.body in client.get(url("answer", question)).content.decode()
    client.post(url("answer", question), {"text": "In spring."})

    assert question.answers.get().body_en == "In spring."


def test_a_comment_is_changed_for_a_while_by_its_author_only(client_of, lights, ben, sam):
    comment = build.comment(lights, ben)

    client_of(ben).post(url("edit-comment", comment), {"text": "Better words"})
    comment.refresh_from_db()
    assert comment.body_en == "Better words"
    assert client_of(sam).get(url("edit-comment", comment)).status_code == 404

    Comment.objects.update(at=comment.at - timedelta(minutes=20))
    late = client_of(ben).post(url("edit-comment", comment), {"text": "Too late words"}).content.decode()
    assert "15 minutes" in late
    assert "Too late words" in late


def test_a_reported_comment_is_kept_as_it_was_when_it_was_reported(client_of, lights, ben, sam, mo):
    comment = build.comment(lights, ben, "Go away, all of you.")
    client_of(sam).post(url("report-comment", comment), {"reason": "insult"})
    page = reverse("proposals:review-report", args=[Flag.objects.get().pk])
    assert "The comment was changed since." not in client_of(mo).get(page).content.decode()

    client_of(ben).post(url("edit-comment", comment), {"text": "Welcome, all of you."})

    shown = client_of(mo).get(page).content.decode()
    assert "Welcome, all of you." in shown
    assert "Go away, all of you." in shown
    assert "The comment was changed since." in shown


def test_reports_reach_staff(client_of, lights, ben, sam):
    comment = build.comment(lights, ben)

    client_of(sam).post(url("report-comment", comment), {"reason": "insult", "words": "Look"})
    client_of(sam).post(url("report", lights), {"reason": "advert"})

    assert set(Flag.objects.waiting().values_list("comment", "reason")) == {(comment.pk, "insult"), (None, "advert")}
