"""Link records to persons by a transparent cascade; what is doubtful goes to people.

Each step joins only records still alone, and only where the match is unique on both
sides. Nothing is merged on less, so every link has a reason a worker can read; what
resembles somebody without meeting a step is listed as doubtful and held as a person of
its own until somebody decides.

Source: needs reference §3.4; cascade of normalised keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from renlin.intake.dates import exchanged
from renlin.intake.roll import Record

Key = tuple[str, ...] | None
DOUBTFUL_FROM = 2
"""Identity fields that must agree before a pair is shown to people; assumption."""

REASONS = {
    "first": "first record of this person",
    "identity": "same valid identity number",
    "name_birth": "same name (pinyin) and date of birth, unique on both sides",
    "phone_name": "same telephone and name (pinyin), unique on both sides",
    "address_name": "same full address and name (pinyin), unique on both sides",
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
    """

    record: Record = field(repr=False)
    person: int
    step: str

    @property
    def reason(self) -> str:
        """Return why, without private values."""
        return REASONS[self.step]


@dataclass(frozen=True)
class Doubt:
    """A record that resembles a person, for people to decide.

    Attributes
    ----------
    agree, differ
        Identity fields that agree and that differ; unknown ones are in neither.
    """

    record: Record = field(repr=False)
    person: int
    candidate: int
    agree: tuple[str, ...]
    differ: tuple[str, ...]


@dataclass(frozen=True)
class Linkage:
    """All records with their persons, and the pairs in doubt."""

    linked: tuple[Linked, ...]
    doubts: tuple[Doubt, ...]


Decisions = Mapping[tuple[str, int], tuple[str, tuple[str, int] | None]]
"""(file, row) -> (same|different|ask, (file, row) of the record it was compared with)."""


def link(registers: Sequence[Sequence[Record]], decisions: Decisions | None = None) -> Linkage:
    """Link the records of several registers, the leading one first.

    Parameters
    ----------
    registers
        Records by register, in order of trust; a register is first freed of its own
        repetitions, then linked to the persons known so far.
    decisions
        What people decided about doubtful pairs.
    """
    work = _Cascade(decisions or {})
    for records in registers:
        work.take(records)
    return Linkage(tuple(work.linked), tuple(work.doubts()))


class _Cascade:
    def __init__(self, decisions: Decisions) -> None:
        self.decisions = decisions
        self.linked: list[Linked] = []
        self.members: list[list[Record]] = []
        self.new: list[tuple[Record, int]] = []

    def take(self, records: Sequence[Record]) -> None:
        left = list(records)
        left = self._decided(left)
        for step, key in STEPS:
            left = self._step(left, step, key)
        for record in self._own_repetitions(left):
            self._person(record)

    def _decided(self, records: list[Record]) -> list[Record]:
        where = {(r.file, r.row): p for p, members in enumerate(self.members) for r in members}
        left = []
        for record in records:
            decision, other = self.decisions.get((record.file, record.row), ("ask", None))
            if decision == "same" and other in where:
                self._join(record, where[other], "reviewed")
            else:
                left.append(record)
        return left

    def _step(self, records: list[Record], step: str, key: Callable[[Record], Key]) -> list[Record]:
        known: dict[Key, set[int]] = {}
        for person, members in enumerate(self.members):
            for member in members:
                known.setdefault(key(member), set()).add(person)
        known.pop(None, None)
        here = Counter(key(record) for record in records)
        left = []
        for record in records:
            mine = key(record)
            persons = known.get(mine, set())
            if mine is not None and len(persons) == 1 and self._unique(step, here[mine]):
                person = next(iter(persons))
                if not self._contradicts(record, person):
                    self._join(record, person, step)
                    continue
            left.append(record)
        return left

    @staticmethod
    def _unique(step: str, n: int) -> bool:
        """A valid number may stand on several rows of a register; other keys may not."""
        return step == "identity" or n == 1

    def _contradicts(self, record: Record, person: int) -> bool:
        """Return whether two strong numbers differ, or one number carries two names."""
        for member in self.members[person]:
            both = record.number.evidence == member.number.evidence == "strong"
            if both and record.number.key != member.number.key:
                return True
            if both and record.number.key == member.number.key and not _same_name(record, member):
                return True
        return False

    def _own_repetitions(self, records: list[Record]) -> Iterable[Record]:
        """Yield records that begin a new person; repetitions in one register are joined to it."""
        seen: dict[Key, int] = {}
        for record in records:
            keys = [key(record) for name, key in STEPS if name in ("identity", "name_birth")]
            hit = next((seen[k] for k in keys if k is not None and k in seen), None)
            if hit is not None and not self._contradicts(record, hit):
                step = "identity" if keys[0] is not None and keys[0] in seen else "name_birth"
                self._join(record, hit, step)
                continue
            for k in keys:
                if k is not None:
                    seen.setdefault(k, len(self.members))
            yield record

    def _person(self, record: Record) -> None:
        person = len(self.members)
        leading = not self.linked or self.linked[0].record.register == record.register
        self.members.append([record])
        self.linked.append(Linked(record, person, "first" if leading else "alone"))
        self.new.append((record, person))

    def _join(self, record: Record, person: int, step: str) -> None:
        self.members[person].append(record)
        self.linked.append(Linked(record, person, step))

    def doubts(self) -> Iterable[Doubt]:
        """Yield every person that resembles another one of another row."""
        index: dict[tuple[str, str], set[int]] = {}
        for person, members in enumerate(self.members):
            for member in members:
                for pair in _tokens(member):
                    index.setdefault(pair, set()).add(person)
        for record, person in self.new:
            near: Counter[int] = Counter()
            for pair in _tokens(record):
                persons = index.get(pair, set())
                if pair[0] in WIDE or len(persons) <= COMMON:
                    near.update(p for p in persons if p < person)
            best = self._best(record, person, near)
            if best is not None:
                yield best

    def _best(self, record: Record, person: int, near: Counter[int]) -> Doubt | None:
        found = []
        for candidate, n in near.items():
            if n < DOUBTFUL_FROM or self._settled(record, candidate):
                continue
            for member in self.members[candidate]:
                agree, differ = _compared(record, member)
                if len(agree) >= DOUBTFUL_FROM and "name" in agree:
                    found.append((-len(agree), len(differ), candidate, agree, differ))
        if not found:
            return None
        _, _, candidate, agree, differ = min(found)
        return Doubt(record, person, candidate, agree, differ)

    def _settled(self, record: Record, candidate: int) -> bool:
        decision, other = self.decisions.get((record.file, record.row), ("ask", None))
        rows = {(member.file, member.row) for member in self.members[candidate]}
        return decision == "different" and (other is None or other in rows)


WIDE = ("name", "building")
"""Tokens that count however many persons share them."""
COMMON = 12
"""A token on more persons than this tells nobody apart (a worker's telephone); assumption."""


def _identity(record: Record) -> Key:
    number = record.number
    return (str(number.key),) if number.evidence == "strong" and number.key else None


def _name_birth(record: Record) -> Key:
    if record.name.pinyin is None or record.birth is None:
        return None
    return record.name.pinyin, record.birth.isoformat()


def _phone_name(record: Record) -> Key:
    if record.name.pinyin is None or record.phone is None:
        return None
    return record.name.pinyin, record.phone


def _address_name(record: Record) -> Key:
    if record.name.pinyin is None or record.address.level != "room":
        return None
    place = (record.address.building or "", record.address.unit or "", record.address.room or "")
    return record.name.pinyin, *place


STEPS: tuple[tuple[str, Callable[[Record], Key]], ...] = (
    ("identity", _identity),
    ("name_birth", _name_birth),
    ("phone_name", _phone_name),
    ("address_name", _address_name),
)


def _same_name(one: Record, other: Record) -> bool:
    if one.name.hanzi and other.name.hanzi and one.name.hanzi == other.name.hanzi:
        return True
    return bool(one.name.pinyin) and one.name.pinyin == other.name.pinyin


def _tokens(record: Record) -> set[tuple[str, str]]:
    """Return what a record can be found by: name, birth, telephone, number, flat."""
    found: set[tuple[str, str]] = set()
    if record.name.pinyin:
        found.add(("name", record.name.pinyin))
        found.update(("name", other) for other in record.name.others)
    if record.birth:
        found.add(("birth", record.birth.isoformat()))
        swapped = exchanged(record.birth)
        if swapped is not None:
            found.add(("birth", swapped.isoformat()))
    if record.phone:
        found.add(("phone", record.phone))
    if record.number.text:
        found.add(("number", record.number.text))
    if record.address.building:
        found.add(("building", record.address.building))
    if record.address.level == "room":
        parts = (record.address.building, record.address.unit, record.address.room)
        found.add(("address", "|".join(part or "" for part in parts)))
    return found


def _compared(one: Record, other: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the fields that agree and that differ; unknown ones are in neither."""
    first, second = _by_field(one), _by_field(other)
    agree: list[str] = []
    differ: list[str] = []
    for name in sorted(set(first) & set(second)):
        (agree if first[name] & second[name] else differ).append(name)
    return tuple(agree), tuple(differ)


def _by_field(record: Record) -> dict[str, set[str]]:
    fields: dict[str, set[str]] = {}
    for name, value in _tokens(record):
        fields.setdefault(name, set()).add(value)
    if record.sex:
        fields["sex"] = {record.sex}
    return fields
