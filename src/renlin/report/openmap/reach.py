"""Draw how far on foot a service is reached, by one of a group without help."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from shapely import MultiLineString

from renlin.catalogue.models import BehaviourClass
from renlin.community.community import Community
from renlin.community.passage import View, passage
from renlin.community.paths import field, graph
from renlin.report.book import Book
from renlin.report.maps.walks import class_of
from renlin.report.openmap.layer import Layer, layer
from renlin.report.openmap.units import displays, key
from renlin.report.readings.places import services
from renlin.space.access.coverage import Service, service
from renlin.space.access.reach import INDOORS


def views(book: Book) -> list[str]:
    """Return every view of the reach: a service people walk to, and a group."""
    return [key(code, display) for code in _offered(book) for display in displays(book)]


def reach_layer(book: Book) -> Layer:
    """Return the ways from which a service is reached in time, for every view.

    ``states`` holds one sign per view, in their order: 2 where the careful view keeps the
    limit, 1 where only the hopeful one does, 0 where neither does. Ways count whole: both
    their ends lie within the limit. Who walks does so alone. Services whose people come to
    the residents have no such ways.
    """
    links = book.community.network.links
    outdoors = ~links["kind"].isin(INDOORS).to_numpy() & (links["length"] > 0).to_numpy()
    states = _states(book)[outdoors]
    if states.size == 0:
        return layer("reach", [], book.community.settings.crs)
    shapes = links["geometry"].to_numpy()[outdoors]
    alike, which = np.unique(states, axis=0, return_inverse=True)
    rows = [
        (MultiLineString(list(shapes[which.ravel() == i])), {"states": "".join(map(str, told))})
        for i, told in enumerate(alike)
        if told.any()
    ]
    return layer("reach", rows, book.community.settings.crs)


def _states(book: Book) -> npt.NDArray[np.int64]:
    """Return the state of every link in every view, shape (n_links, n_views)."""
    place, offered = book.community, _offered(book)
    made: dict[str, npt.NDArray[np.int64]] = {}
    for display in displays(book):
        kind = class_of(place, display)
        sure = [] if kind is None else _within(place, offered, kind, "pessimistic")
        hopeful = [] if kind is None else _within(place, offered, kind, "optimistic")
        for code, one, other in zip(offered, sure, hopeful, strict=False):
            made[key(code, display)] = np.where(one, 2, np.where(other, 1, 0))
    nowhere = np.zeros(len(place.network.links), dtype=np.int64)
    columns = [made.get(view, nowhere) for view in views(book)]
    return np.column_stack(columns) if columns else np.empty((len(nowhere), 0), dtype=np.int64)


def _offered(book: Book) -> dict[str, Service]:
    """Return the services people walk to, by code."""
    place = book.community
    found = {
        code: service(code, place["facilities"], place.catalogue, hour=place.policy.hour)
        for code in services(book)
    }
    return {code: one for code, one in found.items() if one is not None and not one.inbound}


def _within(
    place: Community, offered: Mapping[str, Service], kind: BehaviourClass, view: View
) -> list[npt.NDArray[np.bool_]]:
    """Return per service which links lie whole within the limit of the nearest facility."""
    network = place.network
    walked = passage(network, kind, place.catalogue, view=view, hour=place.policy.hour)
    walks = graph(network, walked)
    open_ = np.isfinite(np.minimum(walked.forward, walked.backward))
    origin, target = (network.links[end].to_numpy() for end in ("origin", "target"))
    made = []
    for one in offered.values():
        known = [network.node_of.get(("facilities", str(f))) for f in one.facilities["facility"]]
        targets = [node for node in known if node is not None]
        time = field(walks, targets, limit=one.limit).time
        made.append((np.maximum(time[origin], time[target]) <= one.limit) & open_)
    return made
