#!/usr/bin/env python3
"""Check a public pack: do its text, its tables and results.json agree, and does the verdict follow from them?

    python3 verify.py                 the pack this script lies in, unpacked
    python3 verify.py PACK.zip        a pack as it was downloaded

Needs Python 3.9 or newer and nothing else. It reads, it writes nothing, and it does not ask anybody anything.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sys
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import NormalDist
from typing import IO, Any

SUMS = "SHA256SUMS"
FIGURE = ("value", "low", "high", "confidence", "n", "method", "reason")
MISSING = ("dont_know", "no_answer", "not_applicable")
# Where a change between two waves stands, of accept (of everyone weighted where there are weights) and of means.
ACCEPT_OF = {"same_people": "accept", "same_people_weighted": "accept_weighted", "everyone": "accept_available"}
MEAN_OF = {
    "same_people": "change",
    "same_people_weighted": "weighted",
    "everyone": "available",
    "everyone_weighted": "available_weighted",
}
# What is released of parts is rounded: counts to 5, shares and their limits to 0.01.
ROUNDED_COUNT, ROUNDED_SHARE = 2, 0.005
NEAR = 1e-6
# A pack unpacks to less than a tenth of it. Whatever claims to be one is read no further.
MOST_MB = 50
MOST_FILES = 1_000
# What is read into many small parts takes twenty to a hundred times its size in memory.
MOST_MB_OF_JSON = 10
MOST_ROWS = 100_000
# A bound of the share holds few values: those that one rounding leaves open.
MOST_VALUES = 100_000
AGREES = "Text, tables and results.json agree"

# By name: the bytes of a pack's files, and what the JSON files among them hold.
Files = dict[str, bytes]
Documents = dict[str, Any]


class NoPack(Exception):
    """There is no pack to check."""


# What a file raises that is not as packs are: other values than expected, or parts that lie too deep in each other.
BROKEN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, csv.Error)
# What zipfile raises for an archive that it cannot read, or will not without a password.
NO_ARCHIVE = (OSError, EOFError, zipfile.BadZipFile, RuntimeError, zlib.error)


def files_of(path: Path) -> Files:
    """Names and bytes of a pack, zipped or unpacked. Never more than MOST_MB of them, whatever the path holds."""
    try:
        return dict(unpacked(path))
    except NO_ARCHIVE as error:
        raise NoPack(f"{path} is no pack: {error}") from error


def unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    left = MOST_MB * 1_000_000
    for name, file in opened(path):
        # What an archive says of the size of its files is not believed.
        data = file.read(left + 1)
        left -= len(data)
        if left < 0:
            raise NoPack(f"{path} is no pack: it holds more than {MOST_MB} MB.")
        yield name, data


def opened(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The files of a folder or of an archive, one after the other."""
    if path.is_dir():
        found = sorted(inner for inner in path.iterdir() if inner.is_file())
        check_number(path, len(found))
        for inner in found:
            with inner.open("rb") as file:
                yield inner.name, file
        return
    if path.stat().st_size > MOST_MB * 1_000_000:
        raise NoPack(f"{path} is no pack: it is larger than {MOST_MB} MB.")
    with zipfile.ZipFile(path) as archive:
        check_number(path, len(archive.namelist()))
        for name in archive.namelist():
            with archive.open(name) as file:
                yield name, file


def check_number(path: Path, number: int) -> None:
    if number > MOST_FILES:
        raise NoPack(f"{path} is no pack: it holds {number} files.")


def documents_of(files: Files) -> Documents:
    return {name: document(files, name) for name in ("results.json", "registration.json") if name in files}


def document(files: Files, name: str) -> Any:
    if len(files[name]) > MOST_MB_OF_JSON * 1_000_000:
        raise ValueError(f"{name} is larger than {MOST_MB_OF_JSON} MB")
    return json.loads(files[name])


def complaints(files: Files) -> list[str]:
    """What is wrong with a pack, in sentences; nothing where all is well."""
    if "results.json" not in files:
        raise NoPack("There is no results.json, so this is no public pack.")
    found: list[str] = []
    try:
        found += sums(files)
        documents = documents_of(files)
        found += numbers(files, documents)
        found += tables(files, documents["results.json"])
        found += registration(documents)
        found += verdict(documents)
    except BROKEN as error:
        found.append(unread(error))
    return found


def unread(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "the pack cannot be read to its end: its parts lie too deep in each other"
    return f"the pack cannot be read to its end ({type(error).__name__}: {error})"


# 1. Every file is the one the pack was made with.


def sums(files: Files) -> Iterator[str]:
    told = {}
    for line in files.get(SUMS, b"").decode().splitlines():
        digest, _space, name = line.partition("  ")
        told[name] = digest
    if not told:
        yield f"{SUMS} is missing"
    for name in sorted(set(files) | set(told)):
        if name == SUMS:
            continue
        if name not in files:
            yield f"{name} is missing"
        elif name not in told:
            yield f"{name} is not listed in {SUMS}"
        elif hashlib.sha256(files[name]).hexdigest() != told[name]:
            yield f"{name} is not the file the pack was made with"


# 2. Every number of the text is a released figure, rounded as numbers.csv says.


def numbers(files: Files, documents: Documents) -> Iterator[str]:
    if "numbers.csv" not in files:
        return
    texts = {
        name[len("report.") : -len(".txt")]: data.decode().split("\n")
        for name, data in files.items()
        if name.startswith("report.") and name.endswith(".txt")
    }
    at: dict[tuple[str, int], int] = {}
    for row in rows(files, "numbers.csv"):
        printed = row["printed"].lstrip("'")
        place = row["language"], int(row["line"])
        line = texts[place[0]][place[1] - 1]
        start = line.find(printed, at.get(place, 0))
        if start < 0:
            yield f"report.{place[0]}.txt, line {place[1]}: {printed} does not stand there"
            continue
        at[place] = start + len(printed)
        value = pointed(documents, row["figure"])
        if value is None or words(value, row["form"]) != printed:
            yield f"report.{place[0]}.txt, line {place[1]}: {printed} is not {row['figure']}, which is {value}"


def rows(files: Files, name: str) -> list[dict[str, str]]:
    lines = io.StringIO(files[name].decode("utf-8-sig"), newline="")
    found = list(islice(csv.DictReader(lines), MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise ValueError(f"{name} has more than {MOST_ROWS:,} rows")
    return found


def pointed(documents: Documents, figure: str) -> Any:
    """The number that a file name with a JSON pointer (RFC 6901) leads to."""
    name, _hash, pointer = figure.partition("#")
    found = documents[name]
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found


def words(value: float, form: str) -> str:
    """A number as the report prints it."""
    kind, digits = form.rstrip("0123456789"), form.lstrip("abcdefghijklmnopqrstuvwxyz")
    if kind == "count":
        return f"{value:,}"
    if len(digits) > 1:
        raise ValueError(f"{form} is no form of a number")
    if kind == "level":
        return f"{100 * value:.2f}".rstrip("0").rstrip(".")
    if kind in ("hundredths", "points"):
        value *= 100
    text = f"{value:.{digits}f}"
    if kind in ("plain", "hundredths"):
        return text.replace("-", "\u2212")
    bare = text.lstrip("-")
    if not bare.strip("0."):
        return bare
    return ("\u2212" if value < 0 else "+") + bare


# 3. Every cell of the tables is in results.json.


def tables(files: Files, results: Any) -> Iterator[str]:
    figures = results["figures"]
    items = {item["code"]: item for item in figures["items"]}
    groups = {group["name"]: group for group in figures["groups"]}
    constructs = {construct["name"]: construct for construct in figures["constructs"]}
    changes = {(change["from"], change["to"]): change for change in results["changes"]}

    def compared(
        name: str, told: str, row: dict[str, str], figure: Any, columns: tuple[str, ...] = FIGURE
    ) -> Iterator[str]:
        for column in columns:
            if not same(row[column], figure.get(column)):
                yield f"{name}, {told}, {column}: {row[column]!r}, but results.json has {figure.get(column)!r}"

    for row in rows(files, "acceptance.csv"):
        columns = tuple(name for name in (*FIGURE, "n_star", "at_least", "at_most") if name in row)
        yield from compared("acceptance.csv", row["measure"], row, figures[row["measure"]], columns)
    for row in rows(files, "constructs.csv"):
        _constructs, name, measure = row["measure"].split(".")
        yield from compared("constructs.csv", row["measure"], row, constructs[name][measure])
    for row in rows(files, "questions.csv"):
        yield from compared("questions.csv", row["code"], row, items[row["code"]][row["measure"]])
    for row in rows(files, "groups.csv"):
        yield from compared("groups.csv", row["group"], row, groups[row["group"].lstrip("'")][row["measure"]])
    for row in rows(files, "distributions.csv"):
        item = items[row["code"]]
        counts = {str(part["from"]): part["n"] for part in item["histogram"]}
        counts.update({kind: item[kind] for kind in MISSING})
        if not same(row["answers"], counts[row["answer"]]):
            yield f"distributions.csv, {row['code']}, {row['answer']}: {row['answers']!r} is not in results.json"
    people = {
        (variable, entry["category"]): entry for variable, entries in figures["people"].items() for entry in entries
    }
    for row in rows(files, "people.csv"):
        entry = people[row["variable"], row["category"]]
        yield from compared("people.csv", row["category"], row, entry, ("invited", "answered"))
    for row in rows(files, "understanding.csv"):
        questions = {f"{question['code']}.right": question["right"] for question in figures["informed"]["questions"]}
        knowledge = figures.get("appendix", {}).get("knowledge") or {}
        known = {**questions, **knowledge}
        figure = known.get(row["measure"]) or figures["informed"][row["measure"]]
        yield from compared("understanding.csv", row["measure"], row, figure)
    for row in rows(files, "changes.csv"):
        change = changes[int(row["from_wave"]), int(row["to_wave"])]
        means = {f"constructs.{entry['name']}.mean": entry["change"] for entry in change["constructs"]}
        figure = change["accept"] if row["measure"] == "accept" else means[row["measure"]]
        yield from compared("changes.csv", row["measure"], row, figure)

    for row in rows(files, "topics.csv") if "topics.csv" in files else ():
        scores = {score["construct"]: score for score in groups[row["group"].lstrip("'")]["scores"]}
        yield from compared("topics.csv", row["construct"], row, scores[row["construct"]][row["measure"]])
    pairs = {(pair["from"], pair["to"]): pair for pair in results["closing"]["pairs"]}
    for row in rows(files, "panel.csv") if "panel.csv" in files else ():
        pair = pairs[int(row["from_wave"]), int(row["to_wave"])]
        means = {f"constructs.{entry['name']}.mean": entry for entry in pair["constructs"]}
        is_accept = row["measure"] == "accept"
        figure = pair[ACCEPT_OF[row["who"]]] if is_accept else means[row["measure"]][MEAN_OF[row["who"]]]
        yield from compared("panel.csv", row["measure"], row, figure)

    voices = results.get("voices") or {"themes": []}
    for row in rows(files, "themes.csv") if "themes.csv" in files else ():
        theme = voices["themes"][int(row["theme"]) - 1]
        yield from compared("themes.csv", row["label_ko"], row, theme[row["measure"]])
        yield from compared("themes.csv", row["label_ko"], row, theme, ("answers",) if row["answers"] else ())
    words = {word["word"]: word for word in (results["closing"].get("words") or {"words": []})["words"]}
    for row in rows(files, "words.csv") if "words.csv" in files else ():
        columns = ("leans", "not_accepting", "accepting", *FIGURE)
        yield from compared("words.csv", row["word"], row, words[row["word"].lstrip("'")], columns)


def same(cell: str, value: Any) -> bool:
    """Whether a cell of a table says what JSON says; nothing is an empty cell."""
    if value is None:
        return cell == ""
    if isinstance(value, (int, float)):
        return cell != "" and float(cell.lstrip("'")) == value
    return cell.lstrip("'") == str(value)


# 4. The registered rule is the one whose hash was published, and the verdict follows from the released figures.


def registration(documents: Documents) -> Iterator[str]:
    told = documents.get("registration.json")
    decided = documents["results.json"]["figures"]["verdict"]
    if told is None:
        if decided:
            yield "there is a verdict and no registration.json"
        return
    canonical = json.dumps(told["document"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if hashlib.sha256(canonical.encode()).hexdigest() != told["hash"]:
        yield "registration.json: the document does not have the hash that stands beside it"
    if decided and decided["rule_hash"] != told["hash"]:
        yield "the verdict names another rule than registration.json"


def verdict(documents: Documents) -> Iterator[str]:
    figures = documents["results.json"]["figures"]
    told = figures["verdict"]
    if not told or "registration.json" not in documents:
        return
    rule = documents["registration.json"]["document"]
    alpha = rule["alpha"][told["look"] - 1]
    for name in ("tau_scale", "tau_retire", "delta"):
        if told[name] != rule[name]:
            yield f"verdict: {name} is {told[name]}, registered was {rule[name]}"
    if told["looks"] != len(rule["alpha"]) or told["alpha"] != alpha:
        yield "verdict: the look or its error rate is not the registered one"
    bound = told.get("at_least"), told.get("at_most")
    if bound != (figures["accept"].get("at_least"), figures["accept"].get("at_most")):
        yield "verdict: its bound is not that of accept"
    if told["value"] is not None and (told["value"], told["n"]) != (figures["accept"]["value"], figures["accept"]["n"]):
        yield "verdict: its share or its n is not that of accept"
    if told["value"] is not None and told["low"] is not None:
        low, high = wilson(told["value"], told["n_star"], NormalDist().inv_cdf(1 - alpha / 2))
        if abs(low - told["low"]) > NEAR or abs(high - told["high"]) > NEAR:
            yield f"verdict: Wilson's interval is {low:.6f} to {high:.6f}, not {told['low']} to {told['high']}"
    yield from parts_of_verdict(told, rule)
    expected = outcomes(told, rule)
    if told["outcome"] not in expected:
        yield f"verdict: the released figures lead to {' or '.join(expected)}, not to {told['outcome']}"


def remarks(files: Files) -> list[str]:
    """What stands behind a verdict whose share is not published: whether it follows all the same."""
    try:
        documents = documents_of(files)
        told, rule = documents["results.json"]["figures"]["verdict"], documents["registration.json"]["document"]
        if not told or told["low"] is not None:
            return []
        expected = outcomes(told, rule)
    except BROKEN:
        return []
    if expected == [told["outcome"]] and told.get("at_least") is not None:
        return ["Acceptance is published as a bound; every value inside it gives the printed verdict."]
    if expected == [told["outcome"]]:
        return ["Acceptance is not published exactly; the printed verdict follows from what is."]
    return ["Acceptance is not published exactly; whether the printed verdict follows cannot be told from this pack."]


def outcomes(told: Any, rule: Any) -> list[str]:
    """Every outcome that the released figures allow: one where share and interval are told."""
    if gates(told) or (told["value"] is not None and told["low"] is not None):
        return [outcome(told, rule)]
    if told.get("at_least") is None or rule["weighting"]:
        # Hidden, or a share of weights that nobody is told: any outcome may follow.
        return ["NOT_ENOUGH_EVIDENCE", "RETIRE", "REVISE", "SCALE"]
    if told["at_most"] - told["at_least"] > MOST_VALUES:
        raise ValueError(f"between {told['at_least']} and {told['at_most']} lie too many values for a bound")
    z = NormalDist().inv_cdf(1 - rule["alpha"][told["look"] - 1] / 2)
    found = set()
    for yes in range(told["at_least"], told["at_most"] + 1):
        low, high = wilson(yes / told["n"], told["n"], z)
        found.add(outcome({**told, "value": yes / told["n"], "low": low, "high": high}, rule))
    return sorted(found)


def wilson(share: float, n: float, z: float) -> tuple[float, float]:
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def gates(told: Any) -> list[str]:
    return [code for code in told["codes"] if code.partition(":")[0] in ("N_TOTAL", "N_GROUP", "GUARD")]


def parts_of_verdict(told: Any, rule: Any) -> Iterator[str]:
    """What can be said of groups and further conditions from their rounded figures."""
    # Below the minimum, n is rounded or hidden.
    slack = ROUNDED_COUNT if told["value"] is not None and told["low"] is None else 0
    small = "N_TOTAL" in told["codes"]
    n = told["n"]
    if n is not None and ((small and n - slack >= rule["n_min"]) or (not small and n + slack < rule["n_min"])):
        yield f"verdict: {n} answers, {rule['n_min']} needed, and N_TOTAL says otherwise"
    for group in told["groups"]:
        small = f"N_GROUP:{group['name']}" in told["codes"]
        n = group["n"]
        if n is not None and small and n - ROUNDED_COUNT >= rule["m_min"]:
            yield f"verdict: N_GROUP:{group['name']} with about {n} people of {rule['m_min']} needed"
        if n is not None and not small and n + ROUNDED_COUNT < rule["m_min"]:
            yield f"verdict: about {n} people of the group {group['name']}, and no N_GROUP"
        if group["gap"] is None or group["low"] is None:
            continue
        surely = group["gap"] - ROUNDED_SHARE > rule["delta"] and group["low"] - ROUNDED_SHARE > 0
        surely_not = group["gap"] + ROUNDED_SHARE < rule["delta"] or group["low"] + ROUNDED_SHARE < 0
        if (surely and not group["blocked"]) or (surely_not and group["blocked"]):
            yield f"verdict: whether the group {group['name']} bars scaling is not what its gap says"
    for criterion in told["criteria"]:
        if criterion["low"] is None:
            continue
        if criterion["met"] and criterion["low"] + ROUNDED_SHARE < criterion["least"]:
            yield f"verdict: the condition on {criterion['metric']} is not met"
        if not criterion["met"] and criterion["low"] - ROUNDED_SHARE > criterion["least"]:
            yield f"verdict: the condition on {criterion['metric']} is met"


def outcome(told: Any, rule: Any) -> str:
    """LL-1, step by step."""
    if gates(told) or told["value"] is None:
        return "NOT_ENOUGH_EVIDENCE"
    if told["high"] < rule["tau_retire"]:
        return "RETIRE"
    blocked = any(group["blocked"] for group in told["groups"])
    if told["low"] >= rule["tau_scale"] and all(one["met"] for one in told["criteria"]) and not blocked:
        return "SCALE"
    failed = any(one["failed"] for one in told["criteria"])
    later = set(range(told["look"] + 1, told["looks"] + 1)) - set(told["forfeited"])
    if told["high"] < rule["tau_scale"] or failed or (blocked and not later):
        return "REVISE"
    return "NOT_ENOUGH_EVIDENCE"


def main(arguments: list[str]) -> int:
    path = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    try:
        files = files_of(path)
        found = complaints(files)
    except NoPack as error:
        print(error)
        return 2
    for sentence in [*found, *remarks(files)]:
        print(sentence)
    if found:
        print(f"{len(found)} things are wrong.")
    else:
        print(AGREES + ("." if remarks(files) else "; the verdict follows."))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
