"""Every night the counts are checked against the answers; where they differ somebody hears, and can repair it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from surveys import tasks
from surveys.actions.check_counts import KEPT, check_counts
from surveys.metrics.refresh import refresh, state_of_wave
from surveys.models import ChunkTally, CountingIncident, Tally, Wave
from surveys.stats.state import State
from tests.builders.surveys import answer, answers_of, closed_wave, take_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(survey, wave):
    answers_of(wave, take_part(survey, 4), accepting=2)
    refresh(wave, at=wave.opens_at)
    return wave


@pytest.fixture
def miscounted(counted):
    """Somebody has written into the stored counts."""
    chunk = ChunkTally.objects.get(wave=counted)
    state = state_of_wave(counted)
    chunk.state = State.of_rows(state.layout, [(key, 2 * row) for key, row in state.rows.items()]).to_bytes()
    chunk.save()
    return counted


def recount(wave: Wave, *options: str) -> str:
    out = StringIO()
    call_command("recount", wave.pk, *options, stdout=out)
    return out.getvalue()


def test_counts_that_are_right_make_no_incident(counted):
    tasks.recount_wave(counted.pk)

    assert not CountingIncident.objects.exists()
    assert "identical, 4 answers" in recount(counted)


def test_a_difference_is_an_incident_of_which_administrators_hear_once(miscounted, adam, eva):
    tasks.recount_wave(miscounted.pk)
    tasks.recount_wave(miscounted.pk)

    incident = CountingIncident.objects.get()
    assert incident.wave == miscounted
    assert incident.found >= len(incident.differences) == KEPT
    assert "n: [8] instead of [4]" in incident.differences[0]
    notice = adam.notices.get(kind="counting_incident")
    assert notice.url == reverse("admin:surveys_countingincident_change", args=[incident.pk])
    assert not eva.notices.filter(kind="counting_incident").exists()


def test_an_incident_ends_with_the_first_recount_that_finds_nothing_and_another_may_follow(miscounted, adam):
    check_counts(miscounted, at=timezone.now())
    with pytest.raises(CommandError, match="differences"):
        recount(miscounted)

    assert "are being repaired" in recount(miscounted, "--repair")
    assert CountingIncident.objects.get().resolved_at is not None
    assert state_of_wave(miscounted).n(counted=None) == 4

    Tally.objects.update(state=b"")
    check_counts(miscounted, at=timezone.now())
    assert CountingIncident.objects.count() == 2
    assert adam.notices.filter(kind="counting_incident").count() == 2


def test_an_incident_stays_open_while_what_differed_waits_to_be_counted(miscounted, survey):
    check_counts(miscounted, at=timezone.now())
    answer(miscounted, take_part(survey, 1, prefix="late")[0])
    Tally.objects.update(state=ChunkTally.objects.get().state)

    found = check_counts(miscounted, at=timezone.now())

    assert found.identical
    assert found.waiting
    assert CountingIncident.objects.get().resolved_at is None


def test_the_nightly_check_looks_at_open_waves_and_at_those_closed_not_long_ago(survey, counted):
    def checked() -> list[int]:
        since = timezone.now() - tasks.CHECKED_FOR
        return list(Wave.objects.open_or_closed_since(since).values_list("number", flat=True))

    assert checked() == [1]
    closed_wave(counted)
    Wave.objects.filter(pk=counted.pk).update(closed_at=timezone.now() - timedelta(days=1))
    assert checked() == [1]
    Wave.objects.filter(pk=counted.pk).update(closed_at=timezone.now() - timedelta(days=8))
    assert checked() == []


def test_the_desk_warns_of_wrong_counts_until_they_are_right(client_of, eva, miscounted):
    url, warning = reverse("surveys:wave", args=[miscounted.pk]), "not those of its answers"
    client = client_of(eva)
    assert warning not in client.get(url).content.decode()

    check_counts(miscounted, at=timezone.now())
    assert warning in client.get(url).content.decode()

    recount(miscounted, "--repair")
    assert warning not in client.get(url).content.decode()


def test_administrators_read_that_counts_were_wrong_but_not_the_counts(client_of, adam, miscounted):
    check_counts(miscounted, at=timezone.now())
    incident = CountingIncident.objects.get()
    page = client_of(adam).get(reverse("admin:surveys_countingincident_change", args=[incident.pk]))

    assert page.status_code == 200
    assert str(incident.found) in page.content.decode()
    assert "instead of" not in page.content.decode()


def test_there_is_nothing_to_recount_where_there_is_no_wave():
    with pytest.raises(CommandError, match="no wave 404"):
        call_command("recount", 404)
