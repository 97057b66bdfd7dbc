"""The city's areas as the database holds them."""

import json
from itertools import combinations

import pytest
import shapely
from django.core.management import call_command
from django.core.management.base import CommandError
from shapely.geometry import shape

from livinglab.accounts.models import Area, LegalCode

pytestmark = pytest.mark.django_db


@pytest.fixture
def areas() -> list[Area]:
    call_command("load_areas", verbosity=0)
    return list(Area.objects.all())


def test_loading_twice_is_loading_once(areas):
    before = list(Area.objects.order_by("pk").values()), LegalCode.objects.count()

    call_command("load_areas", verbosity=0)

    assert before == (list(Area.objects.order_by("pk").values()), LegalCode.objects.count())
    assert len(areas) == 24


def test_boundaries_are_valid_small_and_hold_their_point(areas):
    drawn = [area for area in areas if area.boundary]

    assert {area.name_ko for area in areas} - {area.name_ko for area in drawn} == {"해밀동"}
    assert all(shape(area.boundary).is_valid for area in drawn)
    assert all(shape(area.boundary).contains(shapely.Point(area.lon, area.lat)) for area in drawn)
    assert sum(len(json.dumps(area.boundary)) for area in drawn) < 60_000


def test_neighbours_neither_overlap_nor_leave_gaps(areas):
    shapes = [shape(area.boundary) for area in areas if area.boundary]
    total = shapely.union_all(shapes)

    assert sum(one.area for one in shapes) == pytest.approx(total.area, rel=1e-3)
    assert all(one.intersection(other).area < 1e-9 for one, other in combinations(shapes, 2))


def test_an_office_with_two_legal_areas_serves_the_ground_of_both(areas):
    hansol = Area.objects.get(name_ko="한솔동")

    assert set(hansol.legal_codes.values_list("name_ko", flat=True)) == {"한솔동", "가람동"}
    assert shape(hansol.boundary).contains(shapely.Point(127.2534, 36.4774))


def test_a_folder_without_the_files_gets_one_clear_sentence(tmp_path):
    with pytest.raises(CommandError, match=r"areas\.csv is not there"):
        call_command("load_areas", tmp_path)
