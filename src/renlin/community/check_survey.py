"""Ask whether the answers of the tie and attitude surveys agree with themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from renlin.community.community import Community
from renlin.community.remarks import Remark
from renlin.community.tables import FIRST_DATA_ROW
from renlin.errors import Fault, Said

NOMINATIONS, ATTITUDES = "layers/nominations", "layers/attitudes"
RESIDENT, NOBODY, SILENT = "resident", "nobody", "silent"


def surveys_disagree(place: Community) -> Iterator[Remark]:
    """Yield answers that contradict themselves, and items the catalogue does not hold."""
    yield from _names(place["nominations"])
    yield from _contradictions(place["nominations"])
    yield from _items(place)


def _names(said: pd.DataFrame) -> Iterator[Remark]:
    """Yield a name where there can be none, none where there must be one, and one's own."""
    named, resident = said["other"].notna(), said["answer"] == RESIDENT
    without = Said("resident 要写 other", "other, with the answer resident")
    more = Said("只有 resident 才写 other", "other only with the answer resident")
    own = Said("另一个人", "somebody else")
    yield from _remarks(
        said, resident & ~named, without, Said("空着", "nothing"), "other", NOMINATIONS
    )
    yield from _remarks(
        said, ~resident & named, more, Said("有编号", "a key"), "other", NOMINATIONS
    )
    yield from _remarks(
        said, said["person"] == said["other"], own, Said("本人", "the same person"), "other",
        NOMINATIONS,
    )  # fmt: skip


def _contradictions(said: pd.DataFrame) -> Iterator[Remark]:
    """Yield nobody, or no answer, beside a name given to the same question on one day."""
    empty = said["answer"].isin([NOBODY, SILENT])
    asked = [said[c] for c in ("person", "kind", "held_on")]
    beside = (~empty).groupby(asked).transform("any") if len(said) else empty
    expected = Said("没有别的回答", "no other answer to the question that day")
    got = Said("同一天又提到了人", "somebody named the same day")
    yield from _remarks(said, empty & beside.astype(bool), expected, got, "answer", NOMINATIONS)


def _items(place: Community) -> Iterator[Remark]:
    said, items = place["attitudes"], place.catalogue.attitude_items
    unknown = ~said["item"].isin(items)
    expected = Said("目录 attitude_items 里的题目", "an item of attitude_items")
    got = Said("没有这道题", "no such item")
    yield from _remarks(said, unknown, expected, got, "item", ATTITUDES)
    top = said["item"].map({code: one.steps for code, one in items.items()}).astype("Int64")
    beyond = (said["said"] > top).fillna(False)
    expected = Said("题目有的级", "a step the item has")
    got = Said("更大的数", "a greater number")
    yield from _remarks(said, beyond, expected, got, "said", ATTITUDES)


def _remarks(
    table: pd.DataFrame, wrong: pd.Series, expected: Said, got: Said, column: str, file: str
) -> Iterator[Remark]:
    remedy = Said("核对答卷后改正。", "Correct it after a look at the sheet.")
    for at in table.index[wrong.fillna(False).astype(bool)]:
        fault = Fault(file, expected, got, remedy, int(at) + FIRST_DATA_ROW, column)
        yield Remark("error", fault)
