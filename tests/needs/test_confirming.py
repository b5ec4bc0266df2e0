"""The sheet of proposals: written, filled in, taken whole or not at all, undone."""

import pandas as pd
import pytest

from renlin.errors import DataFault
from renlin.needs import identify
from renlin.needs.confirming import proposals, taken, undone

DAY = pd.Timestamp("2026-11-01")


@pytest.fixture(scope="session")
def sheet(found):
    return proposals(found.tiers.table).astype("str")


def fill(sheet, person, **cells):
    made = sheet.copy()
    for name, value in cells.items():
        made.loc[made["person"] == person, name] = value
    return made


def take(sheet, found, willow):
    return taken(sheet, found.tiers.table, willow["confirmations"], DAY, place="sheet.csv")


def test_the_sheet_lists_who_is_not_decided_on_highest_first_with_the_reason(sheet, found):
    confirmed = found.tiers.table.query("standing == 'confirmed'")["person"]
    assert not set(confirmed) & set(sheet["person"])
    assert sheet["tier"].is_monotonic_increasing
    assert sheet["reason_zh"].str.len().min() > 0


def test_a_filled_sheet_adds_its_rows_and_an_empty_one_adds_nothing(sheet, found, willow):
    old = willow["confirmations"]
    pd.testing.assert_frame_equal(take(sheet, found, willow), old)
    new = take(fill(sheet, "zhao", decision="confirmed", role="grid_head"), found, willow)
    assert len(new) == len(old) + 1
    after = identify(willow.with_tables(confirmations=new)).tiers.table.set_index("person")
    assert after.loc["zhao", "standing"] == "confirmed"


def test_taking_the_same_sheet_twice_adds_it_once(sheet, found, willow):
    filled = fill(sheet, "zhao", decision="confirmed", role="grid_head")
    once = take(filled, found, willow)
    twice = taken(filled, found.tiers.table, once, DAY, place="sheet.csv")
    pd.testing.assert_frame_equal(twice, once)


def test_an_undone_confirmation_stays_on_record_without_effect(willow):
    old = willow["confirmations"]
    new = undone(old, "w1")
    assert len(new) == len(old)
    after = identify(willow.with_tables(confirmations=new)).tiers.table.set_index("person")
    assert after.loc["lin", "standing"] == "proposed"
    with pytest.raises(DataFault, match="w9"):
        undone(old, "w9")


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"decision": "confirm", "role": "a"}, "decision"),
        ({"decision": "confirmed"}, "role"),
        ({"decision": "changed", "role": "a"}, "tier_set"),
        ({"decision": "changed", "role": "a", "tier_set": "7"}, "tier_set"),
        ({"decision": "confirmed", "role": "a", "tier_set": "2"}, "tier_set"),
        ({"decision": "confirmed", "role": "a", "second_role": "a"}, "second_role"),
        ({"decision": "confirmed", "role": "a", "until": "soon"}, "until"),
        ({"decision": "confirmed", "role": "a", "until": "2026-10-01"}, "until"),
        ({"decision": "confirmed", "role": "a", "tier": "1"}, "tier"),
        ({"decision": "confirmed", "role": "a", "version": "1999"}, "version"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_row_and_column(sheet, found, willow, cells, column):
    with pytest.raises(DataFault) as caught:
        take(fill(sheet, "zhao", **cells), found, willow)
    (fault,) = caught.value.faults
    at = sheet.index[sheet["person"] == "zhao"][0] + 2
    assert (fault.place, fault.row, fault.column) == ("sheet.csv", at, column)


def test_unknown_columns_and_persons_are_all_told_at_once(sheet, found, willow):
    with pytest.raises(DataFault) as caught:
        take(sheet.rename(columns={"decision": "decison"}), found, willow)
    assert {f.column for f in caught.value.faults} == {"decison", "decision"}
    bad = fill(fill(sheet, "zhao", decision="maybe", role="a"), "wang", decision="confirmed")
    with pytest.raises(DataFault) as caught:
        take(bad, found, willow)
    assert len(caught.value.faults) == 2


def test_no_fault_quotes_the_person(sheet, found, willow):
    bad = sheet.assign(person="张三", decision="confirmed", role="a")
    with pytest.raises(DataFault) as caught:
        take(bad, found, willow)
    assert "张三" not in str(caught.value) + caught.value.text("zh")
