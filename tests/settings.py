"""The settings of the product, with what only slows tests down taken out."""

from celery.schedules import schedule

from livinglab.settings import *  # noqa: F403
from livinglab.settings import CELERY_BEAT_SCHEDULE, STORAGES

# The manifest needs collectstatic first.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A code of an app changes while a test sends it only at midnight.
MFA_TOTP_PERIOD = 24 * 60 * 60
# Sweeps; what runs once a night is called by its own tests. As fast as a worker on a loaded machine can still follow:
# where more is sent than it takes, its queue is full of what is too old to be run, and nothing is.
CELERY_BEAT_SCHEDULE = {
    name: entry | {"schedule": schedule(1.0), "options": {"expires": 5}}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
    if "options" in entry
}
