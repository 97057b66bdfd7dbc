"""What the lab refuses. Bugs raise what Python raises; these are answers for a person."""


class Refused(Exception):
    """An action the lab declines.

    ``code`` is stable and meant for programs; the message is a translated sentence meant for the person.
    """

    code = "refused"


class TryAgain(Refused):
    """Somebody else was first; what the person saw is no longer true."""

    code = "changed_meanwhile"
