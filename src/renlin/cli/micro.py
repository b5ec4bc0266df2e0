"""The command of the micro check: one spot, body by body."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from renlin.cli.output import Bar, phrase
from renlin.cli.stages import give_stage
from renlin.cli.verb import ExistingFolder, verb

if TYPE_CHECKING:
    from renlin.community.community import Community
    from renlin.community.settings import Scenario

EXTRA = "jupedsim"


@verb("micro")
@click.argument("folder", type=ExistingFolder())
@click.argument("spot")
@click.option(
    "--scenario",
    metavar="CODE",
    help="情景，默认 study.toml 的主情景 · scenario, the main one of study.toml by default",
)
@click.option(
    "--seeds",
    type=click.IntRange(1, 100),
    default=5,
    metavar="N",
    help="每个占比跑几次，默认 5 · runs for each share, 5 by default",
)
@click.option(
    "--radius",
    type=click.FloatRange(20.0, 60.0),
    default=30.0,
    metavar="M",
    help="截取多大一圈，20 到 60 米，默认 30 · m of ground around it, 20 to 60, 30 by default",
)
@click.option(
    "--waits",
    is_flag=True,
    help="再按情景里到达的人走一遍，看各人群等多久 · also who waits how long in the scenario",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="OUT",
    help="把结论表写进 OUT/findings · write the findings to OUT/findings",
)
@click.option(
    "--overlay",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="把通行能力写进 DIR/bottlenecks.csv · write the capacity to DIR/bottlenecks.csv",
)
def micro(
    folder: Path,
    spot: str,
    scenario: str | None,
    seeds: int,
    radius: float,
    waits: bool,
    out: Path | None,
    overlay: Path | None,
    as_json: bool,
) -> None:
    """Check one spot with the micro model."""
    if find_spec(EXTRA) is None:
        raise click.UsageError(_not_installed())
    from renlin.needs import identify
    from renlin.simulation.micro import check, rehearse, write_overlay
    from renlin.study.job import prepare
    from renlin.study.results import Results, gather

    bar = Bar()
    place = prepare(folder, progress=bar)
    needs, event = identify(place), _event(place, scenario)
    found = gather(needs, check(place, needs, spot=spot, scenario=event, seeds=range(seeds),
                                radius=radius, progress=bar))  # fmt: skip
    if waits:
        found |= gather(rehearse(place, needs, spot=spot, scenario=event, radius=radius))
    give_stage(Results(place, found), "micro", out, as_json)
    if overlay is not None:
        path = write_overlay(found["simulation.micro"], overlay)
        click.echo(phrase(f"通行能力写在 {path}", f"Capacity written to {path}"), err=as_json)


def _event(place: Community, code: str | None) -> Scenario:
    """Return the scenario asked for, else the study's main one."""
    from renlin.errors import Fault, Said, SchemeFault, did_you_mean

    main = place.study.main_scenario if place.study is not None else next(iter(place.scenarios), "")
    chosen = code if code is not None else main
    if chosen not in place.scenarios:
        expected = Said("scenarios/ 里的情景", "a scenario of scenarios/")
        got = Said(chosen or "没有", chosen or "none")
        remedy = did_you_mean(chosen, place.scenarios)
        raise SchemeFault(Fault("scenarios", expected, got, remedy, None, "scenario"))
    return place.scenarios[chosen]


def _not_installed() -> str:
    from renlin.simulation.micro.refusal import missing

    told = missing()
    return phrase(
        f"{told.expected.zh}{told.got.zh}。{told.remedy.zh}",
        f"{told.expected.en}: {told.got.en}. {told.remedy.en}",
    )
