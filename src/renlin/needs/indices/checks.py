"""Find what an index definition states that cannot be, before any table is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np

from renlin.catalogue.load import Catalogue
from renlin.errors import Fault, Said, did_you_mean
from renlin.needs.indices.formulas import Formula, NotAFormula, in_order, read_formula
from renlin.needs.indices.ranking import Floats
from renlin.needs.indices.stated import Definition, Joined, Step
from renlin.needs.indices.weighting import Judged, ahp

SUM_TO = 1e-6
"""How far stated weights may sum from what is stated: rounding of decimals, no more."""
REVERSIBLE = ("percentile", "min_max", "share_of_rank")
"""Steps that give a place between 0 and 1."""


def faults_of(definition: Definition, place: str, catalogue: Catalogue) -> Iterator[Fault]:
    """Yield every fault of a definition whose keys are all right."""
    yield from _name_faults(definition, place)
    yield from _theme_faults(definition, place)
    yield from _formula_faults(definition, place)
    yield from _step_faults(definition, place)
    yield from _joined_faults(definition, place)
    yield from _weight_faults(definition, place, catalogue)


def stated_formulas(definition: Definition) -> dict[str, Formula]:
    """Return the formulas of a definition, name -> formula, in the order they stand."""
    return {name: read_formula(text) for name, text in definition.formula.items()}


def joined_names(definition: Definition) -> tuple[str, ...]:
    """Return the names of what the index joins: themes or variables."""
    if definition.overall.of == "variables":
        return tuple(one.name for one in definition.variables)
    return tuple(one.code for one in definition.themes)


def judged(definition: Definition, catalogue: Catalogue) -> Judged:
    """Return the weights of the judgements, in the order of :func:`joined_names`."""
    names = joined_names(definition)
    matrix = _matrix(definition, names)
    found = _random_index(definition, len(names), catalogue)
    return ahp(matrix, 0.0 if found is None else found)


def _matrix(definition: Definition, names: Sequence[str]) -> Floats:
    judgements = definition.weights.judgements
    matrix = np.eye(len(names))
    for (i, one), (j, other) in combinations(enumerate(names), 2):
        direct = judgements.get(one, {}).get(other)
        back = judgements.get(other, {}).get(one)
        value = direct if direct is not None else 1 / back if back else 1.0
        matrix[i, j], matrix[j, i] = value, 1 / value
    return matrix


def _random_index(definition: Definition, n: int, catalogue: Catalogue) -> float | None:
    rows = catalogue.random_index.values()
    series = definition.weights.random_index
    return next((row.value for row in rows if row.series == series and row.n == n), None)


def _name_faults(definition: Definition, place: str) -> Iterator[Fault]:
    names = [one.name for one in definition.variables]
    for kind, found in (
        ("variables", names),
        ("themes", [one.code for one in definition.themes]),
        ("columns", list(_written(definition))),
    ):
        for name, count in Counter(found).items():
            if count > 1:
                expected = Said("每个名字一次", "each name once")
                yield _fault(place, kind, expected, Said(f"{name} × {count}", f"{name} × {count}"))
    if definition.score.column and "{}" not in definition.score.column:
        yield _fault(place, "score.column", _BRACES, Said(*[definition.score.column] * 2))
    if definition.flags is not None and "{}" not in definition.flags.column:
        yield _fault(place, "flags.column", _BRACES, Said(*[definition.flags.column] * 2))


def _written(definition: Definition) -> Iterator[str]:
    """Yield the names of all columns of the output that the definition makes up."""
    stems = [one.stem for one in definition.variables]
    patterns = [definition.score.column, definition.flags.column if definition.flags else ""]
    yield from dict.fromkeys([*definition.formula, *(one.name for one in definition.variables)])
    for pattern in filter(None, patterns):
        yield from (pattern.replace("{}", stem) for stem in stems)
    joined: list[Joined] = [*definition.themes, definition.overall]
    for one in joined:
        yield from filter(None, (one.column, one.score_column))
    if definition.flags is not None and definition.flags.theme_column:
        for theme in definition.themes:
            yield definition.flags.theme_column.replace("{}", theme.code)
    yield definition.ranking.column
    if definition.quantiles is not None:
        yield definition.quantiles.column


def _theme_faults(definition: Definition, place: str) -> Iterator[Fault]:
    known = [one.name for one in definition.variables]
    used: Counter[str] = Counter()
    for theme in definition.themes:
        for name in theme.variables:
            used[name] += 1
            if name not in known:
                listed = ", ".join(known)
                yield Fault(place, Said(listed, listed), Said(name, name),
                            did_you_mean(name, known), None, f"themes.{theme.code}")  # fmt: skip
    for name in known:
        lost = definition.overall.of != "variables" and used[name] == 0
        if used[name] > 1 or lost:
            expected = Said("每个变量在一个主题里", "each variable in one theme")
            got = Said(f"{name} 在 {used[name]} 个主题里", f"{name} in {used[name]}")
            yield _fault(place, "themes", expected, got)
    if definition.overall.of != "variables" and not definition.themes:
        expected = Said('有主题，或 of = "variables"', 'themes, or of = "variables"')
        yield _fault(place, "overall.of", expected, Said("没有主题", "no themes"))


def _formula_faults(definition: Definition, place: str) -> Iterator[Fault]:
    read: dict[str, Formula] = {}
    for name, text in definition.formula.items():
        try:
            read[name] = read_formula(text)
        except NotAFormula as error:
            yield unreadable(place, name, error)
    for circle in in_order(read)[1]:
        path = " → ".join([*circle, circle[0]])
        expected = Said("公式不绕圈", "formulas that do not go in a circle")
        yield _fault(place, circle[0], expected, Said(path, path))


def unreadable(place: str, name: str, error: NotAFormula, row: int | None = None) -> Fault:
    """Return the fault of a formula that cannot be read."""
    expected = Said("列名、数、+ - * / ^、括号", "columns, numbers, + - * / ^ and brackets")
    return Fault(place, expected, error.said, _CORRECT, row, name)


def _step_faults(definition: Definition, place: str) -> Iterator[Fault]:
    chains: list[tuple[str, int | None, Sequence[Step]]] = [("score", None, definition.score.steps)]
    for one in definition.variables:
        steps = definition.score.steps if one.steps is None else one.steps
        chains.append((one.name, definition.digits_of(one), steps))
        reversible = any(step.do in REVERSIBLE for step in steps)
        if one.direction < 0 and definition.score.reversal == "one_minus" and not reversible:
            told = ", ".join(REVERSIBLE)
            expected = Said(f"有 {told} 这样的步骤，才能用 1 减", f"a step of {told} for 1 minus x")
            yield _fault(place, f"{one.name}.steps", expected, Said("没有", "none"))
    joined: list[Joined] = [*definition.themes, definition.overall]
    chains += [(one.column, one.digits, one.steps) for one in joined]
    for where, digits, steps in dict.fromkeys((w, d, tuple(s)) for w, d, s in chains):
        yield from _rounding_faults(place, where, digits, steps)
        for step in steps:
            if step.do == "formula":
                yield from _own_formula_faults(place, where, str(step.formula))


def _rounding_faults(
    place: str, where: str, digits: int | None, steps: Sequence[Step]
) -> Iterator[Fault]:
    first = [] if digits is None else [("round", digits)]
    told = [*first, *((step.do, step.digits) for step in steps)]
    for (one, before), (other, after) in pairwise(told):
        if one == other == "round" and before != after:
            expected = Said("同一个数只舍入一次", "one rounding of one number")
            got = Said(f"先 {before} 位再 {after} 位", f"to {before}, then to {after} digits")
            yield _fault(place, f"{where}.digits", expected, got)


def _own_formula_faults(place: str, where: str, text: str) -> Iterator[Fault]:
    try:
        names = read_formula(text).names
    except NotAFormula as error:
        yield unreadable(place, where, error)
        return
    for name in names:
        if name not in ("x", "n"):
            got = Said(name, name)
            yield _fault(place, where, Said("只用 x 和 n 的公式", "a formula of x and n"), got)


def _joined_faults(definition: Definition, place: str) -> Iterator[Fault]:
    overall = definition.overall
    whole = ("topsis", "sovi")
    for theme in definition.themes:
        if theme.how in whole:
            expected = Said("sum、mean、geometric、max、min", "sum, mean, geometric, max, min")
            yield _fault(place, f"themes.{theme.code}.how", expected, Said(*[theme.how] * 2))
        if overall.of == "theme_scores" and not theme.score_column:
            expected = Said("score_column 和 steps", "score_column and steps")
            yield _fault(place, f"themes.{theme.code}", expected, Said("没有", "none"))
    if overall.how in whole and overall.of != "variables":
        expected = Said('of = "variables"', 'of = "variables"')
        yield _fault(place, "overall.of", expected, Said(*[overall.of] * 2))
    if definition.ranking.of == "score_column" and not overall.score_column:
        expected = Said("overall.score_column", "overall.score_column")
        yield _fault(place, "ranking.of", expected, Said("没有", "none"))


def _weight_faults(definition: Definition, place: str, catalogue: Catalogue) -> Iterator[Fault]:
    weights = definition.weights
    items = definition.variables if definition.overall.of == "variables" else definition.themes
    total = float(sum(one.weight for one in items))
    off = weights.sum_to is not None and abs(total - weights.sum_to) > SUM_TO * weights.sum_to
    if weights.how == "stated" and (total <= 0 or off):
        wanted = f"{weights.sum_to:g}" if weights.sum_to is not None else "> 0"
        expected = Said(f"权重合计 {wanted}", f"weights that sum to {wanted}")
        yield _fault(place, "weight", expected, Said(f"{total:g}", f"{total:g}"))
    for theme in definition.themes:
        inner = [one.weight for one in definition.variables if one.name in theme.variables]
        if inner and sum(inner) <= 0:
            expected = Said("主题里有权重大于 0 的变量", "a variable of weight above 0")
            yield _fault(place, f"themes.{theme.code}", expected, Said("0", "0"))
    if weights.how == "ahp":
        yield from _judgement_faults(definition, place, catalogue)


def _judgement_faults(definition: Definition, place: str, catalogue: Catalogue) -> Iterator[Fault]:
    names = joined_names(definition)
    given = definition.weights.judgements
    pairs = [(one, other) for one, row in given.items() for other in row]
    found = [*_stranger_faults(place, names, pairs), *_pair_faults(place, names, given)]
    series = definition.weights.random_index
    known = sorted({row.series for row in catalogue.random_index.values()})
    if _random_index(definition, len(names), catalogue) is None and len(names) > 2:
        told = ", ".join(known)
        expected = Said(f"有 {len(names)} 阶的一列：{told}", f"a series for {len(names)}: {told}")
        found.append(_fault(place, "weights.random_index", expected, Said(*[f"{series}"] * 2)))
    yield from found
    if not found:
        ratio, most = judged(definition, catalogue).ratio, definition.weights.most_inconsistent
        if ratio > most:
            expected = Said(
                f"一致性比率不大于 {most:g}", f"a consistency ratio of at most {most:g}"
            )
            remedy = Said("请专家重新比较，矛盾的先改。", "Have the experts judge again.")
            got = Said(f"{ratio:.4f}", f"{ratio:.4f}")
            yield Fault(place, expected, got, remedy, None, "weights.judgements")


def _stranger_faults(
    place: str, names: Sequence[str], pairs: Iterable[tuple[str, str]]
) -> Iterator[Fault]:
    for name in sorted({name for pair in pairs for name in pair if name not in names}):
        listed = ", ".join(names)
        yield Fault(place, Said(listed, listed), Said(name, name), did_you_mean(name, names),
                    None, "weights.judgements")  # fmt: skip


def _pair_faults(
    place: str, names: Sequence[str], given: dict[str, dict[str, float]]
) -> Iterator[Fault]:
    for one in names:
        if given.get(one, {}).get(one, 1.0) != 1.0:
            got = Said(f"{one} 与自己比不是 1", f"{one} beside itself is not 1")
            yield _fault(place, "weights.judgements", Said("1", "1"), got)
    for one, other in combinations(names, 2):
        direct, back = given.get(one, {}).get(other), given.get(other, {}).get(one)
        pair = f"{one} : {other}"
        told = [value for value in (direct, back) if value is not None]
        if not told or any(not 0 < value < float("inf") for value in told):
            expected = Said(f"{pair} 的比较，大于 0", f"a judgement above 0 of {pair}")
            got = Said(f"{told[0]:g}", f"{told[0]:g}") if told else Said("没有", "none")
            yield _fault(place, "weights.judgements", expected, got)
        elif len(told) == 2 and abs(told[0] * told[1] - 1) > SUM_TO:
            expected = Said(f"{pair} 两个方向互为倒数", f"reciprocal judgements of {pair}")
            got = Said(f"{told[0]:g}, {told[1]:g}", f"{told[0]:g}, {told[1]:g}")
            yield _fault(place, "weights.judgements", expected, got)


_BRACES = Said("名字里有 {}", "a name that holds {}")
_CORRECT = Said(
    "改正这份定义，见 docs/indices.md。", "Correct the definition, see docs/indices.md."
)


def _fault(place: str, column: str, expected: Said, got: Said) -> Fault:
    return Fault(place, expected, got, _CORRECT, None, column)
