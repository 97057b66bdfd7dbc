"""Every column of every table is in tests/canary/columns.py."""

import pytest
from django.apps import apps

from tests.canary.columns import MODELS, WHOLE, Columns, Few, Open

COLUMNS = {
    model._meta.label: {field.attname for field in model._meta.concrete_fields}
    for model in apps.get_models(include_auto_created=True)
}


def named(kinds: list[Columns]) -> list[str]:
    return [name for kind in kinds for name in kind]


def test_every_table_has_its_columns_listed():
    missing = sorted(set(COLUMNS) - set(MODELS))
    gone = sorted(set(MODELS) - set(COLUMNS))

    assert not missing, f"tables that tests/canary/columns.py does not know: {', '.join(missing)}"
    assert not gone, f"tables in tests/canary/columns.py that are gone: {', '.join(gone)}"


@pytest.mark.parametrize("model", sorted(set(MODELS) & set(COLUMNS)))
def test_every_column_is_open_or_private(model: str):
    listed = named(MODELS[model])

    assert len(listed) == len(set(listed)), f"a column of {model} is listed twice"
    if WHOLE in listed:
        assert listed == [WHOLE], f"{model} as a whole and some of its columns"
        return
    missing, gone = COLUMNS[model] - set(listed), set(listed) - COLUMNS[model]
    assert not missing, (
        f"say in tests/canary/columns.py whether these are private: {model} {', '.join(sorted(missing))}"
    )
    assert not gone, f"{model} has no such columns any more: {', '.join(sorted(gone))}"


@pytest.mark.parametrize("model", sorted(MODELS))
def test_whatever_is_not_searched_has_its_reason(model: str):
    for kind in MODELS[model]:
        assert kind.why or not isinstance(kind, Open | Few), f"{model}: {kind.names}"
