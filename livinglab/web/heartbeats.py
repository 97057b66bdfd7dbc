"""Rows of `Heartbeat`, written by workers and beats for as long as they run."""

import threading
from contextlib import suppress
from datetime import timedelta

from django.db import Error, connection
from django.utils import timezone

from livinglab.web.models import Heartbeat

PAUSE = 10.0  # seconds between two writes
# A machine that went away without a word is forgotten; what it was needed for is told by its queues.
KEPT_FOR = timedelta(days=1)


class RowHeartbeat:
    """Keeps the row of one worker or beat fresh, from a thread of this process."""

    def __init__(self, name: str, queues: list[str]) -> None:
        self.name, self.queues = name, sorted(queues)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="heartbeat row", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take the row away: this one does not work any more, and nobody has to look for it."""
        self._over.set()
        self._thread.join(PAUSE)
        with suppress(Error):
            Heartbeat.objects.filter(name=self.name).delete()

    def write(self) -> None:
        at = timezone.now()
        Heartbeat.objects.update_or_create(name=self.name, defaults={"queues": self.queues, "at": at})
        Heartbeat.objects.filter(at__lt=at - KEPT_FOR).delete()

    def _go_on(self) -> None:
        while True:
            # While the database is away there is nobody to tell.
            with suppress(Error):
                self.write()
            # Workers fork; a connection that stayed open would be shared.
            connection.close()
            if self._over.wait(PAUSE):
                return
