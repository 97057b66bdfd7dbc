from collections import Counter

import pytest
from django.core.management import call_command

from livinglab.accounts.models import Person
from pilots.models import Enrolment, Pilot
from proposals.models import Comment, Proposal, Support
from surveys.metrics.recount import recount
from surveys.metrics.release import live_desk
from surveys.models import Invitation, Response, TouchedChunk, Wave

SIZE = {"proposals": 300, "supports": 2_000, "comments": 700, "answers": 400}


@pytest.fixture
def seeded(db, settings):
    settings.DEMONSTRATION = True
    call_command("seed_city", verbosity=0, **SIZE)


def test_a_seeded_city_has_the_wished_size(seeded):
    assert Proposal.objects.count() == SIZE["proposals"]
    assert Support.objects.count() == SIZE["supports"]
    assert Comment.objects.count() == SIZE["comments"]
    assert Response.objects.count() == SIZE["answers"]
    assert Invitation.objects.count() == Enrolment.objects.count() == 1.2 * SIZE["answers"]


def test_totals_are_those_of_the_rows(seeded):
    for proposal in Proposal.objects.with_counts():
        assert proposal.support_total == proposal.support_count
        assert proposal.comment_total == proposal.comment_count
    pilot = Pilot.objects.get()
    assert (pilot.joined_total, pilot.waiting_total) == (Enrolment.objects.joined().count(), 0)


def test_answers_are_counted_exactly(seeded):
    wave = Wave.objects.open().get()

    assert not TouchedChunk.objects.exists()
    assert not recount(wave).differences
    assert live_desk(wave)["answered"] == SIZE["answers"]


def test_rows_can_be_added_after_seeding(seeded):
    author = Person.objects.create_user("somebody@example.kr")
    proposal = Proposal.objects.create(author=author)

    assert proposal.pk > Proposal.objects.exclude(pk=proposal.pk).latest("pk").pk


def test_every_size_is_possible(db, settings):
    settings.DEMONSTRATION = True
    call_command("seed_city", verbosity=0, proposals=100, supports=0, comments=0, answers=0)

    assert not Wave.objects.exists()
    assert Counter(Proposal.objects.values_list("stage", flat=True))["submitted"] == 2
