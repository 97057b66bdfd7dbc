"""docs/methods.md promises numbers to evaluators: its worked cases are run, its tables compared."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from surveys.stats.planning import planning_table
from surveys.stats.verdict import Rule

DOCUMENT = Path(__file__).parents[2] / "docs" / "methods.md"


def test_worked_cases_come_out_as_printed():
    # The closing fence of the code block would be read as expected output.
    text = DOCUMENT.read_text(encoding="utf-8").replace("```", "")
    cases = doctest.DocTestParser().get_doctest(text, {}, "methods.md", str(DOCUMENT), 0)
    complaints: list[str] = []
    result = doctest.DocTestRunner().run(cases, out=complaints.append)

    assert result.failed == 0, "".join(complaints)
    assert result.attempted > 20


def test_planning_table_is_the_one_computed():
    printed = re.findall(
        r"^\| ([\d,]+) \| ([\d.]+) % \| (\d+) / (\d+) / (\d+) / (\d+) % \| ([\d.]+) points \|$",
        DOCUMENT.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    rows = planning_table(Rule(), [int(row[0].replace(",", "")) for row in printed])

    assert len(printed) == 6
    assert [row[1:] for row in printed] == [
        (
            f"{100 * row.smallest_share:.1f}",
            *(f"{100 * power:.0f}" for _share, power in row.power),
            f"{100 * row.half_width:.1f}",
        )
        for row in rows
    ]
