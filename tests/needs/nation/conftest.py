"""A small country: two cities, three districts, communities of a few residents."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from renlin.catalogue import load
from renlin.catalogue.rule_files import read_rules
from renlin.random_streams import draw

CATALOGUE = load()
BOOLEANS = ("lives_alone", "has_smart_device", "empty_nest", "daily_medicine", "wheelchair",
            "child_alone_daytime", "left_behind")  # fmt: skip
NUMBERS = {"adl_level": (0, 4), "age": (0, 95), "vision_level": (1, 5), "hearing_level": (1, 5),
           "chronic_count": (0, 4), "dialysis_weekly": (0, 2), "helpers_within_30min": (0, 3)}  # fmt: skip
FILES = ("children.yaml", "dialysis.yaml", "elderly.yaml")
RULES = read_rules(
    {name: CATALOGUE.tier_files[name] for name in FILES},
    indicators=CATALOGUE.indicators,
    needs=CATALOGUE.needs,
)
AREAS = (("east", "hill"), ("east", "lake"), ("west", "port"))


def people(seed, n, *, aged=False, start=0):
    """Return n invented residents as rows of the national table; unknown is missing."""
    ids = [f"p{start + k:05d}" for k in range(n)]
    made = {"person": ids, "household": [f"h{(start + k) // 2}" for k in range(n)],
            "community": [f"c{(start + k) // 7}" for k in range(n)]}  # fmt: skip
    for name in (*BOOLEANS, *NUMBERS):
        luck = draw(seed, f"test.nation.{name}", ids, count=3)
        unknown = luck[:, 0] < 0.3
        if name in BOOLEANS:
            values = pd.array(luck[:, 1] < 0.4, dtype="boolean")
        else:
            low, high = NUMBERS[name]
            values = pd.array((low + luck[:, 1] * (high - low + 1)).astype(int), dtype="Int64")
        values[unknown] = pd.NA
        made[name] = values
        if aged:
            days = pd.array((luck[:, 2] * 500).astype(int), dtype="Int64")
            days[unknown] = pd.NA
            made[f"{name}__days"] = days
            made[f"{name}__asked"] = pd.array(~unknown | (luck[:, 2] < 0.5), dtype="boolean")
    return pd.DataFrame(made)


def put(folder, table, city="east", district="hill", file="a"):
    path = folder / f"city={city}" / f"district={district}" / f"{file}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path)
    return path


def country(folder, *, seed=1, n=60, aged=False):
    tables = {}
    for at, (city, district) in enumerate(AREAS):
        tables[city, district] = people(seed, n, aged=aged, start=1000 * at)
        put(folder, tables[city, district], city, district)
    return tables


@pytest.fixture
def table(tmp_path):
    return country(tmp_path / "table")


def read(path):
    with pq.ParquetFile(path) as file:
        return file.read().to_pandas()
