"""Read case folders: what is stated, and the tables of every variant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import Field, model_validator

from renlin.catalogue.models import Value
from renlin.community.settings import Declared, read_declared
from renlin.errors import DataFault, Fault, RenlinError, Said, raise_all
from renlin.verification.measures import MEASURES

TABLES = ("nodes", "links", "persons")
BASE = "base"


class Variant(Declared):
    """What a variant of the case changes.

    ``nodes``, ``links``, ``persons`` name other files; ``without`` lists links that are
    left out.
    """

    nodes: str | None = None
    links: str | None = None
    persons: str | None = None
    without: tuple[str, ...] = ()


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
    low: float | None = None
    high: float | None = None
    source: str
    deviation: str = ""

    @model_validator(mode="after")
    def _bounded(self) -> Expected:
        if self.low is None and self.high is None:
            raise ValueError("low or high, or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low must not exceed high")
        return self


class Stated(Declared):
    """What ``case.toml`` says."""

    zh: str
    en: str
    source: str
    horizon: float = Field(default=3600.0, gt=0)
    bin: float = Field(default=1.0, gt=0)
    seeds: tuple[int, ...] = (0,)
    speed_density: dict[str, str] = Field(default_factory=dict)
    draw: dict[str, Value] = Field(default_factory=dict)
    """Column of ``persons`` -> how its empty cells are drawn, afresh for every seed."""
    variants: dict[str, Variant] = Field(default_factory=dict)
    expect: tuple[Expected, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Case:
    """A case with the tables of each of its variants.

    Attributes
    ----------
    code
        Name of the folder.
    stated
        What ``case.toml`` says.
    tables
        Variant -> table -> rows as written.
    """

    code: str
    stated: Stated
    tables: dict[str, dict[str, pd.DataFrame]]


def read_case(folder: Path) -> Case:
    """Return the case of a folder.

    Raises
    ------
    DataFault
        With every fault: files that are not there, unknown keys, measures nobody knows,
        variants that are not stated.
    """
    stated = read_declared(folder / "case.toml", Stated, kind=DataFault)
    faults = [*_unknown(folder.name, stated)]
    tables: dict[str, dict[str, pd.DataFrame]] = {}
    read: dict[str, pd.DataFrame] = {}
    for code, variant in {BASE: Variant(), **stated.variants}.items():
        made = {}
        for name in TABLES:
            file = getattr(variant, name) or f"{name}.csv"
            if file not in read:
                try:
                    read[file] = _table(folder, file)
                except RenlinError as error:
                    faults.extend(error.faults)
                    read[file] = pd.DataFrame()
            made[name] = read[file]
        if "link" in made["links"].columns:
            here = made["links"]["link"].isin(list(variant.without))
            made["links"] = made["links"][~here].reset_index(drop=True)
        tables[code] = made
    raise_all(faults, DataFault)
    return Case(folder.name, stated, tables)


def _unknown(place: str, stated: Stated) -> list[Fault]:
    variants = (BASE, *stated.variants)
    faults = []
    for number, one in enumerate(stated.expect, start=1):
        where = f"expect[{number}]"
        if one.measure not in MEASURES:
            told = ", ".join(MEASURES)
            faults.append(_fault(place, f"{where}.measure", told, one.measure))
        for name in (one.variant, one.over):
            if name is not None and name not in variants:
                faults.append(_fault(place, f"{where}.variant", ", ".join(variants), name))
    return faults


def _fault(place: str, column: str, expected: str, got: str) -> Fault:
    remedy = Said("改正后再跑。", "Correct it.")
    told = Said(expected, expected)
    return Fault(f"{place}/case.toml", told, Said(got, got), remedy, None, column)


def _table(folder: Path, file: str) -> pd.DataFrame:
    place = f"{folder.name}/{file}"
    path = folder / file
    if path.parent != folder or not path.is_file():
        expected, got = Said("这个文件", "this file"), Said("没有", "none")
        remedy = Said("放进案例文件夹。", "Put it into the folder of the case.")
        raise DataFault(Fault(place, expected, got, remedy))
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, UnicodeDecodeError) as error:
        expected = Said("UTF-8 的 CSV", "CSV in UTF-8")
        got = Said("读不了", "not readable")
        remedy = Said("另存为 UTF-8 的 CSV。", "Save it as CSV in UTF-8.")
        raise DataFault(Fault(place, expected, got, remedy)) from error
