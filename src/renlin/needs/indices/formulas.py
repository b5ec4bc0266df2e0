"""Read formulas over columns and work them out: numbers, names, + - * / and a few functions.

A formula is parsed into a tree of which only the kinds listed here are allowed; nothing is
ever executed as code. ``^`` is a power, blanks and a leading ``=`` do not count.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from renlin.errors import Said
from renlin.needs.indices.ranking import Floats

LONGEST = 4000
"""Characters of the longest formula read; the longest published one has some 300."""
DEEPEST = 60
"""Levels of the deepest formula read; a sum of 40 columns has 40."""
_TWO: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide,
    ast.Pow: np.power,
}  # fmt: skip
FUNCTIONS: Mapping[str, tuple[int, Callable[..., Any]]] = {
    "abs": (1, np.abs), "sqrt": (1, np.sqrt), "exp": (1, np.exp), "ln": (1, np.log),
    "log": (1, np.log), "log10": (1, np.log10), "min": (2, np.minimum), "max": (2, np.maximum),
}  # fmt: skip
"""Function -> number of arguments, what it does."""


class NotAFormula(Exception):
    """Say why a text is no formula."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.en)
        self.said = said


@dataclass(frozen=True)
class Formula:
    """A formula that was read.

    Attributes
    ----------
    text
        As written.
    names
        Columns it uses, in the order they stand.
    """

    text: str
    names: tuple[str, ...]
    tree: ast.expr = field(repr=False, compare=False)


def read_formula(text: str) -> Formula:
    """Return the formula a text states.

    Raises
    ------
    NotAFormula
        When it is empty, too long, or holds anything but numbers, names, ``+ - * / ^``,
        brackets and the functions of ``FUNCTIONS``.

    Examples
    --------
    >>> read_formula("(E_AGE17 /E_TOTPOP) * 100").names
    ('E_AGE17', 'E_TOTPOP')
    """
    plain = " ".join(text.split()).removeprefix("=").strip().replace("^", "**")
    if not plain or len(plain) > LONGEST:
        got = f"{len(plain)}"
        raise NotAFormula(Said(f"{got} 个字符", f"{got} characters"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotAFormula(Said("读不懂的写法", "something that cannot be read")) from error
    names: dict[str, None] = {}
    _look(tree, names, 0)
    return Formula(text, tuple(names), tree)


def worked_out(formula: Formula, columns: Mapping[str, Floats]) -> Floats:
    """Return the value per row; what is no finite number (a division by zero) is unknown.

    Parameters
    ----------
    columns
        Name -> numbers, shape (n,) each; holds every name of the formula.
    """
    with np.errstate(all="ignore"):
        value = np.asarray(_value(formula.tree, columns), dtype=np.float64)
    n = next((len(column) for column in columns.values()), 0)
    value = np.broadcast_to(value, (n,)).copy()
    value[~np.isfinite(value)] = np.nan
    return value


def in_order(formulas: Mapping[str, Formula]) -> tuple[list[str], list[list[str]]]:
    """Return names so that each stands after those it uses, and the circles that forbid it.

    Names that use one another in a circle, and those that rest on them, are not in the order.
    """
    order: list[str] = []
    circles: list[list[str]] = []
    state: dict[str, int] = {}
    for start in formulas:
        _visit(start, formulas, state, [], order, circles)
    return order, circles


def _visit(
    name: str,
    formulas: Mapping[str, Formula],
    state: dict[str, int],
    path: list[str],
    order: list[str],
    circles: list[list[str]],
) -> bool:
    """Add ``name`` after what it uses; tell whether it could be added."""
    if name not in formulas or state.get(name) == 2:
        return True
    if state.get(name) == 1:
        circles.append(path[path.index(name) :])
        return False
    if state.get(name) == 3:
        return False
    state[name] = 1
    fine = [_visit(one, formulas, state, [*path, name], order, circles)
            for one in formulas[name].names]  # fmt: skip
    state[name] = 2 if all(fine) else 3
    if all(fine):
        order.append(name)
    return all(fine)


def _look(node: ast.expr, names: dict[str, None], depth: int) -> None:
    """Refuse what is not allowed and note the names."""
    if depth > DEEPEST:
        raise NotAFormula(Said("套得太深的写法", "brackets within brackets without end"))
    if isinstance(node, ast.Name):
        names[node.id] = None
    elif not (isinstance(node, ast.Constant) and type(node.value) in (int, float)):
        for part in _parts(node):
            _look(part, names, depth + 1)


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of an allowed operation."""
    if isinstance(node, ast.BinOp) and type(node.op) in _TWO:
        yield from (node.left, node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        yield node.operand
    elif isinstance(node, ast.Call) and _is_known(node):
        yield from node.args
    else:
        kind = type(node).__name__
        raise NotAFormula(Said(f"不许的写法（{kind}）", f"{kind}, which is not allowed"))


def _is_known(call: ast.Call) -> bool:
    known = isinstance(call.func, ast.Name) and call.func.id.lower() in FUNCTIONS
    if not known or call.keywords:
        return False
    wanted = FUNCTIONS[call.func.id.lower()][0]  # type: ignore[attr-defined]
    return len(call.args) == wanted and not any(isinstance(a, ast.Starred) for a in call.args)


def _value(node: ast.expr, columns: Mapping[str, Floats]) -> Any:
    if isinstance(node, ast.Name):
        return columns[node.id]
    if isinstance(node, ast.Constant):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.BinOp):
        return _TWO[type(node.op)](_value(node.left, columns), _value(node.right, columns))
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand, columns)
        return -inner if isinstance(node.op, ast.USub) else inner
    call: Any = node
    arguments: Iterable[Any] = [_value(one, columns) for one in call.args]
    return FUNCTIONS[call.func.id.lower()][1](*arguments)
