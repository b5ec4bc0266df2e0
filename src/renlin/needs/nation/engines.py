"""Run the expressions where the data lie: on DuckDB here, or on Spark.

Both run what Ibis compiles from the same expression over the tables ``residents`` and
``ranks``.
"""

from __future__ import annotations

import errno
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from renlin.errors import Fault, MissingExtra, Said

RESIDENTS, RANKS = "residents", "ranks"
DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)
MEMORY_MB = 320
"""MB one worker of DuckDB may take before it writes to disk. Assumption: two stay below 1 GB."""
GROUP_ROWS = 122_880
"""Rows in a row group of Parquet: the default of DuckDB."""


class Unreadable(Exception):
    """Say that the engine could not read a file; carries none of its words."""


class Engine(Protocol):
    """What runs an expression."""

    def sql(self, expression: Any) -> str:
        """Return the SQL of an Ibis expression."""

    def read(self, name: str, files: Sequence[Path]) -> None:
        """Make ``files`` the table ``name``."""

    def take(self, name: str, table: pd.DataFrame) -> None:
        """Make ``table`` the table ``name``."""

    def hold(self, name: str, sql: str) -> None:
        """Make what ``sql`` gives the table ``name``, worked out once."""

    def frame(self, sql: str) -> pd.DataFrame:
        """Return what ``sql`` gives."""

    def write(self, sql: str, path: Path) -> None:
        """Write what ``sql`` gives as Parquet."""

    def close(self) -> None:
        """Give back what it holds."""


class DuckDB:
    """One thread and one bounded memory: the same bytes every time."""

    def __init__(self, spill: Path) -> None:
        import duckdb

        self._failed = duckdb.Error
        self._ours = (
            duckdb.BinderException,
            duckdb.CatalogException,
            duckdb.ParserException,
            duckdb.OutOfMemoryException,
        )
        self._connection = duckdb.connect(
            config={
                "threads": 1,
                "memory_limit": f"{MEMORY_MB}MB",
                "temp_directory": str(spill),
                "preserve_insertion_order": True,
            }
        )

    def sql(self, expression: Any) -> str:
        """Return the SQL of an Ibis expression."""
        return str(ibis.to_sql(expression, dialect="duckdb"))

    def read(self, name: str, files: Sequence[Path]) -> None:
        """Make ``files`` the table ``name``."""
        listed = ", ".join(_quoted(_literal(path)) for path in files)
        self._run(
            f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM "
            f"read_parquet([{listed}], hive_partitioning = false)"
        )

    def take(self, name: str, table: pd.DataFrame) -> None:
        """Make ``table`` the table ``name``."""
        self._connection.register("taken", pa.Table.from_pandas(table, preserve_index=False))
        self._run(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM taken")
        self._connection.unregister("taken")

    def hold(self, name: str, sql: str) -> None:
        """Make what ``sql`` gives the table ``name``, worked out once."""
        self._run(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")

    def frame(self, sql: str) -> pd.DataFrame:
        """Return what ``sql`` gives."""
        try:
            return _frame(self._connection.sql(sql).to_arrow_table())
        except self._failed as error:
            raise error if isinstance(error, self._ours) else _told(error) from None

    def write(self, sql: str, path: Path) -> None:
        """Write what ``sql`` gives as Parquet."""
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP_ROWS}"
        self._run(f"COPY ({sql}) TO {_quoted(path)} ({options})")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _run(self, sql: str) -> None:
        try:
            self._connection.execute(sql)
        except self._failed as error:
            raise error if isinstance(error, self._ours) else _told(error) from None


class Spark:
    """The session of this process, or one started on this machine; needs the extra ``spark``.

    A centre starts Python by ``spark-submit`` with its own master; its session is taken.

    Raises
    ------
    MissingExtra
        When pyspark or Java is not there.
    """

    def __init__(self) -> None:
        with warnings.catch_warnings():
            # Spark 4 and Ibis warn of pandas 3 and of classes to come; no table passes
            # through pandas on Spark here.
            warnings.simplefilter("ignore")
            self._session, self._own = _session()
            self._backend = ibis.pyspark.connect(self._session)
        self._held: Any = None

    def sql(self, expression: Any) -> str:
        """Return the SQL of an Ibis expression."""
        return str(self._backend.compile(expression))

    def read(self, name: str, files: Sequence[Path]) -> None:
        """Make ``files`` the table ``name``."""
        found = self._session.read.parquet(*(f"file:{path.resolve()}" for path in files))
        found.createOrReplaceTempView(name)

    def take(self, name: str, table: pd.DataFrame) -> None:
        """Make ``table`` the table ``name``."""
        rows = table.to_dict("split")["data"]
        types = {"f": "double", "i": "bigint"}
        schema = ", ".join(f"`{c}` {types.get(table[c].dtype.kind, 'string')}" for c in table)
        self._session.createDataFrame(rows, schema).createOrReplaceTempView(name)

    def hold(self, name: str, sql: str) -> None:
        """Make what ``sql`` gives the table ``name``, worked out once."""
        if self._held is not None:
            self._held.unpersist()
        self._held = self._session.sql(sql).cache()
        self._held.createOrReplaceTempView(name)

    def frame(self, sql: str) -> pd.DataFrame:
        """Return what ``sql`` gives."""
        return _frame(self._arrow(sql))

    def write(self, sql: str, path: Path) -> None:
        """Write what ``sql`` gives as Parquet."""
        pq.write_table(self._arrow(sql), path, compression="zstd", row_group_size=GROUP_ROWS)

    def close(self) -> None:
        """Stop the session if it was started here."""
        if self._own:
            self._session.stop()

    def _arrow(self, sql: str) -> pa.Table:
        from pyspark.errors import PySparkException

        try:
            return self._session.sql(sql).toArrow()
        except PySparkException as error:
            raise Unreadable from error


def opened(name: str, spill: Path) -> Engine:
    """Return the engine ``name``; DuckDB writes to ``spill`` what does not fit."""
    return Spark() if name == SPARK else DuckDB(spill)


def _session() -> tuple[Any, bool]:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise MissingExtra(_lacking("pyspark", "pip install 'renlin[spark]'")) from None
    from pyspark.errors import PySparkException, PySparkRuntimeError

    active = SparkSession.getActiveSession()
    if active is not None:
        return active, False
    builder = SparkSession.builder.appName("renlin")
    if SUBMITTED not in os.environ:
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        builder = builder.master("local[*]")
        for key, value in _SETTINGS.items():
            builder = builder.config(key, value)
    try:
        return builder.getOrCreate(), True
    except (PySparkException, PySparkRuntimeError, OSError):
        raise MissingExtra(_lacking("Java 17", "apt-get install default-jre-headless")) from None


SUBMITTED = "PYSPARK_GATEWAY_PORT"
"""Set where ``spark-submit`` started this process: its master holds."""
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.session.timeZone": "UTC",
}
"""A session of this machine: no page, no port to the outside."""


def _lacking(what: str, remedy: str) -> Fault:
    return Fault(
        "spark", Said(what, what), Said("没有", "none"),
        Said(f"运行：{remedy}。", f"Run: {remedy}."),
    )  # fmt: skip


def _frame(table: pa.Table) -> pd.DataFrame:
    wide = table.to_pandas(integer_object_nulls=True)
    return pd.DataFrame(wide)


def _told(error: Exception) -> Exception:
    """Return what a failure of DuckDB means: a full disk is no fault of a file."""
    if "No space left" in str(error):
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return Unreadable()


def _literal(path: Path) -> str:
    """Return a path that DuckDB does not read as a pattern of many."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))


def _quoted(path: Path | str) -> str:
    return "'" + str(path).replace("'", "''") + "'"
