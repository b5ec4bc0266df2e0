"""Shape the types of community: features they are told apart by, and what each brings."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from renlin.catalogue.models import Entry, Model, Value


class TypeFeature(Entry):
    """One condition on one column of a layer, by which types of community are told apart."""

    table: str
    column: str
    op: Literal["=", "<", "<=", ">", ">=", "in", "between", "known"]
    value: bool | int | float | str | list[int] | list[str] | None = None


class TypeRisk(Model):
    """One risk of a type's template, and by what it shows in a place."""

    code: str
    zh: str
    en: str
    cause_zh: str
    cause_en: str
    trend_zh: str
    trend_en: str
    evaluation_zh: str
    evaluation_en: str
    controls_zh: str
    controls_en: str
    hazards: list[str] = Field(default_factory=list)
    """Kinds of inspection finding that show it."""
    features: list[str] = Field(default_factory=list)
    """Features that show it where most known rows have them."""
    source: str
    note: str = ""


class CommunityType(Entry):
    """A type of community: how likely its features are, and its template of risks."""

    prior: Value
    likelihood: dict[str, Value]
    """Feature -> share of the rows of such a community that have it."""
    risks: list[TypeRisk]
