"""Surveys: answers that contradict themselves are named by row, and by no resident."""

from pathlib import Path

import pandas as pd
import pytest

from renlin.community.check import check
from renlin.community.folder import open_community

WILLOW = Path(__file__).parents[1] / "places" / "willow"


@pytest.fixture(scope="module")
def willow():
    return open_community(WILLOW)


def told(place, file):
    return [
        (r.fault.row, r.fault.column)
        for r in check(place)
        if r.level == "error" and r.fault.place == f"layers/{file}"
    ]


def changed(table, row, **cells):
    made = table.astype("object")
    for column, value in cells.items():
        made.loc[row, column] = value
    return made.astype(table.dtypes.to_dict())


def test_willows_own_surveys_agree_with_themselves(willow):
    assert told(willow, "nominations") == []
    assert told(willow, "attitudes") == []


@pytest.mark.parametrize(
    ("row", "cells", "column"),
    [
        (0, {"other": pd.NA}, "other"),
        (0, {"other": "lin"}, "other"),
        (1, {"other": "wu"}, "other"),
    ],
)
def test_a_name_stands_where_a_resident_is_named_and_is_somebody_else(willow, row, cells, column):
    place = willow.with_tables(nominations=changed(willow["nominations"], row, **cells))
    assert (row + 2, column) in told(place, "nominations")


@pytest.mark.parametrize("answer", ["nobody", "silent"])
def test_nobody_beside_a_name_of_the_same_day_is_a_contradiction(willow, answer):
    table = willow["nominations"]
    more = changed(table, 1, nomination="x", person="lin", answer=answer).iloc[[1]]
    place = willow.with_tables(nominations=pd.concat([table, more], ignore_index=True))
    assert told(place, "nominations") == [(len(table) + 2, "answer")]


def test_an_item_and_a_step_the_catalogue_does_not_have_are_named(willow):
    table = changed(changed(willow["attitudes"], 0, item="belong_bnd"), 1, said=9)
    place = willow.with_tables(attitudes=table)
    assert told(place, "attitudes") == [(2, "item"), (3, "said")]


def test_no_answer_at_all_is_no_fault(willow):
    none = {name: willow[name].iloc[:0] for name in ("nominations", "attitudes")}
    place = willow.with_tables(**none)
    assert told(place, "nominations") == []
