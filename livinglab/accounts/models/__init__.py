from livinglab.accounts.models.access_record import AccessDigest, AccessRecord
from livinglab.accounts.models.agreement import Agreement
from livinglab.accounts.models.api_token import ApiToken
from livinglab.accounts.models.area import Area, LegalCode, Office
from livinglab.accounts.models.factor_reset import FactorReset
from livinglab.accounts.models.person import MailKind, Person, ResidenceState, RoleGrant, is_of_city
from livinglab.accounts.models.residence import ResidenceCode, ResidenceRecord
from livinglab.accounts.models.session import Session
from livinglab.accounts.models.use_count import UseCount

__all__ = [
    "AccessDigest",
    "AccessRecord",
    "Agreement",
    "ApiToken",
    "Area",
    "FactorReset",
    "LegalCode",
    "MailKind",
    "Office",
    "Person",
    "ResidenceCode",
    "ResidenceRecord",
    "ResidenceState",
    "RoleGrant",
    "Session",
    "UseCount",
    "is_of_city",
]
