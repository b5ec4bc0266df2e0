"""Shape rows of published measurements: speeds, crowding, rubble, water, damage."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from renlin.catalogue.models import Model


class SpeedRow(Model):
    """One published walking speed, kept as found; a class chooses among them."""

    code: str
    population: str
    motion: Literal["level", "stair_down", "stair_up", "stair", "factor"]
    mean: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str
    source: str
    confidence: Literal["A", "B", "C"] = "B"
    verified: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> SpeedRow:
        if self.mean is None and (self.low is None or self.high is None):
            raise ValueError("a speed needs a mean or both bounds")
        return self


class FragilityRow(Model):
    """Median storey drift at which a type of building reaches a damage state."""

    code: str
    type: str
    state: Literal["slight", "moderate", "extensive", "complete"]
    median: float
    beta_low: float | None = None
    """Absent: the source gives none."""
    beta_high: float | None = None
    unit: str
    source: str
    confidence: Literal["A", "B", "C"] = "B"
    verified: bool = False
    note: str = ""


class CasualtyRow(Model):
    """Share of the people inside who are hurt, by severity 1 (slight) to 4 (killed)."""

    code: Literal["slight", "moderate", "extensive", "complete", "collapse"]
    severity_1: float
    severity_2: float
    severity_3: float
    severity_4: float
    source: str
    confidence: Literal["A", "B", "C"] = "B"
    verified: bool = False
    note: str = ""


class DebrisRow(Model):
    """Width of rubble as a share of building height; linear between heights."""

    code: str
    height: float
    parallel: float
    """Long side parallel to the street."""
    perpendicular: float
    source: str
    confidence: Literal["A", "B", "C"] = "B"
    verified: bool = False
    note: str = ""


class DepthSpeedRow(Model):
    """Factor on walking speed at a depth of water; linear between depths."""

    code: str
    people: Literal["all", "men", "women"]
    depth: float
    factor: float
    source: str
    confidence: Literal["A", "B", "C"] = "B"
    verified: bool = False
    note: str = ""
