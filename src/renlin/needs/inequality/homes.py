"""Say in which building each resident lives, so that neighbours are counted together."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def building_of(households: pd.Series, place: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return the building of each household's home, missing where it is not known.

    Parameters
    ----------
    households
        Household of each row, shape (n,).
    place
        Tables households, dwellings and entrances.
    """
    dwelling = place["households"].set_index("household")["dwelling"]
    entrance = place["dwellings"].set_index("dwelling")["entrance"]
    building = place["entrances"].set_index("entrance")["building"]
    return households.map(dwelling).map(entrance).map(building).astype("str")


def clusters(households: pd.Series, place: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return one label per row: the building, or the household where no building is known.

    Whose building is unknown is counted as its own neighbour only (Assumption: it shares
    its exposure with nobody known), and nobody is left out.
    """
    found = building_of(households, place)
    alone = "household:" + households.astype("str")
    return found.where(found.notna(), alone).astype("str")
