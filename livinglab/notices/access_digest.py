"""What the officer for personal data reads each month: who among the staff looked at people's data, and how often."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from livinglab.accounts.audit import looks_of, months_later
from livinglab.accounts.models import AccessDigest
from livinglab.notices.mails import subject_of_mail
from livinglab.notices.models import Mail


@transaction.atomic
def write_digest_of(month: date, *, at: datetime) -> Mail | None:
    """The mail about the month that begins on this day; none where it was written before, or no officer is named.

    Safe to run twice and at the same time.
    """
    officer = settings.PRIVACY_OFFICER
    if not officer.email:
        return None
    _digest, is_new = AccessDigest.objects.get_or_create(month=month, defaults={"at": at})
    if not is_new:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        looks = looks_of(month)
        context = {
            "officer": officer,
            "month": month,
            "unusual": [look for look in looks if look.is_unusual],
            "usual": [look for look in looks if not look.is_unusual],
            "url": settings.SITE_URL + reverse("administration:access"),
        }
        body = render_to_string("notices/access_digest.txt", context)
        subject = _("Who looked at people's data in %(month)s") % {"month": f"{month:%Y-%m}"}
        return Mail.objects.create(to=officer.email, subject=subject_of_mail(subject), body=body.strip() + "\n", at=at)


def write_digest_of_last_month(*, at: datetime) -> Mail | None:
    """The mail about the month before this moment's, as ``write_digest_of``."""
    return write_digest_of(months_later(timezone.localdate(at).replace(day=1), -1), at=at)
