"""Each kind of mail is stopped by one press, signed out, and mails say of themselves what programs need."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as project
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone

from livinglab.accounts.actions import record_agreement, wants_news
from livinglab.accounts.models import Agreement, MailKind, Person
from livinglab.notices.actions import notify
from livinglab.notices.models import Mail
from livinglab.notices.stopping import ALWAYS, KINDS, SALT, path_to_stop
from livinglab.notices.tasks import send_waiting_mail, write_mails_of_notices
from tests.builders import proposals
from tests.notices.test_mails import MailServer, mail_server  # noqa: F401

pytestmark = pytest.mark.django_db

NOW = timezone.now()
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def sent(mail_server: MailServer) -> dict[str, object]:  # noqa: F811
    write_mails_of_notices()
    send_waiting_mail()
    return {message["To"]: message for message in mail_server.accepted}


def stop_path_in(message) -> str:
    # A header too long for a line goes on in the next.
    found = re.fullmatch(r"<(http://localhost:8000/mail/stop/[^>\s]+)>", message["List-Unsubscribe"].strip())
    return urlsplit(found[1]).path


def test_every_notice_has_its_kind_of_mail():
    kinds = {path.name.partition(".")[0] for path in Path(project.BASE_DIR, "templates/notices/kinds").iterdir()}

    assert kinds == set(KINDS) | ALWAYS


def test_one_press_in_the_program_for_mail_stops_mails_of_that_kind_only(ben, mail_server):  # noqa: F811
    notify(ben, "pilot_joined", occasion="a", at=NOW)
    message = sent(mail_server)[ben.email]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    answer = Client(enforce_csrf_checks=True).post(stop_path_in(message), ONE_CLICK)

    assert answer.status_code == 200  # RFC 8058: no redirect
    assert Person.objects.get(pk=ben.pk).stopped_mails == ["pilots"]
    for kind in ("pilot_place_free", "decision_published", "comment_on_yours"):
        notify(ben, kind, occasion=kind, at=NOW)
    write_mails_of_notices()
    assert [mail.notice.kind for mail in Mail.objects.filter(sent_at=None)] == ["comment_on_yours"]
    assert ben.notices.count() == 4


def test_the_link_stands_in_the_mail_and_names_nobody(ben, mail_server):  # noqa: F811
    notify(ben, "invitation", occasion="a", at=NOW, closes_at=NOW.isoformat())

    message = sent(mail_server)[ben.email]

    path = stop_path_in(message)
    assert f"http://localhost:8000{path}" in message.get_payload(decode=True).decode()
    assert not re.search(r"ben|@|%40", path)
    page = Client(headers={"accept-language": "en"}).get(path)
    assert "invitations to surveys, and reminders" in page.content.decode()
    assert "Account: ben" in page.content.decode()
    assert ben.email not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("kind", MailKind)
def test_looking_changes_nothing_pressing_twice_is_once_and_undo_takes_it_back(ben, kind):
    record_agreement(ben, Agreement.Kind.NEWS, agreed=True, language="en", at=NOW)
    path, browser = path_to_stop(ben, kind), Client(headers={"accept-language": "en"})

    def wanted() -> bool:
        stored = Person.objects.get(pk=ben.pk)
        return wants_news(stored) if kind == MailKind.NEWS else kind not in stored.stopped_mails

    assert "Stop these e-mails?" in browser.get(path).content.decode()
    browser.head(path)
    assert wanted()

    for _twice in range(2):
        assert "These e-mails are stopped" in browser.post(path, ONE_CLICK).content.decode()
    assert not wanted()
    assert "These e-mails are stopped" in browser.get(path).content.decode()

    for _twice in range(2):
        browser.post(path, {"do": "resume"})
    assert wanted()
    assert ben.agreements.filter(kind="news").count() == (3 if kind == MailKind.NEWS else 1)


def test_nobody_agrees_to_news_by_a_link_who_never_did(ben):
    Client().post(path_to_stop(ben, MailKind.NEWS), {"do": "resume"})

    assert not ben.agreements.exists()


def test_a_link_opens_nothing_of_the_account_and_no_other_one_can_be_made(client, ben, ana):
    path = path_to_stop(ben, MailKind.PILOTS)
    client.post(path, ONE_CLICK)
    assert client.get("/me/").status_code == 302

    token = path.split("/")[3]
    others = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        "nonsense",
        Signer(salt="x").sign_object([ana.pk, "pilots"]),
    ]
    for other in others:
        assert client.post(f"/mail/stop/{other}/", ONE_CLICK).status_code == 404
    assert Person.objects.get(pk=ana.pk).stopped_mails == []


def test_links_outlive_a_change_of_the_key(client, ben, settings):
    path = path_to_stop(ben, MailKind.PILOTS)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of sixty characters that came after the first, 2"

    assert client.post(path, ONE_CLICK).status_code == 200
    assert Signer(salt=SALT).unsign_object(path.split("/")[3]) == [ben.pk, "pilots"]


def test_mails_of_the_account_cannot_be_stopped_and_say_that_a_machine_wrote_them(client, ben, mail_server):  # noqa: F811
    client.post("/accounts/login/code/", {"email": ben.email})
    notify(ben, "answers_entered", occasion="a", at=NOW)

    sent(mail_server)

    assert len(mail_server.accepted) == 2
    for message in mail_server.accepted:
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["List-Unsubscribe"] is None


def test_mails_about_one_proposal_are_one_thread(ana, ben, mo, mail_server):  # noqa: F811
    lights, benches = (proposals.published(ana, mo, title=title) for title in ("Lights", "Benches"))
    for proposal in (lights, lights, benches):
        proposals.comment(proposal, ben)

    sent(mail_server)

    threads = {f"<proposal-{proposal.pk}@localhost>": proposal for proposal in (lights, benches)}
    assert {message["References"] for message in mail_server.accepted} == set(threads)
    assert all(message["In-Reply-To"] == message["References"] for message in mail_server.accepted)
    assert len(set(mail_server.message_ids())) == len(mail_server.accepted) >= 6  # received, published, comments
    assert not set(threads) & set(mail_server.message_ids())


def test_profile_has_a_switch_for_each_kind_that_one_can_get(client_of, ben, mo):
    assert "my work as staff" not in client_of(ben).get("/me/").content.decode()
    assert "my work as staff" in client_of(mo).get("/me/").content.decode()
    Person.objects.filter(pk=ben.pk).update(stopped_mails=["work"])
    choices = {
        "name": "벤 김",
        "nickname": "ben",
        "language": "en",
        "area": ben.area_id,
        "mails": ["pilots", "proposals"],
    }

    client_of(ben).post("/me/", choices)

    # What she is not offered stays as it was.
    assert Person.objects.get(pk=ben.pk).stopped_mails == ["invitations", "work"]
