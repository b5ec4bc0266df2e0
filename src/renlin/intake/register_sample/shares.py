"""Read the shares that synthetic registers are made from: names, sounds, error kinds."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from renlin.intake.names import pinyin_of

FOLDER = Path(__file__).parents[2] / "catalogue" / "register_sample"
Texts = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Kind:
    """One kind of error or hard case, and how often it occurs.

    Attributes
    ----------
    hard
        True for errors that are not independent from record to record.
    household, other
        Share of the records of the household register and of the others, 0-1.
    """

    code: str
    hard: bool
    household: float
    other: float


@cache
def kinds() -> tuple[Kind, ...]:
    """Return every kind of error, in order of its bit in the truth."""
    return tuple(
        Kind(
            row["kind"],
            row["group"] == "hard",
            float(row["share_household"]),
            float(row["share_other"]),
        )
        for row in _rows("errors")
    )


@cache
def surnames() -> tuple[Texts, Floats]:
    """Return surnames and their shares, which sum to 1."""
    rows = _rows("surnames")
    return _texts(r["surname"] for r in rows), _shares(float(r["share"]) for r in rows)


@cache
def given_names(sex: str, use: str) -> tuple[Texts, Floats]:
    """Return whole given names, or characters of them (``part``), with shares of sum 1."""
    rows = [r for r in _rows("given_names") if r["sex"] == sex and r["use"] == use]
    return _texts(r["given"] for r in rows), _shares(float(r["weight"]) for r in rows)


@cache
def community_parts(part: str) -> Texts:
    """Return stems or endings of community names."""
    return _texts(r["text"] for r in _rows("community_names") if r["part"] == part)


@cache
def homophones() -> dict[str, str]:
    """Return character -> another one that sounds alike in a given name."""
    sounds: dict[str, list[str]] = {}
    for row in _rows("homophones"):
        sounds.setdefault(_sound(row["hanzi"]), []).append(row["hanzi"])
    ring: dict[str, str] = {}
    for same in sounds.values():
        if len(same) > 1:
            ring.update(zip(same, [*same[1:], same[0]], strict=True))
    return ring


def pick(luck: Floats, shares: Floats) -> Ints:
    """Return which of the shares each number in [0, 1) falls on."""
    return np.minimum(np.searchsorted(np.cumsum(shares), luck, side="right"), len(shares) - 1)


def _sound(character: str) -> str:
    """Return how a character sounds inside a given name, not as a surname."""
    return pinyin_of("王" + character)[0]


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _texts(values: object) -> Texts:
    return np.array(list(values), dtype=np.object_)  # type: ignore[call-overload]


def _shares(values: object) -> Floats:
    weights = np.array(list(values), dtype=np.float64)  # type: ignore[call-overload]
    return np.asarray(weights / weights.sum(), dtype=np.float64)
