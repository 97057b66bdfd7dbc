"""Whom people ask: the office in charge of an area, or else the city."""

from dataclasses import dataclass

from django.conf import settings

from livinglab.accounts.models import Area, Office
from livinglab.bilingual import active_language


@dataclass(frozen=True)
class ContactPoint:
    """Where to ask, in the reader's language; empty is what nobody has named."""

    office: str
    phone: str
    counter: str
    email: str


def the_city() -> ContactPoint:
    """For everything that no office answers."""
    contact = settings.CONTACT
    wished, other = contact.counter_ko, contact.counter_en
    if active_language() == "en":
        wished, other = other, wished
    return ContactPoint(office="", phone=contact.phone, counter=wished or other, email=contact.email)


def office_of(area: Area | None) -> Office | None:
    """The office in charge of an area."""
    return None if area is None else Office.objects.filter(areas=area).order_by("slug").first()


def contact_point_of(area: Area | None, *, phone: str = "") -> ContactPoint:
    """Whom to ask about something at a place: the office of its area, else the city; ``phone`` goes before theirs."""
    office, city = office_of(area), the_city()
    return ContactPoint(
        office=office.name if office else "",
        phone=phone or (office.phone if office else "") or city.phone,
        counter=(office.counter if office else "") or city.counter,
        email=city.email,
    )
