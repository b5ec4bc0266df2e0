"""Who needs help, who could give it, how far it is, and which pairs can no longer hold."""

import numpy as np
import pytest
from tests.governance.planted import agreed, helper, needs_of, person, profile, street

from renlin.governance.demand import demand


def asked(place, *profiles, tiers=None):
    needs = needs_of(place, *profiles, tiers=tiers)
    return demand(place, needs.profiles.table, needs.households.table)


def test_who_must_be_carried_needs_as_many_as_the_class_says():
    place = street(helpers=[helper("m", "B-1")])
    found = asked(place, profile("p-h", "h", needs_help="carry", helpers=2), profile("p-g", "g"))
    row = found.households.set_index("household").loc["h"]
    assert (row["need"], row["backup"], row["carry"]) == (2, 1, True)
    assert found.households["household"].tolist() == ["h"]


def test_a_household_in_the_first_two_tiers_needs_one_who_looks_in():
    found = asked(street(), profile("p-h", "h"), profile("p-g", "g"), tiers={"h": 2, "g": 3})
    assert found.households[["household", "need"]].to_numpy().tolist() == [["h", 1]]


def test_helpers_are_not_spent_on_a_household_that_only_may_be_in_a_tier():
    """Every household here may be in the first tier: too little is known to tell."""
    assert len(asked(street(), profile("p-h", "h"), profile("p-g", "g")).households) == 0


def test_the_first_tier_ranks_before_who_cannot_leave_and_that_before_the_second_tier():
    place = street(homes=[("a", "A-1", 1), ("b", "A-1", 2), ("c", "B-1", 1)])
    found = asked(
        place, profile("p-a", "a"), profile("p-b", "b", needs_help="guide", helpers=1),
        profile("p-c", "c"), tiers={"a": 2, "b": 4, "c": 1},
    )  # fmt: skip
    order = found.households.sort_values("priority", ascending=False)["household"]
    assert order.tolist() == ["c", "b", "a"]


def test_the_way_to_the_door_is_walked_by_stair_and_lane():
    """30 m of lane, 10 m of path twice, hall and threshold of both doors, and two storeys up."""
    place = street(helpers=[helper("m", "B-1"), helper("n", "A-1", 3)])
    found = asked(place, profile("p-h", "h", needs_help="assist", helpers=1), profile("p-g", "g"))
    able, number = place.catalogue.classes["adult"], place.catalogue.number
    level = 30 + 2 * 10 + 2 * (number("hall_length") + number("threshold_length"))
    flights = place.network.links.query("kind == 'stair' and place == 'A-1'")["length"].sum()
    expected = level / able.speed_level.value + flights / able.speed_up.value
    assert found.time[0].tolist() == pytest.approx([expected, 0.0])


def test_a_helper_at_a_post_starts_from_there():
    post = [{"helper": "duty", "kind": "staff", "facility": "s", "strong": "yes"}]
    found = asked(street(helpers=post), profile("p-h", "h"), profile("p-g", "g"), tiers={"g": 1})
    assert np.isfinite(found.time).all()
    assert found.helpers["capacity"].tolist() == [1.0]


def test_a_household_whose_storey_is_unknown_is_not_placed_and_no_way_is_guessed():
    place = street(homes=[("h", "A-1", None)], helpers=[helper("m", "A-1")])
    found = asked(place, profile("p-h", "h"), tiers={"h": 1})
    assert found.placed.tolist() == [False]
    assert np.isinf(found.time).all()


def test_who_left_the_community_helps_no_more_and_the_pair_is_lost():
    place = street(
        persons=[person("h", "p-h"), person("g", "p-g", until="2026-01-01")],
        helpers=[helper("m", "B-1", person="p-g")],
        pairs=[agreed("p", "h", "m", "primary")],
    )  # fmt: skip
    found = asked(place, profile("p-h", "h"), tiers={"h": 1})
    assert len(found.helpers) == 0
    assert found.lost[["pair", "reason"]].to_numpy().tolist() == [["p", "helper_left"]]


def test_a_pair_within_one_household_is_lost():
    place = street(
        helpers=[helper("m", "A-1", 3, person="p-h")],
        pairs=[agreed("p", "h", "m", "primary")],
    )  # fmt: skip
    found = asked(place, profile("p-h", "h"), tiers={"h": 1})
    assert found.lost["reason"].tolist() == ["same_household"]
    assert len(found.pairs) == 0


def test_a_household_with_an_agreed_pair_stays_though_it_needs_nobody():
    place = street(
        helpers=[helper("m", "B-1")],
        pairs=[agreed("p", "g", "m", "backup")],
    )  # fmt: skip
    found = asked(place, profile("p-h", "h"), profile("p-g", "g"))
    assert found.households[["household", "need", "backup"]].to_numpy().tolist() == [["g", 0, 0]]


def test_who_did_not_say_how_many_takes_the_catalogues_number_and_unknown_stays_unknown():
    place = street(helpers=[{"helper": "m", "kind": "neighbour", "entrance": "B-1"}])
    found = asked(place, profile("p-h", "h"), tiers={"h": 1})
    assert found.helpers["capacity"].tolist() == [place.catalogue.number("pair_default_capacity")]
    assert found.helpers[["strong", "night", "day"]].isna().all(axis=None)
