"""Coordinates of every datum come back to WGS-84, and a wrong declaration is caught."""

import numpy as np
import prcoords
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.errors import DataFault
from renlin.intake.datum import (
    bd09_from_wgs84,
    datum_code,
    gcj02_from_wgs84,
    in_china,
    to_wgs84,
)
from renlin.intake.datum_judgement import axes_exchanged, judge_datum

CAOYANG, NANJING = (121.4120, 31.2440), (118.7835, 32.0425)
CENTIMETRE = 0.01 / 111_320  # degrees
FORWARD = {"gcj02": gcj02_from_wgs84, "bd09": bd09_from_wgs84, "wgs84": lambda points: points}
PLACES = st.lists(st.tuples(st.floats(74, 134), st.floats(18.5, 53)), min_size=1, max_size=8)


def metres_between(a, b):
    scale = np.array([111_320 * np.cos(np.radians(b[:, 1])), np.full(len(b), 111_320)]).T
    return np.hypot(*((a - b) * scale).T)


def test_published_values_of_caoyang_and_nanjing():
    places = np.array([CAOYANG, NANJING])
    gcj02, bd09 = gcj02_from_wgs84(places), bd09_from_wgs84(places)
    assert gcj02.round(6).tolist() == [[121.416650, 31.242169], [118.788702, 32.040446]]
    assert bd09[0].round(6).tolist() == [121.423134, 31.248297]
    assert metres_between(gcj02, places)[0] == pytest.approx(487, abs=1)
    assert metres_between(bd09, places)[0] == pytest.approx(1162, abs=2)


@settings(max_examples=40, deadline=None)
@given(PLACES, st.sampled_from(["gcj02", "bd09"]))
def test_the_way_back_is_exact_to_a_centimetre(places, datum):
    places = np.array(places)
    assert np.abs(to_wgs84(FORWARD[datum](places), datum) - places).max() <= CENTIMETRE


@settings(max_examples=40, deadline=None)
@given(PLACES)
def test_an_independent_program_moves_points_the_same_way(places):
    places = np.array(places)
    for ours, theirs in (
        (gcj02_from_wgs84(places), prcoords.wgs_gcj),
        (bd09_from_wgs84(places), prcoords.wgs_bd),
    ):
        expected = [theirs((lat, lon)) for lon, lat in places]
        assert ours == pytest.approx(np.array([(p.lon, p.lat) for p in expected]), abs=1e-9)


def test_outside_china_all_datums_are_one():
    monaco = np.array([[7.42, 43.73]])
    assert not in_china(monaco).any()
    for datum in ("gcj02", "bd09", "cgcs2000"):
        assert (to_wgs84(monaco, datum) == monaco).all()
    assert (bd09_from_wgs84(monaco) == monaco).all()


def test_a_missing_point_stays_missing_and_moves_no_other():
    points = np.array([[np.nan, np.nan], gcj02_from_wgs84(np.array([NANJING]))[0]])
    found = to_wgs84(points, "gcj02")
    assert np.isnan(found[0]).all()
    assert np.abs(found[1] - NANJING).max() <= CENTIMETRE
    assert to_wgs84(np.empty((0, 2)), "bd09").shape == (0, 2)
    assert np.isnan(to_wgs84(np.full((2, 2), np.nan), "bd09")).all()


def test_points_are_never_changed_in_place():
    points = np.array([CAOYANG])
    for datum in ("wgs84", "gcj02", "bd09"):
        to_wgs84(points, datum)[0, 0] = 0
    assert points[0].tolist() == list(CAOYANG)


@pytest.mark.parametrize(
    ("code", "false_easting"), [("epsg:4528", 40_500_000), ("epsg:4549", 500_000)]
)
def test_gauss_kruger_metres_become_degrees(code, false_easting):
    # On the central meridian of 3° zone 40 (120° E) the easting is the false easting, and
    # the northing the meridian arc: 3,320,113.4 m at 30° N on the CGCS2000 ellipsoid.
    assert to_wgs84(np.array([[false_easting, 3_320_113.4]]), code) == pytest.approx(
        np.array([[120.0, 30.0]]), abs=1e-6
    )


def test_metres_far_outside_a_zone_are_missing():
    assert np.isnan(to_wgs84(np.array([[1e12, 1e12]]), "epsg:4549")).all()


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("WGS-84", "wgs84"), ("EPSG:4326", "wgs84"), ("国家2000", "cgcs2000"),
        ("EPSG:4490", "cgcs2000"),
        ("GCJ-02", "gcj02"), ("高德", "gcj02"), ("BD-09", "bd09"), ("百度", "bd09"),
        ("EPSG:4549", "epsg:4549"), ("4513", "epsg:4513"),
    ],
)  # fmt: skip
def test_a_datum_is_known_by_its_names(word, code):
    assert datum_code(word, place="a.gpkg") == code


@pytest.mark.parametrize("word", ["gjc02", "EPSG:32650", "epsg:4555", "北京54"])
def test_an_unknown_datum_is_refused(word):
    with pytest.raises(DataFault, match="epsg:4491-4554"):
        datum_code(word, place="a.gpkg")


def test_the_nearest_datum_is_offered():
    with pytest.raises(DataFault, match="Did you mean gcj02"):
        datum_code("gjc02", place="a.gpkg")


# --- judging a declaration -------------------------------------------------------------


def quarter(middle=NANJING, *, seed=7, n=400):
    """Return centres of buildings scattered over 1.5 km around ``middle``."""
    spread = np.random.default_rng(seed).uniform(-750, 750, (n, 2))
    return np.array(middle) + spread / [111_320 * np.cos(np.radians(middle[1])), 111_320]


def drawn_anew(points, *, metres=4.0, seed=11):
    off = np.random.default_rng(seed).normal(0, metres, points.shape)
    return points + off / [111_320 * np.cos(np.radians(points[0, 1])), 111_320]


BASE = quarter()
LAYER = drawn_anew(BASE[:60])


@pytest.mark.parametrize("true", ["wgs84", "gcj02", "bd09"])
@pytest.mark.parametrize("declared", ["wgs84", "gcj02", "bd09"])
def test_only_the_true_datum_is_accepted(true, declared):
    layer = FORWARD[true](LAYER)
    if declared == true:
        judged = judge_datum(layer, BASE, declared, place="a.gpkg")
        assert judged.offsets[declared] == min(judged.offsets.values()) < 10
    else:
        with pytest.raises(DataFault, match=r"median offsets wgs84 \d+ m, gcj02 \d+ m, bd09 \d+ m"):
            judge_datum(layer, BASE, declared, place="a.gpkg")


def test_cgcs2000_and_its_projection_are_judged_as_wgs84():
    from pyproj import Transformer

    assert judge_datum(LAYER, BASE, "cgcs2000", place="a").offsets["wgs84"] < 10
    to_metres = Transformer.from_crs("EPSG:4490", "EPSG:4549", always_xy=True)
    metres = np.column_stack(to_metres.transform(*LAYER.T))
    assert judge_datum(metres, BASE, "epsg:4549", place="a").offsets["wgs84"] < 10
    moved = np.column_stack(to_metres.transform(*gcj02_from_wgs84(LAYER).T))
    with pytest.raises(DataFault, match="median offsets"):
        judge_datum(moved, BASE, "epsg:4549", place="a")
    with pytest.raises(DataFault):
        judge_datum(metres[:, ::-1], BASE, "epsg:4549", place="a")


def test_outside_china_a_declaration_cannot_be_wrong():
    monaco = quarter((7.42, 43.73))
    for declared in ("wgs84", "gcj02", "bd09"):
        assert judge_datum(drawn_anew(monaco[:60]), monaco, declared, place="a").n_points == 60


def test_a_layer_of_another_place_is_refused():
    with pytest.raises(DataFault, match="median offsets"):
        judge_datum(LAYER + 0.05, BASE, "wgs84", place="a")


def test_latitude_before_longitude_is_named():
    assert axes_exchanged(LAYER[:, ::-1], BASE)
    assert not axes_exchanged(LAYER, BASE)
    with pytest.raises(DataFault, match="latitude before longitude"):
        judge_datum(LAYER[:, ::-1], BASE, "wgs84", place="a")
    monaco = quarter((7.42, 43.73))
    assert axes_exchanged(monaco[:, ::-1], monaco)


def test_metres_declared_as_degrees_are_named():
    with pytest.raises(DataFault, match="declare epsg:45xx"):
        judge_datum(LAYER * 10_000, BASE, "wgs84", place="a")


def test_two_datums_in_one_layer_are_named_with_their_number():
    mixed = np.vstack((LAYER[:45], gcj02_from_wgs84(LAYER[45:])))
    with pytest.raises(DataFault, match=r"1[0-9] points that fit gcj02"):
        judge_datum(mixed, BASE, "wgs84", place="a")


def test_a_few_new_buildings_are_no_other_datum():
    new = drawn_anew(BASE[60:70], metres=60)
    assert judge_datum(np.vstack((LAYER, new)), BASE, "wgs84", place="a").n_points == 70


def test_too_few_points_are_refused_and_missing_ones_not_counted():
    few = np.vstack((LAYER[:4], [[np.nan, np.nan]]))
    with pytest.raises(DataFault, match="at least 5 points"):
        judge_datum(few, BASE, "wgs84", place="a")


def test_the_order_of_points_never_matters():
    one = judge_datum(LAYER, BASE, "wgs84", place="a")
    assert judge_datum(LAYER[::-1], BASE[::-1], "wgs84", place="a").offsets == pytest.approx(
        one.offsets
    )
