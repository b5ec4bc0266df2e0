"""Commands about data: make a folder, build its layers, check them, look into a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from renlin.cli.output import (
    aligned,
    complain,
    fault_texts,
    fault_values,
    give,
    language,
    phrase,
    table,
)
from renlin.cli.verb import Existing, ExistingFolder, verb
from renlin.errors import Fault, Said

if TYPE_CHECKING:
    from renlin.intake.inspection import Seen
    from renlin.intake.matching.model import Model

KINDS = ("courtyard", "work_unit", "modern")
TOGETHER = 12  # doubts alike that are listed one by one; more become one line


@verb("new")
@click.argument("target", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--osm",
    type=Existing(),
    metavar="FILE",
    help="OSM 地图：.osm、.osm.gz、.osm.bz2、.pbf · OpenStreetMap file",
)
@click.option("--name", metavar="NAME", help="社区名，默认文件夹名 · its name, else the folder's")
@click.option(
    "--type",
    "kind",
    type=click.Choice(KINDS),
    default="work_unit",
    help="平房、单位制或现代居住社区 · kind of community",
)
@click.option(
    "--residents",
    type=click.IntRange(1),
    metavar="N",
    help="合成多少居民，不写不合成 · synthetic residents, none without it",
)
@click.option(
    "--margins",
    type=Existing(),
    metavar="FILE",
    help="自己的边际分布 CSV · shares of your own, CSV",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    metavar="N",
    help="随机种子，同图同种子得同样的字节 · same map and seed, same bytes",
)
def new(target: Path, osm: Path | None, name: str | None, as_json: bool, **options: Any) -> None:
    """Make a community folder from a map."""
    from renlin.intake.place import new_community

    made = new_community(target, name=name or target.name, osm=osm, **options)
    rows = [[key, str(value)] for key, value in made.counts.items()]
    end = phrase(f"建好了。接着运行 renlin run {target}", f"Made. Next: renlin run {target}")
    value = {"folder": str(target), "counts": dict(made.counts)}
    give(value, as_json=as_json, text=[*aligned(rows), end])


@verb("build")
@click.argument("folder", type=ExistingFolder())
@click.option(
    "--layers",
    type=Existing(),
    metavar="FILE",
    help="先读进这份映射文件里的图层 · first bring in the layers of this mapping file",
)
@click.option(
    "--model",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="关联权重；文件不在就从这些名册学了存下 · weights of linkage, learnt and kept when absent",
)
def build(folder: Path, layers: Path | None, model: Path | None, as_json: bool) -> None:
    """Build the layers of residents from the registers, after map layers if any are named."""
    from renlin.intake.build import MAPPING
    from renlin.intake.build import build as build_layers

    brought = {} if layers is None else _brought(folder, layers)
    if layers is not None and not (folder / "registers" / MAPPING).is_file():
        rows = [[name, str(n)] for name, n in brought.items()]
        give({"layers": brought}, as_json=as_json, text=aligned(rows))
        return
    made = build_layers(folder, model=None if model is None else _weights(folder, model))
    guessed = [
        f"{register}: {heading} → {target}"
        for register, columns in made.guessed.items()
        for heading, target in columns.items()
    ]
    rows = [[name, str(n)] for name, n in (brought | made.counts).items()]
    value = {
        "layers": brought,
        "counts": made.counts,
        "n_doubts": len(made.doubts),
        "doubts": fault_values(made.doubts),
        "guessed": made.guessed,
    }
    give(value, as_json=as_json, text=[*guessed, *_doubts(made.doubts), *aligned(rows)])


def _weights(folder: Path, path: Path) -> Model:
    """Return saved weights of linkage, or learn them from the folder and save them."""
    from renlin.intake.build import learn
    from renlin.intake.remainder import saved_model

    if path.is_file():
        return saved_model(path)
    made = learn(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(path)
    return made


def _brought(folder: Path, mapping: Path) -> dict[str, int]:
    """Bring in the map layers a mapping file names and return their rows."""
    from renlin.intake.layer_import import import_layers

    return dict(import_layers(folder, mapping).counts)


@verb("check")
@click.argument("folder", type=ExistingFolder())
def check(folder: Path, as_json: bool) -> None:
    """Check registers and layers; exit 1 when there is an error."""
    from renlin.intake.folder_inspection import checked

    _, remarks = checked(folder)
    errors = [remark.fault for remark in remarks if remark.level == "error"]
    rest = [remark.fault for remark in remarks if remark.level != "error"]
    n, m = len(errors), len(rest)
    value = {
        "n_errors": n,
        "errors": fault_values(errors),
        "n_remarks": m,
        "remarks": fault_values(rest),
    }
    end = phrase(f"{n} 处错，{m} 处提醒。", f"{n} errors, {m} remarks.")
    _told(value, errors, [*_doubts(rest), end], as_json)


@verb("inspect")
@click.argument("path", metavar="FILE", type=Existing())
@click.option("--sheet", metavar="NAME", help="看哪张工作表 · which sheet of a workbook")
def inspect(path: Path, sheet: str | None, as_json: bool) -> None:
    """Say what a file holds and everything that is wrong with it."""
    from renlin.intake.inspection import inspect_file

    seen = inspect_file(path, sheet=sheet)
    value = {
        "file": path.name,
        "kind": seen.kind,
        "facts": seen.facts,
        "preview": [] if seen.preview is None else seen.preview.to_dict("records"),
        "n_faults": len(seen.faults),
        "faults": fault_values(seen.faults),
        "n_doubts": len(seen.doubts),
        "doubts": fault_values(seen.doubts),
    }
    _told(value, seen.faults, list(_seen(seen, path.name)), as_json)


def _told(value: dict[str, Any], faults: Sequence[Fault], text: list[str], as_json: bool) -> None:
    """Give the results, then the faults on stderr; end with 1 when there are any."""
    give(value, as_json=as_json, text=text)
    if faults:
        n = len(faults)
        complain([*fault_texts(faults), phrase(f"共 {n} 处要改。", f"{n} to correct.")])
        sys.exit(1)


def _seen(seen: Seen, name: str) -> Iterator[str]:
    said = language()
    yield f"{SEEN[seen.kind].in_language(said)}: {name}"
    facts = [
        ["", SEEN[key].in_language(said) if key in SEEN else key, _said(value)]
        for key, value in seen.facts.items()
    ]
    if facts:
        yield from aligned(facts)
    if seen.preview is not None and len(seen.preview):
        shown = seen.preview
        if "reason_en" in shown:
            other = "reason_en" if said == "zh" else "reason"
            shown = shown.drop(columns=other).rename(columns={"reason_en": "reason"})
        if "how" in shown:
            shown = shown.assign(how=shown["how"].map(_how))
        shown = shown.rename(
            columns={c: SEEN[c].in_language(said) for c in shown.columns if c in SEEN}
        )
        yield ""
        yield from table(shown, most=len(shown))
    if seen.doubts:
        yield ""
        yield from _doubts(seen.doubts)
    if not seen.faults:
        yield phrase("没有发现错误。", "No faults found.")


def _how(code: str) -> str:
    """Return how a heading is known, in the chosen language."""
    if code.startswith("like "):
        target = code.removeprefix("like ")
        return phrase(f"像 {target}，没有用", f"resembles {target}, not used")
    words = {
        "guessed": Said("按叫法认的", "guessed by its words"),
        "ignored": Said("不读", "left out"),
        "stated": Said("写明的", "stated"),
        "unknown": Said("没看懂", "not understood"),
    }
    return words[code].in_language(language())


def _said(value: object) -> str:
    """Return a fact in the chosen language."""
    if isinstance(value, Said):
        return value.in_language(language())
    if isinstance(value, bool):
        return phrase("是", "yes") if value else phrase("否", "no")
    return str(value)


SEEN = {
    "as_of": Said("资料日期", "as of"),
    "bounds": Said("范围", "bounds"),
    "column": Said("读作", "column"),
    "columns": Said("列", "columns"),
    "community": Said("社区文件夹", "community folder"),
    "crs": Said("坐标系", "system"),
    "date": Said("日期", "date"),
    "datum": Said("声明的基准", "datum declared"),
    "declaration": Said("说明文件", "declaration"),
    "declares": Said("说明什么", "declares"),
    "dropped": Said("没读进来的", "dropped"),
    "example": Said("例", "example"),
    "file": Said("文件", "file"),
    "features": Said("对象", "objects"),
    "filled": Said("有值", "filled"),
    "finding": Said("结论表", "finding"),
    "findings": Said("结论表", "findings"),
    "fits": Said("最贴合的基准", "datum that fits"),
    "format": Said("格式", "format"),
    "handle": Said("句柄", "handle"),
    "heading": Said("标题", "heading"),
    "heading_row": Said("标题行", "heading row"),
    "how": Said("怎么认的", "how"),
    "inputs": Said("读了哪些表", "inputs"),
    "key": Said("键", "key"),
    "kind": Said("类型", "kind"),
    "kinds": Said("图形", "shapes"),
    "known": Said("有值", "known"),
    "layer": Said("图层", "layer"),
    "layers": Said("图层", "layers"),
    "map": Said("地图", "map"),
    "mended": Said("修补过的", "mended"),
    "name": Said("名称", "name"),
    "offsets_m": Said("与底图相差（米）", "offset from the map, m"),
    "parents": Said("由哪些表来", "parents"),
    "privacy": Said("谁可以看", "privacy"),
    "read_as": Said("怎么读的", "read as"),
    "reason": Said("原因", "reason"),
    "register": Said("名册", "register"),
    "results": Said("结果文件夹", "results folder"),
    "role": Said("角色", "role"),
    "rows": Said("行数", "rows"),
    "seeds": Said("推演次数", "seeds"),
    "sheet": Said("工作表", "sheet"),
    "source": Said("来源", "source"),
    "survey_date": Said("资料日期", "survey date"),
    "synthetic": Said("合成居民", "synthetic"),
    "table": Said("表", "table"),
    "type": Said("类型", "type"),
    "version": Said("版本", "version"),
    "with_room": Said("地址到室", "address with room"),
    "with_valid_number": Said("证件号有效", "valid number"),
}
"""Name of what looking into a file tells -> its words."""


def _doubts(doubts: Sequence[Fault]) -> Iterator[str]:
    """Yield one line per doubt; many alike become one line that lists their rows."""
    from renlin.intake.rows import row_list

    alike: dict[Fault, list[int]] = {}
    for doubt in doubts:
        alike.setdefault(replace(doubt, row=None), []).append(doubt.row or 0)
    for doubt, rows in alike.items():
        told = [replace(doubt, row=row or None) for row in rows]
        if len(rows) > TOGETHER:
            where = row_list(sorted(rows))
            got = Said(f"{doubt.got.zh}（{where.zh}）", f"{doubt.got.en} ({where.en})")
            told = [replace(doubt, got=got)]
        yield from (phrase("提醒 ", "Note: ") + one.text(language()) for one in told)
