"""Shape the rows by which maps are read and residents are made up."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from renlin.catalogue.models import Model

SAYS_NOTHING = ""
"""Target of a value that is known and leaves the column to the next key."""
NOT_THIS = "-"
"""Target of a value that keeps the object out of the table."""


class TagRow(Model):
    """What one value of one map tag means for one column of one table.

    Several keys may speak about a column: the lowest ``rank`` that says something wins.
    ``value`` is the value itself or ``*`` for every value that has no row of its own.
    """

    code: str
    key: str
    value: str
    table: str
    column: str
    rank: int
    target: str = SAYS_NOTHING
    source: str
    note: str = ""


class MarginRow(Model):
    """The published share of one category, among all or among those that ``given`` names.

    ``given`` holds conditions joined by ``;``, each ``margin=category`` or
    ``margin=category|category``; none means all. Shares of one margin under one
    condition sum to 1.
    """

    code: str
    kind: Literal["courtyard", "work_unit", "modern"]
    level: Literal["household", "person"]
    margin: str
    given: str = ""
    category: str
    share: float = Field(ge=0, le=1)
    source: str
    verified: bool = False
    note: str = ""


class HouseholdType(Model):
    """A kind of household: who lives in it, and how common it is before any margin is met.

    ``members`` lists ``role:age band`` joined by ``;``; the roles are those of
    ``MEMBER_ROLES``.
    """

    code: str
    zh: str
    en: str
    members: str
    prior: float = Field(gt=0)
    source: str
    note: str = ""


MEMBER_ROLES = ("head", "spouse", "child", "grandchild", "parent", "mate")
