"""On Willow: a session changes what it measured, lowers nobody in silence, and can be undone."""

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from renlin.community.folder import open_community
from renlin.finding import save
from renlin.intake.sessions.store import redo, undo, write
from renlin.needs import identify
from renlin.needs.workshops.prevalence import reordered

WILLOW = Path(__file__).parents[2] / "places" / "willow"
HEAD = {
    "session": "elders-2", "form": "elders", "held_on": dt.date(2026, 10, 12), "venue": "hall",
    "recruitment": "volunteers", "method": "show of hands", "signed_by": "social worker",
    "state": "active", "digest": "0",
}  # fmt: skip
MEASURE = {"kind": "prevalence", "subject": "over_80", "field": "has_smart_device", "is": "false",
           "n_asked": 8, "n_yes": 6}  # fmt: skip


def case(who, **more):
    return {"kind": "person", "subject": who, "field": "adl_level", "is": "4", **more}


@pytest.fixture
def held(tmp_path):
    """Return Willow with these sessions: each a dict laid over the usual head."""

    def opened(*sessions):
        root = tmp_path / "willow"
        if not root.exists():
            shutil.copytree(WILLOW, root)
        write(root, [{**HEAD, **one} for one in sessions])
        return root

    return opened


def needs_of(root):
    return identify(open_community(root))


def saved(needs, folder, *names):
    return [save(getattr(needs, name), folder).read_bytes() for name in names]


def test_a_case_raises_a_resident_as_a_correction_of_the_layer_would(held, rows):
    needs = needs_of(held({"statements": [case("wang", why="told in private")]}))
    assert rows(needs.tiers).loc["wang", "sure"] == 1
    row = needs.corrections.table.set_index("correction").loc["elders-2-s001"]
    assert (row["applied"], row["raised"], row["workshop"]) == (True, 1, "elders-2")
    told = needs.evidence.table.set_index(["subject", "indicator"]).loc[("wang", "adl_level")]
    assert (told["file"], told["row"]) == ("workshops/elders-2.toml", 1)


def test_a_case_that_would_lower_is_held_for_confirmation(held, rows):
    lower = [
        {"kind": "person", "subject": "lin", "field": field, "is": value}
        for field, value in (("adl_level", "0"), ("walking_aid", "none"), ("power_device", "none"))
    ]
    needs = needs_of(held({"statements": lower}))
    assert rows(needs.tiers).loc["lin", ["possible", "lowered"]].tolist() == [1, True]
    assert needs.corrections.table["kept"].sum() == 3


def test_what_was_said_in_free_words_reaches_no_finding(held, tmp_path):
    needs = needs_of(held({"statements": [case("wang", why="secret-words-of-wang"), MEASURE]}))
    for name in ("sessions", "prevalence", "corrections", "evidence", "tiers", "rule_questions"):
        assert b"secret-words" not in save(getattr(needs, name), tmp_path / "out").read_bytes()


def test_a_measured_share_by_hand_and_nobodys_tier_is_touched(held, willow):
    """80 and over are Lin (unknown) and Zhao (none, corrected; unknown by the registers)."""
    found = needs_of(held({"statements": [MEASURE]}))
    row = found.prevalence.table.iloc[0]
    assert (row["display"], row["field"], row["n_residents"]) == ("over_80", "has_smart_device", 2)
    assert (row["n_asked"], row["n_yes"], row["weight"]) == (8, 6, 4)
    known = row["n_residents"] - row["n_unknown"]
    register = row["before"] if known else 0.5
    m = known * known / 2
    yes = m * register if known else 0.0
    assert row["after"] == pytest.approx((yes + 3) / (m + 4))
    pd.testing.assert_frame_equal(found.tiers.table, identify(willow).tiers.table)


def test_counting_who_has_a_thing_or_who_lacks_it_is_the_same_measurement(held, tmp_path):
    one = needs_of(held({"statements": [MEASURE]})).prevalence.table
    shutil.rmtree(tmp_path / "willow")
    turned = {**MEASURE, "is": "true", "n_yes": 2}
    other = needs_of(held({"statements": [turned]})).prevalence.table
    pd.testing.assert_frame_equal(one, other)


def test_the_order_in_which_sessions_are_read_changes_no_byte(held, tmp_path):
    first = {"session": "a-1", "statements": [MEASURE]}
    second = {"session": "b-2", "statements": [{**MEASURE, "n_yes": 3}], "recruitment": "referred"}
    held(first)
    one = saved(needs_of(held(second)), tmp_path / "one", "prevalence", "tiers", "work_list")
    shutil.rmtree(tmp_path / "willow")
    held(second)
    other = saved(needs_of(held(first)), tmp_path / "two", "prevalence", "tiers", "work_list")
    assert one == other


def test_undoing_gives_back_every_byte_of_what_was_found_before(held, tmp_path, willow):
    names = ("evidence", "indicators", "tiers", "work_list", "groups", "preferences", "hidden")
    root = held(
        {
            "statements": [case("wang", rule="elderly.yaml", direction="higher", rule_version="x")],
            "preferences": [
                {"voter": "1", "display": "over_80", "first": "door_ramp", "second": "gate_open",
                 "preferred": "gate_open"}
            ],
            "mentions": [{"listed": "workshop", "token": "M-1", "registered": False}],
        }
    )  # fmt: skip
    with_it = needs_of(root)
    before = identify(willow)
    undo(root, "elders-2", by="committee", on=dt.date(2026, 10, 20))
    after = needs_of(root)
    for name in names:
        pd.testing.assert_frame_equal(getattr(after, name).table, getattr(before, name).table)
    assert after.sessions.table["state"].tolist() == ["undone"]
    assert after.corrections.table.set_index("correction").loc["elders-2-s001", "undone"]
    redo(root, "elders-2")
    names = ("tiers", "corrections", "sessions", "prevalence", "preferences", "rule_questions")
    assert saved(needs_of(root), tmp_path / "a", *names) == saved(with_it, tmp_path / "b", *names)


def test_small_groups_have_no_number_and_cannot_be_had_by_subtraction(held):
    people = [{"display": g, "n": n} for g, n in (("all", 41), ("over_80", 23), ("wheelchair", 4))]
    table = needs_of(held({"participants": people})).sessions.table.set_index("display")
    assert table["shown"].to_dict() == {"all": "shown", "over_80": "some", "wheelchair": "few"}
    assert table["n"].isna().tolist() == [False, True, True]


def test_three_like_cases_open_a_question_and_a_new_version_closes_it(held):
    version = {"rule": "elderly.yaml", "direction": "higher"}
    now = next(
        line.split('"')[1]
        for line in open_community(WILLOW).catalogue.tier_files["elderly.yaml"].splitlines()
        if line.startswith("版本")
    )
    cases = [case(who, **version, rule_version=now) for who in ("wang", "zhao", "wang")]
    table = needs_of(held({"statements": cases})).rule_questions.table
    assert table[["n_cases", "state"]].to_numpy().tolist() == [[2, "collecting"]]
    more = {"session": "b-2", "statements": [case("he-1", **version, rule_version=now)]}
    table = needs_of(held(more)).rule_questions.table
    assert table[["n_cases", "n_sessions", "state"]].to_numpy().tolist() == [[3, 2, "open"]]
    old = [case(who, **version, rule_version="2020.1") for who in ("wang", "zhao", "he-1")]
    table = needs_of(held({"session": "c-3", "statements": old})).rule_questions.table
    assert table.set_index("version")["state"].to_dict() == {"2020.1": "closed", now: "open"}


def test_cases_in_opposite_directions_are_counted_apart(held):
    cases = [
        case(who, rule="elderly.yaml", direction=way, rule_version="x")
        for who, way in (("wang", "higher"), ("zhao", "lower"))
    ]
    assert needs_of(held({"statements": cases})).rule_questions.table["n_cases"].tolist() == [1, 1]


def test_hidden_residents_are_a_range_and_those_on_record_do_not_count(held):
    marks = [("workshop", f"M-{n}") for n in range(6)] + [("visit", f"M-{n}") for n in range(3, 8)]
    mentions = [{"listed": a, "token": b, "registered": False} for a, b in marks]
    mentions.append({"listed": "visit", "token": "lin", "registered": True})
    row = needs_of(held({"mentions": mentions})).hidden.table.iloc[0]
    assert row[["n_workshop", "n_visit", "n_both"]].tolist() == [6, 5, 3]
    assert 8 <= row["low"] < (7 * 6 / 4 - 1) < row["high"]


def test_without_overlap_the_upper_end_is_unknown(held):
    mentions = [{"listed": "workshop", "token": "M-1", "registered": False}]
    row = needs_of(held({"mentions": mentions})).hidden.table.iloc[0]
    assert (row["low"], row["lower_bound_only"]) == (1, True)
    assert np.isnan(row["high"])


def test_a_preference_changes_no_estimate_and_no_tier(held, willow):
    wish = {"voter": "1", "display": "over_80", "first": "door_ramp", "second": "big_plaza",
            "preferred": "door_ramp"}  # fmt: skip
    found = needs_of(held({"preferences": [wish]}))
    before = identify(willow)
    for name in ("prevalence", "corrections", "tiers", "work_list"):
        pd.testing.assert_frame_equal(getattr(found, name).table, getattr(before, name).table)
    assert len(found.preferences.table) == 4


def test_answers_that_cannot_be_raked_count_for_nothing_and_say_so(held):
    answer = {"field": "lives_alone", "age_band": "80_over", "living": "alone", "tenure": "owner",
              "impairment": "no", "n_asked": 6, "n_yes": 6}  # fmt: skip
    row = needs_of(held({"answers": [answer]})).prevalence.table.iloc[0]
    assert (row["display"], row["n_asked"], row["weight"]) == ("all", 6, 0)
    assert (row["weighted"], row["evidence"]) == ("refused", "insufficient")
    assert row["after"] == row["before"]


def test_undoing_a_session_undoes_the_rows_of_the_layer_that_name_it(held):
    root = held({"session": "elders-2026-10"})
    assert needs_of(root).corrections.table["applied"].tolist() == [True]
    undo(root, "elders-2026-10", by="committee", on=dt.date(2026, 10, 20))
    assert needs_of(root).corrections.table[["applied", "undone"]].to_numpy().tolist() == [
        [False, True]
    ]


def test_among_equal_questions_the_group_a_workshop_raised_is_asked_first():
    work = pd.DataFrame(
        {"subject": ["a", "b", "c"], "indicator": ["x", "x", "x"], "matters": [2, 1, 1],
         "rank": [1, 2, 3]}
    )  # fmt: skip
    found = pd.DataFrame(
        {"display": ["tenant"], "field": ["x"], "evidence": ["correction"], "shift": [0.2]}
    )
    members = pd.DataFrame({"person": ["a", "b", "c"], "tenant": [False, False, True]})
    made = reordered(work, found, members)
    assert made["subject"].tolist() == ["a", "c", "b"]
    assert made["rank"].tolist() == [1, 2, 3]
    weak = found.assign(evidence="insufficient")
    assert reordered(work, weak, members)["subject"].tolist() == ["a", "b", "c"]


def test_one_session_on_willow_by_hand_tiers_and_share_before_and_after(held, rows):
    """Wang, blind: second. Bedridden, by the session: first.

    Of the two residents over 80 the register knows that Lin lacks a smart device and not
    whether Zhao does: p = 1, m = min(1, 30) 1 / 2 = 1/2. Eight volunteers count for four,
    three of them without: Beta(1/2 + 3, 0 + 1), mean 3.5 / 4.5.
    """
    needs = needs_of(held({"statements": [case("wang"), MEASURE]}))
    table = needs.corrections.table.set_index("correction")
    row = table.loc["elders-2-s001"]
    levels = ["tier_before", "tier_after", "possible_before", "possible_after"]
    assert row[levels].tolist() == [2, 1, 1, 1]
    assert rows(needs.tiers).loc["wang", "sure"] == row["tier_after"]
    share = table.loc["elders-2-s002"]
    assert share[levels].isna().all()
    assert (share["before"], share["after"]) == pytest.approx((1.0, 3.5 / 4.5))
    assert share["shift"] == pytest.approx(-1 / 4.5)
    measured = needs.prevalence.table.set_index("display").loc["over_80"]
    assert measured["after"] == share["after"]


def test_a_lowering_that_waits_shows_the_same_possible_tier_before_and_after(held):
    lower = {"kind": "person", "subject": "lin", "field": "adl_level", "is": "0"}
    table = needs_of(held({"statements": [lower]})).corrections.table.set_index("correction")
    row = table.loc["elders-2-s001"]
    assert (row["possible_before"], row["possible_after"]) == (1, 1)
    assert row["tier_after"] >= row["tier_before"] == 1
