from pilots.models.enrolment import AccessNeed, AgeBand, Consent, Enrolment, Sex
from pilots.models.pilot import ConsentText, Pilot
from pilots.models.service import Service, ServiceVersion
from pilots.models.test_bed import TestBed

__all__ = [
    "AccessNeed",
    "AgeBand",
    "Consent",
    "ConsentText",
    "Enrolment",
    "Pilot",
    "Service",
    "ServiceVersion",
    "Sex",
    "TestBed",
]
