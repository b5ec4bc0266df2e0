"""Say that layers disagree: what contradicts is an error, what weakens an answer a remark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from renlin.errors import Fault, Said

Level = Literal["error", "remark"]
MOST_NAMED = 5


@dataclass(frozen=True)
class Remark:
    """One disagreement, and how much it matters."""

    level: Level
    fault: Fault


def gathered(
    place: str,
    rows: Sequence[int],
    *,
    expected: Said,
    got: Said,
    remedy: Said,
    column: str | None = None,
) -> list[Remark]:
    """Return one remark about all ``rows`` of a file, none when there is no row.

    The first rows are named; the rest is counted, so that a map with a thousand doors off
    the network does not bury what else is to be said.
    """
    if not rows:
        return []
    first = sorted(rows)[:MOST_NAMED]
    zh = "、".join(map(str, first)) + (" 等" if len(rows) > len(first) else "")
    en = ", ".join(map(str, first)) + (" …" if len(rows) > len(first) else "")
    counted = Said(f"{len(rows)} 处{got.zh}（第 {zh} 行）", f"{len(rows)} × {got.en} (rows {en})")
    return [Remark("remark", Fault(place, expected, counted, remedy, first[0], column))]
