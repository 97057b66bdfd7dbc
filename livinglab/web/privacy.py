"""The privacy policy: what is kept about people, what for and how long, and since when it says so.

The periods are those after which the nightly run deletes: nobody can write another number here.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livinglab.accounts.doors import LAST_PERSON_AGE
from livinglab.accounts.models.access_record import KEPT_FOR as ACCESS_RECORDS_KEPT
from livinglab.accounts.retention import UNCONFIRMED_KEPT
from livinglab.accounts.tokens import KEPT_AFTER_THE_END
from livinglab.notices.retention import NOTICES_KEPT
from livinglab.periods import in_words
from livinglab.web.models.contact import MESSAGES_KEPT
from pilots.periods import (
    ANSWERS_KEPT_AFTER_REPORT,
    ANSWERS_KEPT_WITHOUT_REPORT,
    CONTACTS_KEPT,
    TEXTS_KEPT,
    TEXTS_KEPT_AS_WRITTEN,
)

period = lazy(in_words, str)


@dataclass(frozen=True)
class Purpose:
    what: Any
    why: Any
    how_long: Any


PURPOSES = [
    Purpose(
        _("E-mail, password (as a hash), name, nickname"),
        _("To let you sign in, to answer you, and to show others who wrote something"),
        format_lazy(
            _("Until you delete your account; an account whose e-mail nobody confirms goes after {period}"),
            period=period(UNCONFIRMED_KEPT),
        ),
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
        _("Taking part in a pilot: that you do, and a telephone number where the pilot asks for one"),
        _("To reach you about the pilot and its surveys"),
        format_lazy(
            _(
                "{period} after the last day of the trial; if you agreed to be asked again, {period} after the last "
                "survey that follows it"
            ),
            period=period(CONTACTS_KEPT),
        ),
    ),
    Purpose(
        _("Age band, sex and area in a pilot"),
        _("To see whose answers are missing"),
        _("They stay for counting, without anything that leads to you"),
    ),
    Purpose(
        _("Access needs in a pilot (sensitive data, only with a consent of its own)"),
        _("To make taking part possible"),
        format_lazy(
            _(
                "Until you take the consent back, leave, or the pilot is ended; at the latest {period} after the last "
                "day of the trial"
            ),
            period=period(CONTACTS_KEPT),
        ),
    ),
    Purpose(
        _("Answers to surveys, under a random number instead of your name"),
        _("To measure whether a service is accepted"),
        format_lazy(
            _(
                "The link between number and person as long as your contact data; the answers {after} after the report "
                "of their survey, without a report {without} after the survey"
            ),
            after=period(ANSWERS_KEPT_AFTER_REPORT),
            without=period(ANSWERS_KEPT_WITHOUT_REPORT),
        ),
    ),
    Purpose(
        _("What you write in your own words in a survey"),
        _(
            "To hear what numbers do not tell; only what an evaluator has read and released is quoted, "
            "without your name"
        ),
        format_lazy(
            _(
                "As written {written}, masked {masked} after the trial or a later survey, sooner if you take your "
                "answers back or delete your account; released quotations stay, unless you take your answers back"
            ),
            written=period(TEXTS_KEPT_AS_WRITTEN),
            masked=period(TEXTS_KEPT),
        ),
    ),
    Purpose(
        _("Notices, and that an e-mail was sent"),
        _("To tell you what happened to what you started"),
        format_lazy(
            _("{period}, or until you delete your account; what an e-mail said and to whom goes when it is sent"),
            period=period(NOTICES_KEPT),
        ),
    ),
    Purpose(
        _("E-mail for news about new pilots, only if you agreed to that"),
        _("To tell you of pilots that begin"),
        _("Until you take the consent back or delete your account"),
    ),
    Purpose(
        _("Messages to the city: what you wrote, and where to answer you if you say so"),
        _("To answer you"),
        format_lazy(_("{period} after you sent it, or until you delete your account"), period=period(MESSAGES_KEPT)),
    ),
    Purpose(
        _("Which member of staff looked at, entered or took people's data, and when"),
        _("To find and prove misuse, as the law asks"),
        format_lazy(_("{period}, then deleted"), period=period(ACCESS_RECORDS_KEPT)),
    ),
    Purpose(
        _("Where you are signed in: the kind of browser and system, since when, last used when"),
        _("To let you see and end your own sign-ins"),
        format_lazy(
            _("Until you sign out, at the latest {period} after you signed in"),
            period=period(timedelta(seconds=settings.SESSION_COOKIE_AGE)),
        ),
    ),
    Purpose(
        _("Tokens you make for programs: what for, what they may do, last used when"),
        _("To let programs act for you, and to let you end that"),
        format_lazy(_("{period} after a token ends; the token itself is not kept"), period=period(KEPT_AFTER_THE_END)),
    ),
    Purpose(
        _("Cookies: sign-in, who signed in last (a mark that means nothing elsewhere), language, text size, colours"),
        _("To keep you signed in, to give back typed words to nobody else, and to remember how you want the pages"),
        format_lazy(
            _("{period} for the sign-in, {last} for who signed in last, one year for the others; there is no tracking"),
            period=period(timedelta(seconds=settings.SESSION_COOKIE_AGE)),
            last=period(timedelta(seconds=LAST_PERSON_AGE)),
        ),
    ),
]


@dataclass(frozen=True)
class Version:
    """The policy as it stood from a day on, and what that changed."""

    since: date
    changed: Any


# Newest first. Whoever changes the policy adds a line, with the day from which it holds.
HISTORY = [
    Version(
        date(2026, 12, 1),
        _(
            "Periods for contact data, answers, mails and messages; officer, processors, destruction, remedies and "
            "history are named"
        ),
    ),
    Version(date(2026, 11, 22), _("First version")),
]


@dataclass(frozen=True)
class Remedy:
    """An authority that helps whoever thinks that their data were misused."""

    name: Any
    phone: str
    site: str


REMEDIES = [
    Remedy(_("Personal Information Infringement Report Center (KISA)"), "118", "privacy.kisa.or.kr"),
    Remedy(_("Personal Information Dispute Mediation Committee"), "1833-6972", "www.kopico.go.kr"),
    Remedy(_("Supreme Prosecutors' Office"), "1301", "www.spo.go.kr"),
    Remedy(_("Korean National Police Agency"), "182", "ecrm.police.go.kr"),
]
