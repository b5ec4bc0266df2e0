"""Find cells that cannot be, from counts alone: no value of a resident is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.errors import Fault, Said
from renlin.needs.expressions import AGE
from renlin.needs.nation.columns import COMMUNITY, PERSON, Layout, base_of, unknown

MOST_LEVELS = 1001
"""Values a column of numbers may take: bounds what is counted. Source: reference needs 9."""


def looked(table: Any, layout: Layout, catalogue: Catalogue) -> Any:
    """Return the Ibis table of one row that :func:`faults` reads."""
    made = {
        "n": table.count(),
        "persons": table[PERSON].nunique(),
        f"empty:{PERSON}": unknown(table[PERSON]).cast("int64").sum(),
        f"empty:{COMMUNITY}": unknown(table[COMMUNITY]).cast("int64").sum(),
    }
    for code in layout.indicators:
        entry = catalogue.indicators[code]
        if entry.kind == "category" and entry.levels:
            strange = ~table[code].isin(entry.levels)
            made[f"word:{code}"] = strange.fill_null(False).cast("int64").sum()
    for name in layout.names:
        base, suffix = base_of(name)
        if suffix == AGE:
            undated = ~unknown(table[base]) & unknown(table[name])
            wrong = (table[name] < 0).fill_null(False) | undated
            made[f"days:{name}"] = wrong.cast("int64").sum()
    return table.aggregate(**made)


def faults(
    seen: Mapping[str, Any], histogram: pd.DataFrame, place: str, catalogue: Catalogue
) -> list[Fault]:
    """Return what is wrong with one district.

    Parameters
    ----------
    seen
        The row of :func:`looked`.
    histogram
        Counts of the district.
    """
    found = list(_keys(seen, place))
    for name, n in seen.items():
        what, _, column = name.partition(":")
        if what == "word" and _n(n):
            found.append(_fault(place, column, Said("目录里的词", "words of the catalogue"), n))
        if what == "days" and _n(n):
            wanted = Said("有值就有天数，且不小于 0", "days of 0 or more wherever a value stands")
            found.append(_fault(place, column, wanted, n))
    for code, counts in histogram.groupby("column"):
        found += _numbers(str(code), counts, place, catalogue)
    return found


def _keys(seen: Mapping[str, Any], place: str) -> Iterator[Fault]:
    for column in (PERSON, COMMUNITY):
        empty = _n(seen[f"empty:{column}"])
        if empty:
            yield _fault(place, column, Said("每行都有", "one in every row"), empty)
    twice = _n(seen["n"]) - _n(seen[f"empty:{PERSON}"]) - _n(seen["persons"])
    if twice:
        yield _fault(place, PERSON, Said("每人一行", "one row per resident"), twice)


def _numbers(
    column: str, counts: pd.DataFrame, place: str, catalogue: Catalogue
) -> Iterator[Fault]:
    entry = catalogue.indicators[column]
    values = counts["value"].to_numpy(dtype=np.float64)
    low = -np.inf if entry.low is None else entry.low
    high = np.inf if entry.high is None else entry.high
    outside = ~(np.isfinite(values) & (values >= low) & (values <= high))
    if outside.any():
        wanted = Said(f"{low:g}–{high:g} 的数", f"numbers from {low:g} to {high:g}")
        yield _fault(place, column, wanted, int(counts["n"].to_numpy()[outside].sum()))
    if len(values) > MOST_LEVELS:
        yield Fault(
            place,
            Said(f"最多 {MOST_LEVELS} 种值", f"at most {MOST_LEVELS} values"),
            Said(f"{len(values)} 种", f"{len(values)}"),
            Said("按固定的步长取整后再写。", "Write it at a fixed resolution."),
            column=column,
        )


def _fault(place: str, column: str, wanted: Said, n: Any) -> Fault:
    return Fault(
        place,
        wanted,
        Said(f"有 {_n(n)} 行不是", f"{_n(n)} rows that are not"),
        Said("请该区更正后重新导出。", "Have the district correct and write it again."),
        column=column,
    )


def _n(value: Any) -> int:
    return 0 if value is None or value != value else int(value)


def unranked(histogram: pd.DataFrame, ranks: pd.DataFrame, place: str) -> list[Fault]:
    """Return a fault for each column with values the ranks do not know.

    Such residents would look as if nothing was known of them.
    """
    both = histogram.merge(ranks, on=["column", "value"], how="left")
    lost = both[both["rank"].isna()]
    return [
        Fault(
            place,
            Said("排位表里有的值", "values that the ranks hold"),
            Said(f"有 {int(part['n'].sum())} 行不在里面", f"{int(part['n'].sum())} rows outside"),
            Said("先把该区的计数并进去。", "Merge the counts of this district first."),
            column=str(column),
        )
        for column, part in lost.groupby("column")
    ]
