"""Run cases and hold what comes out against the bands they state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue, load
from renlin.errors import DataFault, Fault, RenlinError, Said
from renlin.random_streams import draw
from renlin.simulation import NetworkRun, run_network
from renlin.simulation.luck import sample
from renlin.verification.cases import Case, Expected, read_case
from renlin.verification.measures import MEASURES

SHIPPED = Path(str(files("renlin.verification") / "cases"))
WITHIN, OUTSIDE, KNOWN = "within", "outside", "known_deviation"
COLUMNS = (
    "case", "zh", "en", "measure", "of", "variant", "over", "low", "high", "got", "verdict",
    "deviation", "source", "case_source", "n_seeds",
)  # fmt: skip
Progress = Callable[[str, int, int], None]


def verify(folder: Path | None = None, *, progress: Progress | None = None) -> pd.DataFrame:
    """Return the page of verification: one row per expected band.

    Parameters
    ----------
    folder
        A folder of case folders, or one case; default the shipped cases.
    progress
        Called with the case, cases done and cases in all; raising from it stops the work.

    Returns
    -------
    Columns of ``COLUMNS``: what was expected and from which source, ``got`` (the mean over
    the seeds), and ``verdict``: within, outside, or known_deviation where the case states
    why the model lies outside. A stated deviation that is none any more is within.

    Raises
    ------
    DataFault
        With every fault of every case; nothing is run when one has any.
    """
    cases = list(_cases(SHIPPED if folder is None else folder))
    catalogue = load(None)
    rows: list[dict[str, object]] = []
    for done, case in enumerate(cases):
        if progress is not None:
            progress(case.code, done, len(cases))
        rows.extend(_checked(case, catalogue))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _cases(folder: Path) -> Iterator[Case]:
    alone = (folder / "case.toml").is_file()
    there = [folder] if alone else sorted(p.parent for p in folder.glob("*/case.toml"))
    if not there:
        expected = Said("案例文件夹，各有 case.toml", "folders of cases, each with a case.toml")
        remedy = Said("见 docs/verification.md。", "See docs/verification.md.")
        raise DataFault(Fault(folder.name, expected, Said("没有", "none"), remedy))
    made: list[Case] = []
    faults: list[Fault] = []
    for path in there:
        try:
            made.append(read_case(path))
        except RenlinError as error:
            faults.extend(error.faults)
    if faults:
        raise DataFault(faults)
    yield from made


def _checked(case: Case, catalogue: Catalogue) -> Iterator[dict[str, object]]:
    runs: dict[str, list[NetworkRun]] = {}
    for one in case.stated.expect:
        other = one.over or (one.variant if one.over_of is not None else None)
        for name in filter(None, (one.variant, other)):
            if name not in runs:
                runs[name] = [_run(case, name, seed, catalogue) for seed in case.stated.seeds]
        got = _mean(one.measure, one.of, runs[one.variant])
        if other is not None:
            got /= _mean(one.measure, one.of if one.over_of is None else one.over_of, runs[other])
        yield _row(case, one, got)


def _mean(measure: str, of: Mapping[str, Any], runs: list[NetworkRun]) -> float:
    return float(np.mean([MEASURES[measure](run, of) for run in runs]))


def _over(one: Expected) -> str:
    """Return what is divided by, in words."""
    told = [one.over] if one.over else []
    told += [f"{name}={value}" for name, value in (one.over_of or {}).items()]
    return ", ".join(told)


def _row(case: Case, one: Expected, got: float) -> dict[str, object]:
    low = -np.inf if one.low is None else one.low
    high = np.inf if one.high is None else one.high
    inside = bool(low <= got <= high)
    verdict = WITHIN if inside else KNOWN if one.deviation else OUTSIDE
    told = ", ".join(f"{name}={value}" for name, value in one.of.items())
    return {
        "case": case.code, "zh": case.stated.zh, "en": case.stated.en, "measure": one.measure,
        "of": told, "variant": one.variant, "over": _over(one),
        "low": np.nan if one.low is None else one.low,
        "high": np.nan if one.high is None else one.high,
        "got": got, "verdict": verdict, "deviation": "" if inside else one.deviation,
        "source": one.source, "case_source": case.stated.source,
        "n_seeds": len(case.stated.seeds),
    }  # fmt: skip


def _run(case: Case, variant: str, seed: int, catalogue: Catalogue) -> NetworkRun:
    tables, stated = case.tables[variant], case.stated
    try:
        return run_network(
            tables["nodes"], tables["links"], _drawn(case, tables["persons"], seed),
            horizon=stated.horizon, bin=stated.bin, speed_density=stated.speed_density,
            catalogue=catalogue,
        )  # fmt: skip
    except RenlinError as error:
        placed = [replace(fault, place=f"{case.code}/{fault.place}") for fault in error.faults]
        raise type(error)(placed) from error


def _drawn(case: Case, persons: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the persons with the empty cells of drawn columns filled."""
    made = persons.copy()
    for column, how in case.stated.draw.items():
        ids = [str(one) for one in made["person"]]
        luck = draw(seed, f"{case.code}/{column}", ids)
        values = sample(how, np.asarray(luck, dtype=np.float64).reshape(len(ids)))
        empty = made[column] == "" if column in made else pd.Series(True, index=made.index)
        before = made[column].astype(object) if column in made else pd.Series("", made.index)
        made[column] = before.where(~empty, pd.Series(values, made.index).astype(object))
    return made
