"""What `manage.py check --deploy` says about the site beside what Django knows."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def check_who_is_named(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """A warning for each person or place that the privacy policy and the foot of the pages have to name."""
    named = {"CONTACT": settings.CONTACT, "PRIVACY_OFFICER": settings.PRIVACY_OFFICER}
    missing = [
        f"{prefix}_{field.name.upper()}"
        for prefix, row in named.items()
        for field in fields(row)
        if not getattr(row, field.name)
    ]
    if not missing:
        return []
    return [
        Warning(
            f"Not set: {', '.join(missing)}. The privacy policy and the pages have to name whom people ask.",
            hint="See docs/settings.md.",
            id="livinglab.W001",
        )
    ]
