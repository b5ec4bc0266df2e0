"""The command that links records of two tables, or of one with itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from renlin.cli.output import aligned, give, phrase, table
from renlin.cli.verb import Existing, verb

if TYPE_CHECKING:
    import pandas as pd

    from renlin.intake.matching import Linked, Spec

FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True)
class Wanted:
    """Files to write."""

    out: Path
    review: Path | None
    save_model: Path | None
    write_spec: Path | None
    with_values: bool


@verb("link")
@click.argument("table_a", metavar="A", type=Existing())
@click.argument("table_b", metavar="B", type=Existing(), required=False)
@click.option(
    "--spec",
    metavar="FILE",
    help="说明文件或 febrl、fake、person；不写就按标题和内容猜 · spec, by file or name",
)
@click.option("--out", type=FILE, metavar="FILE", required=True, help="写出的配对 · pairs, CSV")
@click.option("--model", type=Existing(), metavar="FILE", help="已存的模型 · a saved model")
@click.option("--save-model", type=FILE, metavar="FILE", help="存下模型 · save the model")
@click.option("--review", type=FILE, metavar="FILE", help="写出复核队列 · write the review queue")
@click.option(
    "--with-values",
    is_flag=True,
    help="队列里带两边的原值（隐私） · values in the queue, which are private",
)
@click.option("--decisions", type=Existing(), metavar="FILE", help="人工决定 · decisions of people")
@click.option(
    "--labels", type=Existing(), metavar="FILE", help="已知配对，用来检验 · known pairs, to check"
)
@click.option(
    "--write-spec", type=FILE, metavar="FILE", help="写出所用的说明 · write the spec used"
)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    metavar="P",
    help="写出的最小概率，默认是合并线 · least probability written, else the one of merging",
)
@click.option("--seed", type=int, metavar="N", help="随机种子 · seed")
def link(
    table_a: Path, table_b: Path | None, as_json: bool, spec: str | None, model: Path | None,
    decisions: Path | None, labels: Path | None, threshold: float | None, seed: int | None,
    **files: Any,
) -> None:  # fmt: skip
    """Link the records of A and B, or of A alone, and write the pairs."""
    from renlin.intake.matching import guess, link_tables, load, read_spec
    from renlin.intake.matching.files import read, read_labels
    from renlin.intake.matching.review import read_decisions

    tables = read(table_a), None if table_b is None else read(table_b)
    used = _seeded(guess(*tables) if spec is None else read_spec(spec), seed)
    decided = None if decisions is None else read_decisions(decisions)
    known = None if labels is None else read_labels(labels)
    linked = link_tables(*tables, used, None if model is None else load(model), decisions=decided)
    least = used.thresholds.value("merge") if threshold is None else threshold
    kept = linked.pairs[linked.pairs["probability"] >= least]
    written = _written(linked, kept, tables, used, decided, Wanted(**files), guessed=spec is None)
    left = _left_out(tables[0], used) if spec is None else {}
    _tell(linked, kept, used, known, written, left, as_json=as_json, two=table_b is not None)


def _left_out(table: pd.DataFrame, spec: Spec) -> dict[str, tuple[str, ...]]:
    """Return the columns a guess left out because others say the same -> those others."""
    from renlin.intake.matching.repeats import repeated

    used = {field.heading("a") for field in spec.fields}
    columns = [str(name) for name in table.columns if str(name) != spec.id_heading("a")]
    found = repeated(table, columns)
    return {c: others for c, others in found.items() if c not in used and used & set(others)}


def _seeded(spec: Spec, seed: int | None) -> Spec:
    if seed is None:
        return spec
    return spec.model_copy(update={"training": spec.training.model_copy(update={"seed": seed})})


def _written(
    linked: Linked, kept: pd.DataFrame, tables: Any, spec: Spec, decided: Any, wanted: Wanted,
    *, guessed: bool,
) -> dict[str, Path]:  # fmt: skip
    """Write what was asked for and return file by name."""
    from renlin.intake.matching.files import csv_text, write
    from renlin.intake.matching.review import review_table, with_values
    from renlin.intake.matching.spec import written

    files = {"pairs": wanted.out}
    queue = None
    if wanted.review is not None:
        queue = review_table(linked, decided)
        queue = with_values(queue, tables, spec) if wanted.with_values else queue
    write(wanted.out, csv_text(kept))
    if queue is not None and wanted.review is not None:
        write(wanted.review, csv_text(queue))
        files["review"] = wanted.review
    if len(linked.clusters):
        files["clusters"] = wanted.out.with_suffix(".clusters.csv")
        write(files["clusters"], csv_text(linked.clusters))
    if guessed or wanted.write_spec is not None:
        files["spec"] = wanted.write_spec or wanted.out.with_suffix(".link.toml")
        write(files["spec"], written(spec))
    if wanted.save_model is not None:
        linked.model.save(wanted.save_model)
        files["model"] = wanted.save_model
    return files


def _tell(
    linked: Linked, kept: pd.DataFrame, spec: Spec, known: Any, written: dict[str, Path],
    left: dict[str, tuple[str, ...]], *, as_json: bool, two: bool,
) -> None:  # fmt: skip
    from renlin.intake.matching import scored

    fields = [[f.name, f.kind] for f in spec.fields]
    curve = None if known is None else scored(linked.pairs, known, ordered=two)
    value = {
        "n_pairs": len(kept), "n_review": len(linked.review), "output": linked.output,
        "prior": linked.model.prior, "fields": dict(fields), "notes": list(linked.model.notes),
        "left_out": {column: list(others) for column, others in left.items()},
        "files": {name: str(path) for name, path in written.items()},
        "scores": None if curve is None else curve.to_dict("records"),
    }  # fmt: skip
    n, asked = len(kept), len(linked.review)
    text = [
        *aligned([[phrase("字段", "field"), phrase("类型", "kind")], *fields]),
        *(
            phrase(
                f"没有比较「{column}」：它重复了{'、'.join(others)}",
                f"not compared: {column}, which repeats {', '.join(others)}",
            )
            for column, others in left.items()
        ),
        *(phrase(note.zh, note.en) for note in linked.model.notes),
        *([] if curve is None else table(curve)),
        phrase(f"{n} 对，{asked} 对要人工复核。", f"{n} pairs, {asked} for people to decide."),
        *(str(path) for path in written.values()),
    ]
    give(value, as_json=as_json, text=text)
