"""How long notices and mails are kept, and letting go of them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from livinglab.notices.models import Mail, Notice

NOTICES_KEPT = timedelta(days=365)
# A demonstration has no mail server: what it would have sent is read on a page.
MAILS_SHOWN_IN_A_DEMONSTRATION = timedelta(days=1)
TOGETHER = 5_000


def empty_old_mails(at: datetime) -> int:
    """Empty mails that were sent, or given up, of what they said and to whom. Returns how many. Safe to repeat.

    Where mails are really sent this is done as they go out; what is found here was left by an older version.
    """
    kept = MAILS_SHOWN_IN_A_DEMONSTRATION if settings.DEMONSTRATION else timedelta(0)
    done = Mail.objects.filter(Q(sent_at__lte=at - kept) | Q(given_up_at__lte=at - kept))
    return done.exclude(to="", subject="", body="", html="", stop_path="", last_error="").update(**Mail.EMPTY)


def delete_old_notices(at: datetime) -> int:
    """Delete notices of a year ago, read or not, and what is left of mails of that time. Safe to repeat."""
    deleted = 0
    for model in (Notice, Mail):
        old = model._default_manager.filter(at__lt=at - NOTICES_KEPT).order_by("pk")
        while some := list(old.values_list("pk", flat=True)[:TOGETHER]):
            model._default_manager.filter(pk__in=some).delete()
            deleted += len(some)
    return deleted
