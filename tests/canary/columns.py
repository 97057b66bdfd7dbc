"""Every column of every table, and how the canary test looks for what stands in it.

A new column needs a word in its model's list, a new model a list of its own; tests/canary/test_columns.py names what is
missing. The kinds:

    Open("id at", "why it harms nobody")
        Anybody may see it, or it says nothing of anybody. The reason is for the next reader: write what would make it
        untrue.
    Word("email name")
        A private text that somebody writes. City gives it a mark: `city.word("accounts.Person.email")`.
    Stored("key")
        A private value that nobody chooses (a key, a hash, a secret). It is looked for as it is stored.
    Who("person_id")
        Points at a person, and *that* it does is private or not everybody's business. City gives the link a person who
        stands nowhere else: wherever their nickname shows, this link showed it.
    Beside("age_band sex")
        One of few values. By itself it says nothing, beside the name, nickname or address of its person it does: it is
        looked for in answers that hold one of these.
    Few("answers", "why it is not looked for")
        Private, but one of so few values that looking for it finds everything; says what else keeps it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Columns:
    names: str
    why: str = ""

    def __iter__(self):
        return iter(self.names.split())


class Open(Columns):
    """Harms nobody."""


class Word(Columns):
    """A private text."""


class Stored(Columns):
    """A private value that nobody chooses."""


class Who(Columns):
    """A private link to a person."""


class Beside(Columns):
    """One of few values, private beside its person."""


class Few(Columns):
    """Private, and not looked for."""


WHOLE = "*"
LINKS = "numbers of rows: who they are of is looked for by what those rows hold"
MOMENT = "a moment; whose it is, is looked for"
RUN = "how far some work has come"
FIGURES = "counts and what follows from them: what of these is shown to whom is tested by tests/surveys/test_release.py"

MODELS: dict[str, list[Columns]] = {
    # accounts
    "accounts.Area": [Open(WHOLE, "areas of the city")],
    "accounts.LegalCode": [Open(WHOLE, "legal codes of areas")],
    "accounts.Office": [Open(WHOLE, "offices of the city, with what they are called")],
    "accounts.Office_areas": [Open(WHOLE, "which areas an office answers for")],
    "accounts.Person": [
        Open("id", LINKS),
        Open("language stopped_mails", "in which of two languages, and which kinds of mails not at all"),
        Open("is_active", "whether somebody may sign in"),
        Word("email name nickname"),
        Open("nickname_key", "the nickname as people see it; it is compared, and looked for as the nickname"),
        Stored("password"),
        Beside("area_id"),
        Few("residence", "confirmed or not, which everybody is who takes part"),
        Few("last_login date_joined", MOMENT),
    ],
    "accounts.UseCount": [Open(WHOLE, "the key is a digest of what is limited and of whom, of which nothing is told")],
    "accounts.Session": [
        Open("person_id signed_in_at seen_at expire_date", MOMENT),
        Stored("session_key"),
        Word("session_data device"),
    ],
    "accounts.ApiToken": [
        Open("id person_id scopes created_at expires_at last_used_at ended_at", LINKS),
        Stored("digest"),
        Word("name"),
    ],
    "accounts.RoleGrant": [Open("id role office_id", LINKS), Who("person_id")],
    "accounts.AccessRecord": [
        Open("id action at count by_pk by_roles", "what was looked at, and when"),
        Open("about", "kind and key of a thing; that nothing else is written there: tests/accounts/test_audit.py"),
        Who("by_id"),
    ],
    "accounts.AccessDigest": [Open(WHOLE, "which months the officer for personal data has read of")],
    "accounts.FactorReset": [
        Open("id person_id asked_at confirmed_at dropped_at", LINKS),
        Who("asked_by_id confirmed_by_id"),
    ],
    "accounts.Agreement": [
        Open("id person_id", LINKS),
        Open("kind version text_hash language agreed", "of a text that everybody reads; four kinds, yes or no"),
        Few("at", MOMENT),
    ],
    "accounts.ResidenceCode": [
        Open("id area_id made_at expires_at used_at", "a code is of an area and of nobody until it is used"),
        Stored("code_hash"),
        Who("made_by_id"),
    ],
    "accounts.ResidenceRecord": [
        Open("id", LINKS),
        Few("person_id area_id way at", "the area is looked for beside its person as accounts.Person.area_id"),
        Who("by_id"),
    ],
    # notices
    "notices.Notice": [
        Open("id kind occasion thread at read_at mail_considered_at", "names of kinds, numbers of rows, moments"),
        Few("person_id", "whoever reads it: each reader's own list, so what it says is looked for"),
        # Of an address the token that opens a survey without signing in; everything else leads to what is asked for.
        Word("data url"),
    ],
    "notices.Mail": [
        Open("id message_id notice_id thread at next_try_at tries sent_at given_up_at", RUN),
        Stored("stop_path"),
        Word("to subject body html last_error"),
    ],
    # proposals
    "proposals.ServiceField": [Open(WHOLE, "the twelve fields of the decree")],
    "proposals.Proposal": [
        Open("id stage language field_id area_id smart_service_level support_total comment_total", LINKS),
        Open("created_at changed_at submitted_at published_at due_on paused_at illustrative", MOMENT),
        Who("author_id"),
        Word("title_ko title_en problem_ko problem_en idea_ko idea_en success_ko success_en"),
        Word("personal_data_ko personal_data_en lat lon"),
        Stored("draft_key"),
    ],
    "proposals.Comment": [
        Open("id proposal_id parent_id kind language at edited_at hidden_at", LINKS),
        Word("body_ko body_en hidden_reason"),
        Who("author_id hidden_by_id"),
    ],
    "proposals.Flag": [
        Open("id proposal_id comment_id at due_on settled_at outcome", LINKS),
        Open("reason", "one of five, and says nothing of whoever reports"),
        Word("words reported_text"),
        Who("by_id settled_by_id"),
    ],
    "proposals.Photo": [
        Open("id proposal_id width height order", LINKS),
        # What the camera wrote into the file is no column; it is looked for as `proposals.Photo.image (EXIF)`.
        Word("alt"),
        Stored("image digest"),
    ],
    "proposals.Step": [
        Open("id proposal_id from_stage to_stage by_role at reason_code parts", "history that the public reads"),
        Word("reason_ko reason_en"),
        Who("by_id"),
    ],
    "proposals.Support": [Open("id proposal_id at", LINKS), Who("person_id")],
    "proposals.Words": [Open(WHOLE, "the words of public proposals once more; a trigger keeps the others out")],
    # pilots
    "pilots.Service": [
        Open("id slug field_id proposal_id illustrative", "part of the address, and which public proposal"),
        Word("name_ko name_en"),
    ],
    "pilots.ServiceVersion": [
        Open("id service_id number smart_service_level made_at", LINKS),
        Word("summary_ko summary_en changed_ko changed_en"),
    ],
    "pilots.TestBed": [
        Open("id area_id capacity illustrative", LINKS),
        Who("host_id"),
        Word("name_ko name_en offer_ko offer_en"),
    ],
    "pilots.Pilot": [
        Open("id version_id test_bed_id stage starts_on ends_on capacity imported illustrative source", LINKS),
        Open("joined_total waiting_total created_at announced_at ended_at news_told_at", "counts, and dates"),
        Open("slug", "part of the address of a pilot"),
        Open("contact_phone asks_phone ended_by_itself", "telephone of the desk, and what everybody reads of joining"),
        Open("usage_ko usage_en", "how to use what is tried; for everybody who may see the pilot"),
        Word("title_ko title_en purpose_ko purpose_en expected_ko expected_en limits_ko limits_en"),
    ],
    "pilots.ConsentText": [Open(WHOLE, "what everybody reads before joining")],
    "pilots.Enrolment": [
        Open("id pilot_id", LINKS),
        Open("asked_at joined_at left_at answers_withdrawn_at contact_deleted_at", MOMENT),
        Who("person_id"),
        Word("phone"),
        Few("state", "three values; that somebody takes part at all is looked for as person_id"),
        Beside("age_band sex area_id access_needs leave_reason"),
    ],
    "pilots.Consent": [Open(WHOLE, "to which text and when; who is looked for as pilots.Enrolment.person_id")],
    # surveys: what is asked
    "surveys.Instrument": [
        Open("id bank version hash loaded_at", "which bank"),
        Word("document"),
        Who("loaded_by_id"),
    ],
    "surveys.BankPermission": [
        Open("id bank given_on recorded_at", "which bank, and when"),
        Word("given_by reference"),
        Who("recorded_by_id"),
    ],
    "surveys.Survey": [Open(WHOLE, "what everybody is asked, and when")],
    "surveys.Survey_evaluators": [Open("id survey_id", LINKS), Who("person_id")],
    "surveys.QuestionSet": [
        Open("id survey_id number hash made_at", LINKS),
        Few("questions", "asked of everybody; which option is right is tested by tests/surveys/test_answering.py"),
    ],
    "surveys.Wave": [Open(WHOLE, "when a wave opens and closes, and why it was cancelled, is public")],
    "surveys.Registration": [
        Open("id survey_id document hash registered_at", "the rule is public before the first wave"),
        Who("registered_by_id"),
    ],
    "surveys.Criterion": [Open(WHOLE, "part of the public rule")],
    "surveys.Amendment": [
        Open("id registration_id at changes reason", "printed with the public rule; the form says so"),
        Who("by_id"),
    ],
    # surveys: who answers
    "surveys.ParticipantKey": [Open("id enrolment_id", LINKS), Stored("key")],
    "surveys.Invitation": [
        Open("id wave_id enrolment_id invited_at", "that everybody who takes part was asked, and when"),
        Few(
            "reminders last_reminded_at",
            "small numbers and moments; whoever was asked again had not answered, so no page shows invitations at all",
        ),
    ],
    "surveys.Response": [
        Open("id wave_id", LINKS),
        Open("mode flags milliseconds screens started_at saved_at submitted_at", "joined to nobody without the key"),
        Few("answers cell groups use_level", FIGURES + "; that nobody is joined to them: participant_key"),
        Stored("participant_key"),
    ],
    "surveys.Entry": [
        Open("id response_id at staff_pk", LINKS),
        Stored("sheet"),
        Who("by_id"),
    ],
    "surveys.EntryClerk": [Open("id pilot_id since", LINKS), Who("person_id")],
    "surveys.Sheet": [
        Open("id wave_id enrolment_id given_out_at", LINKS),
        Stored("code"),
        Who("given_out_by_id"),
    ],
    "surveys.OpenAnswer": [
        Open("id response_id language written_at stage read_at", LINKS),
        Word("text masked quotation"),
        Who("read_by_id"),
    ],
    "surveys.Theme": [Open("id survey_id made_at", LINKS), Word("name_ko name_en keywords"), Who("made_by_id")],
    "surveys.Coding": [Open("id answer_id at", LINKS), Who("coder_id")],
    "surveys.Coding_themes": [Open(WHOLE, LINKS)],
    "surveys.PartReminded": [Open("id wave_id variable category people at", "of a part, never who"), Who("by_id")],
    # surveys: counts and what follows from them
    "surveys.TouchedChunk": [Open(WHOLE, RUN)],
    "surveys.ChunkTally": [Open("id wave_id chunk", LINKS), Few("state", FIGURES)],
    "surveys.Tally": [
        Open("id wave_id refreshed_at seen_at", LINKS),
        Few("state digest seen seen_state seen_digest", FIGURES),
    ],
    "surveys.InvitedCount": [Open("id wave_id", LINKS), Few("invited by", FIGURES)],
    "surveys.CountingIncident": [Open("id wave_id at found resolved_at", RUN), Word("differences")],
    "surveys.Snapshot": [
        Open("id wave_id hash code_version frozen_at released", "what the public may see"),
        Few("state counts results entered", FIGURES),
        Stored("salt"),
    ],
    "surveys.KeptVoices": [Open("id snapshot_id coders kept_at", RUN), Few("figures", FIGURES)],
    "surveys.EnteredPart": [Open("id snapshot_id number", LINKS), Few("state", FIGURES)],
    "surveys.Verdict": [Open(WHOLE, "public; what of its details, tests/surveys/test_release.py says")],
    "surveys.VerdictSignature": [Open("id verdict_id at", MOMENT), Who("by_id")],
    "surveys.ClosingWork": [
        Open("id wave_id kind earlier_id stage queued_at tries replicates code_version done_at released", RUN),
        Few("results state", FIGURES),
        Few("seed", "made of the numbers of wave and snapshot; part of the evaluator's pack"),
        Word("error"),
    ],
    "surveys.Alarm": [Open(WHOLE, "public with the wave that raised it")],
    "surveys.Review": [Open("id alarm_id found_ko found_en done_ko done_en signed_at", "public"), Who("signed_by_id")],
    "surveys.Direction": [
        Open("id snapshot_id driver figure signed_at", LINKS),
        Word("words_ko words_en"),
        Who("signed_by_id"),
    ],
    # surveys: what leaves the desk
    "surveys.Export": [
        Open("id wave_id format level recipe requested_at confirmed_at stage progress tries size hash rows", RUN),
        Open("made_at expires_at ended_at", MOMENT),
        Few("protocol", "how the file was made; part of it"),
        Word("why error"),
        Stored("file"),
        Who("requested_by_id confirmed_by_id ended_by_id"),
    ],
    "surveys.ExportDownload": [Open("id export_id at", MOMENT), Who("by_id")],
    "surveys.ReportNotes": [
        Open("id snapshot_id srl_before srl_after trl_before trl_after written_at", "steps of a ladder"),
        Word("foreword_ko foreword_en limits_ko limits_en"),
        Who("written_by_id"),
    ],
    "surveys.ReportOrder": [
        Open("id snapshot_id language ordered_at stage progress tries hashes made_at", RUN),
        Few("notes", "the evaluator's words as they stood: surveys.ReportNotes, with quotations"),
        Word("error"),
        Stored("draft pdf contents pack"),
        Who("ordered_by_id"),
    ],
    "surveys.Report": [
        Open("id snapshot_id number language contents pdf pack pdf_hash pack_hash hash quoted published_at", "public"),
        Who("published_by_id"),
    ],
    "surveys.Correction": [
        Open("id report_id what_ko what_en why_ko why_en corrected_at", "public beside its report"),
        Who("corrected_by_id"),
    ],
    "surveys.PackTaken": [Open("id snapshot_id taken_at hash", MOMENT), Word("why"), Who("taken_by_id")],
    # feedback
    "feedback.Decision": [
        Open("id pilot_id verdict_id kind decided_at published_at told_at", LINKS),
        Word("reason_ko reason_en next_changed_ko next_changed_en"),
        Who("by_id"),
    ],
    "feedback.Change": [
        Open("id decision_id order comment_id direction_id item figure answer", LINKS),
        Word("said_ko said_en did_ko did_en"),
    ],
    # the site
    "web.ContactMessage": [
        Open("id office_id pilot_id language at done_at", LINKS),
        Word("text reply_to"),
        Who("person_id done_by_id"),
    ],
    "web.Heartbeat": [Open(WHOLE, "names of machines and when their workers last gave a sign of life")],
    "web.RetentionRun": [Open(WHOLE, "how many rows of a kind were deleted")],
    # Django and packages
    "admin.LogEntry": [
        Open("id action_time content_type_id object_id action_flag", LINKS),
        Word("object_repr change_message"),
        Who("user_id"),
    ],
    "auth.Group": [Open(WHOLE, "not used: roles are grants")],
    "auth.Group_permissions": [Open(WHOLE, "not used: roles are grants")],
    "auth.Permission": [Open(WHOLE, "names that Django makes of models")],
    "contenttypes.ContentType": [Open(WHOLE, "names of models")],
    "sessions.Session": [Open(WHOLE, "not used: accounts.Session")],
    "account.EmailAddress": [Open("id user_id verified primary", LINKS), Word("email")],
    "account.EmailConfirmation": [Open(WHOLE, "not used: addresses are confirmed with a code")],
    "mfa.Authenticator": [Open("id user_id type created_at last_used_at", LINKS), Word("data")],
}
SEARCHED = (Word, Stored, Who, Beside)


def searched_columns() -> set[str]:
    """Columns for which a city must hold a mark, as `app.Model.column`."""
    return {
        f"{model}.{name}"
        for model, kinds in MODELS.items()
        for kind in kinds
        if isinstance(kind, SEARCHED)
        for name in kind
    }
