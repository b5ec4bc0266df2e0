"""Count who has help: a first helper, a backup, somebody at night; by group, with the gap."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from renlin.finding import Finding, Lineage, find

ALL, GAP = "all", "gap"
SHARES = ("with_first", "with_backup", "at_night")
POSSIBLE_TIERS = (1, 2)


def support(
    people: pd.DataFrame,
    homes: pd.DataFrame,
    wanted: pd.DataFrame,
    pairs: Finding,
    shortages: Finding,
) -> Finding:
    """Return, for every group, how many residents of households that need help have it.

    Parameters
    ----------
    people
        person, household, display of everybody.
    homes
        household, possible (highest tier that cannot be excluded).
    wanted
        Households that need help: household, need.

    Returns
    -------
    Finding ``governance.support``, key display (``all``, the groups, ``gap``): n residents
    of such households, n_unknown residents of households that may be in the first two
    tiers and are still to be asked, shares with all first helpers, with a backup and with
    somebody at night, mean way of the primary helper, s. ``gap`` is the best group less
    the worst, in seconds the slowest less the fastest.
    """
    needing = wanted[wanted["need"] > 0]
    lacking = shortages.table.set_index("household")[["helpers", "backup", "night"]]
    lacks = lacking.reindex(needing["household"]).fillna(0)
    primary = pairs.table[pairs.table["role"] == "primary"].set_index("household")["time_to_door"]
    state = pd.DataFrame(
        {
            "household": needing["household"].to_numpy(),
            "with_first": (lacks["helpers"] == 0).to_numpy(),
            "with_backup": (lacks["backup"] == 0).to_numpy(),
            "at_night": ((lacks["helpers"] == 0) & (lacks["night"] == 0)).to_numpy(),
        }
    )
    state["time_to_door"] = state["household"].map(primary).astype("float64")
    asked = homes.loc[homes["possible"].isin(POSSIBLE_TIERS), "household"]
    unknown = people["household"].isin(set(asked) - set(needing["household"]))
    joined = people.merge(state, on="household", how="left").assign(unknown=unknown.to_numpy())
    rows = [_row(ALL, joined)]
    rows += [_row(str(name), part) for name, part in joined.groupby("display")]
    table = pd.DataFrame([*rows, _gap(rows[1:])])
    return find(
        "governance.support",
        table,
        key=["display"],
        parents=[pairs, shortages],
        inputs={"residents": people, "households": homes},
        privacy="internal",
        lineage={
            name: Lineage(
                "residents of households that need help, by what their household has",
                (),
                (("governance.shortages", "", ""), ("governance.pairs", "", "")),
            )
            for name in (*SHARES, "n", "n_unknown", "time_to_door")
        },
    )


def _row(display: str, part: pd.DataFrame) -> dict[str, Any]:
    needing = part[part["with_first"].notna()]
    shares = {
        name: float(needing[name].astype(float).mean()) if len(needing) else np.nan
        for name in SHARES
    }
    return {
        "display": display,
        "n": len(needing),
        "n_unknown": int(part["unknown"].sum()),
        **shares,
        "time_to_door": float(needing["time_to_door"].mean()) if len(needing) else np.nan,
    }


def _gap(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the distance between the groups that have most and least."""
    known = pd.DataFrame(
        [row for row in rows if row["n"] > 0], columns=["n", *SHARES, "time_to_door"]
    )
    spread = known[[*SHARES, "time_to_door"]].max() - known[[*SHARES, "time_to_door"]].min()
    distances = {str(name): float(value) for name, value in spread.items()}
    return {"display": GAP, "n": 0, "n_unknown": 0, **distances}
