"""Nobody takes a name that people read as somebody else's, or as the city's."""

import unicodedata
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from livinglab.accounts.errors import NicknameBlank, NicknameReserved, NicknameSealed, NicknameTaken
from livinglab.accounts.models import Person
from livinglab.accounts.names import check_nickname
from tests.accounts.test_agreements import sign_up
from tests.people import make_office, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def minseo():
    return make_person("minseo")


@pytest.fixture
def lane():
    return make_person("시장골목")


@pytest.mark.parametrize("typed", ["minseo\u200b", "MinSeo", "Мinseo", "m\u0456nseo", "ｍｉｎｓｅｏ", "min seo"])
def test_a_name_that_looks_like_somebody_elses_is_taken(client_of, minseo, typed):
    answer = sign_up(client_of(), nickname=typed)

    assert "already uses this nickname" in answer.content.decode()
    assert Person.objects.count() == 1


def test_a_korean_name_is_taken_however_its_letters_are_composed(client_of, lane):
    answer = sign_up(client_of(), nickname=unicodedata.normalize("NFD", "시장골목"))

    assert "already uses this nickname" in answer.content.decode()


def test_settings_refuse_what_signing_up_refuses(client_of, minseo, ben):
    client = client_of(ben)
    typed = {"name": "Ben Kim", "language": ""}
    for nickname, sentence in [
        ("minseo\u200b", "already uses this nickname"),
        ("세종시청 담당자", "sounds like the city"),
        ("ben✔", "Check marks"),
        ("\u3164\u3164", "Please write something."),
    ]:
        page = client.post(reverse("me:profile"), {**typed, "nickname": nickname}).content.decode()
        assert sentence in page
    ben.refresh_from_db()
    assert ben.nickname == "ben"

    assert client.post(reverse("me:profile"), {**typed, "nickname": "Ben\u202e"}).status_code == 302
    ben.refresh_from_db()
    assert ben.nickname == "Ben"


@pytest.mark.parametrize(
    "nickname",
    [
        *(
            "관리자",
            "관리자1",
            "관.리.자",
            "운영자님",
            "시민참여 담당",
            "시민참여 담당\u200b",
            "평가담당",
            "담당자입니다",
        ),
        *(
            "세종",
            "세종시",
            "세종특별자치시",
            "세종시청",
            "세종 시청",
            "세종특별자치시청",
            "세종시장",
            "세종시 공무원",
            "공무원",
        ),
        *("Living Lab 세종시청", "리빙랩", "도담동", "도담동 주민센터", "도담동장", "Dodam-dong office", "주민센터"),
        *(
            "admin",
            "Admin_7",
            "\u0430dm\u0456n",
            "adm1n",
            "City Hall",
            "CityStaff",
            "Sejong City",
            "Sejong",
            "moderator",
        ),
        *("시청 직원", "시 공무원", "구청담당", "군청 소속 공무원"),
        *("Official", "Sejong official", "ｓｔａｆｆ", "the mayor"),
    ],
)
def test_names_of_the_city_and_its_offices_are_reserved(dodam, nickname):
    with pytest.raises(NicknameReserved):
        check_nickname(nickname)


@pytest.mark.parametrize(
    "nickname",
    [
        *(
            "세종이",
            "세종대왕",
            "세종시민",
            "세종청년",
            "세종시청년",
            "시장골목",
            "전통시장",
            "드라마시청",
            "전도청년",
            "예비공무원",
        ),
        *(
            "도담밤산책",
            "도담동주민",
            "간식담당",
            "편의점직원",
            "방송국 직원",
            "분리배출반장",
            "badminton",
            "Flagstaff",
            "Sejong Kim",
        ),
        *("주민1", "city walker", "modern", "Gova"),
    ],
)
def test_names_that_only_sound_alike_are_free(dodam, nickname):
    check_nickname(nickname)


def test_the_name_of_an_office_in_the_table_is_reserved(dodam):
    check_nickname("생활교통과 팬")
    office = make_office("transport", dodam)
    office.name_ko, office.name_en = "생활교통과", "Everyday transport"
    office.save()

    for nickname in ("생활교통과", "생활 교통과 김주임", "everyday transport"):
        with pytest.raises(NicknameReserved):
            check_nickname(nickname)


@pytest.mark.parametrize("nickname", ["minseo ✓", "☑민서", "🏛️ 세종", "민서🛡"])
def test_no_name_brings_a_badge_of_its_own(nickname):
    with pytest.raises(NicknameSealed):
        check_nickname(nickname)


def test_a_name_of_nothing_is_none():
    with pytest.raises(NicknameBlank):
        check_nickname("\u3164\u200b")


def test_staff_keep_a_reserved_name_that_an_administrator_gave_them(client_of, adam, mo, ben):
    desk = client_of(adam)
    page = reverse("administration:person", args=[mo.pk])

    assert desk.post(page, {"do": "name", "nickname": "ben"}).status_code == 409
    assert desk.post(page, {"do": "name", "nickname": "시민참여 담당"}).status_code == 302
    mo.refresh_from_db()
    assert mo.nickname == "시민참여 담당"
    with pytest.raises(NicknameTaken):
        check_nickname("시민참여담당", may_be_reserved=True)

    typed = {"name": "Mo Kim", "nickname": "시민참여 담당", "language": ""}
    assert client_of(mo).post(reverse("me:profile"), typed).status_code == 302
    # What residents call themselves is theirs.
    desk.post(reverse("administration:person", args=[ben.pk]), {"do": "name", "nickname": "bennie"})
    ben.refresh_from_db()
    assert ben.nickname == "ben"


def test_the_database_knows_no_name_without_its_key_and_no_key_twice(minseo, ben):
    for columns in ({"nickname": "somebody", "nickname_key": ""}, {"nickname": "", "nickname_key": "key"}):
        with pytest.raises(IntegrityError, match="person_nickname_has_its_key"), transaction.atomic():
            Person.objects.filter(pk=ben.pk).update(**columns)
    with pytest.raises(IntegrityError, match="person_nickname_once_as_people_read_it"), transaction.atomic():
        Person.objects.filter(pk=ben.pk).update(nickname_key=minseo.nickname_key)


def test_of_stored_names_that_look_alike_the_oldest_account_keeps_its_own():
    names = ["minseo", "minseo\u200b", "MINSEO", "\u3164\u3164", "탁한\u202e177", ""]
    with connection.schema_editor() as editor:
        for constraint in Person._meta.constraints:
            if constraint.name.startswith("person_nickname") or constraint.name == "person_texts_are_clean":
                editor.remove_constraint(Person, constraint)
    people = [Person.objects.create(email=f"p{n}@example.kr", nickname=name) for n, name in enumerate(names)]

    migration = import_module("livinglab.accounts.migrations.0005_keys_of_nicknames")
    for _time in range(2):
        migration.fill_keys(apps, None)

    assert [Person.objects.get(pk=person.pk).nickname for person in people] == [
        *("minseo", "minseo2", "MINSEO3", "", "탁한177", "")
    ]
