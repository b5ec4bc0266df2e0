"""Introduce the steps of the room to one another and hand on their findings."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from renlin.community.community import Community
from renlin.finding import Finding
from renlin.needs.consents import not_allowed, unusable
from renlin.needs.inequality.homes import building_of, clusters
from renlin.needs.ties import attitudes, reach, scores, standing, traced
from renlin.needs.ties.graph import BoolArray
from renlin.needs.ties.network import Network, network
from renlin.needs.traced import Tracer

SEED = 1
"""Number of the one repetition of every resampling here; any other would do as well."""
BRINGS = {standing.ISOLATED: "pair", standing.NOT_REACHED: "door_knock"}
"""What somebody needs whom nobody would help, or whom no message reaches: need by state."""


class Tied(NamedTuple):
    """What is known of ties before anything is compared."""

    people: pd.DataFrame
    bridges: pd.DataFrame
    gone: pd.MultiIndex


def tie(place: Community, persons: pd.DataFrame) -> Tied:
    """Return how the residents present are tied, and the ties that hold parts together.

    Parameters
    ----------
    persons
        Residents present, sorted by person.
    """
    day = pd.Timestamp(place.settings.survey_date)
    gone = unusable(not_allowed(place["consents"], persons, place.catalogue, day))
    valid = place.catalogue.number(traced.DAYS)
    known = network(place.tables, persons, day, valid_days=valid, gone=gone)
    building = building_of(known.people["household"], place.tables)
    people = standing.standing(known, building, _sources(place, known))
    return Tied(people, standing.bridges(known), gone)


def needed(tied: Tied) -> dict[str, list[tuple[str, str]]]:
    """Return person -> (need, rule) of who is surely isolated, or surely reached by no message.

    Of a household everybody must be isolated: who lives with somebody who has ties is not
    left alone by theirs. A message surely misses somebody only where everybody it would
    have to pass was asked.
    """
    people = tied.people
    alone = people["state"] == standing.ISOLATED
    whole = alone.groupby(people["household"]).transform("all")
    missed = people["message"] == standing.NOT_REACHED
    made: dict[str, list[tuple[str, str]]] = {}
    for state, which in ((standing.ISOLATED, whole), (standing.NOT_REACHED, missed)):
        for person in people.loc[which.astype(bool), "person"]:
            made.setdefault(str(person), []).append((BRINGS[state], f"ties/{state}"))
    return made


def describe(
    place: Community, trace: Tracer, tied: Tied, memberships: Finding, members: pd.DataFrame
) -> dict[str, Finding]:
    """Return the findings of ties, field of ``Needs`` -> finding.

    Parameters
    ----------
    trace
        Of the stage.
    tied
        As :func:`tie` returns.
    memberships
        Finding the groups are read from.
    members
        Columns person and one nullable boolean per group to compare, sorted by person.
    """
    number, small = place.catalogue.number, place.settings.k_persons
    most = int(number(traced.STEPS))
    scored, alphas = _attitudes(place, tied)
    measures = scores.measured(tied.people, scored, most=most)
    ties = traced.people(trace, tied.people)
    summed = scores.scores(
        measures, members, tied.people["building"], scored, alphas,
        confidence=place.policy.confidence, small_below=small,
    )  # fmt: skip
    apart = scores.gaps(
        measures, members, clusters(tied.people["household"], place.tables),
        few=int(number(traced.FEW)), small_below=small, seed=SEED,
        confidence=place.policy.confidence,
    )  # fmt: skip
    stages = reach.reach(tied.people, members, most=most, small_below=small)
    return {
        "ties": ties,
        "tie_bridges": traced.bridges(trace, tied.bridges, ties),
        "tie_reach": traced.reach(trace, stages, ties, memberships),
        "tie_scores": traced.scores(trace, summed, ties, memberships),
        "tie_gaps": traced.gaps(trace, apart, SEED, ties, memberships),
    }


def _sources(place: Community, known: Network) -> BoolArray:
    """Return which residents help, and would pass a message on first."""
    helping = set(place["helpers"]["person"].dropna())
    made: BoolArray = known.people["person"].isin(helping).to_numpy(dtype=bool)
    return made


def _attitudes(place: Community, tied: Tied) -> tuple[pd.DataFrame, dict[str, float]]:
    day = pd.Timestamp(place.settings.survey_date)
    table, items = place["attitudes"], place.catalogue.attitude_items
    valid, least = (place.catalogue.number(c) for c in (traced.DAYS, traced.LEAST))
    scored = attitudes.sheets(table, items, day, valid_days=valid, least=least, gone=tied.gone)
    here = scored["person"].isna() | scored["person"].isin(set(tied.people["person"]))
    return scored[here], attitudes.alpha(table, items, day, valid_days=valid, gone=tied.gone)
