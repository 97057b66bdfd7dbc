import pytest
from django.template import Context, Template
from django.utils import translation

from livinglab.korean import fill, particle


@pytest.mark.parametrize(
    ("word", "topic", "subject", "thing"),
    [
        ("공유차", "는", "가", "를"),
        ("스마트주차장", "은", "이", "을"),
        ("똑똑한 가로등", "은", "이", "을"),
        ("저상버스 알리미", "는", "가", "를"),
        ("우리 마을", "은", "이", "을"),
    ],
)
def test_hangul_final_decides(word, topic, subject, thing):
    assert particle(word, "은/는") == topic
    assert particle(word, "이/가") == subject
    assert particle(word, "을/를") == thing


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("공유차", "로"),
        ("스마트주차장", "으로"),
        ("마을", "로"),
        ("정류소 7", "로"),
        ("3", "으로"),
        ("EL", "로"),
        ("PM", "으로"),
    ],
)
def test_direction_drops_its_vowel_after_rieul(word, expected):
    assert particle(word, "으로/로") == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("공유차", "예요"), ("도담동", "이에요"), ("마을", "이에요")],
)
def test_being_something(word, expected):
    assert particle(word, "이에요/예요") == expected


@pytest.mark.parametrize(("word", "expected"), [("공유차", "와"), ("가로등", "과"), ("마을", "과")])
def test_with_something(word, expected):
    assert particle(word, "과/와") == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("0", "은"),
        ("1", "은"),
        ("2", "는"),
        ("3", "은"),
        ("4", "는"),
        ("5", "는"),
        ("6", "은"),
        ("7", "은"),
        ("8", "은"),
        ("9", "는"),
    ],
)
def test_digits_are_read_in_korean(number, expected):
    assert particle(f"순환버스 {number}", "은/는") == expected
    assert particle("10", "은/는") == particle("1,000", "은/는") == "은"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("DRT", "는"),
        ("CCTV", "는"),
        ("PM", "은"),
        ("URL", "은"),
        ("KTX", "는"),
        ("B", "는"),
        ("5G", "는"),
    ],
)
def test_capitals_are_read_letter_by_letter(word, expected):
    assert particle(word, "은/는") == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Sejong Bus", "는"),
        ("Care Line", "은"),
        ("Safe Zone", "은"),
        ("Smart Park", "는"),
        ("Town App", "은"),
        ("Green Trail", "은"),
        ("Living Lab", "은"),
        ("Mobility Hub", "는"),
        ("Night Clinic", "은"),
        ("Bicycle", "은"),
        ("Street Light", "는"),
        ("Robot", "은"),
        ("Cafe", "는"),
    ],
)
def test_english_words_are_read_as_koreans_say_them(word, expected):
    assert particle(word, "은/는") == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("‘공유차’", "는"),
        ('"스마트주차장"', "은"),
        ("공유차(시범)", "는"),
        ("스마트주차장 [2단계]", "은"),
        ("(공유차)", "는"),
        ("정말 좋아요!", "는"),
        ("가로등 😀", "은"),
        ("만족도 80%", "는"),
        ("60㎡", "는"),
    ],
)
def test_signs_that_are_not_read_are_skipped(word, expected):
    assert particle(word, "은/는") == expected


@pytest.mark.parametrize("word", ["", "世宗", "😀", "…"])
def test_both_forms_where_nobody_can_know(word):
    assert particle(word, "은/는") == "은(는)"
    assert particle(word, "으로/로") == "(으)로"


def test_an_unknown_pair_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="는/은"):
        particle("공유차", "는/은")


@pytest.mark.parametrize(
    ("template", "name", "expected"),
    [
        ("{S}은(는) 나에게 쓸모가 있다", "공유차", "공유차는 나에게 쓸모가 있다"),
        ("{S}은(는) 나에게 쓸모가 있다", "스마트주차장", "스마트주차장은 나에게 쓸모가 있다"),
        ("남의 도움 없이 {S}을(를) 이용할 수 있다", "DRT", "남의 도움 없이 DRT를 이용할 수 있다"),
        ("{S}이(가) 없을 때보다", "가로등", "가로등이 없을 때보다"),
        ("{S}(으)로 다닌다", "마을버스", "마을버스로 다닌다"),
        ("{S} 덕분에 {S}에서", "공유차", "공유차 덕분에 공유차에서"),
        ("With {S}, errands take less trouble", "shared cars", "With shared cars, errands take less trouble"),
    ],
)
def test_questions_are_filled_with_the_name(template, name, expected):
    assert fill(template, name) == expected


def test_a_name_is_put_in_as_it_is():
    assert fill("{S}을(를) 쓴다", r"\1 {S}") == r"\1 {S}를 쓴다"


def test_filter_adds_the_particle_on_korean_pages_only():
    page = Template('{% load korean %}{{ name|particle:"을/를" }}')

    with translation.override("ko"):
        assert page.render(Context({"name": "<공유차>"})) == "&lt;공유차&gt;를"
    with translation.override("en"):
        assert page.render(Context({"name": "shared cars"})) == "shared cars"
