"""Proposals with what was decided, said and supported, up to where services take over."""

from datetime import datetime, timedelta
from typing import Any

from livinglab.web.demonstration.city import City, content, in_both
from proposals.actions.comment import write_comment
from proposals.actions.moderate import ask_for_changes, decline_proposal, publish_proposal, translate_proposal
from proposals.actions.propose import save_draft, start_draft, submit_proposal, withdraw_proposal
from proposals.actions.support import recount_supports
from proposals.lifecycle import Stage
from proposals.models import Comment, Proposal, ServiceField, Support

SUPPORTED_FOR = timedelta(days=90)


def make_proposals(city: City) -> None:
    fields = ServiceField.objects.in_bulk()
    for words in content("proposals")["proposals"]:
        city.proposals[words["key"]] = make_proposal(city, words, fields[words["field"]])


def make_proposal(city: City, words: dict[str, Any], field: ServiceField) -> Proposal:
    author, language = city.people[words["author"]], words["language"]
    written = city.day(-words["written"], hour=city.chance.randrange(8, 22))
    proposal = start_draft(author=author, at=written, language=language)
    Proposal.objects.filter(pk=proposal.pk).update(illustrative=True)
    proposal = save_draft(
        proposal,
        by=author,
        at=written,
        field=field,
        area=city.areas[words["area"]],
        smart_service_level=words["smart_service_level"],
        **words["point"],
        **{name: words[name][language] for name in Proposal.TEXTS},
    )
    if words["stage"] != Stage.DRAFT:
        proposal = submit_proposal(proposal, by=author, at=written)
    if "decided" in words:
        proposal = decide(city, proposal, words, at=city.day(-words["decided"]))
    return proposal


def decide(city: City, proposal: Proposal, words: dict[str, Any], *, at: datetime) -> Proposal:
    if words["stage"] == Stage.WITHDRAWN:
        assert proposal.author is not None
        return withdraw_proposal(proposal, by=proposal.author, at=at)
    by, reason = city.moderator, in_both("reason", words["decision"])
    other = "en" if words["language"] == "ko" else "ko"
    texts = {name: words[name][other] for name in Proposal.TEXTS}
    proposal = translate_proposal(proposal, **texts)
    match words["stage"]:
        case Stage.CHANGES_ASKED:
            return ask_for_changes(proposal, by=by, at=at, parts=words["parts"], **reason)
        case Stage.DECLINED:
            return decline_proposal(proposal, by=by, at=at, reason_code=words["reason_code"], **reason)
    proposal = publish_proposal(proposal, by=by, at=at, **reason)
    for comment in words.get("comments", []):
        city.comments[comment["key"]] = talk(city, proposal, comment)
    support(city, proposal, words["supporters"], since=at)
    return proposal


def talk(city: City, proposal: Proposal, words: dict[str, Any], parent: Comment | None = None) -> Comment:
    language = words["language"]
    comment = write_comment(
        proposal,
        author=city.people[words["author"]],
        text=words[language],
        kind=words["kind"],
        language=language,
        parent=parent,
        at=city.day(-words["days_ago"], hour=city.chance.randrange(11, 22)),
    )
    # What staff add to a comment is its other language.
    comment.body_ko, comment.body_en = words["ko"], words["en"]
    comment.save(update_fields=["body_ko", "body_en"])
    for answer in words.get("answers", []):
        talk(city, proposal, answer, parent=comment)
    return comment


def support(city: City, proposal: Proposal, number: int, *, since: datetime) -> None:
    """The crowd comes in bulk; a thousand single supports would take longer than everything else."""
    everybody = [person for people in city.crowd.values() for person in people]
    Support.objects.bulk_create(
        Support(proposal=proposal, person=person, at=city.some_time(since, since + SUPPORTED_FOR))
        for person in city.chance.sample(everybody, number)
    )
    recount_supports(proposal)
