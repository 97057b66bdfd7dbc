"""Files on the disk that nobody but the site's own account reads."""

import os
from pathlib import Path

# For what the site writes itself; uploads follow FILE_UPLOAD_PERMISSIONS.
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def write_private(path: Path, data: bytes) -> None:
    """Write a file for its owner alone, whatever the umask and whatever stood there; it is on the disk on return."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb") as file:
        os.fchmod(file.fileno(), PRIVATE_FILE)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
