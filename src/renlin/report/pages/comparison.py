"""Fill the comparison of schemes: average with its groups, clearance, frontier, who gives."""

from __future__ import annotations

import math

from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cite import number
from renlin.report.figures import clearance as cl
from renlin.report.figures import dumbbells as db
from renlin.report.numbers import MINUTE
from renlin.report.pages import headline
from renlin.report.pages.blocks import Figure, Head, Note, Page, Piece, Side, Table
from renlin.report.pages.frontier import frontier_figure, frontier_words
from renlin.report.palette import BASE
from renlin.report.readings import compared
from renlin.report.readings.compared import Comparison
from renlin.report.text import sentences

GROUPS, CLEARANCE = "simulation.groups", "simulation.clearance"
MOST_CURVES = 5
"""Lines in one panel. Source: visual language §2."""


def comparison(book: Book) -> Page:
    """Return the page of the main scenario."""
    word = book.language.word
    main = book.scenario_codes[0] if book.scenario_codes else ""
    made = compared.compare(book, main) if main else None
    if made is None:
        return Page(
            "comparison", word("page_comparison"), (Note(word("comparison_empty"), empty=True),)
        )
    pieces: list[Piece] = [*average(book, made, word("figure_no").format(n=1))]
    curves = clearance(book, made, word("figure_no").format(n=2))
    pieces += [curves] if curves is not None else []
    found = frontier_figure(book, made, word("figure_no").format(n=3))
    if found is not None:
        pieces.append(Side((found,), tuple(frontier_words(book, made))))
    return Page(
        "comparison", word("page_comparison"), tuple(pieces), foot(book, made), context(book, main)
    )


def context(book: Book, scenario: str) -> str:
    """Return the scenario as it stands in the head line."""
    found = book.community.scenarios.get(scenario)
    told = f"{book.language.word('scenario_short')}{book.scenario(scenario)}"
    return (
        told if found is None else f"{told}{book.language.word('comma')}{numbers.clock(found.hour)}"
    )


def average(book: Book, made: Comparison, kicker: str) -> list[Piece]:
    """Return the standing component of one scenario: figure, gap row, who is left out."""
    word = book.language.word
    rows = compared.rows(book, made)
    looks = [compared.look(book, scheme) for scheme in made.schemes]
    title = book.language.set(title_of(book, made))
    names = tuple(book.scheme(scheme) for scheme in made.schemes)
    heads = tuple(word("against_base").format(scheme=look.letter) for look in looks)
    level = word("interval").format(level=headline.level(book))
    words = db.Words(title, word("minute_unit"), book.scheme(BASE), level, names, heads)
    picture = Markup(db.dumbbells(rows, looks, words))
    figure = Figure(
        kicker,
        title,
        picture,
        book.event_word("average_sub", made.scenario),
        below=gap_row(book, made),
        twin=twin(book, made),
    )
    pieces: list[Piece] = [figure]
    if made.hidden:
        told = word("hidden_groups").format(
            groups=book.language.list([book.group(d) for d in made.hidden]),
            k=book.reader.k_persons,
        )
        pieces.append(Note(told))
    return pieces


def title_of(book: Book, made: Comparison) -> str:
    """Return the finding of the comparison."""
    parts = []
    for scheme in made.schemes:
        case, group = compared.case(made, scheme)
        parts.append((book.scheme(scheme), case, book.group(group) if group else ""))
    return str(sentences(book.language).comparison_title(parts))


def gap_row(book: Book, made: Comparison) -> Markup:
    """Return the gap under every average: today and under each scheme, with interval."""
    word = book.language.word
    if not made.has(BASE, "gap"):
        return gap_few(book) if made.hidden else Markup("")
    base = _gap_level(book, made, BASE)
    told = Markup("<b>{}</b><span>{}</span><span>{} {} {}</span>").format(
        word("group_gap"), gap_says(book, made), book.scheme(BASE), base, word("minute_short")
    )
    for scheme in made.schemes:
        told += _gap_of(book, made, scheme)
    return Markup('<div class="gaprow">{}</div>').format(told)


def gap_few(book: Book) -> Markup:
    """Say that the gap is left out since it would tell the figure of a few."""
    told = book.language.word("gap_few").format(k=book.reader.k_persons)
    return Markup('<div class="gaprow"><b>{}</b><span>{}</span></div>').format(
        book.language.word("group_gap"), told
    )


def _gap_level(book: Book, made: Comparison, scheme: str) -> Markup:
    column = "base" if scheme == BASE else "value"
    words = numbers.bare_minutes(made.level(scheme, "gap"))
    cited = number(words, compared.cite(book, made, scheme, "gap", column))
    return Markup("<b>{}</b>").format(cited)


def _gap_of(book: Book, made: Comparison, scheme: str) -> Markup:
    """Return the gap under one scheme: level, by how much it moved, interval."""
    word, cell = book.language.word, made.cell(scheme, "gap")
    moved = {"slower": "gap_wider", "faster": "gap_narrower"}.get(
        str(cell["verdict"]), "gap_undecided"
    )
    span = numbers.plain_span(float(cell["low"]), float(cell["high"]), book.language.code)
    change = word(moved).format(
        amount=numbers.size(float(cell["difference"])), span=span.replace("–", word("to"))
    )
    return Markup('<span style="color:{}">{} {} {}{}</span>').format(
        compared.look(book, scheme).colour,
        book.scheme(scheme),
        _gap_level(book, made, scheme),
        word("minute_short"),
        change,
    )


def gap_says(book: Book, made: Comparison) -> str:
    """Return between whom the gap is taken, in the words the figures bear out."""
    levels = {d: made.level(BASE, d) for d in book.groups if made.has(BASE, d)}
    known = {d: level for d, level in levels.items() if math.isfinite(level)}
    gap, reference = made.level(BASE, "gap"), book.community.policy.reference
    if not known:
        return book.language.word("gap_vulnerable")
    most = max(known.values())
    if reference in known and math.isclose(most - known[reference], gap, abs_tol=1.0):
        return book.language.word("gap_to_reference").format(reference=book.group(reference))
    if math.isclose(most - min(known.values()), gap, abs_tol=1.0):
        return book.language.word("gap_to_fastest")
    return book.language.word("gap_vulnerable")


def twin(book: Book, made: Comparison) -> Table:
    """Return the same numbers as a table, all schemes."""
    word = book.language.word
    heads = [Head(word("group")), Head(word("persons"), True), Head(book.scheme(BASE), True)]
    for scheme in made.ran:
        heads += [
            Head(book.scheme(scheme), True),
            Head(word("change_head"), True),
            Head(word("interval_head"), True),
        ]
    listed = [d for d in ("all", *made.shown, "worst_decile", "gap") if made.has(BASE, d)]
    rows = tuple(_twin_row(book, made, display) for display in listed)
    last = frozenset({len(rows) - 1})
    return Table(tuple(heads), rows, frozenset({0}), last, word("minutes_table"))


def _twin_row(book: Book, made: Comparison, display: str) -> tuple[str | Markup, ...]:
    code = book.language.code
    base = numbers.bare_minutes(made.level(BASE, display))
    row: list[str | Markup] = [book.group(display), made.counts.get(display, "")]
    row.append(number(base, compared.cite(book, made, BASE, display, "base")))
    for scheme in made.ran:
        if not made.has(scheme, display):
            row += ["–", "–", "–"]
            continue
        cell = made.cell(scheme, display)
        level = numbers.bare_minutes(float(cell["value"]))
        change = numbers.change(float(cell["difference"]), str(cell["verdict"]), code)
        row += [
            number(level, compared.cite(book, made, scheme, display, "value")),
            number(change, compared.cite(book, made, scheme, display, "difference")),
            numbers.span(float(cell["low"]), float(cell["high"]), code),
        ]
    return tuple(row)


def clearance(book: Book, made: Comparison, kicker: str) -> Figure | None:
    """Return the clearance curves of the base and the schemes shown, None without any."""
    table = book.rows(CLEARANCE, scenario=made.scenario)
    chosen = curve_groups(book, made)
    if len(table) == 0 or not chosen:
        return None
    shown = [BASE, *made.schemes]
    panels = []
    for scheme in shown:
        part = table[table["scheme"] == scheme]
        curves = [
            _curve(book, made, part, scheme, d) for d in chosen if (part["display"] == d).any()
        ]
        panels.append(cl.Panel(book.scheme(scheme), tuple(curves)))
    title = book.language.set(clearance_title(book, made, shown, chosen))
    word = book.language.word
    looks = [book.group_looks[d] for d in chosen]
    names = tuple(book.group(d) for d in chosen)
    left = book.event_word("left_head", made.scenario)
    words = cl.Words(title, names, word("minute_short"), left)
    note = book.event_word("clearance_note", made.scenario).format(runs=book.n_runs[made.scenario])
    if cl.has_marks(panels):
        note += book.event_word("clearance_marks", made.scenario)
    return Figure(kicker, title, Markup(cl.clearance(panels, looks, words)), note=note)


def curve_groups(book: Book, made: Comparison) -> list[str]:
    """Return the groups to draw: the reference, then the slowest, in catalogue order."""
    reference = book.community.policy.reference
    slowest = [d for d in made.shown if d != reference][: MOST_CURVES - 1]
    chosen = {reference, *slowest} & set(made.shown)
    return [d for d in book.groups if d in chosen]


def _curve(book: Book, made: Comparison, part: object, scheme: str, display: str) -> cl.Curve:
    own = part[part["display"] == display].sort_values("minute")  # type: ignore[index]
    n = left_behind(book, made.scenario, scheme, display)
    told = numbers.count(n, book.language.code) if n >= 0.5 else ""
    key = {
        "scheme": scheme,
        "scenario": made.scenario,
        "display": display,
        "minute": own["minute"].iloc[-1],
    }
    columns = (tuple(float(v) for v in own[c]) for c in ("minute", "share", "low", "high"))
    minute, share, low, high = columns
    return cl.Curve(
        book.group_looks[display],
        minute,
        share,
        low,
        high,
        told,
        book.cite(CLEARANCE, key, "share"),
    )


def left_behind(book: Book, scenario: str, scheme: str, display: str) -> float:
    """Return how many of a group are not out at the end, mean over the runs."""
    rows = book.rows(GROUPS, scenario=scenario, scheme=scheme, display=display)
    return float(rows["not_evacuated"].mean()) if len(rows) else 0.0


def clearance_title(book: Book, made: Comparison, shown: list[str], chosen: list[str]) -> str:
    """Return of which group the greatest share is left at the end, and under which scheme."""
    say, rescue = sentences(book.language), book.is_rescue(made.scenario)
    minutes = round(book.community.scenarios[made.scenario].horizon / MINUTE)
    found = [_left_share(book, made, s, d) for s in shown for d in chosen]
    share, n, scheme, display = max(found, key=lambda item: (item[0], item[2] == BASE, item[1]))
    if n < 0.5:
        return str(say.clearance_title_none(minutes, rescue=rescue))
    group = (made.counts.get(display, ""), book.group(display))
    told = (numbers.count(n, book.language.code), numbers.percent(share))
    return str(say.clearance_title(book.scheme(scheme), group, told, minutes, rescue=rescue))


def _left_share(
    book: Book, made: Comparison, scheme: str, display: str
) -> tuple[float, float, str, str]:
    n = left_behind(book, made.scenario, scheme, display)
    size = float(made.cell(scheme, display)["n"]) if made.has(scheme, display) else 0.0
    return (n / size if size else 0.0, n, scheme, display)


def _full_name(book: Book, scheme: str) -> str:
    """Return a scheme's letter and name, the letter once."""
    short, name = book.scheme(scheme), book.scheme_name(scheme)
    return name if name.startswith(short) else f"{short} = {name}"


def foot(book: Book, made: Comparison) -> Markup:
    """Return findings, runs, people and method in the foot."""
    word = book.language.word
    ids = book.language.list(book.ids(compared.NAME, GROUPS, CLEARANCE, "study.paradox"))
    n = made.counts.get("all", "")
    runs = book.n_runs[made.scenario]
    told = word("comparison_foot").format(ids=ids, runs=runs, last=runs - 1, n=n)
    schemes = " · ".join(_full_name(book, scheme) for scheme in made.schemes)
    date = word("data_until").format(date=book.community.settings.survey_date)
    level = word("interval_method").format(level=headline.level(book))
    return Markup("<b>{}</b> {}<br>{} · {} · {}").format(
        word("sources"), told, schemes, level, date
    )
