"""Fill the pages of the simulation: one per scenario, and the replay of one run."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from renlin.report import numbers, svg
from renlin.report.book import WHOLE, Book
from renlin.report.cite import number
from renlin.report.maps.themes import Sheet, draw, single
from renlin.report.pages import maps
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Head, Note, Page, Piece, Raw, Section, Table
from renlin.report.pages.comparison import average, clearance, context
from renlin.report.pages.governance import place_name
from renlin.report.palette import BASE
from renlin.report.readings import compared
from renlin.report.readings.places import Atlas, window
from renlin.report.replay import ARRIVED, OUTSIDE, STUCK, Packed, pack
from renlin.report.text import sentences

MOST_LINKS = 8
SIZE = (682.0, 430.0)


def scenarios(book: Book) -> list[Page]:
    """Return one page per scenario that was simulated."""
    return [_scenario(book, code, first=index == 0) for index, code in enumerate(book.scenario_codes)]


def _scenario(book: Book, code: str, *, first: bool) -> Page:
    word = book.language.word
    pieces: list[Piece] = [_levels(book, code)]
    made = compared.compare(book, code)
    if made is not None and not first:
        pieces += average(book, made, word("kicker_compared"))
        curves = clearance(book, made, word("kicker_clearance"))
        pieces += [curves] if curves is not None else []
    pieces += [part for part in (_shelters(book, code), _links(book, code), _reasons(book, code)) if part is not None]
    names = ("simulation.groups", "simulation.clearance", "simulation.shelters", "simulation.links", "simulation.persons")
    return Page(f"run-{code}", word("page_run"), tuple(pieces), foot(book, *names), context(book, code))


def _levels(book: Book, code: str) -> Section:
    """Return the average of the base on its groups: mean, nine in ten, not out."""
    word, lang = book.language.word, book.language.code
    table = book.rows("simulation.groups", scenario=code, scheme=BASE)
    made = table.groupby("display").agg(
        n=("n", "max"), mean_time=("mean_time", "mean"), p90=("p90", "mean"), out=("not_evacuated", "mean")
    )
    groups = {str(d): float(made.loc[d, "n"]) for d in made.index if d not in WHOLE and made.loc[d, "n"] > 0}
    states = book.reader.counts(groups)
    shown = sorted((d for d in groups if states[d] != "few"), key=lambda d: (-float(made.loc[d, "mean_time"]), d))
    whole = book.whole("simulation.groups")
    rows = []
    for display in ("all", *shown, "worst_decile"):
        if display not in made.index:
            continue
        row = made.loc[display]
        n = compared.count_words(book, float(row["n"]), states.get(display, "shown"))
        cells = [numbers.bare_minutes(float(row["mean_time"])), numbers.bare_minutes(float(row["p90"])), f"{float(row['out']):.1f}"]
        rows.append((book.group(display), n, *(number(c, whole) for c in cells)))
    gap = _gap(book, made, shown)
    if gap is not None:
        rows.append((book.group("gap"), "", number(gap, whole), "", ""))
    heads = (
        Head(word("group")), Head(word("persons"), True), Head(word("mean_minutes"), True),
        Head(word("p90_minutes"), True), Head(word("not_out"), True),
    )  # fmt: skip
    mean = numbers.minutes(float(made.loc["all", "mean_time"]), lang) if "all" in made.index else "?"
    title = sentences(book.language).scenario_title((book.group(shown[0]), numbers.minutes(float(made.loc[shown[0], "mean_time"]), lang)), mean) if shown else book.scenario(code)
    horizon = book.community.scenarios[code].horizon if code in book.community.scenarios else 0.0
    note = word("levels_note").format(runs=book.n_seeds, minutes=numbers.quantity(horizon / numbers.MINUTE))
    last = frozenset({len(rows) - 1}) if gap is not None else frozenset()
    made_table = Table(heads, tuple(rows), frozenset({0}), last, note)
    return Section(word("kicker_today"), title, (made_table,), word("levels_sub"))


def _gap(book: Book, made: Any, shown: list[str]) -> str | None:
    reference = book.community.policy.reference
    if reference not in shown or len(shown) < 2:
        return None
    worst = float(made.loc[shown[0], "mean_time"])
    return numbers.bare_minutes(worst - float(made.loc[reference, "mean_time"]))


def _shelters(book: Book, code: str) -> Section | None:
    table = book.rows("simulation.shelters", scenario=code)
    if len(table) == 0:
        return None
    word, lang, name = book.language.word, book.language.code, "simulation.shelters"
    heads = (
        Head(word("facility")), Head(word("scheme")), Head(word("capacity"), True), Head(word("filled_half"), True),
        Head(word("filled_most"), True), Head(word("runs_full"), True),
    )  # fmt: skip
    order = {s: i for i, s in enumerate([BASE, *book.scheme_codes])}
    rows = []
    kept = table[table["scheme"].isin(order)]
    for row in sorted(kept.to_dict("records"), key=lambda r: (str(r["facility"]), order[r["scheme"]])):
        capacity = numbers.count(float(row["capacity"]), lang) if numbers.known(row["capacity"]) else word("unknown")
        rows.append(
            (
                place_name(book, str(row["facility"])), book.scheme(str(row["scheme"])), book.number(capacity, name, row, "capacity"),
                book.number(numbers.count(float(row["p50"]), lang), name, row, "p50"),
                book.number(numbers.count(float(row["p95"]), lang), name, row, "p95"),
                book.number(numbers.percent(float(row["full_share"])), name, row, "full_share"),
            )
        )  # fmt: skip
    rest = max(0, len(rows) - 16)
    note = word("more_rows").format(n=rest) if rest else ""
    return Section(word("kicker_shelters"), word("shelters_title"), (Table(heads, tuple(rows[:16]), note=note),))


def _links(book: Book, code: str) -> Section | None:
    """Return where people queue longest today."""
    table = book.rows("simulation.links", scenario=code, scheme=BASE)
    if len(table) == 0:
        return None
    top = table.sort_values(["queue_s", "link"], ascending=[False, True])
    top = top[top["queue_s"] > 0].head(MOST_LINKS)
    if len(top) == 0:
        return None
    word, lang, name = book.language.word, book.language.code, "simulation.links"
    heads = (
        Head(word("place")), Head(word("passing"), True), Head(word("queue_hours"), True), Head(word("density"), True),
    )  # fmt: skip
    rows = [
        (
            link_name(book, str(row["link"])),
            book.number(numbers.count(float(row["persons"]), lang), name, row, "persons"),
            book.number(numbers.quantity(float(row["queue_s"]) / numbers.MINUTE), name, row, "queue_s"),
            book.number(f"{float(row['max_density']):.1f}", name, row, "max_density"),
        )
        for row in top.drop(columns="geometry", errors="ignore").to_dict("records")
    ]
    return Section(word("kicker_links"), word("links_title"), (Table(heads, tuple(rows), note=word("links_note")),))


def link_name(book: Book, link: str) -> str:
    """Return the name of a link: a stair, a door, a gate, a way in, or a lane."""
    kind, _, rest = link.partition("/")
    place = rest.split("/")[0]
    if kind in ("stair", "hall", "threshold", "approach", "gate", "inside") and place:
        return book.language.word(f"link_{kind}").format(place=place_name(book, place))
    return book.language.word("link_walk").format(place=link.split("/")[0].split("#")[0])


def _reasons(book: Book, code: str) -> Section | None:
    """Return why people did not arrive, by scheme."""
    table = book.rows("simulation.persons", scenario=code)
    if len(table) == 0 or "reason" not in table:
        return None
    late = table[(table["arrived_share"] < 1) & table["reason"].notna() & ~table["reason"].isin(["", "none"])]
    schemes = [s for s in (BASE, *book.scheme_codes) if s in set(table["scheme"])]
    if len(late) == 0:
        return None
    word = book.language.word
    counted = late.groupby(["reason", "scheme"]).size().unstack(fill_value=0)
    heads = (Head(word("reason_not_arrived")), *(Head(book.scheme(s), True) for s in schemes))
    whole = book.whole("simulation.persons")
    rows = []
    for reason in counted.sum(axis=1).sort_values(ascending=False, kind="stable").index:
        cells = [float(counted.loc[reason, s]) if s in counted else 0.0 for s in schemes]
        told = [numbers.count(c, book.language.code) if book.reader.sees(c) else compared.fewer(book) for c in cells]
        rows.append((book.language.said(f"reason_{reason}", str(reason)), *(number(t, whole) for t in told)))
    return Section(word("kicker_reasons"), word("not_arrived_title"), (Table(heads, tuple(rows), note=word("not_arrived_note")),))


def replay_page(book: Book, atlas: Atlas | None) -> Page | None:
    """Return the replay of the run the study names."""
    found = book.find("simulation.replay")
    if found is None:
        return None
    frame = window(book, SIZE)
    packed = pack(_mixed(book, found.table), list(book.groups), frame)
    if packed is None:
        return None
    word = book.language.word
    parameters = found.provenance.parameters
    scheme, scenario = str(parameters.get("scheme", "")), str(parameters.get("scenario", ""))
    say, code = sentences(book.language), book.language.code
    title = say.replay_title(book.scheme(scheme) if scheme else word("replay_run"), book.scenario(scenario) if scenario else "")
    says = say.replay_says(
        word("entities").format(n=numbers.count(packed.n_entities, code)),
        word("entities").format(n=numbers.count(float(packed.counts[ARRIVED].sum()), code)),
        numbers.minutes(packed.still, code),
    )  # fmt: skip
    shapes = atlas.units.shapes if atlas is not None else {}
    fills = {str(u): single("cov", 1) for u in shapes}
    picture = draw(Sheet(book.community, frame, maps.text(book), says), shapes, fills, (), (_still(book, packed), ()))
    html = _replay_html(book, packed, Markup(picture), says)
    note = Note(word("replay_note").format(seed=parameters.get("seed", found.provenance.seeds[0] if found.provenance.seeds else 0)))
    piece = Section(word("kicker_replay"), title, (Raw(html), note), word("replay_sub"))
    return Page("replay", word("page_replay"), (piece,), foot(book, "simulation.replay"))


def _mixed(book: Book, table: Any) -> Any:
    """Return the run in which groups too small to be told apart walk with the reference."""
    sizes = table.drop_duplicates("entity")["display"].value_counts()
    small = [d for d, n in sizes.items() if not book.reader.sees(float(n))]
    if not small:
        return table
    mixed = table["display"].where(~table["display"].isin(small), book.community.policy.reference)
    return table.assign(display=mixed)


def _still(book: Book, packed: Packed) -> str:
    """Return the still picture: who is out of doors at the busiest moment."""
    parts = []
    for group, code in enumerate(packed.groups):
        look = book.group_looks[code]
        own = packed.frame[(packed.frame[:, 2] == group) & ((packed.frame[:, 3] == OUTSIDE) | (packed.frame[:, 3] == STUCK))]
        parts += [svg.marker(look.marker, (float(x), float(y)), 2.6, look.colour) for x, y, _, _ in own]
    return svg.group(parts, css="still")


def _replay_html(book: Book, packed: Packed, picture: Markup, says: str) -> Markup:
    word = book.language.word
    rows = Markup("").join(_count_row(book, packed, code) for code in packed.groups)
    controls = Markup(
        '<div class="replay-bar screen"><button type="button" data-play="{play}" data-pause="{pause}" aria-pressed="false">{play}</button>'
        '<label>{time} <input type="range" min="0" max="1" value="0"></label><output>00:00</output>'
        '<label>{speed} <select><option value="15">15×</option><option value="30" selected>30×</option><option value="60">60×</option><option value="120">120×</option></select></label>'
        '<span class="replay-says" role="status"></span></div>'
    ).format(play=word("play"), pause=word("pause"), time=word("time"), speed=word("speed"))
    table = Markup(
        '<table class="tb counts"><thead><tr><th>{}</th><th class="r">{}</th><th class="r">{}</th><th class="r">{}</th></tr></thead><tbody>{}</tbody></table>'
    ).format(word("group"), word("still_inside"), word("on_the_way"), word("arrived"), rows)
    wide, high = SIZE
    return Markup(
        '<div class="replay" data-still="{still}" aria-label="{says}"><div class="replay-map">{picture}'
        '<canvas data-width="{wide}" data-height="{high}" aria-hidden="true"></canvas></div>{controls}{table}'
        '<script type="application/octet-stream">{data}</script></div>'
    ).format(still=packed.still, says=says, picture=picture, wide=wide, high=high, controls=controls, table=table, data=packed.data)


def _count_row(book: Book, packed: Packed, code: str) -> Markup:
    look, counts = book.group_looks[code], packed.counts.loc[code]
    sign = Markup('<svg width="16" height="14" viewBox="0 0 16 14" aria-hidden="true">{}</svg>').format(
        Markup(svg.marker(look.marker, (8, 7), 4, look.colour))
    )
    told = (int(counts[0]), int(counts[OUTSIDE] + counts[STUCK]), int(counts[ARRIVED]))
    cells = Markup("").join(Markup('<td class="r">{}</td>').format(n) for n in told)
    colour = look.colour.removeprefix("var(").removesuffix(")")
    return Markup('<tr data-marker="{}" data-colour="{}"><th scope="row">{} {}</th>{}</tr>').format(
        look.marker, colour, sign, book.group(code), cells
    )


