"""Shares and series that a report shows beside the released figures, worked out from released figures alone.

They stand in ``results.json`` under ``derived``, so that every printed number has its place there.
"""

from surveys.metrics.figures import Plain
from surveys.metrics.monitoring import monitoring_of
from surveys.metrics.release import hidden_figures


def derived_of(figures: Plain, earlier: list[Plain], rule: Plain) -> Plain:
    return {
        "people": people(figures, rule),
        "spreads": spreads(figures),
        "monitoring": monitoring_of([*earlier, figures]),
        "hidden": hidden_by_part(figures),
    }


def hidden_by_part(figures: Plain) -> Plain:
    """How many figures and counts each part of the released figures hides."""
    told = {name: hidden_figures(part) for name, part in figures.items() if isinstance(part, dict | list)}
    outcomes = ("accept", "use", "endorse", "accept_unweighted", "use_unweighted", "endorse_unweighted")
    together = sum(told.pop(name, 0) for name in (*outcomes, "participation"))
    told.pop("verdict", None)
    return {"accept": together} | {name: n for name, n in told.items() if n}


def people(figures: Plain, rule: Plain) -> list[Plain]:
    """Each category with its share of the answers and of the registered population, or else of those invited.

    From counts rounded to 5 as they are released; a hidden part hides its sum.
    """
    found = []
    for variable, rows in figures["people"].items():
        population = _margin(rule, variable)
        rows = _joined(rows, rule, variable) if population else rows
        rows = [row for row in rows if row["answered"] != 0 or row["invited"]]
        if len(rows) < 2:
            continue
        answered = sum(row["answered"] or 0 for row in rows)
        known: list[int | None] = [population.get(row["category"]) if population else row["invited"] for row in rows]
        total = sum(population.values()) if population else sum(one or 0 for one in known)
        for row, reference in zip(rows, known, strict=True):
            of_reference = reference / total if reference is not None and total else None
            of_answers = row["answered"] / answered if row["answered"] is not None and answered else None
            found.append(
                {
                    "variable": variable,
                    "category": row["category"],
                    "reference": reference,
                    "registered": bool(population),
                    "answered": row["answered"],
                    "share_of_reference": of_reference,
                    "share_of_answers": of_answers,
                    "coverage": of_answers / of_reference if of_answers is not None and of_reference else None,
                }
            )
    return found


def _margin(rule: Plain, variable: str) -> dict[str, int]:
    """The registered population by category; empty where none is registered for this variable."""
    weighting = rule.get("weighting")
    if not weighting or variable not in weighting["variables"]:
        return {}
    margin: dict[str, int] = weighting["margins"][weighting["variables"].index(variable)]
    return margin


def _joined(rows: list[Plain], rule: Plain, variable: str) -> list[Plain]:
    """The categories of the registered recipe, which may join finer ones."""
    joins = (rule["weighting"].get("categories") or {}).get(variable) or {}
    found: dict[str, Plain] = {}
    for row in rows:
        name = str(joins.get(row["category"], row["category"]))
        other = found.get(name)
        counts = {
            side: row[side] if other is None else _sum(other[side], row[side]) for side in ("invited", "answered")
        }
        found[name] = {"category": name, **counts}
    return list(found.values())


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def spreads(figures: Plain) -> Plain:
    """Of each item, the share of each point of its scale among the answers that are shown."""
    found: Plain = {}
    for item in figures["items"]:
        counts = [part["n"] for part in item["histogram"]]
        total = sum(count or 0 for count in counts)
        found[item["code"]] = [None if count is None or not total else count / total for count in counts]
    return found
