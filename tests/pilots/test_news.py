"""Whoever agreed to news hears of each pilot that begins, once; nobody else does."""

import pytest
from django.utils import timezone

from livinglab.accounts.actions import record_agreement
from livinglab.accounts.models import Agreement, MailKind
from livinglab.notices.mails import write_mails
from livinglab.notices.models import Mail
from pilots.actions.news import tell_next_of_news
from pilots.actions.run import end_pilot
from pilots.tasks import tell_news_of_pilots
from tests.builders import pilots as build

pytestmark = pytest.mark.django_db


def agree(person, *, agreed: bool = True) -> None:
    record_agreement(person, Agreement.Kind.NEWS, agreed=agreed, language="ko", at=timezone.now())


def news_of(person) -> int:
    return person.notices.filter(kind="news").count()


def test_whoever_agreed_hears_once_of_a_pilot_that_was_announced(mo, ana, ben, sam):
    agree(ben)
    agree(sam)
    agree(sam, agreed=False)
    pilot = build.announced_pilot(mo)

    for _again in range(2):
        tell_news_of_pilots()

    assert [news_of(person) for person in (ana, ben, sam)] == [0, 1, 0]
    assert ben.notices.get(kind="news").url == f"/pilots/{pilot.slug}/"


def test_whoever_proposed_it_has_heard_already(mo, ana):
    agree(ana)
    build.announced_pilot(mo, of=build.service(author=ana, moderator=mo))

    tell_news_of_pilots()

    assert ana.notices.filter(kind="pilot_announced").count() == 1
    assert news_of(ana) == 0


def test_whoever_agrees_later_hears_of_the_next_pilot(mo, ana, ben):
    build.announced_pilot(mo)
    tell_news_of_pilots()
    agree(ben)

    tell_news_of_pilots()
    assert news_of(ben) == 0

    build.announced_pilot(mo, of=build.service(author=ana, moderator=mo))
    tell_news_of_pilots()
    assert news_of(ben) == 1


def test_a_pilot_that_is_prepared_or_over_is_no_news(mo, ben):
    agree(ben)
    planned = build.planned_pilot(mo)
    tell_news_of_pilots()
    assert news_of(ben) == 0

    planned.stage, planned.announced_at = "open", timezone.now()
    planned.save()
    end_pilot(planned, by=mo, at=timezone.now())
    tell_news_of_pilots()
    assert news_of(ben) == 0


def test_news_come_by_mail_also_to_whoever_wants_no_other_notice_by_mail(mo, ben):
    ben.stopped_mails = [kind for kind, _label in MailKind.chosen_in_the_profile()]
    ben.save()
    agree(ben)
    build.announced_pilot(mo)
    tell_news_of_pilots()

    write_mails(at_most=100, at=timezone.now())

    assert Mail.objects.get(to=ben.email).notice.kind == "news"


def test_whoever_takes_the_agreement_back_before_the_mail_is_written_gets_none(mo, ben):
    agree(ben)
    build.announced_pilot(mo)
    tell_news_of_pilots()
    agree(ben, agreed=False)

    write_mails(at_most=100, at=timezone.now())

    assert not Mail.objects.filter(to=ben.email).exists()


def test_a_lot_that_was_told_is_not_told_again(mo, ben):
    agree(ben)
    pilot = build.announced_pilot(mo)

    assert [tell_next_of_news(pilot, at=timezone.now()) for _lot in range(3)] == [1, 0, 0]
