"""Fill the closing pages: equity of every average, what is unknown, the policy, the sources."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.cite import number
from renlin.report.figures.dumbbells import Mark, Row, Words, dumbbells
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Figure, Head, Note, Page, Piece, Section, Table
from renlin.report.palette import BASE, Look
from renlin.report.readings import compared
from renlin.report.text import sentences

MOST_SCHEMES = 6
WORSE_HIGH = ("tier", "unknown", "exposure", "sensitivity")
"""Measures of needs of which more is worse."""


def equity(book: Book) -> Page:
    """Return every average of the report with its groups, its worst-off and its gap."""
    word = book.language.word
    pieces: list[Piece] = []
    times = _time_rows(book)
    shares = _share_rows(book)
    n = len(times) + len(shares)
    if times:
        note = word("equity_note")
        pieces.append(Section(word("kicker_times"), word("times_title"), (_matrix(book, times, note),)))
    if shares:
        pieces.append(Section(word("kicker_shares"), word("shares_title"), (_matrix(book, shares, word("shares_note")),)))
    if not pieces:
        pieces.append(Note(word("equity_empty"), empty=True))
    title = Section(word("kicker_equity"), sentences(book.language).equity_title(n), tuple(pieces))
    return Page("equity", word("page_equity"), (title,), foot(book, "simulation.groups", "simulation.comparison", "space.coverage_groups", "needs.groups"))


Cells = dict[str, str | Markup]


def _matrix(book: Book, rows: list[tuple[str, Cells, str]], note: str) -> Table:
    """Return rows of (label, column -> cell, worst group) under one column per group."""
    groups = [d for d in book.groups if any(d in cells for _, cells, _ in rows)]
    heads = [Head("", wide="150px"), Head(book.group("all"), True)]
    heads += [Head(book.group(d), True) for d in groups]
    heads.append(Head(book.group("gap"), True))
    made = []
    for label, cells, worst in rows:
        line: list[str | Markup] = [label, cells.get("all", "–")]
        for display in groups:
            cell = cells.get(display, "–")
            line.append(Markup("<b>{}</b>").format(cell) if display == worst else cell)
        line.append(cells.get("gap", "–"))
        made.append(tuple(line))
    return Table(tuple(heads), tuple(made), note=note, css="dense even")


def _time_rows(book: Book) -> list[tuple[str, Cells, str]]:
    made = []
    for scenario in book.scenario_codes:
        found = compared.compare(book, scenario)
        if found is None:
            made += _base_only(book, scenario)
            continue
        schemes = [s for s in book.scheme_codes if s in found.table.index.get_level_values(0)][:MOST_SCHEMES]
        for scheme in (BASE, *schemes):
            made.append(_time_row(book, found, scheme))
    return made


def _time_row(book: Book, found: compared.Comparison, scheme: str) -> tuple[str, Cells, str]:
    at = found.schemes[0] if scheme == BASE else scheme
    column = "base" if scheme == BASE else "value"
    cells: Cells = {}
    for display in ("all", *found.shown, "gap"):
        if (at, display) in found.table.index:
            key = {"scheme": at, "scenario": found.scenario, "display": display}
            value = float(found.table.loc[(at, display), column])
            cells[display] = book.number(numbers.bare_minutes(value), compared.NAME, key, column)
    label = f"{book.scenario(found.scenario)} · {book.scheme(scheme)}"
    return label, _with_hidden(book, cells, found.hidden), compared.worst_group(found, scheme) or ""


def _with_hidden(book: Book, cells: Cells, hidden: tuple[str, ...]) -> Cells:
    """Mark the groups too small to be shown."""
    names = {name: code for code, name in book.groups.items()}
    return {**cells, **{names[name]: f"<{book.reader.k_persons}" + book.language.word("person_short") for name in hidden if name in names}}


def _base_only(book: Book, scenario: str) -> list[tuple[str, Cells, str]]:
    """Return the row of the base where no scheme was simulated."""
    table = book.rows("simulation.groups", scenario=scenario, scheme=BASE)
    means = table.groupby("display")["mean_time"].mean()
    sizes = table.groupby("display")["n"].max()
    states = book.reader.counts({str(d): float(n) for d, n in sizes.items() if d not in WHOLE and n > 0})
    whole = book.whole("simulation.groups")
    cells: Cells = {}
    shown = [d for d, state in states.items() if state != "few"]
    for display in ("all", *shown):
        if display in means.index:
            cells[display] = number(numbers.bare_minutes(float(means[display])), whole)
    worst = max(shown, key=lambda d: (float(means[d]), d)) if shown else ""
    hidden = tuple(book.group(d) for d, state in states.items() if state == "few")
    return [(f"{book.scenario(scenario)} · {book.scheme(BASE)}", _with_hidden(book, cells, hidden), worst)]


def _share_rows(book: Book) -> list[tuple[str, Cells, str]]:
    made = []
    services = list(dict.fromkeys(book.rows("space.coverage_groups").get("service", [])))
    for service in services:
        rows = book.rows("space.coverage_groups", service=service)
        label = book.language.word("covered_of").format(service=book.language.named(book.community.catalogue.facilities, str(service)))
        made.append(_shares(book, rows, "space.coverage_groups", "covered_share", label, low_is_worse=True))
    groups = book.rows("needs.groups")
    for measure in list(dict.fromkeys(groups.get("measure", []))):
        rows = groups[groups["measure"] == measure]
        label = book.language.said(f"measure_{measure}", str(measure))
        low = not any(word in str(measure) for word in WORSE_HIGH)
        made.append(_shares(book, rows, "needs.groups", "value", label, low_is_worse=low))
    return made


def _shares(
    book: Book, rows: pd.DataFrame, name: str, column: str, label: str, *, low_is_worse: bool
) -> tuple[str, Cells, str]:
    cells: Cells = {}
    listed = rows.to_dict("records")
    sizes = {str(r["display"]): float(r["n"]) for r in listed if r["display"] not in WHOLE and r["n"] > 0}
    states = book.reader.counts(sizes)
    known: dict[str, float] = {}
    for row in listed:
        display, value = str(row["display"]), row[column]
        if states.get(display) == "few":
            cells[display] = f"<{book.reader.k_persons}" + book.language.word("person_short")
        elif numbers.known(value) and (display in sizes or display in WHOLE):
            told = numbers.percent(float(value)) if display != "gap" else f"{100 * float(value):.0f}"
            cells[display] = book.number(told, name, row, column)
            if display in sizes:
                known[display] = float(value)
        elif display in sizes:
            cells[display] = book.language.word("unknown")
    pick = min if low_is_worse else max
    worst = pick(sorted(known), key=lambda d: known[d]) if known else ""
    return label, cells, worst


def unknown(book: Book) -> Page:
    """Return what is not known, why, and where the data are thin."""
    word = book.language.word
    pieces: list[Piece] = [part for part in (_gap_share(book), _population(book), _corrections(book), _notes(book)) if part is not None]
    if not pieces:
        pieces.append(Note(word("unknown_empty"), empty=True))
    return Page("unknown", word("page_unknown"), tuple(pieces), foot(book, "space.coverage_groups", "needs.population", "needs.evidence", "needs.corrections"))


def _gap_share(book: Book) -> Section | None:
    """Return the share of residents whose reach is unknown and why."""
    table = book.rows("space.coverage")
    if len(table) == 0:
        return None
    word, code = book.language.word, book.language.code
    heads = (Head(word("service")), Head(word("why_unknown")), Head(word("persons"), True), Head(word("share"), True))
    whole = book.whole("space.coverage")
    rows = []
    for service, own in table.groupby("service", sort=True):
        name = book.language.named(book.community.catalogue.facilities, str(service))
        states = own["state"].value_counts()
        for state in ("covered", "not_covered"):
            n = float(states.get(state, 0))
            rows.append((name, word(state), number(numbers.count(n, code), whole), number(numbers.percent(n / len(own)), whole)))
        lost = own[own["state"] == "unknown"]
        for reason, n in lost["reason"].fillna("").replace("", "check_on_site").value_counts().items():
            told = numbers.count(n, code) if book.reader.sees(n) else compared.fewer(book)
            why = f"{word('unknown')}{word('colon')}{book.language.said(f'cause_{reason}', str(reason))}"
            rows.append((name, why, number(told, whole), number(numbers.percent(n / len(own)), whole)))
        rows.append((name, word("total"), number(numbers.count(len(own), code), whole), "100%"))
    total = frozenset(i for i, row in enumerate(rows) if row[1] == word("total"))
    return Section(word("kicker_unknown_share"), word("unknown_share_title"), (Table(heads, tuple(rows), rule=total),), word("unknown_share_sub"))


def _population(book: Book) -> Section | None:
    table = book.rows("needs.population")
    if len(table) == 0:
        return None
    word, code, name = book.language.word, book.language.code, "needs.population"
    heads = (
        Head(word("period")), Head(word("group")), Head(word("expected"), True), Head(word("between"), True), Head(word("stale"), True),
    )  # fmt: skip
    rows = []
    for period in ("day", "night"):
        own = table[table["period"] == period]
        for display in ("all", *book.groups):
            hit = own[own["display"] == display]
            if len(hit) == 0:
                continue
            row = hit.iloc[0].to_dict()
            shown = display == "all" or book.reader.sees(float(row.get("n", row["high"])))
            if not shown:
                continue
            expected = numbers.count(float(row["persons"]), code) if numbers.known(row["persons"]) else word("unknown")
            rows.append(
                (
                    word(f"period_{period}"), book.group(display), book.number(expected, name, row, "persons"),
                    f"{numbers.count(float(row['low']), code)}–{numbers.count(float(row['high']), code)}",
                    numbers.count(float(row["n_unknown"]), code) if book.reader.sees(float(row["n_unknown"])) else compared.fewer(book),
                )
            )  # fmt: skip
    strong = frozenset(i for i, row in enumerate(rows) if row[1] == book.group("all"))
    return Section(word("kicker_population"), word("population_title"), (Table(heads, tuple(rows), strong, note=word("population_note")),))


def _corrections(book: Book) -> Section | None:
    """Return what workshops changed: estimates before and after, and what was corrected."""
    table = book.rows("needs.corrections")
    if len(table) == 0:
        return None
    word = book.language.word
    kept = table
    if "undone" in kept:
        kept = kept[~kept["undone"].fillna(False).astype(bool)]
    title = sentences(book.language).corrections_title(len(kept), _tiers_changed(kept))
    parts: list[Piece] = []
    told = kept[kept["before"].notna() & kept["after"].notna()] if "before" in kept else kept[:0]
    if len(told):
        look = Look("var(--green)", "square")
        rows = [_correction(book, row, look) for row in told.to_dict("records")]
        words = Words(title, "%", word("before"), word("interval_head"), (word("after"),), (word("moved"),))
        parts.append(Figure("", "", Markup(dumbbells(rows, [look], words)), word("corrections_sub")))
    parts.append(_corrected(book, table))
    return Section(word("kicker_workshops"), title, tuple(parts))


def _corrected(book: Book, table: pd.DataFrame) -> Table:
    """Return every correction without saying whom it is about or what was said."""
    word, name = book.language.word, "needs.corrections"
    heads = (
        Head(word("date")), Head(word("corrected_field")), Head(word("about")), Head(word("method")),
        Head(word("asked_yes"), True), Head(word("tiers_moved"), True), Head(word("state")),
    )  # fmt: skip
    indicators = book.community.catalogue.indicators
    rows = []
    for row in table.to_dict("records"):
        asked = numbers.known(row.get("n_asked")) and numbers.known(row.get("n_yes"))
        undone = numbers.known(row.get("undone")) and bool(row["undone"])
        moved = row.get("tiers_changed")
        rows.append(
            (
                str(row["held_on"])[:10] if numbers.known(row.get("held_on")) else word("unknown"),
                book.language.named(indicators, str(row["field"])),
                word(f"about_{row.get('kind', 'prevalence')}"), book.language.set(str(row.get("method", ""))),
                f"{int(row['n_yes'])} / {int(row['n_asked'])}" if asked else word("unknown"),
                book.number(numbers.count(float(moved)), name, row, "tiers_changed") if numbers.known(moved) else "–",
                word("undone") if undone else word("in_force"),
            )
        )  # fmt: skip
    return Table(heads, tuple(rows))


def _tiers_changed(kept: pd.DataFrame) -> int:
    column = next((c for c in ("tiers_changed", "n_tiers", "n_changed") if c in kept), None)
    return int(kept[column].fillna(0).sum()) if column else 0


def _correction(book: Book, row: dict[str, Any], look: Look) -> Row:
    indicators = book.community.catalogue.indicators
    name = book.language.named(indicators, str(row.get("field", row.get("indicator", ""))))
    low, high = (float(row[c]) * 100 if numbers.known(row.get(c)) else float("nan") for c in ("after_low", "after_high"))
    before, after = float(row["before"]) * 100, float(row["after"]) * 100
    asked = book.language.word("asked").format(n=int(row["n_asked"])) if numbers.known(row.get("n_asked")) else ""
    words = f"{before:.0f}% → {after:.0f}%"
    mark = Mark(look, after, low, high, words, f"{low:.0f}–{high:.0f}%" if low == low else "", "faster", book.cite("needs.corrections", row, "after"))
    return Row(name, asked, before, (mark,), book.cite("needs.corrections", row, "before"))


def _notes(book: Book) -> Section | None:
    """Return objects of the map that were dropped or repaired, counted by reason."""
    notes = book.community.notes
    if len(notes) == 0:
        return None
    word = book.language.word
    counted = notes.groupby(["table", "reason"]).size().sort_values(ascending=False, kind="stable")
    heads = (Head(word("layer")), Head(word("reason")), Head(word("objects"), True))
    rows = tuple(
        (book.language.said(f"table_{table}", str(table)), book.language.set(str(reason)), numbers.count(n, book.language.code))
        for (table, reason), n in list(counted.items())[:20]
    )
    return Section(word("kicker_map_notes"), word("map_notes_title"), (Table(heads, rows),))


def policy(book: Book) -> Page:
    """Return the value choices in force, who made them, and where every number comes from."""
    word = book.language.word
    return Page(
        "policy", word("page_policy"), (_choices(book), _provenance(book)), foot(book),
    )  # fmt: skip


def _choices(book: Book) -> Section:
    word, chosen, code = book.language.word, book.community.policy, book.language.code
    services = [book.language.named(book.community.catalogue.facilities, s) for s in chosen.services]
    rows = (
        (word("choice_epsilon"), f"ε = {numbers.percent(chosen.epsilon)}", word("choice_epsilon_says")),
        (word("choice_majority"), numbers.minutes(chosen.majority_loss, code), word("choice_majority_says").format(reference=book.group(chosen.reference))),
        (word("choice_reference"), book.group(chosen.reference), word("choice_reference_says")),
        (word("choice_worst"), numbers.percent(chosen.worst_share), word("choice_worst_says")),
        (word("choice_confidence"), numbers.percent(chosen.confidence), word("choice_confidence_says")),
        (word("choice_weight"), word(f"weight_{chosen.value_weight}"), word("choice_weight_says")),
        (word("choice_services"), book.language.list(services) if services else "–", word("choice_services_says")),
        (word("choice_risk"), numbers.percent(chosen.risk_percentile), word("choice_risk_says")),
        (word("choice_k"), word("choice_k_value").format(k=book.community.settings.k_persons, h=book.community.settings.k_households), word("choice_k_says")),
    )  # fmt: skip
    heads = (Head(word("choice"), wide="130px"), Head(word("value"), wide="150px"), Head(word("meaning")))
    title = word("policy_title").format(body=book.language.set(chosen.decided_by), date=chosen.decided_on)
    return Section(word("kicker_policy"), title, (Table(heads, rows, note=word("policy_note").format(source=chosen.source)),))


def _provenance(book: Book) -> Section:
    word = book.language.word
    heads = (
        Head(word("finding")), Head(word("name")), Head(word("rows"), True), Head(word("rests_on")), Head(word("privacy")),
    )  # fmt: skip
    rows = []
    for name in sorted(book.results.findings):
        found = book.results.findings[name]
        provenance = found.provenance
        parents = [*sorted(provenance.parents), *sorted(provenance.inputs)]
        told = book.language.list(parents[:6]) if parents else "–"
        more = f" +{len(parents) - 6}" if len(parents) > 6 else ""
        level = word(f"privacy_{provenance.privacy}") + (f" · {word('synthetic_short')}" if provenance.synthetic else "")
        rows.append((number(found.id, book.whole(name)), name, numbers.count(len(found.table), book.language.code), told + more, level))
    note = word("provenance_note").format(folder=book.folder, version=book.results.findings[sorted(book.results.findings)[0]].provenance.version if book.results.findings else "")
    return Section(word("kicker_provenance"), word("provenance_title").format(n=len(rows)), (Table(heads, tuple(rows), note=note, css="dense"),))


