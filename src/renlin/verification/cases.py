"""Read case folders: what is stated, and the tables of every variant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from renlin.community.settings import read_declared
from renlin.errors import DataFault, Fault, RenlinError, raise_all
from renlin.verification.faults import faults_of
from renlin.verification.rows import read_rows
from renlin.verification.stated import BASE, Stated, Variant

TABLES = ("nodes", "links", "persons")


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
        variants, links, groups or exits that are not stated.
    """
    folder = folder.resolve()
    try:
        stated = read_declared(folder / "case.toml", Stated, kind=DataFault)
    except RenlinError as error:
        placed = [replace(one, place=f"{folder.name}/{one.place}") for one in error.faults]
        raise DataFault(placed) from error
    faults: list[Fault] = []
    tables: dict[str, dict[str, pd.DataFrame]] = {}
    read: dict[str, pd.DataFrame] = {}
    for code, variant in {**stated.variants, BASE: Variant()}.items():
        files = {name: getattr(variant, name) or f"{name}.csv" for name in TABLES}
        for file in files.values():
            if file not in read:
                read[file] = _table(folder, file, faults)
        made = {name: read[file] for name, file in files.items()}
        tables[code] = {**made, "links": _left(made["links"], variant)}
    if not faults:
        faults = [*faults_of(folder.name, stated, tables)]
    raise_all(faults, DataFault)
    return Case(folder.name, stated, tables)


def _left(links: pd.DataFrame, variant: Variant) -> pd.DataFrame:
    if "link" not in links.columns or not variant.without:
        return links
    here = links["link"].isin([str(one) for one in variant.without])
    return links[~here].reset_index(drop=True)


def _table(folder: Path, file: str, faults: list[Fault]) -> pd.DataFrame:
    try:
        return read_rows(folder, file)
    except RenlinError as error:
        faults.extend(error.faults)
        return pd.DataFrame()
