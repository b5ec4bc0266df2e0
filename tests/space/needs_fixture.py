"""Make by hand what needs identification hands on, for a few persons with a class each."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from renlin.finding import Lineage, find


def needs(place, *people):
    """Return profiles, tiers and households of ``people``.

    Each is (person, household, class) or (person, household, class, sure, possible); the
    display group is that of the class.
    """
    rows = [(*one, 4, 4)[:5] if len(one) == 3 else one for one in people]
    table = pd.DataFrame(rows, columns=["person", "household", "class", "sure", "possible"])
    classes = place.catalogue.classes
    table["display"] = [classes[name].display for name in table["class"]]
    homes = place["households"].merge(place["dwellings"], on="dwelling", how="left")
    homes = homes.merge(place["entrances"][["entrance", "building"]], on="entrance", how="left")
    homes = homes[["household", "entrance", "building", "floor"]]
    households = table.groupby("household", as_index=False)[["sure", "possible"]].min()
    households = households.merge(homes, on="household", how="left")
    households["n_persons"] = households["household"].map(table["household"].value_counts())
    evidence = table[["person"]].rename(columns={"person": "subject"}).assign(
        indicator="walking_aid", value="stick", source="civil", file="civil.csv", row=range(2, len(table) + 2)
    )  # fmt: skip
    traced = {
        "display": Lineage(
            "class by rule", ("classes/adult",), (("needs.evidence", "person", "subject"),)
        )
    }
    told = find("needs.evidence", evidence, key=["subject", "indicator"])
    return SimpleNamespace(
        evidence=told,
        profiles=find(
            "needs.profiles",
            table[["person", "household", "class", "display"]],
            key=["person"],
            parents=[told],
            lineage=traced,
        ),
        tiers=find("needs.tiers", table[["person", "sure", "possible"]], key=["person"]),
        households=find("needs.households", households, key=["household"], parents=[]),
    )
