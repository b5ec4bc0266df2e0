"""Commands about privacy: the vault, what may be kept, what may be published, the assessment."""

from __future__ import annotations

import datetime as dt
import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from renlin.cli.output import aligned, give, language, phrase
from renlin.cli.verb import ExistingFolder, verb
from renlin.errors import Said


@verb("vault")
@click.argument("folder", type=ExistingFolder())
@click.option(
    "--rotate", is_flag=True, help="换一把新钥匙重新加密 · seal everything with a new key"
)
@click.option("--person", metavar="P", help="一个人的假名（P-…） · pseudonym of one person")
@click.option(
    "--export",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="把这个人的全部记录写进文件，给本人看 · write all that is held, for that person",
)
@click.option("--erase", is_flag=True, help="删除这个人的全部记录 · delete all about that person")
@click.option("--by", metavar="ROLE", default="community_worker",
              help="谁在看，记进查阅记录 · who reads, as noted")  # fmt: skip
def vault(
    folder: Path,
    rotate: bool,
    person: str | None,
    export: Path | None,
    erase: bool,
    by: str,
    as_json: bool,
) -> None:
    """Show the state of the vault; rotate its key; show or erase one person."""
    if rotate:
        _rotated(folder, as_json)
    elif person is not None and export is not None:
        _exported(folder, person, export, by, as_json)
    elif person is not None and erase:
        _erased(folder, person, as_json)
    elif person is not None or export is not None or erase:
        raise click.UsageError(
            phrase("--person 要和 --export 或 --erase 一起用。",
                   "--person goes with --export or --erase.")
        )  # fmt: skip
    else:
        _state(folder, as_json)


def _rotated(folder: Path, as_json: bool) -> None:
    from renlin.community.vault import rotate

    sealed = rotate(folder)
    text = [f"{key}: {n}" for key, n in sealed.items()]
    give({"fields": sealed}, as_json=as_json, text=text)


def _exported(folder: Path, person: str, export: Path, by: str, as_json: bool) -> None:
    from renlin.community.keeping import held
    from renlin.community.vault import for_owner

    found = held(folder, person, reader=by)
    export.parent.mkdir(parents=True, exist_ok=True)
    export.unlink(missing_ok=True)
    with for_owner(export) as out:
        json.dump(found, out, ensure_ascii=False, indent=1)
    rows = {name: len(rows) for name, rows in found.items()}
    give({"file": str(export), "rows": rows}, as_json=as_json,
         text=[*aligned([[name, str(n)] for name, n in rows.items()]), str(export)])  # fmt: skip


def _erased(folder: Path, person: str, as_json: bool) -> None:
    from renlin.community.keeping import erase

    done = erase(folder, person, dt.date.today())
    left = sorted({trace.path for trace in done.traces})
    rows = [[name, str(n)] for name, n in done.rows.items()]
    end = (
        phrase("文件夹里再没有这个人的名字和号码。", "Nothing in the folder names them any more.")
        if not left
        else phrase("这些文件里还有，请在原处删掉：", "These still do; delete them there:")
    )
    give({"rows": done.rows, "left": left}, as_json=as_json, text=[*aligned(rows), end, *left])
    if left:
        sys.exit(1)


def _state(folder: Path, as_json: bool) -> None:
    from renlin.community import vault as kept
    from renlin.privacy.reads import broken
    from renlin.privacy.vault import key_ids

    sealed, ring = kept.sealed_identities(folder), kept.ring_of(folder)
    log = folder / kept.VAULT / kept.READS
    lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
    value: dict[str, Any] = {
        "persons": 0 if sealed is None else len(sealed),
        "keys": [] if ring is None else [{"id": k.id, "made_on": k.made_on.isoformat()}
                                         for k in ring.keys],
        "fields_by_key": {} if sealed is None else key_ids(sealed, kept.PERSON),
        "keys_beside_the_vault": kept.keys_folder(folder) == folder / kept.KEYS,
        "open_to_others": _open_to_others(folder),
        "reads": len(lines),
        "log_broken_at": broken(lines),
    }  # fmt: skip
    words = {
        "persons": Said("保管的人数", "persons kept"),
        "keys": Said("钥匙", "keys"),
        "fields_by_key": Said("各钥匙加密的格数", "fields by key"),
        "keys_beside_the_vault": Said("钥匙和保险库在同一个文件夹", "keys lie in the same folder"),
        "open_to_others": Said("别人也能读的文件", "files others can read"),
        "reads": Said("查阅记录", "reads noted"),
        "log_broken_at": Said("记录从第几行起对不上", "log does not hold from line"),
    }
    rows = [[words[key].in_language(language()), _said(shown)] for key, shown in value.items()]
    give(value, as_json=as_json, text=aligned(rows))
    if value["log_broken_at"] is not None or value["open_to_others"]:
        sys.exit(1)


def _open_to_others(folder: Path) -> list[str]:
    """Return the files of the vault and its keys that others than their owner can read."""
    from renlin.community.vault import VAULT, keys_folder

    paths = [p for room in (folder / VAULT, keys_folder(folder)) for p in sorted(room.glob("*"))]
    others = stat.S_IRWXG | stat.S_IRWXO
    return [f"{p.parent.name}/{p.name}" for p in paths if p.stat().st_mode & others]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return phrase("是", "yes") if value else phrase("否", "no")
    if isinstance(value, dict):
        return "、".join(f"{key} {n}" for key, n in value.items()) or "–"
    if isinstance(value, list):
        shown = [f"{v['id']} ({v['made_on']})" if isinstance(v, dict) else str(v) for v in value]
        return "、".join(shown) or "–"
    return "–" if value is None else str(value)


@verb("retention")
@click.argument("folder", type=ExistingFolder())
@click.option("--on", "day", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]),
              help="按哪天算，默认今天 · counted on this day, else today")  # fmt: skip
@click.option(
    "--apply", "really", is_flag=True, help="真的删除，不写只列出 · delete, else only list"
)
def retention(folder: Path, day: dt.datetime | None, really: bool, as_json: bool) -> None:
    """List what may be kept no longer; with --apply delete it."""
    from renlin.community.keeping import due, expire

    on = dt.date.today() if day is None else day.date()
    listed = expire(folder, on) if really else due(folder, on)
    rows: list[dict[str, Any]] = [
        {
            "table": str(row.table),
            "field": str(row.field),
            "n": int(str(row.n)),
            "oldest": f"{row.oldest:%Y-%m-%d}",
        }
        for row in listed.itertuples()
    ]
    n = sum(row["n"] for row in rows)
    end = (
        phrase(f"删除了 {n} 条，记录在 layers/deletions.csv。",
               f"{n} deleted; recorded in layers/deletions.csv.")
        if really
        else phrase(f"{n} 条过了保存期。加 --apply 才删除。",
                    f"{n} past their term. Add --apply to delete.")
    )  # fmt: skip
    table = [[row["table"], row["field"], str(row["n"]), row["oldest"]] for row in rows]
    give({"applied": really, "rows": rows}, as_json=as_json, text=[*aligned(table), end])


@verb("publish")
@click.argument("folder", type=ExistingFolder())
@click.option("--rows", default="display", metavar="FIELD",
              help="行：人群或指标 · rows: display or an indicator")  # fmt: skip
@click.option("--columns", default="possible", metavar="FIELD",
              help="列：等级或指标 · columns: sure, possible or an indicator")  # fmt: skip
@click.option("--epsilon", type=click.FloatRange(0, min_open=True), metavar="E",
              help="开放数据：加噪声代替隐藏 · open data: noise instead of hiding")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True,
              metavar="FILE", help="写进这个 CSV · write this CSV")  # fmt: skip
def publish(
    folder: Path, rows: str, columns: str, epsilon: float | None, out: Path, as_json: bool
) -> None:
    """Write a table of counts that nobody can be found in."""
    from renlin.report.publication import publish_counts

    made = publish_counts(folder, rows, columns, out, epsilon=epsilon)
    shown = made.table.pivot_table(
        index="row", columns="column", values="n", aggfunc="first", dropna=False, sort=False
    )
    named = _namer(folder)
    grid = [["", *map(named, shown.columns)]] + [
        [
            named(index),
            *("▒" if value != value else f"{value:g}" for value in line),
        ]
        for index, line in zip(
            shown.index, shown.to_numpy("float64", na_value=float("nan")), strict=True
        )
    ]
    end = made.note.in_language(language())
    value = {"file": str(out), "hidden": made.hidden, "epsilon_spent": made.spent,
             "rows": json.loads(made.table.to_json(orient="records"))}  # fmt: skip
    give(value, as_json=as_json, text=[*aligned(grid), end, str(out)])


def _namer(folder: Path) -> Callable[[object], str]:
    """Return what says a value of a table in the language spoken, where it has a word."""
    from renlin.catalogue.load import load

    catalogue = load(folder / "catalogue")

    def named(value: object) -> str:
        entry = catalogue.displays.get(str(value)) or catalogue.words.get(str(value))
        return str(value) if entry is None else entry.zh if language() == "zh" else entry.en

    return named


@verb("impact")
@click.argument("folder", type=ExistingFolder())
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True,
              metavar="OUT", help="写进这个文件夹 · write into OUT")  # fmt: skip
def impact(folder: Path, out: Path, as_json: bool) -> None:
    """Write the assessment of what this use of personal data does to people."""
    from renlin.report.impact import write_impact

    paths = {code: str(write_impact(folder, out, language=code)) for code in ("zh", "en")}
    give({"files": paths}, as_json=as_json, text=list(paths.values()))
