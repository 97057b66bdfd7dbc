"""Which nicknames somebody may take: none that others have, and none that speaks for the city.

What is reserved is looked for in the folded name without signs, so that neither spaces, dots and digits nor letters of
another script get around it. Words are refused where they can only mean staff: "시장골목" (market lane), "세종이",
"예비공무원" (soon a civil servant) and "badminton" are names like any other; "세종시청", "평가 담당", "admin1" are not.
"""

import re
import unicodedata
from collections.abc import Iterable

from django.conf import settings

from livinglab.accounts.errors import NicknameBlank, NicknameReserved, NicknameSealed, NicknameTaken
from livinglab.accounts.models import Area, Office, Person
from livinglab.text import clean_line, fold_name, is_blank

# What could pass for the badge beside the name of staff.
SEALS = set("✓✔✅☑🗸🗹🏛🛡👮")
ANYWHERE = (
    *("관리자", "운영자", "운영진", "담당자", "주무관", "어드민", "모더레이터", "리빙랩"),
    *("living lab", "administrator", "moderator", "city hall", "city staff", "webmaster"),
)
AT_THE_END = (
    *("구청", "군청", "교육청", "시의회", "구의회", "시장실", "담당관"),
    *("주민센터", "행정복지센터", "읍사무소", "면사무소", "동사무소"),
)
WHOLE = ("시장", "부시장", "시청", "시민참여", "공식", "공식계정", "공무원", "직원", "담당", "도청")
# Words of a Latin name, by themselves: "staff" is reserved, "Flagstaff" is not.
WORDS = ("admin", "admins", "staff", "official", "mayor", "government", "gov")
DUTIES = (
    "시민참여",
    "시민",
    "민원",
    "행정",
    "정책",
    "평가",
    "홍보",
    "제안",
    "실증",
    "사업",
    "누리집",
    "홈페이지",
    "사이트",
    "운영",
)
SORTS_OF_CITY = ("특별자치시", "특별자치도", "특별시", "광역시", "시", "군", "구", "도")
# "직원" of a shop and "예비공무원" are other people.
OF_CITY_HALL = "(?:시청|구청|군청|도청|시|군|구|도)(?:소속)?(?:직원|공무원|담당)"
# 시청 also means watching, and with 년, 소년 or 춘 after it begins the word for youth.
HALL = "시청(?!년|소년|춘)"


def check_nickname(nickname: str, *, holder: Person | None = None, may_be_reserved: bool = False) -> None:
    """Refuse what cannot be the nickname of ``holder``, or of somebody new. What she has already she may keep."""
    if is_blank(nickname):
        raise NicknameBlank
    if holder is not None and fold_name(nickname) == holder.nickname_key:
        return
    if any(character in SEALS for character in nickname):
        raise NicknameSealed
    if not may_be_reserved and is_reserved(nickname):
        raise NicknameReserved
    same = Person.objects.with_nickname(nickname)
    if (same if holder is None else same.exclude(pk=holder.pk)).exists():
        raise NicknameTaken


def is_reserved(nickname: str) -> bool:
    """Whether a nickname would be taken for the city, an office, an area or somebody who works there."""
    name = _letters(re.sub(r"[\W\d_]+$", "", clean_line(nickname))).removesuffix("님")
    if not name:
        return False
    return (
        any(_letters(word) in name for word in ANYWHERE)
        or name.endswith(tuple(map(_letters, AT_THE_END)))
        or name in {_letters(word) for word in (*WHOLE, *WORDS)}
        or name.startswith("admln")
        or name.endswith(("admln", *(_letters(duty + "담당") for duty in DUTIES)))
        or bool({_letters(word) for word in _words(nickname)} & {_letters(word) for word in WORDS})
        or re.fullmatch(OF_CITY_HALL, name) is not None
        or _is_of_the_city(name)
        or _is_of_an_office(name)
    )


def _letters(name: str) -> str:
    """The folded name without signs."""
    return "".join(character for character in fold_name(name) if character.isalnum())


def _words(name: str) -> list[str]:
    """The Latin words of a name: "CityStaff2" has two."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", clean_line(name)))
    return [word for word in re.split(r"[\W\d_]+", spaced) if word]


def _is_of_the_city(name: str) -> bool:
    city = re.escape(_letters(_without_sort(settings.CITY_NAME_KO)))
    sort = "(?:특별자치|특별|광역)?(?:시|군|구|도)?"
    korean = rf"^{city}{sort}$|{city}(?:특별자치|특별|광역)?(?:{HALL}|군청|구청|시의회|{sort}공식|{sort}직원)"
    korean += rf"|{city}{sort}(?:공무원|담당)$|{city}(?:특별자치|특별|광역)?시장$"
    latin = _letters(settings.CITY_NAME_EN)
    return bool(re.search(korean, name)) or name in {latin, _letters(f"{latin} city"), _letters(f"city of {latin}")}


def _is_of_an_office(name: str) -> bool:
    areas = _both_names(Area.objects.only("name_ko", "name_en"))
    offices = _both_names(Office.objects.all())
    if name in areas | offices or any(len(office) > 3 and office in name for office in offices):
        return True
    room = (
        "장",
        "사무소",
        "직원",
        "공무원",
        "담당",
        *map(_letters, ("office", "community center", "community centre")),
    )
    return any(name == area + word for area in areas for word in room)


def _both_names(rows: "Iterable[Area] | Iterable[Office]") -> set[str]:
    return {_letters(name) for row in rows for name in (row.name_ko, row.name_en)} - {""}


def _without_sort(city: str) -> str:
    for sort in SORTS_OF_CITY:
        if len(city) > len(sort) + 1 and city.endswith(sort):
            return city.removesuffix(sort)
    return city
