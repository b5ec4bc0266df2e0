"""Run cases and hold what comes out against the bands they state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue, load
from renlin.errors import DataFault, Fault, RenlinError, Said
from renlin.simulation import NetworkRun, run_network
from renlin.simulation.bare import check_network
from renlin.verification.cases import Case, read_case
from renlin.verification.drawing import drawn
from renlin.verification.measures import MEASURES
from renlin.verification.published import SHIPPED as TABLES
from renlin.verification.published import data_folder, is_published, published
from renlin.verification.rows import read_rows
from renlin.verification.stated import Expected

SHIPPED = Path(str(files("renlin.verification") / "cases"))
WITHIN, OUTSIDE, KNOWN = "within", "outside", "known_deviation"
COLUMNS = (
    "case", "zh", "en", "measure", "of", "variant", "over", "across", "low", "high", "got",
    "verdict", "deviation", "deviation_zh", "source", "case_source", "note", "n_seeds",
)  # fmt: skip
LEFT_OUT = "not_applicable.csv"
LEFT_OUT_COLUMNS = ("test", "source", "zh", "en", "reason_zh", "reason_en")
ACROSS: Mapping[str, Callable[[Any], Any]] = {
    "mean": np.mean, "least": np.min, "greatest": np.max,
}  # fmt: skip
Progress = Callable[[str, int, int], None]
Runs = dict[str, list[NetworkRun]]


def verify(
    folder: Path | None = None, *, data: Path | None = None, progress: Progress | None = None
) -> pd.DataFrame:
    """Return the page of verification: one row per expected band.

    Parameters
    ----------
    folder
        A folder of case folders, or one case; default the shipped cases. A case that states
        a ``kind`` is one of published tables, see :mod:`renlin.verification.published`.
    data
        Folder of data made by others; default as
        :func:`renlin.verification.published.data_folder` finds it.
    progress
        Called with the case, cases done and cases in all; raising from it stops the work.

    Returns
    -------
    Columns of ``COLUMNS``: what was expected and from which source, ``got`` (the mean over
    the seeds, or what ``across`` says), and ``verdict``: within, outside, or
    known_deviation where the case states why the model lies outside. A stated deviation
    that is none any more is within. What is no finite number is never within. A published
    table whose data are not there is not_run, with the reason.

    Raises
    ------
    DataFault
        With every fault of every case; nothing is run when one has any.
    """
    catalogue = load(None)
    tables = list(
        published(TABLES if folder is None else folder, data_folder(data), progress=progress)
    )
    cases = _cases(SHIPPED if folder is None else folder, catalogue)
    rows: list[dict[str, object]] = []
    for done, case in enumerate(cases):
        if progress is not None:
            progress(case.code, done, len(cases))
        rows.extend(_checked(case, catalogue))
    rows.extend(tables)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def left_out(folder: Path | None = None) -> pd.DataFrame:
    """Return the published cases that a network model cannot state, each with the reason.

    They stand in ``not_applicable.csv`` beside the cases; a folder without one has none.
    Columns of ``LEFT_OUT_COLUMNS``.

    Raises
    ------
    DataFault
        When the file cannot be read.
    """
    here = SHIPPED if folder is None else folder.resolve()
    if not (here / LEFT_OUT).is_file():
        return pd.DataFrame(columns=list(LEFT_OUT_COLUMNS), dtype="str")
    return read_rows(here, LEFT_OUT).reindex(columns=list(LEFT_OUT_COLUMNS), fill_value="")


def _cases(folder: Path, catalogue: Catalogue) -> list[Case]:
    alone = (folder / "case.toml").is_file()
    there = [folder] if alone else sorted(p.parent for p in folder.glob("*/case.toml"))
    if not there:
        expected = Said("案例文件夹，各有 case.toml", "folders of cases, each with a case.toml")
        remedy = Said("见 docs/verification.md。", "See docs/verification.md.")
        raise DataFault(Fault(folder.name, expected, Said("没有", "none"), remedy))
    made: list[Case] = []
    faults: list[Fault] = []
    for path in there:
        if is_published(path):
            continue
        try:
            case = read_case(path)
            made.append(case)
        except RenlinError as error:
            faults.extend(error.faults)
            continue
        faults.extend(_network_faults(case, catalogue))
    if faults:
        raise DataFault(faults)
    return made


def _network_faults(case: Case, catalogue: Catalogue) -> Iterable[Fault]:
    """Return the faults of the tables of every variant, each once."""
    found: dict[Fault, None] = {}
    for variant in case.tables:
        try:
            check_network(*_tables(case, variant, case.stated.seeds[0]), **_how(case, variant),
                          catalogue=catalogue)  # fmt: skip
        except RenlinError as error:
            for fault in error.faults:
                found[_placed(case, variant, fault)] = None
    return list(found)


def _placed(case: Case, variant: str, fault: Fault) -> Fault:
    """Return the fault with its file, as the case names it."""
    stated = case.stated.variants.get(variant)
    file = getattr(stated, fault.place, None) if stated is not None else None
    return replace(fault, place=f"{case.code}/{file or fault.place}")


def _checked(case: Case, catalogue: Catalogue) -> Iterator[dict[str, object]]:
    runs: Runs = {}

    def of(name: str) -> list[NetworkRun]:
        if name not in runs:
            runs[name] = [_run(case, name, seed, catalogue) for seed in case.stated.seeds]
        return runs[name]

    for one in case.stated.expect:
        yield _row(case, one, float(ACROSS[one.across](_per_seed(one, of))))


def _per_seed(one: Expected, runs: Callable[[str], list[NetworkRun]]) -> Any:
    """Return what the measure gives under each seed, shape (n_seeds,)."""
    take = MEASURES[one.measure].taken
    if one.series:
        rows = np.array([[take(run, one.of) for run in runs(code)] for code in one.series])
        return np.min([later - before for before, later in pairwise(rows)], axis=0)
    got = np.array([take(run, one.of) for run in runs(one.variant)])
    if one.over is None and one.over_of is None:
        return got
    of = one.of if one.over_of is None else one.over_of
    divisor = np.array([take(run, of) for run in runs(one.over or one.variant)])
    if one.across == "mean":
        got, divisor = got.mean(keepdims=True), divisor.mean(keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        return got / divisor


def _row(case: Case, one: Expected, got: float) -> dict[str, object]:
    low = -np.inf if one.low is None else one.low
    high = np.inf if one.high is None else one.high
    inside = bool(np.isfinite(got) and low <= got <= high)
    verdict = WITHIN if inside else KNOWN if one.reason.en else OUTSIDE
    return {
        "case": case.code, "zh": case.stated.zh, "en": case.stated.en, "measure": one.measure,
        "of": _listed(one.of), "variant": " < ".join(one.series) or one.variant,
        "over": _over(one), "across": one.across,
        "low": np.nan if one.low is None else one.low,
        "high": np.nan if one.high is None else one.high,
        "got": got, "verdict": verdict, "deviation": "" if inside else one.reason.en,
        "deviation_zh": "" if inside else one.reason.zh, "source": one.source,
        "case_source": case.stated.source, "note": case.stated.note,
        "n_seeds": len(case.stated.seeds),
    }  # fmt: skip


def _over(one: Expected) -> str:
    """Return what is divided by, in words."""
    told = [one.over] if one.over else []
    return ", ".join([*told, *filter(None, [_listed(one.over_of or {})])])


def _listed(of: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in of.items())


def _run(case: Case, variant: str, seed: int, catalogue: Catalogue) -> NetworkRun:
    try:
        return run_network(
            *_tables(case, variant, seed), **_how(case, variant), catalogue=catalogue
        )
    except RenlinError as error:
        raise type(error)([_placed(case, variant, one) for one in error.faults]) from error


def _tables(case: Case, variant: str, seed: int) -> tuple[pd.DataFrame, ...]:
    tables = case.tables[variant]
    return tables["nodes"], tables["links"], drawn(case.code, case.stated, tables["persons"], seed)


def _how(case: Case, variant: str) -> dict[str, Any]:
    stated = case.stated
    own = stated.variants[variant].speed_density if variant in stated.variants else None
    chosen = stated.speed_density if own is None else own
    return {"horizon": stated.horizon, "bin": stated.bin, "speed_density": chosen}
