"""Show people the pairs of rows in doubt, and keep what they decide; everything can be undone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from renlin.community.vault import identities
from renlin.errors import DataFault, Fault, Said, did_you_mean
from renlin.intake.decisions import FILE, UNDO, Decision, Place, read_decisions, record, standing

VALUES = ("name", "identity_number", "phone", "address_text")


@dataclass(frozen=True)
class Queue:
    """What waits for people, and what they decided.

    Attributes
    ----------
    doubts
        The table ``doubtful`` as text, and the column ``own``: the person of the row itself.
    decided
        decision, file, row, with_file, with_row, word, by, on: what stands, oldest first.
    """

    doubts: pd.DataFrame
    decided: pd.DataFrame


def queue(folder: Path) -> Queue:
    """Return the pairs in doubt of the last build, and the decisions that stand.

    Raises
    ------
    DataFault
        When the folder was never built.
    """
    doubts, links = (_layer(folder, name) for name in ("doubtful", "links"))
    known = {
        (f, r): p for f, r, p in zip(links["file"], links["row"], links["person"], strict=True)
    }
    rows = zip(doubts["file"], doubts["row"], strict=True)
    doubts = doubts.assign(own=[known.get(place, "") for place in rows])
    history = read_decisions(folder)
    number = {id(one): f"h{at:04d}" for at, one in enumerate(history, start=1)}
    stands = sorted(standing(history).values(), key=lambda one: number[id(one)])
    decided = [
        (number[id(one)], *one.row, *(one.other or ("", "")), one.word, one.by, one.on)
        for one in stands
    ]
    names = ["decision", "file", "row", "with_file", "with_row", "word", "by", "on"]
    return Queue(doubts, pd.DataFrame(decided, columns=names).astype("str"))


def pair_of(folder: Path, key: str) -> tuple[Place, Place | None]:
    """Return the rows of a doubtful pair (``d0004``) or of a decision (``h0002``).

    Raises
    ------
    DataFault
        When there is none of that key, with the nearest one.
    """
    found = queue(folder)
    for column, table in (("doubt", found.doubts), ("decision", found.decided)):
        rows = table[table[column] == key] if column in table else table.iloc[:0]
        if len(rows):
            row = rows.iloc[0]
            other = (str(row["with_file"]), int(row["with_row"])) if row["with_file"] else None
            return (str(row["file"]), int(row["row"])), other
    known = [*found.doubts["doubt"], *found.decided["decision"]]
    expected = Said("一个存疑或决定的编号", "the key of a doubtful pair or of a decision")
    raise DataFault(Fault(f"registers/{FILE}", expected, Said(key, key), did_you_mean(key, known)))


def decide(
    folder: Path, pair: tuple[Place, Place | None], word: str, *, by: str, on: dt.date
) -> None:
    """Add a decision to the history: ``same``, ``different`` or ``ask``.

    The next build applies it: ``same`` joins two rows, ``different`` keeps them apart, also
    where the cascade or the weights had merged them.

    Raises
    ------
    DataFault
        When a row is in no register of the last build.
    """
    links = _layer(folder, "links")
    known = set(zip(links["file"], links["row"], strict=True))
    for place in pair:
        if place is not None and (place[0], str(place[1])) not in known:
            expected = Said("名册里的一行", "a row of a register")
            got = Said("没有这一行", "no such row")
            remedy = did_you_mean(place[0], sorted(set(links["file"])))
            raise DataFault(Fault(place[0], expected, got, remedy, place[1]))
    record(folder, Decision(*pair, word, by, on.isoformat()))


def undo(folder: Path, pair: tuple[Place, Place | None], *, by: str, on: dt.date) -> None:
    """Take back the decision that stands for a pair; the history keeps both.

    Raises
    ------
    DataFault
        When nothing stands.
    """
    undone = Decision(*pair, UNDO, by, on.isoformat())
    if undone.pair not in standing(read_decisions(folder)):
        expected = Said("一个还算数的决定", "a decision that stands")
        got = Said("没有", "none")
        remedy = Said("renlin review 列出所有决定。", "renlin review lists all decisions.")
        raise DataFault(Fault(f"registers/{FILE}", expected, got, remedy))
    record(folder, undone)


def values(folder: Path, *, by: str) -> pd.DataFrame:
    """Return person -> name, number, telephone and address; the reading is noted.

    Raises
    ------
    PrivacyFault
        When the keys of the vault are not there.
    """
    opened = identities(folder, columns=VALUES, reader=by, purpose="link")
    return opened.fillna("").drop_duplicates("person").set_index("person")


def _layer(folder: Path, name: str) -> pd.DataFrame:
    path = folder / "layers" / f"{name}.csv"
    if not path.is_file():
        expected = Said("整理好的名册", "layers built from the registers")
        got = Said("没有这个文件", "no such file")
        remedy = Said("先运行 renlin build。", "Run renlin build first.")
        raise DataFault(Fault(f"layers/{name}.csv", expected, got, remedy))
    return pd.read_csv(path, dtype=str, keep_default_na=False)
