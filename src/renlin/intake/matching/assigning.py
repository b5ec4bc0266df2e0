"""Decide which scored pairs stand together: one to one, one to many, or groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.intake.matching.spec import Output

Rows = npt.NDArray[np.int64]
MANY = 0.05
"""Share of linked records with a second partner above which partners are not single.
Assumption: chance and twins stay below."""
CLOSE = 1e-6  # how far below ``merge`` a pair goes that a group refused: shown apart from it


def settled(pairs: pd.DataFrame, *, two: bool, output: Output, merge: float) -> Output:
    """Return the output meant by ``auto``: groups in one table; in two, one to one unless
    many records have several sure partners."""
    if output != "auto":
        return output
    if not two:
        return "clusters"
    sure = pairs[pairs["probability"] >= merge]
    several = [_several(sure["row_a"]), _several(sure["row_b"])]
    if max(several, default=0.0) <= MANY:
        return "one_to_one"
    return "one_to_many" if several[1] <= MANY else "many_to_many"


def _several(rows: pd.Series) -> float:
    counts = rows.value_counts()
    return float((counts > 1).mean()) if len(counts) else 0.0


def assigned(pairs: pd.DataFrame, output: Output) -> pd.DataFrame:
    """Return the pairs that stand, in order: each record's best where partners are single.

    Pairs are taken from the most to the least likely; equal ones by row number. A pair
    stands unless a record of it, that may have one partner only, has one already.
    """
    if output not in ("one_to_one", "one_to_many"):
        return pairs
    a, b = pairs["row_a"].to_numpy(), pairs["row_b"].to_numpy()
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    stands = np.zeros(len(pairs), dtype=bool)
    for i, (one, other) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        if other in taken_b or (output == "one_to_one" and one in taken_a):
            continue
        stands[i] = True
        taken_a.add(one)
        taken_b.add(other)
    return pairs[stands].reset_index(drop=True)


class Groups:
    """Records joined step by step, most likely pairs first, unless a join is contradicted."""

    def __init__(self, n: int, pairs: pd.DataFrame, apart: set[tuple[int, int]]) -> None:
        self.of = list(range(n))
        self.members: dict[int, list[int]] = {}
        self.apart = apart
        keys = zip(pairs["row_a"].tolist(), pairs["row_b"].tolist(), strict=True)
        self.known = dict(zip(keys, pairs["probability"].tolist(), strict=True))

    def group(self, row: int) -> list[int]:
        """Return the records joined with a row."""
        return self.members.get(self.of[row], [row])

    def mean(self, one: list[int], other: list[int]) -> float:
        """Return the mean probability between two groups; a pair never kept counts as 0."""
        found = sum(self.known.get((min(i, j), max(i, j)), 0.0) for i in one for j in other)
        return float(found / (len(one) * len(other)))

    def forbidden(self, one: list[int], other: list[int]) -> bool:
        """Tell whether people decided that two of the records are not one."""
        if not self.apart:
            return False
        return any((min(i, j), max(i, j)) in self.apart for i in one for j in other)

    def join(self, one: list[int], other: list[int]) -> None:
        """Make two groups one."""
        name = self.of[one[0]]
        joined = one + other
        for row in other:
            self.of[row] = name
        self.members[name] = joined


def grouped(
    pairs: pd.DataFrame,
    n: int,
    *,
    merge: float,
    chain: float,
    apart: set[tuple[int, int]] | None = None,
) -> tuple[Rows, pd.DataFrame]:
    """Return the group of each record, and the pairs that follow from groups alone.

    Pairs from ``merge`` on are taken from the most likely down. Two groups become one
    when the mean probability of all pairs between them is at least ``chain``, so that one
    likely pair does not chain two persons together, and no decision forbids it.

    Returns
    -------
    Group of each row (number of its first member), and ``row_a``, ``row_b``,
    ``probability`` (of the weakest join on the way) of pairs inside groups.
    """
    made = Groups(n, pairs, apart or set())
    implied: list[tuple[int, int, float]] = []
    sure = pairs[pairs["probability"] >= merge]
    columns = (sure["row_a"].tolist(), sure["row_b"].tolist(), sure["probability"].tolist())
    for a, b, probability in zip(*columns, strict=True):
        one, other = made.group(a), made.group(b)
        if made.of[a] == made.of[b] or made.forbidden(one, other):
            continue
        if made.mean(one, other) < chain:
            continue
        implied += [(min(i, j), max(i, j), probability) for i in one for j in other]
        made.join(list(one), list(other))
    frame = pd.DataFrame(implied, columns=["row_a", "row_b", "probability"])
    return _labels(made.of), frame.astype({"row_a": "int64", "row_b": "int64"})


def _labels(of: list[int]) -> Rows:
    first: dict[int, int] = {}
    for row, name in enumerate(of):
        first.setdefault(name, row)
    return np.array([first[name] for name in of], dtype=np.int64)


def with_implied(
    pairs: pd.DataFrame, groups: Rows, implied: pd.DataFrame, *, merge: float
) -> pd.DataFrame:
    """Return the pairs with those that groups imply, and without those that groups refuse.

    A likely pair across two groups was refused by the guard against chains: it goes below
    ``merge``, to people. ``implied`` is True where a pair's probability is that of its way.
    """
    keys = ["row_a", "row_b"]
    both = pairs.merge(implied, how="outer", on=keys, suffixes=("", "_way"), sort=True)
    own = both["probability"].fillna(0.0)
    way = both["probability_way"].fillna(0.0)
    together = groups[both["row_a"].to_numpy()] == groups[both["row_b"].to_numpy()]
    raised = together & ((way > own) & (own < merge)).to_numpy()
    below = merge * (1 - CLOSE)
    value: Any = np.where(raised, way, np.where(together, own, np.minimum(own, below)))
    made = both.drop(columns="probability_way").assign(probability=value, implied=raised)
    by = ["probability", *keys]
    made = made.sort_values(by, ascending=[False, True, True], kind="stable")
    return made.reset_index(drop=True)
