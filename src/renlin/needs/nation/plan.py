"""Compile, once per layout, what is asked of every district."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from renlin.catalogue.load import Catalogue
from renlin.catalogue.rules import RuleSet
from renlin.needs.nation import aggregates, checks, histograms
from renlin.needs.nation.columns import Layout
from renlin.needs.nation.engines import RANKS, RESIDENTS, Engine
from renlin.needs.nation.residents import judged, ranked, stated

JUDGED = "judged"
"""Table of the residents of one district once they are judged."""
PARTED = "parted"
"""Table of what is counted of them, kept at hand while every group is counted."""


@dataclass(frozen=True)
class Expressions:
    """What is asked of a district, as Ibis expressions over unbound tables.

    Attributes
    ----------
    looked, counted
        Over ``residents``; ``counted`` is None when no column holds numbers.
    judged
        Over ``residents`` and ``ranks``.
    parted
        Over ``judged``.
    by_group, undecided
        Over ``parted``.
    """

    looked: Any
    counted: Any
    judged: Any
    parted: Any
    by_group: Any
    undecided: Any


@dataclass(frozen=True)
class Plan:
    """The same as SQL of one engine; empty where there is nothing to ask."""

    looked: str
    counted: str
    judged: str
    parted: str
    by_group: str
    undecided: str


def expressions(layout: Layout, rule_sets: Sequence[RuleSet], catalogue: Catalogue) -> Expressions:
    """Return what is asked of a district whose files have ``layout``."""
    table = stated(ibis.table(dict(layout.types), name=RESIDENTS), layout)
    ranks = ibis.table({"column": "string", "value": "float64", "rank": "float64"}, name=RANKS)
    numbers = [one.code for one in ranked(layout, catalogue)]
    people = judged(table, ranks, layout, rule_sets, catalogue)
    groups = list(catalogue.displays)
    parts = aggregates.parted(ibis.table(people.schema(), name=JUDGED), groups)
    held = ibis.table(parts.schema(), name=PARTED)
    return Expressions(
        looked=checks.looked(table, layout, catalogue),
        counted=histograms.counted(table, numbers) if numbers else None,
        judged=people,
        parted=parts,
        by_group=aggregates.by_group(held, groups),
        undecided=aggregates.undecided(held, groups),
    )


def compiled(asked: Expressions, engine: Engine) -> Plan:
    """Return the SQL of ``asked`` for ``engine``."""
    return Plan(*("" if one is None else engine.sql(one) for one in vars(asked).values()))
