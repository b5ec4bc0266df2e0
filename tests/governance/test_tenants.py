"""A tenant no register knows is nobody's lesser: a tier, a place among those to be helped."""

import pandas as pd
from tests.community.drawn import willow

from renlin.governance import pair
from renlin.needs import identify


def test_an_unregistered_tenant_who_cannot_walk_holds_a_tier_and_is_paired_or_told_short():
    place = willow()
    facts = place["facts"]
    told = facts.iloc[0].to_dict() | {
        "fact": "x1", "subject": "chen-1", "subject_table": "persons", "indicator": "walking_aid",
        "value": "wheelchair_pushed", "source": "visit", "observed_on": pd.Timestamp("2026-10-20"),
    }  # fmt: skip
    more = pd.DataFrame([told], columns=facts.columns).astype(facts.dtypes.to_dict())
    place = place.with_tables(facts=pd.concat([facts, more], ignore_index=True))
    needs = identify(place)
    records = needs.records.table.set_index("person").loc["chen-1"]
    assert (records["origin"], records["state"]) == ("unregistered", "present")
    before = identify(willow()).tiers.table.set_index("person").loc["chen-1", "sure"]
    assert needs.tiers.table.set_index("person").loc["chen-1", "sure"] <= before
    pairs = pair(place, needs)
    found = {*pairs.pairs.table["household"], *pairs.shortages.table["household"]}
    assert "hu-chen" in found
