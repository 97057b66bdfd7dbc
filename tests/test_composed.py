"""Queries that are composed once: values go where they belong and nowhere else."""

from datetime import date

import pytest

from livinglab.accounts.models import Area
from livinglab.composed import Composed, stand_in
from pilots.models import Pilot
from tests.builders import pilots as build
from tests.people import make_area

pytestmark = pytest.mark.django_db


def test_rows_are_those_of_the_queryset_for_every_value(mo):
    areas = [make_area(), make_area("소담동", "Sodam-dong", "3611053000")]
    pilot = build.announced_pilot(mo)
    named = Composed(lambda pk, other: Area.objects.filter(pk__in=[pk, other]).values_list("pk", "name_ko"), int, int)
    opened = Composed(lambda day: Pilot.objects.open_for_joining_on(day).values_list("pk"), date)

    for one, other in ((areas[0].pk, 0), (0, areas[1].pk), (areas[1].pk, areas[0].pk), (0, 0)):
        rows = Area.objects.filter(pk__in=[one, other]).values_list("pk", "name_ko")
        assert sorted(named.asked(one, other)) == sorted(map(list, rows))
    for day in (pilot.ends_on, date(2000, 1, 1)):
        assert opened.asked(day) == list(map(list, Pilot.objects.open_for_joining_on(day).values_list("pk")))


@pytest.mark.parametrize("other", [False, True])
def test_a_parameter_that_equals_what_stands_for_a_value_is_left_alone(other):
    standing = stand_in(int, 0, other=other)
    area = Area.objects.create(
        pk=standing, name_ko="가", name_en="A", kind="dong", office_code="3611099999", lat=36, lon=127
    )
    query = Composed(lambda pk: Area.objects.filter(pk=standing).exclude(pk=pk).values_list("pk"), int)

    assert query.asked(make_area().pk) == [[area.pk]]
    assert query.asked(area.pk) == []


def test_a_value_that_only_some_readers_need_may_be_left_out_of_the_query():
    area = make_area()

    assert Composed(lambda pk, _reader: Area.objects.filter(pk=pk).values_list("pk"), int, int).asked(area.pk, 9) == [
        [area.pk]
    ]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (lambda pk: Area.objects.filter(pk=pk + 1).values_list("pk"), "made of a value"),
        (lambda pk: Area.objects.filter(name_ko=f"area {pk}").values_list("pk"), "made of a value"),
        (lambda pk: Area.objects.filter(**({"pk": pk} if pk > -9 else {})).values_list("pk"), "SQL is not the same"),
        (lambda pk: Area.objects.all()[: abs(pk)].values_list("pk"), "SQL is not the same|made of a value"),
    ],
)
def test_a_query_that_cannot_be_composed_once_is_refused(rows, sentence):
    with pytest.raises(ValueError, match=sentence):
        Composed(rows, int)


def test_every_value_has_to_be_given_and_be_of_a_known_kind():
    with pytest.raises(TypeError, match="takes 1 values, not 2"):
        Composed(lambda pk: Area.objects.filter(pk=pk).values_list("pk"), int).asked(1, 2)
    with pytest.raises(TypeError, match="nothing stands for a str"):
        Composed(lambda name: Area.objects.filter(name_ko=name).values_list("pk"), str)
