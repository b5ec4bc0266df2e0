"""The same inspections as they were known on earlier dates, and no forecast."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.community.drawn import building, drawn, entrance, willow

from renlin.space.risk.inspections import outdoors
from renlin.space.risk.trend import COLUMNS, dates, trend

CATALOGUE = willow().catalogue
WEIGHT = CATALOGUE.hazards["wiring"].weight.value
DAYS = dates(pd.Timestamp("2026-11-01"), n=3, step=180)


def told(*hazards, days=DAYS, catalogue=CATALOGUE):
    place = drawn(
        buildings=[building("A", 0, 4)],
        entrances=[entrance("A-1", "A", 0, 4)],
        hazards=list(hazards),
    )
    outside = outdoors(place["walks"], place["spaces"], place["facilities"])
    layers = (place["hazards"], place["buildings"], place["entrances"], outside)
    return trend(*layers, catalogue, days).set_index("day")


def finding(name, inspected_on, **facts):
    return {"hazard": name, "kind": "wiring", "place": "A", "place_table": "buildings", "inspector": "street",
            "inspected_on": inspected_on, **facts}  # fmt: skip


def test_dates_end_with_the_survey_and_go_back_in_equal_steps():
    assert [day.date().isoformat() for day in DAYS] == ["2025-11-06", "2026-05-05", "2026-11-01"]


def test_what_was_found_put_right_and_found_again():
    table = told(
        finding("a", "2025-11-01", measure=40, closed_on="2026-02-01"),
        finding("b", "2026-10-01", measure=22.5),
    )
    assert table["risk"].tolist() == pytest.approx([WEIGHT, 0.0, 0.5 * WEIGHT])
    assert table["change"].tolist()[1:] == pytest.approx([-WEIGHT, 0.5 * WEIGHT])
    assert table["n_open"].tolist() == [1, 0, 1]


def test_before_the_first_inspection_nothing_is_known_and_no_change_is_told():
    table = told(finding("a", "2026-10-01", measure=40))
    assert np.isnan(table["risk"].iloc[0])
    assert table["change"].isna().all()
    assert table["high"].iloc[0] == pytest.approx(CATALOGUE.number("uninspected_rate"))


def test_a_change_within_the_bounds_is_undecided():
    table = told(finding("a", "2026-01-01", measure=10), finding("b", "2026-10-01", measure=12))
    assert set(table["verdict"]) == {"undecided"}


def test_a_change_beyond_the_bounds_is_called():
    every = {code: kind for code, kind in CATALOGUE.hazards.items() if code == "wiring"}
    alone = replace(CATALOGUE, hazards=every)
    worse = told(
        finding("a", "2026-05-05", measure=5),
        finding("b", "2026-11-01", measure=40),
        catalogue=alone,
    )
    better = told(
        finding("a", "2026-05-05", measure=40),
        finding("b", "2026-11-01", measure=5),
        catalogue=alone,
    )
    assert worse["verdict"].tolist() == ["undecided", "undecided", "rising"]
    assert better["verdict"].tolist() == ["undecided", "undecided", "falling"]


def test_the_columns_are_those_of_the_contract():
    assert [*told().index.names, *told().columns] == ["day", *(c for c in COLUMNS if c != "day")]
