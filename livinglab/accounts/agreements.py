"""The texts people agree to when they sign up: one file for each kind and language, with the version they bear."""

import hashlib

from django.db.models import OuterRef, QuerySet, Subquery
from django.template.loader import render_to_string

from livinglab.accounts.models import Agreement, Person

# A changed text gets a new version; tests/accounts/test_agreements.py notices when it was forgotten.
VERSIONS = {
    Agreement.Kind.TERMS: "2026-11",
    Agreement.Kind.PRIVACY: "2026-11",
    Agreement.Kind.AGE: "2026-11",
    Agreement.Kind.NEWS: "2026-11",
}


def version_of(kind: Agreement.Kind) -> str:
    return VERSIONS[kind]


def text_of(kind: Agreement.Kind, language: str) -> str:
    """The text as HTML."""
    return render_to_string(f"me/agreements/{kind.value}.{language}.html")


def hash_of(kind: Agreement.Kind, language: str) -> str:
    return hashlib.sha256(text_of(kind, language).encode()).hexdigest()


def people_wanting_news() -> "QuerySet[Person]":
    """Active people whose newest word about news is that they want them."""
    newest = Agreement.objects.filter(person=OuterRef("pk"), kind=Agreement.Kind.NEWS).order_by("-at", "-pk")
    return Person.objects.annotate(wants_news=Subquery(newest.values("agreed")[:1])).filter(
        wants_news=True, is_active=True
    )
