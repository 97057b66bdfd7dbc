from livinglab.web.models.contact import ContactMessage
from livinglab.web.models.heartbeat import Heartbeat
from livinglab.web.models.retention import RetentionRun

__all__ = ["ContactMessage", "Heartbeat", "RetentionRun"]
