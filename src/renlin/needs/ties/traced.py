"""Wrap each table of ties as a finding: what it read and by which rule."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from renlin.finding import Finding, Lineage, Privacy, find
from renlin.needs.traced import Tracer

NETWORK = ("nominations", "ties", "persons", "consents")
"""Layers the network is read from."""
DAYS = "tie_answer_days"
STEPS = "tie_message_steps"
LEAST = "attitude_answered_least"
FEW = "few_clusters"


def people(trace: Tracer, table: pd.DataFrame) -> Finding:
    """Return how each resident is tied, and the way of a message to them."""
    rule = "named by either side, held by a register, or of one household; least ties from a helper"
    return _find(
        trace, "needs.ties", table, ["person"], rule, numbers=(DAYS,), read=NETWORK,
        homes=True, privacy="personal",
    )  # fmt: skip


def bridges(trace: Tracer, table: pd.DataFrame, ties: Finding) -> Finding:
    """Return the ties that hold a part together alone."""
    rule = "tie whose loss parts what it joined; residents of the smaller side"
    return _find(
        trace, "needs.tie_bridges", table, ["person", "other"], rule, parents=(ties,),
        numbers=(DAYS,), read=NETWORK, privacy="personal",
    )  # fmt: skip


def reach(trace: Tracer, table: pd.DataFrame, ties: Finding, memberships: Finding) -> Finding:
    """Return whom a message comes to after each step, by group."""
    rule = "residents within so many ties of a helper; bounds with no and with every tie not asked"
    return _find(
        trace, "needs.tie_reach", table, ["steps", "display"], rule,
        parents=(ties, memberships), numbers=(STEPS,),
    )  # fmt: skip


def scores(trace: Tracer, table: pd.DataFrame, ties: Finding, memberships: Finding) -> Finding:
    """Return isolation, reach, belonging and readiness by building and group."""
    rule = "mean of the known; Wilson or Student; bounds as if the unknown had least or most"
    return _find(
        trace, "needs.tie_scores", table, ["measure", "part", "unit"], rule,
        parents=(ties, memberships), numbers=(DAYS, STEPS, LEAST), read=("attitudes", "consents"),
        items=True,
    )  # fmt: skip


def gaps(trace: Tracer, table: pd.DataFrame, seed: int, *parents: Finding) -> Finding:
    """Return the gap of each group to the rest in each measure."""
    rule = "mean of the group less that of the rest; buildings resampled, unknown left open"
    return _find(
        trace, "needs.tie_gaps", table, ["measure", "display"], rule, parents=parents,
        numbers=(DAYS, STEPS, LEAST, FEW), read=("attitudes", "consents"), items=True,
        seeds=(seed,),
    )  # fmt: skip


def _find(
    trace: Tracer,
    name: str,
    table: pd.DataFrame,
    key: Sequence[str],
    rule: str,
    *,
    parents: Sequence[Finding] = (),
    numbers: Sequence[str] = (),
    read: Sequence[str] = (),
    homes: bool = False,
    items: bool = False,
    seeds: Sequence[int] = (),
    privacy: Privacy = "internal",
) -> Finding:
    place = trace.place
    inputs: dict[str, pd.DataFrame | str] = {one: place[one] for one in read}
    if homes:
        inputs |= {
            "helpers": place["helpers"][["helper", "person"]],
            "households": place["households"][["household", "dwelling"]],
            "dwellings": place["dwellings"][["dwelling", "entrance"]],
            "entrances": pd.DataFrame({c: place["entrances"][c] for c in ("entrance", "building")}),
        }
    coded = (f"attitude_items/{code}" for code in place.catalogue.attitude_items) if items else ()
    entries = (*(f"parameters/{code}" for code in numbers), *coded)
    behind = tuple((parent.name, "", "") for parent in parents)
    return find(
        name,
        table,
        key=key,
        inputs=inputs,
        parents=parents,
        catalogue=trace.digests("attitude_items") if items else {},
        policy={"confidence": place.policy.confidence},
        parameters={"survey_date": trace.day} | trace.numbers(*numbers),
        seeds=seeds,
        privacy=privacy,
        synthetic=place.synthetic,
        lineage={str(c): Lineage(rule, entries, behind) for c in table.columns if c not in key},
    )
