"""Delete from a folder what may be kept no longer, and everything of one resident on request.

Layers are made from registers: what is deleted here comes back with the next build while a
register still holds it, so a build leaves out what is overdue or was erased, and the
registers that still hold it are named for their holder to clear.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue, load
from renlin.community.read_log import KEYS, VAULT
from renlin.community.staging import OWNER_ONLY, staged
from renlin.community.vault import COLUMNS, IDENTITIES, PERSON, identities, sealed_identities
from renlin.errors import DataFault, Fault, Said
from renlin.privacy.retention import overdue, summary, undated
from renlin.privacy.traces import Trace, search_traces

LAYERS = "layers"
STATED: Mapping[str, tuple[str, str]] = {
    "facts": ("indicator", "observed_on"),
    "corrections": ("field", "held_on"),
}
"""Layers that state values of fields -> the column of the field and that of the day."""
DELETED, ERASED = "deletions.csv", "erased.csv"
DELETED_COLUMNS = ("deleted_on", "table", "field", "n", "oldest", "ground")
ERASED_COLUMNS = ("person", "erased_on", "ground")
RETENTION, REQUEST = "PIPL 19", "PIPL 47"
STALE = ("findings", "out")
"""Folders made from the layers; they are deleted with what they were made from."""
SUBJECTS = ("person", "other", "subject", "household")
"""Columns of a layer that name a resident or a household."""
_PSEUDONYM = re.compile(r"[A-Z]-[0-9a-f]{10}")
"""Keys long enough to be looked for in every file; those made by hand are words of any text."""


@dataclass(frozen=True)
class Erased:
    """What an erasure did, and where the person is still found.

    Attributes
    ----------
    rows
        Layer or vault -> rows deleted.
    traces
        Files that still hold the name, number, telephone or address: registers and notes
        of their holder, to be cleared there.
    """

    rows: dict[str, int]
    traces: tuple[Trace, ...]


def overdue_rows(facts: pd.DataFrame, catalogue: Catalogue, day: pd.Timestamp) -> pd.Series:
    """Return which facts are past the days their field may be kept.

    Parameters
    ----------
    facts
        Columns indicator and observed_on; with a column file, a fact without a date has the
        newest date of its register, as when it counts as evidence.
    """
    return _past(_dated(facts, "indicator", "observed_on"), catalogue, day)


def _past(stated: pd.DataFrame, catalogue: Catalogue, day: pd.Timestamp) -> pd.Series:
    days = {code: entry.retention_days for code, entry in catalogue.fields.items()}
    return overdue(stated, days, day)


def _dated(table: pd.DataFrame, field: str, date: str) -> pd.DataFrame:
    """Return field and date of each statement of a layer, dates of registers filled in."""
    dates = pd.to_datetime(table[date])
    if "file" in table.columns and dates.isna().any():
        newest = dates.groupby(table["file"], dropna=False).max()
        dates = dates.fillna(table["file"].map(newest))
    return pd.DataFrame({"field": table[field], "observed_on": dates}, index=table.index)


def due(root: Path, day: dt.date) -> pd.DataFrame:
    """Return what of the layers may be kept no longer on ``day``: counts, never values.

    Returns
    -------
    Columns table, field, n, oldest.
    """
    known = load(root / "catalogue")
    named = pd.concat([_dated(table, *STATED[name]).assign(table=name)
                       for name, table in _stated(root)], ignore_index=True)  # fmt: skip
    return summary(named, _past(named, known, pd.Timestamp(day)))


def undated_rows(root: Path) -> int:
    """Return how many statements have no date to count from, not even that of a register."""
    return sum(int(undated(_dated(table, *STATED[name])).sum()) for name, table in _stated(root))


def expire(root: Path, day: dt.date) -> pd.DataFrame:
    """Delete what :func:`due` lists, findings made from it too, and record the deletion.

    All or nothing; the record holds counts and fields, no values.
    """
    listed = due(root, day)
    if len(listed) == 0:
        return listed
    known = load(root / "catalogue")
    record = listed.assign(deleted_on=day.isoformat(), ground=RETENTION)
    with staged(root / LAYERS) as fresh:
        for name, table in _stated(root):
            gone = _past(_dated(table, *STATED[name]), known, pd.Timestamp(day))
            if gone.any():
                kept = table[~gone.to_numpy(dtype=bool)]
                kept.to_csv(fresh / f"{name}.csv", index=False, lineterminator="\n")
        _added(root / LAYERS, fresh, DELETED, DELETED_COLUMNS, record.to_dict("records"))
    _drop_stale(root)
    return listed


def held(root: Path, person: str, *, reader: str) -> dict[str, list[dict[Any, Any]]]:
    """Return everything the folder holds about one person, for that person to see.

    Layer -> rows as text, with the opened identities under ``identities``; the reading is
    noted. Source: art. 45, access and copy.

    Raises
    ------
    DataFault
        When nobody of that pseudonym is held.
    """
    opened = identities(root, columns=COLUMNS[1:], reader=reader, purpose="access")
    found = {
        IDENTITIES: opened[opened[PERSON] == person].fillna("").to_dict("records"),
        **{
            path.stem: rows.to_dict("records")
            for path, table in _layers(root)
            if len(rows := table[_about(table, person)])
        },
    }
    found = {name: rows for name, rows in found.items() if rows}
    if not found:
        raise DataFault(_nobody())
    return found


def erase(root: Path, person: str, day: dt.date) -> Erased:
    """Delete every row about one person, the findings too, and search for what is left.

    A household the person leaves empty goes with its rows, and whom the person helped is
    left without that helper. The pseudonym is kept on a list, so that a later build leaves
    the person out. What is left is looked for by name, number, telephone, address and
    pseudonym. Source: art. 47.

    Raises
    ------
    DataFault
        When nobody of that pseudonym is held.
    """
    known = held(root, person, reader="erasure")
    gone = frozenset({person, *_left_empty(root, person)})
    values = [text for row in known.get(IDENTITIES, []) for c, text in row.items() if c != PERSON]
    values += [one for one in sorted(gone) if _PSEUDONYM.fullmatch(one)]
    helping = [row["helper"] for row in known.get("helpers", [])]
    rows: dict[str, int] = {}
    with staged(root / LAYERS) as fresh:
        for path, table in _layers(root):
            kept = without(table, gone)
            if "helper" in kept.columns:
                kept = kept[~kept["helper"].isin(helping)]
            if len(kept) < len(table):
                rows[path.stem] = len(table) - len(kept)
                kept.to_csv(fresh / path.name, index=False, lineterminator="\n")
        lines = [
            {"person": p, "erased_on": day.isoformat(), "ground": REQUEST} for p in sorted(gone)
        ]
        _added(root / LAYERS, fresh, ERASED, ERASED_COLUMNS, lines)
    rows |= _erase_identity(root, person)
    _drop_stale(root)
    left = search_traces(root, [v for v in values if len(str(v)) > 1],
                         skip=(VAULT, KEYS, f"{LAYERS}/{ERASED}"))  # fmt: skip
    return Erased(rows, tuple(left))


def erased_persons(root: Path) -> frozenset[str]:
    """Return the pseudonyms a build leaves out."""
    path = root / LAYERS / ERASED
    if not path.is_file():
        return frozenset()
    return frozenset(pd.read_csv(path, dtype="str", keep_default_na=False)[PERSON])


def without(table: pd.DataFrame, persons: frozenset[str]) -> pd.DataFrame:
    """Return ``table`` without the rows about ``persons``."""
    named = [column for column in SUBJECTS if column in table.columns]
    return table[~table[named].isin(persons).any(axis=1)] if named else table


def _erase_identity(root: Path, person: str) -> dict[str, int]:
    sealed = sealed_identities(root)
    if sealed is None or person not in set(sealed[PERSON]):
        return {}
    kept = sealed[sealed[PERSON] != person]
    with staged(root / VAULT, mode=OWNER_ONLY) as fresh:
        path = fresh / f"{IDENTITIES}.csv"
        path.touch(mode=0o600)
        kept.to_csv(path, index=False, lineterminator="\n")
    return {IDENTITIES: len(sealed) - len(kept)}


def _left_empty(root: Path, person: str) -> set[str]:
    """Return the household of a person who lives alone; others keep theirs."""
    path = root / LAYERS / "persons.csv"
    if not path.is_file():
        return set()
    people = pd.read_csv(path, dtype="str", keep_default_na=False)
    homes = set(people.loc[people[PERSON] == person, "household"]) - {""}
    return homes - set(people.loc[people[PERSON] != person, "household"])


def _stated(root: Path) -> Iterable[tuple[str, pd.DataFrame]]:
    """Yield every layer that states values of fields, as text with its dates missing or not."""
    for name, (field, date) in STATED.items():
        path = root / LAYERS / f"{name}.csv"
        if path.is_file():
            yield name, pd.read_csv(path, dtype="str", keep_default_na=False,
                                    na_values={date: [""]})  # fmt: skip
        else:
            yield name, pd.DataFrame(columns=[field, date], dtype="str")


def _layers(root: Path) -> Iterable[tuple[Path, pd.DataFrame]]:
    """Yield the layers that are tables about residents, as text."""
    for path in sorted((root / LAYERS).glob("*.csv")):
        if path.name in (DELETED, ERASED):
            continue
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
        if set(SUBJECTS) & set(table.columns):
            yield path, table


def _about(table: pd.DataFrame, person: str) -> pd.Series:
    named = [column for column in SUBJECTS if column in table.columns]
    return (table[named] == person).any(axis=1)


def _added(
    layers: Path, fresh: Path, name: str, columns: Sequence[str], rows: Sequence[Mapping[Any, Any]]
) -> None:
    """Write the list ``name`` of ``layers`` with more rows into ``fresh``."""
    if (layers / name).is_file():
        shutil.copy2(layers / name, fresh / name)
    new = not (fresh / name).is_file()
    with (fresh / name).open("a", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerows(rows)


def _drop_stale(root: Path) -> None:
    for name in STALE:
        shutil.rmtree(root / name, ignore_errors=True)


def _nobody() -> Fault:
    return Fault(
        LAYERS,
        Said("在册的假名", "a pseudonym on record"),
        Said("没有这个人", "nobody of that name"),
        Said("用 renlin needs 的结论表里的编号（P-…）。", "Use the key (P-…) of a finding."),
        column=PERSON,
    )
