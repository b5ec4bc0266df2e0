"""A synthetic national table: 300 cities, communities of 500, 20 indicators and a category.

Twelve indicators are yes, no or unknown, eight are numbers of at most 1001 levels; evidence
is resolved. Values come from a hash of the resident's number, so the same table every time.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

CITIES, PER_CITY, COMMUNITY, HOUSEHOLD = 300, 1, 500, 2.4
RULES = ("children.yaml", "dialysis.yaml", "elderly.yaml", "household.yaml")
"""The rule files that can be judged on these indicators."""
UNKNOWN = 0.15
"""Share of cells that are unknown. Assumption: registers miss 15 %."""
BOOLEANS = {
    "lives_alone": 0.12,
    "has_smart_device": 0.7,
    "empty_nest": 0.15,
    "daily_medicine": 0.2,
    "wheelchair": 0.01,
    "child_alone_daytime": 0.02,
    "left_behind": 0.02,
    "group_rental": 0.05,
    "mandarin": 0.93,
    "no_hukou": 0.25,
    "old_supports_disabled": 0.01,
    "tenant": 0.3,
}
"""Yes or no -> share of yes. Assumption: made up; only their sizes matter here."""
NUMBERS = {
    "adl_level": "CAST(4 * pow(u, 12) AS TINYINT)",
    "age": "CAST(100 * u AS SMALLINT)",
    "vision_level": "CAST(5 - floor(4 * pow(u, 20)) AS TINYINT)",
    "hearing_level": "CAST(5 - floor(4 * pow(u, 16)) AS TINYINT)",
    "chronic_count": "CAST(6 * pow(u, 4) AS TINYINT)",
    "dialysis_weekly": "CAST(3 * pow(u, 200) AS TINYINT)",
    "helpers_within_30min": "CAST(5 * u AS TINYINT)",
    "residence_years": "floor(1000 * u * u) / 10",
}
"""Number -> its value from u, uniform in [0, 1)."""


def write(folder: Path, n: int, *, threads: int = 2) -> None:
    """Write the table of ``n`` residents into ``folder``, parted by city and district."""
    connection = duckdb.connect(config={"threads": threads, "memory_limit": "600MB"})
    parts = CITIES * PER_CITY
    for at in range(parts):
        low, high = at * n // parts, (at + 1) * n // parts
        city, district = divmod(at, PER_CITY)
        target = folder / f"city={city:03d}" / f"district={district}"
        target.mkdir(parents=True)
        file = target / "residents.parquet"
        connection.execute(f"COPY ({_rows(low, high)}) TO '{file}' (FORMAT parquet, CODEC zstd)")


def _rows(low: int, high: int) -> str:
    made = [
        f"CASE WHEN {_uniform(2 * k)} >= {UNKNOWN} THEN {_uniform(2 * k + 1)} < {share} END AS {c}"
        for k, (c, share) in enumerate(BOOLEANS.items())
    ]
    for k, (column, value) in enumerate(NUMBERS.items(), start=len(BOOLEANS)):
        told = re.sub(r"\bu\b", f"({_uniform(2 * k + 1)})", value)
        made.append(f"CASE WHEN {_uniform(2 * k)} >= {UNKNOWN} THEN {told} END AS {column}")
    words = "['none', 'none', 'none', 'none', 'none', 'none', 'none', 'edge', 'dibao', 'tekun']"
    made.append(f"{words}[1 + CAST(floor(10 * {_uniform(99)}) AS INTEGER)] AS dibao")
    return (
        "SELECT CAST(hash(i) >> 1 AS BIGINT) AS person, "
        f"CAST(floor(i / {HOUSEHOLD}) AS BIGINT) AS household, "
        f"CAST(i // {COMMUNITY} AS INTEGER) AS community, {', '.join(made)} "
        f"FROM range({low}, {high}) AS r(i)"
    )


def _uniform(salt: int) -> str:
    return f"(hash(i * 128 + {salt}) >> 11) / 9007199254740992.0"
