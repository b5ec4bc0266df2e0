"""Tables of a country for the public: whoever knows all totals still cannot place a small cell."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from tests.needs.nation.conftest import CATALOGUE, RULES, people, put, read

from renlin.needs.nation import judge, publish
from renlin.needs.nation.district import Cells
from renlin.needs.nation.public import hidden_of
from renlin.privacy.publishing import Limits, Sums, feasible

K, WIDTH = 10, 5.0
LIMITS = Limits(K, 3, WIDTH)


def hidden(counts, within):
    values, at = np.array(counts), np.array(within)
    totals = np.bincount(at, values).astype(int)
    small = {
        name: (cells > 0) & (cells < K)
        for name, cells in (
            ("districts", values), ("cities", totals), ("nation", np.array([values.sum()])),
        )
    }  # fmt: skip
    return hidden_of(values, at, small, WIDTH)


def attacked(counts, within, dark):
    """Return the cells, which are hidden, and the equations every reader knows."""
    n, cities = len(counts), max(within) + 1
    totals = np.bincount(within, counts, cities)
    values = np.array([*counts, *totals, sum(counts)], dtype=float)
    parts = np.zeros((cities + 1, n + cities + 1))
    parts[within, np.arange(n)] = 1
    parts[np.arange(cities), n + np.arange(cities)] = -1
    parts[cities, n : n + cities] = 1
    parts[cities, -1] = -1
    return Sums(values, csr_array(parts)), np.concatenate([*dark.values()])


def test_the_only_small_district_of_a_city_takes_the_next_smallest_with_it():
    dark = hidden([4, 30, 20, 50, 60], [0, 0, 0, 1, 1])
    assert dark["districts"].tolist() == [True, False, True, False, False]
    assert not dark["cities"].any()
    assert not dark["nation"].any()


def test_a_city_of_one_small_district_is_hidden_and_another_city_with_it():
    dark = hidden([4, 30, 20, 500], [0, 1, 1, 2])
    assert dark["cities"].tolist() == [True, True, False]
    assert dark["districts"].tolist() == [True, False, True, False]


def test_nothing_is_hidden_where_nothing_is_small():
    assert not np.concatenate([*hidden([10, 0, 30], [0, 0, 1]).values()]).any()


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_hidden_cell_can_be_placed_closer_than_the_width(cities):
    counts = [n for city in cities for n in city]
    within = [at for at, city in enumerate(cities) for _ in city]
    sums, dark = attacked(counts, within, hidden(counts, within))
    small = (sums.values > 0) & (sums.values < K)
    assert dark[small].all()
    for cell in np.flatnonzero(small):
        low, high = feasible(sums, dark, int(cell))
        assert high - low >= WIDTH - 1e-6


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    root = tmp_path_factory.mktemp("public")
    put(root / "in", people(1, 60), "east", "hill")
    put(root / "in", people(2, 5, start=500), "=cmd", "lake")
    put(root / "in", people(3, 40, start=900), "west", "port")
    return judge(root / "in", root / "out", RULES, CATALOGUE, cells=Cells(10, 3)), root


def test_the_tables_are_written_as_csv_and_parquet_with_small_cells_empty(found):
    nation, root = found
    made = publish(nation, root / "open", LIMITS)
    assert sorted(path.name for path in (root / "open").iterdir()) == [
        "cities.csv", "cities.parquet", "districts.csv", "districts.parquet",
        "nation.csv", "nation.parquet",
    ]  # fmt: skip
    cities = pd.read_csv(root / "open/cities.csv")
    everyone = cities[cities["group"] == "all"].set_index("city")
    assert everyone.loc["'=cmd", ["n", "sensitivity"]].isna().all()
    assert everyone.loc["east", "n"] == 60
    assert everyone["n"].isna().sum() == 2, "one more, or the total would give it away"
    for name in ("districts", "cities", "nation"):
        shown = read(root / f"open/{name}.parquet")
        pd.testing.assert_frame_equal(shown, made[name], check_dtype=False)
        counts = shown[[c for c in shown if c.startswith(("sure_", "possible_"))] + ["n"]]
        assert not ((counts > 0) & (counts < K)).fillna(False).any(axis=None)


def test_without_households_only_persons_count(tmp_path):
    put(tmp_path / "in", people(1, 60).drop(columns="household"))
    nation = judge(tmp_path / "in", tmp_path / "out", RULES, CATALOGUE, cells=Cells(10, 3))
    made = publish(nation, tmp_path / "open", LIMITS)["nation"].set_index("group")
    assert made.loc["all", "n"] == 60
    assert made["n_households"].isna().all()
