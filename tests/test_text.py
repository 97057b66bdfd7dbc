"""Names and texts as people see them."""

import unicodedata
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.text import clean_line, clean_text, fold_code, fold_name, is_blank, language_of_letters

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
    assert clean_line(typed) == stored
    assert clean_line(stored) == stored


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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("첫 줄\r\n둘째 줄\r셋째\x0b넷째\x85다섯째\u2028여섯째", "첫 줄\n둘째 줄\n셋째\n넷째\n다섯째\n여섯째"),
        ("끝에 빈칸  \t\n\n다음 ", "끝에 빈칸\n\n다음"),
        ("  들여쓴 첫 줄\n  들여쓴 둘째 줄", "들여쓴 첫 줄\n  들여쓴 둘째 줄"),
        ("3\u00a0km\u202f앞\u2007뒤\t옆", "3 km 앞 뒤 옆"),
        ("벨\x07과 \x00널\x1f\x7f\x9f", "벨과 널"),
        ("보이지\u200b않는\ufeff것\u00ad들\u2060\u202e", "보이지않는것들"),
        ("\ufffe문서\uffff\ufdd0", "문서"),
        ("반쪽\ud800문자", "반쪽문자"),
        (unicodedata.normalize("NFD", "전의할미꽃 café"), "전의할미꽃 café"),
        (
            f"우리 {FAMILY} {ENGLAND} 1\ufe0f\u20e3 ❤\ufe0f ☎\ufe0e ⁉\ufe0f",
            f"우리 {FAMILY} {ENGLAND} 1\ufe0f\u20e3 ❤\ufe0f ☎\ufe0e ⁉\ufe0f",
        ),
        ("葛\U000e0100飾区", "葛\U000e0100飾区"),
        ("می\u200cخواهم क्\u200dष", "می\u200cخواهم क्\u200dष"),
        ("가\ufe0f나\u200d다1\ufe0f \U000e0067", "가나다1"),
        ("\u200b\u3164\n\u2800", ""),
    ],
)
def test_a_text_is_kept_without_what_nobody_sees_and_with_one_kind_of_line_end(typed, kept):
    assert clean_text(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("한 줄\n두 줄\r\n", "한 줄 두 줄"), ("  빈칸 \u00a0 여럿\t", "빈칸 여럿"), ("a\x0b\x1fb", "a b")],
)
def test_a_line_holds_no_line_end(typed, kept):
    assert clean_line(typed) == kept


# Letters of all kinds, and more often than by chance what is invisible, joins or ends lines.
ODD = st.sampled_from(
    "\r\n\t\x00\x07\x0b\x85\xa0\u200b\u200c\u200d\u2028\u202e\u2800\u3164\ufe0f\ufeff\uffff가ㄱ각하e\u0301ا1\u20e3❤👩"
)
ANY_TEXT = st.text(st.one_of(ODD, st.characters()), max_size=60)


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once(text):
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(ANY_TEXT)
def test_what_was_cleaned_can_be_written_to_xml_and_read_back(text):
    element = Element("text")
    element.text = clean_text(text)
    assert (fromstring(tostring(element, "utf-8")).text or "") == clean_text(text)


@given(ANY_TEXT)
def test_a_text_is_blank_exactly_if_nothing_of_it_is_kept(text):
    assert is_blank(text) == (clean_text(text) == "")


@pytest.mark.parametrize(
    "typed", ["PH9G-77K2", "ｐｈ９ｇ－７７ｋ２", " ph9g 77k2 ", "Ph9g—77K2\u200b", "p h 9 g 7 7 k 2"]
)
def test_a_code_is_the_same_however_it_is_typed(typed):
    assert fold_code(typed) == "PH9G77K2"
