"""Asking for a file and taking it, on a phone and at the desk, with and without JavaScript."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from livinglab.accounts.models import Person
from surveys.actions.exports import make_next_export
from surveys.models import Export, Wave
from tests.browser import looks_right, sign_in
from tests.surveys.exports.conftest import WHY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (1280, False)])
def test_an_evaluator_asks_for_a_file_and_takes_it(
    visitor, live_server, wave: Wave, eva: Person, tmp_path: Path, width: int, javascript: bool
):
    page = visitor(locale="en-GB", javascript=javascript, width=width)
    sign_in(page, eva, live_server.url)
    page.goto(live_server.url + reverse("surveys:exports", args=[wave.pk]))
    looks_right(page)

    page.get_by_text("Research file", exact=True).click()
    page.get_by_label("Format").select_option("csv")
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_role("link", name="What it is for")).to_be_visible()
    looks_right(page)
    page.get_by_label("What it is for").fill(WHY)
    page.get_by_role("button", name="Make the file").click()
    expect(page.get_by_text("Waiting: 0 percent")).to_be_visible()
    looks_right(page)
    make_next_export()
    if not javascript:
        page.get_by_role("link", name="See how far it is").click()
    button = page.get_by_role("button", name="Download")
    expect(button).to_be_visible()
    looks_right(page)

    with page.expect_download() as taken:
        button.click()
    taken.value.save_as(tmp_path / "taken.zip")
    assert (tmp_path / "taken.zip").stat().st_size == Export.objects.get().size
    page.reload()
    page.get_by_text("Who took it", exact=True).click()
    expect(page.get_by_text("eva, ")).to_be_visible()
