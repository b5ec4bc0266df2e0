"""Measure one run of a case: times, flows, densities, counts, how well a distribution fits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.simulation import NetworkRun
from renlin.verification.fit import p_value

Of = Mapping[str, Any]
Floats = npt.NDArray[np.float64]


def mean(found: Floats) -> float:
    """Return the mean, summed exactly: the order of persons does not show in a last digit."""
    return math.fsum(found) / len(found)


def exit_time(run: NetworkRun, of: Of) -> float:
    """Return a time of arrival, s: of the ``last``, the ``first``, the ``mean``, the ``median``.

    ``of``: ``at`` (default last), and ``group``, ``person`` or ``exit`` to narrow it. Who does
    not arrive makes every one but the first infinite: nobody is dropped.
    """
    chosen = _persons(run, of)
    times = chosen["exit_time"].fillna(np.inf).to_numpy(dtype=np.float64)
    if len(times) == 0:
        return float("nan")
    return float(AT[str(of.get("at", "last"))](times))


AT: Mapping[str, Callable[[Any], Any]] = {
    "last": np.max,
    "first": np.min,
    "mean": mean,
    "median": np.median,
}


def arrived(run: NetworkRun, of: Of) -> float:
    """Return how many arrive; ``group``, ``person`` and ``exit`` narrow it."""
    return float(_persons(run, of)["exit_time"].notna().sum())


def share(run: NetworkRun, of: Of) -> float:
    """Return the share who arrive, by ``exit`` when one is named, of all, or of ``group``."""
    whom = {name: value for name, value in of.items() if name != "exit"}
    n = len(_persons(run, whom))
    return arrived(run, of) / n if n else float("nan")


def speed(run: NetworkRun, of: Of) -> float:
    """Return metres walked over seconds from setting out to arriving, of the arrived.

    ``at``: ``mean`` (default), ``sd`` over the persons, ``least`` or ``greatest``.
    """
    found = _speeds(_persons(run, of))
    return float(_SPREAD[str(of.get("at", "mean"))](found)) if len(found) else float("nan")


_SPREAD: Mapping[str, Callable[[Any], Any]] = {
    "mean": mean,
    "sd": lambda found: (
        math.sqrt(mean((found - mean(found)) ** 2) * len(found) / (len(found) - 1))
        if len(found) > 1
        else math.nan
    ),
    "least": np.min,
    "greatest": np.max,
}


def distance(run: NetworkRun, of: Of) -> float:
    """Return metres walked, mean over the persons, who arrived or not."""
    chosen = _persons(run, of)["distance"].to_numpy(dtype=np.float64)
    return mean(chosen) if len(chosen) else float("nan")


def flow(run: NetworkRun, of: Of) -> float:
    """Return persons per second who leave ``link`` at its far end between two of them.

    ``from`` and ``to`` (shares of the persons, default 0.1 and 0.9) choose the steady part;
    ``per_metre`` divides by the clear width.
    """
    when = np.repeat(*_leaving(run, of))
    if len(when) == 0:
        return 0.0
    first, last = (int(float(of.get(k, d)) * (len(when) - 1)) for k, d in _PART)
    took = when[last] - when[first]
    found = (last - first) / took if took > 0 else float("nan")
    return float(found / _width(run, of) if of.get("per_metre") else found)


_PART = (("from", 0.1), ("to", 0.9))


def peak_flow(run: NetworkRun, of: Of) -> float:
    """Return the most persons per second who leave ``link`` over any ``window`` s (default 10)."""
    when, persons = _leaving(run, of)
    if len(when) == 0:
        return 0.0
    n_bins = max(1, round(float(of.get("window", 10.0)) / run.bin))
    counted = np.zeros(int(when.max() / run.bin) + 1 + n_bins)
    np.add.at(counted, (when / run.bin + 0.5).astype(np.int64), persons)
    summed = np.convolve(counted, np.ones(n_bins))
    found = float(summed.max() / (n_bins * run.bin))
    return found / _width(run, of) if of.get("per_metre") else found


def passed(run: NetworkRun, of: Of) -> float:
    """Return how many walk all of ``link``; with ``share``, of all persons."""
    n = float(_leaving(run, of)[1].sum())
    if not of.get("share"):
        return n
    return n / len(run.persons) if len(run.persons) else float("nan")


def max_density(run: NetworkRun, of: Of) -> float:
    """Return the greatest density on ``link``, persons/m2."""
    return _of_link(run, of, "max_density")


def density(run: NetworkRun, of: Of) -> float:
    """Return the mean density on ``link`` until the last has arrived, persons/m2."""
    until = run.persons["exit_time"].fillna(run.time).max()
    if not until > 0.0:
        return float("nan")
    return _of_link(run, of, "occupancy") / (_of_link(run, of, "area") * float(until))


def link_speed(run: NetworkRun, of: Of) -> float:
    """Return the mean speed on ``link``, m/s: metres walked over person-seconds, both ways.

    The queue at its end counts: who stands there is still on the link.
    """
    here = run.flow[run.flow["link"].astype(str) == str(of.get("link"))]
    spent = _of_link(run, of, "occupancy")
    metres = float(here["persons"].sum()) * _of_link(run, of, "length")
    return metres / spent if spent > 0.0 else float("nan")


def queue(run: NetworkRun, of: Of) -> float:
    """Return person-seconds spent in the queue at the ends of ``link``."""
    return _of_link(run, of, "queue")


def gridlock(run: NetworkRun, of: Of) -> float:
    """Return entries forced by the stuck rule, on ``link`` or on all."""
    return _of_link(run, of, "gridlock") if "link" in of else float(run.links["gridlock"].sum())


def departure(run: NetworkRun, of: Of) -> float:
    """Return a time of setting out, s: ``at`` first (default), last, mean or median."""
    chosen = _persons(run, of)["departure_time"].to_numpy(dtype=np.float64)
    return float(AT[str(of.get("at", "first"))](chosen)) if len(chosen) else float("nan")


def delay(run: NetworkRun, of: Of) -> float:
    """Return seconds from the stated release to setting out: ``at`` last (greatest, default)."""
    chosen = _persons(run, of)
    found = (chosen["departure_time"] - chosen["release"]).to_numpy(dtype=np.float64)
    return float(AT[str(of.get("at", "last"))](found)) if len(found) else float("nan")


def fit(run: NetworkRun, of: Of) -> float:
    """Return the p-value of Kolmogorov and Smirnov: could these come from the distribution.

    ``what``: ``departure`` (default), ``speed`` or ``exit_time``; ``distribution``,
    ``value``, ``sd``, ``shape``, ``low``, ``high``, ``shift`` as in ``[draw]``.
    """
    return p_value(_WHAT[str(of.get("what", "departure"))](_persons(run, of)), of)


def _times(column: str) -> Callable[[pd.DataFrame], Floats]:
    return lambda chosen: np.asarray(chosen[column].dropna(), dtype=np.float64)


def _speeds(chosen: pd.DataFrame) -> Floats:
    took = chosen["exit_time"] - chosen["departure_time"]
    found = (chosen["distance"] / took.where(took > 0)).dropna()
    return np.asarray(found, dtype=np.float64)


_WHAT: Mapping[str, Callable[[pd.DataFrame], Floats]] = {
    "departure": _times("departure_time"),
    "exit_time": _times("exit_time"),
    "speed": _speeds,
}


@dataclass(frozen=True)
class Measure:
    """One measure: how it is taken, and what it may be taken of.

    Attributes
    ----------
    of
        Keys of ``of``: ``person``, ``group``, ``exit`` and ``link`` must be there, the
        others are options of the measure.
    words
        Values that an option may have, where only some are known.
    needed
        Keys without which it cannot be taken.
    """

    taken: Callable[[NetworkRun, Of], float]
    of: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...] = ()


_WHOM = ("group", "person", "exit")
_TIME = {"at": tuple(AT)}
_LINK = ("link",)
_FORM = ("distribution", "value", "sd", "shape", "low", "high", "shift")

MEASURES: Mapping[str, Measure] = {
    "exit_time": Measure(exit_time, ("at", *_WHOM), _TIME),
    "arrived": Measure(arrived, _WHOM, {}),
    "share": Measure(share, _WHOM, {}),
    "speed": Measure(speed, ("at", *_WHOM), {"at": tuple(_SPREAD)}),
    "distance": Measure(distance, _WHOM, {}),
    "flow": Measure(flow, ("link", "direction", "from", "to", "per_metre"), {}, _LINK),
    "peak_flow": Measure(peak_flow, ("link", "direction", "window", "per_metre"), {}, _LINK),
    "passed": Measure(passed, ("link", "direction", "share"), {}, _LINK),
    "max_density": Measure(max_density, _LINK, {}, _LINK),
    "density": Measure(density, _LINK, {}, _LINK),
    "link_speed": Measure(link_speed, _LINK, {}, _LINK),
    "queue": Measure(queue, _LINK, {}, _LINK),
    "gridlock": Measure(gridlock, _LINK, {}),
    "departure": Measure(departure, ("at", *_WHOM), _TIME),
    "delay": Measure(delay, ("at", *_WHOM), _TIME),
    "fit": Measure(fit, ("what", *_WHOM, *_FORM), {"what": tuple(_WHAT)}, ("distribution",)),
}


def _persons(run: NetworkRun, of: Of) -> pd.DataFrame:
    found = run.persons
    for name in _WHOM:
        if name in of:
            found = found[found[name].astype(str) == str(of[name])]
    return found


def _leaving(run: NetworkRun, of: Of) -> tuple[Any, Any]:
    """Return when persons leave a link, and how many then; ``direction`` 1 unless stated."""
    here = run.flow[run.flow["link"].astype(str) == str(of.get("link"))]
    here = here[here["direction"] == int(of.get("direction", 1))]
    return here["time"].to_numpy(dtype=np.float64), here["persons"].to_numpy(dtype=np.int64)


def _width(run: NetworkRun, of: Of) -> float:
    return _of_link(run, of, "width")


def _of_link(run: NetworkRun, of: Of, column: str) -> float:
    here = run.links[run.links["link"].astype(str) == str(of.get("link"))]
    return float(here[column].iloc[0]) if len(here) else float("nan")
