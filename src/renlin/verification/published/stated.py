"""State what every kind of published case says, and what a kind gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field, model_validator

from renlin.catalogue.load import Catalogue
from renlin.community.settings import Declared
from renlin.errors import Said
from renlin.verification.stated import Told


class Band(Declared):
    """One expected band; what it is a band of, a kind adds.

    ``deviation`` says why the value is known to lie outside; empty where it should not.
    """

    measure: str
    low: float | None = Field(default=None, allow_inf_nan=False)
    high: float | None = Field(default=None, allow_inf_nan=False)
    source: str
    deviation: str | Told = ""

    @model_validator(mode="after")
    def _bounded(self) -> Band:
        if self.low is None and self.high is None:
            raise ValueError("low or high, or both · 至少写一边")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low must not exceed high · low 不能大于 high")
        return self

    @property
    def reason(self) -> Told:
        """Return why the value lies outside, in both languages; empty when it should not."""
        told = self.deviation
        return Told(zh=told, en=told) if isinstance(told, str) else told


class PublishedCase(Declared):
    """What every ``case.toml`` of a published table says."""

    kind: str
    zh: str
    en: str
    source: str
    note: str = ""


class Got(NamedTuple):
    """What one band got: a value, or the reason why nothing could be run.

    ``of`` and ``variant`` say what it was taken of, as they stand on the page.
    """

    band: Band
    value: float
    of: str = ""
    variant: str = "base"
    not_run: Said | None = None


class Files(NamedTuple):
    """What a case may use: files of its own folder, of the data folder or None; catalogue."""

    folder: Path
    data: Path | None
    catalogue: Catalogue


class Kind(NamedTuple):
    """One kind of case.

    Attributes
    ----------
    stated
        What its ``case.toml`` may say; extends :class:`PublishedCase`.
    run
        Yields what each band of the case got. It raises ``DataFault`` for a case that is
        wrong and gives ``not_run`` where data are not there.
    """

    stated: type[PublishedCase]
    run: Callable[[Any, Files], Iterator[Got]]
