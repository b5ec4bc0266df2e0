"""A country of 100 million judged district by district: time, memory, disk, and a peer.

The work runs in a process of its own, so that its memory is its own. Making the table is
told apart. ``NATION`` in the environment asks for another number of residents.

The peer ranks eight columns of 10 million residents by window (``percent_rank``) in plain
DuckDB, beside the same ranks by histogram; both end in Parquet.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import Row

FULL, PEER = 100_000_000, 10_000_000
BYTES = 70
"""Disk per resident, measured: 14 for the table, 38 for what is written, and some to spare."""
BAR = "<= 6 min, <= 1 GB RSS"


def rows() -> list[Row]:
    """Return the rows of the country and of the peer."""
    n = int(os.environ.get("NATION", FULL))
    with tempfile.TemporaryDirectory(prefix="renlin-nation-") as name:
        folder = Path(name)
        free = shutil.disk_usage(folder).free
        if free < n * BYTES:
            told = f"not run: {n * BYTES / 1e9:.0f} GB of disk wanted, {free / 1e9:.0f} GB free"
            return [Row(f"nation: {n:,} residents", told, BAR)]
        made = [
            _row(f"nation: {n:,} residents made", "make", folder, n),
            _row(f"nation: {n:,} x 20 judged", "judge", folder, n, BAR),
        ]
        if n != PEER:
            shutil.rmtree(folder / "table")
            shutil.rmtree(folder / "out")
            made.append(_row(f"nation: {PEER:,} residents made", "make", folder, PEER))
        made.append(_row(f"nation: 8 ranks of {PEER:,} by histogram", "histogram", folder, PEER))
        made.append(_row(f"peer: 8 ranks of {PEER:,} by window, DuckDB", "window", folder, PEER))
    return made


def _row(what: str, step: str, folder: Path, n: int, bar: str = "") -> Row:
    load = os.getloadavg()[0]
    command = [sys.executable, "-m", "benchmarks.nation", step, str(folder), str(n)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Row(what, f"{done.stdout.strip()}, load {load:.1f} before", bar)


def _make(folder: Path, n: int) -> Path:
    from benchmarks import _country

    _country.write(folder / "table", n)
    return folder / "table"


def _judge(folder: Path, n: int) -> Path:
    from benchmarks import _country
    from renlin.catalogue import load
    from renlin.catalogue.rule_files import read_rules
    from renlin.needs.nation import judge
    from renlin.needs.nation.district import Cells

    catalogue = load()
    files = {name: catalogue.tier_files[name] for name in _country.RULES}
    rules = read_rules(files, indicators=catalogue.indicators, needs=catalogue.needs)
    done = judge(folder / "table", folder / "out", rules, catalogue, cells=Cells(10, 3), workers=2)
    everybody = done.nation.set_index("group").loc["all"]
    assert everybody["n"] == n
    return folder / "out"


def _histogram(folder: Path, _: int) -> Path:
    import ibis

    from benchmarks import _country
    from renlin.catalogue import load
    from renlin.needs.nation import histograms
    from renlin.needs.nation.folder import districts

    columns = list(_country.NUMBERS)
    connection = _connected(folder)
    layout = districts(folder / "table", load().indicators)[0].layout
    table = ibis.table(dict(layout.types), name="residents")
    sql = ibis.to_sql(histograms.counted(table, columns), dialect="duckdb")
    ranks = histograms.ranks(histograms.merged([connection.sql(sql).df()]))
    connection.register("ranks", ranks)
    joins = " ".join(
        f"LEFT JOIN (FROM ranks WHERE \"column\" = '{c}') AS r_{c} ON r_{c}.value = t.{c}"
        for c in columns
    )
    given = ", ".join(f"r_{c}.rank AS rank_{c}" for c in columns)
    return _ranked(connection, f"SELECT person, {given} FROM residents AS t {joins}", folder)


def _window(folder: Path, _: int) -> Path:
    from benchmarks import _country

    given = ", ".join(
        f"CASE WHEN {c} IS NOT NULL THEN "
        f"percent_rank() OVER (PARTITION BY {c} IS NULL ORDER BY {c}) END AS rank_{c}"
        for c in _country.NUMBERS
    )
    return _ranked(_connected(folder), f"SELECT person, {given} FROM residents", folder)


def _connected(folder: Path):  # noqa: ANN202
    import duckdb

    connection = duckdb.connect(
        config={"threads": 2, "memory_limit": "1GB", "temp_directory": str(folder / "spill")}
    )
    files = f"{folder / 'table'}/*/*/*.parquet"
    connection.execute(f"CREATE VIEW residents AS FROM '{files}'")
    return connection


def _ranked(connection, sql: str, folder: Path) -> Path:  # noqa: ANN001
    path = folder / "ranked.parquet"
    connection.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet, CODEC zstd)")
    return path


STEPS: dict[str, Callable[[Path, int], Path]] = {
    "make": _make,
    "judge": _judge,
    "histogram": _histogram,
    "window": _window,
}


def _size(path: Path) -> int:
    files = [path] if path.is_file() else path.rglob("*.parquet")
    return sum(file.stat().st_size for file in files)


def _measured(step: str, folder: Path, n: int) -> str:
    import resource

    clock = time.perf_counter()
    written = STEPS[step](folder, n)
    wall = time.perf_counter() - clock
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (
        f"{wall:.0f} s wall, {used.ru_utime + used.ru_stime:.0f} CPU-s, "
        f"{used.ru_maxrss / 1024**2:.2f} GiB RSS, {_size(written) / 1e9:.2f} GB written"
    )


if __name__ == "__main__":
    print(_measured(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
