"""The command that holds what we work out against what others measured and published."""

from __future__ import annotations

import sys
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from renlin.cli.output import Bar, aligned, give, phrase
from renlin.cli.verb import ExistingFolder, verb

if TYPE_CHECKING:
    import pandas as pd

    from renlin.verification import Laboratory

MARKS = {"within": "✓", "outside": "✗", "known_deviation": "≈", "not_run": "–"}
Row = Mapping[Hashable, Any]


@verb("verify")
@click.argument("folder", metavar="DIR", type=ExistingFolder(), required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="OUT",
    help="把检验页写进 OUT · write the page to OUT",
)
@click.option(
    "--data",
    type=ExistingFolder(),
    metavar="FOLDER",
    help="别人的数据在哪个文件夹 · folder of data made by others",
)
def verify(folder: Path | None, out: Path | None, data: Path | None, as_json: bool) -> None:
    """Run cases and print the page; exit 1 when one lies outside its band."""
    from renlin.verification import laboratory, left_out
    from renlin.verification import verify as run_cases

    bar = Bar()
    found = run_cases(folder, data=data, progress=bar)
    lab = laboratory(progress=bar) if folder is None else None
    left = left_out(folder)
    written = {} if out is None else _written(found, left, lab, out)
    bar.clear()
    outside = int((found["verdict"] == "outside").sum())
    known = int((found["verdict"] == "known_deviation").sum())
    not_run = int((found["verdict"] == "not_run").sum())
    within = len(found) - outside - known - not_run
    bands = found.to_dict("records")
    value = {"n": len(found), "n_outside": outside, "n_known_deviations": known,
             "n_not_run": not_run,
             "rows": bands, "left_out": left.to_dict("records"), "files": written,
             "laboratory": None if lab is None else _plain(lab)}  # fmt: skip
    end = phrase(
        f"{len(found)} 项：{within} 项在区间内，{known} 项是已知偏差，{outside} 项在区间外，"
        f"{not_run} 项没有跑。",
        f"{len(found)} bands: {within} within, {known} known deviations, {outside} outside, "
        f"{not_run} not run.",
    )
    text = [*_bands(bands), *_left(left), *([] if lab is None else _laboratory(lab)), end]
    give(value, as_json=as_json, text=[*text, *(f"{path}" for path in written.values())])
    if outside or (lab is not None and (lab.peaks["verdict"] == "outside").any()):
        sys.exit(1)


def _written(
    found: pd.DataFrame, left: pd.DataFrame, lab: Laboratory | None, out: Path
) -> dict[str, str]:
    """Write the page in both languages and return name -> path."""
    from renlin.report.verification import write_verification

    english = write_verification(found, out, left_out=left, laboratory=lab, language="en")
    chinese = write_verification(found, out, left_out=left, laboratory=lab, language="zh")
    return {"page_en": str(english), "page": str(chinese)}


def _bands(bands: list[dict[Hashable, Any]]) -> list[str]:
    rows = [
        [MARKS[str(b["verdict"])], str(b["case"]), _measure(b), _band(b), _got(b),
         str(b["source"])]
        for b in bands
    ]  # fmt: skip
    heads = [
        "", phrase("案例", "case"), phrase("量什么", "measure"), phrase("期望", "expected"),
        phrase("得到", "got"), phrase("期望的出处", "source of the band"),
    ]  # fmt: skip
    told = [
        f"{MARKS[str(b['verdict'])]} {b['case']} {_measure(b)}: "
        f"{phrase(str(b['deviation_zh']), str(b['deviation']))}"
        for b in bands
        if b["verdict"] in ("known_deviation", "not_run")
    ]
    return [*aligned([heads, *rows]), *told]


def _got(band: Row) -> str:
    return "–" if band["verdict"] == "not_run" else f"{band['got']:.4g}"


def _measure(band: Row) -> str:
    told = str(band["measure"])
    for name in ("of", "variant"):
        if band[name] not in ("", "base"):
            told += f" [{band[name]}]"
    if band["across"] != "mean":
        told += f" {band['across']}"
    return f"{told} / {band['over']}" if band["over"] else told


def _band(band: Row) -> str:
    low, high = float(band["low"]), float(band["high"])
    if low != low:
        return f"≤ {high:g}"
    return f"≥ {low:g}" if high != high else f"{low:g}–{high:g}"


def _left(left: pd.DataFrame) -> list[str]:
    """Return the cases that cannot be stated, each with the reason."""
    if not len(left):
        return []
    rows = [
        ["–", f"{row['source']} {row['test']}", phrase(str(row["zh"]), str(row["en"])),
         phrase(str(row["reason_zh"]), str(row["reason_en"]))]
        for row in left.to_dict("records")
    ]  # fmt: skip
    return ["", phrase("路网模型无法陈述的案例：", "Cases a network cannot state:"), *aligned(rows)]


def _laboratory(lab: Laboratory) -> list[str]:
    """Return the error figures against laboratories, the greatest flows, the bottlenecks."""
    names = {r["experiment"]: phrase(r["zh"], r["en"]) for r in lab.experiments.to_dict("records")}
    heads = [phrase("实验", "experiment"), phrase("曲线", "diagram"), "n",
             phrase("速度 RMSE", "RMSE speed"), phrase("手算", "by hand"),
             phrase("速度偏差", "bias speed"), phrase("流率 RMSE", "RMSE flow"),
             phrase("流率偏差", "bias flow")]  # fmt: skip
    rows = [
        [names[r["experiment"]], str(r["diagram"]), str(r["n"]), f"{r['rmse_speed']:.3f}",
         "–" if r["by_hand"] != r["by_hand"] else f"{r['by_hand']:.3f}",
         f"{r['bias_speed']:+.3f}", f"{r['rmse_flow']:.3f}", f"{r['bias_flow']:+.3f}"]
        for r in lab.errors.to_dict("records")
    ]  # fmt: skip
    peaks = [
        phrase(
            f"{MARKS[str(r['verdict'])]} {r['diagram']} 最大流率 {r['flow']:.2f} 人/(秒·米)，密度 "
            f"{r['density']:.2f}；期望 {r['expected_flow']:g}，{r['expected_density']:g}",
            f"{MARKS[str(r['verdict'])]} {r['diagram']}: greatest flow {r['flow']:.2f} "
            f"persons/(s m) at {r['density']:.2f}; expected {r['expected_flow']:g} at "
            f"{r['expected_density']:g}",
        )
        for r in lab.peaks.to_dict("records")
    ]
    necks = "  ".join(f"{r['width']:g} m: {r['flow']:.2f}" for r in
                      lab.bottlenecks.to_dict("records"))  # fmt: skip
    head = phrase("实验室实测（模型减实测，米/秒，人/(秒·米)）：",
                  "Laboratories (model minus measured, m/s, persons/(s m)):")  # fmt: skip
    flow = phrase(f"瓶颈流量，人/秒：{necks}", f"Flow of bottlenecks, persons/s: {necks}")
    return ["", head, *aligned([heads, *rows]), "", *peaks, flow, ""]


def _plain(lab: Laboratory) -> dict[str, list[dict[Hashable, Any]]]:
    names = ("curves", "points", "errors", "peaks", "bottlenecks")
    return {name: getattr(lab, name).to_dict("records") for name in names}
