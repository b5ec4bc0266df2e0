"""What must hold of coverage whatever the place: on Willow and on small grids of ways."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import building, drawn, entrance, facility, home, walk, willow
from tests.space.needs_fixture import needs
from tests.space.street import covered

from renlin.community.network import Network
from renlin.community.passage import passage
from renlin.community.paths import graph, times_to
from renlin.space.access.coverage import cover, service
from renlin.space.access.residents import homes, residents

SIDE, STEP = 4, 80.0
CLASSES = ("adult", "stick", "wheelchair_manual", "bedridden")
ORDER = {"not_covered": 0, "unknown": 1, "covered": 2}
CATALOGUE = willow().catalogue
RIGHT = [(c, r, c + 1, r) for c in range(SIDE - 1) for r in range(SIDE)]
UP = [(c, r, c, r + 1) for c in range(SIDE) for r in range(SIDE - 1)]
EDGES = RIGHT + UP


@st.composite
def grids(draw):
    """Draw a grid of ways of which some are missing or unmeasured, houses and shelters."""
    kept = draw(st.lists(st.sampled_from(EDGES), min_size=6, unique=True))
    facts = {
        edge: draw(
            st.fixed_dictionaries(
                {
                    "width": st.sampled_from([2.0, 0.7, None]),
                    "steps": st.sampled_from([0, 0, 3, None]),
                    "wheelchair": st.sampled_from([None, "yes"]),
                    "inferred": st.sampled_from([False, False, True]),
                }
            )
        )
        for edge in kept
    }
    corner = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))
    doors = draw(st.lists(corner, min_size=1, max_size=3, unique=True))
    shelters = draw(st.lists(corner, min_size=1, max_size=3, unique=True))
    floors = draw(st.lists(st.integers(1, 6), min_size=3, max_size=3))
    return kept, facts, doors, shelters, floors


def built(grid, names=str):
    """Return the community of a grid; ``names`` renames every key."""
    kept, facts, doors, shelters, floors = grid
    ways = [
        walk(
            names(f"w{a}{b}{c}{d}"), (a * STEP, b * STEP), (c * STEP, d * STEP), **facts[a, b, c, d]
        )
        for a, b, c, d in kept
    ]
    units = [(names(f"e{n}"), x * STEP + 10, y * STEP + 5) for n, (x, y) in enumerate(doors)]
    lived = [home(names(f"h{n}"), units[n][0], floors[n]) for n in range(len(units))]
    return drawn(
        walks=ways,
        buildings=[building(unit, x, y, floors=6) for unit, x, y in units],
        entrances=[entrance(unit, unit, x, y) for unit, x, y in units],
        facilities=[
            facility(names(f"s{n}"), "shelter", x * STEP, y * STEP, capacity=10 * n + 5)
            for n, (x, y) in enumerate(shelters)
        ],
        households=[household for household, _ in lived],
        dwellings=[dwelling for _, dwelling in lived],
    )


def everybody(place):
    """Return one person of every class in every household, by class and household."""
    return [(f"{name}|{h}", h, name) for h in place["households"]["household"] for name in CLASSES]


def told(place, network=None):
    """Return person -> row of coverage of everybody."""
    people = residents(
        needs(place, *everybody(place)).profiles.table,
        homes(place["households"], place["dwellings"]),
        place["pairs"],
        place["helpers"],
        place.catalogue,
    )
    offered = service("shelter", place["facilities"], place.catalogue)
    return cover(people, network or place.network, offered, place.catalogue).set_index("person")


def rank(rows):
    return rows["state"].map(ORDER)


@given(grids())
@settings(max_examples=8, deadline=None)
def test_the_three_states_are_all_residents_and_the_careful_time_is_never_less(grid):
    place = built(grid)
    rows = told(place)
    assert rows["state"].isin(list(ORDER)).all()
    assert len(rows) == len(everybody(place))
    assert (rows["time_optimistic"] <= rows["time_pessimistic"]).all()
    surely = rows["time_pessimistic"] <= rows["limit"]
    assert (surely == (rows["state"] == "covered")).all()
    assert (rows.loc[rows["state"] == "not_covered", "time_optimistic"] > 600).all()
    assert (rows["reason"] == "").eq(rows["state"] == "covered").all()


@given(grids())
@settings(max_examples=8, deadline=None)
def test_times_are_those_of_a_search_from_every_home_to_every_shelter(grid):
    place = built(grid)
    rows, network = told(place), place.network
    shelters = [network.node_of["facilities", name] for name in place["facilities"]["facility"]]
    for name in ("adult", "wheelchair_manual"):
        for view, column in (
            ("optimistic", "time_optimistic"),
            ("pessimistic", "time_pessimistic"),
        ):
            made = passage(network, CATALOGUE.classes[name], CATALOGUE, view=view)
            times = times_to(graph(network, made), shelters).min(axis=0)
            own = rows[rows["class"] == name]
            nodes = [
                network.landing_of[at] for at in zip(own["entrance"], own["floor"], strict=True)
            ]
            assert own[column].to_numpy() == pytest.approx(times[nodes])


@given(grids(), st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1)))
@settings(max_examples=8, deadline=None)
def test_adding_a_facility_never_worsens_any_answer(grid, spot):
    kept, facts, doors, shelters, floors = grid
    before = told(built(grid))
    after = told(built((kept, facts, doors, [*shelters, spot], floors)))
    assert (rank(after) >= rank(before)).all()
    for column in ("time_optimistic", "time_pessimistic", "paper_m"):
        assert (after[column] <= before[column] + 1e-9).all()


@given(grids(), st.data())
@settings(max_examples=8, deadline=None)
def test_closing_a_link_never_improves_any_answer(grid, data):
    place = built(grid)
    links = place.network.links
    shut = data.draw(st.integers(0, len(links) - 1))
    locked = links["locked"].copy()
    locked.iloc[shut] = True
    before = told(place)
    after = told(place, Network(place.network.nodes, links.assign(locked=locked)))
    assert (rank(after) <= rank(before)).all()
    for column in ("time_optimistic", "time_pessimistic"):
        assert (after[column] >= before[column] - 1e-9).all()
    assert (after["walk_m"] >= before["walk_m"] - 1e-9)[
        after["facility"] == before["facility"]
    ].all()


@given(grids())
@settings(max_examples=8, deadline=None)
def test_who_uses_a_wheelchair_reaches_no_more_than_an_adult_of_the_same_pace(grid):
    place = built(grid)
    chair = CATALOGUE.classes["wheelchair_manual"]
    speeds = {
        name: getattr(CATALOGUE.classes["adult"], name)
        for name in ("speed_level", "speed_down", "speed_up")
    }
    even = {**CATALOGUE.classes, "wheelchair_manual": chair.model_copy(update=speeds)}
    rows = told(replace(place, catalogue=replace(CATALOGUE, classes=even)))
    adults = rank(rows[rows["class"] == "adult"])
    chairs = rank(rows[rows["class"] == "wheelchair_manual"])
    assert (chairs.to_numpy() <= adults.to_numpy()).all()
    covered_chairs = rows.loc[rows["class"] == "wheelchair_manual", "state"].to_numpy() == "covered"
    assert (
        rows.loc[rows["class"] == "adult", "state"].to_numpy()[covered_chairs] == "covered"
    ).all()


@given(grids(), st.floats(0.3, 3.0))
@settings(max_examples=8, deadline=None)
def test_scaling_every_speed_and_the_limit_changes_times_and_no_state(grid, factor):
    place = built(grid)
    faster = {}
    for code, kind in CATALOGUE.classes.items():
        update = {
            name: getattr(kind, name).model_copy(
                update={"value": getattr(kind, name).value * factor}
            )
            for name in ("speed_level", "speed_down", "speed_up")
        }
        faster[code] = kind.model_copy(update=update)
    shelter = CATALOGUE.facilities["shelter"]
    limit = shelter.walk_limit.model_copy(
        update={"value": shelter.walk_limit.value / factor * (1 + 1e-9)}
    )
    kinds = {**CATALOGUE.facilities, "shelter": shelter.model_copy(update={"walk_limit": limit})}
    scaled = told(replace(place, catalogue=replace(CATALOGUE, classes=faster, facilities=kinds)))
    before = told(place)
    for column in ("time_optimistic", "time_pessimistic"):
        assert (scaled[column] * factor).to_numpy() == pytest.approx(before[column].to_numpy())
    near = np.isclose(before[["time_optimistic", "time_pessimistic"]], 600, rtol=1e-6).any(axis=1)
    assert (scaled["state"] == before["state"])[~near].all()


@given(grids(), st.randoms())
@settings(max_examples=8, deadline=None)
def test_neither_the_names_nor_the_order_of_rows_mean_anything(grid, luck):
    kept, facts, doors, shelters, floors = grid
    place = built(grid)
    shuffled = {
        name: frame.sample(frac=1, random_state=luck.randint(0, 999))
        for name, frame in place.tables.items()
    }
    shuffled = {name: frame.reset_index(drop=True) for name, frame in shuffled.items()}
    columns = ["state", "reason", "time_optimistic", "time_pessimistic", "capacity_ratio"]
    before = told(place)[columns]
    after = told(place.with_tables(**shuffled))[columns].reindex(before.index)
    assert after[["state", "reason"]].equals(before[["state", "reason"]])
    for column in columns[2:]:
        assert after[column].to_numpy() == pytest.approx(before[column].to_numpy(), nan_ok=True)
    renamed = told(built((kept, facts, doors, shelters, floors), names=lambda key: key[::-1]))[
        columns
    ]
    assert sorted(renamed["state"]) == sorted(before["state"])
    assert np.allclose(sorted(renamed["time_pessimistic"]), sorted(before["time_pessimistic"]))


@given(grids())
@settings(max_examples=8, deadline=None)
def test_places_shared_out_are_the_places_anybody_reaches(grid):
    place = built(grid)
    rows = told(place)
    network = place.network
    reached = set()
    for name in CLASSES:
        made = passage(network, CATALOGUE.classes[name], CATALOGUE, view="pessimistic")
        own = rows[rows["class"] == name]
        nodes = [network.landing_of[at] for at in zip(own["entrance"], own["floor"], strict=True)]
        for shelter in place["facilities"]["facility"]:
            times = times_to(graph(network, made), [network.node_of["facilities", shelter]])[0]
            if (times[nodes] <= 600).any():
                reached.add(shelter)
    held = place["facilities"].set_index("facility")["capacity"].reindex(sorted(reached)).sum()
    assert np.nansum(rows["capacity_ratio"]) == pytest.approx(held)


def bridged(bridge):
    """Return two courts joined by a footbridge, or not, with the shelter across it."""
    ways = [walk("west", (0, 0), (40, 0)), walk("east", (60, 0), (100, 0))]
    if bridge:
        ways.append(walk("bridge", (40, 0), (60, 0), kind="bridge", level=1.0))
    lived = home("h", "A-1", 2)
    return drawn(
        walks=ways,
        buildings=[building("A", 0, 4)],
        entrances=[entrance("A-1", "A", 0, 4)],
        facilities=[facility("s", "shelter", 100, 0)],
        households=[lived[0]],
        dwellings=[lived[1]],
    )


def test_taking_a_footbridge_off_the_map_makes_its_residents_unknown_and_never_covered():
    people = [("a", "h", "adult"), ("b", "h", "stick"), ("c", "h", "wheelchair_pushed")]
    before, after = covered(bridged(True), *people), covered(bridged(False), *people)
    assert before["state"].tolist() == ["covered", "covered", "not_covered"]
    assert after["state"].tolist() == ["unknown", "unknown", "not_covered"]
    assert after["reason"].tolist() == ["network_gap", "network_gap", "stairs"]


@given(grids())
@settings(max_examples=8, deadline=None)
def test_taking_away_every_way_leaves_nobody_covered_and_those_who_could_leave_unknown(grid):
    kept, facts, doors, shelters, floors = grid
    place = built(grid)
    bare = place.with_tables(walks=place["walks"].iloc[:0])
    before, after = told(place), told(bare)
    assert not (after["state"] == "covered").any()
    assert (after.loc[before["state"] == "covered", "state"] == "unknown").all()


def test_on_willow_closing_the_east_gate_shuts_everybody_in():
    people = [(h, h, "adult") for h in willow()["households"]["household"]]
    gates = willow()["gates"].assign(locked=True)
    before, after = covered(willow(), *people), covered(willow().with_tables(gates=gates), *people)
    assert set(before["reason"]) == {"", "network_gap"}
    assert set(after["reason"]) == {"gate_locked", "network_gap"}
    assert (after["state"] == "unknown").eq(before["state"] == "unknown").all()
