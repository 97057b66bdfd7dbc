"""Pages of decisions: what everybody reads, and how staff write one down."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.actions.decide import draft_decision
from feedback.models import Decision
from feedback.views.deciding import typed_pairs
from livinglab.accounts.roles import Role
from proposals.actions.comment import flag_comment
from proposals.actions.moderate import hide_flagged_comment
from surveys.models import Verdict
from tests.builders import feedback as build
from tests.builders.pilots import announced_pilot, service
from tests.builders.proposals import comment
from tests.people import let_session_run_out, make_area, make_office, make_person
from tests.posted import NO_MOMENTS, NO_NUMBERS

pytestmark = pytest.mark.django_db

# Whoever decides is asked for answers they have entered.
AT_MOST = 14


def pair(number=0, **wishes):
    told = {
        "rests": "item:PE2",
        "said_ko": "비가 오면 늦게 켜져요.",
        "answer": "did",
        "did_ko": "덮개를 씌웠어요.",
    } | wishes
    return {f"changes-{number}-{name}": value for name, value in told.items()}


def form(*pairs, **words):
    posted = {"changes-TOTAL_FORMS": len(pairs), "changes-INITIAL_FORMS": 0, "do": "save"} | words
    for each in pairs:
        posted |= each
    return posted


def many(eva, mo, number, outcome="SCALE"):
    """So many verdicts, of a pilot each."""
    for n in range(number):
        author = make_person(f"author{n}", area=make_area(), confirmed=True)
        pilot = announced_pilot(mo, of=service(author=author, moderator=mo))
        yield build.verdict(eva, outcome, pilot=pilot, prefix=f"of{n}p")


# Reading


def test_everybody_reads_decision_grounds_reason_and_changes(client_of, eva, mo, ben):
    verdict = build.verdict(eva, "SCALE")
    said = comment(verdict.registration.survey.pilot.version.service.proposal, ben, "Too bright for my window.")
    changes = [
        build.change(comment=said, item="", said_ko="너무 밝아요.", said_en="Too bright at my window."),
        build.change(answer="will"),
        build.change(answer="will_not", item="", figure="accept", did_ko="못 해요.", did_en="Too dear."),
    ]
    decision = build.published(verdict, mo, "retire", changes=changes)

    page = client_of().get(f"/results/{decision.pk}/").content.decode()

    assert "Why the city decided otherwise than the verdict says" in page
    assert "The budget ends this year." in page
    # Nobody was against it: told exactly, everybody's answer would be known.
    assert page.count("At least 6 of 10 people accept the service.") == 2
    assert "100" not in page.split("<main", 1)[1].split("</main>", 1)[0]
    assert f'href="/proposals/comments/{said.pk}/"' in page
    assert "Too bright for my window." in page
    assert f'href="/waves/{verdict.snapshot.wave_id}/results/"' in page
    assert page.index("Too bright at my window.") < page.index("We will do") < page.index("We will not, because")


def test_comment_that_was_hidden_is_not_shown_again(client_of, eva, mo, ben):
    verdict = build.verdict(eva)
    said = comment(verdict.registration.survey.pilot.version.service.proposal, ben, "Rude words.")
    decision = build.published(verdict, mo, "scale", changes=[build.change(comment=said)])
    flag = flag_comment(said, by=make_person("reporter"), reason="insult", at=timezone.now())
    hide_flagged_comment(flag, by=mo, at=timezone.now(), reason="insult")

    assert "Rude words." not in client_of().get(f"/results/{decision.pk}/").content.decode()


def test_revision_leads_to_the_lineage_of_the_service(client_of, eva, mo):
    decision = build.published(build.verdict(eva, "REVISE"), mo, "revise")
    slug = decision.pilot.version.service.slug

    page = client_of().get(f"/results/{decision.pk}/").content.decode()
    assert "The sensors stand closer together." in page
    assert f'href="/pilots/services/{slug}/"' in page

    lineage = client_of().get(f"/pilots/services/{slug}/").content.decode()
    assert lineage.index("Version 2") < lineage.index("The sensors stand closer together.") < lineage.index("Version 1")
    assert f'href="/results/{decision.pk}/"' in lineage


def test_what_was_said_and_done_stands_on_the_pages_of_proposal_and_pilot(client_of, eva, mo):
    decision = build.published(build.verdict(eva, "SCALE"), mo, "scale", changes=[build.change()])
    pilot = decision.pilot

    for path in (f"/pilots/{pilot.slug}/", f"/proposals/{pilot.version.service.proposal_id}/"):
        page = client_of().get(path).content.decode()
        assert "They come on late when it rains." in page, path
        assert f'href="/results/{decision.pk}/"' in page, path


def test_draft_shows_nowhere(client_of, eva, mo, sam):
    draft = build.draft(build.verdict(eva), mo, "scale", changes=[build.change()])
    pilot = draft.pilot

    for client in (client_of(), client_of(sam)):
        assert client.get(f"/results/{draft.pk}/").status_code == 404
        for path in ("/", "/results/", f"/pilots/{pilot.slug}/", f"/proposals/{pilot.version.service.proposal_id}/"):
            assert "They come on late" not in client.get(path).content.decode()


def test_list_is_newest_first_and_narrows_to_a_kind(client_of, eva, mo):
    first, second = many(eva, mo, 2)
    older = build.published(first, mo, "scale")
    newer = build.published(second, mo, "retire", at=older.published_at + timedelta(days=1))

    page = client_of().get("/results/").content.decode()
    assert page.index(f"/results/{newer.pk}/") < page.index(f"/results/{older.pk}/")
    assert "At least 6 of 10 people accept the service." in page

    page = client_of().get("/results/?kind=scale").content.decode()
    assert f"/results/{older.pk}/" in page
    assert f"/results/{newer.pk}/" not in page
    assert "No decision of this kind yet" in client_of().get("/results/?kind=continue").content.decode()


def test_empty_list_says_what_there_is_to_do(client_of, db):
    page = client_of().get("/results/").content.decode()

    assert "Nothing has been decided yet" in page
    assert 'href="/pilots/"' in page


def test_pages_ask_the_database_as_often_with_many_rows_as_with_few(
    client_of, eva, mo, ben, django_assert_max_num_queries
):
    verdicts = list(many(eva, mo, 4))
    proposal = verdicts[0].registration.survey.pilot.version.service.proposal
    said = [comment(proposal, ben, f"Comment {n}") for n in range(4)]
    changes = [build.change(comment=each, item="") for each in said] + [build.change(), build.change(item="PU1")]
    decision = build.published(verdicts[0], mo, "scale", changes=changes)
    build.published(verdicts[1], mo, "retire")
    draft = build.draft(verdicts[2], mo, "scale", changes=[build.change(), build.change(item="PU1")])
    for person, path in [
        (None, "/results/"),
        (mo, "/results/"),
        (None, f"/results/{decision.pk}/"),
        (mo, "/results/waiting/"),
        (mo, f"/results/waiting/{draft.verdict_id}/"),
        (mo, f"/results/{draft.pk}/preview/"),
        (ben, f"/pilots/{decision.pilot.slug}/"),
        (ben, f"/proposals/{proposal.pk}/"),
    ]:
        client = client_of(person)
        with django_assert_max_num_queries(AT_MOST):
            assert client.get(path).status_code == 200, path


# Deciding


def test_moderator_goes_from_the_queue_over_the_preview_to_the_public_page(client_of, eva, mo):
    verdict = build.verdict(eva, "REVISE")
    client = client_of(mo)
    assert f'href="/results/waiting/{verdict.pk}/"' in client.get("/results/waiting/").content.decode()

    posted = form(pair(), {}, kind="revise", next_changed_ko="센서가 달라져요.")
    posted["changes-TOTAL_FORMS"] = 2
    answer = client.post(f"/results/waiting/{verdict.pk}/", posted)
    draft = Decision.objects.get()
    assert answer.url == f"/results/{draft.pk}/preview/"
    assert (draft.published_at, draft.changes.get().item) == (None, "PE2")

    page = client.get(answer.url).content.decode()
    assert "The next version of the service opens." in page
    assert "11 people who had a part are told." in page
    answer = client.post(answer.url, {"seen": draft.decided_at.isoformat()})

    assert answer.url == f"/results/{draft.pk}/"
    draft.refresh_from_db()
    assert (draft.by, draft.pilot.stage) == (mo, "ended")
    assert "No verdict waits" in client.get("/results/waiting/").content.decode()
    assert client.get(f"/results/waiting/{verdict.pk}/").url == f"/results/{draft.pk}/"


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(client_of, eva, mo):
    verdict = build.verdict(eva, "SCALE")
    posted = form(pair(did_ko=""), pair(1, rests=""), kind="revise", next_changed_en="Brighter.")

    page = client_of(mo).post(f"/results/waiting/{verdict.pk}/", posted).content.decode()

    assert not Decision.objects.exists()
    assert 'href="#id_reason_ko">Reason, in Korean: This is not what the verdict asks for.' in page
    assert 'href="#id_changes-0-did_ko">Pair 1, What is done, or why not, in Korean:' in page
    assert 'href="#id_changes-1-rests">Pair 2, Rests on:' in page
    assert page.count("비가 오면 늦게 켜져요.") == 2
    assert "Brighter." in page


def test_revision_that_refuses_everything_is_refused(client_of, eva, mo):
    verdict = build.verdict(eva, "REVISE")
    posted = form(pair(answer="will_not"), kind="revise", next_changed_ko="센서")

    page = client_of(mo).post(f"/results/waiting/{verdict.pk}/", posted).content.decode()

    assert "A revision has to name at least one thing that changes." in page


def test_another_pair_is_added_without_javascript_and_one_is_left_out(client_of, eva, mo):
    verdict = build.verdict(eva, "SCALE")
    posted = form(pair(said_ko="하나"), pair(1, said_ko="둘", DELETE="on"), pair(2, said_ko="셋"), kind="", do="add")

    page = client_of(mo).post(f"/results/waiting/{verdict.pk}/", posted).content.decode()

    assert "error-summary" not in page
    assert [word in page for word in ("하나", "둘", "셋")] == [True, False, True]
    assert 'name="changes-TOTAL_FORMS" value="3"' in page


def test_draft_is_taken_up_again(client_of, eva, mo):
    verdict = build.verdict(eva, "SCALE")
    build.draft(verdict, mo, "retire", changes=[build.change(item="", figure="accept")])

    page = client_of(mo).get(f"/results/waiting/{verdict.pk}/").content.decode()

    assert "예산이 올해로 끝나요." in page
    assert '<option value="figure:accept" selected>Share who accept the service</option>' in page


def test_form_offers_what_the_verdict_allows_and_what_a_change_can_rest_on(client_of, eva, mo, ben):
    verdict = build.verdict(eva, "RETIRE")
    said = comment(verdict.registration.survey.pilot.version.service.proposal, ben, "No use to me.")

    page = client_of(mo).get(f"/results/waiting/{verdict.pk}/").content.decode()

    assert 'value="retire"' in page
    assert 'value="scale"' not in page
    assert "next_changed" not in page
    assert f'<option value="comment:{said.pk}">ben: No use to me.</option>' in page
    assert '<option value="item:PE2">' in page


def test_words_typed_before_signing_in_again_come_back(client_of, eva, mo):
    verdict = build.verdict(eva, "SCALE")
    client, path = client_of(mo), f"/results/waiting/{verdict.pk}/"
    let_session_run_out(client)

    answer = client.post(path, form(pair(said_ko="잊지 마세요"), kind="scale"))
    assert answer.url.startswith(reverse("account_login"))
    client.force_login(mo)
    page = client.get(path).content.decode()

    assert "잊지 마세요" in page


def test_evaluator_of_the_pilot_finds_who_else_decides(client_of, eva):
    verdict = build.verdict(eva)
    both = make_person("both", Role.EVALUATOR, Role.MODERATOR)
    verdict.registration.survey.evaluators.add(both)
    client = client_of(both)

    assert "You evaluate this pilot" in client.get("/results/waiting/").content.decode()
    for answer in (
        client.get(f"/results/waiting/{verdict.pk}/"),
        client.post(f"/results/waiting/{verdict.pk}/", form(kind="scale")),
    ):
        assert answer.status_code == 409
        assert "Somebody else of the city has to decide about it." in answer.content.decode()
    assert not Decision.objects.exists()


def test_draft_changed_by_a_colleague_is_shown_again_before_it_is_published(client_of, eva, mo, adam):
    verdict = Verdict.objects.get(pk=build.verdict(eva).pk)
    read = build.draft(verdict, mo, "scale")
    seen = read.decided_at.isoformat()
    draft_decision(verdict, kind="retire", by=adam, at=read.decided_at + timedelta(minutes=5), **build.REASON)

    answer = client_of(mo).post(f"/results/{read.pk}/preview/", {"seen": seen})

    assert answer.status_code == 409
    assert "Somebody has changed this draft since you read it." in answer.content.decode()
    assert not Decision.objects.published().exists()


@pytest.mark.parametrize("seen", NO_MOMENTS)
def test_publishing_what_cannot_be_read_is_refused(client_of, eva, mo, seen):
    read = build.draft(Verdict.objects.get(pk=build.verdict(eva).pk), mo, "scale")

    answer = client_of(mo).post(f"/results/{read.pk}/preview/", {"seen": seen})

    assert answer.status_code == 409
    assert not Decision.objects.published().exists()


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_pairs_that_say_no_number_are_none(number):
    assert typed_pairs({"changes-TOTAL_FORMS": number, "changes-0-said_ko": "느려요"}) == []
    assert len(typed_pairs({"changes-TOTAL_FORMS": "1", "changes-0-said_ko": "느려요"})) == 1


def test_staff_of_an_office_decide_on_pilots_in_their_areas_only(client_of, eva, adam):
    verdict = build.verdict(eva, "SCALE")
    far = make_person("farah", "moderator")
    far.grants.update(office=make_office("areum", make_area("아름동", "Areum-dong", "3611053000")))
    decide = reverse("feedback:decide", args=[verdict.pk])

    assert client_of(adam).get(decide).status_code == 200
    assert client_of(far).get(decide).status_code == 404
    assert decide in client_of(adam).get(reverse("feedback:queue")).content.decode()
    assert decide not in client_of(far).get(reverse("feedback:queue")).content.decode()
    preview = reverse("feedback:preview", args=[build.draft(verdict, adam, "scale").pk])
    assert [client_of(who).get(preview).status_code for who in (adam, far)] == [200, 404]
    draft = reverse("feedback:detail", args=[Decision.objects.get().pk])
    assert [client_of(who).get(draft).status_code for who in (adam, far)] == [302, 404]
