"""Read one file of records: which column answers which question, and each answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from renlin.catalogue.load import Catalogue
from renlin.errors import DataFault, Fault, Said, described, did_you_mean
from renlin.intake.characters import is_missing, plain_heading
from renlin.intake.dates import read_date
from renlin.intake.headings import Aliases, guess, known_headings
from renlin.intake.sessions.questions import CODE, MEASURE, PAIR, Question
from renlin.intake.sheets import read_table

LONGEST_ANSWER = 500
"""Characters of the longest answer kept; more is no answer of a form. Assumption."""
META = re.compile(
    r"^(_.*|start|end|today|deviceid|username|simserial|phonenumber|subscriberid|"
    r"instanceid|instancename|uuid|key|meta|formhub|default_language|submissiondate|"
    r"deviceinfo|audit)$"
)
"""Columns that Kobo and ODK add; they answer no question and are not read."""
NUMBERS = re.compile(r"\d{11,}|\d{17}[xX]")
"""A telephone or identity number."""
FREE = ("session", "venue", "method", "signed_by", "case_why", "voter", "case_value", "count_value")
"""Answers in free words, searched for what must not be in them."""
VALUES = ("case_value", "count_value")
"""Answers in which a word for nothing is an answer."""


@dataclass(frozen=True)
class Record:
    """One row: its place, and the answers by question, as text of our own codes."""

    place: str
    row: int
    answers: Mapping[str, str] = field(repr=False)
    headings: Mapping[str, str] = field(repr=False)

    def fault(self, name: str, expected: Said, got: Said, remedy: Said) -> Fault:
        """Return a fault of one answer under the heading the file's holder knows."""
        return Fault(self.place, expected, got, remedy, self.row, self.headings.get(name, name))


def read_records(
    path: Path,
    asked: Mapping[str, Question],
    catalogue: Catalogue,
    names: Collection[str],
    faults: list[Fault],
) -> list[Record]:
    """Return the rows of one file; every fault of it is added to ``faults``.

    Parameters
    ----------
    path
        CSV in any encoding, or a workbook.
    asked
        Name -> question, as :func:`~renlin.intake.sessions.questions.every_question` returns.
    names
        Names of residents in plain form: no free answer may hold one.
    """
    aliases = {name: (one.zh, one.en, *one.words) for name, one in asked.items()}
    try:
        table = read_table(path, known=_known(aliases))
    except DataFault as error:
        faults.extend(error.faults)
        return []
    faults.extend(table.faults)
    columns, split = _columns(
        table.headings, aliases, asked, table.place, table.heading_row, faults
    )
    headings = {name: heading for heading, name in columns.items()}
    records = []
    for number, row in zip(table.row_numbers, table.rows, strict=True):
        cells = dict(zip(table.headings, row, strict=True))
        raw = {name: cells[heading] for heading, name in columns.items()}
        chosen = [
            code
            for heading, code in split.items()
            if cells[heading].strip() in ("1", "1.0", "TRUE", "True", "true")
        ]
        if chosen and is_missing(raw.get("displays", "")):
            raw["displays"] = " ".join(chosen)
        record = Record(table.place, number, {}, headings)
        answers = {}
        for name, cell in raw.items():
            read = _read(record, asked[name], cell, catalogue, names, faults)
            if read:
                answers[name] = read
        records.append(Record(table.place, number, answers, headings))
    return records


def _known(aliases: Aliases) -> frozenset[str]:
    return known_headings(aliases) | {
        plain_heading(f"s_{section}/{name}")
        for name in aliases
        for section in ("session", "person")
    }


def _columns(
    headings: tuple[str, ...],
    aliases: Aliases,
    asked: Mapping[str, Question],
    place: str,
    row: int,
    faults: list[Fault],
) -> tuple[dict[str, str], dict[str, str]]:
    """Return heading -> question, and heading -> group for groups in columns of their own.

    Kobo writes ``group/question`` and ``question/choice``; the last known part counts.
    """
    short = {heading: [part.strip() for part in heading.split("/")] for heading in headings}
    columns: dict[str, str] = {}
    split: dict[str, str] = {}
    groups = {code for code, _, _ in asked["displays"].choices}
    for heading in headings:
        parts = short[heading]
        if len(parts) > 1 and parts[-2] == "displays" and parts[-1] in groups:
            split[heading] = parts[-1]
            continue
        match = guess([heading], aliases).columns.get(heading)
        match = match or guess([parts[-1]], aliases).columns.get(parts[-1])
        if match is not None and match not in columns.values():
            columns[heading] = match
        elif match is not None:
            got = Said("同一问题的第二列", "a second column for one question")
            faults.append(_heading(place, row, got, Said("删去一列。", "Delete one of them.")))
        elif not META.match(parts[-1].lower()) and not META.match(parts[0].lower()):
            known = len(columns) > 1
            got = Said("没看懂的标题", "a heading not understood")
            remedy = did_you_mean(heading, asked) if known else Said("改标题。", "Correct it.")
            faults.append(_heading(place, row, got, remedy, heading if known else None))
    return columns, split


def _heading(place: str, row: int, got: Said, remedy: Said, column: str | None = None) -> Fault:
    expected = Said("表上的一个问题", "a question of the form")
    return Fault(place, expected, got, remedy, row, column)


def _read(
    record: Record,
    question: Question,
    cell: str,
    catalogue: Catalogue,
    names: Collection[str],
    faults: list[Fault],
) -> str:
    """Return one answer in our codes, "" where there is none or it is at fault."""
    text = cell.strip()
    stated = question.kind == "one" or question.name in VALUES
    if not text or (is_missing(text) and not stated):
        return ""
    if len(text) > LONGEST_ANSWER:
        expected = Said(f"不超过 {LONGEST_ANSWER} 字", f"at most {LONGEST_ANSWER} characters")
        faults.append(record.fault(question.name, expected, described(text), _SHORTEN))
        return ""
    if question.kind == "text":
        return _free(record, question, text, names, faults)
    read = _coded(question, text, catalogue)
    if read is None:
        faults.append(record.fault(question.name, _expected(question), described(text), _CORRECT))
    return read or ""


_SHORTEN = Said("写短一些。", "Make it shorter.")
_CORRECT = Said("照表上的选项改。", "Correct it to a choice of the form.")


def _free(
    record: Record, question: Question, text: str, names: Collection[str], faults: list[Fault]
) -> str:
    """Return a free answer, refused when it holds a number or a name of a resident."""
    if question.name in FREE:
        plain = plain_heading(text)
        hit = NUMBERS.search(text) is not None or any(name in plain for name in names)
        if hit:
            expected = Said(
                "不含姓名、电话、证件号的话", "words without a name, telephone or identity number"
            )
            remedy = Said("删去这些，写职务或人群。", "Remove them; write a role or a group.")
            got = Said("含有其中之一", "one of these")
            faults.append(record.fault(question.name, expected, got, remedy))
            return ""
    if question.name == "session" and re.fullmatch(CODE, text) is None:
        expected = Said("小写字母、数字和短横", "small letters, digits and hyphens")
        faults.append(record.fault("session", expected, described(text), _CORRECT))
        return ""
    return text


def _coded(question: Question, text: str, catalogue: Catalogue) -> str | None:
    """Return the answer of a question that has a form; "" for not known; None when unreadable."""
    if question.kind == "date":
        found = read_date(text)
        return (
            found.value.isoformat()
            if found.value and found.precision == "day" and not found.reasons
            else None
        )
    if question.kind == "whole":
        number = text.removesuffix(".0")
        return (
            str(int(number)) if number.isascii() and number.isdigit() and len(number) < 7 else None
        )
    words = _words(question, catalogue)
    if question.kind == "many":
        parts = [part for part in re.split(r"[\s;；、,，|]+", text) if part]
        whole = words.get(plain_heading(text))
        codes = [whole] if whole else [words.get(plain_heading(part)) for part in parts]
        known = [code for code in codes if code]
        return " ".join(dict.fromkeys(known)) if len(known) == len(codes) else None
    found_code = words.get(plain_heading(text))
    return "" if found_code == "unknown" else found_code


def _words(question: Question, catalogue: Catalogue) -> dict[str, str]:
    """Return plain word -> code of the choices, in either language."""
    words = {
        plain_heading(word): code for code, zh, en in question.choices for word in (code, zh, en)
    }
    if question.name.startswith(MEASURE):
        codes = {"true": "yes", "false": "no", "unknown": "unknown"}
        entry = catalogue.indicators[question.name.removeprefix(MEASURE)]
        for word, value in {
            **{a: x.value for a, x in catalogue.answers.items()},
            **(entry.values if entry.kind == "boolean" else {}),
        }.items():
            if value in codes:
                words.setdefault(plain_heading(str(word)), codes[value])
    if question.name.startswith(PAIR):
        words |= {plain_heading(word): "tie" for word in ("都急", "一样", "平", "=", "tie")}
        first, second = question.choices[0][0], question.choices[1][0]
        words |= {"1": first, "2": second, "甲": first, "乙": second}
    return words


def _expected(question: Question) -> Said:
    if question.kind == "date":
        return Said("日期，例如 2026-03-05", "a date such as 2026-03-05")
    if question.kind == "whole":
        return Said("整数", "a whole number")
    zh = "、".join(one for _, one, _ in question.choices[:8])
    en = ", ".join(code for code, _, _ in question.choices[:8])
    return Said(zh, en)
