"""What people decided after a verdict, and what changed because of whom."""

from typing import Any

from feedback.actions.decide import SaidAndDid, draft_decision, publish_decision
from feedback.actions.tell import tell_next
from feedback.models import Decision
from livinglab.web.demonstration.city import City, in_both
from surveys.models import Verdict


def decide(city: City, verdict: Verdict, words: dict[str, Any], next_version: dict[str, Any] | None) -> None:
    at = city.day(words["day"], hour=15)
    revises = words["kind"] == Decision.Kind.REVISE
    decision = draft_decision(
        verdict,
        kind=words["kind"],
        by=city.moderator,
        at=at,
        changes=[change_of(city, change) for change in words.get("changes", [])],
        **in_both("reason", words["reason"]),
        **(in_both("next_changed", next_version["changed"]) if revises and next_version else {}),
    )
    decision = publish_decision(decision, by=city.moderator, at=at)
    # The telling task would date the notices today.
    while tell_next(decision, at=at):
        pass
    if revises and next_version:
        # What the next version does is written by those who prepare it.
        decision.pilot.version.service.versions.filter(number=next_version["number"]).update(
            smart_service_level=next_version["smart_service_level"], **in_both("summary", next_version["summary"])
        )


def change_of(city: City, words: dict[str, Any]) -> SaidAndDid:
    return SaidAndDid(
        answer=words["answer"],
        comment=city.comments.get(words.get("comment", "")),
        item=words.get("item", ""),
        figure=words.get("figure", ""),
        **in_both("said", words["said"]),
        **in_both("did", words["did"]),
    )
