"""A full disk, a database that takes nothing or is away: a sentence and what to do, not an error of ours."""

import errno
import re

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from livinglab.outages import Outage, outage_behind
from proposals.models import Comment
from tests.builders.proposals import published
from tests.workers import database_away

WORDS = "Please put a bench there, too."


@pytest.fixture
def lights(transactional_db, ana, mo):
    return published(ana, mo)


@pytest.fixture
def write_refused_with(lights):
    """Makes the database refuse new comments with a state of its own, as it does when a file cannot grow."""

    def refuse(state: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{state}'; END $$"
            )
            cursor.execute("CREATE TRIGGER refuse BEFORE INSERT ON proposals_comment EXECUTE FUNCTION refuse()")

    yield refuse
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS refuse ON proposals_comment")
        cursor.execute("DROP FUNCTION IF EXISTS refuse()")


def comment(client: Client, lights):
    return client.post(f"/proposals/{lights.pk}/comments/", {"text": WORDS, "kind": "for", "language": "en"})


def test_comment_is_taken_while_there_is_room(lights, client_of, ben):
    assert comment(client_of(ben), lights).status_code == 302
    assert Comment.objects.get().body_en == WORDS


@pytest.mark.parametrize(
    ("state", "outage"), [("53100", Outage.DISK_FULL), ("25006", Outage.READ_ONLY), ("57P01", Outage.DATABASE_AWAY)]
)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_comment_on_a_full_disk_is_told_in_the_readers_language_and_given_back(
    lights, write_refused_with, client_of, ben, state, outage, language
):
    ben.language = language
    ben.save()
    client = client_of(ben)
    client.raise_request_exception = False
    write_refused_with(state)

    answer = comment(client, lights)

    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    with translation.override(language):
        assert outage.sentence in page
    assert f'lang="{language}"' in page
    assert f'name="text" value="{WORDS}"' in page
    assert f'action="/proposals/{lights.pk}/comments/"' in page
    assert re.search('name="csrfmiddlewaretoken" value="[^"]{20,}"', page)


def test_page_while_the_database_is_away_says_so_in_both_languages(transactional_db):
    client = Client(raise_request_exception=False)
    with database_away():
        korean = client.get("/proposals/", headers={"Accept-Language": "ko"})
        english = client.get("/proposals/", headers={"Accept-Language": "en"})

    assert (korean.status_code, english.status_code) == (503, 503)
    assert 'lang="ko"' in korean.content.decode()
    assert "Our database cannot be reached at the moment." in english.content.decode()


def test_program_is_told_as_a_problem(transactional_db):
    client = Client(raise_request_exception=False)
    with database_away():
        answer = client.get("/api/v1/fields/", headers={"Accept-Language": "en"})

    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["code"] == "database_away"


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), Outage.DISK_FULL),
        (OSError(errno.EROFS, "Read-only file system"), Outage.READ_ONLY),
        (OSError(errno.EACCES, "Permission denied"), None),
        (ValueError("a bug"), None),
    ],
)
def test_files_that_cannot_be_written_are_told_from_bugs(error, outage):
    assert outage_behind(error) is outage


def test_outage_is_found_behind_the_error_that_it_led_to():
    bug_in_dealing_with_it = ValueError("the picture could not be kept")
    bug_in_dealing_with_it.__context__ = OSError(errno.ENOSPC, "No space left on device")

    assert outage_behind(bug_in_dealing_with_it) is Outage.DISK_FULL


def test_deadlock_is_a_bug_of_ours(db):
    from django.db import OperationalError

    with connection.cursor() as cursor, pytest.raises(OperationalError) as deadlock:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")

    assert outage_behind(deadlock.value) is None
