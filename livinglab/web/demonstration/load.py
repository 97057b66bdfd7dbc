"""Loading the demonstration city into an empty database."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from livinglab.accounts.areas import DATA, load_areas
from livinglab.accounts.models import Area, Person
from livinglab.notices.models import Notice
from livinglab.web.demonstration.city import City, content
from livinglab.web.demonstration.offices import make_offices
from livinglab.web.demonstration.people import make_crowd, make_people
from livinglab.web.demonstration.proposals import make_proposals
from livinglab.web.demonstration.reports import publish_reports
from livinglab.web.demonstration.services import make_services
from livinglab.web.retention import apply_retention
from surveys.instruments import load_instruments

# Older notices were mailed and read long ago.
NEWS_FOR = timedelta(days=7)


def is_loaded() -> bool:
    """Whether the people in the database are those of the demonstration."""
    return Person.objects.filter(email=content("people")["staff"][0]["email"]).exists()


@transaction.atomic
def load(*, at: datetime) -> None:
    """All of the demonstration or nothing."""
    load_areas(DATA, today=timezone.localdate(at))
    load_instruments(at=at)
    city = City(now=at, areas={area.name_ko: area for area in Area.objects.all()})
    make_offices(city)
    make_people(city)
    make_crowd(city)
    make_proposals(city)
    make_services(city)
    publish_reports(city)
    Notice.objects.filter(at__lt=at - NEWS_FOR).update(read_at=F("at"), mail_considered_at=F("at"))
    # What is over by then has gone by itself, as it would have night by night.
    apply_retention(at=at)
