"""The heat map spreads what buildings hold and loses none of it."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from renlin.space.risk.heat import HECTARE, heat

houses = st.lists(
    st.tuples(st.floats(-300, 300), st.floats(-300, 300), st.floats(0.01, 1), st.integers(1, 80)),
    min_size=1,
    max_size=12,
)


def town(cases):
    names = [f"b{n}" for n in range(len(cases))]
    shapes = [box(x, y, x + 10, y + 8) for x, y, *_ in cases]
    table = gpd.GeoDataFrame({"building": names, "risk": [c[2] for c in cases]}, geometry=shapes)
    return table, pd.Series([c[3] for c in cases], index=names)


def mass(found, cell):
    return found["value"].sum() * cell**2 / HECTARE


@given(houses, st.sampled_from([5.0, 10.0, 17.0]), st.sampled_from([8.0, 30.0, 75.0]))
@settings(max_examples=40, deadline=None)
def test_what_the_map_holds_is_what_the_buildings_hold(cases, cell, bandwidth):
    table, residents = town(cases)
    found = heat(table, residents, cell=cell, bandwidth=bandwidth)
    assert mass(found, cell) == pytest.approx(sum(risk * n for *_, risk, n in cases))
    assert (found["value"] > 0).all()
    assert not found.duplicated(["row", "column"]).any()


def test_the_hottest_cell_holds_the_house_and_the_rest_falls_off_evenly():
    table, residents = town([(0, 0, 0.5, 20)])
    found = heat(table, residents, cell=10.0, bandwidth=20.0)
    peak = found.loc[found["value"].idxmax()]
    assert abs(peak["x"] - 5) <= 5
    assert abs(peak["y"] - 4) <= 5
    grid = found.pivot_table(index="row", columns="column", values="value").to_numpy()
    assert grid == pytest.approx(grid[::-1, ::-1])
    beside = found[(found["row"] == peak["row"]) & (found["column"] == peak["column"] + 2)]
    assert beside["value"].iloc[0] / peak["value"] == pytest.approx(np.exp(-0.5))


def test_a_house_of_unknown_risk_or_without_residents_adds_nothing():
    table, residents = town([(0, 0, 0.5, 20), (100, 0, 0.7, 10)])
    table.loc[1, "risk"] = np.nan
    found = heat(table, residents, cell=10.0, bandwidth=20.0)
    assert mass(found, 10.0) == pytest.approx(10.0)
    assert len(heat(table, pd.Series({"b1": 5}), cell=10.0, bandwidth=20.0)) == 0


def test_nothing_known_is_an_empty_map_with_its_columns():
    table, residents = town([(0, 0, 0.5, 20)])
    found = heat(table.assign(risk=np.nan), residents, cell=10.0, bandwidth=20.0)
    assert list(found.columns) == ["row", "column", "x", "y", "value"]
    assert len(found) == 0


def test_a_house_drawn_far_away_does_not_fill_the_memory():
    table, residents = town([(0, 0, 0.5, 20), (500_000, 500_000, 0.5, 20)])
    found = heat(table, residents, cell=5.0, bandwidth=30.0)
    assert mass(found, 5.0) == pytest.approx(20.0)
    assert len(found) < 10_000


@given(houses, st.randoms())
@settings(max_examples=10, deadline=None)
def test_the_order_of_buildings_means_nothing(cases, luck):
    table, residents = town(cases)
    mixed = table.sample(frac=1, random_state=luck.randint(0, 99)).reset_index(drop=True)
    one, other = (heat(t, residents, cell=10.0, bandwidth=30.0) for t in (table, mixed))
    assert one[["row", "column"]].equals(other[["row", "column"]])
    assert other["value"].to_numpy() == pytest.approx(one["value"].to_numpy())
