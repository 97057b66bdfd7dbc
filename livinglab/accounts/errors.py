from django.utils.translation import gettext_lazy as _

from livinglab.errors import Refused


class WrongCode(Refused):
    """No unused residence code reads like this."""

    code = "wrong_residence_code"

    def __init__(self) -> None:
        super().__init__(
            _("This code does not open anything. Please compare it with the printed one, letter by letter.")
        )


class NotInCharge(Refused):
    """A moderator of one office acts on another office's area."""

    code = "not_in_charge"

    def __init__(self) -> None:
        super().__init__(_("This area belongs to another office."))


class WholeCityOnly(Refused):
    """An administrator of one office would reach the whole city all the same."""

    code = "whole_city_only"

    def __init__(self) -> None:
        super().__init__(_("Administrators answer for the whole city. Leave the office empty."))


class OwnAccount(Refused):
    """Nobody locks the door behind themselves."""

    code = "own_account"

    def __init__(self) -> None:
        super().__init__(_("This is your own account. Another administrator can close it."))


class LastAdministrator(Refused):
    """Without an administrator nobody could grant a role again."""

    code = "last_administrator"

    def __init__(self) -> None:
        super().__init__(_("You are the only administrator. Give somebody else this role first."))


class NicknameBlank(Refused):
    """Nothing of the name can be seen."""

    code = "nickname_blank"

    def __init__(self) -> None:
        super().__init__(_("Please write something."))


class NicknameTaken(Refused):
    """Somebody has a name that people cannot tell from this one."""

    code = "nickname_taken"

    def __init__(self) -> None:
        super().__init__(_("Somebody already uses this nickname. Please choose another one."))


class NicknameReserved(Refused):
    """The name speaks for the city; staff get theirs from an administrator."""

    code = "nickname_reserved"

    def __init__(self) -> None:
        super().__init__(
            _("This nickname sounds like the city, one of its offices or its staff. Please choose another one.")
        )


class NicknameSealed(Refused):
    """The name brings a badge of its own."""

    code = "nickname_sealed"

    def __init__(self) -> None:
        super().__init__(
            _("Check marks, seals and shields stand for the staff of the city here. Please leave them out.")
        )


class SecretUnreadable(Refused):
    """A second factor was encrypted with a key that the site no longer has."""

    code = "secret_unreadable"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Your second factor can no longer be checked, because the key of this site was changed."
                " Please ask an administrator of the lab to reset it."
            )
        )


class TooManyTokens(Refused):
    """Nobody needs more tokens at a time."""

    code = "too_many_tokens"

    def __init__(self) -> None:
        super().__init__(_("You have ten tokens. Please end one of them first."))


class StaffOnly(Refused):
    """Somebody without a role asks for a token that works as staff."""

    code = "staff_only"

    def __init__(self) -> None:
        super().__init__(_("Only staff can have a token that works as staff."))


class SecondFactorMissing(Refused):
    """Staff act with a second factor, and so do their programs."""

    code = "second_factor_missing"

    def __init__(self) -> None:
        super().__init__(_("Staff accounts need a second factor. Set one up first."))


class OwnSecondFactor(Refused):
    """Nobody takes part in resetting the own second factor."""

    code = "own_second_factor"

    def __init__(self) -> None:
        super().__init__(_("Your own second factor is reset by two other administrators."))


class SecondPersonNeeded(Refused):
    """Whoever asked for a reset also confirms it."""

    code = "second_person_needed"

    def __init__(self) -> None:
        super().__init__(_("You asked for this yourself. Another administrator has to confirm it."))


class NothingToReset(Refused):
    """The account has no second factor."""

    code = "nothing_to_reset"

    def __init__(self) -> None:
        super().__init__(_("This account has no second factor."))
