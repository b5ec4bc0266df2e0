"""Fill the page of sites: where to open next, efficiency first and equity first side by side."""

from __future__ import annotations

from markupsafe import Markup

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.figures import frontier as fr
from renlin.report.numbers import MINUTE
from renlin.report.pages.atlas import foot
from renlin.report.pages.blocks import (
    NOTHING,
    Figure,
    Head,
    Note,
    Page,
    Piece,
    Section,
    Side,
    Table,
    Words,
)
from renlin.report.palette import Look
from renlin.report.readings import compared, naming
from renlin.report.tables import Row, rows_of

PLANS, CHANGES, SITES = "space.siting", "space.siting_changes", "space.siting_sites"
EFFICIENCY, EQUITY, TODAY = "p-median", "floor", "today"
LOOKS = {
    TODAY: Look("var(--sch-base)", "ring"),
    EFFICIENCY: Look("var(--sch-a)", "square"),
    EQUITY: Look("var(--sch-b)", "diamond"),
}
BOTH = Look("var(--ink-2)", "triangle")
OTHER = Look("var(--ink-3)", "disc")
ORDER = (TODAY, EFFICIENCY, EQUITY)
TOGETHER = 0.1
"""Plans whose mean and worst group differ by less, s, are one spot."""


def sites(book: Book) -> Page | None:
    """Return the plans of every service, who gains and who loses, and every ground."""
    plans = rows_of(book.rows(PLANS))
    if not plans:
        return None
    pieces: list[Piece] = []
    for service in dict.fromkeys(str(row["service"]) for row in plans):
        pieces += _service(book, service, [row for row in plans if row["service"] == service])
    return Page("sites", book.language.word("page_sites"), tuple(pieces),
                foot(book, PLANS, CHANGES, SITES))  # fmt: skip


def _service(book: Book, service: str, plans: list[Row]) -> list[Piece]:
    word = book.language.word
    kind = book.language.name(book.community.catalogue.facilities[service])
    kicker = word("kicker_sites").format(kind=kind)
    lists = _lists(book, plans)
    if lists is None:
        return [Section(kicker, word("sites_none"), (Note(_why_none(book, plans), empty=True),))]
    picture = _figure(book, plans)
    table = Section(kicker, _title(book, plans), (lists,), word("sites_sub"))
    gains, grounds = _gains(book, service), _grounds(book, service)
    beside: Piece = grounds if picture is None else Side((picture,), (grounds,), even=True)
    return [table, beside, gains]


def _title(book: Book, plans: list[Row]) -> str:
    """Say what the first step does, and whether both lists open the same."""
    word = book.language.word
    start = next((row for row in plans if row["model"] == TODAY), None)
    steps = sorted((r for r in plans if r["model"] == EQUITY and _there(r)), key=_more)
    if not steps:
        return word("sites_title_no_floor")
    pairs = [(row, _like(plans, EFFICIENCY, row)) for row in steps]
    same = all(_sites_of(a) == _sites_of(b) for a, b in pairs)
    after = _persons(book, float(steps[0]["uncovered_persons"]))
    named = "sites_title_new" if start is None else "sites_title"
    before = "" if start is None else _persons(book, float(start["uncovered_persons"]))
    told = word(named).format(n=_more(steps[0]), before=before, after=after)
    return told + word("sites_same" if same else "sites_differ")


def _lists(book: Book, plans: list[Row]) -> Table | None:
    """Return both lists step by step; None where no plan could be made."""
    listed = [row for row in plans if row["model"] in (EFFICIENCY, EQUITY)]
    steps = sorted({_more(row) for row in listed if _there(row)})
    if not steps:
        return None
    word = book.language.word
    heads = (
        Head(word("sites_step"), wide="58px"),
        Head(word("sites_list"), wide="92px"),
        Head(word("sites_open")),
        Head(word("mean_minutes"), True, "62px"),
        Head(word("sites_worst"), wide="118px"),
        Head(word("sites_uncovered"), True, "64px"),
        Head(word("sites_price"), True, "72px"),
        Head(word("sites_proof"), wide="86px"),
    )
    shown: list[tuple[Row, tuple[str, ...]]] = [
        (row, (TODAY,)) for row in plans if row["model"] == TODAY
    ]
    for step in steps:
        here = sorted((row for row in listed if _more(row) == step), key=_rank)
        if len({str(row["sites"]) for row in here}) == 1:
            shown.append((here[0], (EFFICIENCY, EQUITY)))
        else:
            shown += [(row, (str(row["model"]),)) for row in here]
    rows = tuple(_plan(book, plans, row, models) for row, models in shown)
    return Table(heads, rows, note=word("sites_note"))


def _plan(book: Book, plans: list[Row], row: Row, models: tuple[str, ...]) -> tuple[Words, ...]:
    """Return one plan as a row; ``models`` are the lists that open it."""
    word, code = book.language.word, book.language.code
    listed = word("sites_both") if len(models) > 1 else _listed(book, models[0])
    step = word("sites_today") if row["model"] == TODAY else word("sites_more").format(n=_more(row))
    if not _there(row):
        return (step, listed, word("sites_infeasible"), *[NOTHING] * 5)

    def told(words: str, column: str) -> Words:
        return book.number(words, PLANS, row, column)

    start = next((set(_sites_of(r)) for r in plans if r["model"] == TODAY), set())
    new = [naming.place_name(book, _ground(name)) for name in _sites_of(row) if name not in start]
    slow = numbers.bare_minutes(float(row["worst_group_mean"]))
    worst = f"{book.group(str(row['worst_group']))} {slow}"
    price = row["price"]
    money = numbers.money(float(price), code) if numbers.known(price) else word("unknown")
    return (
        step, listed, book.language.list(new) if new else NOTHING,
        told(numbers.bare_minutes(float(row["mean"])), "mean"), told(worst, "worst_group_mean"),
        told(_persons(book, float(row["uncovered_persons"])), "uncovered_persons"),
        NOTHING if row["model"] == TODAY else told(money, "price"), _proof(book, row),
    )  # fmt: skip


def _proof(book: Book, row: Row) -> str:
    word = book.language.word
    if row["model"] == TODAY:
        return NOTHING
    if row["status"] == "optimal":
        return word("sites_optimal")
    return word("sites_bound").format(gap=numbers.percent(float(row["gap"])))


def _figure(book: Book, plans: list[Row]) -> Figure | None:
    """Return the frontier: mean against worst group, one spot per different plan."""
    word = book.language.word
    at: dict[tuple[int, int], list[Row]] = {}
    for row in sorted((r for r in plans if _there(r)), key=lambda r: (_rank(r), _more(r))):
        levels = (float(row["mean"]), float(row["worst_group_mean"]))
        at.setdefault((round(levels[0] / TOGETHER), round(levels[1] / TOGETHER)), []).append(row)
    spots = [_spot(book, rows) for rows in at.values()]
    if len(spots) < 2:
        return None
    best = min(spot.worst[0] for spot in spots)
    epsilon = book.community.policy.epsilon
    floor = word("floor_label").format(
        minutes=numbers.tenth(best * (1 + epsilon)), epsilon=numbers.percent(epsilon)
    )
    title = word("sites_frontier")
    words = fr.Words(title, word("frontier_across"), word("frontier_up"), floor)
    picture = Markup(fr.frontier(spots, best * (1 + epsilon), words))
    return Figure(word("kicker_sites_frontier"), title, picture, note=word("sites_frontier_note"))


def _spot(book: Book, rows: list[Row]) -> fr.Spot:
    """Return the spot of plans that come to the same mean and worst group."""
    word, row = book.language.word, rows[0]
    models = {str(one["model"]) for one in rows if one["model"] in ORDER}
    look, name = LOOKS.get(str(row["model"]), OTHER), _listed(book, str(row["model"]))
    if TODAY in models:
        name = word("sites_today")
    elif models == {EFFICIENCY, EQUITY}:
        look, name = BOTH, word("sites_spot_both").format(n=_more(row))
    else:
        name = word("sites_spot").format(list=name, n=_more(row))
    none = (float("nan"), float("nan"))
    mean, worst = (float(row[c]) / MINUTE for c in ("mean", "worst_group_mean"))
    cite = book.cite(PLANS, row, "worst_group_mean")
    return fr.Spot(look, name, (mean, *none), (worst, *none), cite, base=TODAY in models)


def _gains(book: Book, service: str) -> Section:
    """Return who gains and who loses at each step of the equity list, by group."""
    word = book.language.word
    steps = [row for row in rows_of(book.rows(CHANGES, service=service))
             if str(row["plan"]).startswith(f"{EQUITY}+")]  # fmt: skip
    plans = list(dict.fromkeys(str(row["plan"]) for row in steps))
    sizes = {str(row["group"]): float(row["persons"]) for row in steps}
    groups = [group for group in ("all", *book.groups) if group in sizes]
    shown = book.reader.counts({group: sizes[group] for group in groups if group != "all"})
    heads = [Head("", wide="118px"), *(Head(book.group(group), True) for group in groups)]
    rows: list[tuple[Words, ...]] = []
    parts = set()
    for plan in plans:
        own = {str(row["group"]): row for row in steps if row["plan"] == plan}
        parts.add(len(rows))
        head = word("sites_more").format(n=plan.rpartition("+")[2])
        rows.append((head, *[""] * len(groups)))
        for column in ("newly_reached", "nearer", "farther", "mean_change"):
            cells = (_gain(book, own[g], column, hidden=shown.get(g) == "few") for g in groups)
            rows.append((word(f"sites_{column}"), *cells))
    made = Table(
        tuple(heads), tuple(rows), parts=frozenset(parts), note=word("sites_gains_note"),
        css="dense even",
    )  # fmt: skip
    return Section(word("kicker_sites_gains"), word("sites_gains"), (made,))


def _gain(book: Book, row: Row, column: str, *, hidden: bool) -> Words:
    """Return what a step does to one group: persons, or the change of its mean."""
    value = row[column]
    if hidden:
        return compared.few(book)
    if not numbers.known(value):
        return NOTHING
    words = _persons(book, float(value))
    if column == "mean_change":
        verdict = "" if value == 0 else "faster" if value < 0 else "slower"
        words = numbers.change(float(value), verdict, book.language.code)
    return book.number(words, CHANGES, row, column)


def _grounds(book: Book, service: str) -> Section:
    """Return every ground: what it holds, costs and alone would bring; or why it is none."""
    word = book.language.word
    heads = (
        Head(word("place")),
        Head(word("sites_room"), True),
        Head(word("sites_price"), True),
        Head(word("sites_alone"), True),
        Head(word("sites_alone_vulnerable"), True),
        Head(word("sites_when")),
    )
    listed = rows_of(book.rows(SITES, service=service))
    listed.sort(key=lambda row: (not row["candidate"], str(row["site"])))
    rows = tuple(_ground_row(book, row) for row in listed)
    made = Table(heads, rows, note=word("sites_grounds_note"), css="dense")
    return Section(word("kicker_sites_grounds"), word("sites_grounds"), (made,))


def _ground_row(book: Book, row: Row) -> tuple[Words, ...]:
    word, code = book.language.word, book.language.code
    place = naming.place_name(book, _ground(str(row["site"])))
    if not row["candidate"]:
        return (place, *[NOTHING] * 4, book.language.set(str(row[f"reason_{code}"])))
    room, price = row["room"], row["price"]
    amount = (
        numbers.count(float(room), code) if numbers.known(room) else NOTHING,
        numbers.money(float(price), code) if numbers.known(price) else word("unknown"),
    )
    gained = tuple(
        book.number(_persons(book, float(row[c])), SITES, row, c)
        for c in ("newly_covered", "newly_vulnerable")
    )
    steps = [
        word(f"sites_at_{list_}").format(n=int(row[f"{list_}_step"]))
        for list_ in ("efficiency", "equity")
        if numbers.known(row[f"{list_}_step"])
    ]
    return (place, *amount, *gained, book.language.list(steps) if steps else NOTHING)


def _listed(book: Book, model: str) -> str:
    return book.language.word(f"sites_{model.replace('-', '_')}")


def _why_none(book: Book, plans: list[Row]) -> str:
    told = next((str(row["infeasible"]) for row in plans if row["infeasible"]), "")
    return book.language.set(told) if told else book.language.word("sites_none")


def _there(row: Row) -> bool:
    return bool(numbers.known(row["mean"]))


def _more(row: Row) -> int:
    return int(row["more"])


def _rank(row: Row) -> int:
    return ORDER.index(str(row["model"])) if row["model"] in ORDER else len(ORDER)


def _like(plans: list[Row], model: str, row: Row) -> Row:
    return next(r for r in plans if r["model"] == model and _more(r) == _more(row))


def _sites_of(row: Row) -> list[str]:
    return [name for name in str(row["sites"]).split("、") if name]


def _ground(site: str) -> str:
    """Return the space a new site stands on, else the facility itself."""
    return site.removeprefix("site-")


def _persons(book: Book, n: float) -> str:
    return numbers.count(n, book.language.code) if book.reader.sees(n) else compared.few(book)
