"""The settings of the site, with two bare views to compare with."""

from livinglab.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
