"""A disk that takes no more."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

ROOM = 32


@contextmanager
def full_disk() -> Iterator[None]:
    """No file of this process grows beyond 32 bytes: the rest is refused by the kernel, as where no room is left."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
