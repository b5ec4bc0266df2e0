"""Say of every resident how they are tied, and whether a message would come to them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from renlin.needs.ties.graph import UNREACHED, BoolArray, Cuts, IntArray, cuts, parts, steps
from renlin.needs.ties.network import Network

CONNECTED, OUTSIDE_ONLY, ISOLATED, UNKNOWN = "connected", "outside_only", "isolated", "unknown"
SOURCE, REACHED, NOT_REACHED = "source", "reached", "not_reached"
PERSON_COLUMNS = (
    "person", "household", "building", "asked", "n_ties", "n_outside", "n_named_by", "state",
    "part", "part_size", "n_cut_off", "steps", "steps_possible", "message",
)  # fmt: skip
BRIDGE_COLUMNS = ("person", "other", "kinds", "n_beyond")


def standing(known: Network, building: pd.Series, sources: BoolArray) -> pd.DataFrame:
    """Return one row per resident: ties, and the way of a message from the helpers.

    ``state`` looks beyond the own household: ``connected`` to somebody of another one here,
    else ``outside_only`` (named somebody outside), else ``isolated`` (asked, named nobody
    and named by nobody), else ``unknown``: not asked, or whom she named is lost. Unknown is
    not zero. ``steps`` follows known ties only; ``steps_possible`` also ties of residents
    who were not asked to one another, which nobody could have told (Assumption: of a pair
    of whom one was asked, the asked one would have named the tie). ``message`` is
    ``unknown`` where only the second comes through, or where no helper lives here.

    Parameters
    ----------
    known
        The network.
    building
        Building of each resident, shape (n,).
    sources
        Where a message starts: residents who help, shape (n,).

    Returns
    -------
    Columns of ``PERSON_COLUMNS``; ``part`` 1 is the largest, ``n_cut_off`` how many would
    no longer be tied to the rest of their part without this resident.
    """
    n = len(known.people)
    part = parts(n, known.pairs)
    between = known.pairs[known.ties["between"].to_numpy(dtype=bool)]
    n_ties = np.bincount(between.ravel(), minlength=n).astype(np.int64)
    sure = steps(n, known.pairs, sources)
    perhaps = steps(n, known.pairs, sources, ~known.asked)
    made = known.people.assign(
        building=building.to_numpy(),
        asked=known.asked,
        n_ties=n_ties,
        n_outside=known.n_outside,
        n_named_by=known.n_named_by,
        state=_state(known, n_ties),
        part=part,
        part_size=np.bincount(part)[part] if n else part,
        n_cut_off=cuts(n, known.pairs).n_cut_off,
        steps=_counted(sure),
        steps_possible=_counted(perhaps),
        message=_message(sure, perhaps, bool(sources.any())),
    )
    return made[list(PERSON_COLUMNS)]


def bridges(known: Network) -> pd.DataFrame:
    """Return the ties between households that hold a part together alone.

    Returns
    -------
    Columns of ``BRIDGE_COLUMNS``; ``n_beyond`` residents of the smaller side.
    """
    found: Cuts = cuts(len(known.people), known.pairs)
    made = pd.DataFrame({"a": found.bridges[:, 0], "b": found.bridges[:, 1]})
    made = made.assign(n_beyond=found.n_beyond).merge(known.ties, on=["a", "b"], how="left")
    made = made[made["between"].astype(bool)]
    who = known.people["person"].to_numpy(dtype=object)
    both = {"person": who[made["a"].to_numpy()], "other": who[made["b"].to_numpy()]}
    told = made[["kinds", "n_beyond"]].reset_index(drop=True)
    table = pd.concat([pd.DataFrame(both, dtype="str"), told], axis=1)
    return table[list(BRIDGE_COLUMNS)].astype({"kinds": "str"})


def _state(known: Network, n_ties: IntArray) -> pd.Series:
    picked = np.select(
        [n_ties > 0, known.n_outside > 0, known.alone],
        [CONNECTED, OUTSIDE_ONLY, ISOLATED],
        UNKNOWN,
    )
    return pd.Series(picked, index=known.people.index, dtype="str")


def _counted(found: IntArray) -> pd.Series:
    made = pd.Series(found).astype("Int64")
    return made.mask(made == UNREACHED)


def _message(sure: IntArray, perhaps: IntArray, starts: bool) -> pd.Series:
    if not starts:
        return pd.Series(UNKNOWN, index=range(len(sure)), dtype="str")
    picked = np.select(
        [sure == 0, sure > 0, perhaps == UNREACHED], [SOURCE, REACHED, NOT_REACHED], UNKNOWN
    )
    return pd.Series(picked, dtype="str")
