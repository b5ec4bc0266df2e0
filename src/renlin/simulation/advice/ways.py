"""Turn advice into what the kernel reads: further targets whose tables lead another way.

An advised way is the shortest one when some links cost more than their length. Nothing is
forbidden, so nobody loses their way by advice: where there is no other, the default remains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.kernels import contract
from renlin.simulation.crew import Crew
from renlin.simulation.luck import Luck
from renlin.simulation.notification import (
    ALARM,
    CHANNELS,
    DOOR_ROUND,
    LOUDSPEAKER,
    MESSAGE,
    NEIGHBOUR,
    NOTICED,
)
from renlin.simulation.routing import fields, graph, to_safety
from renlin.simulation.scene import SAFETY, Scene, shut_after
from renlin.simulation.strike import Strike

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Table = npt.NDArray[np.int32]

NO_ADVICE = -1
_PARAMETERS: Mapping[int, str] = {
    NOTICED: "advice_followed_card",
    ALARM: "advice_followed_card",
    MESSAGE: "advice_followed_message",
    LOUDSPEAKER: "advice_followed_message",
    NEIGHBOUR: "advice_followed_told",
    DOOR_ROUND: "advice_followed_told",
}
"""Channel -> share of the households it reaches that follow advice."""


@dataclass(frozen=True)
class Advice:
    """Who is advised which way, and how many of them follow.

    Attributes
    ----------
    surcharge
        What each link costs above its length when a way is worked out, level metres, shape
        (n_ways, n_links).
    way
        Per household: row of ``surcharge``, -1 where the default way stands.
    followed
        Share of households that follow, by channel of coming to know.
    """

    surcharge: Floats
    way: Whole
    followed: Floats
    known: dict[bytes, contract.Routing] = field(default_factory=dict, repr=False)


def followed_shares(catalogue: Catalogue, compliance: float | None) -> Floats:
    """Return the share of households that follow advice, by channel.

    Whom nothing reaches cannot follow. ``compliance`` takes the place of the catalogue's
    shares for every channel.

    Source: parameters ``advice_followed_*``.
    """
    shares = np.zeros(len(CHANNELS))
    for channel, name in _PARAMETERS.items():
        shares[channel] = catalogue.number(name) if compliance is None else compliance
    return shares


def followers(advice: Advice, who: Crew, luck: Luck) -> Flags:
    """Return the households that take the way they are advised, in one run."""
    told = np.isfinite(who.notice.time) & (advice.way != NO_ADVICE)
    willing = luck("household", "advice") < advice.followed[who.notice.channel]
    return np.asarray(told & willing)


def directed(
    movers: contract.Entities, advice: Advice, scene: Scene, who: Crew, luck: Luck
) -> contract.Entities:
    """Return the entities with the last leg of those who follow led by the advised way."""
    follows = followers(advice, who, luck)
    home = np.flatnonzero((who.entity >= 0) & who.presence.home)
    household = scene.site.who.household[home]
    way = np.full(who.n, NO_ADVICE, dtype=np.int64)
    way[who.entity[home]] = np.where(follows, advice.way, NO_ADVICE)[household]
    way[list(who.helper.values())] = NO_ADVICE
    last = movers.legs.start[1:].astype(np.int64) - 1
    mine = np.flatnonzero((way != NO_ADVICE) & (movers.legs.target[last] == SAFETY))
    target = movers.legs.target.copy()
    target[last[mine]] = scene.routes.row.shape[1] + way[mine]
    return movers._replace(legs=movers.legs._replace(target=target))


def with_advice(
    base: contract.Routing, advice: Advice, scene: Scene, strike: Strike
) -> contract.Routing:
    """Return the kernel's routing with one more target for each advised way."""
    shut = [scene.shut]
    after = shut_after(scene, strike)
    shut += [after] if after is not None else []
    mark = b"" if after is None else after.tobytes()
    made = advice.known.get(mark)
    if made is None:
        made = _extended(base, advice, scene, shut)
        advice.known[mark] = made
    return base._replace(next_link=made.next_link, row=made.row, target_shelter=made.target_shelter)


def _extended(
    base: contract.Routing, advice: Advice, scene: Scene, shut: list[Flags]
) -> contract.Routing:
    n_ways, n_movers = len(advice.surcharge), len(scene.movers.listed)
    tables, n_rows = [base.next_link], len(base.next_link)
    row = np.full((n_movers, n_ways, len(shut)), -1, dtype=np.int32)
    for info, closed in enumerate(shut):
        for way in range(n_ways):
            tables.append(detour(scene, advice.surcharge[way], closed))
            row[:, way, info] = n_rows + np.arange(n_movers)
            n_rows += n_movers
    none = np.full(n_ways, -1, dtype=np.int32)
    return base._replace(
        next_link=np.ascontiguousarray(np.concatenate(tables), dtype=np.int32),
        row=np.ascontiguousarray(np.concatenate([base.row, row], axis=1), dtype=np.int32),
        target_shelter=np.concatenate([base.target_shelter, none]),
    )


def detour(scene: Scene, surcharge: Floats, shut: Flags) -> Table:
    """Return the next link to safety of every mover when links cost more, (n_movers, n_nodes)."""
    there, ground = scene.site.there, scene.site.ground
    made = []
    for index in range(len(scene.movers.listed)):
        walks = graph(ground.space, scene.costs[index] + surcharge[:, None], shut[index])
        made.append(to_safety(fields(walks, there.node), there.choice).link[0])
    return np.stack(made).astype(np.int32)
