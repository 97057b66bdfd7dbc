"""Results as tables: one row a figure, each with its n, its interval and its method."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from surveys.analysis.spec import text_in
from surveys.metrics.figures import Plain

FIGURE = ("value", "low", "high", "confidence", "n", "n_star", "method", "reason")
OUTCOMES = ("accept", "use", "endorse")
MISSING = ("not_applicable", "dont_know", "no_answer")

# Headings, then the rows.
Table = tuple[Sequence[str], list[list[Any]]]

CODEBOOK = [
    ("accepting", "comments with the word of people who accept", "수용하는 사람의 의견 가운데 낱말이 든 수"),
    ("adjusted", "p adjusted for all tests of its family", "같은 묶음의 검정을 감안해 보정한 p"),
    ("agreement", "share of the comments that both coded alike", "두 사람이 똑같이 부호를 준 의견의 비율"),
    ("answered", "counted answers in the category", "해당 범주의 응답 수"),
    ("answer", "point of the scale, or the kind of missing answer", "척도의 값 또는 무응답의 종류"),
    ("category", "category of the variable", "변수의 범주"),
    ("code", "code of the question", "문항 부호"),
    ("codes", "what decided the verdict", "판정의 근거"),
    ("confidence", "level of the interval", "구간의 신뢰수준"),
    ("construct", "code of the construct", "개념 부호"),
    ("count", "responses in the burst or with the same answers", "몰리거나 똑같은 응답의 수"),
    ("first", "comments to which the first coder gave the theme", "첫째 사람이 주제를 준 의견 수"),
    ("from_wave", "earlier wave of a change", "앞선 조사"),
    ("group", "group of people", "집단"),
    ("highest", "upper end of the scale of a score", "점수 척도의 위 끝"),
    ("high", "upper end of the interval", "구간의 위 끝"),
    ("label", "name or question", "이름 또는 문항"),
    ("look", "number of the registered look", "등록한 판정 차례"),
    ("lowest", "lower end of the scale of a score", "점수 척도의 아래 끝"),
    ("low", "lower end of the interval", "구간의 아래 끝"),
    ("measure", "name of the figure in results.json", "results.json에서 쓰는 수치의 이름"),
    ("method", "how value and interval were made", "계산 방법"),
    ("n", "answers behind the figure", "수치의 바탕이 된 응답 수"),
    ("n_star", "as many equally weighted answers would be worth as much", "같은 가중치의 응답 몇 개와 맞먹는지"),
    ("not_accepting", "comments with it of people who do not", "수용하지 않는 사람의 의견 가운데 낱말이 든 수"),
    ("outcome", "what the rule says", "규칙에 따른 판정"),
    ("p", "two-sided p-value", "양측 p값"),
    ("population", "share of the category in the population", "모집단에서 차지하는 비율"),
    ("ratio", "share of the answers over share of the population", "응답 비율을 모집단 비율로 나눈 값"),
    ("reason", "why there is no value", "값이 없는 까닭"),
    ("refused", "why the rule says nothing of a wave", "판정하지 않은 까닭"),
    ("second", "comments to which the second coder gave the theme", "둘째 사람이 주제를 준 의견 수"),
    ("size", "of a difference, in a word", "차이의 크기를 나타내는 말"),
    ("start", "when the ten minutes of a burst began", "응답이 몰린 10분이 시작된 때"),
    ("theme", "theme of the codebook", "부호표의 주제"),
    ("together", "how many of them came within an hour", "그 가운데 한 시간 안에 들어온 수"),
    ("to_wave", "later wave of a change", "나중 조사"),
    ("usual", "responses in the same ten minutes of other days", "다른 날 같은 10분의 응답 수"),
    ("value", "share (0 to 1), mean, difference, coefficient; or empty", "비율(0~1), 평균, 차이, 계수. 없으면 비움"),
    ("variable", "what people are divided by", "사람을 나누는 변수"),
    ("wave", "number of the wave", "조사 차수"),
    ("weighted", "share of the category after weighting", "가중한 뒤의 비율"),
    ("who", "all who answered or those who did twice; weighted", "응답자 전체 또는 두 번 모두 답한 사람, 가중 여부"),
    ("word", "in five comments or more", "의견 다섯 건 이상에 나온 낱말"),
    ("z", "log-odds over its standard error; above 0: not accepting", "로그 오즈와 표준오차의 비. 양수면 비수용 쪽"),
]  # fmt: skip


def tables_of(results: Plain, language: str) -> dict[str, Table]:
    """The tables that have rows, by name, and what their columns mean; names and questions in one language."""
    found: dict[str, Table] = {
        "outcomes": (("wave", "measure", *FIGURE), list(_outcomes(results))),
        "items": (("wave", "code", "label", "construct", "measure", *FIGURE), list(_items(results, language))),
        "distributions": (("wave", "code", "answer", "label", "n"), list(_distributions(results, language))),
        "constructs": (
            ("wave", "construct", "label", "measure", "code", *FIGURE),
            list(_constructs(results, language)),
        ),
        "groups": (
            ("wave", "group", "measure", "construct", "code", *FIGURE, "size", "p", "adjusted"),
            list(_groups(results)),
        ),
        "people": (
            ("wave", "variable", "category", "population", "ratio", "weighted", *FIGURE),
            list(_people(results)),
        ),
        "understanding": (("wave", "measure", "code", *FIGURE), list(_understanding(results))),
        "scores": (
            ("wave", "construct", "measure", "lowest", "highest", *FIGURE),
            [*_indices(results), *_scores(results)],
        ),
        "parts": (("wave", "measure", "category", "answered", *FIGURE), list(_parts(results))),
        "flags": (("wave", "measure", *FIGURE), list(_flags(results))),
        "signals": (("wave", "measure", "start", "count", "usual", "together", "p"), list(_signals(results))),
        "drivers": (
            ("wave", "construct", *DRIVER, "low", "high", "confidence", "n", "method", "reason"),
            list(_drivers(results)),
        ),
        "words": (("wave", "word", "not_accepting", "accepting", *FIGURE, "z"), list(_words(results))),
        "coding": (("wave", "theme", "first", "second", "agreement", *FIGURE), list(_coding(results))),
        "changes": (("from_wave", "to_wave", "measure", "construct", "who", *FIGURE, "p"), list(_changes(results))),
        "monitoring": (("wave", *FOLLOWED, *FIGURE), list(_monitoring(results))),
        "response_rates": (("wave", "measure", "value", "n", "method"), list(_rates(results))),
        "verdicts": (("wave", "look", "outcome", "refused", "codes", "measure", *FIGURE), list(_verdicts(results))),
    }
    found = {name: table for name, table in found.items() if table[1]}
    used = {heading for headings, _rows in found.values() for heading in headings}
    codebook = [list(row) for row in sorted([*CODEBOOK, *DRIVER_CODEBOOK, *FOLLOWED_CODEBOOK]) if row[0] in used]
    return found | {"codebook": (("column", "meaning_en", "meaning_ko"), codebook)}


DRIVER = ("importance", "performance", "priority", "quadrant", "stability", "correlation", "raw", "shapley", "mean")
FOLLOWED = (
    "distance", "ewma", "lower_limit", "upper_limit", "alarm", "cusum_upper", "cusum_lower", "second_alarm",
)  # fmt: skip
FOLLOWED_CODEBOOK = [
    ("alarm", "the moving average lies outside its limits", "이동평균이 한계를 벗어남"),
    ("cusum_lower", "sum of falls (CUSUM)", "하락의 누적합(CUSUM)"),
    ("cusum_upper", "sum of rises (CUSUM)", "상승의 누적합(CUSUM)"),
    ("distance", "from the baseline, in standard errors", "기준 조사와의 거리(표준오차 단위)"),
    ("ewma", "exponentially weighted moving average of the distances", "거리의 지수가중 이동평균"),
    ("lower_limit", "of the moving average", "이동평균의 아래 한계"),
    ("second_alarm", "a sum lies above its threshold", "누적합이 한계를 넘음"),
    ("upper_limit", "of the moving average", "이동평균의 위 한계"),
]
DRIVER_CODEBOOK = [
    ("correlation", "with the outcome", "결과와의 상관"),
    ("importance", "share of what all drivers explain (Johnson)", "모든 요인이 설명하는 몫 가운데 차지하는 비율(존슨)"),
    ("mean", "mean score of the driver", "요인의 평균"),
    ("performance", "mean on 0 to 1", "0~1로 바꾼 평균"),
    ("priority", "importance x (1 - performance)", "중요도 x (1 - 성과)"),
    ("quadrant", "place in the map of importance and performance", "중요도와 성과 그림에서의 자리"),
    ("raw", "share of the outcome's variance", "결과의 분산에서 차지하는 몫"),
    ("shapley", "the same by Shapley (LMG), as a check", "같은 몫을 섀플리(LMG) 방법으로 확인한 값"),
    ("stability", "share of replicates among the two of highest priority", "재표본에서 우선순위 둘째 안에 든 비율"),
]  # fmt: skip


def _row(figure: Mapping[str, Any]) -> list[Any]:
    return [figure.get(name) for name in FIGURE]


def _outcomes(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        for name in OUTCOMES:
            for measure in (name, f"{name}_unweighted"):
                if measure in wave:
                    yield [wave["number"], measure, *_row(wave[measure])]
        yield [wave["number"], "participation", *_row(wave["participation"])]


def _items(results: Plain, language: str) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        for item in wave["items"]:
            for measure in ("mean", "top_2", "bottom_2"):
                label = text_in(item["text"], language)
                yield [wave["number"], item["code"], label, item["construct"], measure, *_row(item[measure])]
            if item["bootstrap"]:
                start = [wave["number"], item["code"], text_in(item["text"], language), item["construct"]]
                yield [*start, "median", *_row(item["bootstrap"]["median"])]


def _distributions(results: Plain, language: str) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        for item in wave["items"]:
            for part, label in zip(item["histogram"], item["labels"], strict=True):
                yield [wave["number"], item["code"], part["from"], text_in(label, language), part["n"]]
            for kind in MISSING:
                yield [wave["number"], item["code"], kind, None, item[kind]]


def _constructs(results: Plain, language: str) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        for construct in wave["constructs"]:
            start = [wave["number"], construct["name"], text_in(construct["label"], language)]
            for measure in ("mean", "alpha", "omega", "correlation"):
                if construct[measure] is not None:
                    yield [*start, measure, None, *_row(construct[measure])]
            for measure, drawn in (construct["bootstrap"] or {}).items():
                yield [*start, f"{measure}_drawn", None, *_row(drawn)]
            for item in construct["by_item"]:
                for measure in ("item_rest", "alpha_if_deleted"):
                    yield [*start, measure, item["code"], *_row(item[measure])]


def _groups(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        for group in wave["groups"]:
            start = [wave["number"], group["name"]]
            for measure in ("accept", "accept_rest", "gap", "informed", "informed_rest", "understanding_gap"):
                size, tested = (group["size"], group["test"]) if measure == "gap" else (None, {})
                yield [*start, measure, None, None, *_row(group[measure]), size, *_p(tested)]
            for score in group["scores"]:
                for measure in ("mean", "mean_rest", "gap", "size"):
                    figure, tested = score[measure], score["test"] if measure == "gap" else {}
                    yield [*start, measure, score["construct"], None, *_row(figure), figure.get("word"), *_p(tested)]
            for item in group["items"]:
                size = item["size"]
                yield [*start, "cliff", None, item["code"], *_row(size), size["word"], *_p(item["test"])]


def _p(tested: Mapping[str, Any]) -> list[Any]:
    return [tested.get("p"), tested.get("adjusted")]


def _people(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        told = (wave["weighting"] or {}).get("margins", [])
        weighted = {(part["variable"], part["category"]): part["weighted"] for part in told}
        for margin in wave["representativeness"]:
            for part in margin["categories"]:
                name = margin["variable"], part["category"]
                about = [part["population"], part["ratio"], weighted.get(name)]
                yield [wave["number"], *name, *about, *_row(part["answered"])]


def _understanding(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        told = wave["informed"] or {"questions": []}
        for measure in ("informed", "accept_informed", "accept_others", "gap"):
            if measure in told:
                yield [wave["number"], measure, None, *_row(told[measure])]
        for question in told["questions"]:
            yield [wave["number"], "right", question["code"], *_row(question["right"])]
        for measure, figure in (wave["knowledge"] or {}).items():
            yield [wave["number"], measure, None, *_row(figure)]
        for measure in ("subjective", "calibration"):
            if wave["understanding"]:
                yield [wave["number"], measure, None, *_row(wave["understanding"][measure])]


def _scores(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        for score in wave["scores"]:
            yield [wave["number"], score["name"], score["method"], score["lo"], score["hi"], *_row(score["score"])]


def _indices(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        index = wave["index"]
        if index["value"] is not None:
            yield [wave["number"], " ".join(index["of"]), "acceptance-index", 0, 100, *_row(index)]


def _coding(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        for theme in (wave["coding"] or {"themes": []})["themes"]:
            counts = [theme["first"], theme["second"], theme["agreement"]]
            yield [wave["number"], theme["theme"], *counts, *_row(theme["kappa"])]


def _parts(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        for measure in ("by_mode", "by_use_level"):
            for part in wave[measure]:
                if part["n"]:
                    yield [wave["number"], measure, part["label"], part["n"], *_row(part["accept"])]


def _flags(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        for kind, count in wave["flags"]["kinds"].items():
            yield [wave["number"], kind, *_row({"value": count, "n": wave["flags"]["n"], "method": "count"})]
        for measure in ("suspects", "accept_without_suspects"):
            yield [wave["number"], measure, *_row(wave["flags"][measure])]
        for measure, figure in (wave["ueq_checks"] or {}).items():
            yield [wave["number"], measure, *_row(figure)]


def _signals(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        told = wave["signals"] or {"bursts": [], "duplicates": []}
        for burst in told["bursts"]:
            yield [wave["number"], "burst", burst["start"], burst["count"], burst["usual"], None, burst["p"]]
        for copy in told["duplicates"]:
            yield [wave["number"], f"same {copy['kind'].lower()}", None, copy["count"], None, copy["together"], None]


def _drivers(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        told = wave["drivers"]
        for driver in told["drivers"] if told else []:
            figures = [driver[name] for name in DRIVER]
            drawn = driver["bootstrap"]["importance"] if driver["bootstrap"] else {}
            ends = [drawn.get(end) for end in ("low", "high", "confidence")]
            yield [wave["number"], driver["name"], *figures, *ends, told["n"], told["method"], told["reason"]]


def _words(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        for word in (wave["comments"] or {"words": []})["words"]:
            counts = [word["not_accepting"], word["accepting"]]
            yield [wave["number"], word["word"], *counts, *_row(word), word["z"]]


def _changes(results: Plain) -> Iterator[list[Any]]:
    for change in results["changes"]:
        waves = [change["from"], change["to"]]
        told: Iterable[tuple[str, str | None, Plain | None]] = [("accept", None, change["accept"])]
        told = [*told, *(("mean", construct["name"], construct) for construct in change["constructs"])]
        for measure, construct, of in told:
            for who in ("everyone", "same_people", "everyone_weighted", "same_people_weighted"):
                if of and of.get(who):
                    yield [*waves, measure, construct, who, *_row(of[who]), of[who].get("p")]
        if change["attrition"]:
            for measure in ("retention", "evenness"):
                yield [*waves, measure, None, "same_people", *_row(change["attrition"][measure]), None]
            for leaver in change["attrition"]["leavers"]:
                yield [*waves, "leavers", leaver["construct"], "everyone", *_row(leaver["size"]), None]


def _monitoring(results: Plain) -> Iterator[list[Any]]:
    for period in (results["monitoring"] or {"periods": []})["periods"]:
        followed = [period[name] for name in ("distance", "ewma", "low", "high", "alarm")]
        followed += [period[name] for name in ("cusum_upper", "cusum_lower", "second_alarm")]
        yield [period["wave"], *followed, *_row(period["accept"])]


def _rates(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        told = wave["response_rates"]
        for name, rate in (told["rates"] or {} if told else {}).items():
            yield [wave["number"], name, rate, told["n"], told["method"]]


def _verdicts(results: Plain) -> Iterator[list[Any]]:
    for wave in results["waves"]:
        told = wave["verdict"]
        start = [wave["number"], told.get("look")]
        codes = " ".join(told.get("codes", []))
        yield [*start, told["outcome"], told["refused"], codes, "verdict", *_row(told)]
        for name, line in told.get("sensitivity", {}).items():
            if line:
                yield [*start, line["outcome"], None, " ".join(line["codes"]), name, *_row(line)]
        line = wave["signals"]["verdict_without"] if wave["signals"] else None
        if line:
            yield [*start, line["outcome"], None, " ".join(line["codes"]), "without_signals", *_row(line)]
