from __future__ import annotations

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.translation import get_language

from livinglab import korean

register = template.Library()


@register.filter(is_safe=True)
@stringfilter
def particle(name: str, pair: str) -> str:
    """The name with its particle, `{{ name|particle:"은/는" }}`; on a page in another language the name alone."""
    if not (get_language() or "ko").startswith("ko"):
        return name
    return name + korean.particle(name, pair)
