"""Each kind of mail carries its own one-click link as programs for mail read it (RFC 8058)."""

import pytest
from django.test import Client
from django.utils import timezone

from livinglab.accounts.actions import record_agreement, wants_news
from livinglab.accounts.models import Agreement, MailKind, Person
from livinglab.notices.actions import notify
from livinglab.notices.stopping import KINDS
from tests.notices.test_mails import MailServer, mail_server  # noqa: F401
from tests.notices.test_stopping import ONE_CLICK, sent, stop_path_in

pytestmark = pytest.mark.django_db
NOW = timezone.now()
# One notice of each kind.
SAMPLES = {
    MailKind.PROPOSALS: "comment_on_yours",
    MailKind.PILOTS: "pilot_joined",
    MailKind.INVITATIONS: "invitation",
    MailKind.WORK: "message_received",
    MailKind.NEWS: "news",
}


@pytest.mark.parametrize("kind", MailKind)
def test_the_header_of_each_kind_stops_that_kind_and_no_other(ben, mail_server: MailServer, kind):  # noqa: F811
    assert KINDS[SAMPLES[kind]] == kind
    record_agreement(ben, Agreement.Kind.NEWS, agreed=True, language="en", at=NOW)
    notify(ben, SAMPLES[kind], occasion="sample", at=NOW, closes_at=NOW.isoformat())

    message = sent(mail_server)[ben.email]

    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Client(enforce_csrf_checks=True).post(stop_path_in(message), ONE_CLICK).status_code == 200
    stopped = Person.objects.get(pk=ben.pk)
    assert stopped.stopped_mails == ([] if kind == MailKind.NEWS else [kind.value])
    assert wants_news(stopped) == (kind != MailKind.NEWS)


def test_what_is_told_in_any_case_offers_no_way_to_stop_it(ben, mail_server: MailServer):  # noqa: F811
    notify(ben, "answers_entered", occasion="sample", at=NOW, entered_at=NOW.isoformat(), sheet="K7MN4XQP")

    message = sent(mail_server)[ben.email]

    assert message["List-Unsubscribe"] is None
    assert message["List-Unsubscribe-Post"] is None
