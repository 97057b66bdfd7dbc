"""What an amendment changed, in words: the same sentences beside the public rule and in every report."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.templatetags.surveys import written_moment

MOMENTS = {
    "opens_at": gettext_lazy("Survey %(number)s opens %(after)s instead of %(before)s."),
    "closes_at": gettext_lazy("Survey %(number)s closes %(after)s instead of %(before)s."),
}
NUMBERS = {
    "n_planned": gettext_lazy("Survey %(number)s is planned for %(after)s answers instead of %(before)s."),
    "reminders": gettext_lazy("Reminders at most, in surveys to come: %(after)s instead of %(before)s."),
    "remind_after_days": gettext_lazy("Days until a reminder, in surveys to come: %(after)s instead of %(before)s."),
    "questions": gettext_lazy(
        "Survey %(number)s asks version %(after)s of the questions of understanding instead of version %(before)s."
    ),
}


def change_in_words(change: dict[str, Any]) -> str:
    """A sentence for one entry of ``Amendment.changes``. Raises KeyError for a field that no amendment touches."""
    name, before, after = change["field"], change["before"], change["after"]
    if name in MOMENTS:
        told = {"before": written_moment(before), "after": written_moment(after)}
        return str(MOMENTS[name]) % (told | {"number": change["wave"]})
    if name == "questions" and before is None:
        return _("Survey %(number)s now asks questions of understanding, in version %(after)s.") % {
            "number": change["wave"],
            "after": after,
        }
    return str(NUMBERS[name]) % {"number": change["wave"], "before": before, "after": after}
