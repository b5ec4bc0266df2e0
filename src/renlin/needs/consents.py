"""Make unknown what residents no longer allow to be used for their rescue and help."""

from __future__ import annotations

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.needs.values import WITHDRAWN
from renlin.privacy.consent import standing, withdrawn

PURPOSE = "rescue"
"""Purpose of the field register that needs identification serves."""


def not_allowed(
    consents: pd.DataFrame, persons: pd.DataFrame, catalogue: Catalogue, day: pd.Timestamp
) -> pd.MultiIndex:
    """Return (subject, indicator) of every field that may not be used on ``day``.

    Only fields that rest on consent can be withdrawn; the others rest on a duty of the
    holder. A household's field is not used when any of its members withdrew it.

    Parameters
    ----------
    consents
        The ledger.
    persons
        Residents present: person, household, age.
    day
        Survey date.
    """
    ages, homes = (persons.set_index("person")[name] for name in ("age", "household"))
    limit = catalogue.number("guardian_age")
    states = standing(consents, day, ages, guardian_below=limit)
    gone = withdrawn(states, PURPOSE, _resting(catalogue))
    shared = gone.assign(person=gone["person"].map(homes)).dropna()
    both = pd.concat([gone, shared], ignore_index=True)
    return pd.MultiIndex.from_arrays([both["person"], both["field"]])


def withheld(stated: pd.DataFrame, gone: pd.MultiIndex) -> pd.DataFrame:
    """Return ``stated`` with what was said of the fields in ``gone`` replaced by "withdrawn".

    Parameters
    ----------
    stated
        Columns subject, indicator and text, one row per statement.
    gone
        As :func:`not_allowed` returns.
    """
    if len(gone) == 0 or len(stated) == 0:
        return stated
    hit = pd.MultiIndex.from_frame(stated[["subject", "indicator"]]).isin(gone)
    return stated.assign(text=stated["text"].mask(pd.Series(hit, index=stated.index), WITHDRAWN))


def _resting(catalogue: Catalogue) -> list[str]:
    """Return the fields of the purpose that rest on consent."""
    fields = catalogue.fields.items()
    return [code for code, e in fields if e.basis == "consent" and PURPOSE in e.purposes]
