"""Several events in one run: each acts, order matters, and switching off leaves no trace."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulation import court

from renlin.community.settings import Scenario
from renlin.errors import SchemeFault
from renlin.kernels.contract import Hazards
from renlin.simulation.overlay import later, overlaid, packed

FIRE = {"kind": "stair_fire", "places": {"entrance": "A-1"}}
SHAKES = {"peak_ground_acceleration": 0.3}
COLUMNS = ("speed", "width", "closed", "dose", "unsafe", "barrier")


def _scenario(kind="earthquake", *, on=True, also=(), places=None, horizon=1800.0, **values):
    return Scenario(
        code="together", zh="together", en="together", kind=kind, hour=14.0, horizon=horizon,
        on=on, also=also, places=places or {}, parameters=values,
    )  # fmt: skip


def _quake(*, on=True, also=(), **values):
    calm = {"shaking": 0.0, "self_protection": 0.0, **SHAKES}
    return _scenario(on=on, also=also, **{**calm, **values})


def _times(found):
    return next(iter(found.times.values()))


def _same(first, second):
    assert np.array_equal(_times(first), _times(second), equal_nan=True)
    for name in ("persons", "households", "links", "stays"):
        rows = [getattr(found, name).table for found in (first, second)]
        assert (
            rows[0]
            .drop(columns="geometry", errors="ignore")
            .equals(rows[1].drop(columns="geometry", errors="ignore"))
        )


def test_switching_the_second_event_off_is_the_first_alone():
    place = court.willow()
    off = _quake(also=[{**FIRE, "after": 120.0, "on": False}])
    _same(court.run(place, off, seeds=range(6)), court.run(place, _quake(), seeds=range(6)))


def test_switching_the_first_event_off_is_the_second_alone():
    place = court.willow()
    off = _quake(on=False, also=[FIRE])
    alone = _scenario("stair_fire", places=FIRE["places"])
    _same(court.run(place, off, seeds=range(6)), court.run(place, alone, seeds=range(6)))


def test_an_event_that_comes_later_lets_everybody_wait_as_much_longer():
    place, who = court.plain(), court.only("wu", "zhou-2", "he-1")
    alone = court.run(place, _quake(peak_ground_acceleration=0.0), who=who)
    late = _scenario(
        "heat", on=False,
        also=[{"kind": "earthquake", "after": 300.0,
               "parameters": {"peak_ground_acceleration": 0.0, "shaking": 0.0, "self_protection": 0.0}}],
    )  # fmt: skip
    found = court.run(place, late, who=who)
    assert _times(found) == pytest.approx(_times(alone) + 300.0)


def test_both_mechanisms_act_and_the_result_is_read_off_neither():
    place, seeds = court.willow(), range(12)
    quake, fire = _quake(), _scenario("stair_fire", places=FIRE["places"])
    both = _quake(also=[{**FIRE, "after": 60.0}])
    lost = {
        name: court.run(place, scenario, seeds=seeds).groups.table.query("display == 'all'")
        for name, scenario in {"quake": quake, "fire": fire, "both": both}.items()
    }
    unsafe = {name: rows["unsafe_time"].mean() for name, rows in lost.items()}
    assert unsafe["both"] > unsafe["quake"], "smoke finds those whom the earthquake kept in"
    assert unsafe["both"] < unsafe["fire"], "most are out when it starts"
    counts = court.run(place, both, seeds=seeds).groups.provenance.parameters["runs"]
    assert {"damaged", "detected", "rescue"} <= set(counts["base/together"])


def test_the_order_of_events_matters():
    place, seeds = court.willow(), range(12)
    shaken = {"kind": "earthquake", "after": 900.0, "parameters": SHAKES}
    first = court.run(place, _quake(also=[{**FIRE, "after": 900.0}]), seeds=seeds)
    second = court.run(
        place, _scenario("stair_fire", places=FIRE["places"], also=[shaken]), seeds=seeds
    )
    assert not np.array_equal(_times(first), _times(second), equal_nan=True)


def test_who_has_left_before_a_later_earthquake_is_not_struck_at_home():
    place = court.sure(court.willow())
    strong = {"peak_ground_acceleration": 50.0}
    at_once = court.run(place, _quake(**strong), seeds=range(4))
    fire = {"places": {"entrance": "A-1"}, "leave_radius": 500.0}
    late = _scenario(
        "stair_fire", **fire, also=[{"kind": "earthquake", "after": 1500.0, "parameters": strong}]
    )
    found = court.run(place, late, seeds=range(4))
    home, gone = (run.arrived["base", "together"].mean() for run in (at_once, found))
    assert gone > home + 0.2


def test_a_power_cut_darkens_stairs_and_lanes_and_silences_loudspeakers():
    place = court.numbers(court.plain(), warning_reach=0.0, neighbour_knock_share=0.0)
    scenario = _scenario("flood", places={"walk": "path-a"}, arrival=0.0, horizon=7200.0)
    cut = scenario.model_copy(
        update={
            "also": Scenario.model_validate(
                {**scenario.model_dump(), "also": [{"kind": "power_cut"}]}
            ).also
        }
    )
    told, silent = (court.run(place, one) for one in (scenario, cut))
    reached = [
        found.reach.table.query("channel == 'loudspeaker'")["persons"].sum()
        for found in (told, silent)
    ]
    assert reached[0] > 0
    assert reached[1] > 0, "the warning goes out before the cut, in the same second"
    late = scenario.model_copy(
        update={
            "kind": "power_cut",
            "places": {},
            "parameters": {},
            "also": (
                Scenario.model_validate(
                    {
                        **scenario.model_dump(),
                        "also": [
                            {
                                "kind": "flood",
                                "after": 60.0,
                                "places": {"walk": "path-a"},
                                "parameters": {"arrival": 0.0},
                            }
                        ],
                    }
                ).also
            ),
        }
    )
    dark = court.run(place, late)
    assert dark.reach.table.query("channel == 'loudspeaker'")["persons"].sum() == 0


def test_an_aftershock_strikes_what_stands_damaged_and_needs_an_earthquake_before():
    place = court.willow()
    shock = {"kind": "aftershock", "after": 600.0, "parameters": {"peak_ground_acceleration": 0.3}}
    weak = {**shock, "parameters": {**shock["parameters"], "weakened_moderate": 0.1,
                                    "weakened_extensive": 0.1}}  # fmt: skip
    found = [
        court.run(place, _quake(also=[one]), seeds=range(20)).groups.provenance.parameters["runs"][
            "base/together"
        ]
        for one in (shock, weak)
    ]
    assert found[1]["aftershock.damaged"] >= found[0]["aftershock.damaged"] > 0
    with pytest.raises(SchemeFault) as caught:
        court.run(place, _scenario("flood", places={"walk": "path-a"}, also=[shock]))
    assert "aftershock" in str(caught.value)


def test_every_fault_of_every_event_is_said_at_once():
    bad = _quake(
        also=[
            {"kind": "stair_fire", "places": {"entrance": "nowhere"}},
            {"kind": "no_such_kind"},
            {"kind": "flood", "after": 9000.0, "places": {"walk": "path-a"}},
            {"kind": "personal_incident"},
        ]
    )
    with pytest.raises(SchemeFault) as caught:
        court.run(court.willow(), bad)
    columns = {fault.column for fault in caught.value.faults}
    assert {"also[1].places.entrance", "also[2].kind", "also[3].after", "also"} <= columns


def test_a_scenario_with_every_event_off_is_refused():
    with pytest.raises(SchemeFault) as caught:
        court.run(court.willow(), _quake(on=False))
    assert [fault.column for fault in caught.value.faults] == ["on"]


def _layers(draw_places):
    """Return hazards of two places from (place, time, speed, smooth) rows."""
    rows = sorted({(p, t): (v, s) for p, t, v, s in draw_places}.items())
    place = np.array([key[0] for key, _ in rows], dtype=np.int64)
    time = np.array([float(key[1]) for key, _ in rows])
    data = np.zeros((len(rows), 8))
    data[:, 0] = [value[0] for _, value in rows]
    data[:, 1] = 1.0
    data[:, 4] = [value[0] / 10.0 for _, value in rows]
    data[:, 6] = [value[1] for _, value in rows]
    return packed(np.bincount(place, minlength=3), time, data)


def _value(table: Hazards, place, time, name):
    """Return what a table says of a place at a time, by the rule of the kernel's contract."""
    part = slice(table.start[place], table.start[place + 1])
    times, values = table.time[part], getattr(table, name)[part].astype(float)
    at = int(np.searchsorted(times, time, side="right")) - 1
    if at < 0:
        return 1.0 if name in ("speed", "width") else 0.0
    if name in ("speed", "width", "dose") and table.smooth[part][at] and at + 1 < len(times):
        share = (time - times[at]) / (times[at + 1] - times[at])
        return values[at] + share * (values[at + 1] - values[at])
    return values[at]


ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 30), st.sampled_from([0.2, 0.5, 1.0]), st.booleans()),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(ROWS, ROWS, st.integers(0, 2), st.integers(0, 80))
def test_laid_over_each_other_speeds_multiply_and_doses_add_at_every_moment(a, b, place, half):
    time = half / 2.0 + 0.25
    tables = [_layers(a), later(_layers(b), 3.0)]
    together = overlaid(tables)
    speeds, doses = (
        [_value(table, place, time, name) for table in tables] for name in ("speed", "dose")
    )
    # between keyframes a product of two ramps is taken as one ramp: exact at keyframes
    ramps = [s for s in speeds if s not in (0.2, 0.5, 1.0)]
    if len(ramps) < 2:
        assert _value(together, place, time, "speed") == pytest.approx(np.prod(speeds), abs=0.13)
    assert _value(together, place, time, "dose") == pytest.approx(sum(doses), abs=1e-5)


def test_laying_one_table_over_nothing_changes_no_byte():
    table = _layers([(0, 5, 0.5, True), (0, 9, 0.2, False), (2, 1, 0.5, False)])
    empty = packed(np.zeros(3, dtype=np.int64), np.zeros(0), np.zeros((0, 8)))
    together = overlaid([empty, table])
    assert all(np.array_equal(getattr(together, n), getattr(table, n)) for n in table._fields)
