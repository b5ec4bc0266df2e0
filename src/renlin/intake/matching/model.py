"""Keep what was learnt: one small JSON per city, without one value of one record."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from renlin.errors import DataFault, Fault, Said

FORMAT = "renlin link model 1"
TRAIN_ANEW = Said(
    "重新训练：renlin link --save-model，或删去它再用 renlin build --model。",
    "Train anew: renlin link --save-model, or remove it and renlin build --model.",
)


@dataclass(frozen=True)
class Level:
    """One level of one comparison.

    ``m`` and ``u`` are its chances among true and other pairs; ``m_from`` and ``u_from``
    say ``learnt`` or ``default`` (too few pairs showed it).
    """

    level: str
    m: float
    u: float
    m_from: str = "learnt"
    u_from: str = "learnt"


@dataclass(frozen=True)
class Model:
    """What was learnt about how fields agree.

    Attributes
    ----------
    comparisons
        Name of the comparison -> its levels, from most to least alike.
    prior
        Probability that two records, taken at random, are one.
    seed
        Of the random pairs.
    n_a, n_b
        Records learnt from; ``n_b`` is None for one table against itself.
    notes
        What was not learnt and why, in both languages.
    told_apart
        Whether true pairs stood apart from chance; if not, no pair is merged by the model.

    Frequencies of values are not part of a model: they would be a list of names. They
    are counted anew in the tables that are linked.
    """

    comparisons: dict[str, tuple[Level, ...]]
    prior: float
    seed: int
    n_a: int
    n_b: int | None
    notes: tuple[Said, ...] = ()
    told_apart: bool = True

    def save(self, path: Path) -> None:
        """Write the model as JSON, whole or not at all."""
        body = {"format": FORMAT, **asdict(self)}
        body["notes"] = [{"zh": n.zh, "en": n.en} for n in self.notes]
        text = json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        fresh = path.with_name(path.name + ".part")
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, path)


def load(path: Path) -> Model:
    """Return a saved model.

    Raises
    ------
    DataFault
        When the file is no model of this version.
    """
    try:
        return _model(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        expected = Said(f"模型（{FORMAT}）", f"a model ({FORMAT})")
        got = Said("别的文件", "another file")
        raise DataFault(Fault(path.name, expected, got, TRAIN_ANEW)) from error


def _model(body: dict[str, Any]) -> Model:
    if body["format"] != FORMAT or not 0 < body["prior"] < 1:
        raise ValueError("another format")
    read = {
        name: tuple(Level(**level) for level in levels)
        for name, levels in body["comparisons"].items()
    }
    if not all(0 < x <= 1 for levels in read.values() for lv in levels for x in (lv.m, lv.u)):
        raise ValueError("chances beyond 0-1")
    notes = tuple(Said(n["zh"], n["en"]) for n in body["notes"])
    apart = bool(body.get("told_apart", True))
    return Model(read, float(body["prior"]), body["seed"], body["n_a"], body["n_b"], notes, apart)
