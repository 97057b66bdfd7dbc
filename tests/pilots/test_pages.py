"""Pages of pilots: what each reader sees, what is asked, and that nothing typed is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pilots.actions.plan import change_consent_text, open_next_version
from pilots.actions.run import end_pilot
from pilots.consent import ConsentWords
from pilots.models import ConsentText, Enrolment, Pilot, Service, TestBed
from tests.builders import pilots as build
from tests.builders.proposals import published
from tests.builders.surveys import open_wave_of, registered_survey
from tests.people import let_session_run_out, make_area, make_office, make_person

AT_MOST = 12


@pytest.fixture
def pilot(mo):
    return build.announced_pilot(mo)


def joining(pilot, **more):
    """What the form of the join page sends."""
    texts = {f"{text.purpose}_text": text.pk for text in pilot.current_consent_texts()}
    return texts | {"participation": "on", "of_age": "on"} | more


def crowd(number):
    return [make_person(f"crowd{n}", area=make_area(), confirmed=True) for n in range(number)]


# Reading


def test_visitor_finds_open_pilots_with_their_places(client_of, pilot, ben):
    build.joined(pilot, ben)

    page = client_of().get("/pilots/").content.decode()

    assert "Footstep lamps in Dodam-dong" in page
    assert "1 of 100 places taken" in page


@pytest.mark.parametrize(("show", "said"), [("open", "No pilot takes people"), ("ended", "No pilot has ended yet")])
def test_empty_list_says_what_there_is_to_do(client_of, show, said, db):
    assert said in client_of().get(f"/pilots/?show={show}").content.decode()


def test_planned_pilot_is_for_staff_and_its_host_alone(client_of, mo, eva, sam, hana):
    pilot = build.planned_pilot(mo, host=hana)

    found = {who: client_of(who).get(f"/pilots/{pilot.slug}/").status_code for who in (None, sam, mo, eva, hana)}

    assert found == {None: 404, sam: 404, mo: 200, eva: 200, hana: 200}


def test_page_of_a_pilot_says_what_it_is_for_what_it_cannot_do_and_what_is_asked(client_of, pilot):
    page = client_of().get(f"/pilots/{pilot.slug}/").content.decode()

    for said in (pilot.purpose_en, pilot.expected_en, pilot.limits_en, pilot.test_bed.offer_en):
        assert said in page
    assert "The rule is fixed and published before the first survey opens." in page
    assert '<strong class="important">How long: contact data' in page


def test_participant_learns_her_place_in_the_waiting_list(client_of, mo, ana, ben):
    pilot = build.announced_pilot(mo, capacity=1)
    build.joined(pilot, ana)
    build.joined(pilot, ben)

    assert "You are number 1 in line" in client_of(ben).get(f"/pilots/{pilot.slug}/").content.decode()


def test_service_page_tells_how_the_service_grew(client_of, pilot, mo):
    service = pilot.version.service
    end_pilot(pilot, by=None, at=timezone.now())
    open_next_version(service, changed_ko="빛이 부드러워요.", changed_en="Softer light.", at=timezone.now())

    page = client_of().get(f"/pilots/services/{service.slug}/").content.decode()

    assert page.index("Version 2") < page.index("Softer light.") < page.index("Version 1")
    assert "Its trial is being prepared." in page


def test_pages_ask_the_database_as_often_with_many_rows_as_with_few(
    client_of, mo, ana, ben, hana, django_assert_max_num_queries
):
    for n in range(3):
        author = make_person(f"author{n}", area=make_area(), confirmed=True)
        pilot = build.announced_pilot(mo, of=build.service(author=author, moderator=mo), host=hana)
        for person in [ben, *(crowd(3) if n == 0 else [])]:
            build.joined(pilot, person)
    for person, path in [
        (None, "/pilots/"),
        (ben, "/pilots/"),
        (ben, f"/pilots/{pilot.slug}/"),
        (ben, "/pilots/mine/"),
        (ana, f"/pilots/{pilot.slug}/join/"),
        (ben, f"/pilots/{pilot.slug}/leave/"),
        (ben, f"/pilots/services/{pilot.version.service.slug}/"),
        (hana, "/pilots/hosting/"),
        (mo, "/pilots/new/"),
        (mo, f"/pilots/{pilot.slug}/people/"),
        (mo, f"/pilots/{pilot.slug}/contacts/"),
    ]:
        client = client_of(person)
        with django_assert_max_num_queries(AT_MOST):
            assert client.get(path).status_code == 200


def test_participant_is_led_to_the_survey_that_is_open_and_to_the_rule(
    client_of, ben, eva, django_assert_max_num_queries
):
    survey = registered_survey(eva)
    wave = open_wave_of(survey)
    build.joined(survey.pilot, ben)
    client = client_of(ben)

    for path in (f"/pilots/{survey.pilot.slug}/", "/pilots/mine/"):
        with django_assert_max_num_queries(AT_MOST):
            page = client.get(path).content.decode()
        assert f'href="/answer/{wave.pk}/"' in page
    page = client.get(f"/pilots/{survey.pilot.slug}/").content.decode()
    assert f'href="/pilots/{survey.pilot.slug}/rule/"' in page
    assert "before the first survey, and nobody can change it" in page


# Joining


def test_resident_joins_on_one_page(client_of, pilot, ben):
    client = client_of(ben)

    answer = client.post(f"/pilots/{pilot.slug}/join/", joining(pilot, age_band="75+", sex="f"), follow=True)

    assert "You take part" in answer.content.decode()
    enrolment = pilot.enrolments.get()
    assert (enrolment.person, enrolment.state, enrolment.age_band) == (ben, "joined", "75+")
    assert enrolment.consents.get().language == "en"


def test_consent_boxes_are_never_ticked_beforehand(client_of, pilot, ben):
    form = client_of(ben).get(f"/pilots/{pilot.slug}/join/").context["form"]

    assert not any(form[name].value() for name in ("participation", "sensitive", "of_age"))


def test_joining_without_consent_or_age_says_so_and_keeps_what_was_typed(client_of, pilot, ben):
    typed = joining(pilot, age_band="30-39", access_needs=["sign"])
    del typed["participation"], typed["of_age"]

    answer = client_of(ben).post(f"/pilots/{pilot.slug}/join/", typed)

    form = answer.context["form"]
    assert set(form.errors) == {"participation", "of_age", "sensitive"}
    assert form["age_band"].value() == "30-39"
    assert form["access_needs"].value() == ["sign"]
    assert not pilot.enrolments.exists()


def test_text_that_changed_meanwhile_is_shown_anew_and_has_to_be_agreed_to(client_of, pilot, ben):
    typed = joining(pilot, age_band="30-39")
    change_consent_text(
        pilot, purpose=ConsentText.Purpose.PARTICIPATION, words=ConsentWords("새 글", "Quite new"), at=timezone.now()
    )
    client = client_of(ben)

    answer = client.post(f"/pilots/{pilot.slug}/join/", typed)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "The consent text has changed" in page
    assert "Quite new" in page
    form = answer.context["form"]
    assert (form["age_band"].value(), form["participation"].value()) == ("30-39", False)
    assert client.post(f"/pilots/{pilot.slug}/join/", joining(pilot)).status_code == 302
    assert pilot.enrolments.get().consents.get().text.body_en == "Quite new"


def test_unconfirmed_resident_reads_why_and_where_to_confirm(client_of, pilot, sam):
    page = client_of(sam).get(f"/pilots/{pilot.slug}/join/").content.decode()

    assert "Please confirm where you live first" in page
    assert "/me/residence/" in page


def test_what_was_typed_survives_an_expired_session(client_of, pilot, ben):
    client = client_of(ben)
    let_session_run_out(client)
    answer = client.post(f"/pilots/{pilot.slug}/join/", joining(pilot, age_band="50-64"))
    assert answer.status_code == 302

    client.force_login(ben)
    assert client.get(f"/pilots/{pilot.slug}/join/").context["form"]["age_band"].value() == "50-64"


def test_participant_leaves_and_may_take_her_answers_out_later(client_of, pilot, ben):
    build.joined(pilot, ben)
    client = client_of(ben)

    client.post(f"/pilots/{pilot.slug}/leave/", {"reason": ""})
    enrolment = pilot.enrolments.get()
    assert (enrolment.state, enrolment.leave_reason, enrolment.answers_withdrawn_at) == ("left", "", None)

    client.post(f"/pilots/{pilot.slug}/leave/", {"withdraw_answers": "on"})
    enrolment.refresh_from_db()
    assert enrolment.answers_withdrawn_at is not None


def test_nobody_leaves_in_somebody_elses_name(client_of, pilot, ana, ben):
    build.joined(pilot, ben)

    assert client_of(ana).post(f"/pilots/{pilot.slug}/leave/", {}).status_code == 404
    assert pilot.enrolments.get().state == "joined"


def test_access_needs_are_taken_back_on_ones_own_page(client_of, pilot, ben):
    build.joined(pilot, ben, access_needs=("sign",))
    client = client_of(ben)
    assert "Delete my access needs" in client.get("/pilots/mine/").content.decode()

    client.post(f"/pilots/{pilot.slug}/access-needs/")

    assert "Delete my access needs" not in client.get("/pilots/mine/").content.decode()


# Preparing


def filled(form, **changes):
    """The form of a page as it would be sent back."""
    told = {name: form[name].value() for name in form.fields}
    sent = {name: "on" if value is True else value for name, value in told.items() if value not in (None, "", False)}
    return sent | changes


def test_moderator_leads_a_proposal_to_an_announced_pilot(client_of, mo, ana, hana):
    proposal = published(ana, mo)
    client = client_of(mo)
    assert proposal.title in client.get("/pilots/new/").content.decode()

    path = f"/pilots/new/service/{proposal.pk}/"
    form = client.get(path).context["form"]
    answer = client.post(
        path, filled(form, name_ko="가로등", name_en="Lamps", summary_ko="밝아져요.", smart_service_level=2)
    )
    service = Service.objects.get()
    path = f"/pilots/new/test-bed/{service.versions.get().pk}/"
    assert answer["Location"] == path

    bed = {"host": hana.pk, "name_ko": "산책로", "offer_ko": "가로등", "capacity": 30}
    answer = client.post(f"{path}add/", bed)
    path = answer["Location"]
    assert TestBed.objects.get().host == hana

    form = client.get(path).context["form"]
    today = timezone.localdate()
    dates = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=30)).isoformat()}
    sent = filled(form, title_ko="실증", purpose_ko="목적", expected_ko="기대", limits_ko="한계", **dates)
    answer = client.post(path, sent | {"capacity": 31})
    assert list(answer.context["form"].errors) == ["capacity"]
    assert answer.context["form"]["limits_ko"].value() == "한계"

    answer = client.post(path, sent)
    pilot = Pilot.objects.get()
    assert answer["Location"] == f"/pilots/{pilot.slug}/"
    assert pilot.consent_texts.count() == 2

    client.post(f"/pilots/{pilot.slug}/announce/")
    pilot.refresh_from_db()
    assert pilot.stage == "open"
    assert client.post(f"/pilots/{pilot.slug}/announce/").status_code == 409


def test_planned_pilot_is_edited_and_keeps_the_versions_of_its_consent_text(client_of, mo):
    pilot = build.planned_pilot(mo)
    client = client_of(mo)
    path = f"/pilots/{pilot.slug}/edit/"
    sent = filled(client.get(path).context["form"], title_ko="새 이름", participation_ko="새 글")
    del sent["asks_access_needs"]

    assert client.post(path, sent).status_code == 302

    pilot.refresh_from_db()
    assert pilot.title_ko == "새 이름"
    assert [(text.purpose, text.number, text.body_ko) for text in pilot.current_consent_texts()] == [
        ("participation", 2, "새 글")
    ]


def test_announced_pilot_is_no_longer_edited_except_for_new_consent_words(client_of, mo, pilot):
    client = client_of(mo)
    sent = filled(client.get(f"/pilots/{pilot.slug}/edit/").context["form"], title_ko="새 이름")

    assert client.post(f"/pilots/{pilot.slug}/edit/", sent).status_code == 409

    path = f"/pilots/{pilot.slug}/consent/"
    sent = filled(client.get(path).context["form"], participation_ko="새 글")
    assert client.post(path, sent).status_code == 302
    pilot.refresh_from_db()
    assert pilot.title_ko != "새 이름"
    assert pilot.current_consent_texts()[0].number == 2


def test_moderator_ends_a_pilot_after_a_question(client_of, mo, pilot):
    client = client_of(mo)
    assert "cannot be undone" in client.get(f"/pilots/{pilot.slug}/end/").content.decode()

    client.post(f"/pilots/{pilot.slug}/end/")

    pilot.refresh_from_db()
    assert pilot.stage == "ended"


def test_evaluator_counts_people_but_never_sees_names(client_of, pilot, ben, eva):
    build.joined(pilot, ben, age_band="65-74", sex="m")
    client = client_of(eva)

    page = client.get(f"/pilots/{pilot.slug}/people/").content.decode()

    assert "65 to 74" in page
    assert ben.name not in page
    assert ben.nickname not in page
    assert client.get(f"/pilots/{pilot.slug}/contacts/").status_code == 403


def test_moderator_gets_in_touch_with_whoever_takes_part(client_of, pilot, ana, ben, mo):
    build.joined(pilot, ben, access_needs=("sign",))
    left = build.joined(pilot, ana)
    Enrolment.objects.filter(pk=left.pk).update(state="left", left_at=timezone.now())

    page = client_of(mo).get(f"/pilots/{pilot.slug}/contacts/").content.decode()

    assert "mailto:ben@example.kr" in page
    assert "Sign language" in page
    assert "ana@example.kr" not in page


# Hosting


def test_host_offers_a_place_and_sees_numbers_from_five_upwards(client_of, mo, hana):
    client = client_of(hana)
    client.post(
        "/pilots/hosting/offer/", {"name_ko": "시장 골목", "name_en": "Market lane", "offer_ko": "자리", "capacity": 9}
    )
    assert "Market lane" in client.get("/pilots/hosting/").content.decode()

    pilot = build.announced_pilot(mo, host=hana)
    people = crowd(5)
    for person in people[:4]:
        build.joined(pilot, person)
    assert "&lt;5" in client.get("/pilots/hosting/").content.decode()

    build.joined(pilot, people[4])
    assert "&lt;5" not in client.get("/pilots/hosting/").content.decode()


def test_host_sees_only_test_beds_of_her_own(client_of, hana):
    build.bed(make_person("another host"))

    assert "Dodam-dong footpath" not in client_of(hana).get("/pilots/hosting/").content.decode()


def test_staff_of_an_office_run_pilots_in_their_areas_only(client_of, pilot):
    elsewhere = make_area("아름동", "Areum-dong", "3611053000")
    near = make_person("nara", "moderator")
    near.grants.update(office=make_office("dodam", pilot.test_bed.area))
    far = make_person("farah", "moderator")
    far.grants.update(office=make_office("areum", elsewhere))

    for page in ("consent", "contacts", "end"):
        address = f"/pilots/{pilot.slug}/{page}/"
        assert [client_of(who).get(address).status_code for who in (near, far)] == [200, 404], page
    assert client_of(far).post(f"/pilots/{pilot.slug}/end/").status_code == 404
    assert Pilot.objects.get().stage == Pilot.Stage.OPEN
    assert f"/pilots/{pilot.slug}/end/" in client_of(near).get(f"/pilots/{pilot.slug}/").content.decode()
    assert f"/pilots/{pilot.slug}/end/" not in client_of(far).get(f"/pilots/{pilot.slug}/").content.decode()


def test_staff_of_an_office_plan_pilots_at_test_beds_in_their_areas_only(client_of, mo):
    service, here = build.service(moderator=mo), build.bed()
    version = service.versions.get()
    far = make_person("farah", "moderator")
    far.grants.update(office=make_office("areum", make_area("아름동", "Areum-dong", "3611053000")))

    for who, status in ((mo, 200), (far, 404)):
        page = client_of(who).get(f"/pilots/new/test-bed/{version.pk}/").content.decode()
        assert ("Dodam-dong footpath" in page) is (who is mo)
        form = client_of(who).get(f"/pilots/new/pilot/{version.pk}/{here.pk}/")
        assert form.status_code == status
