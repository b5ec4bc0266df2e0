"""Schemes that ask too much: the outcome is told with its reason, or the edit is refused."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.simulation import court
from tests.simulation.lever_cases import OPEN, cell, gone, number, row

from renlin.community.community import Community
from renlin.community.scheme import apply
from renlin.community.settings import Edit, Scheme
from renlin.errors import SchemeFault

NIGHT = 2.0
WIDTH = "gates/east/width"


def made(place: Community, *edits: Edit) -> Community:
    """Return ``place`` under a scheme of ``edits``."""
    return apply(Scheme(code="hard", zh="难", en="hard", edit=edits), place)


def told(*edits: Edit) -> str:
    """Return what is said against a scheme of ``edits``."""
    with pytest.raises(SchemeFault) as caught:
        made(court.willow(), *edits)
    return caught.value.text("en")


def reasons(place: Community, hour: float = 14.0) -> set[str]:
    """Return why people do not get to safety in an earthquake that damages nothing."""
    found = court.run(place, court.quake(hour), seeds=range(1))
    people = found.persons.table
    return set(people.loc[people["arrived_share"] == 0.0, "reason"])


def test_of_two_edits_of_one_cell_the_second_starts_from_the_first() -> None:
    first = cell("net.edge.width", WIDTH, 2.0, 1.5)
    assert made(court.willow(), first, cell("net.edge.width", WIDTH, 1.5, 3.0))["gates"][
        "width"
    ].tolist() == [3.0]
    said = told(first, cell("net.edge.width", WIDTH, 2.0, 3.0))
    assert "hard.toml edit 2" in said
    assert "what stands there: 1.5, got 2.0" in said


def test_of_two_edits_of_one_parameter_the_second_starts_from_the_first() -> None:
    key = "parameters/warning_reach"
    first = number("warn.reach_prob", key, 0.7, 0.8)
    moved = made(court.willow(), first, number("warn.reach_prob", key, 0.8, 0.9))
    assert moved.catalogue.number("warning_reach") == 0.9
    assert "what stands there: 0.8" in told(first, number("warn.reach_prob", key, 0.7, 0.9))


def test_an_edit_of_a_row_that_an_edit_before_it_removed_is_refused() -> None:
    said = told(gone("net.edge.add", "gates/east"), cell("net.edge.width", WIDTH, 2.0, 3.0))
    assert "a key of gates" in said


def test_through_a_gate_narrower_than_a_body_nobody_gets() -> None:
    narrow = made(court.plain(), cell("net.edge.width", WIDTH, 2.0, 0.4))
    found = reasons(narrow)
    assert "too_narrow" in found
    assert "" not in found


def test_a_width_outside_the_table_is_refused() -> None:
    assert "0.4..30" in told(cell("net.edge.width", WIDTH, 2.0, 0.0))


def test_a_shelter_of_size_nothing_takes_nobody() -> None:
    at = "facilities/ground-shelter/capacity"
    none = made(court.plain(), cell("shelter.capacity", at, 20, 0))
    found = court.run(none, court.quake(), seeds=range(1))
    assert found.shelters.table["p50"].tolist() == [0.0]
    people = found.persons.table
    assert (people["arrived_share"] == 0.0).all()
    assert "full" in set(people["reason"])


def test_behind_the_only_way_out_locked_everybody_is_told_the_gate() -> None:
    locked = made(court.plain(), cell("net.gate.open_hours", "gates/east/locked", False, True))
    people = court.run(locked, court.quake(), who=court.only("wu", "he-1"), seeds=range(1))
    assert set(people.persons.table["reason"]) == {"gate_closed"}


def test_with_the_only_shelter_or_the_only_way_gone_the_reason_is_that() -> None:
    plain = court.plain()
    shelter = made(plain, gone("net.dest.add", "facilities/ground-shelter"))
    way = made(plain, gone("net.edge.add", "walks/main-east"))
    who = court.only("wu")
    for place, reason in ((shelter, "no_destination"), (way, "network_gap")):
        found = court.run(place, court.quake(), who=who, seeds=range(1))
        assert court.person(found, "wu")["reason"] == reason


def test_a_helper_without_a_way_to_the_door_never_comes_and_it_is_said() -> None:
    place = court.without_staff(court.plain())
    feng = (
        place["helpers"]
        .iloc[[0]]
        .assign(helper="feng-helps", person="feng-1", building="C", entrance="C-1", floor=1)
    )
    place = place.with_tables(helpers=pd.concat([place["helpers"], feng], ignore_index=True))
    pair = row("assist.distance", "pairs/p9", household="hu-lin", helper="feng-helps",
               role="primary")  # fmt: skip
    far = made(place, OPEN, gone("assist.distance", "pairs/p1"), pair)
    found = court.run(far, court.quake(NIGHT), seeds=range(1))
    assert court.person(found, "lin")["reason"] == "no_helper"
    assert court.household(found, "hu-lin")["helper_used_share"] == 0.0
