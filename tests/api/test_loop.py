"""The rest of the loop over the API: pilots, rules, answering, results, decisions, moderation."""

import json

import pytest
from django.utils import timezone

from pilots.models import ConsentText, Enrolment
from proposals.actions.comment import flag_comment
from proposals.lifecycle import Stage
from surveys.metrics.release import Audience, release
from surveys.models import OpenAnswer, Response, Snapshot
from tests.api.conftest import codes
from tests.builders import feedback, proposals
from tests.builders.pilots import announced_pilot, joined, planned_pilot
from tests.builders.surveys import CONTENT, answers_of, closed_wave, open_wave_of, registered_survey, take_part

API = "/api/v1"


@pytest.fixture
def pilot(mo):
    return announced_pilot(mo)


def consents_of(pilot):
    return [text.pk for text in pilot.current_consent_texts()]


def test_joining_takes_the_consent_to_the_text_that_holds(program_of, ben, pilot):
    program, address = program_of(ben), f"{API}/pilots/{pilot.slug}/enrolment/"
    shown = [text["id"] for text in program.get(f"{API}/pilots/{pilot.slug}/").json()["consent_texts"]]

    without = program.put(address, {"of_age": True, "consents": shown[1:]})
    another = program.put(address, {"of_age": True, "consents": [max(shown) + 1]})
    within = program.put(address, {"of_age": True, "consents": shown[:1], "age_band": "65-74"})

    assert codes(without) == (409, "consent_missing")
    assert codes(another) == (409, "consent_text_changed")
    assert within.json()["state"] == "joined"
    assert program.get(f"{API}/me/pilots/").json()["results"] == [within.json()]


def test_the_young_and_the_vague_do_not_join(program_of, ben, pilot):
    address = f"{API}/pilots/{pilot.slug}/enrolment/"

    for of_age in (False, "true", 1, None):
        assert codes(program_of(ben).put(address, {"of_age": of_age, "consents": consents_of(pilot)})) == (
            400,
            "invalid",
        )


def test_access_needs_take_their_own_consent(program_of, ben, pilot):
    text = pilot.current_consent_texts().get(purpose=ConsentText.Purpose.PARTICIPATION)
    body = {"of_age": True, "consents": [text.pk], "access_needs": ["large_text"]}

    assert codes(program_of(ben).put(f"{API}/pilots/{pilot.slug}/enrolment/", body)) == (409, "consent_missing")


def test_one_leaves_at_any_time(program_of, ben, pilot):
    joined(pilot, ben)

    left = program_of(ben).post(f"{API}/pilots/{pilot.slug}/leave/", {"reason": "no_time", "withdraw_answers": True})

    assert left.json()["state"] == "left"
    assert ben.enrolments.get().answers_withdrawn_at is not None


@pytest.mark.parametrize("gone", ["answers", "contacts"])
def test_answers_that_nobody_can_find_are_not_taken_out(program_of, ben, wave, gone):
    enrolment = joined(wave.survey.pilot, ben, at=wave.survey.made_at)
    leaving = f"{API}/pilots/{wave.survey.pilot.slug}/leave/"
    if gone == "answers":
        wave.survey.waves.update(answers_deleted_at=wave.closes_at)
    else:
        Enrolment.objects.update(person=None, contact_deleted_at=wave.closes_at)

    assert codes(program_of(ben).post(leaving, {"withdraw_answers": True})) == (409, "nothing_to_take_out")
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.answers_withdrawn_at) == ("joined", None)


def test_what_is_being_prepared_is_not_public(program_of, ben, mo):
    planned = planned_pilot(mo)

    assert codes(program_of(ben).get(f"{API}/pilots/{planned.slug}/")) == (404, "not_found")
    assert program_of(mo).get(f"{API}/pilots/").json()["results"] == []


def test_the_list_of_pilots_narrows(program_of, pilot):
    def found(query):
        return [row["slug"] for row in program_of().get(f"{API}/pilots/?{query}").json()["results"]]

    assert found("show=open&field=02") == [pilot.slug]
    assert found("show=running") == found("show=ended") == []
    assert codes(program_of().get(f"{API}/pilots/?show=planned")) == (400, "invalid")


def test_the_registered_rule_is_public_with_its_hash(program_of, survey):
    told = program_of().get(f"{API}/pilots/{survey.pilot.slug}/rule/").json()

    assert told["hash"] == survey.registration.hash
    assert told["document"] == survey.registration.document


def test_the_key_of_the_knowledge_questions_never_leaves(program_of, wave, ben):
    joined(wave.survey.pilot, ben)

    told = program_of(ben).get(f"{API}/waves/{wave.pk}/questions/").json()

    asked = [question for screen in told["screens"] for question in screen["questions"]]
    assert {"PU1", "SL", "CK1"} <= {question["code"] for question in asked}
    assert "correct" not in json.dumps(told)
    assert {key for question in asked for key in question} == {"code", "kind", "text", "choices", "dont_know"}


def test_answers_are_kept_changed_and_handed_in(program_of, wave, ben):
    joined(wave.survey.pilot, ben, age_band="65-74")
    program, address = program_of(ben), f"{API}/waves/{wave.pk}/answers/"

    assert codes(program.get(address)) == (404, "not_found")
    program.put(address, {"answers": CONTENT | {"PU1": "dont_know", "CS": None}})
    program.put(address, {"answers": {"PU2": 5}})
    handed_in = program.post(f"{address}submit/")

    assert handed_in.json()["submitted_at"] is not None
    kept = program.get(address).json()["answers"]
    assert (kept["PU1"], kept["PU2"], kept["CS"], kept["SL"]) == ("dont_know", 5, None, 4)
    assert Response.objects.get().groups == ["65+"]


def test_somebody_writes_in_her_own_words_reads_them_again_and_takes_them_back(program_of, eva, ben):
    wave = open_wave_of(registered_survey(eva, n_min=8, m_min=2, with_open_question=True))
    joined(wave.survey.pilot, ben)
    (other,) = take_part(wave.survey, 1)
    program, address = program_of(ben), f"{API}/waves/{wave.pk}/answers/"
    asked = program.get(f"{API}/waves/{wave.pk}/questions/").json()["open_question"]
    assert asked["en"] == "What was good about Footstep lamps, and what should change?"

    assert program.put(address, {"answers": {"PU1": 4}}).json()["own_words"] == ""
    kept = program.put(address, {"answers": {}, "own_words": " 제 번호는 010-0000-0000이에요. "}).json()
    assert kept["own_words"] == program.get(address).json()["own_words"] == "제 번호는 010-0000-0000이에요."
    assert OpenAnswer.objects.get().masked == "제 번호는 [전화번호]이에요."
    assert program_of(other.person).put(address, {"answers": {}}).json()["own_words"] == ""
    assert program_of(other.person).get(address).json()["own_words"] == ""

    program.put(address, {"answers": {"PU1": 5}})
    assert OpenAnswer.objects.count() == 1
    assert program.put(address, {"answers": {}, "own_words": ""}).json()["own_words"] == ""
    assert not OpenAnswer.objects.exists()


def test_own_words_are_refused_where_too_long_or_not_asked_for(program_of, wave, eva, ben):
    joined(wave.survey.pilot, ben)
    program, address = program_of(ben), f"{API}/waves/{wave.pk}/answers/"

    assert codes(program.put(address, {"answers": {"PU1": 4}, "own_words": "Good."})) == (409, "wrong_answer")
    assert codes(program.put(address, {"answers": {"PU1": 4}, "own_words": "x" * 1001})) == (400, "invalid")
    assert codes(program.put(address, {"answers": {"PU1": 4}, "own_words": 5})) == (400, "invalid")
    assert not Response.objects.exists()
    assert program.get(f"{API}/waves/{wave.pk}/questions/").status_code == 200


def test_answers_that_are_not_asked_for_are_refused(program_of, wave, ben):
    joined(wave.survey.pilot, ben)
    program, address = program_of(ben), f"{API}/waves/{wave.pk}/answers/"

    assert codes(program.put(address, {"answers": {"XX": 1}})) == (409, "wrong_answer")
    assert codes(program.put(address, {"answers": {"PU1": 7}})) == (409, "wrong_answer")
    assert codes(program.put(address, {"answers": {"PU1": "4"}})) == (400, "invalid")
    assert codes(program.put(address, {"answers": {"PU1": 99}})) == (400, "invalid")
    assert codes(program.put(address, {"answers": [4]})) == (400, "invalid")
    assert not Response.objects.exists()


def test_who_takes_no_part_neither_reads_the_questions_nor_answers(program_of, wave, ben):
    address = f"{API}/waves/{wave.pk}"

    assert codes(program_of(ben).get(f"{address}/questions/")) == (403, "not_taking_part")
    assert codes(program_of(ben).put(f"{address}/answers/", {"answers": {}})) == (403, "not_taking_part")


def test_results_are_the_released_ones_for_everybody(program_of, wave, eva):
    answers_of(wave, take_part(wave.survey, 12), accepting=9)
    assert codes(program_of(eva).get(f"{API}/waves/{wave.pk}/results/")) == (409, "wave_not_closed")
    assert program_of().get(f"{API}/waves/{wave.pk}/").json()["live"] == {"invited": 12, "answered": 12}

    closed_wave(wave)

    public = release(Snapshot.objects.get(), Audience.PUBLIC)
    for person in (None, eva):
        told = program_of(person).get(f"{API}/waves/{wave.pk}/results/").json()
        assert told == json.loads(json.dumps(public))
        assert told["hash"] is None


def test_decisions_are_told_with_what_changes(program_of, eva, mo, adam):
    made = feedback.published(feedback.verdict(eva, "REVISE"), mo, "revise")

    told = program_of().get(f"{API}/decisions/{made.pk}/").json()

    assert (told["kind"], told["outcome"]) == ("revise", "REVISE")
    assert [change["order"] for change in told["changes"]] == [1]
    assert [row["id"] for row in program_of().get(f"{API}/decisions/").json()["results"]] == [made.pk]


def test_a_draft_of_a_decision_is_not_told(program_of, eva, mo):
    made = feedback.draft(feedback.verdict(eva, "REVISE"), mo, "revise")

    assert codes(program_of(mo).get(f"{API}/decisions/{made.pk}/")) == (404, "not_found")
    assert program_of(mo).get(f"{API}/decisions/").json()["results"] == []


def test_staff_work_the_queue(program_of, ana, mo):
    first, second = proposals.submitted(ana), proposals.submitted(ana)
    program, queue = program_of(mo), f"{API}/moderation/proposals/"
    waiting = program.get(queue).json()["results"]

    published = program.post(f"{queue}{first.pk}/publish/", {"seen": waiting[0]["changed_at"]})
    asked = program.post(f"{queue}{second.pk}/ask/", {"parts": ["idea"], **proposals.WORDS})

    assert [row["id"] for row in waiting] == [first.pk, second.pk]
    assert (published.json()["stage"], asked.json()["stage"]) == (Stage.PUBLISHED, Stage.CHANGES_ASKED)
    assert program.get(queue).json()["results"] == []


def test_nothing_is_decided_over_what_was_not_seen(program_of, ana, mo):
    waiting = proposals.submitted(ana)
    address = f"{API}/moderation/proposals/{waiting.pk}"

    late = program_of(mo).post(f"{address}/publish/", {"seen": "2020-01-01T00:00:00+09:00"})
    silent = program_of(mo).post(f"{address}/decline/", {"reason_code": "exists"})

    assert codes(late) == (409, "changed_meanwhile")
    assert codes(silent) == (409, "reason_missing")
    waiting.refresh_from_db()
    assert waiting.stage == Stage.SUBMITTED


def test_a_report_is_settled(program_of, ana, ben, sam, mo):
    comment = proposals.comment(proposals.published(ana, mo), ben)
    program_of(sam).post(f"{API}/comments/{comment.pk}/report/", {"reason": "insult"})
    (report,) = program_of(mo).get(f"{API}/moderation/reports/").json()["results"]

    program_of(mo).post(f"{API}/moderation/reports/{report['id']}/hide-comment/", {"reason": "It insults someone."})

    assert codes(program_of().get(f"{API}/comments/{comment.pk}/")) == (404, "not_found")
    again = program_of(mo).post(f"{API}/moderation/reports/{report['id']}/keep/")
    assert codes(again) == (409, "changed_meanwhile")


def test_lists_cost_the_same_however_long_they_are(program_of, ana, ben, mo, eva, wave, django_assert_max_num_queries):
    proposal = proposals.published(ana, mo)
    for number in range(8):
        proposals.submitted(ana)
        comment = proposals.comment(proposal, ben, f"Number {number}")
        flag_comment(comment, by=ana, reason="other", at=timezone.now())
    answers_of(wave, take_part(wave.survey, 8), accepting=8)
    closed_wave(wave)
    slug = wave.survey.pilot.slug
    addresses = ["moderation/proposals/", "moderation/reports/", f"proposals/{proposal.pk}/comments/", "decisions/"]
    addresses += ["pilots/", f"pilots/{slug}/", f"pilots/{slug}/rule/", f"pilots/{slug}/waves/", "areas/", "fields/"]
    addresses += [f"waves/{wave.pk}/", f"waves/{wave.pk}/results/"]
    program = program_of(mo)
    for address in addresses:
        with django_assert_max_num_queries(13):  # one for the token
            assert program.get(f"{API}/{address}").status_code == 200, address
