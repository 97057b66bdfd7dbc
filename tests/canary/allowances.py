"""What may show to whom, written by hand. Whatever shows and is not here fails, and so does a row that nothing needs.

A row says: these columns may show in these places to these roles, because ..., which rests on ....

    Allow(
        "accounts.Person.email (participant)",
        "pilots:contacts",
        "moderator",
        why="Whoever runs a pilot writes to those who take part.",
        rests_on=PARTICIPATION,
    )

Columns, places and roles are each one or several; `*` in a column or place stands for any letters. Each column is
needed in some place by some role, each place and each role likewise: take out what is not. A place is the name of an
address (tests/canary/places.py), or one of: "mail <kind of notice>", "notice <kind>" (as the site shows it, in either
language), "command <name>", "task <name>", "log", "error <status>", "a header" (of an answer), "a cookie" (that an
answer sets), "an address in a page". Addresses and headers are written down by servers and browsers on the way, so
nothing of anybody may ever stand there.

Roles are those of READERS in tests/canary/city.py. Whoever a mark tells of reads as "herself", whatever their role;
whatever runs on the server reads as "operator".
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

# What an allowance rests on. Articles are of the Personal Information Protection Act unless another act is named.
OWN = "art. 4 and 35: everybody may see what is kept about them"
TERMS = "terms of use and the form: the nickname stands beside what one says in public, name and address never"
PARTICIPATION = "consent to taking part: seen by the city staff who run and evaluate this pilot"
SENSITIVE = "consent for access needs: seen by the staff who prepare the help"
SERVICE = "art. 15 (1) 4: needed to give the service that was asked for"
PETITION = "art. 15 (1) 3 with the Civil Petitions Treatment Act: the office has to answer what was handed in"
PUBLISHED = "published on purpose, by whoever may, after somebody read it"
SAFETY = "art. 29: whoever is responsible has to see who did what"
MANAGES = "art. 29 and the notification on safety measures: administrators keep accounts and roles"
STAFF = "names of staff in their duty, to colleagues of the same duty"
LICENCE = "the licence of a bank: its wording goes to those who answer, and to nobody else"
MADE_UP = "a demonstration, which has no real people; no other install has the page"

PUBLIC = (
    "nobody",
    "resident",
    "participant",
    "host",
    "moderator",
    "other office",
    "evaluator",
    "other evaluator",
    "administrator",
)
# Where pilots and surveys are read, an evaluator of an office elsewhere is asked, too.
WITH_FAR = (*PUBLIC, "far evaluator")
# The host is one more resident where people propose and talk, and is not asked there.
SIGNED_IN = tuple(role for role in PUBLIC if role not in ("nobody", "host"))
# For whom a link was not meant; the participant is "herself" there.
OPEN_THE_LINK = tuple(role for role in PUBLIC if role != "participant")


@dataclass(frozen=True)
class Allow:
    columns: str | tuple[str, ...]
    places: str | tuple[str, ...]
    roles: str | tuple[str, ...]
    why: str
    rests_on: str
    # Places that a `*` does not reach.
    but: tuple[str, ...] = ()

    def allows(self, column: str, place: str, role: str) -> bool:
        return (
            role in several(self.roles)
            and place not in self.but
            and any(fnmatchcase(column, pattern) for pattern in several(self.columns))
            and any(fnmatchcase(place, pattern) for pattern in several(self.places))
        )

    def unneeded(self, shown: set[tuple[str, str, str]]) -> list[str]:
        """Columns, places and roles of this row that nothing showed needs."""
        needed = [showing for showing in shown if self.allows(*showing)]
        return [
            pattern
            for part, patterns in enumerate((self.columns, self.places, self.roles))
            for pattern in several(patterns)
            if not any(fnmatchcase(showing[part], pattern) for showing in needed)
        ]


def several(one_or_more: str | tuple[str, ...]) -> tuple[str, ...]:
    return (one_or_more,) if isinstance(one_or_more, str) else one_or_more


# These spoke in public, too, so their nicknames stand beside what they said, and beside nothing else.
SPEAKERS = (
    "accounts.Person.nickname (speaks in public)",
    "pilots.Enrolment.person_id",
    "pilots.TestBed.host_id",
    "proposals.Proposal.author_id (unpublished)",
)
OWN_NICKNAME = (
    "accounts.Person.nickname (resident)",
    "accounts.Person.nickname (staff)",
    "accounts.RoleGrant.person_id",
    "pilots.Enrolment.person_id",
    "pilots.TestBed.host_id",
    "proposals.Proposal.author_id (unpublished)",
    "surveys.Survey_evaluators.person_id",
)
HANDED_IN = (
    "proposals.Proposal.*_en (submitted)",
    "proposals.Proposal.*_ko (changes asked)",
    "proposals.Proposal.*_en (declined)",
    "proposals.Proposal.*_ko (withdrawn)",
)
REASONS = ("proposals.Step.reason_* (changes asked)", "proposals.Step.reason_* (declined)")
PLANNED = "pilots.Pilot.* (planned)"
TITLE_PLANNED = "pilots.Pilot.title_* (planned)"
SERVICE_PLANNED = ("pilots.Service.name_* (planned)", "pilots.ServiceVersion.* (planned)")
IN_REPORTS = ("surveys:published_report", "surveys:published_pdf", "surveys:published_pack")
IN_DRAFTS = ("surveys:draft", "surveys:draft_pdf", "surveys:draft_pack")
DECISION = ("feedback.Decision.reason_* (draft)", "feedback.Change.*_* (draft)")

HERSELF = [
    Allow(
        OWN_NICKNAME,
        "*",
        "herself",
        why="The head of every page says who is signed in.",
        rests_on=OWN,
        but=("a header", "a cookie", "an address in a page"),
    ),
    Allow(
        "accounts.Person.name (*)",
        ("me:profile", "me:download_data"),
        "herself",
        why="Her name, to be changed and taken along.",
        rests_on=OWN,
    ),
    Allow(
        "accounts.Person.email (*)",
        ("account_email", "mfa_add_webauthn", "account_request_reauthentication_code", "me:download_data", "mail *"),
        "herself",
        why="Her address, where she changes it, where a device or a code is bound to it, and as the addressee.",
        rests_on=OWN,
    ),
    Allow(
        "account.EmailAddress.email",
        "account_email",
        "herself",
        why="An address she gave and has not confirmed.",
        rests_on=OWN,
    ),
    Allow(
        ("accounts.Session.device", "accounts.ApiToken.name"),
        ("me:sessions", "me:tokens", "me:download_data", "mail account"),
        "herself",
        why="Where she is signed in and which programs act for her, so that she can end it.",
        rests_on=OWN,
    ),
    Allow(
        "mfa.Authenticator.data (recovery code)",
        ("mfa_view_recovery_codes", "mfa_download_recovery_codes"),
        "herself",
        why="To be written down.",
        rests_on=OWN,
    ),
    Allow(
        ("notices.Notice.data", "notices.Mail.subject", "notices.Mail.body*"),
        ("me:download_data", "mail *", "notice *", "notices:list"),
        "herself",
        why="What the site wrote to her.",
        rests_on=OWN,
    ),
    Allow(
        "notices.Notice.url",
        ("mail invitation", "a header", "me:download_data"),
        "herself",
        why="The link of her invitation opens the survey for her: from the mail, from her notices, which lead on to "
        "it, and it is among what is kept about her.",
        rests_on=PARTICIPATION,
    ),
    Allow(
        "notices.Mail.stop_path",
        ("mail *", "me:download_data"),
        "herself",
        why="One press ends a kind of mail.",
        rests_on="Information and Communications Network Act, art. 50: refusing has to be easy",
    ),
    Allow(
        ("proposals.Proposal.*_ko (draft)", "proposals.Photo.alt (draft)", *HANDED_IN),
        (
            "proposals:detail",
            "proposals:edit",
            "proposals:preview",
            "proposals:comment",
            "api:proposal",
            "api:submit",
            "api:withdraw",
            "me:download_data",
        ),
        "herself",
        why="What she wrote, published or not.",
        rests_on=OWN,
    ),
    Allow(
        "proposals.Proposal.title_* (*)",
        (
            "proposals:mine",
            "proposals:withdraw",
            "api:my-proposals",
            "notices:list",
            "mail proposal_*",
            "notice proposal_*",
        ),
        "herself",
        why="The names of her proposals, in lists and in what she is told of them.",
        rests_on=OWN,
    ),
    Allow(
        ("proposals.Proposal.lat (draft)", "proposals.Proposal.lon (draft)"),
        ("proposals:edit", "api:proposal", "api:submit", "me:download_data"),
        "herself",
        why="The place she marked.",
        rests_on=OWN,
    ),
    Allow(
        "proposals.Proposal.draft_key",
        "proposals:edit",
        "herself",
        why="The form carries it, so that saving twice finds the same draft.",
        rests_on=OWN,
    ),
    Allow("proposals.Photo.image", "me:download_data", "herself", why="The name of her file.", rests_on=OWN),
    Allow(
        REASONS,
        (
            "proposals:detail",
            "proposals:edit",
            "api:proposal",
            "notices:list",
            "mail proposal_*",
            "notice proposal_*",
            "me:download_data",
        ),
        "herself",
        why="What the office answered her.",
        rests_on=PETITION,
    ),
    Allow(
        "proposals.Comment.hidden_reason",
        ("mail comment_hidden", "notice comment_hidden"),
        "herself",
        why="Why her comment was hidden.",
        rests_on=OWN,
    ),
    Allow(
        "surveys.Entry.sheet",
        ("mail answers_entered", "notice answers_entered"),
        "herself",
        why="From which sheet a member of staff entered her answers.",
        rests_on=PARTICIPATION,
    ),
    Allow(
        "accounts.Session.session_key",
        "a cookie",
        "herself",
        why="What keeps her signed in stays in her browser.",
        rests_on=OWN,
    ),
    Allow(
        "pilots.Enrolment.phone",
        ("pilots:mine", "me:download_data"),
        "herself",
        why="The number she left.",
        rests_on=OWN,
    ),
    Allow(
        "pilots.TestBed.* (offered)",
        ("pilots:hosting", "me:download_data"),
        "herself",
        why="What the host offered.",
        rests_on=OWN,
    ),
]

IN_PUBLIC = [
    Allow(
        SPEAKERS,
        ("proposals:detail", "api:comments", "api:comment"),
        PUBLIC,
        why="A nickname stands beside what was said in public.",
        rests_on=TERMS,
    ),
    Allow(
        "accounts.Person.nickname (speaks in public)",
        ("pilots:service", "api:proposal"),
        WITH_FAR,
        why="Whose proposal a service grew out of.",
        rests_on=TERMS,
    ),
    Allow(
        SPEAKERS,
        "proposals:comment",
        SIGNED_IN,
        why="The page again, with the comment that was refused.",
        rests_on=TERMS,
    ),
    Allow(
        "accounts.Person.nickname (speaks in public)",
        ("proposals:answer", "proposals:report-comment"),
        SIGNED_IN,
        why="The comment that is answered or reported, with whose it is.",
        rests_on=TERMS,
    ),
    Allow(
        "pilots.TestBed.*_* (offered)",
        "pilots:choose-test-bed",
        "moderator",
        why="What hosts offer, to be chosen from for a pilot.",
        rests_on=SERVICE,
    ),
    Allow(
        "pilots.TestBed.host_id",
        "pilots:add-test-bed",
        "moderator",
        why="Who can host, to be chosen from.",
        rests_on=STAFF,
    ),
    Allow(
        "pilots.TestBed.host_id",
        "pilots:detail",
        tuple(role for role in WITH_FAR if role != "host"),
        why="Who offers the place where it is tried.",
        rests_on="art. 15 (1) 4: whoever hosts a pilot does so in public",
    ),
    Allow(
        "pilots.Enrolment.person_id",
        ("surveys:answer", "stop_mail"),
        OPEN_THE_LINK,
        why="Whoever opens the link of an invitation or of a mail is told whose it is, so that nobody acts as another.",
        rests_on=PARTICIPATION,
    ),
    Allow(
        "pilots.Enrolment.person_id",
        "surveys:answer_link",
        tuple(role for role in SIGNED_IN if role != "participant"),
        why="You are signed in as A, this link is B's: the site asks who answers.",
        rests_on=PARTICIPATION,
    ),
    Allow(
        "accounts.Person.email (participant)",
        ("account_login", "account_signup", "account_confirm_login_code", "a cookie"),
        "nobody",
        why="What was typed into a form stands in it again, or in the sentence that the next page shows.",
        rests_on=SERVICE,
    ),
    Allow(
        (
            "surveys.Direction.words_*",
            "surveys.OpenAnswer.quotation",
            "surveys.Theme.name_*",
        ),
        IN_REPORTS,
        WITH_FAR,
        why="A report holds what evaluators signed, released and coded.",
        rests_on=PUBLISHED,
    ),
    Allow(
        "surveys.Instrument.document",
        ("surveys:answer_screen", "surveys:answer_review", "api:questions"),
        "participant",
        why="Whoever answers reads the questions.",
        rests_on=LICENCE,
    ),
]

PLANS = [
    Allow(
        (PLANNED, *SERVICE_PLANNED),
        ("pilots:detail", "api:pilot"),
        ("host", "moderator", "evaluator", "other evaluator", "administrator"),
        why="A pilot that is being prepared, to those who prepare it.",
        rests_on=SERVICE,
    ),
    Allow(
        TITLE_PLANNED,
        "pilots:join",
        ("host", "moderator", "evaluator", "other evaluator", "administrator"),
        why="That nobody can join it yet.",
        rests_on=SERVICE,
    ),
    Allow(
        (TITLE_PLANNED, *SERVICE_PLANNED),
        "pilots:service",
        ("moderator", "evaluator", "other evaluator", "administrator"),
        why="The next pilot of a service, and a service that has none yet.",
        rests_on=SERVICE,
    ),
    Allow(
        "pilots.Service.name_* (planned)",
        "proposals:detail",
        ("moderator", "evaluator", "other evaluator", "administrator"),
        why="What grows out of a proposal, for those who may see it.",
        rests_on=SERVICE,
    ),
    Allow(TITLE_PLANNED, "pilots:hosting", "host", why="What is prepared at the host's test bed.", rests_on=SERVICE),
    Allow(
        (TITLE_PLANNED, "pilots.ServiceVersion.summary_* (planned)"),
        "pilots:list",
        "moderator",
        why="Those being prepared, for those who prepare them.",
        rests_on=SERVICE,
    ),
    Allow(
        TITLE_PLANNED,
        "pilots:people",
        ("moderator", "evaluator", "other evaluator"),
        why="How many wait for it.",
        rests_on=SERVICE,
    ),
    Allow(
        TITLE_PLANNED,
        ("surveys:desk", "surveys:plan"),
        ("evaluator", "other evaluator"),
        why="A pilot without a survey waits for an evaluator who plans one.",
        rests_on=SERVICE,
    ),
    Allow(
        PLANNED,
        ("pilots:edit", "pilots:announce", "pilots:consent", "pilots:contacts", "pilots:end"),
        "moderator",
        why="Preparing and running it.",
        rests_on=SERVICE,
    ),
]

MODERATORS = [
    Allow(
        (*HANDED_IN, *REASONS),
        ("proposals:detail", "api:proposal"),
        ("moderator", "administrator"),
        why="What was handed in is read by those who answer it, with what was answered.",
        rests_on=PETITION,
    ),
    Allow(
        (*HANDED_IN, *REASONS),
        "proposals:review",
        "moderator",
        why="The page on which it is decided.",
        rests_on=PETITION,
    ),
    Allow(
        "proposals.Proposal.*_en (submitted)",
        ("api:publish", "api:ask", "api:decline"),
        "moderator",
        why="What was decided about, given back to the program that decided.",
        rests_on=PETITION,
    ),
    Allow(
        "proposals.Proposal.*_en (submitted)",
        "proposals:comment",
        ("moderator", "administrator"),
        why="A comment is refused on the page that they may read.",
        rests_on=PETITION,
    ),
    Allow(
        "proposals.Proposal.title_en (submitted)",
        ("proposals:queue", "proposals:queue-decide", "proposals:translate", "api:waiting-proposals", "a cookie"),
        "moderator",
        why="What waits for an answer, and the sentence of the next page that it is answered.",
        rests_on=PETITION,
    ),
    Allow(
        "proposals.Proposal.title_en (submitted)",
        "proposals:review-report",
        "moderator",
        why="After one thing is settled the next that waits is shown.",
        rests_on=PETITION,
    ),
    Allow(
        "proposals.Proposal.author_id (unpublished)",
        ("proposals:review", "api:publish", "api:ask", "api:decline"),
        "moderator",
        why="Whose proposal it is.",
        rests_on=PETITION,
    ),
    Allow(
        "proposals.Proposal.author_id (unpublished)",
        "api:proposal",
        ("moderator", "administrator"),
        why="Whose proposal it is.",
        rests_on=PETITION,
    ),
    Allow(
        ("accounts.Person.nickname (speaks in public)", "proposals.Flag.words"),
        ("proposals:review-report", "api:waiting-reports"),
        "moderator",
        why="What was reported, whose words it is and why; not by whom.",
        rests_on="art. 15 (1) 2 with the Information and Communications Network Act, art. 44-2: what violates rights",
    ),
    Allow(
        "proposals.Flag.reported_text",
        "proposals:review-report",
        "moderator",
        why="What a reported comment said before its author changed it.",
        rests_on="art. 15 (1) 2 with the Information and Communications Network Act, art. 44-2: what violates rights",
    ),
    Allow(
        (
            "accounts.Person.email (participant)",
            "accounts.Person.name (participant)",
            "pilots.Enrolment.phone",
        ),
        "pilots:contacts",
        "moderator",
        why="Whoever runs a pilot writes to those who take part, and rings them up.",
        rests_on=PARTICIPATION,
    ),
    Allow(
        "pilots.Enrolment.access_needs",
        "pilots:contacts",
        "moderator",
        why="Whoever runs a pilot prepares the help.",
        rests_on=SENSITIVE,
    ),
    Allow(
        (
            "accounts.Person.email (participant)",
            "accounts.Person.name (participant)",
            "accounts.Person.area_id",
            "pilots.Enrolment.person_id",
        ),
        "me:residence_desk",
        ("moderator", "other office"),
        why="Whoever stands at the desk with a document is found by the nickname or address they say. Any desk may "
        "be gone to, and each search is recorded.",
        rests_on=SERVICE,
    ),
    Allow(
        "pilots.Enrolment.area_id",
        "me:residence_desk",
        "moderator",
        why="All areas are offered there, whosever it is.",
        rests_on=SERVICE,
    ),
    Allow(
        ("web.ContactMessage.text", "web.ContactMessage.reply_to", "web.ContactMessage.done_by_id"),
        "messages",
        ("moderator", "administrator"),
        why="What was written to the city, for those who answer, and who did; an office reads what is of its areas.",
        rests_on=SERVICE,
    ),
    Allow(
        (*SPEAKERS, *DECISION, "surveys.Direction.words_*", "surveys.Direction.signed_by_id"),
        "feedback:decide",
        ("moderator", "administrator"),
        why="The draft of a decision and what it may rest on: public comments, and what evaluators signed.",
        rests_on=STAFF,
    ),
    Allow(
        DECISION,
        ("feedback:preview", "feedback:detail"),
        ("moderator", "administrator"),
        why="The draft once more; and the decision, when they have just published it.",
        rests_on=PUBLISHED,
    ),
    Allow(
        ("accounts.RoleGrant.person_id", "surveys.Survey_evaluators.person_id"),
        "surveys:evaluators",
        ("moderator", "administrator"),
        why="Who can evaluate a pilot, to be chosen from.",
        rests_on=STAFF,
    ),
]

EVALUATORS = [
    Allow(
        (
            "surveys.BankPermission.given_by",
            "surveys.BankPermission.reference",
            "surveys.BankPermission.recorded_by_id",
            "surveys.Instrument.loaded_by_id",
        ),
        "surveys:bank",
        ("evaluator", "other evaluator", "far evaluator", "administrator"),
        why="By whose permission a bank is asked, and who brought it.",
        rests_on=LICENCE,
    ),
    Allow(
        "surveys.Instrument.document",
        ("surveys:enter", "surveys:enter_answers", "surveys:sheets"),
        ("moderator", "evaluator"),
        why="Whoever enters a sheet reads it out, and prints it.",
        rests_on=LICENCE,
    ),
    Allow(
        "surveys.Sheet.code",
        ("surveys:enter", "surveys:enter_answers", "surveys:entry_receipt"),
        ("moderator", "evaluator"),
        why="The code that was typed, beside the questions of the sheet and on the receipt.",
        rests_on=PARTICIPATION,
    ),
    Allow(
        "pilots.Enrolment.person_id",
        "surveys:sheets",
        ("moderator", "evaluator"),
        why="The nicknames that were typed, one on each printed sheet.",
        rests_on=PARTICIPATION,
    ),
    Allow(
        ("surveys.OpenAnswer.masked (*)", "surveys.OpenAnswer.quotation", "surveys.OpenAnswer.read_by_id"),
        "surveys:open_answers",
        "evaluator",
        why="What people wrote, masked, to be read by an evaluator of the pilot; what was released, withheld, by whom.",
        rests_on=PARTICIPATION,
    ),
    Allow(
        "surveys.Theme.name_*",
        ("surveys:open_answers", "surveys:pilot", "surveys:themes", "surveys:evaluator_pack", *IN_DRAFTS),
        "evaluator",
        why="The codebook.",
        rests_on=STAFF,
    ),
    Allow("surveys.Theme.keywords", "surveys:themes", "evaluator", why="The codebook.", rests_on=STAFF),
    Allow(
        "surveys.OpenAnswer.quotation",
        ("surveys:evaluator_pack", *IN_DRAFTS),
        "evaluator",
        why="What may be quoted, before the report is published.",
        rests_on=PARTICIPATION,
    ),
    Allow(
        "surveys.Direction.words_*",
        ("surveys:change", *IN_DRAFTS),
        "evaluator",
        why="What evaluators signed.",
        rests_on=STAFF,
    ),
    Allow(
        ("surveys.ReportNotes.foreword_en", "surveys.ReportNotes.limits_en"),
        ("surveys:report_notes", *IN_DRAFTS),
        "evaluator",
        why="Words for the report, before it is published; the draft is in English.",
        rests_on=STAFF,
    ),
    Allow(
        ("surveys.ReportNotes.foreword_ko", "surveys.ReportNotes.limits_ko"),
        "surveys:report_notes",
        "evaluator",
        why="Words for the report, where they are written.",
        rests_on=STAFF,
    ),
    Allow(
        ("surveys.Export.requested_by_id", "surveys.Export.confirmed_by_id", "surveys.Export.why"),
        "surveys:export",
        ("evaluator", "administrator"),
        why="Who asked for a file, what for, and who agreed.",
        rests_on=SAFETY,
    ),
    Allow(
        (
            "surveys.Export.requested_by_id",
            "surveys.Export.confirmed_by_id",
            "surveys.Export.why",
            "surveys.Export.error",
            "surveys.ExportDownload.by_id",
        ),
        "surveys:exports",
        "evaluator",
        why="The files of a wave, with who took them.",
        rests_on=SAFETY,
    ),
    Allow(
        ("surveys.Export.error", "surveys.ExportDownload.by_id"),
        "surveys:export",
        "evaluator",
        why="What went wrong with a file, and who took it.",
        rests_on=SAFETY,
    ),
    Allow(
        "surveys.Survey_evaluators.person_id",
        "surveys:export",
        "administrator",
        why="Who asked for a file that needs two.",
        rests_on=SAFETY,
    ),
    Allow(
        "surveys.Export.why",
        "surveys:download_export (*)",
        "evaluator",
        why="A file says what it was asked for.",
        rests_on=SAFETY,
    ),
    Allow(
        "surveys.Export.requested_by_id",
        "surveys:download_export (Released tables)",
        "evaluator",
        why="A file says who asked for it.",
        rests_on=SAFETY,
    ),
    Allow(
        "surveys.Export.confirmed_by_id",
        "surveys:download_export (Full file, for inside the organisation)",
        "evaluator",
        why="A full file says who agreed to it.",
        rests_on=SAFETY,
    ),
    Allow(
        ("surveys.Export.file", "surveys.ReportOrder.draft", "surveys.ReportOrder.pack"),
        "a header",
        "evaluator",
        why="The name of a file as it is taken: pilot, wave and number.",
        rests_on=STAFF,
    ),
    Allow(
        ("surveys.PackTaken.taken_by_id", "surveys.PackTaken.why", "surveys.ReportOrder.error"),
        ("surveys:report_desk", "surveys:evaluator_pack"),
        "evaluator",
        why="Who took the pack that stays in the house, what for, and which orders failed.",
        rests_on=SAFETY,
    ),
    Allow(
        ("surveys.Export.error", "surveys.ReportOrder.error"),
        "queues",
        "administrator",
        why="Which work in the background was given up, and why.",
        rests_on=STAFF,
    ),
    Allow(
        "surveys.Snapshot.salt",
        "surveys:evaluator_pack",
        "evaluator",
        why="With it the frozen counts are compared with the public pack; it stays in the house with them.",
        rests_on=STAFF,
    ),
    Allow("surveys.Coding.coder_id", "surveys:open_answers", "evaluator", why="Who coded before.", rests_on=STAFF),
    Allow("surveys.Direction.signed_by_id", "surveys:change", "evaluator", why="Who signed.", rests_on=STAFF),
    Allow("surveys.PartReminded.by_id", "surveys:pilot", "evaluator", why="Who reminded.", rests_on=STAFF),
    Allow("surveys.VerdictSignature.by_id", "surveys:verdict", "evaluator", why="Who signed.", rests_on=STAFF),
    Allow(
        "surveys.Review.signed_by_id",
        ("surveys:pilot", "surveys:review"),
        "other evaluator",
        why="Who looked into the alarm of the pilot that she evaluates.",
        rests_on=STAFF,
    ),
]

ADMINISTRATORS = [
    Allow(
        "accounts.Person.* (*)",
        ("administration:people", "administration:person"),
        "administrator",
        why="Accounts and roles: with names and addresses, so that nobody is mistaken for somebody else.",
        rests_on=MANAGES,
    ),
    Allow(
        (
            "accounts.Person.area_id",
            "pilots.Enrolment.person_id",
            "pilots.TestBed.host_id",
            "surveys.Survey_evaluators.person_id",
        ),
        "administration:person",
        "administrator",
        why="The account of whoever it is, by its nickname; nothing of what they did.",
        rests_on=MANAGES,
    ),
    Allow(
        ("accounts.RoleGrant.person_id", "pilots.TestBed.host_id", "surveys.Survey_evaluators.person_id"),
        "administration:people",
        "administrator",
        why="Everybody who has a role.",
        rests_on=MANAGES,
    ),
    Allow(
        ("accounts.Person.email (staff)", "accounts.Person.name (staff)"),
        "administration:people",
        "herself",
        why="The administrator among those who have a role.",
        rests_on=MANAGES,
    ),
    Allow(
        (
            "accounts.AccessRecord.by_id",
            "accounts.FactorReset.asked_by_id",
            "accounts.FactorReset.confirmed_by_id",
            "accounts.ResidenceCode.made_by_id",
            "accounts.ResidenceRecord.by_id",
            "surveys.OpenAnswer.read_by_id",
            "surveys.PackTaken.taken_by_id",
        ),
        "administration:access",
        "administrator",
        why="Who looked at what, and did what with people's data.",
        rests_on=SAFETY,
    ),
    Allow(
        ("accounts.Person.email (*)", "notices.Mail.to", "notices.Mail.last_error"),
        ("admin:notices_mail_changelist", "admin:notices_mail_change"),
        "administrator",
        why="Which mails did not arrive, and why; never what they say.",
        rests_on=MANAGES,
    ),
    Allow(
        "accounts.Person.email (staff)",
        ("admin:notices_mail_changelist", "admin:notices_mail_change"),
        "herself",
        why="The administrator's own mails among them.",
        rests_on=OWN,
    ),
    Allow(
        "accounts.Person.nickname (staff)",
        "admin:accounts_office_delete",
        "administrator",
        why="Whose roles would end with an office.",
        rests_on=MANAGES,
    ),
]

MAILS = [
    Allow(
        "notices.Mail.*",
        "mail account",
        "addressee",
        why="A mail to an address that is nobody's account yet.",
        rests_on=SERVICE,
    ),
    Allow(
        ("surveys.Export.requested_by_id", "surveys.Export.why", "surveys.Survey_evaluators.person_id"),
        ("mail export_to_confirm", "notice export_to_confirm"),
        ("evaluator", "administrator"),
        why="Who asks for a full file and what for, to those who may agree.",
        rests_on=SAFETY,
    ),
    Allow(
        ("surveys.Export.requested_by_id", "surveys.Export.why"),
        "me:download_data",
        ("evaluator", "administrator"),
        why="The same, among the notices that they take along.",
        rests_on=SAFETY,
    ),
    Allow(
        ("surveys.Export.requested_by_id", "surveys.Export.why", "surveys.Survey_evaluators.person_id"),
        "notices:list",
        ("evaluator", "administrator"),
        why="The same, where notices are read.",
        rests_on=SAFETY,
    ),
    Allow(
        "surveys.Survey_evaluators.person_id",
        "me:download_data",
        "administrator",
        why="The same, among the notices that they take along.",
        rests_on=SAFETY,
    ),
]

DEMONSTRATION = [
    Allow(
        (
            "accounts.Person.email (*)",
            "accounts.ApiToken.name",
            "notices.Mail.to",
            "notices.Mail.subject",
            "notices.Mail.body*",
            "notices.Mail.stop_path",
            "notices.Notice.data",
        ),
        ("demonstration:sent_mail", "an address in the demonstration"),
        (*PUBLIC, "herself"),
        why="So that one can try the site without a mail server.",
        rests_on=MADE_UP,
    ),
]

ALLOWANCES = [*HERSELF, *IN_PUBLIC, *PLANS, *MODERATORS, *EVALUATORS, *ADMINISTRATORS, *MAILS, *DEMONSTRATION]
