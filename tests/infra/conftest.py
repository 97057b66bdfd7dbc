import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def short_path() -> Iterator[Path]:
    """Like `tmp_path`, which under pytest-xdist is too long for the sockets to lie where they usually do."""
    with tempfile.TemporaryDirectory(prefix="livinglab-") as folder:
        yield Path(folder)
