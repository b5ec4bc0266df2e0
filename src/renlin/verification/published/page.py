"""Run published cases and hold what comes out against the bands they state."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import numpy as np

from renlin.catalogue.load import load
from renlin.community.settings import read_declared
from renlin.errors import DataFault, Fault, RenlinError, Said, did_you_mean
from renlin.verification.published import kinds
from renlin.verification.published.stated import Files, Got, Kind, PublishedCase

SHIPPED = Path(str(files("renlin.verification.published") / "cases"))
WITHIN, OUTSIDE, KNOWN, NOT_RUN = "within", "outside", "known_deviation", "not_run"
Progress = Callable[[str, int, int], None]


def published(
    folder: Path, data: Path | None, *, progress: Progress | None = None
) -> Iterator[dict[str, Any]]:
    """Yield one row per band of the published cases of a folder.

    Parameters
    ----------
    folder
        A folder of case folders, or one case; folders of other cases are passed over.
    data
        Folder of data made by others, or None: cases that need it are not run then.
    progress
        Called with the case, cases done and cases in all.

    Yields
    ------
    The columns of :data:`renlin.verification.verify.COLUMNS`. What was not run has the
    verdict ``not_run`` with the reason and counts neither as within nor as outside.

    Raises
    ------
    DataFault
        With every fault of every case file, before anything is run; then with those of a
        case whose tables contradict it.
    """
    cases, catalogue = _cases(folder), load(None)
    for done, (path, stated, kind) in enumerate(cases):
        if progress is not None:
            progress(path.name, done, len(cases))
        try:
            rows = list(kind.run(stated, Files(path, data, catalogue)))
        except RenlinError as error:
            placed = [replace(one, place=f"{path.name}/{one.place}") for one in error.faults]
            raise DataFault(placed) from error
        yield from (_row(path.name, stated, got) for got in rows)


def is_published(folder: Path) -> bool:
    """Tell whether a case folder states a kind, as published tables do."""
    try:
        fields = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False
    return "kind" in fields


def known_kinds() -> dict[str, Kind]:
    """Return name -> kind: every module of ``kinds`` has a ``KIND``."""
    names = sorted(one.name for one in iter_modules(kinds.__path__))
    return {name: import_module(f"{kinds.__name__}.{name}").KIND for name in names}


def _cases(folder: Path) -> list[tuple[Path, PublishedCase, Kind]]:
    alone = (folder / "case.toml").is_file()
    there = [folder] if alone else sorted(p.parent for p in folder.glob("*/case.toml"))
    known, made, faults = known_kinds(), [], []
    for path in filter(is_published, there):
        fields = tomllib.loads((path / "case.toml").read_text(encoding="utf-8-sig"))
        kind = known.get(str(fields["kind"]))
        place = f"{path.name}/case.toml"
        if kind is None:
            told = ", ".join(known)
            got = Said(*[str(fields["kind"])[:40]] * 2)
            remedy = did_you_mean(str(fields["kind"]), known)
            faults.append(Fault(place, Said(told, told), got, remedy, None, "kind"))
            continue
        try:
            stated = read_declared(path / "case.toml", kind.stated, kind=DataFault)
            made.append((path, stated, kind))
        except RenlinError as error:
            faults += [replace(one, place=place) for one in error.faults]
    if faults:
        raise DataFault(faults)
    return made


def _row(case: str, stated: PublishedCase, got: Got) -> dict[str, Any]:
    band = got.band
    low = -np.inf if band.low is None else band.low
    high = np.inf if band.high is None else band.high
    inside = bool(np.isfinite(got.value) and low <= got.value <= high)
    verdict = WITHIN if inside else KNOWN if band.reason.en else OUTSIDE
    why = Said("", "") if inside else Said(band.reason.zh, band.reason.en)
    if got.not_run is not None:
        verdict, why = NOT_RUN, got.not_run
    return {
        "case": case, "zh": stated.zh, "en": stated.en, "measure": band.measure, "of": got.of,
        "variant": got.variant, "over": "", "across": "mean",
        "low": np.nan if band.low is None else band.low,
        "high": np.nan if band.high is None else band.high,
        "got": got.value, "verdict": verdict, "deviation": why.en, "deviation_zh": why.zh,
        "source": band.source, "case_source": stated.source, "note": stated.note, "n_seeds": 1,
    }  # fmt: skip
