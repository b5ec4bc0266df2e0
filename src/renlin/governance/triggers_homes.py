"""Triggers that look at residents and their homes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from renlin.governance.evidence import (
    NO_PLACE,
    Evidence,
    Hit,
    Trigger,
    by_place,
    by_share,
    largest,
    told,
)
from renlin.governance.signs import breathing

TOP_TIERS = (1, 2)
STAIR_FROM = 2
"""Storey from which a household uses the stair."""
SHORTAGES = "governance.shortages"
BUTTONS = ("button", "bracelet")
SMOKE = ("smoke",)


def without_pair(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Households that lack a first helper or a backup, by unit."""
    lacking = evidence.table(SHORTAGES)
    lacking = lacking[(lacking["helpers"] > 0) | (lacking["backup"] > 0)]
    units = lacking["entrance"].astype("object").where(lacking["entrance"].notna(), NO_PLACE)
    for unit, part in lacking.groupby(units):
        here = evidence.homes[evidence.homes["household"].isin(set(part["household"]))]
        if len(part) >= least:
            proof = evidence.cite(SHORTAGES, part["household"])
            yield Hit(str(unit), len(here), 0, largest(here), proof)


def carried_without_chair(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Households that must be carried down a building without a lift."""
    homes = evidence.homes
    lift = evidence.place["buildings"].set_index("building")["lift"].astype("boolean")
    has = homes["building"].map(lift).astype("boolean")
    carried = (homes["needs_help"] == "carry").to_numpy()
    high = homes["floor"].ge(STAIR_FROM)
    sure = carried & told(high, value=True) & told(has, value=False)
    perhaps = carried & ~told(high, value=False) & ~told(has, value=True)
    yield from by_place(
        evidence, homes, sure, perhaps, column="building", households=least, table="buildings"
    )


def stair(column: str, bad: tuple[object, ...], *, floor: str = "") -> Trigger:
    """Return a trigger for stairs that are bad in ``column`` where slow residents live high up.

    Parameters
    ----------
    floor
        Parameter that says from which storey; "" is the second.
    """

    def trigger(evidence: Evidence, least: float) -> Iterator[Hit]:
        units = evidence.place["entrances"].set_index("entrance")[column]
        state = evidence.homes["entrance"].map(units)
        poor = state.isin(bad).to_numpy()
        unknown = (state.isna() | (state == "unknown")).to_numpy(dtype=bool)
        first = evidence.catalogue.number(floor) if floor else STAIR_FROM
        high = evidence.homes["floor"].ge(first)
        slow = told(evidence.homes["slow"], value=True)
        sure = slow & told(high, value=True) & poor
        perhaps = slow & ~told(high, value=False) & (poor | unknown)
        yield from by_place(
            evidence,
            evidence.homes,
            sure,
            perhaps,
            column="entrance",
            households=least,
            table="entrances",
        )

    return trigger


def dark_stair(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Stairs without emergency lighting, 0 lx with the power off, used by slow residents."""
    if least > 0.0:
        yield from stair("lit", (False,))(evidence, 1.0)


def door_steps(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Wheelchair users behind a street door with steps and no ramp."""
    units = evidence.place["entrances"].set_index("entrance")
    homes = evidence.homes
    steps = homes["entrance"].map(units["steps"]).astype("Float64").gt(0)
    ramp = homes["entrance"].map(units["ramp"]).astype("boolean")
    wheels = (homes["display"] == "wheelchair").to_numpy()
    sure = wheels & told(steps, value=True) & told(ramp, value=False)
    perhaps = wheels & ~told(steps, value=False) & ~told(ramp, value=True)
    yield from by_place(
        evidence, homes, sure, perhaps, column="entrance", households=least, table="entrances"
    )


def power(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Households that depend on a powered device and surely have no backup for it."""
    known = evidence.known
    device = known["power_device"].notna() & ~known["power_device"].isin(["none", ""])
    needs = device.to_numpy() | told(known["power_dependent"], value=True) | breathing(known)
    backup = known["has_backup_power"]
    yield from by_place(
        evidence,
        known,
        needs & told(backup, value=False),
        needs & ~told(backup, value=True),
        column="building",
        households=least,
        source="needs.indicators",
    )


def no_device(evidence: Evidence, least: float) -> Iterator[Hit]:
    """First-tier residents without a device whom no warning moves within ``least`` seconds.

    The longest median time until the household acts, over the scenarios as things stand.
    """
    runs = evidence.table("simulation.households")
    runs = runs[(runs["scheme"] == "base") & runs["premove_p50"].notna()]
    slowest = runs.groupby("household")["premove_p50"].max()
    known = evidence.known
    late = known["household"].map(slowest).astype("Float64").gt(least)
    top = known["sure"].isin(TOP_TIERS).to_numpy()
    device = known["has_smart_device"]
    yield from by_place(
        evidence,
        known,
        top & told(device, value=False) & told(late, value=True),
        top & ~told(device, value=True) & ~told(late, value=False),
        column="building",
        households=1,
        source="needs.indicators",
    )


def plan_missing(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Buildings where less than a share of the first-tier households has a plan."""
    top = evidence.homes[evidence.homes["sure"] == 1].reset_index(drop=True)
    planned = top["household"].isin(set(evidence.table("governance.plans")["household"]))
    has = planned.to_numpy()
    yield from by_share(
        evidence, top, has, ~has, column="building", share=least, source="needs.profiles"
    )


def smoke_alarm_missing(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Buildings where less than a share of the first-tier households has a smoke alarm."""
    known = evidence.known
    yield from _device(evidence, known[known["sure"] == 1], "has_smoke_alarm", SMOKE, least)


def call_button_missing(evidence: Evidence, least: float) -> Iterator[Hit]:
    """Buildings where less than a share of those who can hardly move has a call button."""
    known = evidence.known
    hardly = known["needs_help"].isin(["carry", "assist"])
    yield from _device(evidence, known[hardly], "has_call_button", BUTTONS, least)


def _device(
    evidence: Evidence, people: pd.DataFrame, indicator: str, kinds: tuple[str, ...], least: float
) -> Iterator[Hit]:
    """Yield places short of a device, by what is told and by the sensors of the dwelling."""
    people = people.reset_index(drop=True)
    sensors = evidence.place["sensors"]
    hung = sensors["kind"].isin(kinds) & (sensors["place_table"] == "dwellings")
    home = evidence.place["households"].set_index("household")["dwelling"]
    seen = people["household"].map(home).isin(set(sensors.loc[hung, "place"])).to_numpy()
    has = seen | told(people[indicator], value=True)
    lacks = ~has & told(people[indicator], value=False)
    yield from by_share(
        evidence, people, has, lacks, column="building", share=least, source="needs.indicators"
    )


def unknown_profiles(evidence: Evidence, least: float) -> Iterator[Hit]:
    """The community, where at least a share of what profiles ask is not known."""
    homes = evidence.homes
    columns = [f"{part}_unknown" for part in ("prevention", "response", "recovery")]
    share = homes[columns].astype("Float64").mean(axis=1).to_numpy(dtype=float, na_value=np.nan)
    if len(homes) == 0 or not np.nanmean(share) >= least:
        return
    open_ones = homes[share >= least]
    proof = evidence.cite("needs.profiles", open_ones["person"])
    yield Hit("community", len(open_ones), 0, "all", proof)


HOMES: Mapping[str, Trigger] = {
    "call_button_missing": call_button_missing,
    "carry_household_without_chair": carried_without_chair,
    "carry_household_without_pair": without_pair,
    "dark_stair": dark_stair,
    "door_steps_with_wheelchair": door_steps,
    "no_smart_device_unreached": no_device,
    "plan_missing": plan_missing,
    "power_dependent_without_backup": power,
    "profile_unknown": unknown_profiles,
    "smoke_alarm_missing": smoke_alarm_missing,
    "stair_without_handrail": stair("handrail", ("none", "one"), floor="response_high_floor"),
}
