"""Find the links of the walk network that a planner means by the name of a spot."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from renlin.community.community import Community
from renlin.community.network import APPROACH, GATE, STAIR
from renlin.errors import Fault, Said, SchemeFault, did_you_mean
from renlin.simulation.measured import links_of
from renlin.simulation.network import Ground

Whole = npt.NDArray[np.int64]

TABLES = ("gates", "walks", "entrances", "spaces")
"""Where a spot may stand: a gate, a lane, a stair, a yard."""


def links_named(place: Community, ground: Ground, spot: str) -> Whole:
    """Return the rows of the links that ``spot`` names.

    Parameters
    ----------
    spot
        ``table/place`` (``gates/east``), the key alone where only one table has it, or the
        name of one link (``stair/3-1/2/1``, ``main-east#4``). Of a yard: the ways that
        cross its outline. Of an entrance: the flights of its stair.

    Raises
    ------
    SchemeFault
        When nothing is called so, or several things are.
    """
    links = ground.walks.links
    own = np.flatnonzero((links["link"] == spot).to_numpy())
    if len(own):
        return own
    known = [f"{table}/{key}" for table in TABLES for key in place[table].iloc[:, 0].astype(str)]
    meant = [code for code in known if code == spot or code.partition("/")[2] == spot]
    if len(meant) != 1:
        raise SchemeFault(_unknown(spot, known) if not meant else _several(spot, meant))
    table, _, key = meant[0].partition("/")
    found = _into(place, ground, key) if table == "spaces" else links_of(links, meant[0])
    rows = np.flatnonzero(found)
    if not len(rows):
        raise SchemeFault(_no_way(meant[0]))
    return rows


def _into(place: Community, ground: Ground, space: str) -> npt.NDArray[np.bool_]:
    """Return the ways that cross the outline of a space, doors and stairs left out."""
    shapes = place["spaces"].set_index("space").geometry
    outline = shapes[space].boundary.buffer(0.05)
    links = ground.walks.links
    walked = ~links["kind"].isin([APPROACH, STAIR]).to_numpy()
    walked &= (links["table"].isin(["walks", "gates"])).to_numpy()
    met = shapely.intersects(links.geometry.to_numpy(), outline)
    found: npt.NDArray[np.bool_] = walked & np.asarray(met, dtype=bool)
    gates = found & (links["kind"] == GATE).to_numpy()
    return gates if gates.any() else found


def _unknown(spot: str, known: list[str]) -> Fault:
    keys = [*known, *(code.partition("/")[2] for code in known)]
    return Fault(
        spot,
        Said("大门、路段、单元或场地的编号", "the key of a gate, walk, entrance or space"),
        Said("没有这个地点", "no such place"),
        did_you_mean(spot, keys),
        None,
        "spot",
    )


def _several(spot: str, meant: list[str]) -> Fault:
    shown = ", ".join(meant)
    return Fault(
        spot,
        Said("一个地点", "one place"),
        Said(shown, shown),
        Said("写明是哪一个，例如 gates/east。", "Say which, such as gates/east."),
        None,
        "spot",
    )


def _no_way(code: str) -> Fault:
    return Fault(
        code,
        Said("路网上的一段", "a part of the walk network"),
        Said("没有路经过", "no way leads through it"),
        Said("在图上补上路段。", "Draw the way on the map."),
        None,
        "spot",
    )
