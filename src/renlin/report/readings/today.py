"""Read how one scheme fares under one scenario: mean over the runs, by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from renlin.report.book import WHOLE, Book
from renlin.report.palette import BASE
from renlin.report.privacy import Shown
from renlin.report.tables import rows_of

NAME = "simulation.groups"


@dataclass(frozen=True)
class Level:
    """One group: how many, mean time, 90th percentile (s), how many are not out, unsafe s."""

    n: float
    mean: float
    p90: float
    out: float
    unsafe: float


@dataclass(frozen=True)
class Today:
    """All groups of one scenario, and which of them may be shown, slowest first."""

    levels: Mapping[str, Level]
    states: Mapping[str, Shown]
    shown: tuple[str, ...]


def today(book: Book, scenario: str, scheme: str = BASE) -> Today:
    """Return the levels of a scheme, that of the base unless another is named."""
    table = book.rows(NAME, scenario=scenario, scheme=scheme) if book.find(NAME) else None
    if table is None or len(table) == 0:
        return Today({}, {}, ())
    means = table.groupby("display", as_index=False).agg(
        n=("n", "max"),
        mean=("mean_time", "mean"),
        p90=("p90", "mean"),
        out=("not_evacuated", "mean"),
        unsafe=("unsafe_time", "mean"),
    )
    levels = {
        str(r["display"]): Level(*(float(r[name]) for name in Level.__match_args__))
        for r in rows_of(means)
    }
    sizes = {d: level.n for d, level in levels.items() if d not in WHOLE and level.n > 0}
    states = book.reader.counts(sizes)
    shown = sorted((d for d in sizes if states[d] != "few"), key=lambda d: (-levels[d].mean, d))
    return Today(levels, states, tuple(shown))
