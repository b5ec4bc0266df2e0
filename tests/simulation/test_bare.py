"""Bare networks: times worked by hand, tables read whole, every fault at once."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.errors import DataFault, SchemeFault
from renlin.simulation import run_network


def nodes(*exits, **capacity):
    names = ["start", "fork", "near", "far"]
    return pd.DataFrame(
        {
            "node": names,
            "exit": [name in exits for name in names],
            "capacity": [capacity.get(name) for name in names],
        }
    )


LINKS = pd.DataFrame(
    {
        "link": ["in", "short", "long"],
        "origin": ["start", "fork", "fork"],
        "target": ["fork", "near", "far"],
        "length": [20.0, 10.0, 30.0],
        "width": [3.0, 3.0, 3.0],
    }
)


def people(n=1, **columns):
    made = {"person": [f"p{i:02d}" for i in range(n)], "origin": ["start"] * n}
    return pd.DataFrame({**made, **{name: [value] * n for name, value in columns.items()}})


def times(found):
    return found.persons["exit_time"].tolist()


def test_one_person_walks_length_over_speed_to_the_nearest_exit():
    found = run_network(nodes("near", "far"), LINKS, people(speed=1.0))
    assert times(found) == [30.0]
    assert found.persons["exit"].tolist() == ["near"]
    assert found.persons["distance"].tolist() == [30.0]


def test_who_is_assigned_an_exit_walks_there_though_another_is_nearer():
    found = run_network(nodes("near", "far"), LINKS, people(speed=1.0, exit="far"))
    assert times(found) == [50.0]


def test_the_release_is_waited_for():
    found = run_network(nodes("near"), LINKS, people(speed=1.0, release=12.0))
    assert (found.persons["departure_time"][0], times(found)) == (12.0, [42.0])


def test_a_full_exit_sends_the_rest_to_the_next():
    found = run_network(nodes("near", "far", near=3), LINKS, people(5, speed=1.0))
    assert sorted(found.persons["exit"]) == ["far", "far", "near", "near", "near"]


def test_stairs_are_walked_at_the_speed_of_their_direction():
    flight = LINKS.head(2).assign(kind="stair", rises=[True, False])
    found = run_network(nodes("near"), flight, people(speed_up=0.5, speed_down=1.0))
    assert times(found) == [50.0]


def test_a_way_for_one_direction_is_not_walked_back():
    only = LINKS.assign(one_way=[False, True, True])
    assert times(run_network(nodes("start"), only, people().assign(origin="near"))) != times(
        run_network(nodes("start"), LINKS, people().assign(origin="near"))
    )
    lost = run_network(nodes("start"), only, people().assign(origin="near"), horizon=200.0)
    assert np.isnan(times(lost)).all()


def test_a_stated_flow_is_what_comes_through():
    """40 persons through 1 person/(s m) x (1.0 - 0) m of effective width: 39 s after the first."""
    door = LINKS.head(2).assign(
        boundary=0.0, flow=[50.0, 1.0], width=[20.0, 1.0], length=[20.0, 0.1]
    )
    found = run_network(nodes("near"), door, people(40, speed=1.0))
    arrived = np.sort(times(found))
    assert arrived[-1] - arrived[0] == pytest.approx(39.0, abs=1.5)


def test_a_long_narrow_way_lets_through_no_more_than_its_diagram():
    """Weidmann at 1.0 m/s: at most 1.22 / 1.34 = 0.91 persons/(s m), whatever is stated."""
    way = LINKS.head(2).assign(boundary=0.0, flow=[50.0, 1.0], width=[20.0, 1.0])
    found = run_network(nodes("near"), way, people(40, speed=1.0))
    arrived = np.sort(times(found))
    assert 39 / (arrived[-1] - arrived[0]) <= 1.22 / 1.34


def test_every_fault_of_every_table_is_told_at_once():
    bad_links = LINKS.assign(target=["fork", "nowhere", "far"]).drop(columns="width")
    bad_people = people(2, sped=1.0).assign(person=["p", "p"], release=["soon", "-3"])
    with pytest.raises(DataFault) as error:
        run_network(nodes("near"), bad_links, bad_people)
    told = {(f.place, f.row, f.column) for f in error.value.faults}
    assert {("links", None, "width"), ("persons", None, "sped"), ("persons", 3, "person")} <= told
    assert {("persons", 2, "release"), ("persons", 3, "release")} <= told


def test_a_link_to_nowhere_and_an_exit_that_is_none_are_faults():
    with pytest.raises(DataFault) as error:
        run_network(
            nodes("near"), LINKS.assign(target=["fork", "near", "gone"]), people(exit="far")
        )
    assert {(f.place, f.column) for f in error.value.faults} == {
        ("links", "target"), ("persons", "exit"),
    }  # fmt: skip


def test_a_network_without_an_exit_is_refused():
    with pytest.raises(SchemeFault, match="exit"):
        run_network(nodes(), LINKS, people())


@given(st.permutations(range(12)), st.integers(0, 3))
@settings(deadline=None, max_examples=15)
def test_the_order_of_rows_never_matters(order, turn):
    some = people(12, speed=1.2).assign(release=[float(i % 4) for i in range(12)])
    links = LINKS.iloc[np.roll(np.arange(3), turn)].reset_index(drop=True)
    plain = run_network(nodes("near", "far"), LINKS, some).persons.set_index("person")
    mixed = run_network(nodes("near", "far"), links, some.iloc[list(order)].reset_index(drop=True))
    turned = mixed.persons.set_index("person").reindex(plain.index)
    assert plain["exit_time"].tolist() == turned["exit_time"].tolist()


@given(st.integers(1, 60), st.floats(0.5, 3.0), st.sampled_from(["level", "stair", "door"]))
@settings(deadline=None, max_examples=25)
def test_all_who_enter_leave_and_never_faster_than_the_capacity(n, width, kind):
    way = LINKS.head(2).assign(width=[10.0, width], kind=["level", kind])
    found = run_network(nodes("near"), way, people(n, speed=1.3), horizon=7200.0)
    assert found.persons["exit_time"].notna().all()
    out = found.flow[found.flow["link"] == "short"]
    assert out["persons"].sum() == n
    most = width * 1.33
    for window in (10.0, 30.0):
        for start in out["time"]:
            here = out[(out["time"] >= start) & (out["time"] < start + window)]
            assert here["persons"].sum() <= most * window + 2


@pytest.mark.parametrize(
    ("options", "column"),
    [
        ({"horizon": 0.0}, "horizon"), ({"horizon": float("nan")}, "horizon"),
        ({"bin": 0.0}, "bin"), ({"step": -1.0}, "step"),
        ({"speed_density": {"lvl": "weidmann"}}, "speed_density"),
    ],
)  # fmt: skip
def test_a_run_that_cannot_be_is_refused_by_name(options, column):
    with pytest.raises(SchemeFault) as error:
        run_network(nodes("near"), LINKS, people(), **options)
    assert [f.column for f in error.value.faults] == [column]


def test_a_network_without_links_and_a_column_stated_twice_are_faults():
    twice = pd.concat([people(), people()[["origin"]]], axis=1)
    with pytest.raises(DataFault) as error:
        run_network(nodes("near"), LINKS.iloc[:0], twice)
    assert {(f.place, f.column) for f in error.value.faults} == {
        ("links", None), ("persons", "origin"),
    }  # fmt: skip


def test_nobody_to_walk_is_no_fault():
    assert len(run_network(nodes("near"), LINKS, people().iloc[:0]).persons) == 0
