"""Describe a family of incidents: how often, how far they reach, whom they harm."""

from __future__ import annotations

from typing import Literal

from renlin.catalogue.models import Entry, Value


class HazardFamily(Entry):
    """A kind of incident: how often it happens, how far it reaches, what harm it does."""

    base: Value
    """Incidents per year and household or building where nothing was found."""
    per: Literal["household", "building"]
    reach: Literal["stair", "ground", "building"]
    """Residents one incident reaches: of the stair, of the ground floor, of the building."""
    harmed: Value
    """Share of the residents reached who are killed, hurt or driven from home."""
