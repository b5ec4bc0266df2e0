"""How many were moved on shared vehicles stands with its scenario, for schemes that have any."""

from __future__ import annotations

import pytest
from tests.report.books import book
from tests.report.sample import results

from renlin.finding import find
from renlin.report.pages.vehicles import vehicles
from renlin.study.results import Results

SCENARIO, NAME = "fire-stair", "simulation.groups"


def counted(**runs: dict[str, float]) -> Results:
    """Return the invented run in which the runs of its schemes counted this."""
    run = results()
    found = run.findings[NAME]
    told = {f"{scheme}/{SCENARIO}": counts for scheme, counts in runs.items()}
    made = find(NAME, found.table, key=found.provenance.key, parameters={"runs": told})
    return Results(run.community, {**run.findings, NAME: made})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_scheme_with_a_stand_is_listed_with_its_mean(language):
    made = book(counted(base={"gridlock": 0.0}, widen={"vehicles_used": 1.34}), language=language)
    part = vehicles(made, SCENARIO)
    (table,) = part.parts
    assert len(table.rows) == 1
    assert "1.3" in str(table.rows[0][1])


def test_without_a_stand_nothing_is_said_of_vehicles():
    assert vehicles(book(counted(base={"gridlock": 0.0})), SCENARIO) is None
    assert vehicles(book(), SCENARIO) is None
