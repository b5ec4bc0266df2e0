"""Triggers that look at ways, gates, shelters and what inspections found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.network import APPROACH, GATE, HALL, STAIR, THRESHOLD
from renlin.community.passage import Passage, passage
from renlin.community.paths import field, graph
from renlin.governance.bridges import cut_off
from renlin.governance.demand import HELPER_CLASS
from renlin.governance.evidence import Evidence, Hit, Trigger, largest, layer

Floats = npt.NDArray[np.float64]
OWN_WAY = (APPROACH, HALL, STAIR, THRESHOLD)
"""Links that every home has for itself: no second one is asked for."""
CONTRADICTIONS, INSPECTIONS = "space.contradictions", "space.inspections"
FOUND, CLOSED = "found", "closed"
SHELTER, SUPPLY_POINT = "shelter", "supply_point"


def far(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Points whose residents walk longer than ``least`` seconds to a shelter, or reach none."""
    yield from _points(evidence, ("too_far", "no_facility"), _slowest(evidence, least))


def full(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Points whose shelters are asked for more than ``least`` times what they hold."""
    cover = _sheltered(evidence)
    asked = 1.0 / cover["capacity_ratio"].astype("float64").replace(0.0, np.nan)
    over = cover[asked.fillna(np.inf) > least]
    yield from _points(evidence, ("full",), set(over["entrance"]))


def _points(evidence: Evidence, causes: tuple[str, ...], units: set[str]) -> Iterator[Hit]:
    points = evidence.table("space.points")
    for row in points[points["cause"].isin(causes)].to_dict("records"):
        if row["entrance"] in units:
            yield Hit(
                str(row["entrance"]),
                int(row["unserved"]),
                int(row["unknown"]),
                str(row["display_worst"]),
                evidence.cite("space.points", [row["point"]]),
            )


def _sheltered(evidence: Evidence) -> pd.DataFrame:
    cover = evidence.table("space.coverage")
    return cover[cover["service"] == SHELTER]


def _slowest(evidence: Evidence, least: float) -> set[str]:
    """Return units from which somebody who is not covered walks longer than ``least``."""
    cover = _sheltered(evidence)
    missed = cover[cover["state"] == "not_covered"]
    time = missed["time_optimistic"].astype("float64").fillna(np.inf)
    return set(missed.loc[time > least, "entrance"])


def gate_locked(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Gates and grounds shut at the hour of need, that make the way ``least`` times longer."""
    found = _unclosed(evidence)
    shut = found[(found["rule"] == "locked_at_night") & (found["state"] == FOUND)]
    gates = set(evidence.place["gates"]["gate"])
    for row in shut.sort_values("contradiction").to_dict("records"):
        proof = evidence.cite(CONTRADICTIONS, [row["contradiction"]])
        place = str(row["space"])
        if place not in gates:
            yield Hit(place, int(row["persons"]), 0, "all", f"{proof}; {layer('spaces', place)}")
            continue
        ratio = _detour(evidence, place)
        homes = evidence.homes
        units = {unit for unit, longer in ratio.items() if longer > least}
        here = homes[homes["entrance"].isin(units)]
        if len(here):
            concerned = f"{proof}; {layer('gates', place)}"
            yield Hit(place, len(here), 0, largest(here), concerned)


def _unclosed(evidence: Evidence) -> pd.DataFrame:
    """Return the contradictions nobody has closed."""
    found = evidence.table(CONTRADICTIONS)
    return found[found["standing"] != CLOSED]


def _detour(evidence: Evidence, gate: str) -> dict[str, float]:
    """Return unit -> way to a shelter with the gate shut over the way with it open."""
    network = evidence.place.network
    able = evidence.catalogue.classes[HELPER_CLASS]
    walked = passage(network, able, evidence.catalogue, view="optimistic")
    links = network.links
    mine = ((links["kind"] == GATE) & (links["place"] == gate)).to_numpy(dtype=bool)
    through = links["length"].to_numpy() / able.speed_level.value
    unlocked = _set(walked, mine, through)
    locked = _set(walked, mine, np.full(len(links), np.inf))
    before, after = (_to_shelter(evidence, one) for one in (unlocked, locked))
    return {
        unit: after[node] / before[node]
        for unit, node in _doors(evidence).items()
        if np.isfinite(before[node]) and before[node] > 0
    }


def _set(walked: Passage, mine: npt.NDArray[np.bool_], time: Floats) -> Passage:
    return replace(
        walked,
        forward=np.where(mine, time, walked.forward),
        backward=np.where(mine, time, walked.backward),
    )


def _to_shelter(evidence: Evidence, walked: Passage) -> Floats:
    walks = graph(evidence.place.network, walked)
    return field(walks, _goals(evidence, SHELTER)).time


def _goals(evidence: Evidence, kind: str) -> list[int]:
    """Return the nodes of the open facilities of a kind."""
    table = evidence.place["facilities"]
    ready = (table["kind"] == kind) & (table["state"].fillna("open") == "open")
    nodes = evidence.place.network.node_of
    names = sorted(table.loc[ready, "facility"])
    return [nodes["facilities", name] for name in names if ("facilities", name) in nodes]


def _doors(evidence: Evidence) -> dict[str, int]:
    nodes = evidence.place.network.node_of
    units = sorted(evidence.place["entrances"]["entrance"])
    return {unit: nodes["entrances", unit] for unit in units if ("entrances", unit) in nodes}


def lane_blocked(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Fire lanes with less than ``least`` metres left, as inspected or as drawn.

    Where an inspection graded a lane without measuring it, its grade stands for the width.
    """
    found = _open(evidence, "fire_lane_blocked")
    measured = found["measure"].astype("float64")
    narrow = found[(measured < least) | (measured.isna() & (found["rate"] > 0))]
    yield from _inspected(evidence, narrow)
    clash = _unclosed(evidence)
    drawn = clash[(clash["rule"] == "fire_lane_narrow") & (clash["offered"] < least)]
    for row in drawn[~drawn["space"].isin(set(narrow["place"]))].to_dict("records"):
        proof = evidence.cite(CONTRADICTIONS, [row["contradiction"]])
        yield Hit(str(row["space"]), int(row["persons"]), 0, "all", proof)


def stair_cluttered(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Stairs with things left on them, where at least ``least`` places are found."""
    found = _open(evidence, "stair_clutter")
    bad = found[found["rate"].isna() | (found["rate"] > 0)]
    if bad["place"].nunique() >= least:
        yield from _inspected(evidence, bad)


def wiring(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Buildings and units whose wiring was found as bad as ``least``."""
    found = _open(evidence, "wiring")
    yield from _inspected(evidence, found[found["rate"] >= least])


def _open(evidence: Evidence, kind: str) -> pd.DataFrame:
    """Return the open inspections of a kind, one row per building they count for."""
    found = evidence.table(INSPECTIONS)
    return found[(found["kind"] == kind) & ~found["closed"].astype(bool)]


def _inspected(evidence: Evidence, found: pd.DataFrame) -> Iterator[Hit]:
    """Yield one hit per place inspected, with the residents it counts for."""
    homes = evidence.homes
    for place, part in found.groupby("place"):
        inside = part["place_table"].iloc[0] == "entrances"
        here = homes[homes["building"].isin(set(part["building"]))]
        here = here[here["entrance"] == place] if inside else here
        rows = [f"{b}|{h}" for b, h in zip(part["building"], part["hazard"], strict=True)]
        yield Hit(str(place), len(here), 0, largest(here), evidence.cite(INSPECTIONS, rows))


def over_capacity(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Shelters whose 95th percentile load passes ``least`` times their capacity, today."""
    load = evidence.table("simulation.shelters")
    base = load[(load["scheme"] == "base") & load["capacity"].notna()]
    for row in base.to_dict("records"):
        over = float(row["p95"]) - least * float(row["capacity"])
        if over > 0:
            key = f"base|{row['scenario']}|{row['facility']}"
            proof = evidence.cite("simulation.shelters", [key])
            yield Hit(str(row["facility"]), int(np.ceil(over)), 0, "all", proof)


def network_gap(evidence: Evidence, least: float) -> Iterator[Hit]:  # noqa: ARG001
    """Pieces of the walk network that residents cannot leave on the map.

    The threshold speaks of drills, which this community does not keep yet; every resident
    whose reach is unknown counts in any case.
    """
    gaps = evidence.table("space.network_gaps")
    for row in gaps[gaps["persons"] > 0].to_dict("records"):
        proof = evidence.cite("space.network_gaps", [row["gap"]])
        yield Hit(str(row["gap"]), int(row["persons"]), 0, "all", proof)


def single_exit(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Links that are all there is between several street doors and every shelter.

    Drawn links an able adult can walk; each home's own stair and path never count. At
    least ``least`` such links must stand between a door and the shelters.
    """
    network = evidence.place.network
    goals = _goals(evidence, SHELTER)
    able = evidence.catalogue.classes[HELPER_CLASS]
    walked = passage(network, able, evidence.catalogue, view="optimistic")
    usable = np.flatnonzero(np.isfinite(walked.forward) | np.isfinite(walked.backward))
    if not goals:
        return
    links = network.links.iloc[usable]
    ends = (links["origin"].to_numpy(np.int64), links["target"].to_numpy(np.int64))
    found = cut_off(len(network.nodes), *ends, goals)
    doors = {node: unit for unit, node in _doors(evidence).items()}
    behind = {
        link: {doors[node] for node in nodes.tolist() if node in doors}
        for link, nodes in found.items()
        if links["kind"].iloc[link] not in OWN_WAY
    }
    fewest = evidence.catalogue.number("single_exit_doors")
    yield from _exits(evidence, links, {k: v for k, v in behind.items() if len(v) >= fewest}, least)


def _exits(
    evidence: Evidence, links: pd.DataFrame, behind: Mapping[int, set[str]], least: float
) -> Iterator[Hit]:
    """Yield one hit per walk or gate, with those who hang on it."""
    depth: dict[str, int] = {}
    for units in behind.values():
        for unit in units:
            depth[unit] = depth.get(unit, 0) + 1
    hung: dict[tuple[str, str], set[str]] = {}
    for link, units in behind.items():
        row = links.iloc[link]
        kept = {unit for unit in units if depth[unit] >= least}
        hung.setdefault((str(row["table"]), str(row["place"])), set()).update(kept)
    homes = evidence.homes
    for (table, place), units in sorted(hung.items()):
        here = homes[homes["entrance"].isin(units)]
        if len(here):
            proof = evidence.cite("needs.profiles", here["person"])
            yield Hit(place, len(here), 0, largest(here), f"{proof}; {layer(table, place)}")


def supplies_far(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Buildings from whose doors it takes longer than ``least`` to fetch from a supply point.

    There and back at an able adult's pace; where there is no supply point, every building.
    """
    goals = _goals(evidence, SUPPLY_POINT)
    network = evidence.place.network
    able = evidence.catalogue.classes[HELPER_CLASS]
    walks = graph(network, passage(network, able, evidence.catalogue, view="optimistic"))
    there = field(walks, goals).time
    building = evidence.place["entrances"].set_index("entrance")["building"]
    late = {
        str(building[unit]) for unit, node in _doors(evidence).items() if 2 * there[node] > least
    }
    homes = evidence.homes
    for name in sorted(late):
        here = homes[homes["building"] == name]
        if len(here):
            proof = evidence.cite("needs.profiles", here["person"])
            yield Hit(name, len(here), 0, largest(here), f"{proof}; {layer('buildings', name)}")


PLACES: Mapping[str, Trigger] = {
    "fire_lane_blocked": lane_blocked,
    "gap_full": full,
    "gap_too_far": far,
    "gate_locked_in_need": gate_locked,
    "network_gap": network_gap,
    "shelter_over_capacity": over_capacity,
    "single_exit": single_exit,
    "stair_cluttered": stair_cluttered,
    "supplies_far": supplies_far,
    "wiring_risk_high": wiring,
}
