"""Check one spot of a community with the micro model: its capacity, and who waits how long."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.network import STAIR
from renlin.community.settings import Scenario
from renlin.errors import MissingExtra
from renlin.finding import Finding, Lineage, content_hash, find
from renlin.simulation.micro.adapter import Rules, installed, run
from renlin.simulation.micro.capacity import capacity
from renlin.simulation.micro.flight import lay_flight
from renlin.simulation.micro.inflow import Inflow, Pools, inflow, pools
from renlin.simulation.micro.naming import links_named
from renlin.simulation.micro.refusal import missing
from renlin.simulation.micro.spot import Spot, clip
from renlin.simulation.micro.walkers import Crossings, Walkers
from renlin.simulation.network import Ground, lay_out
from renlin.simulation.traced import CATALOGUE, TABLES

Progress = Callable[[str, int, int], None]
Floats = npt.NDArray[np.float64]

SHARES = (0.0, 0.1, 0.2, 0.4)
RADIUS = 30.0  # m of ground around the spot
LEAD = 1.0  # s before the first comes into view
NUMBERS = (
    "gate_depth", "micro_exit_distance", "micro_horizon", "micro_patience",
    "micro_persons_per_metre", "micro_radius", "micro_radius_rolling", "micro_time_gap",
    "micro_time_step",
)  # fmt: skip
"""Parameters of the catalogue that a check uses."""
_RUN = "simulation.micro: middle half of a crowd that goes through the spot, in JuPedSim"
_RULES = {
    "flow": f"mean over seeds of persons/(s m of clear width); {_RUN}",
    "low": "lower bound of the interval of the mean over seeds (Student's t)",
    "high": "upper bound of the interval of the mean over seeds (Student's t)",
    "factor": "flow over the flow without slow walkers",
    "in_force": "capacity of the link in the meso simulation at this share, persons/(s m)",
    "n_stuck": "runs in which nobody got on any more; a jam is counted, never left out",
}
_WAITS = {
    "mean_wait": "mean seconds between arrival at an empty spot and crossing it, of who crossed",
    "p90_wait": "90th percentile of the same",
    "n_waiting": "persons not through at the end of the run, counted, never dropped",
}


def check(
    place: Community,
    needs: NeedsFindings,
    *,
    spot: str,
    scenario: Scenario,
    seed: int = 0,
    seeds: Sequence[int] = range(5),
    shares: Sequence[float] = SHARES,
    radius: float = RADIUS,
    progress: Progress | None = None,
) -> Finding:
    """Return the capacity of one spot by the share of slow walkers, as a finding.

    The meso simulation takes capacities as given. Here the ground around one gate, lane,
    yard or stair flight is cut from the map, residents of this place walk through it one
    by one, and what passes is counted: ``flow`` persons per second and metre of clear
    width, with its interval over seeds, beside ``in_force``, what the meso simulation
    uses. :func:`renlin.simulation.micro.with_capacity` puts it back.

    Parameters
    ----------
    place
        The community, under a scheme if wished.
    needs
        Findings of needs identification for it.
    spot
        As :func:`renlin.simulation.micro.naming.links_named` takes it.
    scenario, seed
        Run of the meso simulation that says which way people go and who they are.
    seeds
        Runs of the micro model for each share.
    shares
        Shares of slow walkers, the first one 0.
    radius
        m of ground around the spot, 20 to 60.
    progress
        Called after every run.

    Returns
    -------
    ``simulation.micro``, key spot and share. Flow of a simulated crowd, not an observation.

    Raises
    ------
    MissingExtra
        When the extra ``micro`` is not installed.
    SchemeFault
        When the spot, the scenario or the ground around it does not serve.

    Source: simulation reference 4.5 and 9; jupedsim.
    """
    seen = _Seen.of(place, needs, spot, scenario, seed, radius)
    numbers = place.catalogue.number
    table = capacity(
        seen.spot,
        seen.pools(place.catalogue),
        shares=shares,
        seeds=seeds,
        rules=rules_of(place.catalogue),
        confidence=place.policy.confidence,
        persons=round(numbers("micro_persons_per_metre") * max(seen.spot.width, 1.0)),
        progress=progress,
    )
    made = table.assign(
        spot=seen.spot.code,
        width=seen.spot.width,
        in_force=in_force(seen.ground, seen.inflow.link, shares),
    )
    return _finding(place, needs, "simulation.micro", made, ["spot", "share"], _RULES,
                    seen.told(scenario, seed, radius), seeds)  # fmt: skip


def rehearse(
    place: Community,
    needs: NeedsFindings,
    *,
    spot: str,
    scenario: Scenario,
    seed: int = 0,
    radius: float = RADIUS,
) -> Finding:
    """Return who waits how long at one spot in one run of an event, by group.

    The persons who come to the spot in the meso simulation walk through it in the micro
    model, at the times at which they come. Slow walkers and others stand beside the groups.

    Parameters
    ----------
    place, needs, spot, scenario, seed, radius
        As :func:`check` has them.

    Returns
    -------
    ``simulation.micro_waits``, key spot and display; ``all``, ``slow`` and ``not_slow`` among
    them.

    Raises
    ------
    MissingExtra, SchemeFault
        As :func:`check`; also for more than 1,000 persons.
    """
    seen = _Seen.of(place, needs, spot, scenario, seed, radius)
    walkers, due = _in_view(seen)
    crossings = run(seen.spot, walkers, rules_of(place.catalogue), seed=seed)
    made = waits(seen.inflow, crossings, due).assign(spot=seen.spot.code)
    told = {**seen.told(scenario, seed, radius), "stuck": crossings.stuck}
    return _finding(place, needs, "simulation.micro_waits", made, ["spot", "display"], _WAITS,
                    told, [seed])  # fmt: skip


def rules_of(catalogue: Catalogue) -> Rules:
    """Return how the micro model runs, from the catalogue."""
    number = catalogue.number
    return Rules(
        dt=number("micro_time_step"),
        time_gap=number("micro_time_gap"),
        patience=number("micro_patience"),
        horizon=number("micro_horizon"),
    )


def in_force(ground: Ground, link: int, shares: Sequence[float]) -> Floats:
    """Return the capacity the meso simulation gives a link, persons/(s m of clear width)."""
    factor = ground.space.crowd.capacity_factor[ground.space.crowd_class[link]]
    column = np.rint(np.asarray(shares) * (len(factor) - 1)).astype(np.int64)
    flow = float(ground.space.capacity[link]) / float(ground.width[link])
    return np.asarray(flow * factor[column], dtype=np.float64)


def waits(inflow: Inflow, crossings: Crossings, due: Floats) -> pd.DataFrame:
    """Return how long each group waits, s, and how many are not through at the end.

    Parameters
    ----------
    due
        When each would cross if nobody else were there, s, shape (n,).
    """
    groups = {"all": np.ones(len(due), dtype=bool)}
    groups |= {"slow": inflow.walkers.slow, "not_slow": ~inflow.walkers.slow}
    groups |= {name: inflow.display == name for name in sorted(set(inflow.display))}
    spent = np.maximum(crossings.time - due, 0.0)
    rows = []
    for name, mine in groups.items():
        known = spent[mine & np.isfinite(spent)]
        rows.append(
            {
                "display": name,
                "persons": int(mine.sum()),
                "mean_wait": float(known.mean()) if len(known) else np.nan,
                "p90_wait": float(np.quantile(known, 0.9)) if len(known) else np.nan,
                "n_waiting": int(mine.sum()) - len(known),
            }
        )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class _Seen:
    """One spot with who comes to it."""

    ground: Ground
    inflow: Inflow
    spot: Spot

    @classmethod
    def of(
        cls,
        place: Community,
        needs: NeedsFindings,
        spot: str,
        scenario: Scenario,
        seed: int,
        radius: float,
    ) -> _Seen:
        if not installed():
            raise MissingExtra(missing())
        ground = lay_out(place)
        came = inflow(
            place, needs, links=links_named(place, ground, spot), scenario=scenario, seed=seed
        )
        if ground.walks.links["kind"].iloc[came.link] == STAIR:
            return cls(ground, came, lay_flight(place, ground, came.link))
        cut = clip(place, ground, came.link, forward=came.forward, radius=radius)
        return cls(ground, came, cut)

    def pools(self, catalogue: Catalogue) -> Pools:
        stairs = not self.spot.flight.is_empty
        rises = bool(self.ground.falls[self.inflow.link]) != self.inflow.forward
        return pools(
            self.inflow.run, width=self.spot.width, stairs=stairs, rises=rises, catalogue=catalogue
        )

    def told(self, scenario: Scenario, seed: int, radius: float) -> dict[str, Any]:
        """Return what was in force, for the provenance."""
        walkers = self.inflow.walkers
        minutes = np.bincount((walkers.time // 60.0).astype(np.int64))
        return {
            "scenario": scenario.code,
            "seed": seed,
            "radius": radius,
            "link": self.spot.link,
            "forward": self.inflow.forward,
            "width_assumed": self.spot.assumed,
            "left_out_m2": round(self.spot.left_out, 1),
            "persons": len(walkers),
            "slow_share": round(float(walkers.slow.mean()), 4),
            "against": int(walkers.back.sum()),
            "busiest_minute": int(minutes.max()),
        }


def _in_view(seen: _Seen) -> tuple[Walkers, Floats]:
    """Return the walkers timed to come into view, and when each would cross undisturbed, s."""
    walkers, spot = seen.inflow.walkers, seen.spot
    way = np.where(walkers.back, spot.behind.approach, spot.before.approach)
    start = walkers.time - way / walkers.speed
    first = start.min() - LEAD
    return replace(walkers, time=start - first), walkers.time - first


def _finding(
    place: Community,
    needs: NeedsFindings,
    name: str,
    table: pd.DataFrame,
    key: list[str],
    rules: Mapping[str, str],
    told: dict[str, Any],
    seeds: Sequence[int],
) -> Finding:
    catalogue = {part: place.catalogue.digest(part) for part in CATALOGUE}
    entries = tuple(f"parameters/{code}" for code in NUMBERS)
    parents = (("needs.profiles", "", ""),)
    return find(
        name,
        table[[*key, *(c for c in table.columns if c not in key)]],
        key=key,
        inputs={name: content_hash(place[name]) for name in TABLES},
        parents=[needs.profiles],
        catalogue=catalogue,
        parameters={**told, **{code: place.catalogue.number(code) for code in NUMBERS}},
        seeds=seeds,
        synthetic=place.synthetic,
        lineage={column: Lineage(rule, (*entries, "classes"), parents)
                 for column, rule in rules.items()},
    )  # fmt: skip
