"""Show the rules the ground they look at."""

from __future__ import annotations

import pandas as pd

from renlin.community.community import Community
from renlin.finding import Finding
from renlin.space.access.ways import Concerned, living_near, walked_by
from renlin.space.contradictions import traced
from renlin.space.contradictions.ground import Ground, refuges
from renlin.space.contradictions.table import contradictions
from renlin.space.risk.surface import PER


def assess_contradictions(
    place: Community, covered: Finding, hazard: Finding, counted: pd.Series
) -> Finding:
    """Return where space and need contradict each other.

    Parameters
    ----------
    counted
        Entrance -> residents.
    """
    doors, spaces = place["entrances"], place["spaces"]
    worst = hazard.table.set_index("building")["high"] / PER
    risk = pd.Series(doors["building"].map(worst).to_numpy(), index=doors["entrance"])
    safe = refuges(place["facilities"], place.catalogue)
    radius = place.catalogue.facilities["shelter"].radius
    reach = radius.value if radius is not None else 0.0
    near = living_near(spaces["geometry"], doors, counted, risk, reach)
    hose = place.catalogue.number("hazard_reach")
    beside = living_near(place["walks"]["geometry"], doors, counted, risk, hose)
    ground = Ground(
        tables={name: place[name] for name in traced.RULED},
        catalogue=place.catalogue,
        coverage=covered.table,
        ways=walked_by(place.network, counted, risk, sorted(safe["facility"])),
        goers=_goers(covered.table, safe, risk),
        beside=dict(zip(place["walks"]["walk"], beside, strict=True)),
        around=dict(zip(spaces["space"], near, strict=True)),
        residents=counted,
        risk=risk,
        holder=place.settings.owner_unit,
    )
    return traced.contradictions(place, contradictions(ground), covered, hazard)


def _goers(covered: pd.DataFrame, safe: pd.DataFrame, risk: pd.Series) -> dict[str, Concerned]:
    """Return refuge -> residents who would go there: it is the first they reach."""
    ground = dict(zip(safe["facility"], safe["ground"], strict=True))
    heading = covered.assign(ground=covered["facility"].map(ground)).dropna(subset=["ground"])
    heading = heading.drop_duplicates(["person", "ground"])
    heading["risk"] = heading["entrance"].map(risk).fillna(0.0)
    return {
        str(name): Concerned(len(own), float(own["risk"].mean()))
        for name, own in heading.groupby("ground")
    }
