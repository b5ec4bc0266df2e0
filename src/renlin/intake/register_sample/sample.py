"""Make the registers of a synthetic city, and what is true of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from renlin.intake.gazetteer import Gazetteer, gazetteer
from renlin.intake.register_sample.people import People, addresses, community_names, people
from renlin.intake.register_sample.shares import kinds
from renlin.intake.register_sample.writing import Writer
from renlin.random_streams import draw

IN_CIVIL = 0.4
"""Share of persons in the civil-affairs register. Source: needs reference §3.4."""
NOT_IN_HOUSEHOLD = 0.05
"""Share of the civil-affairs register not in the household register; same source."""
IN_MEDICAL = 0.2  # share of persons in the medical register. Assumption.


@dataclass(frozen=True)
class Sample:
    """Registers of a city nobody lives in.

    Attributes
    ----------
    registers
        Name -> name, identity_number, sex, birth_date, address, phone as text.
    truth
        register, row (from 0), person, errors (bits in the order of :func:`kinds`).
    places
        The communities and their buildings, as people who read addresses need them.
    """

    registers: dict[str, pd.DataFrame]
    truth: pd.DataFrame
    places: Gazetteer


def sample(
    n: int, *, seed: int = 0, errors: Literal["independent", "hard"] = "hard", medical: bool = False
) -> Sample:
    """Return synthetic registers of ``n`` persons with every error known.

    Parameters
    ----------
    n
        Persons, at least 1.
    seed
        The same seed gives the same bytes.
    errors
        ``independent`` strikes each record by itself; ``hard`` adds twins, shared and
        proxy telephones, reused flats, namesakes, and errors both registers repeat.
    medical
        Whether a third register, of the health station, is made.

    Source: needs reference §3.4 for the shares; the rest is said in the catalogue tables.
    """
    hard = errors == "hard"
    everybody = people(n, seed=seed, hard=hard)
    ids = np.arange(n)
    civil = draw(seed, "register_in_civil", ids) < IN_CIVIL
    left = civil & (draw(seed, "register_not_in_household", ids) < NOT_IN_HOUSEHOLD)
    chosen = {"household": ids[~left], "civil_affairs": ids[civil]}
    if medical:
        chosen["medical"] = ids[draw(seed, "register_in_medical", ids) < IN_MEDICAL]
    share = next(kind.other for kind in kinds() if kind.code == "reused_flat") if hard else 0.0
    reused = left & (draw(seed, "register_reused", ids) < share / (IN_CIVIL * NOT_IN_HOUSEHOLD))
    if hard:  # who left is only in the other register, at a flat where others live now
        flat = everybody.table["flat"].to_numpy()
        taken = np.minimum(ids + 7, n - 1)
        same = everybody.table["community"].to_numpy()[taken] == everybody.table["community"]
        reused &= same.to_numpy()
        everybody.table["flat"] = np.where(reused, flat[taken], flat)
    registers, truths = {}, []
    for name, rows in chosen.items():
        writer = Writer(everybody, name, rows, seed, hard)
        registers[name] = writer.record()
        writer.mark("reused_flat", reused[rows])
        truths.append(
            pd.DataFrame(
                {
                    "register": name, "row": np.arange(len(rows)), "person": rows,
                    "errors": writer.errors,
                }
            )
        )  # fmt: skip
    return Sample(registers, pd.concat(truths, ignore_index=True), _places(everybody))


def _places(everybody: People) -> Gazetteer:
    """Return every community with the numbers of its buildings."""
    table = everybody.table
    names = community_names(int(table["community"].max()) + 1)
    flats = table.groupby("community")["flat"]
    last, _, _ = addresses(flats.max().to_numpy(), flats.min().to_numpy())
    numbers = {
        str(name): [str(k) for k in range(1, int(n) + 1)]
        for name, n in zip(names, last, strict=True)
    }
    return gazetteer(names.tolist(), numbers)


@dataclass(frozen=True)
class Quality:
    """How well a linkage met the truth.

    Attributes
    ----------
    precision, recall
        Of pairs of records said to be one person; NaN where there is no pair.
    n_pairs, n_false, n_missed
        Pairs said, said wrongly, and true but not said.
    by_kind
        kind, n_true, recall, n_false: pairs with at least one record the kind touches.
    """

    precision: float
    recall: float
    n_pairs: int
    n_false: int
    n_missed: int
    by_kind: pd.DataFrame


def evaluate(person: np.ndarray, truth: pd.DataFrame) -> Quality:
    """Compare the persons a linkage found with the truth, over pairs of records.

    Parameters
    ----------
    person
        Label of each record, shape (n_records,), in the order of ``truth``.
    """
    said = _pairs(np.asarray(person))
    true = _pairs(truth["person"].to_numpy())
    who, bits = truth["person"].to_numpy(), truth["errors"].to_numpy()
    right = who[said[:, 0]] == who[said[:, 1]]
    label = np.asarray(person)
    found = label[true[:, 0]] == label[true[:, 1]]
    wrong = said[~right]
    rows = []
    touched_true, touched_false = bits[true].T, bits[wrong].T
    for at, kind in enumerate(kinds()):
        here = ((touched_true[0] | touched_true[1]) >> at & 1).astype(bool)
        bad = int(((touched_false[0] | touched_false[1]) >> at & 1).sum())
        rows.append((kind.code, int(here.sum()), _share(found[here]), bad))
    table = pd.DataFrame(rows, columns=["kind", "n_true", "recall", "n_false"])
    return Quality(_share(right), _share(found), len(said), len(wrong), int((~found).sum()), table)


def _share(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _pairs(label: np.ndarray) -> np.ndarray:
    """Return all pairs of rows with one label, shape (n_pairs, 2)."""
    order = np.argsort(label, kind="stable")
    sorted_ = label[order]
    found = [np.empty((0, 2), dtype=np.int64)]
    gap = 1
    while gap < len(label):
        same = np.flatnonzero(sorted_[gap:] == sorted_[:-gap])
        if len(same) == 0:
            break
        found.append(np.column_stack([order[same], order[same + gap]]))
        gap += 1
    return np.concatenate(found)
