"""Nobody is shown who must not be: each mark of the city shows only where tests/canary/allowances.py allows it.

A failure names column, place, role, reader, language and the letters around. Either something shows what it must not:
mend it where it is shown. Or it may be shown: write a row into allowances.py that says to whom, why, and by which
consent or law. How a new column gets its mark stands in city.py, how a new address gets its place in places.py.
"""

import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from tests.canary.allowances import ALLOWANCES
from tests.canary.city import City
from tests.canary.columns import MODELS, Word, searched_columns
from tests.canary.places import PLACES
from tests.canary.reading import Reading, listening
from tests.canary.search import WORD
from tests.canary.test_places import methods_of_programs

# The demonstration's pages are part of the surface; on other installs they do not exist at all.
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.urls_of_demonstration")]

KINDS_OF_NOTICES = settings.BASE_DIR / "templates" / "notices" / "kinds"
PARTS = ["accounts", "notices", "web", "proposals", "pilots", "surveys", "feedback", "others"]


@pytest.fixture(scope="module")
def reading(city: City, django_db_blocker: DjangoDbBlocker) -> Iterator[Reading]:
    """Everybody has read everything: some thousand answers, more than a minute of one core."""
    with django_db_blocker.unblock(), listening() as log:
        reading = Reading(city)
        with reading.without_contexts():
            reading.read_pages()
        reading.read_errors()
        reading.read_mails()
        reading.read_notices()
        reading.read_commands()
        reading.read_log(log.lines)
        yield reading


UNPUBLISHED = re.compile(r"proposals\..+ \((draft|submitted|changes asked|declined|withdrawn|hidden)\)")


@pytest.mark.parametrize("reader", ["nobody", "resident", "administrator"])
def test_no_search_finds_what_is_not_public(city: City, reader: str):
    """Not even that it is there: a search for its very words finds nothing."""
    words = [mark.value for mark in city.marks if WORD.fullmatch(mark.value) and UNPUBLISHED.fullmatch(mark.column)]
    client = city.clients[reader]

    for word in words:
        page = client.get(reverse("proposals:list"), {"q": word})
        assert page.status_code == 200
        assert not page.context["page"].object_list
        assert client.get(reverse("api:proposals"), {"q": word}).json()["results"] == []
    assert len(words) > 20


def test_every_method_of_programs_is_called(city):
    called = {(place.url, method) for place in PLACES for method, _data in place.calls(city)}

    assert called == methods_of_programs()


def test_every_searched_column_has_a_mark(city: City):
    marked = {mark.column.partition(" (")[0] for mark in (*city.marks, *city.besides)}

    assert not searched_columns() - marked, "no mark in tests/canary/city.py"
    assert not marked - searched_columns(), "marks of columns that tests/canary/columns.py does not search"


def test_marks_stand_in_the_columns_they_are_named_after(city: City):
    kinds = {f"{model}.{name}": kind for model, listed in MODELS.items() for kind in listed for name in kind}
    absent = []
    for mark in city.marks:
        column, _bracket, state = mark.column.partition(" (")
        # Metadata of a file is in no column, and what a session holds is packed.
        packed = state.startswith("EXIF") or column.endswith("session_data")
        if not isinstance(kinds[column], Word) or not WORD.fullmatch(mark.value) or packed:
            continue
        model, _dot, name = column.rpartition(".")
        if not stands_in(apps.get_model(model), name, mark.value):
            absent.append(f"{mark.column} {mark.value}")

    assert not absent, "\n".join(absent)


def stands_in(model: type[Model], column: str, value: str) -> bool:
    rows = model._base_manager.annotate(as_text=Cast(column, TextField()))
    return bool(rows.filter(as_text__icontains=value).exists())


@pytest.mark.parametrize("part", PARTS)
def test_only_what_is_allowed_shows(reading: Reading, part: str):
    """By the package of the column; "others" are tables of Django and its packages, and torn marks."""
    leaks = [
        str(showing)
        for (column, place, role), showing in sorted(reading.showings.items())
        if part_of(column) == part and not any(row.allows(column, place, role) for row in ALLOWANCES)
    ]

    if leaks:
        pytest.fail(f"{len(leaks)} showings that nothing allows:\n" + "\n".join(leaks), pytrace=False)


def part_of(column: str) -> str:
    package = column.partition(".")[0]
    return package if package in PARTS else "others"


@pytest.mark.parametrize("row", ALLOWANCES, ids=lambda row: str(row.why))
def test_every_allowance_is_needed(reading: Reading, row):
    unneeded = row.unneeded(set(reading.showings))

    assert not unneeded, f"take this out of the row: {', '.join(unneeded)}"


def test_everybody_reached_what_is_theirs(reading: Reading):
    """The test would pass if every page were refused: what must show, shows."""
    shown = set(reading.showings)
    absent = {
        ("pilots.Enrolment.phone", "pilots:contacts", "moderator"),
        ("proposals.Proposal.problem_ko (draft)", "proposals:edit", "herself"),
        ("surveys.OpenAnswer.masked (waiting)", "surveys:open_answers", "evaluator"),
        ("accounts.Person.email (participant)", "administration:person", "administrator"),
        ("surveys.OpenAnswer.quotation", "surveys:published_pdf", "nobody"),
        ("surveys.OpenAnswer.quotation", "surveys:published_pack", "nobody"),
        ("surveys.Instrument.document", "surveys:answer_screen", "participant"),
        ("accounts.Person.nickname (speaks in public)", "api:comments", "nobody"),
        ("notices.Notice.url", "mail invitation", "herself"),
    } - shown

    assert not absent
    assert reading.answers > 5_000


# Addresses that give nobody here what they are for.
UNANSWERED = {
    "api:nothing": "whatever has no address of its own",
    "mfa_edit_webauthn": "asks for a passkey that a browser made: tests/web/test_passkey.py",
    "mfa_remove_webauthn": "asks for a passkey that a browser made: tests/web/test_passkey.py",
    "proposals:show-comment": "leads on to the proposal, which is searched",
    "ready": "503 while no worker lives; what it says is compared whole in tests/web/test_health.py",
}


def test_every_address_answers_somebody(reading: Reading):
    """What everybody is refused is not searched."""
    unanswered = {place.url for place in PLACES} - reading.answered

    assert sorted(unanswered) == sorted(UNANSWERED)


def test_every_kind_of_notice_is_mailed(reading: Reading):
    kinds = {path.name.partition(".")[0] for path in KINDS_OF_NOTICES.glob("*.body.txt")}

    assert sorted(kinds - reading.mailed) == []
