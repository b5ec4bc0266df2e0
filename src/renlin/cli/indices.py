"""The command that works out a composite index from a table and a definition."""

from __future__ import annotations

import csv
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from renlin.cli.output import give, phrase, table
from renlin.cli.verb import Existing, verb

if TYPE_CHECKING:
    import pandas as pd

    from renlin.needs.indices import Definition, Index
    from renlin.needs.indices.formulas import Formula
    from renlin.needs.indices.uncertainty import Ranks

SHOWN = 10
"""Units of the short table."""


@verb("index")
@click.argument("path", metavar="TABLE", type=Existing())
@click.option(
    "--definition",
    required=True,
    metavar="NAME",
    help="自带定义的名字，或定义文件 · name of a shipped definition, or a file",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="OUT",
    help="写到哪里：.csv 或 .parquet · where to: .csv or .parquet",
)
@click.option(
    "--formulas",
    type=Existing(),
    metavar="FILE",
    help="公式表，代替定义里的公式 · table of formulas instead of the definition's",
)
@click.option("--sheet", metavar="NAME", help="看哪张工作表 · which sheet of a workbook")
@click.option(
    "--uncertainty",
    "draws",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="抽多少次别的选法，给出名次区间 · draws of other choices, for intervals of ranks",
)
@click.option("--seed", type=int, default=0, metavar="N", help="随机种子 · seed")
def index(
    path: Path,
    definition: str,
    out: Path | None,
    formulas: Path | None,
    sheet: str | None,
    draws: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Work out an index, write it, and print the first ranks."""
    from renlin.catalogue.load import load
    from renlin.intake.plain_table import read_plain_table
    from renlin.needs.indices import index as work_out
    from renlin.needs.indices import read_definition, uncertainty

    if out is not None and out.suffix.lower() not in (".csv", ".parquet"):
        raise click.UsageError(
            phrase("--out 写成 .csv 或 .parquet。", "--out ends in .csv or .parquet.")
        )
    catalogue = load(None)
    stated = read_definition(definition, catalogue)
    given = _formulas(formulas, definition, stated)
    rows = read_plain_table(path, sheet=sheet)
    found = work_out(
        rows.table, stated, catalogue, place=path.name, formulas=given, faults=rows.faults
    )
    ranks = None if draws is None else uncertainty(found, stated, n_draws=draws, seed=seed)
    made = _made(found, ranks)
    if out is not None:
        _write(made, stated, out)
    _give(found, stated, ranks, made, out, as_json)


def _formulas(file: Path | None, named: str, stated: Definition) -> dict[str, Formula]:
    """Return the formulas of the table given, else of the one the definition names."""
    from renlin.errors import DataFault, raise_all
    from renlin.intake.plain_table import read_whole_table
    from renlin.needs.indices import beside, read_formulas

    if file is None and not stated.formulas:
        return {}
    path = beside(named, stated.formulas) if file is None else file
    found, faults = read_formulas(read_whole_table(path), path.name)
    raise_all(faults, DataFault)
    return found


def _made(found: Index, ranks: Ranks | None) -> pd.DataFrame:
    """Return the output: the index with rank intervals beside it."""
    if ranks is None:
        return found.table
    names = ["rank_low", "rank_median", "rank_high", "top_decile_share"]
    return found.table.assign(**{name: ranks.units[name].to_numpy() for name in names})


def _write(made: pd.DataFrame, stated: Definition, out: Path) -> None:
    """Write the output whole or not at all; unknown as the definition says."""
    from renlin.community.spreadsheet import sheet

    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.name}.partial")
    try:
        if out.suffix.lower() == ".parquet":
            made.to_parquet(partial, index=False)
        else:
            sheet(made.apply(_cells)).to_csv(
                partial, index=False, na_rep=str(stated.written_missing),
                quoting=csv.QUOTE_MINIMAL, encoding="utf-8",
            )  # fmt: skip
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _cells(column: pd.Series) -> pd.Series:
    """Return a column as it is written: whole numbers without a point."""
    if column.dtype.kind != "f":
        return column
    known = column.dropna()
    return column.astype("Int64") if bool((known == known.round()).all()) else column


def _give(
    found: Index,
    stated: Definition,
    ranks: Ranks | None,
    made: pd.DataFrame,
    out: Path | None,
    as_json: bool,
) -> None:
    from renlin.needs.indices import STATE

    rank = stated.ranking.column
    states: Mapping[Hashable, int] = found.table[STATE].value_counts().to_dict()
    value = {
        "definition": stated.code, "edition": stated.edition, "source": stated.source,
        "extent": stated.units.extent, "out": None if out is None else str(out),
        "n": len(made), "states": dict(states), "notes": list(found.notes),
        "weights": found.weights.to_dict("records"), "facts": dict(found.facts),
        "rows": made.to_dict("records"),
        "flips": [] if ranks is None else ranks.flips.to_dict("records"),
        "draws": {} if ranks is None else ranks.draws,
    }  # fmt: skip
    names = [found.key, stated.overall.column, stated.overall.score_column, rank]
    names += [stated.quantiles.column] if stated.quantiles is not None else []
    names += [] if ranks is None else ["rank_low", "rank_high", "top_decile_share"]
    chosen = [name for name in dict.fromkeys(names) if name and name in made]
    first = made.dropna(subset=[rank]).sort_values(rank, kind="stable")
    text = [
        phrase(f"{stated.zh}（{stated.edition}）", f"{stated.en} ({stated.edition})"),
        phrase(f"参照范围：{stated.units.extent}", f"Reference extent: {stated.units.extent}"),
        "", *table(first[chosen], most=SHOWN), "",
        *(phrase(note.zh, note.en) for note in found.notes), *_told(stated, found, states),
    ]  # fmt: skip
    if out is not None:
        text.append(phrase(f"写进了 {out}", f"Written to {out}"))
    give(value, as_json=as_json, text=text)


def _told(stated: Definition, found: Index, states: Mapping[Hashable, int]) -> list[str]:
    """Return the definition's own warning, the consistency of judgements, and the counts."""
    told = [phrase(stated.note_zh or stated.note, stated.note or stated.note_zh)]
    if "consistency_ratio" in found.facts:
        ratio = f"{found.facts['consistency_ratio']:.4f}"
        series = found.facts["random_index"]
        told.append(
            phrase(f"一致性比率 {ratio}（{series}）", f"Consistency ratio {ratio} ({series})")
        )
    n, ranked = sum(states.values()), states.get("ranked", 0)
    told.append(phrase(f"{n} 个单元，{ranked} 个排了名。", f"{n} units, {ranked} ranked."))
    return [line for line in told if line]
