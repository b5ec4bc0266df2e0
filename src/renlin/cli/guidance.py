"""Commands that guide people: which way to advise whom, whom to warn first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from renlin.cli.output import Bar
from renlin.cli.results import SEEDS
from renlin.cli.stages import OUT, give_findings
from renlin.cli.verb import ExistingFolder, verb
from renlin.community.staging import staged

if TYPE_CHECKING:
    from renlin.study.results import Results

_FOLDER = click.argument("folder", type=ExistingFolder())
_SCENARIO = click.option(
    "--scenario",
    metavar="CODE",
    help="哪个情景，默认 study.toml 的主情景 · which scenario, study.toml's main one by default",
)


@verb("advise")
@_FOLDER
@OUT
@SEEDS
@_SCENARIO
@click.option(
    "--compliance",
    type=click.FloatRange(0.0, 1.0),
    metavar="SHARE",
    help="得到通知的住户里照做的占比，代替目录里的 · share that follow, not the catalogue's",
)
def advise(
    folder: Path,
    out: Path | None,
    as_json: bool,
    seeds: int | None,
    scenario: str | None,
    compliance: float | None,
) -> None:
    """Look for ways to advise and say what they are worth."""
    from renlin.study.guidance import advised_of
    from renlin.study.job import prepare

    bar = Bar()
    place = prepare(folder, progress=bar, seeds=seeds)
    results = advised_of(place, scenario=scenario, compliance=compliance, progress=bar)
    _give(results, "advise", out, as_json)


@verb("warn")
@_FOLDER
@OUT
@SEEDS
@_SCENARIO
def warn(
    folder: Path, out: Path | None, as_json: bool, seeds: int | None, scenario: str | None
) -> None:
    """Order households for warning and try the order."""
    from renlin.study.guidance import warned_of
    from renlin.study.job import prepare

    bar = Bar()
    place = prepare(folder, progress=bar, seeds=seeds)
    _give(warned_of(place, scenario=scenario, progress=bar), "warn", out, as_json)


def _give(results: Results, name: str, out: Path | None, as_json: bool) -> None:
    """Keep the findings beside those of a run, and give those the verb shows."""
    from renlin.study.guidance import beside
    from renlin.study.results import keep

    if out is not None:
        together = beside(results, out)
        with staged(out) as fresh:
            keep(together, fresh)
    give_findings(results, name, out, as_json)
