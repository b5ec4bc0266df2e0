"""Commands about doubtful pairs of register rows, and registers to try linkage on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from renlin.cli.output import aligned, give, phrase
from renlin.cli.verb import ExistingFolder, Refused, verb
from renlin.errors import Said

if TYPE_CHECKING:
    import pandas as pd

SIDES = ("name", "identity_number", "phone", "address_text")


@verb("review")
@click.argument("folder", type=ExistingFolder())
@click.option("--pair", metavar="KEY", help="哪一对：d0004，或决定 h0002 · pair, or decision")
@click.option(
    "--rows",
    nargs=2,
    metavar="FILE:ROW FILE:ROW",
    help="名册里的任意两行 · any two rows of the registers",
)
@click.option(
    "--decide",
    "word",
    type=click.Choice(["same", "different", "ask"]),
    help="同一人、不是、再问 · what was decided",
)
@click.option("--undo", is_flag=True, help="撤回这一对的决定 · take back what stands")
@click.option("--by", metavar="NAME", help="谁核对 · who decides or reads")
@click.option(
    "--with-values",
    is_flag=True,
    help="显示姓名等，查看会留痕 · show names from the vault; the read is noted",
)
def review(folder: Path, as_json: bool, **asked: Any) -> None:
    """List doubtful pairs side by side, or keep a decision about one."""
    from renlin.intake.review import decide, undo

    _check(asked)
    if not (asked["word"] or asked["undo"]):
        _list(folder, as_json, asked)
        return
    pair = _pair(folder, asked)
    if asked["undo"]:
        undo(folder, pair, by=asked["by"], on=dt.date.today())
    else:
        decide(folder, pair, asked["word"], by=asked["by"], on=dt.date.today())
    end = phrase(
        f"记下了。运行 renlin build {folder} 后生效。",
        f"Kept. It applies with renlin build {folder}",
    )
    give({"decision": "undo" if asked["undo"] else asked["word"]}, as_json=as_json, text=[end])


def _check(asked: dict[str, Any]) -> None:
    """Refuse options that contradict each other or lack one another."""
    acts = bool(asked["word"]) + asked["undo"]
    if acts > 1:
        raise Refused(Said("--decide 和 --undo 只用一个", "either --decide or --undo"))
    if acts and bool(asked["pair"]) == bool(asked["rows"]):
        raise Refused(Said("写明 --pair 或 --rows", "say --pair or --rows"))
    if (acts or asked["with_values"]) and not asked["by"]:
        raise Refused(Said("写明 --by：谁", "say --by: who"))


def _pair(folder: Path, asked: dict[str, Any]) -> Any:
    from renlin.intake.review import pair_of

    if asked["pair"]:
        return pair_of(folder, asked["pair"])
    places = []
    for text in asked["rows"]:
        file, _, row = text.rpartition(":")
        if not file or not row.isdigit():
            raise Refused(Said("--rows 写成 文件:行", "write --rows as FILE:ROW"))
        places.append((file, int(row)))
    return places[0], places[1]


def _list(folder: Path, as_json: bool, asked: dict[str, Any]) -> None:
    from renlin.intake.review import queue, values

    found = queue(folder)
    doubts = found.doubts
    if asked["pair"]:
        doubts = doubts[doubts["doubt"] == asked["pair"]]
    known = None
    if asked["with_values"]:
        known = values(folder, by=asked["by"])
    listed = [_told(row, known) for row in doubts.to_dict("records")]
    value = {"doubts": listed, "decisions": found.decided.to_dict("records")}
    give(value, as_json=as_json, text=_lines(listed, found.decided))


def _told(row: dict[Any, Any], known: pd.DataFrame | None) -> dict[str, Any]:
    told = {str(k): v for k, v in row.items() if k not in ("own", "person")}
    if known is not None:
        told["values"] = [
            {side: known[side].get(person, "") for side in SIDES}
            for person in (row["own"], row["person"])
        ]
    return told


def _lines(listed: list[dict[str, Any]], decided: pd.DataFrame) -> Iterator[str]:
    """Yield each pair side by side, then what stands."""
    if not listed:
        yield phrase("没有存疑的。", "Nothing in doubt.")
    for row in listed:
        state = phrase("已合并，请看一眼", "merged: look at it") if row["state"] == "merged" else ""
        yield f"{row['doubt']}  p={row['probability']}  {state}".rstrip()
        left, right = f"{row['file']}:{row['row']}", f"{row['with_file']}:{row['with_row']}"
        lines = [[phrase("行", "row"), left, right]]
        for side in SIDES if "values" in row else ():
            lines.append([side, *(str(part[side]) for part in row["values"])])
        yield from aligned([["", "A", "B"], *lines])
        yield phrase(
            f"  相同 {row['agree']}  相近 {row['near']}  不同 {row['differ']}",
            f"  agree {row['agree']}  near {row['near']}  differ {row['differ']}",
        )
        yield f"  log2 {row['weights']}"
    if len(decided):
        yield phrase("决定：", "Decisions:")
        yield from aligned([list(decided.columns), *decided.to_numpy().tolist()])


@verb("registers")
@click.argument("target", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option(
    "--persons", type=click.IntRange(1), default=10_000, metavar="N", help="多少人 · persons"
)
@click.option("--seed", type=int, default=0, metavar="N", help="随机种子 · seed")
@click.option(
    "--errors",
    type=click.Choice(["independent", "hard"]),
    default="hard",
    help="差错互不相干，或加上双胞胎、代留电话等 · errors by chance alone, or hard cases too",
)
def registers(target: Path, persons: int, seed: int, errors: Any, as_json: bool) -> None:
    """Write synthetic registers, the truth, and how well linkage meets it."""
    from renlin.intake.trial import try_linkage, write_sample

    made = write_sample(target, persons, seed=seed, errors=errors)
    quality = try_linkage(made)
    rows = [
        [k, f"{n}", f"{r:.4f}", f"{f}"] for k, n, r, f in quality.by_kind.itertuples(index=False)
    ]
    value = {
        "folder": str(target), "precision": quality.precision, "recall": quality.recall,
        "n_false": quality.n_false, "n_missed": quality.n_missed,
        "kinds": quality.by_kind.to_dict("records"),
    }  # fmt: skip
    head = phrase(
        f"查准 {quality.precision:.4f}，查全 {quality.recall:.4f}",
        f"precision {quality.precision:.4f}, recall {quality.recall:.4f}",
    )
    names = [
        phrase("差错", "error"), phrase("对数", "pairs"), phrase("查全", "recall"),
        phrase("误并", "false merges"),
    ]  # fmt: skip
    give(value, as_json=as_json, text=[head, *aligned([names, *rows])])
