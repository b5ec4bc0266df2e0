"""A local failure runs through water, power and access: who loses what, when, because of what."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulation import court

from renlin.community.passage import passage
from renlin.community.supply import lives
from renlin.errors import DataFault, SchemeFault
from renlin.simulation import cascade

COLUMNS = ["utility", "kind", "name", "service", "fed_by", "needs", "reserve_hours", "serves"]


def _utilities(*rows):
    """Return supply nodes: id, service, feeders, needs, reserve, buildings."""
    made = [
        {"utility": name, "kind": "main", "service": service, "fed_by": fed or None,
         "needs": needs or None, "reserve_hours": reserve, "serves": serves or None}
        for name, service, fed, needs, reserve, serves in rows
    ]  # fmt: skip
    return pd.DataFrame(made, columns=COLUMNS)


WILLOW = _utilities(
    ("grid", "power", "", "", np.nan, ""),
    ("box-1", "power", "grid", "", np.nan, "A"),
    ("box-2", "power", "grid", "", np.nan, "B"),
    ("street", "water", "", "", np.nan, "B"),
    ("pump", "water", "street", "box-1", np.nan, ""),
    ("tank", "water", "pump", "", 6.0, "A"),
)


def _place(utilities=WILLOW):
    return court.willow().with_tables(utilities=utilities)


def _state(found, home, service):
    rows = found.households.table
    row = rows[(rows["household"] == home) & (rows["service"] == service)].iloc[0]
    return row["state"], row["since_h"], row["because"]


def test_a_box_that_fails_takes_its_house_at_once_and_its_water_when_the_tank_is_empty():
    found = cascade(_place(), court.needs(), ["box-1"])
    assert _state(found, "hu-lin", "power") == ("lost", 0.0, "box-1")
    assert _state(found, "hu-lin", "water") == ("lost", 6.0, "box-1 > pump > tank")
    assert _state(found, "hu-wu", "power")[0] == "kept"
    assert _state(found, "hu-wu", "water")[0] == "kept"


def test_a_house_no_record_serves_is_unknown_not_safe():
    found = cascade(_place(), court.needs(), ["grid"])
    assert _state(found, "hu-liu", "power")[0] == "unknown"
    assert _state(found, "hu-wu", "power") == ("lost", 0.0, "grid > box-2")


def test_groups_add_up_to_everybody_for_every_service():
    found = cascade(_place(), court.needs(), ["grid"])
    assert (found.groups.table.groupby("service")["persons"].sum() == 21).all()
    rows = found.groups.table.set_index(["display", "service", "state"])
    assert rows.loc[("wheelchair", "power", "lost"), "persons"] == 1


def test_the_only_way_out_that_is_cut_takes_access_from_those_behind_it():
    place = _place()
    network = place.network
    for walk in place["walks"]["walk"]:
        found = cascade(place, court.needs(), [walk]).households.table
        lost = set(found.query("service == 'access' and state == 'lost'")["household"])
        assert lost == _cut_off(network, place, walk)


def _cut_off(network, place, walk):
    """Return by networkx, class by class, the households whom losing one walk cuts off."""
    found = set()
    lived = place["households"].merge(place["dwellings"], on="dwelling")
    classes = court.needs().profiles.table.groupby("household")["class"].unique()
    ends = [at for (table, _), at in network.node_of.items() if table == "facilities"]
    for code in sorted({one for own in classes for one in own}):
        kind = place.catalogue.classes[code]
        walked = passage(network, kind, place.catalogue, view="optimistic", mode="helped")
        links = network.links[np.isfinite(walked.forward) & np.isfinite(walked.backward)]
        mine = (links["table"] == "walks") & (links["place"] == walk)
        whole, left = (
            nx.Graph(list(zip(rows["origin"], rows["target"], strict=True)))
            for rows in (links, links[~mine])
        )
        for home, unit, floor in zip(
            lived["household"], lived["entrance"], lived["floor"], strict=True
        ):
            node = network.landing_of.get((unit, int(floor)))
            before, after = (
                node in g and any(end in g and nx.has_path(g, node, end) for end in ends)
                for g in (whole, left)
            )
            if code in classes[home] and before and not after:
                found.add(home)
    return found


def test_a_lane_that_houses_a_unit_behind_it_cuts_its_households_off():
    found = cascade(_place(), court.needs(), ["path-a"])
    assert _state(found, "hu-lin", "access") == ("lost", 0.0, "path-a")
    assert _state(found, "hu-wu", "access")[0] == "kept"


def test_unknown_keys_and_none_at_all_are_refused():
    with pytest.raises(SchemeFault):
        cascade(_place(), court.needs(), ["box-9"])
    with pytest.raises(SchemeFault):
        cascade(_place(), court.needs(), [])


def test_a_tank_that_feeds_itself_round_a_ring_is_refused_by_name():
    ring = _utilities(
        ("a", "water", "b", "", 2.0, "A"), ("b", "water", "a", "", np.nan, ""),
    )  # fmt: skip
    with pytest.raises(DataFault) as caught:
        lives(ring, ["b"])
    assert [fault.row for fault in caught.value.faults] == [2]


def test_a_ring_with_one_source_lives_by_it_and_dies_with_it():
    ring = _utilities(
        ("s", "water", "", "", np.nan, ""), ("a", "water", "s;b", "", np.nan, "A"),
        ("b", "water", "a", "", np.nan, "B"),
    )  # fmt: skip
    assert lives(ring, [])[0] == {"s": np.inf, "a": np.inf, "b": np.inf}
    life, because = lives(ring, ["s"])
    assert life == {"s": 0.0, "a": 0.0, "b": 0.0}
    assert because["b"] == ("s", "a", "b")


NETS = st.lists(
    st.tuples(st.integers(0, 63), st.integers(0, 63), st.sampled_from([0.0, 1.0, 4.0])),
    min_size=2, max_size=6,
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(NETS, st.integers(0, 63))
def test_lives_equal_the_enumeration_of_states_hour_by_hour(net, gone):
    """Step every hour: a node is up while it is not lost and is fed, or on its reserve."""
    names = [f"n{k}" for k in range(len(net))]
    lower = lambda mask, k: [names[j] for j in range(k) if mask >> j & 1]  # noqa: E731
    rows = [
        (names[k], "power", ";".join(lower(fed, k)), ";".join(lower(need & ~fed, k)), reserve, "")
        for k, (fed, need, reserve) in enumerate(net)
    ]
    table = _utilities(*rows)
    lost = [name for k, name in enumerate(names) if gone >> k & 1]
    found = lives(table, lost)[0]
    up = dict.fromkeys(names, True)
    left = {name: reserve for (name, *_), (_, _, reserve) in zip(rows, net, strict=True)}
    ends = dict.fromkeys(names, np.inf)
    for hour, k in itertools.product(range(40), range(len(names))):
        name, _, fed, need, _, _ = rows[k]
        fed_by, needs = [f for f in fed.split(";") if f], [n for n in need.split(";") if n]
        supplied = all(up[n] for n in needs) and (not fed_by or any(up[f] for f in fed_by))
        if name in lost or (not supplied and left[name] <= 0 and up[name]):
            up[name], ends[name] = False, min(ends[name], float(hour) if name not in lost else 0.0)
        elif not supplied and up[name]:
            left[name] -= 1.0
    assert found == ends
