"""Joining and leaving on a phone, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from pilots.models import Enrolment
from tests.browser import follow, looks_right, sign_in
from tests.builders import pilots as build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pilot(mo):
    return build.announced_pilot(mo)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_resident_joins_and_leaves_on_a_phone(visitor, live_server, pilot, ben, javascript):
    page = visitor(width=360, javascript=javascript)
    sign_in(page, ben, live_server.url)

    page.goto(f"/pilots/{pilot.slug}/")
    looks_right(page, with_axe=False)
    page.get_by_role("link", name="참여하기").click()
    page.get_by_role("button", name="참여하기").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("위 내용을 읽었고, 참여에 동의해요.")
    looks_right(page, with_axe=False)

    page.get_by_label("위 내용을 읽었고, 참여에 동의해요.").check()
    page.get_by_label("만 14세 이상이에요.").check()
    page.get_by_label("만 75세 이상").check()
    page.get_by_label("큰 글씨").check()
    page.get_by_role("button", name="참여하기").click()
    expect(page.get_by_role("alert")).to_contain_text("고르신 도움은 동의하셔야 적어 둘 수 있어요.")
    expect(page.get_by_label("만 75세 이상")).to_be_checked()

    page.get_by_label("위에서 고른 도움을 적어 두는 데 동의해요.").check()
    page.get_by_role("button", name="참여하기").click()
    expect(page.get_by_role("heading", name="참여하고 계세요")).to_be_visible()
    enrolment = Enrolment.objects.get()
    assert (enrolment.age_band, enrolment.access_needs, enrolment.consents.count()) == ("75+", ["large_text"], 2)

    page.get_by_role("link", name="실증 그만두기").click()
    page.get_by_label("시간이 없어요").check()
    page.get_by_role("button", name="그만두기").click()
    expect(page.get_by_text("실증 참여를 그만두셨어요.")).to_be_visible()
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.leave_reason, enrolment.access_needs) == ("left", "no_time", [])


def test_important_parts_of_the_consent_stand_out(visitor, live_server, pilot, ben):
    page = visitor(width=360)
    sign_in(page, ben, live_server.url)
    page.goto(f"/pilots/{pilot.slug}/join/")

    looks = page.locator(".consent .important").evaluate_all(
        """parts => parts.map(part => {
            const own = getComputedStyle(part), around = getComputedStyle(part.closest('p'));
            return {size: parseFloat(own.fontSize), ratio: parseFloat(own.fontSize) / parseFloat(around.fontSize),
                    weight: Number(own.fontWeight)};
        })"""
    )

    assert len(looks) == 5
    for look in looks:
        assert look["size"] >= 12, "9 points are 12 pixels"
        assert look["ratio"] >= 1.2
        assert look["weight"] >= 700


@pytest.mark.parametrize(("width", "locale"), [(360, "ko-KR"), (1280, "en-GB")])
def test_axe_finds_nothing_on_the_pages_of_residents(visitor, live_server, mo, ana, ben, pilot, width, locale):
    build.joined(pilot, ana, access_needs=("sign",), age_band="65-74", sex="f")
    page = visitor(width=width, locale=locale)
    for person in (ana, ben):
        sign_in(page, person, live_server.url)
        for path in ["", f"{pilot.slug}/", f"services/{pilot.version.service.slug}/", "mine/"]:
            page.goto(f"/pilots/{path}")
            looks_right(page)
    page.goto(f"/pilots/{pilot.slug}/join/")
    looks_right(page)
    follow(page.locator("main form .actions button"))
    looks_right(page)


@pytest.mark.parametrize(("width", "locale"), [(360, "ko-KR"), (1280, "en-GB")])
def test_axe_finds_nothing_on_the_pages_of_staff_and_hosts(visitor, live_server, mo, hana, ana, ben, width, locale):
    pilot = build.announced_pilot(mo, host=hana)
    planned = build.planned_pilot(mo, of=build.service(author=ben, moderator=mo), host=hana)
    build.joined(pilot, ana, access_needs=("sign",), age_band="65-74", sex="f")
    page = visitor(width=width, locale=locale)
    sign_in(page, mo, live_server.url)
    staff = ["new/", f"{planned.slug}/edit/", f"{planned.slug}/announce/", f"{planned.slug}/"]
    staff += [f"{pilot.slug}/{name}/" for name in ("people", "contacts", "consent", "end")]
    for path in staff:
        page.goto(f"/pilots/{path}")
        looks_right(page)
    sign_in(page, hana, live_server.url)
    for path in ["hosting/", "hosting/offer/"]:
        page.goto(f"/pilots/{path}")
        looks_right(page)
