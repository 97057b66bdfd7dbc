"""Telling people once, and in their language."""

import ast
from datetime import timedelta
from pathlib import Path

from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone

from livinglab.env import BASE_DIR
from livinglab.notices.actions import notify, notify_many
from livinglab.notices.models import Notice
from livinglab.notices.texts import render

NOW = timezone.now()
PACKAGES = ["livinglab", "proposals", "pilots", "surveys", "feedback"]


def test_same_occasion_is_told_once(ben):
    assert notify(ben, "pilot_joined", occasion="pilot 1 joined", at=NOW)
    assert not notify(ben, "pilot_joined", occasion="pilot 1 joined", at=NOW + timedelta(days=1))

    assert ben.notices.get().at == NOW


def test_telling_many_counts_only_those_who_did_not_know(ana, ben, sam, django_assert_num_queries):
    notify(ben, "pilot_announced", occasion="pilot 1 announced", at=NOW)

    with django_assert_num_queries(1):
        told = notify_many([ana, ben, sam, sam], "pilot_announced", occasion="pilot 1 announced", at=NOW, title_en="A")

    assert told == 2
    assert Notice.objects.filter(occasion="pilot 1 announced").count() == 3


def test_telling_nobody_is_no_mistake(db):
    assert notify_many([], "pilot_announced", occasion="pilot 1 announced", at=NOW) == 0


def test_texts_are_in_the_readers_language_and_fall_back_to_the_other(ben):
    notify(ben, "pilot_joined", occasion="a", at=NOW, title_ko="밤길 <등>", title_en="Night lights")
    notify(ben, "pilot_joined", occasion="b", at=NOW, title_ko="밤길 <등>", title_en="")
    both, korean_only = ben.notices.order_by("occasion")

    assert "밤길 <등>" in render(both, "ko").subject
    assert "Night lights" in render(both, "en").subject
    assert "밤길 <등>" in render(korean_only, "en").subject
    assert "\n" not in render(both, "en").subject


def test_kind_without_templates_is_told_in_general_words(ben):
    notify(ben, "kind_of_an_older_version", occasion="a", at=NOW)

    assert render(ben.notices.get(), "en").subject == "Something has changed for you"


def kinds_in_code() -> dict[str, str]:
    """Every literal that code hands to ``notify``, ``notify_many`` or a helper called ``tell``, with its file."""
    found = {}
    for package in PACKAGES:
        for path in sorted((BASE_DIR / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = getattr(getattr(node, "func", None), "id", None)
                if isinstance(node, ast.Call) and name in {"notify", "notify_many", "tell"} and len(node.args) > 1:
                    for part in ast.walk(node.args[1]):
                        if isinstance(part, ast.Constant) and isinstance(part.value, str):
                            found[part.value] = str(path.relative_to(BASE_DIR))
    return found


def test_every_kind_in_code_has_its_templates():
    missing = []
    for kind, path in kinds_in_code().items():
        for part in ("subject", "body"):
            try:
                get_template(f"notices/kinds/{kind}.{part}.txt")
            except TemplateDoesNotExist as error:
                missing.append(f"{error} ({path})")
    assert not missing, "\n".join(missing)


def test_every_pair_of_templates_is_complete():
    folder = Path(BASE_DIR / "templates" / "notices" / "kinds")
    names = {path.name for path in folder.glob("*.txt")}

    subjects = {name.removesuffix(".subject.txt") for name in names if name.endswith(".subject.txt")}
    assert names == {f"{kind}.{part}.txt" for kind in subjects for part in ("subject", "body")}


def test_opening_a_notice_reads_it_and_leads_to_its_page(client_of, ben):
    notify(ben, "pilot_joined", occasion="a", at=NOW, url="/about/", title_ko="밤길", title_en="Night lights")
    client, notice = client_of(ben), ben.notices.get()

    assert client.get(reverse("notices:open", args=[notice.pk]))["Location"] == "/about/"

    notice.refresh_from_db()
    assert notice.read_at


def test_a_notice_leads_nowhere_outside(client_of, ben):
    notify(ben, "pilot_joined", occasion="a", at=NOW, url="https://elsewhere.example/")

    answer = client_of(ben).get(reverse("notices:open", args=[ben.notices.get().pk]))

    assert answer["Location"] == reverse("notices:list")


def test_all_are_read_at_once_but_only_ones_own(client_of, ana, ben):
    for person in (ana, ben):
        notify(person, "pilot_joined", occasion="a", at=NOW)

    client_of(ben).post(reverse("notices:read_all"))

    assert list(Notice.objects.unread()) == [ana.notices.get()]


def test_list_is_paged_newest_first_and_costs_the_same_for_any_number(client_of, ben, django_assert_max_num_queries):
    for number in range(45):
        notify(ben, "pilot_joined", occasion=f"pilot {number}", at=NOW + timedelta(minutes=number), url="/about/")
    client = client_of(ben)

    with django_assert_max_num_queries(6):
        page = client.get(reverse("notices:list"))

    assert [notice.occasion for notice, _text in page.context["notices"]] == [f"pilot {n}" for n in range(44, 24, -1)]
    assert len(client.get(reverse("notices:list") + "?page=3").context["notices"]) == 5
