"""Shape the entries of the field register and of the roles that read it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from renlin.catalogue.models import Model

PIECES = "|"
Sensitivity = Literal["internal", "personal", "sensitive"]
Basis = Literal["duty", "consent", "emergency"]


class FieldEntry(Model):
    """One field that may be kept about somebody: why, on what ground, how long, for whom.

    ``code`` is an indicator or a column of ``registers.toml``. ``purpose`` and ``role`` are
    lists separated by ``|``; ``basis`` is the ground of 个人信息保护法 art. 13 the field
    rests on here, which a deployment settles for itself.
    """

    code: str
    purpose: str = Field(min_length=1)
    basis: Basis
    sensitivity: Sensitivity
    retention_days: float = Field(gt=0)
    role: str = Field(min_length=1)
    source: str
    note: str = ""

    @property
    def purposes(self) -> tuple[str, ...]:
        """Return what the field may be used for."""
        return tuple(self.purpose.split(PIECES))

    @property
    def roles(self) -> tuple[str, ...]:
        """Return who may see the field of a single resident."""
        return tuple(self.role.split(PIECES))


class Purpose(Model):
    """What personal information may be used for.

    ``ledger_since`` is the day from which the deployment keeps a ledger of consents for the
    purpose: from then on, who did not consent has not consented. Absent: no ledger yet.
    """

    code: str
    zh: str
    en: str
    source: str
    necessity_zh: str
    necessity_en: str
    ledger_since: dt.date | None = None


class Role(Model):
    """Who reads: the own record, those of an area, those of all, or counts only."""

    code: str
    zh: str
    en: str
    sees: Literal["own", "area", "all", "counts"]
    source: str
