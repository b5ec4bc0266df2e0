"""Three plain tables become a problem; what cannot be told apart is asked, not guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from renlin.errors import DataFault
from renlin.space.siting import read_tables


def text(rows: list[str]) -> pd.DataFrame:
    """Return a table of text cells, as a file gives it; the first row has the headings."""
    head, *cells = [row.split(",") for row in rows]
    return pd.DataFrame(cells, columns=head, dtype="object")


DEMAND = ["需求,人数,人群,最高级", "一号,30,能走,否", "二号,12,轮椅,是"]
SITES = ["设施,已建,造价,容量", "食堂,是,0,", "车棚,否,90000,40"]
LONG = ["需求,设施,距离", "一号,食堂,100", "一号,车棚,250", "二号,食堂,400", "二号,车棚,60"]
WIDE = ["楼,食堂,车棚", "一号,100,250", "二号,400,60"]


@pytest.mark.parametrize("costs", [LONG, WIDE])
def test_long_and_wide_costs_say_the_same(costs):
    made = read_tables(text(DEMAND), text(SITES), text(costs)).problem
    by_name = pd.DataFrame(made.cost, index=made.demands, columns=made.sites)
    assert by_name.loc["一号", "食堂"] == 100
    assert by_name.loc["二号", "车棚"] == 60
    assert dict(zip(made.demands, made.weight, strict=True)) == {"一号": 30, "二号": 12}
    assert dict(zip(made.demands, made.first, strict=True)) == {"一号": False, "二号": True}
    assert dict(zip(made.sites, made.built, strict=True)) == {"食堂": True, "车棚": False}
    assert dict(zip(made.sites, made.capacity, strict=True)) == {"食堂": np.inf, "车棚": 40}


def test_the_ids_of_a_wide_table_may_stand_in_any_column():
    turned = ["备注,楼,食堂,车棚", "同,一号,100,250", "同,二号,400,60"]
    made = read_tables(text(DEMAND), text(SITES), text(turned)).problem
    assert np.isfinite(made.cost).all()


def test_a_demand_that_stands_twice_in_a_wide_table_is_refused_with_its_column():
    with pytest.raises(DataFault, match="row 4, column 楼"):
        read_tables(text(DEMAND), text(SITES), text([*WIDE, "二号,1,2"]))


def test_columns_are_told_by_their_content_whatever_they_are_called():
    found = read_tables(
        text(["row,tract,POP2000", "1,060.00,5", "2,061.00,7"]),
        text(["row,shop", "1,S1", "2,S2"]),
        text(["distance,name,DestinationName,demand", "3,S1,060.00,5", "4,S2,060.00,5",
              "5,S1,061.00,7", "6,S2,061.00,7"]),
    )  # fmt: skip
    assert found.columns["costs_demand"] == "DestinationName"
    assert found.columns["costs_site"] == "name"
    assert found.columns["weight"] == "POP2000"
    assert found.problem.demands.tolist() == ["060.00", "061.00"]


def test_ids_alike_on_both_sides_are_told_apart_by_headings():
    ids = ["1", "2"]
    long = ["site,demand,cost", *(f"{s},{d},{10 * int(s) + int(d)}" for s in ids for d in ids)]
    made = read_tables(text(["demand", *ids]), text(["site", *ids]), text(long)).problem
    assert made.cost.tolist() == [[11.0, 21.0], [12.0, 22.0]]


def test_ids_alike_on_both_sides_without_telling_headings_are_asked_for():
    ids = ["1", "2"]
    long = ["a,b,c", *(f"{s},{d},{10 * int(s) + int(d)}" for s in ids for d in ids)]
    with pytest.raises(DataFault, match="several readings"):
        read_tables(text(["x", *ids]), text(["y", *ids]), text(long))


def test_a_pair_without_a_row_or_with_an_empty_cell_has_no_way_and_is_counted():
    found = read_tables(text(DEMAND), text(SITES), text([*LONG[:3], "二号,食堂,"]))
    assert np.isinf(found.problem.cost[found.problem.demands == "二号"]).all()
    assert "2 pairs" in found.notes[0].en
    assert "1 demands reach no site" in found.notes[1].en


def test_rows_about_other_places_are_left_out_and_counted():
    found = read_tables(text(DEMAND), text(SITES), text([*LONG, "九号,食堂,1"]))
    assert "1 rows" in found.notes[0].en


def test_every_wrong_cell_is_told_at_once_with_its_row():
    with pytest.raises(DataFault) as caught:
        read_tables(
            text(["需求,人数", "一号,三十", "二号,12"]),
            text(["设施,已建", "食堂,或许", "车棚,否"]),
            text([*LONG[:4], "二号,车棚,远"]),
        )
    where = {(fault.place, fault.row, fault.column) for fault in caught.value.faults}
    assert where == {("demand", 2, "人数"), ("sites", 2, "已建"), ("costs", 5, "距离")}


def test_a_cost_below_zero_is_told_with_its_row_in_the_file():
    with pytest.raises(DataFault) as caught:
        read_tables(text(DEMAND), text(SITES), text([*LONG[:4], "二号,车棚,-60"]))
    assert [(f.place, f.row, f.column) for f in caught.value.faults] == [("costs", 5, "距离")]


def test_ids_that_stand_twice_and_pairs_with_two_values_are_refused():
    with pytest.raises(DataFault, match="stood before"):
        read_tables(
            text([*DEMAND, "二号,1,能走,否"]), text(SITES), text(LONG), named={"demand_id": "需求"}
        )
    with pytest.raises(DataFault, match="two values for one pair"):
        read_tables(text(DEMAND), text(SITES), text([*LONG, "一号,食堂,101"]))


def test_the_same_pair_with_the_same_value_is_no_fault():
    made = read_tables(text(DEMAND), text(SITES), text([*LONG, LONG[1]])).problem
    assert np.isfinite(made.cost).all()


def test_a_column_that_is_not_there_is_refused_with_the_nearest_name():
    with pytest.raises(DataFault, match="人数"):
        read_tables(text(DEMAND), text(SITES), text(LONG), named={"weight": "人口数"})


def test_costs_of_other_ids_are_refused_by_name_of_the_table():
    with pytest.raises(DataFault, match="ids of demand"):
        read_tables(text(DEMAND), text(SITES), text(["a,b,c", "x,y,1"]))


@pytest.mark.parametrize("empty", [0, 1, 2])
def test_an_empty_table_is_refused(empty):
    tables = [text(DEMAND), text(SITES), text(LONG)]
    tables[empty] = tables[empty].iloc[:0]
    with pytest.raises(DataFault, match="at least one row"):
        read_tables(*tables)
