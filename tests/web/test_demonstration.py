from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from feedback.models import Decision
from livinglab.accounts.models import Person
from livinglab.accounts.roles import Role
from livinglab.notices.models import Notice
from livinglab.web.demonstration.city import content
from livinglab.web.demonstration.people import PASSWORD, pilots
from livinglab.web.models import RetentionRun
from livinglab.web.retention import apply_retention
from pilots.models import Pilot, Service, TestBed
from pilots.periods import CONTACTS_KEPT
from proposals.lifecycle import Stage
from proposals.models import Comment, Proposal
from surveys.actions.separation import who_may_decide, who_may_sign
from surveys.metrics.recount import recount
from surveys.metrics.release import Audience, release
from surveys.models import Alarm, Entry, EntryClerk, OpenAnswer, Response, Survey, Verdict, Wave
from surveys.stats.text import mask_personal
from tests.web.another_database import copy_of_test_database

PROPOSALS = {proposal["key"]: proposal for proposal in content("proposals")["proposals"]}
WAVES = [(pilot["title"]["ko"], wave) for pilot in pilots() for wave in pilot["survey"]["waves"] if "answered" in wave]


def load(**options: bool) -> str:
    said = StringIO()
    call_command("load_demonstration", stdout=said, **options)
    return said.getvalue()


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    with (
        django_db_blocker.unblock(),
        override_settings(DEMONSTRATION=True, ROOT_URLCONF="tests.web.urls_of_demonstration"),
        copy_of_test_database("demonstration"),
    ):
        load()
        yield


@pytest.fixture
def city(loaded: None, db: None) -> None:
    """The demonstration city, loaded once for all tests of this file."""


@pytest.fixture
def signed_in(city: None, client_of: Callable[..., Client]) -> Callable[[str], Client]:
    emails = {who["key"]: who["email"] for who in content("people")["staff"] + content("people")["residents"]}
    return lambda key: client_of(Person.objects.with_roles().get(email=emails[key]))


def page(client: Client, name: str, *arguments: object) -> str:
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


def test_loading_again_changes_nothing(city):
    before = Person.objects.count(), Proposal.objects.count(), Response.objects.count(), Notice.objects.count()

    assert "already" in load()

    assert before == (
        Person.objects.count(),
        Proposal.objects.count(),
        Response.objects.count(),
        Notice.objects.count(),
    )


def test_sign_ins_are_printed_with_their_password(city):
    said = load(show_sign_ins=True)

    assert PASSWORD in said
    for key in content("people")["sign_ins"]:
        assert f"{key}@example.kr" in said


def test_everything_says_that_it_is_illustrative(city):
    for model in (Proposal, Service, TestBed, Pilot):
        assert not model.objects.filter(illustrative=False).exists()
    for wave in Wave.objects.closed():
        assert release(wave.snapshot, Audience.PUBLIC)["wave"]["illustrative"]


def test_what_was_said_and_supported_is_there(city):
    for words in PROPOSALS.values():
        proposal = Proposal.objects.with_counts().get(title_ko=words["title"]["ko"])
        said = words.get("comments", [])

        assert proposal.support_count == proposal.support_total == words.get("supporters", 0)
        assert proposal.comment_count == len(said) + sum(len(comment.get("answers", [])) for comment in said)
        assert proposal.author is not None
        assert proposal.comment_total == proposal.comment_count


def test_texts_stand_in_both_languages_once_they_were_handed_in(city):
    for proposal in Proposal.objects.exclude(stage__in=[Stage.DRAFT, Stage.SUBMITTED, Stage.WITHDRAWN]):
        for name in Proposal.TEXTS:
            assert getattr(proposal, f"{name}_ko")
            assert getattr(proposal, f"{name}_en")
    assert not Comment.objects.filter(body_ko="").exists()
    assert not Comment.objects.filter(body_en="").exists()


def test_who_enters_answers_neither_decides_nor_signs_and_others_can(signed_in):
    helped = Response.objects.exclude(mode="self")
    assert helped.count() == Entry.objects.count() > 100
    outreach = Person.objects.get(email="outreach@example.kr")
    assert set(Entry.objects.values_list("by", flat=True)) == {outreach.pk}
    assert not Decision.objects.filter(by=outreach).exists()
    for survey in Survey.objects.filter(waves__responses__entry__isnull=False).distinct():
        assert EntryClerk.objects.of(survey.pilot, outreach).exists()
        assert who_may_decide(survey).filter(email="moderator@example.kr").exists()
        assert who_may_sign(survey).count() == 2
    (wave,) = Wave.objects.open()
    assert "이 실증의 답변을 입력하셨어요" in page(signed_in("outreach"), "surveys:enter", wave.pk)
    assert "답변을 한 번이라도 입력하면" in page(signed_in("moderator"), "surveys:enter", wave.pk)
    for wave in Wave.objects.closed():
        assert release(wave.snapshot, Audience.PUBLIC)["entered"]["extent"] == "about"


def test_nothing_lies_in_the_future(city):
    now = timezone.now()

    assert not Response.objects.filter(submitted_at__gt=now).exists()
    assert not Notice.objects.filter(at__gt=now).exists()
    assert not Comment.objects.filter(at__gt=now).exists()


@pytest.mark.parametrize("words", content("services")["services"], ids=lambda words: words["slug"])
def test_pilots_have_the_people_they_say(city, words):
    for version in words["versions"]:
        if "pilot" not in version:
            continue
        people, pilot = version["pilot"]["people"], Pilot.objects.get(title_ko=version["pilot"]["title"]["ko"])
        states = Counter(pilot.enrolments.values_list("state", flat=True))
        joined = pilot.enrolments.exclude(state="waiting")

        assert states == Counter(
            joined=people["joined"] - people["left"], left=people["left"], waiting=people["waiting"]
        )
        assert (pilot.joined_total, pilot.waiting_total) == (states["joined"], states["waiting"])
        assert Counter(joined.values_list("area__name_ko", flat=True)) == people["areas"]
        assert Counter(joined.values_list("age_band", flat=True)) == people["age_bands"]


@pytest.mark.parametrize(("pilot", "words"), WAVES, ids=lambda value: value if isinstance(value, str) else "")
def test_waves_come_to_the_figures_and_the_verdict_they_say(city, pilot, words):
    wave = Wave.objects.get(survey__pilot__title_ko=pilot, number=words["number"])

    assert wave.responses.count() == words["answered"]
    assert Counter(wave.responses.values_list("mode", flat=True)) == words["modes"]
    assert Counter(wave.responses.values_list("use_level", flat=True)) == words["use_levels"]
    assert not recount(wave).differences
    if wave.stage == Wave.Stage.OPEN:
        assert "expected_verdict" not in words
        return
    figures = release(wave.snapshot, Audience.DESK)
    assert (figures["verdict"] and figures["verdict"]["outcome"]) == words.get("expected_verdict")
    assert figures["accept"]["n"] == words["counted"]
    assert figures["accept_unweighted"]["value"] == pytest.approx(words["accepting"] / words["counted"])
    (group,) = figures["groups"]
    inside = words["groups"][group["name"]]
    assert group["n"] == inside["counted"]
    # Within a group, too, weights move the share a little.
    near = 0.05 if figures["weighting"] else 1e-9
    assert group["accept"]["value"] == pytest.approx(inside["accepting"] / inside["counted"], abs=near)
    for item in figures["items"]:
        if item["code"] in words["means"]:
            assert item["mean"]["value"] == pytest.approx(words["means"][item["code"]], abs=0.15)


def test_what_was_scaled_is_watched_and_its_alarm_has_its_words(city):
    (alarm,) = Alarm.objects.all()
    pilot = alarm.snapshot.wave.survey.pilot

    assert (alarm.snapshot.wave.number, alarm.kinds) == (3, ["ewma"])
    assert alarm.review.signed_by.has_role(Role.EVALUATOR)
    assert (pilot.stage, pilot.version.service.proposal.stage) == (Pilot.Stage.ENDED, Stage.SCALED)


def test_every_verdict_of_the_rule_but_none_is_missing(city):
    assert set(Verdict.objects.values_list("outcome", flat=True)) == set(Verdict.Outcome.values)


def test_proposals_end_up_where_they_should(city):
    stages = dict(Proposal.objects.values_list("title_ko", "stage"))

    assert stages == {words["title"]["ko"] or words["title"]["en"]: words["stage"] for words in PROPOSALS.values()}


@pytest.mark.parametrize("words", content("services")["services"], ids=lambda words: words["slug"])
def test_decisions_are_published_told_and_rest_on_what_was_said(city, words):
    service = Service.objects.get(name_ko=words["name"]["ko"])
    versions = {version["number"]: version for version in words["versions"]}

    assert set(service.versions.values_list("number", flat=True)) == set(versions)
    for version in service.versions.all():
        assert version.summary_ko == versions[version.number]["summary"]["ko"]
        assert version.changed_ko == versions[version.number].get("changed", {}).get("ko", "")
    for wave in (wave for version in versions.values() for wave in waves_of(version) if "decision" in wave):
        decision = Decision.objects.get(
            pilot__version__service=service,
            verdict__snapshot__wave__number=wave["number"],
            kind=wave["decision"]["kind"],
        )
        assert decision.published_at is not None
        assert decision.told_at is not None
        assert [change.did_ko for change in decision.changes.all()] == [
            change["did"]["ko"] for change in wave["decision"].get("changes", [])
        ]


def waves_of(version):
    return version["pilot"]["survey"]["waves"] if "pilot" in version else []


def test_a_resident_finds_a_survey_to_answer(signed_in):
    wave = Wave.objects.open().get()

    assert reverse("surveys:answer", args=[wave.pk]) in page(signed_in("minseo"), "pilots:mine")


def test_a_moderator_finds_proposals_that_wait(signed_in):
    waiting = [words for words in PROPOSALS.values() if words["stage"] == Stage.SUBMITTED]
    queue = page(signed_in("moderator"), "proposals:queue")

    assert len(waiting) >= 3
    for words in waiting:
        assert words["title"]["ko"] in queue


def test_an_evaluator_finds_an_open_wave_on_the_desk(signed_in):
    wave = Wave.objects.open().get()

    assert reverse("surveys:wave", args=[wave.pk]) in page(signed_in("evaluator"), "surveys:desk")


def test_a_host_finds_what_is_tried_on_the_own_test_beds(signed_in):
    own = Pilot.objects.filter(test_bed__host__email="host@example.kr")
    hosting = page(signed_in("host"), "pilots:hosting")

    assert own.exists()
    for pilot in own:
        assert pilot.title_ko in hosting


def test_everything_that_people_wrote_is_there_once(city):
    waves = [parts for waves in content("words").values() for parts in waves.values()]
    written = [text for parts in waves for texts in parts.values() for text in texts]

    # Of pilots that ended more than a month ago only the masked text is left.
    masked = [mask_personal(text, language="en" if text.isascii() else "ko").text for text in written]
    assert sorted(OpenAnswer.objects.values_list("masked", flat=True)) == sorted(masked)
    assert set(OpenAnswer.objects.values_list("text", flat=True)) <= {*written, *masked}
    assert len(set(written)) == len(written)
    assert set(OpenAnswer.objects.values_list("language", flat=True)) == {"ko", "en"}


# What goes by itself


def test_demonstration_starts_as_its_consent_texts_promise(city):
    today = timezone.localdate()
    with_contacts = Pilot.objects.filter(enrolments__person__isnull=False).distinct()

    assert with_contacts.exists()
    assert all(pilot.last_day + CONTACTS_KEPT > today for pilot in with_contacts)
    assert not Pilot.objects.filter(enrolments__phone__gt="", ends_on__lt=today - CONTACTS_KEPT).exists()
    assert RetentionRun.objects.filter(kind=RetentionRun.Kind.CONTACTS, count__gt=0).exists()


def test_nights_of_a_week_take_nothing_of_what_the_demonstration_shows(city, signed_in):
    before = (Response.objects.submitted().count(), OpenAnswer.objects.count(), Notice.objects.count())

    for night in range(1, 8):
        rows = apply_retention(at=timezone.now() + timedelta(days=night))
        assert not any(row.error for row in rows)

    assert (Response.objects.submitted().count(), OpenAnswer.objects.count(), Notice.objects.count()) == before
    for pilot in Pilot.objects.all():
        page(signed_in("minseo"), "pilots:detail", pilot.slug)
    assert "minseo" in {person.email.split("@")[0] for person in Person.objects.filter(enrolments__isnull=False)}


def test_every_area_has_an_office_whose_telephone_is_marked_as_made_up(city, client_of):
    text = page(client_of(), "contact")

    assert text.count("made up") > 20
