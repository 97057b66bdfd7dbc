"""No way leads past a stage."""

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from livinglab.errors import Refused
from proposals.actions.moderate import ask_for_changes, decline_proposal, publish_proposal
from proposals.actions.move import move
from proposals.actions.propose import resubmit, save_draft, submit_proposal, withdraw_proposal
from proposals.errors import WrongStage
from proposals.lifecycle import NEXT, Stage
from proposals.models import Proposal
from tests.builders import proposals as build
from tests.people import make_area, make_person

NOW = timezone.now


def test_every_stage_has_its_followers_and_can_be_reached():
    assert set(NEXT) == set(Stage)
    reached, waiting = set(), {Stage.DRAFT}
    while waiting:
        reached |= waiting
        waiting = {to for stage in waiting for to in NEXT[stage]} - reached
    assert reached == set(Stage)


@pytest.mark.parametrize("to", [stage for stage in Stage if stage not in NEXT[Stage.DRAFT]])
def test_a_draft_cannot_jump(ana, mo, to):
    draft = build.draft(ana)

    with pytest.raises(WrongStage):
        move(draft, to, by=mo, at=NOW())
    assert not draft.steps.exists()


DEEDS = {
    "save": lambda p, author, _mod: save_draft(p, by=author, at=NOW(), title="Another name"),
    "submit": lambda p, author, _mod: submit_proposal(p, by=author, at=NOW()),
    "resubmit": lambda p, author, _mod: resubmit(p, by=author, at=NOW()),
    "withdraw": lambda p, author, _mod: withdraw_proposal(p, by=author, at=NOW()),
    "ask": lambda p, _author, mod: ask_for_changes(p, by=mod, at=NOW(), parts=["idea"], **build.WORDS),
    "publish": lambda p, _author, mod: publish_proposal(p, by=mod, at=NOW()),
    "decline": lambda p, _author, mod: decline_proposal(p, by=mod, at=NOW(), reason_code="other", **build.WORDS),
    "pilot": lambda p, _author, mod: move(p, Stage.IN_PILOT, by=mod, at=NOW()),
    "revise": lambda p, _author, mod: move(p, Stage.REVISED, by=mod, at=NOW()),
    "scale": lambda p, _author, mod: move(p, Stage.SCALED, by=mod, at=NOW()),
    "retire": lambda p, _author, mod: move(p, Stage.RETIRED, by=mod, at=NOW()),
}


class AnyOrder(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.sampled_from(sorted(DEEDS)), max_size=12))
    def test_any_order_of_deeds_leaves_a_history_without_gaps(self, deeds):
        author, moderator = make_person("author", area=make_area()), make_person("moderator", "moderator")
        proposal = build.draft(author)
        for deed in deeds:
            proposal = Proposal.objects.get(pk=proposal.pk)
            before = (proposal.stage, proposal.steps.count())
            try:
                DEEDS[deed](proposal, author, moderator)
            except Refused:
                proposal = Proposal.objects.get(pk=proposal.pk)
                assert (proposal.stage, proposal.steps.count()) == before

        proposal = Proposal.objects.get(pk=proposal.pk)
        stages = [Stage.DRAFT]
        for step in proposal.steps.all():
            assert step.from_stage == stages[-1]
            assert step.to_stage in NEXT[Stage(step.from_stage)]
            stages.append(Stage(step.to_stage))
        assert proposal.stage == stages[-1]
        assert (proposal.due_on is not None) == (proposal.stage in {Stage.SUBMITTED, Stage.CHANGES_ASKED})
