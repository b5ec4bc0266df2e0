"""Ask one question of access: which service, at which hour, with what closed, for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.community.passage import View
from renlin.errors import DataFault, Fault, Said, did_you_mean, raise_all
from renlin.space.access.closing import closed
from renlin.space.access.coverage import cover, ground, service
from renlin.space.access.fragility import by_group as firmness
from renlin.space.access.fragility import critical, fragility
from renlin.space.access.groups import by_group
from renlin.space.access.hours import by_hour, over_the_day
from renlin.space.access.paper import circles
from renlin.space.access.residents import lifted, living, vulnerable
from renlin.space.access.states import COVERED, NOT_COVERED, UNKNOWN


@dataclass(frozen=True)
class Answer:
    """What was asked, and what is so.

    Attributes
    ----------
    groups
        States by service and group, everybody and the gap.
    firm
        Redundant, robust and sturdy likewise.
    links
        Ways and gates that coverage hangs on, by service.
    circles
        Households inside the circle of the standard, and those it wrongly calls covered.
    hours
        Coverage by hour; None where one hour was asked for.
    """

    groups: pd.DataFrame
    firm: pd.DataFrame
    links: pd.DataFrame
    circles: pd.DataFrame
    hours: pd.DataFrame | None


def ask(
    place: Community,
    needs: NeedsFindings,
    kinds: Iterable[str] = (),
    *,
    hour: float | None = None,
    shut: Sequence[str] = (),
    view: View | None = None,
) -> Answer:
    """Return who reaches ``kinds`` of facility.

    Parameters
    ----------
    kinds
        Codes in catalogue/facilities; those of the policy when none is named.
    hour
        Clock hour, 0 to below 24. None ignores hours, and answers for each hour beside.
    shut
        Keys of ways, gates and entrances that are closed.
    view
        Count as covered who is within the limit in one view; None keeps the three states.

    Raises
    ------
    DataFault
        With every kind that is not in the catalogue or has no limit, and every key that is
        no way, gate or entrance.
    """
    asked = list(dict.fromkeys(kinds)) or list(dict.fromkeys(place.policy.services))
    raise_all(_unasked(place, asked), DataFault)
    network, catalogue, lifts = closed(place.network, shut), place.catalogue, lifted(place)
    people = living(place, needs)
    sure = people["person"].map(needs.tiers.table.set_index("person")["sure"])
    people["vulnerable"] = vulnerable(people["display"], sure, catalogue)
    covered, rows, links = [], [], []
    for kind in asked:
        offered = service(kind, place["facilities"], catalogue, hour=hour)
        if offered is None:
            continue
        covered.append(cover(people, network, offered, catalogue, lifts=lifts))
        firm, lost = fragility(people, network, offered, catalogue, lifts=lifts)
        rows.append(firm)
        links.append(critical(ground(network, offered), kind, lost))
    coverage = pd.concat(covered, ignore_index=True)
    filled = [part for part in rows if len(part)] or rows[:1]
    reference, level = place.policy.reference, place.policy.confidence
    day = None
    if hour is None:
        over = over_the_day(people, network, place["facilities"], asked, catalogue, lifts=lifts)
        day = by_hour(over, catalogue.presence, reference=reference, level=level)
    return Answer(
        by_group(seen(coverage, view), reference=reference, level=level),
        firmness(pd.concat(filled, ignore_index=True), reference=reference, level=level),
        pd.concat([pd.DataFrame(part) for part in links if len(part)] or [pd.DataFrame(links[0])]),
        circles(coverage, people, catalogue),
        day,
    )


def seen(coverage: pd.DataFrame, view: View | None) -> pd.DataFrame:
    """Return coverage with the states of one view: within the limit or not; NaN is unknown."""
    if view is None:
        return coverage
    time = coverage[f"time_{view}"]
    within = np.where(time <= coverage["limit"], COVERED, NOT_COVERED)
    return coverage.assign(state=np.where(time.isna(), UNKNOWN, within))


def _unasked(place: Community, kinds: list[str]) -> list[Fault]:
    """Return a fault for every kind that cannot be asked."""
    known = place.catalogue.facilities
    faults = []
    for kind in kinds:
        if kind not in known:
            expected = Said("设施的种类", "a kind of facility")
            remedy = did_you_mean(kind, known)
            faults.append(Fault("catalogue/facilities", expected, Said(kind, kind), remedy))
        elif service(kind, place["facilities"], place.catalogue) is None:
            expected = Said("步行时限，或沿路长度", "a walking limit, or a length along the ways")
            got = Said(f"{kind}：都没有", f"{kind}: neither")
            remedy = Said("在目录里补上 walk_limit。", "Add walk_limit to the catalogue.")
            faults.append(Fault("catalogue/facilities", expected, got, remedy))
    return faults
