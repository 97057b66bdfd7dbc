"""What goes with every exported file: what it is, how it was made safe, for whom, why and when."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from surveys.metrics.release import Audience, release
from surveys.metrics.suppression import K
from surveys.models import Export, Snapshot
from surveys.questionnaire import Text

VERSION = 1
NAMES = ("requested_by", "confirmed_by")
KOGL = {
    "name": "KOGL-1",
    "title": "KOGL Type 1 (attribution) / 공공누리 제1유형(출처표시)",
    "path": "https://www.kogl.or.kr/info/licenseType1.do",
}
OWN_TERMS = {"name": "other", "title": "The terms of the source / 원자료의 이용 조건"}
RESTRICTED = {
    "name": "restricted",
    "title": "For the purpose in the protocol, not to be passed on / 기록된 목적에만 쓰고 다른 사람에게 넘기지 않음",
}
LEVELS: dict[str, Text] = {
    Export.Level.AGGREGATE: {
        "ko": "공개한 표만. 5명보다 적은 칸과 그 값을 되짚을 수 있는 칸은 가렸음(HIDDEN)",
        "en": "Released tables only. Cells of fewer than 5 people, and cells that would give them away, are HIDDEN.",
    },
    Export.Level.RESEARCH: {
        "ko": "연구용 파일. 직접 식별자와 주관식을 빼고 키를 새로 만들었으며, 비슷한 사람이 5명보다 적은 조합이 없음",
        "en": "Research file. No direct identifiers, no free text, new keys; nobody shares her categories with fewer "
        "than four others.",
    },
    Export.Level.FULL: {
        "ko": "기관 안에서만 쓰는 전체 파일. 두 사람이 내보내기를 확인했음. 자유롭게 적은 글은 들어 있지 않음",
        "en": "Full file for inside the organisation only. Two people released it. "
        "What people wrote in their own words is not in it.",
    },
}


@dataclass(frozen=True)
class Protocol:
    """The facts, as JSON and as rows for people."""

    told: Mapping[str, Any]

    def as_json(self) -> str:
        return json.dumps(self.told, ensure_ascii=False, indent=1) + "\n"

    def without_names(self) -> dict[str, Any]:
        """What the row of the export keeps: it points to people, and forgets them when their accounts go."""
        return {name: value for name, value in self.told.items() if name not in NAMES}

    def rows(self) -> Iterator[tuple[str, Any]]:
        """Flat: dotted names and plain values, as the notes sheet and file labels have them."""
        yield from _flat("", self.told)


def _flat(prefix: str, told: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(told, Mapping):
        for name, value in told.items():
            yield from _flat(f"{prefix}.{name}" if prefix else str(name), value)
    elif isinstance(told, list) and any(isinstance(value, Mapping) for value in told):
        for number, value in enumerate(told, start=1):
            yield from _flat(f"{prefix}.{number}", value)
    elif isinstance(told, list):
        yield prefix, ", ".join(map(str, told))
    else:
        yield prefix, told


def protocol_of(export: Export, snapshot: Snapshot, *, at: datetime, rows: int | None, disclosure: Any) -> Protocol:
    """``rows`` and ``disclosure`` are of files about people."""
    wave = snapshot.wave
    pilot = wave.survey.pilot
    about_people = export.level != Export.Level.AGGREGATE
    told: dict[str, Any] = {
        "protocol_version": VERSION,
        "pilot": pilot.slug,
        "title_ko": pilot.title_ko,
        "title_en": pilot.title_en,
        "wave": wave.number,
        "level": export.level,
        "level_ko": LEVELS[export.level]["ko"],
        "level_en": LEVELS[export.level]["en"],
        "format": export.format,
        "made_at": at.isoformat(timespec="seconds"),
        "requested_by": str(export.requested_by or ""),
        "requested_at": export.requested_at.isoformat(timespec="seconds"),
        "why": export.why,
        "confirmed_by": str(export.confirmed_by) if export.confirmed_by else None,
        "k": K if export.level != Export.Level.FULL else None,
        "licence": dict(licence_of(export)),
        "source": pilot.source,
        "imported": pilot.imported,
        "illustrative": pilot.illustrative,
        "salted_hash": release(snapshot, Audience.PUBLIC)["salted_hash"],
        "code_version": snapshot.code_version,
    }
    if about_people:
        told |= {"rows": rows, "disclosure_control": disclosure or None}
    return Protocol(told)


def licence_of(export: Export) -> Mapping[str, str]:
    if export.level != Export.Level.AGGREGATE:
        return RESTRICTED
    return OWN_TERMS if export.wave.survey.pilot.imported else KOGL
