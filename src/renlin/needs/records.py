"""State what the tables of residents and dwellings themselves say, as evidence with a date."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from renlin.needs.evidence import STATED

DAYS_PER_YEAR = 365.25
"""Days in a mean year of the Julian calendar."""
FIRST_DATA_ROW = 2
"""Row of a file that holds its first record; row 1 is the heading."""
_SEX = {"female": "true", "male": "false"}
_HUKOU = {"local": "false", "elsewhere": "true"}
_TENURE = {"tenant": "true", "owner": "false", "public_tenant": "false"}


def seen(table: pd.DataFrame) -> pd.Series:
    """Return when each row was last checked.

    A row without a date has the newest date of its table (Assumption: the register it
    came from was exported as a whole); missing where the table has none.
    """
    return table["seen_on"].fillna(table["seen_on"].max())


def from_records(
    persons: pd.DataFrame,
    households: pd.DataFrame,
    place: Mapping[str, pd.DataFrame],
    day: pd.Timestamp,
) -> pd.DataFrame:
    """Return age, sex, registration, years lived here and tenure as statements.

    Age is that of the survey date by definition of the column. Years are counted from the
    first day on record. Renting means from a private owner: who holds a public flat on a
    standing lease is no tenant here (Assumption: the indicator speaks of short leases).

    Parameters
    ----------
    persons, households
        Residents present and their households.
    place
        Tables persons, households and links, to name file and row: the first register
        row a resident was linked to, else the row of the layer.
    day
        Survey date.
    """
    years = ((day - persons["since"]).dt.days / DAYS_PER_YEAR).clip(lower=0)
    about = pd.DataFrame({"subject": persons["person"], "subject_table": "persons"})
    about["observed_on"] = seen(persons)
    homes = pd.DataFrame({"subject": households["household"], "subject_table": "households"})
    homes["observed_on"] = seen(households)
    today = pd.Series(day, index=about.index).astype("datetime64[s]")
    parts = [
        about.assign(
            indicator="age", text=_text(persons["age"]), source="persons.age", observed_on=today
        ),
        about.assign(indicator="female", text=persons["sex"].map(_SEX), source="persons.sex"),
        about.assign(
            indicator="no_hukou", text=persons["hukou"].map(_HUKOU), source="persons.hukou"
        ),
        about.assign(
            indicator="residence_years", text=_text(years.round(2)), source="persons.since"
        ),
        homes.assign(
            indicator="tenant", text=households["tenure"].map(_TENURE), source="households.tenure"
        ),
    ]
    made = pd.concat(parts, ignore_index=True).assign(fact=None, origin="record")
    return located(made, place)


def from_dwellings(
    households: pd.DataFrame, place: Mapping[str, pd.DataFrame], day: pd.Timestamp
) -> pd.DataFrame:
    """Return what the dwelling and its building mean for leaving it.

    ``storeys_to_walk`` are the storeys between the dwelling and the street door where no
    lift serves it, 0 with a lift or below the second storey; unknown while the storey or
    the lift is. ``building_structure`` is the structure as surveyed.
    """
    homes = (
        households[["household", "dwelling"]]
        .merge(place["dwellings"][["dwelling", "entrance", "floor"]], on="dwelling", how="left")
        .merge(_columns(place["entrances"], "entrance", "building"), on="entrance", how="left")
        .merge(
            _columns(place["buildings"], "building", "lift", "structure"), on="building", how="left"
        )
    )
    up = homes["floor"].astype("Float64").clip(lower=1) - 1
    lift = homes["lift"].astype("boolean")
    storeys = up.mask(lift.fillna(False), 0.0).mask(lift.isna() & (up != 0).fillna(True))
    about = pd.DataFrame({"subject": homes["household"], "subject_table": "households"})
    about["observed_on"] = pd.Series(day, index=about.index).astype("datetime64[s]")
    parts = [
        about.assign(indicator="storeys_to_walk", text=_text(storeys), source="dwellings.floor"),
        about.assign(
            indicator="building_structure", text=homes["structure"], source="buildings.structure"
        ),
    ]
    made = pd.concat(parts, ignore_index=True).assign(fact=None, origin="record")
    made["file"] = "layers/dwellings.csv"
    rows = _rows(place["dwellings"], "dwelling")
    at = homes.drop_duplicates("household").set_index("household")["dwelling"].map(rows)
    made["row"] = made["subject"].map(at).astype("Int64")
    return made[list(STATED)]


def located(made: pd.DataFrame, place: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return statements with the register row behind each, columns of ``STATED``."""
    return register_row(made, place)[list(STATED)]


def register_row(made: pd.DataFrame, place: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return ``made`` with the file and row each subject was first read from.

    That is the first register row a resident (or the first one of a household) was linked
    to; without one, the row of the layer.
    """
    made = made.copy()
    links = place["links"].sort_values(["file", "row"]).drop_duplicates("person")
    first = links.set_index("person")
    persons = place["persons"]
    head = persons.drop_duplicates("household").set_index("household")["person"]
    own = made["subject_table"] == "persons"
    person = made["subject"].where(own, made["subject"].map(head))
    rows = pd.concat([_rows(persons, "person"), _rows(place["households"], "household")])
    file = person.map(first["file"]).astype("object")
    made["file"] = file.where(file.notna(), "layers/" + made["subject_table"] + ".csv")
    row = person.map(first["row"]).astype("Int64")
    made["row"] = row.fillna(made["subject"].map(rows).astype("Int64"))
    return made


def _rows(table: pd.DataFrame, key: str) -> pd.Series:
    """Return the file row of each key."""
    return pd.Series(table.index + FIRST_DATA_ROW, index=table[key], dtype="Int64")


def _columns(table: pd.DataFrame, *names: str) -> pd.DataFrame:
    return pd.DataFrame({name: table[name] for name in names})


def _text(values: pd.Series) -> pd.Series:
    return values.map(lambda value: f"{value:.10g}", na_action="ignore").astype("object")
