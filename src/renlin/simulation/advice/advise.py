"""Advise ways to groups, try the advice under fresh luck, and say honestly what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.settings import Scenario
from renlin.errors import Fault, Said, SchemeFault
from renlin.finding import Finding, find
from renlin.simulation.advice.bound import at_best
from renlin.simulation.advice.search import Limits, Search, search
from renlin.simulation.advice.tables import (
    ALL,
    Flags,
    Paired,
    advice_rows,
    effect_rows,
    lineage,
    outcome,
    parameters,
    stacked,
)
from renlin.simulation.advice.ways import Advice, followed_shares, followers
from renlin.simulation.comparison import BASE
from renlin.simulation.crew import crew
from renlin.simulation.ensemble import Counter, Progress, Seeds, draw_seeds, run_all
from renlin.simulation.notification import CHANNELS, NOBODY
from renlin.simulation.observation import Stage
from renlin.simulation.population import Residents, residents
from renlin.simulation.simulate import check_job, stages
from renlin.simulation.traced import CATALOGUE, inputs_of
from renlin.simulation.waiting import Waiting

WHAT = "疏散路线建议 advised ways"
FIRST_SEED = 2_000_000
"""First seed of the search, far above those of any study, so that advice is judged under luck
it was not made from."""
ADVICE_KEY = ("scenario", "entrance", "display", "part")
EFFECT_KEY = ("scenario", "display")


@dataclass(frozen=True)
class Advised:
    """Which ways to advise, and what that does.

    Attributes
    ----------
    advice
        Finding ``simulation.advice``: who is led where. When ``outcome`` is not
        ``accepted``, the best try, which is not to be given.
    advice_effect
        Finding ``simulation.advice_effect``: by group before, after, difference with its
        interval, verdict, limit and bound.
    outcome
        ``accepted``; ``harms``: a group would lose more than the limit; ``unsure``: the
        slowest group does not surely win; ``no_better``: no trial was better.
    """

    advice: Finding
    advice_effect: Finding
    outcome: str


def advise(
    place: Community,
    needs: NeedsFindings,
    *,
    scenario: Scenario,
    seeds: Sequence[int],
    compliance: float | None = None,
    progress: Progress | None = None,
) -> Advised:
    """Return ways to advise by stairwell and group that shorten the slowest group's time.

    Advice is looked for under seeds of its own and then tried under ``seeds``: it is accepted
    only if the slowest group's mean falls (its interval leaves out zero) and no group's mean
    rises by more than ``majority_loss``, by the upper end of its interval. Not everybody
    follows, and whom nobody reaches cannot. Beside each figure stands what would be left if
    everybody walked alone: no advice can be better than that.

    Parameters
    ----------
    place, needs, progress
        As :func:`renlin.simulation.simulate` has them.
    scenario
        The event; one in which people move.
    seeds
        Runs the advice is judged by, two at least.
    compliance
        Share of the households reached that follow, 0 to 1; None: the catalogue's, by
        channel.

    Raises
    ------
    SchemeFault
        As :func:`renlin.simulation.simulate`, for a fall at home, fewer than two seeds or a
        share outside 0 to 1.

    Source: features E16; parameters ``advice_*``; policy ``majority_loss``.

    Examples
    --------
    >>> import renlin as rl
    >>> place = rl.open_community("tests/places/willow")
    >>> needs = rl.needs.identify(place)
    >>> found = advise(place, needs, scenario=place.scenarios["quake"], seeds=range(4))
    >>> found.outcome
    'no_better'
    """
    _check(place, scenario, seeds, compliance)
    who, number = residents(place, needs), place.catalogue.number
    n = int(number("advice_runs"))
    screening = range(FIRST_SEED, FIRST_SEED + n)
    made = _stage(place, needs, who, scenario)
    followed = followed_shares(place.catalogue, compliance)
    limits = Limits(
        place.policy.majority_loss, int(number("advice_trials")), int(number("advice_bottlenecks"))
    )
    count = Counter(WHAT, n + 2 * len(seeds), progress)
    looked = search(made, draw_seeds(who, place.catalogue, screening), followed, limits, count)
    found = looked.best is not looked.base
    chosen = looked.best if found or looked.nearest is None else looked.nearest
    pairs = _paired(made, chosen.advice, draw_seeds(who, place.catalogue, seeds), count)
    confidence, worst = place.policy.confidence, who.displays[looked.worst]
    effect = effect_rows(pairs, _members(who), worst, limits.loss, confidence)
    told = outcome(effect, found=found)
    rows = advice_rows(made, chosen.advice, looked.blocks, pairs, confidence)
    keep = partial(
        find,
        inputs=inputs_of({BASE: place}),
        parents=[needs.profiles, needs.indicators, needs.households],
        catalogue={part: place.catalogue.digest(part) for part in CATALOGUE},
        policy={name: getattr(place.policy, name) for name in _POLICY},
        parameters=parameters(
            scenario.model_dump_json(), worst, told, _ended(looked, screening, followed)
        ),
        seeds=seeds,
        synthetic=place.synthetic,
    )
    code = {"scenario": scenario.code}
    return Advised(
        keep("simulation.advice", rows.assign(**code), key=ADVICE_KEY, lineage=lineage("advice")),
        keep("simulation.advice_effect", effect.assign(**code, outcome=told), key=EFFECT_KEY,
             lineage=lineage("advice_effect")),
        told,
    )  # fmt: skip


_POLICY = ("confidence", "decided_by", "majority_loss", "reference", "speed_density")


def _members(who: Residents) -> dict[str, Flags]:
    every = np.ones(who.n, dtype=bool)
    return {ALL: every} | {d: who.display == k for k, d in enumerate(who.displays)}


def _ended(
    looked: Search, screening: Sequence[int], followed: npt.NDArray[np.float64]
) -> dict[str, Any]:
    """Return how the search ended, for the manifest."""
    return {
        "screening": list(screening),
        "trials": looked.n_trials,
        "rounds": looked.n_rounds,
        "followed": {CHANNELS[k]: float(share) for k, share in enumerate(followed) if share > 0},
    }


def _stage(place: Community, needs: NeedsFindings, who: Residents, scenario: Scenario) -> Stage:
    ((_, _, made),) = stages(who, needs, {BASE: place}, [scenario], {})
    if isinstance(made, Waiting):
        raise SchemeFault(_nobody_moves(scenario))
    return made


def _paired(made: Stage, advice: Advice, drawn: Seeds, count: Counter) -> Paired:
    """Return the runs of every seed without and with advice."""
    led = replace(made, advice=advice)
    before = run_all(made, drawn, whole=False, count=count)
    after = run_all(led, drawn, whole=False, count=count)
    least, home, told, follows = [], [], [], []
    for run in before:
        luck = drawn.luck[run.seed].also(made.scene.keys)
        who = crew(made.scene, drawn.bodies[run.seed], luck)
        least.append(at_best(made, drawn.bodies[run.seed], luck, run.persons.time))
        there = who.notice.channel != NOBODY
        home.append(there)
        told.append(there & np.isfinite(who.notice.time))
        follows.append(there & followers(advice, who, luck))
    return Paired(stacked(before), stacked(after), np.stack(least), np.stack(home),
                  np.stack(told), np.stack(follows))  # fmt: skip


def _check(
    place: Community, scenario: Scenario, seeds: Sequence[int], compliance: float | None
) -> None:
    check_job({BASE: place}, [scenario], seeds, place)
    if len(seeds) < 2:
        expected = Said("至少两个种子", "at least two seeds")
        raise SchemeFault(_fault("seeds", expected, str(len(seeds))))
    if compliance is not None and not 0.0 <= compliance <= 1.0:
        expected = Said("0 到 1 之间的占比", "a share from 0 to 1")
        raise SchemeFault(_fault("compliance", expected, str(compliance)))


def _fault(column: str, expected: Said, got: str) -> Fault:
    remedy = Said("改正后再跑。", "Correct it and run again.")
    return Fault("advise", expected, Said(got, got), remedy, None, column)


def _nobody_moves(scenario: Scenario) -> Fault:
    return Fault(
        f"scenarios/{scenario.code}.toml",
        Said("有人要撤离的情景", "an event in which people move"),
        Said(scenario.kind, scenario.kind),
        Said("换一个情景。", "Choose another scenario."),
        None,
        "kind",
    )
