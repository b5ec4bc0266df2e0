"""Publish what is wanted first twice: one vote per person, and one vote per group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.participation import Wish
from renlin.needs.workshops import choices

COLUMNS = (
    "aggregation", "wish", "rank", "strength", "low", "high", "borda", "borda_rank", "part",
    "circle", "vetoed_by", "rank_after_veto", "orders_differ", "n_voters", "n_answers",
)  # fmt: skip
AGGREGATIONS = ("person", "group")


def preferences(
    ballots: pd.DataFrame,
    wishes: Mapping[str, Wish],
    *,
    prior: float,
    interval: float,
    veto: float,
) -> pd.DataFrame:
    """Return the order of the wishes by one vote per person and by one vote per group.

    Parameters
    ----------
    ballots
        Rows of ``preferences`` of sessions in force.
    wishes
        The catalogue's, for the groups directly affected.
    prior, interval
        As :func:`choices.bradley_terry` takes them.
    veto
        A group directly affected vetoes a wish when more than this share of its answers on
        it prefer another.

    Returns
    -------
    Columns of ``COLUMNS``. ``vetoed_by`` lists groups joined by ``;``. ``rank_after_veto``
    puts vetoed wishes behind all others. ``circle`` lists wishes of which each beats the
    next by a majority. ``part`` numbers the parts of the comparisons: wishes of different
    parts were never compared, not even through others. ``orders_differ`` says whether the
    two orders do: then both are to be published.

    Source: reference needs 7; bradley_terry1952.
    """
    items = sorted({*ballots["first"], *ballots["second"]})
    vetoes = {item: _vetoes(ballots, item, wishes, veto) for item in items}
    made = []
    for name, weighted in zip(
        AGGREGATIONS,
        (choices.one_vote_per_person(ballots), choices.one_vote_per_group(ballots)),
        strict=True,
    ):
        made.append(_ordered(name, weighted, items, vetoes, prior, interval))
    table = pd.concat(made, ignore_index=True)
    one, other = (table.loc[table["aggregation"] == name, "rank"].tolist() for name in AGGREGATIONS)
    table["orders_differ"] = one != other
    words = ("aggregation", "wish", "circle", "vetoed_by")
    whole = ("rank", "borda_rank", "part", "rank_after_veto", "n_voters", "n_answers")
    types = dict.fromkeys(COLUMNS, "float64") | dict.fromkeys(words, "str")
    types |= dict.fromkeys(whole, "int64") | {"orders_differ": "bool"}
    return table[list(COLUMNS)].astype(types)


def _ordered(
    name: str,
    weighted: pd.DataFrame,
    items: list[str],
    vetoes: Mapping[str, list[str]],
    prior: float,
    interval: float,
) -> pd.DataFrame:
    wins = choices.tally(weighted, items)
    found = choices.bradley_terry(wins, prior=prior, interval=interval)
    plain = choices.borda(wins)
    circle = [items[at] for at in choices.circle(wins)]
    rows: list[dict[str, Any]] = []
    for at, item in enumerate(items):
        own = weighted[(weighted["first"] == item) | (weighted["second"] == item)]
        rows.append(
            {
                "aggregation": name,
                "wish": item,
                "rank": found.rank[at],
                "strength": found.strength[at],
                "low": found.low[at],
                "high": found.high[at],
                "borda": plain[at],
                "vetoed_by": ";".join(vetoes[item]),
                "circle": ";".join(circle) if item in circle else "",
                "n_voters": len(own[["session", "voter"]].drop_duplicates()),
                "n_answers": len(own),
            }
        )
    made = pd.DataFrame(rows, columns=[c for c in COLUMNS if c not in ("part", "borda_rank")])
    made["part"] = choices.parts(wins) + 1
    made["borda_rank"] = choices.ranks(plain)
    made["rank_after_veto"] = _after(found.rank, [bool(vetoes[item]) for item in items])
    return made


def _vetoes(ballots: pd.DataFrame, item: str, wishes: Mapping[str, Wish], veto: float) -> list[str]:
    """Return the groups directly affected most of whose answers speak against ``item``."""
    affected = wishes[item].affects if item in wishes else []
    found = []
    for display in affected:
        own = choices.one_vote_per_person(ballots[ballots["display"] == display])
        lost, all_ = choices.against(own, item)
        if all_ > 0 and lost / all_ > veto + choices.LEVEL:
            found.append(display)
    return sorted(found)


def _after(rank: Any, vetoed: list[bool]) -> list[int]:
    """Return ranks in which vetoed items come after all others, otherwise unchanged."""
    keys = list(zip(vetoed, np.asarray(rank).tolist(), strict=True))
    return [1 + sum(other < own for other in keys) for own in keys]
