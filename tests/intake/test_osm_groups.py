"""Every tag about getting about changes who gets from a door to a toilet, or how surely."""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from tests.intake.osm_drawing import Drawing

from renlin.catalogue.load import load
from renlin.community.assembly import assemble
from renlin.community.passage import passage
from renlin.community.paths import field, graph
from renlin.community.tables import conform, empty
from renlin.intake.layers import framed
from renlin.intake.osm import read_osm

SURE, UNSURE, NEVER = "sure", "unsure", "never"
KNOWN = {
    "highway": "footway", "width": "2", "incline": "0%", "surface": "asphalt", "lit": "yes",
    "wheelchair": "yes",
}  # fmt: skip
BARE = {"highway": "footway"}
STEPS = {"highway": "steps"}
MEASURED = {"highway": "service", "width": "2", "incline": "0%"}
WHEELS, ADULT, STICK = "wheelchair_manual", "adult", "stick"


@pytest.fixture(scope="module")
def catalogue():
    return load()


@pytest.fixture
def there(tmp_path, catalogue):
    """Return a function: how surely a class goes from a door to a toilet 100 m away.

    The way between is ``way``; ``node`` stands in the middle of it.
    """

    def measure(way, name, *, node=None, toilet=None, door=None, hour=None, back=False):
        network = read(tmp_path, catalogue, way, node or {}, toilet or {}, door or {})
        times = [_time(network, name, catalogue, view, hour, back) for view in VIEWS]
        state = SURE if np.isfinite(times[1]) else UNSURE if np.isfinite(times[0]) else NEVER
        return state, times

    return measure


VIEWS = ("optimistic", "pessimistic")


def read(folder, catalogue, way, node, toilet, door):
    drawing = Drawing()
    street = drawing.node(0, 0, {"entrance": "yes", "wheelchair": "yes", **door})
    corners = [drawing.node(x, y) for x, y in ((-10, 0), (-10, 10), (10, 10), (10, 0))]
    drawing.way([street, *reversed(corners), street], {"building": "apartments"})
    middle = drawing.node(0, -50, node)
    end = drawing.node(0, -100)
    drawing.way([street, middle, end], way)
    drawing.node(0, -101, {"amenity": "toilets", "wheelchair": "yes", **toilet})
    path = folder / "place.osm"
    path.write_text(drawing.text(), encoding="utf-8")
    layers = read_osm(path, catalogue)
    tables = dict(layers.tables)
    tables["dwellings"] = empty(catalogue, "dwellings")
    for name in ("spaces", "gates", "ways_in"):
        tables[name] = tables.get(name, framed([], name, catalogue, layers.crs))
    return assemble(_typed(tables, catalogue), catalogue)


def _typed(tables, catalogue):
    """Return tables as a folder that was written and opened again would give them."""
    made = {}
    for name, frame in tables.items():
        shapes = frame.get("geometry", None)
        plain = frame.drop(columns="geometry") if name == "facilities" else frame
        done = conform(pd.DataFrame(plain), name, catalogue, place=name)
        assert not done.faults, [fault.text("en") for fault in done.faults]
        table = done.table
        if shapes is not None:
            shape = gpd.GeoSeries(list(shapes), crs=frame.crs)
            table = gpd.GeoDataFrame(
                table.drop(columns="geometry", errors="ignore"), geometry=shape
            )
        made[name] = table
    return made


def _time(network, name, catalogue, view, hour, back):
    walked = passage(network, catalogue.classes[name], catalogue, view=view, hour=hour)
    ends = [at for (table, _), at in network.node_of.items() if table == "entrances"]
    places = [at for (table, _), at in network.node_of.items() if table == "facilities"]
    if not ends or not places:
        return math.inf
    start, stop = (places, ends) if back else (ends, places)
    return float(field(graph(network, walked), stop).time[start[0]])


class TestWays:
    @pytest.mark.parametrize(
        ("base", "tags", "name", "before", "after"),
        [
            (BARE, {"wheelchair": "yes"}, WHEELS, UNSURE, SURE),
            (KNOWN, {"wheelchair": "no"}, WHEELS, SURE, NEVER),
            (KNOWN, {"wheelchair": "limited"}, WHEELS, SURE, UNSURE),
            (MEASURED, {"width": "0.6 m"}, WHEELS, SURE, NEVER),
            (MEASURED, {"maxwidth:physical": "60 cm"}, WHEELS, SURE, NEVER),
            ({**MEASURED, "highway": "footway", "wheelchair": "yes"}, {"width": "2'0\""}, WHEELS,
             SURE, NEVER),
            ({"highway": "service", "incline": "0%"}, {"est_width": "2"}, WHEELS, UNSURE, SURE),
            ({"highway": "service", "incline": "0%"}, {"est_width": "0,5"}, WHEELS, UNSURE, NEVER),
            (MEASURED, {"incline": "15%"}, WHEELS, SURE, NEVER),
            (MEASURED, {"incline": "-9°"}, WHEELS, SURE, NEVER),
            (MEASURED, {"incline": "up"}, WHEELS, SURE, UNSURE),
            (MEASURED, {"smoothness": "horrible"}, WHEELS, SURE, NEVER),
            (MEASURED, {"smoothness": "bad"}, WHEELS, SURE, UNSURE),
            (MEASURED, {"kerb": "raised"}, WHEELS, SURE, NEVER),
            (MEASURED, {"kerb": "lowered"}, WHEELS, SURE, UNSURE),
            (MEASURED, {"kerb:height": "0.12"}, WHEELS, SURE, NEVER),
            (MEASURED, {"kerb": "raised", "kerb:height": "1 cm"}, WHEELS, SURE, SURE),
            (MEASURED, {"barrier": "block"}, WHEELS, SURE, UNSURE),
            (MEASURED, {"step_count": "3"}, WHEELS, SURE, NEVER),
            (MEASURED, {"access": "no"}, ADULT, SURE, NEVER),
            (MEASURED, {"foot": "no"}, ADULT, SURE, NEVER),
            (MEASURED, {"access": "private"}, ADULT, SURE, UNSURE),
            (MEASURED, {"access": "private", "foot": "yes"}, ADULT, SURE, SURE),
            (MEASURED, {"foot": "destination"}, ADULT, SURE, SURE),
            (STEPS, {"ramp:wheelchair": "yes"}, WHEELS, NEVER, SURE),
            (STEPS, {"handrail": "no"}, STICK, SURE, UNSURE),
            (STEPS, {"handrail": "yes"}, STICK, SURE, SURE),
            (STEPS, {"highway": "elevator"}, WHEELS, NEVER, UNSURE),
            (KNOWN, {"highway": "elevator"}, ADULT, SURE, UNSURE),
            (KNOWN, {"bridge": "yes", "highway": "steps", "wheelchair": "no"}, WHEELS, SURE,
             NEVER),
        ],
    )  # fmt: skip
    def test_a_tag_on_the_way_changes_how_surely_one_arrives(
        self, there, base, tags, name, before, after
    ):
        assert there(base, name)[0] == before
        assert there({**base, **tags}, name)[0] == after

    @pytest.mark.parametrize(
        ("tags", "out", "home"),
        [
            ({"oneway:foot": "yes"}, SURE, NEVER),
            ({"oneway:foot": "-1"}, NEVER, SURE),
            ({"oneway": "yes"}, SURE, SURE),
            ({"highway": "steps", "conveying": "forward"}, SURE, NEVER),
            ({"highway": "steps", "conveying": "backward"}, NEVER, SURE),
            ({"highway": "steps", "conveying": "reversible"}, SURE, SURE),
            ({"highway": "steps", "conveying": "forward", "incline": "up"}, SURE, NEVER),
        ],
    )
    def test_a_way_of_one_direction_is_walked_in_that_one(self, there, tags, out, home):
        way = {**MEASURED, **tags}
        assert there(way, ADULT)[0] == out
        assert there(way, ADULT, back=True)[0] == home

    @pytest.mark.parametrize("tags", [{"surface": "grass"}, {"tracktype": "grade4"}])
    def test_a_rough_surface_takes_longer(self, there, tags):
        assert there({**BARE, **tags}, ADULT)[1][0] > there(BARE, ADULT)[1][0]

    def test_going_up_steps_takes_longer_than_down(self, there):
        up, down = ({**STEPS, "incline": way} for way in ("up", "down"))
        assert there(up, ADULT)[1][0] > there(down, ADULT)[1][0]

    def test_at_night_a_way_without_light_takes_longer_and_by_day_it_does_not(self, there):
        lit, dark = ({**MEASURED, "lit": word} for word in ("yes", "no"))
        assert there(dark, ADULT, hour=23)[1][0] > there(lit, ADULT, hour=23)[1][0]
        assert there(dark, ADULT, hour=12)[1] == there(lit, ADULT, hour=12)[1]

    def test_a_way_nobody_says_is_lit_may_be_dark(self, there):
        hopeful, careful = there(MEASURED, ADULT, hour=23)[1]
        assert careful > hopeful

    @pytest.mark.parametrize(("hour", "state"), [(12, SURE), (23, NEVER)])
    def test_a_way_with_hours_is_closed_outside_them(self, there, hour, state):
        way = {**MEASURED, "opening_hours": "06:00-22:00"}
        assert there(way, ADULT, hour=hour)[0] == state


class TestNodesOnTheWay:
    @pytest.mark.parametrize(
        ("node", "name", "after"),
        [
            ({"barrier": "gate"}, ADULT, SURE),
            ({"barrier": "gate", "locked": "yes"}, ADULT, NEVER),
            ({"barrier": "gate", "access": "no"}, ADULT, NEVER),
            ({"barrier": "gate", "access": "private"}, ADULT, UNSURE),
            ({"barrier": "lift_gate"}, ADULT, SURE),
            ({"barrier": "cycle_barrier"}, WHEELS, UNSURE),
            ({"barrier": "cycle_barrier", "wheelchair": "yes"}, WHEELS, SURE),
            ({"barrier": "stile"}, WHEELS, NEVER),
            ({"barrier": "turnstile"}, WHEELS, NEVER),
            ({"barrier": "bollard", "maxwidth": "0.5"}, WHEELS, NEVER),
            ({"barrier": "bollard", "maxwidth:physical": "1.2"}, WHEELS, SURE),
            ({"barrier": "kerb", "kerb": "raised"}, WHEELS, NEVER),
            ({"barrier": "kerb", "kerb": "flush"}, WHEELS, SURE),
            ({"barrier": "kerb", "kerb:height": "0.02"}, WHEELS, UNSURE),
            ({"kerb": "raised"}, WHEELS, NEVER),
            ({"highway": "elevator"}, ADULT, UNSURE),
            ({"highway": "elevator", "wheelchair": "no"}, WHEELS, NEVER),
            ({"highway": "elevator", "width": "0.5"}, WHEELS, NEVER),
        ],
    )
    def test_what_stands_on_the_way_stops_whom_it_stops(self, there, node, name, after):
        assert there(MEASURED, name)[0] == SURE
        assert there(MEASURED, name, node=node)[0] == after

    @pytest.mark.parametrize(("hour", "state"), [(12, SURE), (2, NEVER)])
    def test_a_gate_is_shut_outside_its_hours(self, there, hour, state):
        gate = {"barrier": "gate", "opening_hours": "05:00-23:00"}
        assert there(MEASURED, ADULT, node=gate, hour=hour)[0] == state


class TestDoorsAndFacilities:
    @pytest.mark.parametrize(
        ("toilet", "name", "after"),
        [
            ({"wheelchair": "no"}, WHEELS, NEVER),
            ({"wheelchair": "no"}, ADULT, SURE),
            ({"wheelchair": "unknown"}, WHEELS, UNSURE),
            ({"wheelchair": "unknown", "toilets:wheelchair": "yes"}, WHEELS, SURE),
            ({"wheelchair": "unknown", "toilets:wheelchair": "no"}, WHEELS, NEVER),
            ({"access": "private"}, ADULT, NEVER),
            ({"disused": "yes"}, ADULT, NEVER),
        ],
    )
    def test_a_tag_of_the_facility_changes_who_gets_in(self, there, toilet, name, after):
        assert there(KNOWN, name)[0] == SURE
        assert there(KNOWN, name, toilet=toilet)[0] == after

    @pytest.mark.parametrize(
        ("kind", "tags"),
        [
            ("hydrant", {"emergency": "fire_hydrant"}),
            ("aed", {"emergency": "defibrillator"}),
            ("assembly_point", {"emergency": "assembly_point"}),
            ("emergency_phone", {"emergency": "phone"}),
            ("fire_station", {"amenity": "fire_station"}),
            ("toilet", {"amenity": "toilets"}),
            ("water_point", {"amenity": "drinking_water"}),
            ("water_point", {"man_made": "water_tap", "drinking_water": "yes"}),
        ],
    )
    def test_each_emergency_facility_is_one(self, tmp_path, catalogue, kind, tags):
        drawing = Drawing()
        drawing.way([drawing.node(0, 0), drawing.node(50, 0)], BARE)
        node = drawing.node(10, 2, tags)
        (tmp_path / "a.osm").write_text(drawing.text(), encoding="utf-8")
        table = read_osm(tmp_path / "a.osm", catalogue).tables["facilities"]
        assert table[["facility", "kind"]].to_numpy().tolist() == [[f"n{node}", kind]]

    def test_a_roof_against_rain_is_no_emergency_shelter_and_that_is_said(
        self, tmp_path, catalogue
    ):
        drawing = Drawing()
        drawing.way([drawing.node(0, 0), drawing.node(50, 0)], BARE)
        node = drawing.node(10, 2, {"amenity": "shelter"})
        (tmp_path / "a.osm").write_text(drawing.text(), encoding="utf-8")
        layers = read_osm(tmp_path / "a.osm", catalogue)
        assert len(layers.tables["facilities"]) == 0
        said = layers.dropped.set_index("id").loc[f"n{node}", "reason_en"]
        assert "amenity=shelter" in said
