"""What people type, as people see it: text as it is kept, codes, names that look alike, the language of the letters.

No Django here: forms, actions, the API, imports and migrations all ask these functions. Text that has passed one of the
``clean_`` functions can be written to XML, XLSX, PDF and SAV as it stands. Which characters look alike follows
Unicode Technical Standard #39; the table holds those that pass for a Latin letter, and the few shapes that Hangul, kana
and Chinese characters share.
"""

import re
import unicodedata

# Characters without a shape, beside controls and those of the category "format": joiners of graphemes and hieroglyphs,
# fillers of Hangul, Khmer vowels that are never drawn, the empty Braille cell, selectors of variants, tags.
WITHOUT_SHAPE = {
    *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x2800, 0x3164, 0xFFA0),
    *range(0x180B, 0x1810),
    *range(0xFE00, 0xFE10),
    *range(0xFFF0, 0xFFF9),
    *range(0x13430, 0x13440),
    *range(0xE0000, 0xE1000),
}
# Of the category "format", too, but drawn: signs of Arabic, Syriac and Kaithi that stand around a number or a word.
DRAWN_FORMATS = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x0890, 0x0891, 0x08E2, 0x110BD, 0x110CD}
# Noncharacters of the plane in which nearly all text is: XML refuses two of them.
NONCHARACTERS = {*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF}
ZERO_WIDTH_JOINER = "\u200d"
JOINERS = ("\u200c", ZERO_WIDTH_JOINER)
EMOJI_SELECTORS = ("\ufe0e", "\ufe0f")
KEYCAP = "\u20e3"
BLANK_FLAG = "\U0001f3f4"
# Emoji that are neither of the category "symbol" nor new.
OTHER_EMOJI = "‼⁉〰ℹ"

# Controls that Python counts as white space.
SEPARATORS = "\x1c\x1d\x1e\x1f"

# The ways in which a line ends, and the blanks that say "do not break here" or jump to a column.
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
LEVELLED_BLANKS = str.maketrans(dict.fromkeys("\t\u00a0\u2007\u202f\u2800", " "))

# Latin letters with what is taken for them once capitals are small. i, l and 1 are one, and so are o and 0.
LIKE_LATIN = {
    "a": "аαɑᴀꭺꓮ",
    "b": "вьβʙᏼꓐ",
    "c": "сᴄꮯꓚ",
    "d": "ԁᴅꭰꓒ",
    "e": "еєҽεᴇꭼꓰ℮",
    "f": "ƒꜰꓝ",
    "g": "ɡɢԍցꮐꓖ",
    "h": "нһʜհꮋꓧ",
    "j": "јϳᴊꭻꓙ",
    "k": "кκᴋꮶꓗ",
    "l": "i1|іıɩɪιʟӏǀ∣ꮮꭵꓡꓲᛁ",
    "m": "мᴍꮇꓟ",
    "n": "пɴոꓠ",
    "o": "0оοσօᴏⲟ○◯〇ꓳ",
    "p": "рρᴘꮲꓑ",
    "q": "ԛգզ",
    "r": "гʀꭱꮢꓣ",
    "s": "ѕꜱꮪꓢ",
    "t": "тτᴛꭲꓔ",
    "u": "υսᴜꓴ",
    "v": "νѵᴠꮩꓦ",
    "w": "шωԝᴡꮃꓪ",
    "x": "хχꓫ",
    "y": "уүγʏꓬ",
    "z": "ζᴢꮓꓜ",
}
# Greek capitals that look like another Latin letter than their small ones.
GREEK_CAPITALS = {"Η": "h", "Μ": "m", "Ν": "n", "Υ": "y", "Ζ": "z", "Ϲ": "c", "ϲ": "c"}
# Hangul letters (ㅡ ㅣ ㅁ ㅗ ㅏ, as NFKC writes them) with kana and Chinese characters of their shape, and others.
LIKE_EAST_ASIAN = {
    "\u1173": "一ー―—–",
    "l": "\u1175丨",
    "\u1106": "口ロ",
    "\u1169": "エ工",
    "\u1161": "ト卜",
    "力": "カ",
    "夕": "タ",
    "二": "ニ",
    "八": "ハ",
    "ヘ": "へ",
    "三": "ミ",
    "千": "チ",
    "才": "オ",
}
# A final consonant that stands alone looks like the initial one.
INITIAL_OF_FINAL = {
    chr(final): unicodedata.lookup(unicodedata.name(chr(final)).replace("JONGSEONG", "CHOSEONG"))
    for final in (0x11A8, 0x11AB, 0x11AE, 0x11AF, 0x11B7, 0x11B8, 0x11BA, 0x11BC, 0x11BD, 0x11BE)
}
SKELETON = str.maketrans(
    # Folded, because the case of Cherokee folds to its capitals.
    {
        like.casefold(): target
        for table in (LIKE_LATIN, LIKE_EAST_ASIAN)
        for target, likes in table.items()
        for like in likes
    }
    | INITIAL_OF_FINAL
)
CAPITALS = str.maketrans(GREEK_CAPITALS)

# The language that a script speaks of. Chinese characters beside kana are Japanese, beside Hangul Korean.
LANGUAGE_OF_SCRIPT = {
    "HANGUL": "ko",
    "LATIN": "en",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "HEBREW": "he",
    "THAI": "th",
    "KHMER": "km",
    "MYANMAR": "my",
    "LAO": "lo",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "SINHALA": "si",
    "TAMIL": "ta",
    "GREEK": "el",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
}
# Hardly any other language puts these on its Latin letters.
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")
# A syllable of Hangul stands for about three Latin letters, a Chinese character for more.
WEIGHTS = {"HANGUL": 3, "CJK": 3, "HIRAGANA": 2, "KATAKANA": 2}


def is_invisible(character: str) -> bool:
    """Whether a character shows nothing and takes no room; white space is none of them."""
    point = ord(character)
    if point in WITHOUT_SHAPE or point in NONCHARACTERS:
        return True
    if (character.isspace() and character not in SEPARATORS) or point in DRAWN_FORMATS:
        return False
    return unicodedata.category(character) in ("Cf", "Cc", "Cs")


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen."""
    return all(character.isspace() or is_invisible(character) for character in text)


def clean_text(text: str) -> str:
    r"""Text of several lines as it is kept.

    Composed letters (NFC), one kind of line end, plain blanks, none at the end of a line and none around the whole, no
    control characters, and nothing that cannot be seen but what a script or an emoji needs.

    Examples
    --------
    >>> clean_text(" 첫\u00a0줄 \r\n둘째\u200b 줄\x07 ")
    '첫 줄\n둘째 줄'
    """
    text = LINE_ENDS.sub("\n", text).translate(LEVELLED_BLANKS)
    text = unicodedata.normalize("NFC", _without_invisible(unicodedata.normalize("NFC", text)))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def clean_line(text: str) -> str:
    """Text of one line as it is kept: as by ``clean_text``, with one blank for each line end and each run of blanks."""
    return " ".join(clean_text(text).split())


def fold_code(text: str) -> str:
    """The same string for all ways to type a code of letters and digits: width, case, blanks and dashes do not matter.

    Examples
    --------
    >>> fold_code("ｐｈ９ｇ – 77k2")
    'PH9G77K2'
    """
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).upper() if letter.isalnum())


def fold_name(text: str) -> str:
    """The same string for all names that people take for one another, whatever case, width, spaces or script they use.

    It is a key to compare by, never a name to show.

    Examples
    --------
    >>> fold_name("BlueМagpie") == fold_name("blue magpie")  # the M is Cyrillic
    True
    >>> fold_name("minseo\u200b") == fold_name("Ｍｉｎｓｅｏ")
    True
    >>> fold_name("도담밤산책") == fold_name("도담 밤산책")
    True
    """
    text = unicodedata.normalize("NFKC", _visible(text).translate(CAPITALS)).translate(CAPITALS)
    text = unicodedata.normalize("NFKC", _visible(text).casefold()).translate(SKELETON)
    return re.sub(r"\s", "", text).replace("rn", "m").replace("vv", "w")


def language_of_letters(text: str, *, otherwise: str) -> str:
    """The language most of the letters are in, as a tag for ``lang``; ``otherwise`` where there are no letters."""
    weights = {"ko": 3 * len(re.findall("[가-힣]", text)), "en": len(re.findall("[A-Za-z]", text))}
    for character in re.sub("[\x00-\x7f가-힣]+", "", text):
        script = unicodedata.name(character, "").split(" ")[0] if character.isalpha() else ""
        if language := LANGUAGE_OF_SCRIPT.get(script):
            weights[language] = weights.get(language, 0) + WEIGHTS.get(script, 1)
    weights = {language: weight for language, weight in weights.items() if weight}
    if "zh" in weights and (beside := weights.keys() & {"ja", "ko"}):
        weights[max(beside, key=weights.__getitem__)] += weights.pop("zh")
    if not weights:
        return otherwise
    language = max(weights, key=lambda known: (weights[known], known == "ko"))
    return "vi" if language == "en" and len(VIETNAMESE.findall(text)) * 8 >= weights["en"] else language


def _visible(text: str) -> str:
    return "".join(character for character in text if not is_invisible(character))


def _without_invisible(text: str) -> str:
    """The text without what cannot be seen, but for what belongs to an emoji or to a script that needs it."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    kept: list[str] = []
    for character, after in zip(text, [*text[1:], ""], strict=True):
        if character == "\n" or not is_invisible(character) or (kept and _is_needed(character, kept[-1], after)):
            kept.append(character)
    return "".join(kept)


def _is_needed(character: str, before: str, after: str) -> bool:
    """Whether an invisible character does something between its neighbours; ``before`` has been kept."""
    if character in EMOJI_SELECTORS:
        return after == KEYCAP if before in "#*0123456789" else _is_symbol(before) or _is_ideograph(before)
    if 0xE0020 <= ord(character) <= 0xE007F:
        # Flags of countries within a country are spelled with tags.
        return before == BLANK_FLAG or 0xE0020 <= ord(before) <= 0xE007E
    if 0xFE00 <= ord(character) <= 0xFE0D or 0xE0100 <= ord(character) <= 0xE01EF:
        return _is_ideograph(before) or unicodedata.category(before) == "Sm"
    if 0x180B <= ord(character) <= 0x180D:
        return 0x1820 <= ord(before) <= 0x18AA
    if character not in JOINERS or not after:
        return False
    if character == ZERO_WIDTH_JOINER and _is_symbol(after):
        return _is_symbol(before) or before in EMOJI_SELECTORS
    return _is_joined_script(before) and _is_joined_script(after)


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) in ("So", "Sk", "Sm", "Cn") or character in OTHER_EMOJI


def _is_ideograph(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK ")


def _is_joined_script(character: str) -> bool:
    """Arabic and its neighbours, the scripts of India and Sri Lanka, Khmer, Mongolian."""
    return any(
        first <= ord(character) <= last for first, last in ((0x0600, 0x08FF), (0x0900, 0x0DFF), (0x1780, 0x18AF))
    )
