"""The whole stage: same bytes, any order, any number of workers; refusals; findings."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.simulation import court

from renlin.errors import SchemeFault
from renlin.finding import content_hash
from renlin.simulation import ensemble, person_times, simulate

NAMES = ("groups", "persons", "households", "clearance", "reach", "links", "routes", "stays",
         "shelters", "comparison", "replay")  # fmt: skip
FIRE = court.scenario("stair_fire", 2.0, places={"entrance": "A-1"})


@pytest.fixture(scope="module")
def found():
    return court.run(court.willow(), FIRE, court.quake(), seeds=range(3))


def _hashes(found):
    return {name: content_hash(getattr(found, name).table) for name in NAMES}


@pytest.mark.parametrize("workers", [1, 2, 4, 8])
def test_the_same_seeds_give_the_same_bytes_for_any_number_of_workers(found, monkeypatch, workers):
    asked, pool = [], ensemble.ThreadPoolExecutor

    def counted(max_workers):
        asked.append(max_workers)
        return pool(max_workers)

    monkeypatch.setattr(ensemble, "ThreadPoolExecutor", counted)
    again = court.run(court.willow(), FIRE, court.quake(), seeds=range(3), workers=workers)
    assert _hashes(again) == _hashes(found)
    assert set(asked) == {workers} - {1}


def test_nobody_who_asks_for_no_number_gets_more_workers_than_processors(monkeypatch):
    for processors, workers in ((1, 1), (2, 2), (16, 2)):
        monkeypatch.setattr("os.cpu_count", lambda n=processors: n)
        assert ensemble.default_workers() == workers


def test_other_seeds_give_other_times(found):
    other = court.run(court.willow(), FIRE, court.quake(), seeds=range(3, 6))
    key = ("base", "earthquake")
    assert not np.array_equal(found.times[key], other.times[key], equal_nan=True)


def test_a_seed_gives_the_same_run_whatever_the_other_seeds_are(found):
    alone = court.run(court.willow(), FIRE, court.quake(), seeds=[2])
    key = ("base", "stair_fire")
    assert np.array_equal(found.times[key][2], alone.times[key][0], equal_nan=True)


EVENTS = {
    "fire": FIRE,
    "quake": court.scenario("earthquake", 14.0),
    "flood": court.scenario("flood", 14.0, horizon=9000.0, places={"walk": "path-a"}),
    "gas": court.scenario("local_incident", 14.0, places={"entrance": "A-1"}),
    "fall": court.scenario("personal_incident", 9.0, horizon=7200.0),
}


@pytest.mark.parametrize("event", EVENTS)
def test_in_no_event_does_a_run_leave_a_trace_in_the_runs_after_it(event):
    place = everybody_has_a_button(court.willow())
    seeds = range(12)
    together = court.run(place, EVENTS[event], schemes={"base": place}, seeds=seeds)
    (key,) = [key for key in together.times if key[0] == "base"]
    for seed in seeds:
        alone = court.run(place, EVENTS[event], schemes={"base": place}, seeds=[seed])
        assert np.array_equal(together.times[key][seed], alone.times[key][0], equal_nan=True)


def everybody_has_a_button(place):
    dwellings = place["dwellings"]["dwelling"]
    rows = {"sensor": "b-" + dwellings, "kind": "button", "place": dwellings}
    hung = pd.DataFrame({**rows, "place_table": "dwellings"})
    return place.with_tables(sensors=pd.concat([place["sensors"], hung], ignore_index=True))


@pytest.mark.parametrize(
    "table",
    ["persons", "households", "dwellings", "entrances", "buildings", "helpers", "pairs",
     "facilities", "walks", "gates", "spaces", "sensors"],
)  # fmt: skip
def test_the_order_of_rows_never_matters(found, table):
    place = court.willow()
    turned = place.with_tables(**{table: place[table].iloc[::-1].reset_index(drop=True)})
    again = court.run(turned, FIRE, court.quake(), seeds=range(3))
    for key, time in found.times.items():
        assert np.array_equal(time, again.times[key], equal_nan=True)


def test_the_light_path_gives_the_times_of_the_whole_one(found):
    light = person_times(
        court.willow(), court.needs(), schemes={"base": court.willow()}, scenario=FIRE,
        seeds=range(3),
    )  # fmt: skip
    assert list(light.persons) == list(found.person_ids)
    assert np.array_equal(light.time["base"], found.times["base", "stair_fire"], equal_nan=True)
    assert np.array_equal(light.arrived["base"], found.arrived["base", "stair_fire"])


def test_progress_counts_every_run_and_may_stop_the_job():
    seen = []
    court.run(court.willow(), court.quake(), seeds=range(3),
              progress=lambda what, done, total: seen.append((done, total)))  # fmt: skip
    assert seen == [(1, 3), (2, 3), (3, 3)]

    def stop(what, done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        court.run(court.willow(), court.quake(), seeds=range(50), progress=stop)


def test_groups_agree_with_the_times(found):
    rows = found.groups.table.set_index(["scheme", "scenario", "display", "seed"]).sort_index()
    for key, time in found.times.items():
        whole = rows.loc[(*key, "all")]
        for seed in range(3):
            assert whole.loc[seed, "mean_time"] == pytest.approx(np.nanmean(time[seed]), rel=1e-6)
            assert whole.loc[seed, "n"] == (~np.isnan(time[seed])).sum()


def test_clearance_rises_from_nobody_to_those_who_arrived(found):
    rows = found.clearance.table.query("display == 'all' and scenario == 'earthquake'")
    share = rows.sort_values("minute")["share"].to_numpy()
    assert share[0] == 0.0
    assert (np.diff(share) >= 0).all()
    arrived = found.arrived["base", "earthquake"]
    there = ~np.isnan(found.times["base", "earthquake"])
    assert share[-1] == pytest.approx((arrived.sum(axis=1) / there.sum(axis=1)).mean())


def test_the_worst_decile_is_no_faster_than_any_group_mean_of_everybody(found):
    rows = found.groups.table.pivot_table(
        index=["scenario", "seed"], columns="display", values="mean_time"
    )
    assert (rows["worst_decile"] >= rows["all"]).all()


def test_routes_by_group_add_up_to_the_use_of_the_link(found):
    by_group = found.routes.table.groupby(["scenario", "link"])["persons"].sum()
    whole = found.links.table.set_index(["scenario", "link"])["persons"]
    for key, persons in whole.items():
        assert by_group[key] == pytest.approx(persons)


def test_the_replay_starts_at_the_doors_and_ends_at_the_shelter():
    place = court.plain()
    table = court.run(place, court.quake(), who=court.only("zhou-2")).replay.table
    door = place["entrances"].set_index("entrance").geometry["A-1"]
    yard = place["facilities"].set_index("facility").geometry["ground-shelter"]
    first, last = table.iloc[0], table.iloc[-1]
    assert (first["x"], first["y"]) == (door.x, door.y)
    assert (last["x"], last["y"], last["state"]) == (yard.x, yard.y, "arrived")
    assert table["state"].drop_duplicates().tolist()[-1] == "arrived"
    assert table[["x", "y"]].notna().all().all()


def test_the_replay_moves_no_faster_than_people_walk():
    table = court.run(court.plain(), court.quake(), who=court.only("zhou-2")).replay.table
    step = np.hypot(*np.diff(table[["x", "y"]].to_numpy(), axis=0).T)
    assert (step <= 15.0 * court.LEVEL + 0.5).all()


def test_findings_say_what_they_rest_on(found):
    for name in NAMES:
        made = getattr(found, name)
        assert made.name == f"simulation.{name}"
        assert made.provenance.seeds[0] == 0
    lineage = found.households.provenance.lineage
    numbers = [c for c in found.households.table if c.endswith(("_p50", "_share")) or c == "p90"]
    assert set(numbers) <= set(lineage)
    assert found.comparison.provenance.parents["simulation.groups"][0] == found.groups.id


def test_a_scheme_changes_the_id_of_what_depends_on_it(found):
    place = court.willow()
    other = court.run(
        place, FIRE, court.quake(), schemes={"gate": court.under(place, "gate")}, seeds=range(3)
    )
    assert "gate:gates" in other.groups.provenance.inputs
    assert other.groups.id != found.groups.id


def test_persons_and_households_are_for_those_who_may_read_them(found):
    assert found.persons.provenance.privacy == found.households.provenance.privacy == "personal"
    assert found.groups.provenance.privacy == "internal"


@pytest.mark.parametrize(
    ("scenario", "word"),
    [
        (court.scenario("stair_fier"), "stair_fire"),
        (court.scenario("stair_fire"), "places.entrance"),
        (court.scenario("stair_fire", places={"entrance": "A-9"}), "A-9"),
        (court.scenario("stair_fire", places={"entrance": "A-1", "floor": "0"}), "places.floor"),
        (court.scenario("earthquake", magnitude=8.0), "magnitude"),
        (court.scenario("flood"), "flood point"),
        (court.scenario("flood", places={"walk": "main-wset"}), "main-west"),
        (court.scenario("local_incident"), "places.entrance"),
        (court.scenario("personal_incident", places={"household": "hu-nobody"}), "household"),
    ],
)
def test_a_scenario_that_cannot_work_is_refused(scenario, word):
    with pytest.raises(SchemeFault, match=word):
        court.run(court.willow(), scenario)


def test_a_household_that_is_not_there_is_not_repeated_in_the_message():
    bad = court.scenario("personal_incident", places={"household": "hu-secret"})
    with pytest.raises(SchemeFault) as caught:
        court.run(court.willow(), bad)
    assert "hu-secret" not in str(caught.value)


def test_all_faults_of_all_scenarios_come_at_once():
    bad = [court.scenario("stair_fire"), court.scenario("earthquake", nonsense=1.0)]
    with pytest.raises(SchemeFault) as caught:
        court.run(court.willow(), *bad)
    assert len(caught.value.faults) == 2


@pytest.mark.parametrize(
    ("schemes", "seeds"),
    [({"other": None}, [0]), ({"base": None}, []), ({"base": None}, [1, 1])],
)
def test_runs_that_cannot_be_paired_are_refused(schemes, seeds):
    place = court.willow()
    with pytest.raises(SchemeFault):
        simulate(
            place, court.needs(), schemes=dict.fromkeys(schemes, place),
            scenarios=[court.quake()], seeds=seeds,
        )  # fmt: skip


@pytest.mark.parametrize(
    "table", ["helpers", "pairs", "sensors", "uses", "ties", "hazards", "spaces", "gates"]
)
def test_a_community_without_optional_layers_still_runs(table):
    place = court.willow()
    bare = place.with_tables(**{table: place[table].iloc[:0]})
    if table == "helpers":
        bare = bare.with_tables(pairs=place["pairs"].iloc[:0])
    fall = court.scenario("personal_incident", 9.0)
    found = court.run(bare, FIRE, court.quake(), fall, seeds=range(2))
    assert len(found.groups.table) == 3 * 2 * 10


def test_a_community_without_residents_or_ways_has_nothing_to_say_and_does_not_fail():
    place = court.willow()
    bare = place.with_tables(walks=place["walks"].iloc[:0], gates=place["gates"].iloc[:0])
    found = court.run(bare, court.quake(), seeds=range(2))
    assert (found.persons.table.query("arrived_share >= 0")["arrived_share"] == 0.0).all()
    nobody = court.run(place, court.quake(), who=court.only(), seeds=range(2))
    assert nobody.groups.table["n"].sum() == 0
    assert nobody.times["base", "earthquake"].shape == (2, 0)
