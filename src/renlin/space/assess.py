"""Introduce the rooms of the space assessment to each other."""

from __future__ import annotations

from dataclasses import dataclass, fields

from renlin.community.community import Community
from renlin.community.handover import NeedsFindings
from renlin.finding import Finding
from renlin.space.access.assess import Access, assess_access
from renlin.space.access.residents import living
from renlin.space.contradictions.assess import Clashes, assess_contradictions
from renlin.space.grounds.assess import Grounds, assess_grounds
from renlin.space.lifelines.assess import Lifelines, assess_lifelines
from renlin.space.points.assess import Points, assess_points
from renlin.space.risk.assess import Risk, assess_risk
from renlin.space.siting.assess import Sited, assess_siting

__all__ = ["Space", "assess"]


@dataclass(frozen=True)
class Space(Risk, Lifelines, Access, Points, Clashes, Grounds, Sited):
    """What the space assessment found: the findings of all its rooms.

    Attributes
    ----------
    of Risk
        What was inspected and stands under homes, pipes and wires, the risk that follows.
    of Lifelines
        Ways of supply, single points of failure, the cheapest second way.
    of Access
        What each resident reaches, how firmly, at which hour; where the map cannot say.
    of Points
        Where high risk meets low coverage; hollows of risk; who is where at which hour.
    of Clashes
        Where space and need contradict each other, and what people decided on it.
    of Grounds
        What public grounds can hold, offer and become; leftover ground; capacity by tier.
    of Sited
        Where each service should open next.
    """


def assess(place: Community, needs: NeedsFindings) -> Space:
    """Say where the place fails whom.

    Parameters
    ----------
    place
        The community, or one with a scheme applied.
    needs
        Result of needs identification: profiles, tiers and households are read.

    Source: space reference §4-§6.

    Examples
    --------
    >>> import renlin as rl
    >>> place = rl.open_community("tests/places/willow")
    >>> found = rl.space.assess(place, rl.needs.identify(place))
    >>> sorted(found.coverage.table["state"].unique())
    ['covered', 'not_covered', 'unknown']
    """
    people = living(place, needs)
    risk = assess_risk(place, people)
    access, day = assess_access(place, needs, people)
    rooms = (
        risk,
        assess_lifelines(place, needs, people),
        access,
        assess_points(place, needs, risk.hazard, access.coverage, people, day),
        assess_contradictions(place, people, access.coverage, risk.hazard, risk.inspections),
        assess_grounds(place, people, access.coverage),
        assess_siting(place, needs),
    )
    return Space(**{name: found for room in rooms for name, found in _findings(room)})


def _findings(room: object) -> list[tuple[str, Finding]]:
    return [(item.name, getattr(room, item.name)) for item in fields(room)]  # type: ignore[arg-type]
