"""Weigh what the cascade leaves by learnt weights, and say what is sure and what is doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from renlin.intake.matching.comparing import comparisons
from renlin.intake.matching.model import Model, load
from renlin.intake.matching.prediction import predict, refuse_other
from renlin.intake.matching.spec import Spec, read_spec
from renlin.intake.matching.training import train

FOLDER = Path(__file__).parents[1] / "catalogue" / "register_linking"
FIELDS = ("number", "name", "birth", "phone", "address", "sex")
"""What is weighed, in the order in which people are shown it."""
COLUMNS = (
    "row_a", "row_b", "probability",
    *(f"level_{name}" for name in FIELDS), *(f"weight_{name}" for name in FIELDS),
)  # fmt: skip


def spec() -> Spec:
    """Return how the fields are compared: ``catalogue/register_linking/link.toml``."""
    return read_spec(FOLDER / "link.toml")


def saved_model(path: Path) -> Model:
    """Return the weights of registers kept in a file.

    Raises
    ------
    DataFault
        When the file is no model, or one of other fields.
    """
    found = load(path)
    refuse_other(comparisons(spec()), found, place=path.name)
    return found


@cache
def shipped_model() -> Model:
    """Return the weights learnt from synthetic registers, for places too small to learn.

    Source: catalogue/register_linking/SOURCE.md.
    """
    return load(FOLDER / "model.json")


def train_registers(registers: Sequence[pd.DataFrame], truth: np.ndarray | None = None) -> Model:
    """Return a model learnt from the first register and another one.

    Parameters
    ----------
    registers
        Tables of keys; the second and later ones are taken together.
    truth
        Person of every row, where known, to learn from.
    """
    first, others = registers[0], pd.concat(list(registers[1:]), ignore_index=True)
    both = compared(pd.concat([first, others], ignore_index=True))
    a, b = both.iloc[: len(first)], both.iloc[len(first) :]
    labels = None
    if truth is not None:
        left = pd.DataFrame({"person": truth[: len(first)], "id_a": a["row"].to_numpy()})
        right = pd.DataFrame({"person": truth[len(first) :], "id_b": b["row"].to_numpy()})
        labels = left.merge(right, on="person")[["id_a", "id_b"]]
    return train((a, b), spec(), labels=labels)


def weigh(a: pd.DataFrame, b: pd.DataFrame | None, model: Model) -> pd.DataFrame:
    """Return pairs of rows with probability, levels and weights (log2 of Bayes factors).

    Parameters
    ----------
    a, b
        Keys whose index is the row; ``b`` None compares ``a`` with itself.
    model
        Weights; its prior is replaced by one true pair per record of ``a``.

    Returns
    -------
    The columns of :data:`COLUMNS`, best first.
    """
    least = 2 if b is None else 1
    if len(a) < least or (b is not None and len(b) == 0):
        return pd.DataFrame({name: [] for name in COLUMNS})
    both = compared(a if b is None else pd.concat([a, b]))
    left = both.iloc[: len(a)]
    right = None if b is None else both.iloc[len(a) :]
    prior = replace(model, prior=min(0.5, 1.0 / max(len(a), 2)))
    found = predict((left, right), spec(), prior)
    made = {
        "row_a": found["id_a"].astype("int64"),
        "row_b": found["id_b"].astype("int64"),
        "probability": found["probability"].astype("float64"),
    }
    for name in FIELDS:
        made[f"level_{name}"] = found[f"level_{name}"].astype("str")
        made[f"weight_{name}"] = np.log2(found[f"bayes_{name}"].to_numpy(dtype=np.float64))
    return pd.DataFrame(made)


def compared(keys: pd.DataFrame) -> pd.DataFrame:
    """Return keys as the fields that are compared, with their row as text."""
    parts = [
        prefix + pd.Series(pd.factorize(keys[name].fillna(""))[0]).astype("str").str.zfill(6)
        for prefix, name in (("c", "community"), ("b", "building"), ("f", "address"))
    ]
    community, building, flat = (part.to_numpy(dtype=object) for part in parts)
    has_flat = keys["address"].notna().to_numpy()
    has_building = keys["building"].notna().to_numpy()
    has_community = keys["community"].notna().to_numpy()
    address = community + np.where(has_building, " " + building, "")
    address = address + np.where(has_flat, " " + flat, "")
    address[~(has_community | has_building | has_flat)] = None
    return pd.DataFrame(
        {
            "row": keys.index.astype("str"),
            "number": keys["number_text"].to_numpy(dtype=object),
            "name": keys["pinyin"].to_numpy(dtype=object),
            "birth": keys["birth"].to_numpy(dtype=object),
            "phone": keys["phone"].to_numpy(dtype=object),
            "address": address,
            "sex": keys["sex"].to_numpy(dtype=object),
        }
    )
