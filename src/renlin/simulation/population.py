"""Say who lives here, where each household lives, and who is where at what hour.

The register is the whole: at home, out in the community, away and not placed sum to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import BehaviourClass, Condition, ScenarioKind
from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.passage import is_open
from renlin.simulation.luck import Keys, Luck, keys_of
from renlin.simulation.network import Ground

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Names = tuple[str, ...]
NOWHERE = -1


@dataclass(frozen=True)
class Residents:
    """Everybody on the register who lives here; the same under every scheme.

    Attributes
    ----------
    persons, households
        Ids, sorted; ``keys`` and ``household_keys`` name them in draws.
    household, kind, display
        Per person: row of ``households``, of ``kinds``, of ``displays``.
    kinds
        Behaviour classes, by code; ``displays`` the groups as people read them, in order.
    age
        Years; NaN when not known.
    alone, deaf, button
        Per person, True only where surely so: lives alone, does not hear, has a call
        button.
    smart
        Chance that each uses a smart device: 1 or 0 where known, else the catalogue's.
    alarm
        Per household, surely has a working smoke alarm.
    turn
        Per household: its place in the order in which help is given (highest tier first).
    at_risk, unclear, spared
        Kind of event -> persons it surely endangers at home, those of whom nobody knows,
        and persons surely provided for.
    """

    persons: Names
    keys: Keys
    household: Whole
    kind: Whole
    display: Whole
    kinds: tuple[BehaviourClass, ...]
    displays: Names
    age: Floats
    alone: Flags
    smart: Floats
    deaf: Flags
    button: Flags
    households: Names
    household_keys: Keys
    alarm: Flags
    turn: Whole
    at_risk: Mapping[str, Flags]
    unclear: Mapping[str, Flags]
    spared: Mapping[str, Flags]

    @property
    def n(self) -> int:
        """Return the number of persons on the register."""
        return len(self.persons)

    def any_of(self, flags: Flags) -> Flags:
        """Return for each household whether any of its persons is flagged."""
        return np.bincount(self.household, flags, minlength=len(self.households)) > 0

    def per_kind(self, value: str) -> Whole:
        """Return a whole number of each person's class, such as ``n_helpers``."""
        return np.array([getattr(kind, value) for kind in self.kinds], dtype=np.int64)[self.kind]


def household_groups(who: Residents, reference: str) -> Whole:
    """Return the group each household counts with: the first of its members' groups.

    In the order of the catalogue, and the ``reference`` group only where nobody is of another.
    """
    n = len(who.displays)
    last = who.displays.index(reference) if reference in who.displays else -1
    rank = np.where(who.display == last, n, who.display)
    found = np.full(len(who.households), n, dtype=np.int64)
    np.minimum.at(found, who.household, rank)
    return np.where(found == n, last, found)


def residents(place: Community, needs: NeedsFindings) -> Residents:
    """Return everybody of ``needs.profiles`` with what the simulation asks about them."""
    profiles = needs.profiles.table.sort_values("person", kind="stable").reset_index(drop=True)
    told = needs.indicators.table.set_index("person").loc[profiles["person"]].reset_index()
    households, at = np.unique(profiles["household"].to_numpy(dtype=str), return_inverse=True)
    kinds = tuple(place.catalogue.classes[code] for code in sorted(place.catalogue.classes))
    displays = tuple(sorted(place.catalogue.displays, key=lambda code: _order(place, code)))
    persons = tuple(profiles["person"].astype(str))
    deaf = holds(told, place.catalogue.displays["hard_of_hearing"].member_when)
    alarm = _yes(told, "has_smoke_alarm")
    home = at.astype(np.int64)
    return Residents(
        persons=persons,
        keys=keys_of(persons),
        household=home,
        kind=_position(profiles["class"], [kind.code for kind in kinds]),
        display=_position(profiles["display"], displays),
        kinds=kinds,
        displays=displays,
        age=_numbers(told, "age"),
        alone=_yes(told, "lives_alone"),
        smart=_smart(told, place.catalogue),
        deaf=deaf,
        button=_yes(told, "has_call_button"),
        households=tuple(str(name) for name in households),
        household_keys=keys_of([str(name) for name in households]),
        alarm=np.bincount(home, alarm, minlength=len(households)) > 0,
        turn=_turns(needs.households.table, households),
        at_risk={code: holds(told, kind.at_risk_when) for code, kind in _kinds(place)},
        unclear={code: unclear(told, kind.at_risk_when) for code, kind in _kinds(place)},
        spared={code: holds(told, kind.spared_when) for code, kind in _kinds(place)},
    )


def _kinds(place: Community) -> list[tuple[str, ScenarioKind]]:
    """Return the kinds of event that endanger some at home."""
    return [(code, kind) for code, kind in place.catalogue.scenarios.items() if kind.at_risk_when]


def holds(table: pd.DataFrame, lists: Sequence[Sequence[Condition]]) -> Flags:
    """Return for whom one of ``lists`` surely holds whole; what is unknown does not hold."""
    found = np.zeros(len(table), dtype=bool)
    for conditions in lists:
        whole = np.ones(len(table), dtype=bool)
        for one in conditions:
            whole &= _compare(table, one)
        found |= whole
    return found


def unclear(table: pd.DataFrame, lists: Sequence[Sequence[Condition]]) -> Flags:
    """Return for whom one of ``lists`` may hold, and none surely does."""
    found = np.zeros(len(table), dtype=bool)
    for conditions in lists:
        whole = np.ones(len(table), dtype=bool)
        for one in conditions:
            unknown = one.indicator not in table or table[one.indicator].isna().to_numpy()
            whole &= _compare(table, one) | unknown
        found |= whole
    return found & ~holds(table, lists)


def _compare(table: pd.DataFrame, one: Condition) -> Flags:
    if one.indicator not in table:
        return np.zeros(len(table), dtype=bool)
    column = table[one.indicator]
    wanted = one.value if isinstance(one.value, list) else [one.value]
    if one.op in ("=", "in"):
        return column.isin(wanted).to_numpy(dtype=bool)
    if one.op == "!=":
        return (column.notna() & ~column.isin(wanted)).to_numpy(dtype=bool)
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    bound = float(str(one.value))
    found: Flags = {
        ">=": numbers >= bound, "<=": numbers <= bound, ">": numbers > bound, "<": numbers < bound
    }[one.op]  # fmt: skip
    return found


def _order(place: Community, code: str) -> tuple[int, str]:
    return place.catalogue.displays[code].order, code


def _position(column: pd.Series, codes: Sequence[str]) -> Whole:
    place = {code: index for index, code in enumerate(codes)}
    return np.array([place[str(code)] for code in column], dtype=np.int64)


def _yes(table: pd.DataFrame, indicator: str) -> Flags:
    if indicator not in table:
        return np.zeros(len(table), dtype=bool)
    return table[indicator].fillna(False).to_numpy(dtype=bool)


def _smart(told: pd.DataFrame, catalogue: Catalogue) -> Floats:
    """Return the chance that each resident uses a smart device."""
    older = _numbers(told, "age") >= catalogue.number("older_age")
    unknown = np.where(
        older, catalogue.number("smart_unknown_older"), catalogue.number("smart_unknown_younger")
    )
    known = told["has_smart_device"].astype("Float64").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isnan(known), unknown, known)


def _numbers(table: pd.DataFrame, indicator: str) -> Floats:
    return np.asarray(table[indicator].to_numpy(dtype=np.float64, na_value=np.nan))


def _turns(table: pd.DataFrame, households: npt.NDArray[np.str_]) -> Whole:
    """Return the order of service: highest sure tier, highest possible tier, id."""
    known = table.set_index("household")[["sure", "possible"]].astype("float64")
    tiers = known.reindex(households).fillna(np.inf).to_numpy()
    order = np.lexsort((households, tiers[:, 1], tiers[:, 0]))
    turn = np.empty(len(households), dtype=np.int64)
    turn[order] = np.arange(len(households))
    return turn


@dataclass(frozen=True)
class Homes:
    """Where each household lives under one scheme, and where people are out of doors.

    Attributes
    ----------
    node
        Landing of each household; -1 when its dwelling or unit is not known.
    floor
        Storey; an unknown one is taken as the middle of its stair (``guessed``).
    entrance, building
        Row of ``entrances`` and ``buildings``; -1 when not known.
    of_entrance
        Building of each entrance.
    outdoors, weight
        Nodes of spaces that are used at the hour, and their share of those who are out.
    """

    node: Whole
    floor: Whole
    guessed: Flags
    entrance: Whole
    building: Whole
    entrances: Names
    buildings: Names
    of_entrance: Whole
    outdoors: Whole
    weight: Floats


def homes(place: Community, ground: Ground, who: Residents, hour: float) -> Homes:
    """Return where everybody lives in ``place``."""
    entrances = tuple(sorted(place["entrances"]["entrance"].astype(str)))
    buildings = tuple(sorted(place["buildings"]["building"].astype(str)))
    of_entrance = _buildings_of(place, entrances, buildings)
    dwellings = place["households"].set_index("household")["dwelling"].reindex(who.households)
    lived = place["dwellings"].set_index("dwelling").reindex(dwellings.to_numpy())
    unit = {name: index for index, name in enumerate(entrances)}
    entrance = np.array([unit.get(str(name), NOWHERE) for name in lived["entrance"]], np.int64)
    storeys = lived["floor"].to_numpy(dtype=np.float64, na_value=np.nan)
    landing = ground.walks.landing_of
    top: dict[str, int] = {}
    for name, storey in landing:
        top[name] = max(storey, top.get(name, 1))
    middle = np.array(
        [(top.get(entrances[at], 1) + 1) // 2 if at >= 0 else 1 for at in entrance], np.int64
    )
    guessed = np.isnan(storeys)
    floor = np.where(guessed, middle, np.nan_to_num(storeys, nan=1.0)).astype(np.int64)
    node = [
        landing.get((entrances[at], max(int(storey), 1)), NOWHERE) if at >= 0 else NOWHERE
        for at, storey in zip(entrance, floor, strict=True)
    ]
    building = np.where(entrance >= 0, np.append(of_entrance, NOWHERE)[entrance], NOWHERE)
    outdoors, weight = _outdoors(place, ground, hour)
    return Homes(
        node=np.array(node, dtype=np.int64),
        floor=floor,
        guessed=guessed & (entrance >= 0),
        entrance=entrance,
        building=building,
        entrances=entrances,
        buildings=buildings,
        of_entrance=of_entrance,
        outdoors=outdoors,
        weight=weight,
    )


def _buildings_of(place: Community, entrances: Names, buildings: Names) -> Whole:
    at = {name: index for index, name in enumerate(buildings)}
    of = dict(zip(place["entrances"]["entrance"], place["entrances"]["building"], strict=True))
    return np.array([at[str(of[name])] for name in entrances], dtype=np.int64)


def _outdoors(place: Community, ground: Ground, hour: float) -> tuple[Whole, Floats]:
    """Return the nodes of the spaces in use at ``hour``, weighted by the persons seen there.

    Where nobody has watched at that hour, every space with an outline counts alike.
    """
    spaces = place["spaces"]
    seen = place["uses"]
    now = seen[[is_open(hours, hour) for hours in seen["hours"]]] if len(seen) else seen
    persons = now.groupby("space")["persons"].sum() if len(now) else pd.Series(dtype="float64")
    shapes = dict(zip(spaces["space"], spaces["geometry"], strict=True))
    chosen = {str(s): float(n) for s, n in persons.items() if s in shapes and n > 0}
    chosen = chosen or dict.fromkeys(sorted(map(str, shapes)), 1.0)
    junction = np.flatnonzero((ground.walks.nodes["kind"] == "junction").to_numpy())
    if not chosen or not len(junction):
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    at = shapely.points(ground.walks.nodes.loc[junction, ["x", "y"]].to_numpy())
    node = [int(junction[shapely.distance(at, shapes[s]).argmin()]) for s in sorted(chosen)]
    weight = np.array([chosen[s] for s in sorted(chosen)])
    return np.array(node, dtype=np.int64), weight / weight.sum()


class Presence(NamedTuple):
    """Who is where in one run: flags per person, and the node of those out of doors."""

    home: Flags
    outdoors: Flags
    away: Flags
    unplaced: Flags
    node: Whole


def presence(
    who: Residents, live: Homes, catalogue: Catalogue, hour: float, luck: Luck, posted: Flags
) -> Presence:
    """Return who is at home, out in the community, away, or lives nobody knows where.

    Each person is at home with the catalogue's share of their group at the hour. Young
    children are where an adult of the household is. Of those not at home by day, a share
    is out in the community, unless they need help to walk.

    Parameters
    ----------
    posted
        Persons who surely are at home because they help in this run.
    """
    share = np.array([_share(catalogue, code, hour) for code in who.displays])[who.display]
    home = (luck("person", "presence") < share) | posted
    home = _with_an_adult(who, home, catalogue)
    placed = live.node[who.household] >= 0
    goes_alone = who.per_kind("n_helpers") == 0
    by_day = not asleep(catalogue, hour)
    out_share = catalogue.number("out_in_community_share") if by_day else 0.0
    old_enough = ~(who.age <= catalogue.number("child_with_adult_age"))
    out = ~home & goes_alone & old_enough & (luck("person", "outdoors") < out_share)
    out &= len(live.outdoors) > 0
    node = np.where(placed, live.node[who.household], NOWHERE)
    if len(live.outdoors):
        place = np.searchsorted(np.cumsum(live.weight), luck("person", "space"), side="right")
        node = np.where(out, live.outdoors[np.minimum(place, len(live.outdoors) - 1)], node)
    return Presence(home & placed, out, ~home & ~out, home & ~placed, node)


def _share(catalogue: Catalogue, display: str, hour: float) -> float:
    found = catalogue.presence.get((display, int(hour)))
    return 1.0 if found is None else found.value


def _with_an_adult(who: Residents, home: Flags, catalogue: Catalogue) -> Flags:
    """Return presence in which young children are where an adult of the household is."""
    young = who.age <= catalogue.number("child_with_adult_age")
    adult = ~(who.age < catalogue.number("adult_age"))
    has, there = who.any_of(adult), who.any_of(adult & home)
    return np.where(young & has[who.household], there[who.household], home)


def asleep(catalogue: Catalogue, hour: float) -> bool:
    """Return whether residents count as asleep at ``hour``."""
    start, end = catalogue.number("asleep_from_hour"), catalogue.number("asleep_to_hour")
    return start <= hour < end if start < end else hour >= start or hour < end
