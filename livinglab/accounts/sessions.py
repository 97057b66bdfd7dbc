"""Sessions in our own table: who is signed in, since when, with what kind of device, and when it was last used."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from livinglab.accounts.models import Session

# The time of last use is as exact as people need it; writing it with each request would cost one more statement.
TOUCH_EVERY = timedelta(minutes=5)

# The more special names come first: nearly everybody also calls itself Chrome, Safari and Linux.
BROWSERS = {
    "KAKAOTALK": "KakaoTalk",
    "NAVER(": "Naver",
    "Whale/": "Whale",
    "SamsungBrowser/": "Samsung Internet",
    "EdgA/": "Edge",
    "EdgiOS/": "Edge",
    "Edg/": "Edge",
    "OPR/": "Opera",
    "FxiOS/": "Firefox",
    "Firefox/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


class SessionStore(db.SessionStore):
    """Django's session store; the row also says whose session it is."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.device = ""
        self.signed_in_at: datetime | None = None
        self.seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        session = Session.objects.live(timezone.now()).filter(session_key=self.session_key).first()
        if session is None:
            self._session_key = None
            return {}
        self.device, self.signed_in_at, self.seen_at = session.device, session.signed_in_at, session.seen_at
        data: dict[str, Any] = self.decode(session.session_data)
        return data

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = super().create_model_instance(data)
        assert isinstance(session, Session)
        if SESSION_KEY in data:
            now = timezone.now()
            self.signed_in_at, self.seen_at = self.signed_in_at or now, self.seen_at or now
            session.person_id = int(data[SESSION_KEY])
            # Whatever is written into it later: a session is not longer than was promised at signing in.
            longest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
            session.expire_date = min(session.expire_date, self.signed_in_at + longest)
            session.device, session.signed_in_at, session.seen_at = self.device, self.signed_in_at, self.seen_at
        return session

    def flush(self) -> None:
        super().flush()
        self.device, self.signed_in_at, self.seen_at = "", None, None

    def touch(self, user_agent: str, *, at: datetime) -> None:
        """Write down that somebody signed in has just used this session, unless that was done minutes ago."""
        if self.session_key is None or (self.seen_at is not None and at - self.seen_at < TOUCH_EVERY):
            return
        self.device, self.seen_at = device_of(user_agent), at
        Session.objects.filter(session_key=self.session_key).update(device=self.device, seen_at=at)


def device_of(user_agent: str) -> str:
    """Families of browser and system, such as "Firefox, Windows"; what is not known is left out."""
    families = (next((name for mark, name in names.items() if mark in user_agent), "") for names in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, families))
