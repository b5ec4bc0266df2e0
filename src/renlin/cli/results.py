"""Commands about results: run all stages, write the report anew, trace a number."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from renlin.cli.output import Bar, faults_end, give, language, phrase

if TYPE_CHECKING:
    from renlin.study.results import Results


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path), help="结果文件夹，默认 FOLDER/out")
@click.option("--seeds", type=click.IntRange(2, 1000), help="代替 study.toml 的推演次数")
@click.option("--json", "as_json", is_flag=True)
@faults_end
def run(folder: Path, out: Path | None, seeds: int | None, as_json: bool) -> None:
    """从名册和地图一路跑到报告、住户卡和图层。

    \b
    renlin run examples/liulin --out out/liulin
    """
    from renlin.study.job import prepare, run_folder

    started = time.monotonic()
    bar = Bar()
    place = prepare(folder, progress=bar, seeds=seeds)
    results = run_folder(place, progress=bar)
    target = out or folder / "out"
    written = _write(results, folder, target)
    seconds = time.monotonic() - started
    path = written["report"]
    end = phrase(f"报告：{path}（用时 {seconds:.0f} 秒）", f"Report: {path} ({seconds:.0f} s)")
    value = {"out": str(target), "seconds": round(seconds, 1), "files": written}
    give(value, as_json=as_json, text=[*_listed(written), end])


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("out", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True)
@faults_end
def report(folder: Path, out: Path, as_json: bool) -> None:
    """由 OUT 里的结论表重写报告、住户卡和图层，不重新推演。"""
    from renlin.community.folder import open_community
    from renlin.study.results import reopen

    written = _write(reopen(open_community(folder), out), folder, out)
    give({"files": written}, as_json=as_json, text=_listed(written))


@click.command()
@click.argument("out", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("finding")
@click.option("--row", help="键列的值，用 | 连 · values of the key columns")
@click.option("--column", help="列名 · column")
@click.option("--json", "as_json", is_flag=True)
@faults_end
def explain(out: Path, finding: str, row: str | None, column: str | None, as_json: bool) -> None:
    """把一个数追溯到名册的行、规则版本和目录的出处。

    \b
    renlin explain out/liulin simulation.comparison --row 'a|fire-stair-3|wheelchair'
    """
    from renlin.report.explain import explain as trace
    from renlin.report.explain import lines

    node = trace(out, finding, row=row, column=column)
    give(node.plain(), as_json=as_json, text=list(lines(node, language())))


def _write(results: Results, folder: Path, out: Path) -> dict[str, str]:
    from renlin.report.write import write_all

    return {name: str(path) for name, path in write_all(results, folder, out).items()}


def _listed(written: dict[str, str]) -> list[str]:
    return [f"{name}: {path}" for name, path in written.items()]
