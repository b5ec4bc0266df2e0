"""Arithmetic of a micro check, who comes to a spot, and the way back into the simulation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.simulation import court, narrow

from renlin.catalogue import load
from renlin.community.check import check
from renlin.errors import CatalogueFault, DataFault, SchemeFault
from renlin.finding import find
from renlin.simulation.measured import links_of
from renlin.simulation.micro import (
    bottleneck_rows,
    slow_share_rows,
    with_capacity,
    write_overlay,
)
from renlin.simulation.micro.capacity import interval, mixed, steady_flow
from renlin.simulation.micro.check import in_force, waits
from renlin.simulation.micro.inflow import inflow, pools, prepare, radius
from renlin.simulation.micro.naming import links_named
from renlin.simulation.micro.walkers import Crossings
from renlin.simulation.network import lay_out

TO_GATE = 3.0 + 1.0 + 10.0 + 30.0 + 50.0  # m from the lowest landing of A-1
CATALOGUE = load()


def found(*rows, spot="gates/east"):
    """Return a finding with shares and flows as if a micro check had given them."""
    table = pd.DataFrame(rows, columns=["share", "flow"])
    table = table.assign(
        spot=spot, low=table["flow"] * 0.9, high=table["flow"] * 1.1,
        factor=table["flow"] / table["flow"].iloc[0],
        width=2.0, n_runs=5, n_stuck=0, persons=120,
    )  # fmt: skip
    return find("simulation.micro", table, key=["spot", "share"])


def came(place, who=None, spot="gates/east", **options):
    ground = lay_out(place)
    links = links_named(place, ground, spot)
    given = {"scenario": court.quake(), "seed": 0, **options}
    return inflow(place, who or court.needs(), links=links, **given)


def test_the_steady_flow_is_that_of_the_middle_half():
    hurried = np.concatenate([np.zeros(25), np.arange(50) * 0.5, np.full(25, 999.0)])

    assert steady_flow(hurried, 2.0) == pytest.approx(1.0)


def test_few_who_cross_show_no_steady_flow():
    assert np.isnan(steady_flow(np.append(np.arange(19.0), np.nan), 1.0))


def test_the_interval_is_students():
    mean, low, high = interval(np.array([1.0, 1.1, 1.2, np.nan]), 0.95)

    assert mean == pytest.approx(1.1)
    assert high - mean == pytest.approx(4.3027 * 0.1 / np.sqrt(3.0), abs=1e-4)
    assert mean - low == pytest.approx(high - mean)


def test_one_run_has_no_interval_and_none_has_no_mean():
    assert np.isnan(interval(np.array([1.0]), 0.95)[1:]).all()
    assert np.isnan(interval(np.array([np.nan]), 0.95)).all()


def test_a_larger_share_only_makes_more_persons_slow():
    few, many = (mixed(narrow.two_kinds(), share, 50, seed=3) for share in (0.1, 0.4))

    assert (few.slow.sum(), many.slow.sum()) == (5, 20)
    assert not (few.slow & ~many.slow).any()
    assert set(many.speed[many.slow]) == {0.6}
    assert set(many.speed[~many.slow]) == {1.34}


def test_the_disc_grows_with_the_root_of_the_room_and_a_wheelchair_has_its_own():
    made = radius(np.array([1.0, 2.0, 9.0, 2.5]), np.array([False, False, False, True]), CATALOGUE)

    assert made.tolist() == pytest.approx([0.2, 0.2 * np.sqrt(2.0), 0.375, 0.375])


def test_a_household_of_the_ground_floor_comes_to_the_gate_after_94_metres():
    place = court.plain()
    person = court.needs().profiles.table.set_index("person")
    homes = place["dwellings"].set_index("dwelling")
    ground = homes[(homes["entrance"] == "A-1") & (homes["floor"] == 1)].index
    own = place["households"].set_index("household")
    who = [p for p in person.index if own.loc[person.loc[p, "household"], "dwelling"] in ground]
    walks = [p for p in who if person.loc[p, "class"] in ("adult", "older", "newcomer")]

    seen = came(place, court.only(*walks[:1]))

    assert seen.walkers.time[~seen.walkers.back].tolist() == pytest.approx([TO_GATE], abs=1.0)
    assert seen.walkers.speed.tolist() == [1.0]


def test_as_many_come_as_the_meso_run_counts_on_the_gate():
    place = court.sure()
    seen = came(place, scenario=place.scenarios["quake"])
    links = court.run(place, place.scenarios["quake"], seeds=range(1)).links.table
    gate = links[links["link"] == "gate/east"]

    assert len(seen.walkers) == int(gate["persons"].iloc[0]) == 16
    assert len(seen.walkers) == len(seen.display)
    assert np.isfinite(seen.walkers.time).all()


def test_the_capacity_of_the_spot_does_not_hold_back_who_comes_to_it():
    place = court.plain()
    tight = with_capacity(place, found((0.0, 0.01)))

    assert came(tight).walkers.time.tolist() == came(place).walkers.time.tolist()


def test_the_same_seed_brings_the_same_persons():
    first, second = came(court.willow()), came(court.willow())

    assert first.walkers.time.tobytes() == second.walkers.time.tobytes()
    assert first.display.tolist() == second.display.tolist()


def test_an_incident_in_which_nobody_moves_is_refused():
    with pytest.raises(SchemeFault) as caught:
        came(court.willow(), scenario=court.scenario("personal_incident"))

    assert caught.value.faults[0].column == "kind"


def test_a_spot_nobody_passes_is_refused():
    with pytest.raises(SchemeFault) as caught:
        came(court.willow(), spot="path-c")

    assert caught.value.faults[0].column == "spot"


def test_who_rolls_is_in_the_crowd_of_a_gate_and_not_in_that_of_a_stair():
    place = court.willow()
    run = prepare(place, court.needs(), court.quake(), 0, lay_out(place))
    level = pools(run, width=2.0, stairs=False, rises=False, catalogue=place.catalogue)
    stair = pools(run, width=2.0, stairs=True, rises=False, catalogue=place.catalogue)

    assert 0.375 in level.radius
    assert len(stair.speed) < len(level.speed)


def test_waits_are_told_by_group_with_those_not_through():
    seen = came(court.willow())
    n = len(seen.walkers)
    due = np.arange(float(n))
    time = due + 10.0
    time[0] = np.nan

    told = waits(seen, Crossings(time, due, False, 99.0), due).set_index("display")

    assert told.loc["all", ["persons", "n_waiting"]].tolist() == [n, 1]
    assert told.loc["all", "mean_wait"] == pytest.approx(10.0)
    assert told.loc["slow", "persons"] + told.loc["not_slow", "persons"] == n
    groups = told.drop(index=["all", "slow", "not_slow"])
    assert groups["persons"].sum() == n


def test_a_measured_flow_replaces_the_capacity_of_its_link_and_of_no_other():
    place = court.willow()
    before = lay_out(place)
    after = lay_out(with_capacity(place, found((0.0, 0.8), (0.5, 0.4))))
    gate = links_of(before.walks.links, "gates/east")

    assert after.space.capacity[gate].tolist() == pytest.approx([0.8 * 2.0])
    assert (after.space.capacity[~gate] == before.space.capacity[~gate]).all()
    assert (after.space.crowd_class[~gate] == before.space.crowd_class[~gate]).all()


def test_the_measured_effect_of_slow_walkers_runs_linearly_between_its_rows():
    place = with_capacity(court.willow(), found((0.0, 0.8), (0.4, 0.4)))
    ground = lay_out(place)
    link = int(np.flatnonzero(links_of(ground.walks.links, "gates/east"))[0])

    shares = [0.0, 0.2, 0.4]

    assert in_force(ground, link, shares).tolist() == pytest.approx([0.8, 0.6, 0.4], rel=1e-5)


def test_beyond_the_last_measured_share_the_flow_goes_on_falling():
    place = with_capacity(court.willow(), found((0.0, 0.8), (0.2, 0.61)))
    ground = lay_out(place)
    link = int(np.flatnonzero(links_of(ground.walks.links, "gates/east"))[0])

    assert in_force(ground, link, [1.0]).tolist() == pytest.approx([0.415], rel=1e-5)


def test_a_measured_flow_of_a_place_the_map_does_not_have_is_told():
    place = with_capacity(court.willow(), found((0.0, 0.8), spot="gates/est"))

    told = [remark.fault for remark in check(place) if "bottlenecks" in remark.fault.place]

    assert [fault.column for fault in told] == ["code"]
    assert "gates/east" in told[0].text("en")


def test_a_tight_gate_makes_the_meso_run_slower():
    place = court.plain()
    scenario = court.quake()
    before = court.run(place, scenario, seeds=range(1)).times["base", scenario.code]
    tight = with_capacity(place, found((0.0, 0.02)))
    after = court.run(tight, scenario, seeds=range(1)).times["base", scenario.code]

    assert np.nanmean(after) > np.nanmean(before) + 10.0


def test_a_link_without_measurement_runs_as_before():
    place, scenario = court.plain(), court.quake()
    elsewhere = with_capacity(place, found((0.0, 0.02), spot="gates/none"))

    before, after = (court.run(p, scenario, seeds=range(1)).times for p in (place, elsewhere))

    assert before["base", scenario.code].tobytes() == after["base", scenario.code].tobytes()


def test_the_overlay_that_is_written_is_the_capacity_that_is_put_back(tmp_path):
    finding = found((0.0, 0.8), (0.4, 0.4))

    path = write_overlay(finding, tmp_path)

    assert path.name == "bottlenecks.csv"
    put_back = with_capacity(court.willow(), finding).catalogue.bottlenecks
    assert load(tmp_path).bottlenecks == put_back
    assert {row.source for row in put_back} == {"micro_check"}
    assert not any(row.verified for row in put_back)


def test_a_second_check_replaces_its_own_spot_and_keeps_the_others(tmp_path):
    write_overlay(found((0.0, 0.8), (0.4, 0.4)), tmp_path)
    write_overlay(found((0.0, 1.0), spot="gates/west"), tmp_path)
    write_overlay(found((0.0, 0.7)), tmp_path)

    rows = {(row.code, row.share): row.flow for row in load(tmp_path).bottlenecks}

    assert rows == {("gates/east", 0.0): 0.7, ("gates/west", 0.0): 1.0}


def test_an_overlay_with_other_columns_is_not_written_over(tmp_path):
    (tmp_path / "bottlenecks.csv").write_text("code,flow\nx,1\n", encoding="utf-8")

    with pytest.raises(DataFault):
        write_overlay(found((0.0, 0.8)), tmp_path)

    assert (tmp_path / "bottlenecks.csv").read_text(encoding="utf-8") == "code,flow\nx,1\n"


def test_a_share_without_a_steady_flow_is_not_put_in_force():
    rows = bottleneck_rows(found((0.0, 0.8), (0.4, np.nan)))

    assert rows["share"].tolist() == [0.0]


def test_a_share_at_which_most_runs_jammed_is_not_put_in_force():
    made = found((0.0, 0.8), (0.2, 0.7), (0.4, 0.9))
    made.table.loc[1, "n_stuck"], made.table.loc[2, "n_stuck"] = 2, 3

    assert bottleneck_rows(made)["share"].tolist() == [0.0, 0.2]
    assert slow_share_rows(made)["share"].tolist() == [0.0, 0.2]


def test_rows_for_all_narrow_ways_are_a_slow_share_table(tmp_path):
    rows = slow_share_rows(found((0.0, 0.8), (0.4, 0.4)))
    rows.to_csv(tmp_path / "slow_share.csv", index=False)

    made = {
        row.share: row.factor for row in load(tmp_path).slow_share if row.code == rows["code"][0]
    }

    assert made == {0.0: 1.0, 0.4: 0.5}


def test_the_catalogue_refuses_a_bottleneck_without_flow(tmp_path):
    head = "code,share,flow,low,high,source,confidence,verified,note"
    (tmp_path / "bottlenecks.csv").write_text(
        f"{head}\ngates/east,0,0,,,micro_check,C,False,\n", encoding="utf-8"
    )

    with pytest.raises(CatalogueFault):
        load(tmp_path)


def test_a_community_is_not_changed_by_what_is_put_back():
    place = court.willow()

    with_capacity(place, found((0.0, 0.8)))

    assert place.catalogue.bottlenecks == ()
    assert replace(place).catalogue is place.catalogue
