"""Let what workshops said of places meet the layers: newer words stand, others are remarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.cells import Typing
from renlin.space.contradictions.ground import known, rows

PLACES = ("spaces", "walks", "gates", "entrances", "facilities")
"""Layers a statement may be about, the first that knows the place in front."""
REMARKS = ("correction", "subject", "table", "field", "is", "n_asked", "n_yes", "held_on")
UNDONE, SPACE = "undone", "space"


@dataclass(frozen=True)
class Told:
    """Layers as workshops corrected them.

    Attributes
    ----------
    tables
        Layers of places, with the values stated.
    corrected
        (table, key, column) -> correction whose value stands there.
    remarks
        Statements about a place that are no value of a column of its layer.
    """

    tables: Mapping[str, pd.DataFrame]
    corrected: Mapping[tuple[str, str, str], str]
    remarks: pd.DataFrame


def told(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Told:
    """Return the layers of places with what active corrections say of them.

    A value stands where it fits the column, more than half of those asked agreed (or nobody
    counted), and the row was not seen again later. The newest statement wins.
    """
    stated = tables["corrections"]
    about = stated[(stated["kind"] == SPACE) & (stated["state"].fillna("active") != UNDONE)]
    about = about.sort_values(["held_on", "correction"], kind="stable")
    made = {name: tables[name] for name in PLACES}
    keys = {name: _positions(frame) for name, frame in made.items()}
    corrected: dict[tuple[str, str, str], str] = {}
    remarks = []
    for row in rows(about):
        place = str(row["subject"])
        table = next((name for name in PLACES if place in keys[name]), None)
        if table is None:
            continue
        value = _value(row, table, catalogue)
        if value is None:
            remarks.append({**row, "table": table})
        elif _stands(row, made[table], keys[table][place]):
            made[table] = _with(made[table], keys[table][place], str(row["field"]), value)
            corrected[table, place, str(row["field"])] = str(row["correction"])
    listed = pd.DataFrame(remarks, columns=list(REMARKS))
    return Told(made, corrected, listed)


def agreed(row: Mapping[str, Any]) -> float:
    """Return the share of those asked who said so; NaN where nobody counted."""
    if not known(row["n_yes"]) or not known(row["n_asked"]) or not row["n_asked"]:
        return float("nan")
    return float(row["n_yes"]) / float(row["n_asked"])


def _positions(frame: pd.DataFrame) -> dict[str, int]:
    return {str(key): position for position, key in enumerate(frame.iloc[:, 0])}


def _value(row: Mapping[str, Any], table: str, catalogue: Catalogue) -> Any:
    """Return the stated value in the type of its column; None where it is none of it."""
    columns = {column.column: column for column in catalogue.tables[table]}
    column = columns.get(str(row["field"]))
    if column is None or column.type in ("point", "line", "polygon", "id"):
        return None
    typing = Typing(column, catalogue, table, "layers/corrections.csv", [0])
    value = typing.series([row["is"]]).iloc[0]
    return None if typing.faults or not known(value) else value


def _stands(row: Mapping[str, Any], frame: pd.DataFrame, position: int) -> bool:
    share = agreed(row)
    if known(share) and share <= 1 / 2:
        return False
    seen: Any = frame["observed_on"].iloc[position] if "observed_on" in frame else None
    return not known(seen) or bool(pd.Timestamp(seen) <= pd.Timestamp(row["held_on"]))


def _with(frame: pd.DataFrame, position: int, column: str, value: Any) -> pd.DataFrame:
    made = frame.copy()
    cells = made[column].copy()
    cells.iloc[position] = value
    made[column] = cells
    return made
