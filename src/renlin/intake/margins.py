"""Read published shares (margins) of a community kind, and refuse those that contradict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from renlin.catalogue.load import Catalogue
from renlin.catalogue.maps import MarginRow
from renlin.catalogue.models import Indicator
from renlin.errors import DataFault, Fault, Said, did_you_mean, raise_all

PLACE = "margins.csv"
FITTED = ("size", "tenure", "age", "sex", "alone")
"""Margins that decide which households there are; all others are given to residents later."""
NEEDED = ("size", "tenure", "age", "sex")
HUKOU = "hukou"
_SUM_TOLERANCE = 1e-6  # share; the shares are written with six decimals
_BAND = re.compile(r"^(\d+)(?:-(\d+)|(\+))?$")
_WORDS = {
    "sex": ("female", "male"),
    "alone": ("no", "yes"),
    "tenure": ("owner", "public_tenant", "tenant", "unknown"),
    HUKOU: ("elsewhere", "local", "unknown"),
}
Condition = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Margin:
    """The shares of one margin among those that meet ``given``.

    Attributes
    ----------
    name, level
        What is shared out, among households or persons.
    given
        Conditions, all of which hold: (margin, categories).
    shares
        Category -> share, 0-1, summing to 1; in the order of the categories.
    """

    name: str
    level: str
    given: tuple[Condition, ...]
    shares: Mapping[str, float]

    @property
    def text(self) -> str:
        """Return the margin with its condition, as people write it."""
        conditions = ";".join(f"{name}={'|'.join(words)}" for name, words in self.given)
        return f"{self.name} | {conditions}" if conditions else self.name


def margins_of(catalogue: Catalogue, kind: str) -> tuple[Margin, ...]:
    """Return the margins of a community kind.

    Where the community's own ``margins.csv`` states a margin (under a condition), its rows
    replace the shipped ones of that margin and condition whole.

    Raises
    ------
    DataFault
        With every share that does not sum to 1, every unknown word and every missing margin.
    """
    rows = [row for row in catalogue.margins.values() if row.kind == kind]
    own = {
        (r.margin, r.given) for r in rows if catalogue.origins.get(("margins", r.code)) == "overlay"
    }
    chosen = [
        row
        for row in rows
        if (row.margin, row.given) not in own
        or catalogue.origins.get(("margins", row.code)) == "overlay"
    ]
    groups: dict[tuple[str, str], list[MarginRow]] = {}
    for row in sorted(chosen, key=lambda r: (r.margin, r.given, r.category)):
        groups.setdefault((row.margin, row.given), []).append(row)
    faults = [fault for group in groups.values() for fault in _faults(group, catalogue)]
    faults.extend(_absent(name, kind) for name in NEEDED if (name, "") not in groups)
    raise_all(faults, DataFault)
    return tuple(_margin(group) for group in groups.values())


def band(text: str, *, oldest: int) -> tuple[int, int] | None:
    """Return the first and last number of a band such as ``60-69``, ``80+`` or ``3``.

    ``oldest`` closes an open band. None when the text is no band.
    """
    hit = _BAND.match(text.strip())
    if hit is None:
        return None
    low = int(hit.group(1))
    high = oldest if hit.group(3) else int(hit.group(2) or low)
    return (low, high) if low <= high else None


def conditions(text: str) -> tuple[Condition, ...]:
    """Return the conditions of a ``given`` cell."""
    found = []
    for part in filter(None, text.split(";")):
        name, _, words = part.partition("=")
        found.append((name.strip(), tuple(word.strip() for word in words.split("|"))))
    return tuple(found)


def in_order(margins: Iterable[Margin]) -> tuple[Margin, ...]:
    """Return margins so that each comes after those its condition speaks of.

    Raises
    ------
    DataFault
        When two of them wait for each other.
    """
    waiting = sorted(margins, key=lambda m: (m.name, m.text))
    names = {margin.name for margin in waiting}
    done: set[str] = set()
    ordered: list[Margin] = []
    while waiting:
        ready = [m for m in waiting if all(n in done or n not in names for n, _ in m.given)]
        if not ready:
            raise DataFault([_circle(m) for m in waiting])
        ordered.extend(ready)
        waiting = [m for m in waiting if m not in ready]
        done |= {m.name for m in ready} - {m.name for m in waiting}
    return tuple(ordered)


def _margin(group: Sequence[MarginRow]) -> Margin:
    first = group[0]
    total = sum(row.share for row in group)
    shares = {row.category: row.share / total for row in group}
    return Margin(first.margin, first.level, conditions(first.given), shares)


def _faults(group: Sequence[MarginRow], catalogue: Catalogue) -> list[Fault]:
    first = group[0]
    where = f"{first.margin} {first.given}".strip()
    faults = []
    total = sum(row.share for row in group)
    if abs(total - 1.0) > _SUM_TOLERANCE:
        remedy = Said("改正这几行的 share。", "Correct the shares of these rows.")
        got = Said(f"合计 {total:g}", f"a sum of {total:g}")
        faults.append(
            Fault(PLACE, Said("合计为 1", "shares summing to 1"), got, remedy, None, where)
        )
    levels = {row.level for row in group}
    if len(levels) > 1:
        got = Said("household 和 person 混用", "both household and person")
        one = Said("同一个 level", "one level")
        remedy = Said("改正 level。", "Correct the level.")
        faults.append(Fault(PLACE, one, got, remedy, None, where))
    for row in group:
        faults.extend(_category_faults(row, where, catalogue))
    return faults


def _category_faults(row: MarginRow, where: str, catalogue: Catalogue) -> list[Fault]:
    """Return what is wrong with the margin or the category of one row."""
    if row.margin in _WORDS:
        known: Sequence[str] = _WORDS[row.margin]
        fine = row.category in known
    elif row.margin in ("age", "size"):
        known = ("60-69", "80+") if row.margin == "age" else ("1", "2", "5+")
        fine = _BAND.match(row.category) is not None
    elif row.margin in catalogue.indicators:
        entry = catalogue.indicators[row.margin]
        known, fine = _indicator_words(entry, row)
    else:
        words = [*FITTED, HUKOU, *catalogue.indicators]
        expected = Said("目录里的指标", "an indicator of the catalogue")
        got = Said(row.margin, row.margin)
        return [Fault(PLACE, expected, got, did_you_mean(row.margin, words), None, where)]
    if fine:
        return []
    expected = Said("、".join(known), "|".join(known))
    got = Said(row.category, row.category)
    return [Fault(PLACE, expected, got, did_you_mean(row.category, known), None, where)]


def _indicator_words(entry: Indicator, row: MarginRow) -> tuple[Sequence[str], bool]:
    """Return the words an indicator takes, and whether the row uses one at its level."""
    level = {"persons": "person", "households": "household"}[entry.subject]
    if row.level != level:
        return (f"level {level}",), False
    if entry.kind == "boolean":
        return ("yes", "no"), row.category in ("yes", "no")
    if entry.kind == "category":
        return entry.levels, row.category in entry.levels
    low = entry.low if entry.low is not None else float("-inf")
    high = entry.high if entry.high is not None else float("inf")
    try:
        return (f"{low:g}..{high:g}",), low <= float(row.category) <= high
    except ValueError:
        return (f"{low:g}..{high:g}",), False


def _absent(name: str, kind: str) -> Fault:
    return Fault(
        PLACE,
        Said(f"{kind} 的 {name}（不带条件）", f"{name} of {kind}, without a condition"),
        Said("没有", "none"),
        Said("补上这几行。", "Add the rows."),
        None,
        name,
    )


def _circle(margin: Margin) -> Fault:
    return Fault(
        PLACE,
        Said("条件不绕回自己", "conditions that do not lead back"),
        Said("几项互相等待", "margins that wait for each other"),
        Said("去掉其中一个条件。", "Remove one of the conditions."),
        None,
        margin.text,
    )
