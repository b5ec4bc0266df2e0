"""Fill the page on parameters nobody measured: whether the order of schemes stands."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.cite import number
from renlin.report.figures.stacks import Part, Stack, stacks
from renlin.report.figures.whiskers import Whisker, whiskers
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import Figure, Page, Piece, Section, Table, table
from renlin.report.palette import BASE
from renlin.report.readings.parameters import figure_of, parameter_name, source_name
from renlin.report.tables import Row, rows_of
from renlin.report.text import sentences

ORDER, PARADOX, INFLUENCE = "study.rank_stability", "study.paradox_stability", "study.influence"
DRAWS, TABLE = "study.uncertainty_draws", "study.parameter_draws"
MEASURES = ("all", "worst_group", "worst_decile", "gap", "not_evacuated")
TITLED = ("all", "worst_group")
"""Measures that titles and drivers are told for: the average never without the slowest."""
SHOWN_PLACES = 3
MOST_DRIVERS = 4
MOST_NAMED = 2
"""Parameters named in a title."""
UNDECIDED = "undecided"


def uncertainty(book: Book) -> list[Page]:
    """Return two pages per scenario of the outer loop; none where it was not run."""
    order = book.find(ORDER)
    if order is None:
        return []
    ran = list(dict.fromkeys(order.table["scenario"]))
    first = [code for code in book.scenario_codes if code in ran]
    codes = [*first, *(c for c in ran if c not in first)]
    return [page for code in codes for page in (_places_page(book, code), _causes_page(book, code))]


def _places_page(book: Book, scenario: str) -> Page:
    """Return whether the order of the schemes and the paradox stand."""
    rows = book.rows(ORDER, scenario=scenario)
    pieces: tuple[Piece, ...] = (_order(book, rows), _paradox(book, scenario))
    word = book.language.word("page_uncertainty")
    at_foot = foot(book, ORDER, PARADOX, DRAWS)
    return Page(f"uncertainty-{scenario}", word, pieces, at_foot, book.scenario(scenario))


def _causes_page(book: Book, scenario: str) -> Page:
    """Return what differences vary by, and which parameters drive them."""
    rows = book.rows(ORDER, scenario=scenario)
    pieces: tuple[Piece, ...] = (_split(book, rows), *_drivers(book, scenario, rows))
    word = book.language.word("page_drivers")
    at_foot = foot(book, ORDER, INFLUENCE, TABLE)
    return Page(f"drivers-{scenario}", word, pieces, at_foot, book.scenario(scenario))


def _schemes(book: Book, rows: pd.DataFrame) -> list[str]:
    """Return the schemes, the base first, then as the report has them."""
    ran = set(rows["scheme"])
    known = [code for code in (BASE, *book.scheme_codes) if code in ran]
    return list(dict.fromkeys([*known, *sorted(ran)]))


def _cells(rows: pd.DataFrame) -> dict[tuple[str, str], Row]:
    return {(str(row["measure"]), str(row["scheme"])): row for row in rows_of(rows)}


def _order(book: Book, rows: pd.DataFrame) -> Figure:
    """Return in how many draws each scheme takes each place, measure by measure."""
    word, schemes, cells = book.language.word, _schemes(book, rows), _cells(rows)
    places = range(1, len(schemes) + 1)
    drawn, first = [], cells["all", schemes[0]]
    for measure in MEASURES:
        own = [cells[measure, code] for code in schemes]
        if _apart(own):
            drawn += [_agreed(book, measure, own[0]), *(_places(book, row, places) for row in own)]
        else:
            drawn.append(_alike(book, measure, "order_same"))
    keys = [word(f"order_place_{n}") for n in places if n <= SHOWN_PLACES]
    listed = [[cells[measure, code] for code in schemes] for measure in TITLED]
    title = _order_title(book, listed)
    provenance = book.results[ORDER].provenance.parameters
    note = word("order_note").format(
        n=len(provenance["varied"]), draws=first["n_draws"], seeds=first["n_seeds"]
    )
    if provenance["one_sided"]:
        edge = word("order_one_sided").format(n=len(provenance["one_sided"]))
        note = book.language.either(f"{note}{edge}", f"{note} {edge}")
    picture = Markup(stacks(drawn, keys, title))
    stated = sentences(book.language).order_stated(*(_stated(book, own) for own in listed))
    return Figure(word("kicker_order"), title, picture, sub=stated, note=note)


def _apart(rows: list[Row]) -> bool:
    """Return whether any draw tells any two schemes apart."""
    return numbers.known(rows[0]["kendall_w"])


def _agreed(book: Book, measure: str, row: Row) -> Stack:
    """Return the head of a measure with how far the draws agree."""
    agreed, source = f"W = {row['kendall_w']:.2f}", book.cite(ORDER, row, "kendall_w")
    return Stack(book.language.word(f"order_{measure}"), after=agreed, head=True, cite=source)


def _alike(book: Book, measure: str, why: str) -> Stack:
    """Return the head of a measure that tells nothing, with the reason."""
    word = book.language.word
    return Stack(word(f"order_{measure}"), after=word(why), head=True)


def _places(book: Book, row: Row, places: range) -> Stack:
    counts = [(n, int(row[f"rank_{n}"])) for n in places]
    parts = tuple(
        Part(count, str(count), book.cite(ORDER, row, f"rank_{n}")) for n, count in counts
    )
    after = book.language.word("order_first").format(n=counts[0][1], draws=row["n_draws"])
    cite = book.cite(ORDER, row, "rank_1")
    return Stack(book.scheme(str(row["scheme"])), parts, after, cite=cite)


def _order_title(book: Book, listed: list[list[Row]]) -> str:
    """Return the sentence about who is first most often, on average and for the slowest."""
    n_draws = int(listed[0][0]["n_draws"])
    told = [_leading(book, rows) for rows in listed]
    return str(sentences(book.language).order_title(n_draws, *told))


def _leading(book: Book, rows: list[Row]) -> tuple[str, ...]:
    """Return the scheme, or schemes, first most often and how often; () when all are alike."""
    if not _apart(rows):
        return ()
    best = max(rows, key=lambda row: (row["rank_1"], -row["mean_rank"]))
    alike = ("rank_1", "mean_rank")
    leading = [row for row in rows if all(row[name] == best[name] for name in alike)]
    names = [book.scheme(str(row["scheme"])) for row in leading]
    return book.language.list(names), str(best["rank_1"])


def _stated(book: Book, rows: list[Row]) -> str:
    """Return who is first with the catalogue as it stands."""
    first = [book.scheme(str(row["scheme"])) for row in rows if row["stated_rank"] == 1]
    return book.language.list(first)


def _split(book: Book, rows: pd.DataFrame) -> Figure:
    """Return how far each difference to today varies by luck, and how far by ignorance."""
    word, cells = book.language.word, _cells(rows)
    schemes = [code for code in _schemes(book, rows) if code != BASE]
    drawn = []
    for measure in MEASURES:
        own = [cells[measure, code] for code in schemes]
        if any(numbers.known(row["epistemic_share"]) for row in own):
            drawn.append(Stack(word(f"order_{measure}"), head=True))
            drawn += [_causes(book, row) for row in own]
        else:
            drawn.append(_alike(book, measure, "split_none"))
    keys = [word("split_parameters"), word("split_luck")]
    title = word("split_title")
    picture = Markup(stacks(drawn, keys, title))
    return Figure(word("kicker_split"), title, picture, note=word("split_note"))


def _causes(book: Book, row: Row) -> Stack:
    word, share = book.language.word, row["epistemic_share"]
    known = numbers.known(share)
    cite = book.cite(ORDER, row, "epistemic_share")
    parts = (
        (Part(float(share), numbers.percent(float(share)), cite),
         Part(1.0 - float(share), numbers.percent(1.0 - float(share)), cite))
        if known
        else ()
    )  # fmt: skip
    verdict = word(str(row["verdict"]))
    held = f"{verdict} · {word('split_holds')} {row['holds']} / {row['n_draws']}"
    after = held if known else f"{word('split_none')} · {held}"
    return Stack(book.scheme(str(row["scheme"])), parts, after, cite=book.cite(ORDER, row, "holds"))


def _drivers(book: Book, scenario: str, rows: pd.DataFrame) -> list[Piece]:
    """Return what the difference of the two leading schemes hangs on, and the sources."""
    pair = _compared(book, rows)
    made: list[Piece] = []
    told: dict[str, Row] = {}
    for measure in TITLED:
        found = book.rows(INFLUENCE, scenario=scenario, measure=measure)
        own = found[(found["scheme"] == pair[0]) & (found["against"] == pair[1])]
        listed = _strongest(own)
        if listed:
            made.append(
                _whiskers(book, measure, listed, (book.scheme(pair[0]), book.scheme(pair[1])))
            )
            told |= {str(row["parameter"]): row for row in listed}
    if not made:
        return []
    partial = any(row["method"] == "partial_rank" for row in told.values())
    note = book.language.word("drivers_partial" if partial else "drivers_plain")
    return [*made, _sources(book, list(told.values()), note)]


def _strongest(pair: pd.DataFrame) -> list[Row]:
    """Return the parameters to show: the decided ones first, each by its strength."""
    known = pair[pair["coefficient"].notna()]
    ordered = known.assign(
        decided=known["state"] != UNDECIDED, strength=known["coefficient"].abs()
    ).sort_values(["decided", "strength", "parameter"], ascending=[False, False, True])
    return rows_of(ordered.head(MOST_DRIVERS))


def _compared(book: Book, rows: pd.DataFrame) -> tuple[str, str]:
    """Return the two schemes to compare: two of the plans, else the plan and today.

    Their order is that of the finding, which takes the later less the earlier one.
    """
    found = book.rows(INFLUENCE, scenario=rows["scenario"].iloc[0], measure="all")
    pairs = list(dict.fromkeys(zip(found["scheme"], found["against"], strict=True)))
    ranks = rows[rows["measure"] == "all"].set_index("scheme")["mean_rank"]
    plans = [pair for pair in pairs if BASE not in pair] or pairs
    if not plans:
        return "", ""
    first, second = min(plans, key=lambda pair: (ranks[pair[0]] + ranks[pair[1]], pair))
    return str(first), str(second)


def _whiskers(book: Book, measure: str, listed: list[Row], names: tuple[str, str]) -> Figure:
    word = book.language.word
    surely = [row for row in listed if row["state"] != UNDECIDED]
    named = [parameter_name(book, str(row["parameter"])) for row in surely[:MOST_NAMED]]
    said = sentences(book.language).drivers_title
    title = str(said(word(f"order_{measure}"), *names, named))
    level = numbers.percent(book.community.policy.confidence)
    note = word("drivers_note").format(level=level, first=names[0], second=names[1])
    picture = Markup(whiskers([_whisker(book, row) for row in listed], title))
    note = book.language.set(note) if measure == TITLED[0] else ""
    return Figure(word("kicker_drivers"), title, picture, note=note)


def _whisker(book: Book, row: Row) -> Whisker:
    decided = row["state"] != UNDECIDED
    told = f"{row['coefficient']:+.2f}".replace("-", numbers.MINUS)
    return Whisker(
        parameter_name(book, str(row["parameter"])),
        float(row["coefficient"]),
        float(row["coefficient_low"]),
        float(row["coefficient_high"]),
        decided,
        told if decided else f"{told} {book.language.word(UNDECIDED)}",
        book.cite(INFLUENCE, row, "coefficient"),
    )


def _sources(book: Book, listed: list[Row], note: str) -> Table:
    """Return where the values of the drivers come from."""
    word = book.language.word
    heads = [
        (word("drivers_parameter"), False), (word("drivers_value"), True),
        (word("drivers_range"), True), (word("drivers_source"), False),
    ]  # fmt: skip
    made = []
    for row in listed:
        unit, located = str(row["unit"]), row["kind"] == "location"
        value = f"{figure_of(float(row['value']))} {unit}"
        span = f"{figure_of(float(row['low']))}–{figure_of(float(row['high']))}"
        where = book.language.either("", " ") + word("drivers_location")
        made.append(
            (
                parameter_name(book, str(row["parameter"])) + (where if located else ""),
                book.number(value, INFLUENCE, row, "value"),
                book.number(span, INFLUENCE, row, "low"),
                source_name(book, str(row["source"])),
            )
        )
    return table(heads, made, note=note)


def _paradox(book: Book, scenario: str) -> Section:
    """Return in how many draws the paradox is flagged."""
    word, rows = book.language.word, rows_of(book.rows(PARADOX, scenario=scenario))
    answers = ("flagged", "undecided", "not_found")
    heads = [(word("scheme"), False), (word("paradox_draws_stated"), False)]
    heads += [(word(f"paradox_draws_{answer}"), True) for answer in answers]
    made = [
        (
            book.scheme(str(row["scheme"])),
            word(f"paradox_draws_{row['verdict']}"),
            *(book.number(str(row[answer]), PARADOX, row, answer) for answer in answers),
        )
        for row in rows
    ]
    most = max(rows, key=lambda row: (row["flagged"], str(row["scheme"])))
    title = sentences(book.language).paradox_draws_title(
        book.scheme(str(most["scheme"])), int(most["flagged"]), int(most["n_draws"])
    )
    shown = table(heads, made, note=word("paradox_draws_note"))
    return Section(word("kicker_paradox_draws"), number(title, None), (shown,))
