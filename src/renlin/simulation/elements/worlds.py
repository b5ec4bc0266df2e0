"""Make the world in which an element is improved, or gone, without laying all out anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.assembly import level_door, narrowed
from renlin.community.community import Community
from renlin.community.network import APPROACH, HALL, INSIDE, STAIR, THRESHOLD, Network
from renlin.community.scheme import apply
from renlin.community.settings import Edit, Scenario
from renlin.simulation.elements.improvements import scheme_of
from renlin.simulation.elements.listing import (
    DOOR,
    FACILITY,
    GATE_,
    STAIR_,
    WALK,
    Element,
    Elements,
)
from renlin.simulation.network import Ground, laid_on
from renlin.simulation.observation import Stage, stage
from renlin.simulation.population import Residents
from renlin.simulation.routing import Limits
from renlin.simulation.scene import Scene, limits_of, scene, scene_like

Flags = npt.NDArray[np.bool_]
GONE = "gone"
"""Reason of a closed link that no class and no hour opens."""


@dataclass(frozen=True)
class Today:
    """The place as it stands, laid out for one scenario.

    Attributes
    ----------
    place, who, scenario
        What is looked at.
    limits
        What stops each class.
    stage
        Ready for the kernel.
    elements
        All elements.
    """

    place: Community
    who: Residents
    scenario: Scenario
    limits: Limits
    stage: Stage
    elements: Elements

    @property
    def scene(self) -> Scene:
        """Return the scene as it stands."""
        return self.stage.scene

    @property
    def ground(self) -> Ground:
        """Return the network as it stands."""
        return self.stage.scene.site.ground


def improved(today: Today, elements: Sequence[Element], edits: Sequence[Edit]) -> Stage:
    """Return the stage under the edits: what a scheme of these edits gives, link by link.

    Edits of width, hours, light and capacity move no node and no link, so the network is
    not assembled again: the links of the elements take their new facts.
    """
    world = apply(scheme_of(elements, edits), today.place)
    walks = today.ground.walks
    for element in elements:
        walks = with_facts(walks, world, element)
    ground = laid_on(world, walks)
    limit = limits_of(world, ground, today.who)
    return stage(scene_like(today.scene, world, ground, limit))


def without(today: Today, element: Element) -> Stage:
    """Return the stage in which an element is closed from the start, and everybody knows.

    Nobody enters its links; a facility takes nobody besides.
    """
    gone = gone_links(today, element)
    reasons = np.where(gone[None], GONE, today.limits.reasons)
    place = today.place
    if element.kind == FACILITY:
        rows = place["facilities"]
        shut = rows["state"].mask(rows["facility"].astype(str) == element.place, "closed")
        place = place.with_tables(facilities=rows.assign(state=shut))
    limit = replace(today.limits, reasons=reasons)
    return stage(scene(place, today.ground, limit, today.who, today.scenario))


def gone_links(today: Today, element: Element) -> Flags:
    """Return the links that close with an element."""
    return today.elements.links(today.elements.listed.index(element))


def with_facts(walks: Network, world: Community, element: Element) -> Network:
    """Return ``walks`` in which the links of ``element`` say what its row in ``world`` says."""
    links = walks.links
    mine = ((links["table"] == element.table) & (links["place"] == element.place)).to_numpy()
    mine = mine & (links["kind"] != APPROACH).to_numpy()
    row = _row(world, element)
    changed: gpd.GeoDataFrame = links.copy()
    for kinds, facts in _facts(element, row):
        chosen = mine & links["kind"].isin(kinds).to_numpy() if kinds else mine
        for column, value in facts.items():
            values = changed[column].copy()
            values[chosen] = pd.NA if value is None and column == "locked" else value
            changed[column] = values.astype(links[column].dtype)
    return Network(walks.nodes, changed)


def _row(world: Community, element: Element) -> dict[Any, Any]:
    rows = world[element.table]
    found: dict[Any, Any] = rows[rows.iloc[:, 0].astype(str) == element.place].iloc[0].to_dict()
    return found


def _facts(
    element: Element, row: Mapping[Any, Any]
) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """Return what the links of an element say, by kind of link; () is every one of them."""
    if element.kind == GATE_:
        return [((), {name: row[name] for name in ("width", "open_hours", "locked")})]
    if element.kind == STAIR_:
        width = narrowed(row["stair_width"], row["blocked_width"])
        return [((STAIR,), {"width": width}), ((), {"lit": row["lit"]})]
    if element.kind == DOOR:
        return [
            ((HALL, THRESHOLD), {"width": row["door_width"]}),
            ((THRESHOLD,), {"wheelchair": level_door(dict(row))}),
        ]
    kinds = {FACILITY: (INSIDE,), WALK: ()}[element.kind]
    return [(kinds, {"width": row["width"]})]
