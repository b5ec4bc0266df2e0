"""State what ``case.toml`` may say: expected bands, variants, draws."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from renlin.catalogue.models import Value
from renlin.community.settings import Declared

BASE = "base"
"""The variant that changes nothing."""
Cells = dict[str, str | int]


class Variant(Declared):
    """What a variant of the case changes.

    ``nodes``, ``links``, ``persons`` name other files; ``without`` lists links that are
    left out; ``speed_density`` chooses other diagrams.
    """

    nodes: str | None = None
    links: str | None = None
    persons: str | None = None
    without: tuple[str | int, ...] = ()
    speed_density: dict[str, str] | None = None


class Told(Declared):
    """A sentence in both languages."""

    zh: str
    en: str


class Expected(Declared):
    """One expected band.

    Attributes
    ----------
    measure
        Name of a measure, see ``docs/verification.md``.
    of
        What it is taken of, such as ``{ link = "door" }``.
    variant, over
        The variant it is taken in; divided by the same measure of ``over`` when one is
        named.
    over_of
        What the divisor is taken of, when not of the same; alone it divides within the
        variant.
    series
        Variants in order, instead of ``variant``: what comes out is the least rise of the
        measure from one to the next, so that a band from 0 up says it never falls.
    across
        What counts of several seeds: their ``mean``, the ``least`` or the ``greatest``.
    low, high
        The band; one side may be open.
    source
        Where the band is from.
    deviation
        Why the model is known to lie outside; empty where it should lie inside.
    """

    measure: str
    of: dict[str, Any] = Field(default_factory=dict)
    variant: str = BASE
    over: str | None = None
    over_of: dict[str, Any] | None = None
    series: tuple[str, ...] = ()
    across: Literal["mean", "least", "greatest"] = "mean"
    low: float | None = Field(default=None, allow_inf_nan=False)
    high: float | None = Field(default=None, allow_inf_nan=False)
    source: str
    deviation: str | Told = ""

    @model_validator(mode="after")
    def _bounded(self) -> Expected:
        if self.low is None and self.high is None:
            raise ValueError("low or high, or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low must not exceed high")
        if self.series and (len(self.series) < 2 or self.over or self.over_of is not None):
            raise ValueError("series of two or more variants, without over and over_of")
        return self

    @property
    def reason(self) -> Told:
        """Return why the model lies outside, in both languages; empty when it should not."""
        told = self.deviation
        return Told(zh=told, en=told) if isinstance(told, str) else told


class Drawn(Declared):
    """How the empty cells of one column are drawn for some of the persons.

    Attributes
    ----------
    column
        Column of ``persons``.
    of
        Column -> value of those it is drawn for.
    draw
        The distribution.
    """

    column: str
    of: Cells = Field(default_factory=dict)
    draw: Value


class Stated(Declared):
    """What ``case.toml`` says."""

    zh: str
    en: str
    source: str
    note: str = ""
    horizon: float = Field(default=3600.0, gt=0)
    bin: float = Field(default=1.0, gt=0)
    seeds: tuple[int, ...] = (0,)
    speed_density: dict[str, str] = Field(default_factory=dict)
    draw: dict[str, Value] = Field(default_factory=dict)
    """Column of ``persons`` -> how its empty cells are drawn, afresh for every seed."""
    draws: tuple[Drawn, ...] = ()
    """The same for some of the persons; these come before ``draw``."""
    shares: dict[str, dict[str, float]] = Field(default_factory=dict)
    """Column of ``persons`` -> value -> chance of it, for its empty cells."""
    variants: dict[str, Variant] = Field(default_factory=dict)
    expect: tuple[Expected, ...]

    @field_validator("seeds", "expect")
    @classmethod
    def _some(cls, found: tuple[Any, ...]) -> tuple[Any, ...]:
        if not found:
            raise ValueError("at least one · 至少一项")
        return found
