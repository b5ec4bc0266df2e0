"""Link the records of a folder's registers to persons, and list what people must decide.

The cascade and the weights are those of a whole city (:mod:`renlin.intake.cascade`,
:mod:`renlin.intake.remainder`); what people decided goes before both.

Source: needs reference §3.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.intake.cascade import Caution, Found, link_keys
from renlin.intake.decisions import Decision, Place, standing
from renlin.intake.matching.model import Model
from renlin.intake.register_keys import keys_of_records
from renlin.intake.remainder import FIELDS, train_registers, weigh
from renlin.intake.roll import Record

REASONS = {
    "first": "first record of this person",
    "identity": "same valid identity number",
    "name_birth": "same name (pinyin) and date of birth, unique on both sides",
    "phone_name": "same telephone and name (pinyin), unique on both sides",
    "address_name": "same full address and name (pinyin), unique on both sides",
    "weighed": "weights of all fields together, nothing against it, best on both sides",
    "reviewed": "decided by a person",
    "alone": "matches nobody",
}


@dataclass(frozen=True)
class Linked:
    """One record and the person it belongs to.

    Attributes
    ----------
    person
        Number of the person, 0, 1, 2 … in order of first appearance.
    step
        Step that linked it.
    probability
        That it is this person, where it was weighed; else None.
    """

    record: Record = field(repr=False)
    person: int
    step: str
    probability: float | None = None

    @property
    def reason(self) -> str:
        """Return why, without private values."""
        return REASONS[self.step]


@dataclass(frozen=True)
class Doubt:
    """Two records that may be one person, for people to decide.

    Attributes
    ----------
    record, other
        The records.
    candidate
        Person of ``other``.
    state
        ``open``: kept apart until people decide; ``merged``: merged, to be looked at.
    probability
        That they are one person; None where a step of the cascade linked them.
    agree, near, differ
        Fields that agree, nearly agree and differ; unknown ones are in none.
    weights
        Field -> log2 of its Bayes factor: how far it speaks for (+) or against (-).
    decision
        What stands: ``ask`` or nothing.
    """

    record: Record = field(repr=False)
    other: Record = field(repr=False)
    candidate: int
    state: str
    probability: float | None
    agree: tuple[str, ...]
    near: tuple[str, ...]
    differ: tuple[str, ...]
    weights: dict[str, float]
    decision: Decision | None = None


@dataclass(frozen=True)
class Linkage:
    """All records with their persons, and the pairs in doubt."""

    linked: tuple[Linked, ...]
    doubts: tuple[Doubt, ...]


def caution_of(catalogue: Catalogue) -> Caution:
    """Return from where something is too common, and from where two records are one."""
    return Caution(
        chance=catalogue.number("linkage_chance"),
        shared_phone=int(catalogue.number("linkage_shared_phone")),
        slips=int(catalogue.number("linkage_slips")),
        merge=catalogue.number("linkage_merge"),
        review=catalogue.number("linkage_review"),
    )


def learnt(registers: Sequence[Sequence[Record]]) -> Model:
    """Return the weights learnt from the records of at least two registers."""
    return train_registers([keys_of_records(records) for records in registers])


def link(
    registers: Sequence[Sequence[Record]],
    caution: Caution,
    model: Model,
    decisions: Iterable[Decision] = (),
) -> Linkage:
    """Link the records of several registers, the leading one first.

    Parameters
    ----------
    registers
        Records by register, in order of trust; a register is first linked to the persons
        known so far, then freed of its own repetitions.
    model
        Weights for what the cascade leaves.
    decisions
        What people decided, oldest first.
    """
    records = [record for register in registers for record in register]
    at = {(record.file, record.row): number for number, record in enumerate(records)}
    stands = standing(decisions)
    told = [one for one in stands.values() if one.row in at]
    found = link_keys(
        [keys_of_records(register) for register in registers],
        caution,
        weigh=lambda a, b: weigh(a, b, model),
        same=_pairs(told, at, "same"),
        apart=_pairs(told, at, "different"),
    )
    persons = found.persons
    linked = tuple(
        Linked(record, int(person), str(step), None if np.isnan(p) else float(p))
        for record, person, step, p in zip(
            records, persons["person"], persons["step"], persons["probability"], strict=True
        )
    )
    alone = {one.row for one in told if one.word == "different" and one.other is None}
    return Linkage(linked, tuple(_doubts(found, linked, stands, alone)))


def _pairs(
    told: Iterable[Decision], at: dict[Place, int], word: str
) -> tuple[tuple[int, int], ...]:
    """Return the rows of decisions; a row that is gone from its register decides nothing."""
    return tuple(
        (at[one.row], at[one.other])
        for one in told
        if one.word == word and one.other is not None and one.other in at
    )


def _doubts(
    found: Found,
    linked: Sequence[Linked],
    stands: dict[frozenset[Place | None], Decision],
    alone: set[Place],
) -> Iterable[Doubt]:
    for row in found.doubts.to_dict("records"):
        one, other = linked[int(row["row"])], linked[int(row["with_row"])]
        places = [(r.record.file, r.record.row) for r in (one, other)]
        decision = stands.get(frozenset(places))
        if places[0] in alone or (decision is not None and decision.word != "ask"):
            continue
        yield Doubt(
            one.record, other.record, other.person, str(row["state"]),
            None if pd.isna(row["probability"]) else float(row["probability"]),
            _fields(row, "agree"), _fields(row, "near"), _fields(row, "differ"),
            weights={f: float(w) for f in FIELDS if pd.notna(w := row.get(f"weight_{f}"))},
            decision=decision,
        )  # fmt: skip


def _fields(row: dict[Any, Any], level: str) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if row.get(f"level_{name}") == level)
