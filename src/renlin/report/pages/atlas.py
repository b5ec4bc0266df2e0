"""Fill the map pages: key map whole, one risk, one coverage, paper only, network gaps."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import WHOLE, Book
from renlin.report.figures.shares import Part, Shares, share_bars
from renlin.report.figures.shares import Words as ShareWords
from renlin.report.maps.classes import UNKNOWN, five
from renlin.report.maps.legend import steps_legend
from renlin.report.labels import Wish
from renlin.report.maps.ground import Label
from renlin.report.maps.themes import Fill, Sheet, draw, gap_line, radius, route, single
from renlin.report.maps.walks import midpoint, ways
from renlin.report.pages import maps
from renlin.report.pages.blocks import Figure, Head, Note, Page, Piece, Section, Side, Table
from renlin.report.readings import compared
from renlin.report.readings.places import Atlas, of_unit, where, window
from renlin.report.spacing import spaced, width
from renlin.report.text import sentences

WIDE = 682.0
HALF = (334.0, 270.0)
HALF_SPLIT = 334
HIGH_RATE = 0.6
"""Lower bound of the fourth of five equal classes of the hazard rate."""


def key_page(book: Book, atlas: Atlas | None) -> Page:
    """Return the key map over the whole width."""
    word = book.language.word
    if atlas is None:
        return Page("map", word("page_map"), (Note(word("map_empty"), empty=True),))
    made = maps.key_map(book, atlas, (WIDE, 560.0))
    below = Markup('<div class="legend-row">{}</div>').format(made["legend"])
    figure = Figure(word("kicker_map"), made["title"], made["figure"], word("key_map_sub"), made["note"], below=below)
    return Page("map", word("page_map"), (figure, Note(word("key_map_read"))), foot(book, "space.hazard", "space.coverage", "space.points"))


def foot(book: Book, *names: str) -> Markup:
    """Return the findings a page rests on."""
    ids = " · ".join(f"{found.id} {name}" for name in names if (found := book.find(name)) is not None)
    date = book.language.word("data_until").format(date=book.community.settings.survey_date)
    parts = " · ".join(p for p in (ids, date, book.language.set(book.community.settings.attribution)) if p)
    return Markup("<b>{}</b> {}").format(book.language.word("sources"), parts)


def theme_page(book: Book, atlas: Atlas | None) -> Page | None:
    """Return hazards by building, and coverage by unit with its groups."""
    if atlas is None:
        return None
    both = Side((hazard_map(book, atlas),), (coverage_map(book, atlas),), HALF_SPLIT, even=True)
    pieces = [both, *coverage_bars(book, atlas)]
    return Page(
        "themes", book.language.word("page_themes"), tuple(pieces),
        foot(book, "space.hazard", "space.coverage", "space.coverage_groups"),
    )  # fmt: skip


def hazard_map(book: Book, atlas: Atlas) -> Figure:
    """Return the map of open hazards by building."""
    word = book.language.word
    table = book.rows("space.hazard").set_index("building")
    classes, bounds = five(table["risk"])
    shapes = {
        str(b): g for b, g in zip(book.community["buildings"]["building"], book.community["buildings"]["geometry"], strict=True)
        if b in classes.index
    }  # fmt: skip
    fills = {b: single("risk", int(classes[b]), _hazard_says(book, b, table.loc[b])) for b in shapes}
    n = int((table["risk"] >= HIGH_RATE).sum())
    title = sentences(book.language).hazard_title(n, int(table["risk"].isna().sum()))
    sheet = Sheet(book.community, window(book, HALF), maps.text(book), title)
    picture = Markup(draw(sheet, shapes, fills))
    legend = _legend(book, "risk", classes, [f"≥ {b:.1f}" for b in bounds], word("never_inspected"))
    newest = table["newest"].dropna().astype(str)
    dates = word("inspections").format(first=newest.min()[:10], last=newest.max()[:10]) if len(newest) else ""
    note = f"{word('hazard_note')} {dates}".strip()
    return Figure(word("kicker_hazard"), title, picture, note=note, below=Markup(legend), twin=hazard_table(book))


def _legend(book: Book, theme: str, classes: pd.Series, told: list[str], unknown: str) -> str:
    counts = classes.value_counts()
    bounds = [(words, int(counts.get(i, 0))) for i, words in enumerate(told, start=1)]
    made = steps_legend(theme, bounds, (unknown, int(counts.get(UNKNOWN, 0))), book.language.word("legend_steps_says"), HALF[0])
    return f'<div class="legend-row">{made}</div>'


def _hazard_says(book: Book, building: str, row: Any) -> str:
    names = book.community["buildings"].set_index("building")["name"]
    name = spaced(str(names[building]))
    if pd.isna(row["risk"]):
        return f"{name}: {book.language.word('never_inspected')}"
    return f"{name}: {row['risk']:.2f} ({row['low']:.2f}–{row['high']:.2f})"


FAMILIES = ("fire", "electric", "gas", "structure", "flood", "access")


def hazard_table(book: Book) -> Table:
    """Return the hazard of every building by family, worst first."""
    word = book.language.word
    table = book.rows("space.hazard").sort_values(["risk", "building"], ascending=[False, True])
    names = book.community["buildings"].set_index("building")["name"]
    families = [f for f in FAMILIES if f in table]
    heads = [Head(word("building")), Head(word("risk"), True), Head(word("interval_head"), True), Head(word("n_open"), True)]
    heads += [Head(word(f"family_{f}"), True) for f in families]
    rows = []
    for row in table.to_dict("records"):
        known = not pd.isna(row["risk"])
        cells: list[str | Markup] = [spaced(str(names.get(row["building"], row["building"])))]
        cells.append(book.number(f"{row['risk']:.2f}", "space.hazard", row, "risk") if known else word("unknown"))
        cells.append(f"{row['low']:.2f}–{row['high']:.2f}" if known else "")
        cells.append(book.number(str(row["n_open"]), "space.hazard", row, "n_open"))
        cells += [book.number(f"{row[f]:.2f}", "space.hazard", row, f) if not pd.isna(row[f]) else word("unknown") for f in families]
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
        str(u): single("cov", int(classes[u]), maps.says(book, atlas, str(u))) for u in table.index
    }
    title = book.language.set(_coverage_title(book, atlas))
    sheet = Sheet(book.community, window(book, HALF), maps.text(book), title)
    picture = Markup(draw(sheet, atlas.units.shapes, fills))
    told = [f"≥ {numbers.percent(b)}" for b in bounds]
    legend = _legend(book, "cov", classes, told, word("unknown"))
    return Figure(word("kicker_coverage"), title, picture, note=maps.note(book, atlas), below=Markup(legend))


def _service(book: Book, code: str) -> str:
    return book.language.named(book.community.catalogue.facilities, code)


def _coverage_title(book: Book, atlas: Atlas) -> str:
    rows = shown_groups(book, atlas.service)
    whole = book.rows("space.coverage_groups", service=atlas.service, display="all")
    share = numbers.percent(float(whole["covered_share"].iloc[0])) if len(whole) else "?"
    say = sentences(book.language)
    worst = rows[0] if rows else None
    if worst is None:
        return str(say.coverage_plain(share, _service(book, atlas.service)))
    told = numbers.percent(float(worst["covered_share"]))
    return str(say.coverage_title(share, _service(book, atlas.service), book.group(str(worst["display"])), told))


def shown_groups(book: Book, service: str) -> list[dict[str, Any]]:
    """Return the groups of a service that may be shown, least covered first."""
    table = book.rows("space.coverage_groups", service=service)
    groups = [r for r in table.to_dict("records") if r["display"] not in WHOLE and r["n"] > 0]
    states = book.reader.counts({str(r["display"]): float(r["n"]) for r in groups})
    shown = [{**r, "state": states[str(r["display"])]} for r in groups if states[str(r["display"])] != "few"]
    told = [r for r in shown if not pd.isna(r["covered_share"])]
    return sorted(told, key=lambda r: (r["covered_share"], str(r["display"])))


def coverage_bars(book: Book, atlas: Atlas) -> list[Piece]:
    """Return the three states by group: the average on its groups, then the gap."""
    word, code = book.language.word, book.language.code
    pieces: list[Piece] = []
    services = [s for s in book.community.policy.services if len(book.rows("space.coverage_groups", service=s))]
    for service in services or [atlas.service]:
        table = book.rows("space.coverage_groups", service=service)
        whole = [{**r, "state": "shown"} for r in table[table["display"] == "all"].to_dict("records")]
        rows = [*whole, *shown_groups(book, service)]
        if not rows:
            continue
        bars = [_bar(book, row) for row in rows]
        title = word("coverage_groups_title").format(service=_service(book, service))
        words = ShareWords(title, word("covered"), word("not_covered"), word("unknown"))
        gap = table[table["display"] == "gap"]
        below = Markup("")
        if len(gap) and not pd.isna(gap["covered_share"].iloc[0]):
            key = gap.iloc[0].to_dict()
            told = book.number(numbers.points(float(key["covered_share"]), code), "space.coverage_groups", key, "covered_share")
            below = Markup('<div class="gaprow"><b>{}</b><span>{}</span><span><b>{}</b></span></div>').format(
                word("group_gap"), word("coverage_gap_says").format(reference=book.group(book.community.policy.reference)), told
            )
        pieces.append(Figure("", title, Markup(share_bars(bars, words)), word("coverage_groups_sub"), below=below))
    return pieces


def _bar(book: Book, row: dict[str, Any]) -> Shares:
    code = book.language.code
    n = float(row["n"])
    parts = tuple(
        Part(name, float(row[name]), numbers.share(float(row[name]), n, code), book.cite("space.coverage_groups", row, name))
        for name in ("covered", "not_covered", "unknown")
    )
    return Shares(book.group(str(row["display"])), compared.count_words(book, n, str(row["state"])), parts, row["display"] == "all")


def paper_page(book: Book, atlas: Atlas | None) -> Page | None:
    """Return who is covered on paper only, and where the network has gaps."""
    if atlas is None:
        return None
    left, right = paper(book, atlas), gaps(book, atlas)
    both = Side((left[0],), (right[0],), HALF_SPLIT, even=True)
    pieces = [both, *left[1:], *right[1:]]
    return Page(
        "paper", book.language.word("page_paper"), tuple(pieces),
        foot(book, "space.paper_only", "space.network_gaps", "space.coverage"),
    )  # fmt: skip


def paper(book: Book, atlas: Atlas) -> list[Piece]:
    """Return the paper-only map and list: straight line, walk, minutes, cause, what would change it."""
    word, say = book.language.word, sentences(book.language)
    table = book.rows("space.paper_only")
    failing = table[table["state"] == "not_covered"] if len(table) else table
    if len(failing) == 0:
        return [Section(word("kicker_paper"), say.paper_none(), ())]
    plain = pd.DataFrame(failing.drop(columns="geometry"))
    plain["unit"] = plain["entrance"].map(atlas.units.of)
    rows = _paper_rows(book, plain)
    places = plain["unit"].nunique()
    persons = float(plain["persons"].sum())
    title = say.paper_title(places, numbers.persons(persons, book.language.code))
    sheet = Sheet(book.community, window(book, HALF), maps.text(book), title)
    drawn = _circles(book, plain, sheet)
    walked, labels = _walked(book, rows, sheet)
    fills = {str(u): single("risk", 4 if u in set(plain["unit"]) else 1) for u in atlas.units.shapes}
    picture = Markup(draw(sheet, atlas.units.shapes, fills, (), (drawn + walked, labels)))
    note = word("paper_note")
    listed = Section("", word("paper_list"), (_paper_table(book, atlas, rows),))
    return [Figure(word("kicker_paper"), title, picture, note=note), listed]


def _circles(book: Book, plain: pd.DataFrame, sheet: Sheet) -> str:
    """Return the circle of the radius around each facility that is near on paper only."""
    facilities = book.community["facilities"].set_index("facility")
    parts = []
    for facility, own in plain.groupby("facility", sort=True):
        if facility in facilities.index:
            spot = facilities.loc[facility, "geometry"]
            parts.append(radius(sheet.frame, (spot.x, spot.y), float(own["radius"].max())))
    return "".join(parts)


MOST_WAYS = 2
"""Ways drawn on the small map: those of the two longest walks, from different buildings."""


def _walked(book: Book, rows: list[dict[str, Any]], sheet: Sheet) -> tuple[str, list[Label]]:
    """Return the ways really walked from the worst places, with their length on them."""
    told = [r for r in rows if numbers.known(r["walk_m"]) and r["walk_m"] != float("inf")]
    told.sort(key=lambda r: (-float(r["walk_m"]), str(r["entrance"])))
    picked: list[dict[str, Any]] = []
    for row in told:
        if len(picked) < MOST_WAYS and row["entrance"] not in {p["entrance"] for p in picked}:
            picked.append(row)
    drawn, labels = "", []
    for row in picked:
        found = ways(book.community, str(row["display"]), str(row["facility"]), [str(row["entrance"])])
        for line in found.values():
            drawn += route(sheet.frame, line)
            words = numbers.metres(float(row["walk_m"]), book.language.code)
            wish = Wish(sheet.frame.at(*midpoint(line)), (width(words, 11.2) + 6, 14), (6, 5))
            labels.append(Label(words, wish, "m-name m-help"))
    return drawn, labels


def _paper_rows(book: Book, plain: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one row per unit, group and service; units summed, groups under k not told."""
    grouped = plain.groupby(["unit", "display", "service"], sort=True)
    made = []
    for (unit, display, service), own in grouped:
        row = own.sort_values("time", ascending=False).iloc[0].to_dict()
        persons = float(own["persons"].sum())
        made.append({**row, "unit": unit, "display": display, "service": service, "total": persons})
    return sorted(made, key=lambda r: (-r["total"], str(r["unit"]), str(r["display"])))


MOST_ROWS = 14


def _paper_table(book: Book, atlas: Atlas, rows: list[dict[str, Any]]) -> Table:
    word, code = book.language.word, book.language.code
    heads = (
        Head(word("place")), Head(word("group")), Head(word("persons"), True), Head(word("straight"), True),
        Head(word("walked"), True), Head(word("minutes_own"), True), Head(word("cause")), Head(word("would_change")),
    )  # fmt: skip
    made = []
    for row in rows[:MOST_ROWS]:
        hidden = not book.reader.sees(row["total"])
        name = "space.paper_only"
        made.append(
            (
                where(book, of_unit(atlas.units, str(row["unit"]))),
                book.group(str(row["display"])),
                compared.fewer(book) if hidden else book.number(numbers.count(row["total"], code), name, row, "persons"),
                book.number(numbers.metres(row["straight_m"], code), name, row, "straight_m"),
                book.number(numbers.metres(row["walk_m"], code), name, row, "walk_m") if numbers.known(row["walk_m"]) and row["walk_m"] != float("inf") else "–",
                book.number(numbers.bare_minutes(row["time"]), name, row, "time") if numbers.known(row["time"]) and row["time"] != float("inf") else word("never"),
                word_of_cause(book, str(row["cause"])),
                book.language.either(str(row["would_change_zh"]), str(row["would_change_en"])),
            )
        )  # fmt: skip
    rest = len(rows) - len(made)
    note = word("more_rows").format(n=rest) if rest > 0 else ""
    return Table(heads, tuple(made), note=note)


def word_of_cause(book: Book, code: str) -> str:
    """Return a cause in words."""
    return book.language.said(f"cause_{code}", book.language.said(code, code))


def gaps(book: Book, atlas: Atlas) -> list[Piece]:
    """Return where the walk network is in pieces and how many people are unknown for it."""
    word, say = book.language.word, sentences(book.language)
    table = book.rows("space.network_gaps")
    whole = book.rows("space.coverage_groups", service=atlas.service, display="all")
    share = float(whole["unknown"].iloc[0]) / max(1.0, float(whole["n"].iloc[0])) if len(whole) else 0.0
    if len(table) == 0:
        return [Section(word("kicker_gaps"), say.gaps_none(), ())]
    title = say.gaps_title(numbers.percent(share), len(table))
    sheet = Sheet(book.community, window(book, HALF), maps.text(book), title)
    lines = "".join(gap_line(sheet.frame, line) for line in table["geometry"])
    classes = atlas.classes.table["cover_class"]
    fills = {str(u): Fill("m-unknown") if classes.get(u, UNKNOWN) == UNKNOWN else single("cov", 1) for u in atlas.units.shapes}
    picture = Markup(draw(sheet, atlas.units.shapes, fills, (), (lines, ())))
    rows = [_gap_row(book, row) for row in table.drop(columns="geometry").to_dict("records")[:MOST_ROWS]]
    heads = (
        Head(word("gap_no")), Head(word("n_entrances"), True), Head(word("persons"), True),
        Head(word("island_length"), True), Head(word("distance_to_main"), True),
    )  # fmt: skip
    rest = len(table) - len(rows)
    note = word("more_rows").format(n=rest) if rest > 0 else ""
    listed = Section("", word("gaps_list"), (Table(heads, tuple(rows), note=note),))
    return [Figure(word("kicker_gaps"), title, picture, note=word("gaps_note")), listed]


def _gap_row(book: Book, row: dict[str, Any]) -> tuple[str | Markup, ...]:
    code, name = book.language.code, "space.network_gaps"
    hidden = not book.reader.sees(float(row["persons"]))
    return (
        str(row["gap"]),
        book.number(str(row["n_entrances"]), name, row, "n_entrances"),
        compared.fewer(book) if hidden else book.number(numbers.count(row["persons"], code), name, row, "persons"),
        book.number(numbers.metres(row["length"], code), name, row, "length"),
        book.number(numbers.metres(row["distance_to_main"], code), name, row, "distance_to_main"),
    )  # fmt: skip
