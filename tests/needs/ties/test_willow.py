"""Ties on Willow, worked by hand: who is alone, what hangs on one tie, whom a message misses."""

import pandas as pd
import pytest

from renlin.needs import identify
from renlin.needs.ties import describe as ties


def told(place, **changes):
    return ties.tie(place.with_tables(**changes), place.present().sort_values("person"))


def nominated(place, *rows):
    """Return the survey with these rows in place of its own."""
    table = place["nominations"]
    made = [
        {"nomination": f"x{n}", "direction": pd.NA, "other": pd.NA, "source": "visit",
         "held_on": pd.Timestamp("2026-10-11")} | row
        for n, row in enumerate(rows)
    ]  # fmt: skip
    return pd.DataFrame(made, columns=table.columns).astype(table.dtypes.to_dict())


def row(table, measure, part, unit):
    hit = (table["measure"] == measure) & (table["part"] == part) & (table["unit"] == unit)
    return table[hit].iloc[0]


@pytest.fixture(scope="module")
def people(found):
    return found.ties.table.set_index("person")


def test_who_was_not_asked_and_named_by_nobody_is_unknown_not_alone(people):
    states = people["state"].groupby(people["state"]).groups
    assert set(states["isolated"]) == {"zhao", "zhou-1"}
    assert set(states["outside_only"]) == {"wang"}
    assert set(states["connected"]) == {
        "lin", "wu", "he-1", "he-2", "sun-2", "qian-1", "zhou-2", "zheng-1",
    }  # fmt: skip
    assert people.loc["zheng-1", "asked"] == False  # noqa: E712  (gave no answer)
    assert (people["state"] == "unknown").sum() == 10


def test_a_message_from_the_helpers_is_followed_from_tie_to_tie(people):
    steps = people["steps"]
    assert steps.dropna().astype(int).to_dict() == {
        "wu": 0, "zhou-1": 0, "lin": 1, "zheng-1": 1, "zhou-2": 1, "zheng-2": 2, "qian-1": 2,
        "he-1": 3, "qian-2": 3, "he-2": 4, "sun-2": 5, "sun-1": 6, "sun-3": 6,
    }  # fmt: skip
    assert people.loc[["liu", "chen-1", "sun-1"], "steps_possible"].tolist() == [2, 2, 2]
    assert set(people.index[people["message"] == "not_reached"]) == {"zhao", "wang"}
    assert people.loc["liu", "message"] == "unknown"


def test_reach_by_steps_has_bounds_for_those_nobody_asked(found):
    table = found.tie_reach.table
    whole = table[table["display"] == "all"].set_index("steps")
    assert whole["n_reached"].to_dict() == {"1": 5, "2": 7, "3": 9, "any": 13}
    assert whole.loc["3", ["n", "n_perhaps", "n_asked", "n_sources"]].tolist() == [21, 9, 9, 2]
    assert whole.loc["3", ["share_low", "share_high"]].tolist() == pytest.approx([9 / 21, 18 / 21])


def test_the_gap_in_reach_is_bounded_by_the_worst_and_best_of_both_sides(found):
    table = found.tie_reach.table
    for _, one in table[table["display"] != "all"].dropna(subset=["gap_low"]).iterrows():
        assert one["gap_low"] == pytest.approx(one["share_low"] - one["rest_high"])
        assert one["gap_low"] <= one["gap_high"]


def test_bridges_between_households_say_how_many_hang_on_them(found):
    table = found.tie_bridges.table.set_index(["person", "other"])
    assert table["n_beyond"].to_dict() == {
        ("he-1", "qian-1"): 4, ("he-2", "sun-2"): 3, ("lin", "wu"): 1,
        ("qian-1", "zhou-2"): 2, ("wu", "zheng-1"): 2,
    }  # fmt: skip
    assert table.loc[("lin", "wu"), "kinds"] == "neighbour;weekly_talk"


def test_who_is_lost_takes_others_along(people):
    joints = people.loc[people["n_cut_off"] > 0, "n_cut_off"].to_dict()
    assert joints == {
        "wu": 1, "zheng-1": 1, "qian-1": 3, "zhou-2": 1, "he-1": 4, "he-2": 3, "sun-2": 2,
    }  # fmt: skip


def test_isolation_is_told_of_those_asked_with_everybody_else_left_open(found):
    one = row(found.tie_scores.table, "isolated", "all", "all")
    assert one[["n", "n_known", "n_unknown"]].tolist() == [21, 9, 10]
    assert one[["value", "open_low", "open_high"]].tolist() == pytest.approx(
        [2 / 9, 2 / 21, 12 / 21]
    )


def test_whom_a_message_reaches_has_bounds_and_no_value_while_anybody_is_unknown(found):
    one = row(found.tie_scores.table, "reached", "all", "all")
    assert pd.isna(one["value"])
    assert one[["open_low", "open_high"]].tolist() == pytest.approx([9 / 21, 18 / 21])
    gaps = found.tie_gaps.table
    assert gaps.loc[gaps["measure"] == "reached", "difference"].isna().all()


def test_belonging_is_scored_by_building_and_a_sheet_without_a_name_counts_there(found):
    table = found.tie_scores.table
    assert row(table, "belonging", "building", "A")["value"] == pytest.approx(0.375)
    assert row(table, "belonging", "building", "B")["value"] == pytest.approx(0.5)
    whole = row(table, "belonging", "all", "all")
    assert whole["value"] == pytest.approx(1.25 / 3)
    assert whole["alpha"] == pytest.approx(6 / 7)
    assert whole[["open_low", "open_high"]].tolist() == pytest.approx([1.25 / 21, 19.25 / 21])
    assert row(table, "collective_action", "all", "all")["value"] == pytest.approx(0.5)


def test_nobody_to_call_on_and_no_message_become_needs(found):
    needed = found.list.table.set_index(["household", "item"])["rule"]
    assert "ties/isolated" in needed["hu-zhao", "pair"]
    assert "ties/not_reached" in needed["hu-wang", "door_knock"]
    assert not needed.str.contains("ties/").get(("hu-zhou", "pair"), False)
    assert "hu-liu" not in needed.index[needed.str.contains("ties/")].get_level_values(0)


def test_a_tie_more_never_leaves_more_people_alone_or_unreached(willow):
    before = told(willow).people.set_index("person")
    more = nominated(willow, {"person": "wu", "kind": "has_key", "answer": "resident",
                              "other": "zhao"})  # fmt: skip
    table = pd.concat([willow["nominations"], more], ignore_index=True)
    after = told(willow, nominations=table).people.set_index("person")
    assert after.loc["zhao", ["state", "steps"]].tolist() == ["connected", 1]
    assert (after["steps"].fillna(99) <= before["steps"].fillna(99)).all()


def test_without_any_survey_nobody_is_called_alone(willow):
    none = willow["nominations"].iloc[:0]
    people = told(willow, nominations=none).people
    assert set(people["state"]) == {"connected", "unknown"}
    assert "not_reached" not in set(people["message"])
    assert ties.needed(told(willow, nominations=none)) == {}


def test_without_helpers_who_live_here_nothing_is_said_of_a_message(willow):
    away = willow["helpers"].assign(person=pd.NA).astype(willow["helpers"].dtypes.to_dict())
    people = told(willow, helpers=away).people
    assert set(people["message"]) == {"unknown"}
    assert people["steps"].isna().all()


def test_an_answer_that_is_too_old_makes_its_respondent_not_asked(willow):
    old = willow["nominations"].assign(held_on=pd.Timestamp("2020-01-01")).astype(
        willow["nominations"].dtypes.to_dict()
    )  # fmt: skip
    assert (
        told(willow, nominations=old).people.set_index("person").loc["zhao", "state"] == "unknown"
    )


def test_who_was_named_and_has_left_leaves_the_one_who_named_them_unknown(willow):
    persons = willow["persons"].copy()
    persons.loc[persons["person"] == "wu", "until"] = pd.Timestamp("2026-10-20")
    place = willow.with_tables(persons=persons, ties=willow["ties"].iloc[:0])
    people = ties.tie(place, place.present()).people.set_index("person")
    assert people.loc["lin", "state"] == "unknown"
    assert people.loc["lin", "asked"]


def test_who_withdraws_a_tie_is_unknown_and_so_is_who_named_them(willow):
    usual = dict.fromkeys(willow["consents"].columns, pd.NA)
    ledger = pd.DataFrame(
        [usual | {"entry": "c1", "person": "wu", "purpose": "rescue", "field": "nominations",
                  "decision": "withdrawn", "decided_on": pd.Timestamp("2026-10-12"),
                  "by": "self"}],
        columns=willow["consents"].columns,
    ).astype(willow["consents"].dtypes.to_dict())  # fmt: skip
    place = willow.with_tables(consents=ledger, ties=willow["ties"].iloc[:0])
    people = ties.tie(place, place.present()).people.set_index("person")
    assert people.loc[["wu", "lin"], "state"].tolist() == ["unknown", "unknown"]


def test_the_order_of_the_survey_changes_nothing(willow, found):
    turned = {
        name: willow[name].iloc[::-1].reset_index(drop=True) for name in ("attitudes", "ties")
    }
    again = identify(willow.with_tables(**turned))
    for name in ("ties", "tie_bridges", "tie_scores", "tie_gaps"):
        pd.testing.assert_frame_equal(getattr(found, name).table, getattr(again, name).table)
