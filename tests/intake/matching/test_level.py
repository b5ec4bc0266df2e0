"""Levels of likeness read as they are written and refuse what nobody knows."""

import duckdb
import pytest

from renlin.intake.matching.level import condition, parsed, parts_of


def holds(level, left, right):
    sql = condition(level, lambda beside, part: (f"l{part}", f"r{part}"))
    columns = {
        "": ("VARCHAR", left, right), "d": ("BIGINT", left, right),
        "t": ("VARCHAR[]", left, right), "n": ("DOUBLE", left, right),
    }  # fmt: skip
    named = []
    for part, (kind, one, other) in columns.items():
        for side, value in (("l", one), ("r", other)):
            fits = part in parts_of((level,)) or part == ""
            text = "null" if value is None or not fits else f"{value!r}"
            named.append(f"try_cast({text} as {kind}) as {side}{part}")
    return (
        duckdb.connect().execute(f"select {sql} from (select {', '.join(named)})").fetchall()[0][0]
    )


@pytest.mark.parametrize(
    ("level", "left", "right", "expected"),
    [
        ("exact", "lin", "lin", True),
        ("exact", "lin", "lim", False),
        ("damerau_levenshtein 1", "martha", "marhta", True),
        ("jaro_winkler 0.96", "martha", "marhta", True),  # 0.9611, Winkler 1990
        ("jaro_winkler 0.97", "martha", "marhta", False),
        ("contained", "r", "robert", True),
        ("first_letter", "rob", "ros", True),
        ("prefix 2", "4880", "4812", True),
        ("ending 7", "008613800001111", "13800001111", True),
        ("user", "lin@a.cn", "lin@b.cn", True),
        ("day_month_swapped", "19560409", "19560904", True),
        ("day_month_swapped", "19560409", "19570904", False),
        ("days 2", 10, 12, True),
        ("days 2", 10, 13, False),
        ("jaccard 0.5", ["a", "b", "c"], ["a", "b", "d"], True),  # 2 of 4
        ("jaccard 0.6", ["a", "b", "c"], ["a", "b", "d"], False),
        ("overlap 1", ["a", "b"], ["a", "b", "c", "d"], True),
        ("overlap 1", ["a"], ["a", "b"], False),
        ("same_words", ["li", "ming"], ["li", "ming"], True),
        ("within 0.1", 100, 109, True),
        ("within 0.1", 100, 120, False),
        ("exact | damerau_levenshtein 1", "lin", "lim", True),
    ],
)
def test_a_level_holds_exactly_where_its_measure_says(level, left, right, expected):
    assert holds(level, left, right) is expected


@pytest.mark.parametrize("level", ["exact", "jaro_winkler 0.5", "contained", "user"])
def test_an_unknown_value_fulfils_no_level(level):
    assert holds(level, None, "lin") is False


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("jaro_winkel 0.9", "did you mean jaro_winkler"),
        ("exact 1", "takes no number"),
        ("days", "takes one number"),
        ("", "no measure"),
        ("days -1", "from 0"),
        ("days x", "could not convert"),
    ],
)
def test_a_level_nobody_knows_is_refused_with_the_nearest(level, told):
    with pytest.raises(ValueError, match=told):
        parsed(level)
