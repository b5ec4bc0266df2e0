"""Commands of single stages: run what they need, print a table or JSON, write findings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from renlin.cli.output import Bar, give, phrase
from renlin.cli.results import SCENARIOS, SEEDS, UNFINISHED, WORKERS, finish
from renlin.cli.shown import shown
from renlin.cli.verb import ExistingFolder, verb
from renlin.cli.views import VIEWS
from renlin.community.staging import staged

if TYPE_CHECKING:
    from renlin.study.results import Results

_FOLDER = click.argument("folder", type=ExistingFolder())
OUT = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="OUT",
    help="把结论表写进 OUT/findings · write the findings to OUT/findings",
)


@verb("needs")
@_FOLDER
@OUT
def needs(folder: Path, out: Path | None, as_json: bool) -> None:
    """Run stage 1."""
    from renlin.study.job import needs_of, prepare

    give_stage(needs_of(prepare(folder, progress=Bar())), "needs", out, as_json)


@verb("space")
@_FOLDER
@OUT
def space(folder: Path, out: Path | None, as_json: bool) -> None:
    """Run stages 1 and 2."""
    from renlin.study.job import prepare, space_of

    give_stage(space_of(prepare(folder, progress=Bar())), "space", out, as_json)


@verb("simulate")
@_FOLDER
@OUT
@SEEDS
@WORKERS
@SCENARIOS
def simulate(folder: Path, out: Path | None, as_json: bool, **asked: Any) -> None:
    """Run stages 1 and 3."""
    _simulated("simulate", folder, out, as_json, **asked)


@verb("keys")
@_FOLDER
@OUT
@SEEDS
@click.option(
    "--scenario",
    metavar="CODE",
    help="只看这个情景；不写就看全部 · one scenario only; all of the study without it",
)
@click.option(
    "--top",
    type=click.IntRange(1, 200),
    metavar="N",
    help="每个情景试几处 · elements tried in each scenario",
)
def keys(
    folder: Path,
    out: Path | None,
    as_json: bool,
    seeds: int | None,
    scenario: str | None,
    top: int | None,
) -> None:
    """Run stage 1 and try out the key spatial elements."""
    from renlin.study.job import keys_of, prepare

    bar = Bar()
    place = prepare(folder, progress=bar, key_seeds=seeds)
    give_stage(keys_of(place, scenario=scenario, most=top, progress=bar), "keys", out, as_json)


@verb("compare")
@_FOLDER
@OUT
@SEEDS
@WORKERS
@SCENARIOS
def compare(folder: Path, out: Path | None, as_json: bool, **asked: Any) -> None:
    """Run stages 1 and 3 and compare the schemes."""
    _simulated("compare", folder, out, as_json, **asked)


@verb("govern")
@_FOLDER
@OUT
@SEEDS
@WORKERS
def govern(
    folder: Path, out: Path | None, as_json: bool, seeds: int | None, workers: int | None
) -> None:
    """Run all four stages and print who does what."""
    from renlin.study.job import prepare, run_folder

    bar = Bar()
    place = prepare(folder, progress=bar, seeds=seeds)
    results = run_folder(place, progress=bar, workers=workers, keep=_unfinished(out))
    give_stage(results, "govern", out, as_json)


@verb("vary")
@_FOLDER
@OUT
@click.option(
    "--draws",
    type=click.IntRange(2, 5000),
    metavar="N",
    help="抽多少组参数，代替 study.toml 里的 · tables of parameters, instead of study.toml's",
)
@SEEDS
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="CODE",
    help="哪个情景，可以写几次，默认主要情景 · a scenario; may be repeated, else the main one",
)
def vary(
    folder: Path,
    out: Path | None,
    as_json: bool,
    draws: int | None,
    seeds: int | None,
    scenarios: tuple[str, ...],
) -> None:
    """Run stage 1 and the schemes under many tables of parameters."""
    from renlin.study.job import beside, prepare, varied_of

    bar = Bar()
    place = prepare(folder, progress=bar)
    results = varied_of(place, draws=draws, seeds=seeds, scenarios=scenarios, progress=bar)
    give_stage(results if out is None else beside(results, out), "vary", out, as_json)


def _simulated(
    name: str,
    folder: Path,
    out: Path | None,
    as_json: bool,
    *,
    seeds: int | None,
    scenarios: tuple[str, ...],
    workers: int | None,
) -> None:
    """Run stages 1 and 3 as asked for, and give what the verb ``name`` shows of them."""
    from renlin.study.job import prepare, simulated_of

    bar = Bar()
    place = prepare(folder, progress=bar, seeds=seeds, scenarios=scenarios)
    results = simulated_of(place, progress=bar, workers=workers, keep=_unfinished(out))
    give_stage(results, name, out, as_json)


def _unfinished(out: Path | None) -> Path | None:
    """Return where a run that is stopped leaves what is done; nowhere without a folder."""
    return None if out is None else out / UNFINISHED


def give_stage(results: Results, name: str, out: Path | None, as_json: bool) -> None:
    """Keep the findings when a folder is named, and give those the verb shows."""
    from renlin.study.results import keep

    if out is not None:
        with staged(out) as fresh:
            keep(results, fresh)
        finish(out)
    give_findings(results, name, out, as_json)


def give_findings(
    results: Results,
    name: str,
    out: Path | None,
    as_json: bool,
    schemes: Sequence[Path] | None = None,
) -> None:
    """Give the findings a verb shows, as tables or as JSON, and the ``schemes`` it wrote."""
    told: dict[str, Any] = {}
    value: dict[str, Any] = {"out": None if out is None else str(out), "findings": told}
    for view in VIEWS[name]:
        finding = results.findings.get(view.finding)
        if finding is not None and as_json:
            plain = finding.table.drop(columns=["geometry"], errors="ignore")
            rows = plain.to_dict("records")
            told[view.finding] = {"id": finding.id, "n_rows": len(rows), "rows": rows}
    lines = [] if as_json else list(shown(results, name))
    if out is not None:
        lines.append(phrase(f"写在 {out}", f"Written to {out}"))
    if schemes is not None:
        value["schemes"] = [str(file) for file in schemes]
        lines += value["schemes"]
    give(value, as_json=as_json, text=lines)
