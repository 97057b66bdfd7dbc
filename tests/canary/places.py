"""Every place where something could show: the addresses of the site, the mails, the files, what commands print.

A new address needs a row here (tests/canary/test_canary.py names those that lack one): its name, and how to find the
objects of the city that it can be about, each as the arguments of the address. Posting nothing is tried at every
address; `posts` are forms that come further than that, `calls` what programs send with another method. One of these
that leads to a page of another address shows what it shows under its own name. `htmx` is for those whose view answers
htmx otherwise (tests/canary/test_places.py finds these).

The name of a place is the name of the address; where one address serves several kinds of things, `kind` puts the kind
behind it in brackets: "surveys:download_export (c)".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.utils import translation

from tests.builders.surveys import CONTENT
from tests.canary.city import BANK_ANSWERS, City

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Place:
    url: str
    arguments: Callable[[City], Iterable[Arguments]] = lambda city: [{}]
    posts: Callable[[City], Iterable[dict[str, Any]]] = lambda city: []
    calls: Callable[[City], Iterable[tuple[str, dict[str, Any]]]] = lambda city: []
    htmx: bool = False
    query: str = ""
    # To how many of its objects forms are posted.
    posted: int = 2
    # Who asks, where it is not everybody: many objects, each of which opens to few.
    readers: tuple[str, ...] = ()
    kind: Callable[[City, Arguments], str] = lambda city, arguments: ""

    def name(self, city: City, arguments: Arguments) -> str:
        kind = self.kind(city, arguments)
        return f"{self.url} ({kind})" if kind else self.url


def rows(label: str, argument: str = "pk", column: str = "pk", **only: Any) -> Callable[[City], list[Arguments]]:
    """All rows of a model, each as the argument of an address."""
    return lambda city: [
        {argument: value}
        for value in apps.get_model(label)._base_manager.filter(**only).order_by("pk").values_list(column, flat=True)
    ]


def objects(*names: str, argument: str = "pk", column: str = "pk", **more: Any) -> Callable[[City], list[Arguments]]:
    """Objects that the city knows by name."""
    return lambda city: [{argument: getattr(city.objects[name], column), **more} for name in names]


def forms(*posts: dict[str, Any]) -> Callable[[City], Iterable[dict[str, Any]]]:
    return lambda city: posts


def a_call(method: str, data: dict[str, Any] | None = None) -> Callable[[City], Iterable[tuple[str, dict[str, Any]]]]:
    return lambda city: [(method, data or {})]


def joining(city: City) -> list[tuple[str, dict[str, Any]]]:
    texts = city.objects["pilot"].current_consent_texts()
    consents = [text.pk for text in texts if text.purpose == text.Purpose.PARTICIPATION]
    return [("PUT", {"of_age": True, "consents": consents})]


def notices(city: City) -> list[Arguments]:
    """One of each kind, and everything of the participant."""
    from livinglab.notices.models import Notice

    of_kinds = Notice.objects.order_by("kind", "pk").distinct("kind").values_list("pk", flat=True)
    own = Notice.objects.filter(person=city.people["participant"]).values_list("pk", flat=True)
    return [{"pk": pk} for pk in sorted({*of_kinds, *own})]


def figures(city: City) -> list[Arguments]:
    return [{"pk": city.objects["wave"].pk, "key": key} for key in ("accept", "items.PU1.mean", "constructs.TR.mean")]


def level_of(city: City, arguments: Arguments) -> str:
    from surveys.models import Export

    with translation.override("en"):
        return str(Export.objects.get(**arguments).get_level_display())


def link(city: City) -> list[Arguments]:
    from surveys.links import answer_link

    wave = city.objects["open wave"]
    token = answer_link(wave, city.objects["enrolment"]).rstrip("/").rpartition("/")[2]
    return [{"pk": wave.pk, "token": token}, {"pk": wave.pk, "token": "made-up"}]


PROPOSALS = rows("proposals.Proposal")
COMMENTS = objects("comment", "hidden comment", "own comment")
UNPUBLISHED = objects("waiting", "draft", "asked", "refused", "taken back")
PILOTS = rows("pilots.Pilot", argument="slug", column="slug")
WAVES = objects("wave", "open wave", "planned wave", "watched wave")
CLOSED = rows("surveys.Wave", stage="closed")
OPEN = objects("open wave")
EXPORTS = rows("surveys.Export")
ASK_FOR_FILES = ("nobody", "moderator", "evaluator", "evaluator of another pilot", "administrator")
WORDS = {"reason_ko": "이미 하고 있어요.", "reason_en": "It is being built."}


def version(*wanted: str) -> Callable[[City], list[Arguments]]:
    def made(city: City) -> list[Arguments]:
        arguments = {
            "proposal": city.objects["public with photo"].pk,
            "version": city.objects["version without a pilot"].pk,
            "test_bed": city.objects["planned"].test_bed_id,
        }
        return [{name: arguments[name] for name in wanted}]

    return made


def who(key: str) -> Callable[[City], Iterable[dict[str, Any]]]:
    """Looking somebody up at a desk, by nickname and by address."""
    return lambda city: [{"who": city.people[key].nickname}, {"who": city.people[key].email}]


def sheet_codes(city: City) -> list[dict[str, Any]]:
    """One that can be entered, one that was, and one of nobody."""
    codes = [
        apps.get_model("surveys", name)._base_manager.values_list(field, flat=True).first()
        for name, field in (("Sheet", "code"), ("Entry", "sheet"))
    ]
    return [{"sheet": code} for code in (*codes, "K7MN-4XQP")]


def filled_in_sheets(city: City) -> list[dict[str, Any]]:
    """As before, and one whose answers are entered, which leads on to the receipt."""
    codes = sheet_codes(city)
    return [*codes, codes[0] | {"mode": "paper"} | CONTENT | BANK_ANSWERS]


def sheets_for(key: str) -> Callable[[City], Iterable[dict[str, Any]]]:
    return lambda city: [{"nicknames": city.people[key].nickname, "language": "ko"}, {"nicknames": "nobody"}]


def people_of_administration(city: City) -> list[Arguments]:
    keys = ("participant", "supporter", "host", "evaluator")
    return [{"pk": city.people[key].pk} for key in keys]


def ways_to_stop(city: City) -> list[Arguments]:
    """The signed path in a mail of the participant, and a made-up one."""
    from livinglab.notices.stopping import MailKind, path_to_stop

    path = path_to_stop(city.people["participant"], next(iter(MailKind)))
    return [{"token": path.split("/")[3]}, {"token": "made-up"}]


# For what is the same for everybody: signed in or not makes the whole difference.
SIGNED_IN_OR_NOT = ("nobody", "participant")

WEB = [
    Place("home"),
    Place("about", readers=SIGNED_IN_OR_NOT),
    Place("methods", readers=SIGNED_IN_OR_NOT),
    Place("accessibility", readers=SIGNED_IN_OR_NOT),
    Place("privacy", readers=SIGNED_IN_OR_NOT),
    Place("terms", readers=SIGNED_IN_OR_NOT),
    Place("retention"),
    Place("queues", posts=forms({"queue": "mails"})),
    Place("contact", posts=forms({"text": "Where is the bus stop?"})),
    Place("messages"),
    Place("message_answered", rows("web.ContactMessage")),
    Place("stop_mail", ways_to_stop),
    Place("administration:people", posts=who("participant")),
    Place("administration:person", people_of_administration, posts=forms({"do": "grant", "role": "host"})),
    Place("administration:access"),
    Place("health", readers=SIGNED_IN_OR_NOT),
    Place("ready", readers=SIGNED_IN_OR_NOT),
    Place("metrics", readers=SIGNED_IN_OR_NOT),
    Place("robots", readers=SIGNED_IN_OR_NOT),
    Place("display", posts=forms({"theme": "contrast"})),
    Place("set_language", posts=forms({"language": "en"})),
    Place("demonstration:sent_mail"),
]

ACCOUNTS = [
    Place("me:profile"),
    Place("me:residence", posts=forms({"code": "no such code"})),
    Place("me:residence_desk", posts=who("participant")),
    Place("me:residence_codes", posts=lambda city: [{"codes-area": city.objects["here"].pk, "codes-count": "2"}]),
    Place("me:agreements", posts=forms({"news": "yes"})),
    Place("me:data"),
    Place("me:download_data"),
    Place("me:delete", posts=forms({"word": "no"})),
    Place("me:sessions", posts=forms({"end": "others"})),
    Place("me:tokens", posts=forms({"name": "map", "days": "7"})),
    Place("me:end_token", rows("accounts.ApiToken")),
    Place("notices:list"),
    Place("notices:open", notices, readers=("nobody", "resident", "author", "participant", "administrator")),
    Place("notices:read_all"),
]

ALLAUTH = [
    Place("account_login", posts=lambda city: [{"login": city.people["participant"].email, "password": "wrong one"}]),
    Place("account_signup", posts=lambda city: [{"email": city.people["participant"].email}]),
    Place("account_logout"),
    Place("account_inactive"),
    Place("account_reauthenticate"),
    Place("account_request_reauthentication_code"),
    Place("account_confirm_reauthentication_code"),
    Place("account_request_login_code", posts=lambda city: [{"email": city.people["participant"].email}]),
    Place("account_confirm_login_code"),
    Place("account_email", posts=forms({"action_add": "", "email": "another@example.kr"})),
    Place("account_email_verification_sent"),
    Place("account_change_password"),
    Place("account_set_password"),
    Place("account_reset_password", posts=lambda city: [{"email": city.people["participant"].email}]),
    Place("account_reset_password_done"),
    Place("account_reset_password_from_key", lambda city: [{"uidb36": "1", "key": "wrong-key"}]),
    Place("account_reset_password_from_key_done"),
    Place("mfa_index"),
    Place("mfa_authenticate"),
    Place("mfa_reauthenticate"),
    Place("mfa_activate_totp"),
    Place("mfa_deactivate_totp"),
    Place("mfa_view_recovery_codes"),
    Place("mfa_generate_recovery_codes"),
    Place("mfa_download_recovery_codes"),
    Place("mfa_list_webauthn"),
    Place("mfa_add_webauthn"),
    Place("mfa_edit_webauthn", rows("mfa.Authenticator", type="webauthn")),
    Place("mfa_remove_webauthn", rows("mfa.Authenticator", type="webauthn")),
    Place("mfa_login_webauthn"),
    Place("mfa_reauthenticate_webauthn"),
]

PROPOSAL_PAGES = [
    Place("proposals:list"),
    Place("proposals:list", query="?sort=discussed&q=lamp"),
    Place("proposals:new", posts=forms({"language": "ko", "title": "가로등"})),
    Place("proposals:mine"),
    Place("proposals:queue"),
    Place("proposals:queue", query="?kind=flags"),
    Place("proposals:queue-decide", posts=lambda city: [{"do": "publish", "item": city.objects["waiting"].pk}]),
    Place("proposals:detail", PROPOSALS),
    Place("proposals:photo", rows("proposals.Photo")),
    Place("proposals:edit", UNPUBLISHED, posts=forms({"language": "ko", "title": "다른 이름"})),
    Place("proposals:preview", UNPUBLISHED),
    Place("proposals:submit", UNPUBLISHED),
    Place("proposals:withdraw", objects("draft", "waiting", "public")),
    Place("proposals:discard", objects("draft", "waiting")),
    Place("proposals:support", objects("public", "waiting"), htmx=True),
    Place("proposals:withdraw-support", objects("public"), htmx=True),
    Place("proposals:comment", objects("public", "waiting"), posts=forms({"kind": "for", "text": "좋아요."})),
    Place("proposals:show-comment", objects("comment", "hidden comment")),
    Place("proposals:answer", objects("comment", "hidden comment"), posts=forms({"text": "좋아요."})),
    Place("proposals:edit-comment", COMMENTS, posts=forms({"text": "좋아요."})),
    Place("proposals:report-comment", objects("comment", "hidden comment"), posts=forms({"reason": "insult"})),
    Place("proposals:report", objects("public", "waiting"), posts=forms({"reason": "false"})),
    Place("proposals:review", UNPUBLISHED, posts=forms({"do": "publish"}, {"do": "decline"}, {"do": "ask"})),
    Place("proposals:review-report", rows("proposals.Flag"), posts=forms({"do": "keep"}, {"do": "hide"})),
    Place("proposals:translate", objects("public", "waiting", "draft")),
]

PILOT_PAGES = [
    Place("pilots:list"),
    Place("pilots:mine"),
    Place("pilots:service", rows("pilots.Service", argument="slug", column="slug")),
    Place("pilots:hosting"),
    Place("pilots:offer"),
    Place("pilots:new"),
    Place("pilots:new-service", version("proposal")),
    Place("pilots:choose-test-bed", version("version")),
    Place("pilots:add-test-bed", version("version")),
    Place("pilots:new-pilot", version("version", "test_bed")),
    Place("pilots:detail", PILOTS),
    Place("pilots:join", PILOTS),
    Place("pilots:asked-again", PILOTS),
    Place("pilots:leave", PILOTS, posts=forms({"reason": "moved"})),
    Place("pilots:withdraw-access-needs", PILOTS),
    Place("pilots:edit", PILOTS),
    Place("pilots:consent", PILOTS),
    Place("pilots:announce", PILOTS),
    Place("pilots:end", PILOTS),
    Place("pilots:people", PILOTS),
    Place("pilots:contacts", PILOTS),
]

SURVEY_PAGES = [
    Place("surveys:desk"),
    Place("surveys:rule", PILOTS),
    Place("surveys:results", WAVES),
    Place("surveys:answer", WAVES),
    Place("surveys:answer_link", link),
    Place("surveys:answer_finish", OPEN),
    Place("surveys:answer_time_left", OPEN),
    Place("surveys:answer_screen", objects("open wave", number=1), posts=forms({"PU1": "4"})),
    Place("surveys:answer_screen", objects("open wave", number=6)),
    Place("surveys:answer_words", OPEN, posts=forms({"words": "좋아요.", "do": "autosave"}, {"words": "좋아요."})),
    Place("surveys:answer_review", OPEN),
    Place("surveys:answer_thanks", WAVES),
    Place("surveys:banks"),
    Place("surveys:bank", lambda city: [{"name": "ueq"}, {"name": "sus"}, {"name": "city-licensed"}]),
    Place("surveys:load_bank", posts=forms({"text": "id: ours", "check": "1"})),
    Place("surveys:plan", PILOTS),
    Place("surveys:questions", PILOTS),
    Place("surveys:register", PILOTS, posts=forms({"recalculate": "1"}), htmx=True),
    Place("surveys:amend", PILOTS),
    Place("surveys:wave", WAVES),
    Place("surveys:wave_live", WAVES),
    Place("surveys:compare"),
    Place("surveys:pilot", PILOTS),
    Place("surveys:evaluators", PILOTS),
    Place("surveys:remind", PILOTS, posts=forms({"part": "age|19-29"})),
    Place("surveys:figures", CLOSED),
    Place("surveys:figure", figures),
    Place("surveys:signals", WAVES),
    Place("surveys:review", rows("surveys.Alarm")),
    Place("surveys:open_answers", CLOSED),
    Place("surveys:open_answers", CLOSED, query="?show=all&page=2"),
    Place("surveys:themes", PILOTS),
    Place("surveys:change", CLOSED),
    Place("surveys:verdict", CLOSED),
    Place("surveys:sign", CLOSED),
    Place("surveys:open", WAVES),
    Place("surveys:close", OPEN),
    Place("surveys:cancel", WAVES, posts=forms({"reason": "No time"})),
    Place("surveys:enter", OPEN, posts=sheet_codes),
    Place("surveys:enter_answers", OPEN, posts=filled_in_sheets),
    Place("surveys:entry_receipt", OPEN),
    Place("surveys:sheets", OPEN, posts=sheets_for("participant")),
    Place("surveys:exports", CLOSED, posts=forms({"level": "a"}), htmx=True),
    Place("surveys:export", EXPORTS, readers=ASK_FOR_FILES[1:]),
    Place("surveys:confirm_export", objects("full file")),
    Place("surveys:decline_export", objects("full file")),
    Place("surveys:cancel_export", objects("full file")),
    Place("surveys:download_export", EXPORTS, kind=level_of, readers=ASK_FOR_FILES, posted=100),
    Place("surveys:try_export_again", EXPORTS, kind=level_of),
    Place("surveys:work_out_again", CLOSED),
    Place("surveys:report", WAVES),
    Place("surveys:order_report", CLOSED, posts=forms({"language": "ko"})),
    Place("surveys:published_report", objects("wave", number=1)),
    Place("surveys:published_pdf", objects("wave", number=1)),
    Place("surveys:published_pack", objects("wave", number=1)),
    Place("surveys:report_desk", CLOSED, htmx=True),
    Place("surveys:report_notes", CLOSED, htmx=True),
    Place("surveys:evaluator_pack", objects("wave"), posts=forms({"why": "To check"})),
    Place("surveys:correct_report", objects("wave", number=1)),
    Place("surveys:draft", rows("surveys.ReportOrder")),
    Place("surveys:draft_pdf", rows("surveys.ReportOrder")),
    Place("surveys:draft_pack", rows("surveys.ReportOrder")),
    Place("surveys:publish_report", rows("surveys.ReportOrder")),
]

FEEDBACK = [
    Place("feedback:list"),
    Place("feedback:detail", rows("feedback.Decision")),
    Place("feedback:queue"),
    Place("feedback:decide", rows("surveys.Verdict")),
    Place("feedback:preview", rows("feedback.Decision")),
]

API = [
    Place("api:docs", readers=SIGNED_IN_OR_NOT),
    Place("api:schema", readers=SIGNED_IN_OR_NOT),
    Place("api:nothing", readers=SIGNED_IN_OR_NOT),
    Place("api:fields", readers=SIGNED_IN_OR_NOT),
    Place("api:areas", readers=SIGNED_IN_OR_NOT),
    Place("api:proposals", posts=forms({"language": "ko", "title": "가로등"})),
    Place("api:proposal", PROPOSALS, calls=a_call("PATCH", {"title": "다른 이름"})),
    Place("api:proposal", objects("draft", "waiting"), calls=a_call("DELETE")),
    Place("api:submit", UNPUBLISHED),
    Place("api:withdraw", objects("waiting", "public")),
    Place("api:support", objects("public", "waiting"), calls=lambda city: [("PUT", {}), ("DELETE", {})]),
    Place("api:comments", objects("public", "waiting"), posts=forms({"text": "좋아요."})),
    Place("api:report-proposal", objects("public", "waiting"), posts=forms({"reason": "advert"})),
    Place("api:comment", COMMENTS, calls=a_call("PATCH", {"text": "좋아요."}), posted=100),
    Place("api:report-comment", objects("comment", "hidden comment"), posts=forms({"reason": "insult"})),
    Place("api:my-proposals"),
    Place("api:my-pilots"),
    Place("api:pilots"),
    Place("api:pilot", PILOTS),
    Place("api:enrolment", PILOTS, calls=joining, posted=100),
    Place("api:leave", PILOTS),
    Place("api:rule", PILOTS),
    Place("api:waves", PILOTS),
    Place("api:wave", WAVES),
    Place("api:results", WAVES),
    Place("api:questions", WAVES),
    Place("api:answers", WAVES, calls=a_call("PUT", {"answers": {"PU1": 4}})),
    Place("api:submit-answers", OPEN),
    Place("api:decisions"),
    Place("api:decision", rows("feedback.Decision")),
    Place("api:waiting-proposals"),
    Place("api:publish", objects("waiting")),
    Place("api:ask", objects("waiting"), posts=forms({"parts": ["idea"], **WORDS})),
    Place("api:decline", objects("waiting"), posts=forms({"reason_code": "exists", **WORDS})),
    Place("api:waiting-reports"),
    Place("api:keep", objects("flag")),
    Place("api:hide-comment", objects("flag"), posts=forms({"reason": "욕설이에요."})),
    Place("api:hide-proposal", objects("flag of a proposal", "flag"), posts=forms({"reason_code": "other", **WORDS})),
]


def of_readers(city: City) -> list[Arguments]:
    """Mails of the participant and of the administrator, and those that never arrived: one of each kind."""
    from livinglab.notices.models import Mail

    people = [city.people[key].email for key in ("participant", "administrator")]
    mails = Mail.objects.filter(to__in=people) | Mail.objects.exclude(last_error="")
    return first_of_each(mails, lambda mail: (mail.to, mail.notice.kind if mail.notice else mail.subject))


def notices_in_admin(city: City) -> list[Arguments]:
    from livinglab.notices.models import Notice

    people = [city.people[key] for key in ("participant", "administrator", "author")]
    return first_of_each(Notice.objects.filter(person__in=people), lambda notice: (notice.person_id, notice.kind))


def first_of_each(rows: Any, group: Callable[[Any], Any]) -> list[Arguments]:
    """Rows by whose they are and of what kind, not by when they came: some are made many at once, in no order."""
    one_each = {group(row): row.pk for row in rows.order_by("pk")}
    return [{"object_id": pk} for pk in one_each.values()]


# Rows of the admin that are somebody's; of other models a few in the order of their keys.
IN_ADMIN: dict[str, Callable[[City], list[Arguments]]] = {
    "notices.Mail": of_readers,
    "notices.Notice": notices_in_admin,
}


def registered(suffix: str) -> list[Place]:
    """Each model of the admin with some of its rows."""
    places = []
    for model in admin.site._registry:
        label = model._meta.label
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{suffix}"
        of_one = suffix in ("change", "history", "delete")
        pick = IN_ADMIN.get(label) or few(label)
        places.append(Place(name, pick if of_one else lambda city: [{}]))
    return places


def few(label: str) -> Callable[[City], list[Arguments]]:
    return lambda city: [
        {"object_id": pk} for pk in apps.get_model(label)._base_manager.order_by("pk").values_list("pk", flat=True)[:3]
    ]


ADMIN = [
    Place("admin:index"),
    Place("admin:app_list", lambda city: [{"app_label": "accounts"}, {"app_label": "notices"}]),
    *[place for suffix in ("changelist", "add", "change", "history", "delete") for place in registered(suffix)],
    Place("admin:login"),
    Place("admin:logout"),
    Place("admin:password_change"),
    Place("admin:password_change_done"),
    Place("admin:autocomplete"),
    Place("admin:jsi18n"),
    Place("admin:view_on_site", lambda city: [{"content_type_id": 1, "object_id": 1}]),
]

PLACES = [
    *WEB,
    *ACCOUNTS,
    *ALLAUTH,
    *PROPOSAL_PAGES,
    *PILOT_PAGES,
    *SURVEY_PAGES,
    *FEEDBACK,
    *API,
    *ADMIN,
]

# What is called by whoever runs the server: with which arguments, or why it is not called here.
COMMANDS: dict[str, Callable[[City], list[list[str]]] | str] = {
    "apply_retention": lambda city: [["--dry-run"], []],
    "encrypt_second_factors": lambda city: [[]],
    "reset_second_factor": lambda city: [[city.people["moderator"].email]],
    "backup": "writes all there is into a folder: tests/infra/test_backups.py",
    "restore": "reads it back",
    "people_concerned": "prints everybody's name and address; that is what it is for",
    "changepassword": "asks for a password at the keyboard",
    "load_areas": "brings areas of the country",
    "analyse": "reads files of other people, none of the city",
    "import_responses": "reads files of other people, none of the city",
    "load_instruments": lambda city: [[]],
    "recount": lambda city: [[str(city.objects["wave"].pk)]],
    "report": "writes a report to a file: surveys:published_pdf and surveys:draft_pdf are the same",
    "verify_report": "reads a published pack",
    "work_out": lambda city: [[str(city.objects["wave"].pk)]],
    "build_assets": "puts together styles and fonts",
    "load_demonstration": "brings the made-up people of the demonstration",
    "messages": "reads the source",
    "seed_city": "makes people of its own",
}
