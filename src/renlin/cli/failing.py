"""The command that follows a local failure through water, power and access."""

from __future__ import annotations

from pathlib import Path

import click

from renlin.cli.output import Bar, aligned, give, phrase
from renlin.cli.verb import ExistingFolder, verb
from renlin.community.staging import staged

HEADS = (
    ("人群", "group"),
    ("供应", "supply"),
    ("情况", "state"),
    ("人数", "persons"),
    ("最早几小时", "earliest hour"),
)


@verb("cascade")
@click.argument("folder", type=ExistingFolder())
@click.argument("lost", nargs=-1, required=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="OUT",
    help="把结论表写进 OUT/findings · write the findings to OUT/findings",
)
def cascade(folder: Path, lost: tuple[str, ...], out: Path | None, as_json: bool) -> None:
    """Print who loses what, by group, and write the households to OUT."""
    from pandas import isna

    from renlin.finding import save
    from renlin.needs import identify
    from renlin.simulation import cascade as follow
    from renlin.study.job import prepare

    place = prepare(folder, progress=Bar())
    found = follow(place, identify(place), lost)
    if out is not None:
        with staged(out / "findings") as fresh:
            for finding in (found.households, found.groups):
                save(finding, fresh)
    word = place.catalogue.word
    lang = phrase("zh", "en")
    groups = found.groups.table
    displays = place.catalogue.displays
    heads = [phrase(*pair) for pair in HEADS]
    rows = [
        [
            getattr(displays[str(row["display"])], lang),
            word(str(row["service"]), lang),
            word(str(row["state"]), lang),
            str(row["persons"]),
            "" if isna(row["first_h"]) else f"{row['first_h']:g}",
        ]
        for row in groups.to_dict("records")
    ]  # fmt: skip
    value = {"lost": list(lost), "groups": groups.to_dict("records")}
    give(value, as_json=as_json, text=aligned([heads, *rows]))
