"""How long each kind of resident takes over a link, and what stops them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import at, bare, drawn, walk, willow

from renlin.community.passage import is_open, passage

CATALOGUE = willow().catalogue
ADULT, CHAIR, STICK = (CATALOGUE.classes[c] for c in ("adult", "wheelchair_manual", "stick"))


def links(*walks, gates=()):
    return drawn(walks=list(walks), gates=list(gates)).network


def over(network, kind, **how):
    """Return time over the whole network and the reasons met, in the careful view."""
    made = passage(network, kind, CATALOGUE, **({"view": "pessimistic"} | how))
    return float(made.forward.sum()), {reason for reason in made.reason if reason}


LINE = ((0, 0), (9, 0))
STRAIGHT = walk("w", *LINE)


def test_level_time_is_length_over_speed_and_surface():
    gravel = walk("w", *LINE, surface="gravel")
    factor = CATALOGUE.number("surface_factor_gravel")
    assert over(links(STRAIGHT), ADULT)[0] == pytest.approx(9 / ADULT.speed_level.value)
    assert over(links(gravel), ADULT)[0] == pytest.approx(9 / (ADULT.speed_level.value * factor))


def test_an_unknown_surface_slows_nobody():
    assert over(links(walk("w", *LINE, surface=None)), ADULT) == over(links(STRAIGHT), ADULT)


@pytest.mark.parametrize(
    ("slope", "factor"),
    [(0.1, 0.7047), (-0.1, 1.0), (-0.05, 1.0), (-0.2, 0.7047), (0.05, 0.8395), (None, 1.0)],
)
def test_uphill_is_slow_gently_downhill_is_no_faster_and_steeply_downhill_is_slow(slope, factor):
    """6 km/h exp(-3.5 |S + .05|) over its value on the level, by hand; never above 1."""
    made = passage(links(walk("w", *LINE, slope=slope)), ADULT, CATALOGUE, view="optimistic")
    level = 9 / ADULT.speed_level.value
    assert made.forward.sum() == pytest.approx(level / factor, rel=1e-4)


@given(slope=st.floats(-0.5, 0.5))
def test_the_way_back_over_a_slope_is_the_way_there_over_its_opposite(slope):
    one = passage(links(walk("w", *LINE, slope=slope)), ADULT, CATALOGUE, view="optimistic")
    other = passage(links(walk("w", *LINE, slope=-slope)), ADULT, CATALOGUE, view="optimistic")
    assert np.array_equal(one.forward, other.backward)
    assert (one.forward >= 9 / ADULT.speed_level.value).all()


def test_steps_are_walked_down_and_up_at_their_own_speeds():
    falling = links(walk("w", *LINE, kind="steps", steps=12, slope=-0.5, wheelchair="no"))
    made = passage(falling, ADULT, CATALOGUE, view="pessimistic")
    assert made.forward.sum() == pytest.approx(9 / ADULT.speed_down.value)
    assert made.backward.sum() == pytest.approx(9 / ADULT.speed_up.value)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"steps": 1, "wheelchair": None}, "steps"),
        ({"kind": "steps", "steps": None, "wheelchair": None}, "steps"),
        ({"wheelchair": "no"}, "wheelchair"),
        ({"width": 0.7, "wheelchair": None}, "width"),
        ({"slope": 0.2, "wheelchair": None}, "slope"),
        ({"slope": -0.2, "wheelchair": None}, "slope"),
    ],
)
def test_what_stops_a_wheelchair_in_either_view_and_no_adult(facts, reason):
    network = links(walk("w", *LINE, **facts))
    for view in ("optimistic", "pessimistic"):
        assert over(network, CHAIR, view=view) == (np.inf, {reason})
    assert over(network, ADULT)[1] == set()


@pytest.mark.parametrize("unknown", ["steps", "width", "slope"])
def test_an_unknown_attribute_stops_a_wheelchair_in_the_careful_view_only(unknown):
    network = links(walk("w", *LINE, **{unknown: None, "wheelchair": None}))
    assert over(network, CHAIR, view="optimistic")[1] == set()
    assert over(network, CHAIR)[1] == {unknown}


def test_a_way_said_to_suit_wheelchairs_needs_no_measures():
    assert over(links(bare("w", *LINE, wheelchair="yes")), CHAIR)[1] == set()


def test_a_way_said_to_suit_some_wheelchairs_is_doubted():
    network = links(walk("w", *LINE, wheelchair="limited"))
    assert over(network, CHAIR, view="optimistic")[1] == set()
    assert over(network, CHAIR)[1] == {"wheelchair"}


def test_helpers_lift_over_steps_and_slopes_but_not_through_a_narrow_gap():
    stepped = links(walk("w", *LINE, steps=3, wheelchair="no"))
    narrow = links(walk("w", *LINE, width=0.6, wheelchair=None))
    assert over(stepped, CHAIR, mode="helped")[1] == set()
    assert over(narrow, CHAIR, mode="helped")[1] == {"width"}


def test_an_inferred_link_exists_in_the_hopeful_view_only():
    network = links(walk("w", *LINE, inferred=True))
    assert over(network, ADULT, view="optimistic")[1] == set()
    assert over(network, ADULT)[1] == {"inferred"}


def gate(**facts):
    return {"gate": "g", "name": "门", "width": 2.0, "steps": 0, "wheelchair": "yes",
            "geometry": at(4.5, 0), **facts}  # fmt: skip


def test_a_gate_kept_locked_stops_everybody_at_any_hour():
    network = links(STRAIGHT, gates=[gate(locked=True)])
    assert over(network, ADULT, view="optimistic")[1] == {"locked"}


def test_hours_of_a_gate_count_when_an_hour_is_asked():
    network = links(STRAIGHT, gates=[gate(open_hours="06:00-22:00")])
    assert over(network, ADULT)[1] == set()
    assert over(network, ADULT, hour=21.99)[1] == set()
    assert over(network, ADULT, hour=22.0)[1] == {"hours"}


@pytest.mark.parametrize(
    ("hours", "hour", "holds"),
    [
        ("06:00-22:00", 6.0, True), ("06:00-22:00", 22.0, False), ("22:00-06:00", 2.0, True),
        ("22:00-06:00", 6.0, False), ("22:00-06:00", 12.0, False), ("00:00-24:00", 23.99, True),
        ("05:00-06:00; 20:00-21:30", 21.25, True), ("05:00-06:00;20:00-21:30", 21.5, False),
        (None, 3.0, True), ("", 3.0, True), (float("nan"), 3.0, True),
    ],
)  # fmt: skip
def test_hours_are_closed_at_the_start_and_open_at_the_end(hours, hour, holds):
    assert is_open(hours, hour) is holds


@given(st.floats(0.2, 5.0))
@settings(max_examples=20, deadline=None)
def test_scaling_every_speed_scales_every_time(factor):
    network = willow().network
    names = ("speed_level", "speed_down", "speed_up")
    faster = STICK.model_copy(
        update={
            n: (v := getattr(STICK, n)).model_copy(update={"value": v.value * factor})
            for n in names
        }
    )
    before = passage(network, STICK, CATALOGUE, view="optimistic")
    after = passage(network, faster, CATALOGUE, view="optimistic")
    assert after.forward * factor == pytest.approx(before.forward)
    assert after.backward * factor == pytest.approx(before.backward)


@pytest.mark.parametrize("code", sorted(CATALOGUE.classes))
def test_what_is_open_in_the_careful_view_is_open_in_the_hopeful_one(code):
    kind = CATALOGUE.classes[code]
    for mode in ("alone", "helped"):
        careful = passage(willow().network, kind, CATALOGUE, view="pessimistic", mode=mode)
        hopeful = passage(willow().network, kind, CATALOGUE, view="optimistic", mode=mode)
        assert (hopeful.forward <= careful.forward).all()
        assert (hopeful.backward <= careful.backward).all()
