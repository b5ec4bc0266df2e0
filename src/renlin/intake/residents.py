"""Make persons, households, dwellings, facts, ties and residences from linked records.

Nobody vanishes by a missing row: who is found only in one register, without household
or address, is a person all the same. History is kept: every address a register states
is a residence with its source; the newest one is where they live.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.errors import Fault
from renlin.intake.dates import age_on
from renlin.intake.dwellings import Directory, Placed, impossible_floor, place
from renlin.intake.linkage import Doubt, Linkage, Linked
from renlin.intake.roll import Record

DIGITS = 10  # hex digits of a pseudonym: 40 bits, collisions checked


@dataclass(frozen=True)
class Residents:
    """Tables of residents, the identities to be kept apart, and faults found on the way."""

    tables: dict[str, pd.DataFrame]
    identities: pd.DataFrame
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class _Person:
    id: str
    household: str
    records: tuple[Record, ...]
    placed: Placed | None
    registered: bool


@dataclass(frozen=True)
class Vouched:
    """A register that lists everybody concerned, and what the others therefore are.

    Attributes
    ----------
    register, file
        Its name and file.
    as_of
        Day it was exported.
    values
        Indicator -> value of who is not listed.
    """

    register: str
    file: str
    as_of: dt.date
    values: Mapping[str, str]


def residents(
    linkage: Linkage,
    known: Directory,
    catalogue: Catalogue,
    *,
    key: bytes,
    day: dt.date,
    leading: str,
    vouched: Sequence[Vouched] = (),
) -> Residents:
    """Return the tables of residents.

    Parameters
    ----------
    known
        Units of the community, to place addresses.
    key
        Key of the pseudonyms.
    day
        Survey date.
    leading
        Register that makes somebody ``registered``.
    vouched
        Registers whose lists are complete.
    """
    groups = _groups(linkage.linked)
    faults: list[Fault] = []
    people = [
        _person(records, identity, known, key, leading, faults)
        for records, identity in zip(groups, _identity_texts(groups), strict=True)
    ]
    _no_collision(people)
    index = {id(record): person.id for person in people for record in person.records}
    tables = {
        "persons": pd.DataFrame([_person_row(p, day) for p in people]),
        "households": pd.DataFrame(list(_household_rows(people))),
        "dwellings": pd.DataFrame(list(_dwelling_rows(people, known))),
        "facts": pd.DataFrame(list(_fact_rows(people, catalogue))),
        "vouched": pd.DataFrame([row for one in vouched for row in _vouched_rows(one)]),
        "ties": pd.DataFrame(list(_tie_rows(people))),
        "residences": pd.DataFrame(list(_residence_rows(people, known))),
        "links": pd.DataFrame([_link_row(one, index) for one in linkage.linked]),
        "doubtful": pd.DataFrame(
            [
                _doubt_row(number, doubt, people[doubt.candidate].id)
                for number, doubt in enumerate(linkage.doubts, start=1)
            ]
        ),
    }
    return Residents(tables, _identities(people), tuple(faults))


def pseudonym(prefix: str, text: str, key: bytes) -> str:
    """Return a pseudonym: HMAC-SHA256 of ``text`` under ``key``, shortened."""
    return f"{prefix}-{hmac.new(key, text.encode(), sha256).hexdigest()[:DIGITS]}"


def _groups(linked: Sequence[Linked]) -> list[tuple[Record, ...]]:
    groups: dict[int, list[Record]] = {}
    for one in linked:
        groups.setdefault(one.person, []).append(one.record)
    return [tuple(groups[person]) for person in sorted(groups)]


def _person(
    records: tuple[Record, ...],
    identity: str,
    known: Directory,
    key: bytes,
    leading: str,
    faults: list[Fault],
) -> _Person:
    placed = None
    for record in _newest_first(records):
        found = place(record.address, known)
        if found is None:
            continue
        wrong = impossible_floor(record, found, known)
        if wrong is not None:
            faults.append(wrong)
        placed = placed or found
    home = next((r for r in records if r.household_number), None)
    if home is not None:
        household = pseudonym("H", f"number|{home.register}|{home.household_number}", key)
    elif placed is not None:
        household = pseudonym("H", f"dwelling|{placed.dwelling}", key)
    else:
        household = pseudonym("H", f"person|{identity}", key)
    registered = any(record.register == leading for record in records)
    return _Person(pseudonym("P", identity, key), household, records, placed, registered)


def _identity_texts(groups: Sequence[tuple[Record, ...]]) -> list[str]:
    """Return what each person is known by, no two alike.

    Rows of one number whom people keep apart are two persons: the first keeps what it was
    known by, and so its pseudonym; the others are known by their row too.
    """
    found: dict[str, None] = {}
    for records in groups:
        text = _identity_text(records)
        alike = f"{text}|{records[0].file}|{records[0].row}"
        found[alike if text in found else text] = None
    return list(found)


def _identity_text(records: Sequence[Record]) -> str:
    """Return what a person is known by: a strong number, else name and birth, else the row."""
    for record in records:
        if record.number.evidence == "strong" and record.number.key:
            return f"number|{record.number.key}|{record.name.pinyin}"
    first = records[0]
    if first.name.pinyin and first.birth:
        return f"name|{first.name.pinyin}|{first.birth}|{first.file}|{first.row}"
    return f"row|{first.file}|{first.row}"


def _newest_first(records: Iterable[Record]) -> list[Record]:
    return sorted(
        records, key=lambda r: (r.observed_on or dt.date.min, r.file, r.row), reverse=True
    )


def _first(records: Sequence[Record], name: str) -> Any:
    """Return the first known value of ``name``, strongest identity first."""
    strong = sorted(records, key=lambda r: r.number.evidence != "strong")
    return next((value for r in strong if (value := getattr(r, name)) is not None), None)


def _person_row(person: _Person, day: dt.date) -> dict[str, Any]:
    records = person.records
    birth, stated = _first(records, "birth"), _first(records, "age")
    return {
        "person": person.id,
        "household": person.household,
        "age": age_on(birth, day) if birth is not None and birth <= day else stated,
        "sex": _first(records, "sex") or "unknown",
        "relation": _first(records, "relation"),
        "hukou": _first(records, "hukou") or "unknown",
        "since": _earliest(records),
        "until": left_on(records),
        "seen_on": _seen(records),
        "origin": "registered" if person.registered else "unregistered",
    }


def left_on(records: Sequence[Record]) -> dt.date | None:
    """Return the last day on which any record says the resident left; None while here.

    Who came (again) on that day or later by another record, and by that record has not
    left, is here: one register that took somebody off its list makes nobody vanish whom
    another has taken on since.
    """
    last = max((r.until for r in records if r.until is not None), default=None)
    if last is None:
        return None
    back = any(r.until is None and r.since is not None and r.since >= last for r in records)
    return None if back else last


def _earliest(records: Sequence[Record]) -> dt.date | None:
    return min((r.since for r in records if r.since is not None), default=None)


def _seen(records: Sequence[Record]) -> dt.date | None:
    return max((r.observed_on for r in records if r.observed_on is not None), default=None)


def _household_rows(people: Sequence[_Person]) -> Iterable[dict[str, Any]]:
    groups: dict[str, list[_Person]] = {}
    for person in people:
        groups.setdefault(person.household, []).append(person)
    for household in sorted(groups):
        members = groups[household]
        records = [record for person in members for record in person.records]
        placed = next((person.placed for person in members if person.placed is not None), None)
        registered = any(person.registered for person in members)
        yield {
            "household": household,
            "dwelling": placed.dwelling if placed else None,
            "tenure": _first(records, "tenure") or "unknown",
            "since": _earliest(records),
            "until": None,
            "seen_on": _seen(records),
            "origin": "registered" if registered else "unregistered",
        }


def _dwelling_rows(people: Sequence[_Person], known: Directory) -> Iterable[dict[str, Any]]:
    """Yield every dwelling any register names, also those people have left."""
    found: dict[str, Placed] = {}
    for person in people:
        for record in person.records:
            placed = place(record.address, known)
            if placed is None:
                continue
            before = found.get(placed.dwelling)
            if before is None or (before.doubtful and not placed.doubtful):
                found[placed.dwelling] = placed
    for name in sorted(found):
        placed = found[name]
        yield {
            "dwelling": name,
            "entrance": placed.entrance,
            "floor": placed.floor,
            "door": placed.door,
            "floor_doubtful": "yes" if placed.doubtful else "no",
        }


def _fact_rows(people: Sequence[_Person], catalogue: Catalogue) -> Iterable[dict[str, Any]]:
    for person in people:
        for record in person.records:
            for indicator, value in sorted(record.facts.items()):
                table = catalogue.indicators[indicator].subject
                yield {
                    "fact": f"{record.register}-{record.row}-{indicator}",
                    "subject": person.id if table == "persons" else person.household,
                    "subject_table": table,
                    "indicator": indicator,
                    "value": value,
                    "source": record.register,
                    "file": record.file,
                    "row": record.row,
                    "observed_on": record.observed_on,
                }


def _vouched_rows(one: Vouched) -> Iterable[dict[str, Any]]:
    """Yield what a complete register says of those it does not list.

    Needs identification applies it to registered residents only: a stranger to the
    household register may be unknown to the others for the same reason; who may be
    behind a doubtful row of the register stays unknown.
    """
    for indicator, value in sorted(one.values.items()):
        yield {
            "vouched": f"{one.register}-{indicator}",
            "register": one.register,
            "file": one.file,
            "indicator": indicator,
            "value": value,
            "as_of": one.as_of,
        }


def _tie_rows(people: Sequence[_Person]) -> Iterable[dict[str, Any]]:
    """Yield care ties: a named carer who is a member of the household."""
    homes: dict[str, list[_Person]] = {}
    for person in people:
        homes.setdefault(person.household, []).append(person)
    number = 0
    for person in people:
        for record in person.records:
            others = [
                other
                for other in homes[person.household]
                if record.carer
                and other.id != person.id
                and any(r.name.text == record.carer for r in other.records)
            ]
            if len(others) == 1:
                number += 1
                yield {
                    "tie": f"t{number:05d}",
                    "person": person.id,
                    "other": others[0].id,
                    "kind": "care",
                    "source": record.register,
                    "observed_on": record.observed_on,
                }


def _residence_rows(people: Sequence[_Person], known: Directory) -> Iterable[dict[str, Any]]:
    for person in people:
        for record in person.records:
            if not record.address_text:
                continue
            placed = place(record.address, known)
            here = placed is not None and person.placed is not None
            current = here and placed.dwelling == person.placed.dwelling  # type: ignore[union-attr]
            yield {
                "residence": f"{record.register}-{record.row}",
                "person": person.id,
                "dwelling": placed.dwelling if placed else None,
                "since": record.since,
                "until": record.until if current else (record.until or record.observed_on),
                "source": record.register,
                "file": record.file,
                "row": record.row,
            }


def _link_row(one: Linked, index: dict[int, str]) -> dict[str, Any]:
    record = one.record
    return {
        "link": f"{record.register}-{record.row}",
        "person": index[id(record)],
        "file": record.file,
        "row": record.row,
        "step": one.step,
        "probability": None if one.probability is None else round(one.probability, 4),
        "reason": one.reason,
    }


DOUBTS = {
    "open": "resembles without meeting a step",
    "merged": "merged on one proof: look at it",
}


def _doubt_row(number: int, doubt: Doubt, person: str) -> dict[str, Any]:
    decision = doubt.decision
    return {
        "doubt": f"d{number:04d}",
        "file": doubt.record.file,
        "row": doubt.record.row,
        "person": person,
        "with_file": doubt.other.file,
        "with_row": doubt.other.row,
        "state": doubt.state,
        "probability": None if doubt.probability is None else round(doubt.probability, 4),
        "agree": ";".join(doubt.agree),
        "near": ";".join(doubt.near),
        "differ": ";".join(doubt.differ),
        "weights": ";".join(f"{name}:{weight:+.1f}" for name, weight in doubt.weights.items()),
        "reason": DOUBTS[doubt.state],
        "decision": decision.word if decision is not None else None,
        "decided_by": (decision.by or None) if decision is not None else None,
        "decided_on": (decision.on or None) if decision is not None else None,
    }


def _identities(people: Sequence[_Person]) -> pd.DataFrame:
    rows = [
        {
            "person": person.id,
            "name": _name(person.records),
            "phone": _first(person.records, "phone"),
            "identity_number": next((r.number.text for r in person.records if r.number.text), None),
            "address_text": next((r.address_text for r in person.records if r.address_text), None),
        }
        for person in people
    ]
    return pd.DataFrame(
        rows, columns=["person", "name", "phone", "identity_number", "address_text"]
    )


def _name(records: Sequence[Record]) -> str:
    """Return the name to print: in hanzi where any register writes it so."""
    written = [r.name.hanzi for r in records if r.name.hanzi]
    return written[0] if written else next((r.name.text for r in records if r.name.text), "")


def _no_collision(people: Sequence[_Person]) -> None:
    if len({person.id for person in people}) != len(people):
        raise ValueError("two persons share a pseudonym: choose another key")
