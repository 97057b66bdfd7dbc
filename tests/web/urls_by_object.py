"""Whose objects open to whom: every address with an argument, by the object it is about and by who asks.

tests/web/urls_by_role.py asks people who have nothing to do with an object; this table asks those whose object it is,
and those whose it nearly is: another author, the office next door, the evaluator of another pilot. How to write a row:

    Row("proposals:edit", "draft", "login 200 404 404 404 404 404 404 404 404 404 404")

1. the name of the URL, 2. an object of tests/web/world.py, 3. what is answered to, in this order:

       nobody; the author of the proposals; the participant, whose comments, notice, passkey and answers they are;
       another resident; a moderator of the whole city, of the area where all this is, and of another area;
       the evaluator of the pilot, and of another one; the host of its test bed, and another host; an administrator.

   ``login`` is a redirect to the sign-in page; otherwise the status.
4. ``post={...}`` sends these fields with POST instead of GET.

Each answer is asked for by itself: what one changes is rolled back before the next one comes.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    url: str
    object: str
    answers: str
    post: dict[str, Any] | None = None

    def __str__(self) -> str:
        return f"{self.url} of {self.object}" + (f" POST {','.join(self.post)}" if self.post is not None else "")


PROPOSALS: list[Row] = [
    Row("proposals:detail", "draft", "404 200 404 404 404 404 404 404 404 404 404 404"),
    Row("proposals:detail", "submitted", "404 200 404 404 200 200 404 404 404 404 404 200"),
    Row("proposals:detail", "changes asked", "404 200 404 404 200 200 404 404 404 404 404 200"),
    Row("proposals:detail", "declined", "404 200 404 404 200 200 404 404 404 404 404 200"),
    Row("proposals:detail", "withdrawn", "404 200 404 404 200 200 404 404 404 404 404 200"),
    Row("proposals:detail", "published", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("proposals:edit", "draft", "login 200 404 404 404 404 404 404 404 404 404 404"),
    Row("proposals:edit", "submitted", "login 302 404 404 404 404 404 404 404 404 404 404"),
    Row("proposals:edit", "published", "login 302 404 404 404 404 404 404 404 404 404 404"),
    Row("proposals:preview", "draft", "login 200 404 404 404 404 404 404 404 404 404 404"),
    Row("proposals:preview", "submitted", "login 404 404 404 404 404 404 404 404 404 404 404"),
    Row("proposals:preview", "published", "login 404 404 404 404 404 404 404 404 404 404 404"),
    Row("proposals:translate", "draft", "login 403 403 403 404 404 404 403 403 403 403 403"),
    Row("proposals:translate", "submitted", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("proposals:translate", "published", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("proposals:review", "draft", "login 403 403 403 404 404 404 403 403 403 403 403"),
    Row("proposals:review", "submitted", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("proposals:review", "published", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("proposals:photo", "photo of a draft", "404 200 404 404 404 404 404 404 404 404 404 404"),
    Row("proposals:submit", "draft", "login 302 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("proposals:submit", "submitted", "login 302 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("proposals:submit", "published", "login 302 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("proposals:discard", "draft", "login 302 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("proposals:discard", "submitted", "login 302 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("proposals:discard", "published", "login 302 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("proposals:submit", "changes asked", "login 302 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("proposals:withdraw", "draft", "login 302 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("proposals:withdraw", "submitted", "login 302 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("proposals:withdraw", "published", "login 302 404 404 404 404 404 404 404 404 404 404", post={}),
    Row(
        "proposals:edit",
        "draft",
        "login 302 404 404 404 404 404 404 404 404 404 404",
        post={"language": "en", "title": "Another name"},
    ),
    Row(
        "proposals:edit",
        "published",
        "login 200 404 404 404 404 404 404 404 404 404 404",
        post={"language": "en", "title": "Another name"},
    ),
    Row("proposals:support", "submitted", "login 302 404 404 302 302 404 404 404 404 404 302", post={}),
    Row("proposals:support", "published", "login 302 302 302 302 302 302 302 302 302 302 302", post={}),
    Row("proposals:withdraw-support", "submitted", "login 302 404 404 302 302 404 404 404 404 404 302", post={}),
    Row("proposals:withdraw-support", "published", "login 302 302 302 302 302 302 302 302 302 302 302", post={}),
    Row(
        "proposals:comment",
        "submitted",
        "login 200 404 404 200 200 404 404 404 404 404 200",
        post={"kind": "for", "text": "Good."},
    ),
    Row(
        "proposals:comment",
        "published",
        "login 302 302 302 302 302 302 302 302 302 302 302",
        post={"kind": "for", "text": "Good."},
    ),
    Row("proposals:review", "submitted", "login 403 403 403 302 302 404 403 403 403 403 403", post={"do": "publish"}),
    Row("proposals:report", "submitted", "login 404 404 404 404 404 404 404 404 404 404 404", post={"reason": "false"}),
    Row("proposals:report", "published", "login 302 302 302 302 302 302 302 302 302 302 302", post={"reason": "false"}),
    Row("proposals:answer", "comment", "login 302 302 302 302 302 302 302 302 302 302 302", post={"text": "Yes."}),
    Row(
        "proposals:answer", "hidden comment", "login 404 404 404 404 404 404 404 404 404 404 404", post={"text": "Yes."}
    ),
    Row(
        "proposals:edit-comment", "comment", "login 404 302 404 404 404 404 404 404 404 404 404", post={"text": "Yes."}
    ),
    Row(
        "proposals:edit-comment",
        "hidden comment",
        "login 404 404 404 404 404 404 404 404 404 404 404",
        post={"text": "Yes."},
    ),
    Row(
        "proposals:report-comment",
        "comment",
        "login 302 302 302 302 302 302 302 302 302 302 302",
        post={"reason": "insult"},
    ),
    Row(
        "proposals:report-comment",
        "hidden comment",
        "login 404 404 404 404 404 404 404 404 404 404 404",
        post={"reason": "insult"},
    ),
    Row("proposals:edit-comment", "comment", "login 404 200 404 404 404 404 404 404 404 404 404"),
    Row("proposals:edit-comment", "hidden comment", "login 404 404 404 404 404 404 404 404 404 404 404"),
    Row("proposals:review-report", "report of a comment", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row(
        "proposals:review-report",
        "report of a comment",
        "login 403 403 403 302 302 404 403 403 403 403 403",
        post={"do": "keep"},
    ),
    Row(
        "proposals:comment",
        "draft",
        "login 200 404 404 404 404 404 404 404 404 404 404",
        post={"kind": "for", "text": "Good."},
    ),
]

OWN: list[Row] = [
    Row("notices:open", "notice", "login 404 302 404 404 404 404 404 404 404 404 404"),
    Row("me:end_token", "token", "login 404 302 404 404 404 404 404 404 404 404 404", post={}),
    Row("mfa_edit_webauthn", "passkey", "login 404 200 404 404 404 404 404 404 404 404 404"),
    Row("mfa_remove_webauthn", "passkey", "login 404 200 404 404 404 404 404 404 404 404 404"),
    Row("mfa_remove_webauthn", "passkey", "login 404 302 404 404 404 404 404 404 404 404 404", post={}),
]

CITY: list[Row] = [
    Row("administration:person", "participant", "login 403 403 403 403 403 403 403 403 403 403 200"),
    Row(
        "administration:person",
        "participant",
        "login 403 403 403 403 403 403 403 403 403 403 302",
        post={"do": "grant", "role": "host"},
    ),
    Row("message_answered", "message about the pilot", "405 405 405 405 405 405 405 405 405 405 405 405"),
    Row("message_answered", "message about the pilot", "login 403 403 403 302 302 404 403 403 403 403 302", post={}),
    # The link itself lets in, whoever is signed in; looking at it changes nothing.
    Row("stop_mail", "link that stops mails", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("stop_mail", "link that stops mails", "200 200 200 200 200 200 200 200 200 200 200 200", post={}),
]

PILOTS: list[Row] = [
    Row("pilots:service", "service", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("pilots:service", "service to come", "404 404 404 404 200 200 404 200 200 404 404 200"),
    Row("pilots:detail", "pilot", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("pilots:detail", "planned pilot", "404 404 404 404 200 200 404 200 200 200 404 200"),
    Row("pilots:join", "pilot", "login 200 302 200 200 200 200 200 200 200 200 200"),
    Row("pilots:join", "planned pilot", "login 404 404 404 200 200 404 200 200 200 404 200"),
    Row("pilots:leave", "pilot", "login 404 200 404 404 404 404 404 404 404 404 404"),
    Row("pilots:leave", "planned pilot", "login 404 404 404 404 404 404 404 404 404 404 404"),
    Row("pilots:edit", "pilot", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:edit", "planned pilot", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:consent", "pilot", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:consent", "planned pilot", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:announce", "pilot", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:announce", "planned pilot", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:end", "pilot", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:end", "planned pilot", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:people", "pilot", "login 403 403 403 200 200 404 200 200 403 403 403"),
    Row("pilots:people", "planned pilot", "login 403 403 403 200 200 404 200 200 403 403 403"),
    Row("pilots:contacts", "pilot", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:contacts", "planned pilot", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:withdraw-access-needs", "pilot", "login 404 302 404 404 404 404 404 404 404 404 404", post={}),
    Row("pilots:leave", "pilot", "login 404 302 404 404 404 404 404 404 404 404 404", post={"reason": "moved"}),
    Row("pilots:announce", "planned pilot", "login 403 403 403 302 302 404 403 403 403 403 403", post={}),
    Row("pilots:end", "pilot", "login 403 403 403 302 302 404 403 403 403 403 403", post={}),
    Row("pilots:new-service", "proposal without a service", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:choose-test-bed", "version without a pilot", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:add-test-bed", "version without a pilot", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:new-pilot", "version and test bed", "login 403 403 403 200 200 404 403 403 403 403 403"),
    Row("pilots:asked-again", "pilot", "login 404 404 404 404 404 404 404 404 404 404 404"),
    Row("pilots:asked-again", "planned pilot", "login 404 404 404 404 404 404 404 404 404 404 404"),
]

ANSWERING: list[Row] = [
    Row("surveys:answer", "planned wave", "login 403 200 403 403 403 403 403 403 403 403 403"),
    Row("surveys:answer", "open wave", "login 403 200 403 403 403 403 403 403 403 403 403"),
    Row("surveys:answer", "closed wave", "login 403 200 403 403 403 403 403 403 403 403 403"),
    Row("surveys:answer_thanks", "planned wave", "login 403 302 403 403 403 403 403 403 403 403 403"),
    Row("surveys:answer_thanks", "open wave", "login 403 302 403 403 403 403 403 403 403 403 403"),
    Row("surveys:answer_thanks", "closed wave", "login 403 200 403 403 403 403 403 403 403 403 403"),
    Row("surveys:answer_screen", "first screen", "login 403 302 403 403 403 403 403 403 403 403 403"),
    Row("surveys:answer_words", "open wave", "login 403 302 403 403 403 403 403 403 403 403 403"),
    Row("surveys:answer_review", "open wave", "login 403 302 403 403 403 403 403 403 403 403 403"),
    Row("surveys:answer", "open wave", "login 403 409 403 403 403 403 403 403 403 403 403", post={}),
    Row(
        "surveys:answer_screen", "first screen", "login 403 409 403 403 403 403 403 403 403 403 403", post={"PU1": "4"}
    ),
    Row("surveys:answer_review", "open wave", "login 403 409 403 403 403 403 403 403 403 403 403", post={}),
    Row("surveys:answer_link", "link of an invitation", "302 200 302 200 200 200 200 200 200 200 200 200"),
    Row("surveys:answer_finish", "open wave", "302 302 302 302 302 302 302 302 302 302 302 302", post={}),
    Row("surveys:answer_time_left", "open wave", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("surveys:answer_link", "link of an invitation", "302 302 302 302 302 302 302 302 302 302 302 302", post={}),
]

PUBLIC: list[Row] = [
    Row("surveys:rule", "pilot", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("surveys:rule", "planned pilot", "404 404 404 404 404 404 404 404 404 404 404 404"),
    Row("surveys:results", "planned wave", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("surveys:results", "open wave", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("surveys:results", "closed wave", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("surveys:report", "planned wave", "404 404 404 404 404 404 404 404 404 404 404 404"),
    Row("surveys:report", "open wave", "404 404 404 404 404 404 404 404 404 404 404 404"),
    Row("surveys:report", "closed wave", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("surveys:published_report", "report", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("surveys:published_pdf", "report", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("surveys:published_pack", "report", "200 200 200 200 200 200 200 200 200 200 200 200"),
]

DESK: list[Row] = [
    Row("surveys:plan", "pilot", "login 403 403 403 403 403 403 302 403 403 403 403"),
    Row("surveys:plan", "planned pilot", "login 403 403 403 403 403 403 200 200 403 403 403"),
    Row("surveys:questions", "pilot", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:questions", "planned pilot", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:register", "pilot", "login 403 403 403 403 403 403 302 404 403 403 403"),
    Row("surveys:register", "planned pilot", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:amend", "pilot", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:amend", "planned pilot", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:pilot", "pilot", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:pilot", "planned pilot", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:evaluators", "pilot", "login 403 403 403 200 200 404 403 403 403 403 200"),
    Row("surveys:evaluators", "planned pilot", "login 403 403 403 404 404 404 403 403 403 403 404"),
    Row("surveys:themes", "pilot", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:themes", "planned pilot", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:remind", "pilot", "login 403 403 403 403 403 403 404 404 403 403 403", post={"part": "age|75+"}),
    Row("surveys:themes", "pilot", "login 403 403 403 403 403 403 302 404 403 403 403", post={"new-name_ko": "기다림"}),
    Row("surveys:wave", "planned wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:wave", "open wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:wave", "closed wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:wave_live", "planned wave", "login 403 403 403 403 403 403 204 404 403 403 403"),
    Row("surveys:wave_live", "open wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:wave_live", "closed wave", "login 403 403 403 403 403 403 204 404 403 403 403"),
    Row("surveys:cancel", "planned wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:cancel", "open wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:cancel", "closed wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:signals", "planned wave", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:signals", "open wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:signals", "closed wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:figures", "open wave", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:figures", "closed wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:change", "open wave", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:change", "closed wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:open_answers", "open wave", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:open_answers", "closed wave", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:verdict", "open wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:verdict", "closed wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:exports", "open wave", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:exports", "closed wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:report_desk", "open wave", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:report_desk", "closed wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:report_notes", "open wave", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:report_notes", "closed wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:evaluator_pack", "open wave", "login 403 403 403 403 403 403 404 404 403 403 403"),
    Row("surveys:evaluator_pack", "closed wave", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:figure", "figure", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:sign", "closed wave", "login 403 403 403 403 403 403 302 404 403 403 403", post={}),
    Row("surveys:open", "planned wave", "login 403 403 403 403 403 403 302 404 403 403 403", post={}),
    Row("surveys:close", "open wave", "login 403 403 403 403 403 403 302 404 403 403 403", post={}),
    Row("surveys:cancel", "open wave", "login 403 403 403 403 403 403 302 404 403 403 403", post={"reason": "No time"}),
    Row(
        "surveys:order_report",
        "closed wave",
        "login 403 403 403 403 403 403 302 404 403 403 403",
        post={"language": "ko"},
    ),
    Row("surveys:exports", "closed wave", "login 403 403 403 403 403 403 200 404 403 403 403", post={"level": "a"}),
    Row(
        "surveys:evaluator_pack",
        "closed wave",
        "login 403 403 403 403 403 403 200 404 403 403 403",
        post={"why": "To check"},
    ),
    Row("surveys:correct_report", "report", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:draft", "draft of a report", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:draft_pdf", "draft of a report", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:draft_pack", "draft of a report", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:publish_report", "draft of a report", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row(
        "surveys:publish_report",
        "draft of a report",
        "login 403 403 403 403 403 403 200 404 403 403 403",
        post={"sure": "on"},
    ),
    Row("surveys:review", "alarm", "login 403 403 403 403 403 403 200 404 403 403 403"),
    Row("surveys:review", "alarm", "login 403 403 403 403 403 403 200 404 403 403 403", post={"found_ko": "기한"}),
    Row("surveys:export", "full file", "login 403 403 403 403 403 403 200 404 403 403 200"),
    Row("surveys:confirm_export", "full file", "login 403 403 403 403 403 403 302 404 403 403 302", post={}),
    Row("surveys:decline_export", "full file", "login 403 403 403 403 403 403 302 404 403 403 302", post={}),
    Row("surveys:cancel_export", "full file", "login 403 403 403 403 403 403 302 404 403 403 403", post={}),
    Row("surveys:download_export", "full file", "login 403 403 403 403 403 403 302 404 403 403 403", post={}),
    Row("surveys:enter", "open wave", "login 403 403 403 200 200 404 200 404 403 403 403"),
    Row("surveys:sheets", "open wave", "login 403 403 403 200 200 404 200 404 403 403 403"),
    Row("surveys:enter", "open wave", "login 403 403 403 200 200 404 200 404 403 403 403", post={"sheet": "K7MN-4XQP"}),
    Row(
        "surveys:enter_answers",
        "open wave",
        "login 403 403 403 302 302 404 302 404 403 403 403",
        post={"sheet": "K7MN-4XQP"},
    ),
    Row("surveys:entry_receipt", "open wave", "login 403 403 403 302 302 404 302 404 403 403 403"),
    Row(
        "surveys:sheets",
        "open wave",
        "login 403 403 403 200 200 404 200 404 403 403 403",
        post={"nicknames": "ben", "language": "en"},
    ),
    Row("surveys:bank", "bank", "login 403 403 403 403 403 403 200 200 403 403 200"),
    Row("surveys:bank", "bank", "login 403 403 403 403 403 403 403 403 403 403 200", post={}),
]

FEEDBACK: list[Row] = [
    Row("feedback:detail", "decision", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("feedback:detail", "draft of a decision", "404 404 404 404 302 302 404 404 404 404 404 302"),
    Row("feedback:decide", "verdict", "login 403 403 403 200 200 404 403 403 403 403 200"),
    Row("feedback:decide", "verdict", "login 403 403 403 200 200 404 403 403 403 403 200", post={}),
    Row("feedback:preview", "draft of a decision", "login 403 403 403 200 200 404 403 403 403 403 200"),
    Row("feedback:preview", "draft of a decision", "login 403 403 403 302 302 404 403 403 403 403 302", post={}),
]

API: list[Row] = [
    Row("api:proposal", "draft", "404 200 404 404 404 404 404 404 404 404 404 404"),
    Row("api:proposal", "submitted", "404 200 404 404 200 200 404 404 404 404 404 200"),
    Row("api:proposal", "changes asked", "404 200 404 404 200 200 404 404 404 404 404 200"),
    Row("api:proposal", "declined", "404 200 404 404 200 200 404 404 404 404 404 200"),
    Row("api:proposal", "withdrawn", "404 200 404 404 200 200 404 404 404 404 404 200"),
    Row("api:proposal", "published", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("api:submit", "draft", "401 409 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("api:submit", "submitted", "401 409 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("api:withdraw", "draft", "401 409 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("api:withdraw", "submitted", "401 200 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("api:withdraw", "published", "401 200 404 404 404 404 404 404 404 404 404 404", post={}),
    Row("api:support", "submitted", "404 200 404 404 200 200 404 404 404 404 404 200"),
    Row("api:support", "published", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("api:support", "published", "405 405 405 405 405 405 405 405 405 405 405 405", post={}),
    Row("api:comments", "submitted", "404 200 404 404 200 200 404 404 404 404 404 200"),
    Row("api:comments", "published", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("api:comments", "submitted", "401 409 404 404 409 409 404 404 404 404 404 409", post={"text": "Good."}),
    Row("api:comments", "published", "401 201 201 201 201 201 201 201 201 201 201 201", post={"text": "Good."}),
    Row(
        "api:report-proposal", "submitted", "401 404 404 404 404 404 404 404 404 404 404 404", post={"reason": "advert"}
    ),
    Row(
        "api:report-proposal", "published", "401 204 204 204 204 204 204 204 204 204 204 204", post={"reason": "advert"}
    ),
    Row("api:comment", "comment", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("api:comment", "hidden comment", "404 404 404 404 404 404 404 404 404 404 404 404"),
    Row("api:report-comment", "comment", "401 204 204 204 204 204 204 204 204 204 204 204", post={"reason": "insult"}),
    Row(
        "api:report-comment",
        "hidden comment",
        "401 404 404 404 404 404 404 404 404 404 404 404",
        post={"reason": "insult"},
    ),
    Row("api:pilot", "pilot", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("api:pilot", "planned pilot", "404 404 404 404 200 200 404 200 200 200 404 200"),
    Row("api:enrolment", "pilot", "401 404 200 404 404 404 404 404 404 404 404 404"),
    Row("api:enrolment", "planned pilot", "401 404 404 404 404 404 404 404 404 404 404 404"),
    Row("api:rule", "pilot", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("api:rule", "planned pilot", "404 404 404 404 404 404 404 404 404 404 404 404"),
    Row("api:waves", "pilot", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("api:waves", "planned pilot", "404 404 404 404 200 200 404 200 200 200 404 200"),
    Row("api:leave", "pilot", "401 404 200 404 404 404 404 404 404 404 404 404", post={}),
    Row("api:wave", "planned wave", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("api:wave", "open wave", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("api:wave", "closed wave", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("api:results", "planned wave", "409 409 409 409 409 409 409 409 409 409 409 409"),
    Row("api:results", "open wave", "409 409 409 409 409 409 409 409 409 409 409 409"),
    Row("api:results", "closed wave", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("api:questions", "open wave", "401 403 200 403 403 403 403 403 403 403 403 403"),
    Row("api:questions", "closed wave", "401 403 200 403 403 403 403 403 403 403 403 403"),
    Row("api:answers", "open wave", "401 403 404 403 403 403 403 403 403 403 403 403"),
    Row("api:answers", "closed wave", "401 403 200 403 403 403 403 403 403 403 403 403"),
    Row("api:submit-answers", "open wave", "401 403 409 403 403 403 403 403 403 403 403 403", post={}),
    Row("api:decision", "decision", "200 200 200 200 200 200 200 200 200 200 200 200"),
    Row("api:decision", "draft of a decision", "404 404 404 404 404 404 404 404 404 404 404 404"),
    Row("api:publish", "submitted", "401 403 403 403 200 200 404 403 403 403 403 403", post={}),
    Row("api:publish", "draft", "401 403 403 403 404 404 404 403 403 403 403 403", post={}),
    Row(
        "api:ask",
        "submitted",
        "401 403 403 403 200 200 404 403 403 403 403 403",
        post={"parts": ["idea"], "reason_ko": "이유", "reason_en": "Reason"},
    ),
    Row(
        "api:decline",
        "submitted",
        "401 403 403 403 200 200 404 403 403 403 403 403",
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
        "report of a comment",
        "401 403 403 403 404 404 404 403 403 403 403 403",
        post={"reason_code": "other"},
    ),
]

ROWS = [*PROPOSALS, *OWN, *CITY, *PILOTS, *ANSWERING, *PUBLIC, *DESK, *FEEDBACK, *API]
