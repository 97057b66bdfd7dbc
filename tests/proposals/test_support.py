"""One support of one resident, whatever happens on the way."""

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from proposals.actions.moderate import publish_proposal
from proposals.actions.move import move
from proposals.actions.propose import withdraw_proposal
from proposals.actions.support import support_proposal, withdraw_support
from proposals.errors import NotConfirmed, OwnProposal, WrongStage
from proposals.lifecycle import Stage
from proposals.models import Proposal, Support
from tests.builders import proposals as build
from tests.people import make_area, make_person
from tests.proposals.side_by_side import side_by_side

NOW = timezone.now


def test_a_confirmed_resident_supports_once_however_often_she_presses(ana, ben, mo):
    proposal = build.published(ana, mo)

    first = support_proposal(proposal, by=ben, at=NOW())
    again = support_proposal(proposal, by=ben, at=NOW())

    assert first == again
    assert proposal.supports.count() == 1
    assert Proposal.objects.with_counts().get().support_count == 1


def test_support_is_taken_back_at_any_time_and_twice_is_once(ana, ben, mo):
    proposal = build.published(ana, mo)
    support_proposal(proposal, by=ben, at=NOW())
    move(proposal, Stage.IN_PILOT, by=mo, at=NOW())
    move(proposal, Stage.RETIRED, by=mo, at=NOW())

    withdraw_support(proposal, by=ben)
    withdraw_support(proposal, by=ben)

    assert not proposal.supports.exists()


def test_authors_do_not_support_their_own(ana, mo):
    proposal = build.published(ana, mo)

    with pytest.raises(OwnProposal):
        support_proposal(proposal, by=ana, at=NOW())
    assert not Support.objects.exists()


def test_only_confirmed_residents_support(ana, mo, sam):
    proposal = build.published(ana, mo)

    with pytest.raises(NotConfirmed):
        support_proposal(proposal, by=sam, at=NOW())
    assert not Support.objects.exists()


@pytest.mark.parametrize("make", [build.draft, build.submitted])
def test_what_is_not_public_is_not_supported(ana, ben, make):
    with pytest.raises(WrongStage):
        support_proposal(make(ana), by=ben, at=NOW())


@pytest.mark.django_db(transaction=True)
def test_double_clicks_tabs_and_devices_end_in_exactly_one(ana, ben, mo):
    proposal = build.published(ana, mo)

    results = side_by_side(*[lambda: support_proposal(proposal, by=ben, at=NOW())] * 6)

    assert len(set(results)) == 1
    assert proposal.supports.count() == 1
    assert Proposal.objects.get().support_total == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_all_counted(ana, mo, dodam):
    proposal = build.published(ana, mo)
    people = [make_person(f"neighbour{number}", area=dodam, confirmed=True) for number in range(6)]

    side_by_side(*[lambda p=person: support_proposal(proposal, by=p, at=NOW()) for person in people])

    assert Proposal.objects.get().support_total == proposal.supports.count() == 6


@pytest.mark.django_db(transaction=True)
def test_a_support_never_lands_on_what_was_just_taken_back(ana, ben, mo):
    proposal = build.published(ana, mo)

    supported, withdrawn = side_by_side(
        lambda: support_proposal(proposal, by=ben, at=NOW()), lambda: withdraw_proposal(proposal, by=ana, at=NOW())
    )

    assert withdrawn.stage == Stage.WITHDRAWN
    assert isinstance(supported, Support | WrongStage)
    assert proposal.supports.exists() == isinstance(supported, Support)


class AnyOrder(TestCase):
    """The total that orders the list is always the recount."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=20))
    def test_any_order_of_supporting_and_taking_back_leaves_the_recount(self, deeds):
        area = make_area()
        author, moderator = make_person("author", area=area), make_person("moderator", "moderator")
        people = [make_person(f"person{number}", area=area, confirmed=True) for number in range(4)]
        proposal = publish_proposal(build.submitted(author), by=moderator, at=NOW())
        behind: set[int] = set()
        for who, supports in deeds:
            if supports:
                support_proposal(proposal, by=people[who], at=NOW())
                behind.add(who)
            else:
                withdraw_support(proposal, by=people[who])
                behind.discard(who)

        proposal.refresh_from_db()
        assert proposal.support_total == proposal.supports.count() == len(behind)
