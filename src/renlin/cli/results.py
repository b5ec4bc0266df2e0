"""Commands about results: run all stages, write the report anew, trace a number."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from renlin.cli.output import Bar, aligned, give, language, phrase
from renlin.cli.verb import ExistingFolder, verb
from renlin.community.staging import staged

if TYPE_CHECKING:
    from renlin.study.results import Results

SEEDS = click.option(
    "--seeds",
    type=click.IntRange(2, 1000),
    metavar="N",
    help="推演几次，代替 study.toml 里的 · number of runs, instead of study.toml's",
)
WORKERS = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    metavar="N",
    help="同时推演几次，默认 2，不影响结果 · runs at a time, 2 by default; results stay the same",
)
UNFINISHED = ".runs"
"""Folder inside the results for what a run that is stopped leaves to the next."""

SCENARIOS = click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="CODE",
    help="推演哪个情景，可写多次，代替 study.toml 里的 · scenario, repeatable, not study.toml's",
)


@verb("run")
@click.argument("folder", type=ExistingFolder())
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="OUT",
    help="结果文件夹，默认 FOLDER/out · results folder, FOLDER/out by default",
)
@SEEDS
@WORKERS
def run(
    folder: Path, out: Path | None, seeds: int | None, workers: int | None, as_json: bool
) -> None:
    """Run all stages and write every result."""
    from renlin.study.job import prepare, run_folder

    started = time.monotonic()
    bar = Bar()
    place = prepare(folder, progress=bar, seeds=seeds)
    target = out or folder / "out"
    results = run_folder(place, progress=bar, workers=workers, keep=target / UNFINISHED)
    bar(phrase("写报告", "report"), 0, 1)
    written = _write(results, folder, target, workers)
    finish(target)
    bar.clear()
    seconds = time.monotonic() - started
    path = written["report"]
    end = phrase(f"报告：{path}（用时 {seconds:.0f} 秒）", f"Report: {path} ({seconds:.0f} s)")
    value = {"out": str(target), "seconds": round(seconds, 1), "files": written}
    give(value, as_json=as_json, text=[*_listed(written), end])


@verb("report")
@click.argument("folder", type=ExistingFolder())
@click.argument("out", type=ExistingFolder())
def report(folder: Path, out: Path, as_json: bool) -> None:
    """Write report, cards and layers anew from kept findings."""
    from renlin.study.job import reopened

    written = _write(reopened(folder, out), folder, out, None)
    give({"out": str(out), "files": written}, as_json=as_json, text=_listed(written))


@verb("explain")
@click.argument("out", type=ExistingFolder())
@click.argument("finding")
@click.option("--row", metavar="KEY", help="键列的值，用 | 连 · values of the key, joined by |")
@click.option("--column", metavar="NAME", help="哪一列 · which column")
def explain(out: Path, finding: str, row: str | None, column: str | None, as_json: bool) -> None:
    """Trace a cell, a row or a finding back to what it rests on."""
    from renlin.report.explain import explain as trace
    from renlin.report.explain_lines import lines

    node = trace(out, finding, row=row, column=column)
    give(node.plain(), as_json=as_json, text=lines(node, language()))


def _write(results: Results, folder: Path, out: Path, workers: int | None) -> dict[str, str]:
    """Write all results beside ``out``, let them take their place, return name -> path."""
    from renlin.report.write import write_all

    with staged(out) as fresh:
        written = write_all(results, folder, fresh, workers=workers)
    return {name: str(out / path.relative_to(fresh)) for name, path in written.items()}


def finish(out: Path) -> None:
    """Take away what was kept for going on, now that the results are there."""
    shutil.rmtree(out / UNFINISHED, ignore_errors=True)


def _listed(written: dict[str, str]) -> list[str]:
    return list(aligned([[name, path] for name, path in written.items()]))
