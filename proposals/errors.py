"""What is refused about proposals, comments and supports."""

from livinglab.errors import Refused


class WrongStage(Refused):
    """The proposal is not in a stage in which this is possible."""

    code = "wrong_stage"


class Incomplete(Refused):
    """Something is missing that a proposal needs before it is handed in."""

    code = "incomplete"


class NothingWritten(Refused):
    """A text of which nothing can be seen."""

    code = "nothing_written"


class NotTheAuthor(Refused):
    code = "not_the_author"


class OwnProposal(Refused):
    """One's own proposal can neither be supported nor decided by oneself."""

    code = "own_proposal"


class NotConfirmed(Refused):
    """Only residents whose residence is confirmed may do this."""

    code = "residence_not_confirmed"


class TooLate(Refused):
    """The time for this is over."""

    code = "too_late"


class NoAnswerHere(Refused):
    """Answers go under comments of the same proposal that still stand, and not under other answers."""

    code = "no_answer_here"


class NobodyToAsk(Refused):
    """The author has deleted the account."""

    code = "nobody_to_ask"


class ReasonMissing(Refused):
    """A decision that the author has to understand needs words in her language."""

    code = "reason_missing"


class BadPhoto(Refused):
    code = "bad_photo"


class TooManyPhotos(Refused):
    code = "too_many_photos"


class PhotosBusy(Refused):
    """Photos are unpacked one at a time, and there are too many before this one."""

    code = "photos_busy"


class NoRoomForPhoto(Refused):
    """The disk did not take it."""

    code = "no_room"
