"""What is refused about decisions."""

from livinglab.errors import Refused


class AlreadyPublished(Refused):
    """A published decision and its changes are never edited."""

    code = "already_published"


class NotAllowedByVerdict(Refused):
    """The verdict does not allow this decision (acceptance-metrics.md 3.2)."""

    code = "not_allowed_by_verdict"


class ReasonMissing(Refused):
    """A decision below the verdict needs a reason, which is printed."""

    code = "reason_missing"


class ChangesMissing(Refused):
    """A revision has to say what changes."""

    code = "changes_missing"


class OwnPilot(Refused):
    """Who evaluates a pilot does not decide about it."""

    code = "own_pilot"


class Overtaken(Refused):
    """A later look of the same pilot has its verdict; the city decides on the newest."""

    code = "overtaken"
