from proposals.models.comment import Comment
from proposals.models.flag import Flag
from proposals.models.photo import Photo
from proposals.models.proposal import Proposal, ServiceField, SmartServiceLevel
from proposals.models.step import DeclineReason, Part, Step
from proposals.models.support import Support
from proposals.models.words import Words

__all__ = [
    "Comment",
    "DeclineReason",
    "Flag",
    "Part",
    "Photo",
    "Proposal",
    "ServiceField",
    "SmartServiceLevel",
    "Step",
    "Support",
    "Words",
]
