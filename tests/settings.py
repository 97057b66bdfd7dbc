"""The settings of the product, with what only slows tests down taken out."""

from livinglab.settings import *  # noqa: F403
from livinglab.settings import STORAGES

# The manifest needs collectstatic first.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
