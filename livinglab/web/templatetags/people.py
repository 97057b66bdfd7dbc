"""Names of people, with the badge of whoever speaks for the city."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from livinglab.accounts.models import Person

register = template.Library()


@register.simple_tag
def person_name(person: Person | None, by_city_staff: bool | None = None) -> SafeString:
    """A public name; the badge is markup, so that nobody can type it. ``by_city_staff`` saves asking for the roles."""
    if by_city_staff is None:
        by_city_staff = person is not None and person.speaks_for_city
    shown = render_to_string("components/person_name.html", {"person": person, "by_city_staff": by_city_staff})
    return SafeString(shown.strip())
