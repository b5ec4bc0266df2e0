"""The same expressions give the same tables on DuckDB and on a real Spark."""

import importlib.util
import shutil

import pandas as pd
import pytest
from tests.needs.nation.conftest import CATALOGUE, RULES, people, put, read

from renlin.needs.nation import judge
from renlin.needs.nation.district import Cells

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None, reason="the extra spark is not installed"
    ),
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not here"),
]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Judge one district with dated evidence by both engines; Spark starts once."""
    folder = tmp_path_factory.mktemp("country")
    put(folder / "in", people(5, 60, aged=True))
    for engine in ("duckdb", "spark"):
        out = folder / engine
        judge(folder / "in", out, RULES, CATALOGUE, cells=Cells(10, 3), engine=engine)
    return folder


def same(both, kind, keys):
    path = next((both / "duckdb" / kind).rglob("*.parquet")).relative_to(both / "duckdb")
    one, other = (
        read(both / engine / path).sort_values(keys).reset_index(drop=True)
        for engine in ("duckdb", "spark")
    )
    assert len(one) > 0
    pd.testing.assert_frame_equal(one, other, check_dtype=False, check_exact=True)


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("histograms", ["column", "value"]),
        ("residents", ["person"]),
        ("communities", ["community", "group"]),
    ],
)
def test_spark_gives_the_same_table_to_the_last_bit(both, kind, keys):
    same(both, kind, keys)
