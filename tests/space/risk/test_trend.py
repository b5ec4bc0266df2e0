"""The same place as it was known on earlier dates: what changed, and what was only seen now."""

import numpy as np
import pandas as pd
import pytest
from tests.community.drawn import building, drawn, entrance, willow

from renlin.space.risk.inspections import by_building, current, outdoors
from renlin.space.risk.stock import stock
from renlin.space.risk.trend import COLUMNS, dates, months, trend

CATALOGUE = willow().catalogue
ENTRY, FAMILY = CATALOGUE.hazards["wiring"], CATALOGUE.hazard_families["electric"]
WHOLE = 100 * FAMILY.base.value * FAMILY.harmed.value * (ENTRY.multiplier.value - 1)
DAYS = dates(pd.Timestamp("2026-11-01"), n=3, step=180)


def told(*hazards, days=DAYS):
    place = drawn(
        buildings=[building("A", 0, 4)],
        entrances=[entrance("A-1", "A", 0, 4)],
        hazards=list(hazards),
    )
    outside = outdoors(place["walks"], place["spaces"], place["facilities"])
    layers = (place["buildings"], place["entrances"], outside, 25.0)
    known = {day: by_building(current(place["hazards"], CATALOGUE, day), *layers) for day in days}
    held = stock(place["buildings"], place["entrances"], place["dwellings"])
    return trend(known, place["buildings"], held, CATALOGUE).set_index("day")


def finding(name, inspected_on, **facts):
    return {"hazard": name, "kind": "wiring", "place": "A", "place_table": "buildings", "inspector": "street",
            "inspected_on": inspected_on, **facts}  # fmt: skip


def test_dates_end_with_the_survey_and_go_back_in_equal_steps():
    assert [day.date().isoformat() for day in DAYS] == ["2025-11-06", "2026-05-05", "2026-11-01"]


def test_a_month_counts_when_it_is_over():
    ends = months(pd.Timestamp("2026-01-15"), pd.Timestamp("2026-04-29"))
    assert [day.date().isoformat() for day in ends] == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_what_was_found_put_right_and_found_again():
    table = told(
        finding("a", "2025-11-01", measure=40, closed_on="2026-02-01"),
        finding("b", "2026-10-01", measure=22.5),
    )
    assert table["change"].tolist()[1:] == pytest.approx([-WHOLE, 0.5 * WHOLE])
    assert table["like_for_like"].tolist()[1:] == pytest.approx([-WHOLE, 0.5 * WHOLE])
    assert table["verdict"].tolist() == ["undecided", "falling", "rising"]
    assert table["n_open"].tolist() == [1, 0, 1]


def test_the_bounds_of_a_change_are_those_of_the_rates():
    table = told(
        finding("a", "2025-11-01", measure=5), finding("b", "2026-05-01", measure=40)
    ).iloc[1]
    low = 100 * FAMILY.base.low * FAMILY.harmed.low * (ENTRY.multiplier.low - 1)
    high = 100 * FAMILY.base.high * FAMILY.harmed.high * (ENTRY.multiplier.high - 1)
    assert (table["change_low"], table["change_high"]) == pytest.approx((low, high))


def test_a_kind_looked_at_for_the_first_time_has_not_risen():
    table = told(
        finding("a", "2025-11-01", measure=5),
        {**finding("b", "2026-05-01", severity=5), "kind": "ebike_charging"},
    )
    row = table.iloc[1]
    assert row["change"] > 0
    assert row["newly_seen"] == pytest.approx(row["change"])
    assert row["like_for_like"] == 0.0
    assert table["verdict"].tolist() == ["undecided", "steady", "steady"]


def test_before_the_first_inspection_nothing_is_known_and_no_change_is_told():
    table = told(finding("a", "2026-10-01", measure=40))
    assert np.isnan(table["risk"].iloc[0])
    assert table["change"].isna().all()
    assert set(table["verdict"]) == {"undecided"}


def test_the_columns_are_those_of_the_contract():
    assert [*told().index.names, *told().columns] == ["day", *(c for c in COLUMNS if c != "day")]
