"""Making a report with its public pack, step by step, from a snapshot."""

from collections.abc import Callable
from dataclasses import dataclass

from surveys.models import Snapshot
from surveys.reports.content import written
from surveys.reports.material import material_of
from surveys.reports.pack import packed
from surveys.reports.typeset import typeset


@dataclass(frozen=True)
class Report:
    pdf: bytes
    pack: bytes


def made_report(snapshot: Snapshot, language: str, *, tell: Callable[[int], None] = lambda percent: None) -> Report:
    """Both files; ``tell`` hears how far it is, in percent. The same snapshot gives the same pack, byte for byte."""
    tell(5)
    material = material_of(snapshot)
    tell(20)
    pack = packed(material)
    tell(40)
    report = written(material, language)
    tell(70)
    pdf = typeset(report, material.charts, made_at=snapshot.frozen_at.timestamp())
    tell(95)
    return Report(pdf, pack)


def name_of(snapshot: Snapshot, language: str) -> str:
    """What the files are called for whoever downloads them."""
    wave = snapshot.wave
    return f"{wave.survey.pilot.slug}-wave-{wave.number}-{language}"
