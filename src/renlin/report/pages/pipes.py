"""Fill the page of pipes, wires and what is done under homes: register, conflicts, supply."""

from __future__ import annotations

from typing import Any

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Head, Note, Page, Piece, Section, Table
from renlin.report.readings import compared
from renlin.report.spacing import spaced
from renlin.report.tables import rows_of

MOST_ASSETS = 30
MOST_POINTS = 15


def pipes_page(book: Book) -> Page | None:
    """Return the register of pipes, their conflicts, ground floors and ways of supply."""
    sections = (
        assets(book), conflicts(book), ground_floors(book), single_points(book), links(book),
    )  # fmt: skip
    pieces: tuple[Piece, ...] = tuple(piece for piece in sections if piece is not None)
    if not pieces:
        return None
    return Page(
        "pipes", book.language.word("page_pipes"), pieces,
        foot(
            book, "space.assets", "space.asset_conflicts", "space.ground_floors",
            "space.single_points", "space.lifelines", "space.lifeline_links",
        ),
    )  # fmt: skip


def assets(book: Book) -> Section | None:
    """Return pipes, wires and devices, the worn and most failing first."""
    word, name = book.language.word, "space.assets"
    table = book.rows(name)
    if len(table) == 0:
        return None
    worn = table["worn"].fillna(False).astype(bool)
    beyond = int((table["state"] == "beyond_range").sum())
    ordered = table.assign(first=worn).sort_values(
        ["first", "failures", "asset"], ascending=[False, False, True], na_position="last"
    )
    title = word("assets_title").format(n=len(table), worn=int(worn.sum()), beyond=beyond)
    heads = (
        Head(word("asset")), Head(word("supply")), Head(word("material")), Head(word("age"), True),
        Head(word("length_m"), True), Head(word("failures"), True),
        Head(word("interval_head"), True), Head(word("curve_state")), Head(word("worn")),
    )  # fmt: skip
    rows = [_asset(book, name, row) for row in rows_of(ordered.head(MOST_ASSETS))]
    return Section(
        word("kicker_assets"), book.language.set(title),
        (Table(heads, tuple(rows), note=word("assets_note")),),
    )  # fmt: skip


def _asset(book: Book, name: str, row: dict[str, Any]) -> tuple[Any, ...]:
    word = book.language.word
    high = f"{row['high']:.4f}" if numbers.known(row["high"]) else "?"
    told = numbers.known(row["failures"])
    return (
        spaced(str(row["name"])) if numbers.known(row["name"]) else str(row["asset"]),
        book.community.catalogue.word(str(row["service"]), book.language.code),
        word(f"material_{row['material']}") if numbers.known(row["material"]) else word("unknown"),
        f"{row['age']:.0f}" if numbers.known(row["age"]) else word("unknown"),
        f"{row['length']:.0f}" if numbers.known(row["length"]) else "–",
        book.number(f"{row['failures']:.4f}", name, row, "failures") if told else word("unknown"),
        f"{row['low']:.4f}–{high}",
        word(f"curve_{row['state']}"),
        word("yes") if numbers.known(row["worn"]) and row["worn"] else "",
    )


def conflicts(book: Book) -> Section | None:
    """Return where lines cross, run too close or pass under a building."""
    word, name = book.language.word, "space.asset_conflicts"
    if len(book.rows("space.assets")) == 0:
        return None
    table = book.rows(name)
    if len(table) == 0:
        return Section(word("kicker_conflicts"), word("conflicts_none"), ())
    heads = (
        Head(word("conflict_kind")), Head(word("supply")), Head(word("asset")), Head(word("with")),
        Head(word("distance_m"), True), Head(word("needed_m"), True), Head(word("clause")),
    )  # fmt: skip
    rows = []
    called = _names(book)
    for row in rows_of(table.drop(columns="geometry")):
        needed = f"{row['needed']:g}" if numbers.known(row["needed"]) else "–"
        checked = "" if row["verified"] or not row["clause"] else word("not_verified")
        services = [
            book.community.catalogue.word(s, book.language.code)
            for s in str(row["services"]).split()
        ]
        rows.append(
            (
                word(f"conflict_{row['kind']}"),
                " × ".join(services),
                called.get(str(row["first"]), str(row["first"])),
                called.get(str(row["second"]), str(row["second"])),
                f"{row['distance']:.1f}",
                needed,
                f"{row['clause']}{checked}",
            )
        )
    title = word("conflicts_title").format(n=len(table))
    made = Table(heads, tuple(rows), note=word("conflicts_note"))
    return Section(word("kicker_conflicts"), book.language.set(title), (made,))


def _names(book: Book) -> dict[str, str]:
    """Return the names of pipes, wires and buildings as people say them."""
    assets = book.community["assets"]
    named = assets[assets["name"].notna()]
    pairs = zip(named["asset"], named["name"], strict=True)
    return book.named | {str(code): book.language.set(str(name)) for code, name in pairs}


def ground_floors(book: Book) -> Section | None:
    """Return what is done under homes, with how many live above."""
    word, name = book.language.word, "space.ground_floors"
    table = book.rows(name)
    if len(table) == 0:
        return None
    uses, hazards = book.community.catalogue.ground_floor_uses, book.community.catalogue.hazards
    ordered = table.sort_values(["incidents", "ground_floor"], ascending=[False, True])
    heads = (
        Head(word("building")), Head(word("ground_use")), Head(word("kicker_hazard")),
        Head(word("households"), True), Head(word("persons"), True),
        Head(word("adds_per_year"), True),
    )  # fmt: skip
    rows = []
    for row in rows_of(ordered):
        seen = book.reader.sees(float(row["persons"]), float(row["households"]))
        counts = (
            (str(row["households"]), str(row["persons"])) if seen else (compared.fewer(book), "")
        )
        added = f"{row['incidents']:.4f}"
        rows.append(
            (
                book.named.get(str(row["building"]), str(row["building"])),
                getattr(uses[str(row["use"])], book.language.code),
                getattr(hazards[str(row["hazard"])], book.language.code),
                *counts,
                book.number(added, name, row, "incidents") if seen else "–",
            )
        )
    title = word("ground_floors_title").format(n=len(table))
    made = Table(heads, tuple(rows), note=word("ground_floors_note"))
    return Section(word("kicker_ground_floors"), book.language.set(title), (made,))


def single_points(book: Book) -> Section | None:
    """Return the single points of failure, most vulnerable households first."""
    word, name = book.language.word, "space.single_points"
    ways = book.rows("space.lifelines")
    if len(ways) == 0 or (ways["state"] == "unknown").all():
        return None
    table = book.rows(name)
    if len(table) == 0:
        return Section(word("kicker_lifelines"), word("single_none"), ())
    nodes = table[table["kind"] == "node"].sort_values(["rank", "part"]).head(MOST_POINTS)
    known = dict(
        zip(
            book.community["utilities"]["utility"], book.community["utilities"]["name"], strict=True
        )
    )
    heads = (
        Head(word("rank"), True), Head(word("utility_node")), Head(word("supply")),
        Head(word("households"), True), Head(word("vulnerable_households"), True),
        Head(word("felt_after"), True), Head(word("supply_gap"), True),
        Head(word("interval_head"), True),
    )  # fmt: skip
    rows = [_point(book, name, row, known) for row in rows_of(nodes)]
    unknown = int((ways["state"] == "unknown").sum())
    title = word("single_title").format(n=int((table["kind"] == "node").sum()))
    note = word("single_note").format(links=int((table["kind"] == "link").sum()), unknown=unknown)
    return Section(
        word("kicker_lifelines"), book.language.set(title), (Table(heads, tuple(rows), note=note),)
    )


def _point(book: Book, name: str, row: dict[str, Any], known: dict[str, Any]) -> tuple[Any, ...]:
    lang = book.language.code
    services = [book.community.catalogue.word(s, lang) for s in str(row["services"]).split(";")]
    hours = f"{row['first_h']:g}" + (
        f"–{row['last_h']:g}" if row["last_h"] > row["first_h"] else ""
    )
    seen = book.reader.sees(float(row["persons"]), float(row["households"]))
    few = seen and not book.reader.sees(float(row["vulnerable"]), float(row["vulnerable"]))
    gap = seen and not few and numbers.known(row["gap"])
    return (
        str(row["rank"]),
        spaced(str(known.get(row["part"]) or row["part"])),
        "、".join(services) if lang == "zh" else ", ".join(services),
        book.number(str(row["households"]), name, row, "households")
        if seen
        else compared.fewer(book),
        book.number(str(row["vulnerable"]), name, row, "vulnerable") if seen and not few else "–",
        hours,
        book.number(f"{100 * row['gap']:+.0f}", name, row, "gap") if gap else "–",
        f"{100 * row['gap_low']:+.0f} – {100 * row['gap_high']:+.0f}" if gap else "",
    )


def links(book: Book) -> Section | None:
    """Return the cheapest link that gives the worst-off building a second way."""
    word, name = book.language.word, "space.lifeline_links"
    table = book.rows(name)
    if len(table) == 0:
        return None
    known = dict(
        zip(
            book.community["utilities"]["utility"], book.community["utilities"]["name"], strict=True
        )
    )
    lang = book.language.code
    lines = []
    for row in rows_of(table):
        service = book.community.catalogue.word(str(row["service"]), lang)
        building = book.named.get(str(row["building"]), str(row["building"]))
        ends = [
            str(known.get(row[c]) or book.named.get(str(row[c]), str(row[c])))
            for c in ("source", "target")
        ]
        cost = numbers.money(float(row["cost"]), lang) if numbers.known(row["cost"]) else "?"
        length = f"{row['length']:.0f}" if numbers.known(row["length"]) else "?"
        said = word(f"link_{row['state']}").format(
            service=service, building=building, source=ends[0], target=ends[1],
            before=row["ways_before"], after=row["ways_after"], length=length, cost=cost,
            others=row["served_too"],
        )  # fmt: skip
        lines.append(Note(book.language.set(said)))
    return Section(
        word("kicker_supply_links"),
        word("supply_links_title"),
        tuple(lines),
        word("supply_links_sub"),
    )
