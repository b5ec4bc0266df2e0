"""Fill the frontier: which schemes keep the fair floor, which cannot be told apart."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from renlin.equity.intervals import paired_t
from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.figures import frontier as fr
from renlin.report.numbers import MINUTE
from renlin.report.pages.blocks import Figure, Head, Table, Text
from renlin.report.palette import BASE
from renlin.report.readings import compared, dual
from renlin.report.readings.compared import Comparison
from renlin.report.text import sentences

GROUPS = "simulation.groups"


@dataclass(frozen=True)
class Frontier:
    """What the rule sees of the schemes: levels in seconds, the floor, who keeps it.

    Attributes
    ----------
    mean, worst
        Scheme -> (level, low, high) of the average and of the group worst off there.
    best, floor
        Scheme with the best worst group, and the greatest worst level within ε.
    passed
        Schemes within the floor, smallest average first.
    tied
        Those whose average cannot be told from that of the first.
    """

    mean: dict[str, tuple[float, float, float]]
    worst: dict[str, tuple[float, float, float]]
    best: str
    floor: float
    passed: tuple[str, ...]
    tied: tuple[str, ...]


def front(book: Book, made: Comparison) -> Frontier | None:
    """Return the frontier of all schemes of a scenario, None with fewer than two."""
    schemes = made.ran
    if len(schemes) < 2:
        return None
    mean, worst = {}, {}
    for scheme in (BASE, *schemes):
        group = compared.worst_group(made, scheme)
        if group is None:
            return None
        mean[scheme] = _level(made, scheme, "all")
        worst[scheme] = _level(made, scheme, group)
    best = min(schemes, key=lambda s: (worst[s][0], s))
    floor = worst[best][0] * (1 + book.community.policy.epsilon)
    passed = sorted((s for s in schemes if worst[s][0] <= floor), key=lambda s: (mean[s][0], s))
    tied = [s for s in passed[1:] if undecided(book, made.scenario, passed[0], s)]
    return Frontier(mean, worst, best, floor, tuple(passed), tuple(tied))


def _level(made: Comparison, scheme: str, display: str) -> tuple[float, float, float]:
    if scheme == BASE:
        return (made.level(BASE, display), math.nan, math.nan)
    cell = made.cell(scheme, display)
    base = float(cell["base"])
    return (float(cell["value"]), base + float(cell["low"]), base + float(cell["high"]))


def difference(book: Book, scenario: str, a: str, b: str) -> tuple[float, float, float]:
    """Return the paired difference of the average of two schemes with its interval, s."""
    rows = book.rows(GROUPS, scenario=scenario, display="all")
    wide = rows.pivot_table(index="seed", columns="scheme", values="mean_time")
    if a not in wide or b not in wide:
        return (math.nan, -math.inf, math.inf)
    found = paired_t(
        (wide[b] - wide[a]).dropna().to_numpy(), level=book.community.policy.confidence
    )
    return (float(found.estimate), float(found.low), float(found.high))


def undecided(book: Book, scenario: str, a: str, b: str) -> bool:
    """Return whether the averages of two schemes cannot be told apart."""
    _, low, high = difference(book, scenario, a, b)
    return bool(low <= 0 <= high)


def frontier_figure(book: Book, made: Comparison, kicker: str) -> Figure | None:
    """Return the plot with its finding as title."""
    found = front(book, made)
    if found is None:
        return None
    word = book.language.word
    title = book.language.set(_title(book, found))
    spots = [_spot(book, made, found, scheme) for scheme in found.mean]
    floor = word("floor_label").format(
        minutes=numbers.bare_minutes(found.floor),
        epsilon=numbers.percent(book.community.policy.epsilon),
    )
    words = fr.Words(title, word("frontier_across"), word("frontier_up"), floor)
    picture = Markup(fr.frontier(spots, found.floor / MINUTE, words))
    return Figure(kicker, title, picture, note=word("frontier_note"))


def _title(book: Book, found: Frontier) -> str:
    letters = [_letter(book, s) for s in found.passed]
    tied = [_letter(book, s) for s in (found.passed[0], *found.tied)] if found.tied else []
    return str(sentences(book.language).frontier_title(letters, tied))


def _letter(book: Book, scheme: str) -> str:
    look = book.scheme_look.get(scheme)
    return look.letter if look is not None and look.letter else book.scheme(scheme)


def _spot(book: Book, made: Comparison, found: Frontier, scheme: str) -> fr.Spot:
    shown = scheme in (BASE, *made.schemes)
    name = book.scheme(scheme) if shown else _letter(book, scheme)
    cite = compared.cite(book, made, scheme, "all", "base" if scheme == BASE else "value")
    mean, worst = (tuple(v / MINUTE for v in side[scheme]) for side in (found.mean, found.worst))
    look = compared.look(book, scheme)
    return fr.Spot(look, name, mean, worst, cite, base=scheme == BASE)  # type: ignore[arg-type]


def frontier_words(book: Book, made: Comparison) -> list[Text | Table]:
    """Return how it was chosen, what is undecided, who gives what."""
    found = front(book, made)
    if found is None:
        return []
    say, code, word = sentences(book.language), book.language.code, book.language.word
    floor = say.floor_text(
        numbers.minutes(found.worst[found.best][0], code), book.scheme(found.best),
        numbers.percent(book.community.policy.epsilon), numbers.minutes(found.floor, code),
    )  # fmt: skip
    letters = [_letter(book, s) for s in found.passed]
    chosen = say.chosen_text(letters, letters[0] if letters else "")
    joined = floor + chosen if code == "zh" else f"{floor} {chosen}"
    parts: list[Text | Table] = [Text(word("how_chosen"), (book.language.set(joined),))]
    parts.append(Text(word("where_undecided"), tuple(_open(book, made, found))))
    gives = _gives(book)
    return [*parts, *gives]


def _open(book: Book, made: Comparison, found: Frontier) -> list[str | Markup]:
    say, code = sentences(book.language), book.language.code
    told: list[str | Markup] = []
    for other in found.tied[:1]:
        mean, low, high = difference(book, made.scenario, found.passed[0], other)
        amount = numbers.size(mean) + book.language.word("minute_after")
        told.append(
            say.tie_text(
                _letter(book, found.passed[0]),
                _letter(book, other),
                amount,
                numbers.span(low, high, code),
            )
        )
    if found.passed and not found.tied:
        told.append(say.no_tie_text(book.scheme(found.passed[0])))
    for scheme in made.schemes:
        names = [
            book.group(d)
            for d in made.shown
            if made.has(scheme, d) and made.cell(scheme, d)["verdict"] == "undecided"
        ]
        if names:
            told.append(say.undecided_groups(book.scheme(scheme), names))
    return told


def _gives(book: Book) -> list[Text | Table]:
    """Return who gives what under the equity plan, those who give first."""
    givers = [g for g in dual.givers(book) if g.display != "all"]
    if not givers:
        return []
    word, code = book.language.word, book.language.code
    ordered = sorted(givers, key=lambda g: (-g.change, g.display))
    picked = ordered if len(ordered) <= 3 else [ordered[0], *ordered[-2:]]
    rows = tuple(
        (
            book.group(g.display),
            dual.number(book, g, "against_universal", numbers.change(g.change, g.verdict, code)),
            dual.number(book, g, "n", giver_count(book, g)),
        )
        for g in picked
    )
    head = (
        Head(word("equity_against_universal")),
        Head(word("change_head"), True),
        Head(word("persons"), True),
    )
    limit = numbers.minutes(book.community.policy.majority_loss, code)
    note = word("rest_on_dual").format(limit=limit)
    return [Text(word("who_gives_what"), ()), Table(head, rows, note=note, css="ls")]


def giver_count(book: Book, giver: dual.Giver) -> str:
    """Return the size of a group as this reader may see it."""
    sizes = dual.sizes(book)
    states = book.reader.counts({str(d): float(n) for d, n in sizes.items() if d != "all"})
    if states.get(giver.display) == "some":
        return book.language.word("k_or_more").format(k=book.reader.k_persons)
    return numbers.count(giver.n, book.language.code)
