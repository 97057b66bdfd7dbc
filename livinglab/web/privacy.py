"""What is kept about people, what for and how long: the table of the privacy page and of docs/privacy.md."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Purpose:
    what: Any
    why: Any
    how_long: Any


PURPOSES = [
    Purpose(
        _("E-mail, password (as a hash), name, nickname"),
        _("To let you sign in, to answer you, and to show others who wrote something"),
        _("Until you delete your account"),
    ),
    Purpose(
        _("Area where you live, and how it was confirmed"),
        _("Supports and places in a pilot are for residents"),
        _("Until you delete your account; no document is copied"),
    ),
    Purpose(
        _("What you agreed to: text, version, day"),
        _("To prove that you agreed, and to let you look it up"),
        _("Until you delete your account"),
    ),
    Purpose(
        _("Proposals, comments and photos"),
        _("They are the public part of the site"),
        _("They stay without your name if you delete your account; drafts go with it"),
    ),
    Purpose(
        _("Which proposals you support"),
        _("To count each resident once; only the count is public"),
        _("Until you take the support back or delete your account"),
    ),
    Purpose(
        _("Taking part in a pilot: age band, sex, area, and access needs if you agree to that separately"),
        _("To see whose answers are missing and to make taking part possible"),
        _("As the consent text of that pilot says; access needs go at once when you withdraw that consent"),
    ),
    Purpose(
        _("Answers to surveys, under a random number instead of your name"),
        _("To measure whether a service is accepted"),
        _("The link between number and person is deleted at the date the consent text names"),
    ),
    Purpose(
        _("What you write in your own words in a survey"),
        _(
            "To hear what numbers do not tell; only what an evaluator has read and released is quoted, "
            "without your name"
        ),
        _(
            "Until you take your answers back or delete your account, at the latest a year after the pilot; released"
            " quotations stay, unless you take your answers back"
        ),
    ),
    Purpose(
        _("Notices and e-mails that the site wrote to you"),
        _("To tell you what happened to what you started"),
        _("Until you delete your account"),
    ),
    Purpose(
        _("Cookies: sign-in, language, text size and colours"),
        _("To keep you signed in and to remember how you want the pages"),
        _("Two weeks for the sign-in, one year for the others; there is no tracking"),
    ),
]
