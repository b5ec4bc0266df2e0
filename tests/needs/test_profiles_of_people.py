"""Profiles of households, groups and the community; the audit; perception before and after."""

import pandas as pd
import pytest

from renlin.needs import identify
from renlin.needs.audit import audit
from renlin.needs.perception import perception

DAY = pd.Timestamp("2026-11-01")


@pytest.fixture(scope="session")
def homes(found):
    return found.household_profiles.table.set_index("household")


def test_every_household_has_one_row_with_its_tier_and_its_needs(found, homes):
    assert homes.index.tolist() == found.households.table["household"].tolist()
    assert homes["sure"].tolist() == found.households.table["sure"].tolist()
    listed = found.list.table.groupby("household")["item"].nunique()
    assert homes["n_needs"].to_dict() == listed.reindex(homes.index).fillna(0).astype(int).to_dict()


def test_what_is_not_known_stands_beside_in_words(homes, found):
    assert homes.loc["hu-lin", "unknown_zh"] == "没有会改变等级的未知项。"
    assert homes.loc["hu-liu", "unknown_zh"].startswith("还不知道：")
    open_ = found.work_list.table.groupby("household")["indicator"].nunique()
    assert homes.loc[open_.index, "n_asked"].tolist() == open_.tolist()


def test_capacities_of_a_household_lie_in_bounds_that_missing_data_leave(homes):
    for name in ("prevention", "response", "recovery"):
        known = homes[homes[name].notna()]
        assert (known[f"{name}_low"] <= known[name]).all()
        assert (known[name] <= known[f"{name}_high"]).all()


def test_a_home_without_residents_on_record_is_wholly_unknown(willow):
    persons = willow["persons"]
    empty = willow.with_tables(persons=persons[persons["person"] != "liu"])
    row = identify(empty).household_profiles.table.set_index("household").loc["hu-liu"]
    assert (row["n_persons"], row["unknown_share"]) == (0, 1.0)
    assert "都还不知道" in row["unknown_zh"]


def test_the_community_and_its_groups_count_every_tier(found):
    table = found.group_profiles.table.set_index("display")
    tiers = found.tiers.table
    for side in ("sure", "possible"):
        counts = [table.loc["all", f"{side}_{level}"] for level in (1, 2, 3, 4)]
        assert sum(counts) == len(tiers)
        assert counts[0] == (tiers[side] == 1).sum()
    assert table.loc["all", "n_asked"] == len(found.work_list.table)
    assert (table["n_persons"] <= table.loc["all", "n_persons"]).all()


DECIDED = [
    ("lin", "confirmed", 1, None), ("zhao", "changed", 2, 1), ("wang", "refused", 2, None),
    ("he-1", "confirmed", 3, None), ("wu", "changed", 2, 4),
]  # fmt: skip


@pytest.fixture
def audited(willow):
    def made(decided=DECIDED, state="active", day="2026-10-20"):
        rows = [
            {"confirmation": f"k{n}", "person": person, "decision": what, "tier": tier,
             "tier_set": given, "role": "r", "decided_on": pd.Timestamp(day), "state": state}
            for n, (person, what, tier, given) in enumerate(decided)
        ]  # fmt: skip
        table = pd.DataFrame(rows, columns=willow["confirmations"].columns)
        members = pd.DataFrame(
            {
                "person": ["lin", "zhao", "wang", "he-1", "wu", "liu"],
                "old": pd.array([True, True, True, True, False, None], dtype="boolean"),
                "young": pd.array([False, False, False, False, False, True], dtype="boolean"),
            }
        )
        typed = table.astype(willow["confirmations"].dtypes.to_dict())
        found = audit(typed, members, DAY, confidence=0.95, small_below=10)
        return found.set_index(["decision", "display"])

    return made


def test_the_audit_counts_what_people_made_of_the_proposals(audited):
    found = audited()
    assert found.loc[("confirmed", "all"), ["n_decided", "n", "share"]].tolist() == [5, 2, 0.4]
    assert found.loc[("changed", "old"), "share"] == 0.25
    assert found.loc[("raised", "all"), "n"] == 1
    assert found.loc[("lowered", "all"), "n"] == 1
    assert found.loc[("refused", "old"), "difference"] == pytest.approx(0.25 - 0.2)


def test_a_group_nobody_looked_at_is_unknown_and_not_faultless(audited):
    row = audited().loc[("changed", "young")]
    assert row["n_decided"] == 0
    assert pd.isna(row["share"])
    assert (row["low"], row["high"]) == (0.0, 1.0)


@pytest.mark.parametrize("how", [{"state": "undone"}, {"day": "2026-11-02"}, {"decided": []}])
def test_undone_and_later_decisions_do_not_count(audited, how):
    assert audited(**how)["n_decided"].sum() == 0


def told(*rows):
    return pd.DataFrame(
        [
            {"fact": f"f{n}", "subject": who, "indicator": what, "value": value,
             "observed_on": pd.Timestamp(day)}
            for n, (who, what, value, day) in enumerate(rows)
        ]
    )  # fmt: skip


def perceived(willow, facts):
    people = ["a", "b", "c", "d"]
    members = pd.DataFrame(
        {"person": people, "old": pd.array([True] * 3 + [False], dtype="boolean")}
    )
    found = perception(facts, members, pd.Series([0.2, 0.4, 0.6, 0.8]), willow.catalogue, DAY,
                       z=1.96, small_below=2)  # fmt: skip
    return found.set_index(["measure", "display"])


def test_a_group_that_understands_less_is_seen_whatever_its_exposure(willow):
    facts = told(
        ("a", "risk_awareness", "0.8", "2026-01-01"), ("a", "risk_awareness", "0.4", "2026-10-01"),
        ("b", "risk_awareness", "0.9", "2026-01-01"), ("b", "risk_awareness", "0.5", "2026-10-01"),
        ("c", "risk_awareness", "0.8", "2026-01-01"), ("c", "risk_awareness", "0.2", "2026-10-01"),
        ("d", "risk_awareness", "0.4", "2026-10-01"),
    )  # fmt: skip
    row = perceived(willow, facts).loc[("risk_awareness", "old")]
    assert row[["n_both", "n_one"]].tolist() == [3, 0]
    assert row["change"] == pytest.approx((-0.4 - 0.4 - 0.6) / 3)
    assert row["understands_less"]
    assert row["exposure"] == pytest.approx(0.4)


def test_one_answer_is_no_change_and_slower_in_a_drill_is_worse(willow):
    facts = told(
        ("a", "drill_reaction", "20", "2026-01-01"), ("a", "drill_reaction", "40", "2026-10-01"),
        ("b", "drill_reaction", "30", "2026-01-01"), ("b", "drill_reaction", "52", "2026-10-01"),
        ("c", "drill_reaction", "60", "2026-10-01"),
    )  # fmt: skip
    row = perceived(willow, facts).loc[("drill_reaction", "all")]
    assert row[["n_both", "n_one", "n_unknown"]].tolist() == [2, 1, 1]
    assert row["change"] == pytest.approx(21)
    assert row["understands_less"]


def test_nobody_asked_leaves_the_change_unknown(willow):
    row = perceived(willow, told(("a", "risk_awareness", "0.8", "2026-01-01"))).iloc[0]
    assert pd.isna(row["change"])
    assert not row["understands_less"]
