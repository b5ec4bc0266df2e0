"""Open the invented run for reading, as the report does."""

from __future__ import annotations

from dataclasses import replace

from tests.report.sample import results

from renlin.finding import Finding, find
from renlin.report.book import Book
from renlin.report.language import speak
from renlin.report.privacy import reader
from renlin.study.results import Results


def book(made: Results | None = None, *, language="zh", audience="public") -> Book:
    run = made or results()
    spoken = speak(language, run.community.catalogue)
    return Book(run, spoken, reader(audience, run.community.settings), "out")


def without(*names: str) -> Results:
    """Return the run without the findings named, or without any."""
    run = results()
    kept = {} if not names else {n: f for n, f in run.findings.items() if not n.startswith(names)}
    return Results(run.community, kept)


def changed(name: str, change) -> Results:
    """Return the run in which one finding's table was changed."""
    run = results()
    found = run.findings[name]
    table = change(found.table.copy())
    made: Finding = find(
        name, table, key=found.provenance.key, parameters=found.provenance.parameters
    )
    return Results(run.community, {**run.findings, name: made})


def synthetic() -> Results:
    """Return the run of a place whose people are synthetic."""
    run = results()
    settings = run.community.settings.model_copy(update={"synthetic": True, "sample": False})
    return Results(replace(run.community, settings=settings), run.findings)
