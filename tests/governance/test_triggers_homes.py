"""Triggers about residents and homes: each fires on its case, not on the mirror, by its threshold."""

import pytest
from tests.community.drawn import building, entrance
from tests.governance.planted import (
    evidence,
    needs_of,
    person,
    profile,
    run_rows,
    street,
)

from renlin.governance.triggers import TRIGGERS


def hits(code, place, *profiles, least=1.0, tiers=None, told=None, **tables):
    needs = needs_of(place, *profiles, tiers=tiers, told=told)
    found = TRIGGERS[code](evidence(place, needs, **tables), least)
    return {hit.place: (hit.persons, hit.unknown) for hit in found}


def stairs(**facts):
    """Return the street whose unit A-1 has these facts; household h lives on its third storey."""
    units = [entrance("A-1", "A", 0, 10, **facts), entrance("B-1", "B", 30, 10)]
    return street(entrances=units)


def lift(value):
    houses = [building("A", 0, 10, lift=value), building("B", 30, 10, lift="no")]
    return street(buildings=houses)


SLOW, CARRIED = {"slow": True}, {"needs_help": "carry", "helpers": 2}


# who must be carried


@pytest.mark.parametrize(("value", "found"), [("no", {"A": (1, 0)}), ("yes", {}), (None, {})])
def test_a_chair_is_called_for_where_somebody_is_carried_down_without_a_lift(value, found):
    place = lift(value)
    assert hits("carry_household_without_chair", place, profile("p-h", "h", **CARRIED)) == found


def test_no_chair_is_called_for_on_the_ground_floor_or_for_who_walks():
    place = lift("no")
    assert hits("carry_household_without_chair", place, profile("p-g", "g", **CARRIED)) == {}
    assert hits("carry_household_without_chair", place, profile("p-h", "h", **SLOW)) == {}


def test_a_chair_for_two_households_is_not_called_for_by_one():
    place = lift("no")
    case = ("carry_household_without_chair", place, profile("p-h", "h", **CARRIED))
    assert hits(*case, least=2.0) == {}


def test_pairs_are_called_for_where_a_first_helper_or_a_backup_is_lacking():
    place = street()
    row = {"household": "h", "entrance": "A-1", "helpers": 0, "backup": 1}
    people = (profile("p-h", "h"), profile("p-g", "g"))
    case = ("carry_household_without_pair", place, *people)
    assert hits(*case, governance_shortages=[row]) == {"A-1": (1, 0)}
    assert hits(*case, governance_shortages=[{**row, "backup": 0}]) == {}
    assert hits(*case, governance_shortages=[row], least=2.0) == {}


def test_a_household_without_a_known_place_still_calls_for_a_pair():
    row = {"household": "h", "entrance": None, "helpers": 1, "backup": 0}
    found = hits("carry_household_without_pair", street(), profile("p-h", "h"),
                 governance_shortages=[row])  # fmt: skip
    assert found == {"place_unknown": (1, 0)}


# stairs and doors


@pytest.mark.parametrize(
    ("rail", "found"),
    [
        ("none", {"A-1": (1, 0)}),
        ("one", {"A-1": (1, 0)}),
        ("both", {}),
        ("unknown", {}),
        (None, {}),
    ],
)
def test_a_second_handrail_is_called_for_where_slow_residents_live_high(rail, found):
    place = stairs(handrail=rail)
    assert hits("stair_without_handrail", place, profile("p-h", "h", **SLOW)) == found


def test_a_handrail_is_not_called_for_by_who_is_quick_or_lives_low():
    place = stairs(handrail="none")
    assert hits("stair_without_handrail", place, profile("p-h", "h")) == {}
    low = street(
        homes=[("h", "A-1", 2)],
        entrances=[entrance("A-1", "A", 0, 10, handrail="none"), entrance("B-1", "B", 30, 10)],
    )
    assert hits("stair_without_handrail", low, profile("p-h", "h", **SLOW)) == {}


def test_more_households_than_there_are_call_for_no_handrail():
    place = stairs(handrail="none")
    assert hits("stair_without_handrail", place, profile("p-h", "h", **SLOW), least=2.0) == {}


@pytest.mark.parametrize(("lit", "found"), [("no", {"A-1": (1, 0)}), ("yes", {}), (None, {})])
def test_light_is_called_for_on_a_dark_stair_with_slow_residents(lit, found):
    assert hits("dark_stair", stairs(lit=lit), profile("p-h", "h", **SLOW)) == found


def test_a_stair_may_be_dark_where_no_light_is_asked_for():
    assert hits("dark_stair", stairs(lit="no"), profile("p-h", "h", **SLOW), least=0.0) == {}


def test_whose_storey_is_unknown_counts_as_perhaps_beside_who_surely_is_concerned():
    place = street(
        homes=[("h", "A-1", 3), ("g", "A-1", None)],
        entrances=[entrance("A-1", "A", 0, 10, lit="no"), entrance("B-1", "B", 30, 10)],
    )
    people = (profile("p-h", "h", **SLOW), profile("p-g", "g", **SLOW))
    assert hits("dark_stair", place, *people) == {"A-1": (1, 1)}


@pytest.mark.parametrize(
    ("steps", "ramp", "found"),
    [(2, "no", {"A-1": (1, 0)}), (2, "yes", {}), (0, "no", {}), (None, "no", {}), (2, None, {})],
)
def test_a_ramp_is_called_for_where_a_wheelchair_meets_steps(steps, ramp, found):
    place = stairs(steps=steps, ramp=ramp)
    assert (
        hits("door_steps_with_wheelchair", place, profile("p-h", "h", display="wheelchair"))
        == found
    )


def test_a_ramp_is_not_called_for_by_who_walks():
    assert hits("door_steps_with_wheelchair", stairs(steps=2, ramp="no"), profile("p-h", "h")) == {}


# devices


def test_backup_power_is_called_for_where_a_device_has_surely_none():
    device = {"power_device": "concentrator"}
    place, one = street(), profile("p-h", "h")
    case = ("power_dependent_without_backup", place, one)
    assert hits(*case, told={"p-h": {**device, "has_backup_power": False}}) == {"A": (1, 0)}
    assert hits(*case, told={"p-h": {**device, "has_backup_power": True}}) == {}
    assert hits(*case, told={"p-h": {"power_device": "none", "has_backup_power": False}}) == {}
    assert hits(*case, told={"p-h": device}) == {}


def test_a_second_device_whose_backup_nobody_asked_about_is_counted_as_perhaps():
    place = street(homes=[("h", "A-1", 3), ("g", "A-1", 1)])
    told = {
        "p-h": {"power_device": "ventilator", "has_backup_power": False},
        "p-g": {"power_dependent": True},
    }
    people = (profile("p-h", "h"), profile("p-g", "g"))
    assert hits("power_dependent_without_backup", place, *people, told=told) == {"A": (1, 1)}


def alarm_case(told=None, least=1.0, place=None, tiers=None):
    return hits(
        "smoke_alarm_missing", place or street(), profile("p-h", "h"), profile("p-g", "g"),
        tiers=tiers or {"h": 1}, told=told, least=least,
    )  # fmt: skip


def test_smoke_alarms_are_called_for_where_the_first_tier_surely_has_none():
    assert alarm_case({"p-h": {"has_smoke_alarm": False}}) == {"A": (1, 0)}
    assert alarm_case({"p-h": {"has_smoke_alarm": True}}) == {}


def test_an_alarm_nobody_asked_about_is_not_an_alarm_but_told_as_unknown():
    assert alarm_case() == {"A": (0, 1)}


def test_a_smoke_sensor_in_the_dwelling_is_an_alarm_one_in_the_stair_is_not():
    hung = {"sensor": "x", "kind": "smoke", "place_table": "dwellings", "place": "d-h"}
    assert alarm_case(place=street(sensors=[hung])) == {}
    stair = {**hung, "place_table": "entrances", "place": "A-1"}
    assert alarm_case(place=street(sensors=[stair])) == {"A": (0, 1)}


def test_other_tiers_call_for_no_alarm_and_a_half_is_enough_where_a_half_is_asked():
    told = {"p-h": {"has_smoke_alarm": False}, "p-g": {"has_smoke_alarm": True}}
    assert alarm_case(told, tiers={"h": 3}) == {}
    both = street(homes=[("h", "A-1", 3), ("g", "A-1", 1)])
    assert alarm_case(told, least=0.5, place=both, tiers={"h": 1, "g": 1}) == {}
    assert alarm_case(told, place=both, tiers={"h": 1, "g": 1}) == {"A": (1, 0)}


def test_call_buttons_are_called_for_by_who_can_hardly_move():
    place = street()
    case = ("call_button_missing", place, profile("p-h", "h", needs_help="assist", helpers=1))
    assert hits(*case, told={"p-h": {"has_call_button": False}}) == {"A": (1, 0)}
    assert hits(*case, told={"p-h": {"has_call_button": True}}) == {}
    assert hits(*case) == {"A": (0, 1)}
    assert hits("call_button_missing", place, profile("p-h", "h")) == {}


@pytest.mark.parametrize("kind", ["button", "bracelet"])
def test_a_button_or_bracelet_on_record_in_the_dwelling_counts(kind):
    hung = {"sensor": "x", "kind": kind, "place_table": "dwellings", "place": "d-h"}
    place = street(sensors=[hung])
    case = ("call_button_missing", place, profile("p-h", "h", needs_help="assist", helpers=1))
    assert hits(*case) == {}


def test_a_chain_of_calls_is_called_for_where_no_warning_moves_who_has_no_device():
    place, one = street(), profile("p-h", "h")

    def case(seconds, device=False, tier=1, least=300.0):
        runs = run_rows({"scheme": "base", "household": "h", "premove_p50": seconds})
        return hits(
            "no_smart_device_unreached", place, one, tiers={"h": tier}, least=least,
            told={"p-h": {"has_smart_device": device}}, simulation_households=runs,
        )  # fmt: skip

    assert case(400.0) == {"A": (1, 0)}
    assert case(300.0) == {}
    assert case(400.0, device=True) == {}
    assert case(400.0, tier=3) == {}
    assert case(400.0, least=500.0) == {}
    assert case(400.0, device=None) == {}


# plans and profiles


def test_plans_are_called_for_where_a_first_tier_household_has_none():
    place, people = street(), (profile("p-h", "h"), profile("p-g", "g"))
    case = ("plan_missing", place, *people)
    assert hits(*case, tiers={"h": 1}) == {"A": (1, 0)}
    planned = [{"household": "h", "scenario": "quake"}]
    assert hits(*case, tiers={"h": 1}, governance_plans=planned) == {}
    assert hits(*case, tiers={"h": 2}) == {}


def test_a_share_of_plans_that_is_reached_calls_for_none():
    place = street(homes=[("h", "A-1", 3), ("g", "A-1", 1)])
    planned = [{"household": "h", "scenario": "quake"}]
    case = ("plan_missing", place, profile("p-h", "h"), profile("p-g", "g"))
    tiers = {"h": 1, "g": 1}
    assert hits(*case, tiers=tiers, governance_plans=planned, least=0.5) == {}
    assert hits(*case, tiers=tiers, governance_plans=planned) == {"A": (1, 0)}


@pytest.mark.parametrize(("unknown", "found"), [(0.2, {"community": (1, 0)}), (0.05, {})])
def test_profiles_are_to_be_completed_where_a_share_of_them_is_unknown(unknown, found):
    parts = {f"{part}_unknown": unknown for part in ("prevention", "response", "recovery")}
    assert hits("profile_unknown", street(), profile("p-h", "h", **parts), least=0.1) == found


def test_of_a_household_of_three_only_who_is_concerned_is_counted():
    place = street(
        persons=[person("h", "a"), person("h", "b"), person("g", "c")],
        entrances=[entrance("A-1", "A", 0, 10, lit="no"), entrance("B-1", "B", 30, 10)],
    )
    people = (profile("a", "h", **SLOW), profile("b", "h"), profile("c", "g"))
    assert hits("dark_stair", place, *people) == {"A-1": (1, 0)}
