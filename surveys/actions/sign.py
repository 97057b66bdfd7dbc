"""An evaluator signs that a verdict was computed as registered."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from surveys.actions.register import rule_of
from surveys.actions.separation import check_may_sign
from surveys.errors import CannotSign
from surveys.instruments import hash_of
from surveys.metrics.figures import verdict_of
from surveys.metrics.layouts import layout_of
from surveys.metrics.release import Audience, audience_of
from surveys.models import Verdict, VerdictSignature
from surveys.stats.state import State


@transaction.atomic
def sign_verdict(verdict: Verdict, *, by: Person, at: datetime) -> VerdictSignature:
    """Sign a verdict, worked out once more from the frozen counts. Safe to repeat; the verdict never changes."""
    survey = verdict.registration.survey
    if audience_of(by, survey) != Audience.DESK:
        raise CannotSign(_("Only an evaluator of this pilot can sign its verdict."))
    check_may_sign(survey, by=by)
    if not follows_from_counts(verdict):
        raise CannotSign(
            _("Worked out again from the frozen counts, the verdict is another one. Do not sign it; tell us about it.")
        )
    return VerdictSignature.objects.get_or_create(verdict=verdict, by=by, defaults={"at": at})[0]


def follows_from_counts(verdict: Verdict) -> bool:
    """Whether the registered rule, unchanged, says the same of the frozen counts."""
    registration, snapshot = verdict.registration, verdict.snapshot
    state = State.from_bytes(layout_of(snapshot.wave), bytes(snapshot.state))
    found, details = verdict_of(
        state,
        rule_of(registration),
        verdict.look,
        recipe=registration.document["weighting"],
        forfeited=verdict.details.get("forfeited", []),
    )
    same = ("value", "low", "high", "n", "n_star", "alpha", "alpha_left")
    return (
        hash_of(registration.document) == registration.hash
        and (found.outcome.value, list(found.codes)) == (verdict.outcome, list(verdict.codes))
        and all(details[name] == verdict.details[name] for name in same)
    )
