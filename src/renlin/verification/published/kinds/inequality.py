"""Measures of inequality over a small table, held against values worked out elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import pandas as pd
from pydantic import Field

from renlin.equity.kolm_pollak import kolm_pollak, kolm_pollak_at
from renlin.equity.measures import atkinson, gini
from renlin.equity.theil import theil_split
from renlin.errors import DataFault, Said, raise_all
from renlin.intake.plain_table import read_whole_table
from renlin.needs.indices.headings import Sheet
from renlin.verification.published.places import absent, placed
from renlin.verification.published.stated import Band, Files, Got, Kind, PublishedCase


class InequalityBand(Band):
    """A band of one measure; ``parameter`` is its aversion, epsilon or kappa."""

    measure: Literal[
        "theil", "theil_between", "theil_within", "gini", "atkinson", "kolm_pollak",
        "kolm_pollak_kappa",
    ]  # fmt: skip
    parameter: float = 0.0


class InequalityCase(PublishedCase):
    """``table`` has the columns ``value`` and ``group``."""

    kind: Literal["inequality"]
    table: str
    expect: tuple[InequalityBand, ...] = Field(min_length=1)


def run(stated: InequalityCase, files: Files) -> Iterator[Got]:
    """Yield what every band got."""
    lost = absent(files, [stated.table])
    path = placed(files, stated.table)
    if path is None:
        yield from (Got(band, float("nan"), not_run=lost) for band in stated.expect)
        return
    sheet = Sheet(read_whole_table(path), stated.table)
    for name in ("value", "group"):
        if sheet.find([name]) is None:
            sheet.faults.append(sheet.lost([name], Said(f"列 {name}", f"column {name}")))
    raise_all(sheet.faults, DataFault)
    values, groups = pd.Series(sheet.numbers("value")), sheet.table["group"].to_numpy()
    raise_all(sheet.faults, DataFault)
    for band in stated.expect:
        of = f"parameter={band.parameter:g}" if band.parameter else ""
        yield Got(band, _MEASURES[band.measure](values, groups, band.parameter), of)


_MEASURES: Mapping[str, Callable[[pd.Series, object, float], float]] = {
    "theil": lambda y, g, _: theil_split(y, None, g).total,
    "theil_between": lambda y, g, _: theil_split(y, None, g).between,
    "theil_within": lambda y, g, _: theil_split(y, None, g).within,
    "gini": lambda y, _, __: gini(y),
    "atkinson": lambda y, _, aversion: atkinson(y, aversion),
    "kolm_pollak": lambda y, _, epsilon: kolm_pollak(y, epsilon).equivalent,
    "kolm_pollak_kappa": lambda y, _, kappa: kolm_pollak_at(y, kappa).equivalent,
}
KIND = Kind(InequalityCase, run)
