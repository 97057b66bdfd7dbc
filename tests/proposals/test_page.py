"""The rows of a proposal's page, fetched with queries that are composed once."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from proposals.actions.propose import add_photo
from proposals.actions.support import support_proposal
from proposals.models import Proposal
from proposals.page import proposal_for, steps_of
from tests.builders import pilots as build_pilots
from tests.builders import proposals as build


@pytest.fixture
def readers(ana, ben, mo, eva, adam):
    return [AnonymousUser(), ana, ben, mo, eva, adam]


def test_every_reader_gets_the_proposals_that_are_visible_to_her(readers, ana, mo):
    proposals = [build.draft(ana), build.submitted(ana), build.published(ana, mo), build.declined(ana, mo)]

    for reader in readers:
        found = [proposal.pk for proposal in proposals if proposal_for(reader, proposal.pk)]
        assert found == list(Proposal.objects.visible_to(reader).order_by("pk").values_list("pk", flat=True))


def test_it_comes_with_all_that_the_page_shows(ana, ben, mo):
    proposal = build.published(ana, mo)
    support_proposal(proposal, by=ben, at=timezone.now())

    for reader, supported in ((ben, True), (ana, False), (AnonymousUser(), False)):
        found = proposal_for(reader, proposal.pk)
        assert (found.support_count, found.supported) == (1, supported)
        assert (found.author, found.field, found.area) == (ana, proposal.field, proposal.area)
        assert (found.has_photos, found.has_services) == (False, False)
    assert steps_of(found) == list(proposal.steps.all())
    assert [step.parts for step in steps_of(found)] == [step.parts for step in proposal.steps.all()]


def test_an_unfinished_draft_has_neither_field_nor_area(ana):
    found = proposal_for(ana, Proposal.objects.create(author=ana).pk)

    assert (found.field, found.area) == (None, None)


def test_photos_and_services_are_asked_for_where_there_are_any(ana, mo):
    draft = build.draft(ana)
    add_photo(draft, by=ana, upload=build.picture(), alt="The path at night", at=timezone.now())
    service = build_pilots.service(author=ana, moderator=mo)

    assert proposal_for(ana, draft.pk).has_photos
    assert proposal_for(ana, service.proposal_id).has_services
