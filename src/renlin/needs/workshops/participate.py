"""Introduce the steps of participation to one another and hand on their findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.rules import RuleSet
from renlin.community.community import Community
from renlin.community.sessions import SESSION_TABLES
from renlin.community.tables import empty
from renlin.needs.workshops import prevalence as shares
from renlin.needs.workshops.attendance import attendance
from renlin.needs.workshops.cases import rule_questions
from renlin.needs.workshops.hidden import ASSUMPTIONS, bound
from renlin.needs.workshops.traced import Participation, Tracer
from renlin.needs.workshops.wishes import preferences

HIDDEN = ("scope", "n_workshop", "n_visit", "n_both", "low", "high", "lower_bound_only",
          "assumptions")  # fmt: skip


def participate(
    place: Community, rule_sets: Sequence[RuleSet], table: pd.DataFrame, members: pd.DataFrame
) -> Participation:
    """Return what took place, what it measured and wished, and what it opens.

    Parameters
    ----------
    place
        The community, its corrections already holding what sessions stated
        (:func:`~renlin.needs.workshops.cases.with_sessions`).
    rule_sets
        Rules in force.
    table, members
        Wide indicators and memberships by the registers alone, rows aligned.
    """
    tables = session_tables(place)
    catalogue = place.catalogue
    measured = shares.measurements(
        place["corrections"], tables["answers"], tables["sessions"], table, catalogue
    )
    trace = Tracer(place, tables)
    return Participation(
        sessions=trace.sessions(attendance(tables, k_persons=place.settings.k_persons)),
        prevalence=trace.prevalence(shares.prevalence(measured, table, members, catalogue)),
        preferences=trace.preferences(_wishes(tables, catalogue)),
        hidden=trace.hidden(hidden(tables, interval=catalogue.number("hidden_interval"))),
        rule_questions=trace.rule_questions(
            rule_questions(
                tables["statements"],
                tables["sessions"],
                rule_sets,
                least=int(catalogue.number("rule_question_cases")),
            ),
            rule_sets,
        ),
    )


def session_tables(place: Community) -> dict[str, pd.DataFrame]:
    """Return the tables of the sessions; empty ones where the place has none."""
    return {
        name: place.tables[name] if name in place.tables else empty(place.catalogue, name)
        for name in SESSION_TABLES
    }


def _wishes(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> pd.DataFrame:
    return preferences(
        in_force(tables, "preferences"),
        catalogue.wishes,
        prior=catalogue.number("preference_prior"),
        interval=catalogue.number("preference_interval"),
        veto=catalogue.number("preference_veto"),
    )


def in_force(tables: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """Return the rows of one table that belong to sessions not undone."""
    sessions = tables["sessions"]
    active = sessions.loc[sessions["state"] == "active", "session"]
    return tables[name][tables[name]["session"].isin(active)].reset_index(drop=True)


def hidden(tables: Mapping[str, pd.DataFrame], *, interval: float) -> pd.DataFrame:
    """Return the range of residents no register knows; no row when nobody was named."""
    named = in_force(tables, "mentions")
    named = named[~named["registered"].fillna(True).astype(bool)]
    lists = {
        name: set(named.loc[named["listed"] == name, "token"]) for name in ("workshop", "visit")
    }
    rows = []
    if len(named):
        first, second = lists["workshop"], lists["visit"]
        found = bound(len(first), len(second), len(first & second), interval=interval)
        rows.append(
            (
                "all", found.n_first, found.n_second, found.n_both, found.low, found.high,
                found.lower_bound_only, ";".join(ASSUMPTIONS),
            )
        )  # fmt: skip
    types = {"scope": "str", "low": "float64", "high": "float64", "assumptions": "str"}
    types |= dict.fromkeys(("n_workshop", "n_visit", "n_both"), "int64")
    return pd.DataFrame(rows, columns=list(HIDDEN)).astype(types | {"lower_bound_only": "bool"})
