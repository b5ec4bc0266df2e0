"""Fill the page of matching: which step linked how many rows, and what waits for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.figures.waterfall import Fall, Step, fall, waterfall
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import (
    NOTHING,
    Figure,
    Head,
    Page,
    Piece,
    Section,
    Table,
    Text,
    Words,
)
from renlin.report.tables import rows_of

STEPS = (
    "first", "identity", "name_birth", "phone_name", "address_name", "weighed", "reviewed", "alone",
)  # fmt: skip
FIELDS = ("number", "name", "birth", "phone", "address", "sex")
MOST = 40
"""Doubtful pairs listed; the others are counted."""
DRAWN = 6
"""Pairs drawn: those nearest to as likely one person as two."""


def matching(book: Book) -> Page | None:
    """Return the page of matching, None where residents came from no register.

    Rows of registers are named to readers who may see single residents; others see how
    many there are.
    """
    links = book.community["links"]
    if len(links) == 0:
        return None
    word = book.language.word
    drawn = _drawn(book)
    pieces: list[Piece] = [_steps(book, links), _queue(book), *([drawn] if drawn else [])]
    lines = (word("match_how_1"), word("match_how_2"), word("match_how_3"))
    pieces.append(Text(word("match_how"), lines))
    return Page("matching", word("page_matching"), tuple(pieces), foot(book))


def _steps(book: Book, links: pd.DataFrame) -> Section:
    """Return how many rows each step linked, by register file."""
    word, code = book.language.word, book.language.code
    counts = pd.crosstab(links["step"].astype(str), links["file"].astype(str))
    cells = counts.to_numpy(dtype=np.int64).tolist()
    by_file = dict(zip(map(str, counts.index), cells, strict=True))
    heads = (
        Head(word("match_step")),
        *(Head(str(file).removeprefix("registers/"), True) for file in counts.columns),
        Head(word("match_all"), True),
    )
    rows: list[tuple[Words, ...]] = [
        (
            word(f"match_step_{step}"),
            *(numbers.count(n, code) if n else NOTHING for n in by_file[step]),
            numbers.count(sum(by_file[step]), code),
        )
        for step in STEPS
        if step in by_file
    ]
    table = Table(heads, tuple(rows), note=word("match_steps_note"))
    persons = numbers.count(links["person"].nunique(), code)
    title = word("match_title").format(rows=numbers.count(len(links), code), persons=persons)
    return Section(word("match_kicker"), title, (table,))


def _queue(book: Book) -> Section:
    """Return the doubtful pairs with what speaks for and against each, without values."""
    word, code = book.language.word, book.language.code
    doubts = book.community["doubtful"]
    merged = int((doubts["state"].astype(str) == "merged").sum())
    title = word("match_queue_title").format(
        open=numbers.count(len(doubts) - merged, code), merged=numbers.count(merged, code)
    )
    if len(doubts) == 0 or book.reader.k_persons > 1:
        return Section(word("match_queue_kicker"), title, ())
    heads = (
        Head(word("match_pair")), Head("A"), Head("B"), Head(word("match_probability"), True),
        *(Head(word(f"match_field_{name}"), True) for name in FIELDS),
        Head(word("match_state")),
    )  # fmt: skip
    rows = tuple(_pair(book, row) for row in rows_of(doubts.head(MOST)))
    table = Table(heads, rows, note=word("match_queue_note").format(n=min(MOST, len(doubts))))
    return Section(word("match_queue_kicker"), title, (table,))


def _drawn(book: Book) -> Figure | None:
    """Return how the weights of the most doubtful pairs add up; no row of a register is named."""
    word = book.language.word
    doubts = book.community["doubtful"]
    weighed = doubts[doubts["probability"].between(0.0, 1.0, inclusive="neither")]
    if len(weighed) == 0 or book.reader.k_persons > 1:
        return None
    order = (weighed["probability"].astype("float64") - 0.5).abs()
    chosen = weighed.assign(order=order).sort_values(["order", "doubt"], kind="stable")
    falls = [_fall(book, row) for row in rows_of(chosen.head(DRAWN))]
    title = word("match_fall_title").format(n=len(falls))
    return Figure(
        word("match_fall_kicker"),
        title,
        Markup(waterfall(falls, title, word("match_even"))),
        note=word("match_fall_note"),
    )


def _fall(book: Book, row: dict[str, Any]) -> Fall:
    word, weights = book.language.word, dict(_weights(row["weights"]))
    known = set().union(*(_listed(row[name]) for name in ("agree", "near", "differ")))
    steps = [
        Step(word(f"match_field_{name}"), float(weights[name].replace("−", "-")))
        for name in FIELDS
        if name in known and name in weights
    ]
    chance = float(row["probability"])
    title = f"{row['doubt']}  {chance:.2f}"
    return fall(title, chance, steps, word("match_strangers"), word("match_together"))


def _pair(book: Book, row: dict[str, Any]) -> tuple[Words, ...]:
    weights = dict(_weights(row["weights"]))
    known = set().union(*(_listed(row[name]) for name in ("agree", "near", "differ")))
    probability = row["probability"]
    return (
        str(row["doubt"]),
        f"{_short(row['file'])} {row['row']}",
        f"{_short(row['with_file'])} {row['with_row']}" if pd.notna(row["with_row"]) else NOTHING,
        f"{float(probability):.3f}" if numbers.known(probability) else NOTHING,
        *(weights.get(name, NOTHING) if name in known else NOTHING for name in FIELDS),
        book.language.word(f"match_state_{_state(row)}"),
    )


def _state(row: dict[str, Any]) -> str:
    """Return what people decided, else how the pair stands."""
    return str(row["decision"] if pd.notna(row["decision"]) else row["state"])


def _short(file: object) -> str:
    return str(file).removeprefix("registers/")


def _listed(value: object) -> set[str]:
    if isinstance(value, str):
        return set(value.split(";"))
    return set(map(str, value)) if isinstance(value, Iterable) else set()


def _weights(value: object) -> Iterable[tuple[str, str]]:
    for part in sorted(_listed(value)):
        name, _, weight = part.partition(":")
        yield name, weight.replace("-", "−")
