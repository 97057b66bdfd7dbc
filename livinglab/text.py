"""What people type, as people see it: names that look alike, characters nobody sees, the language of the letters.

No Django here: forms, actions, the API and migrations all ask these functions. Which characters look alike follows
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
JOINERS = ("\u200c", "\u200d")
EMOJI_SELECTOR = "\ufe0f"
BLANK_FLAG = "\U0001f3f4"

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
    if ord(character) in WITHOUT_SHAPE:
        return True
    if character.isspace() or ord(character) in DRAWN_FORMATS:
        return False
    return unicodedata.category(character) in ("Cf", "Cc", "Cs")


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen."""
    return all(character.isspace() or is_invisible(character) for character in text)


def clean_name(text: str) -> str:
    """A name as it is stored: composed letters, single spaces, and nothing that cannot be seen.

    What holds an emoji together, or the letters of scripts that join, stays.
    """
    text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text))
    seen = [
        character for place, character in enumerate(text) if not is_invisible(character) or _holds_together(text, place)
    ]
    return re.sub(r" +", " ", "".join(seen)).strip()


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


def _holds_together(text: str, place: int) -> bool:
    """Whether an invisible character belongs to an emoji, or joins letters of a script that is written joined."""
    character, before, after = text[place], text[place - 1 : place], text[place + 1 : place + 2]
    if not before:
        return False
    if character == EMOJI_SELECTOR:
        return _is_symbol(before)
    if 0xE0020 <= ord(character) <= 0xE007F:
        # Flags of countries within a country are spelled with tags.
        return text[:place].rstrip("".join(map(chr, range(0xE0020, 0xE0080)))).endswith(BLANK_FLAG)
    if character not in JOINERS or not after:
        return False
    if _is_symbol(after) and character == "\u200d":
        return _is_symbol(before) or before == EMOJI_SELECTOR
    return _is_joined_script(before) and _is_joined_script(after)


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) in ("So", "Sk", "Cn") or character in "♀♂#*0123456789"


def _is_joined_script(character: str) -> bool:
    """Arabic and its neighbours, the scripts of India and Sri Lanka, Khmer, Mongolian."""
    return any(
        first <= ord(character) <= last for first, last in ((0x0600, 0x08FF), (0x0900, 0x0DFF), (0x1780, 0x18AF))
    )
