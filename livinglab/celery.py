"""The Celery application; what runs when is in the settings."""

import logging.config
import os
import socket
from typing import Any

from celery import Celery, signals
from django.conf import settings

from livinglab import heartbeats

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livinglab.settings")

app = Celery("livinglab")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def log_as_the_site_does(**rest: object) -> None:
    """Celery would put its own handlers in place of those of the settings."""
    logging.config.dictConfig(settings.LOGGING)


@signals.worker_ready.connect
def worker_lives(sender: Any, **rest: object) -> None:
    live_as(sender.hostname, queues=list(sender.app.amqp.queues.consume_from))


@signals.beat_init.connect
@signals.beat_embedded_init.connect
def beat_lives(**rest: object) -> None:
    live_as(f"beat@{socket.gethostname()}", queues=[])


@signals.worker_process_init.connect
def worker_process_lives(**rest: object) -> None:
    heartbeats.start()


def live_as(name: str, *, queues: list[str]) -> None:
    """Give signs of life of this process: to the parent that started it, and to whoever asks the site."""
    # Models are there only once the application has been set up.
    from livinglab.web.heartbeats import RowHeartbeat

    heartbeats.start()
    row = RowHeartbeat(name, queues)
    row.start()
    signals.worker_shutdown.connect(lambda **rest: row.stop(), weak=False)
