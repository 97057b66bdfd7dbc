import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from proposals.models import Proposal

COMMANDS = ["load_demonstration", "seed_city"]


@pytest.mark.parametrize("command", COMMANDS)
def test_made_up_people_come_only_into_an_empty_database(command, ana, settings):
    settings.DEMONSTRATION = True

    with pytest.raises(CommandError, match="people in this database"):
        call_command(command)

    assert not Proposal.objects.exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_made_up_people_come_only_into_a_demonstration(command, db):
    with pytest.raises(CommandError, match="DEMONSTRATION=true"):
        call_command(command)
