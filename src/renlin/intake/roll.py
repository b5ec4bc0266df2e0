"""Turn the rows of registers into records: identity read, address placed, facts in words.

A *record* is one row of one register with its identity values normalised; it is not
yet a person. Nothing here prints or raises a private value.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from renlin.catalogue.load import Catalogue
from renlin.errors import DataFault, Fault, Said, did_you_mean
from renlin.intake.address import Address, read_address
from renlin.intake.characters import half_width, is_missing
from renlin.intake.dates import read_age, read_date
from renlin.intake.gazetteer import Gazetteer
from renlin.intake.headings import Translation, known_headings, resolve
from renlin.intake.identity_number import IdentityNumber, read_number, repeated
from renlin.intake.mapping import RegisterMapping
from renlin.intake.names import PersonName, read_name
from renlin.intake.reading import Doubt
from renlin.intake.records import RawTable
from renlin.intake.sheets import read_table

ASKED = frozenset({"不详", "未知", "不清楚", "不明", "待查", "拒答", "unknown"})


@dataclass(frozen=True)
class Record:
    """One row of one register.

    Attributes
    ----------
    register, file, row
        Where it stands; ``row`` as the user's program counts it.
    name, number, address
        Identity as read.
    birth, sex, phone
        As stated or, where not stated, as the number says; None when unknown.
    household_number, relation, hukou, tenure, carer
        As stated; None when not.
    since, until, observed_on
        Dates stated.
    facts
        Indicator -> value as text; None means asked and not known.
    """

    register: str
    file: str
    row: int
    name: PersonName = field(repr=False)
    number: IdentityNumber = field(repr=False)
    address: Address = field(repr=False)
    birth: dt.date | None = field(default=None, repr=False)
    age: int | None = None
    sex: str | None = None
    phone: str | None = field(default=None, repr=False)
    household_number: str | None = field(default=None, repr=False)
    relation: str | None = None
    hukou: str | None = None
    tenure: str | None = None
    carer: str | None = field(default=None, repr=False)
    since: dt.date | None = None
    until: dt.date | None = None
    observed_on: dt.date | None = None
    facts: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    address_text: str = field(default="", repr=False)


@dataclass(frozen=True)
class Roll:
    """The records of one register, and what was wrong or doubtful in it.

    Attributes
    ----------
    faults
        Must be corrected before anything is built.
    doubts
        Listed and lived with: the value counts as unknown.
    guessed
        Heading -> column taken by its words, for the holder to look at.
    """

    name: str
    mapping: RegisterMapping
    records: tuple[Record, ...]
    faults: tuple[Fault, ...]
    doubts: tuple[Fault, ...]
    guessed: Mapping[str, str]


def aliases(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return target column -> the headings registers use for it."""
    found = {code: (entry.zh, *entry.aliases) for code, entry in catalogue.registers.items()}
    for code, entry in catalogue.indicators.items():
        found[code] = (entry.zh, *entry.aliases)
    return found


def read_roll(
    name: str,
    mapping: RegisterMapping,
    folder: Path,
    catalogue: Catalogue,
    places: Gazetteer | None,
) -> Roll:
    """Read one register.

    Parameters
    ----------
    name
        Name in the mapping file.
    folder
        Folder of the registers.
    places
        Names of communities, for addresses; None takes every name as it stands.
    """
    place = f"registers/{mapping.file}"
    known = aliases(catalogue)
    try:
        table = read_table(
            folder / mapping.file,
            place=place,
            sheet=mapping.sheet,
            heading_row=mapping.heading_row,
            known=known_headings(known, mapping),
        )
    except DataFault as error:
        return Roll(name, mapping, (), error.faults, (), {})
    resolved = resolve(table.headings, known, mapping, place=table.place, row=table.heading_row)
    reader = _RowReader(name, mapping, table, resolved.columns, catalogue, places)
    records = tuple(reader.records())
    registered = unregistered(resolved.columns, catalogue, table.place, table.heading_row)
    faults = (*table.faults, *resolved.faults, *registered, *reader.faults)
    doubts = (*table.doubts, *reader.doubts)
    twice = _repeated(records, table.place, reader.column("identity_number"))
    tolerated = {"repeated"} <= set(mapping.tolerate)
    guessed = {match.heading: match.target for match in resolved.guessed}
    return Roll(
        name,
        mapping,
        records,
        faults if tolerated else (*faults, *twice),
        (*doubts, *twice) if tolerated else doubts,
        guessed,
    )


def unregistered(
    columns: Mapping[str, str], catalogue: Catalogue, place: str, row: int | None
) -> list[Fault]:
    """Return a fault for every column read that the field register does not know.

    What is kept about somebody needs a purpose, a ground, a term and readers first.

    Parameters
    ----------
    columns
        Heading -> column of ours.
    """
    return [
        Fault(
            place,
            Said("登记过用途的信息项", "a field registered with its purpose"),
            Said(f"「{target}」没有登记", f"{target}, not registered"),
            Said(
                "在 catalogue/fields.csv 里写明它的用途、依据、保存天数和谁能看，"
                "或在 mapping.toml 的 ignore 里略去。",
                "State its purpose, ground, days kept and readers in catalogue/fields.csv, or "
                "leave the column out under ignore in mapping.toml.",
            ),
            row,
            heading,
        )
        for heading, target in columns.items()
        if target not in catalogue.fields
    ]


class _RowReader:
    """Read the rows of one table, sorting what is wrong into faults and doubts."""

    def __init__(
        self,
        name: str,
        mapping: RegisterMapping,
        table: RawTable,
        columns: Mapping[str, str],
        catalogue: Catalogue,
        places: Gazetteer | None,
    ) -> None:
        self.name, self.mapping, self.table = name, mapping, table
        self.catalogue, self.places = catalogue, places
        self.heading = {target: heading for heading, target in columns.items()}
        self.cells = {target: table.column(heading) for heading, target in columns.items()}
        self.meanings: dict[str, Translation] = {}
        self.faults: list[Fault] = []
        self.doubts: list[Fault] = []

    def records(self) -> Iterator[Record]:
        for index, row in enumerate(self.table.row_numbers):
            yield self._record(index, row)

    def _cell(self, target: str, index: int) -> str | None:
        text = self._text(target, index)
        return None if is_missing(text) else text

    def _text(self, target: str, index: int) -> str:
        cells = self.cells.get(target)
        return half_width(cells[index]).strip() if cells is not None else ""

    def _record(self, index: int, row: int) -> Record:
        as_of = self.mapping.as_of
        number = read_number(self._cell("identity_number", index), as_of=as_of)
        self._sort(number.reasons, row, "identity_number", "identity_number")
        name = read_name(self._cell("name", index))
        self._note(name.reasons, row, "name")
        text = self._cell("address", index)
        address = read_address(text, self.places)
        self._note(address.reasons, row, "address")
        return Record(
            register=self.name,
            file=self.table.place,
            row=row,
            name=name,
            number=number,
            address=address,
            birth=self._birth(index, row, number),
            age=self._age(index, row),
            sex=self._category("sex", index, row) or (number.sex if number.valid else None),
            phone=_digits(self._cell("phone", index)),
            household_number=self._cell("household_number", index),
            relation=self._cell("relation", index),
            hukou=self._category("hukou", index, row),
            tenure=self._category("tenure", index, row),
            carer=self._cell("carer", index),
            since=self._date("since", index, row),
            until=self._date("until", index, row),
            observed_on=self._date("observed_on", index, row) or as_of,
            facts=dict(self._facts(index, row)),
            address_text=text or "",
        )

    def _birth(self, index: int, row: int, number: IdentityNumber) -> dt.date | None:
        stated = self._date("birth_date", index, row)
        return stated if stated is not None else (number.birth if number.valid else None)

    def _age(self, index: int, row: int) -> int | None:
        text = self._cell("age", index)
        if text is None:
            return None
        age, reasons = read_age(text)
        self._sort(reasons, row, "age", "age")
        return age

    def _date(self, target: str, index: int, row: int) -> dt.date | None:
        text = self._cell(target, index)
        if text is None:
            return None
        read = read_date(text, as_of=self.mapping.as_of)
        self._sort(read.reasons, row, target, "date")
        return read.value

    def _category(self, target: str, index: int, row: int) -> str | None:
        text = self._cell(target, index)
        if text is None or text in ASKED:
            return None
        words = self.catalogue.registers[target].values
        found = self._meaning(target, words)(text)
        if found is None:
            self._unknown_word(target, row, words)
        return found

    def _facts(self, index: int, row: int) -> Iterator[tuple[str, str | None]]:
        for code, entry in self.catalogue.indicators.items():
            text = self._text(code, index)
            if text == "":
                continue
            if code == "age":  # read, and doubted, as the person's age
                age, _ = read_age(text)
                yield from [(code, f"{age}")] if age is not None else []
                continue
            if text in ASKED:
                yield code, None
                continue
            value = self._meaning(code, entry.values)(text)
            if value is None and text in entry.levels:
                value = text
            if value is None and entry.kind in ("number", "level"):
                value = self._number(code, text, row)
            elif value is None:
                self._unknown_word(code, row, entry.values or entry.levels)
            yield code, value

    def _meaning(self, target: str, words: Mapping[str, str]) -> Translation:
        if target not in self.meanings:
            own = self.mapping.values.get(target, {})
            self.meanings[target] = Translation({**words, **own})
        return self.meanings[target]

    def _number(self, code: str, text: str, row: int) -> str | None:
        """Return a number within its bounds; anything else is told and unknown."""
        entry = self.catalogue.indicators[code]
        low = -float("inf") if entry.low is None else entry.low
        high = float("inf") if entry.high is None else entry.high
        try:
            number = float(text)
        except ValueError:
            words = entry.values or entry.levels or (f"{low:g}..{high:g}",)
            self._unknown_word(code, row, words)
            return None
        if not low <= number <= high:
            expected = Said(f"{low:g} 到 {high:g}", f"{low:g}..{high:g}")
            got = Said("范围以外的数", "a number outside")
            remedy = Said("核对这一格。", "Check the cell.")
            self._fault_or_doubt(Doubt(expected, got, remedy), row, code, "range")
            return None
        return f"{number:g}"

    def _unknown_word(
        self, target: str, row: int, known: Mapping[str, object] | Sequence[str]
    ) -> None:
        listed = list(known)[:12]
        doubt = Doubt(
            Said("、".join(listed), ", ".join(listed)),
            Said("别的词", "another word"),
            Said(
                f"在 mapping.toml 的 values 里写明这个词的意思（{target}）；在此之前按未知计。",
                f"State its meaning under values.{target} in mapping.toml; until then unknown.",
            ),
        )
        self._fault_or_doubt(doubt, row, target, "word")

    def _sort(self, reasons: Sequence[Doubt], row: int, target: str, kind: str) -> None:
        for doubt in reasons:
            self._fault_or_doubt(doubt, row, target, kind)

    def _note(self, reasons: Sequence[Doubt], row: int, target: str) -> None:
        self.doubts.extend(d.at(self.table.place, row, self.column(target)) for d in reasons)

    def _fault_or_doubt(self, doubt: Doubt, row: int, target: str, kind: str) -> None:
        fault = doubt.at(self.table.place, row, self.column(target))
        (self.doubts if kind in self.mapping.tolerate else self.faults).append(fault)

    def column(self, target: str) -> str:
        """Return the heading that gives ``target``."""
        return self.heading.get(target, target)


def _repeated(records: Sequence[Record], place: str, column: str) -> list[Fault]:
    """Return a fault for every row whose number stands on another row under another name."""
    faults = []
    for rows in repeated([record.number for record in records]):
        names = {records[index].name.pinyin for index in rows}
        if len(names) < 2:
            continue
        first = records[rows[0]].row
        for index in rows[1:]:
            faults.append(
                Fault(
                    place,
                    Said("每人一个证件号", "one number per person"),
                    Said(
                        f"与第 {first} 行相同而姓名不同", f"the same as row {first}, another name"
                    ),
                    Said("核对两行的证件。", "Check the documents of both rows."),
                    records[index].row,
                    column,
                )
            )
    return faults


def _digits(text: str | None) -> str | None:
    kept = "".join(c for c in text or "" if c.isdigit())
    return kept or None


def check_stated(mapping: RegisterMapping, place: str, catalogue: Catalogue) -> list[Fault]:
    """Return a fault for every kind of damage and every indicator stated that does not exist."""
    words: list[tuple[str, str, tuple[str, ...]]] = [
        ("tolerate", kind, TOLERABLE) for kind in mapping.tolerate
    ]
    words += [("complete", code, tuple(catalogue.indicators)) for code in mapping.complete]
    return [
        Fault(
            place,
            Said("已知的词", "a known word"),
            Said(word, word),
            did_you_mean(word, known),
            None,
            key,
        )
        for key, word, known in words
        if word not in known
    ]


TOLERABLE = ("identity_number", "age", "date", "range", "word", "repeated")
