"""A scheme makes exactly the changes it names, or none and says why."""

from typing import ClassVar

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import willow

from renlin.community.layers import located
from renlin.community.scheme import apply, combine
from renlin.community.settings import Edit, Scheme
from renlin.community.tables import empty
from renlin.errors import SchemeFault

OPEN = {"lever": "net.gate.open_hours", "op": "set", "table": "gates", "key": "east",
        "column": "open_hours", "was": "05:00-23:00", "now": "00:00-24:00"}  # fmt: skip
LANE = {"lever": "net.edge.add", "op": "add", "table": "walks", "key": "bridge"}
LINE = "LINESTRING (500080 3500060, 500080 3500000)"
HOUSE = {"lever": "net.dest.add", "op": "add", "table": "facilities", "key": "new",
         "row": {"kind": "shelter", "name": "新点", "x": 500010.0, "y": 3500000.0, "capacity": 9}}  # fmt: skip


def scheme(*edits):
    return Scheme(code="try", zh="试", en="try", edit=tuple(Edit(**edit) for edit in edits))


def made(*edits):
    return apply(scheme(*edits), willow())


def told(*edits):
    before = dict(willow().hashes)
    with pytest.raises(SchemeFault) as caught:
        made(*edits)
    assert dict(willow().hashes) == before
    assert all(fault.remedy.zh and fault.remedy.en for fault in caught.value.faults)
    return [
        (fault.place.removeprefix("schemes/try.toml "), fault.column)
        for fault in caught.value.faults
    ]


def text(*edits):
    with pytest.raises(SchemeFault) as caught:
        made(*edits)
    return caught.value.text("en")


class TestSet:
    def test_one_cell_changes_and_nothing_else(self):
        changed = made(OPEN)
        assert changed["gates"]["open_hours"].tolist() == ["00:00-24:00"]
        assert (
            changed["gates"]
            .drop(columns="open_hours")
            .equals(willow()["gates"].drop(columns="open_hours"))
        )
        others = [name for name in willow().tables if name != "gates"]
        assert all(changed.hashes[name] == willow().hashes[name] for name in others)
        assert changed.scheme == "try"

    def test_the_community_it_was_made_from_stays_as_it_was(self):
        before = dict(willow().hashes)
        made(OPEN)
        assert dict(willow().hashes) == before
        assert willow().scheme == "base"

    @pytest.mark.parametrize(
        "edit",
        [
            {"table": "gates", "key": "east", "column": "locked", "was": False, "now": True},
            {"table": "gates", "key": "east", "column": "locked", "was": "no", "now": "yes"},
            {
                "table": "facilities",
                "key": "clinic",
                "column": "open_hours",
                "was": "08:00-17:00",
                "now": None,
            },
        ],
    )
    def test_old_values_are_read_as_the_column_reads_them(self, edit):
        changed = made({"lever": "net.gate.open_hours", "op": "set", **edit})
        stands = changed[edit["table"]].set_index(changed[edit["table"]].columns[0])
        value = stands.loc[edit["key"], edit["column"]]
        assert pd.isna(value) if edit["now"] is None else bool(value)

    def test_a_number_may_be_written_whole_or_with_a_point(self):
        edit = {
            "lever": "net.edge.width",
            "op": "set",
            "table": "walks",
            "key": "main-west",
            "column": "width",
        }
        assert made({**edit, "was": 4, "now": 5})["walks"]["width"].iloc[0] == 5.0
        assert made({**edit, "was": 4.0, "now": 5.5})["walks"]["width"].iloc[0] == 5.5

    def test_unknown_is_written_as_no_old_value(self):
        edit = {
            "lever": "net.edge.width",
            "op": "set",
            "table": "walks",
            "key": "path-c",
            "column": "width",
        }
        assert made({**edit, "now": 1.5})["walks"]["width"].iloc[4] == 1.5
        assert told({**edit, "was": 2.0, "now": 1.5}) == [("edit 1", "was")]

    def test_a_wrong_old_value_tells_what_stands_there(self):
        assert "what stands there: 05:00-23:00, got 06:00-22:00" in text(
            OPEN | {"was": "06:00-22:00"}
        )

    def test_a_new_value_the_schema_refuses_is_told(self):
        assert told(OPEN | {"now": "day and night"}) == [("edit 1", "now")]
        wide = {
            "lever": "net.edge.width",
            "op": "set",
            "table": "gates",
            "key": "east",
            "column": "width",
            "was": 2.0,
        }
        assert told(wide | {"now": 99.0}) == [("edit 1", "now")]

    def test_the_walking_network_is_assembled_anew(self):
        link = made(OPEN).network.links.set_index("link").loc["gate/east"]
        assert link["open_hours"] == "00:00-24:00"


class TestAdd:
    def test_a_new_way_joins_the_network(self):
        before = willow().network
        after = made(LANE | {"row": {"kind": "footway", "geometry": LINE}}).network
        door = ("entrances", "C-1")
        assert before.component[before.node_of[door]] != 0
        assert after.component[after.node_of[door]] == 0

    def test_a_new_facility_stands_where_its_coordinates_say(self):
        after = made(HOUSE)
        assert after["facilities"]["facility"].tolist()[-1] == "new"
        assert after["facilities"]["geometry"].iloc[-1].coords[0] == (500010.0, 3500000.0)
        assert ("facilities", "new") in after.network.node_of
        assert isinstance(after["facilities"], gpd.GeoDataFrame)

    def test_a_row_into_an_empty_table_keeps_its_types(self):
        place = willow().with_tables(
            gates=located(empty(willow().catalogue, "gates"), "gates", willow().settings)
        )
        row = {"name": "南门", "geometry": "POINT (500080 3500000)", "width": 2.0}
        after = apply(
            scheme(
                {"lever": "net.edge.add", "op": "add", "table": "gates", "key": "south", "row": row}
            ),
            place,
        )
        assert after["gates"].dtypes.equals(willow()["gates"].dtypes)
        assert after["gates"].crs == willow()["gates"].crs

    def test_a_key_that_is_taken_is_refused(self):
        assert told(LANE | {"key": "path-a", "row": {"kind": "footway", "geometry": LINE}}) == [
            ("edit 1", "key")
        ]

    @pytest.mark.parametrize(
        ("row", "columns"),
        [
            ({"kind": "footway"}, ["geometry"]),
            ({"kind": "footway", "geometry": "LINESTRING 1 2"}, ["geometry"]),
            ({"kind": "footway", "geometry": "POINT (1 2)"}, ["geometry"]),
            ({"kind": "foot", "geometry": LINE}, ["kind"]),
            ({"kind": "footway", "geometry": LINE, "widht": 2}, ["widht"]),
            ({}, ["geometry", "kind"]),
        ],
    )
    def test_every_fault_of_a_row_is_told(self, row, columns):
        assert sorted(told(LANE | {"row": row})) == [("edit 1", column) for column in columns]

    def test_a_pair_with_a_helper_nobody_knows_is_refused(self):
        row = {"household": "hu-lin", "helper": "wu-help", "role": "second"}
        edit = {"lever": "assist.carriers", "op": "add", "table": "pairs", "key": "p9", "row": row}
        assert [column for _, column in told(edit)] == ["helper"]


class TestRemove:
    def test_a_row_goes_and_the_rest_stays(self):
        after = made({"lever": "net.edge.add", "op": "remove", "table": "gates", "key": "east"})
        assert len(after["gates"]) == 0
        assert not (after.network.links["kind"] == "gate").any()

    def test_what_others_point_to_cannot_go(self):
        edit = {"lever": "net.dest.add", "op": "remove", "table": "facilities", "key": "clinic"}
        assert [column for _, column in told(edit)] == ["facility"]


class TestParameter:
    EDIT: ClassVar = {
        "lever": "warn.reach_prob",
        "op": "parameter",
        "key": "parameters/warning_reach",
    }

    def test_one_parameter_moves_and_nothing_else(self):
        after = made(self.EDIT | {"was": 0.7, "now": 0.9})
        assert after.catalogue.number("warning_reach") == 0.9
        assert willow().catalogue.number("warning_reach") == 0.7
        assert dict(after.hashes) == dict(willow().hashes)
        others = [c for c in willow().catalogue.parameters if c != "warning_reach"]
        assert all(
            after.catalogue.parameters[c] == willow().catalogue.parameters[c] for c in others
        )

    def test_a_parameter_of_a_scenario_moves(self):
        kind = willow().catalogue.scenarios["flood"]
        name, value = "depth", kind.parameters["depth"]
        edit = {"lever": "hazard.flood_depth", "op": "parameter", "key": f"scenarios/flood/{name}"}
        after = made(edit | {"was": value.value, "now": value.value})
        assert after.catalogue.scenarios["flood"].parameters[name] == value

    def test_a_uniform_draw_is_stretched_with_its_middle(self):
        stands = willow().catalogue.premovement["earthquake"]
        assert (stands.low, stands.value, stands.high) == (20.0, 40.0, 60.0)
        edit = {"lever": "premove.median_s", "op": "parameter", "key": "premovement/earthquake"}
        now = made(edit | {"was": 40.0, "now": 10.0}).catalogue.premovement["earthquake"]
        assert (now.low, now.value, now.high) == (5.0, 10.0, 15.0)
        assert told(edit | {"was": 40.0, "now": -1.0}) == [("edit 1", "now")]

    @pytest.mark.parametrize(
        ("change", "column"),
        [
            ({"was": 0.6}, "was"),
            ({"was": None}, "was"),
            ({"now": 7.0}, "now"),
            ({"now": "much"}, "now"),
            ({"now": True}, "now"),
            ({"now": None}, "now"),
        ],
    )
    def test_wrong_values_are_refused(self, change, column):
        assert told(self.EDIT | {"was": 0.7, "now": 0.9} | change) == [("edit 1", column)]

    @pytest.mark.parametrize(
        "key",
        ["scenarios/flood", "scenarios/flood/depht", "scenarios/flood/", "scenarios/flod/depth"],
    )
    def test_a_parameter_that_is_not_there_is_refused(self, key):
        edit = {
            "lever": "hazard.flood_depth",
            "op": "parameter",
            "key": key,
            "was": 1.0,
            "now": 1.0,
        }
        assert len(told(edit)) == 1

    def test_a_longer_name_is_not_the_parameter_of_a_lever(self):
        assert told(
            self.EDIT | {"key": "parameters/warning_reach_app", "was": 0.7, "now": 0.8}
        ) == [("edit 1", "lever")]


class TestLevers:
    def test_an_unknown_lever_offers_the_nearest(self):
        assert "Did you mean net.gate.open_hours?" in text(OPEN | {"lever": "net.gate.open_hour"})

    def test_an_unknown_key_offers_the_nearest(self):
        assert "Did you mean east?" in text(OPEN | {"key": "eats"})

    @pytest.mark.parametrize(
        ("change", "offer"),
        [
            ({"table": "gate"}, "Did you mean gates?"),
            ({"column": "open_hour"}, "Did you mean open_hours?"),
            ({"column": "width"}, "what the lever moves"),
            ({"table": "persons", "column": "age"}, "what the lever moves"),
            ({"op": "remove"}, "what the lever moves"),
        ],
    )
    def test_a_lever_moves_only_what_it_names(self, change, offer):
        assert told(OPEN | change) == [("edit 1", "lever")]
        assert offer in text(OPEN | change)

    def test_every_lever_names_tables_and_columns_that_exist(self):
        tables = willow().catalogue.tables
        for lever in willow().catalogue.levers.values():
            for name in lever.tables:
                columns = {column.column for column in tables[name]}
                assert "set" not in lever.operations or columns & set(lever.columns), lever.code
                assert not lever.kinds or "kind" in columns, lever.code

    def test_a_lever_on_findings_moves_only_the_kinds_it_is_about(self):
        edit = {"lever": "hazard.ignition_rate", "op": "set", "table": "hazards",
                "column": "closed_on", "now": "2026-12-01"}  # fmt: skip
        assert made(edit | {"key": "h1"})["hazards"]["closed_on"].notna().sum() == 2
        assert told(edit | {"key": "h2"}) == [("edit 1", "key")]
        assert "a row of kind ebike_charging|gas_hose|wiring, got stair_clutter" in text(
            edit | {"key": "h2"}
        )


class TestPrivacy:
    FLOOR: ClassVar = {"lever": "agent.floor", "op": "set", "table": "dwellings", "column": "floor"}

    def test_what_stands_in_a_private_column_is_described(self):
        said = text(self.FLOOR | {"key": "A-1-301", "was": 17, "now": 1})
        assert "what stands there: 1 digits, got 2 digits" in said

    def test_a_key_of_a_private_table_is_neither_quoted_nor_offered(self):
        said = text(self.FLOOR | {"key": "A-1-30111", "was": 3, "now": 1})
        assert "A-1-301" not in said


class TestOrder:
    def test_all_faults_are_told_at_once_and_nothing_is_made(self):
        bad = [
            OPEN | {"was": "x"},
            OPEN | {"key": "nord"},
            OPEN,
            LANE | {"row": {"kind": "footway"}},
        ]
        assert told(*bad) == [("edit 1", "was"), ("edit 2", "key"), ("edit 4", "geometry")]

    def test_each_edit_sees_what_the_ones_before_it_made(self):
        capacity = {"lever": "shelter.capacity", "op": "set", "table": "facilities", "key": "new",
                    "column": "capacity", "was": 9, "now": 12}  # fmt: skip
        assert made(HOUSE, capacity)["facilities"]["capacity"].iloc[-1] == 12
        assert told(capacity, HOUSE) == [("edit 1", "key")]

    def test_ten_edits_are_told_in_their_order(self):
        edits = [OPEN | {"key": f"gate-{n}"} for n in range(11)]
        assert [place for place, _ in told(*edits)] == [f"edit {n:02d}" for n in range(1, 12)]

    def test_applying_nothing_changes_nothing_but_the_name(self):
        assert dict(made().hashes) == dict(willow().hashes)

    def test_two_schemes_are_one_after_the_other(self):
        both = combine(willow().schemes.values(), code="both", zh="两者", en="both")
        stepwise = apply(willow().schemes["pair"], apply(willow().schemes["gate"], willow()))
        assert dict(apply(both, willow()).hashes) == dict(stepwise.hashes)
        assert both.cost == 3000.0

    def test_the_cost_of_a_part_unknown_is_a_cost_unknown(self):
        free = scheme(OPEN)
        assert combine([free, *willow().schemes.values()], code="a", zh="a", en="a").cost is None


@given(walk=st.sampled_from(["main-west", "path-a", "path-b"]), width=st.floats(0.3, 60))
@settings(max_examples=15, deadline=None)
def test_an_edit_and_its_undoing_leave_the_community_as_it_was(walk, width):
    edit = {
        "lever": "net.edge.width",
        "op": "set",
        "table": "walks",
        "key": walk,
        "column": "width",
    }
    stands = float(willow()["walks"].set_index("walk").loc[walk, "width"])
    there_and_back = made(
        edit | {"was": stands, "now": width}, edit | {"was": width, "now": stands}
    )
    assert dict(there_and_back.hashes) == dict(willow().hashes)
