"""What to change: a ranking where there is enough to rank, signed directions, and the decision that picks them up."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.roles import Role
from proposals.models import Comment
from surveys.actions.answer import remember_clerk
from surveys.actions.direct import sign_direction
from surveys.errors import EnteredAnswers, NoDirections
from surveys.models import Direction
from surveys.tasks import work_out_closed_waves
from surveys.voices import comments_near
from tests.builders.surveys import answers_of, bulk_answers, closed_wave, open_wave_of, registered_survey, take_part
from tests.people import make_person

pytestmark = pytest.mark.django_db
WORDS = {"words_ko": "반납 화면을 한 단계로 줄여요.", "words_en": "Return the car in one step."}


@pytest.fixture
def closed(eva):
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=())
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 1), accepting=1)
    bulk_answers(wave, 150)
    return closed_wave(wave)


@pytest.fixture
def ranked(closed):
    work_out_closed_waves()
    return closed


@pytest.fixture
def page(ranked):
    return reverse("surveys:change", args=[ranked.wave_id])


def signed(snapshot, by, **wishes):
    grounds = {"driver": "PU", "figure": "items.PU1.mean", **WORDS} | wishes
    return sign_direction(snapshot, by=by, at=timezone.now(), **grounds)


def texts_of(page):
    return " ".join(page.content.decode().split())


def test_topics_are_ranked_with_map_table_and_lowest_questions(client_of, eva, page, django_assert_max_num_queries):
    client = client_of(eva)
    with django_assert_max_num_queries(13):
        told = texts_of(client.get(page))

    assert "What matters, and how it stands" in told
    assert "importance-map" in told
    assert told.index('href="#topic-PU"') < told.index('href="#topic-TR"')
    assert "Lowest questions" in told
    assert told.index("(turned around)") < told.index("asked the other way round, high is bad")
    assert "What goes together is not proved to be the cause." in told
    assert 'href="/methods/#drivers"' in told


def test_an_evaluator_signs_a_direction_from_the_page(client_of, eva, ranked, page):
    done = client_of(eva).post(page, {"rests": "PU|items.PU1.mean", **WORDS})

    direction = Direction.objects.get()
    assert done.url == page
    assert (direction.snapshot, direction.driver, direction.figure) == (ranked, "PU", "items.PU1.mean")
    assert (direction.signed_by, direction.words_en) == (eva, WORDS["words_en"])
    assert WORDS["words_en"] in texts_of(client_of(eva).get(page))


def test_what_was_typed_is_shown_again_with_what_is_missing(client_of, eva, page):
    told = texts_of(client_of(eva).post(page, {"rests": "", **WORDS}))

    assert WORDS["words_ko"] in told
    assert "error-summary" in told
    assert not Direction.objects.exists()


def test_before_the_ranking_is_made_nothing_can_be_signed(client_of, eva, closed):
    told = texts_of(client_of(eva).get(reverse("surveys:change", args=[closed.wave_id])))

    assert "Still being worked out" in told
    assert "Sign a direction" not in told
    with pytest.raises(NoDirections):
        signed(closed, eva)


def test_few_answers_are_too_little_information(client_of, eva, survey, wave):
    answers_of(wave, take_part(survey, 12), accepting=8)
    snapshot = closed_wave(wave)
    work_out_closed_waves()
    told = texts_of(client_of(eva).get(reverse("surveys:change", args=[wave.pk])))

    assert "Too little information" in told
    assert "too few answers (n = 12)" in told
    with pytest.raises(NoDirections):
        signed(snapshot, eva)


@pytest.mark.parametrize("wrong", [{"driver": "AT"}, {"figure": "items.TR1.mean"}, {"figure": "accept"}])
def test_a_direction_rests_on_a_ranked_topic_and_one_of_its_figures(ranked, eva, wrong):
    with pytest.raises(NoDirections):
        signed(ranked, eva, **wrong)

    assert not Direction.objects.exists()


def test_only_an_evaluator_of_the_pilot_signs(ranked, client_of, page):
    stranger = make_person("evi", Role.EVALUATOR)
    with pytest.raises(NoDirections):
        signed(ranked, stranger)

    assert client_of(stranger).get(page).status_code == 404


def test_the_database_refuses_to_change_what_is_signed(ranked, eva):
    direction = signed(ranked, eva)
    for change in ({"words_ko": "다른 말"}, {"figure": "accept"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Direction.objects.filter(pk=direction.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        direction.delete()


def test_comments_are_shown_with_the_topic_they_share_words_with(ranked, eva):
    easy, safe = Comment(pk=1, body_ko="반납하기가 너무 어려워요"), Comment(pk=2, body_ko="밤에도 안전해서 믿음이 가요")
    other = Comment(pk=3, body_ko="좋네요")

    near = comments_near([easy, safe, other], {"PE": ["반납하기가 쉽다"], "TR": ["안전하다고 믿는다", "안전해서 좋다"]})

    assert near == {"PE": [easy], "TR": [safe]}


def test_the_page_of_the_decision_picks_up_signed_directions(client_of, mo, eva, ranked):
    direction = signed(ranked, eva)
    client = client_of(mo)
    decide = reverse("feedback:decide", args=[ranked.verdict.pk])
    told = texts_of(client.get(decide))
    assert WORDS["words_ko"] in told
    assert f'<option value="direction:{direction.pk}" selected>' in told

    pair = {
        "rests": f"direction:{direction.pk}",
        "said_ko": "반납이 번거로워요.",
        "answer": "will",
        "did_ko": "고쳐요.",
    }
    form = {f"changes-0-{name}": value for name, value in pair.items()}
    form |= {"changes-TOTAL_FORMS": 1, "changes-INITIAL_FORMS": 0, "do": "save"}
    form |= {"kind": ranked.verdict.details["choices"][-1], "reason_ko": "예산이 끝나요.", "next_changed_ko": "한 단계"}
    assert client.post(decide, form).status_code == 302

    change = direction.changes.get()
    assert change.figure == "items.PU1.mean"
    preview = texts_of(client.get(reverse("feedback:preview", args=[change.decision_id])))
    assert "signed by the evaluators" in preview


def test_who_has_entered_answers_signs_no_direction(client_of, ranked, page, eva):
    remember_clerk(ranked.wave.survey.pilot, eva, at=timezone.now())

    with pytest.raises(EnteredAnswers):
        signed(ranked, eva)
    told = texts_of(client_of(eva).get(page))
    assert "so you cannot sign for it" in told
    assert "Sign it" not in told
    assert not Direction.objects.exists()
