"""A place without any helper says what it lacks; it does not fail."""

from pathlib import Path

from renlin.community.folder import open_community
from renlin.governance import pair
from renlin.needs import identify

WILLOW = Path(__file__).parents[1] / "places" / "willow"


def test_a_place_without_helpers_lists_every_household_in_need_as_a_shortage():
    place = open_community(WILLOW)
    empty = place.with_tables(helpers=place["helpers"].iloc[0:0], pairs=place["pairs"].iloc[0:0])
    found = pair(empty, identify(empty))
    assert len(found.pairs.table) == 0
    assert "hu-lin" in set(found.shortages.table["household"])
    assert (found.shortages.table["helpers"] > 0).all()
