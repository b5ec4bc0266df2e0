"""Say which heading of a register means which column of ours; propose, never presume."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from renlin.errors import Fault, Said, did_you_mean
from renlin.intake.characters import half_width, plain_heading, without_brackets
from renlin.intake.mapping import RegisterMapping
from renlin.intake.rows import column_letter

CERTAIN = 1.0
"""Confidence of a heading equal to an alias, or stated in the mapping file."""
REMARKED = 0.9
"""Confidence of a heading equal to an alias but for a remark on how to fill it in."""
ACCEPTED = 0.9
"""Least confidence used without asking. Assumption: below it the words differ."""
PROPOSED = 0.6
"""Least confidence shown as a proposal. Assumption: below it similarity is chance."""
_TRUSTED = 2  # understood headings that show that the row is headings, not a resident
_REMARK = re.compile(
    r"必填|选填|必选|可空|可不填|\d+\s*位|格式|例如|^[如例]|yyyy|年月日|单选|多选|文本|是[/、或]否"
)

Aliases = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Match:
    """One heading and the column it may mean; confidence 0-1."""

    heading: str
    target: str
    confidence: float


@dataclass(frozen=True)
class Guess:
    """What headings mean by their words alone.

    Parameters
    ----------
    matches
        Headings understood (confidence at least :data:`ACCEPTED`).
    proposals
        Headings that resemble an alias: shown to people, never used.
    unmapped
        Headings not understood, in order.
    """

    matches: tuple[Match, ...]
    proposals: tuple[Match, ...] = ()
    unmapped: tuple[str, ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        """Return heading -> target of the matches."""
        return {match.heading: match.target for match in self.matches}


@dataclass(frozen=True)
class Resolved:
    """Which heading gives which column, and what must be corrected first.

    Parameters
    ----------
    columns
        Heading as in the file -> target.
    ignored
        Headings left out on the holder's word.
    guessed
        Matches by alias, for the holder to look at.
    faults
        Unknown headings and targets, two headings for one target.
    """

    columns: Mapping[str, str]
    ignored: tuple[str, ...] = ()
    guessed: tuple[Match, ...] = ()
    faults: tuple[Fault, ...] = field(default=())


def guess(headings: Sequence[str], schema_aliases: Aliases) -> Guess:
    """Return what each heading means by its words.

    Compared are letters, digits and hanzi in one width and case. An alias equal to the
    whole heading is certain; equal but for a bracketed remark on how to fill the column
    in (必填, 18位), nearly so. Any other bracket may change the meaning (联系电话（监护人）
    is not the resident's), so it is a proposal only, like every mere resemblance.

    Parameters
    ----------
    headings
        Headings of the register.
    schema_aliases
        Target column -> words used for it; the target itself counts as one.

    Examples
    --------
    >>> guess(["姓 名", "联系电话(必填)"], {"name": ["姓名"], "phone": ["联系电话"]}).columns
    {'姓 名': 'name', '联系电话(必填)': 'phone'}
    """
    words = _words(schema_aliases)
    matches, proposals, unmapped = [], [], []
    for heading in headings:
        match = _matched(heading, words)
        if match is not None and match.confidence >= ACCEPTED:
            matches.append(match)
            continue
        unmapped.append(heading)
        if match is not None:
            proposals.append(match)
    return Guess(tuple(matches), tuple(proposals), tuple(unmapped))


def known_headings(
    schema_aliases: Aliases, mapping: RegisterMapping | None = None
) -> frozenset[str]:
    """Return every heading that is understood, in plain form, to find the heading row by."""
    stated = (*mapping.columns, *mapping.ignore) if mapping is not None else ()
    return frozenset(_words(schema_aliases)) | {plain_heading(heading) for heading in stated}


def resolve(
    headings: Sequence[str],
    schema_aliases: Aliases,
    mapping: RegisterMapping | None = None,
    *,
    place: str,
    row: int | None = None,
) -> Resolved:
    """Return the column of every heading: stated in the mapping file, else by its words.

    A heading neither mapped, nor understood, nor listed as ignored is a fault with the
    nearest word, and so are a stated heading that the file lacks, an unknown target and
    two headings for one target. While fewer than two headings are understood, none is
    quoted: the row might be a resident.

    Parameters
    ----------
    headings
        Headings of the register, each once.
    schema_aliases
        Target column -> words used for it.
    mapping
        What the holder states about this register.
    place, row
        File and row of the headings, as named in faults.
    """
    by_plain = {plain_heading(heading): heading for heading in headings}
    columns, faults = _stated(by_plain, schema_aliases, mapping, place)
    ignore = {plain_heading(h) for h in mapping.ignore} if mapping is not None else set()
    left = [h for h in headings if h not in columns]
    ignored = tuple(h for h in left if plain_heading(h) in ignore)
    found = guess([h for h in left if h not in ignored], schema_aliases)
    guessed = tuple(m for m in found.matches if m.target not in columns.values())
    spare = [m.heading for m in found.matches if m.target in columns.values()]
    columns |= {m.heading: m.target for m in guessed}
    faults += _clashes(columns, place, row)
    unknown = [h for h in headings if h in found.unmapped or h in spare]
    if len(columns) + len(ignored) < min(_TRUSTED, len(headings)):
        faults.append(_untrusted(place, row, len(headings)))
    else:
        letters = {h: column_letter(i) for i, h in enumerate(headings)}
        faults += [_unknown(h, found, schema_aliases, place, row, letters[h]) for h in unknown]
    return Resolved(columns, ignored, guessed, tuple(faults))


class Translation:
    """The words of one column and what they stand for, in plain form.

    ``是 `` and ``是`` are one word.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words = dict(words)
        self.plain = {plain_heading(word): value for word, value in words.items()}

    def __call__(self, cell: str) -> str | None:
        """Return the value ``cell`` stands for, or None when it is not listed."""
        if cell in self.words:
            return self.words[cell]
        plain = plain_heading(cell)
        return self.plain.get(plain) if plain else None


def translate(cell: str, words: Mapping[str, str]) -> str | None:
    """Return the value a register's word stands for, or None when it is not listed.

    For one cell; a whole column shares one :class:`Translation`.
    """
    return Translation(words)(cell)


def _words(schema_aliases: Aliases) -> dict[str, list[str]]:
    """Return plain word -> the targets it is an alias of."""
    words: dict[str, list[str]] = {}
    for target, aliases in schema_aliases.items():
        for word in dict.fromkeys(map(plain_heading, (target, *aliases))):
            if word:
                words.setdefault(word, []).append(target)
    return words


def _matched(heading: str, words: Mapping[str, list[str]]) -> Match | None:
    """Return the best match of one heading, or None when nothing resembles it."""
    plain = plain_heading(heading)
    if len(words.get(plain, ())) == 1:
        return Match(heading, words[plain][0], CERTAIN)
    left, remarks = without_brackets(half_width(heading))
    bare = plain_heading(left)
    if remarks and len(words.get(bare, ())) == 1:
        sure = _REMARK.search(remarks) is not None
        return Match(heading, words[bare][0], REMARKED if sure else PROPOSED)
    best = max(
        ((SequenceMatcher(None, plain, word).ratio(), word) for word in words), default=(0.0, "")
    )
    if best[0] < PROPOSED or not plain:
        return None
    return Match(heading, words[best[1]][0], min(best[0], ACCEPTED - 0.01))


def _stated(
    by_plain: Mapping[str, str], aliases: Aliases, mapping: RegisterMapping | None, place: str
) -> tuple[dict[str, str], list[Fault]]:
    """Return the columns the mapping file states, and the faults of those statements."""
    columns: dict[str, str] = {}
    faults = []
    for source, target in mapping.columns.items() if mapping is not None else ():
        heading = by_plain.get(plain_heading(source))
        if target not in aliases:
            expected = Said("目录里有的列名", "a column of the catalogue")
            got = Said(f"「{target}」", target)
            faults.append(Fault(place, expected, got, did_you_mean(target, aliases), column=source))
        elif heading is None:
            expected = Said(f"映射文件写明的列「{source}」", f"the mapped column {source}")
            got = Said("没有这一列", "no such column")
            remedy = Said("请改正映射文件。", "Correct the mapping file.")
            faults.append(Fault(place, expected, got, remedy, column=source))
        else:
            columns[heading] = target
    return columns, faults


def _clashes(columns: Mapping[str, str], place: str, row: int | None) -> list[Fault]:
    """Return the faults of targets that several headings claim."""
    faults = []
    for target in dict.fromkeys(columns.values()):
        claimed = [heading for heading, t in columns.items() if t == target]
        if len(claimed) > 1:
            listed = Said("、".join(f"「{h}」" for h in claimed), ", ".join(claimed))
            expected = Said(f"一列对应「{target}」", f"one column for {target}")
            remedy = Said(
                "请在映射文件里只留一列，其余列入 ignore。",
                "Keep one in the mapping file and list the others under ignore.",
            )
            faults.append(Fault(place, expected, listed, remedy, row=row, column=claimed[0]))
    return faults


def _unknown(
    heading: str, found: Guess, aliases: Aliases, place: str, row: int | None, letter: str
) -> Fault:
    """Return the fault of one heading nobody explained."""
    near = next((m for m in found.proposals if m.heading == heading), None)
    taken = next((m for m in found.matches if m.heading == heading), None)
    hint = near or taken
    zh = f"可能是「{hint.target}」；" if hint else ""
    en = f"It may be {hint.target}: " if hint else ""
    known = sum(1 for _ in aliases)
    return Fault(
        place,
        Said(
            f"已知的列标题（目录有 {known} 列）",
            f"a known heading (the catalogue has {known} columns)",
        ),
        Said(f"{letter} 列「{heading}」", f"{heading} in column {letter}"),
        Said(f"{zh}请在映射文件里写明，或列入 ignore。", f"{en}map it, or list it under ignore."),
        row=row,
        column=heading,
    )


def _untrusted(place: str, row: int | None, count: int) -> Fault:
    return Fault(
        place,
        Said("已知的列标题", "known headings"),
        Said(f"{count} 列都不认识", f"{count} columns, none understood"),
        Said(
            "请确认标题行（heading_row），或写一份映射文件。",
            "Check the heading row (heading_row) or write a mapping file.",
        ),
        row=row,
    )
