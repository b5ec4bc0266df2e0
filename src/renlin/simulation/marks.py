"""Name what determines the run of a seed, so that a kept one is never taken for another."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import numpy as np

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Model
from renlin.community.community import Community
from renlin.community.settings import Scenario
from renlin.finding import content_hash
from renlin.simulation.population import Residents
from renlin.simulation.traced import TABLES
from renlin.version import VERSION

TOLD = {"zh", "en", "note"}
"""What a scenario says to people only."""
RECKONING = ("numba", "numpy", "pandas", "pyarrow", "scipy", "shapely")
"""Packages whose numbers go into a run."""


def marks(
    who: Residents,
    catalogue: Catalogue,
    schemes: Mapping[str, Community],
    scenarios: Sequence[Scenario],
) -> dict[tuple[str, str], str]:
    """Return (scheme, scenario) -> hash of all that determines the run of a seed.

    That is the program, the residents as the simulation knows them, the catalogue their
    bodies are drawn from; of the scheme the tables, the catalogue and the policy its runs
    read, but not its code; and the scenario. Not the seed, not how many workers.

    Parameters
    ----------
    who, catalogue
        Residents and catalogue of the community as it stands.
    """
    hashes: dict[int, str] = {}
    shared = (program(), _residents(who), _catalogue(catalogue, hashes))
    worlds = {code: _world(world, hashes) for code, world in schemes.items()}
    return {
        (code, scenario.code): _hash((*shared, world, scenario.model_dump_json(exclude=TOLD)))
        for code, world in worlds.items()
        for scenario in scenarios
    }


@cache
def program() -> str:
    """Return a hash of this program, of what it reckons with and of the kind of machine."""
    root = Path(__file__).parents[1]
    sources = [
        (path.relative_to(root).as_posix(), path.read_bytes())
        for path in sorted(root.rglob("*.py"))
    ]
    packages = [(name, version(name)) for name in RECKONING]
    return _hash((VERSION, platform.machine(), packages, sources))


def _residents(who: Residents) -> str:
    return _hash([(item.name, _exact(getattr(who, item.name))) for item in fields(who)])


def _exact(value: object) -> object:
    """Return ``value`` as something whose text holds all of it.

    Raises
    ------
    TypeError
        For a type nobody has thought of: its text might leave out what matters.
    """
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, Mapping):
        return [(key, _exact(value[key])) for key in sorted(value)]
    if isinstance(value, tuple | list):
        return [_exact(one) for one in value]
    if isinstance(value, str | int | float | Model):
        return value
    raise TypeError(f"{type(value).__name__} cannot be told exactly")


def _world(world: Community, hashes: dict[int, str]) -> str:
    """Return the hash of what the runs of a scheme read.

    ``hashes`` keeps those of tables and catalogues that schemes share, by identity.
    """
    tables = []
    for name in TABLES:
        table = world[name]
        if id(table) not in hashes:
            hashes[id(table)] = content_hash(table)
        tables.append((name, hashes[id(table)]))
    relations = sorted(world.policy.speed_density.items())
    return _hash((tables, _catalogue(world.catalogue, hashes), relations))


def _catalogue(catalogue: Catalogue, hashes: dict[int, str]) -> str:
    if id(catalogue) not in hashes:
        hashes[id(catalogue)] = _hash(
            [(part.name, catalogue.digest(part.name)) for part in fields(catalogue)]
        )
    return hashes[id(catalogue)]


def _hash(value: object) -> str:
    return blake2b(repr(value).encode(), digest_size=16).hexdigest()
