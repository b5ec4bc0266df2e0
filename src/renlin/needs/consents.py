"""Make unknown what residents do not allow to be used for their rescue and help."""

from __future__ import annotations

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.needs.values import NOT_CONSENTED, WITHDRAWN
from renlin.privacy.consent import missing, standing, withdrawn

PURPOSE = "rescue"
"""Purpose of the field register that needs identification serves."""


def not_allowed(
    consents: pd.DataFrame,
    persons: pd.DataFrame,
    catalogue: Catalogue,
    day: pd.Timestamp,
    *,
    purpose: str = PURPOSE,
) -> pd.Series:
    """Return why each field that may not be used on ``day`` may not: withdrawn, or no consent.

    Only fields that rest on consent are asked about; the others rest on a duty of the
    holder. Who never decided counts as not consenting once the deployment keeps a ledger
    for the purpose (``ledger_since`` in ``purposes.csv``), and as before until then. A
    home's field is not used when any member withdrew it; without withdrawal one member's
    consent is enough for what is a matter of the home, every member's for what was said of
    all its members together.

    Parameters
    ----------
    consents
        The ledger.
    persons
        Residents present: person, household, age.
    day
        Survey date.

    Returns
    -------
    Index (subject, indicator), each once; values ``withdrawn`` or ``not_consented``.
    """
    ages, homes = (persons.set_index("person")[name] for name in ("age", "household"))
    limit = catalogue.number("guardian_age")
    states = standing(consents, day, ages, guardian_below=limit)
    fields = _resting(catalogue, purpose)
    gone = withdrawn(states, purpose, fields)
    found = _with_homes(gone, _homes_of(gone, homes), WITHDRAWN)
    since = catalogue.purposes[purpose].ledger_since
    if since is not None and pd.Timestamp(since) <= day:
        silent = missing(states, purpose, fields, persons["person"])
        shared = [c for c in fields if c in catalogue.indicators
                  and catalogue.indicators[c].subject == "households"]  # fmt: skip
        both = pd.concat([found, _with_homes(silent, _silent_homes(silent, homes, shared),
                                             NOT_CONSENTED)])  # fmt: skip
        found = both[~both.index.duplicated()]
    return found


def unusable(gone: pd.Series) -> pd.MultiIndex:
    """Return the pairs (subject, indicator) of :func:`not_allowed`, whatever the reason."""
    return pd.MultiIndex.from_tuples(gone.index.tolist(), names=["subject", "indicator"])


def withheld(stated: pd.DataFrame, gone: pd.Series) -> pd.DataFrame:
    """Return ``stated`` with what was said of the fields in ``gone`` replaced by the reason.

    Parameters
    ----------
    stated
        Columns subject, indicator and text, one row per statement.
    gone
        As :func:`not_allowed` returns.
    """
    if len(gone) == 0 or len(stated) == 0:
        return stated
    asked = pd.MultiIndex.from_frame(stated[["subject", "indicator"]])
    why = gone.reindex(asked).to_numpy(dtype=object)
    hit = pd.Series(pd.notna(why), index=stated.index)
    return stated.assign(text=stated["text"].mask(hit, pd.Series(why, index=stated.index)))


def _resting(catalogue: Catalogue, purpose: str) -> list[str]:
    """Return the fields of the purpose that rest on consent."""
    fields = catalogue.fields.items()
    return [code for code, e in fields if e.basis == "consent" and purpose in e.purposes]


def _homes_of(pairs: pd.DataFrame, homes: pd.Series) -> pd.DataFrame:
    """Return (household, field) of every field one of its members stands for in ``pairs``."""
    made: pd.DataFrame = pairs.assign(household=pairs["person"].map(homes)).dropna()
    return made[["household", "field"]].drop_duplicates()


def _silent_homes(silent: pd.DataFrame, homes: pd.Series, shared: list[str]) -> pd.DataFrame:
    """Return (household, field) without the consents it takes.

    A field of the home itself lacks consent when no member gave it; another field lacks it
    when any member did not.
    """
    any_ = _homes_of(silent[~silent["field"].isin(shared)], homes)
    own = silent[silent["field"].isin(shared)]
    counted = own.assign(household=own["person"].map(homes)).groupby(["household", "field"]).size()
    sizes = homes.value_counts()
    members = sizes.reindex(counted.index.get_level_values(0)).to_numpy()
    all_: pd.DataFrame = counted[counted.to_numpy() == members].index.to_frame(index=False)
    made: pd.DataFrame = pd.concat([any_, all_], ignore_index=True)
    return made


def _with_homes(pairs: pd.DataFrame, homes: pd.DataFrame, why: str) -> pd.Series:
    """Return residents' and homes' fields as an index of (subject, indicator), with ``why``."""
    subjects = pd.concat([pairs["person"], homes["household"]], ignore_index=True)
    fields = pd.concat([pairs["field"], homes["field"]], ignore_index=True)
    index = pd.MultiIndex.from_arrays([subjects, fields], names=["subject", "indicator"])
    made = pd.Series(why, index=index, dtype="str")
    return made[~made.index.duplicated()]
