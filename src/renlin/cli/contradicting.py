"""Command about contradictions of space and need: list, contest, close, undo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from renlin.cli.output import aligned, give, language, phrase
from renlin.cli.verb import ExistingFolder, Refused, verb
from renlin.errors import Said

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 40
SHOWN = {
    "contradiction": Said("矛盾", "contradiction"),
    "standing": Said("处理", "standing"),
    "needed": Said("需要", "needed"),
    "offered": Said("现有", "offered"),
    "unit": Said("单位", "unit"),
    "persons": Said("涉及人数", "persons"),
    "responsible": Said("谁来解决", "who can mend it"),
}


@verb("contradictions")
@click.argument("folder", type=ExistingFolder())
@click.option("--contest", metavar="KEY", help="对一条提出异议 · hold one to be wrong")
@click.option("--close", metavar="KEY", help="销号一条，要凭据 · close one, with proof")
@click.option("--undo", metavar="KEY", help="撤销一次异议或销号（o-…） · undo one decision")
@click.option("--by", metavar="ROLE", help="哪个角色说的 · the role that says so")
@click.option("--on", metavar="DATE", help="哪天，不写是今天 · the day, today without it")
@click.option("--reason", metavar="TEXT", help="理由，不写姓名 · why, without names")
@click.option("--evidence", metavar="TEXT", help="凭据：检查、照片、纪要 · what it rests on")
def contradictions(folder: Path, as_json: bool, **asked: Any) -> None:
    """List contradictions, or write down a decision on one."""
    acts = [name for name in ("contest", "close", "undo") if asked[name]]
    if len(acts) > 1:
        raise Refused(Said("一次只做一件事", "one of --contest, --close, --undo"))
    if not acts:
        _list(folder, as_json)
        return
    n = _write(folder, acts[0], asked)
    said = phrase(f"记下了，共 {n} 条决定", f"kept, {n} decisions in all")
    give({"action": acts[0], "n": n}, as_json=as_json, text=[said])


def _write(folder: Path, act: str, asked: dict[str, Any]) -> int:
    """Write one decision into the layer and return how many there are."""
    import pandas as pd

    from renlin.community.folder import open_community, write_layer
    from renlin.community.staging import staged
    from renlin.needs import identify
    from renlin.space import assess
    from renlin.space.contradictions import deciding

    place = open_community(folder)
    kept = place["objections"]
    if act == "undo":
        made = deciding.undone(kept, asked["undo"])
    else:
        found = assess(place, identify(place)).contradictions.table
        action = "closed" if act == "close" else "contested"
        decision = deciding.Decision(
            asked[act], action, asked["by"] or "", _day(asked["on"]), asked["reason"] or "",
            asked["evidence"] or "",
        )  # fmt: skip
        made = deciding.decided(kept, decision, found, today=pd.Timestamp(dt.date.today()))
    with staged(folder / "layers") as fresh:
        write_layer(made, "objections", fresh)
    return len(made)


def _day(text: str | None) -> pd.Timestamp:
    import pandas as pd

    if text is None:
        return pd.Timestamp(dt.date.today())
    try:
        return pd.Timestamp(dt.date.fromisoformat(text))
    except ValueError as error:
        raise Refused(Said("日期写成 2026-11-29", "write the day as 2026-11-29")) from error


def _list(folder: Path, as_json: bool) -> None:
    from renlin.community.folder import open_community
    from renlin.needs import identify
    from renlin.space import assess

    place = open_community(folder)
    found = assess(place, identify(place))
    table = found.contradictions.table.drop(columns="geometry").sort_values("rank")
    asked, decisions = table["state"] == "no_data", found.objections.table
    value = {
        "contradictions": table[~asked].to_dict("records"),
        "no_data": table[asked].to_dict("records"),
        "decisions": decisions.to_dict("records"),
    }
    give(value, as_json=as_json, text=_lines(table[~asked], int(asked.sum()), decisions))


def _lines(found: pd.DataFrame, n_asked: int, decisions: pd.DataFrame) -> Iterator[str]:
    """Yield the first contradictions, what is still to be asked, and what was decided."""
    names = [said.in_language(language()) for said in SHOWN.values()]
    rows = found.head(MOST_ROWS)[list(SHOWN)].to_dict("records")
    yield from aligned([names, *([_cell(row[name]) for name in SHOWN] for row in rows)])
    more = len(found) - len(rows)
    if more > 0:
        yield phrase(f"还有 {more} 条，--json 看全部", f"{more} more, all of them with --json")
    yield phrase(f"另有 {n_asked} 条没有资料，不算通过", f"{n_asked} more without data: no pass")
    if len(decisions):
        yield phrase("异议和销号：", "Decisions:")
        yield from aligned([list(decisions.columns), *decisions.astype("str").to_numpy().tolist()])


def _cell(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
