"""Which words tell people apart is worked out at the close, once for the site and for survey files."""

import pytest
from django.db import OperationalError

from livinglab.accounts.models import Person
from livinglab.jobs import MOST_TRIES
from surveys.actions.closing import queue_again
from surveys.metrics.closing import nouns_of, released_work, words_at_close
from surveys.metrics.comments import (
    Spoken,
    counts_by_acceptance,
    counts_from_bytes,
    counts_to_bytes,
    typical_comments,
    words_figures,
    words_of,
    words_released,
)
from surveys.metrics.release import HIDDEN, Audience
from surveys.models import ClosingWork, OpenAnswer, Snapshot
from surveys.stats.text import WordCounts
from surveys.tasks import work_out_closed_waves
from tests.builders.surveys import AGAINST, answers_of, closed_wave, open_wave_of, registered_survey, take_part
from tests.builders.voices import wave_with_voices, write_openly

pytestmark = pytest.mark.django_db
# The case of docs/methods.md: 500 comments of people who do not accept, 400 of people who do, in three words.
UNWILLING = WordCounts(500, {"요금": 60, "앱": 12, "자리": 5})
WILLING = WordCounts(400, {"요금": 10, "앱": 10, "자리": 25})


@pytest.fixture
def voiced(eva: Person) -> Snapshot:
    return wave_with_voices(eva)


def work_of(snapshot: Snapshot) -> ClosingWork:
    return ClosingWork.objects.get(wave=snapshot.wave, kind=ClosingWork.Kind.WORDS)


def test_words_are_queued_where_an_open_question_was_asked(voiced):
    assert work_of(voiced).stage == ClosingWork.Stage.WAITING


def test_nothing_is_queued_where_none_was_asked(eva):
    survey = registered_survey(eva, n_min=2, m_min=1)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 1), accepting=1)
    closed_wave(wave)

    assert not ClosingWork.objects.filter(kind=ClosingWork.Kind.WORDS).exists()


def test_words_of_people_who_do_not_accept_stand_apart_from_those_of_people_who_do(voiced):
    work_out_closed_waves()
    told = released_work(voiced.wave, Audience.DESK)["words"]
    words = {word["word"]: word for word in told["words"]}

    assert (told["not_accepting"], told["accepting"], told["reason"]) == (60, 60, None)
    # Three of four texts against it speak of waiting in Korean.
    assert (words["기다리다"]["not_accepting"], words["기다리다"]["accepting"]) == (45, 0)
    assert words["기다리다"]["value"] > 0 > words["친절"]["value"]
    assert all(abs(word["z"]) > 1.96 and word["n"] >= 5 for word in told["words"])
    # What was masked is nobody's word.
    assert "전화번호" not in words


def test_the_same_answers_give_the_same_words(voiced):
    work_out_closed_waves()
    kept = work_of(voiced)
    again = words_at_close(Snapshot.objects.get(pk=voiced.pk))

    assert (again.results, again.released, again.state) == (kept.results, kept.released, bytes(kept.state))
    counts = counts_from_bytes(bytes(kept.state))
    assert words_figures(*counts) == {name: told for name, told in kept.results.items() if name != "typical"}


def test_names_of_the_service_stay_whole(voiced):
    service = voiced.wave.survey.pilot.version.service
    service.name_ko = "마을 공유차"
    nouns = nouns_of(voiced.wave.survey)

    assert "마을공유차" in words_of("마을공유차가 늦어요", nouns)
    assert "마을 공유차" in words_of("마을 공유차가 늦어요", nouns)


def test_only_counted_people_who_can_be_judged_are_heard(eva):
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=(), with_open_question=True)
    wave = open_wave_of(survey)
    answers_of(wave, take_part(survey, 1), accepting=1)
    write_openly(wave, ["기다리는 시간이 길었어요."] * 6, **AGAINST)
    # 98: did not know what to say to all three questions on the wish to go on.
    write_openly(wave, ["요금이 비싸요."] * 6, **dict.fromkeys(AGAINST, 98))
    closed_wave(wave)
    work_out_closed_waves()

    counts = counts_from_bytes(bytes(ClosingWork.objects.get(kind="words").state))
    assert [side.n for side in counts] == [6, 0]


def test_the_public_sees_counts_of_five_and_more_or_the_side_alone(voiced):
    work_out_closed_waves()
    public = released_work(voiced.wave, Audience.PUBLIC)["words"]
    words = {word["word"]: word for word in public["words"]}

    assert (public["not_accepting"], public["accepting"]) == (60, 60)
    waiting = words["기다리다"]
    # Nobody who accepts wrote it: the counts would say of everybody who did that she does not accept.
    assert (waiting["leans"], waiting["n"], waiting["value"], waiting["reason"]) == (
        "not_accepting",
        None,
        None,
        HIDDEN,
    )
    assert "typical" not in public


def test_released_counts_are_rounded_and_carry_no_z():
    (fare, seat) = words_released(words_figures(UNWILLING, WILLING))["words"]

    assert (fare["word"], fare["leans"], fare["not_accepting"], fare["accepting"]) == ("요금", "not_accepting", 60, 10)
    assert (fare["value"], fare["low"], fare["z"]) == (0.41, 0.15, None)
    assert (seat["word"], seat["leans"], seat["not_accepting"], seat["accepting"]) == ("자리", "accepting", 5, 25)


@pytest.mark.parametrize("few", [(4, 40), (40, 4), (0, 40)])
def test_nothing_is_released_where_one_side_is_few(few):
    against, in_favour = (WordCounts(n, {"버스": n}) for n in few)
    public = words_released(words_figures(against, in_favour))

    assert public == {
        "method": "log-odds with informative dirichlet prior",
        "n": None,
        "not_accepting": None,
        "accepting": None,
        "reason": HIDDEN,
        "words": [],
    }


def test_work_on_words_that_failed_is_queued_again_and_done(voiced, monkeypatch):
    def broken(work):
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("surveys.actions.closing.worked_out", broken)
        for _try in range(MOST_TRIES):
            work_out_closed_waves()
    assert work_of(voiced).stage == ClosingWork.Stage.FAILED

    queue_again(voiced.wave, at=voiced.frozen_at)
    work_out_closed_waves()
    assert work_of(voiced).stage == ClosingWork.Stage.DONE


def test_work_on_words_is_repeated_where_the_database_went_away(voiced, monkeypatch):
    ClosingWork.objects.exclude(kind=ClosingWork.Kind.WORDS).delete()

    def gone(work):
        raise OperationalError

    with monkeypatch.context() as patched:
        patched.setattr("surveys.actions.closing.worked_out", gone)
        with pytest.raises(OperationalError):
            work_out_closed_waves()
    assert (work_of(voiced).stage, work_of(voiced).tries) == (ClosingWork.Stage.WAITING, 1)
    work_out_closed_waves()
    assert work_of(voiced).stage == ClosingWork.Stage.DONE


def test_typical_comments_of_a_topic_are_those_of_people_who_score_low_on_it(voiced):
    work_out_closed_waves()
    typical = work_of(voiced).results["typical"]
    written = dict(OpenAnswer.objects.values_list("pk", "masked"))

    # 60 of them score low on usefulness; the longest text on waiting holds most of their words.
    assert len(typical["PU"]) == 20
    assert all("기다" in written[number] for number in typical["PU"])
    # Everybody is content with the company behind it.
    assert typical["TR"] == []


def test_a_comment_with_more_of_the_leading_words_is_more_typical():
    low = frozenset({"PU"})
    heard = [Spoken(number, ["late", "seat"], accepts=False, low=low) for number in range(5)]
    heard += [Spoken(5, ["late"], accepts=False, low=low), Spoken(6, ["clean"], accepts=False, low=low)]
    heard += [Spoken(number, ["clean"], accepts=True) for number in range(7, 10)]

    assert typical_comments(heard, "PU") == [0, 1, 2, 3, 4, 5]
    assert typical_comments(heard, "TR") == []


def test_only_words_that_five_comments_share_are_kept():
    heard = [Spoken(number, ["버스", "홍길동"][: 1 + (number == 0)], accepts=number % 2 == 0) for number in range(10)]
    against, in_favour = counts_from_bytes(counts_to_bytes(*counts_by_acceptance(heard)))
    assert (dict(against.documents), dict(in_favour.documents)) == ({"버스": 5}, {"버스": 5})
