"""Pairs as a finding: roles, what is kept, what is lacking and why, by group with the gap."""

import numpy as np
import pytest
from tests.community.drawn import willow
from tests.governance.planted import agreed, helper, needs_of, person, profile, street

from renlin.governance import pair
from renlin.needs import identify


def paired(place, *profiles, tiers=None):
    return pair(place, needs_of(place, *profiles, tiers=tiers))


def carried(**rows):
    """Return the street in which household h on the third storey must be carried."""
    return street(**rows), profile("p-h", "h", needs_help="carry", helpers=2), profile("p-g", "g")


def roles(found):
    table = found.pairs.table
    return {(r["household"], r["role"]): r["helper"] for r in table.to_dict("records")}


@pytest.fixture(scope="module")
def on_willow():
    return pair(willow(), identify(willow()))


# Willow, by hand


def test_grandma_lin_keeps_zhou_and_gets_the_duty_room_as_second(on_willow):
    """Zhou on her landing was agreed; Wu takes two nearer to him; the duty room is strong."""
    table = on_willow.pairs.table.set_index(["household", "role"])
    assert table.loc[("hu-lin", "primary"), "helper"] == "zhou-helps"
    assert table.loc[("hu-lin", "primary"), "status"] == "kept"
    assert table.loc[("hu-lin", "second"), "helper"] == "duty"
    assert table.loc[("hu-lin", "second"), "status"] == "new"


def test_on_willow_nobody_is_left_to_stand_in_and_that_is_told_for_every_household(on_willow):
    """Three helpers take 2 + 1 + 3 households; five households need six first helpers."""
    table = on_willow.shortages.table.set_index("household")
    assert table["helpers"].sum() == 0
    assert table["backup"].to_dict() == dict.fromkeys(
        ["hu-lin", "hu-sun", "hu-wang", "hu-zhao", "hu-zheng"], 1
    )
    assert set(table["backup_reason"]) == {"none_free"}


def test_on_willow_the_duty_room_is_shut_at_night_and_that_is_told_apart(on_willow):
    table = on_willow.shortages.table.set_index("household")
    assert table["night"].to_dict() == {
        "hu-lin": 0, "hu-sun": 1, "hu-wang": 0, "hu-zhao": 1, "hu-zheng": 0,
    }  # fmt: skip


def test_whom_to_ask_first_is_counted_beside_who_has_help(on_willow):
    table = on_willow.support.table.set_index("display")
    assert (table.loc["all", "n"], table.loc["all", "n_unknown"]) == (8, 13)
    assert table.loc["all", "with_first"] == 1.0
    assert table.loc["gap", "at_night"] == 1.0


def test_the_pairs_are_the_same_whatever_the_order_of_rows(on_willow):
    place = willow()
    turned = place.with_tables(
        **{name: place[name].iloc[::-1].reset_index(drop=True) for name in ("helpers", "pairs")}
    )
    again = pair(turned, identify(turned))
    assert again.pairs.content == on_willow.pairs.content
    assert again.shortages.content == on_willow.shortages.content


def test_every_pair_and_shortage_can_be_traced(on_willow):
    for finding in (on_willow.pairs, on_willow.shortages):
        assert finding.provenance.privacy == "personal"
        assert finding.provenance.lineage
        assert "needs.households" in finding.provenance.parents


# rules


def test_agreed_roles_stay_and_new_helpers_fill_what_is_free():
    place, *people = carried(
        helpers=[helper("far", "B-1"), helper("near", "A-1", 3)],
        pairs=[agreed("p", "h", "far", "primary")],
    )
    found = paired(place, *people)
    assert roles(found) == {("h", "primary"): "far", ("h", "second"): "near"}


def test_more_agreed_pairs_than_roles_are_all_kept_and_numbered():
    helpers = [helper(name, "B-1") for name in "abc"]
    pairs = [agreed(name, "h", name, "second") for name in "abc"]
    place, *people = carried(helpers=helpers, pairs=pairs)
    found = paired(place, *people)
    assert sorted(role for _, role in roles(found)) == ["second", "second-2", "second-3"]
    assert set(found.pairs.table["status"]) == {"kept"}


def test_an_agreed_bearer_who_cannot_lift_is_kept_and_said_not_to_count():
    place, *people = carried(
        helpers=[helper("weak", "B-1", strong="no")], pairs=[agreed("p", "h", "weak", "primary")]
    )
    found = paired(place, *people)
    assert found.pairs.table["reason"].tolist() == ["agreed_not_strong"]
    row = found.shortages.table.iloc[0]
    assert (row["helpers"], row["strong"], row["reason"]) == (2, 2, "nobody_strong")


def test_a_household_without_a_known_place_lacks_helpers_for_that_reason():
    place = street(homes=[("h", None, None)], dwellings=[], helpers=[helper("m", "A-1")],
                   households=[{"household": "h", "origin": "registered"}])  # fmt: skip
    found = paired(place, profile("p-h", "h"), tiers={"h": 1})
    row = found.shortages.table.iloc[0]
    assert (row["household"], row["helpers"], row["reason"]) == ("h", 1, "place_unknown")
    assert row["backup_reason"] == "place_unknown"


def test_a_household_nobody_can_walk_to_lacks_helpers_for_that_reason():
    place = street(helpers=[helper("m", None)])
    found = paired(place, profile("p-h", "h"), tiers={"h": 1})
    assert found.shortages.table["reason"].tolist() == ["no_way_known"]


def test_with_helpers_of_one_building_only_nobody_can_stand_in():
    place = street(helpers=[helper("m", "A-1", capacity=3), helper("n", "A-1", capacity=3)])
    found = paired(place, profile("p-h", "h"), tiers={"h": 1})
    row = found.shortages.table.iloc[0]
    assert (row["backup"], row["backup_reason"], row["reason"]) == (1, "no_other_building", "")


def test_with_all_helpers_taken_the_reason_is_that_none_is_free():
    homes = [("h", "A-1", 1), ("g", "A-1", 2)]
    place = street(homes=homes, helpers=[helper("m", "B-1")])
    found = paired(place, profile("p-h", "h"), profile("p-g", "g"), tiers={"h": 1, "g": 2})
    table = found.shortages.table.set_index("household")
    assert roles(found) == {("h", "primary"): "m"}
    assert table.loc["g", "reason"] == "none_free"


def test_the_world_with_the_pairs_holds_them_and_drops_what_was_given_up():
    """The lost pair and the proposal that was not taken go; the agreed pair stays."""
    place, *people = carried(
        homes=[("h", "A-1", 3), ("g", "B-1", 1)],
        persons=[person("h", "p-h"), person("g", "p-g")],
        helpers=[
            helper("a", "B-1"), helper("b", "B-1"), helper("c", "A-1", 3, person="p-h"),
            helper("far", "B-1", strong="no", capacity=2),
        ],
        pairs=[
            agreed("kept", "h", "a", "primary"), agreed("lost", "h", "c", "backup"),
            agreed("old", "h", "far", "second", None),
        ],
    )  # fmt: skip
    found = paired(place, *people)
    world = found.community(place)["pairs"].set_index("pair")
    assert set(world["helper"]) == {"a", "b", "far"}
    assert world.loc["kept", "role"] == "primary"
    assert "lost" not in world.index
    assert world.loc["proposed-h-second", "helper"] == "b"
    assert world.loc["proposed-h-second", ["agreed_on"]].isna().all()


def test_without_anybody_to_pair_the_world_is_the_place_itself():
    place = street()
    assert paired(place, profile("p-h", "h"), profile("p-g", "g")).community(place) is place


def test_pairs_are_looked_at_again_within_three_months():
    place, *people = carried(helpers=[helper("m", "B-1")])
    review = paired(place, *people).pairs.table["review_on"].iloc[0]
    assert review == np.datetime64(place.settings.survey_date) + np.timedelta64(92, "D")
