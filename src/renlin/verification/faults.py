"""Find what a case states that cannot be: measures, options, variants, columns, ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from renlin.errors import Fault, Said, did_you_mean
from renlin.simulation.bare_tables import PERSONS
from renlin.verification.fit import lacking
from renlin.verification.measures import MEASURES, Measure
from renlin.verification.stated import BASE, Expected, Stated

Tables = Mapping[str, Mapping[str, pd.DataFrame]]

NUMBERS = tuple(name for name, column in PERSONS.items() if column.kind == "number")
WORDS = tuple(name for name in PERSONS if name not in ("person", "note"))
SUM_TO = 1e-6
IDS = {"link": ("links", "link"), "person": ("persons", "person"), "exit": ("nodes", "node"),
       "group": ("persons", "group")}  # fmt: skip
"""Key of ``of`` -> table and column that must hold its value."""
EVERYBODY = "all"


def faults_of(place: str, stated: Stated, tables: Tables) -> Iterator[Fault]:
    """Yield every fault of what ``case.toml`` says, held against the tables."""
    place = f"{place}/case.toml"
    if BASE in stated.variants:
        yield _fault(place, f"variants.{BASE}", "a name of its own", BASE)
    yield from _drawn_faults(place, stated)
    for code, variant in stated.variants.items():
        links = _values(tables[BASE]["links"], "link") | _values(tables[code]["links"], "link")
        for name in variant.without:
            if str(name) not in links:
                yield _unknown(place, f"variants.{code}.without", str(name), links)
    for number, one in enumerate(stated.expect, start=1):
        yield from _expected_faults(place, f"expect[{number}]", one, stated, tables)


def _drawn_faults(place: str, stated: Stated) -> Iterator[Fault]:
    for column in stated.draw:
        if column not in NUMBERS:
            yield _unknown(place, f"draw.{column}", column, NUMBERS)
    for number, drawn in enumerate(stated.draws, start=1):
        if drawn.column not in NUMBERS:
            yield _unknown(place, f"draws[{number}].column", drawn.column, NUMBERS)
        for name in drawn.of:
            if name not in PERSONS:
                yield _unknown(place, f"draws[{number}].of", name, PERSONS)
    for column, shares in stated.shares.items():
        if column not in WORDS:
            yield _unknown(place, f"shares.{column}", column, WORDS)
        total = sum(shares.values())
        if any(not 0.0 <= value <= 1.0 for value in shares.values()) or abs(total - 1) > SUM_TO:
            yield _fault(place, f"shares.{column}", "shares of 0 to 1 that sum to 1", f"{total:g}")


def _expected_faults(
    place: str, where: str, one: Expected, stated: Stated, tables: Tables
) -> Iterator[Fault]:
    variants = (BASE, *stated.variants)
    named = {"variant": one.variant, "over": one.over}
    pairs = [(key, name) for key, name in named.items() if name is not None]
    for key, name in [*pairs, *(("series", code) for code in one.series)]:
        if name not in variants:
            yield _unknown(place, f"{where}.{key}", name, variants)
    measure = MEASURES.get(one.measure)
    if measure is None:
        yield _unknown(place, f"{where}.measure", one.measure, MEASURES)
        return
    taken = [(one.of, "of", code) for code in one.series or (one.variant,)]
    if one.over is not None or one.over_of is not None:
        of, key = (one.of, "of") if one.over_of is None else (one.over_of, "over_of")
        taken.append((of, key, one.over or one.variant))
    for of, key, code in taken:
        if code in variants:
            yield from _of_faults(place, f"{where}.{key}", measure, of, stated, tables[code])


def _of_faults(
    place: str,
    where: str,
    measure: Measure,
    of: Mapping[str, Any],
    stated: Stated,
    tables: Mapping[str, pd.DataFrame],
) -> Iterator[Fault]:
    for name in measure.needed:
        if name not in of:
            yield _fault(place, f"{where}.{name}", "this key", "none")
    for name, value in of.items():
        if name not in measure.of:
            yield _unknown(place, where, name, measure.of)
        elif name in IDS:
            table, column = IDS[name]
            known = _values(tables[table], column) | set(map(str, stated.shares.get(column, {})))
            known |= {EVERYBODY} if name == "group" else set()
            if str(value) not in known:
                yield _unknown(place, f"{where}.{name}", str(value), known)
        elif name in measure.words and value not in measure.words[name]:
            yield _unknown(place, f"{where}.{name}", str(value), measure.words[name])
        elif name in _OPTIONS and not _OPTIONS[name][0](value):
            yield _fault(place, f"{where}.{name}", _OPTIONS[name][1], str(value))
    wrong = lacking(of) if "distribution" in measure.needed and "distribution" in of else None
    if wrong is not None:
        yield _fault(place, where, wrong, ", ".join(f"{k} = {v}" for k, v in of.items()))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


_OPTIONS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "direction": (lambda v: _is_number(v) and v in (1, -1), "1 or -1"),
    "from": (lambda v: _is_number(v) and 0 <= v <= 1, "0..1"),
    "to": (lambda v: _is_number(v) and 0 <= v <= 1, "0..1"),
    "window": (lambda v: _is_number(v) and 0 < v < float("inf"), "seconds above 0"),
    "per_metre": (lambda v: isinstance(v, bool), "true or false"),
    "share": (lambda v: isinstance(v, bool), "true or false"),
}
"""Option of a measure -> whether a value is one, and what it must be."""


def _values(table: pd.DataFrame, column: str) -> set[str]:
    return set(map(str, table[column])) if column in table.columns else set()


def _unknown(place: str, column: str, got: str, known: Iterable[str]) -> Fault:
    names = sorted(map(str, known))
    told = ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    expected = Said(told, told) if told else Said("已有的编号", "an id that is there")
    return Fault(place, expected, Said(got, got), did_you_mean(got, names), None, column)


MOST_NAMED = 20


def _fault(place: str, column: str, expected: str, got: str) -> Fault:
    told = Said(_ZH.get(expected, expected), expected)
    value = Said(_ZH.get(got, got), got)
    return Fault(place, told, value, Said("改正后再跑。", "Correct it."), None, column)


_ZH = {
    "none": "没有",
    "this key": "这一项",
    "a name of its own": "另一个名字",
    "1 or -1": "1 或 -1",
    "seconds above 0": "大于 0 的秒数",
    "true or false": "true 或 false",
    "shares of 0 to 1 that sum to 1": "0 到 1 的份额，合计为 1",
    "a distribution that spreads": "有离散的分布",
}
