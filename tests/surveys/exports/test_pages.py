"""The page of the files: for the evaluators of the pilot and nobody else, without JavaScript, in both languages."""

import pytest
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.roles import Role
from surveys.actions.exports import request_export
from surveys.models import Export
from surveys.tasks import make_exports
from tests.people import make_person
from tests.surveys.exports.conftest import WHY, file_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(wave) -> str:
    return reverse("surveys:exports", args=[wave.pk])


def test_an_evaluator_asks_waits_takes_and_is_on_record(wave, eva, client_of, address):
    client = client_of(eva)
    assert address in client.get(reverse("surveys:wave", args=[wave.pk])).content.decode()

    posted = client.post(address, {"level": "b", "format": "csv", "recipe": "strict", "why": WHY})
    assert (posted.status_code, posted.url) == (302, address)
    waiting = client.get(address).content.decode()
    assert "Waiting: 0 percent" in waiting
    assert 'hx-trigger="every 2s"' in waiting

    make_exports()
    ready = client.get(address).content.decode()
    assert "hx-trigger" not in ready
    assert WHY in ready
    assert "People alone in their categories" in ready
    export = Export.objects.get()
    taken = client.post(reverse("surveys:download_export", args=[export.pk]))
    assert taken["Content-Disposition"] == f'attachment; filename="{export.file}"'
    assert b"".join(taken.streaming_content) == file_of(export).read_bytes()
    assert "eva, " in client.get(address).content.decode()


def test_what_was_typed_wrongly_is_said_beside_the_field_and_nothing_is_lost(eva, client_of, address):
    page = client_of(eva).post(address, {"level": "a", "format": "sav", "why": WHY}).content.decode()

    assert "These data come as: Excel workbook" in page
    assert WHY in page
    assert not Export.objects.exists()
    without = client_of(eva).post(address, {"level": "a", "format": "csv", "why": ""}).content.decode()
    assert 'href="#id_why"' in without


def test_a_link_takes_nothing(made, eva, client_of):
    export = made("csv", "a")

    assert client_of(eva).get(reverse("surveys:download_export", args=[export.pk])).status_code == 405
    assert not export.downloads.exists()


def test_evaluators_of_other_pilots_and_the_public_find_nothing(made, client_of, ana, address):
    export = made("csv", "a")
    stranger = make_person("evi", Role.EVALUATOR)

    for name in ("download_export", "cancel_export"):
        assert client_of(stranger).post(reverse(f"surveys:{name}", args=[export.pk])).status_code == 404
        assert client_of(ana).post(reverse(f"surveys:{name}", args=[export.pk])).status_code == 403
    assert client_of(stranger).get(address).status_code == 404
    assert not export.downloads.exists()


def test_an_administrator_agrees_to_a_full_file_and_does_not_get_it(wave, eva, adam, client_of):
    export = request_export(wave, format="csv", level="c", recipe="", why=WHY, by=eva, at=timezone.now())
    administrator, address = client_of(adam), reverse("surveys:export", args=[export.pk])

    asked = administrator.get(address).content.decode()
    assert WHY in asked
    assert "hx-trigger" not in client_of(eva).get(reverse("surveys:exports", args=[wave.pk])).content.decode()
    own = client_of(eva).get(address).content.decode()
    assert reverse("surveys:confirm_export", args=[export.pk]) not in own
    administrator.post(reverse("surveys:confirm_export", args=[export.pk]))
    make_exports()

    export.refresh_from_db()
    assert export.stage == "ready"
    assert administrator.post(reverse("surveys:download_export", args=[export.pk])).status_code == 403
    assert client_of(eva).post(reverse("surveys:download_export", args=[export.pk])).status_code == 200


def test_cancelling_is_a_button(wave, eva, client_of, address):
    export = request_export(wave, format="csv", level="a", why=WHY, by=eva, at=timezone.now())

    page = client_of(eva).post(reverse("surveys:cancel_export", args=[export.pk]), follow=True).content.decode()

    assert "Cancelled. No file is made." in page


def test_htmx_gets_only_the_list(made, eva, client_of, address):
    made("csv", "a")

    part = client_of(eva).get(address, headers={"HX-Request": "true"}).content.decode()

    assert part.strip().startswith('<div id="export-list"')


def test_the_page_costs_as_many_queries_however_many_files_there_are(
    made, wave, eva, client_of, address, django_assert_max_num_queries
):
    for format in ("csv", "json", "xlsx"):
        export = made(format, "a")
        export.downloads.create(by=eva, at=timezone.now())
    client = client_of(eva)
    client.get(address)

    with django_assert_max_num_queries(10):  # one asks which areas the role reaches, one which recipe was taken
        client.get(address)


def test_korean_is_complete(made, eva, client_of, address):
    made("csv", "b")

    page = client_of(eva, "ko").get(address).content.decode()

    assert "1차 조사의 파일" in page
    for english in ("Ask for a file", "Research file", "Released tables", "Who took it"):
        assert english not in page
