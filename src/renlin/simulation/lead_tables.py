"""Bring the leads of many runs together: what each household needs, has, and its rank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.finding import Lineage
from renlin.simulation.leads import Leads, by_helper
from renlin.simulation.notification import CHANNELS, NOBODY
from renlin.simulation.observation import CODE, REASONS
from renlin.simulation.population import Residents, household_groups
from renlin.simulation.scene import Scene
from renlin.simulation.summary import commonest, mean_over, quantile_over

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

ALL = "all"
INSTRUCTIONS = ("unknown", "leave", "nobody_home", "stay")
UNKNOWN, LEAVE, AWAY, STAY = range(len(INSTRUCTIONS))
NEEDS_SHARE, ENDS_SHARE = 0.9, 0.1
"""Of the runs: needs are the slow end of what was seen, what is left is the early end."""


@dataclass(frozen=True)
class Warned:
    """Every household of one place in one event, shape (n_households,) each.

    Attributes
    ----------
    instruction
        Index into ``INSTRUCTIONS``.
    needs, available, lead
        Seconds; missing where not known, ``available`` infinite where nothing ends.
    told
        Median time of coming to know as things stand, s; missing where never.
    reached, missed, helped
        Shares of the runs: comes to know; does not get to safety though told at the start;
        is brought out by a helper or rescuer.
    channel, reason
        Index into ``CHANNELS`` and ``REASONS``.
    """

    instruction: Whole
    needs: Floats
    available: Floats
    lead: Floats
    told: Floats
    reached: Floats
    missed: Floats
    helped: Floats
    channel: Whole
    reason: Whole


def warned(runs: Sequence[Leads], scene: Scene) -> Warned:
    """Return what the runs say of every household.

    Needs are the 90th percentile and what is left the 10th over the runs in which it gets
    to safety when told at the start; how often it does not stands beside it.
    """
    home = np.stack([run.home for run in runs])
    there = home & np.stack([run.leaves for run in runs])
    safe = there & np.stack([run.arrived for run in runs])
    limit = np.stack([run.limit for run in runs])
    available = _early(np.where(safe, limit, np.nan))
    bounded, gets_there = np.isfinite(available), np.asarray(safe.any(axis=0))
    counted = safe & (~bounded[None] | np.isfinite(limit))
    own = np.where(bounded[None], np.stack([run.needs for run in runs]),
                   np.stack([run.whole for run in runs]))  # fmt: skip
    needs = quantile_over(np.where(counted, own, np.nan), NEEDS_SHARE)
    told = np.stack([run.told for run in runs])
    knows = home & np.isfinite(told)
    reached = mean_over(np.where(home, knows, np.nan))
    placed = scene.site.live.node >= 0
    reason = _reasons(runs, there & ~safe, placed, reached)
    helped = np.stack([by_helper(run.helped) for run in runs])
    channel = np.stack([run.channel for run in runs]).astype(np.int64)
    common = commonest(channel, home & (channel != NOBODY), len(CHANNELS))
    return Warned(
        instruction=_instructions(home, there, gets_there, placed, reached),
        needs=needs,
        available=np.where(gets_there, available, np.nan),
        lead=np.where(bounded, needs - np.where(bounded, available, 0.0), np.nan),
        told=quantile_over(np.where(knows, told, np.nan), 0.5),
        reached=reached,
        missed=mean_over(np.where(there, ~safe, np.nan)),
        helped=mean_over(np.where(safe, helped, np.nan)),
        channel=np.where(common >= 0, common, NOBODY),
        reason=reason,
    )


def _early(limit: Floats) -> Floats:
    """Return the 10th percentile of what is known, the lower of two ranks; else infinite."""
    ordered = np.sort(limit, axis=0)
    n = (~np.isnan(ordered)).sum(axis=0)
    place = np.floor(ENDS_SHARE * np.maximum(n - 1, 0)).astype(np.int64)
    found = np.take_along_axis(ordered, place[None], axis=0)[0]
    return np.where(n > 0, found, np.inf)


def _reasons(runs: Sequence[Leads], missed: Flags, placed: Flags, reached: Floats) -> Whole:
    """Return why a household does not get there, or is never told; "" where it does."""
    reason = np.stack([run.reason for run in runs])
    why = commonest(reason, missed, len(REASONS))
    found = np.where(why >= 0, why, CODE[""])
    found = np.where((found == CODE[""]) & (reached == 0.0), CODE["not_reached"], found)
    return np.where(placed, found, CODE["unplaced"]).astype(np.int64)


def _instructions(home: Flags, there: Flags, safe: Flags, placed: Flags, reached: Floats) -> Whole:
    """Return what to tell each household; nobody is told to stay who might have to leave."""
    goes = there.any(axis=0)
    found = np.where(home.any(axis=0), STAY, AWAY)
    found = np.where(goes, LEAVE, found)
    lost = (goes & (~safe | (reached == 0.0))) | ~placed
    return np.where(lost, UNKNOWN, found).astype(np.int64)


def ranks(found: Warned, who: Residents, tiers: Floats) -> Whole:
    """Return the place of each household in the order of warning, from 0.

    First those of whom something is not known, then the least time to spare, then those
    whom nothing threatens on their way, the longest way first; then who is not at home, and
    last who stays. Ties by tier, then by a number that belongs to the id.

    Parameters
    ----------
    tiers
        Sure and possible tier, shape (n_households, 2); infinite where not known.
    """
    pressed = np.where(np.isnan(found.lead), 0.0, -found.lead)
    leaves = found.instruction == LEAVE
    free = leaves & np.isnan(found.lead)
    stage = found.instruction * 2 + free
    spare = np.where(free, -np.nan_to_num(found.needs), np.where(leaves, pressed, 0.0))
    order = np.lexsort((who.household_keys, tiers[:, 1], tiers[:, 0], spare, stage))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return place


def tiers_of(table: pd.DataFrame, who: Residents) -> Floats:
    """Return the sure and possible tier of each household, infinite where not known."""
    known = table.set_index("household")[["sure", "possible"]].astype("float64")
    return np.asarray(known.reindex(list(who.households)).fillna(np.inf).to_numpy())


def household_rows(found: Warned, scene: Scene, tiers: Floats) -> pd.DataFrame:
    """Return one row per household."""
    who, live = scene.site.who, scene.site.live
    display = household_groups(who, scene.site.place.policy.reference)
    none = np.isnan(found.lead)
    ends = np.where(np.isfinite(found.available), found.available, np.nan)
    unknown = found.instruction == UNKNOWN
    named = np.array([*live.buildings, ""], dtype=object)
    return pd.DataFrame(
        {
            "household": who.households,
            "rank": ranks(found, who, tiers) + 1,
            "instruction": np.array(INSTRUCTIONS, dtype=object)[found.instruction],
            "needs_s": found.needs,
            "available_s": ends,
            "lead_s": found.lead,
            "slack_s": np.where(none, np.nan, -found.lead),
            "limited": pd.Series(~none, dtype="boolean").mask(unknown & none),
            "told_s": found.told,
            "reached_share": found.reached,
            "channel": np.array(CHANNELS, dtype=object)[found.channel],
            "helped_share": found.helped,
            "missed_share": found.missed,
            "reason": np.array(REASONS, dtype=object)[found.reason],
            "display": np.array(who.displays, dtype=object)[display],
            "building": named[live.building],
            "n": np.bincount(who.household, minlength=len(who.households)),
        }
    )  # fmt: skip


def group_rows(found: Warned, who: Residents) -> pd.DataFrame:
    """Return one row per group: persons by instruction, and the leads of who must leave.

    ``too_late`` are persons of households that, told when they are told as things stand,
    would still be on the way when it ends.
    """
    of = who.household
    instruction, lead = found.instruction[of], found.lead[of]
    late = (found.told + found.lead > 0.0)[of]
    rows = []
    every = np.ones(who.n, dtype=bool)
    members = [(ALL, every), *((d, who.display == k) for k, d in enumerate(who.displays))]
    for display, mine in members:
        bound = mine & (instruction == LEAVE) & ~np.isnan(lead)
        counted = lead[bound][:, None]
        known = len(counted) > 0
        rows.append(
            {
                "display": display,
                "n": int(mine.sum()),
                "leave": int((mine & (instruction == LEAVE)).sum()),
                "unknown": int((mine & (instruction == UNKNOWN)).sum()),
                "stay": int((mine & (instruction == STAY)).sum()),
                "nobody_home": int((mine & (instruction == AWAY)).sum()),
                "limited": int(bound.sum()),
                "before_event": int((bound & (lead > 0)).sum()),
                "too_late": int((bound & late).sum()),
                "lead_p50": quantile_over(counted, 0.5)[0] if known else np.nan,
                "lead_p90": quantile_over(counted, NEEDS_SHARE)[0] if known else np.nan,
            }
        )
    return pd.DataFrame(rows)


_HOUSEHOLD = (("needs.households", "household", "household"),)
_PROFILE = (("needs.profiles", "display", "display"),)
_ENTRIES = ("classes", "scenarios", "parameters/warning_runs")
_RULES: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "order": (
        (("rank", "instruction"), "unknown first, then least slack, then no limit by longest "
         "way, not at home, stay; ties by tier, then by a hash of the id"),
        (("needs_s", "missed_share", "helped_share"), "told at the start, nothing in the way yet: "
         "90th percentile over the runs with arrival of the seconds until past the place that "
         "leaves least time; shares of runs"),
        (("available_s", "limited"), "10th percentile over the runs of when that place becomes "
         "unsafe or closes; missing where nothing does"),
        (("lead_s", "slack_s"), "lead = needs - available; slack = -lead"),
        (("told_s", "reached_share", "channel", "reason"), "as things stand: median time and "
         "commonest channel of coming to know; commonest reason of runs without arrival"),
        (("display", "building", "n"), "household's group needing most; where it lives; persons"),
    ),
    "groups": (
        (("n", "leave", "unknown", "stay", "nobody_home", "limited", "before_event",
          "too_late", "lead_p50", "lead_p90"), "persons of the group by the instruction of "
         "their household; quantiles of its lead over persons with a limit"),
    ),
    "effect": (
        (("n",), "persons of the group on the register"),
        (("tier", "lead"), "mean over the runs with door rounds by highest tier, and by least "
         "slack: seconds to safety, persons safe, persons never where it is unsafe"),
        (("difference", "low", "high", "verdict"), "second minus first paired by seed, Student's "
         "interval; undecided when it spans zero"),
    ),
}  # fmt: skip


def lineage(name: str) -> dict[str, Lineage]:
    """Return how the columns of ``order``, ``groups`` or ``effect`` came about."""
    parents = _HOUSEHOLD if name == "order" else _PROFILE
    return {
        column: Lineage(rule, _ENTRIES, parents)
        for columns, rule in _RULES[name]
        for column in columns
    }
