"""Making a report with its public pack, step by step, from a snapshot."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from surveys.models import Snapshot
from surveys.reports.content import written
from surveys.reports.material import material_of
from surveys.reports.notes import Notes
from surveys.reports.pack import packed
from surveys.reports.typeset import DRAFT, typeset

LANGUAGES = {"ko": ("ko",), "en": ("en",), "both": ("ko", "en")}


@dataclass(frozen=True)
class Report:
    """``contents`` is what the page shows: {"parts": [...]}, each with its report and its charts."""

    pdf: bytes
    draft: bytes
    pack: bytes
    contents: dict[str, Any]


def made_report(
    snapshot: Snapshot, language: str, *, notes: Notes | None = None, tell: Callable[[int], None] = lambda percent: None
) -> Report:
    """All files of a report in ``ko``, ``en`` or ``both``; ``tell`` hears how far it is, in percent.

    The same snapshot and the same notes give the same files, byte for byte.
    """
    tell(5)
    material = material_of(snapshot, notes)
    tell(15)
    parts = []
    for place, one in enumerate(LANGUAGES[language], start=1):
        parts.append(written(material, one))
        tell(15 + 45 * place // len(LANGUAGES[language]))
    pack = packed(material, parts)
    tell(70)
    made_at = snapshot.frozen_at.timestamp()
    draft = typeset(parts, made_at=made_at, watermark=DRAFT)
    tell(85)
    pdf = typeset(parts, made_at=made_at)
    tell(95)
    shown = [{"report": part.report, "charts": part.charts, "narrow": part.narrow} for part in parts]
    return Report(pdf, draft, pack, {"parts": shown})


def name_of(snapshot: Snapshot, language: str) -> str:
    """What the files are called for whoever downloads them."""
    wave = snapshot.wave
    return f"{wave.survey.pilot.slug}-wave-{wave.number}-{language}"
