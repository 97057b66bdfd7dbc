"""A resident proposes on her phone, with and without JavaScript; staff decide."""

from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from livinglab.accounts.models import Person
from proposals.lifecycle import Stage
from proposals.models import Proposal
from tests.browser import Visitor, looks_right, sign_in
from tests.builders import proposals as build
from tests.people import make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city() -> None:
    call_command("load_areas", verbosity=0)
    build.make_field()


@pytest.fixture
def path_at_night(tmp_path: Path) -> Path:
    file = tmp_path / "path.jpg"
    file.write_bytes(build.picture(1200, 900).getvalue())
    return file


def write(page: Page) -> None:
    page.get_by_label("제안의 제목").fill("걸음을 알아차리는 가로등")
    page.get_by_label("무엇이 문제이고, 누가 겪고 있나요?").fill("밤 열 시가 지나면 하천 산책로가 어두워요.")
    page.get_by_label("무엇이 도움이 될까요?").fill("사람이 다가오면 밝아지게 해 주세요.")
    page.get_by_label("잘되었다는 것을 어떻게 알 수 있을까요?").fill("밤에도 이 길로 다니는 사람이 늘어요.")


def finish(page: Page, author: Person, photo: Path) -> None:
    """Forget one answer, read so at the top, fill it in, look the proposal over, hand it in."""
    page.get_by_label("어느 분야인가요?").select_option(label="교통")
    page.get_by_label("어느 지역인가요?").select_option(label="도담동")
    page.get_by_label("한 번만 하면 서비스끼리 이어 줘요").check()
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_role("button", name="살펴보고 제출하기").click()

    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("이 서비스는 사람들에 대해 무엇을 알아야 하나요?")
    looks_right(page)
    expect(summary).to_contain_text("사진 1에는 무엇이 보이나요?")
    expect(page.get_by_label("제안의 제목")).to_have_value("걸음을 알아차리는 가로등")
    page.get_by_label("이 서비스는 사람들에 대해 무엇을 알아야 하나요?").fill("없음")
    page.get_by_label("사진 1에는 무엇이 보이나요?").fill("불이 꺼진 하천 산책로")
    page.get_by_role("button", name="살펴보고 제출하기").click()

    page.wait_for_url("**/preview/")
    looks_right(page)
    expect(page.get_by_role("img", name="불이 꺼진 하천 산책로")).to_be_visible()
    page.get_by_role("button", name="제출하기", exact=True).click()
    expect(page.get_by_role("heading", name="내 제안의 진행 상황")).to_be_visible()
    looks_right(page)
    assert Proposal.objects.get(author=author).stage == Stage.SUBMITTED


def test_a_resident_proposes_on_her_phone(visitor: Visitor, city, live_server, path_at_night):
    ana = make_person("ana")
    page = visitor(width=360, height=740)
    sign_in(page, ana, live_server.url)
    page.clock.install(time="2027-03-01T09:00:00")
    page.goto("/proposals/new/")
    looks_right(page)
    # Her clock stands while she writes: what she wrote is saved once she pauses, and not before.
    page.clock.pause_at("2027-03-01T10:00:00")
    write(page)
    page.clock.resume()
    expect(page.get_by_text("저장했어요.")).to_be_visible()
    draft = Proposal.objects.get()
    assert draft.idea_ko == "사람이 다가오면 밝아지게 해 주세요."
    page.wait_for_url(f"**/proposals/{draft.pk}/edit/")

    page.get_by_text("지도에 정확한 위치 표시하기").click()
    page.locator("svg[data-latitude]").click()
    expect(page.get_by_label("위도")).not_to_have_value("")
    page.reload()
    expect(page.get_by_label("제안의 제목")).to_have_value("걸음을 알아차리는 가로등")
    finish(page, ana, path_at_night)
    assert Proposal.objects.count() == 1


def test_a_resident_proposes_without_javascript(visitor: Visitor, city, live_server, path_at_night):
    ana = make_person("ana")
    page = visitor(width=360, height=740, javascript=False)
    sign_in(page, ana, live_server.url)
    page.goto("/proposals/new/")
    write(page)
    page.get_by_role("button", name="임시 저장").last.click()
    expect(page.get_by_text("쓰던 글을 저장했어요.")).to_be_visible()
    finish(page, ana, path_at_night)
    assert Proposal.objects.count() == 1


def test_a_neighbour_supports_and_comments(visitor: Visitor, city, live_server):
    ana, mo = make_person("ana"), make_person("mo", "moderator")
    lights = build.published(ana, mo, lat=36.5171, lon=127.2617)
    ben = make_person("ben", area=lights.area, confirmed=True)
    page = visitor(width=360, height=740, locale="en-GB")
    for address in ("/proposals/", "/proposals/?view=map", "/proposals/?q=zeppelin", f"/proposals/{lights.pk}/"):
        page.goto(address)
        looks_right(page)

    sign_in(page, ben, live_server.url)
    page.goto(f"/proposals/{lights.pk}/")
    page.get_by_role("button", name="I support this").click()
    expect(page.get_by_role("button", name="Take my support back")).to_be_visible()
    expect(page.locator("#support")).to_contain_text("1 resident supports this")
    looks_right(page)
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looks_right(page)
    page.get_by_label("Question").check()
    page.get_by_label("Your comment").fill("What about cats?")
    page.get_by_role("button", name="Send comment").click()
    expect(page.locator(".comment")).to_contain_text("What about cats?")
    looks_right(page)
    for name in ("answer", "edit", "report"):
        page.goto(f"/proposals/comments/{lights.comments.get().pk}/{name}/")
        looks_right(page)


def test_staff_go_from_one_item_to_the_next(visitor: Visitor, city, live_server):
    ana, mo = make_person("ana"), make_person("mo", "moderator")
    first = build.submitted(ana, title="First")
    build.submitted(ana, title="Second")
    page = visitor(width=1280, locale="en-GB")
    sign_in(page, mo, live_server.url)
    page.goto("/proposals/queue/")
    looks_right(page)
    page.get_by_role("link", name="First").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("First")
    looks_right(page)
    page.get_by_text("Decline", exact=True).first.click()
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("alert")).to_be_visible()
    looks_right(page)
    page.get_by_label("It already exists or is being built").check()
    page.get_by_label("To the author, in English").last.fill("Bus 7 does it.")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second")

    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/proposals/queue/")
    looks_right(page)
    first.refresh_from_db()
    assert first.stage == Stage.DECLINED
