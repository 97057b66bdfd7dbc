"""Examples of a property have no deadline: on a busy machine the first import of scipy alone would miss it."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("statistics", deadline=None)
settings.load_profile("statistics")
