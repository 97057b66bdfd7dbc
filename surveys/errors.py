"""What surveys refuse."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from livinglab.errors import Refused

if TYPE_CHECKING:
    from surveys.models import Wave

ANSWERS_ARE_GONE = _(
    "The answers to this survey were deleted when their time was over; its counts and published results stay."
)


class AnswersGone(Refused):
    """The answers of the wave were deleted as its consent text says; only what was counted of them is left."""

    code = "answers_gone"


def refuse_if_answers_are_gone(wave: "Wave") -> None:
    if wave.answers_deleted_at is not None:
        raise AnswersGone(str(ANSWERS_ARE_GONE))


class ChangedInstrument(Refused):
    """A bank that was loaded is never edited; another text needs another version."""

    code = "changed_instrument"


class WrongPlan(Refused):
    code = "wrong_plan"


class WrongRule(Refused):
    code = "wrong_rule"


class AlreadyRegistered(Refused):
    code = "already_registered"


class NoRule(Refused):
    """No wave opens before the acceptance rule is registered."""

    code = "no_rule"


class WrongWaveStage(Refused):
    code = "wrong_wave_stage"


class WaveNotOpen(WrongWaveStage):
    code = "wave_not_open"


class TooEarlyToClose(Refused):
    """A wave with a look closes at its registered time; before, it can only be cancelled."""

    code = "too_early_to_close"


class NotALook(Refused):
    """LL-1 speaks when a wave with a look closes as registered, and at no other moment."""

    code = "not_a_look"


class CannotSign(Refused):
    """Only an evaluator of the pilot signs a verdict, and only one that follows from the frozen counts."""

    code = "cannot_sign"


class CannotPublish(Refused):
    """Only a finished draft that holds the evaluator's newest words is published, by an evaluator of the pilot."""

    code = "cannot_publish"


class NoReason(Refused):
    """What leaves the desk with exact counts leaves with a reason."""

    code = "no_reason"


class NotTakingPart(Refused):
    code = "not_taking_part"


class WrongAnswer(Refused):
    """An answer that is not among the choices of its question."""

    code = "wrong_answer"


class NotStarted(Refused):
    code = "not_started"


class AlreadyAnswered(Refused):
    code = "already_answered"


class CannotBeEntered(Refused):
    """A sheet whose answers cannot be entered; it never says why, because that would tell who has answered."""

    code = "cannot_be_entered"


class EnteredAnswers(Refused):
    """Whoever has entered answers of a pilot neither decides about it nor signs for it."""

    code = "entered_answers"


class UnknownNickname(Refused):
    """Nobody with this nickname takes part in the pilot."""

    code = "unknown_nickname"

    def __init__(self, sentence: str, nicknames: Sequence[str]) -> None:
        super().__init__(sentence)
        self.nicknames = nicknames


class BrokenInstrument(Refused):
    """The stored text of a bank is not the one that was locked."""

    code = "broken_instrument"


class DisabledInstrument(Refused):
    """A bank that is described only, or whose permission is not recorded."""

    code = "disabled_instrument"


class ClashingBanks(Refused):
    """Two banks of one survey ask the same."""

    code = "clashing_banks"


class TakenBank(Refused):
    """The name of an uploaded bank belongs to another."""

    code = "taken_bank"


class NoPermission(Refused):
    """A licensed bank is not loaded before its permission is recorded."""

    code = "no_permission"


class WrongExport(Refused):
    """A format that a level does not come in, or a wave that has nothing to export."""

    code = "wrong_export"


class WrongExportStage(Refused):
    code = "wrong_export_stage"


class OwnExport(Refused):
    """A full file is released by two people."""

    code = "own_export"


class OutdatedExport(Refused):
    """Answers in the file have been withdrawn since it was made."""

    code = "outdated_export"


class NoDirections(Refused):
    """A direction that does not rest on a ranking, or not signed by an evaluator of the pilot."""

    code = "no_directions"


class CannotRemind(Refused):
    """A part of the participants that nobody may be reminded of now."""

    code = "cannot_remind"


class CannotReview(Refused):
    """The review of an alarm is closed once, with words, by an evaluator of the pilot."""

    code = "cannot_review"


class CannotRead(Refused):
    """Open answers of somebody else's pilot, of a wave that is not closed, or one that is quoted already."""

    code = "cannot_read"


class NoQuotation(Refused):
    """Nothing to quote, words that nobody wrote, or something that points at a person."""

    code = "no_quotation"


class ReadMeanwhile(Refused):
    """Somebody else has read or coded the same answer."""

    code = "read_meanwhile"


class WrongTheme(Refused):
    """A codebook that is full, or a theme that is there already, in use, or of another pilot."""

    code = "wrong_theme"
