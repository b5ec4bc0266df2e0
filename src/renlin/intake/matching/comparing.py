"""List what is compared, level by level, as conditions that two records fulfil or not."""

from __future__ import annotations

from typing import NamedTuple

from renlin.intake.matching.level import Side, condition
from renlin.intake.matching.spec import Spec, kinds


class Comparison(NamedTuple):
    """One comparison.

    Attributes
    ----------
    name
        Field, or ``one~other`` for the order of two fields that may be exchanged.
    fields
        Fields whose agreement by construction makes it meaningless.
    unknown
        Condition that nothing can be said.
    levels
        Name of each level, from most to least alike; the last is "differ".
    conditions
        Condition of each level but the last.
    rarity
        Column whose frequencies weigh the first level, None for none.
    """

    name: str
    fields: tuple[str, ...]
    unknown: str
    levels: tuple[str, ...]
    conditions: tuple[str, ...]
    rarity: str | None = None

    def case(self) -> str:
        """Return the level of a pair as SQL: -1 unknown, 0 differ, more is more alike."""
        top = len(self.conditions)
        branches = "".join(f" when {c} then {top - i}" for i, c in enumerate(self.conditions))
        return f"case when {self.unknown} then -1{branches} else 0 end"


DIFFER = "differ"
CROSSED = "~"


def comparisons(spec: Spec) -> tuple[Comparison, ...]:
    """Return one comparison per field, and one per pair of fields that may be exchanged."""
    partner = {one: other for pair in spec.exchanged() for one, other in (pair, pair[::-1])}
    made = [_of_field(spec, i, partner) for i in range(len(spec.fields))]
    return (*made, *(_of_order(spec, pair) for pair in spec.exchanged()))


def _index(spec: Spec, name: str) -> int:
    return [field.name for field in spec.fields].index(name)


def _of_field(spec: Spec, i: int, partner: dict[str, str]) -> Comparison:
    field = spec.fields[i]
    other = partner.get(field.name)
    side = _straight(spec, i)
    if other is not None:
        side = _oriented(spec, i, _index(spec, other))
    levels = field.alike()
    known = [" and ".join(f"{c} is not null" for c in side(x, "")) for x in ("", *field.also)]
    return Comparison(
        name=field.name,
        fields=(field.name,),
        unknown=f"(not ({' or '.join(f'({k})' for k in known)}))",
        levels=(*levels, DIFFER),
        conditions=tuple(condition(level, side) for level in levels),
        rarity=f"f{i}" if field.weighs_rarity() and levels[0] == "exact" else None,
    )


def _straight(spec: Spec, i: int) -> Side:
    def side(beside: str, part: str) -> tuple[str, str]:
        column = f"{spec.column(i, beside)}{part}"
        return f"{column}_l", f"{column}_r"

    return side


def _oriented(spec: Spec, i: int, j: int) -> Side:
    """Compare with the other field of the second record where that fits both fields better."""
    first, second = sorted((i, j))
    crossed = _crossed(first, second)
    straight = _straight(spec, i)

    def side(beside: str, part: str) -> tuple[str, str]:
        left, right = straight(beside, part)
        if beside:
            return left, right
        return left, f"(case when {crossed} then f{j}{part}_r else {right} end)"

    return side


def _crossed(i: int, j: int) -> str:
    """Return the condition that two fields of a pair are exchanged rather than in order."""
    least = kinds()["learning"]["crossing"]
    return (
        f"(f{i}_l is distinct from f{i}_r and f{j}_l is distinct from f{j}_r and "
        f"{_like(f'f{i}_l', f'f{j}_r')} + {_like(f'f{j}_l', f'f{i}_r')} > "
        f"{_like(f'f{i}_l', f'f{i}_r')} + {_like(f'f{j}_l', f'f{j}_r')} + {least})"
    )


def _like(left: str, right: str) -> str:
    return f"coalesce(jaro_winkler_similarity({left}, {right}), 0)"


def _of_order(spec: Spec, pair: tuple[str, str]) -> Comparison:
    i, j = sorted((_index(spec, pair[0]), _index(spec, pair[1])))
    empty = " or ".join(f"(f{i}_{s} is null and f{j}_{s} is null)" for s in "lr")
    return Comparison(
        name=CROSSED.join(pair),
        fields=pair,
        unknown=f"({empty})",
        levels=("in order", DIFFER),
        conditions=(f"not {_crossed(i, j)}",),
    )
