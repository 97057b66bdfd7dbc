import json

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from proposals.actions.comment import flag_comment
from proposals.actions.personal_data import export_of, forget
from proposals.actions.support import support_proposal
from proposals.lifecycle import Stage
from proposals.models import Comment, Proposal
from tests.builders import proposals as build

NOW = timezone.now


def test_the_export_holds_everything_she_wrote_supported_and_reported(ana, ben, mo):
    proposal = build.published(ana, mo)
    mine = build.published(ben, mo, title="Benches")
    build.comment(proposal, ben, "Me too.")
    support_proposal(proposal, by=ben, at=NOW())
    flag_comment(build.comment(mine, ana, "Buy my lamps."), by=ben, reason="advert", at=NOW())

    found = json.loads(json.dumps(export_of(ben), cls=DjangoJSONEncoder))

    assert [each["title"] for each in found["proposals"]] == ["Benches"]
    assert [each["body_en"] for each in found["comments"]] == ["Me too."]
    assert [each["proposal_id"] for each in found["supports"]] == [proposal.pk]
    assert [each["reason"] for each in found["reports"]] == ["advert"]


def test_what_she_contributed_stays_without_her_and_the_rest_goes(ana, ben, mo):
    theirs = build.published(ana, mo)
    support_proposal(theirs, by=ben, at=NOW())
    build.comment(theirs, ben, "Me too.")
    published = build.published(ben, mo)
    build.draft(ben)
    asked = build.changes_asked(ben, mo)

    forget(ben, at=NOW())
    forget(ben, at=NOW())

    assert export_of(ben) == {"proposals": [], "comments": [], "supports": [], "reports": []}
    assert Comment.objects.get().body_en == "Me too."
    published.refresh_from_db()
    asked.refresh_from_db()
    theirs.refresh_from_db()
    assert published.stage == Stage.PUBLISHED
    assert asked.stage == Stage.WITHDRAWN
    assert theirs.support_total == 0
    assert not Proposal.objects.filter(stage=Stage.DRAFT).exists()
