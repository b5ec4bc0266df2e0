"""Command of participation: write forms, read what came back, undo and redo a session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from renlin.cli.output import aligned, give, phrase
from renlin.cli.verb import Existing, ExistingFolder, verb


@verb("workshop")
@click.argument("folder", type=ExistingFolder())
@click.option(
    "--form", metavar="CODE", help="写哪种表：elders、disability、cases · which form to write"
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="写到哪里：.xlsx（手机）或 .html（打印） · .xlsx for telephones, .html to print",
)
@click.option(
    "--read",
    "files",
    type=Existing(),
    multiple=True,
    metavar="FILE",
    help="读进记录，可写多次 · read records in; may be given several times",
)
@click.option("--undo", metavar="SESSION", help="撤销一个会 · undo a session")
@click.option("--redo", metavar="SESSION", help="恢复一个会 · put a session in force again")
@click.option("--by", metavar="ROLE", help="谁撤销（职务） · role that undoes it")
@click.option(
    "--on", metavar="DATE", help="撤销日期，默认资料日期 · day it is undone, else the survey date"
)
def workshop(folder: Path, as_json: bool, files: tuple[Path, ...], **asked: Any) -> None:
    """Write a form, read records in, undo or redo a session; without any, list the sessions."""
    chosen = [bool(asked["form"]), bool(files), bool(asked["undo"]), bool(asked["redo"])]
    if sum(chosen) > 1:
        said = phrase(
            "--form、--read、--undo、--redo 一次只用一个。",
            "Use one of --form, --read, --undo and --redo at a time.",
        )
        raise click.UsageError(said)
    if asked["form"]:
        _write(folder, asked["form"], asked["out"], as_json)
    elif files:
        _read(folder, files, as_json)
    elif asked["undo"] or asked["redo"]:
        _turn(folder, asked, as_json)
    else:
        _list(folder, as_json)


def _write(folder: Path, form: str, out: Path | None, as_json: bool) -> None:
    from renlin.catalogue.load import load
    from renlin.intake.sessions.forms import write_form
    from renlin.report.pictograms import inline

    target = out or Path(f"{form}.xlsx")
    path = write_form(load(folder / "catalogue"), form, target, draw=lambda sign: inline(sign, 48))
    give({"form": form, "file": str(path)}, as_json=as_json, text=[str(path)])


def _read(folder: Path, files: tuple[Path, ...], as_json: bool) -> None:
    from renlin.intake.sessions.reading import read_sessions

    made = read_sessions(folder, files)
    rows = [[name, str(n)] for name, n in made.counts.items()]
    names = [path.stem for path in made.paths]
    value = {"sessions": names, "counts": dict(made.counts)}
    give(value, as_json=as_json, text=[*names, *aligned(rows)])


def _turn(folder: Path, asked: dict[str, Any], as_json: bool) -> None:
    import datetime as dt

    from renlin.community.settings import Settings, read_declared
    from renlin.intake.sessions.store import redo, undo

    if asked["redo"]:
        path = redo(folder, asked["redo"])
    else:
        if not asked["by"]:
            raise click.UsageError(phrase("撤销要写 --by 谁。", "Undoing needs --by ROLE."))
        try:
            day = (
                dt.date.fromisoformat(asked["on"])
                if asked["on"]
                else read_declared(folder / "community.toml", Settings).survey_date
            )
        except ValueError as error:
            said = phrase("--on 要写成 2026-03-05。", "--on is written 2026-03-05.")
            raise click.UsageError(said) from error
        path = undo(folder, asked["undo"], by=asked["by"], on=day)
    state = "active" if asked["redo"] else "undone"
    give({"session": path.stem, "state": state}, as_json=as_json, text=[f"{path.stem}: {state}"])


def _list(folder: Path, as_json: bool) -> None:
    from renlin.catalogue.load import load
    from renlin.community.sessions import read_sessions
    from renlin.errors import Fault, raise_all

    faults: list[Fault] = []
    tables = read_sessions(folder, load(folder / "catalogue"), faults)
    raise_all(faults)
    rows = [
        {
            "session": row["session"],
            "form": row["form"],
            "held_on": str(row["held_on"])[:10],
            "state": row["state"],
            "signed_by": row["signed_by"],
        }
        for row in tables["sessions"].to_dict("records")
    ]
    text = aligned([[str(cell) for cell in row.values()] for row in rows])
    none = phrase("还没有会的记录。", "No sessions yet.")
    give({"sessions": rows}, as_json=as_json, text=text if rows else [none])
