"""Pictures that people upload: checked, turned upright, made smaller, and without what the camera wrote into them."""

import fcntl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image

from proposals import decode_photo
from proposals.errors import BadPhoto, NoRoomForPhoto, PhotosBusy

MOST_BYTES = 10 * 1024 * 1024
# So long a photo waits for the one before it.
LONGEST_WAIT = 5.0
# So long its program may work, and so long it may take to do that on a busy machine.
MOST_SECONDS, LONGEST_WORK = 10, 30.0
# Requests of one process that see to photos; more of them would leave no thread for anybody else.
AT_ONCE = threading.BoundedSemaphore(2)


class Cleaned(NamedTuple):
    file: "ContentFile[bytes]"
    width: int
    height: int


class Upload(NamedTuple):
    """The bytes of a file as it came, and their digest, by which the same file is known again."""

    raw: bytes
    digest: str


def read(upload: IO[bytes]) -> Upload:
    """The bytes of a file. Raises BadPhoto where there are none or too many."""
    raw = upload.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise BadPhoto(_("The photo is larger than 10 MB. Please choose a smaller one."))
    if not raw:
        raise BadPhoto(_("The file is empty. Please choose the photo again."))
    return Upload(raw, sha256(raw).hexdigest())


def cleaned(raw: bytes) -> Cleaned:
    """The picture as WebP, at most 1600 pixels long, without metadata.

    Raises BadPhoto with a sentence for the person, PhotosBusy where the machine has too many photos to see to.
    """
    with turn():
        picture = _reencoded(raw)
    # What came back is ours: its head tells the size, and nothing is unpacked.
    with Image.open(BytesIO(picture), formats=["WEBP"]) as head:
        return Cleaned(ContentFile(picture), head.width, head.height)


@contextmanager
def turn(longest_wait: float | None = None) -> Iterator[None]:
    """Be the only one on this machine who unpacks a photo. Raises PhotosBusy where that takes too long."""
    until = time.monotonic() + (LONGEST_WAIT if longest_wait is None else longest_wait)
    if not AT_ONCE.acquire(blocking=False):
        raise _busy()
    try:
        # The kernel drops the lock with the process that holds it.
        with _lock_file() as lock:
            while not _is_locked(lock):
                if time.monotonic() >= until:
                    raise _busy()
                time.sleep(0.05)
            yield
    finally:
        AT_ONCE.release()


def _lock_file() -> IO[bytes]:
    try:
        Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
        return Path(settings.VAR_DIR, "photos.lock").open("ab")
    except OSError as error:
        raise no_room() from error


def _is_locked(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _busy() -> PhotosBusy:
    return PhotosBusy(_("Many photos are being uploaded just now. Please try again in a moment."))


def no_room() -> NoRoomForPhoto:
    return NoRoomForPhoto(_("The photo could not be stored just now. Please try again later; your texts are kept."))


def _reencoded(raw: bytes) -> bytes:
    # -I: nothing of the site, its settings or its folder reaches the program.
    program = [sys.executable, "-I", decode_photo.__file__, str(MOST_SECONDS)]
    try:
        done = subprocess.run(program, input=raw, capture_output=True, timeout=LONGEST_WORK, check=False)
    except subprocess.TimeoutExpired as error:
        raise _unreadable() from error
    if done.returncode == 0:
        return done.stdout
    if done.stderr.decode(errors="replace").strip() == decode_photo.Refusal.TOO_MANY_PIXELS:
        raise BadPhoto(_("The photo has more than 25 million pixels. Please choose a smaller one."))
    raise _unreadable()


def _unreadable() -> BadPhoto:
    return BadPhoto(_("This file cannot be read as a photo. Please choose a JPEG, PNG, WebP, HEIC or AVIF picture."))
