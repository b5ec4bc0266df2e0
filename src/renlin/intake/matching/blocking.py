"""Decide which pairs are compared at all, and count them before they are made."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from renlin.errors import DataFault, Fault, Said
from renlin.intake.matching.prepared import Prepared
from renlin.intake.matching.spec import Spec, kinds, names_in

Rule = tuple[str, ...]
STRONG = ("id_number", "email", "phone", "date")
"""Kinds whose whole value is a key by itself."""


def join(prepared: Prepared, rule: Rule) -> str:
    """Return a rule as the condition of a join of ``l`` and ``r``."""
    return " and ".join(_key(prepared, key) for key in rule) or "true"


def exploded(prepared: Prepared, rule: Rule) -> list[str]:
    """Return the columns of words that a rule takes apart."""
    return [f"{prepared.column(k.split(':')[0])}w" for k in rule if k.endswith(":words")]


def fields_of(rule: Rule) -> frozenset[str]:
    """Return the fields a rule uses."""
    return frozenset(part for key in rule for part in names_in(key))


def _key(prepared: Prepared, key: str) -> str:
    name, _, part = key.partition(":")
    if "~" in name:
        one, other = (prepared.column(n) for n in name.split("~"))
        return f"l.{one} = r.{other} and l.{other} = r.{one}"
    column = prepared.column(name)
    if part == "words":
        return f"l.{column}w = r.{column}w"
    return f"{_expression(f'l.{column}', part)} = {_expression(f'r.{column}', part)}"


def _expression(column: str, part: str) -> str:
    if part == "":
        return column
    return f"left({column}, {4 if part == 'year' else int(part)})"


def n_pairs(prepared: Prepared, rule: Rule) -> int:
    """Return how many pairs agree on a rule, from the sizes of its blocks alone."""
    if any("~" in key for key in rule):
        return prepared.count(
            f"select count(*) from a l join {prepared.right} r "
            f"on {join(prepared, rule)} and {prepared.apart}"
        )
    parts = [_part(prepared, key) for key in rule]
    names = ", ".join(f"k{i}" for i in range(len(parts)))
    keys = ", ".join(f"{part} as k{i}" for i, part in enumerate(parts))
    known = " and ".join(f"k{i} is not null" for i in range(len(parts)))

    def blocks(table: str) -> str:
        inner = f"select {keys} from {table}"
        return f"select {names}, count(*)::hugeint as n from ({inner}) where {known} group by all"

    if not prepared.two:
        return prepared.count(f"select sum(n * (n - 1) // 2) from ({blocks('a')})")
    return prepared.count(
        f"select sum(x.n * y.n) from ({blocks('a')}) x join ({blocks('b')}) y using ({names})"
    )


def n_pairs_of_any(prepared: Prepared, rules: Sequence[Rule]) -> int:
    """Return how many pairs agree on one rule at least, each counted once.

    Raises
    ------
    DataFault
        When the rules together would give more pairs than allowed.
    """
    if len(rules) == 1 and not exploded(prepared, rules[0]):
        return n_pairs(prepared, rules[0])
    _refuse_many(prepared, rules, "prior.rules")
    found = " union ".join(_pairs(prepared, rule) for rule in rules)
    return prepared.count(f"select count(*) from ({found})")


def _pairs(prepared: Prepared, rule: Rule) -> str:
    """Return a query of the pairs that agree on a rule: ``row_a``, ``row_b``."""
    listed = dict.fromkeys(k.split(":")[0] for k in rule if k.endswith(":words"))
    plain = tuple(k for k in rule if not k.endswith(":words"))
    tables = {"l": "a", "r": prepared.right}
    sides = [f"{table} {side}" for side, table in tables.items()]
    on = [join(prepared, plain), prepared.apart]
    for i, name in enumerate(listed):
        column = prepared.column(name)
        for side, table in tables.items():
            sides.append(f"(select row, unnest({column}w) as word from {table}) {side}{i}")
            on.append(f"{side}.row = {side}{i}.row")
        on.append(f"l{i}.word = r{i}.word")
    listing, condition = ", ".join(sides), " and ".join(on)
    return f"select distinct l.row as row_a, r.row as row_b from {listing} where {condition}"


def _part(prepared: Prepared, key: str) -> str:
    name, _, part = key.partition(":")
    column = prepared.column(name)
    return f"unnest({column}w)" if part == "words" else _expression(column, part)


def prediction_rules(prepared: Prepared) -> tuple[Rule, ...]:
    """Return the rules by which pairs are made: stated, none when all pairs can be, or chosen.

    Raises
    ------
    DataFault
        When a stated rule, or all together, would give more pairs than allowed.
    """
    blocking, defaults = prepared.spec.blocking, kinds()["blocking"]
    if blocking.rules is not None:
        _refuse_many(prepared, blocking.rules, "blocking.rules")
        return blocking.rules
    limit = blocking.exhaustive_pairs
    if prepared.n_pairs <= (defaults["exhaustive_pairs"] if limit is None else limit):
        return ((),)
    return chosen(prepared)


def _refuse_many(prepared: Prepared, rules: Sequence[Rule], place: str) -> None:
    limit = prepared.spec.blocking.most_pairs or kinds()["blocking"]["most_pairs"]
    counts = {rule: n_pairs(prepared, rule) if rule else prepared.n_pairs for rule in rules}
    if sum(counts.values()) <= limit:
        return
    expected = Said(f"不超过 {limit:,} 对", f"at most {limit:,} pairs")
    remedy = Said(
        "请给这条规则加一个字段，或改 blocking.most_pairs。",
        "Add a field to the rule, or change blocking.most_pairs.",
    )
    worst = sorted(counts, key=lambda rule: -counts[rule])[:1]
    raise DataFault([
        Fault("link.toml", expected, Said(f"{counts[r]:,} 对", f"{counts[r]:,} pairs"), remedy,
              None, f"{place}: " + " + ".join(r))
        for r in worst
    ])  # fmt: skip


def chosen(prepared: Prepared) -> tuple[Rule, ...]:
    """Return rules picked by counting: single keys that are selective, then pairs of the rest.

    A rule counts as selective below ``pairs_per_record`` pairs for each record; one that
    would take all together beyond ``most_pairs`` is passed over.
    """
    records = max(len(prepared.ids_a), len(prepared.ids_b))
    budget = kinds()["blocking"]["pairs_per_record"] * records
    left = prepared.spec.blocking.most_pairs or kinds()["blocking"]["most_pairs"]
    picked: list[Rule] = []
    for rule in _candidates(prepared.spec):
        if any(_implied(rule, other) for other in picked):
            continue
        size = n_pairs(prepared, rule)
        if 0 < size <= min(budget, left):
            picked.append(rule)
            left -= size
    return tuple(picked)


def _implied(rule: Rule, other: Rule) -> bool:
    """Tell whether every pair of ``rule`` is one of ``other``."""
    keys = set(rule) | {key.split(":")[0] for key in rule}
    return all(key in keys or (key.endswith(":year") and key[:-5] in keys) for key in other)


def _candidates(spec: Spec) -> list[Rule]:
    prefix = kinds()["blocking"]["prefix"]
    single: list[Rule] = [(f.name,) for f in spec.fields]
    single += [(f"{f.name}:words",) for f in spec.fields if _is_worded(spec, f.name)]
    single += [("~".join(pair),) for pair in spec.exchanged()]
    cut = {
        f.name: f"{f.name}:year" if f.kind == "date" else f"{f.name}:{prefix}"
        for f in spec.fields
        if f.kind in ("given_name", "surname", "name", "date", "text", "address")
    }
    names = [f.name for f in spec.fields]
    double: list[Rule] = list(combinations(names, 2))
    for one, other in combinations(names, 2):
        shorter = (cut.get(one, one), cut.get(other, other))
        double.append(shorter)
    return [*single, *dict.fromkeys(double)]


def _is_worded(spec: Spec, name: str) -> bool:
    from renlin.intake.matching.level import parts_of

    field = next(f for f in spec.fields if f.name == name)
    return "t" in parts_of(field.alike())


def training_rules(prepared: Prepared) -> tuple[Rule, ...]:
    """Return the rules by which likely pairs are found to learn from.

    Stated, or the most selective whole keys, one after another, until each field is free
    in two of them.
    """
    if prepared.spec.training.blocks is not None:
        return prepared.spec.training.blocks
    names = [f.name for f in prepared.spec.fields]
    records = max(len(prepared.ids_a), len(prepared.ids_b))
    budget = kinds()["blocking"]["pairs_per_record"] * records
    rules: list[Rule] = [(n,) for n in names] + list(combinations(names, 2))
    sized = sorted((n_pairs(prepared, rule), i) for i, rule in enumerate(rules))
    picked: list[Rule] = []
    for size, i in sized:
        overlapping = any(fields_of(rules[i]) & fields_of(p) for p in picked)
        if size < len(prepared.ids_a) // 50 or size > budget or overlapping:
            continue
        picked.append(rules[i])
        if len(picked) == 4:
            break
    return tuple(picked)
