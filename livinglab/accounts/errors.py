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


class LastAdministrator(Refused):
    """Without an administrator nobody could grant a role again."""

    code = "last_administrator"

    def __init__(self) -> None:
        super().__init__(_("You are the only administrator. Give somebody else this role first."))
