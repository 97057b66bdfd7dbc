"""Reading open answers: only evaluators, only after the close; nothing is quoted that points at a person."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from surveys.actions.open_answers import (
    MOST_THEMES,
    change_theme,
    code_answer,
    is_part_of,
    name_theme,
    read_again,
    release_answer,
    remove_theme,
    take_back_coding,
    withhold_answer,
)
from surveys.actions.retention import delete_old_texts
from surveys.errors import CannotRead, NoQuotation, ReadMeanwhile, WrongTheme
from surveys.metrics.voices import reading_of, themes_over, voices_of
from surveys.models import Coding, OpenAnswer, Report, Snapshot, Theme
from surveys.tasks import work_out_closed_waves
from tests.builders.surveys import answer as answer_wave
from tests.builders.surveys import bulk_answers, closed_wave, open_wave_of, registered_survey, take_part
from tests.builders.voices import wave_with_voices, write_openly
from tests.people import make_person

pytestmark = pytest.mark.django_db
ENGLISH = {"headers": {"Accept-Language": "en"}}


@pytest.fixture
def voiced(eva: Person) -> Snapshot:
    return wave_with_voices(eva, against=20, in_favour=12)


@pytest.fixture
def answer(voiced) -> OpenAnswer:
    """기다리는 시간이 너무 길었어요. 앱에는 5분이라고 나왔는데 20분을 기다렸어요."""
    return OpenAnswer.objects.order_by("pk")[0]


@pytest.fixture
def eve(voiced) -> Person:
    """A second evaluator of the pilot."""
    eve = make_person("eve", Role.EVALUATOR)
    voiced.wave.survey.evaluators.add(eve)
    return eve


@pytest.fixture
def page(voiced) -> str:
    return reverse("surveys:open_answers", args=[voiced.wave_id])


def theme(snapshot: Snapshot, by: Person, name: str = "기다림", **wishes) -> Theme:
    return name_theme(snapshot.wave.survey, name_ko=name, by=by, at=timezone.now(), **wishes)


def now():
    return timezone.now()


def test_a_quotation_is_what_somebody_wrote_and_may_leave_words_out(answer, eva):
    release_answer(answer, "기다리는 시간이 너무 길었어요. […] 20분을 기다렸어요.", by=eva, at=now())

    answer.refresh_from_db()
    assert (answer.stage, answer.read_by) == (OpenAnswer.Stage.RELEASED, eva)
    assert answer.quotation == "기다리는 시간이 너무 길었어요. […] 20분을 기다렸어요."


@pytest.mark.parametrize(
    "words", ["", "  ", "[…]", "기다리는 시간이 짧았어요.", "20분을 기다렸어요. […] 기다리는 시간이"]
)
def test_nothing_that_she_did_not_write_is_released(answer, eva, words):
    with pytest.raises(NoQuotation):
        release_answer(answer, words, by=eva, at=now())

    answer.refresh_from_db()
    assert (answer.stage, answer.quotation) == (OpenAnswer.Stage.WAITING, "")


def test_a_quotation_that_still_points_at_a_person_is_refused(answer, eva):
    # A number that the mask of that day did not know.
    OpenAnswer.objects.filter(pk=answer.pk).update(masked="전화 010-0000-0000으로 했어요.")
    answer.refresh_from_db()
    with pytest.raises(NoQuotation, match="points at a person|가리"):
        release_answer(answer, "전화 010-0000-0000으로 했어요.", by=eva, at=now())
    release_answer(answer, "전화 […]으로 했어요.", by=eva, at=now())


def test_parts_stand_in_their_order():
    assert is_part_of("늦어요 … 불편해요", "버스가\n늦어요. 그래서 불편해요")
    assert is_part_of("문의는 [전화번호]으로", "문의는 [전화번호]으로 했어요")
    assert not is_part_of("불편해요 … 늦어요", "버스가 늦어요. 그래서 불편해요")


def test_only_evaluators_of_the_pilot_read_and_only_after_the_close(answer, voiced, eva):
    stranger = make_person("stranger", Role.EVALUATOR)
    with pytest.raises(CannotRead):
        withhold_answer(answer, by=stranger, at=now())
    wave = open_wave_of(voiced.wave.survey, 2)
    answer_wave(wave, take_part(voiced.wave.survey, 1, prefix="second")[0])
    (early,) = write_openly(wave, ["좋아요."])
    with pytest.raises(CannotRead):
        release_answer(early, "좋아요.", by=eva, at=now())


def test_of_two_evaluators_the_second_is_told(answer, eva, eve):
    as_eve_saw_it = OpenAnswer.objects.get(pk=answer.pk)
    withhold_answer(answer, by=eva, at=now())

    with pytest.raises(ReadMeanwhile):
        release_answer(as_eve_saw_it, "20분을 기다렸어요.", by=eve, at=now())
    assert OpenAnswer.objects.get(pk=answer.pk).stage == OpenAnswer.Stage.WITHHELD


def test_what_was_read_is_read_again_unless_a_published_report_quotes_it(answer, voiced, eva):
    release_answer(answer, "20분을 기다렸어요.", by=eva, at=now())
    answer.refresh_from_db()
    read_again(answer, by=eva)
    answer.refresh_from_db()
    assert (answer.stage, answer.quotation, answer.read_by, answer.read_at) == ("waiting", "", None, None)

    release_answer(answer, "20분을 기다렸어요.", by=eva, at=now())
    Report.objects.create(
        snapshot=voiced, number=1, language="ko", contents={}, pdf=b"", pack=b"", quoted=[answer.pk], published_at=now()
    )
    answer.refresh_from_db()
    with pytest.raises(CannotRead):
        read_again(answer, by=eva)


def test_a_codebook_holds_twenty_themes_with_different_names(voiced, eva):
    first = theme(voiced, eva, keywords=["기다", " 오래  걸 ", "", "기다"])
    assert first.keywords == ["기다", "오래 걸"]
    with pytest.raises(WrongTheme):
        theme(voiced, eva)
    with pytest.raises(WrongTheme):
        theme(voiced, eva, name="  ")
    for number in range(1, MOST_THEMES):
        theme(voiced, eva, name=f"주제 {number}")
    with pytest.raises(WrongTheme):
        theme(voiced, eva, name="하나 더")
    with pytest.raises(CannotRead):
        change_theme(first, name_ko="시간", by=make_person("stranger", Role.EVALUATOR))


def test_a_theme_in_use_is_renamed_and_not_removed(answer, voiced, eva):
    waiting, other = theme(voiced, eva), theme(voiced, eva, name="요금")
    code_answer(answer, [waiting], by=eva, at=now())
    with pytest.raises(WrongTheme):
        remove_theme(waiting, by=eva)
    with pytest.raises(WrongTheme):
        change_theme(waiting, name_ko="요금", by=eva)
    change_theme(waiting, name_ko="기다리는 시간", name_en="Waiting", keywords=["기다"], by=eva)
    remove_theme(other, by=eva)

    assert [(one.name_ko, one.name_en) for one in Theme.objects.all()] == [("기다리는 시간", "Waiting")]
    assert Coding.objects.get().themes.get() == waiting


def test_none_of_the_themes_is_an_answer_too_and_coding_is_taken_back(answer, voiced, eva):
    code_answer(answer, [theme(voiced, eva)], by=eva, at=now())
    code_answer(answer, [], by=eva, at=now())
    assert (Coding.objects.count(), Coding.objects.get().themes.count()) == (1, 0)

    take_back_coding(answer, by=eva)
    take_back_coding(answer, by=eva)
    assert not Coding.objects.exists()


def test_a_second_person_codes_the_sample_only(voiced, eva, eve):
    waiting = theme(voiced, eva)
    sample = reading_of(voiced.wave).sample
    assert len(sample) == 10
    for answer in OpenAnswer.objects.all():
        code_answer(answer, [waiting], by=eva, at=now())
        if answer.pk in sample:
            code_answer(answer, [], by=eve, at=now())
        else:
            with pytest.raises(ReadMeanwhile):
                code_answer(answer, [], by=eve, at=now())
    assert Coding.objects.filter(coder=eve).count() == 10


def read(client, page, answer, decision, **told):
    seen = answer.read_at.isoformat() if answer.read_at else ""
    return client.post(page, {"answer": answer.pk, "seen": seen, "decision": decision, **told}, **ENGLISH)


def text_of(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_an_answer_is_read_and_coded_with_one_form(client_of, eva, voiced, answer, page):
    waiting = theme(voiced, eva, name_en="Waiting", keywords=["기다"])
    client = client_of(eva)
    told = client.get(page, **ENGLISH)
    assert "0 of 32 read" in text_of(told)
    assert "Waiting suggested" in text_of(told)
    assert "010-0000-0000" not in told.content.decode()

    done = read(client, page, answer, "release", quotation="20분을 기다렸어요.", themes=[waiting.pk], following="7")
    assert done.url == f"{page}#answer-7"
    answer.refresh_from_db()
    assert (answer.stage, answer.quotation) == ("released", "20분을 기다렸어요.")
    assert Coding.objects.get().themes.get() == waiting
    assert "1 of 32 read" in text_of(client.get(page, **ENGLISH))
    assert "20분을 기다렸어요." in text_of(client.get(f"{page}?show=released", **ENGLISH))


def test_what_was_typed_is_there_again_when_it_is_refused(client_of, eva, voiced, answer, page):
    waiting = theme(voiced, eva)
    client = client_of(eva)
    refused = read(client, page, answer, "release", quotation="아주 좋아요.", themes=[waiting.pk])

    assert "A quotation is what somebody wrote." in text_of(refused)
    assert ">아주 좋아요.</textarea>" in refused.content.decode()
    assert not Coding.objects.exists()
    assert f'value="{waiting.pk}" checked' in " ".join(refused.content.decode().split())


def test_whoever_comes_second_is_told_on_the_page(client_of, eva, voiced, answer, page):
    stale = OpenAnswer.objects.get(pk=answer.pk)
    withhold_answer(answer, by=eva, at=now())
    refused = read(client_of(eva), page, stale, "release", quotation="20분을 기다렸어요.")

    assert "Somebody else has just read this answer" in text_of(refused)
    assert ">20분을 기다렸어요.</textarea>" in refused.content.decode()


def test_the_second_coder_does_not_see_what_the_first_one_said(client_of, voiced, eva, eve, page):
    waiting = theme(voiced, eva, name_en="Waiting")
    sample = reading_of(voiced.wave).sample
    for answer in OpenAnswer.objects.all():
        code_answer(answer, [waiting], by=eva, at=now())
    client = client_of(eve)
    mine = client.get(f"{page}?show=uncoded", **ENGLISH)
    assert mine.content.decode().count("<article") == len(sample)
    assert "Coded by" not in text_of(mine)
    assert "checked" not in mine.content.decode()

    everything = client.get(f"{page}?show=all", **ENGLISH)
    assert "Coded by eva: Waiting" in text_of(everything)
    assert "0 of 10 so far" in text_of(everything)


def test_agreement_is_shown_once_the_sample_is_coded_twice(client_of, voiced, eva, eve, page):
    waiting = theme(voiced, eva, name_en="Waiting")
    answers = list(OpenAnswer.objects.order_by("pk"))
    sample = sorted(reading_of(voiced.wave).sample)
    for answer in answers:
        code_answer(answer, [waiting] if "기다" in answer.masked else [], by=eva, at=now())
    told = [OpenAnswer.objects.get(pk=number) for number in sample]
    for answer in told[:-1]:
        code_answer(answer, [waiting] if "기다" in answer.masked else [], by=eve, at=now())
    client = client_of(eva)
    assert "How far the two agree appears here" in text_of(client.get(page, **ENGLISH))

    code_answer(told[-1], [waiting] if "기다" in told[-1].masked else [], by=eve, at=now())
    shown = text_of(client.get(page, **ENGLISH))
    assert "How far the two agree" not in shown
    assert re.search(r"Waiting \d+ [\d.%–]+ [\d.%–]+ 1.00 \(1.00–1.00, n = 10\)", shown)
    assert "eve: 0 as the first, 10 as the second" in shown


def test_the_page_asks_the_database_as_often_for_many_answers(
    client_of, eva, voiced, page, django_assert_max_num_queries
):
    waiting = theme(voiced, eva)
    for answer in OpenAnswer.objects.all():
        code_answer(answer, [waiting], by=eva, at=now())
        withhold_answer(answer, by=eva, at=now())
    client = client_of(eva)
    with django_assert_max_num_queries(15):
        assert client.get(f"{page}?show=all").content.decode().count("<article") == 20
    with django_assert_max_num_queries(15):
        client.get(f"{page}?show=all&page=2")


def test_a_wave_in_which_nobody_wrote_says_so(client_of, eva, voiced, page):
    OpenAnswer.objects.all().delete()

    assert "Nobody wrote anything" in text_of(client_of(eva).get(page, **ENGLISH))


def test_when_the_texts_go_counts_and_quotations_stay(client_of, eva, voiced, answer, page):
    waiting = theme(voiced, eva, name_en="Waiting")
    for written in OpenAnswer.objects.all():
        code_answer(written, [waiting] if written == answer else [], by=eva, at=now())
    release_answer(answer, answer.masked, by=eva, at=now())
    answer.refresh_from_db()
    told = voices_of(voiced.wave)

    delete_old_texts(now() + timedelta(days=3 * 365))

    assert OpenAnswer.objects.get() == answer
    assert voices_of(voiced.wave) == told
    themes, heard = themes_over([voiced.wave])
    assert (heard[voiced.wave_id].wrote, heard[voiced.wave_id].coded) == (32, 32)
    assert (themes, heard[voiced.wave_id].themes) == ([waiting], {waiting.pk: 1})
    shown = text_of(client_of(eva).get(f"{page}?show=all", **ENGLISH))
    assert "was deleted when its time was over" in shown
    assert "Of 32 coded answers, 31 are about none of the themes." in shown
    assert answer.quotation == answer.masked
    assert answer.masked in shown
    for untrue in ("Nobody wrote anything", "Nobody has coded an answer yet"):
        assert untrue not in shown
    with pytest.raises(WrongTheme):
        remove_theme(waiting, by=eva)


def test_the_codebook_is_kept_on_its_page(client_of, eva, voiced, django_assert_max_num_queries):
    address = reverse("surveys:themes", args=[voiced.wave.survey.pilot.slug])
    client = client_of(eva)
    assert "No theme yet" in text_of(client.get(address, **ENGLISH))
    told = {"new-name_ko": "기다림", "new-name_en": "Waiting", "new-keywords": "기다, 오래 걸"}
    assert client.post(address, told).url == address
    waiting = Theme.objects.get()
    assert waiting.keywords == ["기다", "오래 걸"]

    refused = client.post(address, told, **ENGLISH)
    assert "There is a theme of this name already." in text_of(refused)
    assert 'value="기다림"' in refused.content.decode()
    client.post(address, {"theme": waiting.pk, f"{waiting.pk}-name_ko": "시간", f"{waiting.pk}-keywords": ""})
    assert Theme.objects.get().name_ko == "시간"
    with django_assert_max_num_queries(12):
        client.get(address)
    client.post(address, {"theme": waiting.pk, "remove": "1"})
    assert not Theme.objects.exists()


def test_strangers_do_not_find_the_pages(client_of, voiced, page, mo):
    assert client_of(make_person("stranger", Role.EVALUATOR)).get(page).status_code == 404
    assert client_of(mo).get(page).status_code == 403


def test_the_pilot_page_shows_themes_wave_by_wave_and_words_that_tell_people_apart(
    client_of, eva, django_assert_max_num_queries
):
    snapshot = wave_with_voices(eva)
    waiting = theme(snapshot, eva, name_en="Waiting")
    for answer in OpenAnswer.objects.all()[:3]:
        code_answer(answer, [waiting], by=eva, at=now())
    client = client_of(eva)
    address = reverse("surveys:pilot", args=[snapshot.wave.survey.pilot.slug])
    assert "This is still being worked out." in text_of(client.get(address, **ENGLISH))

    work_out_closed_waves()
    with django_assert_max_num_queries(14):
        told = text_of(client.get(address, **ENGLISH))
    assert "Wrote something 120 Coded so far (n) 3 Waiting 3" in told
    assert re.search(r"기다리다 45 0 \+0\.\d\d", told)
    assert reverse("surveys:open_answers", args=[snapshot.wave_id]) in client.get(address).content.decode()


def test_topics_to_change_stand_beside_what_people_wrote_who_stand_low_on_them(
    client_of, eva, django_assert_max_num_queries
):
    survey = registered_survey(eva, n_min=2, m_min=1, protected_groups=(), with_open_question=True)
    wave = open_wave_of(survey)
    answer_wave(wave, take_part(survey, 1)[0])
    bulk_answers(wave, 150)
    write_openly(wave, ["기다리는 시간이 길어요."] * 20, BI1=2, BI2=2, BI3=2, PU1=2, PU2=2)
    write_openly(wave, ["기사님이 친절했어요."] * 10)
    snapshot = closed_wave(wave)
    work_out_closed_waves()
    client = client_of(eva)
    with django_assert_max_num_queries(15):
        told = text_of(client.get(reverse("surveys:change", args=[snapshot.wave_id]), **ENGLISH))

    assert "Typical of what people wrote who stand low here 기다리는 시간이 길어요. To be read" in told
