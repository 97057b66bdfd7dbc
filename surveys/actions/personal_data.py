"""What surveys know of one person, and forgetting it."""

from datetime import datetime
from typing import Any

from livinglab.accounts.models import Person
from surveys.actions.withdraw import delete_keys_of_deleted_accounts, take_out_withdrawn
from surveys.instruments import holder_of_wording
from surveys.models import Entry, EntryClerk, Invitation, OpenAnswer, ParticipantKey, Response, Sheet, Survey
from surveys.models.sheet import printed
from surveys.questionnaire import Question, Text, in_language, questionnaire_of
from surveys.words import item_text


def export_of(person: Person) -> dict[str, Any]:
    """Her answers, as long as a key joins them to her, and what she was asked."""
    keys = ParticipantKey.objects.filter(enrolment__person=person)
    responses = (
        Response.objects.filter(participant_key__in=keys.values("key"))
        .select_related(
            "wave__survey__pilot__version__service",
            "wave__survey__instrument",
            "wave__survey__use_level",
            "wave__survey__comprehension",
            "wave__question_set",
            "open_answer",
            "entry",
        )
        .order_by("started_at")
    )
    invitations = Invitation.objects.filter(enrolment__person=person).select_related("wave__survey__pilot")
    return {
        "answers": [_told(response) for response in responses],
        "invitations": [
            {
                "pilot": invitation.wave.survey.pilot.slug,
                "wave": invitation.wave.number,
                "invited_at": invitation.invited_at,
                "reminders": invitation.reminders,
            }
            for invitation in invitations.order_by("invited_at")
        ],
        "sheets": [
            {"pilot": sheet.wave.survey.pilot.slug, "wave": sheet.wave.number, "given_out_at": sheet.given_out_at}
            for sheet in Sheet.objects.filter(enrolment__person=person).select_related("wave__survey__pilot")
        ],
        "entered_for_others": [
            {"pilot": clerk.pilot.slug, "since": clerk.since}
            for clerk in EntryClerk.objects.filter(person=person).select_related("pilot").order_by("since")
        ],
    }


def _told(response: Response) -> dict[str, Any]:
    asked = questionnaire_of(response.wave)
    return {
        "pilot": response.wave.survey.pilot.slug,
        "wave": response.wave.number,
        "mode": response.mode,
        "started_at": response.started_at,
        "submitted_at": response.submitted_at,
        "entered_by_staff": _entered(getattr(response, "entry", None)),
        "cell": response.cell,
        "groups": response.groups,
        "answers": [
            {"code": question.code, "answer": value, **_in_words(response.wave.survey, question, value)}
            for question, value in zip(asked.questions, response.answers, strict=True)
        ],
        "own_words": _own_words(asked.open_question, getattr(response, "open_answer", None)),
    }


def _entered(entry: Entry | None) -> dict[str, Any] | None:
    """When staff entered these answers for her, and from which sheet."""
    return None if entry is None else {"at": entry.at, "sheet": entry.sheet and printed(entry.sheet)}


def _own_words(question: Text | None, written: OpenAnswer | None) -> dict[str, Any] | None:
    """What she wrote under the last question, and what became of it."""
    if question is None or written is None:
        return None
    return {
        "question": in_language(question),
        "text": written.text,
        "language": written.language,
        "written_at": written.written_at,
        "stage": written.stage,
        "stage_in_words": written.get_stage_display(),
        "quotation": written.quotation,
    }


def _in_words(survey: Survey, question: Question, value: int) -> dict[str, str]:
    """Question and answer as she read them, unless their words may not be handed on."""
    if question.kind == "item" and holder_of_wording(survey.instrument.document, question.code):
        return {"question": item_text(survey, question.code), "in_words": ""}
    return {"question": str(question), "in_words": question.label_of(value)}


def forget(person: Person, *, at: datetime) -> None:
    """Act on what pilots wrote down when they forgot her: answers go, or stay without their key.

    Called before that, it changes nothing, and the sweeps find it later.
    """
    take_out_withdrawn()
    delete_keys_of_deleted_accounts()
