"""Turn the catalogue's speed-density rows into the tables of the movement kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import SpeedDensityRow
from renlin.errors import CatalogueFault, Fault, Said, did_you_mean
from renlin.kernels import contract

Floats = npt.NDArray[np.float64]

N_DENSITIES = 512  # steps of a diagram, as the kernel expects
N_SHARES = 21  # columns over the share of slow persons, 0 to 1 in steps of 5 per cent

LEVEL, STAIR, DOOR = range(3)
NARROW = 3
"""Added to the kind of way where the composition of the crowd counts."""
ROLES = ("level", "stair", "level")


class Ways(NamedTuple):
    """The tables, and the greatest specific flow of each kind of way, persons/(s m)."""

    crowd: contract.Crowd
    flow: Floats


def ways(catalogue: Catalogue, chosen: Mapping[str, str]) -> Ways:
    """Return crowd tables for level ways, stairs and doors, wide ones first, then narrow.

    ``chosen`` names the diagram of ``level`` ways and of a ``stair`` (policy
    ``speed_density``). On narrow ways the capacity falls
    with the share of slow walkers; where they are the majority, the diagram of a crowd of
    older people holds on the level.

    Raises
    ------
    CatalogueFault
        When the policy names a row that is not there.

    Source: simulation reference 4.4 and 4.5; rows of ``speed_density`` and ``slow_share``.
    """
    rows = {name: _row(catalogue, chosen, name, default) for name, default in _DEFAULTS.items()}
    names = list(_DEFAULTS)
    shares = np.linspace(0.0, 1.0, N_SHARES)
    slow_crowd = shares >= catalogue.number("slow_majority")
    loss = slow_share_factor(catalogue, shares)
    diagram = np.zeros((2 * NARROW, N_SHARES), dtype=np.int32)
    capacity = np.ones((2 * NARROW, N_SHARES), dtype=np.float32)
    for kind, role in enumerate(ROLES):
        diagram[[kind, kind + NARROW]] = names.index(role)
        if role == "level":
            for row in (kind, kind + NARROW):
                diagram[row, slow_crowd] = names.index("slow_level")
        capacity[kind + NARROW] = loss
    jam = np.array([rows[name].jam_density for name in names])
    factor = np.stack([speed_factor(rows[name]) for name in names])
    density = np.linspace(0.0, jam, N_DENSITIES).T
    peak = np.take_along_axis(density, (density * factor).argmax(axis=1)[:, None], axis=1)
    balanced = catalogue.number("counterflow_capacity_balanced")
    crowd = contract.Crowd(
        speed_factor=factor.astype(np.float32),
        density_step=(jam / (N_DENSITIES - 1)).astype(np.float32),
        peak_density=peak[:, 0].astype(np.float32),
        diagram=diagram,
        capacity_factor=capacity,
        jam_density=jam[diagram].astype(np.float32),
        counterflow_capacity=np.array([1.0, balanced], dtype=np.float32),
        counterflow_speed=np.ones(1, dtype=np.float32),
    )
    flow = np.array([rows["level"].flow, rows["stair"].flow, catalogue.number("flow_door")])
    return Ways(crowd, np.concatenate([flow, flow]))


_DEFAULTS = {"level": "weidmann", "stair": "sfpe_stair", "slow_level": "older_level"}


def speed_factor(row: SpeedDensityRow) -> Floats:
    """Return speed over free speed at ``N_DENSITIES`` densities from 0 to the jam.

    Weidmann: ``1 - exp(-gamma (1/d - 1/jam))``. SFPE: ``(1 - a d) / flat_factor``, 1 below
    ``flat_below``. ``d`` persons/m2; never below the row's floor.

    Source: weidmann1993; sfpe.
    """
    density = np.linspace(0.0, row.jam_density, N_DENSITIES)
    if row.form == "weidmann":
        with np.errstate(divide="ignore"):
            gap = 1.0 / density - 1.0 / row.jam_density
        factor = -np.expm1(-(row.gamma or 0.0) * gap)
    elif row.form == "sfpe":
        free = row.flat_factor or 1.0
        factor = (1.0 - (row.a or 0.0) * density) / free
        factor[density < (row.flat_below or 0.0)] = 1.0
    else:
        raise CatalogueFault(_no_form(row))
    return np.clip(factor, row.floor, 1.0)


def slow_share_factor(catalogue: Catalogue, shares: Floats) -> Floats:
    """Return the factor on capacity at each share of slow persons, linear between rows."""
    code = catalogue.slow_share[0].code if catalogue.slow_share else ""
    rows = [row for row in catalogue.slow_share if row.code == code]
    if not rows:
        return np.ones(len(shares))
    found = np.interp(shares, [row.share for row in rows], [row.factor for row in rows])
    return np.asarray(found, dtype=np.float64)


def _row(
    catalogue: Catalogue, chosen: Mapping[str, str], name: str, default: str
) -> SpeedDensityRow:
    code = chosen.get(name, default)
    if code not in catalogue.speed_density:
        raise CatalogueFault(
            Fault(
                "policy.toml",
                Said("speed_density.csv 里的代码", "a code of speed_density.csv"),
                Said(code, code),
                did_you_mean(code, catalogue.speed_density),
                None,
                f"speed_density.{name}",
            )
        )
    return catalogue.speed_density[code]


def _no_form(row: SpeedDensityRow) -> Fault:
    return Fault(
        "speed_density.csv",
        Said("weidmann 或 sfpe", "weidmann or sfpe"),
        Said(row.form, row.form),
        Said("改用这两种形式之一。", "Use one of these two forms."),
        None,
        f"{row.code}.form",
    )
