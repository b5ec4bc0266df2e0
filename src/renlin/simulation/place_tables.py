"""Tabulate what happens to places: links, routes, places where people stay, shelters."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.simulation.ensemble import Ensemble
from renlin.simulation.observation import Places
from renlin.simulation.population import Residents
from renlin.simulation.scene import Scene
from renlin.simulation.waiting import Waiting

Floats = npt.NDArray[np.float64]
LINKS = ("scheme", "scenario", "link", "persons", "max_density", "queue_s")
ROUTES = ("scheme", "scenario", "display", "link", "persons")
STAYS = ("scheme", "scenario", "display", "node", "person_seconds", "x", "y")
SHELTERS = (
    "scheme", "scenario", "facility", "capacity", "p50", "p95", "full_share", "turned_away"
)  # fmt: skip
LATE = 0.95


def scene_of(made: Ensemble) -> Scene | None:
    """Return the scene of an ensemble; None when nobody moved in the kernel."""
    return None if isinstance(made.made, Waiting) else made.made.scene


def _places(made: Ensemble) -> list[Places]:
    return [run.places for run in made.runs if run.places is not None]


def link_rows(made: Ensemble) -> gpd.GeoDataFrame:
    """Return use, greatest density and queues of every link that anybody used.

    Means over the runs; ``max_density`` is the mean of each run's greatest.
    """
    scene = scene_of(made)
    if scene is None:
        return gpd.GeoDataFrame(pd.DataFrame(columns=list(LINKS)), geometry=[])
    runs = _places(made)
    persons = np.stack([run.persons.sum(axis=1) for run in runs]).mean(axis=0)
    density = np.stack([run.density for run in runs]).mean(axis=0, dtype=np.float64)
    used = np.flatnonzero(persons > 0)
    links = scene.site.ground.walks.links
    table = pd.DataFrame(
        {
            "scheme": made.scheme,
            "scenario": made.scenario,
            "link": links["link"].to_numpy()[used],
            "persons": persons[used],
            "max_density": density[used],
            "queue_s": np.stack([run.queue for run in runs]).mean(axis=0)[used],
        }
    )
    return gpd.GeoDataFrame(table, geometry=links.geometry.to_numpy()[used], crs=links.crs)


def route_rows(made: Ensemble, who: Residents) -> pd.DataFrame:
    """Return how many persons of each group walk each link, mean over the runs."""
    scene = scene_of(made)
    if scene is None:
        return pd.DataFrame(columns=list(ROUTES))
    mean = np.stack([run.persons for run in _places(made)]).mean(axis=0)
    link, display = np.nonzero(mean > 0)
    names = scene.site.ground.walks.links["link"].to_numpy()
    return pd.DataFrame(
        {
            "scheme": made.scheme,
            "scenario": made.scenario,
            "display": np.array(who.displays, dtype=object)[display],
            "link": names[link],
            "persons": mean[link, display],
        }
    )


def stay_rows(made: Ensemble, who: Residents) -> pd.DataFrame:
    """Return how long people of each group stand at each node after setting out."""
    scene = scene_of(made)
    if scene is None:
        return pd.DataFrame(columns=list(STAYS))
    mean = np.stack([run.stay for run in _places(made)]).mean(axis=0)
    node, display = np.nonzero(mean > 0)
    nodes = scene.site.ground.walks.nodes
    return pd.DataFrame(
        {
            "scheme": made.scheme,
            "scenario": made.scenario,
            "display": np.array(who.displays, dtype=object)[display],
            "node": node_names(scene)[node],
            "person_seconds": mean[node, display],
            "x": nodes["x"].to_numpy()[node],
            "y": nodes["y"].to_numpy()[node],
        }
    )


def node_names(scene: Scene) -> npt.NDArray[np.object_]:
    """Return a name for each node that does not depend on the order of rows."""
    nodes = scene.site.ground.walks.nodes
    named = [
        f"{table}/{place}/{floor}/{kind}" if place else f"{kind}/{index}"
        for index, (kind, table, place, floor) in enumerate(
            zip(nodes["kind"], nodes["table"], nodes["place"], nodes["floor"], strict=True)
        )
    ]
    return np.array(named, dtype=object)


def shelter_rows(made: Ensemble) -> pd.DataFrame:
    """Return the load of every shelter: persons inside at the end, over the runs.

    ``full_share`` is the share of runs in which it was full or somebody was sent away;
    ``turned_away`` the mean of those whom no shelter had room for, counted at the last.
    """
    scene = scene_of(made)
    if scene is None or scene.site.there.n == 0:
        return pd.DataFrame(columns=list(SHELTERS))
    there, runs = scene.site.there, _places(made)
    load = np.stack([run.load for run in runs]).astype(np.float64)
    away = np.stack([run.turned_away for run in runs])
    known = there.capacity >= 0
    full = ((load >= there.capacity) & known) | (away > 0)
    return pd.DataFrame(
        {
            "scheme": made.scheme,
            "scenario": made.scenario,
            "facility": there.facilities,
            "capacity": pd.array(np.where(known, there.capacity, 0), dtype="Int64"),
            "p50": np.quantile(load, 0.5, axis=0),
            "p95": np.quantile(load, LATE, axis=0),
            "full_share": full.mean(axis=0),
            "turned_away": away.mean(axis=0),
        }
    ).assign(capacity=lambda t: t["capacity"].where(known))
