"""Columns of what people wrote hold nothing but clean text."""

import pytest
from django.apps import apps
from django.db import models
from django.db.models.lookups import LessThanOrEqual
from django.db.utils import IntegrityError

from livinglab.text import clean_text
from livinglab.text_columns import IsComposed
from tests.builders import proposals as build


@pytest.mark.parametrize(
    "stored",
    [
        "두 줄\r\n한 줄",
        "끝에 빈칸 \n다음",
        " 앞에",
        "뒤에\n",
        "벨\x07",
        "3\u00a0km",
        "보이지\u200b않는",
        "거꾸로\u202e",
        "채움\u3164",
        "e\u0301",
        "\ufeff머리",
    ],
)
def test_the_database_refuses_text_that_was_not_cleaned(ana, stored):
    draft = build.draft(ana, problem=clean_text(stored))

    draft.problem_ko = stored
    with pytest.raises(IntegrityError, match="proposal_texts_are_clean"):
        draft.save()


# Columns that nobody writes into, by model: keys, digests, codes, versions, languages, addresses, names of files, and
# what the site itself puts together.
NOT_WRITTEN = {
    "accounts.AccessRecord": {"about"},
    "accounts.Agreement": {"version", "text_hash", "language"},
    "accounts.ApiToken": {"digest"},
    "accounts.Area": {"office_code", "source"},
    "accounts.LegalCode": {"code", "name_ko"},
    "accounts.Office": {"slug", "phone"},
    "accounts.Person": {"password", "email", "nickname_key"},
    "accounts.ResidenceCode": {"code_hash"},
    "accounts.Session": {"session_key", "session_data", "device"},
    "accounts.UseCount": {"key"},
    "feedback.Change": {"item", "figure"},
    "notices.Mail": {"to", "subject", "body", "html", "thread", "stop_path", "last_error"},
    "notices.Notice": {"kind", "occasion", "thread", "url"},
    "pilots.Consent": {"language"},
    "pilots.ConsentText": {"hash"},
    "pilots.Enrolment": {"phone"},
    "pilots.Pilot": {"slug", "contact_phone", "source"},
    "pilots.Service": {"slug"},
    "proposals.Photo": {"digest"},
    "proposals.ServiceField": {"code", "name_ko", "name_en"},
    "proposals.Words": {"words"},
    "surveys.BankPermission": {"bank"},
    "surveys.ClosingWork": {"error", "seed", "code_version"},
    "surveys.Criterion": {"metric"},
    "surveys.Direction": {"driver", "figure"},
    "surveys.Entry": {"sheet"},
    "surveys.Export": {"recipe", "error", "file", "hash"},
    "surveys.Instrument": {"bank", "version", "hash"},
    # What masking leaves of a clean text.
    "surveys.OpenAnswer": {"language", "masked"},
    "surveys.PackTaken": {"hash"},
    "surveys.PartReminded": {"variable", "category"},
    "surveys.QuestionSet": {"hash"},
    "surveys.Registration": {"hash"},
    "surveys.Report": {"pdf_hash", "pack_hash", "hash"},
    "surveys.ReportOrder": {"error", "draft", "pdf", "contents", "pack"},
    "surveys.Response": {"cell"},
    "surveys.Sheet": {"code"},
    "surveys.Snapshot": {"hash", "salt", "code_version"},
    "web.ContactMessage": {"language"},
    "web.Heartbeat": {"name"},
    "web.RetentionRun": {"error"},
}
OUR_MODELS = [
    model
    for model in apps.get_models()
    if model.__module__.split(".")[0] in ("livinglab", "proposals", "pilots", "surveys", "feedback")
]


def held_clean(model):
    """Names of the columns that the constraint of the table holds clean."""

    def walk(node):
        for child in getattr(node, "children", ()):
            yield from walk(child)
        if isinstance(node, IsComposed):
            yield node.source_expressions[0].name

    return {
        name
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
        for name in walk(constraint.condition)
    }


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_every_column_people_write_into_is_held_clean(model):
    texts = {
        column.name
        for column in model._meta.concrete_fields
        if isinstance(column, models.TextField | models.CharField) and not column.choices
    }
    assert texts - held_clean(model) == NOT_WRITTEN.get(model._meta.label, set())


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_a_text_is_as_long_in_the_database_as_in_its_form(model):
    """A column of lines has its length by its type."""

    def walk(node):
        for child in getattr(node, "children", ()):
            yield from walk(child)
        if isinstance(node, LessThanOrEqual):
            yield node.lhs.source_expressions[0].name, node.rhs

    held = {
        name: most
        for constraint in model._meta.constraints
        if constraint.name.endswith("_texts_are_clean")
        for name, most in walk(constraint.condition)
    }
    written = held_clean(model)
    lengths = {
        column.name: column.max_length
        for column in model._meta.concrete_fields
        if column.name in written and (isinstance(column, models.TextField) or column.name in held)
    }
    assert held == lengths
