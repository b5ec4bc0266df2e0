"""A fire is given, unless it is asked whether it starts: then findings put right thin it out."""

from __future__ import annotations

import numpy as np
import pytest
from tests.simulation import court
from tests.simulation.lever_cases import cell

from renlin.community.community import Community
from renlin.community.scheme import apply
from renlin.community.settings import Scheme
from renlin.simulation import Simulated

SEEDS = range(12)
WIRING = cell("hazard.ignition_rate", "hazards/h1/closed_on", None, "2026-12-01")
HOSE = cell("hazard.ignition_rate", "hazards/h4/closed_on", "2026-06-01", None)


def fire(**numbers: float):
    """Return a fire in the stair of Lin."""
    return court.scenario("stair_fire", places={"entrance": "A-1"}, **numbers)


def made(place: Community, *edits) -> Community:
    """Return ``place`` under a scheme of ``edits``."""
    return apply(Scheme(code="put-right", zh="整改", en="put right", edit=edits), place)


def burns(found: Simulated, scheme: str) -> np.ndarray:
    """Return in which runs there was a fire: then somebody needs more than no time."""
    return np.nanmax(found.times[scheme, "stair_fire"], axis=1) > 0


def test_a_given_fire_does_not_care_for_findings() -> None:
    place = court.plain()
    found = court.run(place, fire(), schemes={"wiring": made(place, WIRING)}, seeds=range(4))
    assert burns(found, "base").all()
    one, two = (found.times[code, "stair_fire"] for code in ("base", "wiring"))
    assert one.tobytes() == two.tobytes()


def test_where_every_finding_is_open_the_fire_starts_in_every_run() -> None:
    place = made(court.plain(), HOSE)
    found = court.run(place, fire(ignition_drawn=1.0), schemes={"given": place}, seeds=range(4))
    given = court.run(place, fire(), seeds=range(4))
    assert burns(found, "base").all()
    assert (
        found.times["base", "stair_fire"].tobytes() == given.times["base", "stair_fire"].tobytes()
    )


def test_putting_more_right_only_ever_thins_the_fires_out() -> None:
    place = made(court.plain(), HOSE)
    hose = made(place, HOSE.model_copy(update={"was": None, "now": "2026-06-01"}))
    both = made(hose, WIRING)
    found = court.run(
        place, fire(ignition_drawn=1.0), schemes={"hose": hose, "both": both}, seeds=SEEDS
    )
    base, one, two = (burns(found, code) for code in ("base", "hose", "both"))
    assert base.all()
    assert (one <= base).all()
    assert (two <= one).all()
    assert two.sum() < one.sum() < base.sum()
    same = found.times["both", "stair_fire"][two].tobytes()
    assert same == found.times["base", "stair_fire"][two].tobytes()


def test_without_a_fire_everybody_is_safe_at_home_and_nobody_is_warned() -> None:
    place = court.numbers(made(court.plain(), WIRING), ignition_factor_wiring=0.0)
    found = court.run(place, fire(ignition_drawn=1.0), seeds=range(3))
    people = found.persons.table
    assert (people["arrived_share"] == 1.0).all()
    assert set(people["reason"]) == {"sheltered"}
    rows = found.groups.table.query("display == 'all'")
    assert rows["unsafe_time"].tolist() == [0.0] * 3
    reach = found.reach.table.query("display == 'all'").set_index("channel")["persons"]
    assert reach["none"] == reach.sum()


def test_the_share_of_fires_is_told_with_the_runs() -> None:
    place = made(court.plain(), WIRING)
    found = court.run(place, fire(ignition_drawn=1.0), seeds=SEEDS)
    told = found.groups.provenance.parameters["runs"]["base/stair_fire"]["fires"]
    assert told == pytest.approx(burns(found, "base").mean())


def test_a_finding_elsewhere_or_of_another_kind_changes_nothing() -> None:
    place = court.plain()
    elsewhere = court.cell(place, "hazards", "h1", "place", "B")
    found = court.run(
        elsewhere, fire(ignition_drawn=1.0), schemes={"b": made(elsewhere, WIRING)}, seeds=range(6)
    )
    one, two = (found.times[code, "stair_fire"] for code in ("base", "b"))
    assert one.tobytes() == two.tobytes()
