"""Try linkage on synthetic registers whose truth is known."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np

from renlin.community.staging import staged
from renlin.errors import DataFault, Fault, Said
from renlin.intake.cascade import Caution, Found, link_keys
from renlin.intake.matching.model import Model
from renlin.intake.register_keys import keys_of_table
from renlin.intake.register_sample.sample import Quality, Sample, evaluate, sample
from renlin.intake.register_sample.shares import kinds
from renlin.intake.remainder import shipped_model, weigh

TRUTH = "truth.csv"


def _refuse_others(folder: Path) -> None:
    """Refuse a folder that is in use for anything else."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / TRUTH).is_file():
        expected = Said("空的或还没有的文件夹", "a folder that is empty or not there yet")
        got = Said("里面有别的文件", "other files in it")
        remedy = Said(
            "换一个文件夹，免得盖掉真名册。", "Name another, so that no register is lost."
        )
        raise DataFault(Fault(folder.name, expected, got, remedy))


def write_sample(
    folder: Path, n: int, *, seed: int = 0, errors: Literal["independent", "hard"] = "hard"
) -> Sample:
    """Write registers of ``n`` synthetic persons and their truth as CSV; return them.

    ``truth.csv`` names person and error kinds of each row (rows counted as in a
    spreadsheet, headings are row 1).

    Raises
    ------
    DataFault
        When the folder holds anything but such registers: real ones are not written over.
    """
    _refuse_others(folder)
    made = sample(n, seed=seed, errors=errors)
    codes = np.array([kind.code for kind in kinds()])
    patterns = {
        int(bits): ";".join(codes[[bool(bits >> at & 1) for at in range(len(codes))]])
        for bits in made.truth["errors"].unique()
    }
    truth = made.truth.assign(row=made.truth["row"] + 2, errors=made.truth["errors"].map(patterns))
    with staged(folder) as fresh:
        for name, table in made.registers.items():
            table.to_csv(fresh / f"{name}.csv", index=False)
        truth.to_csv(fresh / TRUTH, index=False)
    return made


def linked(made: Sample, caution: Caution, model: Model | None = None) -> Found:
    """Return how synthetic registers are linked, from their raw text.

    Parameters
    ----------
    model
        Weights; the shipped ones when None.
    """
    weights = model or shipped_model()
    keys = [keys_of_table(table, made.places) for table in made.registers.values()]
    return link_keys(keys, caution, weigh=lambda a, b: weigh(a, b, weights))


def try_linkage(made: Sample, caution: Caution | None = None) -> Quality:
    """Return how well linkage meets the truth of synthetic registers."""
    if caution is None:
        from renlin.catalogue.load import load
        from renlin.intake.linkage import caution_of

        caution = caution_of(load())
    return evaluate(linked(made, caution).persons["person"].to_numpy(), made.truth)
