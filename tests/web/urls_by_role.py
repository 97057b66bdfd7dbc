"""Every address of the site and what each role finds there.

A new URL needs a row here, or tests/web/test_urls_by_role.py fails and says which one is missing. How to write a row:

    Row("proposals:detail", "200 200 200 200 200 200", lambda: {"pk": published().pk})
    Row("proposals:support", "login 302 302 302 302 302", lambda: {"pk": published().pk}, post={})

1. the name of the URL with its namespace. Django's admin has one row a model (``admin:accounts_area`` stands for list,
   form and history), the API one row an endpoint.
2. what is answered to, in this order:

       ANONYMOUS  nobody is signed in
       RESIDENT   ben: a confirmed resident who has nothing to do with the sample object
       MODERATOR  mo, EVALUATOR eva, HOST hana, ADMINISTRATOR adam: each has this role only, and no business of her own

   ``login`` is a redirect to the sign-in page; otherwise the status: 200, 302, 403, 404, 405 ...
3. if the URL has arguments: a function that makes the sample object (through the builders, with authors and hosts of
   its own) and returns them. Import builders inside the function.
4. ``post={...}`` sends these fields with POST instead of GET (``query="..."`` adds a query string). One URL may have
   several rows.

Each answer is asked for by itself: what one role changes is rolled back before the next one comes.
Add your rows to the list of your package; the lists are independent, so that two people can write at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

Arguments = Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    url: str
    answers: str
    arguments: Arguments = dict
    post: dict[str, Any] | None = None
    query: str = ""


def notice_of_somebody_else() -> dict[str, Any]:
    from livinglab.notices.actions import notify
    from tests.people import make_person

    rosa = make_person("rosa")
    notify(rosa, "pilot_joined", occasion="sample", at=timezone.now())
    return {"pk": rosa.notices.get().pk}


def passkey_of_somebody_else() -> dict[str, Any]:
    from tests.people import make_person

    return {"pk": make_person("rosa").authenticator_set.create(type="webauthn", data={}).pk}


def token_of_somebody_else() -> dict[str, Any]:
    from livinglab.accounts.tokens import make_token
    from tests.people import make_person

    return {"pk": make_token(make_person("rosa"), name="map", scopes=[], days=7, at=timezone.now())[0].pk}


def message_to_the_city() -> dict[str, Any]:
    from livinglab.web.models import ContactMessage

    return {"pk": ContactMessage.objects.create(text="Where?", language="ko", at=timezone.now()).pk}


WEB: list[Row] = [
    Row("home", "200 200 200 200 200 200"),
    Row("about", "200 200 200 200 200 200"),
    Row("methods", "200 200 200 200 200 200"),
    Row("accessibility", "200 200 200 200 200 200"),
    Row("privacy", "200 200 200 200 200 200"),
    Row("terms", "200 200 200 200 200 200"),
    Row("retention", "login 403 403 403 403 200"),
    Row("queues", "login 403 403 403 403 200"),
    Row("queues", "login 403 403 403 403 302", post={"queue": "mails"}),
    Row("queues", "login 403 403 403 403 404", post={"queue": "files", "row": "0"}),
    Row("contact", "200 200 200 200 200 200"),
    Row("contact", "302 302 302 302 302 302", post={"text": "Where is the bus stop?"}),
    Row("messages", "login 403 200 403 403 200"),
    Row("message_answered", "login 403 302 403 403 302", message_to_the_city, post={}),
    Row("health", "200 200 200 200 200 200"),
    # Here no worker runs.
    Row("ready", "503 503 503 503 503 503"),
    # Everybody asks from this machine here; who may is tested by tests/web/test_health.py.
    Row("metrics", "200 200 200 200 200 200"),
    Row("robots", "200 200 200 200 200 200"),
    Row("display", "405 405 405 405 405 405"),
    Row("display", "302 302 302 302 302 302", post={"theme": "contrast"}),
    Row("set_language", "405 405 405 405 405 405"),
    Row("set_language", "302 302 302 302 302 302", post={"language": "en"}),
]

ACCOUNTS: list[Row] = [
    Row("me:profile", "login 200 200 200 200 200"),
    Row("me:profile", "login 200 200 200 200 200", post={}),
    Row("me:residence", "login 200 200 200 200 200"),
    Row("me:residence", "login 409 409 409 409 409", post={"code": "no such code"}),
    Row("me:residence_desk", "login 403 200 403 403 403"),
    Row("me:residence_desk", "login 403 200 403 403 403", post={"who": "ben"}),
    Row("me:residence_codes", "login 403 405 403 403 403"),
    Row("me:residence_codes", "login 403 200 403 403 403", post={}),
    Row("me:agreements", "login 200 200 200 200 200"),
    Row("me:agreements", "login 302 302 302 302 302", post={"news": "yes"}),
    Row("me:data", "login 200 200 200 200 200"),
    Row("me:download_data", "login 405 405 405 405 405"),
    Row("me:download_data", "login 200 200 200 200 200", post={}),
    Row("me:sessions", "login 200 200 200 200 200"),
    Row("me:sessions", "login 302 302 302 302 302", post={"end": "others"}),
    Row("me:delete", "login 200 200 200 200 200"),
    # adam is the only administrator and has to give somebody else the role first
    Row("me:delete", "login 302 302 302 302 409", post={"word": "delete"}),
]


def somebody() -> dict[str, Any]:
    from tests.people import make_person

    return {"pk": make_person("rosa").pk}


def somebody_of_staff() -> dict[str, Any]:
    from livinglab.accounts.roles import Role
    from tests.people import make_person

    return {"pk": make_person("rosa", Role.HOST).pk}


ADMINISTRATION: list[Row] = [
    Row("administration:people", "login 403 403 403 403 200"),
    Row("administration:people", "login 403 403 403 403 302", post={"who": "ben"}),
    # Of staff; anybody else is looked up by address or nickname first.
    Row("administration:person", "login 403 403 403 403 302", somebody),
    Row("administration:person", "login 403 403 403 403 200", somebody_of_staff),
    Row("administration:person", "login 403 403 403 403 302", somebody_of_staff, post={"do": "grant", "role": "host"}),
    Row("administration:person", "login 403 403 403 403 302", somebody_of_staff, post={"do": "close"}),
    Row("administration:access", "login 403 403 403 403 200"),
]


def link_that_stops_mails() -> dict[str, Any]:
    from livinglab.accounts.models import MailKind
    from livinglab.notices.stopping import path_to_stop
    from tests.people import make_person

    return {"token": path_to_stop(make_person("rosa"), MailKind.PILOTS).split("/")[3]}


NOTICES: list[Row] = [
    Row("stop_mail", "200 200 200 200 200 200", link_that_stops_mails),
    Row("stop_mail", "200 200 200 200 200 200", link_that_stops_mails, post={"List-Unsubscribe": "One-Click"}),
    Row("notices:list", "login 200 200 200 200 200"),
    Row("notices:open", "login 404 404 404 404 404", notice_of_somebody_else),
    Row("notices:read_all", "login 405 405 405 405 405"),
    Row("notices:read_all", "login 302 302 302 302 302", post={}),
]

ALLAUTH: list[Row] = [
    Row("account_login", "200 302 302 302 302 302"),
    Row("account_signup", "200 302 302 302 302 302"),
    Row("account_logout", "302 200 200 200 200 200"),
    Row("account_logout", "302 302 302 302 302 302", post={}),
    Row("account_inactive", "200 200 200 200 200 200"),
    # staff say who they are with the second factor only
    Row("account_reauthenticate", "login 200 302 302 302 302"),
    Row("account_request_reauthentication_code", "login 200 302 302 302 302"),
    Row("account_confirm_reauthentication_code", "login 302 302 302 302 302"),
    Row("account_request_login_code", "200 302 302 302 302 302"),
    Row("account_confirm_login_code", "302 302 302 302 302 302"),
    Row("account_email", "login 200 200 200 200 200"),
    Row("account_email_verification_sent", "302 302 302 302 302 302"),
    Row("account_change_password", "login 200 200 200 200 200"),
    Row("account_set_password", "login 302 302 302 302 302"),
    Row("account_reset_password", "200 200 200 200 200 200"),
    Row("account_reset_password_done", "200 200 200 200 200 200"),
    Row("account_reset_password_from_key", "200 200 200 200 200 200", lambda: {"uidb36": "1", "key": "wrong-key"}),
    Row("account_reset_password_from_key_done", "200 200 200 200 200 200"),
    Row("mfa_index", "login 200 200 200 200 200"),
    Row("mfa_authenticate", "302 302 302 302 302 302"),
    Row("mfa_reauthenticate", "login 302 200 200 200 200"),
    # who has a one-time code already is led to the page that takes it away, and who has none finds nothing there
    Row("mfa_activate_totp", "login 200 302 302 302 302"),
    Row("mfa_deactivate_totp", "login 404 200 200 200 200"),
    Row("mfa_view_recovery_codes", "login 404 404 404 404 404"),
    Row("mfa_generate_recovery_codes", "login 200 200 200 200 200"),
    Row("mfa_download_recovery_codes", "login 404 404 404 404 404"),
    Row("mfa_list_webauthn", "login 200 200 200 200 200"),
    Row("mfa_add_webauthn", "login 200 200 200 200 200"),
    Row("mfa_edit_webauthn", "login 404 404 404 404 404", passkey_of_somebody_else),
    Row("mfa_remove_webauthn", "login 404 404 404 404 404", passkey_of_somebody_else),
    Row("mfa_login_webauthn", "302 302 302 302 302 302"),
    Row("mfa_reauthenticate_webauthn", "login 302 302 302 302 302"),
]

DEMONSTRATION: list[Row] = [
    Row("demonstration:sent_mail", "200 200 200 200 200 200"),
]


def proposal_of(builder: str) -> Arguments:
    """A proposal of somebody else, made by this builder: ``draft``, ``submitted``, ``published`` ..."""

    def make() -> dict[str, Any]:
        from livinglab.accounts.roles import Role
        from tests.builders import proposals
        from tests.people import make_area, make_person

        author = make_person("proposer", area=make_area(), confirmed=True)
        others = () if builder in ("draft", "submitted") else (make_person("decider", Role.MODERATOR),)
        return {"pk": getattr(proposals, builder)(author, *others).pk}

    return make


def comment_of_somebody_else() -> dict[str, Any]:
    from proposals.models import Proposal
    from tests.builders import proposals
    from tests.people import make_person

    proposal = Proposal.objects.get(pk=PUBLISHED()["pk"])
    return {"pk": proposals.comment(proposal, make_person("talker")).pk}


def report_of_a_comment() -> dict[str, Any]:
    from django.utils import timezone

    from proposals.actions.comment import flag_comment
    from proposals.models import Comment
    from tests.people import make_person

    comment = Comment.objects.get(pk=comment_of_somebody_else()["pk"])
    return {"pk": flag_comment(comment, by=make_person("reporter"), reason="insult", at=timezone.now()).pk}


def photo_of_a_draft() -> dict[str, Any]:
    from django.utils import timezone

    from proposals.actions.propose import add_photo
    from proposals.models import Proposal
    from tests.builders import proposals

    draft = Proposal.objects.select_related("author").get(pk=DRAFT()["pk"])
    return {"pk": add_photo(draft, by=draft.author, upload=proposals.picture(), at=timezone.now()).pk}


DRAFT, SUBMITTED, PUBLISHED = proposal_of("draft"), proposal_of("submitted"), proposal_of("published")

PROPOSALS: list[Row] = [
    Row("proposals:list", "200 200 200 200 200 200"),
    Row("proposals:new", "login 200 200 200 200 200"),
    Row("proposals:new", "login 302 302 302 302 302", post={"language": "ko", "title": "가로등"}),
    Row("proposals:mine", "login 200 200 200 200 200"),
    Row("proposals:queue", "login 403 200 403 403 403"),
    Row("proposals:queue-decide", "login 403 405 403 403 403"),
    Row("proposals:queue-decide", "login 403 200 403 403 403", post={}),
    Row("proposals:detail", "404 404 404 404 404 404", DRAFT),
    Row("proposals:detail", "404 404 200 404 404 200", SUBMITTED),
    Row("proposals:detail", "200 200 200 200 200 200", PUBLISHED),
    Row("proposals:photo", "404 404 404 404 404 404", photo_of_a_draft),
    Row("proposals:edit", "login 404 404 404 404 404", DRAFT),
    Row("proposals:preview", "login 404 404 404 404 404", DRAFT),
    Row("proposals:submit", "login 405 405 405 405 405", DRAFT),
    Row("proposals:submit", "login 404 404 404 404 404", DRAFT, post={}),
    Row("proposals:withdraw", "login 404 404 404 404 404", PUBLISHED),
    Row("proposals:withdraw", "login 404 404 404 404 404", PUBLISHED, post={}),
    Row("proposals:discard", "login 404 404 404 404 404", DRAFT, post={}),
    # everybody signed in may press; who is not confirmed reads why it was refused
    Row("proposals:support", "login 302 409 409 409 409", PUBLISHED, post={}),
    Row("proposals:support", "login 404 409 404 404 409", SUBMITTED, post={}),
    Row("proposals:withdraw-support", "login 302 302 302 302 302", PUBLISHED, post={}),
    Row("proposals:comment", "login 302 302 302 302 302", PUBLISHED),
    Row("proposals:comment", "login 302 302 302 302 302", PUBLISHED, post={"kind": "for", "text": "좋아요."}),
    Row("proposals:comment", "login 404 409 404 404 409", SUBMITTED, post={"kind": "for", "text": "좋아요."}),
    Row("proposals:answer", "login 200 200 200 200 200", comment_of_somebody_else),
    Row("proposals:show-comment", "302 302 302 302 302 302", comment_of_somebody_else),
    Row("proposals:edit-comment", "login 404 404 404 404 404", comment_of_somebody_else),
    Row("proposals:report-comment", "login 200 200 200 200 200", comment_of_somebody_else),
    Row("proposals:report", "login 200 200 200 200 200", PUBLISHED),
    Row("proposals:report", "login 404 404 404 404 404", SUBMITTED),
    Row("proposals:review", "login 403 200 403 403 403", SUBMITTED),
    Row("proposals:review", "login 403 302 403 403 403", SUBMITTED, post={"do": "publish"}),
    Row("proposals:review-report", "login 403 200 403 403 403", report_of_a_comment),
    Row("proposals:review-report", "login 403 302 403 403 403", report_of_a_comment, post={"do": "keep"}),
    Row("proposals:translate", "login 403 200 403 403 403", PUBLISHED),
]


def pilot_of(builder: str) -> Arguments:
    """A pilot of somebody else, made by this builder: ``planned_pilot`` or ``announced_pilot``."""

    def make() -> dict[str, Any]:
        from livinglab.accounts.roles import Role
        from tests.builders import pilots
        from tests.people import make_person

        return {"slug": getattr(pilots, builder)(make_person("preparer", Role.MODERATOR)).slug}

    return make


def step_of_preparing(*wanted: str) -> Arguments:
    """What a page on the way from a proposal to a pilot needs: ``proposal``, ``version``, ``test_bed``."""

    def make() -> dict[str, Any]:
        from livinglab.accounts.roles import Role
        from tests.builders import pilots, proposals
        from tests.people import make_area, make_person

        preparer = make_person("preparer", Role.MODERATOR)
        proposal = proposals.published(make_person("proposer", area=make_area(), confirmed=True), preparer)
        made = {"proposal": proposal.pk}
        if "version" in wanted:
            made["version"] = pilots.service(proposal, moderator=preparer).versions.get().pk
        if "test_bed" in wanted:
            made["test_bed"] = pilots.bed().pk
        return {name: made[name] for name in wanted}

    return make


def service_that_was_tried() -> dict[str, Any]:
    from pilots.models import Service

    pilot_of("announced_pilot")()
    return {"slug": Service.objects.get().slug}


ANNOUNCED, PLANNED = pilot_of("announced_pilot"), pilot_of("planned_pilot")

PILOTS: list[Row] = [
    Row("pilots:list", "200 200 200 200 200 200"),
    Row("pilots:mine", "login 200 200 200 200 200"),
    Row("pilots:service", "200 200 200 200 200 200", service_that_was_tried),
    Row("pilots:hosting", "login 403 403 403 200 403"),
    Row("pilots:offer", "login 403 403 403 200 403"),
    Row("pilots:new", "login 403 200 403 403 403"),
    Row("pilots:new-service", "login 403 200 403 403 403", step_of_preparing("proposal")),
    Row("pilots:choose-test-bed", "login 403 200 403 403 403", step_of_preparing("version")),
    Row("pilots:add-test-bed", "login 403 200 403 403 403", step_of_preparing("version")),
    Row("pilots:new-pilot", "login 403 200 403 403 403", step_of_preparing("version", "test_bed")),
    Row("pilots:detail", "200 200 200 200 200 200", ANNOUNCED),
    Row("pilots:detail", "404 404 200 200 404 200", PLANNED),
    Row("pilots:join", "login 200 200 200 200 200", ANNOUNCED),
    Row("pilots:leave", "login 404 404 404 404 404", ANNOUNCED),
    Row("pilots:withdraw-access-needs", "login 404 404 404 404 404", ANNOUNCED, post={}),
    Row("pilots:asked-again", "login 404 404 404 404 404", ANNOUNCED),
    Row("pilots:edit", "login 403 200 403 403 403", PLANNED),
    Row("pilots:consent", "login 403 200 403 403 403", ANNOUNCED),
    Row("pilots:announce", "login 403 200 403 403 403", PLANNED),
    Row("pilots:announce", "login 403 302 403 403 403", PLANNED, post={}),
    Row("pilots:end", "login 403 200 403 403 403", ANNOUNCED),
    Row("pilots:end", "login 403 302 403 403 403", ANNOUNCED, post={}),
    Row("pilots:people", "login 403 200 200 403 403", ANNOUNCED),
    Row("pilots:contacts", "login 403 200 403 403 403", ANNOUNCED),
]


def sample_survey() -> Any:
    """Registered, of an evaluator of its own."""
    from livinglab.accounts.roles import Role
    from tests.builders.surveys import registered_survey
    from tests.people import make_person

    return registered_survey(make_person("evi", Role.EVALUATOR))


def of_pilot() -> dict[str, Any]:
    return {"slug": sample_survey().pilot.slug}


def unplanned_pilot() -> dict[str, Any]:
    from django.utils import timezone

    from livinglab.accounts.roles import Role
    from surveys.instruments import load_instruments
    from tests.builders.pilots import announced_pilot
    from tests.people import make_person

    load_instruments(at=timezone.now())
    return {"slug": announced_pilot(make_person("moe", Role.MODERATOR)).slug}


def wave_in(stage: str, **more: Any) -> Arguments:
    """A wave that is ``planned``, ``open`` or ``closed``."""

    def make() -> dict[str, Any]:
        from tests.builders.surveys import closed_wave, open_wave_of

        survey = sample_survey()
        if stage == "planned":
            return {"pk": survey.waves.get(number=1).pk, **more}
        wave = open_wave_of(survey)
        if stage == "closed":
            closed_wave(wave)
        return {"pk": wave.pk, **more}

    return make


def wave_with_participant() -> dict[str, Any]:
    from tests.builders.surveys import open_wave_of, take_part

    survey = sample_survey()
    take_part(survey, 1)
    return {"pk": open_wave_of(survey).pk}


def raised_alarm() -> dict[str, Any]:
    """Of a wave that the builders need not answer: an alarm is a row beside its snapshot."""
    from django.utils import timezone

    from surveys.models import Alarm, Snapshot

    chart = {"chart": "ewma", "direction": "down", "value": -1.1, "limit": -0.6}
    alarm = Alarm.objects.create(
        snapshot=Snapshot.objects.get(wave=wave_in("closed")()["pk"]),
        charts=[chart],
        n=120,
        distance=-5.5,
        raised_at=timezone.now(),
    )
    return {"pk": alarm.pk}


def made_draft() -> dict[str, Any]:
    from django.utils import timezone

    from livinglab.accounts.models import Person
    from surveys.actions.closing import work_out_next
    from surveys.actions.reports import make_next_report, order_report
    from surveys.models import Wave

    wave = Wave.objects.select_related("snapshot").get(**wave_in("closed")())
    by = Person.objects.get(surveys=wave.survey)
    order = order_report(wave.snapshot, language="en", by=by, at=timezone.now())
    while work_out_next(at=timezone.now()):
        pass
    make_next_report()
    return {"pk": order.pk}


def published_report() -> dict[str, Any]:
    from django.utils import timezone

    from surveys.actions.reports import publish_report
    from surveys.models import ReportOrder

    draft = ReportOrder.objects.get(**made_draft())
    by = draft.snapshot.wave.survey.evaluators.get()
    report = publish_report(draft, by=by, at=timezone.now())
    return {"pk": draft.snapshot.wave_id, "number": report.number}


def full_file() -> dict[str, Any]:
    """Asked for by an evaluator of its own, and waiting for a second person."""
    from django.utils import timezone

    from livinglab.accounts.models import Person
    from surveys.actions.exports import request_export
    from surveys.models import Wave

    wave = Wave.objects.get(**wave_in("closed")())
    by = Person.objects.get(surveys=wave.survey)
    return {"pk": request_export(wave, format="csv", level="c", why="To check", by=by, at=timezone.now()).pk}


def link_of_somebody_else() -> dict[str, Any]:
    from surveys.links import answer_link
    from surveys.models import Wave
    from tests.builders.surveys import take_part

    wave = Wave.objects.get(**wave_in("open")())
    (enrolment,) = take_part(wave.survey, 1)
    return {"pk": wave.pk, "token": answer_link(wave, enrolment).split("/")[-2]}


SURVEYS: list[Row] = [
    Row("surveys:desk", "login 403 403 200 403 403"),
    Row("surveys:rule", "200 200 200 200 200 200", of_pilot),
    Row("surveys:results", "200 200 200 200 200 200", wave_in("open")),
    Row("surveys:results", "200 200 200 200 200 200", wave_in("closed")),
    Row("surveys:answer", "login 403 403 403 403 403", wave_in("open")),
    Row("surveys:answer_link", "404 404 404 404 404 404", wave_in("open", token="made-up")),
    Row("surveys:answer_link", "302 200 200 200 200 200", link_of_somebody_else),
    Row("surveys:answer_finish", "405 405 405 405 405 405", wave_in("open")),
    Row("surveys:answer_finish", "302 302 302 302 302 302", wave_in("open"), post={}),
    Row("surveys:answer_time_left", "200 200 200 200 200 200", wave_in("open")),
    Row("surveys:answer_time_left", "200 200 200 200 200 200", wave_in("open"), post={}),
    Row("surveys:answer_screen", "login 403 403 403 403 403", wave_in("open", number=1)),
    Row("surveys:answer_words", "login 403 403 403 403 403", wave_in("open")),
    Row("surveys:answer_review", "login 403 403 403 403 403", wave_in("open")),
    Row("surveys:answer_thanks", "login 403 403 403 403 403", wave_in("open")),
    Row("surveys:banks", "login 403 403 200 403 200"),
    Row("surveys:bank", "login 403 403 200 403 200", lambda: {"name": "sus"}),
    Row("surveys:bank", "login 403 403 403 403 200", lambda: {"name": "sus"}, post={}),
    Row("surveys:load_bank", "login 403 403 403 403 200"),
    Row("surveys:load_bank", "login 403 403 403 403 200", post={"text": "id: ours", "check": "1"}),
    # A plan belongs to the evaluators of its pilot; a pilot without one to whoever plans first.
    Row("surveys:plan", "login 403 403 403 403 403", of_pilot),
    Row("surveys:plan", "login 403 403 200 403 403", unplanned_pilot),
    Row("surveys:questions", "login 403 403 404 403 403", of_pilot),
    Row("surveys:register", "login 403 403 404 403 403", of_pilot),
    Row("surveys:amend", "login 403 403 404 403 403", of_pilot),
    Row("surveys:wave", "login 403 403 404 403 403", wave_in("open")),
    Row("surveys:wave_live", "login 403 403 404 403 403", wave_in("open")),
    Row("surveys:compare", "login 403 403 200 403 403"),
    Row("surveys:pilot", "login 403 403 404 403 403", of_pilot),
    Row("surveys:evaluators", "login 403 200 403 403 200", of_pilot),
    Row("surveys:remind", "login 403 403 404 403 403", of_pilot, post={"part": "age|75+"}),
    Row("surveys:figures", "login 403 403 404 403 403", wave_in("closed")),
    Row("surveys:figure", "login 403 403 404 403 403", wave_in("closed", key="accept")),
    Row("surveys:signals", "login 403 403 404 403 403", wave_in("closed")),
    Row("surveys:signals", "login 403 403 404 403 403", wave_in("open")),
    Row("surveys:review", "login 403 403 404 403 403", raised_alarm),
    Row("surveys:review", "login 403 403 404 403 403", raised_alarm, post={"found_ko": "기한"}),
    Row("surveys:open_answers", "login 403 403 404 403 403", wave_in("closed")),
    Row("surveys:open_answers", "login 403 403 404 403 403", wave_in("closed"), post={"answer": "1"}),
    Row("surveys:themes", "login 403 403 404 403 403", of_pilot),
    Row("surveys:themes", "login 403 403 404 403 403", of_pilot, post={"new-name_ko": "기다림"}),
    Row("surveys:change", "login 403 403 404 403 403", wave_in("closed")),
    Row("surveys:verdict", "login 403 403 404 403 403", wave_in("closed")),
    Row("surveys:sign", "login 403 403 404 403 403", wave_in("closed"), post={}),
    Row("surveys:open", "login 403 403 404 403 403", wave_in("planned"), post={}),
    Row("surveys:close", "login 403 403 404 403 403", wave_in("open"), post={}),
    Row("surveys:cancel", "login 403 403 404 403 403", wave_in("open")),
    Row("surveys:enter", "login 403 200 404 403 403", wave_in("open")),
    Row("surveys:enter", "login 403 409 404 403 403", wave_in("open"), post={"sheet": "K7MN-4XQP"}),
    Row("surveys:enter_answers", "login 403 302 404 403 403", wave_in("open")),
    Row("surveys:enter_answers", "login 403 409 404 403 403", wave_in("open"), post={"sheet": "K7MN-4XQP"}),
    Row("surveys:entry_receipt", "login 403 302 404 403 403", wave_in("open")),
    Row("surveys:sheets", "login 403 200 404 403 403", wave_in("open")),
    Row(
        "surveys:sheets",
        "login 403 200 404 403 403",
        wave_with_participant,
        post={"nicknames": "p0", "language": "ko"},
    ),
    Row("surveys:exports", "login 403 403 404 403 403", wave_in("closed")),
    Row("surveys:exports", "login 403 403 404 403 403", wave_in("closed"), post={"level": "a"}),
    Row("surveys:export", "login 403 403 404 403 200", full_file),
    Row("surveys:confirm_export", "login 403 403 404 403 302", full_file, post={}),
    Row("surveys:decline_export", "login 403 403 404 403 302", full_file, post={}),
    Row("surveys:cancel_export", "login 403 403 404 403 403", full_file, post={}),
    Row("surveys:download_export", "login 403 403 404 403 403", full_file, post={}),
    Row("surveys:try_export_again", "login 403 403 404 403 403", full_file, post={}),
    Row("surveys:work_out_again", "login 403 403 404 403 403", wave_in("closed"), post={}),
    Row("surveys:report", "404 404 404 404 404 404", wave_in("open")),
    Row("surveys:report", "200 200 200 200 200 200", wave_in("closed")),
    Row("surveys:order_report", "login 403 403 404 403 403", wave_in("closed"), post={"language": "ko"}),
    Row("surveys:published_report", "200 200 200 200 200 200", published_report),
    Row("surveys:published_pdf", "200 200 200 200 200 200", published_report),
    Row("surveys:published_pack", "200 200 200 200 200 200", published_report),
    Row("surveys:report_desk", "login 403 403 404 403 403", wave_in("closed")),
    Row("surveys:report_notes", "login 403 403 404 403 403", wave_in("closed")),
    Row("surveys:evaluator_pack", "login 403 403 404 403 403", wave_in("closed")),
    Row("surveys:correct_report", "login 403 403 404 403 403", published_report),
    Row("surveys:draft", "login 403 403 404 403 403", made_draft),
    Row("surveys:draft_pdf", "login 403 403 404 403 403", made_draft),
    Row("surveys:draft_pack", "login 403 403 404 403 403", made_draft),
    Row("surveys:publish_report", "login 403 403 404 403 403", made_draft),
]


def verdict_that_waits() -> dict[str, Any]:
    from livinglab.accounts.roles import Role
    from tests.builders import feedback
    from tests.people import make_person

    return {"pk": feedback.verdict(make_person("judge", Role.EVALUATOR), "RETIRE").pk}


def decision_of(builder: str) -> Arguments:
    """A decision of somebody else, ``draft`` or ``published``."""

    def make() -> dict[str, Any]:
        from livinglab.accounts.roles import Role
        from surveys.models import Verdict
        from tests.builders import feedback
        from tests.people import make_person

        verdict = Verdict.objects.get(pk=verdict_that_waits()["pk"])
        return {"pk": getattr(feedback, builder)(verdict, make_person("decider", Role.MODERATOR), "retire").pk}

    return make


DECIDED, UNDECIDED = decision_of("published"), decision_of("draft")

FEEDBACK: list[Row] = [
    Row("feedback:list", "200 200 200 200 200 200"),
    Row("feedback:detail", "200 200 200 200 200 200", DECIDED),
    Row("feedback:detail", "404 404 302 404 404 302", UNDECIDED),
    Row("feedback:queue", "login 403 200 403 403 200"),
    Row("feedback:decide", "login 403 200 403 403 200", verdict_that_waits),
    Row("feedback:decide", "login 403 200 403 403 200", verdict_that_waits, post={}),
    Row("feedback:preview", "login 403 200 403 403 200", UNDECIDED),
    Row("feedback:preview", "login 403 302 403 403 302", UNDECIDED, post={}),
]

WORDS = {"reason_ko": "이미 하고 있어요.", "reason_en": "It is being built."}

# Programs are not led to a page to sign in: they read 401.
API: list[Row] = [
    Row("me:tokens", "login 200 200 200 200 200"),
    Row("me:tokens", "login 200 200 200 200 200", post={"name": "map", "days": "7"}),
    Row("me:end_token", "login 405 405 405 405 405", token_of_somebody_else),
    Row("me:end_token", "login 404 404 404 404 404", token_of_somebody_else, post={}),
    Row("api:docs", "200 200 200 200 200 200"),
    Row("api:schema", "200 200 200 200 200 200"),
    Row("api:nothing", "404 404 404 404 404 404"),
    Row("api:fields", "200 200 200 200 200 200"),
    Row("api:areas", "200 200 200 200 200 200"),
    Row("api:proposals", "200 200 200 200 200 200"),
    Row("api:proposals", "401 201 201 201 201 201", post={}),
    Row("api:proposal", "404 404 404 404 404 404", DRAFT),
    Row("api:proposal", "404 404 200 404 404 200", SUBMITTED),
    Row("api:proposal", "200 200 200 200 200 200", PUBLISHED),
    Row("api:submit", "401 404 404 404 404 404", DRAFT, post={}),
    Row("api:withdraw", "401 404 404 404 404 404", PUBLISHED, post={}),
    Row("api:support", "200 200 200 200 200 200", PUBLISHED),
    Row("api:support", "404 404 200 404 404 200", SUBMITTED),
    Row("api:comments", "200 200 200 200 200 200", PUBLISHED),
    Row("api:comments", "401 201 201 201 201 201", PUBLISHED, post={"text": "좋아요."}),
    Row("api:report-proposal", "401 204 204 204 204 204", PUBLISHED, post={"reason": "advert"}),
    Row("api:report-proposal", "401 404 404 404 404 404", SUBMITTED, post={"reason": "advert"}),
    Row("api:comment", "200 200 200 200 200 200", comment_of_somebody_else),
    Row("api:report-comment", "401 204 204 204 204 204", comment_of_somebody_else, post={"reason": "insult"}),
    Row("api:my-proposals", "401 200 200 200 200 200"),
    Row("api:my-pilots", "401 200 200 200 200 200"),
    Row("api:pilots", "200 200 200 200 200 200"),
    Row("api:pilot", "200 200 200 200 200 200", ANNOUNCED),
    Row("api:pilot", "404 404 200 200 404 200", PLANNED),
    Row("api:enrolment", "401 404 404 404 404 404", ANNOUNCED),
    Row("api:leave", "401 404 404 404 404 404", ANNOUNCED, post={}),
    Row("api:rule", "200 200 200 200 200 200", of_pilot),
    Row("api:waves", "200 200 200 200 200 200", of_pilot),
    Row("api:wave", "200 200 200 200 200 200", wave_in("open")),
    Row("api:results", "409 409 409 409 409 409", wave_in("open")),
    Row("api:results", "200 200 200 200 200 200", wave_in("closed")),
    Row("api:questions", "401 403 403 403 403 403", wave_in("open")),
    Row("api:answers", "401 403 403 403 403 403", wave_in("open")),
    Row("api:submit-answers", "401 403 403 403 403 403", wave_in("open"), post={}),
    Row("api:decisions", "200 200 200 200 200 200"),
    Row("api:decision", "200 200 200 200 200 200", DECIDED),
    Row("api:decision", "404 404 404 404 404 404", UNDECIDED),
    Row("api:waiting-proposals", "401 403 200 403 403 403"),
    Row("api:publish", "401 403 200 403 403 403", SUBMITTED, post={}),
    Row("api:ask", "401 403 200 403 403 403", SUBMITTED, post={"parts": ["idea"], **WORDS}),
    Row("api:decline", "401 403 200 403 403 403", SUBMITTED, post={"reason_code": "exists", **WORDS}),
    Row("api:waiting-reports", "401 403 200 403 403 403"),
    Row("api:keep", "401 403 204 403 403 403", report_of_a_comment, post={}),
    Row("api:hide-comment", "401 403 204 403 403 403", report_of_a_comment, post={"reason": "욕설이에요."}),
    Row("api:hide-proposal", "401 403 404 403 403 403", report_of_a_comment, post={"reason_code": "other"}),
]

ADMIN: list[Row] = [
    Row("admin:index", "login 403 403 403 403 200"),
    Row("admin:app_list", "login 403 403 403 403 200", lambda: {"app_label": "accounts"}),
    Row("admin:accounts_area", "login 403 403 403 403 200"),
    Row("admin:accounts_office", "login 403 403 403 403 200"),
    Row("admin:proposals_servicefield", "login 403 403 403 403 200"),
    Row("admin:surveys_countingincident", "login 403 403 403 403 200"),
    Row("admin:notices_notice", "login 403 403 403 403 200"),
    Row("admin:notices_mail", "login 403 403 403 403 200"),
    # signing in and passwords belong to the site's own pages
    Row("admin:login", "302 302 302 302 302 302"),
    Row("admin:logout", "login 403 403 403 403 405"),
    Row("admin:password_change", "login 403 403 403 403 302"),
    Row("admin:password_change_done", "login 403 403 403 403 200"),
    Row("admin:autocomplete", "login 403 403 403 403 403"),
    Row("admin:jsi18n", "login 403 403 403 403 200"),
    Row("admin:view_on_site", "login 403 403 403 403 404", lambda: {"content_type_id": 0, "object_id": 0}),
]

ROWS = [
    *WEB,
    *ACCOUNTS,
    *ADMINISTRATION,
    *NOTICES,
    *ALLAUTH,
    *DEMONSTRATION,
    *PROPOSALS,
    *PILOTS,
    *SURVEYS,
    *FEEDBACK,
    *API,
    *ADMIN,
]
