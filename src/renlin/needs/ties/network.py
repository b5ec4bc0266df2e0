"""Join what the survey and the registers say of ties into one network of the residents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from renlin.needs.nominations import (
    NOBODY,
    OUTSIDE,
    RESIDENT,
    SILENT,
    newest_answers,
)
from renlin.needs.ties.graph import BoolArray, IntArray

TELLING = ("weekly_talk", "help_soon")
"""Questions on which naming nobody says that one is alone; the others are narrower."""
LASTING = ("kin", "guardian")
"""Ties of the registers that do not run out."""
HOME = "household"
"""Kind of the tie between members of one household."""


class Network(NamedTuple):
    """Who is tied to whom, as far as anybody said.

    Attributes
    ----------
    people
        Columns person and household, one row per resident present, sorted by person.
    ties
        Columns a, b (rows of ``people``, a < b), kinds, between (of two households).
    pairs
        Columns a and b of ``ties``, shape (m, 2).
    asked
        Who answered at least one question that still counts, shape (n,).
    alone
        Who was asked and named nobody wherever that tells, shape (n,).
    n_outside, n_named_by
        People outside each resident named; residents of other households who named them.
    """

    people: pd.DataFrame
    ties: pd.DataFrame
    pairs: IntArray
    asked: BoolArray
    alone: BoolArray
    n_outside: IntArray
    n_named_by: IntArray


def network(
    place: Mapping[str, pd.DataFrame],
    persons: pd.DataFrame,
    day: pd.Timestamp,
    *,
    valid_days: float,
    gone: pd.MultiIndex,
) -> Network:
    """Return the network of the residents present.

    A tie is there when either side names it, when a register holds it, or within a
    household. An answer older than ``valid_days`` no longer counts, and its respondent
    counts as not asked; so do dated ties of registers that may end.

    Parameters
    ----------
    place
        Tables nominations and ties.
    persons
        Residents present: person, household.
    gone
        (subject, field) that may not be used.
    """
    people = persons[["person", "household"]].sort_values("person").reset_index(drop=True)
    at = pd.Series(people.index, index=people["person"], dtype="int64")
    said = newest_answers(place["nominations"], persons, day, gone)
    said = said[(day - said["held_on"]).dt.days <= valid_days]
    answered = said[said["answer"] != SILENT]
    named = answered[answered["answer"] == RESIDENT]
    parts = [
        _ends(named["person"], named["other"], named["kind"], at),
        _registered(place["ties"], at, day, valid_days),
        _homes(people),
    ]
    ties = _gathered(pd.concat(parts, ignore_index=True), people)
    outside = answered[answered["answer"] == OUTSIDE].groupby("person").size()
    return Network(
        people,
        ties,
        ties[["a", "b"]].to_numpy(dtype=np.int64).reshape(-1, 2),
        people["person"].isin(set(answered["person"])).to_numpy(dtype=bool),
        people["person"].isin(_alone(answered)).to_numpy(dtype=bool),
        people["person"].map(outside).fillna(0).to_numpy(dtype=np.int64),
        _named_by(named, people, at),
    )


def _alone(answered: pd.DataFrame) -> set[str]:
    """Return who was asked a telling question and said nobody to each of them."""
    told = answered[answered["kind"].isin(TELLING)]
    nobody = (told["answer"] == NOBODY).groupby(told["person"]).all()
    return {str(person) for person in nobody.index[nobody]}


def _named_by(named: pd.DataFrame, people: pd.DataFrame, at: pd.Series) -> IntArray:
    home = people["household"].to_numpy(dtype=object)
    who, whom = (named[c].map(at).to_numpy(dtype=np.int64) for c in ("person", "other"))
    apart = home[who] != home[whom]
    each = np.unique(np.column_stack([who[apart], whom[apart]]), axis=0)
    made: IntArray = np.bincount(each[:, 1], minlength=len(people)).astype(np.int64)
    return made


def _ends(first: pd.Series, second: pd.Series, kind: pd.Series, at: pd.Series) -> pd.DataFrame:
    """Return ties by row of the residents, the lower first."""
    ends = np.column_stack([first.map(at), second.map(at)]).astype(np.int64).reshape(-1, 2)
    ends.sort(axis=1)
    return pd.DataFrame({"a": ends[:, 0], "b": ends[:, 1], "kind": kind.to_numpy(dtype=object)})


def _registered(
    ties: pd.DataFrame, at: pd.Series, day: pd.Timestamp, valid_days: float
) -> pd.DataFrame:
    known = ties[ties["person"].isin(at.index) & ties["other"].isin(at.index)]
    known = known[~(known["observed_on"] > day)]
    old = ((day - known["observed_on"]).dt.days > valid_days) & ~known["kind"].isin(LASTING)
    known = known[~old]
    return _ends(known["person"], known["other"], known["kind"], at)


def _homes(people: pd.DataFrame) -> pd.DataFrame:
    rows = people.assign(at=people.index)[["household", "at"]].dropna()
    both = rows.merge(rows, on="household")
    both = both[both["at_x"] < both["at_y"]]
    return pd.DataFrame({"a": both["at_x"], "b": both["at_y"], "kind": HOME})


def _gathered(rows: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return each tie once with all of its kinds."""
    apart = rows[rows["a"] != rows["b"]].drop_duplicates().sort_values(["a", "b", "kind"])
    made: pd.DataFrame = apart.groupby(["a", "b"])["kind"].agg(";".join).reset_index()
    home = people["household"].to_numpy(dtype=object)
    a, b = (made[c].to_numpy(dtype=np.int64) for c in ("a", "b"))
    return pd.DataFrame(
        {"a": a, "b": b, "kinds": made["kind"].astype("str"), "between": home[a] != home[b]}
    )
