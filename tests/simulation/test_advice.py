"""Advised ways on Willow with two ways past the gate: who should go round, and what it does.

All households of these tests leave A-1 at once at 1 m/s. The near way leads through a gate
that lets 0.13 persons a second pass; the way behind it is 19.5 m longer and wide.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString
from tests.simulation import court

from renlin.errors import SchemeFault
from renlin.finding import content_hash
from renlin.simulation import advise
from renlin.simulation.advice.bound import at_best
from renlin.simulation.advice.ways import NO_ADVICE, Advice, followed_shares, followers
from renlin.simulation.crew import crew
from renlin.simulation.ensemble import Counter, draw_seeds, run_all
from renlin.simulation.population import residents
from renlin.simulation.simulate import stages

PASSING = 1.0 / 0.13  # s between two persons at the gate
ROUND = 20.0 - 0.5  # m more behind the gate, which itself is half a metre
DOWN = 2 * court.FLIGHT / court.STAIRS  # from the second storey
AHEAD = 5  # he-1, he-2, sun-1, sun-2, sun-3: on the ground floor, at the gate before zhao


def two_ways(place, capacity_width=0.1):
    """Return ``place`` with a narrow gate and a longer way behind it; nobody fetches anybody."""
    walks = place["walks"]
    row = walks[walks["walk"] == "main-east"].iloc[0].copy()
    corner = [(500050, 3500000), (500050, 3499990), (500120, 3499990), (500120, 3500000)]
    row["walk"], row["geometry"] = "back", LineString(corner)
    longer = pd.concat([walks, pd.DataFrame([row])], ignore_index=True)
    made = place.with_tables(walks=gpd.GeoDataFrame(longer, geometry="geometry", crs=walks.crs))
    made = court.cell(made, "gates", "east", "width", 1.0)
    made = court.numbers(made, boundary_door=(1.0 - capacity_width) / 2)
    return court.pairs(court.without_staff(made))


WHO = court.only("he-1", "he-2", "sun-1", "sun-2", "sun-3", "zhao")


@pytest.fixture(scope="module")
def place():
    return two_ways(court.plain())


@pytest.fixture(scope="module")
def found(place):
    return advise(place, WHO, scenario=court.quake(), seeds=range(3), compliance=1.0)


def effect(found):
    return found.advice_effect.table.set_index("display")


def bounded(place, **policy):
    return replace(place, policy=place.policy.model_copy(update=policy))


def test_the_slowest_wait_less_when_those_before_them_are_led_round(found):
    """By hand: zhao reaches the gate DOWN s after five others, who take 5 / 0.13 s."""
    row = effect(found).loc["stick_slow"]
    waits = AHEAD * PASSING - DOWN
    assert found.outcome == "accepted"
    assert row["worst"]
    assert row["difference"] == pytest.approx(-waits, abs=1.0)
    assert row["high"] < 0
    assert row["verdict"] == "faster"


def test_who_goes_round_walks_the_way_round_and_no_longer_queues(found):
    rows = found.advice.table.set_index("display")
    assert set(rows.index) == {"general", "pregnant_infant"}
    assert (rows["entrance"] == "A-1").all()
    assert rows["extra_m"].to_numpy() == pytest.approx([ROUND, ROUND], abs=1e-3)
    assert all("gate/east" in way.split(";") for way in rows["from_way"])
    assert all("back#0" in way.split(";") for way in rows["to_way"])
    assert not any("gate/east" in way for way in rows["to_way"])
    he = rows.loc["general"]
    assert (he["households"], he["persons"]) == (1, 2)
    assert he["won_s"] == pytest.approx(-ROUND, abs=0.5)
    assert (he["from_destination"], he["to_destination"]) == ("ground-shelter", "ground-shelter")


def test_the_bound_is_the_way_alone_at_own_speed_and_the_gap_to_it_is_stated(found):
    row = effect(found).loc["stick_slow"]
    assert row["bound"] == pytest.approx(DOWN + court.TO_SHELTER, abs=0.5)
    assert row["above_bound"] == pytest.approx(0.0, abs=0.5)
    assert (effect(found)["before"] >= effect(found)["bound"] - 1e-6).all()


def test_advice_that_costs_others_more_than_the_limit_is_refused(place):
    """By hand, with 50 s a person at the gate: zhao, too broad for the way round, waits there.

    The couple would lose 19.5 s each and zhao win 100 s less their lead: 33.3 s at the door.
    """
    slower = court.numbers(place, flow_door=0.2)
    slower = court.cell(slower, "walks", "back", "width", 0.8)
    slower = court.kind(slower, "assisted_ambulant", min_width=court.point(0.95, "m"))
    who, event = court.only("he-1", "he-2", "zhao"), court.quake()
    strict, mild = bounded(slower, majority_loss=5.0), bounded(slower, majority_loss=20.0)
    found = advise(strict, who, scenario=event, seeds=range(3), compliance=1.0)
    rows = effect(found)
    assert found.outcome == "no_better"
    assert rows.loc["general", "difference"] == pytest.approx(ROUND, abs=0.5)
    assert rows.loc["stick_slow", "difference"] == pytest.approx(-(100.0 - 33.3), abs=1.5)
    assert rows.loc["all", "difference"] < 0
    assert not rows.loc["general", "within_limit"]
    allowed = advise(mild, who, scenario=event, seeds=range(3), compliance=1.0)
    assert allowed.outcome == "accepted"


def test_without_a_queue_there_is_nothing_to_advise():
    wide = two_ways(court.plain(), capacity_width=0.9)
    who = court.only("he-1", "he-2", "zhao")
    found = advise(wide, who, scenario=court.quake(), seeds=range(2), compliance=1.0)
    assert found.outcome == "no_better"
    assert (effect(found)["difference"] == 0.0).all()
    assert len(found.advice.table) == 0


def test_when_nobody_follows_nothing_changes_at_all(place):
    found = advise(place, WHO, scenario=court.quake(), seeds=range(3), compliance=0.0)
    rows = effect(found)
    assert found.outcome == "no_better"
    assert (rows["before"] == rows["after"]).all()


def _led(place, way, share, scenario=None, seeds=range(3), who=WHO):
    """Return runs with everybody advised to pass the gate by no means, ``share`` following."""
    them = residents(place, who)
    drawn = draw_seeds(them, place.catalogue, seeds)
    ((_, _, made),) = stages(them, who, {"base": place}, [scenario or court.quake()], {})
    names = list(made.scene.site.ground.walks.links["link"])
    surcharge = np.zeros((1, len(names)))
    surcharge[0, names.index("gate/east")] = 1000.0
    followed = followed_shares(place.catalogue, share)
    advice = Advice(surcharge, np.full(len(them.households), way), followed)
    led = replace(made, advice=advice)
    return led, drawn, run_all(led, drawn, whole=True, count=Counter("", 0, None))


@pytest.mark.parametrize("event", ["quake", "fire"])
def test_advice_nobody_follows_leaves_every_byte_of_a_run(place, event):
    fire = court.scenario("stair_fire", 2.0, places={"entrance": "B-1"}, leave_radius=500.0)
    scenario = {"quake": court.quake(), "fire": fire}[event]
    led, drawn, ran = _led(two_ways(court.willow()), 0, 0.0, scenario, who=court.needs())
    plain = run_all(replace(led, advice=None), drawn, whole=True, count=Counter("", 0, None))
    for one, other in zip(ran, plain, strict=True):
        for part in ("persons", "households", "places"):
            mine, theirs = vars(getattr(one, part)), vars(getattr(other, part))
            for name in mine:
                assert np.asarray(mine[name]).tobytes() == np.asarray(theirs[name]).tobytes(), name


def test_only_households_that_are_told_can_follow(place):
    silent = court.numbers(
        place, warning_reach=0.0, warning_reach_broadcast=0.0, neighbour_knock_share=0.0,
        knock_heard_share=0.0, knock_heard_share_deaf=0.0,
    )  # fmt: skip
    flood = court.scenario("flood", 14.0, places={"walk": "path-a"})
    led, drawn, _ = _led(court.numbers(silent, hazard_reach=10.0), 0, 1.0, flood)
    luck = drawn.luck[0].also(led.scene.keys)
    who = crew(led.scene, drawn.bodies[0], luck)
    assert not followers(led.advice, who, luck).any()


def test_of_those_who_are_told_the_share_of_the_channel_follows():
    everybody = court.needs()
    led, drawn, _ = _led(two_ways(court.plain()), 0, 0.4, seeds=range(40), who=everybody)
    shares = []
    for seed in drawn.luck:
        luck = drawn.luck[seed].also(led.scene.keys)
        who = crew(led.scene, drawn.bodies[seed], luck)
        shares.append(followers(led.advice, who, luck).mean())
    assert np.mean(shares) == pytest.approx(0.4, abs=0.06)


def test_more_compliance_means_the_same_followers_and_more(place):
    few, drawn, _ = _led(place, 0, 0.3, seeds=range(12))
    many, _, _ = _led(place, 0, 0.8, seeds=range(12))
    for seed in drawn.luck:
        luck = drawn.luck[seed].also(few.scene.keys)
        who = crew(few.scene, drawn.bodies[seed], luck)
        assert (followers(few.advice, who, luck) <= followers(many.advice, who, luck)).all()


def test_a_household_without_advice_keeps_its_way(place):
    led, drawn, ran = _led(place, NO_ADVICE, 1.0)
    plain = run_all(replace(led, advice=None), drawn, whole=True, count=Counter("", 0, None))
    assert all(
        np.array_equal(a.persons.time, b.persons.time) for a, b in zip(ran, plain, strict=True)
    )


def test_where_there_is_no_other_way_advice_to_avoid_it_keeps_the_way():
    """Nothing is forbidden by advice: the gate is the only way out and everybody arrives."""
    only_gate = court.pairs(court.without_staff(court.plain()))
    _, _, ran = _led(only_gate, 0, 1.0)
    assert all(run.persons.arrived.all() for run in ran)


@pytest.mark.parametrize("event", ["earthquake", "flood", "stair_fire"])
def test_nobody_is_ever_faster_than_the_bound(event):
    scenario = {
        "earthquake": court.scenario("earthquake", 14.0),
        "flood": court.scenario("flood", 14.0, horizon=9000.0, places={"walk": "path-a"}),
        "stair_fire": court.scenario("stair_fire", 2.0, places={"entrance": "A-1"}),
    }[event]
    place = court.willow()
    who = residents(place, court.needs())
    drawn = draw_seeds(who, place.catalogue, range(12))
    ((_, _, made),) = stages(who, court.needs(), {"base": place}, [scenario], {})
    for run in run_all(made, drawn, whole=False, count=Counter("", 0, None)):
        luck = drawn.luck[run.seed].also(made.scene.keys)
        least = at_best(made, drawn.bodies[run.seed], luck, run.persons.time)
        there = ~np.isnan(run.persons.time)
        assert (least[there] <= run.persons.time[there] + 1e-3).all()


def test_the_same_seeds_give_the_same_advice(place, found):
    again = advise(place, WHO, scenario=court.quake(), seeds=range(3), compliance=1.0)
    assert content_hash(again.advice.table) == content_hash(found.advice.table)
    assert content_hash(again.advice_effect.table) == content_hash(found.advice_effect.table)


def test_the_search_never_sees_the_seeds_advice_is_judged_by(found):
    tried = set(found.advice.provenance.parameters["screening"])
    assert not tried & set(found.advice.provenance.seeds)


def test_a_fall_at_home_one_seed_and_a_share_above_one_are_refused(place):
    fall = court.scenario("personal_incident", 9.0, horizon=7200.0)
    with pytest.raises(SchemeFault, match="an event in which people move"):
        advise(place, WHO, scenario=fall, seeds=range(2))
    with pytest.raises(SchemeFault, match="two seeds"):
        advise(place, WHO, scenario=court.quake(), seeds=[0])
    with pytest.raises(SchemeFault, match="from 0 to 1"):
        advise(place, WHO, scenario=court.quake(), seeds=range(2), compliance=1.5)
