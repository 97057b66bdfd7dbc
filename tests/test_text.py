"""Names and texts as people see them."""

import unicodedata

import pytest

from livinglab.text import clean_name, fold_name, is_blank, language_of_letters

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("minseo", "minseo\u200b"),
        ("minseo", "ＭｉｎＳｅｏ"),
        ("minseo", "min seo"),
        ("minseo", "mın\u00adseo"),
        ("minseo", "rninseo"),
        ("BlueMagpie", "Blue\u041cagpie"),  # a Cyrillic capital
        ("BlueMagpie", "BlueMagp\u0456e"),
        ("BlueMagpie", "B1ueMagpie"),
        ("coco", "\u0441\u043e\u0441\u043e"),  # Cyrillic throughout
        ("Mina", "\u039cin\u0430"),  # Greek and Cyrillic
        ("Nina", "\u039dina"),
        ("moon", "m00n"),
        ("도담밤산책", unicodedata.normalize("NFD", "도담밤산책")),
        ("도담밤산책", "도담\u3164밤\u115f산책"),
        ("입구", "입구\u2800"),
        ("ㅁ상자", "口상자"),
    ],
)
def test_names_that_people_take_for_one_another_have_one_key(name, like):
    assert name != like
    assert fold_name(name) == fold_name(like)


@pytest.mark.parametrize(
    ("name", "other"),
    [("도담밤산책", "도담낮산책"), ("mina", "nina"), ("cafe", "café"), ("주민1", "주민2"), ("Нина", "Ника")],
)
def test_names_that_people_tell_apart_have_two_keys(name, other):
    assert fold_name(name) != fold_name(other)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  도담 \n 밤산책\t", "도담 밤산책"),
        ("탁한\u202e177", "탁한177"),
        ("\u2066minseo\u2069\u200f", "minseo"),
        (unicodedata.normalize("NFD", "전의할미꽃"), "전의할미꽃"),
        ("\u3164\u3164", ""),
        (f"우리{FAMILY}", f"우리{FAMILY}"),
        (ENGLAND, ENGLAND),
        ("❤\ufe0f하트", "❤\ufe0f하트"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_a_name_is_stored_without_what_nobody_sees(typed, stored):
    assert clean_name(typed) == stored
    assert clean_name(stored) == stored


@pytest.mark.parametrize(
    "text", ["", "  \n", "\u200b\u200b", "\u3164", "\u115f\u1160\uffa0", "\ufe0f", "\u2800", "\U000e0041", "\x00"]
)
def test_a_text_of_nothing_that_can_be_seen_is_blank(text):
    assert is_blank(text)
    assert not is_blank(text + "네")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("가로등이 너무 어두워요", "ko"),
        ("The lamps are too dark", "en"),
        ("마을버스 DRT 호출", "ko"),
        ("The 시내버스 does not come on time", "en"),
        ("مرحبا (test)", "ar"),
        ("Tôi muốn đi xe buýt", "vi"),
        ("東京へ行く", "ja"),
        ("大韓民國 만세", "ko"),
        ("北京", "zh"),
        ("12 !", "xx"),
    ],
)
def test_a_text_is_in_the_language_of_most_of_its_letters(text, language):
    assert language_of_letters(text, otherwise="xx") == language
