"""Say who could still get to safety without an element, and why the others could not."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from renlin.simulation.elements.listing import DOOR, FACILITY, GATE_, STAIR_, WALK, Elements
from renlin.simulation.routing import HELPED, OWN
from renlin.simulation.scene import Scene

Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
ONLY_WAY, SEVERAL = "only_way", "several"


class Homes(NamedTuple):
    """Homes whose place is known, told apart by what stops those who live there.

    Attributes
    ----------
    person
        Persons with a known home.
    node, own, helped
        Of each: landing, pattern of closed ways alone and with help.
    """

    person: Whole
    node: Whole
    own: Whole
    helped: Whole


def homes_of(scene: Scene) -> Homes:
    """Return where everybody lives and what is closed to them."""
    who, how = scene.site.who, scene.movers
    node = scene.site.live.node[who.household]
    placed = np.flatnonzero(node >= 0)
    kind = who.kind[placed]
    return Homes(placed, node[placed], how.pattern[kind, OWN], how.pattern[kind, HELPED])


def reached(scene: Scene, shut: Flags, targets: Whole) -> Flags:
    """Return from which nodes one of ``targets`` is reached when links are shut."""
    space = scene.site.ground.space
    n = len(space.shelter)
    if len(targets) == 0:
        return np.zeros(n, dtype=bool)
    open_ = ~shut
    ends = (space.tail[open_], space.head[open_])
    ones = np.ones(int(open_.sum()), dtype=np.int8)
    _, label = connected_components(coo_matrix((ones, ends), shape=(n, n)), directed=False)
    found: Flags = np.isin(label, label[targets])
    return found


def _passes(scene: Scene, homes: Homes, closed: Flags, targets: Whole) -> Flags:
    """Return which persons of ``homes`` get to safety, alone or helped.

    Parameters
    ----------
    closed
        Closed links of each pattern, shape (n_patterns, n_links).
    """
    table = np.zeros((len(closed), len(scene.site.ground.space.shelter)), dtype=bool)
    for pattern in np.unique(np.concatenate([homes.own, homes.helped])):
        table[pattern] = reached(scene, closed[pattern], targets)
    passes: Flags = table[homes.own, homes.node] | table[homes.helped, homes.node]
    return passes


def only_way(scene: Scene, listed: Elements) -> Flags:
    """Return who needs which element: with it there is a way to safety, without it none.

    Returns
    -------
    Shape (n_elements, n_persons). Persons whose home is not known need nothing here.
    """
    homes, there = homes_of(scene), scene.site.there
    closed = scene.movers.closed
    base = _passes(scene, homes, closed, there.node)
    needs = np.zeros((len(listed.listed), scene.site.who.n), dtype=bool)
    for at, element in enumerate(listed.listed):
        targets = there.node
        if element.kind == FACILITY and element.place in there.facilities:
            targets = np.delete(targets, there.facilities.index(element.place))
        lost = base & ~_passes(scene, homes, closed | listed.links(at)[None], targets)
        needs[at, homes.person[lost]] = True
    return needs


MENDED = {
    WALK: ("width",),
    GATE_: ("width", "hours", "locked"),
    DOOR: ("width", "steps", "wheelchair"),
    STAIR_: ("width",),
    FACILITY: ("width",),
}
"""Kind of element -> what improving it may do away with."""


def opens_to(scene: Scene, listed: Elements) -> Flags:
    """Return who has no way to safety today and might have one were an element improved.

    Shape (n_elements, n_persons).
    """
    homes, there = homes_of(scene), scene.site.there
    closed, reasons = scene.movers.closed, scene.movers.reasons
    lost = ~_passes(scene, homes, closed, there.node)
    gains = np.zeros((len(listed.listed), scene.site.who.n), dtype=bool)
    if not lost.any():
        return gains
    for at, element in enumerate(listed.listed):
        mended = np.isin(reasons, MENDED[element.kind]) & listed.links(at)[None]
        if mended.any():
            found = lost & _passes(scene, homes, closed & ~mended, there.node)
            gains[at, homes.person[found]] = True
    return gains


def why(without: Scene, gone: Flags, person: int) -> str:
    """Return why somebody has no way left: what stands in the other one, or ``only_way``.

    Parameters
    ----------
    without
        The scene with the element closed.
    gone
        Links of the element.
    """
    who, how = without.site.who, without.movers
    kind = who.kind[[person]]
    node = int(without.site.live.node[who.household[person]])
    code = how.codes(how.pattern[kind, HELPED], how.pace[kind, HELPED], how.unfamiliar[kind])
    cause = str(without.cause[int(code[0]), node])
    if cause not in ("", SEVERAL, "network_gap", "no_destination"):
        return cause
    left = reached(without, gone, without.site.there.node)[node]
    return SEVERAL if left else ONLY_WAY
