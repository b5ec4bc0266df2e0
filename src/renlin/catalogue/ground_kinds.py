"""Shape what the catalogue says of public grounds: checks, modules, conversions, levels."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from renlin.catalogue.models import Entry, Model, Value

Level = Literal["door", "building", "court", "community", "district"]
LEVELS: tuple[Level, ...] = ("door", "building", "court", "community", "district")
"""Tiers of the public space system, from the home outwards."""


class GroundCheck(Entry):
    """One thing a ground must offer in an emergency, and how one knows."""

    order: int
    hazards: list[str]
    """Kinds of event for which it binds."""
    looks_at: Literal["column", "width", "slope", "fire_lane", "falling", "hazards"] = "column"
    """Evidence: a column of spaces, or what is measured on the layers around it."""
    column: str = ""
    """Column of spaces that answers directly; a survey goes before every inference."""
    facility: str = ""
    """Kind of facility that answers within reach of the ground."""
    facility_column: str = ""
    """Column of that facility that must hold as well."""
    walk_column: str = ""
    """Column of the walks at its edge that answers where the ground itself says nothing."""
    standard: str = ""
    fixes: list[str]
    """Modules or responses that mend it; the cheapest is told."""
    question_zh: str
    question_en: str


class Module(Entry):
    """A thing that is placed on a small piece of ground, or mends one that is lacking."""

    suits: list[Literal["ground", "roof"]] = Field(default_factory=list)
    """Where it may stand; nowhere: it needs no ground of its own."""
    footprint: Value
    least_width: Value
    reach: Value
    """Straight distance within which residents have something of it."""
    lever: str = ""
    """What it moves in the model; absent: its effect is not simulated, and that is told."""
    effect_zh: str
    effect_en: str
    cost: Value
    helps: list[str] = Field(default_factory=list)
    """Display groups it is for; empty: every vulnerable group."""
    under_eaves: bool = True
    """May it stand where things may fall from a façade?"""


class ConversionStep(Model):
    """One piece of work of a conversion.

    ``minutes`` is a three-point estimate: least, most likely, greatest.
    """

    zh: str
    en: str
    after: list[str] = Field(default_factory=list)
    minutes: Value
    crew: int = Field(ge=0)
    role_zh: str
    role_en: str
    equipment_zh: str = ""
    equipment_en: str = ""
    access_width: Value | None = None
    """Clear width its equipment needs to come in, m."""
    opens: float = Field(default=0.0, ge=0.0, le=1.0)
    """Share of the emergency area that can be used once it is done."""

    @model_validator(mode="after")
    def _three_points(self) -> ConversionStep:
        low, high = self.minutes.low, self.minutes.high
        if low is None or high is None or not 0.0 <= low <= self.minutes.value <= high:
            raise ValueError("minutes needs low <= value <= high")
        return self


class Conversion(Entry):
    """A way to turn a ground from its everyday state to its emergency state."""

    kinds: list[str]
    """Kinds of space it fits."""
    steps: dict[str, ConversionStep]

    @model_validator(mode="after")
    def _network(self) -> Conversion:
        known = set(self.steps)
        for code, step in self.steps.items():
            strangers = set(step.after) - known
            if strangers:
                raise ValueError(f"step {code} waits for unknown {sorted(strangers)}")
        if self.order is None:
            raise ValueError("its steps wait for each other in a circle")
        if abs(sum(step.opens for step in self.steps.values()) - 1.0) > 1e-9:
            raise ValueError("the shares its steps open must sum to 1")
        return self

    @property
    def order(self) -> tuple[str, ...] | None:
        """Return its steps, each after those it waits for; None where they run in a circle."""
        done: list[str] = []
        while len(done) < len(self.steps):
            ready = [c for c, s in self.steps.items() if c not in done and set(s.after) <= {*done}]
            if not ready:
                return None
            done += ready
        return tuple(done)


class LevelSupply(Model):
    """What serves a function at one level."""

    spaces: list[str] = Field(default_factory=list)
    """Kinds of space whose ground counts."""
    facilities: list[str] = Field(default_factory=list)
    unknown: bool = False
    """Something more exists there and nobody has counted it."""


class GroundFunction(Entry):
    """A function of public space, with what one person needs and what serves it by level."""

    order: int
    area_per_person: Value | None = None
    served: dict[str, Value] = Field(default_factory=dict)
    """Kind of facility -> persons one of them serves where its capacity is not stated."""
    levels: dict[Level, LevelSupply]
