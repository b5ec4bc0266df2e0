"""Let a link whose flow was measured, or found by a micro check, use that flow.

Rows of ``bottlenecks.csv`` in a community's own ``catalogue/`` name a place of the map and
give persons per second and metre of clear width at shares of slow walkers. They replace
the flow of the catalogue and the general effect of slow walkers, there and nowhere else.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.network import APPROACH, STAIR
from renlin.kernels import contract
from renlin.simulation.crowd import N_SHARES, slow_share_factor

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


class Measured(NamedTuple):
    """Crowd tables with one more class per measured place.

    Attributes
    ----------
    crowd
        The tables.
    crowd_class
        Class of each link.
    flow
        Persons per second and metre of clear width without slow walkers; missing (NaN)
        where nothing was measured. Shape (n_links,).
    """

    crowd: contract.Crowd
    crowd_class: Whole
    flow: Floats


def measured(
    catalogue: Catalogue,
    links: pd.DataFrame,
    kind: Whole,
    crowd_class: Whole,
    crowd: contract.Crowd,
) -> Measured:
    """Return the crowd tables in which measured places have a class of their own.

    Parameters
    ----------
    links
        Links of the walk network.
    kind, crowd_class
        Kind of way and class of each, shape (n_links,).

    Between two rows the flow runs linearly. Beyond the last share that was measured it
    goes on falling as the catalogue's ``slow_share`` does: what nobody measured is not
    taken to be as good as what was.

    Source: simulation reference 4.5 and 9.1.
    """
    flow, chosen = np.full(len(links), np.nan), crowd_class.copy()
    shares = np.linspace(0.0, 1.0, N_SHARES)
    for code in sorted({row.code for row in catalogue.bottlenecks}):
        rows = sorted((r for r in catalogue.bottlenecks if r.code == code), key=lambda r: r.share)
        here = links_of(links, code)
        if not here.any():
            continue
        found = np.interp(shares, [row.share for row in rows], [row.flow for row in rows])
        found *= _beyond(catalogue, shares, rows[-1].share)
        for base in np.unique(kind[here]):
            mine = here & (kind == base)
            chosen[mine] = len(crowd.capacity_factor)
            crowd = _with_class(crowd, int(base), found / found[0])
        flow[here] = found[0]
    return Measured(crowd, chosen, flow)


def _beyond(catalogue: Catalogue, shares: Floats, last: float) -> Floats:
    """Return how the flow falls beyond the share ``last``, 1 up to it."""
    factor = slow_share_factor(catalogue, np.append(shares, last))
    return np.asarray(np.where(shares > last, factor[:-1] / factor[-1], 1.0))


def links_of(links: pd.DataFrame, code: str) -> Flags:
    """Return the links of the place ``table/place``; of an entrance, the flights of its stair."""
    table, _, place = code.partition("/")
    here = ((links["table"] == table) & (links["place"] == place)).to_numpy()
    kinds = links["kind"] == STAIR if table == "entrances" else links["kind"] != APPROACH
    return np.asarray(here & kinds.to_numpy(), dtype=bool)


def _with_class(crowd: contract.Crowd, base: int, factor: Floats) -> contract.Crowd:
    """Return ``crowd`` with one class more, like ``base`` but for its capacity."""
    return crowd._replace(
        diagram=np.vstack([crowd.diagram, crowd.diagram[base]]),
        capacity_factor=np.vstack([crowd.capacity_factor, factor.astype(np.float32)]),
        jam_density=np.vstack([crowd.jam_density, crowd.jam_density[base]]),
    )
