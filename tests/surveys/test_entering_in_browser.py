"""Paper in the browser: sheets are printed, entered by their code, and a receipt is handed over."""

import pytest
from playwright.sync_api import expect

from surveys.models import Response, Sheet
from tests.browser import follow, looks_right, sign_in
from tests.builders.pilots import joined
from tests.builders.surveys import open_wave_of, registered_survey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KOREAN = {"locale": "ko-KR", "width": 360, "can": "이 조사지는 입력할 수 있어요", "not": "더 이상 입력할 수 없어요"}
ENGLISH = {"locale": "en-GB", "width": 1280, "can": "This sheet can be entered", "not": "cannot be entered any more"}


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("reader", [KOREAN, ENGLISH], ids=["ko on a phone", "en on a desk"])
def test_staff_print_a_sheet_enter_it_and_print_a_receipt(visitor, live_server, eva, mo, ben, reader, javascript):
    survey = registered_survey(eva, with_open_question=True)
    joined(survey.pilot, ben, at=survey.made_at)
    wave = open_wave_of(survey)
    page = visitor(locale=reader["locale"], width=reader["width"], javascript=javascript)
    sign_in(page, mo, live_server.url)

    page.goto(f"/desk/waves/{wave.pk}/enter/")
    looks_right(page)
    follow(page.locator(f"main a[href='/desk/waves/{wave.pk}/sheets/']"))
    looks_right(page)
    page.locator("textarea[name=nicknames]").fill("ben")
    follow(page.locator("main form button"))
    looks_right(page)
    code = Sheet.objects.get().printed_code
    expect(page.locator(".sheet-strip")).to_contain_text(code)
    page.emulate_media(media="print")
    expect(page.locator(".sheet")).to_be_visible()
    expect(page.locator(".sheet form button")).to_be_hidden()
    page.emulate_media(media="screen")

    page.goto(f"/desk/waves/{wave.pk}/enter/")
    page.locator("input[name=sheet]").fill(code.lower())
    follow(page.locator("main form button"))
    expect(page.locator("main")).to_contain_text(reader["can"])
    looks_right(page)
    page.locator("input[name=mode][value=paper]").check()
    page.locator("input[name=PU1][value='4']").check()
    page.locator("textarea[name=words]").fill("길이 밝아졌어요.")
    follow(page.locator("main form button").last)

    expect(page).to_have_url(f"{live_server.url}/desk/waves/{wave.pk}/enter/receipt/")
    expect(page.locator(".receipt")).to_contain_text(code)
    looks_right(page)
    assert Response.objects.get().entry.by == mo

    page.goto(f"/desk/waves/{wave.pk}/enter/")
    page.locator("input[name=sheet]").fill(code)
    follow(page.locator("main form button"))
    expect(page.get_by_role("alert")).to_contain_text(reader["not"])
    looks_right(page)
