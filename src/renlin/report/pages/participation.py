"""Fill the page of participation: what residents said, what it changed, what it did not."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import NOTHING, Head, Note, Page, Piece, Section, Table
from renlin.report.tables import rows_of

Row = dict[str, Any]
FINDINGS = (
    "needs.sessions", "needs.prevalence", "needs.corrections", "needs.preferences",
    "needs.hidden", "needs.rule_questions",
)  # fmt: skip
INTERNAL = 1
"""A reader who sees cells of one person reads for the committee."""


def participation(book: Book) -> Page | None:
    """Return what residents said, what changed and what did not; None without any session."""
    if len(book.rows("needs.sessions")) == 0:
        return None
    word = book.language.word
    made = (
        _sessions(book), _shares(book), corrected_tiers(book), _wishes(book), _questions(book),
        _hidden(book),
    )  # fmt: skip
    pieces = tuple(piece for piece in made if piece is not None)
    return Page("participation", word("page_participation"), pieces, foot(book, *FINDINGS))


def _sessions(book: Book) -> Section:
    """Return who took part, by session; small groups without a number."""
    word, catalogue = book.language.word, book.community.catalogue
    rows = []
    for _, part in book.rows("needs.sessions").groupby(["held_on", "session"], sort=True):
        first = rows_of(part)[0]
        state = word("in_force")
        if first["state"] == "undone":
            state = f"{word('undone')} {str(first['undone_on'])[:10]} {first['undone_by'] or ''}"
        rows.append(
            (
                str(first["held_on"])[:10],
                book.language.named(catalogue.forms, str(first["form"])),
                book.language.named(catalogue.recruitments, str(first["recruitment"])),
                book.language.list([_came(book, row) for row in _everybody_first(part)]),
                book.language.told(str(first["signed_by"]), catalogue.roles),
                state,
            )
        )
    names = ("date", "session_kind", "found_by", "took_part", "signed", "state")
    heads = tuple(Head(word(name)) for name in names)
    table = Table(heads, tuple(rows), note=word("sessions_note"), css="ids ends")
    return Section(word("kicker_sessions"), word("sessions_title"), (table,))


def _everybody_first(part: pd.DataFrame) -> list[Row]:
    return sorted(rows_of(part), key=lambda row: (row["display"] != "all", str(row["display"])))


def _came(book: Book, row: Row) -> str:
    """Return one group and how many of it came."""
    name = _group(book, str(row["display"]))
    if row["shown"] == "shown" and numbers.known(row["n"]):
        return f"{name} {int(row['n'])}"
    few = f"<{book.community.settings.k_persons}"
    told = {"few": few, "some": book.language.word("not_told")}
    return f"{name} {told.get(str(row['shown']), book.language.word('unknown'))}"


def _group(book: Book, display: str) -> str:
    """Return the name of a group; of everybody, that it is everybody."""
    return book.language.word("all") if display == "all" else book.group(display)


def _shares(book: Book) -> Section | None:
    """Return the shares before and after, and why some of them stay as they were."""
    found = rows_of(book.rows("needs.prevalence"))
    if not found:
        return None
    word = book.language.word
    states = book.reader.counts(
        {str(r["display"]): float(r["n_residents"]) for r in found if r["display"] not in WHOLE}
    )
    shown = [row for row in found if states.get(str(row["display"])) != "few"]
    shown.sort(key=lambda r: (r["evidence"] != "correction", str(r["field"]), str(r["display"])))
    names = ("group", "corrected_field", "asked_yes", "before", "after", "moved", "absent_range",
             "evidence_head")  # fmt: skip
    heads = tuple(Head(word(name), name in names[2:7]) for name in names)
    rows = tuple(_share(book, row) for row in shown)
    changed = sum(row["evidence"] == "correction" for row in shown)
    title = word("shares_changed_title").format(n=changed, m=len(shown) - changed)
    table = Table(heads, rows, note=word("prevalence_note"))
    return Section(word("kicker_prevalence"), title, (table,))


def _share(book: Book, row: Row) -> tuple[str | Markup, ...]:
    word, name = book.language.word, "needs.prevalence"
    field = book.language.named(book.community.catalogue.indicators, str(row["field"]))
    few = not book.reader.sees(float(row["n_asked"]))
    asked = f"<{book.reader.k_persons}" if few else f"{row['n_yes']:.0f} / {row['n_asked']:.0f}"
    return (
        _group(book, str(row["display"])),
        field,
        asked,
        *(
            book.number(_between(row, part), name, row, part)
            for part in ("before", "after", "shift")
        ),
        f"{100 * row['absent_less']:.0f}–{100 * row['absent_more']:.0f}%",
        _evidence(book, row) if row["weighted"] != "refused" else word("evidence_refused"),
    )


def _evidence(book: Book, row: Row) -> str | Markup:
    """Return whether the share stands; what is insufficient is set in bold."""
    told = book.language.word(f"evidence_{row['evidence']}")
    return Markup("<b>{}</b>").format(told) if row["evidence"] == "insufficient" else told


def _between(row: Row, part: str) -> str:
    """Return a share with its interval, in percent; a shift in points."""
    sign = "+" if part == "shift" else ""
    value, low, high = (100 * float(row[name]) for name in (part, f"{part}_low", f"{part}_high"))
    unit = "" if part == "shift" else "%"
    dash = " … " if sign else "–"
    return f"{value:{sign}.0f}{unit} ({low:{sign}.0f}{dash}{high:{sign}.0f})"


def corrected_tiers(book: Book) -> Section | None:
    """Return whose tier a session changed, and what was kept until somebody confirms it."""
    table = book.rows("needs.corrections", kind="person")
    if len(table) == 0:
        return None
    word, code = book.language.word, book.language.code
    tiers = {str(row["person"]): row for row in rows_of(book.rows("needs.tiers"))}
    internal = book.reader.k_persons == INTERNAL
    rows = []
    for row in rows_of(table):
        subject, moved, reason = str(row["subject"]), NOTHING, NOTHING
        if internal and pd.notna(row["tier_after"]):
            moved = _levels(book, row)
        if internal and row["raised"] and subject in tiers:
            reason = book.language.set(str(tiers[subject][f"reason_{code}"]))
        rows.append(
            (
                Markup('<span class="nb">{}</span>').format(str(row["held_on"])[:10]),
                book.language.named(book.community.catalogue.indicators, str(row["field"])),
                book.language.told(str(row["method"]), {}),
                _verdict(book, row),
                moved,
                reason,
            )
        )
    raised = int(table.loc[table["applied"], "raised"].sum())
    kept = int(table.loc[table["applied"], "kept"].sum())
    names = ("date", "corrected_field", "method", "what_came", "tier_moved", "reason_now")
    heads = tuple(Head(word(n)) for n in names)
    title = word("tiers_changed_title").format(n=raised, m=kept)
    note = word("tiers_changed_note")
    return Section(word("kicker_cases"), title, (Table(heads, tuple(rows), note=note),))


def _levels(book: Book, row: Row) -> Markup:
    """Return the sure tier before and after, each a number that can be traced."""
    parts = [
        book.number(str(int(row[name])), "needs.corrections", row, name)
        for name in ("tier_before", "tier_after")
    ]
    return Markup("{} → {}").format(*parts)


def _verdict(book: Book, row: Row) -> str:
    """Return what one correction of a resident did."""
    if row["undone"]:
        return book.language.word("undone")
    if not row["applied"]:
        return book.language.word("came_superseded")
    for name in ("raised", "kept"):
        if row[name]:
            return book.language.word(f"came_{name}")
    return book.language.word("came_nothing")


def _wishes(book: Book) -> Section | None:
    """Return both orders of what is wanted first, with vetoes and circles."""
    table = book.rows("needs.preferences")
    if len(table) == 0:
        return None
    word, wishes = book.language.word, book.community.catalogue.wishes
    person, group = (
        {str(row["wish"]): row for row in rows_of(book.rows("needs.preferences", aggregation=way))}
        for way in ("person", "group")
    )
    rows = []
    for wish, own in sorted(person.items(), key=lambda pair: (pair[1]["rank"], pair[0])):
        other = group[wish]
        rows.append(
            (
                book.language.named(wishes, wish),
                book.number(own["rank"], "needs.preferences", own, "rank"),
                book.number(other["rank"], "needs.preferences", other, "rank"),
                f"{own['borda']:.2f}",
                f"{own['low']:+.1f} … {own['high']:+.1f}",
                _veto(book, own),
                str(own["rank_after_veto"]),
            )
        )
    names = ("wish_head", "by_person", "by_group", "borda_head", "strength_head", "veto_head",
             "after_veto")  # fmt: skip
    heads = tuple(Head(word(n), n not in ("wish_head", "veto_head")) for n in names)
    differ = bool(table["orders_differ"].any())
    notes = [word("wishes_note"), *(_circle(book, way) for way in ("person", "group"))]
    note = " ".join(filter(None, notes))
    title = word("wishes_differ" if differ else "wishes_agree")
    return Section(word("kicker_wishes"), title, (Table(heads, tuple(rows), note=note),))


def _veto(book: Book, row: Row) -> str:
    """Return who vetoes; in public only that somebody directly affected does."""
    if not row["vetoed_by"]:
        return NOTHING
    if book.reader.k_persons > INTERNAL:
        return book.language.word("vetoed")
    return book.language.list([book.group(one) for one in str(row["vetoed_by"]).split(";")])


def _circle(book: Book, way: str) -> str:
    rows = book.rows("needs.preferences", aggregation=way)
    named = [str(one) for one in rows["circle"] if one]
    if not named:
        return ""
    wishes = [
        book.language.named(book.community.catalogue.wishes, one) for one in named[0].split(";")
    ]
    told = " > ".join([*wishes, wishes[0]])
    return book.language.word(f"circle_{way}").format(wishes=told)


def _questions(book: Book) -> Section | None:
    """Return the rules that cases speak against."""
    table = rows_of(book.rows("needs.rule_questions"))
    if not table:
        return None
    word = book.language.word
    rows = tuple(
        (
            f"{row['rule']} {row['version']}",
            word(f"direction_{row['direction']}"),
            book.number(row["n_cases"], "needs.rule_questions", row, "n_cases"),
            word(f"question_{row['state']}"),
        )
        for row in table
    )
    names = ("rule_head", "direction_head", "n_cases_head", "state")
    heads = tuple(Head(word(name), name == "n_cases_head") for name in names)
    note = word("questions_note")
    return Section(
        word("kicker_questions"), word("questions_title"), (Table(heads, rows, note=note),)
    )


def _hidden(book: Book) -> Section | None:
    """Return how many residents no register knows, as a range."""
    table = rows_of(book.rows("needs.hidden"))
    if not table:
        return None
    word, row = book.language.word, table[0]
    if row["lower_bound_only"]:
        title = word("hidden_at_least").format(low=f"{row['low']:.0f}")
    else:
        title = word("hidden_range").format(low=f"{row['low']:.0f}", high=f"{row['high']:.0f}")
    parts: tuple[Piece, ...] = (Note(word("hidden_note")),)
    shown = book.number(title, "needs.hidden", row, "low")
    return Section(word("kicker_hidden"), shown, parts)
