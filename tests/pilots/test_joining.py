"""Who takes part, who waits, and how one leaves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livinglab.phone import as_written, to_e164
from livinglab.web import my_data
from pilots.actions.enrol import join_pilot, leave_pilot, withdraw_sensitive_consent
from pilots.actions.personal_data import export_of, forget
from pilots.actions.plan import change_consent_text, change_pilot
from pilots.actions.run import announce_pilot, end_pilot
from pilots.consent import ConsentWords
from pilots.errors import AnswersTakenOut, ConsentChanged, ConsentMissing, NotConfirmed, PhoneMissing, WrongStage
from pilots.models import ConsentText, Enrolment
from tests.builders import pilots as build
from tests.people import make_person

State = Enrolment.State
Purpose = ConsentText.Purpose


@pytest.fixture
def pilot(mo):
    return build.announced_pilot(mo)


@pytest.fixture
def one_place(mo):
    return build.announced_pilot(mo, capacity=1)


def test_resident_joins_with_her_consent_and_hears_of_it(pilot, ben):
    enrolment = build.joined(pilot, ben, age_band="65-74", sex="f")

    assert enrolment.state == State.JOINED
    assert enrolment.area == ben.area
    assert enrolment.groups == ["65+"]
    consent = enrolment.consents.get()
    assert (consent.text.purpose, consent.mode, consent.withdrawn_at) == (Purpose.PARTICIPATION, "self", None)
    assert ben.notices.get(kind="pilot_joined").url == f"/pilots/{pilot.slug}/"


def test_saying_nothing_about_oneself_is_fine(pilot, ben):
    enrolment = build.joined(pilot, ben)

    assert (enrolment.age_band, enrolment.sex, enrolment.access_needs, enrolment.groups) == ("", "", [], [])


def test_joining_twice_is_joining_once(pilot, ben):
    first = build.joined(pilot, ben)

    assert build.joined(pilot, ben) == first
    assert pilot.enrolments.count() == 1
    assert ben.notices.filter(kind="pilot_joined").count() == 1


def test_residence_has_to_be_confirmed(pilot, sam):
    with pytest.raises(NotConfirmed):
        build.joined(pilot, sam)


def test_nobody_takes_part_without_consent(pilot, ben):
    with pytest.raises(ConsentMissing):
        join_pilot(pilot, person=ben, consents=[], language="ko", at=timezone.now())

    assert not pilot.enrolments.exists()


def test_access_needs_take_a_consent_of_their_own(pilot, ben):
    participation = pilot.current_consent_texts()[0]

    with pytest.raises(ConsentMissing):
        join_pilot(pilot, person=ben, consents=[participation], language="ko", at=timezone.now(), access_needs=["sign"])

    enrolment = build.joined(pilot, ben, access_needs=("wheelchair", "sign"))
    assert enrolment.access_needs == ["sign", "wheelchair"]
    assert enrolment.consents.count() == 2


def test_consent_to_a_text_that_changed_meanwhile_does_not_count(pilot, ben):
    read = [pilot.current_consent_texts()[0]]
    change_consent_text(pilot, purpose=Purpose.PARTICIPATION, words=ConsentWords("새 글"), at=timezone.now())

    with pytest.raises(ConsentChanged):
        join_pilot(pilot, person=ben, consents=read, language="ko", at=timezone.now())


def test_consent_to_the_text_of_another_pilot_does_not_count(pilot, ben, ana, mo):
    other = build.announced_pilot(mo, of=build.service(author=ana, moderator=mo))

    with pytest.raises(ConsentChanged):
        join_pilot(pilot, person=ben, consents=[other.current_consent_texts()[0]], language="ko", at=timezone.now())


@pytest.mark.parametrize("when", ["planned", "after the last day", "ended"])
def test_joining_is_possible_only_while_the_pilot_is_open(when, mo, ben):
    now = timezone.now()
    pilot = build.planned_pilot(mo) if when == "planned" else build.announced_pilot(mo, lasts=10)
    if when == "ended":
        end_pilot(pilot, by=None, at=now)

    with pytest.raises(WrongStage):
        build.joined(pilot, ben, at=now + timedelta(days=18) if when == "after the last day" else now)


def test_full_pilot_keeps_a_waiting_list_and_gives_a_free_place_to_the_first(one_place, ana, ben):
    first = build.joined(one_place, ana)
    second = build.joined(one_place, ben)
    third = build.joined(one_place, make_person("cho", area=ben.area, confirmed=True))
    assert [each.state for each in (first, second, third)] == [State.JOINED, State.WAITING, State.WAITING]
    assert (second.place_in_line, third.place_in_line) == (1, 2)
    assert ben.notices.filter(kind="pilot_waiting").exists()

    leave_pilot(first, at=timezone.now(), reason="no_time")

    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.state, third.state) == (State.JOINED, State.WAITING)
    assert ben.notices.filter(kind="pilot_place_free").count() == 1


def test_pilot_keeps_how_many_take_part_and_how_many_wait(one_place, mo, ana, ben):
    def kept():
        one_place.refresh_from_db()
        return one_place.joined_total, one_place.waiting_total

    first = build.joined(one_place, ana)
    assert kept() == (1, 0)
    second = build.joined(one_place, ben)
    build.joined(one_place, make_person("carol", area=ben.area, confirmed=True))
    assert kept() == (1, 2)
    leave_pilot(first, at=timezone.now())
    assert kept() == (1, 1)
    leave_pilot(second, at=timezone.now())
    assert kept() == (1, 0)
    build.joined(one_place, ana)
    forget(ana, at=timezone.now())
    assert kept() == (1, 0)


def test_leaving_the_waiting_list_gives_nobody_a_place(one_place, ana, ben):
    build.joined(one_place, ana)
    waiting = build.joined(one_place, ben)

    leave_pilot(waiting, at=timezone.now())

    assert one_place.enrolments.joined().get().person == ana


def test_leaving_takes_back_consents_and_access_needs_and_needs_no_reason(pilot, ben):
    enrolment = build.joined(pilot, ben, access_needs=("sign",))

    leave_pilot(enrolment, at=timezone.now())

    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.leave_reason, enrolment.access_needs) == (State.LEFT, "", [])
    assert enrolment.answers_withdrawn_at is None
    assert enrolment.consents.count() == 2
    assert not enrolment.consents.standing().exists()


def test_who_has_left_can_still_have_her_answers_taken_out_also_after_the_end(pilot, ben):
    enrolment = build.joined(pilot, ben)
    left = timezone.now()
    leave_pilot(enrolment, at=left, reason="privacy")
    end_pilot(pilot, by=None, at=left)

    leave_pilot(enrolment, at=left + timedelta(days=1), withdraw_answers=True)

    enrolment.refresh_from_db()
    assert (enrolment.left_at, enrolment.leave_reason) == (left, "privacy")
    assert enrolment.answers_withdrawn_at == left + timedelta(days=1)


def test_leaving_after_the_end_moves_nobody_up(one_place, ana, ben):
    first, waiting = build.joined(one_place, ana), build.joined(one_place, ben)
    end_pilot(one_place, by=None, at=timezone.now())

    leave_pilot(first, at=timezone.now())

    waiting.refresh_from_db()
    assert waiting.state == State.WAITING


def test_who_left_can_come_back_behind_those_who_wait(one_place, ana, ben):
    enrolment = build.joined(one_place, ana)
    build.joined(one_place, ben)
    leave_pilot(enrolment, at=timezone.now())

    again = build.joined(one_place, ana, age_band="30-39")

    assert again.pk == enrolment.pk
    assert (again.state, again.age_band, again.left_at) == (State.WAITING, "30-39", None)
    assert again.consents.count() == 2
    assert again.consents.standing().count() == 1


def test_who_had_her_answers_taken_out_is_not_counted_a_second_time(pilot, ben):
    leave_pilot(build.joined(pilot, ben), at=timezone.now(), withdraw_answers=True)

    with pytest.raises(AnswersTakenOut):
        build.joined(pilot, ben)


def test_taking_back_the_sensitive_consent_empties_access_needs_and_nothing_else(pilot, ben):
    enrolment = build.joined(pilot, ben, access_needs=("sign",))

    for _time in range(2):
        withdraw_sensitive_consent(enrolment, at=timezone.now())

    assert (enrolment.state, enrolment.access_needs) == (State.JOINED, [])
    assert enrolment.consents.standing().get().text.purpose == Purpose.PARTICIPATION


def test_export_tells_what_was_consented_to_in_the_words_that_were_read(pilot, ben):
    build.joined(pilot, ben, age_band="50-64")

    [told] = export_of(ben)["enrolments"]

    assert told["age_band"] == "50-64"
    assert told["consents"][0]["text"] == pilot.current_consent_texts()[0].whole_text_in("ko")


@pytest.mark.parametrize("keeps_answers", [True, False])
def test_forgotten_person_leaves_and_her_answers_follow_the_text_she_agreed_to(keeps_answers, pilot, ben):
    change_consent_text(
        pilot,
        purpose=Purpose.PARTICIPATION,
        words=ConsentWords("글"),
        keeps_answers=keeps_answers,
        at=timezone.now(),
    )
    enrolment = build.joined(pilot, ben, access_needs=("sign",))

    forget(ben, at=timezone.now())

    enrolment.refresh_from_db()
    assert (enrolment.person, enrolment.state, enrolment.access_needs) == (None, State.LEFT, [])
    assert (enrolment.answers_withdrawn_at is None) == keeps_answers
    assert export_of(ben)["enrolments"] == []


def test_who_deletes_her_account_takes_her_pilots_along_and_leaves_them(pilot, ben):
    enrolment = build.joined(pilot, ben, age_band="50-64")

    assert my_data.export_of(ben)["pilots"]["enrolments"][0]["pilot"] == pilot.slug
    my_data.forget(ben, at=timezone.now())

    enrolment.refresh_from_db()
    assert (enrolment.person, enrolment.state) == (None, State.LEFT)


def test_place_of_a_forgotten_person_goes_to_the_next_in_line(one_place, ana, ben):
    build.joined(one_place, ana)
    waiting = build.joined(one_place, ben)

    forget(ana, at=timezone.now())

    waiting.refresh_from_db()
    assert waiting.state == State.JOINED


# Telephone numbers, and being asked again


@pytest.fixture
def by_telephone(mo):
    """A pilot that cannot do without a telephone number."""
    pilot = build.planned_pilot(mo)
    change_pilot(
        pilot,
        test_bed=pilot.test_bed,
        starts_on=pilot.starts_on,
        ends_on=pilot.ends_on,
        capacity=pilot.capacity,
        asks_phone=True,
    )
    announce_pilot(pilot, by=mo, at=timezone.now())
    return pilot


def test_pilot_that_needs_a_telephone_number_keeps_it_until_one_leaves(by_telephone, ben):
    enrolment = build.joined(by_telephone, ben, phone="+821012345678")
    assert export_of(ben)["enrolments"][0]["phone"] == "+821012345678"

    leave_pilot(enrolment, at=timezone.now())

    enrolment.refresh_from_db()
    assert enrolment.phone == ""


def test_pilot_that_needs_a_telephone_number_takes_nobody_without(by_telephone, ben):
    with pytest.raises(PhoneMissing):
        build.joined(by_telephone, ben)


def test_number_that_a_pilot_does_not_ask_for_is_not_kept(pilot, ben):
    assert build.joined(pilot, ben, phone="+821012345678").phone == ""


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("010-1234-5678", "+821012345678"),
        ("010 1234 5678", "+821012345678"),
        ("+82 (0)10-1234-5678", "+821012345678"),
        ("044-300-1234", "+82443001234"),
        ("+1 202 555 0123", "+12025550123"),
        ("1234", None),
        ("call me", None),
        ("010-1234-567a", None),
    ],
)
def test_telephone_number_is_stored_with_its_country(typed, stored):
    assert to_e164(typed) == stored


@pytest.mark.parametrize(
    ("stored", "written"),
    [("+821012345678", "010-1234-5678"), ("+8221234567", "02-123-4567"), ("+12025550123", "+12025550123")],
)
def test_telephone_number_is_shown_as_people_write_it(stored, written):
    assert as_written(stored) == written


def test_joining_by_page_asks_for_the_number_and_refuses_what_is_none(client_of, by_telephone, ben):
    client, url = client_of(ben), f"/pilots/{by_telephone.slug}/join/"
    texts = {text.purpose: text for text in by_telephone.current_consent_texts()}
    form = {"of_age": "on", "participation": "on", "participation_text": texts[Purpose.PARTICIPATION].pk}
    assert "telephone number" in client.get(url).content.decode()

    assert "This is no telephone number" in client.post(url, form | {"phone": "12"}).content.decode()
    assert client.post(url, form | {"phone": "010-1234-5678"}).status_code == 302

    assert by_telephone.enrolments.get().phone == "+821012345678"


@pytest.fixture
def asking_again(mo):
    """A pilot that asks for consent to be asked again after the trial."""
    pilot = build.planned_pilot(mo)
    change_consent_text(pilot, purpose=Purpose.MONITORING, words=ConsentWords("다시", "Again"), at=timezone.now())
    announce_pilot(pilot, by=mo, at=timezone.now())
    return pilot


def test_being_asked_again_is_a_consent_of_its_own_that_nobody_has_to_give(client_of, asking_again, ana, ben):
    build.joined(asking_again, ana)
    texts = {text.purpose: text.pk for text in asking_again.current_consent_texts()}
    form = {
        "of_age": "on",
        "participation": "on",
        "monitoring": "on",
        **{f"{purpose}_text": text for purpose, text in texts.items()},
    }

    client_of(ben).post(f"/pilots/{asking_again.slug}/join/", form)

    agreed = asking_again.enrolments.to_be_asked_again()
    assert [enrolment.person for enrolment in agreed] == [ben]


def test_being_asked_again_is_agreed_to_and_taken_back_on_ones_own_page(client_of, asking_again, ben):
    enrolment = build.joined(asking_again, ben)
    client, url = client_of(ben), f"/pilots/{asking_again.slug}/asked-again/"
    text = asking_again.current_consent_texts().get(purpose=Purpose.MONITORING)
    assert url in client.get("/pilots/mine/").content.decode()

    client.post(url, {"text": text.pk})
    assert asking_again.enrolments.to_be_asked_again().get() == enrolment
    client.post(url, {"withdraw": "yes"})

    assert not asking_again.enrolments.to_be_asked_again().exists()
    assert enrolment.consents.standing().get().text.purpose == Purpose.PARTICIPATION


def test_nobody_agrees_to_words_that_changed_meanwhile(client_of, asking_again, ben):
    build.joined(asking_again, ben)
    old = asking_again.current_consent_texts().get(purpose=Purpose.MONITORING)
    change_consent_text(asking_again, purpose=Purpose.MONITORING, words=ConsentWords("또"), at=timezone.now())

    answer = client_of(ben).post(f"/pilots/{asking_again.slug}/asked-again/", {"text": old.pk})

    assert answer.status_code == 409
    assert not asking_again.enrolments.to_be_asked_again().exists()
