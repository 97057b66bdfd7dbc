"""What runs by itself: every task of ours that is meant to is in the schedule, and every name there is a task."""

from celery.schedules import crontab, schedule

from livinglab import settings as site
from livinglab.celery import app

SCHEDULE = site.CELERY_BEAT_SCHEDULE


def test_every_entry_is_a_task_of_ours():
    app.loader.import_default_modules()

    assert {entry["task"] for entry in SCHEDULE.values()} <= set(app.tasks)


def test_news_of_pilots_are_told_within_seconds():
    entry = SCHEDULE["tell news of pilots"]

    assert entry["task"] == "pilots.tasks.tell_news_of_pilots"
    assert entry["schedule"] == schedule(10.0)


def test_the_digest_of_the_audit_trail_is_looked_after_every_night():
    """Every night and not on the first of the month only: a site that was off that night catches up."""
    entry = SCHEDULE["write access digest"]

    assert entry["task"] == "livinglab.notices.tasks.write_access_digest"
    assert entry["schedule"] == crontab(hour=5, minute=0)
