"""The command that holds the simulation against what others measured."""

from __future__ import annotations

import sys
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import click

from renlin.cli.output import Bar, aligned, give, phrase
from renlin.cli.verb import ExistingFolder, verb

MARKS = {"within": "✓", "outside": "✗", "known_deviation": "≈"}


@verb("verify")
@click.argument("folder", metavar="DIR", type=ExistingFolder(), required=False)
def verify(folder: Path | None, as_json: bool) -> None:
    """Run cases and print the page; exit 1 when one lies outside its band."""
    from renlin.verification import verify as run_cases

    found = run_cases(folder, progress=Bar())
    outside = int((found["verdict"] == "outside").sum())
    known = int((found["verdict"] == "known_deviation").sum())
    n, within = len(found), len(found) - outside - known
    bands = found.to_dict("records")
    rows = [
        [MARKS[str(b["verdict"])], str(b["case"]), _measure(b), _band(b), f"{b['got']:.4g}",
         str(b["source"])]
        for b in bands
    ]  # fmt: skip
    heads = [
        "", phrase("案例", "case"), phrase("量什么", "measure"), phrase("期望", "expected"),
        phrase("得到", "got"), phrase("期望的出处", "source of the band"),
    ]  # fmt: skip
    told = [
        f"≈ {b['case']} {_measure(b)}: {b['deviation']}"
        for b in bands
        if b["verdict"] == "known_deviation"
    ]
    end = phrase(
        f"{n} 项：{within} 项在区间内，{known} 项是已知偏差，{outside} 项在区间外。",
        f"{n} bands: {within} within, {known} known deviations, {outside} outside.",
    )
    value = {"n": n, "n_outside": outside, "n_known_deviations": known,
             "rows": bands}  # fmt: skip
    give(value, as_json=as_json, text=[*aligned([heads, *rows]), *told, end])
    if outside:
        sys.exit(1)


def _measure(band: Mapping[Hashable, Any]) -> str:
    told = str(band["measure"])
    for name in ("of", "variant"):
        if band[name] not in ("", "base"):
            told += f" [{band[name]}]"
    return f"{told} / {band['over']}" if band["over"] else told


def _band(band: Mapping[Hashable, Any]) -> str:
    low, high = float(band["low"]), float(band["high"])
    if low != low:
        return f"≤ {high:g}"
    return f"≥ {low:g}" if high != high else f"{low:g}–{high:g}"
