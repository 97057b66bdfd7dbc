"""Wherever people's own words are printed, they keep their direction and are read aloud in their language."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from proposals.actions.comment import flag_comment
from tests.builders import feedback as decided
from tests.builders import proposals as build
from tests.builders.pilots import announced_pilot, service
from tests.builders.surveys import answer_openly, closed_wave, open_wave_of, registered_survey, take_part
from tests.people import make_person

pytestmark = pytest.mark.django_db
MARK = "عربي"
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "path", "circle"}


class Words(HTMLParser):
    """Where the mark stands in a page: the languages it is printed in, and how often it lacks a direction."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.languages: list[str | None] = []
        self.without_direction: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while tag in [name for name, _attrs in self.open] and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        tags = [tag for tag, _attrs in self.open]
        # The title of a page, choices of a select and drawings hold text only.
        if MARK not in data or {"title", "option", "svg", "script"} & set(tags):
            return
        if not any(tag == "bdi" or attrs.get("dir") == "auto" for tag, attrs in self.open):
            self.without_direction.append(f"{' > '.join(tags[-4:])}: {data.strip()[:40]}")
        if "textarea" in tags:
            # What is being typed has no language yet.
            return
        named = [attrs["lang"] for tag, attrs in self.open if attrs.get("lang") and tag != "html"]
        self.languages.append(named[-1] if named else None)


def arabic(words: str) -> str:
    return f"{MARK} {words} مرحبا بكم في مدينتنا"


@pytest.fixture
def pages(client_of, ana, ben, mo, eva):
    """Pages with words of people, by address, as somebody reads them who may."""
    texts = {name: arabic(name[0]) for name in build.WRITTEN}
    lights = build.published(ana, mo, **texts)
    remark = build.comment(lights, ben, text=arabic("a"), kind="question")
    build.comment(lights, ana, text=arabic("b"), parent=remark)
    waiting = build.changes_asked(ana, mo, **texts)
    flag = flag_comment(remark, by=ana, reason="insult", words=arabic("c"), at=remark.at)
    tried = service(build.published(make_person("rosa"), mo), moderator=mo)
    pilot = announced_pilot(mo, of=tried)
    survey = registered_survey(eva, pilot=pilot, n_min=2, m_min=2, with_open_question=True)
    wave = open_wave_of(survey)
    first, *others = take_part(survey, 6)
    for enrolment in (first, *others):
        answer_openly(wave, enrolment, arabic("d"))
    read = {}
    for name in ("answer_words", "answer_review"):
        url = reverse(f"surveys:{name}", args=[wave.pk])
        read[url] = client_of(first.person).get(url).content.decode()
    closed_wave(wave)
    changed = decided.change(said_ko=arabic("e"), said_en=arabic("e"), did_ko=arabic("f"), did_en=arabic("f"))
    verdict = decided.verdict(eva, "REVISE", prefix="q")
    decision = decided.published(verdict, mo, "revise", changes=[changed])
    for reader, name, args in [
        (None, "proposals:list", []),
        (None, "proposals:detail", [lights.pk]),
        (ana, "proposals:detail", [waiting.pk]),
        (ana, "proposals:edit", [waiting.pk]),
        (ana, "proposals:preview", [waiting.pk]),
        (ana, "proposals:mine", []),
        (ana, "proposals:withdraw", [waiting.pk]),
        (ben, "proposals:edit-comment", [remark.pk]),
        (ben, "proposals:answer", [remark.pk]),
        (ben, "proposals:report-comment", [remark.pk]),
        (mo, "proposals:queue", []),
        (mo, "proposals:review-report", [flag.pk]),
        (mo, "proposals:translate", [lights.pk]),
        (eva, "surveys:open_answers", [wave.pk]),
        (None, "feedback:detail", [decision.pk]),
        (None, "feedback:list", []),
    ]:
        url = reverse(name, args=args)
        answer = client_of(reader).get(url)
        assert answer.status_code == 200, url
        read[url] = answer.content.decode()
    return read


def test_words_of_people_have_a_direction_and_a_language_wherever_they_are_printed(pages):
    found = {}
    for url, html in pages.items():
        words = Words(html)
        found[url] = len(words.languages)
        assert not words.without_direction, url
        assert set(words.languages) <= {"ar"}, url

    assert sum(1 for times in found.values() if times) >= 14, found


def test_a_paragraph_and_a_name_turn_nothing_around_them(client_of, ana, mo):
    lights = build.published(ana, mo)
    said = {"kind": "plain", "text": "ends here\u202e reversed"}
    client_of(ana).post(reverse("proposals:comment", args=[lights.pk]), said)
    page = client_of().get(reverse("proposals:detail", args=[lights.pk])).content.decode()

    assert '<span dir="auto" lang="en">ends here reversed</span>' in page
    assert "<bdi>ana</bdi>" in page
