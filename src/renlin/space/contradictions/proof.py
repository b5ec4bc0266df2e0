"""Say of the rows behind a contradiction when they were seen, by whom, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from renlin.space.contradictions.ground import Evidence, known, rows, said
from renlin.space.contradictions.statements import agreed

DATES = {"hazards": "inspected_on", "corrections": "held_on"}
"""Column of the date, where it is not ``observed_on``."""
SPEAKERS = {"uses": "source", "hazards": "inspector", "walks": "origin", "corrections": "signed_by"}
WORKSHOP = "workshop"
DERIVED = {
    "built_width": ("width", "taken_width"),
    "clear_stair": ("stair_width", "blocked_width"),
    "level": ("steps", "ramp"),
    "rails_due": ("slope",),
    "steepness": ("slope",),
}
"""Column a rule derives -> the columns of the layer behind it."""
MOST_NAMED = 5


@dataclass(frozen=True)
class Seen:
    """When the rows behind a contradiction were seen, and by whom.

    Attributes
    ----------
    newest, oldest
        Dates of the newest and the oldest row.
    source
        ``workshop``, or ``layer``.
    said_by
        Observers, inspectors or roles, ";"-joined; "" where nobody is named.
    confidence
        ``0.5 ** (age of the oldest row / half-life) x least share of a workshop that agreed``,
        0-1.
    """

    newest: pd.Timestamp
    oldest: pd.Timestamp
    source: str
    said_by: str
    confidence: float


class Archive:
    """Look up the rows behind contradictions, each layer read once."""

    def __init__(
        self, tables: Mapping[str, pd.DataFrame], day: pd.Timestamp, half_life: float
    ) -> None:
        self._day = day
        self._half_life = half_life
        self._rows = {
            name: {str(next(iter(row.values()))): row for row in rows(_plain(frame))}
            for name, frame in tables.items()
        }

    def seen(self, evidence: Evidence) -> Seen:
        """Return when and by whom ``evidence`` was seen; the survey date where none says."""
        found = [(table, self._rows.get(table, {}).get(key)) for table, key in evidence]
        dates = [self._date(table, row) for table, row in found] or [self._day]
        speakers = {self._speaker(table, row) for table, row in found} - {""}
        shares = [agreed(row) for table, row in found if table == "corrections" and row]
        trust = min((share for share in shares if known(share)), default=1.0)
        age = max((self._day - min(dates)).days, 0)
        told = any(table == "corrections" for table, _ in found)
        return Seen(
            max(dates), min(dates), WORKSHOP if told else "layer", ";".join(sorted(speakers)),
            0.5 ** (age / self._half_life) * trust,
        )  # fmt: skip

    def _date(self, table: str, row: Mapping[str, Any] | None) -> pd.Timestamp:
        told: Any = None if row is None else row.get(DATES.get(table, "observed_on"))
        return pd.Timestamp(told) if known(told) else self._day

    def _speaker(self, table: str, row: Mapping[str, Any] | None) -> str:
        return "" if row is None else said(row.get(SPEAKERS.get(table, "")))


def behind(
    evidence: Evidence, column: str, corrected: Mapping[tuple[str, str, str], str]
) -> Evidence:
    """Return evidence with the workshop statements whose values stand in these rows."""
    columns = (column, *DERIVED.get(column, ()))
    told = {
        corrected[table, key, name]
        for table, key in evidence
        for name in columns
        if (table, key, name) in corrected
    }
    return (*evidence, *(("corrections", one) for one in sorted(told)))


def named(evidence: Evidence) -> str:
    """Return evidence as text: layer/key, the first few named and the rest counted."""
    listed = [f"{table}/{key}" for table, key in evidence]
    rest = len(listed) - MOST_NAMED
    return "; ".join(listed[:MOST_NAMED]) + (f"; +{rest}" if rest > 0 else "")


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a layer without its shapes."""
    return pd.DataFrame(frame[[name for name in frame.columns if name != "geometry"]])
