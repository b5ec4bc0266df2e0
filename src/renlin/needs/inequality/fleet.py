"""Check the spending of several communities that one file gives."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.tables import conform
from renlin.errors import DataFault, Fault, Said, raise_all

TABLE = "communities_spending"


def read_units(
    raw: pd.DataFrame, catalogue: Catalogue, *, place: str, faults: Sequence[Fault] = ()
) -> pd.DataFrame:
    """Return one row per community, for ``spending.compare``.

    Parameters
    ----------
    raw
        Cells under the headings of ``catalogue/tables/communities_spending.csv``, in either
        language. Its index counts rows from 0 below the headings.
    place
        The file as named in faults.
    faults
        What reading the file noted; told with all the others.

    Raises
    ------
    DataFault
        With every fault: no rows, cells of another type, keys twice, more people at risk than
        there are, fewer possibly than surely at risk.
    """
    rows = [int(index) + 2 for index in raw.index]
    own = {c.zh: c.column for c in catalogue.tables[TABLE] if c.column not in raw.columns}
    named = raw.reset_index(drop=True).rename(columns=own)
    done = conform(named, TABLE, catalogue, place=place, rows=rows)
    found = [*faults, *done.faults]
    if not found and raw.empty:
        found.append(_fault(place, None, None, Said("有数据的行", "rows"), Said("没有", "none")))
    if not found:
        found += _impossible(done.table, place, rows)
    raise_all(found, DataFault)
    return done.table.assign(at_risk_high=done.table["at_risk_high"].fillna(done.table["at_risk"]))


def _impossible(table: pd.DataFrame, place: str, rows: Sequence[int]) -> list[Fault]:
    """Return faults of counts that do not go together."""
    pairs = (("at_risk", "at_risk_high"), ("at_risk", "persons"), ("at_risk_high", "persons"))
    return [
        _fault(place, row, less, Said(f"不多于 {more} 的 {most}", f"at most {more}, {most}"),
               Said(f"{n}", f"{n}"))
        for less, more in pairs
        for row, n, most in zip(rows, table[less], table[more], strict=True)
        if not pd.isna(n) and not pd.isna(most) and n > most
    ]  # fmt: skip


def _fault(place: str, row: int | None, column: str | None, expected: Said, got: Said) -> Fault:
    return Fault(place, expected, got, Said("改正后再比。", "Correct it first."), row, column)
