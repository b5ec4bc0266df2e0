"""Each way in which layers can disagree is told, and a community in order is passed."""

import dataclasses

import pandas as pd
import pytest
from tests.community.drawn import (
    X,
    Y,
    at,
    box,
    building,
    drawn,
    entrance,
    facility,
    home,
    line,
    walk,
    willow,
)

from renlin.community.check import check
from renlin.community.settings import Scenario, Study

LANE = walk("lane", (0, 0), (100, 0))
HOUSE = building("A", 50, 6)
DOOR = entrance("A-1", "A", 50, 6)
SHELTER = facility("s", "shelter", 90, 0)
HOUSEHOLD, DWELLING = home("h", "A-1")
PERSON = {"person": "p", "household": "h", "origin": "registered"}
IN_ORDER = {
    "walks": [LANE],
    "buildings": [HOUSE],
    "entrances": [DOOR],
    "facilities": [SHELTER],
    "households": [HOUSEHOLD],
    "dwellings": [DWELLING],
    "persons": [PERSON],
}


def told(place=None, **rows):
    """Return level, file, row and column of every remark on a community with ``rows``."""
    place = place or drawn(**(IN_ORDER | rows))
    return [(r.level, r.fault.place, r.fault.row, r.fault.column) for r in check(place)]


def test_layers_in_order_give_no_remark():
    assert told() == []


def test_willow_is_in_order_but_for_the_house_without_a_path():
    assert told(willow()) == [("remark", "layers/entrances", 4, "geometry")]


def test_a_dwelling_above_the_roof_is_an_error_that_tells_no_storey():
    place = drawn(
        **(IN_ORDER | {"dwellings": [DWELLING | {"floor": 7}], "entrances": [DOOR | {"floors": 3}]})
    )
    (remark,) = check(place)
    assert (remark.level, remark.fault.row, remark.fault.column) == ("error", 2, "floor")
    assert "7" not in remark.fault.text("en") + remark.fault.text("zh")


def test_the_storeys_of_the_building_count_where_the_stair_states_none():
    dwelling = DWELLING | {"floor": 4}
    assert told(dwellings=[dwelling]) == [("error", "layers/dwellings", 2, "floor")]
    assert told(dwellings=[dwelling], entrances=[DOOR | {"floors": 4}]) == []
    assert told(dwellings=[dwelling], buildings=[HOUSE | {"floors": None}]) == []


def test_an_inspection_at_a_place_that_is_nowhere_is_an_error():
    hazard = {"hazard": "x", "kind": "wiring", "place": "B", "place_table": "buildings",
              "inspected_on": "2026-01-01", "inspector": "street"}  # fmt: skip
    assert told(hazards=[hazard]) == [("error", "layers/hazards", 2, "place")]
    assert told(hazards=[hazard | {"place": "A"}]) == []


def test_a_sensor_at_a_place_that_is_nowhere_is_an_error():
    sensor = {"sensor": "s", "kind": "smoke", "place": "A-2", "place_table": "entrances"}
    assert told(sensors=[sensor]) == [("error", "layers/sensors", 2, "place")]


def test_a_door_away_from_its_building_is_an_error():
    assert told(entrances=[DOOR | {"geometry": at(80, 6)}]) == [
        ("error", "layers/entrances", 2, "geometry")
    ]


def test_a_dwelling_house_without_a_door_is_a_remark():
    houses = [HOUSE, building("B", 20, 6), building("shop", 80, 6, use="commercial")]
    assert told(buildings=houses) == [("remark", "layers/buildings", 3, None)]


def test_a_pipe_without_a_course_is_no_fault_and_one_far_away_is():
    house = {"buildings": [building("A", 0, 4)], "entrances": [entrance("A-1", "A", 0, 4)]}
    here = {"asset": "r", "service": "water", "kind": "riser", "buildings": "A"}
    lost = {"asset": "w", "service": "water", "kind": "main", "geometry": line((9e4, 0), (9e4, 9))}
    assert not [one for one in told(**house, assets=[here]) if one[1] == "layers/assets"]
    assert ("error", "layers/assets", 3, "geometry") in told(**house, assets=[here, lost])


def test_a_door_far_from_every_way_is_a_remark():
    far = {"buildings": [building("A", 50, 300)], "entrances": [entrance("A-1", "A", 50, 300)]}
    assert told(**far) == [("remark", "layers/entrances", 2, "geometry")]


def test_a_door_that_leads_to_an_island_is_a_remark():
    rows = {"walks": [LANE, walk("yard", (40, 60), (60, 60))],
            "buildings": [HOUSE, building("B", 50, 62)], "entrances": [DOOR, entrance("B-1", "B", 50, 62)]}  # fmt: skip
    assert told(**rows) == [("remark", "layers/entrances", 3, "geometry")]


def test_many_rows_of_one_kind_are_one_remark_with_their_number():
    houses = [building(f"b{n}", 12 * n, 300) for n in range(8)]
    doors = [entrance(f"e{n}", f"b{n}", 12 * n, 300) for n in range(8)]
    place = drawn(**(IN_ORDER | {"buildings": [HOUSE, *houses], "entrances": [DOOR, *doors]}))
    (remark,) = check(place)
    assert remark.fault.got.en == "8 × no way near the door (rows 3, 4, 5, 6, 7 …)"
    assert remark.fault.got.zh == "8 处门附近没有路（第 3、4、5、6、7 等 行）"


def test_a_gate_on_no_way_is_a_remark():
    gate = {"gate": "g", "name": "门", "geometry": at(20, 50)}
    assert told(gates=[gate]) == [("remark", "layers/gates", 2, "geometry")]
    assert told(gates=[gate | {"geometry": at(20, 0)}]) == []


def test_a_facility_no_way_leads_to_is_a_remark():
    assert told(facilities=[SHELTER, facility("t", "toilet", 50, 400)]) == [
        ("remark", "layers/facilities", 3, "x")
    ]


def test_a_facility_outside_its_space_is_a_remark():
    ground = {"space": "g", "name": "场", "kind": "square", "geometry": box(60, 5, 80, 25)}
    assert told(spaces=[ground], facilities=[SHELTER | {"space": "g"}]) == [
        ("remark", "layers/facilities", 2, "space")
    ]


def test_a_way_drawn_twice_is_a_remark_in_either_direction():
    again, back = walk("again", (0, 0), (100, 0)), walk("back", (100, 0), (0, 0))
    assert told(walks=[LANE, again, back]) == [("remark", "layers/walks", 3, "geometry")]


def test_buildings_that_overlap_are_a_remark_and_those_that_touch_are_not():
    beside, over = building("B", 60, 6), building("C", 53, 6)
    doors = [DOOR, entrance("B-1", "B", 60, 6)]
    assert told(buildings=[HOUSE, beside], entrances=doors) == []
    doors.append(entrance("C-1", "C", 53, 6))
    assert told(buildings=[HOUSE, beside, over], entrances=doors) == [
        ("remark", "layers/buildings", 4, "geometry")
    ]


def test_a_building_inside_another_overlaps_it():
    inner = building("B", 50, 8) | {"geometry": box(48, 8, 52, 12)}
    rows = {"buildings": [HOUSE, inner], "entrances": [DOOR, entrance("B-1", "B", 50, 8)]}
    assert told(**rows) == [("remark", "layers/buildings", 3, "geometry")]


def test_a_layer_that_lies_elsewhere_is_an_error():
    far = SHELTER | {"x": X + 90_000, "y": Y}
    levels = told(facilities=[far])
    assert ("error", "layers/facilities", 2, "geometry") in levels


@pytest.mark.parametrize("table", ["buildings", "entrances", "walks", "facilities"])
def test_a_layer_without_rows_is_a_remark(table):
    emptied = {name: rows for name, rows in IN_ORDER.items() if name != table}
    if table == "buildings":
        emptied.pop("entrances")
    found = check(drawn(**emptied))
    assert ("remark", f"layers/{table}") in {(r.level, r.fault.place) for r in found}


def test_dates_in_the_wrong_order_are_errors():
    left = PERSON | {"since": "2020-05-01", "until": "2019-05-01"}
    assert told(persons=[left]) == [("error", "layers/persons", 2, "until")]


def test_an_inspection_after_the_survey_is_a_remark():
    hazard = {"hazard": "x", "kind": "wiring", "place": "A", "place_table": "buildings",
              "inspected_on": "2030-01-01", "inspector": "street"}  # fmt: skip
    assert told(hazards=[hazard]) == [("remark", "layers/hazards", 2, "inspected_on")]


def helper(**facts):
    return {"helper": "w", "kind": "neighbour", **facts}


def pair(number, household="h", **facts):
    known = {"helper": "w", "role": "primary", "agreed_on": "2026-01-01"}
    return {"pair": f"p{number}", "household": household, **known, **facts}


def test_a_helper_with_more_households_than_they_accept_is_a_remark():
    homes = [home(f"h{n}", "A-1") for n in range(3)]
    rows = {
        "households": [h for h, _ in homes],
        "dwellings": [d for _, d in homes],
        "persons": [PERSON | {"person": f"p{n}", "household": f"h{n}"} for n in range(3)],
        "pairs": [pair(n, f"h{n}") for n in range(3)],
    }
    assert told(**rows, helpers=[helper(capacity=2)]) == [
        ("remark", "layers/helpers", 2, "capacity")
    ]
    assert told(**rows, helpers=[helper(capacity=3)]) == []
    assert told(**rows, helpers=[helper()]) == []


def test_a_pair_nobody_has_agreed_to_is_a_remark():
    rows = {"helpers": [helper()], "pairs": [pair(1, agreed_on=None)]}
    assert told(**rows) == [("remark", "layers/pairs", 2, "agreed_on")]


def test_a_household_without_dwelling_or_persons_is_a_remark():
    lost = {"household": "lost", "origin": "registered"}
    assert told(households=[HOUSEHOLD, lost]) == [
        ("remark", "layers/households", 3, "dwelling"),
        ("remark", "layers/households", 3, "household"),
    ]


def test_an_unknown_storey_is_a_remark():
    assert told(dwellings=[DWELLING | {"floor": None}]) == [
        ("remark", "layers/dwellings", 2, "floor")
    ]


def scenario(**places):
    return Scenario(code="s", zh="灾", en="s", kind="stair_fire", hour=2, horizon=60, places=places)


@pytest.mark.parametrize(
    ("places", "columns"),
    [
        ({"entrance": "A-1", "floor": "2"}, []),
        ({"entrance": "A-9"}, ["places.entrance"]),
        ({"walk_1": "lane", "walk_2": "lan"}, ["places.walk_2"]),
        ({"planet": "earth"}, ["places.planet"]),
    ],
)
def test_places_of_a_scenario_must_be_there(places, columns):
    place = dataclasses.replace(drawn(**IN_ORDER), scenarios={"s": scenario(**places)})
    assert told(place) == [("error", "scenarios/s.toml", None, column) for column in columns]


def test_what_a_study_names_must_be_there():
    study = Study(schemes=("gat",), scenarios=("quake",), main_scenario="fire", seeds=2)
    place = dataclasses.replace(willow(), study=study)
    texts = [r.fault.text("en") for r in check(place) if r.level == "error"]
    assert len(texts) == 2
    assert "Did you mean gate?" in texts[1]


def test_files_among_the_layers_that_nobody_reads_are_remarks():
    inputs = {
        "layers/wals.geojson": "1",
        "layers/notes.csv": "2",
        "layers/plan.pdf": "3",
        "layers/walks.csv": "4",
    }
    place = dataclasses.replace(drawn(**IN_ORDER), inputs=inputs)
    assert told(place) == [("remark", "layers/wals.geojson", None, None)]


def test_errors_come_before_remarks():
    rows = {
        "persons": [PERSON | {"since": "2020-05-01", "until": "2019-05-01"}],
        "dwellings": [DWELLING | {"floor": None}],
    }
    assert [level for level, *_ in told(**rows)] == ["error", "remark"]


def test_no_remark_names_a_resident():
    names = [*willow()["persons"]["person"], *willow()["households"]["household"]]
    shuffled = willow().with_tables(
        dwellings=willow()["dwellings"].assign(floor=pd.array([9] * 12, dtype="Int64")),
        persons=willow()["persons"].assign(until=pd.Timestamp("1980-01-01")),
    )
    texts = " ".join(r.fault.text(language) for r in check(shuffled) for language in ("zh", "en"))
    assert len(check(shuffled)) > 20
    assert not [name for name in names if f" {name}" in texts or f"「{name}」" in texts]
