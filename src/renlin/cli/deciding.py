"""Commands by which people decide on tiers, and tell a resident why."""

from __future__ import annotations

from pathlib import Path

import click

from renlin.cli.output import aligned, give, language, phrase
from renlin.cli.verb import Existing, ExistingFolder, verb

_FOLDER = click.argument("folder", type=ExistingFolder())


@verb("confirm")
@_FOLDER
@click.option(
    "--sheet",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="把待确认的写成一张表，填 decision 和 role · write the proposals as a sheet to fill in",
)
@click.option(
    "--take",
    type=Existing(),
    metavar="FILE",
    help="收下填好的表；有错就一行也不收 · take a filled sheet, whole or not at all",
)
@click.option("--undo", metavar="KEY", help="撤销一次确认 · undo one confirmation")
def confirm(
    folder: Path, sheet: Path | None, take: Path | None, undo: str | None, as_json: bool
) -> None:
    """List, take or undo decisions on tiers."""
    import pandas as pd

    from renlin.community.folder import open_community, write_layer
    from renlin.community.spreadsheet import unguarded
    from renlin.community.staging import staged
    from renlin.intake.plain_table import read_whole_table
    from renlin.needs import confirming, identify

    if sum(given is not None for given in (sheet, take, undo)) > 1:
        raise click.UsageError(phrase("一次只做一件事", "one of --sheet, --take, --undo"))
    place = open_community(folder)
    kept = place["confirmations"]
    if undo is not None:
        made = confirming.undone(kept, undo)
    else:
        tiers = identify(place).tiers.table
        if take is None:
            _propose(confirming.proposals(tiers), sheet, as_json)
            return
        filled = read_whole_table(take).astype("object").fillna("").astype("str").map(unguarded)
        day = pd.Timestamp(place.settings.survey_date)
        made = confirming.taken(filled, tiers, kept, day, place=take.name)
    with staged(folder / "layers") as fresh:
        write_layer(made, "confirmations", fresh)
    n = len(made) - len(kept)
    said = phrase(
        f"写下 {n} 条新的决定，共 {len(made)} 条", f"{n} new decisions, {len(made)} in all"
    )
    give({"n_new": n, "n": len(made)}, as_json=as_json, text=[said])


def _propose(table: object, sheet: Path | None, as_json: bool) -> None:
    import pandas as pd

    from renlin.community.spreadsheet import sheet as guard

    assert isinstance(table, pd.DataFrame)
    if sheet is not None:
        guard(table).to_csv(sheet, index=False, lineterminator="\n", encoding="utf-8-sig")
    columns = ["person", "tier", "possible", "ruleset", "standing"]
    shown = table.head(30)[columns].astype("str").to_numpy().tolist()
    more = len(table) - len(shown)
    note = [phrase(f"还有 {more} 人", f"{more} more")] if more > 0 else []
    text = [*aligned([columns, *shown]), *note]
    give({"proposals": table.to_dict("records")}, as_json=as_json, text=text)


@verb("inform")
@_FOLDER
@click.argument("person")
def inform(folder: Path, person: str, as_json: bool) -> None:
    """Print the explanation sheet of one resident."""
    from renlin.community.folder import open_community
    from renlin.needs import identify
    from renlin.needs.identify import rules_in_force
    from renlin.needs.informing import explanation

    place = open_community(folder)
    told = explanation(identify(place), rules_in_force(place), place.catalogue, person)
    lines = told.zh if language() == "zh" else told.en
    value = {"zh": told.zh, "en": told.en, "inputs": told.inputs.to_dict("records")}
    give(value, as_json=as_json, text=lines)
