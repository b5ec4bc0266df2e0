"""Shape what a workshop asks: its forms, the wishes compared, how participants are found."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from renlin.catalogue.models import Entry, Value


class WorkshopForm(Entry):
    """The questions of one kind of session, the same on paper, telephone and table."""

    displays: list[str]
    """Groups a participant may belong to."""
    indicators: list[str]
    """What every participant is asked about: yes, no or not known."""
    wishes: list[str]
    """Of each two of these: which is more urgent."""
    cases: bool = False
    """Whether single residents are spoken of, with their consent."""
    mentions: bool = False
    """Whether residents are named whom no register may know."""


class Wish(Entry):
    """One thing that may come first, and the groups it touches at once."""

    affects: list[str]
    """Groups directly affected: a majority of theirs against it is a veto."""


class Recruitment(Entry):
    """How participants are found, and how much less they tell than a random sample."""

    design_effect: Value


class AttitudeItem(Entry):
    """One statement residents agree with or not, and the scale it is an item of."""

    scale: Literal["belonging", "collective_action"]
    """Sense of community, or readiness to act together."""
    dimension: str
    """Part of the scale, for readers; nothing is computed from it."""
    steps: int = Field(ge=2, le=11)
    """Steps of the answer, 1 the least agreement."""
    reversed: bool = False
    """Whether agreement speaks against what the scale measures."""
