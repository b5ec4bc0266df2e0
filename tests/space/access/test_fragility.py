"""Who hangs on one facility or one way, and which ways those are: by hand and by closing each."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import building, entrance, facility, home, walk, willow
from tests.space.access.test_coverage_properties import built, everybody, grids
from tests.space.needs_fixture import needs
from tests.space.street import gate, people_of, street

from renlin.errors import DataFault
from renlin.space.access.closing import closed, struck
from renlin.space.access.coverage import cover, service
from renlin.space.access.fragility import COLUMNS, behind, closable, critical, fragility
from renlin.space.access.residents import homes, residents

CATALOGUE = willow().catalogue


def told(place, people, kind="shelter", network=None):
    """Return rows by person and losses by link name and group."""
    marked = people.assign(vulnerable=people["display"] != "general")
    offered = service(kind, place["facilities"], CATALOGUE)
    network = network or place.network
    rows, lost = fragility(marked, network, offered, CATALOGUE)
    links = critical(network, kind, lost)
    return rows.set_index("person"), links


def ring(**rows):
    """Return a street with the shelter at its far end and a longer way round to the same end."""
    ways = [
        walk("street", (0, 0), (100, 0)),
        walk("round", (0, 0), (0, -60), (100, -60), (100, 0)),
    ]
    return street(way=ways, **rows)


class TestByHand:
    def test_one_street_to_one_shelter_is_neither_robust_nor_redundant(self):
        rows, links = told(street(), people_of(street(), ("p", "h", "adult")))
        assert rows.loc["p", ["redundant", "robust", "sturdy"]].tolist() == ["fails"] * 3
        assert np.isinf(rows.loc["p", "worst_time"])
        assert links[links["display"] == "all"]["place"].tolist() == ["street"]

    def test_a_way_round_makes_it_robust_and_costs_the_detour(self):
        place = ring()
        rows, links = told(place, people_of(place, ("p", "h", "adult")))
        offered = service("shelter", place["facilities"], CATALOGUE)
        usual = cover(people_of(place, ("p", "h", "adult")), place.network, offered, CATALOGUE)
        detour = 120 / CATALOGUE.classes["adult"].speed_level.value
        assert rows.loc["p", ["redundant", "robust", "sturdy"]].tolist() == [
            "fails", "holds", "fails",
        ]  # fmt: skip
        longer = rows.loc["p", "worst_time"] - usual["time_pessimistic"].iloc[0]
        assert longer == pytest.approx(detour)
        assert len(links) == 0

    def test_a_second_shelter_the_other_way_makes_it_redundant(self):
        ways = [walk("east", (0, 0), (100, 0)), walk("west", (0, 0), (-150, 0))]
        both = [facility("s", "shelter", 100, 0), facility("t", "shelter", -150, 0)]
        place = street(way=ways, facilities=both)
        rows, _ = told(place, people_of(place, ("p", "h", "adult")))
        assert rows.loc["p", ["redundant", "robust", "sturdy"]].tolist() == ["holds"] * 3
        near = 100 / CATALOGUE.classes["adult"].speed_level.value
        assert rows.loc["p", "second_time"] > near

    def test_two_shelters_down_one_lane_hang_on_that_lane(self):
        both = [facility("s", "shelter", 100, 0), facility("t", "shelter", 90, 0)]
        place = street(facilities=both)
        rows, _ = told(place, people_of(place, ("p", "h", "adult")))
        assert rows.loc["p", ["redundant", "robust"]].tolist() == ["fails", "fails"]

    def test_a_way_round_of_unknown_width_leaves_a_wheelchair_unknown(self):
        ways = [
            walk("street", (0, 0), (100, 0)),
            walk("round", (0, 0), (0, -60), (100, -60), (100, 0), width=None, wheelchair=None),
        ]
        place = street(way=ways)
        people = people_of(place, ("p", "g", "wheelchair_manual"), ("q", "g", "adult"))
        rows, links = told(place, people)
        assert rows["robust"].to_dict() == {"p": "unknown", "q": "holds"}
        lost = links[links["display"] == "all"].iloc[0]
        assert (lost["persons"], lost["persons_sure"], lost["vulnerable"]) == (1, 0, 1)

    def test_the_gate_on_the_street_is_as_critical_as_the_street(self):
        place = street(gates=[gate()])
        _, links = told(place, people_of(place, ("p", "h", "adult")))
        whole = links[links["display"] == "all"]
        assert set(whole["table"]) == {"walks", "gates"}
        assert set(whole["rank"]) == {1}

    def test_who_is_not_covered_has_no_row(self):
        place = street(gates=[gate(locked=True)])
        rows, links = told(place, people_of(place, ("p", "h", "adult")))
        assert (len(rows), len(links)) == (0, 0)
        assert rows.reset_index().columns.tolist() == list(COLUMNS)

    def test_no_facility_is_no_row(self):
        place = street(facilities=[facility("c", "clinic", 0, 0)])
        rows, links = told(place, people_of(place, ("p", "h", "adult")))
        assert (len(rows), len(links)) == (0, 0)


def _people(place):
    return residents(
        needs(place, *everybody(place)).profiles.table,
        homes(place["households"], place["dwellings"]),
        place["pairs"],
        place["helpers"],
        place.catalogue,
    )


@given(grids(), st.data())
@settings(max_examples=6, deadline=None)
def test_who_loses_a_link_is_who_is_no_longer_covered_when_it_is_locked(grid, data):
    place = built(grid)
    people, network = _people(place), place.network
    offered = service("shelter", place["facilities"], CATALOGUE)
    marked = people.assign(vulnerable=people["display"] != "general")
    rows, links = fragility(marked, network, offered, CATALOGUE)
    rows = rows.set_index("person")
    lost = links[links["display"] == "all"].set_index("link")["persons"].to_dict()
    may = np.flatnonzero(closable(network, CATALOGUE.number("single_exit_doors")))
    fails = dict.fromkeys(rows.index, False)
    for row in data.draw(st.permutations(may.tolist()))[:5]:
        locked = network.links["locked"].copy()
        locked.iloc[row] = True
        without = replace(network, links=network.links.assign(locked=locked))
        after = cover(people, without, offered, CATALOGUE).set_index("person")
        gone = [p for p in rows.index if after.loc[p, "state"] != "covered"]
        assert lost.get(row, 0) == len(gone)
        fails |= dict.fromkeys(gone, True)
    told_fragile = np.isinf(rows["worst_time"])
    assert all(told_fragile[p] for p, gone in fails.items() if gone)


@given(grids())
@settings(max_examples=6, deadline=None)
def test_two_ways_apart_survive_any_closure(grid):
    place = built(grid)
    rows, _ = told(place, _people(place))
    assert (rows.loc[rows["redundant"] == "holds", "robust"] == "holds").all()
    assert (
        rows[["redundant", "robust", "sturdy"]].isin(["holds", "fails", "unknown"]).all(axis=None)
    )


class TestClosing:
    def test_a_closed_gate_is_locked_and_all_else_stays(self):
        place = street(gates=[gate(locked=None)])
        shut = closed(place.network, ["g"])
        changed = shut.links["locked"].fillna(False) != place.network.links["locked"].fillna(False)
        assert shut.links.loc[changed, "place"].unique().tolist() == ["g"]

    def test_every_unknown_key_is_told_at_once_with_the_nearest(self):
        with pytest.raises(DataFault) as refused:
            closed(street().network, ["stret", "nowhere", "street"])
        assert len(refused.value.faults) == 2
        assert "street" in refused.value.faults[0].text("en")

    def test_a_scenario_closes_the_ways_and_stairs_it_names(self):
        scenario = next(iter(willow().scenarios.values()))
        places = {"walk_1": "a", "gate": "b", "entrance": "c", "household": "d"}
        assert struck(scenario.model_copy(update={"places": places, "also": ()})) == ("a", "b", "c")


class TestDeadEnds:
    def place(self):
        """Return a lane with two doors on a spur each, and a third spur with two doors."""
        ways = [
            walk("lane", (0, 0), (300, 0)),
            walk("one", (50, 0), (50, 30)),
            walk("both", (100, 0), (100, 30)),
        ]
        spots = [("A", 50, 32), ("B", 95, 32), ("C", 105, 32)]
        return street(
            way=ways,
            buildings=[building(name, x, y) for name, x, y in spots],
            entrances=[entrance(f"{name}-1", name, x, y) for name, x, y in spots],
            facilities=[facility("s", "shelter", 300, 0), facility("t", "shelter", 0, 0)],
            households=[home("h", "A-1")[0], home("g", "B-1")[0]],
            dwellings=[home("h", "A-1")[1], home("g", "B-1")[1]],
        )

    def test_a_dead_end_to_one_door_is_part_of_the_home_and_one_to_two_doors_is_not(self):
        network = self.place().network
        closes = pd.Series(closable(network, 2.0)).groupby(network.links["place"].to_numpy()).any()
        assert closes["both"]
        assert not closes["one"]
        assert closes["lane"]

    def test_what_hangs_on_a_dead_end_is_counted(self):
        network = self.place().network
        doors, facilities = behind(network)
        at = network.links["place"].to_numpy()
        assert (doors[at == "both"].max(), facilities[at == "both"].max()) == (2, 0)
        assert doors[at == "one"].max() == 1

    def test_who_lives_at_the_single_door_is_redundant_and_who_shares_a_spur_is_not(self):
        place = self.place()
        rows, links = told(place, people_of(place, ("p", "h", "adult"), ("q", "g", "adult")))
        assert rows["redundant"].to_dict() == {"p": "holds", "q": "fails"}
        assert links[links["display"] == "all"]["place"].tolist() == ["both"]
