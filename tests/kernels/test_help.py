"""Helpers who come, prepare, lead down, come again; and what if they do not."""

from __future__ import annotations

import numpy as np
import pytest
from tests.kernels import builders as b

from renlin.kernels import codes as c

YARD, ENTRANCE, FLAT, OTHER_FLAT = 0, 1, 2, 3
SAFE, TO_FLAT, TO_OTHER = 0, 1, 2
GRANDMA, HELPER = 0, 1


def _house(**place: object) -> tuple:
    """Return a yard, 20 m to an entrance, and two flats up stairs of 10 m slope each."""
    net = b.network(
        [
            b.Stretch(YARD, ENTRANCE, 20.0, capacity=50.0),
            b.Stretch(ENTRANCE, FLAT, 10.0, climb=1, capacity=50.0),
            b.Stretch(ENTRANCE, OTHER_FLAT, 10.0, climb=1, capacity=50.0),
        ],
        **place,
    )
    return net, b.routing(net, [{YARD}, {FLAT}, {OTHER_FLAT}])


FETCHED = b.Leg(target=SAFE, helpers=1)
FETCH = b.Leg(c.LEG_PICK_UP, target=TO_FLAT, partner=GRANDMA, dwell=30.0)
HOME = b.Leg(target=SAFE)


def _pair(*more: list[b.Leg], grandma: list[b.Leg] | None = None, **columns: object) -> object:
    """Return Grandma Lin in her flat and her helper in the yard (and others there).

    Helpers walk 1 m/s and climb 0.5; the two together walk 0.5 and descend 0.25.
    """
    journeys = [grandma or [FETCHED], [FETCH, HOME], *more]
    crowd = b.walkers([FLAT] + [YARD] * (len(journeys) - 1), journeys)
    crowd = b.set_rows(crowd, speed={0: [[0.2, 0.1, 0.0], [0.5, 0.25, 0.0]]}, slow_members={0: 1})
    return b.set_rows(crowd, **columns)


def test_the_helper_climbs_prepares_and_both_come_down_together() -> None:
    """20 m + 10 m / 0.5 = 40 s; + 30 s; + 10 m / 0.25 = 40 s; + 20 m / 0.5 = 40 s."""
    net, table = _house()
    out = b.simulate(net, _pair(), table)
    assert out.exit_time == pytest.approx([150.0, 150.0], abs=1e-2)
    assert out.helper_time[GRANDMA] == pytest.approx(40.0, abs=1e-2)
    assert out.departure_time == pytest.approx([70.0, 0.0], abs=1e-2)
    assert out.helped_by.tolist() == [c.HELP_HELPER, c.HELP_NONE]
    expected = np.zeros(c.N_PHASES)
    expected[[c.PHASE_HELP, c.PHASE_PREPARATION, c.PHASE_STAIRS, c.PHASE_LANES]] = 40, 30, 40, 40
    assert out.phase[GRANDMA] == pytest.approx(expected, abs=1e-2)
    expected[[c.PHASE_HELP, c.PHASE_PREPARATION, c.PHASE_STAIRS, c.PHASE_LANES]] = 30, 0, 60, 60
    assert out.phase[HELPER] == pytest.approx(expected, abs=1e-2)
    assert out.distance == pytest.approx([30.0, 60.0], abs=1e-2)


def test_a_led_pair_counts_as_two_persons_and_one_body() -> None:
    net, table = _house()
    crowd = b.set_rows(_pair(), size={0: [1.0, 3.5]})
    out = b.simulate(net, crowd, table, flow_bin=1000.0)
    assert out.flow[:, 0].tolist() == [1, 2, 1, 2, 0, 0]
    assert out.max_density[1] == pytest.approx(3.5 / 100.0)
    assert out.traversals[1, 0] == 2
    assert out.arrivals_total.sum() == 2


def test_a_helper_comes_again_for_the_next_household() -> None:
    net, table = _house()
    again = b.Leg(c.LEG_PICK_UP, target=TO_OTHER, partner=2, dwell=10.0)
    crowd = b.walkers([FLAT, YARD, OTHER_FLAT], [[FETCHED], [FETCH, again, HOME], [FETCHED]])
    crowd = b.set_rows(crowd, speed={0: [[0.2, 0.1, 0.0], [0.5, 0.25, 0.0]]})
    out = b.simulate(net, crowd, table)
    assert out.exit_time[GRANDMA] == pytest.approx(150.0, abs=1e-2)
    assert out.helper_time[2] == pytest.approx(150.0 + 40.0, abs=1e-2)
    second = 190.0 + 10.0 + 20.0 + 20.0
    assert out.exit_time[[1, 2]] == pytest.approx([second, second], abs=1e-2)


def test_she_waits_for_ever_when_nobody_comes_and_the_reason_says_so() -> None:
    net, table = _house()
    crowd = b.walkers([FLAT], [[FETCHED]])
    out = b.simulate(net, crowd, table, horizon=300.0)
    assert (out.state[0], out.reason[0]) == (c.STATE_WAITING, c.REASON_NO_HELPER)
    assert out.phase[0, c.PHASE_HELP] == pytest.approx(300.0)


def test_after_her_patience_she_sets_out_alone_at_her_own_speed() -> None:
    net, table = _house()
    crowd = b.set_rows(
        b.walkers([FLAT], [[FETCHED]]),
        speed={0: [[0.2, 0.1, 0.0], [0.5, 0.25, 0.0]]},
        patience={0: 60.0},
        fallback={0: c.FALLBACK_SELF},
    )
    out = b.simulate(net, crowd, table)
    assert out.exit_time[0] == pytest.approx(60.0 + 100.0 + 100.0, abs=1e-2)
    assert out.helped_by[0] == c.HELP_SELF


def test_a_responder_comes_at_the_drawn_time_and_prepares() -> None:
    net, table = _house()
    crowd = b.set_rows(
        b.walkers([FLAT], [[FETCHED]]),
        speed={0: [[0.2, 0.1, 0.0], [0.5, 0.25, 0.0]]},
        patience={0: 60.0},
        fallback={0: c.FALLBACK_RESPONDER},
        responder_at={0: 200.0},
        responder_dwell={0: 20.0},
    )
    out = b.simulate(net, crowd, table)
    assert out.exit_time[0] == pytest.approx(200.0 + 20.0 + 40.0 + 40.0, abs=1e-2)
    assert out.helped_by[0] == c.HELP_RESPONDER
    assert np.isnan(out.helper_time[0])


def test_a_helper_who_is_late_still_comes_before_the_responder() -> None:
    net, table = _house()
    crowd = _pair(patience={0: 10.0}, fallback={0: c.FALLBACK_RESPONDER}, responder_at={0: 500.0})
    out = b.simulate(net, crowd, table)
    assert out.exit_time[GRANDMA] == pytest.approx(150.0, abs=1e-2)
    assert out.helped_by[GRANDMA] == c.HELP_HELPER


def test_a_helper_who_finds_her_gone_goes_home_and_it_is_counted() -> None:
    net, table = _house()
    out = b.simulate(net, _pair(patience={0: 5.0}, fallback={0: c.FALLBACK_SELF}), table)
    assert out.missed.tolist() == [0, 1]
    assert out.exit_time[HELPER] == pytest.approx(40.0 + 20.0 + 20.0, abs=1e-2)


def test_a_helper_who_cannot_get_there_leaves_it_and_she_waits() -> None:
    net, table = _house()
    out = b.simulate(net, _pair(), table, [b.Frame(1, 0.0, closed=3)], horizon=200.0)
    assert out.missed[HELPER] == 1
    assert out.state.tolist() == [c.STATE_WAITING, c.STATE_ARRIVED]


def test_a_knock_at_the_door_ends_her_pre_movement_when_she_can_be_woken() -> None:
    net, table = _house()
    late = {"release": {0: 300.0}}
    woken = b.simulate(net, _pair(**late, woken={0: 1}), table)
    asleep = b.simulate(net, _pair(**late), table)
    assert woken.exit_time[GRANDMA] == pytest.approx(150.0, abs=1e-2)
    assert asleep.exit_time[GRANDMA] == pytest.approx(300.0 + 30.0 + 40.0 + 40.0, abs=1e-2)
    assert asleep.phase[HELPER, c.PHASE_HELP] == pytest.approx(290.0, abs=1e-2)


def test_a_helper_loses_patience_with_one_who_does_not_open() -> None:
    net, table = _house()
    out = b.simulate(net, _pair(release={0: 900.0}, patience={1: 25.0}), table)
    assert out.exit_time[HELPER] == pytest.approx(40.0 + 25.0 + 40.0, abs=1e-2)
    assert out.missed[HELPER] == 1


def test_two_helpers_are_needed_and_the_first_waits_for_the_second() -> None:
    net, table = _house()
    crowd = _pair([FETCH, HOME], grandma=[b.Leg(target=SAFE, helpers=2)], release={2: 50.0})
    out = b.simulate(net, crowd, table)
    assert out.exit_time == pytest.approx([200.0, 200.0, 200.0], abs=1e-2)
    assert out.helper_time[GRANDMA] == pytest.approx(40.0, abs=1e-2)


def test_when_the_second_never_comes_the_first_is_let_go_at_her_fallback() -> None:
    net, table = _house()
    crowd = _pair(
        grandma=[b.Leg(target=SAFE, helpers=2)], patience={0: 80.0}, fallback={0: c.FALLBACK_SELF}
    )
    out = b.simulate(net, crowd, table)
    assert out.exit_time[GRANDMA] == pytest.approx(80.0 + 100.0 + 100.0, abs=1e-2)
    assert out.exit_time[HELPER] == pytest.approx(80.0 + 40.0, abs=0.1)


def test_after_a_hand_over_she_goes_on_by_herself_and_the_helper_is_free() -> None:
    """Led down to the entrance, 5 s there, then 20 m at her own 0.2 m/s."""
    net, table = _house()
    table = b.routing(net, [{YARD}, {FLAT}, {OTHER_FLAT}, {ENTRANCE}])
    grandma = [b.Leg(c.LEG_HAND_OVER, target=3, dwell=5.0, helpers=1), b.Leg(target=SAFE)]
    out = b.simulate(net, _pair(grandma=grandma), table)
    assert out.exit_time[GRANDMA] == pytest.approx(110.0 + 5.0 + 100.0, abs=1e-2)
    assert out.exit_time[HELPER] == pytest.approx(110.0 + 20.0, abs=1e-2)


def test_a_relay_hands_her_from_one_helper_to_the_next() -> None:
    net, table = _house()
    table = b.routing(net, [{YARD}, {FLAT}, {OTHER_FLAT}, {ENTRANCE}])
    grandma = [b.Leg(c.LEG_HAND_OVER, target=3, helpers=1), b.Leg(target=SAFE, helpers=1)]
    second = b.Leg(c.LEG_PICK_UP, target=3, partner=GRANDMA, dwell=7.0)
    crowd = _pair([second, HOME], grandma=grandma, release={2: 200.0})
    out = b.simulate(net, crowd, table)
    assert out.exit_time[GRANDMA] == pytest.approx(200.0 + 20.0 + 7.0 + 40.0, abs=1e-2)
    assert out.exit_time[2] == out.exit_time[GRANDMA]


def test_helpers_with_no_leg_left_take_a_place_in_the_shelter() -> None:
    net, _ = _house(shelter={YARD: 0})
    table = b.routing(
        net,
        [{YARD}, {FLAT}, {OTHER_FLAT}],
        target_shelter=[0, -1, -1],
        shelters=b.shelters([1], [[]]),
    )
    staying = b.simulate(net, _pair(grandma=[FETCHED])._replace(), table)
    assert staying.state.tolist() == [c.STATE_ARRIVED, c.STATE_TURNED_AWAY]
    crowd = b.walkers([FLAT, YARD], [[FETCHED], [FETCH]])
    together = b.simulate(net, crowd, table)
    assert together.state.tolist() == [c.STATE_TURNED_AWAY] * 2


def test_a_companion_who_is_not_required_still_walks_along_when_in_time() -> None:
    net, table = _house()
    crowd = _pair(grandma=[b.Leg(target=SAFE)], release={0: 60.0})
    out = b.simulate(net, crowd, table)
    assert out.exit_time == pytest.approx([170.0, 170.0], abs=1e-2)


def test_a_trapped_pair_is_reported_trapped_both() -> None:
    net, table = _house()
    frames = [b.Frame(1, 90.0, closed=3, caught=c.CAUGHT_TRAPPED)]
    out = b.simulate(net, _pair(), table, frames, horizon=300.0)
    assert out.state.tolist() == [c.STATE_TRAPPED] * 2
    assert out.reason.tolist() == [c.REASON_HAZARD] * 2
    assert out.link.tolist() == [3, 3]
    assert out.distance == pytest.approx([5.0, 35.0], abs=1e-2)


def test_after_a_responder_a_second_wait_falls_back_anew() -> None:
    net, _ = _house()
    table = b.routing(net, [{YARD}, {FLAT}, {OTHER_FLAT}, {ENTRANCE}])
    journey = [b.Leg(c.LEG_HAND_OVER, target=3, helpers=1), b.Leg(target=SAFE, helpers=1)]
    crowd = b.set_rows(
        b.walkers([FLAT], [journey]),
        speed={0: [[0.2, 0.1, 0.0], [0.5, 0.25, 0.0]]},
        patience={0: 10.0},
        fallback={0: c.FALLBACK_RESPONDER},
        responder_at={0: 50.0},
    )
    out = b.simulate(net, crowd, table)
    assert out.exit_time[0] == pytest.approx(50.0 + 40.0 + 10.0 + 40.0, abs=1e-2)
