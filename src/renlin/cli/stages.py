"""Commands of single stages: run what they need, print a table or JSON, write findings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from renlin.cli.output import Bar, faults_end, give, phrase, table

if TYPE_CHECKING:
    from renlin.study.results import Results

_ARGUMENT = click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
_OUT = click.option("--out", type=click.Path(path_type=Path), help="写出结论表的文件夹")
_JSON = click.option("--json", "as_json", is_flag=True, help="给机器读 · for machines")


@click.command()
@_ARGUMENT
@_OUT
@_JSON
@faults_end
def needs(folder: Path, out: Path | None, as_json: bool) -> None:
    """第一步 主体需求识别：谁需要什么，为什么，还缺什么。"""
    from renlin.study.job import needs_of, prepare

    results = needs_of(prepare(folder, progress=Bar()))
    _give(results, ("needs.groups", "needs.work_list"), out, as_json)


@click.command()
@_ARGUMENT
@_OUT
@_JSON
@faults_end
def space(folder: Path, out: Path | None, as_json: bool) -> None:
    """第二步 应灾空间研判：空间亏待了谁。"""
    from renlin.study.job import prepare, space_of

    results = space_of(prepare(folder, progress=Bar()))
    _give(results, ("space.coverage_groups", "space.points", "space.network_gaps"), out, as_json)


@click.command()
@_ARGUMENT
@_OUT
@_JSON
@click.option("--seeds", type=click.IntRange(2, 1000))
@faults_end
def simulate(folder: Path, out: Path | None, as_json: bool, seeds: int | None) -> None:
    """第三步 灾中过程模拟：会发生什么。"""
    from renlin.study.job import prepare, simulated_of

    bar = Bar()
    results = simulated_of(prepare(folder, progress=bar, seeds=seeds), progress=bar)
    _give(results, ("simulation.comparison", "simulation.shelters"), out, as_json)


@click.command()
@_ARGUMENT
@_OUT
@_JSON
@click.option("--seeds", type=click.IntRange(2, 1000))
@faults_end
def compare(folder: Path, out: Path | None, as_json: bool, seeds: int | None) -> None:
    """比较方案：每个平均数下面都有各人群；效率悖论照样标出。"""
    from renlin.study.job import prepare, simulated_of

    bar = Bar()
    results = simulated_of(prepare(folder, progress=bar, seeds=seeds), progress=bar)
    _give(results, ("study.paradox", "simulation.comparison"), out, as_json)


@click.command()
@_ARGUMENT
@_OUT
@_JSON
@click.option("--seeds", type=click.IntRange(2, 1000))
@faults_end
def govern(folder: Path, out: Path | None, as_json: bool, seeds: int | None) -> None:
    """第四步 多元协同共治：谁做什么。"""
    from renlin.study.job import prepare, run_folder

    bar = Bar()
    results = run_folder(prepare(folder, progress=bar, seeds=seeds), progress=bar)
    _give(results, ("governance.responses", "governance.duties"), out, as_json)


def _give(results: Results, names: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    from renlin.study.results import keep

    if out is not None:
        keep(results, out)
    lines: list[str] = []
    value: dict[str, Any] = {}
    for name in names:
        finding = results.findings.get(name)
        if finding is None:
            continue
        plain = finding.table.drop(columns=["geometry"], errors="ignore")
        value[name] = {"id": finding.id, "rows": plain.to_dict("records")}
        lines += [f"{name} {finding.id}", *table(plain), ""]
    if out is not None:
        lines.append(phrase(f"写在 {out}", f"Written to {out}"))
    give(value, as_json=as_json, text=lines)
