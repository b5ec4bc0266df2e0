"""Maps show stairwells, keep the unknown apart, and add up."""

import re

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.affinity import rotate
from tests.report.books import book
from tests.report.sample import results

from renlin.report.maps.classes import Rule, classify
from renlin.report.maps.frame import frame_around
from renlin.report.maps.units import Units, cut, display_units
from renlin.report.privacy import Reader
from renlin.report.readings.places import atlas, side


def doors(*xs):
    return pd.DataFrame(
        {
            "entrance": [f"e{i}" for i in range(len(xs))],
            "geometry": [shapely.Point(x, 0) for x in xs],
        }
    )


@pytest.mark.parametrize("angle", [0, 37, 90, 151])
def test_a_block_is_cut_across_its_long_side_between_the_doors(angle):
    outline = rotate(shapely.box(0, 0, 40, 10), angle, origin=(0, 0))
    spots = doors(5, 15, 35)
    spots["geometry"] = [rotate(p, angle, origin=(0, 0)) for p in spots["geometry"]]
    parts = cut(outline, spots)
    areas = [round(parts[f"e{i}"].area) for i in range(3)]
    assert sorted([areas[0], areas[2]]) == [100, 150]
    assert sum(areas) == 400


def test_doors_on_the_short_side_still_cut_the_block_into_equal_parts():
    parts = cut(shapely.box(0, 0, 40, 10), doors(1, 2))
    assert [round(p.area) for p in parts.values()] == [200, 200]


def units(**people):
    table = pd.DataFrame(
        {"persons": list(people.values()), "households": 5, "buildings": [[u[0]] for u in people]},
        index=pd.Index(list(people), name="unit"),
    )
    return Units(pd.Series({u: u for u in people}), {}, table, 0)


def covered(display="general", **states):
    rows = [
        {"entrance": u, "display": display, "state": s} for u, told in states.items() for s in told
    ]
    return pd.DataFrame(rows)


RULE = Rule(0.8, ("wheelchair",))


HAZARD = pd.DataFrame({"building": ["a", "b", "c"], "risk": [0.1, 0.5, np.nan]})


def test_a_unit_without_inspection_or_reach_is_unknown_and_never_safe():
    made = classify(
        units(a1=12, b1=12, c1=12), HAZARD,
        covered(a1=["unknown"] * 12, b1=["covered"] * 12, c1=["covered"] * 12), RULE,
    )  # fmt: skip
    assert made.table.loc["a1", "cover_class"] == 0
    assert made.table.loc["c1", "risk_class"] == 0
    assert made.counts()[0, 0] == 2


def test_the_share_out_of_reach_is_taken_over_those_who_are_known():
    states = ["covered"] * 2 + ["not_covered"] * 6 + ["unknown"] * 4
    made = classify(units(b1=12), HAZARD, covered(b1=states), RULE)
    assert made.table.loc["b1", "out_share"] == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("display", "state", "expected"),
    [
        ("general", "covered", 1),
        ("general", "not_covered", 2),
        ("wheelchair", "not_covered", 3),
        ("wheelchair", "covered", 1),
    ],
)
def test_one_who_is_to_be_protected_first_is_not_averaged_away(display, state, expected):
    others = covered(b1=["covered"] * 40)
    one = covered(display, b1=[state])
    made = classify(units(b1=41), HAZARD, pd.concat([others, one]), RULE)
    assert made.table.loc["b1", "cover_class"] == expected


def test_a_place_too_full_for_those_who_walk_to_it_is_not_reached():
    full = covered(b1=["covered"] * 12).assign(capacity_ratio=0.6)
    made = classify(units(b1=12), HAZARD, full, RULE)
    assert made.table.loc["b1", "cover_class"] == 2


def test_the_legend_counts_every_unit_once():
    found = atlas(book())
    assert sum(found.classes.counts().values()) == len(found.classes.table)


def test_every_resident_is_in_exactly_one_unit():
    place = results().community
    made = display_units(place, Reader(10, 3))
    assert made.people["persons"].sum() == len(place.present())
    assert (made.people["persons"] >= 10).all()
    assert (made.people["households"] >= 3).all()


def test_staff_see_every_stairwell_apart():
    place = results().community
    assert display_units(place, Reader(1, 1)).merged == 0
    assert display_units(place, Reader(10, 3)).merged == 1


def test_a_frame_keeps_directions_and_one_scale():
    frame = frame_around([shapely.box(0, 0, 100, 50)], (220.0, 220.0))
    assert frame.at(0, 50)[1] < frame.at(0, 0)[1]
    assert frame.at(100, 0)[0] - frame.at(0, 0)[0] == pytest.approx(200.0)
    assert frame.sees(50, 25)
    assert not frame.sees(500, 25)


def test_a_side_is_named_only_where_most_points_lie_on_it():
    shapes = {f"u{i}": shapely.Point(i, i % 3).buffer(0.1) for i in range(10)}
    made = Units(pd.Series(dtype=str), shapes, pd.DataFrame(), 0)
    assert side(["u7", "u8", "u9"], made) == "east"
    assert side(["u7", "u8"], made) == ""


def test_the_key_map_numbers_its_points_and_names_no_tier():
    from renlin.report.pages.maps import key_map

    made = key_map(book(), atlas(book()), (334.0, 235.0))
    drawn = str(made["figure"])
    pins = re.findall(r'class="pin n"[^>]*>(\d+)', drawn)
    assert sorted(pins) == ["1", "2", "3", "4", "5", "6"]
    assert "tier" not in drawn
    assert str(made["title"]).replace("\xa0", " ").startswith("6 处风险高又够不着")
