"""Survey: only answers speak, few say nothing, issues within noise share ranks."""

import pandas as pd
import pytest

from renlin.needs.inequality.survey import disagreement


def answers(*rows):
    made = pd.DataFrame(rows, columns=["respondent", "body", "issue", "scale", "said", "held_on"])
    made["held_on"] = pd.to_datetime(made["held_on"])
    made["name"] = None
    return made.astype({"scale": "Int64", "said": "object", "name": "object"})


def asked(issue, scale, **said):
    return [
        (f"{body}{i}", body, issue, scale, one, "2026-01-01")
        for body, given in said.items()
        for i, one in enumerate(given)
    ]


def found(*rows, least=3):
    return disagreement(answers(*rows), least=least, seed=1, confidence=0.95).set_index("issue")


def test_opposite_ends_are_wholly_apart():
    row = found(*asked("q", 5, government=["5"] * 8, residents=["1"] * 8)).loc["q"]
    assert (row["value"], row["verdict"], row["method"]) == (1.0, "apart", "earth_mover")


def test_the_same_answers_are_not_apart():
    row = found(*asked("q", 5, government=list("12345"), residents=list("12345"))).loc["q"]
    assert (row["value"], row["verdict"]) == (0.0, "not_shown")


def test_kinds_without_order_use_jensen_shannon():
    row = found(*asked("q", None, government=["a"] * 6, residents=["b"] * 6)).loc["q"]
    assert (row["value"], row["method"]) == (pytest.approx(1.0), "jensen_shannon")


def test_too_few_sheets_of_one_body_leave_the_issue_unknown():
    row = found(*asked("q", 5, government=["5"], residents=["1"] * 20)).loc["q"]
    assert row["verdict"] == "unknown"
    assert pd.isna(row["low"])
    assert pd.isna(row["rank_first"])


def test_a_single_body_has_nobody_to_disagree_with():
    assert found(*asked("q", 5, residents=["1"] * 20)).loc["q", "verdict"] == "unknown"


def test_two_answers_on_one_day_are_none_and_the_later_day_counts():
    rows = asked("q", 5, government=["3"] * 4, residents=["3"] * 4)
    rows += [("residents0", "residents", "q", 5, "1", "2026-01-01")]
    rows += [("residents1", "residents", "q", 5, "5", "2026-02-01")]
    row = found(*rows).loc["q"]
    assert (row["n"], row["n_doubled"]) == (7, 1)


def test_answers_off_the_scale_are_no_answers():
    row = found(*asked("q", 3, government=["9", "=cmd", "2", "2"], residents=["2"] * 4)).loc["q"]
    assert row["n"] == 6


def test_issues_alike_share_their_ranks():
    apart = {"government": ["5"] * 10, "residents": ["1"] * 10}
    near = {"government": list("1122334455"), "residents": list("1122334455")}
    table = found(*asked("a", 5, **apart), *asked("b", 5, **near), *asked("c", 5, **near))
    assert table.loc["a", ["rank_first", "rank_last"]].tolist() == [1, 1]
    assert table.loc["b", ["rank_first", "rank_last"]].tolist() == [2, 3]


def test_no_answers_give_an_empty_table():
    assert len(found()) == 0
