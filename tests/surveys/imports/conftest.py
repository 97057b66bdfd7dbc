"""A small survey of a made-up library, in the two spellings of two years."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

BANK = {
    "id": "library-hours",
    "version": 1,
    "languages": ["ko", "en"],
    "status": "own",
    "title": {"ko": "도서관 시간", "en": "Library hours"},
    "licence": {"holder": "Living Lab contributors", "terms": "AGPL-3.0-or-later", "may_ship": True},
    "scales": {
        "agree": {
            "low": 1,
            "high": 5,
            "points": [{"value": n, "label": {"ko": f"{n}점", "en": f"{n} of 5"}} for n in range(1, 6)],
            "dont_know": {"ko": "모르겠다", "en": "I don’t know"},
        }
    },
    "blocks": [{"id": "all", "title": {"ko": "시간", "en": "Hours"}, "items": ["OPEN", "QUIET"]}],
    "items": [
        {"code": "OPEN", "construct": "OPEN", "scale": "agree", "text": {"ko": "늦게까지 연다", "en": "Open late"}},
        {"code": "QUIET", "construct": "QUIET", "scale": "agree", "text": {"ko": "조용하다", "en": "It is quiet"}},
    ],
    "scoring": {
        "constructs": {
            "OPEN": {"name": {"ko": "여는 시간", "en": "Hours"}, "items": ["OPEN"], "minimum_answered": 1},
            "QUIET": {"name": {"ko": "조용함", "en": "Quiet"}, "items": ["QUIET"], "minimum_answered": 1},
        },
        "headline": ["OPEN"],
    },
}


def both(word: str) -> dict[str, str]:
    return {"ko": f"{word}(한국어)", "en": word}


MAPPING = {
    "id": "library",
    "bank": "bank.yaml",
    "source": "A made-up survey of a library",
    "service": {
        "slug": "library",
        "field": "08",
        "smart_service_level": 2,
        "name": both("Library"),
        "summary": both("Books"),
    },
    "test_bed": {"name": both("Reading room"), "offer": both("Chairs")},
    "pilot": {
        "slug": "library-hours",
        "title": both("Library hours"),
        "purpose": both("To know"),
        "expected": both("More light"),
        "limits": both("Few people"),
    },
    "words": {"agree": {"No": 1, "Rather not": 2, "Maybe": 3, "Rather": 4, "Yes": 5}},
    "files": [
        {
            "name": "first*.csv",
            "encoding": "cp949",
            "row_id": "번호",
            "wave": 1,
            "date": {"column": "날짜", "format": "%Y. %m. %d.", "timezone": "Asia/Seoul"},
            "missing": [""],
            "dont_know": ["모름"],
            "items": {"OPEN": {"column": "시간"}, "QUIET": {"column": "조용", "not_applicable": ["해당 없음"]}},
            "people": {"age": {"column": "나이"}},
            "groups": {"65+": {"column": "나이", "members": ["65+"]}},
        },
        {
            "name": "second.csv",
            "encoding": "utf-8",
            "row_id": "id",
            "wave": 2,
            "date": {"column": "day", "format": "%Y-%m-%d", "timezone": "Asia/Seoul"},
            "only": {"done": ["yes"]},
            "missing": ["null"],
            "items": {"OPEN": {"column": "open", "words": "agree"}, "QUIET": {"column": "quiet", "words": "agree"}},
        },
    ],
}
FIRST = "번호,날짜,시간,조용,나이\n" + "".join(
    f"{n},2025. 3. {1 + n % 9}.,{1 + n % 5},{('모름', '해당 없음', '', '5')[n % 4]},{('19-64', '65+', '')[n % 3]}\n"
    for n in range(60)
)
WORDS = ("No", "Rather not", "Maybe", "Rather", "Yes")
SECOND = "id,day,open,quiet,done\n" + "".join(
    f"{n},2026-03-{1 + n % 9:02},{WORDS[2 + n % 3]},{quiet},{'yes' if n < 40 else 'no'}\n"
    for n, quiet in enumerate(["null", *WORDS[1:]] * 9)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Mapping, bank and both files, as somebody would hand them over."""
    (tmp_path / "bank.yaml").write_text(yaml.safe_dump(BANK, allow_unicode=True), encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(yaml.safe_dump(MAPPING, allow_unicode=True), encoding="utf-8")
    (tmp_path / "first wave.csv").write_bytes(FIRST.encode("cp949"))
    (tmp_path / "second.csv").write_text(SECOND, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """The command on that folder; gives back what it printed."""

    def command(*options: str) -> str:
        files = [str(folder / name) for name in ("mapping.yaml", "first wave.csv", "second.csv")]
        call_command("import_responses", *files, *options)
        return capsys.readouterr().out

    return command
