"""Lay out every way a set of tiers can come out, to say exactly what could change it.

Kleene logic bounds a tier; it cannot say which unknown matters. A decision diagram can:
inputs are asked in a fixed order, equal continuations share one node, and an input that
makes no difference has no node. So an unknown input matters, for some answers of the
others, if and only if it still appears once everything known is filled in.

Source: bryant1986 (reduced ordered decision diagrams).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.catalogue.conditions import (
    NUMERIC,
    Comparison,
    Condition,
    Not,
    Plain,
    Word,
    comparisons,
    needed,
)

NO_TIER = 4
"""Level of everybody no condition holds for."""
OTHER = ""
"""Stands for every word of a category that no condition mentions."""
MOST_NODES = 200_000
"""Nodes a diagram may have: a bound of memory, not a value choice."""

Codes = npt.NDArray[np.int64]


class _Choice(NamedTuple):
    """Hold for some codes of one input."""

    first: int
    holds: tuple[bool, ...]


class _Gate(NamedTuple):
    """Hold when ``k`` items hold; ``first`` is the first input they ask for."""

    first: int
    k: int
    items: tuple[_Choice | _Gate, ...]


Form = _Choice | _Gate | bool


class TooLarge(ValueError):
    """Say that the conditions are too entangled to lay out."""


@dataclass(frozen=True)
class Domain:
    """What values a field can take, as the catalogue says.

    ``kind`` is ``boolean``, ``level``, ``number`` or ``category``; ``levels`` are the
    words of a category; ``low`` and ``high`` bound a number.
    """

    kind: str
    low: float | None = None
    high: float | None = None
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Input:
    """One field under one validity, its values grouped into those no condition tells apart.

    Attributes
    ----------
    field, valid_days
        As in ``Comparison``.
    cuts
        Numbers or words the conditions compare with, in order.
    values
        One value of each group; its position is the code of the group.
    """

    field: str
    valid_days: int | None
    kind: str
    cuts: tuple[Plain, ...]
    values: tuple[Plain | None, ...]

    def code(self, value: Plain) -> int:
        """Return the group ``value`` belongs to; -1 for a value the field cannot take."""
        if self.kind == "category":
            known = value if value in self.cuts else OTHER
            return self.values.index(known) if known in self.values else -1
        if self.kind == "boolean":
            return int(bool(value))
        for place, standing in enumerate(self.values):
            if standing is not None and all(
                _side(value, cut) == _side(standing, cut) for cut in self.cuts
            ):
                return place
        return -1


def with_unknown(inputs: Sequence[Input]) -> tuple[Input, ...]:
    """Return ``inputs`` with one more answer each, last: not known."""
    return tuple(replace(one, values=(*one.values, None)) for one in inputs)


def inputs_of(conditions: Sequence[Condition], domains: Mapping[str, Domain]) -> tuple[Input, ...]:
    """Return the inputs of ``conditions`` in the order they are first read."""
    found: dict[tuple[str, int | None], list[Comparison]] = {}
    for condition in conditions:
        for one in comparisons(condition):
            found.setdefault((one.field, one.valid_days), []).append(one)
    return tuple(
        _input(field, days, group, domains[field]) for (field, days), group in found.items()
    )


class Decision:
    """Answer what tiers are still open, and what could change them.

    Levels are 1 (highest) to 4 (none); nodes 1 to 4 are these levels, higher numbers are
    questions. A diagram keeps what it has worked out, so that residents with the same
    facts are worked out once.

    Parameters
    ----------
    tiers
        (level, condition) with levels ascending; the first that holds wins.
    inputs
        Every field the conditions read.
    unknown
        What a claim about an unknown value counts as; matters only where an input has None
        among its values (:func:`with_unknown`).
    """

    def __init__(
        self,
        tiers: Sequence[tuple[int, Condition]],
        inputs: Sequence[Input],
        *,
        unknown: bool = False,
    ) -> None:
        self.inputs = tuple(inputs)
        self._unknown = unknown
        self._above: dict[tuple[int, int], tuple[int, int] | None] = {}
        self._place = {(one.field, one.valid_days): at for at, one in enumerate(self.inputs)}
        self._questions: list[tuple[int, tuple[int, ...]]] = []
        self._ids: dict[tuple[int, tuple[int, ...]], int] = {}
        self._built: dict[tuple[tuple[int, Form], ...], int] = {}
        self._open: dict[int, frozenset[int]] = {n: frozenset({n}) for n in range(1, NO_TIER + 1)}
        self._asked: dict[int, frozenset[int]] = {n: frozenset() for n in range(1, NO_TIER + 1)}
        self._given: dict[tuple[int, int, int], frozenset[int]] = {}
        self._apart: dict[tuple[int, int], int] = {}
        self._steps: dict[tuple[int, int], int] = {}
        forms = tuple((level, self._form(condition, True)) for level, condition in tiers)
        self.root = self._build(forms)

    def levels(self, node: int) -> frozenset[int]:
        """Return the levels that can still come out at ``node``."""
        if node not in self._open:
            _, children = self._question(node)
            self._open[node] = frozenset().union(*(self.levels(c) for c in children if c))
        return self._open[node]

    def relevant(self, node: int) -> frozenset[int]:
        """Return the inputs (positions) whose answer can still change the level."""
        if node not in self._asked:
            place, children = self._question(node)
            below = (self.relevant(child) for child in children if child)
            self._asked[node] = frozenset({place}).union(*below)
        return self._asked[node]

    def answered(self, node: int, place: int, code: int) -> frozenset[int]:
        """Return the levels still open at ``node`` once input ``place`` has ``code``."""
        key = (node, place, code)
        if key not in self._given:
            if node <= NO_TIER or self._question(node)[0] > place:
                self._given[key] = self.levels(node)
            else:
                here, children = self._question(node)
                if here == place:
                    self._given[key] = self.levels(children[code])
                else:
                    below = (self.answered(child, place, code) for child in children if child)
                    self._given[key] = frozenset().union(*below)
        return self._given[key]

    def steps(self, node: int, place: int) -> int:
        """Return by how many levels the answer of ``place`` can move the outcome.

        The largest difference between two answers, over all answers of the others.
        """
        if place not in self.relevant(node):
            return 0
        if (node, place) not in self._steps:
            here, children = self._question(node)
            below = [child for child in children if child]
            if here == place:
                found = max(self._difference(a, b) for a in below for b in below if a <= b)
            else:
                found = max(self.steps(child, place) for child in below)
            self._steps[node, place] = found
        return self._steps[node, place]

    def filled(self, allowed: Sequence[frozenset[int]]) -> int:
        """Return the node left when each input can only have the codes of ``allowed``."""
        memo: dict[int, int] = {}

        def fill(node: int) -> int:
            if node <= NO_TIER:
                return node
            if node not in memo:
                place, children = self._question(node)
                kept = [fill(c) if k in allowed[place] else 0 for k, c in enumerate(children)]
                memo[node] = self._node(place, tuple(kept))
            return memo[node]

        return fill(self.root)

    def known(self, codes: Codes) -> Codes:
        """Return the node left for each resident.

        Parameters
        ----------
        codes
            Shape (n_persons, n_inputs); -1 is unknown.

        Returns
        -------
        Nodes of shape (n_persons,).
        """
        rows, back = np.unique(codes, axis=0, return_inverse=True)
        rest = np.zeros((rows.shape[0], rows.shape[1] + 1), dtype=np.int64)
        for place in range(rows.shape[1] - 1, -1, -1):
            pair = np.column_stack([rows[:, place], rest[:, place + 1]])
            rest[:, place] = np.unique(pair, axis=0, return_inverse=True)[1].reshape(-1)
        memo: dict[tuple[int, int], int] = {}
        left = [self._known(self.root, row, rest[at], memo) for at, row in enumerate(rows)]
        return np.array(left, dtype=np.int64)[back.reshape(-1)]

    def _known(self, node: int, row: Codes, rest: Codes, memo: dict[tuple[int, int], int]) -> int:
        if node <= NO_TIER:
            return node
        place, children = self._question(node)
        key = (node, int(rest[place]))
        if key not in memo:
            code = int(row[place])
            if code >= 0:
                memo[key] = self._known(children[code], row, rest, memo)
            else:
                left = tuple(self._known(child, row, rest, memo) for child in children)
                memo[key] = self._node(place, left)
        return memo[key]

    def _question(self, node: int) -> tuple[int, tuple[int, ...]]:
        return self._questions[node - NO_TIER - 1]

    def _node(self, place: int, children: tuple[int, ...]) -> int:
        """Return the one node for this question; none when every answer leads alike."""
        ways = {child for child in children if child}
        if len(ways) == 1:
            return ways.pop()
        key = (place, children)
        if key not in self._ids:
            if len(self._questions) >= MOST_NODES:
                raise TooLarge(f"more than {MOST_NODES} nodes")
            self._questions.append(key)
            self._ids[key] = NO_TIER + len(self._questions)
        return self._ids[key]

    def _difference(self, one: int, other: int) -> int:
        if one == other:
            return 0
        key = (min(one, other), max(one, other))
        if key not in self._apart:
            self._apart[key] = self._widest(*key)
        return self._apart[key]

    def _widest(self, one: int, other: int) -> int:
        if other <= NO_TIER:
            return abs(one - other)
        left = self._question(one) if one > NO_TIER else None
        right = self._question(other)
        place = right[0] if left is None else min(left[0], right[0])
        widest = 0
        for code in range(len(self.inputs[place].values)):
            a = left[1][code] if left is not None and left[0] == place else one
            b = right[1][code] if right[0] == place else other
            if a and b:
                widest = max(widest, self._difference(a, b))
        return widest

    def falls(self, place: int, better: int, worse: int) -> tuple[int, int] | None:
        """Return two levels (before, after) where a worse answer gives a lower tier.

        Over all answers of the other inputs; None when it never does.

        Parameters
        ----------
        place
            Position of the input.
        better, worse
            Codes of the answer before and after.
        """
        seen: set[int] = set()
        left = [self.root]
        while left:
            node = left.pop()
            if node <= NO_TIER or node in seen:
                continue
            seen.add(node)
            here, children = self._question(node)
            if here < place:
                left += children
            elif here == place:
                found = self._lower(children[better], children[worse])
                if found is not None:
                    return found
        return None

    def _lower(self, before: int, after: int) -> tuple[int, int] | None:
        """Return levels where ``after`` comes out lower than ``before``; None if nowhere."""
        if before == after:
            return None
        key = (before, after)
        if key not in self._above:
            self._above[key] = self._found_lower(before, after)
        return self._above[key]

    def _found_lower(self, before: int, after: int) -> tuple[int, int] | None:
        if before <= NO_TIER and after <= NO_TIER:
            return (before, after) if after > before else None
        one = self._question(before) if before > NO_TIER else None
        other = self._question(after) if after > NO_TIER else None
        place = min(question[0] for question in (one, other) if question is not None)
        for code in range(len(self.inputs[place].values)):
            a = one[1][code] if one is not None and one[0] == place else before
            b = other[1][code] if other is not None and other[0] == place else after
            found = self._lower(a, b)
            if found is not None:
                return found
        return None

    def _build(self, forms: tuple[tuple[int, Form], ...]) -> int:
        left = []
        for level, form in forms:
            if form is not False:
                left.append((level, form))
            if form is True:
                break
        state = tuple(left)
        if not state or state[0][1] is True:
            return state[0][0] if state else NO_TIER
        if state not in self._built:
            place = min(form.first for _, form in state if not isinstance(form, bool))
            children = tuple(
                self._build(tuple((level, _assigned(form, place, code)) for level, form in state))
                for code in range(len(self.inputs[place].values))
            )
            self._built[state] = self._node(place, children)
        return self._built[state]

    def _form(self, condition: Condition, wanted: bool) -> Form:
        """Return ``condition`` (or its opposite) as gates "k of these" over sets of codes.

        Not at least k of n is at least n - k + 1 of the opposites.
        """
        if isinstance(condition, Not):
            return self._form(condition.item, not wanted)
        if isinstance(condition, Comparison):
            place = self._place[condition.field, condition.valid_days]
            values = self.inputs[place].values
            told = [condition.holds(value) for value in values]
            return _choice(place, [self._unknown if t is None else t is wanted for t in told])
        if isinstance(condition, Word):
            raise TypeError(f"{condition.name} is not resolved to a field")
        n, k = len(condition.items), needed(condition)
        items = [self._form(item, wanted) for item in condition.items]
        return _gate(k if wanted else n - k + 1, items)


def _choice(place: int, holds: Sequence[bool]) -> Form:
    if all(holds) or not any(holds):
        return all(holds)
    return _Choice(place, tuple(holds))


def _gate(k: int, items: Sequence[Form]) -> Form:
    k -= sum(item is True for item in items)
    left = tuple(item for item in items if not isinstance(item, bool))
    if k <= 0 or k > len(left):
        return k <= 0
    return left[0] if len(left) == 1 else _Gate(min(item.first for item in left), k, left)


def _assigned(form: Form, place: int, code: int) -> Form:
    """Return ``form`` once input ``place`` has ``code``; no earlier input is left in it."""
    if isinstance(form, bool) or form.first != place:
        return form
    if isinstance(form, _Choice):
        return form.holds[code]
    return _gate(form.k, [_assigned(item, place, code) for item in form.items])


def _input(field: str, days: int | None, group: Sequence[Comparison], domain: Domain) -> Input:
    if domain.kind == "boolean":
        return Input(field, days, "boolean", (), (False, True))
    cuts = sorted({value for one in group for value in one.value}, key=_order)
    if domain.kind == "category":
        others = set(domain.levels) - set(cuts)
        tail = (OTHER,) if others or not domain.levels else ()
        return Input(field, days, "category", tuple(cuts), (*cuts, *tail))
    return Input(field, days, domain.kind, tuple(cuts), tuple(_standing(cuts, domain)))


def _order(value: Plain) -> tuple[float, str]:
    return (0.0, value) if isinstance(value, str) else (float(value), "")


def _standing(cuts: Sequence[Plain], domain: Domain) -> list[float]:
    """Return one possible number for each cut and each gap between cuts."""
    numbers = [float(cut) for cut in cuts]
    low = numbers[0] - 1 if domain.low is None else domain.low
    high = numbers[-1] + 1 if domain.high is None else domain.high
    inside = [_inside(a, b, domain.kind == "level") for a, b in pairwise(numbers)]
    merged: list[float | None] = [low if low < numbers[0] else None]
    for cut, gap in zip(numbers, [*inside, high if high > numbers[-1] else None], strict=True):
        merged += [cut, gap]
    return [value for value in merged if value is not None and low <= value <= high]


def _inside(low: float, high: float, whole: bool) -> float | None:
    """Return a number strictly between, or None when no whole one lies there."""
    if not whole:
        return (low + high) / 2
    first = float(np.floor(low) + 1)
    return first if first < high else None


def _side(value: Plain, cut: Plain) -> int:
    return 1 if NUMERIC[">"](value, cut) else (-1 if NUMERIC["<"](value, cut) else 0)
