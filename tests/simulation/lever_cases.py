"""What each lever is expected to do in each kind of event, as data.

One row per lever: a scheme that prepares the court so that the lever has something to act
on, the edits of the lever, and by kind of event the outcome and which way it goes. A kind
that is not named must not move at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from tests.simulation import court

from renlin.community.community import Community
from renlin.community.settings import Edit

FIRE, QUAKE, FLOOD, GAS, FALL = (
    "stair_fire", "earthquake", "flood", "local_incident", "personal_incident"
)  # fmt: skip
MECHANISMS = (FIRE, QUAKE, FLOOD, GAS, FALL)
TIME, LEFT, UNSAFE = "mean_time", "not_evacuated", "unsafe_time"
DOWN, UP = -1, 1
Expected = Mapping[str, tuple[str, int]]
DAY, NIGHT = 14.0, 2.0


def cell(lever: str, at: str, was: Any, now: Any) -> Edit:
    """Return an edit of one cell, named ``table/key/column``."""
    table, key, column = at.split("/")
    return Edit(lever=lever, op="set", table=table, key=key, column=column, was=was, now=now)


def number(lever: str, key: str, was: float, now: float) -> Edit:
    """Return an edit of one parameter of the catalogue."""
    return Edit(lever=lever, op="parameter", key=key, was=was, now=now)


def row(lever: str, at: str, **values: Any) -> Edit:
    """Return an edit that adds a row, named ``table/key``."""
    table, key = at.split("/")
    return Edit(lever=lever, op="add", table=table, key=key, row=values)


def gone(lever: str, at: str) -> Edit:
    """Return an edit that removes a row."""
    table, key = at.split("/")
    return Edit(lever=lever, op="remove", table=table, key=key)


@dataclass(frozen=True)
class Case:
    """One lever: how the court is prepared, what the lever does, what is to be expected."""

    lever: str
    edits: tuple[Edit, ...]
    expected: Expected
    before: tuple[Edit, ...] = ()
    court: Callable[[], Community] = court.plain
    hour: float = DAY
    numbers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    seeds: int = 2
    fire: str = "A-1"
    label: str = ""

    @property
    def name(self) -> str:
        """Return the name of the case in the list of tests."""
        return f"{self.lever} {self.label}".strip()

    @property
    def prepared(self) -> str:
        """Return what tells the court of this case from others; equal ones are run once."""
        parts = (self.court.__name__, self.before, self.hour, self.numbers, self.seeds, self.fire)
        return repr(parts)


def everywhere(outcome: str, *kinds: str) -> dict[str, tuple[str, int]]:
    """Return that ``outcome`` falls in each of ``kinds``."""
    return dict.fromkeys(kinds, (outcome, DOWN))


def alone() -> Community:
    """Return the plain court without staff."""
    return court.without_staff(court.plain())


def unreached() -> Community:
    """Return the plain court where only telephones reach anybody, and nobody knocks."""
    silent = {
        "warning_reach": 0.6, "warning_reach_alarm": 0.0, "warning_reach_broadcast": 0.0,
        "neighbour_knock_share": 0.0,
    }  # fmt: skip
    return court.numbers(court.plain(), **silent)


def neighbours() -> Community:
    """Return the plain court without staff where Sun, in the stair of Lin, helps too.

    From another stair nobody walks towards a leak. The fire of these cases is in another
    stair: in her own, smoke overtakes those who carry Lin as it overtakes her.
    """
    place = alone()
    sun = (
        place["helpers"]
        .iloc[[0]]
        .assign(helper="sun-helps", person="sun-1", building="A", entrance="A-1", floor=1)
    )
    return place.with_tables(helpers=pd.concat([place["helpers"], sun], ignore_index=True))


def abed() -> Community:
    """Return the court of :func:`neighbours` where Lin has no wheels and vehicles are ready."""
    place = court.numbers(neighbours(), vehicle_ready_uncharged=1.0)
    return court.kind(place, "wheelchair_pushed", companions=court.point(2.0, "persons"))


def charged_indoors() -> Community:
    """Return the plain court where e-bikes charged in A-1 are all that makes a fire there."""
    place = court.numbers(
        court.plain(),
        charging_shed_used=1.0, ignition_factor_ebike_charging=0.2, ignition_factor_gas_hose=1.0,
    )  # fmt: skip
    finding = (
        place["hazards"]
        .iloc[[0]]
        .assign(hazard="e1", kind="ebike_charging", place="A-1", place_table="entrances")
    )
    return place.with_tables(hazards=pd.concat([place["hazards"], finding], ignore_index=True))


def half_there() -> Community:
    """Return the court of :func:`neighbours` where helpers may be out."""
    return court.numbers(neighbours(), helper_available_night=0.2)


def tired() -> Community:
    """Return the plain court where adults and older people rest twice for a minute."""
    place = court.plain()
    for kind in ("adult", "older"):
        rests = {"n_stops": court.point(4.0, "stops"), "dwell": court.point(60.0)}
        place = court.kind(place, kind, **rests)
    return place


def shut_ground() -> Community:
    """Return the plain court where the ground must be opened first."""
    return court.cell(court.plain(), "spaces", "ground", "open_hours", "00:00-01:00")


def flood_point() -> Community:
    """Return the plain court where water was found to stand on the main lane."""
    place = court.plain()
    finding = (
        place["hazards"]
        .iloc[[0]]
        .assign(
            hazard="f1", kind="flood_point", place="main-east", place_table="walks", measure=0.4
        )
    )
    return place.with_tables(hazards=pd.concat([place["hazards"], finding], ignore_index=True))


SLOW = tuple(
    number("premove.median_s", f"premovement/{case}", 0.0, 300.0)
    for case in (
        "fire_same_stair", "fire_other_stair", "earthquake", "flood_warning", "local_incident"
    )
)  # fmt: skip
AT_ONCE = number("warn.lead_min", "scenarios/flood/arrival", 1200.0, 0.0)
WET = {FLOOD: {"rise": 0.0005}}
OPEN = cell("net.gate.open_hours", "gates/east/open_hours", "05:00-23:00", "00:00-24:00")
NO_PAIR = gone("assist.distance", "pairs/p1")
CARRIED = everywhere(TIME, FIRE, QUAKE, GAS)
FETCHED = everywhere(TIME, FIRE, QUAKE)  # from out of doors nobody walks back towards a leak
ON_FOOT = (FIRE, QUAKE, FLOOD, GAS)

SUN_HELPS = row(
    "assist.carriers", "pairs/p2", household="hu-lin", helper="sun-helps", role="second"
)
HELPED = (OPEN, SUN_HELPS)
CARTS = row(
    "net.dest.add", "facilities/carts",
    kind="shared_vehicle", name="车", x=500020.0, y=3500000.0, capacity=1, state="open",
)  # fmt: skip
CARTS_SHUT = CARTS.model_copy(update={"row": {**CARTS.row, "state": "closed"}})

CASES = (
    Case(
        "agent.floor",
        (cell("agent.floor", "dwellings/A-1-301/floor", 3, 1),),
        {**everywhere(TIME, FIRE, QUAKE, GAS, FALL), FLOOD: (TIME, UP)},
    ),
    Case(
        "assist.available_prob",
        (number("assist.available_prob", "parameters/helper_available_night", 0.2, 0.95),),
        {**CARRIED, FALL: (TIME, DOWN)},
        before=HELPED,
        court=half_there,
        hour=NIGHT,
        fire="C-1",
        seeds=4,
    ),
    Case(
        "assist.carriers",
        (SUN_HELPS,),
        {QUAKE: (LEFT, DOWN), FIRE: (TIME, DOWN), GAS: (TIME, DOWN), FALL: (TIME, DOWN)},
        before=(OPEN,),
        court=neighbours,
        hour=NIGHT,
        fire="C-1",
    ),
    Case(
        "assist.distance",
        (
            row(
                "assist.distance",
                "pairs/p2",
                household="hu-zhao",
                helper="zhou-helps",
                role="primary",
            ),
        ),
        {**CARRIED, FALL: (TIME, DOWN)},
        before=(
            NO_PAIR,
            row(
                "assist.distance", "pairs/p3", household="hu-zhao", helper="wu-helps", role="backup"
            ),
            OPEN,
        ),
        court=alone,
        hour=NIGHT,
    ),
    Case(
        "assist.prep_s",
        (number("assist.prep_s", "parameters/carry_preparation", 60.0, 30.0),),
        CARRIED,
        before=HELPED,
        court=neighbours,
        hour=NIGHT,
        fire="C-1",
    ),
    Case(
        "assist.speed",
        (number("assist.speed", "parameters/carry_speed_stairs", 0.2, 0.4),),
        CARRIED,
        before=HELPED,
        court=neighbours,
        hour=NIGHT,
        fire="C-1",
    ),
    Case(
        "behav.rest_block",
        (number("behav.rest_block", "parameters/rest_blocks_width", 0.5, 0.0),),
        CARRIED,
        court=tired,
    ),
    Case(
        "behav.stops",
        tuple(
            cell("behav.stops", f"walks/{walk}/seat", None, True)
            for walk in ("main-west", "main-east", "path-a", "path-b")
        ),
        CARRIED,
        court=tired,
    ),
    Case(
        "behav.wayfind_err",
        (cell("behav.wayfind_err", "walks/alley/signed", None, True),),
        everywhere(TIME, FIRE, QUAKE, GAS),
        before=(
            row(
                "net.edge.add",
                "walks/alley",
                kind="footway",
                width=1.5,
                geometry="LINESTRING (500050 3500010, 500140 3500000)",
            ),
        ),
    ),
    Case(
        "detect.prob",
        (
            row(
                "detect.prob",
                "sensors/s2",
                kind="smoke",
                place="A-1",
                place_table="entrances",
                last_seen="2026-11-01",
            ),
        ),
        everywhere(TIME, FIRE),
        before=(gone("detect.prob", "sensors/s1"),),
    ),
    Case(
        "detect.time_s",
        (
            number("detect.time_s", "scenarios/stair_fire/detection_with_alarm", 90.0, 60.0),
            number("detect.time_s", "scenarios/local_incident/notice", 52.0, 40.0),
            number("detect.time_s", "scenarios/personal_incident/notice_alone", 43200.0, 3600.0),
        ),
        everywhere(TIME, FIRE, GAS, FALL),
    ),
    Case(
        "hazard.collapse_prob",
        (
            cell("hazard.collapse_prob", "buildings/A/structure", "brick_concrete", "rc_wall"),
            cell("hazard.collapse_prob", "buildings/B/structure", "brick_concrete", "rc_wall"),
        ),
        everywhere(LEFT, QUAKE),
        numbers={QUAKE: {"peak_ground_acceleration": 0.4}},
        seeds=4,
    ),
    Case(
        "hazard.flood_arrival",
        (number("hazard.flood_arrival", "scenarios/flood/board_delay", 0.0, 1200.0),),
        everywhere(UNSAFE, FLOOD),
        before=(AT_ONCE, *SLOW),
    ),
    Case(
        "hazard.flood_depth",
        (number("hazard.flood_depth", "scenarios/flood/depth", 0.35, 0.05),),
        everywhere(TIME, FLOOD),
        before=(AT_ONCE, *SLOW),
        numbers=WET,
    ),
    Case(
        "hazard.ignition_rate",
        (cell("hazard.ignition_rate", "hazards/h1/closed_on", None, "2026-12-01"),),
        everywhere(UNSAFE, FIRE),
        numbers={FIRE: {"ignition_drawn": 1.0}},
        seeds=8,
    ),
    Case(
        "hazard.smoke_rate",
        (
            number("hazard.smoke_rate", "scenarios/stair_fire/tenable_time", 180.0, 600.0),
            number("hazard.smoke_rate", "scenarios/stair_fire/smoke_rise_per_floor", 15.0, 60.0),
        ),
        everywhere(UNSAFE, FIRE),
        before=SLOW,
    ),
    Case(
        "hazard.spread_rate",
        (number("hazard.spread_rate", "scenarios/building_fire/spread_rate", 1.0, 0.5),),
        {},
    ),
    Case(
        "net.dest.add",
        (
            row(
                "net.dest.add",
                "facilities/near",
                kind="shelter",
                name="近处",
                x=500120.0,
                y=3500000.0,
                capacity=100,
            ),
        ),
        everywhere(TIME, *ON_FOOT),
    ),
    Case(
        "net.edge.accessible",
        (cell("net.edge.accessible", "entrances/A-1/ramp", None, True),),
        everywhere(TIME, *ON_FOOT),
        before=(
            cell("net.edge.accessible", "entrances/A-1/steps", 0, 3),
            cell("agent.floor", "dwellings/A-1-301/floor", 3, 1),
        ),
    ),
    Case(
        "net.edge.add",
        (
            row(
                "net.edge.add",
                "walks/bridge",
                kind="footway",
                width=2.0,
                geometry="LINESTRING (500080 3500060, 500050 3500000)",
            ),
        ),
        {**everywhere(LEFT, FIRE, QUAKE), FALL: (TIME, DOWN)},
    ),
    Case(
        "net.edge.block_prob",
        (cell("net.edge.block_prob", "entrances/A-1/blocked_width", 0.6, 0.0),),
        everywhere(LEFT, FIRE, QUAKE, GAS),
        before=(cell("net.edge.block_prob", "entrances/A-1/blocked_width", 0.0, 0.6),),
    ),
    Case(
        "net.edge.speed",
        (cell("net.edge.speed", "walks/main-east/surface", "gravel", "asphalt"),),
        everywhere(TIME, *ON_FOOT),
        before=(cell("net.edge.speed", "walks/main-east/surface", "concrete", "gravel"),),
    ),
    Case(
        "net.edge.width",
        (cell("net.edge.width", "gates/east/width", 0.45, 2.0),),
        everywhere(LEFT, *ON_FOOT),
        before=(cell("net.edge.width", "gates/east/width", 2.0, 0.45),),
    ),
    Case(
        "net.edge.width",
        (cell("net.edge.width", "gates/east/width", 2.0, 4.0),),
        everywhere(TIME, FIRE, GAS, FALL),
        court=alone,
        fire="B-1",
        label="for vehicles",
    ),
    Case(
        "net.gate.open_hours",
        (OPEN,),
        everywhere(LEFT, *ON_FOOT) | everywhere(TIME, FALL),
        hour=NIGHT,
    ),
    Case(
        "premove.fail_prob",
        (number("premove.fail_prob", "parameters/first_message_ignored", 0.8, 0.0),),
        everywhere(TIME, FIRE, FLOOD, GAS),
        before=(number("premove.fail_prob", "parameters/first_message_ignored", 0.0, 0.8),),
    ),
    Case(
        "premove.median_s",
        tuple(edit.model_copy(update={"was": 300.0, "now": 60.0}) for edit in SLOW),
        everywhere(TIME, *ON_FOOT),
        before=SLOW,
    ),
    Case(
        "response.first_min",
        (
            number("response.first_min", "scenarios/stair_fire/fire_service_arrival", 300.0, 60.0),
            number(
                "response.first_min", "scenarios/local_incident/responder_arrival", 900.0, 300.0
            ),
            number(
                "response.first_min", "scenarios/personal_incident/ambulance_response", 744.0, 300.0
            ),
        ),
        everywhere(TIME, FIRE, GAS, FALL),
        before=(NO_PAIR,),
        court=alone,
    ),
    Case(
        "response.first_water_min",
        (number("response.first_water_min", "scenarios/stair_fire/first_water", 480.0, 120.0),),
        everywhere(UNSAFE, FIRE),
        before=(NO_PAIR,),
        court=alone,
    ),
    Case(
        "shelter.capacity",
        (cell("shelter.capacity", "facilities/ground-shelter/capacity", 2, 40),),
        everywhere(LEFT, *ON_FOOT),
        before=(cell("shelter.capacity", "facilities/ground-shelter/capacity", 20, 2),),
    ),
    Case(
        "shelter.convert_min",
        (cell("shelter.convert_min", "spaces/ground/opening_minutes", 5.0, 1.0),),
        everywhere(TIME, *ON_FOOT),
        court=shut_ground,
    ),
    Case(
        "stair.speed_factor",
        (cell("stair.speed_factor", "entrances/B-1/lit", False, True),),
        everywhere(TIME, FIRE, QUAKE, GAS),
        before=(OPEN,),
        hour=NIGHT,
    ),
    Case(
        "warn.lead_min",
        (number("warn.lead_min", "scenarios/flood/arrival", 0.0, 1200.0),),
        everywhere(UNSAFE, FLOOD),
        before=(AT_ONCE, *SLOW),
    ),
    Case(
        "warn.reach_prob",
        (number("warn.reach_prob", "parameters/warning_reach", 0.6, 0.97),),
        everywhere(TIME, FIRE, FLOOD),
        court=unreached,
        seeds=4,
    ),
    Case(
        "behav.rest_block",
        tuple(
            cell("behav.rest_block", f"{place}/seat", None, True)
            for place in (
                "walks/main-west",
                "walks/main-east",
                "walks/path-a",
                "walks/path-b",
                "entrances/A-1",
                "entrances/B-1",
            )
        ),
        CARRIED,
        court=tired,
        label="by seats",
    ),
    Case(
        "net.dest.add",
        (CARTS,),
        FETCHED,
        before=HELPED,
        court=abed,
        hour=NIGHT,
        fire="C-1",
        label="by a stand of shared vehicles",
    ),
    Case(
        "shelter.capacity",
        (cell("shelter.capacity", "facilities/carts/state", "closed", "open"),),
        FETCHED,
        before=(*HELPED, CARTS_SHUT),
        court=abed,
        hour=NIGHT,
        fire="C-1",
        label="of a stand of shared vehicles",
    ),
    Case(
        "net.dest.add",
        (
            row(
                "net.dest.add",
                "facilities/shed",
                kind="charging_shed",
                name="棚",
                x=500020.0,
                y=3500000.0,
                capacity=20,
            ),
        ),
        everywhere(UNSAFE, FIRE),
        court=charged_indoors,
        numbers={FIRE: {"ignition_drawn": 1.0}},
        seeds=8,
        label="by a charging shed",
    ),
    Case(
        "detect.prob",
        (cell("detect.prob", "sensors/s1/last_seen", None, "2026-11-01"),),
        everywhere(TIME, FIRE),
        before=(cell("detect.prob", "sensors/s1/last_seen", "2026-11-01", None),),
        label="put right",
    ),
    Case(
        "detect.time_s",
        (
            row(
                "detect.time_s",
                "sensors/s3",
                kind="button",
                place="A-1-301",
                place_table="dwellings",
                last_seen="2026-11-01",
            ),
        ),
        everywhere(TIME, FALL),
        label="by a button",
    ),
    Case(
        "hazard.flood_depth",
        (cell("hazard.flood_depth", "hazards/f1/closed_on", None, "2026-12-01"),),
        everywhere(TIME, FLOOD),
        before=(AT_ONCE, *SLOW),
        court=flood_point,
        numbers={FLOOD: {"rise": 0.0005, "depth": 0.05}},
        label="at a point put right",
    ),
)
