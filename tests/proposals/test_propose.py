"""Writing and handing in."""

from datetime import date, datetime, timedelta
from pathlib import Path
from stat import S_IMODE
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.utils import timezone

from livinglab.errors import TryAgain
from proposals import clock
from proposals.actions.move import move
from proposals.actions.propose import (
    add_photo,
    describe_photo,
    discard_draft,
    remove_photo,
    resubmit,
    save_draft,
    start_draft,
    submit_proposal,
    what_is_missing,
    withdraw_proposal,
)
from proposals.errors import BadPhoto, Incomplete, NoRoomForPhoto, NotTheAuthor, TooManyPhotos, WrongStage
from proposals.lifecycle import Stage
from proposals.models import Photo, Proposal
from tests.builders import proposals as build
from tests.disk import full_disk
from tests.proposals.side_by_side import side_by_side

MONDAY = datetime(2027, 3, 1, 9, tzinfo=clock.KST)


def test_the_same_page_saved_twice_leaves_one_draft(ana):
    key = uuid4()

    first = start_draft(author=ana, at=MONDAY, key=key)
    again = start_draft(author=ana, at=MONDAY, key=key)

    assert first == again
    assert Proposal.objects.count() == 1


def test_a_draft_keeps_what_was_written_and_leaves_alone_what_was_not_sent(ana):
    draft = build.draft(ana, title="Lights")

    save_draft(draft, by=ana, at=MONDAY, idea="Brighter lamps.")

    draft.refresh_from_db()
    assert draft.title_en == "Lights"
    assert draft.idea_en == "Brighter lamps."
    assert draft.changed_at == MONDAY


def test_changing_the_language_takes_the_texts_along(ana):
    draft = build.draft(ana, title="가로등", language="en")

    save_draft(draft, by=ana, at=MONDAY, language="ko")

    draft.refresh_from_db()
    assert (draft.title_ko, draft.title_en) == ("가로등", "")
    assert (draft.idea_ko, draft.idea_en) == (build.WRITTEN["idea"], "")


def test_nobody_else_writes_in_a_draft(ana, ben):
    draft = build.draft(ana)

    with pytest.raises(NotTheAuthor):
        save_draft(draft, by=ben, at=MONDAY, title="Mine now")
    with pytest.raises(NotTheAuthor):
        submit_proposal(draft, by=ben, at=MONDAY)
    with pytest.raises(NotTheAuthor):
        withdraw_proposal(draft, by=ben, at=MONDAY)


@pytest.mark.parametrize("name", [*Proposal.TEXTS, "field", "area"])
def test_handing_in_needs_every_answer(ana, name):
    draft = build.draft(ana, **{name: None if name in ("field", "area") else ""})

    assert what_is_missing(draft) == [name]
    with pytest.raises(Incomplete):
        submit_proposal(draft, by=ana, at=MONDAY)
    draft.refresh_from_db()
    assert draft.stage == Stage.DRAFT


def test_handing_in_starts_the_clock_and_the_history_and_is_confirmed(ana):
    waiting = build.submitted(ana, at=MONDAY)

    assert waiting.stage == Stage.SUBMITTED
    assert waiting.due_on == date(2027, 3, 31)
    step = waiting.steps.get()
    assert (step.from_stage, step.to_stage, step.by_role) == ("draft", "submitted", "resident")
    assert ana.notices.get().kind == "proposal_received"


def test_what_was_handed_in_is_not_written_in_any_more(ana):
    waiting = build.submitted(ana)

    with pytest.raises(WrongStage):
        save_draft(waiting, by=ana, at=MONDAY, title="Something else")
    with pytest.raises(WrongStage):
        submit_proposal(waiting, by=ana, at=MONDAY)


def test_the_clock_stands_still_while_the_author_is_asked(ana, mo):
    asked = build.changes_asked(ana, mo, at=MONDAY)
    assert asked.paused_at is not None

    again = resubmit(asked, by=ana, at=MONDAY + timedelta(days=12))

    # 31 March and twelve days is Monday 12 April.
    assert again.due_on == date(2027, 4, 12)
    assert again.paused_at is None
    assert again.submitted_at == MONDAY


def test_only_what_was_asked_back_is_handed_in_again(ana):
    with pytest.raises(WrongStage):
        resubmit(build.draft(ana), by=ana, at=MONDAY)


@pytest.mark.parametrize("make", [build.submitted, build.changes_asked, build.published])
def test_an_author_takes_back_what_no_pilot_has_begun(ana, mo, make):
    proposal = make(ana) if make is build.submitted else make(ana, mo)

    withdrawn = withdraw_proposal(proposal, by=ana, at=timezone.now())

    assert withdrawn.stage == Stage.WITHDRAWN
    assert withdrawn.due_on is None
    assert not Proposal.objects.published().exists()


def test_what_is_in_a_pilot_cannot_be_taken_back(ana, mo):
    proposal = build.published(ana, mo)
    move(proposal, Stage.IN_PILOT, by=mo, at=timezone.now())

    with pytest.raises(WrongStage):
        withdraw_proposal(proposal, by=ana, at=timezone.now())


def test_of_two_moves_from_the_same_sight_one_wins(ana, mo):
    seen_by_one = build.published(ana, mo)
    seen_by_other = Proposal.objects.get(pk=seen_by_one.pk)
    move(seen_by_one, Stage.IN_PILOT, by=mo, at=timezone.now())

    with pytest.raises(TryAgain):
        move(seen_by_other, Stage.DECLINED, by=mo, at=timezone.now())
    assert Proposal.objects.get().stage == Stage.IN_PILOT


@pytest.mark.django_db(transaction=True)
def test_a_discarded_draft_leaves_no_row_and_no_file(ana):
    draft = build.draft(ana)
    photo = add_photo(draft, by=ana, upload=build.picture(), at=MONDAY)
    storage, name = photo.image.storage, photo.image.name
    assert storage.exists(name)

    discard_draft(draft, by=ana)

    assert not Proposal.objects.exists()
    assert not storage.exists(name)


def test_what_was_handed_in_is_not_discarded(ana, mo):
    with pytest.raises(WrongStage):
        discard_draft(build.changes_asked(ana, mo), by=ana)


def test_a_proposal_has_room_for_four_photos(ana):
    draft = build.draft(ana)
    four = ("seagreen", "navy", "gold", "white")
    kept = [add_photo(draft, by=ana, upload=build.picture(colour=colour), at=MONDAY) for colour in four]

    with pytest.raises(TooManyPhotos):
        add_photo(draft, by=ana, upload=build.picture(colour="black"), at=MONDAY)
    assert add_photo(draft, by=ana, upload=build.picture(colour="gold"), at=MONDAY) == kept[2]
    remove_photo(kept[1], by=ana, at=MONDAY)
    again = add_photo(draft, by=ana, upload=build.picture(colour="black"), at=MONDAY)

    assert again.order == 2
    assert draft.photos.count() == 4


def test_photos_on_the_disk_are_for_the_site_and_its_group_alone(ana):
    file = Path(add_photo(build.draft(ana), by=ana, upload=build.picture(), at=MONDAY).image.path)

    assert (S_IMODE(file.stat().st_mode), S_IMODE(file.parent.stat().st_mode)) == (0o640, 0o750)


def test_a_refused_photo_leaves_nothing_behind(ana):
    draft = build.draft(ana)

    with pytest.raises(BadPhoto):
        add_photo(draft, by=ana, upload=build.picture(kind="GIF"), at=MONDAY)

    assert not Photo.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_one_photo_stays(ana):
    draft = build.draft(ana)

    first, second = side_by_side(
        *[lambda: add_photo(draft, by=ana, upload=build.picture(), at=MONDAY) for _ in range(2)]
    )

    assert first == second == draft.photos.get()


def test_the_database_keeps_a_photo_once_too(ana):
    draft = build.draft(ana)
    photo = add_photo(draft, by=ana, upload=build.picture(), at=MONDAY)

    with pytest.raises(IntegrityError, match="photo_once_per_proposal"):
        Photo.objects.create(
            proposal=draft, digest=photo.digest, image="other.webp", width=1, height=1, alt="", order=2
        )


def test_another_proposal_may_show_the_same_photo(ana):
    for draft in (build.draft(ana), build.draft(ana)):
        add_photo(draft, by=ana, upload=build.picture(), at=MONDAY)

    assert Photo.objects.count() == 2


def test_a_full_disk_keeps_no_half_of_a_photo(ana):
    draft = build.draft(ana)
    add_photo(draft, by=ana, upload=build.picture(), at=MONDAY)
    folder = Path(draft.photos.get().image.path).parent
    before = set(folder.iterdir())

    with full_disk(), pytest.raises(NoRoomForPhoto):
        add_photo(draft, by=ana, upload=build.picture(colour="navy"), at=MONDAY)

    assert set(folder.iterdir()) == before
    assert draft.photos.count() == 1
    assert add_photo(draft, by=ana, upload=build.picture(colour="navy"), at=MONDAY).order == 2


def test_every_photo_needs_words_before_handing_in(ana):
    draft = build.draft(ana)
    photo = add_photo(draft, by=ana, upload=build.picture(), at=MONDAY)
    with pytest.raises(Incomplete):
        submit_proposal(draft, by=ana, at=MONDAY)

    describe_photo(photo, by=ana, alt="A dark path beside the stream", at=MONDAY)

    assert submit_proposal(draft, by=ana, at=MONDAY).stage == Stage.SUBMITTED
