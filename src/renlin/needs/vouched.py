"""Read what a complete list says of those it does not name.

A body may vouch that its list is complete (every assessed resident, every registered
disability). Then not being on it is knowledge with a source and a date. It is said only of
residents of the household register, never of who may be behind a row in doubt, and never
against anything anybody stated.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    parts = [
        _absent(row, place, persons, catalogue) for row in place["vouched"].to_dict("records")
    ]
    if not parts:
        return pd.DataFrame(columns=list(STATED))
    return pd.concat(parts, ignore_index=True)


def _absent(
    row: Mapping[str, object],
    place: Mapping[str, pd.DataFrame],
    persons: pd.DataFrame,
    catalogue: Catalogue,
) -> pd.DataFrame:
    table = catalogue.indicators[str(row["indicator"])].subject
    file = str(row["file"])
    listed = _of_file(place["links"], file) | _of_file(place["doubtful"], file)
    silent = ~persons["person"].isin(listed)
    registered = persons["origin"] == "registered"
    if table == "persons":
        subjects = persons.loc[silent & registered, "person"]
    else:
        named = set(persons.loc[~silent, "household"])
        homes = persons.loc[registered, "household"].drop_duplicates()
        subjects = homes[~homes.isin(named)]
    made = pd.DataFrame({"subject": subjects.to_numpy()})
    made["subject_table"] = table
    made["indicator"] = row["indicator"]
    made["text"] = row["value"]
    made["source"] = f"{row['register']}: not listed"
    made["file"] = file
    made["row"] = pd.array([pd.NA] * len(made), dtype="Int64")
    made["observed_on"] = row["as_of"]
    made["fact"] = row["vouched"]
    made["origin"] = "record"
    return made[list(STATED)]


def _of_file(records: pd.DataFrame, file: str) -> set[str]:
    """Return the persons a register's rows belong to; a sheet's name in brackets does not count."""
    same = records["file"].str.split("[").str[0] == file
    return set(records.loc[same, "person"].dropna())
