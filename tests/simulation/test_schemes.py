"""Schemes under the same luck: what an edit moves, and what it does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.simulation import court

from renlin.simulation.comparison import compare

NIGHT = 2.0


def test_an_edit_that_does_nothing_changes_nothing_at_all():
    place = court.willow()
    same = place.with_tables(walks=place["walks"].copy(), pairs=place["pairs"].copy())
    found = court.run(place, court.quake(), schemes={"same": same}, seeds=range(4))
    base, other = (found.times[code, "earthquake"] for code in ("base", "same"))
    assert np.array_equal(base, other, equal_nan=True)
    rows = found.comparison.table
    assert (rows["difference"] == 0).all()
    assert (rows["verdict"] == "undecided").all()


def test_the_east_gate_is_shut_at_two_and_opening_it_lets_everybody_out():
    place = court.plain()
    opened = court.under(place, "gate")
    found = court.run(place, court.quake(NIGHT), schemes={"gate": opened}, who=court.only("wu"))
    before, after = (court.person(found, "wu", code) for code in ("base", "gate"))
    assert (before["reason"], before["arrived_share"]) == ("gate_closed", 0.0)
    assert (after["reason"], after["arrived_share"]) == ("", 1.0)


def test_by_day_the_gate_is_open_and_the_scheme_changes_nothing():
    place = court.plain()
    opened = court.under(place, "gate")
    found = court.run(place, court.quake(14.0), schemes={"gate": opened}, who=court.only("wu"))
    assert (found.comparison.table["difference"] == 0).all()


def test_a_second_helper_saves_lin_and_nobody_else_is_touched_when_he_lives_alone():
    night = court.under(court.without_staff(court.plain()), "gate")
    with_wu = court.under(night, "pair")
    found = court.run(
        night, court.quake(NIGHT), schemes={"pair": with_wu}, seeds=range(3),
        who=court.only("lin", "zhou-1", "wu", "wang", "chen-1"),
    )  # fmt: skip
    assert court.person(found, "lin")["arrived_share"] == 0.0
    assert court.person(found, "lin", "pair")["arrived_share"] == 1.0
    rows = found.comparison.table.set_index("display")
    assert rows.loc["wheelchair", "verdict"] == "faster"
    assert rows.loc["tenant", "difference"] == pytest.approx(0.0, abs=0.5)


def test_a_full_shelter_sends_people_on_to_the_next():
    place = court.cell(court.plain(), "facilities", "ground-shelter", "capacity", 2)
    alone = court.run(place, court.quake(), seeds=range(1))
    full = alone.persons.table.query("reason == 'full'")
    assert len(full) > 0
    assert alone.shelters.table["full_share"].iloc[0] == 1.0
    second = _with_second_shelter(place)
    found = court.run(second, court.quake(), seeds=range(1))
    loads = found.shelters.table.set_index("facility")["p50"]
    assert loads["ground-shelter"] <= 2
    assert loads["clinic-yard"] > 0
    assert len(found.persons.table.query("reason == 'full'")) == 0


def _with_second_shelter(place):
    rows = place["facilities"]
    more = rows[rows["facility"] == "ground-shelter"].assign(
        facility="clinic-yard", x=500000.0, y=3500000.0, capacity=100, space=None
    )
    shape = rows[rows["facility"] == "clinic"].geometry.to_numpy()
    both = pd.concat([rows, more.set_geometry(shape)], ignore_index=True)
    return place.with_tables(facilities=both)


def test_a_closed_or_planned_facility_takes_nobody():
    place = court.cell(court.plain(), "facilities", "ground-shelter", "state", "planned")
    found = court.run(place, court.quake(), who=court.only("wu"))
    assert court.person(found, "wu")["reason"] == "no_destination"


def test_a_ground_that_must_be_opened_first_keeps_people_waiting():
    place = court.cell(court.plain(), "spaces", "ground", "open_hours", "00:00-01:00")
    found = court.run(place, court.quake(), who=court.only("wu"))
    assert court.person(found, "wu")["mean_time"] >= 5 * 60.0


def test_faster_pre_movement_shortens_the_time_by_as_much():
    place = court.plain()
    slow = _premovement(place, earthquake=200.0)
    found = court.run(slow, court.quake(), schemes={"ready": _premovement(place, earthquake=50.0)},
                      who=court.only("wu"))  # fmt: skip
    rows = found.comparison.table.set_index("display")
    assert rows.loc["all", "difference"] == pytest.approx(-150.0, abs=1e-3)


def _premovement(place, **seconds):
    cases = {**place.catalogue.premovement}
    cases |= {name: court.point(value) for name, value in seconds.items()}
    return replace(place, catalogue=replace(place.catalogue, premovement=cases))


@pytest.mark.parametrize(
    ("table", "key", "column", "value", "who"),
    [
        ("entrances", "B-1", "lit", True, "wang"),
        ("walks", "path-b", "lit", True, "wang"),
        ("entrances", "B-1", "handrail", "both", "wang"),
    ],
)
def test_light_and_rails_speed_up_who_uses_them_and_nobody_else(table, key, column, value, who):
    place = court.under(court.plain(), "gate")
    better = court.cell(place, table, key, column, value)
    found = court.run(
        place, court.quake(NIGHT), schemes={"better": better}, who=court.only(who, "zhou-2")
    )
    own, other = (
        court.person(found, name, "better")["mean_time"] - court.person(found, name)["mean_time"]
        for name in (who, "zhou-2")
    )
    assert own < -0.5
    assert other == pytest.approx(0.0, abs=1e-3)


def test_light_on_a_stair_does_nothing_by_day_with_the_power_on():
    place = court.plain()
    better = court.cell(place, "entrances", "B-1", "lit", True)
    found = court.run(place, court.quake(14.0), schemes={"lit": better}, who=court.only("wang"))
    assert (found.comparison.table["difference"] == 0).all()


def test_moving_to_the_ground_floor_saves_the_stairs():
    place = court.plain()
    low = court.cell(place, "dwellings", "A-1-302", "floor", 1)
    found = court.run(place, court.quake(), schemes={"low": low}, who=court.only("zhou-2"))
    rows = found.comparison.table.set_index("display")
    assert rows.loc["all", "difference"] == pytest.approx(-4 * court.FLIGHT / 0.5, abs=0.5)


def test_reaching_more_households_at_once_gets_them_out_sooner():
    place = court.numbers(
        court.under(court.plain(), "gate"), warning_reach=0.0, warning_reach_broadcast=0.0
    )
    reached = court.numbers(place, warning_reach=1.0)
    fire = court.scenario("stair_fire", NIGHT, places={"entrance": "A-1"})
    found = court.run(place, fire, schemes={"calls": reached}, who=court.only("wu"))
    assert court.person(found, "wu", "calls")["arrived_share"] == 1.0
    late = court.person(found, "wu")["mean_time"] - court.person(found, "wu", "calls")["mean_time"]
    assert late >= place.catalogue.number("door_round_start")


def test_comparison_by_hand():
    groups = pd.DataFrame(
        [
            {"scheme": scheme, "scenario": "s", "seed": seed, "display": display, "n": n,
             "mean_time": mean + seed}
            for scheme, faster in (("base", 0.0), ("a", -10.0))
            for seed in range(3)
            for display, n, mean in (("all", 4, 100.0 + faster), ("general", 3, 80.0 + faster),
                                     ("wheelchair", 1, 160.0), ("worst_decile", 1, 160.0))
        ]
    )  # fmt: skip
    rows = compare(groups, reference="general", confidence=0.95, n_draws=200)
    found = rows.set_index("display")
    assert found.loc["all", ["base", "value", "difference", "low", "high"]].tolist() == [
        101.0, 91.0, -10.0, -10.0, -10.0,
    ]  # fmt: skip
    assert found.loc["all", "verdict"] == "faster"
    assert found.loc["all", "p_better"] == 1.0
    assert found.loc["wheelchair", "verdict"] == "undecided"
    assert found.loc["gap", "difference"] == 10.0
    assert found.loc["gap", "verdict"] == "slower"


def test_a_difference_whose_interval_spans_zero_is_undecided():
    change = {0: -5.0, 1: 6.0, 2: -2.0}
    groups = pd.DataFrame(
        [
            {"scheme": scheme, "scenario": "s", "seed": seed, "display": display, "n": 2,
             "mean_time": 100.0 + (change[seed] if scheme == "a" else 0.0)}
            for scheme in ("base", "a") for seed in range(3)
            for display in ("all", "general", "worst_decile")
        ]
    )  # fmt: skip
    rows = compare(groups, reference="general", confidence=0.95, n_draws=200)
    assert (rows["verdict"] == "undecided").all()
    assert rows.set_index("display").loc["all", "p_better"] == pytest.approx(2 / 3)


def _compared(changes):
    groups = pd.DataFrame(
        [
            {"scheme": scheme, "scenario": "s", "seed": seed, "display": "all", "n": 2,
             "mean_time": 100.0 + change}
            for scheme, own in {"base": [0.0] * 5, **changes}.items()
            for seed, change in enumerate(own)
        ]
    )  # fmt: skip
    rows = compare(groups, reference="general", confidence=0.95, n_draws=200)
    return rows.set_index("scheme")


def test_what_one_scheme_shows_alone_may_be_luck_among_three():
    """Differences of -1, -2, -3, -1, -4 s: t = -3.77 on 4 degrees, p = 0.0196; thrice is 0.059."""
    sure, noise = [-1.0, -2.0, -3.0, -1.0, -4.0], [3.0, -3.0, 1.0, -1.0, 0.5]
    alone = _compared({"a": sure})
    assert alone.loc["a", "p_value"] == pytest.approx(0.0196, abs=2e-4)
    assert alone.loc["a", "p_holm"] == alone.loc["a", "p_value"]
    assert alone.loc["a", "verdict"] == "faster"
    among = _compared({"a": sure, "b": noise, "c": noise[::-1]})
    assert among.loc["a", "p_holm"] == pytest.approx(3 * 0.0196, abs=6e-4)
    assert among.loc["a", "verdict"] == "undecided"
    assert among.loc["a", "low"] == alone.loc["a", "low"]
