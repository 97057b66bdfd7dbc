"""A text of characters that nobody sees is none: pages and API ask for words."""

import pytest
from django.urls import reverse
from django.utils import timezone

from livinglab.text import clean_text
from proposals.actions.comment import edit_comment, write_comment
from proposals.actions.propose import what_is_missing
from proposals.errors import NothingWritten
from proposals.models import Comment, Proposal
from tests.builders import proposals as build

pytestmark = pytest.mark.django_db
INVISIBLE = ["\u200b\u200b", "\u3164", "\u2800 \u00ad", "\ufe0f\u200d"]


@pytest.fixture
def lights(ana, mo):
    return build.published(ana, mo)


@pytest.mark.parametrize("text", INVISIBLE)
def test_a_comment_says_something_on_the_page_and_by_the_api(client_of, lights, ben, text):
    client = client_of(ben)
    page = client.post(reverse("proposals:comment", args=[lights.pk]), {"kind": "plain", "text": text})
    assert "Please write something." in page.content.decode()

    answer = client.post(reverse("api:comments", args=[lights.pk]), {"text": text}, content_type="application/json")
    assert answer.status_code == 400
    assert "Please write something." in answer.content.decode()
    with pytest.raises(NothingWritten):
        write_comment(lights, author=ben, text=text, at=timezone.now())
    assert not Comment.objects.exists()


def test_a_comment_is_not_emptied_afterwards(lights, ben):
    comment = build.comment(lights, ben)
    with pytest.raises(NothingWritten):
        edit_comment(comment, by=ben, text="\u3164", at=comment.at)


@pytest.mark.parametrize("text", INVISIBLE)
def test_a_proposal_of_nothing_is_not_complete(client_of, ana, text):
    draft = build.draft(ana, problem=clean_text(text))
    assert what_is_missing(draft) == ["problem"]

    form = build.WRITTEN | {"language": "en", "field": draft.field_id, "area": draft.area_id, "do": "check"}
    page = client_of(ana).post(reverse("proposals:edit", args=[draft.pk]), form | {"title": text})
    assert "Please write something." in page.content.decode()
    assert Proposal.objects.get().stage == "draft"


def test_emoji_and_short_words_are_something(lights, ben):
    for text in ("👍", "네", "?", "1"):
        assert write_comment(lights, author=ben, text=text, at=timezone.now()).pk
