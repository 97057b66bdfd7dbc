"""The public pack of a wave: every released table, all figures as JSON, the registration, and how to read them.

Of people there is nothing in it. It is the same for both languages, and the same bytes for the same snapshot.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import translation

from surveys.reports import verify
from surveys.reports.content import Written
from surveys.reports.material import Material
from surveys.spreadsheets import csv_bytes
from surveys.words import VARIABLES, category_label, construct_name, group_label, item_text

SCHEMA = "https://json-schema.org/draft/2020-12/schema"
RESULTS_VERSION = 4
# Zip files carry dates; the oldest one there is says nothing and is always the same.
LONG_AGO = (1980, 1, 1, 0, 0, 0)
FIGURE = ("value", "low", "high", "confidence", "n", "method", "reason")
LANGUAGES = ("ko", "en")
LABELS = ("label_ko", "label_en")

README = """Public pack: {title}, wave {number}

results.json   every released figure with its n, interval and method (docs/results.schema.json of the program)
*.csv          the same figures as tables: UTF-8, comma, one header line; codebook.csv explains every column
registration.json   the rule registered before the wave, with its hash and amendments
report.*.txt   the words of the report, line by line; numbers.csv says which figure each of its numbers is
verify.py      checks that text, tables and results.json agree and that the verdict follows: python3 verify.py

Shares lie between 0 and 1. An empty value has its reason beside it; HIDDEN means that too few people stand behind it,
BOUND that fewer than 5 people are on one side: how many accept lies between at_least and at_most.
Counts of parts are rounded to 5 and their shares to whole percent. There is nothing about single people in this pack.

공개 자료: {title_ko}, {number}번째 조사

results.json   공개한 모든 수치와 표본 수, 구간, 계산 방법
*.csv          같은 수치를 담은 표. UTF-8이고 쉼표로 나누며, codebook.csv가 열마다 뜻을 풀어 줘요
registration.json   조사 전에 등록한 규칙과 해시, 변경 기록
report.*.txt   보고서의 글을 줄마다 담은 파일. numbers.csv가 글 속 숫자마다 어느 수치인지 알려 줘요
verify.py      글, 표, results.json이 서로 맞는지, 판정이 수치에서 나오는지 확인해요: python3 verify.py

비율은 0에서 1 사이예요. 값이 비어 있으면 옆에 까닭이 있어요. HIDDEN은 해당하는 사람이 너무 적어 가렸다는 뜻이에요.
BOUND는 한쪽이 5명보다 적다는 뜻이에요. 받아들인 사람 수는 at_least와 at_most 사이예요.
일부 집단의 수는 5 단위로, 비율은 1% 단위로 반올림했어요. 개인에 관한 내용은 들어 있지 않아요.
"""

CODEBOOK = [
    ("value", "share (0 to 1), mean or difference; empty if none", "비율(0~1), 평균 또는 차이. 없으면 비움"),
    ("low", "lower end of the interval", "구간의 아래 끝"),
    ("high", "upper end of the interval", "구간의 위 끝"),
    ("confidence", "level of the interval", "구간의 신뢰수준"),
    ("n", "answers behind the figure; of parts rounded to 5", "수치의 바탕이 된 응답 수. 일부 집단은 5 단위로 반올림"),
    ("n_star", "as many equally weighted answers would be worth as much", "같은 가중치의 응답 몇 개와 맞먹는지"),
    ("at_least", "BOUND: as many of n people accept at least", "BOUND: n명 가운데 적어도 이만큼 수용"),
    ("at_most", "BOUND: as many of n people accept at most", "BOUND: n명 가운데 많아야 이만큼 수용"),
    ("method", "how value and interval were made", "계산 방법"),
    ("reason", "why there is no value; HIDDEN, BOUND: too few people", "값이 없는 까닭. HIDDEN, BOUND는 사람이 적음"),
    ("label_ko", "name or question in Korean", "한국어 이름 또는 문항"),
    ("label_en", "name or question in English", "영어 이름 또는 문항"),
    ("measure", "name of the figure in results.json", "results.json에서 쓰는 수치의 이름"),
    ("code", "code of the question", "문항 부호"),
    ("answer", "point of the scale", "척도의 값"),
    ("answers", "how many gave it, rounded to 5; empty where hidden", "그렇게 답한 수, 5 단위. 가리면 비움"),
    ("variable", "age, sex or area", "나이, 성별 또는 지역"),
    ("category", "category of the variable; unknown: not said", "범주. unknown은 밝히지 않음"),
    ("invited", "invited people, rounded to 5", "초대받은 사람 수, 5 단위"),
    ("answered", "people who answered, rounded to 5", "답한 사람 수, 5 단위"),
    ("group", "protected group", "보호 집단"),
    ("construct", "code of the construct", "영역 부호"),
    ("who", "the same people in both waves, or everyone; weighted", "두 번 모두 답한 사람 또는 모든 사람, 가중 여부"),
    ("theme", "what comments are about, as people coded them", "사람이 분류한 의견의 주제"),
    ("word", "word that tells two groups of comments apart", "두 집단의 의견을 가르는 낱말"),
    ("leans", "who uses it more: not_accepting or accepting", "어느 쪽이 더 많이 썼는지"),
    ("not_accepting", "comments with it of people who do not accept", "수용하지 않는 사람의 의견 가운데 낱말이 든 수"),
    ("accepting", "the same of people who accept", "수용하는 사람의 의견 가운데 낱말이 든 수"),
    ("from_wave", "earlier wave of a change", "앞선 조사"),
    ("to_wave", "later wave of a change", "나중 조사"),
    ("language", "language of the text", "글의 언어"),
    ("line", "line of report.*.txt, from 1", "report.*.txt의 몇째 줄인지"),
    ("printed", "the number as it is printed", "글에 적힌 숫자"),
    ("form", "how it is rounded and written; see verify.py", "반올림하고 적는 방법. verify.py에 풀이가 있음"),
    ("figure", "file and JSON pointer of the number", "숫자가 있는 파일과 JSON 포인터"),
]  # fmt: skip


def packed(material: Material, texts: Sequence[Written] = ()) -> bytes:
    """The zip file; with the texts of the report, and where in them which figure is printed."""
    return zipped(public_files(material, texts))


def public_files(material: Material, texts: Sequence[Written] = ()) -> dict[str, bytes]:
    files = {
        "README.txt": _readme(material).encode("utf-8-sig"),
        "verify.py": Path(verify.__file__).read_bytes(),
        "results.json": json_bytes(results(material)),
        "codebook.csv": csv_bytes(["column", "meaning_en", "meaning_ko"], CODEBOOK),
        **{f"{name}.csv": csv_bytes(head, rows) for name, (head, rows) in tables(material).items()},
    }
    if texts:
        files |= {f"report.{text.language}.txt": ("\n".join(text.lines) + "\n").encode() for text in texts}
        printed = [(text.language, *number) for text in texts for number in text.numbers]
        files["numbers.csv"] = csv_bytes(["language", "line", "printed", "form", "figure"], printed)
    if material.registration:
        files["registration.json"] = json_bytes(
            {
                "document": material.rule,
                "hash": material.registration.hash,
                "registered_at": material.registration.registered_at.isoformat(),
                "amendments": material.amendments,
            }
        )
    sums = "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return files | {verify.SUMS: sums.encode()}


def zipped(files: dict[str, bytes]) -> bytes:
    """The same files are always the same bytes."""
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for name in sorted(files):
            entry = ZipInfo(name, LONG_AGO)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return target.getvalue()


def results(material: Material) -> dict[str, Any]:
    """Every figure of the report as one document; docs/results.schema.json describes it."""
    pilot = material.pilot
    return {
        "results_version": RESULTS_VERSION,
        "pilot": {
            "slug": pilot.slug,
            "title_ko": pilot.title_ko,
            "title_en": pilot.title_en,
            "starts_on": pilot.starts_on.isoformat(),
            "ends_on": pilot.ends_on.isoformat(),
            "source": pilot.source,
        },
        "figures": material.figures,
        "earlier": material.earlier,
        "changes": material.changes,
        "closing": material.closing,
        "derived": material.derived,
        "voices": material.voices,
    }


def tables(material: Material) -> dict[str, tuple[Sequence[str], Iterable[Sequence[Any]]]]:
    """The released tables by name: their columns and rows."""
    return {
        "acceptance": (["measure", *FIGURE, "n_star", "at_least", "at_most"], _acceptance(material)),
        "constructs": (["measure", *LABELS, *FIGURE], _constructs(material)),
        "questions": (["code", *LABELS, "measure", *FIGURE], _questions(material)),
        "distributions": (["code", "answer", "answers"], _distributions(material)),
        "people": (["variable", "category", *LABELS, "invited", "answered"], _people(material)),
        "groups": (["group", *LABELS, "measure", *FIGURE], _groups(material)),
        "topics": (["group", "construct", *LABELS, "measure", *FIGURE], _topics(material)),
        "understanding": (["measure", *FIGURE], _understanding(material)),
        "themes": (["theme", *LABELS, "measure", "answers", *FIGURE], _themes(material)),
        "words": (["word", "leans", "not_accepting", "accepting", *FIGURE], _words(material)),
        "changes": (["from_wave", "to_wave", "measure", *LABELS, *FIGURE], _changes(material)),
        "panel": (["from_wave", "to_wave", "measure", *LABELS, "who", *FIGURE], _panel(material)),
    }


def json_bytes(document: Any) -> bytes:
    """The document as every file of ours has it: readable, and the same bytes for the same document."""
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _readme(material: Material) -> str:
    pilot = material.pilot
    return README.format(
        title=pilot.title_en or pilot.title_ko, title_ko=pilot.title_ko, number=material.wave.number
    ).replace("\n", "\r\n")


def _labels(words: Any) -> list[str]:
    """What ``words()`` says in each language."""
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(str(words()))
    return found


def _cells(figure: dict[str, Any]) -> list[Any]:
    return [figure.get(name) for name in FIGURE]


def _acceptance(material: Material) -> Iterator[list[Any]]:
    figures = material.figures
    for measure in ("accept", "accept_unweighted", "use", "endorse", "participation", "index"):
        if measure not in figures:
            continue
        yield [measure, *_cells(figures[measure]), *map(figures[measure].get, ("n_star", "at_least", "at_most"))]


def _constructs(material: Material) -> Iterator[list[Any]]:
    for found in material.figures["constructs"]:
        name = found["name"]
        labels = _labels(lambda name=name: construct_name(material.survey, name))
        yield [f"constructs.{name}.mean", *labels, *_cells(found["mean"])]
        yield [f"constructs.{name}.alpha", *labels, *_cells(found["alpha"])]


def _questions(material: Material) -> Iterator[list[Any]]:
    for item in material.figures["items"]:
        code = item["code"]
        labels = _labels(lambda code=code: item_text(material.survey, code))
        for measure in ("mean", "top_2", "bottom_2"):
            yield [code, *labels, measure, *_cells(item[measure])]


def _distributions(material: Material) -> Iterator[list[Any]]:
    for item in material.figures["items"]:
        for part in item["histogram"]:
            yield [item["code"], part["from"], part["n"]]
        for kind in ("dont_know", "no_answer", "not_applicable"):
            yield [item["code"], kind, item[kind]]


def _people(material: Material) -> Iterator[list[Any]]:
    for variable, rows in material.figures["people"].items():
        for row in rows:
            category = row["category"]
            labels = _labels(
                lambda variable=variable, category=category: (
                    f"{VARIABLES[variable]}: {category_label(variable, category, material.areas)}"
                )
            )
            yield [variable, category, *labels, row["invited"], row["answered"]]


def _groups(material: Material) -> Iterator[list[Any]]:
    for group in material.figures["groups"]:
        name = group["name"]
        labels = _labels(lambda name=name: group_label(name))
        for measure in ("accept", "accept_rest", "gap", "informed", "informed_rest"):
            yield [name, *labels, measure, *_cells(group[measure])]


def _topics(material: Material) -> Iterator[list[Any]]:
    """How far each group is from the rest on each construct."""
    for group in material.figures["groups"]:
        for score in group.get("scores", []):
            name = score["construct"]
            labels = _labels(lambda name=name: construct_name(material.survey, name))
            for measure in ("gap", "size"):
                yield [group["name"], name, *labels, measure, *_cells(score[measure])]


def _panel(material: Material) -> Iterator[list[Any]]:
    """What changed among the same people, and among everybody with those who answered twice allowed for."""
    for pair in material.closing["pairs"]:
        waves = [pair["from"], pair["to"]]
        for who, key in verify.ACCEPT_OF.items():
            if pair.get(key):
                yield [*waves, "accept", "", "", who, *_cells(pair[key])]
        for entry in pair["constructs"]:
            name = entry["name"]
            labels = _labels(lambda name=name: construct_name(material.survey, name))
            for who, key in verify.MEAN_OF.items():
                if entry.get(key):
                    yield [*waves, f"constructs.{name}.mean", *labels, who, *_cells(entry[key])]


def _understanding(material: Material) -> Iterator[list[Any]]:
    informed = material.figures["informed"]
    if informed is None:
        return
    for measure in ("informed", "accept_informed", "accept_others", "gap"):
        yield [measure, *_cells(informed[measure])]
    for question in informed["questions"]:
        yield [f"{question['code']}.right", *_cells(question["right"])]
    for measure, figure in (material.figures.get("appendix", {}).get("knowledge") or {}).items():
        yield [measure, *_cells(figure)]


def _themes(material: Material) -> Iterator[list[Any]]:
    for place, theme in enumerate((material.voices or {"themes": []})["themes"], start=1):
        labels = [theme["name_ko"], theme["name_en"]]
        yield [place, *labels, "share", theme["answers"], *_cells(theme["share"])]
        if theme["kappa"]:
            yield [place, *labels, "kappa", None, *_cells(theme["kappa"])]


def _words(material: Material) -> Iterator[list[Any]]:
    for word in (material.closing.get("words") or {"words": []})["words"]:
        yield [word["word"], word["leans"], word["not_accepting"], word["accepting"], *_cells(word)]


def _changes(material: Material) -> Iterator[list[Any]]:
    for found in material.changes:
        yield [found["from"], found["to"], "accept", "", "", *_cells(found["accept"])]
        for entry in found["constructs"]:
            name = entry["name"]
            labels = _labels(lambda name=name: construct_name(material.survey, name))
            yield [found["from"], found["to"], f"constructs.{name}.mean", *labels, *_cells(entry["change"])]
