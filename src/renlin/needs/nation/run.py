"""Run a country district by district: counts first, ranks from the counts, then residents.

1. Every district: its cells are checked and the values of its numbers counted.
2. The counts of a city (or of the country) add up; ranks follow from them, exactly.
3. Every district: residents get tiers, groups, scores and ranks; counts by community.
4. Counts of districts, cities and the country are sums of those.

A district that is finished is not done again, unless its files, the rules, the catalogue or
the ranks changed. Results are the same bytes for any number of workers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.rules import RuleSet
from renlin.errors import DataFault, Fault, raise_all
from renlin.needs.nation import aggregates, checks, district
from renlin.needs.nation.columns import Layout, missing_fields
from renlin.needs.nation.district import Cells, histogram_file, read
from renlin.needs.nation.engines import DUCKDB, SPARK, Engine, opened
from renlin.needs.nation.folder import District, districts
from renlin.needs.nation.histograms import merged, ranks
from renlin.needs.nation.lock import held
from renlin.needs.nation.manifest import Manifest, swept
from renlin.needs.nation.merging import save
from renlin.needs.nation.plan import Plan, compiled, expressions
from renlin.version import VERSION

CITY, NATION = "city", "nation"
EXTENTS = (CITY, NATION)
SPILL = "spill"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Nation:
    """What a run gives.

    Attributes
    ----------
    out
        Folder with ``residents/``, ``communities/``, ``histograms/`` and the tables below.
    districts, cities, nation
        Counts by group, sums of those of the communities.
    n_done, n_kept
        Districts judged now, and districts found finished.
    absent
        Indicators that scores or groups ask for and no district holds.
    uneven
        Those that some districts hold: in how many it is lacking. What rests on them cannot
        be compared between districts.
    """

    out: Path
    districts: pd.DataFrame
    cities: pd.DataFrame
    nation: pd.DataFrame
    n_done: int
    n_kept: int
    absent: tuple[str, ...]
    uneven: Mapping[str, int]


@dataclass(frozen=True)
class _Work:
    """What all districts share."""

    rule_sets: tuple[RuleSet, ...]
    catalogue: Catalogue
    cells: Cells
    engine: str
    kept: Manifest
    workers: int
    progress: Progress


def judge(
    folder: Path,
    out: Path,
    rule_sets: Sequence[RuleSet],
    catalogue: Catalogue,
    *,
    cells: Cells,
    extent: str = CITY,
    given: pd.DataFrame | None = None,
    engine: str = DUCKDB,
    workers: int = 1,
    progress: Progress = lambda *_: None,
) -> Nation:
    """Judge every resident of the national table in ``folder`` and keep the results in ``out``.

    Parameters
    ----------
    cells
        Sizes below which a cell of counts is marked small.
    extent
        ``city`` or ``nation``: among whom residents are ranked.
    given
        Histogram of a larger extent to rank by instead, as
        :func:`renlin.needs.nation.merging.merge` returns.
    engine
        ``duckdb`` or ``spark``.
    workers
        Districts at a time on DuckDB; Spark divides the work itself.

    Raises
    ------
    DataFault
        With every fault of every district; those without one are finished and kept. When
        another run writes into ``out``.
    MissingExtra
        When Spark is asked for and is not there.

    Source: reference needs 9.
    """
    found = districts(folder, catalogue.indicators, apart=out)
    raise_all(missing_fields({one.name: one.layout for one in found}, rule_sets))
    n = 1 if engine == SPARK else workers
    with held(out):
        swept(out)
        work = _Work(tuple(rule_sets), catalogue, cells, engine, Manifest(out), n, progress)
        plans = _Plans(work)
        marks = _counted(found, plans, work)
        histograms = _histograms(found, out, extent, given)
        done = _judged(found, marks, histograms, plans, work)
        tables = _totals(found, out, cells)
    lacking = _lacking(found, catalogue)
    absent = tuple(code for code, without in lacking.items() if without == len(found))
    uneven = {code: without for code, without in lacking.items() if without < len(found)}
    return Nation(out, *tables, done, len(found) - done, absent, uneven)


class _Plans:
    """The SQL of every layout, compiled when it is first asked for."""

    def __init__(self, work: _Work) -> None:
        self._work = work
        self._made: dict[Layout, Plan] = {}
        self._lock = threading.Lock()

    def of(self, layout: Layout, engine: Engine) -> Plan:
        with self._lock:
            if layout not in self._made:
                asked = expressions(layout, self._work.rule_sets, self._work.catalogue)
                self._made[layout] = compiled(asked, engine)
            return self._made[layout]


def _counted(found: Sequence[District], plans: _Plans, work: _Work) -> dict[District, str]:
    """Count every district; return the mark of its content."""
    shared = _digest([VERSION, work.catalogue.digest("indicators")])
    marks: dict[District, str] = {}

    def one(engine: Engine, area: District) -> None:
        mark = _digest(["count", area.name, area.content(), shared])
        if not work.kept.holds(mark):
            plan = plans.of(area.layout, engine)
            district.count(area, plan, engine, work.catalogue, work.kept, mark)
        marks[area] = mark

    _each(found, one, work, "计数 counting")
    return marks


def _judged(
    found: Sequence[District],
    marks: Mapping[District, str],
    histograms: Mapping[str, pd.DataFrame],
    plans: _Plans,
    work: _Work,
) -> int:
    """Judge every district; return how many were not finished before."""
    ranked = {city: ranks(histogram) for city, histogram in histograms.items()}
    signs = {city: _digest([_table_digest(table)]) for city, table in ranked.items()}
    shared = _digest([repr(work.rule_sets), work.catalogue.digest("displays"), repr(work.cells)])
    done: list[str] = []

    def one(engine: Engine, area: District) -> None:
        mark = _digest(["judge", marks[area], signs[area.city], shared])
        if work.kept.holds(mark):
            return
        counts = read(work.kept.folder / histogram_file(area))
        raise_all(checks.unranked(counts, ranked[area.city], area.name))
        plan = plans.of(area.layout, engine)
        district.judge(area, ranked[area.city], plan, engine, work.cells, work.kept, mark)
        done.append(area.name)

    _each(found, one, work, "分级打分 judging")
    return len(done)


def _each(
    found: Sequence[District],
    one: Callable[[Engine, District], None],
    work: _Work,
    what: str,
) -> None:
    """Do ``one`` for every district, some at a time, each thread with its own engine."""
    spill = work.kept.folder / SPILL
    own = threading.local()
    engines: list[Engine] = []
    faults: list[Fault] = []

    def task(area: District) -> None:
        if not hasattr(own, "engine"):
            own.engine = opened(work.engine, spill)
            engines.append(own.engine)
        one(own.engine, area)

    pool = ThreadPoolExecutor(max_workers=work.workers)
    try:
        running = [pool.submit(task, area) for area in found]
        for at, future in enumerate(as_completed(running), start=1):
            faults += _faults(future)
            work.progress(what, at, len(found))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        for engine in engines:
            with closing(engine):
                pass
    raise_all(faults, DataFault)


def _faults(future: Future[None]) -> Iterable[Fault]:
    try:
        future.result()
    except DataFault as error:
        return error.faults
    return ()


def _histograms(
    found: Sequence[District], out: Path, extent: str, given: pd.DataFrame | None
) -> dict[str, pd.DataFrame]:
    """Return city -> the histogram its residents are ranked by; keep them in ``out``."""
    cities = sorted({one.city for one in found})
    if given is not None:
        return dict.fromkeys(cities, given)
    by_city = {
        city: merged(read(out / histogram_file(one)) for one in found if one.city == city)
        for city in cities
    }
    whole = merged(by_city.values())
    save(whole, out / "histogram.parquet")
    return by_city if extent == CITY else dict.fromkeys(cities, whole)


def _totals(
    found: Sequence[District], out: Path, cells: Cells
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Add the communities up to districts, cities and the country; keep and return them."""
    parts = []
    for one in found:
        table = read(out / district.communities_file(one))
        whole = aggregates.summed(table.assign(district=one.district), ["district"],
                                  **cells._asdict())  # fmt: skip
        parts.append(whole.assign(city=one.city))
    areas = pd.concat(parts, ignore_index=True)
    areas = areas[["city", *(c for c in areas.columns if c != "city")]]
    cities = aggregates.summed(areas, ["city"], **cells._asdict())
    nation = aggregates.summed(areas, [], **cells._asdict())
    shown = aggregates.shown
    made = (shown(areas), shown(cities), shown(nation))
    for name, table in zip(("districts", "cities", "nation"), made, strict=True):
        save(table, out / f"{name}.parquet")
    return made


def _lacking(found: Sequence[District], catalogue: Catalogue) -> dict[str, int]:
    """Return asked indicator -> in how many districts it is lacking, where in any."""
    asked = {
        one.indicator
        for group in catalogue.displays.values()
        for conditions in group.member_when
        for one in conditions
    }
    asked |= {c for c, e in catalogue.indicators.items() if e.dimension != "none"}
    without = {c: sum(c not in one.layout.indicators for one in found) for c in sorted(asked)}
    return {code: n for code, n in without.items() if n}


def _digest(parts: Sequence[str]) -> str:
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def _table_digest(table: pd.DataFrame) -> str:
    digest = blake2b(digest_size=16)
    for column in table.columns:
        values: Any = table[column]
        digest.update("\x1f".join(map(repr, values.tolist())).encode())
    return digest.hexdigest()
