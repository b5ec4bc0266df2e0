"""Say who is covered at each hour of the day, as gates and facilities open and close.

Hours that open the same gates and facilities share one answer, so a day costs as many
searches as it has different patterns of opening.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Value
from renlin.community.network import Network
from renlin.community.passage import is_open
from renlin.space.access.coverage import cover, service
from renlin.space.access.groups import EVERYBODY, GAP, by_group

HOURS = range(24)
COLUMNS = (
    "service",
    "hour",
    "display",
    "n",
    "covered",
    "not_covered",
    "unknown",
    "covered_share",
    "low",
    "high",
    "least_share",
    "most_share",
    "present",
    "present_uncovered",
    "worst",
)


@dataclass(frozen=True)
class Day:
    """States of everybody over a day.

    Attributes
    ----------
    states
        Rows person, service, pattern, display, state.
    pattern
        (service, hour) -> pattern of opening.
    """

    states: pd.DataFrame
    pattern: Mapping[tuple[str, int], int]


def patterns(texts: Iterable[str | None]) -> dict[int, int]:
    """Return hour -> the first hour of the day at which the same of ``texts`` are open.

    Examples
    --------
    >>> found = patterns(["06:00-22:00", None])
    >>> found[3], found[12], found[23]
    (0, 6, 0)
    """
    different = sorted({str(text) for text in texts if isinstance(text, str) and text.strip()})
    first: dict[tuple[bool, ...], int] = {}
    return {
        hour: first.setdefault(tuple(is_open(text, hour) for text in different), hour)
        for hour in HOURS
    }


def over_the_day(
    people: pd.DataFrame,
    network: Network,
    facilities: gpd.GeoDataFrame,
    kinds: Iterable[str],
    catalogue: Catalogue,
    *,
    lifts: frozenset[str] = frozenset(),
) -> Day:
    """Return the state of every resident for every service at every hour of the day.

    An hour is the moment it begins. Scenarios and schemes come in through ``network``
    (:func:`renlin.space.access.closing.closed`) and ``facilities``.

    Parameters
    ----------
    people
        As :func:`renlin.space.access.coverage.cover` has them.
    """
    parts: list[pd.DataFrame] = []
    pattern: dict[tuple[str, int], int] = {}
    for kind in kinds:
        own = facilities.loc[facilities["kind"] == kind, "open_hours"]
        found = patterns([*network.links["open_hours"].dropna().unique(), *own])
        pattern |= {(kind, hour): first for hour, first in found.items()}
        for first in sorted(set(found.values())):
            offered = service(kind, facilities, catalogue, hour=float(first))
            if offered is not None:
                rows = cover(people, network, offered, catalogue, lifts=lifts)
                told = rows[["person", "service", "display", "state"]]
                parts.append(told.assign(pattern=first))
    columns = ["person", "service", "display", "state", "pattern"]
    states = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return Day(states, pattern)


def by_hour(
    day: Day, presence: Mapping[tuple[str, int], Value], *, reference: str, level: float
) -> pd.DataFrame:
    """Return coverage by service, hour and group, with who is at home then.

    Returns
    -------
    Columns of ``COLUMNS``: the states of all residents, wherever they are, everybody and the
    gap as :func:`renlin.space.access.groups.by_group` has them; ``present`` are those
    expected at home at the hour, ``present_uncovered`` of them those surely not covered
    (persons; NaN for a group without a rate). ``worst`` marks the hours of a group's least
    ``covered_share``, of the gap its greatest; where it never changes no hour is marked.
    """
    coded = day.states["service"].astype(str) + "|" + day.states["pattern"].astype(str)
    found = by_group(day.states.assign(service=coded), reference=reference, level=level)
    hours = pd.DataFrame(
        [(f"{kind}|{first}", kind, hour) for (kind, hour), first in day.pattern.items()],
        columns=["coded", "service", "hour"],
    )
    told = found.rename(columns={"service": "coded"})
    table = hours.merge(told, on="coded").drop(columns="coded")
    table["present"] = at_home(table, presence, "n")
    table["present_uncovered"] = at_home(table, presence, "not_covered")
    table["worst"] = _worst(table)
    return table[list(COLUMNS)].astype({"worst": bool})


def at_home(
    table: pd.DataFrame, presence: Mapping[tuple[str, int], Value], counted: str
) -> pd.Series:
    """Return the persons of ``counted`` expected at home; of everybody the sum of the groups."""
    keys = zip(table["display"], table["hour"], strict=True)
    share = [share_at_home(presence, str(group), int(hour))[0] for group, hour in keys]
    told = pd.Series(share, index=table.index) * table[counted]
    groups = ~table["display"].isin([EVERYBODY, GAP])
    at = [table["service"], table["hour"]]
    total = told.where(groups).groupby(at).transform("sum")
    unknown = (told.isna() & groups).groupby(at).transform("any")
    told = told.mask(table["display"] == EVERYBODY, total.mask(unknown))
    return told.mask(table["display"] == GAP)


def share_at_home(
    presence: Mapping[tuple[str, int], Value], display: str, hour: int
) -> tuple[float, float, float]:
    """Return the share of a group at home at an hour, with bounds; NaN, 0 and 1 without one."""
    value = presence.get((display, hour))
    if value is None:
        return float("nan"), 0.0, 1.0
    low = value.value if value.low is None else value.low
    return value.value, low, value.value if value.high is None else value.high


def _worst(table: pd.DataFrame) -> pd.Series:
    turned = table["covered_share"].where(table["display"] != GAP, -table["covered_share"])
    own = turned.groupby([table["service"], table["display"]])
    least, most = own.transform("min"), own.transform("max")
    return (turned == least) & (least < most)
