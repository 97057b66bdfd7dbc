"""The same figures the usual way: read every answer into a table and ask a statistics package for each figure.

Run as a process of its own; prints what it took as JSON. Needs requirements-bench.txt.
"""

import json
import os
import sys
import time
import warnings

import numpy as np
import pandas as pd
import pingouin
import psycopg
from scipy import stats
from statsmodels.multivariate.factor import Factor
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from benchmarks.stage import peak_memory

MISSING = [97, 98, 99]


def main(url: str, wave: int, description: str) -> None:
    """``description``: names of the columns, layout, drivers, and margins, as the benchmark passes them."""
    told = json.loads(description)
    began = time.perf_counter()
    table = read(url, wave, told)
    read_in = time.perf_counter() - began
    figures(table, told)
    took = {"read": read_in, "figures": time.perf_counter() - began - read_in, "memory": peak_memory(os.getpid())}
    print(json.dumps(took))


def read(url: str, wave: int, told: dict) -> pd.DataFrame:
    columns = ", ".join(f'answers[{place}] AS "{code}"' for place, code in enumerate(told["columns"], start=1))
    query = f"""
        SELECT {columns}, split_part(cell, '/', 1) AS age, split_part(cell, '/', 2) AS sex,
               split_part(cell, '/', 3) AS area, mode, use_level, groups[1] AS said, cardinality(flags) AS flags
        FROM surveys_response WHERE wave_id = {wave} AND submitted_at IS NOT NULL
    """
    with psycopg.connect(url) as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pd.read_sql(query, connection)


def figures(table: pd.DataFrame, told: dict) -> dict:
    layout = told["layout"]
    items = [item["code"] for item in layout["items"]]
    found: dict = {}
    table = table[table["use_level"] >= 3].reset_index(drop=True)
    for code in items:
        found[code] = table[code].value_counts().to_dict()
    table[items] = table[items].mask(table[items].isin(MISSING))
    for item in layout["items"]:
        column = table[item["code"]].dropna()
        top = int((column >= item["hi"] - 1).sum())
        bottom = int((column <= item["lo"] + 1).sum())
        spread = stats.t.interval(0.95, len(column) - 1, loc=column.mean(), scale=stats.sem(column))
        found[item["code"], "shown"] = (
            column.median(), spread, *(proportion_confint(end, len(column), method="wilson") for end in (top, bottom))
        )  # fmt: skip
        if item["reverse"]:
            table[item["code"]] = item["lo"] + item["hi"] - table[item["code"]]
    constructs: dict = {}
    for item in layout["items"]:
        if item["construct"]:
            constructs.setdefault(item["construct"], []).append(item["code"])
    scores = pd.DataFrame({name: table[codes].mean(axis=1) for name, codes in constructs.items()})
    for name, codes in constructs.items():
        score = scores[name].dropna()
        found[name] = stats.t.interval(0.95, len(score) - 1, loc=score.mean(), scale=stats.sem(score))
        if len(codes) > 1:
            found[name, "alpha"] = pingouin.cronbach_alpha(data=table[codes], nan_policy="listwise")
        if len(codes) > 2:
            found[name, "omega"] = Factor(corr=table[codes].dropna().corr().to_numpy(), n_factor=1, method="ml").fit()
    threshold = layout["accept"]
    answered = table[threshold["items"]].notna().sum(axis=1) >= threshold["answered"]
    accept = (table[threshold["items"]].mean(axis=1) >= threshold["at_least"]).where(answered).astype(float)
    weights = raked(table, told["margins"])
    kept = accept.notna()
    share = np.average(accept[kept], weights=weights[kept])
    residuals = weights[kept] * (accept[kept] - share)
    n_star = weights[kept].sum() ** 2 * share * (1 - share) / (residuals**2).sum()
    found["accept"] = proportion_confint(share * n_star, n_star, method="wilson")
    for group in layout["groups"]:
        member, rest = (accept[kept & (table["said"] == group)], accept[kept & table["said"].isna()])
        found[group] = confint_proportions_2indep(
            int(rest.sum()), len(rest), int(member.sum()), len(member), method="newcomb", compare="diff"
        )
        for name in constructs:
            in_group = scores.loc[table["said"] == group, name].dropna()
            found[group, name] = pingouin.ttest(in_group, scores.loc[table["said"].isna(), name].dropna())
    for column in ("mode", "use_level", "flags"):
        found[column] = accept.groupby(table[column]).agg(["count", "sum"])
    drivers = scores[[*told["drivers"], told["driven"]]].dropna()
    found["drivers"] = pingouin.linear_regression(drivers[told["drivers"]], drivers[told["driven"]], relimp=True)
    return found


def raked(table: pd.DataFrame, margins: dict) -> pd.Series:
    """Weights of people whose margins fit the targets, person by person, as most packages do it."""
    weights = pd.Series(1.0, index=table.index)
    for _cycle in range(100):
        off = 0.0
        for variable, targets in margins.items():
            current = weights.groupby(table[variable]).sum()
            factors = pd.Series(targets) / current
            off = max(off, float((factors - 1).abs().max()))
            weights *= table[variable].map(factors).to_numpy()
        if off < 1e-10:
            break
    return weights


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.stdin.read())
