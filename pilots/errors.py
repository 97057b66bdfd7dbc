"""What pilots refuse."""

from livinglab.errors import Refused


class WrongStage(Refused):
    code = "wrong_pilot_stage"


class NotPublished(Refused):
    code = "proposal_not_published"


class AlreadyMade(Refused):
    code = "already_made"


class TooManyPlaces(Refused):
    code = "more_places_than_test_bed"


class WrongDates(Refused):
    code = "wrong_dates"


class ConsentMissing(Refused):
    code = "consent_missing"


class ConsentChanged(Refused):
    code = "consent_text_changed"


class PhoneMissing(Refused):
    code = "phone_missing"


class NotConfirmed(Refused):
    code = "residence_not_confirmed"


class NothingToTakeOut(Refused):
    """The answers are gone, or nobody can tell any more whose they were."""

    code = "nothing_to_take_out"


class AnswersTakenOut(Refused):
    code = "answers_taken_out"
