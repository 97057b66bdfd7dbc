"""A map of the city's areas, drawn from our own boundaries: no tiles, no third party."""

from collections.abc import Iterable
from math import cos, radians
from typing import Any

from django import template
from django.utils.translation import gettext as _

register = template.Library()

WIDTH = 1000
MARGIN = 0.01
# Narrower areas have no room for their name; their title, and the table beside the map, tell it.
ROOM_FOR_A_NAME = 0.11


class Frame:
    """From degrees to the units of the drawing (equirectangular, true to scale in the middle of the city)."""

    def __init__(self, positions: list[tuple[float, float]]) -> None:
        longitudes, latitudes = [lon for lon, _lat in positions], [lat for _lon, lat in positions]
        self.west, east = min(longitudes) - MARGIN, max(longitudes) + MARGIN
        south, self.north = min(latitudes) - MARGIN, max(latitudes) + MARGIN
        self.across = WIDTH / (east - self.west)
        self.down = self.across / cos(radians((south + self.north) / 2))
        self.height = round((self.north - south) * self.down)

    def place(self, lon: float, lat: float) -> tuple[int, int]:
        return round((lon - self.west) * self.across), round((self.north - lat) * self.down)

    def path(self, rings: list[list[list[float]]]) -> str:
        drawn = []
        for ring in rings:
            points = [self.place(lon, lat) for lon, lat, *_height in ring]
            x, y = points[0]
            steps = [f"M{x} {y}l"]
            for next_x, next_y in points[1:-1]:
                steps.append(f"{next_x - x} {next_y - y} ")
                x, y = next_x, next_y
            drawn.append("".join(steps).rstrip() + "z")
        return "".join(drawn)


def rings_of(boundary: dict[str, Any] | None) -> list[list[list[float]]]:
    if not boundary:
        return []
    if boundary["type"] == "Polygon":
        return list(boundary["coordinates"])
    return [ring for polygon in boundary["coordinates"] for ring in polygon]


@register.inclusion_tag("components/area_map.html")
def area_map(
    areas: Iterable[Any],
    *,
    selected: object = None,
    href: str = "",
    points: Iterable[Any] = (),
    title: str = "",
    value_label: str = "",
    picker: str = "",
    table: bool = True,
) -> dict[str, Any]:
    """Areas as shapes (as circles where the boundary is not known), points, and the list of both.

    ``href`` has {} where the area's key goes. An area may carry a ``value`` (a count to be told). ``picker`` names the
    inputs of latitude and longitude that a press on the map fills in.
    """
    areas = list(areas)
    rings = {area.pk: rings_of(area.boundary) for area in areas}
    frame = Frame(
        [(area.lon, area.lat) for area in areas]
        + [(position[0], position[1]) for parts in rings.values() for ring in parts for position in ring]
        or [(0.0, 0.0)]
    )
    shapes = []
    for area in areas:
        longitudes = [position[0] for ring in rings[area.pk] for position in ring]
        x, y = frame.place(area.lon, area.lat)
        value = getattr(area, "value", None)
        shapes.append(
            {
                "name": area.name,
                "value": value,
                "words": area.name if value is None else f"{area.name}: {value}",
                "path": frame.path(rings[area.pk]),
                "x": x,
                "y": y,
                "named": bool(longitudes)
                and (max(longitudes) - min(longitudes)) * frame.across > ROOM_FOR_A_NAME * WIDTH,
                "selected": str(area.pk) == str(selected),
                "url": href.replace("{}", str(area.pk)) if href else "",
            }
        )
    marks = []
    for point in points:
        lon, lat, label, url = (
            (point["lon"], point["lat"], point["label"], point.get("url", ""))
            if isinstance(point, dict)
            else (point.lon, point.lat, point.label, getattr(point, "url", ""))
        )
        x, y = frame.place(lon, lat)
        marks.append({"x": x, "y": y, "label": label, "url": url})
    latitude, _space, longitude = picker.partition(" ")
    return {
        "shapes": sorted(shapes, key=lambda shape: (shape["selected"], not shape["path"])),
        "areas": shapes,
        "points": marks,
        "width": WIDTH,
        "height": frame.height,
        "frame": f"{frame.west:.5f} {frame.north:.5f} {frame.across:.3f} {frame.down:.3f}",
        "latitude": latitude,
        "longitude": longitude,
        "links": bool(href) or any(mark["url"] for mark in marks),
        "with_value": any(shape["value"] is not None for shape in shapes),
        "value_label": value_label or _("Number"),
        "title": title or _("Map of the areas"),
        "table": table,
    }
