"""Tabulate advice: who is led where, what each group wins or gives, and how far from best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.equity.intervals import paired_t
from renlin.finding import Lineage
from renlin.simulation.advice.blocks import Blocks, default_rows, ends_at, way
from renlin.simulation.advice.ways import NO_ADVICE, Advice, detour
from renlin.simulation.observation import Run, Stage
from renlin.simulation.summary import mean_over

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

ALL = "all"
LIST = ";"
ACCEPTED, HARMS, UNSURE, NO_BETTER = "accepted", "harms", "unsure", "no_better"
"""Better and within the limit; somebody loses more; not surely better; no trial was better."""


class Paired(NamedTuple):
    """The runs of the same seeds without and with advice, and who followed in each.

    ``before``, ``after`` and ``least`` (the bound) have shape (n_seeds, n_persons); ``told``,
    ``follows`` and ``home`` (n_seeds, n_households).
    """

    before: Floats
    after: Floats
    least: Floats
    home: Flags
    told: Flags
    follows: Flags


def stacked(runs: Sequence[Run]) -> Floats:
    """Return the time of everybody in every run, s."""
    return np.stack([run.persons.time for run in runs]).astype(np.float64)


def effect_rows(
    pairs: Paired, members: Mapping[str, Flags], worst: str, limit: float, confidence: float
) -> pd.DataFrame:
    """Return one row per group: before, after, difference with interval, verdict, bound.

    Parameters
    ----------
    members
        Group -> its persons; ``all`` among them.
    worst
        The slowest group as things are.
    limit
        Seconds by which the mean of any group may rise.
    """
    rows = []
    for display, mine in members.items():
        first, second, least = (_means(v, mine) for v in (pairs.before, pairs.after, pairs.least))
        if np.isnan(first).all():
            continue
        change = paired_t(second - first, level=confidence)
        sign = "faster" if change.estimate < 0 else "slower"
        rows.append(
            {
                "display": display,
                "n": int(mine.sum()),
                "worst": display == worst,
                "before": float(np.nanmean(first)),
                "after": float(np.nanmean(second)),
                "difference": change.estimate,
                "low": change.low,
                "high": change.high,
                "verdict": sign if change.excludes_zero else "undecided",
                "limit_s": limit,
                "within_limit": bool(change.high <= limit),
                "bound": float(np.nanmean(least)),
                "above_bound": float(np.nanmean(second) - np.nanmean(least)),
            }
        )
    return pd.DataFrame(rows, columns=list(EFFECT_COLUMNS))


EFFECT_COLUMNS = (
    "display", "n", "worst", "before", "after", "difference", "low", "high", "verdict",
    "limit_s", "within_limit", "bound", "above_bound",
)  # fmt: skip


def _means(values: Floats, mine: Flags) -> Floats:
    """Return the mean over the persons who are there in each run; missing where nobody is."""
    there = ~np.isnan(values[:, mine])
    n = there.sum(axis=1)
    total = np.where(there, values[:, mine], 0.0).sum(axis=1)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def outcome(effect: pd.DataFrame, *, found: bool) -> str:
    """Return what is to be said of the advice.

    Parameters
    ----------
    effect
        As :func:`effect_rows` has it, under seeds the search has not seen.
    found
        Whether the search found anything better within the limit.
    """
    groups = effect[effect["display"] != ALL]
    slowest = groups[groups["worst"]]
    slower = bool(groups["after"].max() > groups["before"].max())
    if not found:
        return NO_BETTER
    if not groups["within_limit"].all() or slower:
        return HARMS
    return ACCEPTED if (slowest["verdict"] == "faster").all() and len(slowest) else UNSURE


def advice_rows(
    made: Stage, advice: Advice, blocks: Blocks, pairs: Paired, confidence: float
) -> pd.DataFrame:
    """Return one row per stairwell and group that is advised another way."""
    scene = made.scene
    who, live = scene.site.who, scene.site.live
    tables = [detour(scene, own, scene.shut) for own in advice.surcharge]
    usual = default_rows(made)
    cell = np.where(advice.way != NO_ADVICE, blocks.of * (len(tables) + 1) + advice.way, -1)
    rows = []
    for one in np.unique(cell[cell >= 0]):
        homes = np.flatnonzero(cell == one)
        block, table = int(blocks.of[homes[0]]), tables[int(advice.way[homes[0]])]
        mover = int(np.bincount(blocks.mover[homes]).argmax())
        node = int(live.node[homes[blocks.mover[homes] == mover][0]])
        old, new = way(made, usual[mover], node), way(made, table[mover], node)
        persons = np.isin(who.household, homes)
        rows.append(
            {
                "entrance": live.entrances[int(blocks.entrance[block])],
                "display": who.displays[int(blocks.display[block])],
                "households": len(homes),
                "persons": int(persons.sum()),
                "from_destination": ends_at(made, old, node),
                "to_destination": ends_at(made, new, node),
                "from_way": _named(made, old),
                "to_way": _named(made, new),
                "extra_m": _metres(made, new) - _metres(made, old),
                **_followed(pairs, homes),
                **_won(pairs, persons, confidence),
            }
        )
    made_of = pd.DataFrame(rows, columns=list(ADVICE_COLUMNS))
    number = made_of.groupby(["entrance", "display"]).cumcount() + 1
    return made_of.assign(part=number.astype("int64"))


ADVICE_COLUMNS = (
    "entrance", "display", "households", "persons", "from_destination", "to_destination",
    "from_way", "to_way", "extra_m", "told_share", "followed_share", "won_s", "won_low",
    "won_high",
)  # fmt: skip


def _named(made: Stage, links: list[int]) -> str:
    """Return the links of a way out of doors, in order; one's own stair needs no advice."""
    table = made.scene.site.ground.walks.links
    inside = (table["table"] == "entrances").to_numpy()
    names = table["link"].to_numpy(dtype=object)
    return LIST.join(str(names[link >> 1]) for link in links if not inside[link >> 1])


def _metres(made: Stage, links: list[int]) -> float:
    length = made.scene.site.ground.space.length
    return float(sum(float(length[link >> 1]) for link in links))


def _followed(pairs: Paired, homes: Whole) -> dict[str, float]:
    """Return how many of those at home come to know, and how many take the way advised."""
    there = pairs.home[:, homes]
    told, follows = (
        mean_over(np.where(there, flags[:, homes], np.nan).ravel()[:, None])[0]
        for flags in (pairs.told, pairs.follows)
    )
    return {"told_share": float(told), "followed_share": float(follows)}


def _won(pairs: Paired, persons: Flags, confidence: float) -> dict[str, float]:
    won = paired_t(_means(pairs.before, persons) - _means(pairs.after, persons), level=confidence)
    return {"won_s": won.estimate, "won_low": won.low, "won_high": won.high}


_ENTRIES = ("classes", "scenarios", "parameters/advice_followed_card",
            "parameters/advice_followed_message", "parameters/advice_followed_told")  # fmt: skip
_GROUP = (("needs.profiles", "display", "display"),)
_RULES: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "advice": (
        (("households", "persons"), "households of the stairwell that count with the group"),
        (("from_destination", "to_destination", "from_way", "to_way", "extra_m"), "shortest way "
         "by own cost; the way advised is the shortest when the places of long queues cost more"),
        (("told_share", "followed_share"), "of the households at home, mean over runs: who come "
         "to know; who follow, drawn by household and channel"),
        (("won_s", "won_low", "won_high"), "mean seconds their persons win, before minus after, "
         "paired by seed, Student's interval"),
    ),
    "advice_effect": (
        (("before", "after", "n"), "mean seconds to safety of the group without and with advice"),
        (("difference", "low", "high", "verdict"), "after minus before paired by seed, seeds the "
         "search has not seen; undecided when the interval spans zero"),
        (("limit_s", "within_limit"), "policy majority_loss; upper end of the interval within it"),
        (("bound", "above_bound"), "everybody alone at own speed on the fastest passable way "
         "from their own start: no advice can be better"),
        (("outcome",), "accepted only if the slowest group surely wins and all keep the limit"),
        (("worst",), "the slowest group without advice, under the seeds of the search"),
    ),
}  # fmt: skip


def lineage(name: str) -> dict[str, Lineage]:
    """Return how the columns of ``advice`` or ``advice_effect`` came about."""
    return {
        column: Lineage(rule, _ENTRIES, _GROUP)
        for columns, rule in _RULES[name]
        for column in columns
    }


def parameters(scenario: str, worst: str, told: str, trials: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the findings say was in force and how the search ended."""
    return {"scenario": scenario, "worst": worst, "outcome": told, **trials}
