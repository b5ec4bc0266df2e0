"""What was joined that nobody drew: reason, length, view, and who relies on it."""

from tests.community.drawn import at, line, walk
from tests.space.street import gate, people_of, street

from renlin.space.access.coverage import cover, service
from renlin.space.access.joins import joins


def listed(place):
    people = people_of(place, ("p", "h", "adult"))
    counted = people["entrance"].value_counts()
    return joins(
        place.network, place["walks"], place["gates"], counted, place.settings.crs
    ).set_index("reason")


def state(place):
    offered = service("shelter", place["facilities"], place.catalogue)
    people = people_of(place, ("p", "h", "adult"))
    row = cover(people, place.network, offered, place.catalogue).iloc[0]
    return row["state"], row["reason"]


def test_a_street_drawn_whole_has_no_join():
    assert len(listed(street())) == 0
    assert state(street()) == ("covered", "")


def test_a_crossing_without_a_node_is_listed_and_makes_nobody_covered():
    bent = [walk("a", (0, 0), (60, 0)), walk("b", (50, -20), (50, 20), (100, 0))]
    row = listed(street(way=bent)).loc["crossing"]
    assert (row["view"], row["length"]) == ("optimistic", 0.0)
    assert row["geometry"].distance(at(50, 0)) < 0.01
    assert state(street(way=bent)) == ("unknown", "check_on_site")


def test_an_end_that_falls_short_is_listed_with_its_length():
    place = street(way=[walk("a", (0, 0), (50, 0)), walk("b", (53, 0), (100, 0))])
    row = listed(place).loc["dangling"]
    assert (row["view"], round(row["length"], 3)) == ("optimistic", 3.0)
    assert state(place) == ("unknown", "check_on_site")


def test_ends_within_the_tolerance_are_listed_as_used_by_both_views():
    place = street(way=[walk("a", (0, 0), (50, 0)), walk("b", (50.3, 0), (100, 0))])
    assert listed(place).loc["touch", "view"] == "both"
    assert state(place) == ("covered", "")


def test_a_way_that_a_rule_drew_is_listed_once_whole():
    across = walk("plaza-across1", (50, 0), (100, 0), inferred=True)
    place = street(way=[walk("a", (0, 0), (50, 0)), across])
    row = listed(place).loc["drawn_by_rule"]
    assert (row["place"], row["length"], row["view"]) == ("plaza-across1", 50.0, "optimistic")
    assert state(place)[0] == "unknown"


def test_a_door_far_from_any_way_tells_how_many_live_there():
    place = street(way=[walk("a", (30, 0), (100, 0))])
    row = listed(place).loc["door"]
    assert (row["table"], row["place"], row["persons"]) == ("entrances", "A-1", 1)
    assert row["length"] == row["geometry"].length > 30.0


def test_a_gate_beside_its_way_is_listed_with_how_far_it_was_set():
    place = street(gates=[gate(geometry=at(50, 2))])
    row = listed(place).loc["gate"]
    assert (row["length"], row["view"]) == (2.0, "both")
    assert row["geometry"].equals(line((50, 2), (50, 0)))
