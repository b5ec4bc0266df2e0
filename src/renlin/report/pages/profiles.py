"""Fill the rest of the needs page: what people decided, profiles of groups, audit, types."""

from __future__ import annotations

from typing import Any

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cite import number
from renlin.report.pages.blocks import NOTHING, Head, Note, Piece, Section, Table, Words
from renlin.report.readings import compared
from renlin.report.tables import rows_of

NAMES = (
    "needs.review",
    "needs.group_profiles",
    "needs.audit",
    "needs.perception",
    "needs.personas",
)
STANDINGS = (
    "confirmed",
    "changed",
    "overridden",
    "asks_to_lower",
    "refused",
    "expired",
    "proposed",
)
CAPACITIES = ("prevention", "response", "recovery")
DECISIONS = ("confirmed", "changed", "refused")


def profiles(book: Book) -> tuple[Piece, ...]:
    """Return the sections there is something to say in."""
    parts = (_standing(book), _groups(book), _audit(book), _perception(book), _personas(book))
    return tuple(part for part in parts if part is not None)


def _standing(book: Book) -> Section | None:
    """Return how many tiers people have decided on, and what waits for a person."""
    tiers = book.rows("needs.tiers")
    if len(tiers) == 0 or "standing" not in tiers:
        return None
    word, cite = book.language.word, book.whole("needs.tiers")
    counted = tiers["standing"].value_counts()
    states = _states(book, {name: float(counted.get(name, 0)) for name in STANDINGS})
    rows: list[tuple[Words, ...]] = [
        (
            word(f"standing_{name}"),
            number(compared.count_words(book, float(counted[name]), states[name]), cite),
        )
        for name in STANDINGS
        if counted.get(name, 0)
    ]
    heads = (Head(word("state")), Head(word("persons"), True))
    review = book.rows("needs.review")
    waiting = compared.few(book)
    if book.reader.sees(len(review)):
        waiting = numbers.count(len(review), book.language.code)
    note = word("standing_note").format(n=waiting)
    return Section(
        word("kicker_standing"), word("standing_title"), (Table(heads, tuple(rows), note=note),)
    )


def _states(book: Book, counted: dict[str, float]) -> dict[str, str]:
    """Return how each part may be shown; the hidden ones together must not be few either."""
    states: dict[str, str] = dict(book.reader.counts(counted))
    hidden = sum(n for name, n in counted.items() if states[name] != "shown")
    rest = [name for name, n in counted.items() if states[name] == "shown" and n]
    if rest and not book.reader.sees(hidden):
        states[min(rest, key=lambda name: (counted[name], name))] = "some"
    return states


def _shown(book: Book, name: str, column: str = "n_persons") -> list[tuple[dict[str, Any], str]]:
    """Return rows by group with how their count may be shown, the whole first."""
    rows = [row for row in rows_of(book.rows(name)) if row[column] > 0]
    parts = {str(r["display"]): float(r[column]) for r in rows if r["display"] != "all"}
    states: dict[str, str] = {"all": "shown", **book.reader.counts(parts)}
    rows.sort(key=lambda r: (r["display"] != "all", -float(r[column]), str(r["display"])))
    return [(row, states[str(row["display"])]) for row in rows]


def _groups(book: Book) -> Section | None:
    """Return the profile of the community and of each group, with what is not known."""
    name = "needs.group_profiles"
    if book.find(name) is None:
        return None
    word = book.language.word
    heads = (
        Head(word("group")), Head(word("persons"), True), Head(word("tier_12_sure"), True),
        Head(word("tier_12_possible"), True),
        *(Head(word(f"capacity_{c}"), True) for c in CAPACITIES),
        Head(word("not_known_share"), True),
    )  # fmt: skip
    rows = []
    for row, state in _shown(book, name):
        if state == "few":
            hidden = (compared.few(book), *[NOTHING] * (len(heads) - 2))
            rows.append((book.group(str(row["display"])), *hidden))
            continue
        n = float(row["n_persons"])
        shares = [(row[f"{s}_1"] + row[f"{s}_2"]) / n for s in ("sure", "possible")]
        rows.append(
            (
                book.group(str(row["display"])),
                book.number(compared.count_words(book, n, state), name, row, "n_persons"),
                book.number(numbers.percent(shares[0]), name, row, "sure_1"),
                book.number(numbers.percent(shares[1]), name, row, "possible_1"),
                *(book.number(_bounds(row, c), name, row, c) for c in CAPACITIES),
                book.number(
                    numbers.percent(float(row["unknown_share"])), name, row, "unknown_share"
                ),
            )
        )
    table = Table(heads, tuple(rows), strong=frozenset({0}), note=word("profile_note"))
    return Section(word("kicker_profile"), word("profile_title"), (table,))


def _bounds(row: dict[str, Any], name: str) -> str:
    low, high = f"{100 * row[f'{name}_low']:.0f}", f"{100 * row[f'{name}_high']:.0f}"
    return f"{low}–{high}%"


def _audit(book: Book) -> Section | None:
    """Return how often people agreed with the rules, by group; nothing where nobody decided."""
    name = "needs.audit"
    rows = [r for r in rows_of(book.rows(name)) if r["decision"] in DECISIONS]
    decided = [r for r in rows if r["n_decided"] > 0]
    if not rows:
        return None
    word = book.language.word
    if not decided:
        return Section(word("kicker_audit"), word("audit_none"), ())
    by = {(str(r["display"]), str(r["decision"])): r for r in rows}
    groups = [str(r["display"]) for r in rows if r["decision"] == "confirmed"]
    groups.sort(key=lambda g: (g != "all", -by[g, "confirmed"]["n_decided"], g))
    heads = (
        Head(word("group")), Head(word("decided_on_n"), True),
        *(Head(word(f"decision_{d}"), True) for d in DECISIONS),
    )  # fmt: skip
    made = [_audited(book, [by[g, d] for d in DECISIONS], g) for g in groups]
    return Section(
        word("kicker_audit"),
        word("audit_title"),
        (Table(heads, tuple(made), strong=frozenset({0}), note=word("audit_note")),),
    )


def _audited(book: Book, rows: list[dict[str, Any]], group: str) -> tuple[Words, ...]:
    name, n = "needs.audit", int(rows[0]["n_decided"])
    told = book.group(group)
    if n == 0:
        return (told, "0", *[book.language.word("unknown")] * len(rows))
    if not book.reader.sees(n):
        return (told, compared.few(book), *[NOTHING] * len(rows))
    shares = (
        book.number(
            f"{numbers.percent(float(r['share']))} ({100 * r['low']:.0f}–{100 * r['high']:.0f}%)",
            name,
            r,
            "share",
        )
        for r in rows
    )
    return (
        told,
        book.number(numbers.count(n, book.language.code), name, rows[0], "n_decided"),
        *shares,
    )


def _perception(book: Book) -> Section | None:
    """Return how risk knowledge and reaction moved, beside exposure; only where asked twice."""
    name = "needs.perception"
    rows = [
        r for r in rows_of(book.rows(name)) if r["n_both"] > 0 and book.reader.sees(r["n_both"])
    ]
    if not rows:
        return None
    word, indicators = book.language.word, book.community.catalogue.indicators
    heads = (
        Head(word("measure")), Head(word("group")), Head(word("asked_twice"), True),
        Head(word("before"), True), Head(word("after"), True), Head(word("exposure_beside"), True),
        Head(word("state")),
    )  # fmt: skip
    made = tuple(
        (
            book.language.named(indicators, str(r["measure"])),
            book.group(str(r["display"])),
            book.number(numbers.count(r["n_both"], book.language.code), name, r, "n_both"),
            book.number(f"{r['before']:.2g}", name, r, "before"),
            book.number(f"{r['after']:.2g}", name, r, "after"),
            book.number(numbers.percent(float(r["exposure"])), name, r, "exposure")
            if numbers.known(r["exposure"])
            else word("unknown"),
            word("understands_less") if r["understands_less"] else NOTHING,
        )
        for r in rows
    )
    return Section(word("kicker_perception"), word("perception_title"), (Table(heads, made),))


def _personas(book: Book) -> Section | None:
    """Return the types residents are described by, each with its short rule."""
    name = "needs.personas"
    rows = rows_of(book.rows(name))
    if not rows:
        return None
    word, code = book.language.word, book.language.code
    heads = (
        Head(word("persona"), wide="56px"), Head(word("persons"), True), Head(word("persona_rule")),
        Head(word("persona_traits")), Head(word("persona_certainty"), True),
    )  # fmt: skip
    made = tuple(
        (
            word("persona_n").format(n=str(row["persona"])[1:]),
            book.number(numbers.count(row["n_persons"], code), name, row, "n_persons"),
            book.language.set(str(row[f"rule_{code}"])),
            book.language.set(str(row[f"traits_{code}"])),
            book.number(numbers.percent(float(row["certainty"])), name, row, "certainty"),
        )
        for row in rows
        if book.reader.sees(row["n_persons"])
    )
    table = Table(heads, made, note=word("personas_note"))
    return Section(
        word("kicker_personas"), word("personas_title"), (Note(word("personas_describe")), table)
    )
