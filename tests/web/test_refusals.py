"""What the lab refuses is answered with 409 and looks alike, whichever page, button, part or program asks."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from livinglab.env import BASE_DIR
from livinglab.errors import Refused, TryAgain, status_of
from livinglab.web.refusals import page_before
from proposals.actions.propose import withdraw_proposal
from proposals.models import Proposal
from tests.builders.proposals import published, submitted

PACKAGES = ("livinglab", "proposals", "pilots", "surveys", "feedback")
# Pages that are not in a folder of views.
ALSO_VIEWS = ("livinglab/accounts/administration.py", "livinglab/accounts/views.py", "livinglab/notices/views.py")
# Functions of views that catch a refusal for another reason than to show it.
CAUGHT = {
    "feedback/views/deciding.py why_not_decide": "asks beforehand, and hands on what a page shows",
    "proposals/views/moderation.py decide_many": "says of each row of a list what became of it",
    "proposals/views/writing.py keep_photos": "each photo stands or falls for itself, with its sentence beside it",
    "livinglab/web/views/contact.py contact": "has one status only, of a limit",
    "surveys/views/desk.py verdict": "says why no verdict is there to be read",
}
# Templates that print a refusal besides the component: one line beside the field that was saved by itself.
LINES = {"proposals/_saved.html", "surveys/_words_saved.html"}
COMPONENT = "components/refusal.html"
LOOK = '<div class="error-summary" role="alert" tabindex="-1" data-focus>'


def family(cls: type[Refused] = Refused) -> Iterator[str]:
    yield cls.__name__
    for child in cls.__subclasses__():
        yield from family(child)


def views() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (path for path in (BASE_DIR / package).rglob("*.py") if path.parent.name == "views")
    yield from (BASE_DIR / name for name in ALSO_VIEWS)


def catching(path: Path) -> Iterator[ast.FunctionDef]:
    """Functions that catch something the lab refuses, by a name to say it with."""
    names = set(family())
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for handler in ast.walk(function):
            if isinstance(handler, ast.ExceptHandler) and handler.type is not None:
                caught = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}
                if caught & names and handler.name is not None:
                    yield function
                    break


def shows_it(function: ast.FunctionDef) -> bool:
    """Whether it answers with the status of the refusal, or hands the refusal to what does."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    return any(isinstance(call.func, ast.Name) and call.func.id == "status_of" for call in calls) or any(
        word.arg is not None and word.arg.endswith("refusal") for call in calls for word in call.keywords
    )


def test_every_view_that_catches_a_refusal_answers_with_its_status():
    elsewhere = {
        f"{path.relative_to(BASE_DIR).as_posix()} {function.name}"
        for path in views()
        for function in catching(path)
        if not shows_it(function)
    }

    assert elsewhere == CAUGHT.keys()


def test_every_function_that_is_handed_a_refusal_answers_with_its_status():
    handed = [
        (path, function)
        for path in views()
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        and any(arg.arg.endswith("refusal") for arg in [*function.args.args, *function.args.kwonlyargs])
        and ast.unparse(function.returns or ast.Constant(None)) == "HttpResponse"
    ]

    assert len(handed) >= 3
    assert [f"{path.name} {function.name}" for path, function in handed if not shows_it(function)] == []


def test_no_view_tells_a_refusal_as_if_the_next_page_had_said_it():
    found = [
        f"{path.relative_to(BASE_DIR)}: {line}"
        for path in views()
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"messages\.\w+\(request, str\((refus\w+)\)", line)
    ]

    assert found == []


def test_one_component_shows_every_refusal():
    templates = BASE_DIR / "templates"
    printing = {
        path.relative_to(templates).as_posix()
        for path in templates.rglob("*.html")
        if re.search(r"\{\{ (\w+\.)*(\w*_)?refusal[ |}]", path.read_text(encoding="utf-8"))
    }

    assert printing - {"429.html"} == {COMPONENT} | LINES


def test_the_status_is_that_of_the_refusal():
    assert status_of(None) == 200
    assert status_of(Refused("no")) == status_of(TryAgain("no")) == 409


# Each kind of door with a refusal


@pytest.fixture
def taken_back(ana, mo) -> Proposal:
    """A proposal that its author has taken back already, in another tab."""
    proposal = submitted(ana)
    withdraw_proposal(proposal, by=ana, at=timezone.now())
    return proposal


def shown(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_button_is_refused_on_a_page_of_its_own_with_the_way_back(taken_back, ana, client_of):
    before = f"http://testserver/proposals/{taken_back.pk}/?page=2"

    answer = client_of(ana).post(reverse("proposals:withdraw", args=[taken_back.pk]), headers={"Referer": before})

    assert answer.status_code == 409
    assert LOOK in shown(answer)
    assert f'href="/proposals/{taken_back.pk}/?page=2"' in shown(answer)
    assert shown(answer).count("That was not possible") == 2  # the title and the heading


def test_a_button_pressed_through_htmx_is_refused_in_place_of_the_content(taken_back, ana, client_of):
    answer = client_of(ana).post(reverse("proposals:withdraw", args=[taken_back.pk]), headers={"HX-Request": "true"})

    assert answer.status_code == 409
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#main", "innerHTML")
    assert LOOK in shown(answer)
    assert "<html" not in shown(answer)


def test_a_part_of_a_page_is_refused_in_its_place(ana, mo, client_of):
    proposal = published(ana, mo)

    answer = client_of(ana).post(reverse("proposals:support", args=[proposal.pk]), headers={"HX-Request": "true"})

    assert answer.status_code == 409
    assert shown(answer).startswith('<section class="card card-accent" id="support"')
    assert LOOK in shown(answer)


def test_a_form_is_refused_on_its_page_with_what_was_typed(taken_back, mo, client_of):
    typed = {"do": "decline", "decline-reason_code": "exists", "decline-reason_en": "Bus 7 does it."}

    answer = client_of(mo).post(reverse("proposals:review", args=[taken_back.pk]), typed)

    assert answer.status_code == 409
    assert LOOK in shown(answer)
    assert "Please check what you entered" not in shown(answer)


def test_a_program_reads_the_same_sentence(ana, mo, client_of):
    proposal, client = published(ana, mo), client_of(ana)

    page = client.post(reverse("proposals:support", args=[proposal.pk]))
    answer = client.put(reverse("api:support", args=[proposal.pk]), content_type="application/json")

    assert page.status_code == answer.status_code == 409
    assert answer.json()["detail"] in shown(page)


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/pilots/?page=2", "/pilots/?page=2"),
        ("http://testserver/pilots/", "/pilots/"),
        ("https://elsewhere.example/pilots/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_the_way_back_stays_on_the_site(rf, referer, back):
    assert page_before(rf.get("/", headers={"Referer": referer})) == back


def test_htmx_puts_refusals_into_the_page(client_of):
    page = client_of().get(reverse("about")).content.decode()

    assert '{"code": "409", "swap": true}' in page
