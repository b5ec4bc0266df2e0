"""Try every candidate under the same luck: improved, gone, and the best ones two together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.community.settings import Edit
from renlin.equity.intervals import paired_p
from renlin.simulation.elements.gains import (
    UNDECIDED,
    WORST_OFF,
    Outcome,
    Reading,
    Sureness,
    interval_of,
    outcome_of,
)
from renlin.simulation.elements.improvements import improvement
from renlin.simulation.elements.listing import Element
from renlin.simulation.elements.passable import homes_of, why
from renlin.simulation.elements.worlds import Today, gone_links, improved, without
from renlin.simulation.ensemble import Counter, Seeds, run_all
from renlin.simulation.routing import HELPED, OWN
from renlin.simulation.scene import Scene

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

REINFORCE, OVERLAP = "reinforce", "overlap"


class Trial(NamedTuple):
    """What became of everybody when one element was improved, and when it was gone.

    Attributes
    ----------
    element, edits
        What was tried; no edits where nothing is left to do.
    better, gone
        Outcomes of the same seeds.
    lost
        Persons who have no way to safety once it is gone, though they have one today.
    reasons
        Household row -> why it is cut off.
    """

    element: Element
    edits: tuple[Edit, ...]
    better: Outcome
    gone: Outcome
    lost: Flags
    reasons: dict[int, str]


def trial(today: Today, base: Outcome, element: Element, seeds: Seeds, count: Counter) -> Trial:
    """Return both counterfactuals of one element."""
    edits = improvement(today.place, element, today.scene.site.there)
    better = base
    if edits:
        better = outcome_of(
            run_all(improved(today, [element], edits), seeds, whole=False, count=count)
        )
    gone = without(today, element)
    lost = cut_off(today.scene, gone.scene)
    return Trial(
        element=element,
        edits=edits,
        better=better,
        gone=outcome_of(run_all(gone, seeds, whole=False, count=count)),
        lost=lost,
        reasons=_reasons(today, gone.scene, element, lost),
    )


def cut_off(today: Scene, then: Scene) -> Flags:
    """Return who lives where there is a way to safety today, alone or helped, and none then."""
    lost: Flags = _ways(today) & ~_ways(then)
    return lost


def _ways(scene: Scene) -> Flags:
    who, how, homes = scene.site.who, scene.movers, homes_of(scene)
    kind = who.kind[homes.person]
    found = np.zeros(who.n, dtype=bool)
    for mode in (OWN, HELPED):
        mover = how.codes(how.pattern[kind, mode], how.pace[kind, mode], how.unfamiliar[kind])
        found[homes.person] |= np.isfinite(scene.routes.cost[mover, homes.node])
    return found


def _reasons(today: Today, then: Scene, element: Element, lost: Flags) -> dict[int, str]:
    """Return household -> why it is cut off, by the member first on the register."""
    gone = gone_links(today, element)
    first: dict[int, int] = {}
    for person in np.flatnonzero(lost):
        first.setdefault(int(today.who.household[person]), int(person))
    return {home: why(then, gone, person) for home, person in sorted(first.items())}


def pairs(
    today: Today,
    base: Outcome,
    chosen: Sequence[Trial],
    parts: tuple[Seeds, Reading, Sureness],
    count: Counter,
) -> Iterator[dict[str, Any]]:
    """Yield for every two of ``chosen`` what improving both gives beside the sum of each.

    ``interaction`` is the gain of both less the sum of the gains of each, s, for the
    worst-off of today: above zero they reinforce each other, below they overlap.
    """
    seeds, who, sure = parts
    weight = who.member[WORST_OFF]
    for first, second in itertools.combinations(chosen, 2):
        edits = (*first.edits, *second.edits)
        both = outcome_of(
            run_all(
                improved(today, [first.element, second.element], edits),
                seeds,
                whole=False,
                count=count,
            )
        )
        gains = [_gain(base, one, weight) for one in (first.better, second.better, both)]
        more = gains[2] - gains[0] - gains[1]
        interval = interval_of(WORST_OFF, more, sure)
        verdict = REINFORCE if interval.low > 0 else OVERLAP if interval.high < 0 else UNDECIDED
        yield {
            "first": first.element.code,
            "second": second.element.code,
            "gain_first": _known_mean(gains[0]),
            "gain_second": _known_mean(gains[1]),
            "gain_both": _known_mean(gains[2]),
            "interaction": interval.estimate,
            "low": interval.low,
            "high": interval.high,
            "p_value": paired_p(more),
            "verdict": verdict,
        }


def _gain(base: Outcome, then: Outcome, weight: Floats) -> Floats:
    """Return the seconds gained in each run, weighted; missing where nobody counts."""
    gain = base.time - then.time
    counted = np.where(np.isnan(gain), 0.0, weight)
    total = (np.where(counted > 0, gain, 0.0) * counted).sum(axis=1)
    n = counted.sum(axis=1)
    return np.asarray(np.divide(total, n, out=np.full(len(total), np.nan), where=n > 0))


def _known_mean(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")
