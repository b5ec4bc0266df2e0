"""Shape the rows by which space is held against need: rules, needs, remedies, guidance.

Lists inside a cell are separated by ``|``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from renlin.catalogue.models import Entry

SEPARATOR = "|"
Answers = Literal["manager", "owner", "keyholder", "accountable", "holder", ""]
"""Column of the row that names who can mend it; ``holder`` is who owns the compound's ways."""


class Tested(Entry):
    """What is looked at, what it is held against, and what mends a breach.

    ``where`` chooses rows of ``table``: ``column=word`` or ``column=word|word``, joined by
    ``;``. A row of which the chosen column is unknown is neither chosen nor passed over: it
    is listed as not known. ``standard`` and ``parameter`` name the limit of a number;
    ``wanted`` the words of a column that pass, yes when empty.
    """

    table: str = ""
    where: str = ""
    column: str = ""
    standard: str = ""
    parameter: str = ""
    wanted: str = ""
    concern: Literal["lane", "way", "gate", "space", "door", "all", ""] = ""
    """Whom it concerns: residents beside a lane, who walk a way, go to a space, live behind
    a door, or all."""
    remedy: str
    answers: Answers = ""
    hazards: str = ""
    """Kinds of scenario it matters in; empty is any."""

    @property
    def passing(self) -> frozenset[str]:
        """Return the words that pass."""
        return frozenset(parts(self.wanted)) or frozenset({"true"})


class ContradictionRule(Tested):
    """One declared rule of contradiction between space and need.

    ``check`` names the small function that looks; ``not_checked`` says of standards why no
    rule applies them. ``evidence`` names the tables a row of this rule cites.
    """

    dimension: Literal["use", "management", "planning"]
    check: str
    evidence: str
    binding: Literal["mandatory", "recommended"] = "recommended"
    """Where no standard says it."""


class PlaceNeed(Tested):
    """What one group needs of a place, in which hazard and phase.

    ``group`` is a display group, a behaviour class, or ``all``.
    """

    group: str
    phase: Literal["go", "stay", "any"]
    requirement: str


class Remedy(Entry):
    """What would take a contradiction away: its class, and the response that prices it."""

    kind: Literal["ask", "rule", "agreement", "works"]
    rank: int = Field(ge=0)
    """Order from the cheapest; rules and keys before works."""
    response: str = ""
    """Entry of ``responses.toml`` whose cost is meant; empty where none is priced."""


class Guidance(Entry):
    """One guidance sheet: what to build or change so that a problem goes away.

    ``problems`` are ``rule:code``, ``need:code`` or ``hazard:code``; steps are separated by
    ``|``.
    """

    subject: Literal["entrance", "facade", "sign", "light", "way", "ground", "management"]
    problems: str
    steps_zh: str
    steps_en: str
    material_zh: str = ""
    material_en: str = ""
    standards: str = ""
    """Rows of ``standards.csv`` whose clause and value the sheet prints."""
    decides_zh: str
    decides_en: str
    remedy: str
    pictogram: str
    groups: str = ""
    """Display groups it serves first; empty is everybody alike."""


def parts(cell: str) -> tuple[str, ...]:
    """Return the items of a cell.

    Examples
    --------
    >>> parts("road|lane")
    ('road', 'lane')
    """
    return tuple(item.strip() for item in cell.split(SEPARATOR) if item.strip())
