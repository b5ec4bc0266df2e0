"""Measure one run of a case: times, flows, densities, counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from renlin.simulation import NetworkRun


def exit_time(run: NetworkRun, of: Mapping[str, Any]) -> float:
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
    "mean": np.mean,
    "median": np.median,
}


def arrived(run: NetworkRun, of: Mapping[str, Any]) -> float:
    """Return how many arrive; ``group``, ``person`` and ``exit`` narrow it."""
    return float(_persons(run, of)["exit_time"].notna().sum())


def speed(run: NetworkRun, of: Mapping[str, Any]) -> float:
    """Return metres walked over seconds from setting out to arriving, mean of the arrived.

    ``at``: ``mean`` (default) or ``sd``, the standard deviation over the persons.
    """
    chosen = _persons(run, of)
    took = chosen["exit_time"] - chosen["departure_time"]
    found = chosen["distance"] / took.where(took > 0)
    return float(found.std(ddof=1) if of.get("at") == "sd" else found.mean())


def flow(run: NetworkRun, of: Mapping[str, Any]) -> float:
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
    return found / _width(run, of) if of.get("per_metre") else found


_PART = (("from", 0.1), ("to", 0.9))


def peak_flow(run: NetworkRun, of: Mapping[str, Any]) -> float:
    """Return the most persons per second who leave ``link`` over any ``window`` s (default 10)."""
    when, persons = _leaving(run, of)
    if len(when) == 0:
        return 0.0
    n_bins = max(1, round(float(of.get("window", 10.0)) / run.bin))
    counted = np.zeros(int(when.max() / run.bin) + 1 + n_bins)
    np.add.at(counted, (when / run.bin).astype(np.int64), persons)
    summed = np.convolve(counted, np.ones(n_bins))
    found = float(summed.max() / (n_bins * run.bin))
    return found / _width(run, of) if of.get("per_metre") else found


def max_density(run: NetworkRun, of: Mapping[str, Any]) -> float:
    """Return the greatest density on ``link``, persons/m2."""
    return _of_link(run, of, "max_density")


def queue(run: NetworkRun, of: Mapping[str, Any]) -> float:
    """Return person-seconds spent in the queue at the ends of ``link``."""
    return _of_link(run, of, "queue")


def departure(run: NetworkRun, of: Mapping[str, Any]) -> float:
    """Return a time of setting out, s: ``at`` first (default), last, mean or median."""
    chosen = _persons(run, of)["departure_time"].to_numpy(dtype=np.float64)
    return float(AT[str(of.get("at", "first"))](chosen)) if len(chosen) else float("nan")


MEASURES: Mapping[str, Callable[[NetworkRun, Mapping[str, Any]], float]] = {
    "exit_time": exit_time,
    "arrived": arrived,
    "speed": speed,
    "flow": flow,
    "peak_flow": peak_flow,
    "max_density": max_density,
    "queue": queue,
    "departure": departure,
}


def _persons(run: NetworkRun, of: Mapping[str, Any]) -> pd.DataFrame:
    found = run.persons
    for name in ("group", "person", "exit"):
        if name in of:
            found = found[found[name].astype(str) == str(of[name])]
    return found


def _leaving(run: NetworkRun, of: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return when persons leave a link, and how many then; ``direction`` 1 unless stated."""
    here = run.flow[run.flow["link"].astype(str) == str(of.get("link"))]
    here = here[here["direction"] == int(of.get("direction", 1))]
    return here["time"].to_numpy(dtype=np.float64), here["persons"].to_numpy(dtype=np.int64)


def _width(run: NetworkRun, of: Mapping[str, Any]) -> float:
    return _of_link(run, of, "width")


def _of_link(run: NetworkRun, of: Mapping[str, Any], column: str) -> float:
    here = run.links[run.links["link"].astype(str) == str(of.get("link"))]
    return float(here[column].iloc[0]) if len(here) else float("nan")
