from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _


def account_tabs(current: str) -> list[dict[str, Any]]:
    """The pages of one's own account, for the component ``tabs.html``."""
    pages = [
        ("me:profile", _("Profile")),
        ("me:residence", _("Residence")),
        ("me:agreements", _("Agreements")),
        ("me:data", _("My data")),
        ("me:sessions", _("Devices")),
        ("me:tokens", _("Access for programs")),
    ]
    return [{"label": label, "url": reverse(name), "current": name == current} for name, label in pages]
