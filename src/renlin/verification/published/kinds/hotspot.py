"""Local clustering over a few points, held against published z values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from pydantic import Field

from renlin.errors import DataFault, Said, raise_all
from renlin.intake.plain_table import read_whole_table
from renlin.needs.indices.headings import Sheet
from renlin.space.points.clusters import gi, gi_star, neighbours
from renlin.verification.published.places import absent, placed
from renlin.verification.published.stated import Band, Files, Got, Kind, PublishedCase


class HotspotBand(Band):
    """A band of the z at one row of the table, counted from 1."""

    measure: Literal["gi", "gi_star"]
    row: int = Field(ge=1)


class HotspotCase(PublishedCase):
    """``table`` has ``x``, ``y`` and ``value``; points within ``radius`` weigh 1."""

    kind: Literal["hotspot"]
    table: str
    radius: float
    expect: tuple[HotspotBand, ...] = Field(min_length=1)


def run(stated: HotspotCase, files: Files) -> Iterator[Got]:
    """Yield what every band got; none is run when the table is not there."""
    lost, path = absent(files, [stated.table]), placed(files, stated.table)
    if path is None:
        yield from (Got(band, float("nan"), _of(band), not_run=lost) for band in stated.expect)
        return
    sheet = Sheet(read_whole_table(path), stated.table)
    for name in ("x", "y", "value"):
        if sheet.find([name]) is None:
            sheet.faults.append(sheet.lost([name], Said(f"列 {name}", f"column {name}")))
    raise_all(sheet.faults, DataFault)
    columns = [np.asarray(sheet.numbers(name), dtype=np.float64) for name in ("x", "y", "value")]
    raise_all(sheet.faults, DataFault)
    near = neighbours(np.column_stack(columns[:2]), stated.radius)
    found = {"gi": gi(columns[2], near), "gi_star": gi_star(columns[2], near)}
    for band in stated.expect:
        yield Got(band, float(found[band.measure][band.row - 1]), _of(band))


def _of(band: HotspotBand) -> str:
    return f"row={band.row}"


KIND = Kind(HotspotCase, run)
