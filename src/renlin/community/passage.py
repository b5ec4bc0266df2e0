"""Say how long each kind of resident takes over each link, and what stops them.

One place for speeds and limits, shared by the space assessment and the simulation.
Two views treat what is unknown: ``optimistic`` (unknown passes, no penalty) and
``pessimistic`` (unknown fails where the class has a limit; inferred links do not
exist). Two modes treat help: ``alone`` and ``helped``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import BehaviourClass
from renlin.community.incline import inclines
from renlin.community.network import APPROACH, STAIR, STEPS, Network

View = Literal["optimistic", "pessimistic"]
Mode = Literal["alone", "helped"]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_IN_THE_WAY = ("block", "chain", "kerb")
"""Barriers of a way that a pedestrian steps over or around and wheels may not. Assumption."""


@dataclass(frozen=True)
class Passage:
    """Walking times of one class over every link, both ways.

    Attributes
    ----------
    forward, backward
        Seconds from origin to target and back; infinite where closed. Shape (n_links,).
    reason
        Why a link is closed, "" where open. Shape (n_links,).
    """

    forward: Floats
    backward: Floats
    reason: npt.NDArray[np.object_]


def passage(
    network: Network,
    kind: BehaviourClass,
    catalogue: Catalogue,
    *,
    view: View,
    mode: Mode = "alone",
    hour: float | None = None,
) -> Passage:
    """Return how long residents of ``kind`` take over each link.

    ``t = length / (v · f_surface · f_incline · f_dark)`` where there are no steps; on stairs
    ``t = length / v_down`` or ``/ v_up`` along the slope, slower where it is dark. ``hour``
    closes gates and lanes outside their hours and makes ways without light slow at night;
    None ignores hours. A way that is walked in one direction only takes for ever in the other.

    Source: space reference §4.1; speeds from the class's own entries.
    """
    links = network.links
    closed = closures(network, kind, catalogue, view=view, mode=mode, hour=hour)
    stair = _stepped(links)
    level = links["length"].to_numpy() / (kind.speed_level.value * _surface(links, catalogue))
    forth, back = inclines(links, catalogue).T
    downhill = _falls(links)
    down = links["length"].to_numpy() / kind.speed_down.value
    up = links["length"].to_numpy() / kind.speed_up.value
    forward = np.where(stair, np.where(downhill, down, up), level / forth)
    backward = np.where(stair, np.where(downhill, up, down), level / back)
    slower = _dark(links, catalogue, hour, careful=view == "pessimistic")
    forward, backward = forward * slower, backward * slower
    shut = closed != ""
    forward[shut | (links["oneway"] == "backward").to_numpy()] = np.inf
    backward[shut | (links["oneway"] == "forward").to_numpy()] = np.inf
    return Passage(forward, backward, closed)


def closures(
    network: Network,
    kind: BehaviourClass,
    catalogue: Catalogue,
    *,
    view: View,
    mode: Mode,
    hour: float | None,
) -> npt.NDArray[np.object_]:
    """Return why each link is closed to ``kind``; "" where it is open.

    Reasons: ``inferred``, ``locked``, ``hours``, ``steps``, ``wheelchair``, ``width``, ``slope``;
    in the pessimistic view also ``private`` (the holder may say no), ``lift`` (it may stand
    still), ``handrail`` (none at steps of who needs one) and ``barrier`` (what wheels may
    not get over).
    """
    links = network.links
    careful = view == "pessimistic"
    reason = np.full(len(links), "", dtype=object)
    wheels = kind.takes_steps != "yes"

    def close(which: Flags, why: str) -> None:
        reason[which & (reason == "")] = why

    if careful:
        close(links["inferred"].to_numpy(), "inferred")
        close((links["access"] == "private").to_numpy(), "private")
        close(_true(links["lift"]), "lift")
    close(_true(links["locked"]), "locked")
    close(_outside_hours(links["open_hours"], hour), "hours")
    if wheels and (mode == "alone" or kind.takes_steps == "no"):
        close(_steps(links, careful), "steps")
    if wheels and mode == "alone":
        close(_tagged(links["wheelchair"], careful), "wheelchair")
    if careful and wheels and mode == "alone":
        close(_blocked(links), "barrier")
    if careful and kind.needs_handrail and mode == "alone":
        close(_without_rail(links), "handrail")
    close(_narrow(links, kind, catalogue, careful), "width")
    if kind.max_slope is not None and mode == "alone":
        close(_steep(links, kind.max_slope.value, careful), "slope")
    return reason


def _steps(links: pd.DataFrame, careful: bool) -> Flags:
    bypassed = (links["wheelchair"] == "yes").to_numpy()
    unknown = np.isnan(links["steps"].to_numpy()) & careful
    blocked: Flags = (_stepped(links) | unknown) & ~bypassed
    return blocked


def _stepped(links: pd.DataFrame) -> Flags:
    """Return where there are steps, counted or not: a flight is one without a count too."""
    flights = links["kind"].isin([STAIR, STEPS]).to_numpy()
    stepped: Flags = flights | (links["steps"].fillna(0).to_numpy() > 0)
    return stepped


def _tagged(words: pd.Series, careful: bool) -> Flags:
    bad = {"no", "limited"} if careful else {"no"}
    return words.isin(bad).to_numpy()


def _blocked(links: pd.DataFrame) -> Flags:
    """Return where something lies in the way of wheels and nobody says that they pass."""
    blocked: Flags = (
        links["barrier"].isin(_IN_THE_WAY).to_numpy() & ~(links["wheelchair"] == "yes").to_numpy()
    )
    return blocked


def _without_rail(links: pd.DataFrame) -> Flags:
    """Return the steps out of doors that are known to have no handrail."""
    outside = (links["table"] == "walks").to_numpy()
    bare: Flags = outside & _stepped(links) & (links["handrail"] == "none").to_numpy()
    return bare


def _dark(
    links: pd.DataFrame, catalogue: Catalogue, hour: float | None, *, careful: bool
) -> Floats:
    """Return how much longer each way takes where no lamp burns; unlit is not known to be lit.

    Source: parameters ``dark_from_hour``, ``dark_to_hour``, ``dark_speed_factor``.
    """
    longer = np.ones(len(links))
    if hour is None or not is_open(_night(catalogue), hour):
        return longer
    dark = (links["lit"] == False).fillna(careful)  # noqa: E712  a missing lamp is no dark one
    outside = (links["table"] == "walks") & (links["kind"] != APPROACH)
    longer[dark.to_numpy(dtype=bool) & outside.to_numpy()] /= catalogue.number("dark_speed_factor")
    return longer


def _night(catalogue: Catalogue) -> str:
    """Return the dark hours as a table of hours states them."""
    ends = (catalogue.number("dark_from_hour"), catalogue.number("dark_to_hour"))
    return "-".join(f"{int(at):02d}:{round(at % 1 * 60):02d}" for at in ends)


def _narrow(
    links: pd.DataFrame, kind: BehaviourClass, catalogue: Catalogue, careful: bool
) -> Flags:
    width = links["width"].to_numpy()
    limit = kind.min_width.value
    narrow = (width * _left(links, catalogue) if careful else width) < limit
    if careful and limit > catalogue.number("assumed_walkable_width"):
        narrow |= np.isnan(width) & ~(links["wheelchair"] == "yes").to_numpy()
    result: Flags = narrow
    return result


def _left(links: pd.DataFrame, catalogue: Catalogue) -> Floats:
    """Return the share of each width that what stands on the way leaves."""
    code, words = pd.factorize(links["barrier"])
    known = [catalogue.parameters.get(f"barrier_factor_{word}") for word in words]
    share: Floats = np.array([*(1.0 if one is None else one.value for one in known), 1.0])
    return share[code]


def _steep(links: pd.DataFrame, limit: float, careful: bool) -> Flags:
    slope = links["slope"].to_numpy()
    level_by_tag = (links["wheelchair"] == "yes").to_numpy()
    stairs = links["kind"].isin([STAIR, STEPS]).to_numpy()
    steep = np.abs(slope) > limit
    if careful:
        steep |= np.isnan(slope) & ~level_by_tag
    result: Flags = steep & ~stairs & ~level_by_tag
    return result


def _falls(links: pd.DataFrame) -> Flags:
    """Return where origin lies above target; unknown counts as falling."""
    slope = links["slope"].to_numpy()
    falls: Flags = ~(slope > 0)
    return falls


def _surface(links: pd.DataFrame, catalogue: Catalogue) -> Floats:
    """Return the factor of every link's surface on level speed; unknown slows nobody."""
    prefix = "surface_factor_"
    factors = {
        code.removeprefix(prefix): value.value
        for code, value in catalogue.parameters.items()
        if code.startswith(prefix)
    }
    code, words = pd.factorize(links["surface"])
    factor: Floats = np.array([*(factors.get(word, 1.0) for word in words), 1.0])
    return factor[code]


def _true(flags: pd.Series) -> Flags:
    return flags.fillna(False).to_numpy(dtype=bool)


def _outside_hours(hours: pd.Series, hour: float | None) -> Flags:
    if hour is None:
        return np.zeros(len(hours), dtype=bool)
    known = {text: not is_open(text, hour) for text in hours.dropna().unique()}
    return np.array([known.get(text, False) for text in hours], dtype=bool)


def is_open(hours: str | None, hour: float) -> bool:
    """Return whether ``hours`` (such as ``06:00-22:00;23:00-24:00``) holds at ``hour``.

    Closed on the left and open on the right; hours may run past midnight. Absent is always.
    """
    if hours is None or (isinstance(hours, float) and np.isnan(hours)) or not str(hours).strip():
        return True
    for part in str(hours).split(";"):
        start, stop = (_clock(text) for text in part.strip().split("-"))
        inside = start <= hour < stop if start < stop else (hour >= start or hour < stop)
        if inside:
            return True
    return False


def _clock(text: str) -> float:
    hours, minutes = text.split(":")
    return int(hours) + int(minutes) / 60.0
