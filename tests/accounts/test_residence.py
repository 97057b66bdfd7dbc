"""Confirming where somebody lives, at the desk or with a printed code."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.actions import (
    CODES_ARE_VALID_FOR,
    change_profile,
    confirm_residence,
    make_residence_codes,
    use_residence_code,
)
from livinglab.accounts.errors import NotInCharge, WrongCode
from livinglab.accounts.models import Office, Person, ResidenceCode
from livinglab.accounts.roles import Role
from tests.people import make_area, make_person

NOW = timezone.now()


@pytest.fixture
def jochiwon(db):
    return make_area("조치원읍", "Jochiwon-eup", "3611025000")


@pytest.fixture
def moderator_of_jochiwon(jochiwon):
    office = Office.objects.create(slug="jochiwon", name_ko="조치원읍사무소", name_en="Jochiwon office")
    office.areas.add(jochiwon)
    person = make_person("mina", Role.MODERATOR)
    person.grants.update(office=office)
    return person


def test_printed_code_confirms_one_person_once(sam, ben, mo, dodam):
    (code,) = make_residence_codes(dodam, count=1, by=mo, at=NOW)

    use_residence_code(sam, code.lower().replace("-", " "), at=NOW)

    assert sam.is_confirmed_resident
    assert sam.area == dodam
    with pytest.raises(WrongCode):
        use_residence_code(ben, code, at=NOW)


def test_code_runs_out(sam, mo, dodam):
    (code,) = make_residence_codes(dodam, count=1, by=mo, at=NOW)

    with pytest.raises(WrongCode):
        use_residence_code(sam, code, at=NOW + CODES_ARE_VALID_FOR + timedelta(seconds=1))

    assert not Person.objects.get(pk=sam.pk).is_confirmed_resident


def test_codes_are_kept_as_hashes_only(mo, dodam):
    codes = make_residence_codes(dodam, count=20, by=mo, at=NOW)

    stored = " ".join(ResidenceCode.objects.values_list("code_hash", flat=True))
    assert len(set(codes)) == 20
    assert not any(code.replace("-", "") in stored for code in codes)


def test_desk_records_who_confirmed_whom_and_when(sam, mo, dodam):
    confirm_residence(sam, dodam, by=mo, at=NOW)
    confirm_residence(sam, dodam, by=mo, at=NOW + timedelta(hours=1))

    record = sam.residence_records.get()
    assert (record.by, record.at, record.area) == (mo, NOW, dodam)


def test_moving_to_another_area_ends_the_confirmation(ben, jochiwon):
    choices = {"language": "", "stopped_mails": [], "at": NOW}
    change_profile(ben, name="Ben Kim", nickname="ben", area=ben.area, **choices)
    assert ben.is_confirmed_resident

    change_profile(ben, name="Ben Kim", nickname="ben", area=jochiwon, **choices)

    assert not ben.is_confirmed_resident
    assert ben.area == jochiwon


def test_profile_says_before_what_moving_does(client_of, ben, sam):
    warning = "your residence has to be confirmed again"

    assert warning in client_of(ben).get(reverse("me:profile")).content.decode()
    assert warning not in client_of(sam).get(reverse("me:profile")).content.decode()


def test_moderator_of_an_office_reaches_its_areas_only(moderator_of_jochiwon, mo, sam, jochiwon, dodam):
    assert mo.areas_in_charge(Role.MODERATOR) is None
    assert mo.areas_in_charge(Role.EVALUATOR) == frozenset()
    assert moderator_of_jochiwon.areas_in_charge(Role.MODERATOR) == {jochiwon.pk}

    confirm_residence(sam, jochiwon, by=moderator_of_jochiwon, at=NOW)
    with pytest.raises(NotInCharge):
        confirm_residence(sam, dodam, by=moderator_of_jochiwon, at=NOW)
    with pytest.raises(NotInCharge):
        make_residence_codes(dodam, count=1, by=moderator_of_jochiwon, at=NOW)


def test_desk_finds_by_exact_email_or_nickname_and_confirms(client_of, mo, sam, dodam):
    desk, client = reverse("me:residence_desk"), client_of(mo)

    assert "Nobody has this" in client.post(desk, {"who": "sa"}).content.decode()
    assert "sam@example.kr" in client.post(desk, {"who": "SAM"}).content.decode()
    assert "sam Kim" in client.post(desk, {"who": "sam@example.kr"}).content.decode()
    assert client.post(desk, {"who": "sam@example.kr", "area": dodam.pk}).status_code == 302
    assert Person.objects.get(pk=sam.pk).is_confirmed_resident


def test_printed_page_shows_codes_that_work_and_is_not_stored_anywhere(client_of, mo, sam, dodam):
    page = client_of(mo).post(reverse("me:residence_codes"), {"codes-area": dodam.pk, "codes-count": 3})

    codes = page.context["codes"]
    assert len(codes) == 3
    assert "no-store" in page["Cache-Control"]
    answer = client_of(sam).post(reverse("me:residence"), {"code": codes[0]}, follow=True)
    assert "Your residence is confirmed: Dodam-dong." in answer.content.decode()


def test_guessing_codes_is_stopped(client_of, sam):
    client, url = client_of(sam), reverse("me:residence")

    answers = [client.post(url, {"code": "2222-2222-2222"}).status_code for _try in range(11)]

    assert answers == [409] * 10 + [429]
