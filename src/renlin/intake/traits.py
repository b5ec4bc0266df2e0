"""Give residents what margins say of them: exactly as many as stated, chosen by lot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from renlin.errors import DataFault, Fault, Said
from renlin.intake.fitting import largest_remainder
from renlin.intake.margins import PLACE, Condition, Margin, band, in_order
from renlin.random_streams import draw

Words = npt.NDArray[np.object_]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Subjects:
    """Persons or households to be given traits.

    Attributes
    ----------
    ids
        Their keys, shape (n,); the lot belongs to the key, not to the place.
    known
        Margin -> what each is, shape (n,); ``age`` in whole years, ``size`` in persons.
    """

    ids: Sequence[str]
    known: Mapping[str, npt.NDArray[np.generic]]


def traits(
    subjects: Subjects, margins: Sequence[Margin], *, seed: int, oldest: int
) -> dict[str, Words]:
    """Return margin -> category of each subject, None where no margin speaks of them.

    Of the n subjects that meet a margin's condition, each category gets its share of n,
    rounded by largest remainder, so that every share is met within one subject.

    Raises
    ------
    DataFault
        When a condition names something unknown, or two conditions of one margin hold for
        the same subject.
    """
    known: dict[str, npt.NDArray[np.generic]] = dict(subjects.known)
    given: dict[str, Words] = {}
    for margin in in_order(margins):
        chosen = np.ones(len(subjects.ids), dtype=bool)
        for condition in margin.given:
            chosen &= holds(condition, known, margin, oldest=oldest)
        words = given.setdefault(margin.name, np.full(len(subjects.ids), None, dtype=object))
        if any(words[i] is not None for i in np.flatnonzero(chosen)):
            raise DataFault(_twice(margin))
        _assign(words, np.flatnonzero(chosen), margin, subjects.ids, seed)
        known[margin.name] = words
    return given


def holds(
    condition: Condition,
    known: Mapping[str, npt.NDArray[np.generic]],
    margin: Margin,
    *,
    oldest: int,
) -> Flags:
    """Return who meets a condition; ages and sizes are compared as numbers.

    Raises
    ------
    DataFault
        When the condition names nothing that is known.
    """
    name, words = condition
    if name not in known:
        raise DataFault(_nameless(margin, name))
    values = known[name]
    met = np.zeros(len(values), dtype=bool)
    for word in words:
        span = band(word, oldest=oldest) if name in ("age", "size") else None
        if span is not None:
            numbers = values.astype(float)
            top = np.inf if word.endswith("+") else span[1]
            met |= (numbers >= span[0]) & (numbers <= top)
        else:
            met |= values == word
    return met


def _assign(
    words: Words, who: npt.NDArray[np.int64], margin: Margin, ids: Sequence[str], seed: int
) -> None:
    """Fill the categories into ``words`` at the places ``who``."""
    if not len(who):
        return
    categories = list(margin.shares)
    counts = largest_remainder(np.array([margin.shares[c] for c in categories]), len(who))
    luck = draw(seed, f"trait {margin.text}", [ids[i] for i in who])
    order = np.lexsort((np.array([ids[i] for i in who]), luck))
    words[who[order]] = np.repeat(np.array(categories, dtype=object), counts)


def _twice(margin: Margin) -> Fault:
    return Fault(
        PLACE,
        Said("每人只落在一个条件里", "conditions that hold for nobody twice"),
        Said("两个条件都适用于同一些人", "two that hold for the same residents"),
        Said("把两个条件分开。", "Make the conditions exclude each other."),
        None,
        margin.text,
    )


def _nameless(margin: Margin, name: str) -> Fault:
    return Fault(
        PLACE,
        Said("前面已有的边际", "a margin that is known before"),
        Said(name, name),
        Said("改正 given。", "Correct given."),
        None,
        margin.text,
    )
