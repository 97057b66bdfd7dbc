"""The site's own pages: what they cost and what they promise."""

from dataclasses import replace

import pytest
from django.contrib import admin
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone

from livinglab.accounts.contact import the_city
from livinglab.accounts.models import Person
from livinglab.env import BASE_DIR
from livinglab.notices.actions import notify
from livinglab.web.privacy import PURPOSES
from tests.builders import proposals as build_proposals

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        *[(name, 1) for name in ("about", "methods", "accessibility", "privacy", "terms")],
        ("health", 0),
        ("robots", 0),
    ],
)
def test_public_pages_ask_the_database_almost_nothing(client_of, django_assert_max_num_queries, name, queries):
    client = client_of()

    with django_assert_max_num_queries(queries):
        assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["me:profile", "me:residence", "me:agreements", "me:data", "me:delete"])
def test_pages_of_the_account_cost_few_queries(client_of, ben, django_assert_max_num_queries, name):
    client = client_of(ben, sure=True)

    with django_assert_max_num_queries(7):  # session, person, second factor, unread notices and what the page is for
        assert client.get(reverse(name)).status_code == 200


def test_desk_costs_few_queries(client_of, mo, sam, django_assert_max_num_queries):
    client = client_of(mo)

    with django_assert_max_num_queries(10):  # one of them writes the row of the audit trail
        assert "sam@example.kr" in client.post(reverse("me:residence_desk"), {"who": "sam"}).content.decode()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_privacy_page_tells_every_purpose(client_of, language):
    page = client_of(language=language).get(reverse("privacy")).content.decode()

    assert page.count('<th scope="row">') == len(PURPOSES)


def test_privacy_table_in_the_docs_says_the_same():
    written = (BASE_DIR / "docs" / "privacy.md").read_text(encoding="utf-8")

    for purpose in PURPOSES:
        assert f"| {purpose.what} | {purpose.why} | {purpose.how_long} |" in written


def test_robots_stay_away_from_what_is_personal(client_of):
    text = client_of().get("/robots.txt").content.decode()

    for path in ("/me/", "/accounts/", "/notices/", "/answer/", "/admin/"):
        assert f"Disallow: {path}\n" in text


def test_unread_notices_are_counted_in_the_header(client_of, ben):
    notify(ben, "pilot_joined", occasion="sample", at=timezone.now())

    assert client_of(ben).get(reverse("about")).context["unread_notices"] == 1


# The demonstration


def test_sent_mail_has_no_address_outside_a_demonstration(client_of, adam):
    assert client_of(adam).get("/demonstration/mail/").status_code == 404


@pytest.mark.urls("tests.web.urls_of_demonstration")
def test_demonstration_shows_the_codes_of_its_own_staff_only(client_of, adam):
    Person.objects.filter(pk=adam.pk).update(email="administrator@example.kr")
    from tests.people import make_person

    make_person("nara", "moderator")

    page = client_of().get("/demonstration/mail/")

    assert [email for email, _code in page.context["staff"]] == ["administrator@example.kr"]
    assert "nara" not in page.content.decode()


@pytest.mark.urls("tests.web.urls_of_demonstration")
def test_newcomer_of_a_demonstration_reads_her_code_on_the_page_of_sent_mail(client_of):
    from tests.accounts.test_agreements import sign_up
    from tests.web.test_second_factor import code_in_last_mail

    client = client_of()
    sign_up(client)
    page = client.get("/demonstration/mail/").content.decode()
    assert code_in_last_mail() in page

    client.post(reverse("account_email_verification_sent"), {"code": code_in_last_mail()})

    assert client.get(reverse("me:profile")).status_code == 200


# Django's admin


def test_admin_offers_reference_data_and_nothing_of_the_loop():
    offered = {f"{model._meta.app_label}.{model.__name__}" for model in admin.site._registry}

    assert {"accounts.Area", "accounts.Office"} <= offered
    # Lists of people would be searched with GET: an address in a URL (``livinglab/accounts/administration.py``).
    assert not {"accounts.Person", "accounts.RoleGrant", "accounts.AccessRecord"} & offered
    assert not {name.partition(".")[0] for name in offered} & {"pilots", "feedback", "mfa", "account", "auth"}
    assert not {"proposals.Proposal", "proposals.Comment", "proposals.Step"} & offered


def test_admin_does_not_show_what_mails_say(client_of, adam):
    from livinglab.notices.models import Mail

    mail = Mail.objects.create(to="ben@example.kr", subject="Sign-in code", body="ABC-DEF")

    page = client_of(adam).get(reverse("admin:notices_mail_change", args=[mail.pk])).content.decode()

    assert "ben@example.kr" in page
    assert "ABC-DEF" not in page
    assert "Sign-in code" not in page.replace(str(mail), "")


def test_admin_shows_neither_what_a_notice_says_nor_the_link_that_answers_for_somebody(client_of, adam, ben):
    notify(ben, "invitation", occasion="sample", at=timezone.now(), url="/answer/1/with/the-token/", title_ko="가로등")

    url = reverse("admin:notices_notice_change", args=[ben.notices.get().pk])
    page = client_of(adam).get(url).content.decode()

    assert "invitation" in page
    assert "the-token" not in page
    assert "가로등" not in page


@pytest.mark.parametrize("model", ["accounts_area", "proposals_servicefield"])
def test_admin_deletes_nothing_that_drafts_refer_to(client_of, adam, ana, model):
    draft = build_proposals.draft(ana, title="A draft of ana")
    row = draft.area_id if model == "accounts_area" else draft.field_id

    answer = client_of(adam).get(reverse(f"admin:{model}_delete", args=[row]))

    assert answer.status_code == 403
    assert "A draft of ana" not in answer.content.decode()


def test_footer_says_whom_to_ask_whatever_a_page_calls_its_own_things():
    page = Template("{% load frame %}{% site_footer %}")
    city = replace(the_city(), phone="044-120")

    assert "044-120" in page.render(Context({"whom_to_ask": city, "asked": ["a list", "of questions"]}))
