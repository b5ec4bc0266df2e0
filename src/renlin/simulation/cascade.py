"""Follow a local failure through water, power and access: who loses what, when, because of what.

A node of a supply network lives as long as what it needs and one of those that feed it,
and then for its own reserve. A household loses a service when the last node that serves
its building fails; access, when no way leads on from its door any more for somebody who
lives there. What no record says is unknown, never safe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.passage import passage
from renlin.community.paths import graph, times_to
from renlin.community.supply import lives, services, serving
from renlin.errors import Fault, Said, SchemeFault, did_you_mean, raise_all
from renlin.finding import Finding, Lineage, content_hash, find

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

ACCESS = "access"
WAYS = ("walks", "gates", "entrances")
LOST, KEPT, UNKNOWN = "lost", "kept", "unknown"
COLUMNS = ("household", "service", "state", "since_h", "because")


@dataclass(frozen=True)
class Cascade:
    """What follows from a failure.

    Attributes
    ----------
    households
        Finding ``simulation.cascade``: household, service, state, hours until it is lost,
        and the chain of nodes from the failure to the home.
    groups
        Finding ``simulation.cascade_groups``: persons of each group by service and state.
    """

    households: Finding
    groups: Finding


def cascade(place: Community, needs: NeedsFindings, lost: Sequence[str]) -> Cascade:
    """Return who loses power, water or access, and when, if ``lost`` fail at hour 0.

    Parameters
    ----------
    place
        The community; supply networks in its layer ``utilities``.
    needs
        Findings of needs identification for it.
    lost
        Keys of utilities, walks, gates or entrances that fail together.

    Raises
    ------
    SchemeFault
        For a key that is nowhere, or none at all.
    DataFault
        When a node with a reserve feeds itself in a ring, which no order of failing solves.

    Source: features B4; checked against enumeration of all states on small networks.
    """
    _check(place, lost)
    homes = _homes(place, needs)
    life, because = lives(place["utilities"], lost)
    rows = [
        row
        for service in services(place["utilities"])
        for row in _served(place, homes, service, life, because)
    ]
    table = pd.DataFrame([*rows, *_access(place, needs, homes, lost)], columns=list(COLUMNS))
    table = table.sort_values(["household", "service"], kind="stable").reset_index(drop=True)
    return _findings(place, needs, table, lost)


def _check(place: Community, lost: Sequence[str]) -> None:
    known = [str(key) for table in ("utilities", *WAYS) for key in place[table].iloc[:, 0]]
    expected = Said("供应节点、路段、门或单元的编号", "a key of a utility, walk, gate or entrance")
    faults = [
        Fault("lost", expected, Said(name, name), did_you_mean(name, known))
        for name in lost
        if name not in known
    ]
    if not lost:
        none = Said("一个也没有", "none")
        faults.append(Fault("lost", expected, none, Said("至少写一个。", "Name one at least.")))
    raise_all(faults, SchemeFault)


def _homes(place: Community, needs: NeedsFindings) -> pd.DataFrame:
    """Return household, unit, building and storey of everybody who lives here."""
    living = sorted(set(needs.profiles.table["household"].astype(str)))
    flats = place["dwellings"].set_index("dwelling")
    units = place["entrances"].set_index("entrance")["building"]
    rows = place["households"].set_index("household")["dwelling"].reindex(living)
    lived = flats.reindex(rows.to_numpy())
    found = pd.DataFrame({"household": living, "entrance": lived["entrance"].to_numpy()})
    found["floor"] = lived["floor"].to_numpy(dtype=np.float64, na_value=np.nan)
    found["building"] = found["entrance"].map(units)
    return found


def _served(
    place: Community,
    homes: pd.DataFrame,
    service: str,
    life: Mapping[str, float],
    because: Mapping[str, tuple[str, ...]],
) -> list[tuple[str, str, str, float, str]]:
    nodes_of = serving(place["utilities"], service)
    found = []
    for home, building in zip(homes["household"], homes["building"], strict=True):
        nodes = nodes_of.get(str(building), [])
        if not nodes:
            found.append((home, service, UNKNOWN, np.nan, ""))
            continue
        last = max(nodes, key=lambda one: (life[one], one))
        ends = np.isfinite(life[last])
        chain = " > ".join(because[last]) if ends else ""
        hours = life[last] if ends else np.nan
        found.append((home, service, LOST if ends else KEPT, hours, chain))
    return found


def _access(
    place: Community, needs: NeedsFindings, homes: pd.DataFrame, lost: Sequence[str]
) -> list[tuple[str, str, str, float, str]]:
    """Return who can no longer get from the door to any facility."""
    links = place.network.links
    gone = links["table"].isin(WAYS) & links["place"].isin(list(lost))
    landing = place.network.landing_of
    floor = homes["floor"].fillna(1.0).clip(lower=1.0).astype(int)
    keys = zip(homes["entrance"].astype(str), floor, strict=True)
    node = np.array([landing.get((unit, storey), -1) for unit, storey in keys])
    cut = np.zeros(len(homes), dtype=bool)
    known = node >= 0
    kinds = needs.profiles.table.groupby("household")["class"].agg(lambda own: sorted(set(own)))
    classes = [kinds[home] for home in homes["household"]]
    for code in sorted({code for own in classes for code in own}):
        before, after = (_reaches(place, code, without, node) for without in ((), tuple(lost)))
        lives_here = np.array([code in own for own in classes])
        cut |= lives_here & before & ~after
    chain = " > ".join(sorted(set(links.loc[gone, "place"].astype(str))))
    return [
        (home, ACCESS, LOST if c else KEPT if k else UNKNOWN, 0.0 if c else np.nan, chain * bool(c))
        for home, c, k in zip(homes["household"], cut, known, strict=True)
    ]


def _reaches(
    place: Community, code: str, lost: Sequence[str], node: npt.NDArray[np.int64]
) -> Flags:
    """Return whether each landing has a way, with help, to any facility."""
    network, catalogue = place.network, place.catalogue
    shut = (network.links["table"].isin(WAYS) & network.links["place"].isin(list(lost))).to_numpy()
    walked = passage(network, catalogue.classes[code], catalogue, view="optimistic", mode="helped")
    walked.forward[shut], walked.backward[shut] = np.inf, np.inf
    chosen = sorted(at for (table, _), at in network.node_of.items() if table == "facilities")
    if not chosen:
        return np.zeros(len(node), dtype=bool)
    reached = np.isfinite(times_to(graph(network, walked), chosen)).any(axis=0)
    return np.asarray(np.append(reached, False)[node])


def _findings(
    place: Community, needs: NeedsFindings, table: pd.DataFrame, lost: Sequence[str]
) -> Cascade:
    inputs = {name: content_hash(place[name]) for name in ("utilities", "dwellings", *WAYS)}
    behind = [needs.profiles]
    rule = Lineage(
        "a node lives as long as what it needs and its longest-lived feeder, then for its "
        "reserve; a home as long as the last node that serves its building; access: a way to "
        "a facility for every class that lives there",
        (),
        (("needs.profiles", "household", "household"),),
    )
    homes = find(
        "simulation.cascade", table, key=["household", "service"], inputs=inputs, parents=behind,
        parameters={"lost": sorted(lost)}, synthetic=place.synthetic, privacy="personal",
        lineage=dict.fromkeys(("state", "since_h", "because"), rule),
    )  # fmt: skip
    people = needs.profiles.table[["person", "household", "display"]]
    joined = people.merge(table, on="household")
    groups = joined.groupby(["display", "service", "state"], as_index=False).agg(
        persons=("person", "size"), first_h=("since_h", "min")
    )
    counted = Lineage("persons of the group in households of that state; first: the earliest")
    summary = find(
        "simulation.cascade_groups", groups, key=["display", "service", "state"],
        parents=[homes, needs.profiles], synthetic=place.synthetic,
        lineage=dict.fromkeys(("persons", "first_h"), counted),
    )  # fmt: skip
    return Cascade(homes, summary)
