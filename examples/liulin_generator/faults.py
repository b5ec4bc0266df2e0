"""Spoil the registers the way real ones are spoilt, and keep the list of what was done.

A row is spoilt at most once, so that every count is exact; the cast is spared. How
addresses are written is no fault and differs from row to row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from liulin_generator.cast import FACTS
from liulin_generator.identity import check_digit, old_number, phone
from liulin_generator.luck import Luck, pick
from liulin_generator.names import HOMOPHONES
from liulin_generator.registers import Entry, Register

PROXY_PHONE = phone(7_777)
"""The social worker's number, written down for residents who gave none."""

Change = Callable[[Entry], Entry | None]


@dataclass(frozen=True)
class Planted:
    """One kind of fault in one register: which entries have it."""

    code: str
    register: str
    zh: str
    en: str
    entries: tuple[int, ...]


@dataclass
class Messy:
    """A register while it is being spoilt."""

    register: Register
    entries: list[Entry] = field(init=False)
    spoilt: set[int] = field(default_factory=set)
    planted: list[Planted] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.entries = list(self.register.entries)
        self._luck = Luck([str(i) for i in range(len(self.entries))])

    def plant(self, fault: str, count: int, change: Change) -> None:
        """Spoil ``count`` rows that ``change`` can spoil and nothing has spoilt yet.

        ``fault`` is ``code|zh|en``; ``change`` returns None for a row it does not fit.
        """
        code, zh, en = fault.split("|")
        drawn = self._luck(f"{self.register.name} {code}")
        rows: list[int] = []
        for i in sorted(range(len(self.entries)), key=lambda i: (drawn[str(i)], i)):
            spared = i in self.spoilt or self.entries[i].person in FACTS
            made = None if spared else change(self.entries[i])
            if made is not None and len(rows) < count:
                self.entries[i] = made
                rows.append(i)
        self._note(code, zh, en, rows)

    def note(self, fault: str, rows: Iterable[int]) -> None:
        """Write down rows that are as they are without being changed here."""
        code, zh, en = fault.split("|")
        self._note(code, zh, en, list(rows))

    def add(self, fault: str, entries: Iterable[Entry], count: str) -> None:
        """Add rows at the end, numbered on in the column ``count``, and write them down."""
        rows = []
        for entry in entries:
            last = self.entries[-1].cells[count]
            digits = re.sub(r"\D", "", last)
            number = f"{int(digits) + 1:0{len(digits)}d}"
            rows.append(len(self.entries))
            self.entries.append(entry.changed(**{count: last.replace(digits, number)}))
        self.note(fault, rows)

    def styled(self, column: str) -> None:
        """Write every full address in one of six styles."""
        drawn = self._luck(f"{self.register.name} style")
        for i, entry in enumerate(self.entries):
            parts = _ADDRESS.fullmatch(entry.cells[column])
            if parts and i not in self.spoilt:
                style = pick(drawn[str(i)], _STYLES)
                self.entries[i] = entry.changed(**{column: style(*parts.groups())})

    def _note(self, code: str, zh: str, en: str, rows: list[int]) -> None:
        self.spoilt |= set(rows)
        self.planted.append(Planted(code, self.register.name, zh, en, tuple(sorted(rows))))

    def done(self) -> Register:
        """Return the spoilt register."""
        return Register(self.register.name, self.register.headings, tuple(self.entries))


_ADDRESS = re.compile(r"柳林新村(\d+)号楼(\d)单元(\d+)室")
_HANZI = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_WIDE = {ord(c): ord(c) + 0xFEE0 for c in "0123456789#-Xx"}


def _spoken(number: str) -> str:
    tens, ones = divmod(int(number), 10)
    head = "" if tens == 0 else "十" if tens == 1 else _HANZI[str(tens)] + "十"
    return head + (_HANZI[str(ones)] if ones or not head else "")


_STYLES: dict[Callable[[str, str, str], str], float] = {
    lambda b, u, d: f"柳林新村{b}号楼{u}单元{d}室": 0.46,
    lambda b, u, d: f"柳林新村{b}栋{u}单元{d}": 0.17,
    lambda b, u, d: f"{b}-{u}-{d}": 0.15,
    lambda b, u, d: f"柳林新村{_spoken(b)}号楼{_spoken(u)}单元{d}室": 0.1,
    lambda b, u, d: f"柳林新村 {b}#楼 {u}门 {d}号".translate(_WIDE): 0.09,
    lambda b, *_: f"柳林新村{b}号楼": 0.03,
}


def cell(column: str, change: Callable[[str], str | None]) -> Change:
    """Return a change of one filled cell; it fits where ``change`` returns a new text."""

    def made(entry: Entry) -> Entry | None:
        text = entry.cells[column]
        new = change(text) if text else None
        return None if new is None or new == text else entry.changed(**{column: new})

    return made


def emptied(_: str) -> str:
    """Return an empty cell."""
    return ""


def wide(text: str) -> str:
    """Return digits, dashes and x in full width."""
    return text.translate(_WIDE)


def small_x(number: str) -> str | None:
    """Return the number with a small x, where it ends in X."""
    return number[:-1] + "x" if number.endswith("X") else None


def fifteen(number: str) -> str | None:
    """Return the number in its old form, for those born when it was issued."""
    return old_number(number) if number[6:10] < "1970" and len(number) == 18 else None


def mistyped(number: str) -> str | None:
    """Return the number with its last digit but one mistyped, so that the check fails."""
    wrong = str((int(number[16]) + 3) % 10)
    body = number[:16] + wrong
    return None if check_digit(body) == number[17] else body + number[17]


def floated(number: str) -> str | None:
    """Return the number as a spreadsheet shows it once it took it for a number."""
    return f"{int(number):.5E}" if number.isdigit() else None


def swapped(date: str) -> str | None:
    """Return a date with day and month exchanged, where that cannot be a date."""
    year, month, day = date.split("-")
    return f"{year}-{day}-{month}" if int(day) > 12 else None


def homophone(name: str) -> str | None:
    """Return the name with a character of its given part that sounds the same."""
    for i in range(len(name) - 1, 0, -1):
        if name[i] in HOMOPHONES:
            return name[:i] + HOMOPHONES[name[i]] + name[i + 1 :]
    return None


def in_pinyin(name: str) -> str:
    """Return the name in toneless pinyin, given name first or last by its length."""
    from pypinyin import lazy_pinyin

    family, own = lazy_pinyin(name[0])[0], "".join(lazy_pinyin(name[1:]))
    words = (family.title(), own.title())
    return " ".join(words if len(own) % 2 else reversed(words))


def proxied(_: str) -> str:
    """Return the social worker's phone."""
    return PROXY_PHONE
