"""Every declared rule fires on the case planted for it, and not on its mirror."""

import numpy as np
import pandas as pd
import pytest
from tests.community.drawn import (
    Y,
    at,
    box,
    building,
    drawn,
    entrance,
    facility,
    home,
    walk,
    willow,
)
from tests.space.contradictions.clashing import clash
from tests.space.needs_fixture import needs
from tests.space.street import ground, street

from renlin.catalogue.place_rules import parts
from renlin.space.contradictions.rules import CHECKS, NOT_CHECKED, in_force
from renlin.space.contradictions.table import COLUMNS
from renlin.space.risk.inspections import by_building, current, outdoors
from renlin.space.risk.stock import stock
from renlin.space.risk.surface import PER, by_family, surface

CATALOGUE = willow().catalogue
WIDE = {
    "kind": "lane", "width": 4.0, "height": 4.5, "cover_gap": 0.01, "crowded": False, "lit": True,
    "signed": True, "seat": True,
}  # fmt: skip
DOOR = {
    "handrail": "both", "lit": True, "lux": 10.0, "door_swing": "out", "signed": True,
    "platform": 2.0, "threshold": 0.01,
}  # fmt: skip
SQUARE = ground(
    area=4000.0, usable_share=1.0, manager="街道", owner="街道", emergency_use="allowed",
    opening_minutes=5.0, open_hours="00:00-24:00", plan=True, permission=True, seat=True,
    quiet=True, private_corner=True, toilet=True, water=True, power=True, shade=True, lit=True,
    signed=True, step_free=True,
)  # fmt: skip
BIG = facility(
    "s", "shelter", 100, 0, space="square", area=2400.0, capacity=1600, units=1,
    management_area=100.0, step_free=True, width=4.0,
)  # fmt: skip
SHOPS = [
    facility(kind, kind, 60, 20)
    for kind, entry in sorted(CATALOGUE.facilities.items())
    if entry.standard in CATALOGUE.standards and kind != "shelter"
]
IN_ORDER = {
    "way": [walk("street", (0, 0), (100, 0), **WIDE, barrier="none")],
    "spaces": [SQUARE],
    "facilities": [BIG, *SHOPS],
    "entrances": [entrance("A-1", "A", 0, 4, **DOOR)],
}


DRAWN = {}
"""Street -> what was found in it: many cases share their mirror."""


def found(**rows):
    """Return contradiction -> row of a street in order but for ``rows``."""
    if repr(rows) not in DRAWN:
        DRAWN[repr(rows)] = drawn_anew(rows)
    return DRAWN[repr(rows)].copy()


def drawn_anew(rows):
    place = street(**(IN_ORDER | rows))
    made = clash(place, needs(place, ("a", "h", "adult"), ("b", "g", "adult"), ("c", "g", "stick")))
    return made.contradictions.table.set_index("contradiction")


def most_harmed():
    """Return the share of the residents of the street that may be harmed in a year."""
    place = street(**IN_ORDER)
    held = stock(place["buildings"], place["entrances"], place["dwellings"])
    outside = outdoors(place["walks"], place["spaces"], place["facilities"])
    nothing = current(place["hazards"], CATALOGUE, pd.Timestamp("2026-11-01"))
    seen = by_building(nothing, place["buildings"], place["entrances"], outside, 25.0)
    long = by_family(place["buildings"], seen, held, CATALOGUE)
    return surface(place["buildings"], seen, long)["high"].iloc[0] / PER


def space(**facts):
    return {"spaces": [SQUARE | facts]}


def way(**facts):
    return {"way": [walk("street", (0, 0), (100, 0), **(WIDE | {"barrier": "none"} | facts))]}


SEEN = "general;stick_slow"


def door(**facts):
    return {"entrances": [entrance("A-1", "A", 0, 4, **(DOOR | facts))]}


def duty(**facts):
    known = {"duty": "d", "hazard": "fire", "phase": "respond", "task": "叫应", "accountable": "居委会",
             "responsible": "楼长", "deputy": "保安"}  # fmt: skip
    return {"duties": [known | facts]}


def remark(words, n_yes=8):
    told = {"correction": "c1", "workshop": "w", "kind": "space", "subject": "square", "field": "flooded",
            "is": words, "n_asked": 10, "n_yes": n_yes, "method": "举手", "held_on": "2026-10-01",
            "signed_by": "主持人", "why": "说的", "state": "active"}  # fmt: skip
    return {"corrections": [told]}


def inspected(day):
    found = {"hazard": "z", "kind": "gas_hose", "place": "A", "place_table": "buildings", "measure": 2.0,
             "severity": 1, "inspected_on": day, "inspector": "燃气公司"}  # fmt: skip
    return {"hazards": [found]}


def shelter(**facts):
    return {"facilities": [BIG | facts, *SHOPS]}


def use(name="u", hours="08:00-18:00", taken=2000.0, days="daily"):
    return {"use": name, "space": "square", "group": "摊贩", "purpose": "集市", "hours": hours, "days": days,
            "area_taken": taken, "observed_on": "2026-09-01", "source": "survey", "persons": 10,
            "mode": "trade", "seen": SEEN}  # fmt: skip


def passage(**facts):
    known = {
        "gate": "g",
        "name": "门",
        "width": 4.0,
        "locked": False,
        "keyholder": "门卫",
        "geometry": at(50, 0),
    }
    return {"gates": [known | facts]}


def ramp(**facts):
    known = WIDE | {"kind": "ramp", "width": 1.5, "slope": 0.05, "barrier": "none"}
    return {"way": [*IN_ORDER["way"], walk("ramp", (20, 0), (20, 8), **(known | facts))]}


def side(**facts):
    """Return a footway between house and street that every resident walks."""
    path = walk(
        "path",
        (0, -20),
        (0, 0),
        **(WIDE | {"kind": "footway", "width": 1.5, "barrier": "none"} | facts),
    )
    return {
        "way": [*IN_ORDER["way"], path],
        "buildings": [building("A", 0, -30)],
        "entrances": [entrance("A-1", "A", 0, -22, **DOOR)],
    }  # fmt: skip


def test_a_street_in_order_has_no_contradiction():
    assert found().index.tolist() == []


FIRES = [
    # rule, planted case, mirror, needed, offered, remedy
    ("taken_at_need:square", {"uses": [use()]}, {"uses": [use(taken=1600.0)]}, 2400, 2000, "clear_on_call"),
    ("taken_at_need:square", {"uses": [use(taken=9000.0)]}, {"uses": []}, 2400, 0, "clear_on_call"),
    ("taken_at_need:square", space(area=2000.0) | {"uses": [use(taken=1.0)]}, space(area=3000.0) | {"uses": [use(taken=1.0)]}, 2400, 1999, "clear_on_call"),
    ("crowded:square", {"facilities": [BIG | {"area": 3.0, "capacity": 2}, *SHOPS]}, {"facilities": [BIG | {"area": 4.5}, *SHOPS]}, 4.5, 3.0, "more_area"),
    ("way_taken:street", way(width=3.2, barrier="stalls"), way(width=4.0, barrier="stalls"), 4.0, 3.2, "clear_way"),
    ("way_taken:street", way(width=3.2, barrier="parked_cars"), way(width=3.2, barrier="bollard"), 4.0, 3.2, "clear_way"),
    ("no_manager:square", space(manager=None), space(manager="街道"), 1, 0, "name_manager"),
    ("no_manager:square", space(manager=" ; "), space(manager="街道;"), 1, 0, "name_manager"),
    ("two_managers:square", space(manager="街道;园林"), space(manager="街道"), 1, 2, "one_manager"),
    ("use_forbidden:square", space(emergency_use="forbidden"), space(emergency_use="allowed"), 1, 0, "allow_use"),
    ("use_undecided:square", space(emergency_use="undecided"), space(emergency_use="allowed"), 1, 0, "decide_use"),
    ("locked_at_night:square", space(open_hours="06:00-22:00"), space(open_hours=None), 1, 0, "open_hours"),
    ("locked_at_night:g:gate", passage(open_hours="06:00-22:00"), passage(open_hours="00:00-24:00"), 1, 0, "open_hours"),
    ("locked_at_night:g:gate", passage(locked=True), passage(), 1, 0, "open_hours"),
    ("locked_at_night:g:gate", passage(locked=True, keyholder=None), passage(keyholder=None), 1, 0, "key"),
    ("no_keyholder:g:gate", passage(open_hours="06:00-03:00", keyholder=None), passage(open_hours="00:00-24:00", keyholder=None), 1, 0, "key"),
    ("no_keyholder:g:gate", passage(locked=True, keyholder=None), passage(locked=True), 1, 0, "key"),
    ("slow_to_open:square", space(opening_minutes=15.0), space(opening_minutes=10.0), 10, 15, "faster_opening"),
    ("fire_lane_narrow:street", way(width=3.9), way(width=4.0), 4.0, 3.9, "widen"),
    ("fire_lane_narrow:street", way(width=3.9, kind="road"), way(width=3.9, kind="plaza"), 4.0, 3.9, "widen"),
    ("fire_lane_narrow:street", way(width=1.6, barrier="parked_cars"), way(width=4.6, barrier="parked_cars"), 4.0, 1.6, "clear_way"),
    ("ramp_narrow:ramp", ramp(width=1.1), ramp(width=1.2), 1.2, 1.1, "widen"),
    ("accessible_narrow:path", side(width=1.1), side(width=1.2), 1.2, 1.1, "widen"),
    ("ramp_steep:ramp", ramp(slope=0.1), ramp(slope=1 / 12), 1 / 12, 0.1, "rebuild"),
    ("ramp_steep:ramp", ramp(slope=-0.1), ramp(slope=-0.05), 1 / 12, 0.1, "rebuild"),
    ("shelter_small:square:s", {"facilities": [BIG | {"area": 1999.0}, *SHOPS]}, {"facilities": [BIG | {"area": 2000.0}, *SHOPS]}, 2000, 1999, "more_area"),
    ("shelter_small:square:s", {"facilities": [BIG | {"area": 500.0}, *SHOPS]}, {"facilities": [BIG | {"area": 500.0, "hazards": "flood"}, *SHOPS]}, 2000, 500, "more_area"),
    ("beyond_radius:hydrant", {"facilities": [BIG, *(s | {"y": Y + 300} if s["kind"] == "hydrant" else s for s in SHOPS)]}, {"facilities": [BIG, *(s | {"y": Y + 100} if s["kind"] == "hydrant" else s for s in SHOPS)]}, 150, np.hypot(60, 296), "site_facility"),
    ("fire_lane_low:street", way(height=3.8), way(height=4.0), 4.0, 3.8, "raise"),
    ("cover_gap_wide:path", side(cover_gap=0.02), side(cover_gap=0.013), 0.013, 0.02, "change_cover"),
    ("accessible_crowded_narrow:path", side(width=1.7, crowded=True), side(width=1.7), 1.8, 1.7, "widen"),
    ("ramp_without_handrail:ramp", ramp(slope=0.06, handrail="one"), ramp(slope=0.05, handrail="one"), 1, 0, "handrails"),
    ("ramp_without_handrail:ramp", ramp(slope=0.06, handrail="none"), ramp(slope=0.06, handrail="both"), 1, 0, "handrails"),
    ("door_threshold_high:A-1", door(threshold=0.03), door(threshold=0.015), 0.015, 0.03, "bevel"),
    ("door_threshold_high:A-1", door(threshold=0.03), door(threshold=0.03, steps=2, ramp=False), 0.015, 0.03, "bevel"),
    ("entrance_platform_short:A-1", door(platform=1.2), door(platform=1.5), 1.5, 1.2, "rebuild_platform"),
    ("exit_door_narrow:A-1", door(door_width=1.0), door(door_width=1.1), 1.1, 1.0, "widen_door"),
    ("exit_door_swing:A-1", door(door_swing="in"), door(door_swing="slide"), 1, 0, "turn_door"),
    ("stair_narrow:A-1", door(blocked_width=0.3), door(blocked_width=0.2), 1.0, 0.9, "clear_stair"),
    ("stair_narrow:A-1", door(stair_width=0.9, blocked_width=None), door(stair_width=1.0), 1.0, 0.9, "clear_stair"),
    ("stair_dim:A-1", door(lux=4.0), door(lux=5.0), 5.0, 4.0, "light_stair"),
    ("need_unmet:A-1:handrail_slow", door(handrail="one"), door(), 1, 0, "handrails"),
    ("need_unmet:A-1:light_stair_all", door(lit=False), door(), 1, 0, "light_stair"),
    ("need_unmet:street:light_all", way(lit=False), way(), 1, 0, "light_way"),
    ("no_plan:square", space(plan=False), space(), 1, 0, "write_plan"),
    ("no_permission:square", space(permission=False), space(), 1, 0, "agree_use"),
    ("duty_without_body:d", duty(accountable=None), duty(), 1, 0, "name_manager"),
    ("duty_two_bodies:d", duty(accountable="居委会;街道"), duty(), 1, 2, "one_manager"),
    ("duty_without_deputy:d", duty(deputy=None), duty(deputy=None, phase="inspect"), 1, 0, "name_deputy"),
    ("duty_without_deputy:d", duty(deputy="楼长"), duty(deputy="楼长;保安"), 1, 0, "name_deputy"),
    ("uses_collide:square", {"uses": [use("a", taken=2500.0), use("b", taken=1600.0)]}, {"uses": [use("a", taken=2500.0), use("b", taken=1500.0)]}, 4100, 4000, "share_hours"),
    ("uses_collide:square", {"uses": [use("a", taken=2500.0), use("b", taken=1600.0)]}, {"uses": [use("a", taken=4100.0)]}, 4100, 4000, "share_hours"),
    ("over_crowded_use:square", {"uses": [use(taken=1.0) | {"persons": 8001}]}, {"uses": [use(taken=1.0) | {"persons": 8000}]}, 4000.5, 4000, "share_hours"),
    ("modes_conflict:square", {"uses": [use("a") | {"mode": "vehicles"}, use("b") | {"mode": "play"}]}, {"uses": [use("a") | {"mode": "sit"}, use("b") | {"mode": "play"}]}, 1, 0, "share_hours"),
    ("group_absent:square:stick_slow", {"uses": [use() | {"seen": "general"}]}, {"uses": [use()]}, 1, 0, "ask_group"),
    ("shelters_too_little:shelter", shelter(area=4.4), shelter(area=4.5), 4.5, 4.4, "more_area"),
    ("shelter_unit_large:square:s", shelter(capacity=4002, units=2), shelter(capacity=4000, units=2), 2000, 2001, "divide_units"),
    ("shelter_units_close:square:s", shelter(units=2, separation=2.0), shelter(units=2, separation=3.0), 3.0, 2.0, "divide_units"),
    ("shelter_units_close:square:s", shelter(units=2, separation=5.0, capacity=8000), shelter(units=2, separation=6.0, capacity=8000), 6.0, 5.0, "divide_units"),
    ("shelter_management_small:square:s", shelter(management_area=7.0), shelter(management_area=8.0), 8.0, 7.0, "more_area"),
    ("hydrants_apart:h2", {"facilities": [BIG, *SHOPS, facility("h2", "hydrant", 60, 160)]}, {"facilities": [BIG, *SHOPS, facility("h2", "hydrant", 60, 140)]}, 120, 140, "site_facility"),
    ("told_by_residents:square:c1", remark("雨后积水"), remark("雨后积水", n_yes=4), 1, 0, "ask"),
    ("inspection_overdue:gas_hose", inspected("2020-01-01"), inspected("2026-09-01"), 730, None, "inspect"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("contradiction", "planted", "mirror", "needed", "offered", "remedy"), FIRES
)
def test_a_rule_fires_on_its_case_and_not_on_its_mirror(
    contradiction, planted, mirror, needed, offered, remedy
):
    table = found(**planted)
    assert contradiction in table.index
    row = table.loc[contradiction]
    assert row["needed"] == pytest.approx(needed)
    if offered is not None:
        assert row["offered"] == pytest.approx(offered)
        assert row["gap"] == pytest.approx(abs(needed - offered))
    assert (row["remedy"], row["state"]) == (remedy, "found")
    assert contradiction not in found(**mirror).index


UNKNOWN = [
    ("taken_at_need:square:unknown:no_data", {"uses": [use(taken=None)]}),
    ("over_crowded_use:square:unknown:no_data", {"uses": [use() | {"persons": None}]}),
    ("modes_conflict:square:unknown:no_data", {"uses": [use("a"), use("b") | {"mode": None}]}),
    ("group_absent:square:unknown:no_data", {"uses": [use() | {"seen": None}]}),
    ("no_plan:spaces:no_data", space(plan=None)),
    ("no_permission:spaces:no_data", space(permission=None)),
    ("fire_lane_low:walks:no_data", way(height=None)),
    ("cover_gap_wide:walks:no_data", side(cover_gap=None)),
    ("accessible_crowded_narrow:walks:no_data", side(crowded=None)),
    ("ramp_without_handrail:walks:no_data", ramp(slope=0.06)),
    ("door_threshold_high:entrances:no_data", door(threshold=None)),
    ("door_threshold_high:entrances:no_data", door(threshold=0.03, steps=None)),
    ("entrance_platform_short:entrances:no_data", door(platform=None)),
    ("exit_door_narrow:entrances:no_data", door(door_width=None)),
    ("exit_door_swing:entrances:no_data", door(door_swing="unknown")),
    ("stair_narrow:entrances:no_data", door(blocked_width=None)),
    ("stair_dim:entrances:no_data", door(lux=None)),
    ("need_unmet:entrances:handrail_slow:no_data", door(handrail=None)),
    ("shelters_too_little:shelter:no_data", shelter(area=None, capacity=None)),
    ("shelter_unit_large:square:s:no_data", shelter(capacity=2001, units=None)),
    ("shelter_units_close:square:s:no_data", shelter(units=2)),
    ("shelter_management_small:square:s:no_data", shelter(management_area=None)),
    ("use_undecided:spaces:no_data", space(emergency_use=None)),
    ("use_undecided:spaces:no_data", space(emergency_use="unknown")),
    ("slow_to_open:spaces:no_data", space(opening_minutes=None)),
    ("locked_at_night:gates:no_data", passage(locked=None)),
    ("fire_lane_narrow:walks:no_data", way(width=None)),
    ("way_taken:walks:no_data", way(width=None, barrier="stalls")),
    ("ramp_narrow:walks:no_data", ramp(width=None)),
    ("accessible_narrow:walks:no_data", side(width=None)),
    ("ramp_steep:walks:no_data", ramp(slope=None)),
    ("crowded:square:no_data", {"facilities": [BIG | {"area": None, "capacity": None}, *SHOPS]}),
    (
        "shelter_small:square:s:no_data",
        {"facilities": [BIG | {"area": None, "capacity": None}, *SHOPS]},
    ),
    (
        "beyond_radius:hydrant:no_data",
        {"facilities": [BIG, *(s for s in SHOPS if s["kind"] != "hydrant")]},
    ),
]


@pytest.mark.parametrize(("contradiction", "planted"), UNKNOWN)
def test_what_nobody_knows_is_a_row_without_data_and_no_pass(contradiction, planted):
    row = found(**planted).loc[contradiction]
    assert row["state"] == "no_data"
    assert row[["offered", "gap", "severity"]].isna().all()
    assert row["remedy"] in ("measure", "ask", "more_area")


def test_every_rule_is_planted_here():
    tested = {case[0].split(":")[0] for case in FIRES} | {"group_excluded", "group_short"}
    assert tested == {rule.code for rule in in_force(CATALOGUE)}


def test_a_group_nobody_of_whom_gets_there_is_excluded():
    place = street(**(IN_ORDER | {"entrances": [entrance("A-1", "A", 0, 4, steps=2)]}))
    people = [("a", "h", "adult"), ("b", "g", "wheelchair_pushed"), ("c", "g", "bedridden")]
    table = clash(place, needs(place, *people)).contradictions.table.set_index("contradiction")
    row = table.loc["group_excluded:shelter:wheelchair"]
    assert (row["subject"], row["persons"], row["offered"]) == ("wheelchair", 2, 0.0)
    level = street(**IN_ORDER)
    mirror = clash(level, needs(level, *people)).contradictions.table
    assert not (mirror["rule"] == "group_excluded").any()


class TestWorstMoment:
    def free(self, *uses):
        table = found(uses=list(uses))
        return (
            table.loc["taken_at_need:square", "offered"]
            if "taken_at_need:square" in table.index
            else None
        )

    def test_uses_of_one_moment_add_up(self):
        assert self.free(use("a", "08:00-12:00", 1500.0), use("b", "11:00-14:00", 1400.0)) == 1100.0

    def test_uses_after_one_another_do_not(self):
        assert self.free(use("a", "08:00-12:00", 1500.0), use("b", "12:00-14:00", 1400.0)) is None

    def test_weekday_and_weekend_do_not_meet(self):
        assert (
            self.free(
                use("a", taken=1500.0, days="weekday"), use("b", taken=1400.0, days="weekend")
            )
            is None
        )
        assert (
            self.free(use("a", taken=1500.0, days="weekday"), use("b", taken=1400.0, days="daily"))
            == 1100.0
        )

    def test_uses_past_midnight_meet_those_of_the_night(self):
        assert self.free(use("a", "22:00-06:00", 1500.0), use("b", "02:00-03:00", 1400.0)) == 1100.0

    def test_a_use_in_two_parts_of_the_day_counts_in_both(self):
        assert (
            self.free(use("a", "07:00-08:00;17:00-18:00", 1500.0), use("b", "17:30-19:00", 1400.0))
            == 1100.0
        )

    def test_the_evidence_names_the_uses(self):
        table = found(uses=[use("a", taken=1500.0), use("b", taken=1400.0)])
        assert table.loc["taken_at_need:square", "evidence"] == "uses/a; uses/b"

    def test_ground_that_people_cannot_use_does_not_count(self):
        row = found(**space(usable_share=0.75), uses=[use(taken=700.0)]).loc["taken_at_need:square"]
        assert row["offered"] == 4000 * 0.75 - 700

    def test_an_area_nobody_stated_is_that_of_the_drawing(self):
        row = found(**space(area=None), uses=[use(taken=1.0)]).loc["taken_at_need:square"]
        assert row["offered"] == 20 * 20 - 1


class TestWhomItConcerns:
    def test_a_refuge_concerns_who_would_go_there(self):
        assert found(**space(manager=None)).loc["no_manager:square", "persons"] == 3

    def test_a_space_that_is_no_refuge_concerns_who_live_around_it(self):
        radius = CATALOGUE.facilities["shelter"].radius.value
        for x, persons in ((0, 3), (2 * radius, 0)):
            pit = SQUARE | {"space": "pit", "manager": None, "geometry": box(x, 20, x + 10, 30)}
            assert found(spaces=[SQUARE, pit]).loc["no_manager:pit", "persons"] == persons

    def test_a_gate_concerns_whose_way_leads_through_it(self):
        assert found(**passage(locked=True)).loc["locked_at_night:g:gate", "persons"] == 3
        elsewhere = passage(locked=True, geometry=at(150, 0)) | {
            "way": [walk("street", (0, 0), (200, 0), **WIDE, barrier="none")],
            "facilities": [BIG, *SHOPS],
        }
        assert found(**elsewhere).loc["locked_at_night:g:gate", "persons"] == 0

    def test_a_lane_concerns_who_live_beside_it_though_nobody_walks_there(self):
        back = walk("back", (0, 30), (100, 30), kind="lane", width=2.0, barrier="none")
        assert found(way=[*IN_ORDER["way"], back]).loc["fire_lane_narrow:back", "persons"] == 0
        near = walk("back", (0, 20), (100, 20), kind="lane", width=2.0, barrier="none")
        assert found(way=[*IN_ORDER["way"], near]).loc["fire_lane_narrow:back", "persons"] == 3

    def test_severity_is_gap_times_share_times_the_upper_bound_of_risk(self):
        row = found(**way(width=3.0)).loc["fire_lane_narrow:street"]
        assert row["severity"] == pytest.approx((4.0 - 3.0) / 4.0 * 1.0 * most_harmed())

    def test_a_gap_larger_than_the_need_counts_as_the_whole(self):
        assert found(**space(opening_minutes=90.0)).loc[
            "slow_to_open:square", "severity"
        ] == pytest.approx(most_harmed())


def test_a_refuge_without_a_space_is_told_by_its_own_name():
    table = found(facilities=[BIG | {"space": None, "area": 3.0, "capacity": 2}, *SHOPS])
    assert "crowded:s" in table.index


def test_a_closed_shelter_is_no_refuge():
    table = found(
        facilities=[BIG, *SHOPS, facility("t", "shelter", 0, 0, area=1.0, state="closed")]
    )
    assert table.index.tolist() == []


def test_a_space_and_a_gate_of_one_name_are_told_apart():
    twins = SQUARE | {"space": "g", "open_hours": "06:00-22:00"}
    table = found(**passage(locked=True), spaces=[twins], facilities=[BIG | {"space": "g"}, *SHOPS])
    assert {"locked_at_night:g", "locked_at_night:g:gate"} <= set(table.index)


def test_management_comes_first_and_rows_without_data_last():
    table = found(
        **space(manager=None, opening_minutes=None), **way(width=3.0), uses=[use()]
    ).sort_values("rank")
    assert table["dimension"].tolist() == ["management", "management", "use", "planning"]
    assert table["state"].tolist() == ["found", "no_data", "found", "found"]


def test_rows_cite_clause_and_binding_of_their_standard():
    row = found(**way(width=3.0)).loc["fire_lane_narrow:street"]
    assert row["standard"] == "fire_lane_width"
    assert row["clause"].startswith("GB 55037-2022")
    assert row["binding"] == "mandatory"


def test_every_rule_and_need_has_a_check_and_a_priced_class_of_remedy():
    for rule in CATALOGUE.contradiction_rules.values():
        assert rule.check in CHECKS or rule.check == NOT_CHECKED
        assert CATALOGUE.word(f"dimension_{rule.dimension}", "en")
    for remedy in CATALOGUE.remedies.values():
        assert CATALOGUE.word(f"remedy_kind_{remedy.kind}", "zh")
        assert not remedy.response or remedy.response in CATALOGUE.responses


def test_every_standard_is_applied_by_a_rule_or_said_not_to_be():
    rules = CATALOGUE.contradiction_rules.values()
    named = {code for rule in rules for code in parts(rule.standard)}
    named |= {entry.standard for entry in CATALOGUE.facilities.values()}
    assert set(CATALOGUE.standards) <= named
    for rule in rules:
        assert rule.check != NOT_CHECKED or rule.note


def test_an_empty_place_has_no_contradiction_but_missing_kinds():
    place = drawn(households=[home("h", "A-1")[0] | {"dwelling": None}])
    table = clash(place, needs(place, ("a", "h", "adult"))).contradictions.table
    assert {*COLUMNS, "geometry"} == set(table.columns)
    assert set(table["rule"]) <= {"beyond_radius"}
    assert (table["state"] == "no_data").all()


def test_the_contradictions_of_willow_by_hand():
    table = clash(willow(), needs(willow(), ("wu", "hu-wu", "adult"))).contradictions.table
    named = set(table.loc[table["state"] == "found", "contradiction"])
    assert named == {
        "duty_two_bodies:d2",
        "duty_without_deputy:d2",
        "exit_door_narrow:B-1",
        "inspection_overdue:drainage",
        "locked_at_night:east:gate",
        "need_unmet:B-1:light_stair_all",
        "need_unmet:path-b:light_all",
        "shelter_small:ground:ground-shelter",
        "taken_at_need:ground",
    }
    row = table.set_index("contradiction").loc["taken_at_need:ground"]
    assert (row["needed"], row["offered"]) == (640.0, 800 * 0.8 - 600)
