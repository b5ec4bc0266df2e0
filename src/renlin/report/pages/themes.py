"""Fill the maps of one theme: hazards by building, coverage by stairwell and by group."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.figures.shares import Part, Shares, share_bars
from renlin.report.figures.shares import Words as ShareWords
from renlin.report.maps.classes import UNKNOWN, five, stepped
from renlin.report.maps.legend import steps_legend
from renlin.report.maps.themes import Fill, Sheet, draw, single
from renlin.report.pages import maps
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Figure, Head, Page, Piece, Side, Table
from renlin.report.pages.comparison import gap_few
from renlin.report.privacy import rows_give_away
from renlin.report.readings import compared
from renlin.report.readings.places import Atlas, window
from renlin.report.spacing import spaced
from renlin.report.tables import first_row, rows_of
from renlin.report.text import sentences

HALF = (334.0, 270.0)


HALF_SPLIT = 334


BREAKS = ("risk_break_2", "risk_break_3", "risk_break_4", "risk_break_5")
"""Parameters: the risk from which the classes of the map begin."""


HIGH_CLASS = 4
"""The title counts the buildings from this class of five on."""


FAMILIES = ("fire", "electric", "gas", "structure", "flood", "access")


def theme_page(book: Book, atlas: Atlas | None) -> Page | None:
    """Return hazards by building, and coverage by unit with its groups."""
    if atlas is None:
        return None
    both = Side((hazard_map(book),), (coverage_map(book, atlas),), HALF_SPLIT, even=True)
    pieces = [both, *coverage_bars(book, atlas)]
    return Page(
        "themes", book.language.word("page_themes"), tuple(pieces),
        foot(book, "space.hazard", "space.coverage", "space.coverage_groups"),
    )  # fmt: skip


def hazard_map(book: Book) -> Figure:
    """Return the map of open hazards by building."""
    word = book.language.word
    table = book.rows("space.hazard").set_index("building")
    classes, bounds = risk_classes(book, table["risk"])
    shapes = {
        str(b): g
        for b, g in zip(
            book.community["buildings"]["building"],
            book.community["buildings"]["geometry"],
            strict=True,
        )
        if b in classes.index
    }
    named = book.community["buildings"][["building", "name"]].itertuples(index=False)
    names = {str(building): spaced(str(name)) for building, name in named}
    rows = {str(r["building"]): r for r in rows_of(table.drop(columns="geometry").reset_index())}
    fills = {
        b: single("risk", int(classes[b]), _hazard_says(book, names[b], rows[b])) for b in shapes
    }
    line = bounds[HIGH_CLASS - 1]
    n = int((table["risk"] >= line).sum())
    unknown = table["risk"].isna()
    title = sentences(book.language).hazard_title(
        n, numbers.harm(line), int(unknown.sum()), int((~unknown).sum())
    )
    sheet = Sheet(book.community, window(book, HALF), maps.text(book), title)
    picture = Markup(draw(sheet, shapes, fills))
    legend = steps(book, "risk", classes, told_bounds(bounds), word("never_inspected"))
    newest = table["newest"].dropna().astype(str)
    dates = (
        word("inspections").format(first=newest.min()[:10], last=newest.max()[:10])
        if len(newest)
        else ""
    )
    note = f"{word('hazard_note')} {dates}".strip()
    return Figure(
        word("kicker_hazard"),
        title,
        picture,
        note=note,
        below=Markup(legend),
        twin=hazard_table(book),
    )


def steps(book: Book, theme: str, classes: pd.Series, told: list[str], unknown: str) -> str:
    """Return the legend of a map in five classes, with the number of units in each."""
    counts = classes.value_counts()
    bounds = [(words, int(counts.get(i, 0))) for i, words in enumerate(told, start=1)]
    made = steps_legend(
        theme,
        bounds,
        (unknown, int(counts.get(UNKNOWN, 0))),
        book.language.word("legend_steps_says"),
        HALF[0],
    )
    return f'<div class="legend-row">{made}</div>'


def _hazard_says(book: Book, name: str, row: Any) -> str:
    if pd.isna(row["risk"]):
        return f"{name}: {book.language.word('never_inspected')}"
    low, high = numbers.harm(row["low"]), numbers.harm(row["high"])
    return f"{name}: {numbers.harm(row['risk'])} ({low}–{high})"


def risk_classes(book: Book, values: pd.Series) -> tuple[pd.Series, list[float]]:
    """Return the five classes of risk by the breaks of the catalogue, and their lower bounds."""
    return stepped(values, [book.community.catalogue.number(name) for name in BREAKS])


def told_bounds(bounds: list[float]) -> list[str]:
    """Return the words of the classes of risk."""
    return [f"≥ {bound:g}" for bound in bounds]


def hazard_table(book: Book) -> Table:
    """Return the hazard of every building by family, worst first."""
    word = book.language.word
    table = book.rows("space.hazard").sort_values(["risk", "building"], ascending=[False, True])
    names = book.community["buildings"].set_index("building")["name"]
    families = [f for f in FAMILIES if f in table]
    heads = [
        Head(word("building")),
        Head(word("risk"), True),
        Head(word("interval_head"), True),
        Head(word("n_open"), True),
    ]
    heads += [Head(word(f"family_{f}"), True) for f in families]
    rows = []
    for row in rows_of(table):
        known = not pd.isna(row["risk"])
        cells: list[str | Markup] = [spaced(str(names.get(row["building"], row["building"])))]
        cells.append(
            book.number(numbers.harm(float(row["risk"])), "space.hazard", row, "risk")
            if known
            else word("unknown")
        )
        told = numbers.known(row["low"]) and numbers.known(row["high"])
        bounds = f"{numbers.harm(row['low'])}–{numbers.harm(row['high'])}" if told else ""
        cells.append(bounds)
        cells.append(book.number(str(row["n_open"]), "space.hazard", row, "n_open"))
        cells += [
            book.number(numbers.harm(float(row[f])), "space.hazard", row, f)
            if not pd.isna(row[f])
            else word("unknown")
            for f in families
        ]
        rows.append(tuple(cells))
    return Table(tuple(heads), tuple(rows))


def coverage_map(book: Book, atlas: Atlas) -> Figure:
    """Return the map of the share covered by unit of display."""
    word = book.language.word
    table = atlas.classes.table
    share = 1 - table["out_share"]
    classes, bounds = five(share)
    classes = classes.where(table["cover_class"] != UNKNOWN, UNKNOWN)
    fills: dict[str, Fill] = {
        str(u): single("cov", int(classes[u]), atlas.says[str(u)]) for u in table.index
    }
    title = book.language.set(_coverage_title(book, atlas))
    sheet = Sheet(book.community, window(book, HALF), maps.text(book), title)
    picture = Markup(draw(sheet, atlas.units.shapes, fills))
    told = [f"≥ {numbers.percent(b)}" for b in bounds]
    legend = steps(book, "cov", classes, told, word("unknown"))
    return Figure(
        word("kicker_coverage"), title, picture, note=maps.note(book, atlas), below=Markup(legend)
    )


def _service(book: Book, code: str) -> str:
    return book.language.named(book.community.catalogue.facilities, code)


def _coverage_title(book: Book, atlas: Atlas) -> str:
    rows = shown_groups(book, atlas.service)
    whole = book.rows("space.coverage_groups", service=atlas.service, display="all")
    told = first_row(whole)
    share = numbers.percent(_of_all(told)) if told is not None else "?"
    say = sentences(book.language)
    worst = rows[0] if rows else None
    if worst is None:
        return str(say.coverage_plain(share, _service(book, atlas.service)))
    lowest = numbers.percent(_of_all(worst))
    return str(
        say.coverage_title(
            share, _service(book, atlas.service), book.group(str(worst["display"])), lowest
        )
    )


def _of_all(row: dict[str, Any]) -> float:
    """Return the share reached of everybody, the unknown included."""
    return float(row["covered"]) / max(1.0, float(row["n"]))


def shown_groups(book: Book, service: str) -> list[dict[str, Any]]:
    """Return the groups of a service that may be shown, least covered first."""
    table = book.rows("space.coverage_groups", service=service)
    groups = [r for r in rows_of(table) if r["display"] not in WHOLE and r["n"] > 0]
    states = book.reader.counts({str(r["display"]): float(r["n"]) for r in groups})
    shown = [
        {**r, "state": states[str(r["display"])]}
        for r in groups
        if states[str(r["display"])] != "few"
    ]
    return sorted(shown, key=lambda r: (_of_all(r), str(r["display"])))


def share_gap(
    book: Book, table: pd.DataFrame, name: str, column: str, *, low_is_worse: bool
) -> Markup:
    """Return the gap of a share under its bars, with who is held against whom."""
    word, code = book.language.word, book.language.code
    gap = table[table["display"] == "gap"]
    if len(gap) == 0 or pd.isna(gap[column].iloc[0]):
        return Markup("")
    if share_gap_tells(book, table, column, low_is_worse=low_is_worse):
        return gap_few(book)
    key = rows_of(gap)[0]
    told = book.number(numbers.points(abs(float(key[column])), code), name, key, column)
    says = word("coverage_gap_says") if low_is_worse else word("gap_between")
    says = says.format(reference=book.group(book.community.policy.reference))
    return Markup(
        '<div class="gaprow"><b>{}</b><span>{}</span><span><b>{}</b></span></div>'
    ).format(word("group_gap"), says, told)


def share_gap_tells(book: Book, table: pd.DataFrame, column: str, *, low_is_worse: bool) -> bool:
    """Return whether the gap of a share tells the share of a hidden group."""
    rows = [r for r in rows_of(table) if r["display"] not in WHOLE and r["n"] > 0]
    states = book.reader.counts({str(r["display"]): float(r["n"]) for r in rows})
    hidden = {d for d, state in states.items() if state == "few"}
    reference = book.community.policy.reference
    return rows_give_away(rows, column, hidden, reference, high_is_worse=not low_is_worse)


def coverage_bars(book: Book, atlas: Atlas) -> list[Piece]:
    """Return the three states by group: the average on its groups, then the gap."""
    word = book.language.word
    pieces: list[Piece] = []
    services = [
        s
        for s in book.community.policy.services
        if len(book.rows("space.coverage_groups", service=s))
    ]
    for service in services or [atlas.service]:
        table = book.rows("space.coverage_groups", service=service)
        whole = [{**r, "state": "shown"} for r in rows_of(table[table["display"] == "all"])]
        rows = [*whole, *shown_groups(book, service)]
        if not rows:
            continue
        bars = [_bar(book, row) for row in rows]
        title = word("coverage_groups_title").format(service=_service(book, service))
        words = ShareWords(title, word("covered"), word("not_covered"), word("unknown"))
        picture, sub = Markup(share_bars(bars, words)), word("coverage_groups_sub")
        below = share_gap(book, table, "space.coverage_groups", "covered_share", low_is_worse=True)
        pieces.append(Figure("", title, picture, sub, below=below))
    return pieces


def _bar(book: Book, row: dict[str, Any]) -> Shares:
    code = book.language.code
    n = float(row["n"])
    parts = tuple(
        Part(
            name,
            float(row[name]),
            numbers.percent(float(row[name]) / n)
            if row["state"] == "some"
            else numbers.share(float(row[name]), n, code),
            book.cite("space.coverage_groups", row, name),
        )
        for name in ("covered", "not_covered", "unknown")
    )
    return Shares(
        book.group(str(row["display"])),
        compared.count_words(book, n, str(row["state"])),
        parts,
        row["display"] == "all",
    )
