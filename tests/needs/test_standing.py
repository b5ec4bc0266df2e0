"""What people decide: confirmed, changed, refused, set by hand; never lowered in silence."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.community.folder import open_community
from renlin.errors import DataFault
from renlin.needs import identify
from renlin.needs.assessment import learn
from renlin.needs.standing import ADDED, stand

DAY = pd.Timestamp("2026-11-01")
CONFIRMED = {
    "confirmation": "k1", "person": "zhao", "ruleset": None, "version": None, "tier": 4,
    "decision": "confirmed", "tier_set": None, "role": "grid_head", "second_role": None,
    "decided_on": "2026-10-25", "until": "2026-12-31", "note": None, "state": "active",
}  # fmt: skip
SET = {
    "override": "o1", "person": "zhao", "tier": 1, "role": "social_worker", "second_role": None,
    "why": "fell", "evidence": "case-1", "since": "2026-10-25", "until": "2026-12-31",
    "state": "active",
}  # fmt: skip


@pytest.fixture(scope="module")
def undecided(willow):
    none = {name: willow[name].iloc[:0] for name in ("confirmations", "overrides")}
    return identify(willow.with_tables(**none))


@pytest.fixture
def decide(willow, undecided):
    """Return Willow's tiers with these decisions: rows of confirmations and of overrides."""

    def decided(confirmations=(), overrides=(), place=None):
        if not (confirmations or overrides or place):
            return undecided
        place = place or willow
        tables = {}
        for name, usual, given_rows in (
            ("confirmations", CONFIRMED, confirmations), ("overrides", SET, overrides),
        ):  # fmt: skip
            schema = place[name]
            key = schema.columns[0]
            rows = [usual | {key: f"{key}-{n}"} | row for n, row in enumerate(given_rows)]
            made = pd.DataFrame(rows, columns=schema.columns)
            for column in ("decided_on", "since", "until"):
                if column in made:
                    made[column] = pd.to_datetime(made[column])
            tables[name] = made.astype(schema.dtypes.to_dict())
        return identify(place.with_tables(**tables))

    return decided


def row(found, person):
    return found.tiers.table.set_index("person").loc[person]


def proposed(found, person):
    one = row(found, person)
    return {"tier": one["proposed_sure"], "ruleset": one["ruleset"] or None,
            "version": one["version"] or None, "person": person}  # fmt: skip


def test_without_a_decision_every_tier_is_a_proposal(decide):
    found = decide()
    assert set(found.tiers.table["standing"]) == {"proposed"}
    assert found.tiers.table["confirmed_by"].isna().all()
    assert len(found.review.table) == 0


def test_a_confirmation_that_fits_is_kept_with_the_role_that_gave_it(decide):
    before = decide()
    found = decide([proposed(before, "zhao")])
    one = row(found, "zhao")
    assert (one["standing"], one["confirmed_by"]) == ("confirmed", "grid_head")
    assert one["sure"] == row(before, "zhao")["sure"]


@pytest.mark.parametrize(
    ("change", "matter"),
    [
        ({"until": "2026-10-31"}, "over"),
        ({"tier": 1}, "tier_differs"),
        ({"ruleset": "老年人风险分级", "version": "2024.1"}, "rules_changed"),
        ({"ruleset": "没有的规则", "version": "1"}, "rules_changed"),
        ({"decided_on": "2026-10-05"}, "evidence_changed"),
    ],
)
def test_what_no_longer_fits_is_a_proposal_again_and_says_why(decide, change, matter):
    before = decide()
    found = decide([proposed(before, "zhao") | change])
    one = row(found, "zhao")
    assert one["standing"] == "expired"
    assert pd.isna(one["confirmed_by"])
    assert found.review.table["matter"].tolist() == [matter]
    assert one["standing_zh"] == found.review.table["reason_zh"].iloc[0]


def test_a_confirmation_without_an_end_holds_until_the_review_of_the_rule(decide):
    before = decide()
    assert row(before, "lin")["rule"] == "一级(最高)"
    lin = proposed(before, "lin") | {"until": None}
    assert row(decide([lin | {"decided_on": "2026-10-25"}]), "lin")["standing"] == "confirmed"
    assert row(decide([lin | {"decided_on": "2026-07-25"}]), "lin")["standing"] == "expired"


def test_evidence_that_has_run_out_since_brings_the_proposal_back(decide, tell):
    place = tell(("zhao", "mandarin", "yes", "2024-10-28"))
    before = decide(place=place)
    old = decide([proposed(before, "zhao") | {"decided_on": "2026-10-20"}], place=place)
    assert old.review.table["matter"].tolist() == ["evidence_changed"]


def test_a_refused_tier_is_not_used_and_protection_stays_with_the_highest_possible(decide):
    before = decide()
    found = decide([proposed(before, "lin") | {"decision": "refused"}])
    one = row(found, "lin")
    assert (one["sure"], one["possible"], one["proposed_sure"]) == (4, 1, 1)
    assert one["standing"] == "refused"
    (listed,) = found.review.table.to_dict("records")
    assert (listed["person"], listed["matter"], listed["tier_proposed"]) == ("lin", "refused", 1)


def test_needs_that_only_the_refused_tier_brought_are_left_out(decide):
    before = decide()
    found = decide([proposed(before, "lin") | {"decision": "refused"}])
    rules = found.list.table.loc[found.list.table["household"] == "hu-lin", "rule"]
    assert not rules.str.contains("tiers/").any()


def test_a_change_to_a_higher_tier_needs_one_signature(decide):
    before = decide()
    given = proposed(before, "wu") | {"decision": "changed", "tier_set": 2}
    one = row(decide([given]), "wu")
    assert (one["sure"], one["standing"]) == (2, "changed")
    assert "二级" in one["reason_zh"]
    assert "tier 2" in one["reason_en"]


@pytest.mark.parametrize(
    ("second", "sure", "standing"), [(None, 1, "asks_to_lower"), ("committee", 3, "changed")]
)
def test_a_change_to_a_lower_tier_needs_two(decide, second, sure, standing):
    before = decide()
    given = proposed(before, "lin") | {
        "decision": "changed", "tier_set": 3, "second_role": second,
    }  # fmt: skip
    found = decide([given])
    assert (row(found, "lin")["sure"], row(found, "lin")["standing"]) == (sure, standing)
    assert len(found.review.table) == (second is None)


def test_an_override_lies_on_top_and_changes_no_source(decide, willow):
    before = decide()
    found = decide((), [{"person": "wu"}])
    assert (row(found, "wu")["sure"], row(found, "wu")["proposed_sure"]) == (
        1, row(before, "wu")["sure"],
    )  # fmt: skip
    pd.testing.assert_frame_equal(found.evidence.table, before.evidence.table)
    assert found.overrides.table["effect"].tolist() == ["applied"]


@pytest.mark.parametrize(
    ("change", "effect", "listed"),
    [
        ({"until": "2026-10-31"}, "over", ["over"]),
        ({"since": "2026-11-02"}, "later", []),
        ({"state": "undone"}, "undone", []),
        ({"person": "gone"}, "nobody", ["nobody"]),
        ({"person": "lin", "tier": 3}, "asks_to_lower", ["asks_to_lower"]),
    ],
)
def test_an_override_without_effect_is_listed_with_its_reason(decide, change, effect, listed):
    before = decide()
    found = decide((), [change])
    assert found.overrides.table["effect"].tolist() == [effect]
    assert found.review.table["matter"].tolist() == listed
    columns = ["person", "sure", "possible"]
    pd.testing.assert_frame_equal(found.tiers.table[columns], before.tiers.table[columns])


def test_two_signatures_lower_and_the_newest_override_counts(decide):
    found = decide(
        (),
        [
            {"person": "lin", "tier": 3, "second_role": "committee", "since": "2026-10-26"},
            {"person": "lin", "tier": 2, "second_role": "committee", "since": "2026-10-20"},
        ],
    )
    assert row(found, "lin")["sure"] == 3
    assert found.overrides.table["effect"].tolist() == ["applied", "superseded"]


@pytest.mark.parametrize(
    ("confirmation", "override"),
    [
        ({"decision": "changed"}, {}),
        ({"tier_set": 2}, {}),
        ({"until": "2026-10-01"}, {}),
        ({"second_role": "grid_head"}, {}),
        ({}, {"until": "2026-10-01"}),
        ({}, {"second_role": "social_worker"}),
    ],
)
def test_a_decision_that_contradicts_itself_is_refused_with_its_row(decide, confirmation, override):
    with pytest.raises(DataFault) as caught:
        decide([confirmation], [override])
    (found,) = caught.value.faults
    assert found.row == 2
    assert found.place in ("layers/confirmations.csv", "layers/overrides.csv")


def test_all_contradictions_come_at_once(decide):
    with pytest.raises(DataFault) as caught:
        decide([{"decision": "changed"}, {"until": "2020-01-01"}], [{"until": "2020-01-01"}])
    assert len(caught.value.faults) == 3


def test_willows_own_decisions_come_out(found):
    assert row(found, "lin")["standing"] == "confirmed"
    assert row(found, "he-1")["standing"] == "asks_to_lower"
    assert found.review.table["matter"].tolist() == ["asks_to_lower", "over", "over"]


ONE = st.fixed_dictionaries(
    {
        "decision": st.sampled_from(["confirmed", "changed", "refused"]),
        "tier": st.integers(1, 4),
        "tier_set": st.integers(1, 4),
        "decided_on": st.sampled_from(["2026-09-01", "2026-10-30"]),
    }
)


@cache
def proposals():
    willow = open_community(Path(__file__).parents[1] / "places" / "willow")
    known = learn(
        willow.tables, willow.present(), willow.catalogue, DAY, corrections=willow["corrections"]
    )
    table = identify(willow).tiers.table
    return willow, known, table.drop(columns=list(ADDED)).assign(
        sure=table["proposed_sure"], possible=table["proposed_possible"]
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(decisions=st.lists(ONE, max_size=3), sets=st.lists(st.integers(1, 4), max_size=2))
def test_one_signature_never_lowers_anybodys_protection(decisions, sets):
    willow, known, tiers = proposals()
    rows = [
        CONFIRMED | {"confirmation": f"k{n}", "person": "lin"} | one
        | {"tier_set": one["tier_set"] if one["decision"] == "changed" else None}
        for n, one in enumerate(decisions)
    ]  # fmt: skip
    made = pd.DataFrame(rows, columns=willow["confirmations"].columns)
    made["decided_on"], made["until"] = (
        pd.to_datetime(made["decided_on"]),
        pd.to_datetime(made["until"]),
    )
    by_hand = pd.DataFrame(
        [SET | {"override": f"o{n}", "person": "lin", "tier": tier} for n, tier in enumerate(sets)],
        columns=willow["overrides"].columns,
    )
    by_hand["since"], by_hand["until"] = (pd.to_datetime(by_hand[c]) for c in ("since", "until"))
    stands = stand(tiers, made.astype(willow["confirmations"].dtypes.to_dict()),
                   by_hand.astype(willow["overrides"].dtypes.to_dict()),
                   known.evidence, {}, {}, willow.catalogue, DAY)  # fmt: skip
    assert (stands.tiers["possible"] <= tiers["possible"]).all()
    lower = stands.tiers["sure"] > tiers["sure"]
    assert set(stands.tiers.loc[lower, "standing"]) <= {"refused"}
    assert (stands.tiers["possible"] <= stands.tiers["indicated"]).all()
    assert (stands.tiers["indicated"] <= stands.tiers["sure"]).all()
