"""Whose objects open to whom: every address with an argument, by the object it is about and by who asks.

tests/web/urls_by_role.py asks people who have nothing to do with an object; this table asks those whose object it is,
and those whose it nearly is: another author, the office next door, the evaluator of another pilot. How to write a row:

    Row("proposals:edit", "draft", AUTHOR_READS)

1. the name of the URL, 2. an object of tests/web/world.py, 3. what is answered to, in this order:

       nobody; the author of the proposals; the participant, whose comments, notice, passkey and answers they are;
       another resident; a moderator of the whole city, of the area where all this is, and of another area;
       the evaluator of the pilot, and of another one; the host of its test bed, and another host; an administrator.

   ``login`` is a redirect to the sign-in page; otherwise the status. What many addresses answer has a name below.
4. ``post={...}`` sends these fields with POST instead of GET; ``method="PATCH"`` with another method, as programs do.

One row may name several objects, "open wave, closed wave", where all answer the same.
Each answer is asked for by itself: what one changes is rolled back before the next one comes.
"""

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Row:
    url: str
    object: str
    answers: str
    post: dict[str, Any] | None = None
    method: str = "POST"

    def __str__(self) -> str:
        sent = "" if self.post is None else f" {self.method} {','.join(self.post)}"
        return f"{self.url} of {self.object}{sent}"

    def of_each_object(self) -> "list[Row]":
        return [replace(self, object=name) for name in self.object.split(", ")]


EVERYBODY = "200 200 200 200 200 200 200 200 200 200 200 200"
EVERYBODY_IS_LED_ON = "302 302 302 302 302 302 302 302 302 302 302 302"
NOBODY = "404 404 404 404 404 404 404 404 404 404 404 404"
NOBODY_SIGNED_IN = "login 404 404 404 404 404 404 404 404 404 404 404"
WHOEVER_SIGNED_IN = "login 302 302 302 302 302 302 302 302 302 302 302"

AUTHOR_READS = "login 200 404 404 404 404 404 404 404 404 404 404"
AUTHOR_ACTS = "login 302 404 404 404 404 404 404 404 404 404 404"
# What the lab refuses now, in this stage.
AUTHOR_IS_REFUSED = "login 409 404 404 404 404 404 404 404 404 404 404"
AUTHOR_ALONE = "404 200 404 404 404 404 404 404 404 404 404 404"
AUTHOR_AND_DECIDERS = "404 200 404 404 200 200 404 404 404 404 404 200"
# An address of the API, which answers 401 where a page leads to the sign-in.
AUTHOR_CANNOT_NOW = "401 409 404 404 404 404 404 404 404 404 404 404"
NO_PROGRAM = "401 404 404 404 404 404 404 404 404 404 404 404"

PARTICIPANT_READS = "login 404 200 404 404 404 404 404 404 404 404 404"
PARTICIPANT_ACTS = "login 404 302 404 404 404 404 404 404 404 404 404"
# The participant once more, on the pages of the survey, which say 403 to others.
RESPONDENT_READS = "login 403 200 403 403 403 403 403 403 403 403 403"
RESPONDENT_GOES_ON = "login 403 302 403 403 403 403 403 403 403 403 403"
RESPONDENT_TOO_SOON = "login 403 409 403 403 403 403 403 403 403 403 403"
PROGRAM_OF_RESPONDENT = "401 403 200 403 403 403 403 403 403 403 403 403"

MODERATORS_READ = "login 403 403 403 200 200 404 403 403 403 403 403"
MODERATORS_ACT = "login 403 403 403 302 302 404 403 403 403 403 403"
PROGRAMS_OF_MODERATORS = "401 403 403 403 200 200 404 403 403 403 403 403"
# Moderators and the administrator.
DECIDERS_READ = "login 403 403 403 200 200 404 403 403 403 403 200"
# Moderators and the evaluator enter answers.
CLERKS_READ = "login 403 403 403 200 200 404 200 404 403 403 403"
CLERKS_ARE_REFUSED = "login 403 403 403 409 409 404 409 404 403 403 403"
# Staff of the area and the host, while a pilot is being prepared.
WHO_PREPARES = "404 404 404 404 200 200 404 200 200 200 404 200"

EVALUATOR_READS = "login 403 403 403 403 403 403 200 404 403 403 403"
EVALUATOR_ACTS = "login 403 403 403 403 403 403 302 404 403 403 403"
EVALUATOR_IS_REFUSED = "login 403 403 403 403 403 403 409 404 403 403 403"
# What there is not yet, for evaluators either.
NO_EVALUATOR = "login 403 403 403 403 403 403 404 404 403 403 403"

PROPOSALS = [
    Row("proposals:detail", "draft", AUTHOR_ALONE),
    Row("proposals:detail", "submitted, changes asked, declined, withdrawn", AUTHOR_AND_DECIDERS),
    Row("proposals:detail", "published", EVERYBODY),
    Row("proposals:edit", "draft", AUTHOR_READS),
    Row("proposals:edit", "submitted, published", AUTHOR_ACTS),
    Row("proposals:preview", "draft", AUTHOR_READS),
    Row("proposals:preview", "submitted, published", NOBODY_SIGNED_IN),
    Row("proposals:translate", "draft", "login 403 403 403 404 404 404 403 403 403 403 403"),
    Row("proposals:translate", "submitted, published", MODERATORS_READ),
    Row("proposals:review", "draft", "login 403 403 403 404 404 404 403 403 403 403 403"),
    Row("proposals:review", "submitted, published", MODERATORS_READ),
    Row("proposals:photo", "photo of a draft", AUTHOR_ALONE),
    Row("proposals:submit", "submitted, changes asked", AUTHOR_ACTS, post={}),
    # The draft is not complete.
    Row("proposals:submit", "draft, published", AUTHOR_IS_REFUSED, post={}),
    Row("proposals:discard", "draft", AUTHOR_ACTS, post={}),
    Row("proposals:discard", "submitted, published", AUTHOR_IS_REFUSED, post={}),
    Row("proposals:withdraw", "submitted, published", AUTHOR_ACTS, post={}),
    Row("proposals:withdraw", "draft", AUTHOR_IS_REFUSED, post={}),
    Row("proposals:edit", "draft", AUTHOR_ACTS, post={"language": "en", "title": "Another name"}),
    Row("proposals:edit", "published", AUTHOR_IS_REFUSED, post={"language": "en", "title": "Another name"}),
    Row("proposals:support", "submitted", "login 409 404 404 409 409 404 404 404 404 404 409", post={}),
    Row("proposals:support", "published", "login 409 302 302 409 409 409 409 409 409 409 409", post={}),
    Row("proposals:withdraw-support", "submitted", "login 302 404 404 302 302 404 404 404 404 404 302", post={}),
    Row("proposals:withdraw-support", "published", WHOEVER_SIGNED_IN, post={}),
    Row(
        "proposals:comment",
        "submitted",
        "login 409 404 404 409 409 404 404 404 404 404 409",
        post={"kind": "for", "text": "Good."},
    ),
    Row("proposals:comment", "published", WHOEVER_SIGNED_IN, post={"kind": "for", "text": "Good."}),
    Row("proposals:review", "submitted", MODERATORS_ACT, post={"do": "publish"}),
    Row("proposals:report", "submitted", NOBODY_SIGNED_IN, post={"reason": "false"}),
    Row("proposals:report", "published", WHOEVER_SIGNED_IN, post={"reason": "false"}),
    Row("proposals:answer", "comment", WHOEVER_SIGNED_IN, post={"text": "Yes."}),
    Row("proposals:answer", "hidden comment", NOBODY_SIGNED_IN, post={"text": "Yes."}),
    Row("proposals:edit-comment", "comment", PARTICIPANT_ACTS, post={"text": "Yes."}),
    Row("proposals:edit-comment", "hidden comment", NOBODY_SIGNED_IN, post={"text": "Yes."}),
    Row("proposals:report-comment", "comment", WHOEVER_SIGNED_IN, post={"reason": "insult"}),
    Row("proposals:report-comment", "hidden comment", NOBODY_SIGNED_IN, post={"reason": "insult"}),
    Row("proposals:edit-comment", "comment", PARTICIPANT_READS),
    Row("proposals:show-comment", "comment", EVERYBODY_IS_LED_ON),
    Row("proposals:show-comment", "hidden comment", NOBODY),
    Row("proposals:edit-comment", "hidden comment", NOBODY_SIGNED_IN),
    Row("proposals:review-report", "report of a comment", MODERATORS_READ),
    Row("proposals:review-report", "report of a comment", MODERATORS_ACT, post={"do": "keep"}),
    Row("proposals:comment", "draft", AUTHOR_IS_REFUSED, post={"kind": "for", "text": "Good."}),
]

OWN = [
    Row("notices:open", "notice", PARTICIPANT_ACTS),
    Row("me:end_token", "token", PARTICIPANT_ACTS, post={}),
    Row("mfa_edit_webauthn", "passkey", PARTICIPANT_READS),
    Row("mfa_remove_webauthn", "passkey", PARTICIPANT_READS),
    Row("mfa_remove_webauthn", "passkey", PARTICIPANT_ACTS, post={}),
]

CITY = [
    # Of anybody but staff it opens to whoever has just typed their address or nickname.
    Row("administration:person", "participant", "login 403 403 403 403 403 403 403 403 403 403 302"),
    Row("administration:person", "one of the staff", "login 403 403 403 403 403 403 403 403 403 403 200"),
    Row(
        "administration:person",
        "participant, one of the staff",
        "login 403 403 403 403 403 403 403 403 403 403 302",
        post={"do": "grant", "role": "host"},
    ),
    Row("message_answered", "message about the pilot", "405 405 405 405 405 405 405 405 405 405 405 405"),
    Row("message_answered", "message about the pilot", "login 403 403 403 302 302 404 403 403 403 403 302", post={}),
    # The link itself lets in, whoever is signed in; looking at it changes nothing.
    Row("stop_mail", "link that stops mails", EVERYBODY),
    Row("stop_mail", "link that stops mails", EVERYBODY, post={}),
]

PILOTS = [
    Row("pilots:service", "service", EVERYBODY),
    Row("pilots:service", "service to come", "404 404 404 404 200 200 404 200 200 404 404 200"),
    Row("pilots:detail", "pilot", EVERYBODY),
    Row("pilots:detail", "planned pilot", WHO_PREPARES),
    Row("pilots:join", "pilot", "login 200 302 200 200 200 200 200 200 200 200 200"),
    Row("pilots:join", "planned pilot", "login 404 404 404 200 200 404 200 200 200 404 200"),
    Row("pilots:leave", "pilot", PARTICIPANT_READS),
    Row("pilots:leave", "planned pilot", NOBODY_SIGNED_IN),
    Row("pilots:edit", "pilot, planned pilot", MODERATORS_READ),
    Row("pilots:consent", "pilot, planned pilot", MODERATORS_READ),
    Row("pilots:announce", "pilot, planned pilot", MODERATORS_READ),
    Row("pilots:end", "pilot, planned pilot", MODERATORS_READ),
    Row("pilots:people", "pilot, planned pilot", "login 403 403 403 200 200 404 200 200 403 403 403"),
    Row("pilots:contacts", "pilot, planned pilot", MODERATORS_READ),
    Row("pilots:withdraw-access-needs", "pilot", PARTICIPANT_ACTS, post={}),
    Row("pilots:leave", "pilot", PARTICIPANT_ACTS, post={"reason": "moved"}),
    Row("pilots:announce", "planned pilot", MODERATORS_ACT, post={}),
    Row("pilots:end", "pilot", MODERATORS_ACT, post={}),
    Row("pilots:new-service", "proposal without a service", MODERATORS_READ),
    Row("pilots:choose-test-bed", "version without a pilot", MODERATORS_READ),
    Row("pilots:add-test-bed", "version without a pilot", MODERATORS_READ),
    Row("pilots:new-pilot", "version and test bed", MODERATORS_READ),
    Row("pilots:asked-again", "pilot", PARTICIPANT_READS),
    Row("pilots:asked-again", "planned pilot", NOBODY_SIGNED_IN),
]

ANSWERING = [
    Row("surveys:answer", "planned wave, open wave, closed wave", RESPONDENT_READS),
    Row("surveys:answer_thanks", "planned wave, open wave", RESPONDENT_GOES_ON),
    Row("surveys:answer_thanks", "closed wave", RESPONDENT_READS),
    Row("surveys:answer_screen", "first screen", RESPONDENT_GOES_ON),
    Row("surveys:answer_words", "open wave", RESPONDENT_GOES_ON),
    Row("surveys:answer_review", "open wave", RESPONDENT_GOES_ON),
    Row("surveys:answer", "open wave", RESPONDENT_TOO_SOON, post={}),
    Row("surveys:answer_screen", "first screen", RESPONDENT_TOO_SOON, post={"PU1": "4"}),
    Row("surveys:answer_review", "open wave", RESPONDENT_TOO_SOON, post={}),
    Row("surveys:answer_link", "link of an invitation", "302 200 302 200 200 200 200 200 200 200 200 200"),
    Row("surveys:answer_finish", "open wave", "302 302 302 302 302 302 302 302 302 302 302 302", post={}),
    Row("surveys:answer_time_left", "open wave", EVERYBODY),
    Row("surveys:answer_link", "link of an invitation", "302 302 302 302 302 302 302 302 302 302 302 302", post={}),
]

PUBLIC = [
    Row("surveys:rule", "pilot", EVERYBODY),
    Row("surveys:rule", "planned pilot", NOBODY),
    Row("surveys:results", "planned wave, open wave, closed wave", EVERYBODY),
    Row("surveys:report", "planned wave, open wave", NOBODY),
    Row("surveys:report", "closed wave", EVERYBODY),
    Row("surveys:published_report", "report", EVERYBODY),
    Row("surveys:published_pdf", "report", EVERYBODY),
    Row("surveys:published_pack", "report", EVERYBODY),
]

DESK = [
    Row("surveys:plan", "pilot", "login 403 403 403 403 403 403 302 403 403 403 403"),
    Row("surveys:plan", "planned pilot", "login 403 403 403 403 403 403 200 200 403 403 403"),
    Row("surveys:questions", "pilot", EVALUATOR_READS),
    Row("surveys:questions", "planned pilot", NO_EVALUATOR),
    Row("surveys:register", "pilot", EVALUATOR_ACTS),
    Row("surveys:register", "planned pilot", NO_EVALUATOR),
    Row("surveys:amend", "pilot", EVALUATOR_READS),
    Row("surveys:amend", "planned pilot", NO_EVALUATOR),
    Row("surveys:pilot", "pilot", EVALUATOR_READS),
    Row("surveys:pilot", "planned pilot", NO_EVALUATOR),
    Row("surveys:evaluators", "pilot", DECIDERS_READ),
    Row("surveys:evaluators", "planned pilot", "login 403 403 403 404 404 404 403 403 403 403 404"),
    Row("surveys:themes", "pilot", EVALUATOR_READS),
    Row("surveys:themes", "planned pilot", NO_EVALUATOR),
    Row("surveys:remind", "pilot", EVALUATOR_ACTS, post={"part": "age|40-49"}),
    Row("surveys:remind", "pilot", NO_EVALUATOR, post={"part": "age|75+"}),
    Row("surveys:themes", "pilot", EVALUATOR_ACTS, post={"new-name_ko": "기다림"}),
    Row("surveys:wave", "planned wave, open wave, closed wave", EVALUATOR_READS),
    Row("surveys:wave_live", "planned wave, closed wave", "login 403 403 403 403 403 403 204 404 403 403 403"),
    Row("surveys:wave_live", "open wave", EVALUATOR_READS),
    Row("surveys:cancel", "planned wave, open wave, closed wave", EVALUATOR_READS),
    Row("surveys:signals", "planned wave", NO_EVALUATOR),
    Row("surveys:signals", "open wave, closed wave", EVALUATOR_READS),
    Row("surveys:figures", "open wave", NO_EVALUATOR),
    Row("surveys:figures", "closed wave", EVALUATOR_READS),
    Row("surveys:change", "open wave", NO_EVALUATOR),
    Row("surveys:change", "closed wave", EVALUATOR_READS),
    Row("surveys:open_answers", "open wave", NO_EVALUATOR),
    Row("surveys:open_answers", "closed wave", EVALUATOR_READS),
    Row("surveys:verdict", "open wave, closed wave", EVALUATOR_READS),
    Row("surveys:exports", "open wave", NO_EVALUATOR),
    Row("surveys:exports", "closed wave", EVALUATOR_READS),
    Row("surveys:report_desk", "open wave", NO_EVALUATOR),
    Row("surveys:report_desk", "closed wave", EVALUATOR_READS),
    Row("surveys:report_notes", "open wave", NO_EVALUATOR),
    Row("surveys:report_notes", "closed wave", EVALUATOR_READS),
    Row("surveys:evaluator_pack", "open wave", NO_EVALUATOR),
    Row("surveys:evaluator_pack", "closed wave", EVALUATOR_READS),
    Row("surveys:figure", "figure", EVALUATOR_READS),
    Row("surveys:sign", "closed wave", EVALUATOR_ACTS, post={}),
    Row("surveys:open", "planned wave", EVALUATOR_IS_REFUSED, post={}),
    Row("surveys:close", "open wave", EVALUATOR_IS_REFUSED, post={}),
    Row("surveys:cancel", "open wave", EVALUATOR_ACTS, post={"reason": "No time"}),
    Row("surveys:order_report", "closed wave", EVALUATOR_ACTS, post={"language": "ko"}),
    Row("surveys:exports", "closed wave", EVALUATOR_READS, post={"level": "a"}),
    Row("surveys:evaluator_pack", "closed wave", EVALUATOR_READS, post={"why": "To check"}),
    Row("surveys:correct_report", "report", EVALUATOR_READS),
    Row("surveys:draft", "draft of a report", EVALUATOR_READS),
    Row("surveys:draft_pdf", "draft of a report", EVALUATOR_READS),
    Row("surveys:draft_pack", "draft of a report", EVALUATOR_READS),
    Row("surveys:publish_report", "draft of a report", EVALUATOR_READS),
    Row("surveys:publish_report", "draft of a report", EVALUATOR_IS_REFUSED, post={"sure": "on"}),
    Row("surveys:review", "alarm", EVALUATOR_READS),
    Row("surveys:review", "alarm", EVALUATOR_READS, post={"found_ko": "기한"}),
    Row("surveys:export", "full file", "login 403 403 403 403 403 403 200 404 403 403 200"),
    # The evaluator asked for it, so somebody else has to agree.
    Row("surveys:confirm_export", "full file", "login 403 403 403 403 403 403 409 404 403 403 302", post={}),
    Row("surveys:decline_export", "full file", "login 403 403 403 403 403 403 302 404 403 403 302", post={}),
    Row("surveys:cancel_export", "full file", EVALUATOR_ACTS, post={}),
    Row("surveys:download_export", "full file", EVALUATOR_IS_REFUSED, post={}),
    Row("surveys:try_export_again", "full file", EVALUATOR_IS_REFUSED, post={}),
    Row("surveys:work_out_again", "closed wave", EVALUATOR_ACTS, post={}),
    Row("surveys:work_out_again", "open wave", NO_EVALUATOR, post={}),
    Row("surveys:enter", "open wave", CLERKS_READ),
    Row("surveys:sheets", "open wave", CLERKS_READ),
    Row("surveys:enter", "open wave", CLERKS_ARE_REFUSED, post={"sheet": "K7MN-4XQP"}),
    Row("surveys:enter_answers", "open wave", CLERKS_ARE_REFUSED, post={"sheet": "K7MN-4XQP"}),
    Row("surveys:entry_receipt", "open wave", "login 403 403 403 302 302 404 302 404 403 403 403"),
    Row("surveys:sheets", "open wave", CLERKS_READ, post={"nicknames": "ben", "language": "en"}),
    Row("surveys:bank", "bank", "login 403 403 403 403 403 403 200 200 403 403 200"),
    Row("surveys:bank", "bank", "login 403 403 403 403 403 403 403 403 403 403 200", post={}),
]

FEEDBACK = [
    Row("feedback:detail", "decision", EVERYBODY),
    Row("feedback:detail", "draft of a decision", "404 404 404 404 302 302 404 404 404 404 404 302"),
    Row("feedback:decide", "verdict", DECIDERS_READ),
    Row("feedback:decide", "verdict", DECIDERS_READ, post={}),
    Row("feedback:preview", "draft of a decision", DECIDERS_READ),
    Row("feedback:preview", "draft of a decision", "login 403 403 403 302 302 404 403 403 403 403 302", post={}),
]

API = [
    Row("api:proposal", "draft", AUTHOR_ALONE),
    Row("api:proposal", "submitted, changes asked, declined, withdrawn", AUTHOR_AND_DECIDERS),
    Row("api:proposal", "published", EVERYBODY),
    Row("api:submit", "draft, submitted", AUTHOR_CANNOT_NOW, post={}),
    Row("api:withdraw", "draft", AUTHOR_CANNOT_NOW, post={}),
    Row("api:withdraw", "submitted, published", "401 200 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("api:support", "submitted", AUTHOR_AND_DECIDERS),
    Row("api:support", "published", EVERYBODY),
    Row("api:support", "published", "405 405 405 405 405 405 405 405 405 405 405 405", post={}),
    Row("api:comments", "submitted", AUTHOR_AND_DECIDERS),
    Row("api:comments", "published", EVERYBODY),
    Row("api:comments", "submitted", "401 409 404 404 409 409 404 404 404 404 404 409", post={"text": "Good."}),
    Row("api:comments", "published", "401 201 201 201 201 201 201 201 201 201 201 201", post={"text": "Good."}),
    Row("api:report-proposal", "submitted", NO_PROGRAM, post={"reason": "advert"}),
    Row(
        "api:report-proposal", "published", "401 204 204 204 204 204 204 204 204 204 204 204", post={"reason": "advert"}
    ),
    Row("api:comment", "comment", EVERYBODY),
    Row("api:comment", "hidden comment", NOBODY),
    Row("api:report-comment", "comment", "401 204 204 204 204 204 204 204 204 204 204 204", post={"reason": "insult"}),
    Row("api:report-comment", "hidden comment", NO_PROGRAM, post={"reason": "insult"}),
    Row("api:pilot", "pilot", EVERYBODY),
    Row("api:pilot", "planned pilot", WHO_PREPARES),
    Row("api:enrolment", "pilot", "401 404 200 404 404 404 404 404 404 404 404 404"),
    Row("api:enrolment", "planned pilot", NO_PROGRAM),
    Row("api:rule", "pilot", EVERYBODY),
    Row("api:rule", "planned pilot", NOBODY),
    Row("api:waves", "pilot", EVERYBODY),
    Row("api:waves", "planned pilot", WHO_PREPARES),
    Row("api:leave", "pilot", "401 404 200 404 404 404 404 404 404 404 404 404", post={}),
    Row("api:wave", "planned wave, open wave, closed wave", EVERYBODY),
    Row("api:results", "planned wave, open wave", "409 409 409 409 409 409 409 409 409 409 409 409"),
    Row("api:results", "closed wave", EVERYBODY),
    Row("api:questions", "open wave, closed wave", PROGRAM_OF_RESPONDENT),
    Row("api:answers", "open wave", "401 403 404 403 403 403 403 403 403 403 403 403"),
    Row("api:answers", "closed wave", PROGRAM_OF_RESPONDENT),
    Row("api:submit-answers", "open wave", "401 403 409 403 403 403 403 403 403 403 403 403", post={}),
    Row("api:decision", "decision", EVERYBODY),
    Row("api:decision", "draft of a decision", NOBODY),
    Row("api:publish", "submitted", PROGRAMS_OF_MODERATORS, post={}),
    Row("api:publish", "draft", "401 403 403 403 404 404 404 403 403 403 403 403", post={}),
    Row(
        "api:ask",
        "submitted",
        PROGRAMS_OF_MODERATORS,
        post={"parts": ["idea"], "reason_ko": "이유", "reason_en": "Reason"},
    ),
    Row(
        "api:decline",
        "submitted",
        PROGRAMS_OF_MODERATORS,
        post={"reason_code": "exists", "reason_ko": "이유", "reason_en": "Reason"},
    ),
    Row("api:keep", "report of a comment", "401 403 403 403 204 204 404 403 403 403 403 403", post={}),
    Row(
        "api:hide-comment",
        "report of a comment",
        "401 403 403 403 204 204 404 403 403 403 403 403",
        post={"reason": "Insult"},
    ),
    Row(
        "api:hide-proposal",
        "report of a proposal",
        "401 403 403 403 204 204 404 403 403 403 403 403",
        post={"reason_code": "exists", "reason_ko": "이유", "reason_en": "Reason"},
    ),
    Row(
        "api:hide-proposal",
        "report of a comment",
        "401 403 403 403 404 404 404 403 403 403 403 403",
        post={"reason_code": "other"},
    ),
]
# What programs send with another method than POST.
CALLS = [
    Row(
        "api:proposal",
        "draft",
        "401 200 404 404 404 404 404 404 404 404 404 404",
        post={"title": "Lamps"},
        method="PATCH",
    ),
    Row("api:proposal", "submitted, published", AUTHOR_CANNOT_NOW, post={"title": "Lamps"}, method="PATCH"),
    Row("api:proposal", "draft", "401 204 404 404 404 404 404 404 404 404 404 404", post={}, method="DELETE"),
    Row("api:proposal", "submitted, published", AUTHOR_CANNOT_NOW, post={}, method="DELETE"),
    # Staff read what is handed in; supporting it is refused them as it is everybody.
    Row("api:support", "submitted", "401 409 404 404 409 409 404 404 404 404 404 409", post={}, method="PUT"),
    Row("api:support", "published", "401 409 200 200 409 409 409 409 409 409 409 409", post={}, method="PUT"),
    Row("api:support", "submitted", "401 200 404 404 200 200 404 404 404 404 404 200", post={}, method="DELETE"),
    Row("api:support", "published", "401 200 200 200 200 200 200 200 200 200 200 200", post={}, method="DELETE"),
    Row(
        "api:comment",
        "comment",
        "401 404 200 404 404 404 404 404 404 404 404 404",
        post={"text": "Better."},
        method="PATCH",
    ),
    Row("api:comment", "hidden comment", NO_PROGRAM, post={"text": "Better."}, method="PATCH"),
    # With the number of another text: whoever sees the pilot hears that the text has changed.
    Row(
        "api:enrolment",
        "pilot",
        "401 409 409 409 409 409 409 409 409 409 409 409",
        post={"of_age": True, "consents": [999_999]},
        method="PUT",
    ),
    Row(
        "api:enrolment",
        "planned pilot",
        "401 404 404 404 409 409 404 409 409 409 404 409",
        post={"of_age": True, "consents": [999_999]},
        method="PUT",
    ),
    Row("api:answers", "open wave", PROGRAM_OF_RESPONDENT, post={"answers": {"PU1": 4}}, method="PUT"),
    Row(
        "api:answers",
        "planned wave, closed wave",
        "401 403 409 403 403 403 403 403 403 403 403 403",
        post={"answers": {"PU1": 4}},
        method="PUT",
    ),
]

TABLE = [*PROPOSALS, *OWN, *CITY, *PILOTS, *ANSWERING, *PUBLIC, *DESK, *FEEDBACK, *API, *CALLS]
ROWS = [each for row in TABLE for each in row.of_each_object()]
