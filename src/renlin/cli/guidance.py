"""Commands that guide: which way to advise whom, whom to warn first, which lanes to open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from renlin.cli.output import Bar
from renlin.cli.results import SEEDS
from renlin.cli.scheme_files import free_for, write_schemes
from renlin.cli.stages import OUT, give_findings
from renlin.cli.verb import ExistingFolder, verb
from renlin.community.staging import staged

if TYPE_CHECKING:
    from renlin.study.results import Results

MEASURES = "simulation.circulation_measures"
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


@verb("circulate")
@_FOLDER
@OUT
@SEEDS
@_SCENARIO
@click.option(
    "--lanes",
    type=click.IntRange(0, 20),
    default=2,
    show_default=True,
    metavar="N",
    help="最多试几组拓开的巷道 · openings of lanes tried, at most",
)
@click.option(
    "--schemes",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="每条措施写成一个方案文件 · write each measure as a scheme file",
)
def circulate(
    folder: Path,
    out: Path | None,
    as_json: bool,
    seeds: int | None,
    scenario: str | None,
    lanes: int,
    schemes: Path | None,
) -> None:
    """Try measures of circulation and perhaps write them as schemes."""
    from renlin.simulation.circulation.schemes import codes
    from renlin.simulation.circulation.schemes import schemes as of_table
    from renlin.study.guidance import circulated_of
    from renlin.study.job import prepare

    if schemes is not None:
        free_for(schemes, codes(lanes))
    bar = Bar()
    place = prepare(folder, progress=bar, seeds=seeds)
    results = circulated_of(place, scenario=scenario, lanes=lanes, progress=bar)
    written = None
    if schemes is not None:
        written = write_schemes(schemes, of_table(results[MEASURES].table))
    _give(results, "circulate", out, as_json, written)


def _give(
    results: Results,
    name: str,
    out: Path | None,
    as_json: bool,
    schemes: tuple[Path, ...] | None = None,
) -> None:
    """Keep the findings beside those of a run, and give those the verb shows."""
    from renlin.study.guidance import beside
    from renlin.study.results import keep

    if out is not None:
        together = beside(results, out)
        with staged(out) as fresh:
            keep(together, fresh)
    give_findings(results, name, out, as_json, schemes)
