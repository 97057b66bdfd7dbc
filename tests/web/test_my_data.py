"""Taking one's data along and deleting one's account."""

import json

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.errors import LastAdministrator
from livinglab.accounts.models import Person
from livinglab.notices.actions import notify
from livinglab.notices.models import Mail, Notice
from livinglab.web.my_data import export_of, forget
from proposals.actions.support import support_proposal
from surveys.actions.waves import invite
from tests.builders import pilots as build_pilots
from tests.builders import proposals as build_proposals
from tests.builders import surveys as build_surveys

NOW = timezone.now()


def test_download_holds_what_is_kept_under_ones_name(client_of, ben):
    notify(ben, "pilot_joined", occasion="sample", at=NOW, title_ko="산책길", title_en="Paths")

    answer = client_of(ben).post(reverse("me:download_data"))

    assert answer["Content-Disposition"].startswith("attachment")
    data = json.loads(answer.content)
    assert data["account"]["email"] == "ben@example.kr"
    assert data["account"]["area"] == "도담동"
    assert data["notices"]["notices"][0]["data"]["title_ko"] == "산책길"
    assert "password" not in answer.content.decode()


def test_download_holds_nothing_of_others(client_of, ana, ben):
    notify(ana, "pilot_joined", occasion="sample", at=NOW)

    assert "ana" not in client_of(ben).post(reverse("me:download_data")).content.decode()


def test_deleted_account_is_gone_with_notices_and_mails(client_of, ben):
    notify(ben, "pilot_joined", occasion="sample", at=NOW)
    Mail.objects.create(to="Ben@example.kr", subject="A code", body="ABC-DEF")
    client, elsewhere = client_of(ben, sure=True), client_of(ben)

    answer = client.post(reverse("me:delete"), {"word": " Delete "}, follow=True)

    assert "Your account is deleted." in answer.content.decode()
    assert not Person.objects.filter(email="ben@example.kr").exists()
    assert not Notice.objects.exists()
    assert [mail.subject for mail in Mail.objects.all()] == ["[Living Lab] Your account is deleted"]
    assert client.get(reverse("me:profile")).status_code == 302
    assert elsewhere.get(reverse("me:profile")).status_code == 302


def test_wrong_word_deletes_nothing_and_is_given_back(client_of, ben):
    answer = client_of(ben, sure=True).post(reverse("me:delete"), {"word": "yes"})

    assert 'value="yes"' in answer.content.decode()
    assert Person.objects.filter(pk=ben.pk).exists()


def test_word_to_type_is_in_the_language_of_the_page(client_of, ben):
    client_of(ben, language="ko", sure=True).post(reverse("me:delete"), {"word": "삭제"})

    assert not Person.objects.filter(pk=ben.pk).exists()


def test_last_administrator_stays_and_so_does_everything_of_hers(adam):
    notify(adam, "pilot_joined", occasion="sample", at=NOW)

    with pytest.raises(LastAdministrator):
        forget(adam, at=NOW)

    assert Notice.objects.filter(person=adam).exists()


def test_one_of_two_administrators_may_go(adam, ben):
    ben.grants.create(role="administrator")

    forget(adam, at=NOW)

    assert not Person.objects.filter(email="adam@example.kr").exists()


def test_export_can_be_written_as_json(ben):
    assert json.loads(json.dumps(export_of(ben), default=str))["account"]["nickname"] == "ben"


@pytest.fixture
def resident_of_the_whole_loop(ben, ana, mo, eva):
    """Ben proposed, commented, supported, took part and answered."""
    survey = build_surveys.registered_survey(eva)
    own = build_proposals.published(ben, mo, title="Ben's bench")
    build_proposals.draft(ben, title="Ben's draft")
    other = build_proposals.published(ana, mo, title="Ana's lamp")
    build_proposals.comment(other, ben, "I walk there every evening.")
    support_proposal(other, by=ben, at=NOW)
    enrolment = build_pilots.joined(survey.pilot, ben, at=survey.made_at)
    wave = build_surveys.open_wave_of(survey)
    invite(wave, at=wave.opens_at)
    build_surveys.answer(wave, enrolment)
    return {"person": ben, "own": own, "other": other, "wave": wave}


def test_export_holds_every_part_of_the_loop(resident_of_the_whole_loop):
    data = json.loads(json.dumps(export_of(resident_of_the_whole_loop["person"]), default=str))

    assert {"Ben's bench", "Ben's draft"} <= {proposal["title"] for proposal in data["proposals"]["proposals"]}
    assert data["proposals"]["comments"][0]["body_en"] == "I walk there every evening."
    assert len(data["proposals"]["supports"]) == len(data["pilots"]["enrolments"]) == 1
    assert len(data["surveys"]["answers"]) == 1


def test_deleting_leaves_contributions_and_no_trace_of_the_person(resident_of_the_whole_loop):
    ben, own, other, wave = resident_of_the_whole_loop.values()
    before = wave.responses.count()

    forget(ben, at=NOW)

    own.refresh_from_db()
    other.refresh_from_db()
    assert own.author is None
    assert other.supports.count() == 0
    assert other.comments.get().author is None
    assert wave.responses.count() == before  # as the consent text of this pilot says
    assert not traces_of("ben@example.kr", "ben Kim")


def traces_of(*words: str) -> list[str]:
    """Tables that still hold one of the words in any column."""
    found = []
    for model in apps.get_models():
        for row in model._base_manager.values():
            if any(word in str(row) for word in words):
                found.append(f"{model._meta.label}: {row}")
    return found
