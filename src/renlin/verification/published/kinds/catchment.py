"""Places per person by floating catchment, held against values published for three towns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import Field

from renlin.errors import DataFault, Said, raise_all
from renlin.intake.plain_table import read_whole_table
from renlin.needs.indices.headings import Sheet
from renlin.space.access.catchment import three_step, two_step
from renlin.verification.published.places import absent, placed
from renlin.verification.published.stated import Band, Files, Got, Kind, PublishedCase


class CatchmentBand(Band):
    """A band of the places per person at ``home``, or of ``all``: persons x places per person."""

    measure: Literal["two_step", "three_step"]
    times: str
    home: str


class CatchmentCase(PublishedCase):
    """``table`` has ``place``, ``population`` and ``supply``; weights are 1 / time below ``limit``.

    ``times`` of a band is a table of ``origin``, ``place`` and ``time``.
    """

    kind: Literal["catchment"]
    table: str
    limit: float
    expect: tuple[CatchmentBand, ...] = Field(min_length=1)


def run(stated: CatchmentCase, files: Files) -> Iterator[Got]:
    """Yield what every band got; none is run when a file of the case is not there."""
    names = [stated.table, *dict.fromkeys(band.times for band in stated.expect)]
    lost = absent(files, names)
    paths = {name: placed(files, name) for name in names}
    sheets = {name: Sheet(read_whole_table(path), name) for name, path in paths.items() if path}
    if lost is not None:
        yield from (Got(band, float("nan"), _of(band), not_run=lost) for band in stated.expect)
        return
    towns = _with(sheets[stated.table], ("place", "population", "supply"))
    names = [str(name) for name in towns.table["place"]]
    people, places = towns.numbers("population"), towns.numbers("supply")
    raise_all(towns.faults, DataFault)
    for band in stated.expect:
        times = _matrix(_with(sheets[band.times], ("origin", "place", "time")), names)
        weights = np.where(times < stated.limit, 1.0 / times, 0.0)
        share = (
            two_step(weights, people, places)
            if band.measure == "two_step"
            else three_step(weights, times, people, places)
        )
        whole = float((share * people).sum())
        yield Got(band, whole if band.home == "all" else float(share[names.index(band.home)]),
                  _of(band))  # fmt: skip


def _with(sheet: Sheet, columns: tuple[str, ...]) -> Sheet:
    """Return a sheet that has the columns.

    Raises
    ------
    DataFault
        With every column that is not there.
    """
    for name in columns:
        if sheet.find([name]) is None:
            sheet.faults.append(sheet.lost([name], Said(f"列 {name}", f"column {name}")))
    raise_all(sheet.faults, DataFault)
    return sheet


def _matrix(sheet: Sheet, names: list[str]) -> np.ndarray:
    made = np.full((len(names), len(names)), np.inf)
    pairs = zip(sheet.table["origin"], sheet.table["place"], sheet.numbers("time"), strict=True)
    raise_all(sheet.faults, DataFault)
    for origin, place, time in pairs:
        made[names.index(str(origin)), names.index(str(place))] = time
    return made


def _of(band: CatchmentBand) -> str:
    return f"{band.home}; {band.times}"


KIND = Kind(CatchmentCase, run)
