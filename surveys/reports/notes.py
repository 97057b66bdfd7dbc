"""What people add to the figures of a report in their own words, and how ripe they judge the service to be."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from livinglab.bilingual import Bilingual


@dataclass(frozen=True)
class Notes:
    """As frozen into one report. The ladders go from 1 to 9.

    ``steps`` are those of the societal ladder that the site holds evidence for,
    ``directions`` are what evaluators signed that should change ({"driver", "words_ko", "words_en"}), ``signed`` the
    moments in which they signed that the verdict was computed as registered, ``alarms`` those of the closed waves until
    this one, each with its review ({"wave", "charts", "review"}, the review None while it is open), ``voices`` what
    people wrote, what it is about and what may be quoted of it, exact (surveys.metrics.voices; None where no open
    question was asked).
    """

    FIELDS: ClassVar = (
        "foreword_ko",
        "foreword_en",
        "limits_ko",
        "limits_en",
        "srl_before",
        "srl_after",
        "trl_before",
        "trl_after",
    )

    LISTS: ClassVar = ("directions", "signed", "steps", "alarms")

    foreword_ko: str = ""
    foreword_en: str = ""
    limits_ko: str = ""
    limits_en: str = ""
    srl_before: int | None = None
    srl_after: int | None = None
    trl_before: int | None = None
    trl_after: int | None = None
    directions: tuple[dict[str, str], ...] = ()
    signed: tuple[str, ...] = ()
    steps: tuple[int, ...] = ()
    alarms: tuple[dict[str, Any], ...] = ()
    voices: dict[str, Any] | None = None

    foreword = Bilingual("foreword")
    limits = Bilingual("limits")

    @classmethod
    def of(cls, described: dict[str, Any]) -> "Notes":
        lists = {name: tuple(described.get(name, ())) for name in cls.LISTS}
        return cls(**described | lists)

    def describe(self) -> dict[str, Any]:
        """As plain data."""
        lists = {name: list(getattr(self, name)) for name in self.LISTS}
        return asdict(self) | lists
