"""Turn a level of likeness, such as ``jaro_winkler 0.92``, into a condition on two records."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from renlin.errors import nearest

Side = Callable[[str, str], tuple[str, str]]
"""Column besides the field's own ("" for that), part of it ("" text, "d" day, "t" words,
"n" number) -> the column on both sides."""


class Test(NamedTuple):
    """One measure, its bound, and the column it looks at ("" for the field's own)."""

    measure: str
    bound: float
    beside: str = ""


def parsed(level: str) -> tuple[Test, ...]:
    """Return the tests of a level, any of which is enough.

    Raises
    ------
    ValueError
        For a measure nobody knows, with the nearest; a missing or needless bound.

    Examples
    --------
    >>> parsed("jaro_winkler 0.9 @pinyin")
    (Test(measure='jaro_winkler', bound=0.9, beside='pinyin'),)
    """
    return tuple(_test(part) for part in level.split("|"))


def _test(text: str) -> Test:
    told, _, beside = text.partition("@")
    words = told.split()
    if not words or words[0] not in MEASURES:
        hint = nearest(words[0], MEASURES) if words else None
        told = f"; did you mean {hint}?" if hint else ""
        raise ValueError(f"no measure {words[0] if words else 'named'}{told}")
    bounded = "{n}" in MEASURES[words[0]]
    if len(words) != 1 + bounded:
        raise ValueError(f"{words[0]} takes {'one number' if bounded else 'no number'}")
    bound = float(words[1]) if bounded else 0.0
    if not 0 <= bound < 1e6:
        raise ValueError(f"{words[0]} takes a number from 0")
    return Test(words[0], bound, beside.strip())


MEASURES = {
    "exact": "{l} = {r}",
    "jaro_winkler": "jaro_winkler_similarity({l}, {r}) >= {n}",
    "damerau_levenshtein": "damerau_levenshtein({l}, {r}) <= {n}",
    "contained": "(starts_with({l}, {r}) or starts_with({r}, {l}))",
    "first_letter": "left({l}, 1) = left({r}, 1)",
    "prefix": "left({l}, {n}) = left({r}, {n})",
    "ending": "(right({l}, {n}) = right({r}, {n}) and length({l}) >= {n})",
    "user": "split_part({l}, '@', 1) = split_part({r}, '@', 1)",
    "user_jaro_winkler": (
        "jaro_winkler_similarity(split_part({l}, '@', 1), split_part({r}, '@', 1)) >= {n}"
    ),
    "day_month_swapped": ("({l}[1:4] = {r}[1:4] and {l}[5:6] = {r}[7:8] and {l}[7:8] = {r}[5:6])"),
    "days": "abs({ld} - {rd}) <= {n}",
    "same_words": "{lt} = {rt}",
    "jaccard": (
        "len(list_intersect({lt}, {rt})) >= "
        "{n} * (len({lt}) + len({rt}) - len(list_intersect({lt}, {rt})))"
    ),
    "overlap": (
        "(least(len({lt}), len({rt})) >= 2 and "
        "len(list_intersect({lt}, {rt})) >= {n} * least(len({lt}), len({rt})))"
    ),
    "within": "abs({ln} - {rn}) <= {n} * greatest(abs({ln}), abs({rn}))",
}
"""Measure -> condition; ``{n}`` is the bound, ``d``, ``t``, ``n`` the parts of a field."""
PARTS = {"days": "d", "same_words": "t", "jaccard": "t", "overlap": "t", "within": "n"}
"""Measure -> the part it needs beside the text."""


def condition(level: str, side: Side) -> str:
    """Return the SQL condition of a level; unknown counts as not fulfilled."""
    return " or ".join(f"coalesce({_sql(test, side)}, false)" for test in parsed(level))


def parts_of(levels: tuple[str, ...]) -> frozenset[str]:
    """Return the parts that levels need beside the text."""
    tests = [test for level in levels for test in parsed(level)]
    own = [test for test in tests if test.measure in PARTS and not test.beside]
    return frozenset(PARTS[test.measure] for test in own)


def beside(levels: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns besides the field's own that levels look at."""
    tests = [test for level in levels for test in parsed(level)]
    return tuple(dict.fromkeys(test.beside for test in tests if test.beside))


def _sql(test: Test, side: Side) -> str:
    named = {"n": f"{test.bound:g}"}
    for part in ("", "d", "t", "n"):
        left, right = side(test.beside, part)
        named |= {f"l{part}": left, f"r{part}": right}
    return MEASURES[test.measure].format(**named)
