"""Scores of attitudes: what is not answered is not the middle, and one resident has one voice."""

import numpy as np
import pandas as pd
import pytest

from renlin.catalogue.participation import AttitudeItem
from renlin.needs.ties.attitudes import alpha, of_people, sheets

DAY = pd.Timestamp("2026-10-31")
NONE = pd.MultiIndex.from_arrays([[], []])


def item(code, scale="belonging", **more):
    return AttitudeItem(
        code=code, zh="题", en="item", source="assumption", scale=scale, dimension="d", steps=5,
        **more,
    )  # fmt: skip


ITEMS = {code: item(code) for code in ("a", "b", "c")} | {"r": item("r", reversed=True)}


def answers(*rows):
    made = pd.DataFrame(rows, columns=["sheet", "person", "item", "said", "held_on"])
    made = made.assign(attitude=[f"q{i}" for i in range(len(made))], building=None, source="visit")
    made["held_on"] = pd.to_datetime(made["held_on"]).astype("datetime64[s]")
    return made.astype({"said": "Int64", "person": "object", "building": "object"})


def scored(*rows, least=0.5, gone=NONE):
    made = sheets(answers(*rows), ITEMS, DAY, valid_days=365, least=least, gone=gone)
    return made.set_index("sheet")["score"].to_dict()


def test_the_middle_step_is_a_half_and_a_turned_item_counts_the_other_way():
    assert scored(("s", "p", "a", 3, "2026-10-01"), ("s", "p", "r", 1, "2026-10-01")) == {"s": 0.75}


def test_too_few_answers_are_no_score():
    rows = [("s", "p", "a", 5, "2026-10-01"), ("s", "p", "b", None, "2026-10-01"),
            ("s", "p", "c", None, "2026-10-01"), ("t", "q", "a", 5, "2026-10-01"),
            ("t", "q", "b", 1, "2026-10-01")]  # fmt: skip
    assert scored(*rows) == {"t": 0.5}


@pytest.mark.parametrize("wrong", [6, 11])
def test_a_step_the_item_does_not_have_is_no_answer(wrong):
    assert scored(("s", "p", "a", wrong, "2026-10-01")) == {}


def test_the_last_answer_counts_and_two_different_ones_of_a_day_do_not():
    assert scored(("s", "p", "a", 1, "2026-09-01"), ("s", "p", "a", 5, "2026-10-01")) == {"s": 1.0}
    assert scored(("s", "p", "a", 1, "2026-10-01"), ("s", "p", "a", 5, "2026-10-01")) == {}


def test_of_two_sheets_of_one_resident_the_last_counts():
    rows = [("s", "p", "a", 1, "2026-09-01"), ("t", "p", "a", 5, "2026-10-01")]
    assert scored(*rows) == {"t": 1.0}


def test_old_later_unknown_and_withdrawn_answers_do_not_count():
    gone = pd.MultiIndex.from_tuples([("p", "attitudes")])
    assert scored(("s", "p", "a", 5, "2024-10-01")) == {}
    assert scored(("s", "p", "a", 5, "2026-11-01")) == {}
    assert scored(("s", "p", "z", 5, "2026-10-01")) == {}
    assert scored(("s", "p", "a", 5, "2026-10-01"), gone=gone) == {}


def test_items_answered_alike_are_wholly_consistent_and_constants_have_no_alpha():
    rows = [(f"s{k}", f"p{k}", code, k, "2026-10-01") for k in (1, 3, 5) for code in "abc"]
    made = alpha(answers(*rows), ITEMS, DAY, valid_days=365, gone=NONE)
    assert made == {"belonging": pytest.approx(1.0)}
    same = [(f"s{k}", f"p{k}", code, 3, "2026-10-01") for k in (1, 2) for code in "abc"]
    assert alpha(answers(*same), ITEMS, DAY, valid_days=365, gone=NONE) == {}
    assert alpha(answers(), ITEMS, DAY, valid_days=365, gone=NONE) == {}


def test_a_resident_without_a_sheet_lies_anywhere_from_least_to_most():
    made = sheets(answers(("s", "p", "a", 5, "2026-10-01")), ITEMS, DAY, valid_days=365,
                  least=0.5, gone=NONE)  # fmt: skip
    table = of_people(made, "belonging", pd.Series(["p", "q"]))
    assert table.loc[0].tolist() == [1.0, 1.0, 1.0]
    assert np.isnan(table.loc[1, "value"])
    assert table.loc[1, ["low", "high"]].tolist() == [0.0, 1.0]
