"""Say of every resident where they live, how they move and whose help they can count on."""

from __future__ import annotations

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.community import Community
from renlin.community.handover import NeedsFindings

ALONE, POSSIBLY_HELPED, HELPED = "alone", "possibly_helped", "helped"
COLUMNS = ("person", "household", "display", "class", "entrance", "floor", "mode")


def residents(
    profiles: pd.DataFrame,
    homes: pd.DataFrame,
    pairs: pd.DataFrame,
    helpers: pd.DataFrame,
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return one row per resident, by person.

    Parameters
    ----------
    profiles
        person, household, display, class.
    homes
        household, entrance, floor; missing where the address is not known.
    pairs, helpers
        Layers: who helps whom, and who can lift.

    Returns
    -------
    Columns of ``COLUMNS``. ``mode`` is ``helped`` where agreed helpers suffice,
    ``possibly_helped`` where they would if all proposed ones agreed, else ``alone``.
    """
    people = profiles[["person", "household", "display", "class"]]
    found = people.merge(homes[["household", "entrance", "floor"]], on="household", how="left")
    found["mode"] = modes(found, pairs, helpers, catalogue)
    return found[list(COLUMNS)].sort_values("person", kind="stable").reset_index(drop=True)


def vulnerable(display: pd.Series, tier: pd.Series, catalogue: Catalogue) -> pd.Series:
    """Return who counts as vulnerable: of a vulnerable group, or of tier ``point_tier`` or above.

    Parameters
    ----------
    tier
        Sure or possible tier of the same residents; missing is none.
    """
    groups = [code for code, entry in catalogue.displays.items() if entry.vulnerable]
    urgent = (tier <= catalogue.number("point_tier")).fillna(False).astype(bool)
    return display.isin(groups) | urgent


def living(place: Community, needs: NeedsFindings) -> pd.DataFrame:
    """Return :func:`residents` of a community, as needs identification describes them."""
    return residents(
        needs.profiles.table,
        homes(place["households"], place["dwellings"]),
        place["pairs"],
        place["helpers"],
        place.catalogue,
    )


def lifted(place: Community) -> frozenset[str]:
    """Return the entrances of houses with a lift."""
    buildings, doors = place["buildings"], place["entrances"]
    there = buildings.loc[buildings["lift"].fillna(False), "building"]
    return frozenset(doors.loc[doors["building"].isin(there), "entrance"])


def homes(households: pd.DataFrame, dwellings: pd.DataFrame) -> pd.DataFrame:
    """Return household, entrance and floor; missing where the dwelling is not known."""
    placed = dwellings[["dwelling", "entrance", "floor"]]
    found = households[["household", "dwelling"]].merge(placed, on="dwelling", how="left")
    return found[["household", "entrance", "floor"]]


def modes(
    people: pd.DataFrame, pairs: pd.DataFrame, helpers: pd.DataFrame, catalogue: Catalogue
) -> pd.Series:
    """Return how far every resident can count on help (:func:`residents`).

    Who must be carried needs as many helpers who can lift as the class says; who must be
    guided or held needs one. Backups do not count. A pair without a date of agreement is
    proposed only, and a helper of unknown strength may be able to lift.
    """
    first = pairs[pairs["role"].isin(["primary", "second"])].merge(
        helpers[["helper", "strong"]], on="helper"
    )
    agreed = first["agreed_on"].notna()
    lifts, may_lift = first["strong"].fillna(False), first["strong"].fillna(True)
    n_sure = {True: _count(first[agreed & lifts]), False: _count(first[agreed])}
    n_possible = {True: _count(first[may_lift]), False: _count(first)}
    mode = []
    for household, name in zip(people["household"], people["class"], strict=True):
        kind = catalogue.classes[name]
        carried, wanted = kind.help == "carry", max(kind.n_helpers, 1)
        if kind.help == "none" or n_possible[carried].get(household, 0) < wanted:
            mode.append(ALONE)
        else:
            sure = n_sure[carried].get(household, 0) >= wanted
            mode.append(HELPED if sure else POSSIBLY_HELPED)
    return pd.Series(mode, index=people.index, dtype="str")


def _count(pairs: pd.DataFrame) -> dict[str, int]:
    """Return household -> different helpers."""
    counted = pairs.groupby("household")["helper"].nunique()
    return {str(household): int(n) for household, n in counted.items()}
