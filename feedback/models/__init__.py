from feedback.models.change import Change
from feedback.models.decision import Decision

__all__ = ["Change", "Decision"]
