"""Lay out what the rules of contradiction look at, and what a rule may say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.place_rules import Tested, parts
from renlin.space.access.refuges import refuges
from renlin.space.contradictions.concerned import Concerned, Crowd, Ints, nobody

WAY_TAKEN = ("stalls", "parked_cars", "block")
UNKNOWN = float("nan")
"""An offer nobody knows: no pass."""
DECIMALS = 9
"""A sum of widths is rounded to so many, so that 1.2 - 0.2 m is 1 m."""
Evidence = tuple[tuple[str, str], ...]
"""Rows it rests on: layer and key."""


@dataclass(frozen=True)
class Clash:
    """One contradiction as a rule finds it.

    Attributes
    ----------
    space
        Space, walk, gate, door, kind of facility or table it is about.
    needed, offered
        In ``unit``; ``offered`` is NaN where nobody knows, which is no pass.
    concerned
        Residents it concerns.
    evidence
        Rows of layers it rests on.
    responsible
        Who can mend it; "" where nobody is known.
    remedy
        Entry of ``remedies.csv``; "" for that of the rule.
    unit
        Unit of the standard or parameter; "" for a yes or no.
    standard
        Code of standards.csv whose clause is broken, "" for a rule of ours.
    least
        True where less than needed is wrong, False where more is.
    subject
        What tells two clashes of one rule at one place apart: group, need, kind of hazard.
    group
        Display group or class it is about, where it differs by group; else ``all``.
    hazards
        Kinds of scenario; "" is any.
    phase
        Going there or staying, for the need of a group.
    """

    space: str
    needed: float
    offered: float
    concerned: Concerned
    evidence: Evidence
    responsible: str
    remedy: str = ""
    unit: str = ""
    standard: str = ""
    least: bool = True
    subject: str = ""
    group: str = "all"
    hazards: str = ""
    phase: str = ""

    @property
    def gap(self) -> float:
        """Return how far the offer is from the need; NaN where nobody knows."""
        apart = self.needed - self.offered if self.least else self.offered - self.needed
        return apart if pd.isna(apart) else max(apart, 0.0)


@dataclass(frozen=True)
class Limit:
    """What a number is held against."""

    value: float
    unit: str
    least: bool
    standard: str


@dataclass(frozen=True)
class Ground:
    """What the rules may look at.

    Attributes
    ----------
    tables
        Layers by name, with what workshops said of places in them.
    catalogue
        Rules, standards, kinds of facility, limits.
    coverage
        Table of coverage of all services.
    inspections
        Table of the newest inspections by building.
    crowd
        Who lives behind which door.
    ways
        (table, place) of ways and gates -> doors whose way to the nearest refuge leads there.
    goers
        Refuge (space, or facility without one) -> residents who would go there.
    beside
        Walk -> doors that lie on it, or near enough for a fire engine's hose.
    around
        Space -> doors within the radius of a shelter of it.
    day
        Survey date.
    holder
        Body that answers for the ways of the compound, "" when not known.
    """

    tables: Mapping[str, pd.DataFrame]
    catalogue: Catalogue
    coverage: pd.DataFrame
    inspections: pd.DataFrame
    crowd: Crowd
    ways: Mapping[tuple[str, str], Ints]
    goers: Mapping[str, Concerned]
    beside: Mapping[str, Ints]
    around: Mapping[str, Ints]
    day: pd.Timestamp
    holder: str = ""

    @cached_property
    def views(self) -> Mapping[str, pd.DataFrame]:
        """Return the layers with what rules derive from their columns."""
        made = dict(self.tables)
        made["walks"] = _walks(self.tables["walks"], self)
        made["entrances"] = _entrances(self.tables["entrances"], self)
        made["spaces"] = self.tables["spaces"].assign(
            refuge=self.tables["spaces"]["space"].isin(set(self.refuges["ground"]))
        )
        open_ones = set(self.refuges["facility"])
        facilities = self.tables["facilities"]
        made["facilities"] = facilities.assign(refuge=facilities["facility"].isin(open_ones))
        return made

    @cached_property
    def spaces(self) -> dict[str, dict[str, Any]]:
        """Return space -> its row."""
        return {str(row["space"]): row for row in rows(self.tables["spaces"])}

    @cached_property
    def refuges(self) -> pd.DataFrame:
        """Return the open facilities that shelter people; ``ground`` is where they stand."""
        return refuges(self.tables["facilities"], self.catalogue)

    @cached_property
    def refuge_spaces(self) -> list[str]:
        """Return the spaces that shelter people."""
        return sorted(set(map(str, self.refuges["ground"])) & set(self.spaces))

    def limit(self, tested: Tested, code: str = "") -> Limit:
        """Return what a rule holds a number against: a standard, else a parameter."""
        name = code or tested.standard
        if name:
            entry = self.catalogue.standards[name]
            return Limit(entry.value, entry.unit, entry.rule == "at_least", name)
        value = self.catalogue.parameters[tested.parameter]
        return Limit(value.value, value.unit, False, "")

    def concern(self, tested: Tested, row: Mapping[str, Any]) -> Concerned:
        """Return whom a breach at this row concerns."""
        key = str(next(iter(row.values())))
        if tested.concern == "lane":
            return self.at_lane(key)
        if tested.concern in ("way", "gate"):
            return self.on_way(tested.table, key)
        if tested.concern == "door":
            return self.crowd.named([key])
        if tested.concern == "space":
            own = row.get("space")
            return self.at_space(str(own) if known(own) else key)
        return self.crowd.everybody

    def on_way(self, table: str, place: object) -> Concerned:
        """Return the residents who walk over a way or through a gate."""
        return self.crowd.behind(self.ways.get((table, str(place)), ()))

    def at_lane(self, walk: object) -> Concerned:
        """Return the residents a fire lane concerns: who walk there, or live beside it."""
        walking, living = self.ways.get(("walks", str(walk)), ()), self.beside.get(str(walk), ())
        return self.crowd.behind([*walking, *living])

    def at_space(self, space: str) -> Concerned:
        """Return the residents a space concerns: who go there, else who live around it."""
        going = self.goers.get(space)
        return going if going is not None else self.crowd.behind(self.around.get(space, ()))

    def everybody(self) -> Concerned:
        """Return all residents with a known door."""
        return self.crowd.everybody

    def nobody(self) -> Concerned:
        """Return no residents."""
        return nobody(self.crowd)

    def answers(self, tested: Tested, row: Mapping[str, Any]) -> str:
        """Return the body that can mend a breach at this row, "" where none is named."""
        if not tested.answers:
            return ""
        if tested.answers == "holder":
            return self.holder
        told = row.get(tested.answers)
        if not known(told) and "space" in row and tested.table != "spaces":
            told = self.spaces.get(str(row["space"]), {}).get(tested.answers)
        return ";".join(bodies(told))


def _walks(walks: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Add built width, steepness, whether rails are due, and whether anybody walks there."""
    width, taken = numbers(walks, "width"), numbers(walks, "taken_width")
    slope = numbers(walks, "slope").abs()
    rise = slope * walks["geometry"].length.to_numpy()
    flat = ground.catalogue.standards["ramp_slope_without_handrail"].value
    low = ground.catalogue.standards["ramp_rise_without_handrail"].value
    due = pd.Series((slope > flat) & (rise > low), index=walks.index, dtype="object")
    return walks.assign(
        built_width=(width + taken.fillna(0.0)).round(DECIMALS),
        steepness=slope,
        rails_due=due.where(slope.notna(), None),
        walked=[("walks", str(walk)) in ground.ways for walk in walks["walk"]],
    )


def _entrances(doors: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Add whether a door is step-free, and what stored things leave of the flight."""
    steps, ramp = numbers(doors, "steps"), words(doors, "ramp")
    level = pd.Series(False, index=doors.index, dtype="object")
    level[(steps == 0) | (ramp == "true")] = True
    level[~((steps == 0) | (ramp == "true")) & (steps.isna() | (ramp == ""))] = None
    stair, blocked = numbers(doors, "stair_width"), numbers(doors, "blocked_width")
    narrow = ground.catalogue.standards["stair_width"].value
    clear = (stair - blocked).where(blocked.notna(), stair.where(stair < narrow))
    return doors.assign(level=level, clear_stair=clear.round(DECIMALS))


def chosen(frame: pd.DataFrame, where: str) -> pd.Series:
    """Return which rows ``where`` chooses: 1 yes, 0 no, -1 where nobody knows.

    Source: Kleene's three-valued and: one no is enough, else one unknown.
    """
    state = pd.Series(1, index=frame.index, dtype="int64")
    for condition in (one.strip() for one in where.split(";") if one.strip()):
        column, _, allowed = condition.partition("=")
        cells = words(frame, column)
        here = cells.isin(parts(allowed)).astype("int64")
        here[(cells == "") | ((cells == "unknown") & (here == 0))] = -1
        state = state.where(~((here == 0) | ((here == -1) & (state == 1))), here)
        state = state.where(here != 0, 0)
    return state


def words(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return a column as plain words, "" where it says nothing or does not exist."""
    if column not in frame:
        return pd.Series("", index=frame.index, dtype="object")
    return frame[column].map(said).astype("object")


def numbers(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return a column as numbers, NaN where it says nothing or does not exist."""
    if column not in frame:
        return pd.Series(np.nan, index=frame.index, dtype="float64")
    return pd.to_numeric(frame[column]).astype("float64")


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a layer as plain dictionaries."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def known(value: Any) -> bool:
    """Return whether a cell says anything."""
    return not (value is None or pd.isna(value))


def amount(value: Any) -> float:
    """Return a cell as a number, NaN where it says nothing."""
    return float(value) if known(value) else UNKNOWN


def said(value: Any) -> str:
    """Return a cell as text, "" where it says nothing; yes and no are true and false."""
    if not known(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def bodies(value: Any) -> list[str]:
    """Return the bodies named in a cell."""
    return [name.strip() for name in said(value).split(";") if name.strip()]


def cited(table: str, keys: Iterable[object]) -> Evidence:
    """Return rows of a layer as evidence, in the order of their keys."""
    return tuple((table, key) for key in sorted(str(key) for key in keys))
