"""The main job on the example community as its users start it: folder in, report out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks import Row

LIULIN = Path(__file__).parents[1] / "examples" / "liulin"
FOR_HELP = 5


def rows() -> list[Row]:
    """Return the rows of whole commands, each in a process of its own, once warm."""
    return [_run(), _help()]


def _run() -> Row:
    with TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        _command("run", str(LIULIN), "--out", str(out), "--seeds", "2")
        before, start = getrusage(RUSAGE_CHILDREN), perf_counter()
        _command("run", str(LIULIN), "--out", str(out))
        wall, after = perf_counter() - start, getrusage(RUSAGE_CHILDREN)
        n = len(json.loads((out / "summary.json").read_text(encoding="utf-8"))["findings"])
    spent = after.ru_utime - before.ru_utime
    took = f"{wall:.0f} s, {spent:.0f} CPU-s, {after.ru_maxrss / 1e6:.1f} GB, {n} findings"
    return Row("renlin run examples/liulin, warm", took, "<= 60 s on 2 processors")


def _help() -> Row:
    walls = []
    for _ in range(FOR_HELP):
        start = perf_counter()
        _command("--help")
        walls.append(perf_counter() - start)
    return Row("renlin --help", f"{sorted(walls)[FOR_HELP // 2]:.2f} s", "<= 0.3 s")


def _command(*arguments: str) -> None:
    call = [sys.executable, "-m", "renlin", *arguments]
    subprocess.run(call, check=True, capture_output=True)
