"""The command that judges all residents of a country, district by district."""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from renlin.cli.output import Bar, aligned, complain, give, phrase, table
from renlin.cli.verb import ExistingFolder, verb

if TYPE_CHECKING:
    import pandas as pd

    from renlin.catalogue.load import Catalogue
    from renlin.catalogue.rules import RuleSet
    from renlin.needs.nation import Nation
    from renlin.privacy.publishing import Limits

EXTENTS, ENGINES = ("city", "nation"), ("duckdb", "spark")
MERGED = "histogram.parquet"
SHOWN = {
    "group": ("人群", "group"),
    "n": ("人数", "residents"),
    "sure_1": ("确定一级", "sure 1"),
    "possible_1": ("可能一级", "possible 1"),
    "sure_2": ("确定二级", "sure 2"),
    "possible_2": ("可能二级", "possible 2"),
    "sure_3": ("确定三级", "sure 3"),
    "possible_3": ("可能三级", "possible 3"),
    "n_open": ("待补", "open"),
    "n_undecided": ("是否属于未知", "may belong"),
}


@verb("nation")
@click.argument("folder", type=ExistingFolder())
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="OUT",
    required=True,
    help="结果写进 OUT，停下以后接着算 · results go to OUT; after a stop it goes on",
)
@click.option(
    "--rules",
    multiple=True,
    metavar="NAME",
    help="只用这些规则文件，可写几次；不写就全用 · only these rule files; all when left out",
)
@click.option(
    "--extent",
    type=click.Choice(EXTENTS),
    default="city",
    show_default=True,
    help="在城市里还是全国里排位 · rank among the city or the nation",
)
@click.option(
    "--ranks",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="按并好的计数排位 · rank by merged counts",
)
@click.option(
    "--merge",
    is_flag=True,
    help="FOLDER 里是各区的计数：只并起来 · FOLDER holds counts of districts: only add them up",
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="duckdb",
    show_default=True,
    help="用什么算 · what computes",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="几个区同时算，不影响结果 · districts at a time; results do not depend on it",
)
@click.option(
    "--public",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="把遮了小格的区、市、全国表写进去 · write the tables there, small cells hidden",
)
def nation(
    folder: Path,
    out: Path,
    rules: tuple[str, ...],
    extent: str,
    ranks: Path | None,
    merge: bool,
    engine: str,
    workers: int | None,
    public: Path | None,
    as_json: bool,
) -> None:
    """Judge the residents of FOLDER and print the counts by group."""
    from renlin.catalogue import load
    from renlin.needs.nation import judge, publish

    catalogue = load()
    if merge:
        _merged(folder, out, catalogue, as_json)
        return
    clock, busy = time.monotonic(), time.process_time()
    with _stoppable():
        found = judge(
            folder,
            out,
            _rules(catalogue, rules),
            catalogue,
            cells=_cells(),
            extent=extent,
            given=None if ranks is None else _counts(ranks, catalogue),
            engine=engine,
            workers=workers or len(os.sched_getaffinity(0)),
            progress=Bar(),
        )
    if public is not None:
        publish(found, public, _limits(catalogue))
    spent = {"seconds": time.monotonic() - clock, "cpu_seconds": time.process_time() - busy}
    _told(found, spent, out, public, as_json)


def _rules(catalogue: Catalogue, names: tuple[str, ...]) -> tuple[RuleSet, ...]:
    """Return the rule sets named, or all; a name nobody knows is refused."""
    from renlin.catalogue.rule_files import read_rules
    from renlin.errors import Fault, Said, SchemeFault, did_you_mean, raise_all

    files = catalogue.tier_files
    wanted = [name if name.endswith(".yaml") else f"{name}.yaml" for name in names] or list(files)
    faults = [
        Fault("--rules", Said("目录 tiers 里的规则文件", "a rule file of catalogue/tiers"),
              Said(name, name), did_you_mean(name, files))
        for name in wanted
        if name not in files
    ]  # fmt: skip
    raise_all(faults, SchemeFault)
    chosen = {name: files[name] for name in files if name in wanted}
    return read_rules(chosen, indicators=catalogue.indicators, needs=catalogue.needs)


def _cells() -> Any:
    from renlin.community.settings import Settings
    from renlin.needs.nation.district import Cells

    default = {name: field.default for name, field in Settings.model_fields.items()}
    return Cells(default["k_persons"], default["k_households"])


def _limits(catalogue: Catalogue) -> Limits:
    from renlin.privacy.publishing import Limits

    cells = _cells()
    return Limits(cells.k_persons, cells.k_households, catalogue.number("published_width"))


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let the districts at work end when the run is told to stop, and say how to go on."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    mine = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, stop) if mine else None
    try:
        yield
    except KeyboardInterrupt:
        complain(
            [
                phrase(
                    "算完的区都留着；同一条命令从停下的地方接着算。",
                    "Districts that are finished are kept; the same command goes on from there.",
                )
            ]
        )
        raise
    finally:
        if mine:
            signal.signal(signal.SIGTERM, before)


def _counts(path: Path, catalogue: Catalogue) -> pd.DataFrame:
    from renlin.needs.nation.merging import one

    return one(path, catalogue)


def _merged(folder: Path, out: Path, catalogue: Catalogue, as_json: bool) -> None:
    from renlin.needs.nation import merge
    from renlin.needs.nation.merging import save

    found = merge(folder, catalogue)
    save(found, out / MERGED)
    sizes = found.groupby("column")["n"].agg(["size", "sum"]).reset_index()
    sizes.columns = ["column", "n_levels", "n_known"]
    lines = [*table(sizes), phrase(f"写在 {out / MERGED}", f"Written to {out / MERGED}")]
    value = {"out": str(out / MERGED), "columns": sizes.to_dict("records")}
    give(value, as_json=as_json, text=lines)


def _told(
    found: Nation, spent: Mapping[str, float], out: Path, public: Path | None, as_json: bool
) -> None:
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # KiB on Linux
    disk = sum(path.stat().st_size for path in out.rglob("*.parquet")) / 1024**2
    cost = {**spent, "rss_mib": rss, "disk_mib": disk}
    rows = [
        [phrase(*words) for words in SHOWN.values()],
        *([str(row[name]) for name in SHOWN] for row in found.nation.to_dict("records")),
    ]
    n = found.n_done + found.n_kept
    lines = [
        *aligned(rows),
        phrase(
            f"{n} 个区，其中 {found.n_kept} 个早已算好；"
            f"用时 {spent['seconds']:.1f} 秒，CPU {spent['cpu_seconds']:.1f} 秒，"
            f"内存 {rss:.0f} MiB，磁盘 {disk:.0f} MiB。",
            f"{n} districts, {found.n_kept} of them finished before; "
            f"{spent['seconds']:.1f} s, {spent['cpu_seconds']:.1f} CPU s, "
            f"{rss:.0f} MiB of memory, {disk:.0f} MiB of disk.",
        ),
    ]
    if found.absent:
        listed = "、".join(found.absent)
        lines.append(
            phrase(
                f"表里没有这些指标：人群按未知算，分数里不算：{listed}",
                "Not in the table, so unknown for groups and no item of a score: "
                + ", ".join(found.absent),
            )
        )
    if found.uneven:
        listed = ", ".join(f"{code} {n_without}/{n}" for code, n_without in found.uneven.items())
        lines.append(
            phrase(
                f"有的区没有这些列（没有的区数/区数），区与区不能直接比：{listed}",
                "Lacking in some districts (districts without/all), so districts cannot be "
                f"compared as they are: {listed}",
            )
        )
    if public is not None:
        lines.append(phrase(f"可公开的表写在 {public}", f"Tables for the public: {public}"))
    value = {
        "out": str(out),
        "public": None if public is None else str(public),
        "n_districts": n,
        "n_kept": found.n_kept,
        "groups": found.nation.to_dict("records"),
        "absent": list(found.absent),
        "uneven": dict(found.uneven),
        **cost,
    }
    give(value, as_json=as_json, text=lines)
