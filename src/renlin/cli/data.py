"""Commands about data: make a folder, build its layers, check them, look into a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from renlin.cli.output import faults_end, give, language, phrase, table


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--osm", type=click.Path(path_type=Path, exists=True), help="OSM：.osm .osm.gz .pbf")
@click.option("--name", help="社区名 · name of the community")
@click.option(
    "--type", "kind", type=click.Choice(["courtyard", "work_unit", "modern"]), default="work_unit"
)
@click.option("--residents", type=click.IntRange(1), help="合成人口数 · synthetic residents")
@click.option("--margins", type=click.Path(path_type=Path, exists=True), help="边际分布 CSV")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@faults_end
def new(folder: Path, osm: Path | None, name: str | None, as_json: bool, **options: Any) -> None:
    """由一张地图建一个社区文件夹。

    \b
    renlin new nanjing --osm nanjing.osm.gz --type work_unit --residents 20000
    """
    from renlin.intake.place import new_community

    made = new_community(folder, name=name or folder.name, osm=osm, **options)
    lines = [f"{key}: {value}" for key, value in made.counts.items()]
    end = phrase(f"建好了。接着运行 renlin run {folder}", f"Made. Next: renlin run {folder}")
    give({"folder": str(folder), "counts": dict(made.counts)}, as_json=as_json, text=[*lines, end])


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True)
@faults_end
def build(folder: Path, as_json: bool) -> None:
    """整理 registers/ 里的名册，写出 layers/；存疑的列出来等人核对。"""
    from renlin.intake.build import build as build_layers

    made = build_layers(folder)
    lines = []
    for register, columns in made.guessed.items():
        lines += [f"{register}: {heading} → {target}" for heading, target in columns.items()]
    lines += [doubt.text(language()) for doubt in made.doubts]
    lines += [f"{name}: {n}" for name, n in made.counts.items()]
    value = {
        "counts": made.counts,
        "doubts": [doubt.text(language()) for doubt in made.doubts],
        "guessed": made.guessed,
    }
    give(value, as_json=as_json, text=lines)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--json", "as_json", is_flag=True)
@faults_end
def check(folder: Path, as_json: bool) -> None:
    """查社区各层是否互相一致；有错退出码为 1。"""
    from renlin.community.check import check as check_layers
    from renlin.community.folder import open_community

    remarks = check_layers(open_community(folder))
    errors = [remark for remark in remarks if remark.level == "error"]
    lines = [f"[{remark.level}] {remark.fault.text(language())}" for remark in remarks]
    n, rest = len(errors), len(remarks) - len(errors)
    lines.append(phrase(f"{n} 处错，{rest} 处提醒。", f"{n} errors, {rest} remarks."))
    listed = [{"level": r.level, "text": r.fault.text(language())} for r in remarks]
    value = {"errors": n, "remarks": listed}
    give(value, as_json=as_json, text=lines)
    if errors:
        sys.exit(1)


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--sheet", help="工作表 · sheet of a workbook")
@click.option("--json", "as_json", is_flag=True)
@faults_end
def inspect(path: Path, sheet: str | None, as_json: bool) -> None:
    """看一个文件里有什么：名册、地图、图层、社区文件夹或结论表；错处全列出来。"""
    from renlin.intake.inspection import inspect_file

    seen = inspect_file(path, sheet=sheet)
    lines = [f"{key}: {value}" for key, value in seen.facts.items()]
    if seen.preview is not None:
        lines += table(seen.preview)
    lines += [fault.text(language()) for fault in (*seen.faults, *seen.doubts)]
    value = {
        "kind": seen.kind,
        "facts": seen.facts,
        "faults": [fault.text(language()) for fault in seen.faults],
        "doubts": [doubt.text(language()) for doubt in seen.doubts],
    }
    give(value, as_json=as_json, text=[f"{seen.kind}: {path.name}", *lines])
    if seen.faults:
        sys.exit(1)
