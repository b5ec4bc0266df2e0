"""Read the tie survey: what each resident answered last, and whom she can call on.

Naming nobody is an answer; not having been asked is none. Whom a resident named who is no
longer here, or does not allow it, is lost: she is then neither tied nor alone, but unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from renlin.community.tables import FIRST_DATA_ROW
from renlin.needs.evidence import STATED

RESIDENT, OUTSIDE, NOBODY, SILENT, LOST = "resident", "outside", "nobody", "silent", "lost"
EVENTS = "helped"
"""Kind that tells of single events, which a later one does not replace."""
HELP = "help_soon"
TO_OTHER = "to_other"
FIELD = "nominations"
"""Field of the register of fields under which a tie may be withdrawn."""
FILE = "layers/nominations.csv"


def newest_answers(
    nominations: pd.DataFrame, persons: pd.DataFrame, day: pd.Timestamp, gone: pd.MultiIndex
) -> pd.DataFrame:
    """Return the answers of the last day on which each resident was asked each question.

    Answers later than ``day`` are not yet known. An answer of nobody beside a name given on
    the same day counts for nothing: the name stands. ``answer`` is ``lost`` where the
    resident named is not here on ``day`` or withdrew consent to be named.

    Parameters
    ----------
    nominations
        Table of that name.
    persons
        Residents present.
    day
        Survey date.
    gone
        (subject, field) that may not be used, as ``consents.not_allowed`` returns.

    Returns
    -------
    Columns of the table and ``row`` (its row in the file).
    """
    silenced = {str(who) for who, field in gone if field == FIELD}
    here = set(persons["person"]) - silenced
    rows = nominations.assign(row=nominations.index + FIRST_DATA_ROW)
    rows = rows[rows["person"].isin(here) & (rows["held_on"] <= day)]
    rows = rows[rows["other"].isna() | (rows["other"] != rows["person"])]
    last = rows.groupby(["person", "kind"])["held_on"].transform("max")
    rows = rows[(rows["held_on"] == last) | (rows["kind"] == EVENTS)]
    lost = (rows["answer"] == RESIDENT) & ~rows["other"].isin(here)
    rows = rows.assign(answer=rows["answer"].mask(lost, LOST))
    named = (rows["answer"] != NOBODY) & (rows["answer"] != SILENT)
    beside = named.groupby([rows["person"], rows["kind"], rows["held_on"]]).transform("any")
    return rows[named | ~beside.astype(bool)].reset_index(drop=True)


def from_nominations(
    place: Mapping[str, pd.DataFrame],
    persons: pd.DataFrame,
    day: pd.Timestamp,
    gone: pd.MultiIndex,
) -> pd.DataFrame:
    """Return how many can come to each household within half an hour, by its own word.

    Counted are those its members named on the last day any of them was asked: residents of
    other households, each once, and everybody outside. Only own words count: a neighbour who
    says she would come makes nobody safe. A day without any answer, or with names that are
    lost and no others, leaves it unknown.

    Returns
    -------
    Columns of ``STATED``: indicator ``helpers_within_30min``, subject the household.
    """
    said = newest_answers(place["nominations"], persons, day, gone)
    said = said[(said["kind"] == HELP) & (said["direction"] != TO_OTHER).fillna(True)]
    home = persons.set_index("person")["household"]
    said = said.assign(household=said["person"].map(home), theirs=said["other"].map(home))
    last = said.groupby("household")["held_on"].transform("max")
    rows = [
        {
            "subject": household,
            "subject_table": "households",
            "indicator": "helpers_within_30min",
            "text": _counted(part),
            "source": f"nominations: {part['source'].iloc[0]}",
            "file": FILE,
            "row": int(part["row"].iloc[0]),
            "observed_on": part["held_on"].iloc[0],
            "fact": part["nomination"].iloc[0],
            "origin": "fact",
        }
        for household, part in said[said["held_on"] == last].groupby("household", sort=True)
    ]
    return pd.DataFrame(rows, columns=list(STATED))


def _counted(part: pd.DataFrame) -> str | None:
    others = part[(part["answer"] == RESIDENT) & (part["theirs"] != part["household"])]
    n = int(others["other"].nunique()) + int((part["answer"] == OUTSIDE).sum())
    if n == 0 and part["answer"].isin([SILENT, LOST]).any():
        return None
    return str(n)
