"""Command of inequality: who differs from whom, who moved, money, views, change, type."""

from __future__ import annotations

from pathlib import Path

import click

from renlin.cli.output import Bar, give
from renlin.cli.stages import OUT, give_stage
from renlin.cli.verb import Existing, ExistingFolder, verb


@verb("inequality")
@click.argument("folder", type=ExistingFolder())
@click.option(
    "--spending",
    type=Existing(),
    metavar="FILE",
    help="只比几个社区的支出：一张表，列 unit side amount persons at_risk · "
    "only compare the spending of several communities: a table with these columns",
)
@OUT
def inequality(folder: Path, spending: Path | None, out: Path | None, as_json: bool) -> None:
    """Run stage 1 and show what differs."""
    if spending is not None:
        _communities(folder, spending, as_json)
        return
    from renlin.study.job import needs_of, prepare

    give_stage(needs_of(prepare(folder, progress=Bar())), "inequality", out, as_json)


def _communities(folder: Path, spending: Path, as_json: bool) -> None:
    """Give the spending of several communities, side against side."""
    from renlin.cli.output import table
    from renlin.community.folder import open_map
    from renlin.intake.plain_table import read_plain_table
    from renlin.needs.inequality.fleet import read_units
    from renlin.needs.inequality.spending import compare

    given = read_plain_table(spending)
    catalogue = open_map(folder).catalogue
    made = compare(read_units(given.table, catalogue, place=spending.name, faults=given.faults))
    rows = made.astype("object").where(made.notna(), None).to_dict("records")
    give({"sides": rows}, as_json=as_json, text=[] if as_json else list(table(made)))
