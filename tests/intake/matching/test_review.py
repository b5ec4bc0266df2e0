"""Doubtful pairs go to people without values, and decisions come back signed."""

import pandas as pd
import pytest

from renlin.errors import DataFault
from renlin.intake.matching import link_tables, stated
from renlin.intake.matching.files import csv_text
from renlin.intake.matching.review import LAST, read_decisions, review_table, with_values

OTHERS = [
    (f"x{i}", f"{c}{c}o", f"19{60 + i}-0{1 + i % 9}-2{i % 8}") for i, c in enumerate("abcdefghkmpr")
]
TABLE = pd.DataFrame(
    [("1", "lin", "1950-01-01"), ("2", "lin", "1950-01-10"), *OTHERS],
    columns=["id", "surname", "dob"],
)
SPEC = stated({
    "id": "id", "prior": {"probability": 0.2}, "thresholds": {"merge": 0.9999, "review": 0.5},
    "fields": [{"name": "surname", "kind": "surname"}, {"name": "dob", "kind": "date"}],
})  # fmt: skip
SIGNED = "pair,id_a,id_b,decision,decided_by,decided_on\n1|2,1,2,{},{},{}\n"


def linked(decisions=None):
    return link_tables(TABLE, None, SPEC, decisions=decisions)


def test_the_queue_shows_codes_side_by_side_and_no_value():
    queue = review_table(linked())
    assert queue["pair"].tolist() == ["1|2"]
    assert queue[["surname", "dob"]].to_numpy().tolist() == [["agree", "near"]]
    assert queue[list(LAST)].to_numpy().tolist() == [["", "", ""]]
    assert "lin" not in csv_text(queue)
    assert "1950" not in csv_text(queue)


def test_values_stand_side_by_side_only_when_asked_for():
    queue = with_values(review_table(linked()), (TABLE, None), SPEC)
    assert queue[["dob_a", "dob_b"]].to_numpy().tolist() == [["1950-01-01", "1950-01-10"]]


def written(tmp_path, *words):
    path = tmp_path / "review.csv"
    path.write_text(SIGNED.format(*words), encoding="utf-8")
    return path


def test_a_decision_comes_back_and_stays_in_the_queue_as_its_record(tmp_path):
    decisions = read_decisions(written(tmp_path, "different", "lin-g", "2026-03-05"))
    again = linked(decisions)
    assert len(again.pairs) == 0
    queue = review_table(again, decisions)
    assert queue.loc[0, list(LAST)].tolist() == ["different", "lin-g", "2026-03-05"]
    path = tmp_path / "next.csv"
    path.write_text(csv_text(queue), encoding="utf-8")
    assert read_decisions(path).equals(decisions)


def test_an_emptied_decision_is_undone(tmp_path):
    decisions = read_decisions(written(tmp_path, "", "", ""))
    assert linked(decisions).pairs.equals(linked().pairs)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("sme", "lin-g", "2026-03-05"), "Did you mean same"),
        (("same", "", "2026-03-05"), "who decided"),
        (("same", "lin-g", "5.3."), "a date such as"),
    ],
)
def test_a_decision_that_is_not_signed_and_dated_is_refused(tmp_path, words, told):
    with pytest.raises(DataFault) as caught:
        read_decisions(written(tmp_path, *words))
    assert told in caught.value.text("en")
    assert caught.value.faults[0].row == 2


def test_one_pair_decided_both_ways_is_refused(tmp_path):
    path = written(tmp_path, "same", "lin-g", "2026-03-05")
    text = path.read_text(encoding="utf-8") + "1|2,1,2,different,wu,2026-03-06\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFault) as caught:
        read_decisions(path)
    assert "two different ones" in caught.value.text("en")


def test_a_cell_that_a_spreadsheet_would_run_is_written_as_text():
    frame = pd.DataFrame({"id_a": ["-1"], "note": ["=cmd"], "flag": [True], "p": [0.5]})
    assert csv_text(frame) == "id_a,note,flag,p\n-1,'=cmd,true,0.5\n"
