from pilots.models.enrolment import DEFAULT_PROTECTED_GROUP, GROUPS, AccessNeed, AgeBand, Consent, Enrolment, Sex
from pilots.models.pilot import ConsentText, Pilot
from pilots.models.service import Service, ServiceVersion
from pilots.models.test_bed import TestBed

__all__ = [
    "DEFAULT_PROTECTED_GROUP",
    "GROUPS",
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
