"""What `manage.py check --deploy` says about the site beside what Django knows."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def check_who_is_named(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """A warning for each person or place that the privacy policy and the foot of the pages have to name."""
    named = {"CONTACT": asdict(settings.CONTACT), "PRIVACY_OFFICER": asdict(settings.PRIVACY_OFFICER)}
    missing = [f"{prefix}_{name.upper()}" for prefix, row in named.items() for name, value in row.items() if not value]
    if not missing:
        return []
    return [
        Warning(
            f"Not set: {', '.join(missing)}. The privacy policy and the pages have to name whom people ask.",
            hint="See docs/settings.md.",
            id="livinglab.W001",
        )
    ]
