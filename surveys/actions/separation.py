"""Whoever has entered answers of a pilot neither decides about it nor signs for it; colleagues do."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from livinglab.accounts.models import Person
from surveys.errors import EnteredAnswers
from surveys.models import EntryClerk, Survey


def has_entered(survey: Survey, person: Person) -> bool:
    """Whether she has entered answers of the pilot of this survey, in any wave."""
    return EntryClerk.objects.filter(pilot=survey.pilot_id, person=person).exists()


def who_may_sign(survey: Survey) -> QuerySet[Person]:
    """The evaluators of this survey who have entered none of its answers."""
    return survey.current_evaluators().exclude(pk__in=_clerks(survey).values("person")).order_by("nickname", "pk")


def who_may_decide(survey: Survey) -> QuerySet[Person]:
    """Those who decide about its pilot, neither evaluate it nor have entered any of its answers."""
    return (
        survey.pilot.deciders()
        .exclude(pk__in=survey.evaluators.values("pk"))
        .exclude(pk__in=_clerks(survey).values("person"))
        .order_by("nickname", "pk")
    )


def check_may_sign(survey: Survey, *, by: Person) -> None:
    """Refuses whoever has entered answers, and says who signs instead."""
    if has_entered(survey, by):
        raise EnteredAnswers(
            _("You have entered answers of this pilot, so you cannot sign for it.")
            + " "
            + _in_words(who_may_sign(survey), _("Nobody else evaluates it yet. A moderator can add an evaluator."))
        )


def check_entered_none(survey: Survey, *, by: Person) -> None:
    """Refuses a decision of whoever has entered answers, and says who decides instead."""
    if has_entered(survey, by):
        raise EnteredAnswers(
            _("You have entered answers of this pilot, so you cannot decide about it.")
            + " "
            + _in_words(who_may_decide(survey), _("Nobody else decides here yet. An administrator can change that."))
        )


def why_not_sign(survey: Survey, person: Person) -> EnteredAnswers | None:
    """What a page says in place of the button; nothing where she may sign."""
    try:
        check_may_sign(survey, by=person)
    except EnteredAnswers as refused:
        return refused
    return None


def _clerks(survey: Survey) -> QuerySet[EntryClerk]:
    return EntryClerk.objects.filter(pilot=survey.pilot_id)


def _in_words(people: QuerySet[Person], nobody: str) -> str:
    names = ", ".join(person.nickname or _("somebody without a nickname") for person in people)
    return _("These colleagues can: %(names)s.") % {"names": names} if names else nobody
