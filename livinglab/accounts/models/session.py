"""Sessions, each with the person who is signed in, so that everybody can see and end their own."""

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.models.person import Person

if TYPE_CHECKING:
    from livinglab.accounts.sessions import SessionStore


class SessionManager(BaseSessionManager["Session"]):
    def live(self, at: datetime) -> "models.QuerySet[Session]":
        """Sessions that have not expired by then."""
        return self.filter(expire_date__gt=at)


class Session(AbstractBaseSession):
    """One browser's session. Of the device only the families of browser and system are kept, of the network nothing."""

    # Empty as long as nobody is signed in. Who is deleted is signed out everywhere.
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="sessions")
    device = models.CharField(_("browser and system"), max_length=60, blank=True)
    signed_in_at = models.DateTimeField(_("signed in"), null=True, blank=True)
    # When somebody last asked for a page, a few minutes either way.
    seen_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects: ClassVar[SessionManager] = SessionManager()

    class Meta:
        ordering = ["-seen_at"]
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(signed_in_at__isnull=False, seen_at__isnull=False),
                name="session_of_a_person_has_its_times",
            )
        ]

    def __str__(self) -> str:
        return self.handle

    @classmethod
    def get_session_store_class(cls) -> "type[SessionStore]":
        from livinglab.accounts.sessions import SessionStore

        return SessionStore

    @property
    def handle(self) -> str:
        """What pages call this session; its key, which opens it, is never shown."""
        return sha256(self.session_key.encode()).hexdigest()[:20]
