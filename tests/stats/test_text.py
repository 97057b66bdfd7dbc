"""Comments: words, what tells two groups apart (G28, Monroe et al. 2008), two coders (statsmodels), and masking."""

from __future__ import annotations

import re
from math import isnan
from time import process_time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from surveys.stats.estimates import Reason
from surveys.stats.text import (
    Masked,
    Personal,
    WordCounts,
    cohens_kappa,
    count_words,
    distinctive_words,
    english_words,
    kappa_by_code,
    korean_words,
    log_odds,
    mask_personal,
)

COMMENTS = st.lists(st.lists(st.sampled_from(["fare", "app", "seat", "wait"]), max_size=6), max_size=15)
CODES = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=60)


def parts(pairs):
    return [one for one, _other in pairs], [other for _one, other in pairs]


@pytest.mark.parametrize(
    ("count_1", "count_2", "value", "z"),
    [(30, 6, 0.36524258, 1.9243335), (5, 25, -0.50551856, -2.4313385), (12, 10, -0.01286613, -0.054141977)],
)
def test_log_odds_of_g28(count_1, count_2, value, z):
    found = log_odds("word", count_1, 500, count_2, 400)

    assert (found.value, found.z) == pytest.approx((value, z), rel=1e-6)
    assert (0.0 in found.interval) == (abs(z) < 1.96)


@given(st.integers(0, 40), st.integers(40, 90), st.integers(0, 40), st.integers(40, 90))
def test_swapping_the_groups_turns_the_sign(count_1, n_1, count_2, n_2):
    assume(0 < count_1 + count_2 < n_1 + n_2)
    there, back = log_odds("w", count_1, n_1, count_2, n_2), log_odds("w", count_2, n_2, count_1, n_1)

    assert (there.value, there.z) == pytest.approx((-back.value, -back.z))


def test_only_clear_words_of_five_comments_are_shown_the_most_telling_first():
    unwilling = WordCounts(500, {"fare": 60, "app": 12, "seat": 5, "rare": 4, "bus": 500})
    willing = WordCounts(400, {"fare": 10, "app": 10, "seat": 25, "bus": 400})
    found = distinctive_words(unwilling, willing)

    assert [word.word for word in found.words] == ["fare", "seat"]
    assert found.words[1].z == pytest.approx(-2.4313385, rel=1e-6)
    assert (found.n_1, found.n_2, found.reason) == (500, 400, None)


def test_a_group_without_comments_is_a_reason():
    assert distinctive_words(WordCounts(0, {}), WordCounts(3, {"a": 1})).reason == Reason.NO_ANSWERS


def test_one_loud_person_counts_once():
    assert count_words([["fare"] * 40, ["seat"]]).documents == {"fare": 1, "seat": 1}


@given(COMMENTS, st.data())
def test_counts_add_and_subtract_in_any_order(comments, data):
    order, split = data.draw(st.permutations(comments)), data.draw(st.integers(0, len(comments)))
    whole, first, rest = count_words(comments), count_words(order[:split]), count_words(order[split:])

    assert first.merge(rest) == rest.merge(first) == whole
    assert whole.subtract(first) == rest


def test_english_words_are_lower_case_singular_and_say_something():
    assert english_words("I DON'T like the buses; drivers weren't at both stations’ exits in time.") == [
        "bus",
        "driver",
        "station",
        "exit",
        "time",
    ]
    assert english_words("Women's bicycles, boxes, classes, gas, status, X 12 news") == [
        *("woman", "bicycle", "box", "class", "gas", "status", "news"),
    ]


def test_korean_words_come_without_particles_and_endings():
    words = korean_words("정류장까지 걸어가기 힘들고 요금은 비싸요. 너무 늦어요!")

    assert words == ["정류장", "걸어가다", "힘들다", "요금", "비싸다", "늦다"]


def test_names_of_the_service_stay_in_one_piece():
    text = "스마트주차장에서 공유차를 빌렸다"

    assert korean_words(text) == ["스마트", "주차장", "공유", "차", "빌리다"]
    assert korean_words(text, nouns=["공유차", "스마트주차장"]) == ["스마트주차장", "공유차", "빌리다"]
    assert korean_words(text, nouns=["주차장", "스마트주차장"])[0] == "스마트주차장"
    # Nouns of one call are forgotten by the next.
    assert korean_words(text) == ["스마트", "주차장", "공유", "차", "빌리다"]


def test_nothing_written_has_no_words():
    assert korean_words("") == korean_words("  ㅋㅋㅋ !!", nouns=["공유차"]) == []
    assert english_words("...") == []


def test_kappa_of_fifty_comments_by_hand():
    # 20 both yes, 5 first only, 10 second only, 15 both no: p_o .7, p_e .5.
    found = cohens_kappa([1] * 25 + [0] * 25, [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15)

    assert (found.value, found.agreement, found.n) == (pytest.approx(0.4), pytest.approx(0.7), 50)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@given(CODES)
def test_kappa_and_its_error_are_those_of_statsmodels(pairs):
    from statsmodels.stats.inter_rater import cohens_kappa as reference

    first, second = parts(pairs)
    found = cohens_kappa(first, second)
    if len({*first, *second}) == 1:
        assert (found.value, found.reason, found.agreement) == (None, Reason.NO_VARIATION, 1.0)
        return
    expected = reference([[pairs.count((one, other)) for other in "abc"] for one in "abc"])

    assert found.value == pytest.approx(expected.kappa, abs=1e-12)
    # Where one coder used one code only, nothing varies: no error, which the reference gives as not a number.
    half = 0 if isnan(expected.std_kappa) else 1.959963985 * expected.std_kappa
    low, high = found.value - half, found.value + half
    assert (found.interval.low, found.interval.high) == pytest.approx((max(-1, low), min(1, high)), abs=1e-6)


@given(CODES)
def test_kappa_knows_neither_names_of_codes_nor_which_coder_is_first(pairs):
    first, second = parts(pairs)
    renamed = cohens_kappa([ord(code) for code in first], [ord(code) for code in second])
    swapped = cohens_kappa(second, first)

    assert renamed == cohens_kappa(first, second)
    assert swapped.value == pytest.approx(renamed.value)


def test_each_code_of_a_codebook_has_its_own_kappa():
    fares = [{"fare"}] * 20 + [{"fare", "wait"}] * 5 + [set()] * 25
    others = [{"fare"}] * 20 + [set()] * 5 + [{"fare"}] * 10 + [set()] * 15
    found = kappa_by_code(fares, others, ["fare", "wait", "never"])

    assert found["fare"].value == pytest.approx(0.4)
    assert found["wait"].value == pytest.approx(0.0)
    assert found["never"].reason == Reason.NO_VARIATION
    assert cohens_kappa([], []).reason == Reason.NO_ANSWERS


@pytest.mark.parametrize(
    "written",
    [
        "010-0000-0000",
        "01000000000",
        "010.0000.0000",
        "010 0000 0000",
        "011-000-0000",
        "02-000-0000",
        "(02) 0000-0000",
        "044)000-0000",
        "0505-000-0000",
        "070-0000-0000",
        "+82 10-0000-0000",
        "+82-(0)10-0000-0000",
        "+82 2 000 0000",
        "０１０－００００－００００",
    ],
)
def test_phone_numbers_are_masked(written):
    found = mask_personal(f"연락은 {written}로 주세요")

    assert (found.text, found.found) == ("연락은 [전화번호]로 주세요", {Personal.PHONE: 1})


@pytest.mark.parametrize(
    "written", ["resident@example.org", "kim.young-hee+lab@mail.example.co.kr", "a_b @example.com"]
)
def test_e_mail_addresses_are_masked(written):
    assert mask_personal(f"메일 {written}으로").text == "메일 [이메일]으로"


# What an address is, said plainly: as many letters of a name as there are, the sign, a domain with a point.
ADDRESS = re.compile(r"[\w.+\-]+\s?@\s?[\w\-]+(?:\.[\w\-]+)+", re.ASCII)


@given(st.text("ab@.+-_ \n가", max_size=40))
def test_addresses_are_found_as_the_plain_pattern_finds_them(written):
    text, times = ADDRESS.subn("[이메일]", written)

    assert mask_personal(written) == Masked(text, {Personal.EMAIL: times} if times else {})


@pytest.mark.parametrize("piece", ["a", "a@", "a@b.", " @", "0", "010-", "+82 ", "12가 ", "서울 ", " "], ids=repr)
def test_eight_times_the_text_is_about_eight_times_the_work(piece):
    def work(length: int) -> float:
        """Seconds of this process alone, the least of five."""
        text, taken = piece * (length // len(piece)), []
        for _ in range(5):
            begun = process_time()
            mask_personal(text)
            taken.append(process_time() - begun)
        return min(taken)

    # Where each letter is looked at again for each other one, it is sixty-four times.
    assert work(64_000) < 24 * work(8_000)


@pytest.mark.parametrize(
    "written",
    ["900101-1000000", "9001011000000", "900101 - 2000000", "050101-3******", "900101-1", "991231-5●●●●●●"],
)
def test_resident_numbers_are_masked(written):
    assert mask_personal(f"주민번호 {written} 입니다").text == "주민번호 [주민등록번호] 입니다"


@pytest.mark.parametrize("written", ["12가3456", "12가 3456", "123하 4567", "서울 12바 3456", "경기12가3456"])
def test_car_plates_are_masked(written):
    assert mask_personal(f"차는 {written}이었다").text == "차는 [차량번호]이었다"


@pytest.mark.parametrize(
    "harmless",
    [
        "2027. 3. 1. 오후 2시 30분",
        "요금 1,500원에서 2000원으로",
        "버스 1004번 12시 3456",
        "20명 가운데 15명이 30도 1000원",
        "정류장 29-123, 우편번호 30103",
        "12월 2027년",
        "@living_lab 계정",
    ],
)
def test_dates_fares_and_lines_stay(harmless):
    assert mask_personal(harmless).text == harmless


def test_everything_at_once_is_counted_and_labelled_in_the_language_asked_for():
    found = mask_personal("Call 010-0000-0000 or 02-000-0000, mail me@example.org, car 12가 3456", language="en")

    assert found.text == "Call [phone] or [phone], mail [e-mail], car [plate]"
    assert found.found == {Personal.EMAIL: 1, Personal.PHONE: 2, Personal.PLATE: 1}
    assert mask_personal(found.text, language="en").found == {}


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (lambda: log_odds("w", 3, 2, 0, 5), "3 comments with the word in 2"),
        (lambda: log_odds("w", 0, 2, 0, 5), "tells nothing apart"),
        (lambda: log_odds("w", 2, 2, 5, 5), "tells nothing apart"),
        (lambda: log_odds("w", 1, 2, 1, 5, prior=0), "prior"),
        (lambda: cohens_kappa([1], []), "equal lengths: first 1, second 0"),
        (lambda: kappa_by_code([{"x"}], [set()], ["y"]), "codes lack x"),
        (lambda: mask_personal("", language="de"), "language"),
    ],
)
def test_impossible_input_is_named(call, names):
    with pytest.raises(ValueError, match=names):
        call()
