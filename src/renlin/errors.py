"""Say what is wrong, where, and what to do: one tree of errors, by who must act.

No message ever carries a resident's name, number, phone or address: what was
got from a private column is described, not quoted (:func:`described`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NamedTuple


class Said(NamedTuple):
    """One sentence in both languages of the product."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the sentence in ``language`` (``"zh"`` or ``"en"``)."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in one place.

    Parameters
    ----------
    place
        File or table, relative to the community folder.
    expected, got, remedy
        What should stand there, what stands there, what to do. ``got`` never
        quotes a private value.
    row
        1-based row as the user's program counts it (heading = row 1), or None.
    column
        Heading or field, or None.
    """

    place: str
    expected: Said
    got: Said
    remedy: Said
    row: int | None = None
    column: str | None = None

    def text(self, language: str = "zh") -> str:
        """Return the fault as one line in ``language``."""
        if language == "zh":
            where = self.place + (f" 第 {self.row} 行" if self.row is not None else "")
            where += f"「{self.column}」" if self.column else ""
            return f"{where}：应为{self.expected.zh}，实为{self.got.zh}。{self.remedy.zh}"
        where = self.place + (f" row {self.row}" if self.row is not None else "")
        where += f", column {self.column}" if self.column else ""
        return f"{where}: expected {self.expected.en}, got {self.got.en}. {self.remedy.en}"


class RenlinError(Exception):
    """Carry every fault found, gathered before raising.

    Parameters
    ----------
    faults
        All faults of the file or step, at least one.
    """

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        found = (faults,) if isinstance(faults, Fault) else tuple(faults)
        if not found:
            raise ValueError("an error needs at least one fault")
        self.faults: tuple[Fault, ...] = found
        super().__init__("\n".join(fault.text("en") for fault in found))

    def text(self, language: str = "zh") -> str:
        """Return one line per fault in ``language``."""
        return "\n".join(fault.text(language) for fault in self.faults)


class DataFault(RenlinError):
    """The holder of the community folder must correct a file."""


class CatalogueFault(RenlinError):
    """The keeper of the catalogue must correct an entry or give its source."""


class SchemeFault(RenlinError):
    """The planner must correct a scheme, scenario, policy or study."""


class Infeasible(RenlinError):
    """Nothing can satisfy all constraints; the fault names those that clash."""


class PrivacyFault(RenlinError):
    """The reader may not see this, or the result would show one household."""


class MissingExtra(RenlinError):
    """Whoever runs the program must install an optional part of it."""


def raise_all(faults: Sequence[Fault], kind: type[RenlinError] = DataFault) -> None:
    """Raise ``kind`` with all ``faults``, in stable order, if there are any."""
    if faults:
        raise kind(sorted(faults, key=lambda f: (f.place, f.row or 0, f.column or "")))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word closest to ``word``, or None when none is close."""
    likeness = 0.5 if len(word) < 3 else 0.6  # one of two characters right still counts
    hits = get_close_matches(word, list(known), n=1, cutoff=likeness)
    return hits[0] if hits else None


def did_you_mean(word: str, known: Iterable[str]) -> Said:
    """Return a remedy that offers the nearest known word."""
    hit = nearest(word, known)
    if hit is None:
        return Said("请查目录里的可用词。", "See the catalogue for the known words.")
    return Said(f"是不是「{hit}」？", f"Did you mean {hit}?")


def described(value: object) -> Said:
    """Describe a private value by its shape, never by its content."""
    if value is None or value != value:
        return Said("空", "nothing")
    text = str(value)
    if text.strip() == "":
        return Said("空", "nothing")
    if text.isdigit():
        return Said(f"{len(text)} 位数字", f"{len(text)} digits")
    return Said(f"{len(text)} 个字符", f"{len(text)} characters")
