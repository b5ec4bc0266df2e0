"""Lay out the indicator library: what each means, where it comes from, what missing means."""

from __future__ import annotations

import pandas as pd

from renlin.catalogue.load import Catalogue

COLUMNS = (
    "indicator", "zh", "en", "group", "subject", "kind", "unit", "low", "high", "direction",
    "risk", "phase", "dimension", "capacity", "needs", "source", "year", "verified",
    "source_field", "missing", "expiry_days", "note",
)  # fmt: skip
SAME = "1"
"""Unit of what has none: a yes, a level, a word."""
FACT = "facts"
"""Where a value comes from that no table holds: a statement of a register."""


def library(catalogue: Catalogue) -> pd.DataFrame:
    """Return one row per indicator of the catalogue.

    Returns
    -------
    Columns of ``COLUMNS``. ``direction``: which answers are worse (higher, which is yes of
    yes and no; lower; listed words; none). ``source`` is a key of sources.bib or
    ``assumption``, ``year`` that of the source. ``source_field``: ``table.column`` it is
    read from when no fact states it, else ``facts``. ``missing``: what a missing value
    counts as. ``expiry_days``: age at which evidence becomes unknown.

    Source: features C4.
    """
    rows = []
    for code, entry in sorted(catalogue.indicators.items()):
        source = catalogue.sources.get(entry.source)
        risk = " and ".join(f"{one.indicator} {one.op} {one.value}" for one in entry.risk_when)
        rows.append(
            {
                "indicator": code,
                "unit": entry.unit or SAME,
                "direction": entry.worse(),
                "risk": risk,
                "phase": ";".join(entry.phase),
                "needs": ";".join(entry.needs),
                "year": source.year if source is not None else "",
                "source_field": entry.derived_from or FACT,
                "expiry_days": float(entry.expiry.value),
            }
            | {
                name: getattr(entry, name)
                for name in ("zh", "en", "group", "subject", "kind", "low", "high", "dimension",
                             "capacity", "source", "verified", "missing", "note")
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))
