"""A search finds the words that stand in public proposals now, in whatever case and wherever in a word."""

import pytest
from django.utils import timezone

from proposals.actions.moderate import publish_proposal, translate_proposal
from proposals.actions.propose import withdraw_proposal
from proposals.lifecycle import PUBLIC, Stage
from proposals.models import Proposal, Words
from tests.builders import proposals as build


def found(text: str) -> list[str]:
    return [proposal.title_en for proposal in Proposal.objects.published().matching(q=text).order_by("pk")]


@pytest.fixture
def lights(ana, mo):
    return build.published(ana, mo, title="Lights for the Path", problem="It is 100% dark.", idea="Lamps_that wake up")


@pytest.mark.parametrize("text", ["Lights", "LIGHTS", "ights for the p", "100%", "lamps_", "k", "LI", "_t", "s "])
def test_words_are_found_in_whatever_case_and_wherever_they_stand(lights, text):
    assert found(text) == ["Lights for the Path"]


@pytest.mark.parametrize("text", ["lights path", "10%", "lamps that", "z", "_%", "zz", "xl"])
def test_what_does_not_stand_there_is_not_found(lights, text):
    assert found(text) == []


def test_a_proposal_is_found_from_its_publication_on(ana, mo):
    proposal = build.submitted(ana, title="Benches")
    assert found("benches") == []
    assert not Words.objects.exists()

    publish_proposal(proposal, by=mo, at=timezone.now())

    assert found("benches") == ["Benches"]


def test_a_translation_is_found_at_once_and_a_withdrawn_proposal_no_more(ana, mo, lights):
    assert found("가로등") == []

    translate_proposal(lights, title="밤길 가로등")
    assert found("가로등") == found("로등") == ["Lights for the Path"]

    withdraw_proposal(lights, by=ana, at=timezone.now())
    assert not Words.objects.exists()


@pytest.mark.parametrize("stage", Stage)
def test_the_database_keeps_the_words_of_the_public_stages_alone(lights, stage):
    Proposal.objects.update(stage=stage)

    assert Words.objects.exists() == (stage in PUBLIC)
