"""Close ways, gates and stairwells, as a scenario or a plan does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from renlin.community.network import Network
from renlin.community.settings import Scenario
from renlin.errors import DataFault, Fault, Said, did_you_mean, raise_all

ROLES = ("walk", "gate", "entrance")
"""Roles of a scenario's places that stand for what nobody passes."""


def closed(network: Network, keys: Iterable[str]) -> Network:
    """Return the network with every link of these walks, gates and entrances locked.

    Raises
    ------
    DataFault
        With every key no link belongs to.
    """
    wanted = list(dict.fromkeys(keys))
    places = network.links["place"]
    known = sorted({str(place) for place in places.dropna() if place})
    faults = [_unknown(key, known) for key in wanted if key not in set(known)]
    raise_all(faults, DataFault)
    shut = places.isin(wanted).to_numpy()
    locked = network.links["locked"].mask(shut, True)
    return replace(network, links=network.links.assign(locked=locked))


def struck(scenario: Scenario) -> tuple[str, ...]:
    """Return the ways, gates and stairwells a scenario names, all events of it.

    Assumption: what it names is not passed while it lasts. What it closes without naming,
    such as a lane under debris, is not known before it is simulated.
    """
    named = [scenario.places, *(blow.places for blow in scenario.also)]
    return tuple(
        place for places in named for role, place in places.items() if role.split("_")[0] in ROLES
    )


def _unknown(key: str, known: list[str]) -> Fault:
    return Fault(
        "layers/walks, gates, entrances",
        Said("一段路、一道门或一个单元的编号", "the key of a walk, a gate or an entrance"),
        Said(key, key),
        did_you_mean(key, known),
    )
