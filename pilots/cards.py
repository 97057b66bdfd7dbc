"""Pilots as a list shows them."""

from datetime import date
from typing import NamedTuple

from livinglab.bilingual import shown_language
from pilots.models import Pilot


class Card(NamedTuple):
    """All that a card shows of a pilot, in the order of ``SHOWN_ON_A_CARD``."""

    slug: str
    title_ko: str
    title_en: str
    stage: str
    imported: bool
    illustrative: bool
    starts_on: date
    ends_on: date
    capacity: int
    joined_total: int
    waiting_total: int
    summary_ko: str
    summary_en: str
    field_ko: str
    field_en: str
    area_id: int | None
    area_ko: str
    area_en: str

    @property
    def field(self) -> str:
        return str(getattr(self, f"field_{shown_language(self, 'field')}"))

    @property
    def area(self) -> str:
        return str(getattr(self, f"area_{shown_language(self, 'area')}") or "")

    @property
    def stage_name(self) -> str:
        return str(Pilot.Stage(self.stage).label)


SHOWN_ON_A_CARD = (
    *("slug", "title_ko", "title_en", "stage", "imported", "illustrative", "starts_on", "ends_on"),
    *("capacity", "joined_total", "waiting_total", "version__summary_ko", "version__summary_en"),
    *("version__service__field__name_ko", "version__service__field__name_en"),
    *("test_bed__area", "test_bed__area__name_ko", "test_bed__area__name_en"),
)
