"""Shape rows about pipes, wires and the rooms below dwellings."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from renlin.catalogue.models import Model

SERVICES = ("water", "power", "gas", "sewage", "drainage", "heat", "communication")


class FailureCurve(Model):
    """Failures a year of one kind of asset, by age and load.

    ``rate(age) = rate * exp(growth * (age - reference_age))`` for ``exponential``, the
    rate itself for ``constant``; nothing is said beyond the ranges.
    """

    code: str
    service: str
    """One or more, separated by |."""
    kinds: str
    materials: str
    form: Literal["constant", "exponential"]
    rate: float
    low: float
    high: float
    growth: float
    """1/year."""
    reference_age: float
    age_low: float
    age_high: float
    """Years between which the curve holds."""
    diameter_low: float | None = None
    diameter_high: float | None = None
    """mm; absent: any."""
    load_form: Literal["none", "iec60076"] = "none"
    load_high: float | None = None
    """Load share up to which the load is understood."""
    per: Literal["km", "unit"]
    source: str
    verified: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _ordered(self) -> FailureCurve:
        if not 0 <= self.low <= self.rate <= self.high:
            raise ValueError("0 <= low <= rate <= high")
        if self.age_low > self.age_high:
            raise ValueError("age_low must not exceed age_high")
        return self


class QuakeRepair(Model):
    """Repairs per km of pipe after shaking: ``factor * constant * PGV ** exponent``."""

    code: str
    materials: str
    factor: float
    constant: float
    exponent: float
    intensity: Literal["pgv"]
    intensity_low: float
    intensity_high: float
    """cm/s between which it holds."""
    unit: str
    source: str
    verified: bool = False
    note: str = ""


class AssetIncident(Model):
    """Share of the failures of a service that become an incident at a building near it."""

    code: str
    service: str
    family: str = ""
    share: float
    low: float
    high: float
    reach: float
    """m between asset and outline."""
    source: str
    note: str = ""


class Clearance(Model):
    """Least horizontal distance between two services, or a service and a building, m."""

    code: str
    first: str
    second: str
    distance: float
    source: str
    clause: str
    verified: bool = False
    note: str = ""


class GroundFloorUse(Model):
    """A use of a ground floor and the hazard it is to those above."""

    code: str
    zh: str
    en: str
    hazard: str = ""
    """Kind of hazard; empty: none."""
    rate: float
    separated_rate: float
    """How bad, 0-1, without and with a fire-resisting separation."""
    source: str
    note: str = ""
