"""Nothing that was typed is lost."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from proposals import photos
from proposals.lifecycle import Stage
from proposals.models import Proposal
from tests.builders import proposals as build
from tests.disk import full_disk
from tests.people import let_session_run_out

NEW = "/proposals/new/"
HTMX = {"HX-Request": "true"}


def answers(**other):
    return {"language": "en", **build.WRITTEN, "field": build.make_field().pk, "do": "save"} | other


def photo(name: str = "path.jpg", kind: str = "JPEG", colour: str = "seagreen") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, build.picture(kind=kind, colour=colour).getvalue(), "image/jpeg")


def two_photos() -> list[SimpleUploadedFile]:
    return [photo(), photo(colour="navy")]


def test_looking_at_the_empty_form_writes_nothing(client_of, ana):
    assert client_of(ana).get(NEW).status_code == 200
    assert not Proposal.objects.exists()


def test_a_draft_is_saved_again_and_again_as_one(client_of, ana, dodam):
    client, key = client_of(ana), str(uuid4())

    client.post(NEW, {"draft_key": key, "language": "en", "title": "Li", "do": "autosave"}, headers=HTMX)
    saved = client.post(NEW, {"draft_key": key, "language": "en", "title": "Lights", "do": "autosave"}, headers=HTMX)

    draft = Proposal.objects.get()
    assert draft.title_en == "Lights"
    assert saved["HX-Replace-Url"] == reverse("proposals:edit", args=[draft.pk])
    assert b"Draft saved" in saved.content


def test_autosaving_keeps_the_rest_when_one_answer_cannot_be_kept(client_of, ana, dodam):
    client = client_of(ana)

    answer = client.post(NEW, answers(draft_key=uuid4(), title="x" * 121, do="autosave"), headers=HTMX)

    assert Proposal.objects.get().idea_en == build.WRITTEN["idea"]
    assert "A short name for your idea" in answer.content.decode()


def test_somebody_elses_key_opens_nothing(client_of, ana, ben, dodam):
    key = uuid4()
    client_of(ana).post(NEW, answers(draft_key=key, title="Mine"))

    client_of(ben).post(NEW, answers(draft_key=key, title="Stolen"))

    assert Proposal.objects.get(author=ana).title_en == "Mine"
    assert Proposal.objects.get(author=ben).title_en == "Stolen"


def test_what_was_typed_survives_an_expired_session(client_of, ana, dodam):
    client = client_of(ana)
    let_session_run_out(client)
    away = client.post(NEW, answers(draft_key=uuid4(), title="Typed for an hour"))
    assert "login" in away.url

    client.force_login(ana)
    page = client.get(NEW)

    assert 'value="Typed for an hour"' in page.content.decode()
    assert not Proposal.objects.exists()


def test_handing_in_goes_over_a_preview(client_of, ana, dodam):
    client = client_of(ana)

    checked = client.post(NEW, answers(draft_key=uuid4(), area=dodam.pk, do="check"))
    draft = Proposal.objects.get()
    assert checked.url == reverse("proposals:preview", args=[draft.pk])
    assert "Hand in" in client.get(checked.url).content.decode()
    client.post(reverse("proposals:submit", args=[draft.pk]))

    draft.refresh_from_db()
    assert draft.stage == Stage.SUBMITTED


def test_a_missing_answer_is_named_at_the_top_and_the_rest_is_kept(client_of, ana, dodam):
    client = client_of(ana)

    page = client.post(NEW, answers(draft_key=uuid4(), area=dodam.pk, problem="", do="check"))

    assert page.status_code == 200
    assert 'href="#id_problem"' in page.content.decode()
    assert Proposal.objects.get().idea_en == build.WRITTEN["idea"]
    preview = client.get(reverse("proposals:preview", args=[Proposal.objects.get().pk])).content.decode()
    assert "Before you hand it in, please fill in: the problem, and for whom." in preview


def test_photos_survive_errors_in_other_answers(client_of, ana, dodam):
    client = client_of(ana)

    page = client.post(NEW, answers(draft_key=uuid4(), problem="", photos=two_photos(), do="check"))

    kept = list(Proposal.objects.get().photos.all())
    assert len(kept) == 2
    assert f'name="alt_{kept[0].pk}"' in page.content.decode()
    assert f'href="#id_alt_{kept[0].pk}"' in page.content.decode()


def test_each_photo_stands_or_falls_for_itself(client_of, ana, dodam):
    uploads = [
        photo("길.jpg"),
        SimpleUploadedFile("empty.jpg", b"", "image/jpeg"),
        photo("lamp.png", "PNG"),
        photo("clip.gif", "GIF"),
        photo("bench.avif", "AVIF"),
    ]

    page = client_of(ana).post(NEW, answers(draft_key=uuid4(), photos=uploads, do="photos")).content.decode()

    assert "empty.jpg: The file is empty. Please choose the photo again." in page
    assert "clip.gif: This file cannot be read as a photo." in page
    assert [name for name in ("길.jpg", "lamp.png", "bench.avif") if f"{name}:" in page] == []
    draft = Proposal.objects.get()
    assert draft.photos.count() == 3
    assert draft.idea_en == build.WRITTEN["idea"]


def test_the_same_photo_is_kept_once_however_often_it_is_sent(client_of, ana, dodam):
    client, key = client_of(ana), uuid4()

    for _ in range(2):
        client.post(NEW, answers(draft_key=key, photos=[photo(), photo("once more.jpg")], do="photos"))

    assert Proposal.objects.get().photos.count() == 1


def test_while_others_upload_photos_nobody_waits_once_for_each_of_theirs(client_of, ana, dodam, monkeypatch):
    monkeypatch.setattr(photos, "LONGEST_WAIT", 0.0)
    uploads = [photo("one.jpg"), photo("two.jpg", colour="navy")]

    with photos.turn():
        page = client_of(ana).post(NEW, answers(draft_key=uuid4(), photos=uploads, do="photos")).content.decode()

    sentence = "Many photos are being uploaded just now. Please try again in a moment."
    assert [name for name in ("one.jpg", "two.jpg") if f"{name}: {sentence}" in page] == ["one.jpg", "two.jpg"]
    assert Proposal.objects.get().idea_en == build.WRITTEN["idea"]
    assert not Proposal.objects.get().photos.exists()


def test_a_full_disk_is_told_and_the_words_are_kept(client_of, ana, dodam):
    with full_disk():
        answer = client_of(ana).post(NEW, answers(draft_key=uuid4(), photos=[photo()], do="photos"))

    assert answer.status_code == 200
    assert "path.jpg: The photo could not be stored just now." in answer.content.decode()
    assert Proposal.objects.get().idea_en == build.WRITTEN["idea"]


def test_photos_are_described_and_removed_in_the_form(client_of, ana, dodam):
    client, key = client_of(ana), uuid4()
    client.post(NEW, answers(draft_key=key, photos=two_photos(), do="photos"))
    draft = Proposal.objects.get()
    first, second = draft.photos.all()

    edit = reverse("proposals:edit", args=[draft.pk])
    client.post(edit, answers(draft_key=key, **{f"alt_{first.pk}": "A dark path", f"remove_{second.pk}": "on"}))

    assert [kept.alt for kept in draft.photos.all()] == ["A dark path"]


@pytest.mark.parametrize(("lat", "lon"), [("36.5", ""), ("", "127.2"), ("12", "127.2"), ("here", "there")])
def test_half_a_point_or_one_elsewhere_is_not_kept(client_of, ana, dodam, lat, lon):
    page = client_of(ana).post(NEW, answers(draft_key=uuid4(), lat=lat, lon=lon))

    assert page.status_code == 200
    assert Proposal.objects.get().lat is None


def open_form(client, draft):
    """What a tab that has just been opened will send: the texts as they are stored, and the mark that it saw them."""
    page = client.get(reverse("proposals:edit", args=[draft.pk])).context["form"]
    return {name: page[name].value() or "" for name in ("language", *Proposal.TEXTS, "field", "area", "seen_texts")}


def test_a_tab_that_does_not_know_the_newest_text_writes_nothing_over_it(client_of, ana):
    client, draft = client_of(ana), build.draft(ana)
    here = reverse("proposals:edit", args=[draft.pk])
    one, two = open_form(client, draft), open_form(client, draft)
    client.post(here, one | {"problem": "A whole paragraph.", "do": "save"})

    page = client.post(here, two | {"problem": "One word.", "idea": "Another idea.", "do": "save"})

    draft.refresh_from_db()
    assert page.status_code == 409
    assert (draft.problem_en, draft.idea_en) == ("A whole paragraph.", build.WRITTEN["idea"])
    shown = page.content.decode()
    assert all(text in shown for text in ("A whole paragraph.", "One word.", "Another idea."))

    # She has both before her eyes now: what she sends again is what she wants.
    known = page.context["form"]["seen_texts"].value()
    client.post(here, two | {"problem": "Both in one.", "seen_texts": known, "do": "save"})
    draft.refresh_from_db()
    assert draft.problem_en == "Both in one."


def test_saving_by_itself_stops_when_another_tab_has_saved(client_of, ana):
    client, draft = client_of(ana), build.draft(ana)
    here = reverse("proposals:edit", args=[draft.pk])
    one, two = open_form(client, draft), open_form(client, draft)
    saved = client.post(here, one | {"problem": "First", "do": "autosave"}, headers=HTMX)
    known = saved.context["seen"].value()
    assert known in saved.content.decode()

    refused = client.post(here, two | {"problem": "Other", "do": "autosave"}, headers=HTMX)
    assert refused.status_code == 409
    assert "Show both texts" in refused.content.decode()

    client.post(here, one | {"problem": "First and more", "seen_texts": known, "do": "autosave"}, headers=HTMX)
    draft.refresh_from_db()
    assert draft.problem_en == "First and more"


def test_two_tabs_that_say_the_same_are_no_conflict(client_of, ana):
    client, draft = client_of(ana), build.draft(ana)
    here = reverse("proposals:edit", args=[draft.pk])
    one, two = open_form(client, draft), open_form(client, draft)
    client.post(here, one | {"problem": "The same.", "do": "save"})

    assert client.post(here, two | {"problem": "The same.", "do": "save"}).status_code == 302


def test_the_form_that_comes_back_with_an_error_knows_what_it_stored(client_of, ana):
    client, draft = client_of(ana), build.draft(ana)
    here = reverse("proposals:edit", args=[draft.pk])
    one = open_form(client, draft) | {"problem": "Kept.", "title": "x" * 121, "do": "save"}
    refused = client.post(here, one)
    assert refused.status_code == 200

    known = refused.context["form"]["seen_texts"].value()
    assert client.post(here, one | {"title": "Short", "seen_texts": known}).status_code == 302


def test_nobody_else_opens_the_form_of_a_draft(client_of, ana, ben):
    draft = build.draft(ana)

    for name in ("edit", "preview", "withdraw"):
        assert client_of(ben).get(reverse(f"proposals:{name}", args=[draft.pk])).status_code == 404
    assert client_of(ben).post(reverse("proposals:submit", args=[draft.pk])).status_code == 404


def test_a_draft_handed_in_from_another_tab_is_not_changed(client_of, ana):
    waiting = build.submitted(ana, title="Handed in")

    page = client_of(ana).post(reverse("proposals:edit", args=[waiting.pk]), answers(title="Late change"))

    assert 'value="Late change"' in page.content.decode()
    waiting.refresh_from_db()
    assert waiting.title_en == "Handed in"


def test_a_draft_begun_in_this_form_and_handed_in_elsewhere_is_not_changed_and_nothing_typed_is_lost(client_of, ana):
    waiting, typed = build.submitted(ana, title="Handed in"), {"title": "Late change", "idea": "Typed for an hour"}
    Proposal.objects.filter(pk=waiting.pk).update(draft_key=(key := uuid4()))

    page = client_of(ana).post(NEW, answers(draft_key=key, **typed)).content.decode()

    assert "This proposal has been handed in and cannot be changed now." in page
    assert 'value="Late change"' in page
    assert "Typed for an hour" in page
    waiting.refresh_from_db()
    assert (waiting.title_en, Proposal.objects.count()) == ("Handed in", 1)


def test_what_staff_asked_stands_above_the_form(client_of, ana, mo):
    asked = build.changes_asked(ana, mo)

    page = client_of(ana).get(reverse("proposals:edit", args=[asked.pk])).content.decode()

    assert build.WORDS["reason_en"] in page
    assert "the problem, and for whom" in page


def test_completing_hands_in_again(client_of, ana, mo):
    asked = build.changes_asked(ana, mo)

    client_of(ana).post(reverse("proposals:submit", args=[asked.pk]))

    asked.refresh_from_db()
    assert asked.stage == Stage.SUBMITTED


def test_pressing_hand_in_twice_hands_in_once(client_of, ana):
    draft, client = build.draft(ana), client_of(ana)

    client.post(reverse("proposals:submit", args=[draft.pk]))
    again = client.post(reverse("proposals:submit", args=[draft.pk]))

    assert again.url == reverse("proposals:detail", args=[draft.pk])
    assert draft.steps.count() == 1


def test_handing_in_what_is_not_complete_is_refused(client_of, ana):
    draft = build.draft(ana, problem="")

    assert client_of(ana).post(reverse("proposals:submit", args=[draft.pk])).status_code == 409
    assert not draft.steps.exists()


def test_own_proposals_are_listed_with_what_can_be_done(client_of, ana, ben, mo, django_assert_max_num_queries):
    build.draft(ana, title="A draft")
    build.published(ana, mo, title="A public one")
    build.draft(ben, title="Not mine")
    client = client_of(ana)

    with django_assert_max_num_queries(12):
        page = client.get(reverse("proposals:mine")).content.decode()

    assert "A draft" in page
    assert "A public one" in page
    assert "Not mine" not in page


def test_an_author_takes_her_proposal_back_after_a_question(client_of, ana, mo):
    proposal, client = build.published(ana, mo), client_of(ana)
    url = reverse("proposals:withdraw", args=[proposal.pk])

    assert client.get(url).status_code == 200
    client.post(url)

    proposal.refresh_from_db()
    assert proposal.stage == Stage.WITHDRAWN
    assert client.get(reverse("proposals:detail", args=[proposal.pk])).status_code == 200


def test_a_draft_can_be_thrown_away(client_of, ana):
    client_of(ana).post(reverse("proposals:discard", args=[build.draft(ana).pk]))

    assert not Proposal.objects.exists()


def test_the_form_stays_within_its_number_of_questions(client_of, ana, mo, django_assert_max_num_queries):
    asked, client = build.changes_asked(ana, mo, at=timezone.now()), client_of(ana)

    with django_assert_max_num_queries(12):
        client.get(reverse("proposals:edit", args=[asked.pk]))
    with django_assert_max_num_queries(12):
        client.get(NEW)
