"""Read the ledger of consents of a folder for who must act on it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from renlin.catalogue.load import load
from renlin.community.layers import read_layer
from renlin.community.settings import Settings, read_declared
from renlin.errors import DataFault, Fault, raise_all
from renlin.privacy.consent import notices_due

CONSENTS = "consents"


def notices(root: Path, day: dt.date) -> pd.DataFrame:
    """Return the emergency uses of the folder that somebody must still be told of.

    Returns
    -------
    Columns entry, person, purpose, due, late, as ``privacy.consent.notices_due``.

    Raises
    ------
    DataFault
        When the ledger cannot be read.
    """
    catalogue, faults = load(root / "catalogue"), list[Fault]()
    settings = read_declared(root / "community.toml", Settings)
    ledger = read_layer(root, CONSENTS, settings, catalogue, faults)
    raise_all(faults, DataFault)
    known = ledger[ledger["decided_on"] <= pd.Timestamp(day)]
    return notices_due(known, pd.Timestamp(day), catalogue.number("emergency_notice_days"))
