"""Find where people are sent and gathered."""

from __future__ import annotations

import pandas as pd

from renlin.catalogue.load import Catalogue


def refuges(facilities: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the open facilities of the kinds that scenarios send people to and that hold them.

    With ``ground`` (their space, else themselves) and ``held`` (effective area, m2; the
    capacity times the standard area where no area is stated).
    """
    aimed = {kind for entry in catalogue.scenarios.values() for kind in entry.targets}
    per_person = {
        kind: entry.area_per_person.value
        for kind, entry in catalogue.facilities.items()
        if kind in aimed and entry.area_per_person is not None
    }
    ready = facilities["kind"].isin(per_person) & (facilities["state"].fillna("open") == "open")
    found = facilities[ready].copy()
    share = found["kind"].map(per_person).astype("float64")
    found["per_person"] = share
    found["ground"] = found["space"].where(found["space"].notna(), found["facility"])
    found["held"] = (
        found["area"].astype("float64").fillna(found["capacity"].astype("float64") * share)
    )
    return found
