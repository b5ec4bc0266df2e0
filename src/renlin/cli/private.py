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
    from renlin.community.read_log import KEYS, keys_folder, log_state
    from renlin.privacy.vault import key_ids

    sealed, ring = kept.sealed_identities(folder), kept.ring_of(folder)
    log = log_state(folder)
    value: dict[str, Any] = {
        "persons": 0 if sealed is None else len(sealed),
        "keys": [] if ring is None else [{"id": k.id, "made_on": k.made_on.isoformat()}
                                         for k in ring.keys],
        "fields_by_key": {} if sealed is None else key_ids(sealed, kept.PERSON),
        "keys_beside_the_vault": keys_folder(folder) == folder / KEYS,
        "open_to_others": _open_to_others(folder),
        "reads": log.n,
        "log_broken_at": log.broken_at,
        "log_lost_at": log.lost_at,
        "notices_due": _notices(folder),
    }  # fmt: skip
    words = {
        "persons": Said("保管的人数", "persons kept"),
        "keys": Said("钥匙", "keys"),
        "fields_by_key": Said("各钥匙加密的格数", "fields by key"),
        "keys_beside_the_vault": Said("钥匙和保险库在同一个文件夹", "keys lie in the same folder"),
        "open_to_others": Said("别人也能读的文件", "files others can read"),
        "reads": Said("查阅记录", "reads noted"),
        "log_broken_at": Said("记录从第几行起对不上", "log does not hold from line"),
        "log_lost_at": Said("记录从第几行起被删掉或换掉", "log is cut or exchanged from line"),
        "notices_due": Said("紧急使用后还没告知本人", "emergency uses the person is not told of"),
    }
    rows = [[words[key].in_language(language()), _said(shown)] for key, shown in value.items()]
    give(value, as_json=as_json, text=aligned(rows))
    if log.broken_at is not None or log.lost_at is not None or value["open_to_others"]:
        sys.exit(1)


def _notices(folder: Path) -> list[str]:
    """Return the emergency uses whose notice is due, with their last day; no persons."""
    from renlin.community.ledger import notices

    late = phrase("，已晚", ", late")
    return [
        f"{row.entry} ({row.due:%Y-%m-%d}{late if row.late else ''})"
        for row in notices(folder, dt.date.today()).itertuples()
    ]


def _open_to_others(folder: Path) -> list[str]:
    """Return the files of the vault and its keys that others than their owner can read."""
    from renlin.community.read_log import VAULT, keys_folder

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


@verb("view")
@click.argument("folder", type=ExistingFolder())
@click.option("--role", required=True, metavar="ROLE",
              help="目录里的角色 · a role of the catalogue")  # fmt: skip
@click.option("--purpose", default="rescue", metavar="PURPOSE",
              help="为了什么，见信息项登记 · what for")  # fmt: skip
@click.option("--building", "buildings", multiple=True, metavar="B",
              help="负责的楼栋，可写几次 · a building of the area, repeatable")  # fmt: skip
@click.option("--person", "persons", multiple=True, metavar="P",
              help="居民本人的假名 · pseudonym of the resident")  # fmt: skip
@click.option("--by", default="", metavar="ACCOUNT",
              help="谁在看，记进查阅记录 · who reads, as noted")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True,
              metavar="FILE",
              help="写进这个 CSV，只有写的人能读 · write this CSV, for its owner")  # fmt: skip
def view(
    folder: Path,
    role: str,
    purpose: str,
    buildings: tuple[str, ...],
    persons: tuple[str, ...],
    by: str,
    out: Path,
    as_json: bool,
) -> None:
    """Write the single records a role needs for its task; the reading is noted."""
    from renlin.community.vault import for_owner
    from renlin.privacy.views import WHY, Reader
    from renlin.report.single_records import read_records

    seen = read_records(folder, Reader(role, purpose, buildings, persons), account=by)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.unlink(missing_ok=True)
    with for_owner(out) as file:
        seen.table.to_csv(file, index=False, lineterminator="\n")
    columns = [str(c) for c in seen.table.columns]
    shut = [[name, WHY[why].in_language(language())] for name, why in seen.withheld.items()]
    end = phrase(f"{len(seen.table)} 人，{len(columns)} 列；下面这些列不给：",
                 f"{len(seen.table)} residents, {len(columns)} columns; not given:")  # fmt: skip
    value = {"file": str(out), "n": len(seen.table), "columns": columns,
             "withheld": seen.withheld}  # fmt: skip
    give(value, as_json=as_json, text=[end, *aligned(shut), str(out)])


@verb("retention")
@click.argument("folder", type=ExistingFolder())
@click.option("--on", "day", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]),
              help="按哪天算，默认今天 · counted on this day, else today")  # fmt: skip
@click.option(
    "--apply", "really", is_flag=True, help="真的删除，不写只列出 · delete, else only list"
)
def retention(folder: Path, day: dt.datetime | None, really: bool, as_json: bool) -> None:
    """List what may be kept no longer; with --apply delete it."""
    from renlin.community.keeping import due, expire, undated_rows

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
    undated = undated_rows(folder)
    more = [phrase(f"另有 {undated} 条没有日期，也没有名册的日期：请补上，否则一直留着。",
                   f"{undated} more have no date, nor a register's: date them, or they stay.")
            ] * (undated > 0)  # fmt: skip
    give({"applied": really, "rows": rows, "undated": undated}, as_json=as_json,
         text=[*aligned(table), end, *more])  # fmt: skip


@verb("publish")
@click.argument("folder", type=ExistingFolder())
@click.option("--rows", default="display", metavar="FIELD",
              help="行：人群或指标 · rows: display or an indicator")  # fmt: skip
@click.option("--columns", default="possible", metavar="FIELD",
              help="列：等级或指标 · columns: sure, possible or an indicator")  # fmt: skip
@click.option("--epsilon", type=click.FloatRange(0, min_open=True), metavar="E",
              help="开放数据：加噪声代替隐藏 · open data: noise instead of hiding")  # fmt: skip
@click.option("--records", "hierarchy", type=click.Path(path_type=Path, dir_okay=False),
              metavar="TOML",
              help="给出合并过的逐人记录，怎么合并写在这里 · records made coarse as this file says",
              )  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True,
              metavar="FILE", help="写进这个 CSV · write this CSV")  # fmt: skip
def publish(
    folder: Path,
    rows: str,
    columns: str,
    epsilon: float | None,
    hierarchy: Path | None,
    out: Path,
    as_json: bool,
) -> None:
    """Write a table of counts, or records, that nobody can be found in."""
    if hierarchy is not None:
        _released(folder, hierarchy, out, as_json)
        return
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


def _released(folder: Path, hierarchy: Path, out: Path, as_json: bool) -> None:
    from renlin.report.release import release_records

    made = release_records(folder, hierarchy, out)
    n = len(made.table)
    end = phrase(f"{n} 条记录，舍去 {made.left_out} 条；各项合并的步数：",
                 f"{n} records, {made.left_out} left out; steps taken:")  # fmt: skip
    steps = [[name, str(taken)] for name, taken in made.steps.items()]
    value = {"file": str(out), "n": n, "left_out": made.left_out, "steps": made.steps}
    give(value, as_json=as_json, text=[end, *aligned(steps), str(out)])


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
