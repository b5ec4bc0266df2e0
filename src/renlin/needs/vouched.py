"""Read what a complete list says of those it does not name.

A body may vouch that its list is complete (every assessed resident, every registered
disability). Then not being on it is knowledge with a source and a date. It is said only of
residents of the household register, never of who may be behind a row in doubt, and never
against anything anybody stated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.needs.evidence import STATED


def from_vouched(
    place: Mapping[str, pd.DataFrame], persons: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Return statements on residents whom a complete list does not name.

    Parameters
    ----------
    place
        Tables of the community; vouched, links and doubtful are read.
    persons
        Residents present.

    Returns
    -------
    Columns of ``STATED``, origin ``record``, source ``REGISTER: not listed``.
    """
    silent = _silent(place, persons)
    nobody = pd.Series(True, index=persons.index)
    parts = [
        _absent(row, silent.get(str(row["file"]), nobody), persons, catalogue)
        for row in place["vouched"].to_dict("records")
    ]
    if not parts:
        return pd.DataFrame(columns=list(STATED))
    return pd.concat(parts, ignore_index=True)


def _absent(
    row: Mapping[Any, Any], silent: pd.Series, persons: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    table = catalogue.indicators[str(row["indicator"])].subject
    registered = persons["origin"] == "registered"
    if table == "persons":
        subjects = persons.loc[silent & registered, "person"]
    else:
        named = set(persons.loc[~silent, "household"])
        homes = persons.loc[registered, "household"].drop_duplicates()
        subjects = homes[~homes.isin(named)]
    made = pd.DataFrame({"subject": subjects.to_numpy()})
    made = made.assign(
        subject_table=table,
        indicator=row["indicator"],
        text=row["value"],
        source=f"{row['register']}: not listed",
        file=str(row["file"]),
        row=pd.array([pd.NA] * len(made), dtype="Int64"),
        observed_on=row["as_of"],
        fact=row["vouched"],
        origin="record",
    )
    return made[list(STATED)]


def _silent(place: Mapping[str, pd.DataFrame], persons: pd.DataFrame) -> dict[str, pd.Series]:
    """Return register file -> whose names none of its rows carry, or may carry.

    A sheet's name in brackets does not count.
    """
    records = pd.concat(
        [place[name][["file", "person"]].astype("str") for name in ("links", "doubtful")]
    ).dropna()
    records = records[records["person"].isin(set(persons["person"]))]
    files = records["file"].str.split("[").str[0]
    found = {str(file): set(part) for file, part in records["person"].groupby(files)}
    return {file: ~persons["person"].isin(listed) for file, listed in found.items()}
