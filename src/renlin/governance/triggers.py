"""Evaluate the triggers that call for a response; each hit carries its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.finding import Finding

TOP_TIERS = (1, 2)


@dataclass(frozen=True)
class Evidence:
    """What triggers may look at: layers, findings of the stages, the catalogue."""

    tables: Mapping[str, pd.DataFrame]
    findings: Mapping[str, Finding]
    catalogue: Catalogue


@dataclass(frozen=True)
class Hit:
    """A place or group of households a response is called for."""

    place: str
    persons: int
    display: str
    evidence: str
    """Finding id and row, or layer and row."""


Trigger = Callable[[Evidence, float], Iterator[Hit]]


def _homes(evidence: Evidence) -> pd.DataFrame:
    """Return residents with class, display, tiers, entrance, building and floor."""
    people = evidence.findings["needs.profiles"].table
    homes = evidence.findings["needs.households"].table[
        ["household", "entrance", "building", "floor", "possible", "sure"]
    ]
    return people.merge(homes, on="household")


def _by(evidence: Evidence, part: pd.DataFrame, column: str, finding: str) -> Iterator[Hit]:
    """Yield one hit per value of ``column``, with persons and their largest group."""
    made = evidence.findings[finding].id
    for place, here in part.dropna(subset=[column]).groupby(column):
        counts = here["display"].value_counts()
        worst = sorted(counts[counts == counts.max()].index)[0]
        persons = int(here["person"].nunique())
        yield Hit(str(place), persons, str(worst), f"{made} {column}={place}")


def _without_pair(evidence: Evidence, least: float) -> Iterator[Hit]:
    lacking = evidence.findings["governance.shortages"].table
    homes = _homes(evidence)
    for row in lacking.to_dict("records"):
        here = homes[homes["household"] == row["household"]]
        if row["helpers"] + row["backup"] + row["strong"] >= least:
            source = evidence.findings["governance.shortages"].id
            yield Hit(
                str(row["entrance"]),
                len(here),
                str(here["display"].iloc[0]),
                f"{source} household={row['household']}",
            )


def _carried_without_chair(evidence: Evidence, least: float) -> Iterator[Hit]:
    homes = _homes(evidence)
    lift = evidence.tables["buildings"].set_index("building")["lift"]
    high = homes["floor"].astype("float64") > 1
    no_lift = ~homes["building"].map(lift).fillna(False).astype(bool)
    carried = homes[(homes["needs_help"] == "carry") & high & no_lift]
    for hit in _by(evidence, carried, "entrance", "needs.profiles"):
        if hit.persons >= least:
            yield hit


def _stair(column: str, bad: tuple[Any, ...]) -> Trigger:
    """Return a trigger for stairs whose ``column`` is bad and where slow people live high up."""

    def trigger(evidence: Evidence, least: float) -> Iterator[Hit]:
        units = evidence.tables["entrances"]
        poor = set(units.loc[units[column].isin(bad), "entrance"])
        homes = _homes(evidence)
        slow = homes[homes["slow"].astype(bool) & (homes["floor"].astype("float64") >= 2)]
        for hit in _by(evidence, slow[slow["entrance"].isin(poor)], "entrance", "needs.profiles"):
            if hit.persons >= min(least, 1.0):
                yield hit

    return trigger


def _door_steps(evidence: Evidence, least: float) -> Iterator[Hit]:
    units = evidence.tables["entrances"]
    stepped = units[(units["steps"].fillna(0) > 0) & ~units["ramp"].fillna(False).astype(bool)]
    homes = _homes(evidence)
    wheels = homes[homes["display"] == "wheelchair"]
    for hit in _by(
        evidence,
        wheels[wheels["entrance"].isin(set(stepped["entrance"]))],
        "entrance",
        "needs.profiles",
    ):
        if hit.persons >= least:
            yield hit


def _points(causes: tuple[str, ...], *, timed: bool) -> Trigger:
    """Return a trigger for points of these causes; ``timed`` asks for a walk beyond the limit."""

    def trigger(evidence: Evidence, least: float) -> Iterator[Hit]:
        points = evidence.findings["space.points"]
        slowest = (
            evidence.findings["space.coverage"].table.groupby("entrance")["time_optimistic"].max()
        )
        for row in points.table[points.table["cause"].isin(causes)].to_dict("records"):
            if timed and slowest[row["entrance"]] <= least:
                continue
            yield Hit(
                str(row["entrance"]),
                int(row["unserved_vulnerable"]),
                str(row["display_worst"]),
                f"{points.id} point={row['point']}",
            )

    return trigger


def _contradiction(rules: tuple[str, ...]) -> Trigger:
    def trigger(evidence: Evidence, _least: float) -> Iterator[Hit]:
        found = evidence.findings["space.contradictions"]
        for row in found.table[found.table["rule"].isin(rules)].to_dict("records"):
            yield Hit(
                str(row["space"]),
                int(row["persons"]),
                "all",
                f"{found.id} contradiction={row['contradiction']}",
            )

    return trigger


def _hazard(kinds: tuple[str, ...], column: str) -> Trigger:
    """Return a trigger for open hazards of ``kinds`` at or above a rate, with residents."""

    def trigger(evidence: Evidence, least: float) -> Iterator[Hit]:
        found = evidence.tables["hazards"]
        surface = evidence.findings["space.hazard"]
        homes = _homes(evidence)
        still = found[found["kind"].isin(kinds) & found["closed_on"].isna()]
        newest = still.sort_values("inspected_on").drop_duplicates(["place", "kind"], keep="last")
        if len(newest) < least:
            return
        for row in newest.to_dict("records"):
            here = homes[homes[column] == row["place"]]
            persons = int(here["person"].nunique())
            yield Hit(str(row["place"]), persons, "all", f"{surface.id}; hazards/{row['hazard']}")

    return trigger


def _wiring(evidence: Evidence, least: float) -> Iterator[Hit]:
    surface = evidence.findings["space.hazard"]
    homes = _homes(evidence)
    rate = surface.table.set_index("building")["electric"]
    for building in sorted(rate.index[rate >= min(least, 1.0) * _weight(evidence, "wiring")]):
        here = homes[homes["building"] == building]
        if len(here):
            yield Hit(
                str(building),
                int(here["person"].nunique()),
                "all",
                f"{surface.id} building={building}",
            )


def _weight(evidence: Evidence, kind: str) -> float:
    return evidence.catalogue.hazards[kind].weight.value


def _no_device(evidence: Evidence, _least: float) -> Iterator[Hit]:
    indicators = evidence.findings["needs.indicators"].table
    homes = _homes(evidence)
    without = set(indicators.loc[indicators["has_smart_device"].eq(False).fillna(False), "person"])
    named = homes[homes["person"].isin(without) & homes["possible"].isin(TOP_TIERS)]
    yield from _by(evidence, named, "building", "needs.indicators")


def _power(evidence: Evidence, _least: float) -> Iterator[Hit]:
    indicators = evidence.findings["needs.indicators"].table
    homes = _homes(evidence)
    device = indicators["power_device"]
    needing = set(indicators.loc[device.notna() & ~device.isin(["none", ""]), "person"])
    yield from _by(evidence, homes[homes["person"].isin(needing)], "building", "needs.indicators")


def _unknown_profiles(evidence: Evidence, least: float) -> Iterator[Hit]:
    work = evidence.findings["needs.work_list"]
    homes = _homes(evidence)
    missing = homes[homes["household"].isin(set(work.table["household"]))]
    share = len(missing) / max(len(homes), 1)
    if share >= least:
        yield Hit("community", int(missing["person"].nunique()), "all", f"{work.id}")


def _over_capacity(evidence: Evidence, least: float) -> Iterator[Hit]:
    load = evidence.findings["simulation.shelters"]
    base = load.table[load.table["scheme"] == "base"]
    for row in base.to_dict("records"):
        if not pd.isna(row["capacity"]) and row["p95"] > least * row["capacity"]:
            yield Hit(
                str(row["facility"]),
                int(row["p95"] - row["capacity"]),
                "all",
                f"{load.id} {row['scenario']}|{row['facility']}",
            )


def _network_gap(evidence: Evidence, _least: float) -> Iterator[Hit]:
    gaps = evidence.findings["space.network_gaps"]
    for row in gaps.table[gaps.table["persons"] > 0].to_dict("records"):
        yield Hit(str(row["gap"]), int(row["persons"]), "all", f"{gaps.id} gap={row['gap']}")


def _duty(statuses: tuple[str, ...]) -> Trigger:
    def trigger(evidence: Evidence, _least: float) -> Iterator[Hit]:
        duties = evidence.findings["governance.duties"]
        everyone = len(_homes(evidence))
        for row in duties.table[duties.table["status"].isin(statuses)].to_dict("records"):
            yield Hit(
                f"{row['hazard']}/{row['phase']}",
                everyone,
                "all",
                f"{duties.id} {row['hazard']}|{row['phase']}",
            )

    return trigger


def _plan_missing(evidence: Evidence, _least: float) -> Iterator[Hit]:
    homes = _homes(evidence)
    planned = set(evidence.findings["governance.plans"].table["household"])
    top = homes[homes["sure"] == 1]
    yield from _by(evidence, top[~top["household"].isin(planned)], "building", "needs.households")


TRIGGERS: Mapping[str, Trigger] = {
    "carry_household_without_chair": _carried_without_chair,
    "carry_household_without_pair": _without_pair,
    "dark_stair": _stair("lit", (False,)),
    "door_steps_with_wheelchair": _door_steps,
    "duty_gap": _duty(("gap", "overlap", "nobody_acts")),
    "fire_lane_blocked": _contradiction(("fire_lane_narrow",)),
    "gap_full": _points(("full",), timed=False),
    "gap_too_far": _points(("too_far", "no_facility"), timed=True),
    "gate_locked_in_need": _contradiction(("locked_at_night",)),
    "network_gap": _network_gap,
    "night_gap": _duty(("no_deputy",)),
    "no_smart_device_unreached": _no_device,
    "plan_missing": _plan_missing,
    "power_dependent_without_backup": _power,
    "profile_unknown": _unknown_profiles,
    "shelter_over_capacity": _over_capacity,
    "stair_cluttered": _hazard(("stair_clutter",), "entrance"),
    "stair_without_handrail": _stair("handrail", ("none", "one")),
    "wiring_risk_high": _wiring,
}
