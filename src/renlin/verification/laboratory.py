"""Hold the simulation against what laboratories measured, by running it at their densities."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue, load
from renlin.simulation import run_network
from renlin.verification.measures import flow as flow_of
from renlin.verification.ring import ring

MEASURED = files("renlin.verification") / "measured"
DENSITIES = tuple(round(0.25 * step, 2) for step in range(1, 17))
"""Persons/m2 of the curves that are drawn."""
ROUND_PEAK = 0.5
PEAK_STEP = 0.1
"""Persons/m2: the greatest flow is sought so far round the stated one, in such steps."""
LIFTED = 3.0
"""Persons/(s m) that ends of ways let through while the greatest flow is sought: beyond any
diagram, so that the diagram alone limits."""
WIDTHS = (0.8, 0.9, 1.0, 1.1, 1.2, 1.5, 1.8, 2.4, 3.0, 4.0, 5.0)
PERSONS_A_METRE = 120
"""Persons who go through a bottleneck, per metre of it: some 90 s of steady flow."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Laboratory:
    """What the simulation gives where laboratories measured.

    Attributes
    ----------
    curves
        ``diagram``, ``density``, ``speed``, ``flow`` of a closed ring, as simulated.
    points
        One row per diagram and measured mean: ``experiment``, ``run``, ``diagram``,
        ``density``, ``speed``, ``flow`` measured (flow worked out as density x speed where
        it was not counted); ``model_density``, ``model_speed``, ``model_flow``.
    errors
        One row per experiment and diagram: ``n``, ``rmse_speed`` and ``bias_speed`` (m/s),
        ``rmse_flow`` and ``bias_flow`` (persons/(s m)), model minus measured; ``by_hand``,
        the error of speed worked from the formula alone, where stated.
    peaks
        Per diagram: ``flow`` and ``density`` of the greatest flow with the ends of ways
        lifted, ``shipped_flow`` without, ``expected_flow``, ``expected_density``,
        ``tolerance``, ``verdict``.
    bottlenecks
        Per width: ``width`` (m), ``flow`` (persons/s), ``per_metre``.
    lines, shapes
        What the literature says of bottlenecks, as numbers and as words.
    experiments, diagrams, means
        What was measured, with sources and with what is not compared and why.
    """

    curves: pd.DataFrame
    points: pd.DataFrame
    errors: pd.DataFrame
    peaks: pd.DataFrame
    bottlenecks: pd.DataFrame
    lines: pd.DataFrame
    shapes: pd.DataFrame
    experiments: pd.DataFrame
    diagrams: pd.DataFrame
    means: pd.DataFrame


def laboratory(*, progress: Progress | None = None) -> Laboratory:
    """Return what comes out of closed rings and of bottlenecks, beside what was measured.

    Nothing is read off a curve: every density is put onto a ring and walked, every width is
    walked through by a crowd.

    Parameters
    ----------
    progress
        Called with what is run, parts done and parts in all.
    """
    catalogue = load(None)
    means, diagrams = measured("means"), measured("diagrams")
    told = progress or (lambda _what, _done, _all: None)
    parts = 2 * len(diagrams) + 1
    curves: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    peaks: list[dict[str, Any]] = []
    for at, kind in enumerate(diagrams.to_dict("records")):
        told(str(kind["en"]), 2 * at, parts)
        curves += _curve(kind, catalogue)
        points += _points(kind, means, catalogue)
        told(str(kind["en"]), 2 * at + 1, parts)
        most = max(row["flow"] for row in curves if row["diagram"] == kind["diagram"])
        peaks.append({**_peak(kind, catalogue), "shipped_flow": most})
    told("bottlenecks", parts - 1, parts)
    made = pd.DataFrame(points)
    return Laboratory(
        curves=pd.DataFrame(curves),
        points=made,
        errors=errors(made, measured("by_hand")),
        peaks=pd.DataFrame(peaks),
        bottlenecks=pd.DataFrame([_bottleneck(width, catalogue) for width in WIDTHS]),
        lines=measured("bottlenecks"),
        shapes=measured("shapes"),
        experiments=measured("experiments"),
        diagrams=diagrams,
        means=means,
    )


def measured(name: str) -> pd.DataFrame:
    """Return a table of what others measured: numbers as numbers, words as words."""
    text = (MEASURED / f"{name}.csv").read_text(encoding="utf-8")
    table = pd.DataFrame(list(csv.DictReader(text.splitlines())))
    for column in table.columns:
        if column in _NUMBERS:
            table[column] = pd.to_numeric(table[column].replace("", np.nan))
        elif column in _FLAGS:
            table[column] = table[column] == "true"
    return table


_NUMBERS = (
    "width", "density", "speed", "flow", "free_speed", "greatest_flow", "at_density",
    "tolerance", "rmse_speed", "per_metre", "from_width", "to_width",
)  # fmt: skip
_FLAGS = ("both_ways", "compared")


def _curve(kind: dict[Any, Any], catalogue: Catalogue) -> list[dict[str, Any]]:
    found = [_ring(kind, density, catalogue) for density in DENSITIES]
    return [{"diagram": kind["diagram"], **state._asdict()} for state in found]


def _points(
    kind: dict[Any, Any], means: pd.DataFrame, catalogue: Catalogue
) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for row in means[means["compared"]].to_dict("records"):
        state = _ring(
            kind, row["density"], catalogue, width=row["width"], both_ways=row["both_ways"]
        )
        counted = row["flow"] if row["flow"] == row["flow"] else row["density"] * row["speed"]
        made.append(
            {
                "experiment": row["experiment"],
                "run": row["run"],
                "diagram": kind["diagram"],
                "density": row["density"],
                "speed": row["speed"],
                "flow": counted,
                "model_density": state.density,
                "model_speed": state.speed,
                "model_flow": state.flow,
            }
        )
    return made


def _ring(kind: dict[Any, Any], density: float, catalogue: Catalogue, **how: Any) -> Any:
    return ring(
        density, diagram=str(kind["diagram"]), free_speed=float(kind["free_speed"]),
        catalogue=catalogue, **how,
    )  # fmt: skip


def errors(points: pd.DataFrame, by_hand: pd.DataFrame) -> pd.DataFrame:
    """Return root mean square error and bias of speed and flow per experiment and diagram."""
    rows = []
    for (experiment, diagram), part in points.groupby(["experiment", "diagram"], sort=True):
        row = {"experiment": experiment, "diagram": diagram, "n": len(part)}
        for what in ("speed", "flow"):
            off = (part[f"model_{what}"] - part[what]).to_numpy(dtype=np.float64)
            row[f"rmse_{what}"] = float(np.sqrt(np.mean(off**2)))
            row[f"bias_{what}"] = float(off.mean())
        rows.append(row)
    stated = by_hand.rename(columns={"rmse_speed": "by_hand"})
    keys = ["experiment", "diagram"]
    return pd.DataFrame(rows).merge(stated[[*keys, "by_hand"]], on=keys, how="left")


def _peak(kind: dict[Any, Any], catalogue: Catalogue) -> dict[str, Any]:
    """Return the greatest flow: the top of the parabola through the flows simulated round it."""
    near = float(kind["at_density"])
    n_steps = round(2 * ROUND_PEAK / PEAK_STEP)
    tried = [near - ROUND_PEAK + PEAK_STEP * step for step in range(n_steps + 1)]
    states = [_ring(kind, density, catalogue, flow=LIFTED) for density in tried]
    a, b, c = np.polyfit([s.density for s in states], [s.flow for s in states], 2)
    density, flow = -b / (2 * a), c - b * b / (4 * a)
    allowed = float(kind["tolerance"])
    off = (abs(flow / kind["greatest_flow"] - 1), abs(density / near - 1))
    return {
        "diagram": kind["diagram"],
        "flow": float(flow),
        "density": float(density),
        "expected_flow": kind["greatest_flow"],
        "expected_density": near,
        "tolerance": allowed,
        "verdict": "within" if max(off) <= allowed else "outside",
        "source": kind["source"],
    }


def _bottleneck(width: float, catalogue: Catalogue) -> dict[str, float]:
    """Return the steady flow of a crowd through a door of ``width`` m."""
    nodes = pd.DataFrame({"node": ["room", "door", "out"], "exit": [False, False, True]})
    links = pd.DataFrame(
        {
            "link": ["room", "door"],
            "origin": ["room", "door"],
            "target": ["door", "out"],
            "length": [8.0, 0.1],
            "width": [16.0, width],
            "kind": ["room", "door"],
            "area": [PERSONS_A_METRE * width, None],
        }
    )
    n = round(PERSONS_A_METRE * width)
    ids = [f"p{at:04d}" for at in range(n)]
    persons = pd.DataFrame({"person": ids, "origin": ["room"] * n})
    run = run_network(nodes, links, persons, catalogue=catalogue)
    found = flow_of(run, {"link": "door"})
    return {"width": width, "flow": found, "per_metre": found / width}
